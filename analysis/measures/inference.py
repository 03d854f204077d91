"""Uncertainty that all measures share: resampling of duplicate groups, intervals, error rates.

Articles that copy one another are no independent witnesses. Every interval therefore comes from a
bootstrap that draws whole duplicate groups (a cluster bootstrap; Davison & Hinkley 1997, *Bootstrap
Methods and their Application*, section 3.8), with a fixed seed over groups in the order of their ids.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse, special

BLOCK = 50


def weights(groups: int, draws: int, seed: int = 0) -> Iterator[np.ndarray]:
    """Yield blocks (at most 50 × groups) of how often each group is drawn, `draws` rows in all.

    Examples
    --------
    >>> [block.sum(axis=1).tolist() for block in weights(groups=4, draws=3)]
    [[4, 4, 4]]
    """
    rng = np.random.default_rng(seed)
    for first in range(0, draws if groups else 0, BLOCK):
        rows = min(BLOCK, draws - first)
        drawn = rng.integers(groups, size=(rows, groups)) + np.arange(rows)[:, None] * groups
        yield np.bincount(drawn.ravel(), minlength=rows * groups).reshape(rows, groups)


def grouped(matrix: sparse.sparray | np.ndarray, group: np.ndarray, groups: int) -> sparse.csr_array:
    """Return groups × statistics: the sums of the rows that lie in each group.

    Examples
    --------
    >>> grouped(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([1, 0, 1]), 2).toarray().tolist()
    [[3.0, 4.0], [6.0, 8.0]]
    """
    rows = np.arange(len(group))
    return sparse.csr_array(sparse.csr_array((np.ones(len(rows)), (group, rows)), shape=(groups, len(rows))) @ matrix)


def resampled_sums(matrix: sparse.sparray, draws: int, seed: int = 0) -> np.ndarray:
    """Return the column sums of a matrix (groups × statistics) in each draw: draws × statistics.

    Examples
    --------
    >>> resampled_sums(sparse.csr_array(np.ones((5, 2))), draws=2)
    array([[5., 5.],
           [5., 5.]])
    """
    by_column = sparse.csr_array(matrix.T, dtype=float)
    blocks = [(by_column @ block.T).T for block in weights(matrix.shape[0], draws, seed)]
    return np.concatenate(blocks) if blocks else np.empty((0, matrix.shape[1]))


def bounds(draws: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Return the percentile interval of each column; undefined draws (NaN) are left out.

    Examples
    --------
    >>> low, high = bounds(np.array([[0.0], [1.0], [2.0], [np.nan]]), level=0.5)
    >>> low.tolist(), high.tolist()
    ([0.5], [1.5])
    """
    ordered = np.sort(draws.T, axis=1)
    last = np.isfinite(draws).sum(axis=0) - 1
    if not len(draws):
        return np.full(len(last), np.nan), np.full(len(last), np.nan)
    at, ends = np.arange(len(last)), []
    for share in ((1 - level) / 2, (1 + level) / 2):
        place = np.clip(last * share, 0, None)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(last, 0))
        value = ordered[at, below] + (place - below) * (ordered[at, above] - ordered[at, below])
        ends.append(np.where(last >= 0, value, np.nan))
    return ends[0], ends[1]


def wilson(share: np.ndarray, n: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Return the score interval of a share of n independent units (Wilson 1927).

    Examples
    --------
    >>> low, high = wilson(np.array([0.0]), np.array([10]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0], [0.278])
    """
    z = special.ndtri((1 + level) / 2)
    n = np.where(n > 0, n, np.nan)
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def log_likelihood(count: np.ndarray, a: np.ndarray, b: np.ndarray, n: float) -> np.ndarray:
    """Return G² of the table of two things that a and b of n units hold, `count` of them both (Dunning 1993).

    Examples
    --------
    >>> log_likelihood(np.array([110]), np.array([2552]), np.array([221]), 31777).round(2).tolist()
    [270.72]
    """
    observed = np.stack([count, a - count, b - count, n - a - b + count]).astype(float)
    expected = np.stack([a * b, a * (n - b), (n - a) * b, (n - a) * (n - b)]) / max(n, 1)
    return np.maximum(2 * (special.xlogy(observed, observed) - special.xlogy(observed, expected)).sum(axis=0), 0.0)


def q_values(p: np.ndarray) -> np.ndarray:
    """Return p-values adjusted to control the false discovery rate (Benjamini & Hochberg 1995); NaN stays NaN.

    Examples
    --------
    >>> q_values(np.array([0.01, 0.04, np.nan, 0.03])).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    from scipy.stats import false_discovery_control

    known = np.isfinite(p)
    q = np.full(len(p), np.nan)
    if known.any():
        q[known] = false_discovery_control(p[known])
    return q


def group_codes(articles: pd.DataFrame) -> tuple[pd.Series, int]:
    """Return the number of each article's duplicate group, indexed by article_id, and how many groups there are.

    Groups are numbered in the order of their ids, so that the order of rows changes no draw.

    Examples
    --------
    >>> codes, n = group_codes(pd.DataFrame({"article_id": ["b", "a", "c"], "duplicate_group": ["b", "a", "a"]}))
    >>> codes.to_dict(), n
    ({'b': 1, 'a': 0, 'c': 0}, 2)
    """
    codes, found = pd.factorize(articles["duplicate_group"], sort=True)
    return pd.Series(codes, index=pd.Index(articles["article_id"]), name="group"), len(found)
