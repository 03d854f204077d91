"""Make the training material of the name tagger: one convention, and the names of world politics.

The annotated sets disagree with each other; here they are all brought to that of the annotation
guidelines: the longest span, country names marked wherever they stand, titles left outside.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import yaml

from . import data

TYPES = {
    "PERSON": "PER", "ORGANISATION": "ORG", "PLACE": "LOC",
    "PER": "PER", "ORG": "ORG", "LOC": "LOC", "EVT": "EVT",
    "PPL": "PER", "PLC": "LOC", "IND": "ORG",
}  # fmt: skip

#: After these a country's name belongs to a longer name.
INSIDE = {"Bahasa", "Kabinet", "Bisnis", "Robot", "PKB", "Liga", "Piala", "BMG", "Kerja"}

KINDS = {"P": "PER", "S": "PER", "C": "LOC", "L": "LOC", "O": "ORG", "M": "ORG", "E": "EVT",
         "K": "ORG"}  # fmt: skip

Span = tuple[int, int, str]


@cache
def lists() -> dict[str, list[str]]:
    """The names and patterns of ``names.yaml``."""
    return yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))


@cache
def countries() -> dict[tuple[str, ...], str]:
    """The words of every country's name, with the type LOC."""
    facts = json.loads((data.folder() / "facts" / "country-names-id.json").read_text())
    names = {*facts.values(), *lists()["countries"], "Eropa", "Asia", "Afrika"} - {"RI", "Saudi"}
    return {tuple(n.split()): "LOC" for n in names}


@cache
def gazetteer() -> dict[tuple[str, ...], str]:
    """The words of every name of ``names.yaml`` that can mean nothing else, with its type."""
    known = dict(countries())
    for kind, type_ in (("places", "LOC"), ("organisations", "ORG"), ("events", "EVT"),
                        ("media", "ORG")):  # fmt: skip
        known |= {tuple(split(n)): type_ for n in lists()[kind]}
    for kind in lists()["ministries"]:
        known |= {tuple(split(f"{kind} {c}")): "ORG" for c in lists()["countries"]}
    known |= {tuple(split(full)): "PER" for full, _ in people() if " " in full}
    vague = {"Kongres", "Senat", "Antara", "Tempo", "RT", "SPA", "Viva", "Merdeka", "AP", "Detik",
             "Piala Dunia", "Kompas", "Republika"}  # fmt: skip
    return {n: t for n, t in known.items() if " ".join(n) not in vague}


def people() -> list[tuple[str, str]]:
    """The persons of ``names.yaml``: full name and short name."""
    parts = [p.partition("|") for p in lists()["persons"]]
    return [(full.strip(), short.strip() or full.split()[-1]) for full, _, short in parts]


def split(name: str) -> list[str]:
    """The tokens of a name."""
    return re.findall(r"[\w.+'’&]+(?:-[\w.]+)*|\S", name)


def spans(tagged: data.Tagged) -> list[Span]:
    """The names of a tagged sentence: first token, end, type."""
    found: list[Span] = []
    for i, (_, tag) in enumerate([*tagged, ("", "O")]):
        if tag.startswith("I-") and found and found[-1][1] == i and found[-1][2] == tag[2:]:
            found[-1] = (found[-1][0], i + 1, tag[2:])
        elif tag != "O":
            found.append((i, i + 1, tag[2:]))
    return found


def tag(words: list[str], names: Iterable[Span]) -> data.Tagged:
    """`words` with B- and I- tags for `names`."""
    tags = ["O"] * len(words)
    for first, end, type_ in names:
        tags[first:end] = [f"B-{type_}"] + [f"I-{type_}"] * (end - first - 1)
    return list(zip(words, tags, strict=True))


def find(words: list[str], known: dict[tuple[str, ...], str], longest: int = 6) -> list[Span]:
    """The names of `known` in `words`, the longest first from the left."""
    found, i = [], 0
    while i < len(words):
        for size in range(min(longest, len(words) - i), 0, -1):
            type_ = known.get(tuple(words[i : i + size]))
            if type_:
                found.append((i, i + size, type_))
                i += size - 1
                break
        i += 1
    return found


def reconcile(tagged: data.Tagged) -> data.Tagged:
    """Bring one annotated sentence to the convention: our types, country names marked."""
    words = [w for w, _ in tagged]
    names = [(a, b, TYPES[t]) for a, b, t in spans(tagged) if t in TYPES]
    taken = {i for a, b, _ in names for i in range(a, b)}
    for a, b, type_ in find(words, countries()):
        if not taken & set(range(a, b)) and not (a and words[a - 1] in INSIDE):
            names.append((a, b, type_))
    return tag(words, names)


