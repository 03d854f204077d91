"""Measures on a million articles, part by part, and the memory they take: `make bench-million`.

The frames are those of `bench_measures.py`, written again and again with new ids, so that they do not fit in memory
as a whole; texts, tokens and quotes are left out, for nothing here reads them. `SIMAK_BENCH_TIMES` says how
many times the 22,313 articles are written (45: 1,004,085 articles, some 5 GB on the disk).
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import bench_measures
import pandas as pd
import pyarrow.parquet as pq
from bench_measures import Found
from conftest import shared_folder

from analysis import frames, measures
from analysis.corpus import FRAMES, Corpus
from analysis.extraction.issues import of_articles

TIMES = int(os.environ.get("SIMAK_BENCH_TIMES", "45"))
EMPTY = ("skipped", "tokens", "names", "actors", "quotes")


def repeated(whole: Corpus, folder: Path) -> Corpus:
    """Return a saved corpus that holds the articles of another `TIMES` times, each time under other ids."""
    for name in FRAMES:
        frame = getattr(whole, name)
        if name == "articles":
            frame = frame.assign(text="", body=[[] for _ in range(len(frame))])
        with frames.writer(name, folder / f"{name}.parquet") as file:
            for part in [frame.head(0)] if name in EMPTY else copies(frame):
                file.write_table(frames.as_table(name, part))
    return Corpus.load(folder)


def copies(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    ids = [name for name in ("article_id", "sentence_id", "duplicate_group") if name in frame]
    for time in range(TIMES):
        yield frame.assign(**{name: f"t{time:02d}" + frame[name] for name in ids})


def main() -> None:
    def timed(name: str, work: Callable[[], Found]) -> Found:
        found = bench_measures.timed(name, work)
        print(f"{'':58s} peak so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.1f} GB")
        return found

    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        made = os.fork()  # a process of its own, so that what making takes is not counted
        if not made:
            repeated(bench_measures.corpus(bench_measures.ALL), Path(folder))
            os._exit(0)
        if os.waitpid(made, 0)[1]:
            sys.exit("The corpus could not be made.")
        corpus = Corpus.load(folder)
        sizes = {name: pq.read_metadata(Path(folder) / f"{name}.parquet").num_rows for name in FRAMES}
        print(", ".join(f"{size:,} {name}" for name, size in sizes.items() if size))
        columns = ["article_id", "duplicate_group", "date", "outlet"]
        articles = timed("articles", lambda: pd.read_parquet(Path(folder) / "articles.parquet", columns=columns))
        codes = timed("codes of articles", lambda: of_articles(corpus.parts("issues"), corpus.parts("sentences")))
        for by in ("month", "outlet"):
            timed(f"prevalence by {by}", lambda by=by: measures.prevalence(codes, articles, by))
        timed(
            "co-occurrence in sentences, with intervals",
            lambda: measures.cooccurrence(
                corpus.parts("entities"), articles=articles, sentences=corpus.parts("sentences"), minimum=20
            ),
        )


if __name__ == "__main__":
    if not (shared_folder() / "data" / "news" / "articles.jsonl.gz").exists():
        sys.exit("No news in the shared data: nothing to measure.")
    main()
