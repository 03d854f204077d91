"""Which actors the coverage names together, how much more often than chance, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, special

from analysis.measures.incidence import Incidence, incidence
from analysis.measures.inference import bounds, exact_p, q_values, weights
from analysis.measures.periods import windows

ENOUGH_GROUPS = 3
CHUNK = 20_000
COLUMNS = (
    "source", "target", "count", "source_count", "target_count", "units", "expected", "log_likelihood",
    "npmi", "low", "high", "jaccard", "p", "q", "articles", "groups", "enough",
)  # fmt: skip


def cooccurrence(
    entities: pd.DataFrame,
    within: str | int = "sentence",
    *,
    articles: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None,
    actors: pd.DataFrame | None = None,
    types: Iterable[str] | None = None,
    countries: Iterable[str] | None = None,
    roll_up: Iterable[str] = (),
    issues: pd.DataFrame | None = None,
    minimum: int = 2,
    level: float = 0.95,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Return every pair of actors that is named together at least `minimum` times, with measures of association.

    A pair counts once in a unit, however often the unit names it. All measures rest on four numbers: units that
    name both, units that name each, and all units.

    Parameters
    ----------
    entities
        The frame of mentions.
    within
        The unit: ``sentence``, ``paragraph``, ``article``, ``quote`` (the content of a quote), or a whole number n:
        each run of n consecutive sentences of an article.
    articles
        Gives duplicate groups for the intervals; without it each article stands for itself. Mentions in other
        articles are left out.
    sentences
        All sentences: then units that name nobody count among ``units`` too (as they should: association is
        measured against all text). Needed for paragraphs and runs of sentences.
    quotes
        Needed for ``quote``.
    actors
        Needed for `countries` and `roll_up`.
    types
        Mentions of these types alone, such as ``("PER", "ORG")``.
    countries
        Actors of these countries (``actor_id`` of the country) alone, and the countries themselves.
    roll_up
        Types whose actors are counted as their country: ``("PER",)`` makes people their country. Actors without a
        country stay themselves.
    issues
        Rows of the frame ``issues``: only units that hold one of their sentences are looked at.
    minimum
        Least support: pairs with a lower count are left out, before p-values are adjusted.
    level, draws, seed
        Of the intervals of npmi, by a bootstrap over duplicate groups; 0 draws give none (NaN).

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
    incidence : the same options, giving the matrix behind the pairs.
    analysis.measures.networks.network : the pairs as a graph.

    Examples
    --------
    >>> entities = pd.DataFrame({"article_id": ["a", "a", "b", "b", "b"], "type": "LOC",
    ...     "sentence_id": ["a:0-9", "a:0-9", "b:0-9", "b:0-9", "b:10-19"], "start": 0, "end": 1,
    ...     "actor_id": ["china", "united-states", "china", "united-states", "china"]})
    >>> cooccurrence(entities)[["source", "target", "count", "units", "jaccard"]].round(2).values.tolist()
    [['china', 'united-states', 2, 3, 0.67]]
    """
    found = incidence(
        entities, within, articles=articles, sentences=sentences, quotes=quotes, actors=actors, types=types,
        countries=countries, roll_up=roll_up, issues=issues,
    )  # fmt: skip
    return _measured(found, minimum, level, draws, seed)


def cooccurrence_over_time(
    entities: pd.DataFrame,
    articles: pd.DataFrame,
    within: str | int = "sentence",
    *,
    days: int = 90,
    step: int = 30,
    **options: Any,
) -> pd.DataFrame:
    """Return the pairs of each of a row of windows that move over the dated articles.

    Parameters
    ----------
    entities, articles, within, options
        As in :func:`cooccurrence`.
    days, step
        Length of a window, and days from one window to the next.

    Returns
    -------
    DataFrame
        ``first`` and ``last`` day (datetime64), then the columns of :func:`cooccurrence`; q is of a window.

    Examples
    --------
    >>> articles = pd.DataFrame({"article_id": ["a"], "duplicate_group": ["a"], "date": pd.to_datetime(["2023-06-19"])})
    >>> entities = pd.DataFrame({"article_id": "a", "sentence_id": "a:0-9", "start": [0, 5], "end": [1, 6],
    ...                          "type": "LOC", "actor_id": ["china", "taiwan"]})
    >>> cooccurrence_over_time(entities, articles, minimum=1)[["first", "source", "target"]].astype(str).values.tolist()
    [['2023-06-19', 'china', 'taiwan']]
    """
    tables = [
        cooccurrence(entities, within, articles=part, **options).assign(first=first, last=last)
        for first, last, part in windows(articles, days, step)
    ]
    order = ["first", "last", *COLUMNS]
    return pd.concat(tables, ignore_index=True)[order] if tables else pd.DataFrame(columns=order)


