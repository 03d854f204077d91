"""What marks one part of the corpus against the rest: words, actors or issues."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import sparse, special

from analysis.errors import SimakError
from analysis.measures.inference import bounds, group_codes, grouped, log_likelihood, q_values, resampled_sums
from analysis.measures.terms import TermCounts

ENOUGH_GROUPS = 3


def keyness(
    items: TermCounts | pd.DataFrame, articles: pd.DataFrame, target: Iterable[str], *, of: str = "actor_id",
    minimum: int = 5, prior: float = 1000.0, level: float = 0.95, draws: int = 200, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return how much more often each item stands in the target articles than in the others.

    Parameters
    ----------
    items
        Words and phrases (:func:`analysis.measures.terms.term_counts`), or a frame with ``article_id`` and the column
        `of`, one row an occurrence: ``entities`` or ``issues``.
    articles
        The articles compared: the target and the rest.
    target
        article_id of the target, such as ``articles.query("outlet == 'Kompas'")["article_id"]``.
    of
        Column that is counted where `items` is a frame.
    minimum
        Items that occur less often in both parts together are left out.
    prior
        Weight of the informative prior, in occurrences; it pulls rare items toward the whole corpus.
    level, draws, seed
        Of the interval of the log-odds, by a bootstrap over duplicate groups.

    Returns
    -------
    DataFrame
        By falling ``z``, then item: ``item, count, other_count`` (int64), ``per_million, other_per_million``,
        ``log_likelihood`` (G², negative where the target has less; Dunning 1993, Rayson & Garside 2000), ``p, q``
        (chi-squared with one degree; false discovery rate), ``log_odds`` (with informative Dirichlet prior) with
        ``low``, ``high`` and ``z`` (Monroe, Colaresi & Quinn 2008, *Political Analysis* 16:372-403), ``groups``
        (duplicate groups that hold it), ``enough`` (at least three). p and z take occurrences for independent; the
        interval does not.

    Raises
    ------
    SimakError
        When one of the two parts holds nothing.

    Examples
    --------
    >>> entities = pd.DataFrame({"article_id": list("aab"), "actor_id": ["china", "china", "taiwan"]})
    >>> articles = pd.DataFrame({"article_id": list("ab"), "duplicate_group": list("ab")})
    >>> keyness(entities, articles, ["a"], minimum=1)[["item", "count", "other_count"]].values.tolist()
    [['china', 2, 0], ['taiwan', 0, 1]]
    """
    group, n_groups = group_codes(articles)
    rows, matrix, names = _occurrences(items, group.index, of)
    chosen, places = group.index.isin(list(target))[rows], group.to_numpy()[rows]
    halves = [grouped(matrix[inside], places[inside], n_groups) for inside in (chosen, ~chosen)]
    totals = [half.sum() for half in halves]
    if not all(totals):
        empty = "the rest" if totals[0] else "the target"
        raise SimakError(f"Keyness compares two parts: {empty} holds none of these items.")
    both = halves[0] + halves[1]
    kept = np.flatnonzero(both.sum(axis=0) >= minimum)
    count, other = (half.sum(axis=0)[kept] for half in halves)
    alpha = prior * (count + other) / sum(totals)

    def log_odds(one: np.ndarray, two: np.ndarray, n_one: np.ndarray, n_two: np.ndarray) -> np.ndarray:
        odds = [(part + alpha) / (n + prior - part - alpha) for part, n in ((one, n_one), (two, n_two))]
        return np.log(odds[0]) - np.log(odds[1])

    value = log_odds(count, other, *totals)
    error = np.sqrt(1 / (count + alpha) + 1 / (other + alpha))
    sums = sparse.hstack([part for half in halves for part in (half[:, kept], half.sum(axis=1)[:, None])]).tocsr()
    one, n_one, two, n_two = np.split(resampled_sums(sums, draws, seed), np.cumsum([len(kept), 1, len(kept)]), axis=1)
    low, high = bounds(log_odds(one, two, n_one, n_two), level)
    g2 = log_likelihood(count, np.full_like(count, totals[0]), count + other, sum(totals))
    g2 = np.where(count * totals[1] >= other * totals[0], g2, -g2)
    p = special.chdtrc(1, np.abs(g2))
    groups = np.diff(sparse.csc_array(both)[:, kept].indptr)
    table = pd.DataFrame(
        {
            "item": names[kept].astype(str), "count": count.astype("int64"), "other_count": other.astype("int64"),
            "per_million": count / totals[0] * 1e6, "other_per_million": other / totals[1] * 1e6,
            "log_likelihood": g2, "p": p, "q": q_values(p),
            "log_odds": value, "low": low, "high": high, "z": value / error, "groups": groups,
            "enough": groups >= ENOUGH_GROUPS,
        }
    ).astype({"item": "str"})  # fmt: skip
    return table.sort_values(["z", "item"], ascending=[False, True], ignore_index=True)


def _occurrences(
    items: TermCounts | pd.DataFrame, ids: pd.Index, of: str
) -> tuple[np.ndarray, sparse.csr_array, np.ndarray]:
    """Return the place in `ids` of each row, rows × items, and the items."""
    if isinstance(items, TermCounts):
        rows = ids.get_indexer(items.ids)
        return rows[rows >= 0], items.matrix[rows >= 0], items.terms
    if of not in items.columns:
        raise SimakError(f"of='{of}' is no column of the items; they have {', '.join(items.columns)}.")
    items = items[items["article_id"].isin(ids) & items[of].notna()]
    column, names = pd.factorize(items[of], sort=True)
    row = ids.get_indexer(items["article_id"])
    matrix = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(ids), len(names)))
    return np.arange(len(ids)), matrix, np.asarray(names, dtype=object)
