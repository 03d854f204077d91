"""Speed of each measure on all 22,313 articles of the shared news, and on 1,000,000 mentions: `make bench`.

Annotating so many articles would take hours, so the frames are made by regular expressions: sentences end at marks,
names are words in capitals, the speaker of a statement is the first name of a sentence with a verb of speaking and its
target the second, its tone a hash. Sizes and skew are those of the news; what is found means nothing.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from conftest import shared_folder

from analysis import frames, measures
from analysis.corpus import Corpus
from analysis.extraction.issues import coded
from analysis.frames import SENTIMENTS
from analysis.knowledge import Knowledge

ALL = 22_313
ARTICLES = int(os.environ.get("SIMAK_BENCH_ARTICLES", ALL))
MENTIONS = 1_000_000
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
WORD = re.compile(r"\w+")
NAME = re.compile(r"(?<=[a-z,] )[A-Z]\w+(?: [A-Z]\w+){0,3}")
SAID = re.compile(r"\b(?:kata|ujar|ucap|menurut|menyatakan|mengatakan)\b", re.IGNORECASE)
DAY = re.compile(r"(\d{1,2}) (Jan|Feb|Mar|Apr|Mei|Jun|Jul|Agu|Sep|Okt|Nov|Des)\w* (20\d\d)")
MONTHS = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()
Found = TypeVar("Found")


def timed(name: str, work: Callable[[], Found]) -> Found:
    """Run one measure and print its line."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    size = f"{len(result):>9,d} rows" if isinstance(result, pd.DataFrame) else ""
    print(f"{name:58s} {wall:8.2f} s {cpu:8.2f} s CPU {size}", flush=True)
    return result


def news(most: int) -> list[dict[str, Any]]:
    with gzip.open(shared_folder() / "data" / "news" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for _, line in zip(range(most), lines, strict=False)]


def corpus(most: int) -> Corpus:
    """Return a corpus of the news, made without any model."""
    articles, spans, names = [], [], []
    vocabulary: dict[str, int] = {}
    word, sentence_of, begin = [], [], []
    first: dict[int, str] = {}
    for number, record in enumerate(news(most)):
        article, text = f"n{number:05d}", record["text"]
        day = DAY.search(record.get("date") or "")
        articles.append(
            {
                "article_id": article, "title": record["title"], "text": text, "body": [[0, len(text)]],
                "outlet": record["outlet"], "source_path": "news", "words": text.count(" ") + 1, "quality": [],
                "date": pd.Timestamp(int(day[3]), MONTHS.index(day[2]) + 1, min(int(day[1]), 28)) if day else pd.NaT,
                "duplicate_group": first.setdefault(zlib.crc32(text.encode("utf-8", "replace")), article),
            }
        )  # fmt: skip
        for match in SENTENCE.finditer(text):
            start, end = match.span()
            spans.append((article, start, end, match.group(), text.count("\n", 0, start)))
            for found in WORD.finditer(text, start, end):
                word.append(vocabulary.setdefault(found.group(), len(vocabulary)))
                sentence_of.append(len(spans) - 1)
                begin.append(found.start())
            names += [(len(spans) - 1, start + n.start(), start + n.end(), n.group()) for n in NAME.finditer(match[0])]
    sentences = pd.DataFrame(spans, columns=["article_id", "start", "end", "text", "paragraph"])
    ids = sentences["article_id"] + ":" + sentences["start"].astype(str) + "-" + sentences["end"].astype(str)
    sentences = frames.checked(
        "sentences", sentences.assign(sentence_id=ids)[list(frames.SCHEMAS["sentences"].columns)]
    )
    texts = _taken(list(vocabulary), word)
    at = sentences.iloc[sentence_of].reset_index(drop=True)
    tokens = pd.DataFrame(
        {"article_id": at["article_id"], "sentence_id": at["sentence_id"], "start": begin, "text": texts}
    )
    tokens["end"] = tokens["start"] + _taken([len(text) for text in vocabulary], word)
    tokens = tokens.assign(lemma=_taken([text.lower() for text in vocabulary], word), upos=None)
    entities = pd.DataFrame(names, columns=["sentence", "start", "end", "text"])
    at = sentences.iloc[entities["sentence"]].reset_index(drop=True)
    kind = entities["text"].map(lambda text: frames.MENTION_TYPES[zlib.crc32(text.encode()) % 3])
    entities = entities.assign(
        article_id=at["article_id"], sentence_id=at["sentence_id"], type=kind, found_by="model", confidence=1.0,
        actor_id=entities["text"].str.lower().str.replace(" ", "-"),
    )  # fmt: skip
    entities = frames.checked("entities", entities[list(frames.SCHEMAS["entities"].columns)])
    issues = coded(sentences, frames.made("tokens", []), Knowledge().codebook)
    made = frames.made("articles", articles)
    empty = {name: frames.made(name, []) for name in ("skipped", "names", "actors")}
    columns = list(frames.SCHEMAS["tokens"].columns)
    return Corpus(
        articles=made, sentences=sentences, tokens=tokens[columns], entities=entities, issues=issues,
        quotes=_quotes(sentences, entities, issues), **empty,
    )  # fmt: skip


