"""How the reader of statements learns: a teacher from people's codes, the reader from both.

    python -m analysis.extraction.training.lessons teacher ARTICLES.jsonl.gz FRAMES WORK E5.bin TOKENIZER.json
    python -m analysis.extraction.training.lessons reader ARTICLES.jsonl.gz FRAMES WORK

FRAMES holds the frames of the same articles (`simak report ARTICLES.jsonl.gz --to OUT` writes them into `OUT/frames`),
WORK what `training/reader.py` learnt of words. The first command learns the teacher (`teacher.py`) and keeps in WORK
what it makes of 70,000 statements that nobody coded. The second learns the reader, once from all coded statements, and
once without each quarter of their articles, so that `readings.csv.gz` holds of each statement what a reader makes of
it that has not seen its article. Then `training/tone.py` learns what is weighed beside the reader.
"""

from __future__ import annotations

import gzip
import hashlib
import random
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from analysis import frames
from analysis.extraction import reader
from analysis.extraction.reader import Window
from analysis.extraction.training import judging, teacher, tone
from analysis.extraction.training import reader as own
from analysis.extraction.training.judging import Example, Soft
from analysis.knowledge import Knowledge
from analysis.language.training import names

UNCODED, FOLDS = 70_000, 4
ABROAD = 5  # names of the world's politics in an article that comes first
TEACHER_STEPS = 2_900
TEACHERS = (1, 2)  # seeds of those whose judgements are averaged
OWN = judging.Model(reader.hidden, own.SIZE, reader.PAD, reader.HIDDEN, lambda pieces: pieces <= reader.CLOSE)
WORDS = own.Words(teacher.hidden, "emb.word", teacher.FIRST, teacher.UNKNOWN, 0, 4e-4, 0.02)


def coded(source: Path) -> tuple[pd.DataFrame, tone.Found]:
    """Return the coded statements, and what is found in their articles."""
    labels = tone.coded_labels()
    articles, _ = tone.coded_articles(source, set(labels["hash"]))
    texts = {mark: article["text"] for mark, article in articles.items()}
    return tone.statements(labels, texts), tone.found_in(articles, Knowledge())


