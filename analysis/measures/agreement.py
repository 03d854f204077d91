"""Agreement of two codings of the same articles: code by code, and in the conclusions drawn from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from analysis.errors import SimakError
from analysis.measures.inference import bounds, weights

LEVELS = ("nominal", "ordinal", "interval")
ALL_CODES = "(all)"
ENOUGH_CODED = 10


def krippendorff_alpha(values: np.ndarray, level: str = "nominal") -> float:
    """Return Krippendorff's alpha: 1 is perfect agreement, 0 what chance gives (*Content Analysis*, 4th ed., ch. 12).

    Parameters
    ----------
    values
        Units × coders, as numbers; NaN where a coder did not code a unit. Units with fewer than two codings say
        nothing.
    level
        ``nominal``, ``ordinal`` or ``interval``.

    Returns
    -------
    float
        NaN where no unit was coded twice; 1.0 where all codings are the same value and so none differ.

    Examples
    --------
    >>> krippendorff_alpha(np.array([[1, 1], [0, 0], [1, 0], [0, 0]]))
    0.5333333333333333
    """
    if level not in LEVELS:
        raise SimakError(f"level='{level}' is not known; allowed are {', '.join(LEVELS)}.")
    values = np.asarray(values, dtype=float)
    distinct = np.unique(values[np.isfinite(values)])
    counts = (values[:, :, None] == distinct).sum(axis=1)
    return _alpha(counts, distinct, level)


def issue_agreement(
    one: pd.DataFrame,
    other: pd.DataFrame,
    units: pd.DataFrame,
    *,
    unit: str = "article_id",
    of: str = "issue",
    codes: Iterable[str] | None = None,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Return, code by code, how far two codings agree on the units that both coders saw.

    Parameters
    ----------
    one
        The reference: a frame with the columns `unit` and `of`, such as ``issues`` or the codes of articles.
    other
        The coding that is measured against it.
    units
        What both saw: a frame with the column `unit`; with ``article_id`` or ``duplicate_group`` the intervals draw
        whole articles or groups. A unit without a row in a coding was coded as holding nothing.
    unit, of
        Columns of the unit and of the code.
    codes
        Codes that get a row; default is those that occur.
    level, draws, seed
        Of the intervals (bootstrap).

    Returns
    -------
    DataFrame
        One row a code, then ``(all)``: `of`, ``units, tp, fp, fn, tn`` (int64), ``alpha, precision, recall, f1``
        each with ``…_low`` and ``…_high`` (NaN where undefined) and ``enough`` (at least ten positives in the
        reference). The columns ``tp, fp, fn, tn`` are what ``prevalence(quality=…)`` takes.

    Examples
    --------
    >>> one = pd.DataFrame({"article_id": ["a", "b"], "issue": "trade"})
    >>> other = pd.DataFrame({"article_id": ["a", "c"], "issue": "trade"})
    >>> units = pd.DataFrame({"article_id": list("abcd")})
    >>> issue_agreement(one, other, units)[["issue", "tp", "fp", "fn", "tn", "precision"]].values.tolist()[0]
    ['trade', 1, 1, 1, 1, 0.5]
    """
    cluster = next(name for name in ("duplicate_group", "article_id", unit) if name in units.columns)
    units = units.drop_duplicates(unit).sort_values(unit)
    seen = pd.Index(units[unit])
    coded = [frame[frame[unit].isin(seen)].drop_duplicates([unit, of]) for frame in (one, other)]
    names = sorted(set(coded[0][of]) | set(coded[1][of]) if codes is None else set(codes))
    held = []
    for frame in coded:
        table = np.zeros((len(seen), len(names)), dtype=bool)
        frame = frame[frame[of].isin(names)]
        table[seen.get_indexer(frame[unit]), pd.Index(names).get_indexer(frame[of])] = True
        held.append(table)
    a, b = held
    cells = np.stack([a & b, ~a & b, a & ~b, ~a & ~b], axis=2).astype(float)
    cells = np.concatenate([cells, cells.sum(axis=1, keepdims=True)], axis=1).reshape(len(seen), -1)
    group, found = pd.factorize(units[cluster], sort=True)
    by_group = np.zeros((len(found), cells.shape[1]))
    np.add.at(by_group, group, cells)
    drawn = [block @ by_group for block in weights(len(found), draws, seed)] if len(found) else []
    sums = by_group.sum(axis=0).reshape(-1, 4)
    table = pd.DataFrame(sums.astype("int64"), columns=["tp", "fp", "fn", "tn"])
    table.insert(0, of, [*names, ALL_CODES])
    table.insert(1, "units", sums.sum(axis=1).astype("int64"))
    samples = _scores(np.concatenate(drawn).reshape(-1, len(names) + 1, 4)) if drawn else {}
    for name, value in _scores(sums[None]).items():
        table[name] = value[0]
        low, high = bounds(samples[name], level) if samples else (np.nan, np.nan)
        table[f"{name}_low"], table[f"{name}_high"] = low, high
    return table.assign(enough=table["tp"] + table["fn"] >= ENOUGH_CODED)


