#!/usr/bin/env python3
"""Make communes.bin: every postal code of France, its communes, and where they are. Developer tool; see README.md here.

    make.py LIST SHAPES > communes.bin     LIST, the npm package's .tgz; SHAPES, a clone of the shapes' repository
    make.py rows LIST | sha256sum          the list in lines, postal code, commune's code, name: for the test of all of it
    make.py against CITIES                 how far communes.bin is from GeoNames' town centres, CITIES its cities500.txt

Python 3.11 and git, no package. Both sources are checked by their SHA-256 before a byte is read.
"""
import collections
import hashlib
import json
import math
import pathlib
import subprocess
import sys
import tarfile

LIST_SHA256 = "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a"
SHAPES_COMMIT = "5d34ee6d0140c29f785fdb047d9329f1aab58833"
SHAPES_SHA256 = "07a0b58e573d595923ce1b4f7daccdd50eeb8b850bafb42db27d4e06a8234a92"
TOKENS = 256
HERE = pathlib.Path(__file__).resolve().parent


def check(name: str, found: str, wanted: str) -> None:
    if found != wanted:
        sys.exit(f"{name}: SHA-256 {found}, expected {wanted}: another version? Read README.md, then change both together")


def read_list(path: str) -> list[dict]:
    check(path, hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest(), LIST_SHA256)
    with tarfile.open(path) as package:
        return json.load(package.extractfile("package/data/communes.json"))


def listed(path: str) -> tuple[dict[str, dict], dict[str, list[str]]]:
    """Today's communes by code; postal codes with the codes of their communes.

    Paris, Lyon and Marseille stand beside their arrondissements under the same postal codes: only these are kept there.
    """
    kinds = ("commune-actuelle", "arrondissement-municipal")
    communes = {c["code"]: c for c in read_list(path) if c["type"] in kinds}
    parts = collections.defaultdict(set)
    for commune in communes.values():
        if "commune" in commune:
            parts[commune["commune"]].update(commune["codesPostaux"])
    postal = collections.defaultdict(list)
    for code, commune in sorted(communes.items()):
        codes = set(commune.get("codesPostaux", [])) - parts[code]
        for one in codes:
            postal[one].append(code)
    return communes, dict(sorted(postal.items()))


