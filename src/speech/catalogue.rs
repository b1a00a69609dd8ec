//! Which texts were recorded, and where: `prompts/fr/index.tsv`, read without touching the disk.
