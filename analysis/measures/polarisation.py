"""How far actors fall into camps that take opposite tones, over time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.discourse import Cells, known
from analysis.measures.inference import bounds
from analysis.measures.periods import windows

KERNELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "uniform": lambda u: (np.abs(u) <= 1).astype(float),
    "triangular": lambda u: np.clip(1 - np.abs(u), 0, None),
    "epanechnikov": lambda u: np.clip(1 - u**2, 0, None),
    "gaussian": lambda u: np.exp(-(u**2) / 2),
}
ENOUGH_ACTORS = 5


def kernel_weights(dates: pd.Series, middle: pd.Timestamp, days: int, kernel: str = "uniform") -> pd.Series:
    """Return how much statements of these days count around a day: 0 without a date.

    ``uniform``, ``triangular`` and ``epanechnikov`` reach `days` / 2 to either side; for ``gaussian`` that is the
    standard deviation.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2023-06-10", "2023-06-15", None]))
    >>> kernel_weights(dates, pd.Timestamp("2023-06-10"), 10, "triangular").tolist()
    [1.0, 0.0, 0.0]
    """
    known("kernel", kernel, tuple(KERNELS))
    distance = (dates - middle) / pd.Timedelta(days=days / 2)
    return pd.Series(KERNELS[kernel](distance.to_numpy()), index=dates.index).fillna(0.0)


def polarisation(
    found: pd.DataFrame,
    *,
    days: int = 90,
    step: int = 30,
    kernel: str = "uniform",
    duplicates: str = "article",
    level: float = 0.95,
    draws: int = 50,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how far the actors fall into camps, in windows that move over time.

    ``modularity`` is that of a Louvain partition of the congruence network, which is held fixed in the bootstrap (its
    interval speaks of how firm these camps are, not of which camps there are); ``conflict`` is conflict's share
    of all congruence and conflict. Undated statements are left out.

    Returns
    -------
    DataFrame
        ``first, last`` (days of the window), ``statements, actors`` (int64), ``measure, value, low, high``, ``enough``
        (at least five actors); one row a window and measure.
    """
    rows = []
    kept = found[(found["left_out"] == "") & found["date"].notna()]
    for first, last, part in windows(kept, days, step):
        used = kept if kernel == "gaussian" else part
        actors = part["actor_id"].nunique()
        weight = kernel_weights(used["date"], first + (last - first) / 2, days, kernel)
        cells = Cells(used, duplicates, weight)

        p, m, _ = cells.matrices()
        camps = _camps(p @ p.T + m @ m.T, seed)

        def measured(
            p: sparse.csr_array, m: sparse.csr_array, _: sparse.csr_array, camps: np.ndarray = camps
        ) -> np.ndarray:
            together, against = p @ p.T + m @ m.T, p @ m.T + m @ p.T
            agree, differ = (matrix.sum() - matrix.diagonal().sum() for matrix in (together, against))
            return np.array([_modularity(together, camps), differ / (agree + differ) if agree + differ else np.nan])

        value = measured(*cells.matrices())
        drawn = cells.resampled(measured, draws, seed)
        low, high = bounds(drawn, level) if len(drawn) else (np.full(2, np.nan),) * 2
        for place, name in enumerate(("modularity", "conflict")):
            rows.append(
                {
                    "first": first, "last": last, "statements": len(part), "actors": actors, "measure": name,
                    "value": value[place], "low": low[place], "high": high[place], "enough": actors >= ENOUGH_ACTORS,
                }
            )  # fmt: skip
    columns = ["first", "last", "statements", "actors", "measure", "value", "low", "high", "enough"]
    return pd.DataFrame(rows, columns=columns)


def _camps(together: sparse.csr_array, seed: int) -> np.ndarray:
    """Return the number of each actor's camp."""
    import networkx as nx

    ties = sparse.triu(together, k=1).tocoo()
    graph = nx.Graph()
    graph.add_nodes_from(range(together.shape[0]))
    graph.add_weighted_edges_from(zip(ties.row.tolist(), ties.col.tolist(), ties.data.tolist(), strict=True))
    camps = np.arange(together.shape[0])
    for number, members in enumerate(nx.community.louvain_communities(graph, seed=seed)) if len(ties.data) else ():
        camps[list(members)] = number
    return camps


def _modularity(together: sparse.csr_array, camps: np.ndarray) -> float:
    """Return Newman's modularity of weighted ties between different actors; NaN without ties."""
    ties = sparse.coo_array(together)
    apart = ties.row != ties.col
    row, column, weight = ties.row[apart], ties.col[apart], ties.data[apart]
    total = weight.sum()
    if not total:
        return float("nan")
    inside = weight[camps[row] == camps[column]].sum() / total
    strength = np.bincount(camps[row], weights=weight) / total
    return float(inside - np.square(strength).sum())
