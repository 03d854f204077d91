"""Let the name tagger of the version before read news, and make training sentences of what it says."""

import random
import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from . import data, names, silver
from .names import Span

Article = tuple[list[str], list[list[str]], list[list[Span]]]


def last_tagger(work: Path, **options: object) -> Callable:
    """The pipeline of version 1.3."""
    import stanza

    return stanza.Pipeline(
        "id", dir=str(work / "before"), download_method=None, processors="tokenize,ner", package=None,
        verbose=False, **options,
    )  # fmt: skip


def read(work: Path, articles: list[dict]) -> list[Article]:
    """The tokens of each article's heading, of its sentences, and the names found in them."""
    nlp = last_tagger(work)
    result = []
    for i in range(0, len(articles), 20):
        batch = articles[i : i + 20]
        texts = [re.sub(r"\s*\n\s*", "\n\n", a["text"]) for a in batch]
        for article, doc in zip(batch, nlp.bulk_process(texts), strict=True):
            words = [[t.text for t in s.tokens] for s in doc.sentences]
            tags = [[re.sub("^S", "B", re.sub("^E", "I", t.ner)) for t in s.tokens] for s in doc.sentences]
            found = [names.spans(list(zip(w, t, strict=True))) for w, t in zip(words, tags, strict=True)]
            result.append((names.split(article["title"] or ""), words, found))
    return result


def sentences(articles: list[Article], rng: random.Random) -> list[data.Tagged]:
    """Training sentences of the articles read: corrected, clean, mostly with names."""
    articles = [
        (t, [p[0] for p in pairs], [p[1] for p in pairs])
        for t, words, found in articles
        for pairs in [[silver.parted(w, f) for w, f in zip(words, found, strict=True)]]
    ]
    known = silver.settled(silver.votes((w, f) for _, w, f in articles))
    result = []
    for title, words, found in articles:
        better = silver.corrected(words, found, known)
        body = list(zip(words, better, strict=True))
        for sentence, spans in body:
            if silver.clean(sentence) and (spans or rng.random() < 0.3):
                result.append(names.tag(sentence, spans))
        if len(title) > 4 and not " ".join(title).isupper():
            title, joined = silver.parted(title, [])
            result.append(names.tag(title, silver.overlay(silver.heading(title, body), joined)))
    return result


def lowercased(work: Path, rng: random.Random, most: int) -> list[data.Tagged]:
    """NERP with capitals: its own persons and places, the organisations that the tagger finds.

    A sentence is left out in which the tagger sees a person whom NERP does not mark, or an
    organisation where NERP marks an event or a dish.
    """
    written = silver.casing(a["text"] for a in islice(data.articles(), 0, None, 4))
    sets = [s for s in data.bio(data.folder() / "ner" / "nerp-lowercased.train.txt") if 5 < len(s) < 60]
    chosen = [silver.recased(s, written) for s in rng.sample(sets, most)]
    result = []
    for sentence, found in zip(chosen, tagged(work, [[w for w, _ in s] for s in chosen]), strict=True):
        own = [(a, b, {"PPL": "PER", "PLC": "LOC"}[t]) for a, b, t in names.spans(sentence) if t in {"PPL", "PLC"}]
        marked = {i: t for a, b, t in names.spans(sentence) for i in range(a, b)}
        seen = [(t, {marked.get(i) for i in range(a, b)}) for a, b, t in found]
        if any((t == "PER" and kinds == {None}) or (t == "ORG" and kinds & {"EVT", "FNB"}) for t, kinds in seen):
            continue
        words = [w for w, _ in sentence]
        places = silver.overlay([s for s in own if s[2] == "LOC"], [s for s in found if s[2] == "ORG"])
        merged = silver.overlay(places, [s for s in own if s[2] == "PER"])
        merged = silver.overlay(merged, names.find(words, names.countries()))
        result.append(names.tag(words, silver.longest_span(words, merged)))
    return result


def tagged(work: Path, texts: list[list[str]]) -> list[list[Span]]:
    """What that name tagger finds in sentences that are tokens already."""
    nlp = last_tagger(work, tokenize_pretokenized=True)
    tags = [
        [re.sub("^S", "B", re.sub("^E", "I", t.ner)) for t in s.tokens]
        for i in range(0, len(texts), 500)
        for s in nlp(texts[i : i + 500]).sentences
    ]
    return [names.spans(list(zip(w, t, strict=True))) for w, t in zip(texts, tags, strict=True)]


def heard(work: Path) -> list[data.Tagged]:
    """Everything that it makes of NERP and of half of 1,800 articles."""
    articles = silver.chosen(random.Random(11), 1800)
    told = read(work, [a for part in range(14) for a in articles[part::30]])
    return [*lowercased(work, random.Random(5), 4600), *sentences(told, random.Random(6))]
