"""Let the first name tagger read news, and make training sentences of what it says."""

import random
import re
from collections.abc import Callable
from pathlib import Path

from . import data, folder, names, silver
from .names import Span

Article = tuple[list[str], list[list[str]], list[list[Span]]]


def first_tagger(work: Path, **options: object) -> Callable:
    """The pipeline of the models in `work`, with the first name tagger."""
    import stanza

    folder.place(work, "ner").touch()
    folder.describe(work)
    return stanza.Pipeline(
        "id", dir=str(work), download_method=None, processors="tokenize,ner", verbose=False,
        ner_model_path=str(folder.place(work, "teacher")), **options,
    )  # fmt: skip


def read(work: Path, articles: list[dict]) -> list[Article]:
    """The tokens of each article's heading, of its sentences, and the names found in them."""
    nlp = first_tagger(work)
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
    """NERP with capitals, its own persons and places, and the organisations that it leaves out."""
    written = silver.casing(a["text"] for a in data.articles())
    sets = [s for s in data.bio(data.folder() / "ner" / "nerp-lowercased.train.txt") if 5 < len(s) < 60]
    chosen = [silver.recased(s, written) for s in rng.sample(sets, min(most, len(sets)))]
    texts = [[w for w, _ in s] for s in chosen]
    found = tagged(work, texts)
    result = []
    for sentence, spans in zip(chosen, found, strict=True):
        own = [(a, b, names.TYPES[t]) for a, b, t in names.spans(sentence) if t in names.TYPES]
        words = [w for w, _ in sentence]
        merged = silver.overlay([s for s in spans if s[2] == "ORG"], own)
        merged = silver.overlay(merged, names.find(words, names.countries()))
        result.append(names.tag(words, silver.longest_span(words, merged)))
    return result


def tagged(work: Path, texts: list[list[str]]) -> list[list[Span]]:
    """What the first name tagger finds in sentences that are tokens already."""
    nlp = first_tagger(work, tokenize_pretokenized=True)
    tags = [
        [re.sub("^S", "B", re.sub("^E", "I", t.ner)) for t in s.tokens]
        for i in range(0, len(texts), 500)
        for s in nlp(texts[i : i + 500]).sentences
    ]
    return [names.spans(list(zip(w, t, strict=True))) for w, t in zip(texts, tags, strict=True)]


def training(work: Path, articles: int = 900, most: int = 6500) -> list[data.Tagged]:
    """Everything that the final name tagger learns from."""
    rng = random.Random(4)
    heard = sentences(read(work, silver.chosen(rng, articles)), rng)
    return [*names.training(), *rng.sample(heard, min(most, len(heard)))]
