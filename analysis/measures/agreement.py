"""Agreement of two codings of the same articles: code by code, and in the conclusions drawn from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from analysis.errors import refuse_unknown
from analysis.measures.inference import bounds, grouped, resampled_sums, weights
from analysis.standoff import Coding

LEVELS = ("nominal", "ordinal", "interval")
ALL_CODES = "(all)"
ENOUGH_CODED = 10


def krippendorff_alpha(
    values: np.ndarray, measured: str = "nominal", *, group: Sequence[str] | None = None, level: float = 0.95,
    draws: int = 500, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return Krippendorff's alpha: 1 is perfect agreement, 0 what chance gives (*Content Analysis*, 4th ed., ch. 12).

    Parameters
    ----------
    values
        Units × coders, as numbers; NaN where a coder did not code a unit. Units with fewer than two codings say
        nothing.
    measured
        Level of measurement: ``nominal``, ``ordinal`` or ``interval``.
    group
        For each unit what is drawn whole, such as its article; default draws single units.
    level, draws, seed
        Of the interval (bootstrap).

    Returns
    -------
    DataFrame
        One row: ``alpha, low, high`` (NaN where no unit was coded twice; 1.0 where all codings are the same value and
        so none differ), ``units`` (coded twice).

    Examples
    --------
    >>> krippendorff_alpha(np.array([[1, 1], [0, 0], [1, 0], [0, 0]])).round(2)["alpha"].tolist()
    [0.53]
    """
    from krippendorff import alpha

    refuse_unknown("measured", measured, LEVELS)
    values = np.asarray(values, dtype=float)
    domain = np.unique(values[np.isfinite(values)])
    counts = (values[:, :, None] == domain).sum(axis=1)
    twice = counts.sum(axis=1) > 1
    counts, place = counts[twice], np.arange(len(values)) if group is None else pd.factorize(pd.Series(group))[0]

    def of(times: np.ndarray) -> float:
        drawn = np.repeat(counts, times.astype(int), axis=0)
        if np.count_nonzero(drawn.sum(axis=0)) < 2:
            return 1.0 if len(drawn) else float("nan")
        return float(alpha(value_counts=drawn, value_domain=domain, level_of_measurement=measured))

    blocks = weights(place.max() + 1, draws, seed) if len(counts) else ()
    low, high = bounds(np.array([[of(row[place[twice]])] for block in blocks for row in block]).reshape(-1, 1), level)
    return pd.DataFrame({"alpha": [of(np.ones(len(counts)))], "low": low, "high": high, "units": len(counts)})


