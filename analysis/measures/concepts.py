"""Which concepts carry a discourse network, and which could be left out without changing it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.errors import SimakError
from analysis.measures.discourse import Cells, ties

MOST_CONCEPTS = 100


def concept_backbone(
    found: pd.DataFrame, aggregation: str = "subtract", normalisation: str = "average"
) -> pd.DataFrame:
    """Return the concepts in the order in which a discourse network can do without them.

    The nested backbone of Discourse Network Analyzer (``dna_backbone(method = "nested")`` of rDNA 3): of the concepts
    left, the one goes whose absence changes the network of actors least, until none is left. Change is the sum of the
    absolute differences of sorted eigenvalues of the two Laplacians, each scaled to the sum 1; negative ties count as
    0. Of equally dispensable concepts the last by alphabet goes first. DNA's other two methods are searches at random.

    Parameters
    ----------
    found
        Of :func:`~analysis.measures.discourse.statements`.
    aggregation, normalisation
        As in :func:`~analysis.measures.discourse.one_mode`; the defaults are DNA's.

    Returns
    -------
    DataFrame
        ``concept, size`` (int64: concepts left when it is gone), ``loss`` (0..2: change from the whole network to what
        is left), ``redundant_loss`` (to the network of this and all earlier concepts); the first row goes first. The
        backbone of k concepts are the last k rows.

    Raises
    ------
    SimakError
        When there are more than 100 concepts: take the most frequent ones, or wider concepts.

    Examples
    --------
    >>> found = pd.DataFrame({"quote_id": list("pqrs"), "actor_id": ["blinken", "wang-yi", "blinken", "yellen"],
    ...     "concept": ["trade", "trade", "korea", "trade"], "value": 1, "once": list("pqrs"), "weight": 1.0,
    ...     "date": pd.NaT, "duplicate_group": "a", "left_out": ""})
    >>> concept_backbone(found, "congruence", "none")[["concept", "loss"]].values.tolist()
    [['korea', 0.0], ['trade', 1.0]]
    """
    cells = Cells(found)
    if len(cells.concepts) > MOST_CONCEPTS:
        raise SimakError(
            f"The statements hold {len(cells.concepts)} concepts; a backbone is sought among {MOST_CONCEPTS} at most."
        )
    matrices = cells.matrices()
    at = np.triu_indices(len(cells.actors), k=1)

    def spectrum(kept: list[int]) -> np.ndarray:
        p, m, other = (sparse.csr_array(matrix[:, kept]) for matrix in matrices)
        weight = np.zeros((len(cells.actors),) * 2)
        weight[at] = np.clip(ties(p, m, other, at, aggregation, normalisation), 0, None)
        weight += weight.T
        values = np.linalg.eigvalsh(np.diag(weight.sum(axis=1)) - weight)
        return values / max(values.sum(), 1e-300)

    left, gone, rows = list(range(len(cells.concepts))), [], []
    whole = spectrum(left)
    while left:
        losses = [np.abs(whole - spectrum([c for c in left if c != out])).sum() for out in left]
        loss = min(losses)
        out = max(c for c, value in zip(left, losses, strict=True) if value <= loss + 1e-12)
        left.remove(out)
        gone.append(out)
        rows.append((cells.concepts[out], len(left), round(loss, 12), np.abs(whole - spectrum(gone)).sum()))
    return pd.DataFrame(rows, columns=["concept", "size", "loss", "redundant_loss"]).astype({"concept": "str"})
