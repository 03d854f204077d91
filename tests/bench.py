"""Speed and memory of each stage, on a fixed sample of articles: `make bench`.

The sample is drawn by a hash of the text from the news of the shared data (see CONTRIBUTING.md); without it, the
seeds. Nothing is cached beforehand. The plain way is Stanza's own loop over texts with the same models. `SIMAK_BENCH`
names a number of articles, or "all".
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from conftest import ROOT, shared_folder

import analysis as an
from analysis import parts, standoff
from analysis.knowledge import Knowledge
from analysis.language.annotate import _places
from analysis.language.batches import batches, by_layers, by_processors, tagged
from analysis.language.pipeline import models_folder, pipeline

ARTICLES = os.environ.get("SIMAK_BENCH", "1200")
PROCESSES = 2


def sample(folder: Path) -> tuple[Path, str]:
    """Return a file or folder of articles, and what it is."""
    news = shared_folder() / "data" / "news" / "articles.jsonl.gz"
    if not news.exists():
        return ROOT / "seeds", "the five seeds"
    if ARTICLES == "all":
        return news, "all articles of the shared news"
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        mark = lambda line: hashlib.sha256(json.loads(line)["text"].encode()).digest()  # noqa: E731
        drawn = sorted(lines, key=mark)[: int(ARTICLES)]
    path = folder / "sample.jsonl"
    path.write_text("".join(drawn), "utf-8")
    return path, f"{len(drawn)} articles of the shared news"


def peak() -> float:
    """Return the most memory that this process, and the largest of its children, have held so far, in MB."""
    used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used) / (1024 if sys.platform == "linux" else 1024**2)


def timed(name: str, work: Callable[[], Any], articles: int = 0, tokens: int = 0) -> tuple[Any, float]:
    """Run one stage and print its line."""
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    rates = [
        f"{count / seconds:10.1f} {unit}/s" if count else " " * 21
        for count, unit in ((articles, "articles"), (tokens, "tokens"))
    ]
    print(f"{name:34s} {seconds:8.2f} s {rates[0]} {rates[1]}   peak {peak():,.0f} MB", flush=True)
    return result, seconds


def fresh(*arguments: str) -> Callable[[], Any]:
    return lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def labels(found: Any) -> pd.DataFrame:
    """Return what must be the same however articles are annotated: tokens with their labels, and names."""
    return pd.concat([found.tokens.drop(columns="text"), found.names.drop(columns="text").assign(lemma="name")])


def differing(one: pd.DataFrame, other: pd.DataFrame) -> int:
    """Return how many rows only one of the two has."""
    return len(pd.concat([one, other]).astype(str).drop_duplicates(keep=False))


@contextmanager
def operations() -> Iterator[list[float]]:
    """Count the multiplications and additions of layers that run meanwhile, padding left out."""
    counted = [0.0]

    def seen(layer: Any, given: tuple[Any, ...], _: Any) -> None:
        data = getattr(given[0], "data", given[0])
        weights = [w for name, w in layer.named_parameters(recurse=False) if w.dim() > 1]
        if isinstance(layer, torch.nn.LSTM | torch.nn.LSTMCell | torch.nn.Linear | torch.nn.Conv1d):
            steps = data.numel() / data.shape[-1] if not isinstance(layer, torch.nn.Conv1d) else data[:, 0].numel()
            counted[0] += 2 * steps * sum(w.numel() for w in weights)

    handle = torch.nn.modules.module.register_module_forward_hook(seen)
    yield counted
    handle.remove()


def matrix_product() -> float:
    """Return the floating-point operations a second that a product of matrices reaches on one thread."""
    side = torch.randn(1_000, 1_000)
    side @ side
    started = time.perf_counter()
    for _ in range(20):
        side @ side
    return 20 * 2 * 1_000**3 / (time.perf_counter() - started)


def main() -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        source, kind = sample(Path(folder))
        print(f"{kind}; {os.cpu_count()} cores; Simak {an.__version__}, torch {torch.__version__}\n")
        starting()
        (articles, skipped), _ = timed("read", lambda: an.read_articles(source))
        annotating(articles, Path(folder))
        extracting(articles, skipped, Path(folder) / "one")


def starting() -> None:
    load = "from analysis.language.pipeline import MODELS, pipeline; pipeline(MODELS)"
    timed("import analysis", fresh("-c", "import analysis"))
    timed("simak --help", fresh("-m", "analysis.cli", "--help"))
    timed("models ready, from nothing", fresh("-c", load))


def annotating(articles: pd.DataFrame, folder: Path) -> None:
    texts = [text[s:e] for text, body in zip(articles["text"], articles["body"], strict=True) for s, e in body]
    nlp = pipeline(models_folder())
    nlp("Xi Jinping tiba di Jakarta.")
    speed = matrix_product()
    with operations() as counted:
        one, alone = timed("annotate, one process", lambda: an.annotate(articles, cache=folder / "one", processes=1))
    size, tokens = len(articles), len(one.tokens)
    print(f"{'':34s} {tokens / alone:,.0f} tokens/s; {counted[0] / tokens / 1e6:.1f} million operations a token take "
          f"{100 * counted[0] / speed / alone:.0f} % of the time at the {speed / 1e9:.0f} billion a second of a matrix "
          "product")  # fmt: skip
    _, start = timed(f"start {PROCESSES} processes", started)
    two, beside = timed(
        f"annotate, {PROCESSES} processes", lambda: an.annotate(articles, cache=folder / "two", processes=PROCESSES),
        size, tokens,
    )  # fmt: skip
    torch.set_num_threads(PROCESSES)
    _, plain = timed("annotate, the plain way", lambda: [nlp(text) for text in texts], size, tokens)
    torch.set_num_threads(1)
    ratio, efficiency = plain / beside, alone / beside / PROCESSES
    print(f"{'':34s} {plain / (start + beside):.2f} times as fast as the plain way, start included; {ratio:.2f} "
          f"without, as the plain way has its models loaded; parallel efficiency {efficiency:.2f}, "
          f"{alone / (start + beside) / PROCESSES:.2f} with the start; "
          f"{differing(labels(one), labels(two))} labels of {tokens:,} tokens differ")  # fmt: skip
    # Stanza pads the last piece of a long paragraph by its neighbours, which then sway the labels; so each stands alone
    missing = _places(articles).drop_duplicates("key")
    long = missing["plain"].str.len() >= 1_000
    together = [*batches(missing[~long]), *(row.to_frame().T for _, row in missing[long].iterrows())]
    own, stanzas = (
        pd.DataFrame(
            (key, *token)
            for batch in together
            for key, found in zip(batch["key"], read(batch["plain"].tolist(), models_folder()), strict=True)
            for sentence in found
            for token in sentence
        )
        for read in (by_layers, by_processors)
    )
    print(f"{'':34s} {differing(own, stanzas)} labels of {len(own):,} tokens differ from those of Stanza's processors")


def started() -> None:
    from joblib import Parallel, delayed, parallel_config

    one = pd.DataFrame({"key": ["a"], "plain": ["Blinken tiba di Beijing."]})

    with parallel_config("loky", n_jobs=PROCESSES, inner_max_num_threads=1):
        ready = Parallel(batch_size=1, pre_dispatch="2*n_jobs")
        ready(delayed(tagged)(one, models_folder()) for _ in range(PROCESSES))


def extracting(articles: pd.DataFrame, skipped: pd.DataFrame, cache: Path) -> None:
    tokens = len(an.annotate(articles, cache=cache).tokens)
    size, steps = len(articles), {"language": "", "begun": "", "issues": "", "said": "", "toned": "", "quotes": ""}
    whole, _ = timed("extract, annotations kept", lambda: an.extract(articles, skipped, cache=cache), size, tokens)
    known = parts.Work(Knowledge(), models_folder().absolute(), cache / "again", "")
    (cache / "again").mkdir()
    (cache / "again" / "annotations").symlink_to(cache / "annotations")
    held = parts.Part(known, articles, bearers(articles, whole), whole.actors)
    for step in steps:
        name = {"begun": "entities", "language": "tokens", "issues": "issues"}.get(step, "quotes")
        timed(f"  of it, in one part, {step}", lambda step=step, name=name: getattr(held, step)[name], size, tokens)
    (own := cache / "own").mkdir()
    (own / "codebook.yml").write_text("trade:\n  patterns+: [semikonduktor]\n", "utf-8")
    timed("extract, nothing changed", lambda: an.extract(articles, skipped, cache=cache), size, tokens)
    timed(
        "extract, an edited codebook", lambda: an.extract(articles, skipped, Knowledge(own), cache=cache), size, tokens
    )
    timed("prevalence", lambda: an.prevalence(an.of_articles(whole.issues, whole.sentences), whole.articles))
    timed("co-occurrence", lambda: an.cooccurrence(whole.entities, within="sentence"))
    timed("standoff", lambda: standoff.write(whole, cache / "standoff"), size)


def bearers(articles: pd.DataFrame, whole: Any) -> pd.DataFrame:
    from analysis.extraction import actors
    from analysis.language.annotate import joints

    return actors.begun(articles, whole.sentences, whole.names, joints(whole.tokens), Knowledge())[1]


if __name__ == "__main__":
    main()