def coding_agreement(
    one: Coding, other: Coding, *, level: float = 0.95, draws: int = 500, seed: int = 0
) -> pd.DataFrame:
    """Return how far two codings in the standoff form agree, layer by layer and code by code.

    The units are words of the bodies: whether they lie in a mention of a type, and in a quote of a kind; of words
    that both coders hold for quoted, which tone they carry. For issues they are articles.

    Parameters
    ----------
    one, other
        The reference and what is measured against it, of :func:`analysis.standoff.read`: two people, or a person and
        Simak. Only articles in both count.
    level, draws, seed
        Of the intervals (bootstrap over articles).

    Returns
    -------
    DataFrame
        ``layer`` (mention, quote, tone, issue), ``code``, then the columns of :func:`issue_agreement`.

    Examples
    --------
    >>> from analysis import standoff
    >>> gold = standoff.read("tests/gold")
    >>> coding_agreement(gold, gold, draws=10).query("code == '(all)'")[["layer", "alpha"]].values.tolist()
    [['mention', 1.0], ['quote', 1.0], ['tone', 1.0], ['issue', 1.0]]
    """
    articles = one.articles[one.articles["article_id"].isin(other.articles["article_id"])]
    words = pd.DataFrame(
        [
            (article, f"{article}:{start + match.start()}", start + match.start())
            for article, text, body in articles[["article_id", "text", "body"]].itertuples(index=False)
            for start, end in body
            for match in re.finditer(r"\w+", text[start:end])
        ],
        columns=["article_id", "word", "start"],
    )

    def covered(spans: pd.DataFrame, of: str) -> pd.DataFrame:
        both = words.merge(spans[["article_id", "start", "end", of]], on="article_id", suffixes=("", "_span"))
        inside = both["start"].between(both["start_span"], both["end"], inclusive="left")
        return both[inside].rename(columns={of: "code"})

    quoted = [covered(coding.quotes, "sentiment") for coding in (one, other)]
    layers = {
        "mention": ("word", words, [covered(coding.entities, "type") for coding in (one, other)]),
        "quote": ("word", words, [covered(coding.quotes, "kind") for coding in (one, other)]),
        "tone": ("word", words[words["word"].isin(quoted[0]["word"]) & words["word"].isin(quoted[1]["word"])], quoted),
        "issue": ("article_id", articles, [c.codes.rename(columns={"issue": "code"}) for c in (one, other)]),
    }
    tables = [
        issue_agreement(*coded, units, unit=unit, of="code", level=level, draws=draws, seed=seed).assign(layer=layer)
        for layer, (unit, units, coded) in layers.items()
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[["layer", *table.columns.drop("layer")]]


def issue_agreement(
    one: pd.DataFrame, other: pd.DataFrame, units: pd.DataFrame, *, unit: str = "article_id", of: str = "issue",
    codes: Iterable[str] | None = None, level: float = 0.95, draws: int = 500, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
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
    a, b = (
        pd.crosstab(frame[unit], frame[of]).reindex(index=seen, columns=names, fill_value=0).to_numpy() > 0
        for frame in coded
    )
    cells = np.stack([a & b, ~a & b, a & ~b, ~a & ~b], axis=2).astype(float)
    cells = np.concatenate([cells, cells.sum(axis=1, keepdims=True)], axis=1).reshape(len(seen), 4 * len(names) + 4)
    group, found = pd.factorize(units[cluster], sort=True)
    by_group = grouped(cells, group, len(found))
    drawn = resampled_sums(by_group, draws, seed)
    sums = by_group.sum(axis=0).reshape(-1, 4)
    table = pd.DataFrame(sums.astype("int64"), columns=["tp", "fp", "fn", "tn"])
    table.insert(0, of, [*names, ALL_CODES])
    table.insert(1, "units", sums.sum(axis=1).astype("int64"))
    samples = rates(drawn.reshape(-1, len(names) + 1, 4))
    for name, value in rates(sums[None]).items():
        table[name] = value[0]
        table[f"{name}_low"], table[f"{name}_high"] = bounds(samples[name], level)
    return table.assign(enough=table["tp"] + table["fn"] >= ENOUGH_CODED)


def conclusion_agreement(
    one: pd.DataFrame, other: pd.DataFrame, on: Sequence[str], value: str, *, by: str | None = None,
    absent: float = 0.0, level: float = 0.95, draws: int = 500, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return how far two codings lead to the same numbers: a month's prevalence, a window's network.

    Errors in single codings can cancel out, or add up, in what is concluded from many; agreement is therefore also
    measured where conclusions are drawn (Angst et al. 2025 on the validity of windows of discourse networks).

    Parameters
    ----------
    one, other
        The same measure made from each coding, of :func:`~analysis.measures.prevalence.prevalence`,
        :func:`~analysis.measures.cooccurrence.cooccurrence` or :func:`~analysis.measures.discourse.one_mode`, also
        over time.
    on
        Columns that name a row: ``["issue"]``, ``["source", "target"]``.
    value
        The number compared: ``share``, ``count``, ``weight``.
    by
        Column of the windows or parts, each of which is compared for itself (``month``, ``window``), and whose values
        the intervals over all draw whole; without it they draw rows.
    absent
        Value of a row that only one of the two has (an edge that is not there is 0).

    Returns
    -------
    DataFrame
        `by` (each value, then ``(all)``), ``measure, value, low, high, rows``: ``pearson``, ``spearman``,
        ``difference`` (mean of other less one) and ``absolute_difference`` (mean).

    Examples
    --------
    >>> one = pd.DataFrame({"month": ["2023-05", "2023-06"], "share": [0.2, 0.4]})
    >>> other = pd.DataFrame({"month": ["2023-05", "2023-06"], "share": [0.3, 0.5]})
    >>> conclusion_agreement(one, other, ["month"], "share")["value"].round(3).tolist()
    [1.0, 1.0, 0.1, 0.1]
    """
    names = [*([by] if by else []), *on]
    both = one[[*names, value]].merge(other[[*names, value]], on=names, how="outer", suffixes=("_one", "_other"))
    both = both.sort_values(names, ignore_index=True).fillna({f"{value}_one": absent, f"{value}_other": absent})

    def compared(rows: pd.DataFrame, group: np.ndarray) -> pd.DataFrame:
        first, second = (rows[f"{value}_{side}"].to_numpy(dtype=float) for side in ("one", "other"))
        blocks = weights(group.max(initial=-1) + 1, draws, seed)
        drawn = [_alike(np.repeat(first, t), np.repeat(second, t)) for block in blocks for t in block[:, group]]
        low, high = bounds(np.array(drawn).reshape(-1, 4), level)
        measures = ["pearson", "spearman", "difference", "absolute_difference"]
        found = {"measure": measures, "value": _alike(first, second), "low": low, "high": high, "rows": len(rows)}
        return pd.DataFrame(found)

    if by is None:
        return compared(both, np.arange(len(both)))
    parts = [(part, rows, np.arange(len(rows))) for part, rows in both.groupby(by)]
    parts.append((ALL_CODES, both, pd.factorize(both[by])[0]))
    table = pd.concat([compared(rows, group).assign(**{by: part}) for part, rows, group in parts], ignore_index=True)
    return table[[by, "measure", "value", "low", "high", "rows"]]


def rates(cells: np.ndarray) -> dict[str, np.ndarray]:
    """Return alpha, precision, recall and F1 from draws × codes × (tp, fp, fn, tn).

    Examples
    --------
    >>> float(rates(np.array([[[3, 1, 1, 5]]]))["precision"][0, 0])
    0.75
    """
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


def _alike(x: np.ndarray, y: np.ndarray) -> list[float]:
    sides, difference = pd.DataFrame({"x": x, "y": y}), pd.Series(y - x)
    pearson, spearman = (sides.corr(method).loc["x", "y"] for method in ("pearson", "spearman"))
    return [pearson, spearman, difference.mean(), difference.abs().mean()]
