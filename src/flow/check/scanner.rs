//! The YAML scanner's sentences: those that a slip of the pen can bring about, in French, each with what to write.

/// Of "error: line 4 column 2: unclosed quote\n …", the sentence.
pub(super) fn message(said: &str) -> &str {
    let first = said.lines().next().unwrap_or(said);
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let first = match first.split_once(": ") {
        Some((place, rest)) if place.starts_with("line ") => rest,
        _ => first,
    };
    first.rsplit_once(" at line ").map_or(first, |(said, _)| said)
}

const INDENT: &str =
    "cette ligne et celle du dessus ne commencent pas à la même distance du bord : alignez-les, avec des espaces";
const DASH: &str = "un tiret `-` commence une liste : mettez le texte entre guillemets `\"…\"`, ou chaque élément de la liste sur sa ligne";
pub(super) const BRACKET: &str = "une accolade ou un crochet n'est pas bien fermé : à chaque `{` son `}`, à chaque `[` son `]`, et une virgule entre deux éléments";
pub(super) const QUOTE: &str =
    "un guillemet n'est pas fermé : mettez `\"` au début et à la fin du texte, sur la même ligne";
const AFTER: &str = "quelque chose suit le guillemet qui ferme : mettez tout le texte entre les deux guillemets `\"…\"`, et une virgule avant ce qui vient après";
const APOSTROPHE: &str =
    "l'apostrophe ferme ici le texte : mettez-le entre guillemets `\"…\"` plutôt qu'entre apostrophes";
const COLON: &str = "il manque les deux-points, ou il y en a de trop : écrivez `nom: …`, et mettez entre guillemets un texte qui contient `:`";
pub(super) const TAB: &str = "il y a une tabulation : remplacez-la par des espaces, deux par niveau";
const MARK: &str = "ce signe a un sens à part en début de texte : mettez le texte entre guillemets `\"…\"`";
const ESCAPE: &str = "la barre `\\` a un sens à part entre guillemets : enlevez-la";
const TAG: &str =
    "un point d'exclamation `!` en tête de texte a un sens à part : mettez le texte entre guillemets `\"…\"`";
const DIRECTIVE: &str = "un `%` en début de ligne a un sens à part : mettez le texte entre guillemets `\"…\"`";
const BLOCK: &str =
    "ce texte sur plusieurs lignes n'est pas lisible : écrivez-le entre guillemets `\"…\"`, sur une seule ligne";
pub(super) const DOCUMENT: &str =
    "`---` ou `...` sépare des documents : enlevez cette ligne, un fichier contient un seul parcours";

/// What a sentence of the scanner contains, and what to say instead. The first that fits counts.
const SENTENCES: [(&str, &str); 49] = [
    ("tab", TAB),
    ("unclosed quote", QUOTE),
    ("trailing content after single", APOSTROPHE),
    ("trailing content after", AFTER),
    ("escape", ESCAPE),
    ("hexadecimal", ESCAPE),
    ("surrogate", ESCAPE),
    ("unexpected document indicator", DOCUMENT),
    ("document start", DOCUMENT),
    ("document end", DOCUMENT),
    ("multiline quoted", QUOTE),
    ("invalid indentation in flow", BRACKET),
    ("bracket", BRACKET),
    ("flow mapping", BRACKET),
    ("flow sequence", BRACKET),
    ("EOF", BRACKET),
    ("unexpected eof", BRACKET),
    ("simple key", COLON),
    ("mapping values", COLON),
    ("mapping keys", COLON),
    ("':' indicator", COLON),
    ("invalid indentation", INDENT),
    ("block mapping", INDENT),
    ("block collection", INDENT),
    ("block sequence", DASH),
    ("block scalar", BLOCK),
    ("folded block", BLOCK),
    ("multiline text", BLOCK),
    ("verbatim tag", TAG),
    ("a tag", TAG),
    ("tag character", TAG),
    ("tag directive", DIRECTIVE),
    ("TAG", DIRECTIVE),
    ("directive", DIRECTIVE),
    ("handle", TAG),
    ("anchor", "un `&` ou une étoile `*` en tête de texte a un sens à part : mettez le texte entre guillemets `\"…\"`"),
    ("comments must be separated", "il faut une espace avant `#`, ou des guillemets autour du texte `\"…\"`"),
    ("too many buffered comments", "il y a trop de lignes de commentaire `#` à la suite : enlevez-en"),
    ("expected whitespace", "il faut une espace après ce signe, ou des guillemets autour du texte `\"…\"`"),
    ("unexpected character", MARK),
    ("plain scalar", MARK),
    ("node content", MARK),
    ("merge", "`<<` a un sens à part : enlevez cette ligne"),
    ("BOM", "il y a un signe invisible au milieu du fichier : effacez cette ligne et tapez-la à nouveau"),
    ("recursion limit", BRACKET),
    ("UTF-8", "il y a un signe illisible : enregistrez le fichier en UTF-8"),
    ("binary", TAG),
    ("container end", INDENT),
    ("list or mapping end", INDENT),
];

/// In a coordinator's words, if it is known.
pub(super) fn plain(said: &str) -> Option<&'static str> {
    SENTENCES.iter().find(|(part, _)| said.contains(part)).map(|(_, plain)| *plain)
}