def _measured(found: Incidence, minimum: int, level: float, draws: int, seed: int) -> pd.DataFrame:
    together = sparse.triu(found.matrix.T @ found.matrix, k=1).tocoo()
    kept = together.data >= max(minimum, 1)
    source, target, count = together.row[kept], together.col[kept], together.data[kept].astype(np.int64)
    each = found.matrix.sum(axis=0).astype(np.int64)
    n, a, b = int(found.sizes.sum()), each[source], each[target]
    p = exact_p(count, n, a, b)
    in_articles = _pair_counts(found, source, target)
    to_group = sparse.csr_array(
        (np.ones(len(found.article)), (found.group, found.article)),
        shape=(len(found.sizes), in_articles.shape[0]),
    )
    to_group.data[:] = 1
    in_groups = sparse.csr_array(to_group @ in_articles)
    low, high = _npmi_bounds(found, source, target, in_groups, level, draws, seed)
    groups = np.bincount(in_groups.indices, minlength=len(source))
    table = pd.DataFrame(
        {
            "source": found.actors[source], "target": found.actors[target], "count": count,
            "source_count": a, "target_count": b, "units": n, "expected": a * b / max(n, 1),
            "log_likelihood": _log_likelihood(count, a, b, n),
            "npmi": _npmi(*np.log([count, a, b, np.full_like(a, n)])),
            "low": low, "high": high, "jaccard": count / (a + b - count), "p": p, "q": q_values(p),
            "articles": np.bincount(in_articles.indices, minlength=len(source)), "groups": groups,
            "enough": groups >= ENOUGH_GROUPS,
        }
    ).astype({"source": "str", "target": "str"})  # fmt: skip
    order = ["log_likelihood", "source", "target"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _pair_counts(found: Incidence, source: np.ndarray, target: np.ndarray) -> sparse.csr_array:
    """Return articles × pairs: how many units of the article name both.

    In all units at once each actor is paired with the n-th next, for n from 1 to the longest unit.
    """
    used = np.unique(np.concatenate([source, target]))
    matrix = found.matrix[:, used]
    matrix.sort_indices()
    wanted = np.searchsorted(used, source) * len(used) + np.searchsorted(used, target)
    order = np.argsort(wanted)
    wanted = wanted[order]
    article = np.repeat(found.article, np.diff(matrix.indptr))
    left = np.repeat(matrix.indptr[1:], np.diff(matrix.indptr)) - np.arange(matrix.nnz) - 1
    column = matrix.indices.astype(np.int64)
    pairs, articles = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for ahead in range(1, int(left.max(initial=0)) + 1):
        first = np.flatnonzero(left >= ahead)
        key = column[first] * len(used) + column[first + ahead]
        at = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
        hit = wanted[at] == key
        pairs.append(order[at[hit]])
        articles.append(article[first[hit]])
    where = (np.concatenate(articles), np.concatenate(pairs))
    shape = (int(found.article.max(initial=-1)) + 1, len(source))
    return sparse.coo_array((np.ones(len(where[0]), dtype=np.float32), where), shape=shape).tocsr()


def _npmi_bounds(
    found: Incidence,
    source: np.ndarray,
    target: np.ndarray,
    in_groups: sparse.csr_array,
    level: float,
    draws: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of npmi of each pair, from resampled numbers of all four kinds."""
    low, high = np.full(len(source), np.nan), np.full(len(source), np.nan)
    wanted = np.flatnonzero(np.bincount(in_groups.indices, minlength=len(source)) >= ENOUGH_GROUPS)
    if not draws or not len(wanted):
        return low, high
    drawn = np.concatenate(list(weights(len(found.sizes), draws, seed))).astype(np.float32).T
    used, ends = np.unique(np.concatenate([source[wanted], target[wanted]]), return_inverse=True)
    rows = np.arange(len(found.group))
    to_group = sparse.csr_array(
        (np.ones(len(rows), dtype=np.float32), (found.group, rows)), shape=(len(found.sizes), len(rows))
    )
    with np.errstate(divide="ignore"):
        each = np.log((to_group @ found.matrix[:, used]).T @ drawn)
        n = np.log(found.sizes.astype(np.float32) @ drawn)
    together = sparse.csr_array(in_groups.T, dtype=np.float32)[wanted]
    ends = ends.reshape(2, -1)
    for first in range(0, len(wanted), CHUNK):
        part = slice(first, first + CHUNK)
        with np.errstate(divide="ignore"):
            count = np.log(together[part] @ drawn)
        low[wanted[part]], high[wanted[part]] = bounds(
            _npmi(count, each[ends[0, part]], each[ends[1, part]], n).T, level
        )
    return low, high


def _npmi(count: np.ndarray, a: np.ndarray, b: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return, from logarithms, ln(p(x, y) / p(x) p(y)) / -ln p(x, y): 1 always together, 0 as by chance, -1 never."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (count + n - a - b) / (n - count)
    value[count == -np.inf] = -1
    value[count >= n] = 1
    return value


def _log_likelihood(count: np.ndarray, a: np.ndarray, b: np.ndarray, n: int) -> np.ndarray:
    """Return G² of the table that the four numbers span."""
    observed = np.stack([count, a - count, b - count, n - a - b + count]).astype(float)
    expected = np.stack([a * b, a * (n - b), (n - a) * b, (n - a) * (n - b)]) / max(n, 1)
    return np.maximum(2 * (special.xlogy(observed, observed) - special.xlogy(observed, expected)).sum(axis=0), 0.0)
