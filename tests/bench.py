"""Speed and memory of each stage, on a fixed sample of articles: `make bench`.

The sample is drawn by a hash of the text from the news of the shared data (see CONTRIBUTING.md);
without it, the seeds. Each stage runs once, in a process that has run the stages before it; nothing
is cached beforehand. The plain way is Stanza's own loop over texts, with the same models.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import ROOT, shared_folder

import analysis as an
from analysis import standoff
from analysis.language.pipeline import models_folder, pipeline

ARTICLES = int(os.environ.get("SIMAK_BENCH_ARTICLES", 200))


def sample(folder: Path) -> tuple[Path, str]:
    """Return a file or folder of articles, and what it is."""
    news = shared_folder() / "data" / "news" / "articles.jsonl.gz"
    if not news.exists():
        return ROOT / "seeds", "the five seeds"
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        drawn = sorted(lines, key=lambda line: hashlib.sha256(json.loads(line)["text"].encode()).digest())[:ARTICLES]
    path = folder / "sample.jsonl"
    path.write_text("".join(drawn), "utf-8")
    return path, f"{len(drawn)} articles of the shared news"


def timed(name: str, work: Callable[[], Any], articles: int = 0, tokens: int = 0) -> tuple[Any, float]:
    """Run one stage and print its line."""
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    rates = [
        f"{count / seconds:10.1f} {unit}/s" if count else " " * 21
        for count, unit in ((articles, "articles"), (tokens, "tokens"))
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    print(f"{name:26s} {seconds:8.2f} s {rates[0]} {rates[1]}   peak {peak:,.0f} MB", flush=True)
    return result, seconds


def fresh(*arguments: str) -> Callable[[], Any]:
    return lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, kind = sample(Path(folder))
        print(f"{kind}; {os.cpu_count()} cores; {an.__version__}\n")
        timed("import analysis", fresh("-c", "import analysis"))
        timed("simak --help", fresh("-c", "from analysis.cli import main; main(['--help'])"))
        (articles, skipped), _ = timed("read", lambda: an.read_articles(source))
        count, texts = (
            len(articles),
            [text[s:e] for text, body in zip(articles["text"], articles["body"], strict=True) for s, e in body],
        )
        nlp, _ = timed("load models", lambda: pipeline(models_folder()))
        cache = Path(folder) / "cache"
        started = time.perf_counter()
        found = an.annotate(articles, cache=cache)
        ours, tokens = time.perf_counter() - started, len(found.tokens)
        print(f"{'annotate':26s} {ours:8.2f} s {count / ours:10.1f} articles/s {tokens / ours:10.1f} tokens/s")
        _, plain = timed("annotate, the plain way", lambda: [nlp(text) for text in texts], count, tokens)
        print(f"{'':26s} {plain / ours:8.2f} times as fast as the plain way")
        corpus, _ = timed(
            "extract, annotations kept", lambda: an.extract(articles, skipped, cache=cache), count, tokens
        )
        timed("prevalence", lambda: an.prevalence(corpus.issues, corpus.articles))
        timed("co-occurrence", lambda: an.cooccurrence(corpus.entities, within="sentence"))
        timed("standoff", lambda: standoff.write(corpus, Path(folder) / "standoff"), count)


if __name__ == "__main__":
    main()
