"""More material for the name tagger: news that a first model has read.

What the first model says of a sentence is corrected by what it says of the same name elsewhere in
the article and in the whole corpus, by the lists of ``names.yaml``, and by the convention of the
longest span. Headings, whose capitals mislead it, are marked with the names of their article.
"""

import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import data, names
from .names import Span

#: Words that begin the name of an organisation, to which a country right after it belongs.
HEADS = (
    "Kementerian Departemen Kedutaan Kedubes Kemlu Kemenlu Deplu Konsulat Dewan Badan Komisi Bank "
    "Mahkamah Kantor Institut Pusat Komando Angkatan Senat Kongres Asosiasi Federasi Partai DPR "
    "Kejaksaan Kepolisian Kamar Persatuan Bursa Universitas Tentara Pasukan Dinas Biro Kemendag"
).split()
#: Words that begin a title: what follows "Luar Negeri" is then no organisation.
TITLES = {"Menteri", "Wakil", "Menlu", "Menhan", "Wamenlu", "Duta", "Dubes", "Penasihat", "Direktur"}
Counts = dict[tuple[str, ...], Counter]


def longest_span(words: list[str], found: list[Span]) -> list[Span]:
    """Put the country that follows an organisation into its name, and titles out of it.

    What follows "PT" and the like is an organisation, "RI" alone is a country.
    """
    result: list[Span] = []
    for a, b, type_ in sorted(found):
        if words[a:b] == ["RI"]:
            type_ = "LOC"
        if a and words[a - 1] in {"PT", "CV", "Universitas", "Partai", "Yayasan"}:
            a, type_ = a - 1, "ORG"
        if type_ == "ORG":
            while a and words[a - 1] in {"Luar", "Kementerian", "Departemen"} and words[a][:1].isupper():
                a -= 1
            if a and words[a] in {"Luar", "Negeri"} and words[a - 1] in TITLES | {"Luar"}:
                inner = [(x + a, y + a, t) for x, y, t in names.find(words[a:b], names.countries())]
                result += inner
                continue
        if (
            type_ == "LOC" and result and result[-1][2] == "ORG" and result[-1][1] == a
            and words[result[-1][0]] in HEADS and tuple(words[a:b]) in names.countries()
        ):  # fmt: skip
            result[-1] = (result[-1][0], b, "ORG")
        else:
            result.append((a, b, type_))
    return result


def overlay(found: list[Span], sure: list[Span]) -> list[Span]:
    """`found` with the spans of `sure` over it; a longer organisation keeps a country inside."""
    kept = list(found)
    for a, b, type_ in sure:
        crossing = [s for s in kept if s[0] < b and a < s[1]]
        if any(s[0] <= a and b <= s[1] and s[2] in {"ORG", "EVT"} and type_ == "LOC" and s[1] - s[0] > b - a
               for s in crossing):  # fmt: skip
            continue
        if any(s[0] <= a and b <= s[1] and s[2] == type_ for s in crossing):
            continue
        kept = [s for s in kept if s not in crossing] + [(a, b, type_)]
    return sorted(kept)


def parted(words: list[str], found: list[Span]) -> tuple[list[str], list[Span]]:
    """Take apart the tokens that join two listed names by a hyphen ("AS-China")."""
    listed = names.gazetteer() | {tuple(short.split()): "PER" for _, short in names.people()}
    new_words: list[str] = []
    new_found: list[Span] = []
    starts = {a: (b, t) for a, b, t in found}
    place = []
    for word in words:
        place.append(len(new_words))
        halves = re.fullmatch(r"([A-Z][\w.]*)([-–])([A-Z][\w.]*)", word)
        types = [listed.get((h,)) for h in halves.group(1, 3)] if halves else []
        if halves and all(types):
            at = len(new_words)
            new_words += halves.groups()
            new_found += [(at, at + 1, str(types[0])), (at + 2, at + 3, str(types[1]))]
        else:
            new_words.append(word)
    place.append(len(new_words))
    own = [(place[a], place[b], t) for a, (b, t) in starts.items()]
    crossed = {i for a, b, _ in new_found for i in range(a, b)}
    return new_words, new_found + [s for s in own if not crossed & set(range(s[0], s[1]))]


def short_names(words: list[list[str]], found: list[list[Span]]) -> dict[tuple[str, ...], str]:
    """The short names by which an article calls the persons whom it named in full."""
    short: dict[tuple[str, ...], str] = {}
    listed = {tuple(full.split()): s for full, s in names.people()}
    for sentence, spans in zip(words, found, strict=True):
        for a, b, type_ in spans:
            full = tuple(sentence[a:b])
            if type_ == "PER" and len(full) > 1:
                for part in (listed.get(full, full[-1]), full[0] if len(full[0]) > 3 else full[-1]):
                    if part[:1].isupper() and len(part) > 1 and "." not in part:
                        short[tuple(part.split())] = "PER"
    return short


