"""How many topics the articles bear: stability and coherence over a range of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import __version__
from analysis.errors import SimakError
from analysis.kept import hashed
from analysis.measures.terms import TermCounts
from analysis.measures.topic_words import coherence, ranked
from analysis.measures.topics import fitted
from analysis.storage import replacing

KINDS = ("seed", "order", "sample")
SAMPLE = 0.8


def study(
    counts: TermCounts, numbers: Sequence[int] = (5, 10, 15, 20, 25), *, fits: int = 30, at_most: int | None = 3000,
    method: str = "nmf", top: int = 20, seed: int = 0, cache: str | Path | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return stability and coherence for each number of topics, and which number they recommend.

    For each number one model is fitted to all articles, and further ones to the same articles from other random
    starts (``seed``), in other orders (``order``) and to samples of 80 % of them (``sample``). Stability is the
    agreement of the ranked words of the first with each other model: average Jaccard over depths 1 to `top`, topics
    paired for the best total (Greene, O'Callaghan & Cunningham 2014, *ECML PKDD*). Recommended is, among the numbers
    whose stability is not clearly below the best one (its ``high`` reaches the best one's mean), the most coherent;
    ties go to the smaller number.

    Parameters
    ----------
    counts
        Of :func:`analysis.measures.terms.term_counts`, best with one article a duplicate group.
    numbers
        Numbers of topics to try.
    fits
        Models in all: at least four a number, so that each kind occurs.
    at_most
        Articles used, drawn with `seed`; None uses all.
    cache
        Folder in which the result is kept, under the texts' counts and all parameters, and found again.

    Returns
    -------
    DataFrame
        ``number, fits, stability, low, high`` (mean over runs ± 1.96 standard errors, cut to 0..1), ``stability_seed``,
        ``stability_order``, ``stability_sample``, ``coherence`` (mean NPMI of the topics of the first model),
        ``articles, recommended`` (bool, one row True).

    Raises
    ------
    SimakError
        When `fits` is too small or no number fits the articles.
    """
    if at_most is not None and len(counts.ids) > at_most:
        counts = counts.rows(np.random.default_rng(seed).choice(counts.ids, at_most, replace=False))
    numbers = sorted({number for number in numbers if 2 <= number < min(counts.matrix.shape)})
    each = fits // max(len(numbers), 1)
    if not numbers or each < 1 + len(KINDS):
        raise SimakError(
            f"fits={fits}: needed are {1 + len(KINDS)} for each number of topics that fits {len(counts.ids)} articles."
        )
    parts = (counts.matrix.data, counts.matrix.indices, counts.matrix.indptr)
    texts = (counts.terms.tolist(), *(part.astype(np.int64).tobytes() for part in parts))
    key = hashed(__version__, numbers, each, method, top, seed, *texts)
    file = None if cache is None else Path(cache) / f"{key}.parquet"
    if file is not None:
        with suppress(OSError, ValueError):  # missing, or damaged
            return pd.read_parquet(file)
    table = pd.DataFrame([_tried(counts, number, each, method, top, seed) for number in numbers])
    near = table[table["high"] >= table["stability"].max()]
    best = near.sort_values(["coherence", "number"], ascending=[False, True])["number"].iloc[0]
    table = table.assign(recommended=table["number"] == best)
    if file is not None:
        with suppress(OSError):  # a cache that cannot be written costs time alone
            file.parent.mkdir(parents=True, exist_ok=True)
            with replacing(file) as draft:
                table.to_parquet(draft, index=False)
    return table


def _tried(counts: TermCounts, number: int, fits: int, method: str, top: int, seed: int) -> dict[str, object]:
    agreement, components = stability(counts, number, runs=fits - 1, method=method, top=top, seed=seed)
    by_run = agreement.groupby(["run", "kind"])["agreement"].mean().reset_index()
    mean, error = by_run["agreement"].mean(), by_run["agreement"].sem()
    kinds = by_run.groupby("kind")["agreement"].mean()
    return {
        "number": number, "fits": fits, "stability": mean, "low": max(mean - 1.96 * error, 0.0),
        "high": min(mean + 1.96 * error, 1.0), **{f"stability_{kind}": kinds[kind] for kind in KINDS},
        "coherence": coherence(components, counts).mean(), "articles": len(counts.ids),
    }  # fmt: skip


def stability(
    counts: TermCounts, number: int, *, runs: int = 9, method: str = "nmf", top: int = 20, seed: int = 0
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return how well each topic is found again, ``run, kind, topic, agreement``, and the components compared with.

    Kinds take turns: runs 1, 4, 7 … start from another seed, 2, 5, 8 … see the articles in another order,
    3, 6, 9 … see a sample of them.
    """
    rng = np.random.default_rng(seed)
    reference = fitted(counts, number, method=method, seed=seed).components
    first = ranked(reference, counts.terms, top)
    tables = []
    for run in range(runs):
        kind = KINDS[run % len(KINDS)]
        n = len(counts.ids)
        picked = {
            "seed": np.arange(n),
            "order": rng.permutation(n),
            "sample": rng.choice(n, int(SAMPLE * n), replace=False),
        }[kind]
        part = replace(counts, matrix=counts.matrix[picked], ids=counts.ids[picked])
        start = "nndsvda" if kind == "sample" else "random"
        model = fitted(part, number, method=method, start=start, seed=seed + run + 1 if kind == "seed" else seed)
        agreement = matched(first, ranked(model.components, counts.terms, top))
        tables.append(
            pd.DataFrame({"run": run + 1, "kind": kind, "topic": np.arange(1, number + 1), "agreement": agreement})
        )
    return pd.concat(tables, ignore_index=True), reference


def matched(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the average Jaccard of each row of ranked words with its partner in the other model.

    Examples
    --------
    >>> matched(np.array([[1, 2], [3, 4]]), np.array([[4, 3], [1, 2]])).tolist()
    [1.0, 0.5]
    """
    from scipy.optimize import linear_sum_assignment

    depth = one.shape[1]
    places = np.full((len(other), max(one.max(), other.max()) + 1), depth)
    np.put_along_axis(places, other, np.arange(depth)[None, :], axis=1)
    depths = np.arange(1, depth + 1)
    agreement = np.empty((len(one), len(other)))
    for row, words in enumerate(one):
        worse = np.maximum(places[:, words], np.arange(depth)[None, :])
        shared = (worse[:, :, None] < depths).sum(axis=1)
        agreement[row] = (shared / (2 * depths - shared)).mean(axis=1)
    rows, columns = linear_sum_assignment(-agreement)
    return agreement[rows, columns]
