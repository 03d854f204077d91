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
         "K": "ORG", "B": "ORG"}  # fmt: skip

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
def registry() -> list[dict]:
    """The actors whom Simak knows (``knowledge/actors.yml``), with the names news calls them by."""
    path = Path(__file__).parents[2] / "knowledge" / "actors.yml"
    actors = yaml.safe_load(path.read_text(encoding="utf-8")).values()
    return [a | {"names": [a.get("name_id") or a["name"], *a.get("aliases", [])]} for a in actors if "type" in a]


@cache
def listed(kind: str, type_: str) -> list[str]:
    """The names of `kind` in ``names.yaml``, and those of the registry's actors of `type_`."""
    return lists()[kind] + [n for a in registry() if a["type"] == type_ for n in a["names"]]


@cache
def gazetteer() -> dict[tuple[str, ...], str]:
    """The words of every listed name that can mean nothing else, with its type.

    A single word counts when it is a country, a place or an acronym.
    """
    known = {
        tuple(split(n)): type_
        for kind, type_ in (("organisations", "ORG"), ("media", "ORG"), ("events", "EVT"))
        for n in listed(kind, type_)
        if " " in n or re.fullmatch("[A-Z]{3,}", n)
    }
    known |= {tuple(split(f"{kind} {c}")): "ORG" for kind in lists()["ministries"] for c in lists()["countries"]}
    known |= {tuple(split(full)): "PER" for full, _ in people() if " " in full}
    known |= {tuple(split(n)): "LOC" for n in listed("places", "LOC")} | countries()
    vague = {"VIVA", "KONTAN", "SEC", "FFC", "NBS", "PTI", "Piala Dunia"}
    return {n: t for n, t in known.items() if " ".join(n) not in vague}


def people() -> list[tuple[str, str]]:
    """The persons of the lists: full name and short name."""
    parts = [p.partition("|") for p in lists()["persons"]]
    ours = [(full.strip(), short.strip() or full.split()[-1]) for full, _, short in parts]
    return ours + [(a["names"][0], short_name(a)) for a in registry() if a["type"] == "PER"]


def short_name(person: dict) -> str:
    """The one word by which news calls a person: a listed one, else the family name."""
    words = person["names"][0].split()
    listed = (n for n in (*person["names"], *person.get("weak", [])) if n in words)
    first = person.get("country") in {"china", "taiwan", "north-korea", "south-korea"}
    return next(listed, words[0 if first else -1])


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
    names = [(a, b, "LOC" if words[a:b] == ["RI"] else TYPES[t]) for a, b, t in spans(tagged) if t in TYPES]
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


def glue(tagged: data.Tagged) -> data.Tagged | None:
    """The opposite: "Bursa Efek Indonesia ( BEI )" with "(BEI)" as one token of one name, as idner has it.

    None when the sentence names no organisation in full and in brackets.
    """
    words, found = [w for w, _ in tagged], spans(tagged)
    short = {a for a, b, t in found if t == "ORG" and b == a + 1 and words[a - 1 : b + 1 : 2] == ["(", ")"]}
    joined = {b for _, b, t in found if t == "ORG" and b + 1 in short}
    result: data.Tagged = []
    for i, (word, tag) in enumerate(tagged):
        if i in joined:
            result.append((f"({words[i + 1]})", "I-ORG"))
        elif not {i - 1, i - 2} & joined:
            result.append((word, tag))
    return result if joined else None


def draw(kind: str, rng: random.Random) -> list[str]:
    """The tokens of a name of a kind of ``names.yaml``."""
    known = lists()
    if kind in "PS":
        return split(rng.choice(people())["PS".index(kind)])
    if kind == "K":
        return split(f"{rng.choice(known['ministries'])} {rng.choice(known['countries'])}")
    key = {"L": "places", "O": "organisations", "E": "events"}
    names = listed(key[kind], KINDS[kind]) if kind in key else known[{"C": "countries", "M": "media"}[kind]]
    return split(rng.choice(names))


@cache
def acronyms() -> list[tuple[list[str], list[str]]]:
    """The organisations of the registry that have a long name and an acronym: both."""
    return [
        (split(full), [short])
        for actor in registry()
        if actor["type"] == "ORG"
        for full in actor["names"][:1]
        for short in (actor["name"], *actor["names"])
        if " " in full and re.fullmatch("[A-Z]{2,}[a-z]*|[A-Z][a-z]+", short) and short not in full
    ]


def from_pattern(pattern: str, rng: random.Random) -> data.Tagged:
    """A sentence of a pattern of ``names.yaml`` with names drawn for its gaps."""
    words: list[str] = []
    names: list[Span] = []
    for part in pattern.split():
        gap = re.fullmatch(r"\{(.)\}", part)
        if not gap:
            words.append(part)
            continue
        for drawn in rng.choice(acronyms()) if gap[1] == "B" else [draw(gap[1], rng)]:
            words += ["("] if names and names[-1][1] == len(words) and gap[1] == "B" else []
            names.append((len(words), len(words) + len(drawn), KINDS[gap[1]]))
            words += drawn
        words += [")"] if gap[1] == "B" else []
    if words[0][:1].islower():
        words[0] = words[0].capitalize()
    free = {i for a, b, _ in names for i in range(a, b)}
    names += [s for s in find(words, gazetteer()) if not free & set(range(s[0], s[1]))]
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


def annotated(parts: Iterable[str]) -> dict[str, list[data.Tagged]]:
    """The annotated sets in our convention: idner and NERGRIT, `parts` train or dev."""
    folder = data.folder() / "ner"
    return {
        name: [reconcile(s) for part in parts for s in data.bio(folder / f"{name}.{part}.txt") if s]
        for name in ("idner-news-2k", "nergrit")
    }


def training(heard: list[data.Tagged], parts: Iterable[str], seed: int = 1) -> Iterator[data.Tagged]:
    """The sentences that the name tagger learns from: `parts` of the annotated sets twice, those heard once."""
    rng = random.Random(seed)
    for name, sentences in annotated(parts).items():
        for _ in range(2):
            yield from sentences
            named = [s for s in sentences if any(t == "PER" for _, _, t in spans(s))]
            yield from (substituted(s, rng) for s in rng.sample(named, len(named) // 2))
        yield from filter(None, map(unglue if name.startswith("idner") else glue, sentences))
    made = [from_pattern(pattern, rng) for pattern in lists()["patterns"] for _ in range(12)]
    yield from made
    yield from filter(None, map(glue, made))
    yield from heard
    yield from filter(None, map(glue, heard))
    yield from shouted(heard, rng)


def shouted(sentences: list[data.Tagged], rng: random.Random) -> Iterator[data.Tagged]:
    """A fifth of the short sentences in capitals, as headings are printed."""
    short = [s for s in sentences if 3 < len(s) < 14 and spans(s)]
    return ([(w.upper(), t) for w, t in s] for s in rng.sample(short, len(short) // 5))