def centre(geometry: dict) -> tuple[float, float]:
    """Latitude and longitude of the middle of a shape; its holes are too small to matter."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    area = lat = lon = 0.0
    for (ring, *_) in polygons:
        (lon_0, lat_0) = ring[0]
        own = own_lat = own_lon = 0.0
        for (x_1, y_1), (x_2, y_2) in zip(ring, ring[1:]):
            (x_1, y_1, x_2, y_2) = (x_1 - lon_0, y_1 - lat_0, x_2 - lon_0, y_2 - lat_0)
            cross = x_1 * y_2 - x_2 * y_1
            own, own_lon, own_lat = own + cross, own_lon + (x_1 + x_2) * cross, own_lat + (y_1 + y_2) * cross
        if own:
            area += abs(own)
            lat += abs(own) * (lat_0 + own_lat / (3 * own))
            lon += abs(own) * (lon_0 + own_lon / (3 * own))
    return lat / area, lon / area


def git(repository: str, *words: str) -> bytes:
    return subprocess.run(["git", "-C", repository, *words], capture_output=True, check=True).stdout


def centres(repository: str) -> dict[str, tuple[float, float]]:
    names = git(repository, "ls-tree", "-r", "--name-only", SHAPES_COMMIT).decode().splitlines()
    names = sorted(n for n in names if n.startswith("departements/") and pathlib.Path(n).name.startswith("communes-"))
    texts = [git(repository, "show", f"{SHAPES_COMMIT}:{name}") for name in names]
    check(repository, hashlib.sha256(b"".join(texts)).hexdigest(), SHAPES_SHA256)
    shapes = [shape for text in texts for shape in json.loads(text)["features"]]
    return {shape["properties"]["code"]: centre(shape["geometry"]) for shape in shapes}


def mean(places: list[tuple[float, float, float]]) -> tuple[float, float] | None:
    """Of places with their weights."""
    total = sum(weight for *_, weight in places)
    return tuple(sum(p[axis] * p[2] for p in places) / total for axis in (0, 1)) if places else None


def located(communes: dict, postal: dict, known: dict) -> tuple[dict, dict]:
    """Where each commune is, and each postal code's people: the mean of its communes by population.

    An arrondissement is where its town is. A commune made since the shapes is where its postal codes' others are.
    """
    at = {code: known.get(code) or known.get(c.get("commune")) for code, c in communes.items()}
    weight = lambda code: max(communes[code].get("population", 0), 1)
    inhabited = lambda codes: mean([(*at[code], weight(code)) for code in codes if at[code]])
    people = {code: inhabited(within) for code, within in postal.items()}
    for code in [code for code, place in at.items() if not place]:
        others = [people[one] for one in communes[code].get("codesPostaux", []) if people.get(one)]
        at[code] = mean([(*place, 1) for place in others])
    return at, {code: inhabited(within) for code, within in postal.items()}


# The file: README.md says its form.

def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def zigzag(number: int) -> bytes:
    return varint(number * 2 if number >= 0 else -number * 2 - 1)


def number(insee: str) -> int:
    """`2A004` → 120004."""
    return int(insee.replace("A", "0").replace("B", "0")) + 100_000 * (insee.find("A") > 0) + 200_000 * (insee.find("B") > 0)


def pairs(names: list[str]) -> tuple[bytes, list[bytes]]:
    """Names as bytes: letters, and pairs that come often, pairs of pairs too, until a byte has no value left."""
    letters = sorted({letter for name in names for letter in name})
    words = collections.Counter(names)
    rows = [([letters.index(letter) for letter in name], many) for name, many in words.items()]
    made = []
    while len(letters) + len(made) < TOKENS:
        seen = collections.Counter()
        for row, many in rows:
            for pair in zip(row, row[1:]):
                seen[pair] += many
        best = min(seen, key=lambda pair: (-seen[pair], pair))
        token = len(letters) + len(made)
        made.append(best)
        for row, _ in rows:
            at = 0
            while at + 1 < len(row):
                if (row[at], row[at + 1]) == best:
                    row[at:at + 2] = [token]
                at += 1
    coded = {name: bytes(row) for name, (row, _) in zip(words, rows)}
    table = "".join(letters).encode()
    head = varint(len(table)) + table + varint(len(made)) + b"".join(bytes(pair) for pair in made)
    return head, [coded[name] for name in names]


def encode(communes: dict, postal: dict, at: dict, people: dict) -> bytes:
    order = sorted((code for code in communes if communes[code].get("codesPostaux")), key=number)
    head, names = pairs([communes[code]["nom"] for code in order])
    out = bytearray(b"LCP1" + head)
    last_place = [0, 0]

    def place(where) -> bytes:
        rounded = [round(axis * 100) for axis in where]
        moved = b"".join(zigzag(new - old) for new, old in zip(rounded, last_place))
        last_place[:] = rounded
        return moved

    out += varint(len(postal))
    last = 0
    for code, where in people.items():
        out += varint((int(code) - last) * 2 + bool(where)) + (place(where) if where else b"")
        last = int(code)
    rank = {code: n for n, code in enumerate(postal)}
    within = collections.defaultdict(list)
    for code, some in postal.items():
        for commune in some:
            within[commune].append(rank[code])
    out += varint(len(order))
    last, last_rank = 0, 0
    for code, name in zip(order, names):
        out += varint(number(code) - last) + varint(len(within[code]) * 2 + bool(at[code]))
        for one in within[code]:
            out += zigzag(one - last_rank)
            last_rank = one
        out += (place(at[code]) if at[code] else b"") + varint(len(name)) + name
        last = number(code)
    return bytes(out)


def read_places() -> dict[str, tuple[float, float]]:
    """The communes of communes.bin, by a second reader."""
    data, at = (HERE / "communes.bin").read_bytes(), 4

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte, at = data[at], at + 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    unzigzag = lambda n: n >> 1 if n % 2 == 0 else -(n + 1 >> 1)
    for size in (1, 2):
        length = varint()
        at += size * length
    lat = lon = insee = 0
    for _ in range(varint()):
        if varint() & 1:
            lat, lon = lat + unzigzag(varint()), lon + unzigzag(varint())
    found = {}
    for _ in range(varint()):
        insee += varint()
        flags = varint()
        for _ in range(flags >> 1):
            varint()
        if flags & 1:
            lat, lon = lat + unzigzag(varint()), lon + unzigzag(varint())
            code = f"{insee % 100_000:05}"
            letter = insee // 100_000
            found[code[0] + "AB"[letter - 1] + code[2:] if letter else code] = (lat / 100, lon / 100)
        length = varint()
        at += length
    return found


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    (lat_a, lon_a), (lat_b, lon_b) = (map(math.radians, place) for place in (a, b))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def against(cities: str) -> None:
    ours, off = read_places(), []
    for line in open(cities, encoding="utf-8"):
        column = line.split("\t")
        if column[8] in ("FR", "GP", "MQ", "GF", "RE", "YT") and column[7].startswith("PPLA") and column[13] in ours:
            off.append((km(ours[column[13]], (float(column[4]), float(column[5]))), column[13], column[1]))
    off.sort()
    print(f"{len(off)} seats of an administration: median {off[len(off) // 2][0]:.1f} km, 95 % within {off[len(off) * 95 // 100][0]:.1f} km")
    for distance, code, name in off[-10:]:
        print(f"{distance:6.1f} km  {code} {name}")


def main(words: list[str]) -> None:
    match words:
        case ["rows", path]:
            communes, postal = listed(path)
            for code, within in postal.items():
                for commune in sorted(within, key=number):
                    print(code, commune, communes[commune]["nom"], sep="\t")
        case ["against", cities]:
            against(cities)
        case [path, shapes]:
            communes, postal = listed(path)
            at, people = located(communes, postal, centres(shapes))
            sys.stdout.buffer.write(encode(communes, postal, at, people))
        case _:
            sys.exit(__doc__)


main(sys.argv[1:])
