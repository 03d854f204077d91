"""Which actors the coverage names together, how much more often than chance, and how sure that is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.frames import Frame
from analysis.measures.incidence import Incidence, incidence
from analysis.measures.inference import BLOCK, bounds, grouped, log_likelihood, q_values, weights

ENOUGH_GROUPS = 3
CHUNK = 2_000  # pairs at a time, so that their draws stay in the cache of the processor


def cooccurrence(
    entities: Frame, within: str | int = "sentence", *, minimum: int = 2, level: float = 0.95, draws: int = 200,
    seed: int = 0, **frames: Any,
) -> pd.DataFrame:  # fmt: skip
    """Return every pair of actors that is named together at least `minimum` times, with measures of association.

    A pair counts once in a unit, however often the unit names it. All measures rest on four numbers: units that
    name both, units that name each, and all units.

    Parameters
    ----------
    entities
        The frame of mentions; :func:`~analysis.measures.incidence.mentions` filters it by type and country, or
        makes people their country.
    within
        The unit: ``sentence``, ``paragraph``, ``article``, ``quote``, or a whole number of sentences.
    minimum
        Least support: pairs with a lower count are left out, before p-values are adjusted.
    level, draws, seed
        Of the intervals of npmi, by a bootstrap over duplicate groups; 0 draws give none (NaN).
    frames
        ``articles``, ``sentences``, ``quotes`` and ``issues``, as in :func:`~analysis.measures.incidence.incidence`,
        which says too how frames are given in parts.

    Returns
    -------
    DataFrame
        One row a pair, strongest log-likelihood first, then by ids: ``source`` < ``target`` (actor_id), ``count``,
        ``source_count``, ``target_count``, ``units`` (int64), ``expected`` (count under independence),
        ``log_likelihood`` (G², Dunning 1993, *Computational Linguistics* 19:61-74; 3.84 is p = 0.05), ``npmi``
        (-1..1, Bouma 2009, *GSCL* 31-40) with ``low`` and ``high`` (NaN where not ``enough``), ``jaccard``, ``p``
        (Fisher's exact test that they are named together more often than by chance), ``q`` (false discovery rate
        over all rows, Benjamini & Hochberg 1995), ``articles`` and ``groups`` in which they are named together,
        ``enough`` (at least three duplicate groups).

    Raises
    ------
    SimakError
        When `within` is unknown or a frame that it needs is missing.

    See Also
    --------
    analysis.measures.networks.network : the pairs as a graph.
    analysis.measures.periods.over_time : the pairs of windows that move over time.

    Examples
    --------
    >>> entities = pd.DataFrame({"article_id": ["a", "a", "b", "b", "b"], "type": "LOC",
    ...     "sentence_id": ["a:0-9", "a:0-9", "b:0-9", "b:0-9", "b:10-19"], "start": 0, "end": 1,
    ...     "actor_id": ["china", "united-states", "china", "united-states", "china"]})
    >>> cooccurrence(entities)[["source", "target", "count", "units", "jaccard"]].round(2).values.tolist()
    [['china', 'united-states', 2, 3, 0.67]]
    """
    from scipy.stats import hypergeom

    found = incidence(entities, within, **frames)
    unit, key = _pairs(found.matrix)
    pair, keys = pd.factorize(key, sort=True)
    del key
    count = np.bincount(pair, minlength=len(keys))
    kept = count >= minimum
    source, target = np.divmod(keys[kept], found.matrix.shape[1])
    seen = kept[pair]
    count, unit, pair = count[kept], unit[seen], (np.cumsum(kept, dtype=np.int32) - 1)[pair[seen]]
    each = found.matrix.sum(axis=0).astype(np.int64)
    n, a, b = int(found.sizes.sum()), each[source], each[target]
    p = hypergeom.sf(count - 1, n, a, b)
    in_articles, in_groups = (
        sparse.coo_array((np.ones(len(pair), dtype=np.float32), (of[unit], pair)), shape=(number, len(count))).tocsr()
        for of, number in ((found.article, found.article.max(initial=-1) + 1), (found.group, len(found.sizes)))
    )  # fmt: skip
    low, high = _npmi_bounds(found, source, target, in_groups, level, draws, seed)
    groups = np.bincount(in_groups.indices, minlength=len(source))
    table = pd.DataFrame(
        {
            "source": found.actors[source], "target": found.actors[target], "count": count,
            "source_count": a, "target_count": b, "units": n, "expected": a * b / max(n, 1),
            "log_likelihood": log_likelihood(count, a, b, n),
            "npmi": _npmi(*np.log([count, a, b, np.full_like(a, n)])),
            "low": low, "high": high, "jaccard": count / (a + b - count), "p": p, "q": q_values(p),
            "articles": np.bincount(in_articles.indices, minlength=len(source)), "groups": groups,
            "enough": groups >= ENOUGH_GROUPS,
        }
    ).astype({"source": "str", "target": "str"})  # fmt: skip
    order = ["log_likelihood", "source", "target"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _pairs(matrix: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Return the unit and the key (first column × columns + second) of each pair of actors that a unit names.

    In all units at once each actor is paired with the n-th next, for n from 1 to the longest unit.
    """
    unit = np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))
    left = matrix.indptr[1:][unit] - np.arange(matrix.nnz) - 1
    column = matrix.indices.astype(np.int64)
    units, keys = [unit[:0]], [column[:0]]
    for ahead in range(1, left.max(initial=0) + 1):
        first = np.flatnonzero(left >= ahead)
        units.append(unit[first])
        keys.append(column[first] * matrix.shape[1] + column[first + ahead])
    return np.concatenate(units), np.concatenate(keys)


def _npmi_bounds(
    found: Incidence, source: np.ndarray, target: np.ndarray, in_groups: sparse.csr_array, level: float, draws: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return the interval of npmi of each pair, from resampled numbers of all four kinds."""
    low, high = np.full((2, len(source)), np.nan)
    wanted = np.flatnonzero(np.bincount(in_groups.indices, minlength=len(source)) >= ENOUGH_GROUPS)
    if not draws or not len(wanted):
        return low, high
    drawn = np.empty((len(found.sizes), draws), dtype=np.float32)
    for number, block in enumerate(weights(len(found.sizes), draws, seed)):
        drawn[:, number * BLOCK : number * BLOCK + len(block)] = block.T
    used, ends = np.unique(np.concatenate([source[wanted], target[wanted]]), return_inverse=True)
    ends = ends.reshape(2, -1)
    named = grouped(found.matrix[:, used], found.group, len(found.sizes)).astype(np.float32)
    together = sparse.csr_array(in_groups.T, dtype=np.float32)[wanted]
    with np.errstate(divide="ignore"):
        each, n = np.log(named.T @ drawn), np.log(found.sizes.astype(np.float32) @ drawn)
        for first in range(0, len(wanted), CHUNK):
            part = slice(first, first + CHUNK)
            npmi = _npmi(np.log(together[part] @ drawn), each[ends[0, part]], each[ends[1, part]], n)
            low[wanted[part]], high[wanted[part]] = bounds(npmi.T, level)
    return low, high


def _npmi(count: np.ndarray, a: np.ndarray, b: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return, from logarithms, ln(p(x, y) / p(x) p(y)) / -ln p(x, y): 1 always together, 0 as by chance, -1 never."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (count + n - a - b) / (n - count)
    value[count == -np.inf] = -1
    value[count >= n] = 1
    return value
