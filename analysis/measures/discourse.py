"""Discourse networks: who takes the same tone as whom, toward whom, on what.

After Leifeld (2017, "Discourse network analysis", *Oxford Handbook of Political Networks*) and his Discourse Network
Analyzer, whose names are used here. An actor's statement carries a *tone*, negative or positive, toward a concept.
Tone is no position: who criticises a government over trade need not be for or against trade. Reports therefore say
tone, never agreement or support, unless the analyst's own positions take its place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.errors import refuse_unknown
from analysis.measures.inference import bounds, grouped, weights
from analysis.measures.periods import parts

CONCEPTS = ("issue_target", "issue", "target")
AGGREGATIONS = ("congruence", "conflict", "subtract", "ignore")
NORMALISATIONS = ("none", "average", "jaccard", "cosine")
TWO_MODE_AGGREGATIONS = ("subtract", "ignore", "combine")
TWO_MODE_NORMALISATIONS = ("none", "activity", "prominence")
DUPLICATES = ("include", "article", "week", "month", "year", "range")
ENOUGH_GROUPS = 3


def statements(
    quotes: pd.DataFrame, articles: pd.DataFrame, *, concept: str = "issue_target", neutral: bool = False,
    duplicates: str = "article", positions: pd.DataFrame | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the statements that discourse networks are made of: one row a quote and concept.

    Parameters
    ----------
    quotes
        The frame of quotes.
    articles
        Quotes in other articles are left out; gives date and duplicate group.
    concept
        ``issue_target`` (an issue and whom the tone is aimed at), ``issue`` or ``target``.
    neutral
        Whether neutral statements take part; they count in ``ignore`` alone.
    duplicates
        Of the same actor, concept and tone one statement counts per ``article``, ``week``, ``month``, ``year`` or in
        the whole ``range``; ``include`` counts all.
    positions
        ``quote_id, concept, value`` (-1, 0, 1), of :func:`analysis.extraction.positions.positions` or coded by hand,
        which take the place of issue, target and tone. Quotes without a position are left out.

    Returns
    -------
    DataFrame
        ``quote_id, article_id, actor_id, concept, value`` (int64: -1, 0, 1), ``date, duplicate_group``, ``once``
        (statements that share it count once), ``weight`` (1.0; kernels over time change it) and ``left_out``: empty,
        or why the row takes no part (``no speaker``, ``no issue``, ``no target``, ``neutral``, ``no position``):
        ``found["left_out"].value_counts()`` says what networks rest on.

    Raises
    ------
    SimakError
        When `concept` or `duplicates` is unknown.

    Examples
    --------
    >>> quotes = pd.DataFrame({"quote_id": ["q"], "article_id": ["a"], "actor_id": ["blinken"], "target_id": ["china"],
    ...                        "sentiment": ["negative"], "issues": [["fentanyl"]]})
    >>> articles = pd.DataFrame({"article_id": ["a"], "duplicate_group": ["a"], "date": [pd.NaT]})
    >>> statements(quotes, articles)[["actor_id", "concept", "value"]].values.tolist()
    [['blinken', 'fentanyl → china', -1]]
    """
    refuse_unknown("concept", concept, CONCEPTS)
    refuse_unknown("duplicates", duplicates, DUPLICATES)
    said = quotes[["quote_id", "article_id", "actor_id", "target_id", "sentiment", "issues"]]
    table = said.merge(articles[["article_id", "date", "duplicate_group"]], on="article_id")
    if positions is not None:
        table = table.merge(positions[["quote_id", "concept", "value"]], on="quote_id", how="left")
        missing = {"no position": table["concept"].isna()}
    else:
        if concept != "target":
            table = table.explode("issues")
        issue, target = table["issues"].astype("str"), table["target_id"].astype("str")
        table["value"] = table["sentiment"].map({"negative": -1, "neutral": 0, "positive": 1})
        table["concept"] = {"issue": issue, "target": target, "issue_target": issue + " → " + target}[concept]
        missing = {"no issue": issue.isna() & (concept != "target"), "no target": target.isna() & (concept != "issue")}
    missing = {"no speaker": table["actor_id"].isna(), **missing, "neutral": (table["value"] == 0) & (not neutral)}
    table["left_out"] = np.select(list(missing.values()), list(missing), default="")
    table["value"] = table["value"].fillna(0).astype("int64")
    whole = {"include": table["quote_id"], "article": table["article_id"], "range": "range"}
    table["once"] = whole[duplicates] if duplicates in whole else parts(table, duplicates)[duplicates]
    columns = ["quote_id", "article_id", "actor_id", "concept", "value", "date", "duplicate_group", "once", "left_out"]
    table = table[columns].assign(weight=1.0).astype({"once": "str", "left_out": "str"})
    return table.sort_values(["quote_id", "concept"], ignore_index=True)