def votes(articles: Iterable[tuple[list[list[str]], list[list[Span]]]]) -> Counts:
    """How often each name was given each type."""
    counts: Counts = defaultdict(Counter)
    for words, found in articles:
        for sentence, spans in zip(words, found, strict=True):
            for a, b, type_ in spans:
                counts[tuple(sentence[a:b])][type_] += 1
    return counts


def settled(counts: Counts, least: int = 5, share: float = 0.8) -> dict[tuple[str, ...], str]:
    """The names whose type nearly all votes agree on."""
    return {
        name: type_
        for name, c in counts.items()
        for type_, n in c.most_common(1)
        if n >= least and n >= share * c.total() and name[0][:1].isupper() and len(name[0]) > 1
    }


def corrected(words: list[list[str]], found: list[list[Span]], known: dict[tuple[str, ...], str]) -> list[list[Span]]:
    """The names of one article after all corrections."""
    listed = names.gazetteer()
    found = [longest_span(w, f) for w, f in zip(words, found, strict=True)]
    short = {n: t for n, t in short_names(words, found).items() if n not in listed}
    result = []
    for sentence, spans in zip(words, found, strict=True):
        spans = [(a, b, known.get(tuple(sentence[a:b]), t)) for a, b, t in spans]
        spans = overlay(spans, names.find(sentence, short))
        many = {n: t for n, t in known.items() if len(n) > 1}
        spans = overlay(spans, names.find(sentence, many, 8))
        result.append(longest_span(sentence, overlay(spans, names.find(sentence, listed, 8))))
    return result


def heading(words: list[str], body: list[tuple[list[str], list[Span]]]) -> list[Span]:
    """The names of a heading: those that the article itself holds, and the listed ones."""
    known = dict(names.gazetteer())
    for sentence, spans in body:
        for a, b, type_ in spans:
            known.setdefault(tuple(sentence[a:b]), type_)
    for name, type_ in short_names([s for s, _ in body], [f for _, f in body]).items():
        known.setdefault(name, type_)
    return longest_span(words, names.find(words, known, 8))


def clean(words: list[str]) -> bool:
    """Whether a sentence is one: not cut, not glued, not a list of links."""
    text = " ".join(words)
    glued = re.search(r"[a-z]{2}[A-Z][a-z]{2}|[.?!][A-Z][a-z]", text)
    return 6 <= len(words) <= 60 and not glued and words[-1] in {".", "?", "!", '"', "”"}


def casing(articles: Iterable[str]) -> dict[str, str]:
    """How news writes each word inside a sentence."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for text in articles:
        for match in re.finditer(r"(?<=[a-z,] )[\w'-]+", text):
            counts[match[0].lower()][match[0]] += 1
    return {low: c.most_common(1)[0][0] for low, c in counts.items()}


def recased(tagged: data.Tagged, written: dict[str, str]) -> data.Tagged:
    """A lower-cased sentence with the capitals that news would give it."""
    result = []
    for i, (word, tag) in enumerate(tagged):
        new = written.get(word, word)
        if (tag != "O" or i == 0) and new.islower():
            new = new[:1].upper() + new[1:]
        result.append((new, tag))
    return result


def held_out() -> set[str]:
    """Beginnings of the sentences of the gold articles, which nothing is learnt from."""
    texts = [
        json.loads(p.read_text(encoding="utf-8"))["text"]
        for p in (data.folder().parent / "gold" / "articles").glob("*.json")
    ]
    return {k for t in texts for k in fingerprints(t)}


def annotated_apart() -> set[str]:
    """The SHA-1 of the articles in ``tests/annotated``, which nothing is learnt from either."""
    folder = Path(__file__).parents[3] / "tests" / "annotated"
    return {json.loads(p.read_text(encoding="utf-8"))["sha1"] for p in folder.glob("*.json")}


def fingerprints(text: str) -> Iterator[str]:
    """The runs of eight words of `text`."""
    words = re.findall(r"\w+", text.lower())
    return (" ".join(words[i : i + 8]) for i in range(len(words) - 7))


def chosen(rng: random.Random, most: int) -> list[dict]:
    """Articles to read: those of world politics first, then any."""
    gold, apart = held_out(), annotated_apart()
    abroad = {" ".join(n) for n, t in names.gazetteer().items() if t == "PER"} | {"PBB", "Gedung Putih"}
    pattern = re.compile("|".join(map(re.escape, sorted(abroad))))
    world, other = [], []
    for article in data.articles():
        text = article["text"]
        if "tokenis" in article["dataset"] or not 400 < len(text) < 8000 or " yang " not in text:
            continue
        if sum(f in gold for f in fingerprints(text)) > 2 or hashlib.sha1(text.encode()).hexdigest() in apart:
            continue
        (world if len(pattern.findall(text)) > 2 else other).append(article)
    rng.shuffle(world), rng.shuffle(other)
    return (world[: most * 2 // 3] + other)[:most]