def uncoded(folder: Path, marks: set[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return statements, articles and mentions of news that nobody coded: those of the world's politics first.

    Articles that share three runs of eight words with a gold article are left out.
    """
    articles, quotes, entities = (frames.read(name, folder / f"{name}.parquet") for name in
                                  ("articles", "quotes", "entities"))  # fmt: skip
    held = own.held_back(articles["text"])
    free = articles[[not own.near(t, held) and own.sha1(t)[:16] not in marks for t in articles["text"]]]
    known = [" ".join(name) for name, kind in names.gazetteer().items() if kind in ("PER", "LOC")]
    counts = free["text"].str[:3000].map(lambda text: sum(f" {name}" in text for name in known))
    abroad = quotes["article_id"].isin(free.loc[counts >= ABROAD, "article_id"])
    rest = quotes[~abroad & quotes["article_id"].isin(free["article_id"])].sample(frac=1, random_state=0)
    return pd.concat([quotes[abroad], rest])[:UNCODED].reset_index(drop=True), articles, entities


def meanings(
    said: pd.DataFrame, asked: list[tuple[Window, list[tuple[int, int]]]], found: tone.Found
) -> list[tuple[int, list[int] | None]]:
    """Return of each coded statement its tone, and which of the names in its window are meant."""
    ids = dict(zip(found.actors["name"], found.actors["actor_id"], strict=True))
    actor = {(e.article_id, e.start, e.end): e.actor_id for e in found.entities.itertuples()}
    told = []
    for row, (_, spans) in zip(said.itertuples(), asked, strict=True):
        wanted = [n for n, span in enumerate(spans) if actor[row.article_id, *span] == ids.get(row.target, row.target)]
        known = row.label != "neutral" and row.target != tone.NOT_CODED and (row.target == "" or bool(wanted))
        told.append((frames.SENTIMENTS.index(row.label), wanted if known else None))
    return told


def _example(
    window: Window, spans: list[tuple[int, int]], told: tuple[int, list[int] | None] = (-1, None),
    soft: Soft | None = None,
) -> Example:  # fmt: skip
    places = [window.places(*span) for span in spans]
    return Example(window.pieces, window.said, places, None if told[0] < 0 else told[0], told[1], soft)


def fold(hashes: pd.Series) -> np.ndarray:
    """Return in which quarter of the articles each statement stands."""
    return np.array(
        [int(hashlib.sha1(f"f{h}".encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS for h in hashes]
    )


def larger(
    asked: list[tuple[Window, list[tuple[int, int]]]], said: pd.DataFrame, articles: pd.DataFrame,
    pieces: teacher.Pieces,
) -> list[Window]:  # fmt: skip
    """Return the windows of the teacher on the same statements."""
    shown = articles.set_index("article_id")[["title", "text"]].fillna("").T.to_dict()
    rows = zip(asked, said["article_id"], said["start"], said["end"], strict=True)
    return [teacher.window(*shown[a].values(), int(start), int(end), pieces) for _, a, start, end in rows]


def teach(source: Path, folder: Path, work: Path, weights: Path, tokenizer: Path) -> None:
    """Learn teachers, and keep what they make of uncoded statements: `WORK/soft_N.npz`, without quarter N."""
    news = list(own.paragraphs(source))
    pieces = teacher.Pieces.of_texts(tokenizer, (p for article in news for p in article))
    model, of = teacher.model(pieces), WORDS._replace(covering=pieces.covering)
    numbers = own.numbered(news, pieces, teacher.LAST, teacher.FIRST)
    start = own.words(teacher.weights(weights, pieces), of, numbers, pieces.inside(), TEACHER_STEPS)
    said, found = coded(source)
    own_pieces = reader.Pieces((work / "pieces.txt").read_text("utf-8").split("\n"))
    asked = list(reader.windows(said, found.articles, found.entities, own_pieces))
    wide = larger(asked, said, found.articles, pieces)
    rows = zip(wide, asked, meanings(said, asked, found), strict=True)
    known = [_example(window, spans, told) for window, (_, spans), told in rows]
    free, articles, entities = uncoded(folder, set(said["hash"]))
    asked = list(reader.windows(free, articles, entities, own_pieces))
    unknown = [_example(w, s) for w, (_, s) in zip(larger(asked, free, articles, pieces), asked, strict=True)]
    quarter = fold(said["hash"])
    for without in range(FOLDS + 1):
        tones, aims = np.zeros((len(unknown), 3)), [np.zeros(len(e.names) + 1) for e in unknown]
        for seed in TEACHERS:
            some = [e for e, q in zip(known, quarter, strict=True) if q != without]
            taught = judging.learnt(some, start, model, epochs=6, rate=6e-5, seed=seed)
            odds, each = judging.read(unknown, taught, model)
            tones += judging.likely(odds) / len(TEACHERS)
            aims = [a + judging.likely(b) / len(TEACHERS) for a, b in zip(aims, each, strict=True)]
        np.savez_compressed(work / f"soft_{without}.npz", tones=tones.astype(np.float16),
                            aims=np.concatenate(aims).astype(np.float16))  # fmt: skip


def learn(source: Path, folder: Path, work: Path) -> None:
    """Learn the reader from what the teacher makes of statements, then from people's codes too, and write it."""
    (said, found), listed = coded(source), (work / "pieces.txt").read_text("utf-8")
    pieces, quarter = reader.Pieces(listed.split("\n")), fold(said["hash"])
    heard = list(reader.windows(said, found.articles, found.entities, pieces))
    rows = zip(heard, meanings(said, heard, found), strict=True)
    known = [_example(window, spans, told) for (window, spans), told in rows]
    free, articles, entities = uncoded(folder, set(said["hash"]))
    asked = list(reader.windows(free, articles, entities, pieces))
    with np.load(work / "words.npz", allow_pickle=False) as stored:
        start = {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}
    lines: dict[int, str] = {}
    for without in (*range(FOLDS), FOLDS):
        with np.load(work / f"soft_{without}.npz", allow_pickle=False) as soft:
            tones, aims = soft["tones"], np.split(soft["aims"], np.cumsum([len(s) + 1 for _, s in asked])[:-1])
        taught = [_example(w, s, soft=Soft(t, a)) for (w, s), t, a in zip(asked, tones, aims, strict=True)]
        weights = judging.learnt(taught, start, OWN, epochs=4, rate=6e-4, size=192)
        some = [e for e, q in zip(known, quarter, strict=True) if q != without]
        both = some + random.Random(without).sample(taught, 2 * len(some))
        weights = judging.learnt(both, weights, OWN, epochs=3, rate=2e-4, size=64, seed=11)
        inside = np.flatnonzero(quarter == without)
        odds, aims = judging.read([known[row] for row in inside], weights, OWN)
        for row, one, each in zip(inside, odds, aims, strict=True):
            lines[row] = _line(said.iloc[row], one, each, heard[row][1])
    head = "hash,start,end,tone,aims\n"
    with tone.READINGS.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write("".join([head, *(lines[row] for row in sorted(lines))]).encode())
    own.write({n: v.cpu() for n, v in weights.items()}, listed)


def _line(row: pd.Series, odds: np.ndarray, aims: np.ndarray, spans: list[tuple[int, int]]) -> str:
    each = " ".join(f"{a}-{b}:{round(float(o - aims[-1]), 2):g}" for (a, b), o in zip(spans, aims[:-1], strict=True))
    return f"{row['hash']},{row['start']},{row['end']},{' '.join(f'{round(float(o), 2):g}' for o in odds)},{each}\n"


if __name__ == "__main__":
    {"teacher": teach, "reader": learn}[sys.argv[1]](*map(Path, sys.argv[2:]))