def unglue(tagged: data.Tagged) -> data.Tagged | None:
    """Free the brackets that idner leaves on its tokens; the bracketed name is its own name.

    None when no name of the sentence touches a bracket.
    """
    words, names, touched = [], [], False
    starts = {a: (b, t) for a, b, t in spans(tagged)}
    open_: Span | None = None
    for i, (word, _) in enumerate(tagged):
        if i in starts:
            open_ = (len(words), starts[i][0], starts[i][1])
        pieces = [p for p in re.split(r"([()])", word) if p] if len(word) > 1 else [word]
        for piece in pieces:
            if open_ and piece in "()" and len(pieces) > 1:
                touched = True
                if len(words) > open_[0]:
                    names.append((open_[0], len(words), open_[2]))
                words.append(piece)
                open_ = (len(words), open_[1], open_[2])
                continue
            words.append(piece)
        if open_ and i + 1 == open_[1]:
            if len(words) > open_[0]:
                names.append((open_[0], len(words), open_[2]))
            open_ = None
    named = (s for s in names if " ".join(words[s[0] : s[1]]) not in {",", "Persero", "Tbk"})
    return tag(words, named) if touched else None


def draw(kind: str, rng: random.Random) -> list[str]:
    """The tokens of a name of a kind of ``names.yaml``."""
    known = lists()
    if kind in "PS":
        return split(rng.choice(people())["PS".index(kind)])
    if kind == "K":
        return split(f"{rng.choice(known['ministries'])} {rng.choice(known['countries'])}")
    key = {"C": "countries", "L": "places", "O": "organisations", "M": "media", "E": "events"}
    return split(rng.choice(known[key[kind]]))


def from_pattern(pattern: str, rng: random.Random) -> data.Tagged:
    """A sentence of a pattern of ``names.yaml`` with names drawn for its gaps."""
    words: list[str] = []
    names: list[Span] = []
    for part in pattern.split():
        gap = re.fullmatch(r"\{(.)\}", part)
        drawn = draw(gap[1], rng) if gap else [part]
        if gap:
            names.append((len(words), len(words) + len(drawn), KINDS[gap[1]]))
        words += drawn
    if words[0][:1].islower():
        words[0] = words[0].capitalize()
    known = gazetteer()
    free = {i for a, b, _ in names for i in range(a, b)}
    names += [s for s in find(words, known) if not free & set(range(s[0], s[1]))]
    return tag(words, names)


def substituted(tagged: data.Tagged, rng: random.Random) -> data.Tagged:
    """The sentence with names of world politics in the place of its persons and countries."""
    words: list[str] = []
    names: list[Span] = []
    at = 0
    for a, b, type_ in sorted(spans(tagged)):
        words += [w for w, _ in tagged[at:a]]
        old = [w for w, _ in tagged[a:b]]
        if type_ == "PER" and all(w[0].isupper() for w in old):
            new = draw("P" if len(old) > 1 else "S", rng)
        elif type_ == "LOC" and tuple(old) in countries():
            new = draw("C", rng)
        elif type_ == "ORG" and len(old) == 1 and rng.random() < 0.5:
            new = draw(rng.choice("OM"), rng)
        else:
            new = old
        names.append((len(words), len(words) + len(new), type_))
        words += new
        at = b
    words += [w for w, _ in tagged[at:]]
    return tag(words, names)


def annotated(part: str) -> dict[str, list[data.Tagged]]:
    """The annotated sets in our convention: idner and NERGRIT, `part` train or dev."""
    folder = data.folder() / "ner"
    return {
        name: [reconcile(s) for s in data.bio(folder / f"{name}.{part}.txt") if s]
        for name in ("idner-news-2k", "nergrit")
    }


def training(seed: int = 1) -> Iterator[data.Tagged]:
    """The sentences that the first name tagger learns from."""
    rng = random.Random(seed)
    sets = annotated("train")
    for name, sentences in sets.items():
        yield from sentences
        if name.startswith("idner"):
            yield from filter(None, map(unglue, sentences))
        named = [s for s in sentences if any(t == "PER" for _, _, t in spans(s))]
        yield from (substituted(s, rng) for s in rng.sample(named, len(named) // 2))
    for pattern in lists()["patterns"]:
        yield from (from_pattern(pattern, rng) for _ in range(12))


def write(path: Path, sentences: Iterable[data.Tagged]) -> int:
    """Write `sentences` in the form that Stanza's tagger reads; return how many."""
    rows = [[{"text": w, "ner": t} for w, t in s] for s in sentences if s]
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return len(rows)