def _taken(values: Sequence[Any], codes: list[int]) -> pd.Series:
    return pd.Series(values).take(codes).reset_index(drop=True)


def _quotes(sentences: pd.DataFrame, entities: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
    said = sentences[sentences["text"].str.contains(SAID)].set_index("sentence_id", drop=False)
    named = entities.groupby("sentence_id")["actor_id"]
    codes = issues.groupby("sentence_id")["issue"].agg(list)
    tone = said["text"].map(lambda text: SENTIMENTS[zlib.crc32(text.encode("utf-8", "replace")) % 3])
    said = said.assign(quote_id=said["sentence_id"], kind="indirect", confidence=1.0, sentiment=tone, score=0.0)
    said["actor_id"], said["target_id"] = (
        named.nth(0).set_axis(_first(entities, 0)),
        named.nth(1).set_axis(_first(entities, 1)),
    )
    said["tone_words"] = [[] for _ in range(len(said))]
    said["issues"] = [codes.get(sentence, []) for sentence in said["sentence_id"]]
    return frames.checked("quotes", said.reindex(columns=list(frames.SCHEMAS["quotes"].columns)))


def _first(entities: pd.DataFrame, place: int) -> pd.Series:
    """Return the sentences that hold more names than `place`, in their order."""
    nth = entities.groupby("sentence_id").cumcount()
    return entities.loc[nth == place, "sentence_id"]


def many_mentions(number: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return mentions of 5,000 actors, as skewed as words are, with the articles and sentences of the news' number."""
    rng, each = np.random.default_rng(0), 17
    ids = pd.Series([f"n{n:05d}" for n in range(ALL)], dtype="str")
    place = np.arange(ALL * each)
    sentences = pd.DataFrame({"article_id": ids.take(place // each).to_numpy(), "start": place % each * 100})
    sentences["sentence_id"] = sentences["article_id"] + ":" + sentences["start"].astype(str)
    sentences["paragraph"] = place % each // 2
    skew = 1 / np.arange(1, 5001)
    chosen = np.sort(rng.integers(0, len(place), number))
    actors = pd.Series([f"actor-{n:04d}" for n in range(5000)], dtype="str")
    entities = sentences.iloc[chosen][["article_id", "sentence_id", "start"]].reset_index(drop=True)
    entities["actor_id"] = actors.take(rng.choice(5000, number, p=skew / skew.sum())).to_numpy()
    entities = entities.assign(end=entities["start"] + 5, type="PER")
    return entities, pd.DataFrame({"article_id": ids, "duplicate_group": ids}), sentences


def of_mentions() -> None:
    entities, articles, sentences = many_mentions(MENTIONS)
    place = {"articles": articles, "sentences": sentences}
    print(f"{MENTIONS:,} mentions in {len(sentences):,} sentences of {len(articles):,} articles")
    for within in ("sentence", "sentence", "paragraph", 3):
        options = {"within": within, **place}
        timed(f"co-occurrence, {within}, with intervals", lambda o=options: measures.cooccurrence(entities, **o))
    timed("co-occurrence, sentence, no intervals", lambda: measures.cooccurrence(entities, draws=0, **place))


def of_articles() -> None:
    c = timed("make the corpus without models", lambda: corpus(ARTICLES))
    print(f"\n{c}")
    every, place = c.articles, {"articles": c.articles, "sentences": c.sentences}
    timed("prevalence of issues", lambda: measures.prevalence(c.issues, every))
    timed("prevalence by month", lambda: measures.prevalence(c.issues, every, "month"))
    timed("prevalence by month and outlet", lambda: measures.prevalence(c.issues, every, ["month", "outlet"]))
    words = {"unit": "words", "sentences": c.sentences}
    timed(
        "prevalence in words by year, no copies",
        lambda: measures.prevalence(c.issues, every, "year", duplicates=False, **words),
    )
    timed("differences by outlet and year", lambda: measures.differences(c.issues, every, ["outlet", "year"]))
    timed("co-occurrence in sentences", lambda: measures.cooccurrence(c.entities, **place))
    moving = {"days": 90, "step": 90}
    timed(
        "co-occurrence over time",
        lambda: measures.over_time(
            every,
            lambda part: measures.cooccurrence(c.entities, articles=part, sentences=c.sentences, draws=0),
            **moving,
        ),
    )
    common = c.entities["actor_id"].value_counts().index[:50]
    top = c.entities[c.entities["actor_id"].isin(common)]
    graph = timed("network of 50 actors", lambda: measures.network(measures.cooccurrence(top, **place)))
    timed("backbone", lambda: measures.backbone(graph))
    timed("communities with stability", lambda: measures.communities(graph))
    timed("centralities with intervals", lambda: measures.centralities(graph, measures.incidence(top, **place)))
    for concept in measures.discourse.CONCEPTS:
        found = timed(
            f"statements on {concept}", lambda concept=concept: measures.statements(c.quotes, every, concept=concept)
        )
        timed(f"one-mode on {concept}", lambda found=found: measures.one_mode(found, "subtract", "average"))
        timed(f"two-mode on {concept}", lambda found=found: measures.two_mode(found))
    found = measures.statements(c.quotes, every, concept="issue")
    timed(
        "polarisation over time", lambda: measures.over_time(found, measures.polarisation, kernel="gaussian", **moving)
    )
    frequent = found["actor_id"].value_counts().index[:50]
    timed("concept backbone of 50 actors", lambda: measures.concept_backbone(found[found["actor_id"].isin(frequent)]))
    target = every.loc[every["outlet"] == every["outlet"].mode()[0], "article_id"]
    timed("keyness of actors", lambda: measures.keyness(c.entities, every, target))
    timed("keyness of issues", lambda: measures.keyness(c.issues, every, target, of="issue"))
    timed("kwic", lambda: measures.kwic(c.sentences, "sanksi*", sort="right"))
    sample = c.issues.sample(frac=0.9, random_state=0)
    timed("agreement of issues", lambda: measures.issue_agreement(c.issues, sample, every))
    counts = timed("terms and phrases", lambda: measures.term_counts(c.tokens, every["article_id"]))
    timed("keyness of words", lambda: measures.keyness(counts, every, target))
    for method in ("nmf", "lda"):
        topics = timed(
            f"20 topics, {method}",
            lambda method=method: measures.topics(every, c.tokens, 20, method=method, counts=counts),
        )
    timed("typical sentences", lambda: measures.typical_sentences(topics, c.sentences, c.tokens))
    timed("topics and issues", lambda: measures.coincidence(topics, c.issues, every))
    timed("stability of 5 to 25 topics", lambda: measures.study(counts.rows(measures.unique_articles(every))))


if __name__ == "__main__":
    if not (shared_folder() / "data" / "news" / "articles.jsonl.gz").exists():
        sys.exit("No news in the shared data: nothing to measure.")
    of_mentions()
    of_articles()
