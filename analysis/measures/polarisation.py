"""How far actors fall into camps that take opposite tones."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.discourse import Cells
from analysis.measures.inference import bounds
from analysis.measures.networks import weighted

ENOUGH_ACTORS = 5


def polarisation(found: pd.DataFrame, *, level: float = 0.95, draws: int = 50, seed: int = 0) -> pd.DataFrame:
    """Return how far the actors fall into camps; over time by :func:`~analysis.measures.periods.over_time`.

    ``modularity`` (Newman & Girvan 2004, *Phys Rev E* 69:026113) is that of a Louvain partition of the congruence
    network, which is held fixed in the bootstrap (its interval speaks of how firm these camps are, not of which camps
    there are); ``conflict`` is conflict's share of all congruence and conflict.

    Parameters
    ----------
    found
        Of :func:`~analysis.measures.discourse.statements`.
    level, draws, seed
        Of the intervals, by a bootstrap over duplicate groups.

    Returns
    -------
    DataFrame
        ``measure`` (modularity, conflict), ``value, low, high``, ``statements, actors`` (int64), ``enough`` (at least
        five actors).

    Examples
    --------
    >>> found = pd.DataFrame({"quote_id": list("pq"), "actor_id": ["blinken", "wang-yi"], "concept": "trade",
    ...     "value": [-1, 1], "once": list("ab"), "weight": 1.0, "date": pd.NaT, "duplicate_group": list("ab"),
    ...     "left_out": ""})
    >>> polarisation(found)[["measure", "value"]].values.tolist()[1]
    ['conflict', 1.0]
    """
    cells = Cells(found)
    p, m, _ = cells.matrices()
    camps = _camps(p @ p.T + m @ m.T, seed)

    def measured(p: sparse.csr_array, m: sparse.csr_array, _: sparse.csr_array) -> np.ndarray:
        together, against = p @ p.T + m @ m.T, p @ m.T + m @ p.T
        agree, differ = (matrix.sum() - matrix.diagonal().sum() for matrix in (together, against))
        return np.array([_modularity(together, camps), differ / (agree + differ) if agree + differ else np.nan])

    low, high = bounds(cells.resampled(measured, draws, seed), level)
    return pd.DataFrame(
        {
            "measure": ["modularity", "conflict"], "value": measured(*cells.matrices()), "low": low, "high": high,
            "statements": len(cells.used), "actors": len(cells.actors), "enough": len(cells.actors) >= ENOUGH_ACTORS,
        }
    )  # fmt: skip


def _camps(together: sparse.csr_array, seed: int) -> np.ndarray:
    """Return the number of each actor's camp."""
    ties = sparse.coo_array(sparse.triu(together, k=1))
    edges = zip(ties.row.tolist(), ties.col.tolist(), ties.data.tolist(), strict=True)
    graph = weighted(range(together.shape[0]), edges)
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