def one_mode(
    found: pd.DataFrame, aggregation: str = "congruence", normalisation: str = "none", *, level: float = 0.95,
    draws: int = 100, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return actors tied by the concepts that they both speak of.

    With P and M the numbers of positive and negative statements (actors × concepts), ``congruence`` is PP' + MM',
    ``conflict`` PM' + MP', ``subtract`` the first less the second, ``ignore`` (P+M)(P+M)'.

    Parameters
    ----------
    found
        Of :func:`statements`; rows that are left out take no part.
    aggregation
        ``congruence``, ``conflict``, ``subtract`` or ``ignore``.
    normalisation
        ``none``; ``average`` divides by the mean number of statements of the two; ``jaccard`` by the statements that
        one of them makes alone plus the matches; ``cosine`` by the product of the lengths of their vectors [P M] (DNA
        3 divides by the product of their sums, which is no cosine).
    level, draws, seed
        Of the intervals, by a bootstrap over duplicate groups.

    Returns
    -------
    DataFrame
        ``source`` < ``target``, ``weight, low, high`` (float64; no interval where not ``enough``), ``concepts`` (that
        both speak of), ``groups`` (the smaller of the two actors' numbers of duplicate groups), ``enough`` (at least
        three), by falling weight. Pairs without a common concept have no row.

    See Also
    --------
    analysis.measures.periods.over_time : networks of windows, with kernels.
    analysis.measures.concepts.concept_backbone : the concepts that carry the network.

    Examples
    --------
    >>> found = pd.DataFrame({"quote_id": list("pq"), "actor_id": ["blinken", "yellen"], "concept": "trade → china",
    ...     "value": -1, "once": "a", "weight": 1.0, "date": pd.NaT, "duplicate_group": "a", "left_out": ""})
    >>> one_mode(found)[["source", "target", "weight"]].values.tolist()
    [['blinken', 'yellen', 1.0]]
    """
    refuse_unknown("aggregation", aggregation, AGGREGATIONS)
    refuse_unknown("normalisation", normalisation, NORMALISATIONS)
    cells = Cells(found)
    p, m, other = cells.matrices()
    spoken = sparse.csr_array((p + m + other) > 0, dtype=float)
    shared = sparse.coo_array(sparse.triu(spoken @ spoken.T, k=1))
    at = (shared.row, shared.col)
    per_actor = cells.groups(cells.actor, len(cells.actors))
    groups = np.minimum(per_actor[at[0]], per_actor[at[1]])
    enough = groups >= ENOUGH_GROUPS
    rows, ends = np.unique(np.stack([side[enough] for side in at]), return_inverse=True)
    near = (ends.reshape(2, -1)[0], ends.reshape(2, -1)[1])
    drawn = cells.resampled(
        lambda p, m, other: ties(p[rows], m[rows], other[rows], near, aggregation, normalisation), draws, seed
    )
    low, high = np.full((2, len(groups)), np.nan)
    low[enough], high[enough] = bounds(drawn, level)
    table = pd.DataFrame(
        {
            "source": cells.actors[at[0]], "target": cells.actors[at[1]],
            "weight": ties(p, m, other, at, aggregation, normalisation), "low": low, "high": high,
            "concepts": shared.data.astype("int64"), "groups": groups, "enough": enough,
        }
    ).astype({"source": "str", "target": "str"})  # fmt: skip
    return table.sort_values(["weight", "source", "target"], ascending=[False, True, True], ignore_index=True)


def two_mode(
    found: pd.DataFrame, aggregation: str = "subtract", normalisation: str = "none", *, level: float = 0.95,
    draws: int = 100, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return actors tied to the concepts that they speak of; with concept ``target``, who praises and criticises whom.

    ``subtract`` is positive less negative statements, ``ignore`` their sum, ``combine`` 1 for positive alone, 2 for
    negative alone, 3 for both (0 for neutral alone). ``activity`` divides by all statements of the actor,
    ``prominence`` by all on the concept. Other options as in :func:`one_mode`.

    Returns
    -------
    DataFrame
        ``source`` (actor), ``target`` (concept, or the actor praised or criticised), ``weight, low, high``,
        ``positive, negative`` (numbers of statements: the networks of praise and of criticism), ``groups, enough``,
        by source and target.

    Examples
    --------
    >>> found = pd.DataFrame({"quote_id": list("pq"), "actor_id": "blinken", "concept": "china", "value": -1,
    ...     "once": list("ab"), "weight": 1.0, "date": pd.NaT, "duplicate_group": list("ab"), "left_out": ""})
    >>> two_mode(found)[["source", "target", "weight", "negative"]].values.tolist()
    [['blinken', 'china', -2.0, 2.0]]
    """
    refuse_unknown("aggregation", aggregation, TWO_MODE_AGGREGATIONS)
    refuse_unknown("normalisation", normalisation, TWO_MODE_NORMALISATIONS)
    cells = Cells(found)
    p, m, other = cells.matrices()
    at = sparse.coo_array(p + m + other).coords

    def tied(p: sparse.csr_array, m: sparse.csr_array, other: sparse.csr_array) -> np.ndarray:
        positive, negative, all_of = _values(p, at), _values(m, at), p + m + other
        value = {
            "subtract": positive - negative,
            "ignore": _values(all_of, at),
            "combine": (positive > 0) + 2.0 * (negative > 0),
        }[aggregation]
        totals = {"activity": all_of.sum(axis=1)[at[0]], "prominence": all_of.sum(axis=0)[at[1]]}
        return value if normalisation == "none" else _divided(value, totals[normalisation])

    low, high = bounds(cells.resampled(tied, draws, seed), level)
    own, keys = (a.astype(np.int64) * len(cells.concepts) + b for a, b in ((cells.actor, cells.concept), at))
    groups = cells.groups(pd.Index(keys).get_indexer(own), len(keys))
    table = pd.DataFrame(
        {
            "source": cells.actors[at[0]], "target": cells.concepts[at[1]], "weight": tied(p, m, other), "low": low,
            "high": high, "positive": _values(p, at), "negative": _values(m, at),
            "groups": groups, "enough": groups >= ENOUGH_GROUPS,
        }
    ).astype({"source": "str", "target": "str"})  # fmt: skip
    return table.sort_values(["source", "target"], ignore_index=True)


class Cells:
    """What counts once: an actor's tone toward a concept in an article, a period or as a single statement."""

    def __init__(self, found: pd.DataFrame) -> None:
        used = found[(found["left_out"] == "") & (found["weight"] > 0)]
        self.used = used = used.sort_values(["date", "quote_id", "concept"])
        cell = used.groupby(["actor_id", "concept", "value", "once"], sort=True).ngroup().to_numpy()
        group, names = pd.factorize(used["duplicate_group"], sort=True)
        shape = (int(cell.max(initial=-1)) + 1, len(names))
        members = sparse.csr_array((np.ones(len(cell)), (cell, group)), shape=shape)
        members.data[:] = 1
        # What counts once for several articles is drawn as often as these are on average.
        self.members = sparse.csr_array(sparse.diags_array(1 / members.sum(axis=1)) @ members)
        first = np.unique(cell, return_index=True)[1]
        self.weight, self.value = used["weight"].to_numpy()[first], used["value"].to_numpy()[first]
        self.actor, self.actors = pd.factorize(used["actor_id"].iloc[first].to_numpy(dtype=object), sort=True)
        self.concept, self.concepts = pd.factorize(used["concept"].iloc[first].to_numpy(dtype=object), sort=True)

    def matrices(self, drawn: np.ndarray | None = None) -> tuple[sparse.csr_array, ...]:
        """Return actors × concepts of positive, negative and neutral statements, in a draw of the groups."""
        amount = self.weight if drawn is None else self.weight * (self.members @ drawn)
        shape = (len(self.actors), len(self.concepts))
        return tuple(
            sparse.csr_array((amount[of], (self.actor[of], self.concept[of])), shape=shape)
            for of in (self.value > 0, self.value < 0, self.value == 0)
        )

    def resampled(self, measure: Callable[..., np.ndarray], draws: int, seed: int) -> np.ndarray:
        """Return the measure of the three matrices in each draw of the duplicate groups."""
        blocks = weights(self.members.shape[1], draws, seed)
        values = [measure(*self.matrices(drawn)) for block in blocks for drawn in block]
        return np.stack(values) if values else measure(*self.matrices())[None, :][:0]

    def groups(self, key: np.ndarray, size: int) -> np.ndarray:
        """Return in how many duplicate groups each key occurs, given the key of each cell."""
        return np.diff(grouped(self.members, key, size).indptr)


def ties(
    p: sparse.csr_array,
    m: sparse.csr_array,
    other: sparse.csr_array,
    at: tuple[np.ndarray, np.ndarray],
    aggregation: str,
    normalisation: str,
) -> np.ndarray:
    """Return the weights of the pairs of actors at these places."""
    toned, swapped, both = sparse.hstack([p, m]).tocsr(), sparse.hstack([m, p]).tocsr(), p + m + other
    congruence, conflict = _values(toned @ toned.T, at), _values(toned @ swapped.T, at)
    value = {"congruence": congruence, "conflict": conflict, "subtract": congruence - conflict}.get(aggregation)
    value = _values(both @ both.T, at) if value is None else value
    made = sparse.hstack([p, m, other]).tocsr()
    total = made.sum(axis=1)
    if normalisation == "average":
        return _divided(value, (total[at[0]] + total[at[1]]) / 2)
    if normalisation == "cosine":
        length = np.sqrt(made.multiply(made).sum(axis=1))
        return _divided(value, length[at[0]] * length[at[1]])
    if normalisation == "jaccard":
        matched = made @ sparse.csr_array(made > 0, dtype=float).T
        alone = total[at[0]] - _values(matched, at) + total[at[1]] - _values(matched, at[::-1])
        return _divided(value, alone + _values(made @ made.T, at))
    return value


def _values(matrix: sparse.csr_array, at: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return matrix[at] if len(at[0]) else np.empty(0)


def _divided(value: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.divide(value, by, out=np.zeros(len(value)), where=by > 0)