def conclusion_agreement(
    one: pd.DataFrame,
    other: pd.DataFrame,
    on: Sequence[str],
    value: str,
    *,
    cluster: str | None = None,
    absent: float = 0.0,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how far two codings lead to the same numbers: a month's prevalence, a window's network.

    Errors in single codings can cancel out, or add up, in what is concluded from many; agreement is therefore also
    measured where conclusions are drawn (Angst et al. 2025 on the validity of windows of discourse networks).

    Parameters
    ----------
    one, other
        The same measure made from each coding, of :func:`~analysis.measures.prevalence.prevalence`,
        :func:`~analysis.measures.cooccurrence.cooccurrence` or :func:`~analysis.measures.discourse.one_mode`.
    on
        Columns that name a row: ``["month", "issue"]``, ``["source", "target"]``.
    value
        The number compared: ``share``, ``count``, ``weight``.
    cluster
        Column of `on` whose values are drawn whole in the bootstrap; default draws rows.
    absent
        Value of a row that only one of the two has (an edge that is not there is 0).

    Returns
    -------
    DataFrame
        ``measure, value, low, high, rows``: ``pearson``, ``spearman``, ``difference`` (mean of other less one) and
        ``absolute_difference`` (mean).

    Examples
    --------
    >>> one = pd.DataFrame({"month": ["2023-05", "2023-06"], "share": [0.2, 0.4]})
    >>> other = pd.DataFrame({"month": ["2023-05", "2023-06"], "share": [0.3, 0.5]})
    >>> conclusion_agreement(one, other, ["month"], "share")["value"].round(3).tolist()
    [1.0, 1.0, 0.1, 0.1]
    """
    on = list(on)
    both = one[[*on, value]].merge(other[[*on, value]], on=on, how="outer", suffixes=("_one", "_other")).sort_values(on)
    first, second = (both[f"{value}_{side}"].fillna(absent).to_numpy(dtype=float) for side in ("one", "other"))
    group, found = pd.factorize(both[cluster], sort=True) if cluster else (np.arange(len(both)), np.arange(len(both)))

    def measured(times: np.ndarray) -> list[float]:
        x, y = np.repeat(first, times), np.repeat(second, times)
        ranks = [pd.Series(side).rank().to_numpy() for side in (x, y)]
        difference = y - x
        mean = [difference.mean(), np.abs(difference).mean()] if len(x) else [np.nan, np.nan]
        return [_correlation(x, y), _correlation(*ranks), *mean]

    drawn = [measured(row[group]) for block in weights(len(found), draws, seed) for row in block] if len(both) else []
    low, high = bounds(np.array(drawn), level) if drawn else (np.full(4, np.nan),) * 2
    names = ["pearson", "spearman", "difference", "absolute_difference"]
    values = measured(np.ones(len(both), dtype=int))
    return pd.DataFrame({"measure": names, "value": values, "low": low, "high": high, "rows": len(both)})


def _scores(cells: np.ndarray) -> dict[str, np.ndarray]:
    """Return alpha, precision, recall and F1 from draws × codes × (tp, fp, fn, tn)."""
    tp, fp, fn, tn = np.moveaxis(cells, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = 2 * (tp + fp + fn + tn)
        positive = 2 * tp + fp + fn
        # Two coders, two values: observed disagreement over that of all codings paired at random.
        alpha = 1 - (n - 1) * (fp + fn) / (positive * (n - positive))
        alpha = np.where((n > 0) & ((positive == 0) | (positive == n)), 1.0, alpha)
        return {
            "alpha": alpha,
            "precision": tp / (tp + fp),
            "recall": tp / (tp + fn),
            "f1": 2 * tp / (2 * tp + fp + fn),
        }


def _alpha(counts: np.ndarray, distinct: np.ndarray, level: str) -> float:
    coded = counts.sum(axis=1)
    counts, coded = counts[coded > 1].astype(float), coded[coded > 1].astype(float)
    if not len(counts):
        return float("nan")
    pairs = counts.T @ (counts / (coded - 1)[:, None]) - np.diag((counts / (coded - 1)[:, None]).sum(axis=0))
    each = pairs.sum(axis=1)
    if level == "nominal":
        distance = 1.0 - np.eye(len(distinct))
    elif level == "interval":
        distance = np.subtract.outer(distinct, distinct) ** 2
    else:
        middle = np.cumsum(each) - each / 2
        distance = np.subtract.outer(middle, middle) ** 2
    expected = (np.outer(each, each) * distance).sum()
    return float(1 - (each.sum() - 1) * (pairs * distance).sum() / expected) if expected else 1.0


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
