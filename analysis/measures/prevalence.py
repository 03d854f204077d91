"""How much of the coverage an issue or topic takes, by period, outlet or any other part of the corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, special

from analysis.errors import SimakError
from analysis.measures.inference import bounds, group_codes, q_values, resampled_sums, wilson
from analysis.measures.periods import numbered, parts

UNITS = ("articles", "sentences", "words")
CODED_LEAST = 10


def prevalence(
    issues: pd.DataFrame,
    articles: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    *,
    unit: str = "articles",
    sentences: pd.DataFrame | None = None,
    of: str = "issue",
    weight: str | None = None,
    codes: Iterable[Any] | None = None,
    duplicates: bool = True,
    quality: pd.DataFrame | None = None,
    minimum: int = 10,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the share of articles, sentences or words that carry each issue, with its interval.

    Intervals are percentiles of a bootstrap over duplicate groups. Where every draw gives the same share
    (none or all of a part carry the issue), resampling shows no doubt, and Wilson's score interval on the
    number of groups stands instead.

    Parameters
    ----------
    issues
        Frame with ``article_id`` and the column `of`; any row counts its article. For sentences and words
        also ``sentence_id``. The frame ``issues``, the codes of articles, or the shares of topics.
    articles
        The articles spoken of: the denominator. Rows of `issues` about other articles are left out.
    by
        ``day``, ``week``, ``month``, ``quarter``, ``year``, a column of `articles` such as ``outlet``, or a list
        of these. Articles without a date form the part ``undated``.
    unit
        ``articles``, ``sentences`` or ``words``; the last two need `sentences`.
    of
        Column of `issues` that is counted, ``topic`` for topics.
    weight
        Column with a share of the article in place of 0 or 1 (topics: ``share``); only for articles.
    codes
        Codes that get rows even where they never occur. Default: those that occur.
    duplicates
        False leaves of each duplicate group only the earliest article.
    quality
        Hand-coded sample: one row a code with the column `of` and ``tp, fp, fn, tn``, numbers of coded units.
        Adds the share corrected for coding error (Rogan & Gladen 1978, *Am J Epidemiol* 107:71-76), whose
        interval holds the doubt of the sample too (Jeffreys posteriors of sensitivity and specificity).
    minimum
        Parts with fewer duplicate groups are marked ``enough`` = False.
    level, draws, seed
        Of the intervals.

    Returns
    -------
    DataFrame
        One row a part and code, ordered: a text column for each name in `by`, `of`, ``count`` and ``total``
        (float64, in units), ``share`` (0..1), ``low``, ``high``, ``groups`` (int64, duplicate groups in the part),
        ``enough`` (bool). With `quality` also ``corrected``, ``corrected_low``, ``corrected_high`` and
        ``correction`` (empty, or why the share could not be corrected or was cut to 0..1).

    Raises
    ------
    SimakError
        When `unit` or `by` is unknown, or `sentences` is missing.

    Examples
    --------
    >>> articles = pd.DataFrame({"article_id": ["a", "b"], "duplicate_group": ["a", "b"],
    ...                          "date": pd.to_datetime(["2023-06-01", None])})
    >>> issues = pd.DataFrame({"article_id": ["a"], "issue": ["trade"]})
    >>> prevalence(issues, articles, by="month")[["month", "issue", "share", "enough"]].values.tolist()
    [['2023-06', 'trade', 1.0, False], ['undated', 'trade', 0.0, False]]
    """
    counts = _counted(issues, articles, by, unit, sentences, of, weight, codes, duplicates)
    count, total = counts.split(counts.matrix.sum(axis=0)[None, :])
    share = _ratio(count, total)
    drawn = _ratio(*counts.split(resampled_sums(counts.matrix, draws, seed)))
    low, high = bounds(drawn, level)
    groups = np.repeat(counts.groups, len(counts.codes))
    flat_low, flat_high = wilson(share[0], groups, level)
    flat = ~(high > low)
    table = counts.rows().assign(
        count=count[0],
        total=total[0],
        share=share[0],
        low=np.where(flat, flat_low, low),
        high=np.where(flat, flat_high, high),
        groups=groups,
        enough=groups >= minimum,
    )
    return table if quality is None else _corrected(table, drawn, quality, of, level, seed)


def differences(
    issues: pd.DataFrame,
    articles: pd.DataFrame,
    by: str,
    *,
    reference: str | None = None,
    unit: str = "articles",
    sentences: pd.DataFrame | None = None,
    of: str = "issue",
    weight: str | None = None,
    codes: Iterable[Any] | None = None,
    duplicates: bool = True,
    minimum: int = 10,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how much more or less of each part carries an issue than the rest of the corpus does.

    The effect is a difference of shares, what ``estimateEffect`` of the R package stm gives for a single
    covariate (Roberts et al. 2014). Its standard error comes from the bootstrap over duplicate groups, p from
    the normal distribution, q from Benjamini & Hochberg over all rows.

    Parameters
    ----------
    reference
        The part to compare with; default is all other articles together.
    issues, articles, by, unit, sentences, of, weight, codes, duplicates, minimum, level, draws, seed
        As in :func:`prevalence`; `by` is one name.

    Returns
    -------
    DataFrame
        `by`, `of`, ``share``, ``other`` (share of the comparison), ``difference``, ``low``, ``high``, ``p``, ``q``
        (float64; p is missing where resampling shows no spread), ``groups``, ``other_groups``, ``enough``.

    Examples
    --------
    >>> articles = pd.DataFrame({"article_id": list("abcd"), "duplicate_group": list("abcd"),
    ...                          "outlet": ["Kompas", "Kompas", "Tempo", "Tempo"]})
    >>> issues = pd.DataFrame({"article_id": ["a", "b", "c"], "issue": "trade"})
    >>> differences(issues, articles, by="outlet")["difference"].tolist()
    [0.5, -0.5]
    """
    counts = _counted(issues, articles, by, unit, sentences, of, weight, codes, duplicates)
    if reference is not None and reference not in set(counts.cells[by]):
        raise SimakError(f"reference='{reference}' is no {by} of these articles.")
    at = None if reference is None else int(np.flatnonzero(counts.cells[by] == reference)[0])

    def shares(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        amounts, totals = (values.reshape(len(sums), len(counts.cells), -1) for values in counts.split(sums))
        others = [
            (v.sum(axis=1, keepdims=True) - v) if at is None else np.broadcast_to(v[:, [at]], v.shape)
            for v in (amounts, totals)
        ]
        return _ratio(amounts, totals).reshape(len(sums), -1), _ratio(*others).reshape(len(sums), -1)

    share, other = shares(counts.matrix.sum(axis=0)[None, :])
    drawn, drawn_other = shares(resampled_sums(counts.matrix, draws, seed))
    low, high = bounds(drawn - drawn_other, level)
    error = np.sqrt(np.nanvar(drawn - drawn_other, axis=0, ddof=1)) if draws > 1 else np.zeros(share.shape[1])
    effect = (share - other)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(error > 0, 2 * special.ndtr(-np.abs(effect) / error), np.nan)
    rest = counts.matrix.shape[0] if at is None else counts.groups[at]
    groups = np.repeat(counts.groups, len(counts.codes))
    other_groups = np.maximum(rest - groups, 0) if at is None else np.full(len(groups), rest)
    table = counts.rows().assign(
        share=share[0],
        other=other[0],
        difference=effect,
        low=low,
        high=high,
        p=p,
        q=q_values(p),
        groups=groups,
        other_groups=other_groups,
        enough=(groups >= minimum) & (other_groups >= minimum),
    )
    return table if reference is None else table[table[by] != reference].reset_index(drop=True)


@dataclass(frozen=True)
class _Counts:
    """Amounts by duplicate group: columns are part × code, then one total a part."""

    cells: pd.DataFrame
    codes: pd.Index
    of: str
    matrix: sparse.csr_array
    groups: np.ndarray

    def rows(self) -> pd.DataFrame:
        table = self.cells.loc[self.cells.index.repeat(len(self.codes))].reset_index(drop=True)
        return table.assign(**{self.of: np.tile(self.codes, len(self.cells))})

    def split(self, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pairs = len(self.cells) * len(self.codes)
        return sums[:, :pairs], np.repeat(sums[:, pairs:], len(self.codes), axis=1)


def _counted(
    issues: pd.DataFrame,
    articles: pd.DataFrame,
    by: str | Sequence[str] | None,
    unit: str,
    sentences: pd.DataFrame | None,
    of: str,
    weight: str | None,
    codes: Iterable[Any] | None,
    duplicates: bool,
) -> _Counts:
    if unit not in UNITS:
        raise SimakError(f"unit='{unit}' is not known; allowed are {', '.join(UNITS)}.")
    if unit != "articles" and (sentences is None or weight is not None):
        raise SimakError(f"unit='{unit}' needs the frame of sentences, and takes no weight.")
    if not duplicates:
        articles = articles.sort_values(["date", "article_id"]).drop_duplicates("duplicate_group")
    articles = articles.reset_index(drop=True)
    group, n_groups = group_codes(articles)
    part, cells = numbered(parts(articles, by))
    part.index = group.index

    sizes, amounts = _amounts(issues, articles, unit, sentences, of, weight)
    amounts = amounts[amounts["article_id"].isin(group.index)]
    names = pd.Index(sorted(set(amounts[of]) | set(codes or ()))) if codes is None else pd.Index(sorted(set(codes)))
    amounts = amounts[amounts[of].isin(names)]
    columns = part.loc[amounts["article_id"]].to_numpy() * len(names) + names.get_indexer(amounts[of])
    totals = part.to_numpy() + len(cells) * len(names)
    matrix = sparse.coo_array(
        (
            np.concatenate([amounts["amount"], sizes.reindex(group.index, fill_value=0)]).astype(float),
            (np.concatenate([group.loc[amounts["article_id"]], group]), np.concatenate([columns, totals])),
        ),
        shape=(n_groups, len(cells) * (len(names) + 1)),
    ).tocsr()
    pairs = pd.DataFrame({"part": part, "group": group}).drop_duplicates()
    groups = np.bincount(pairs["part"], minlength=len(cells))
    return _Counts(cells, names, of, matrix, groups)


def _amounts(
    issues: pd.DataFrame, articles: pd.DataFrame, unit: str, sentences: pd.DataFrame | None, of: str, weight: str | None
) -> tuple[pd.Series, pd.DataFrame]:
    """Return the size of each article and the amount of each code in it, in units."""
    if unit == "articles" or sentences is None:
        sizes = pd.Series(1, index=pd.Index(articles["article_id"]))
        if weight is not None:
            return sizes, issues[["article_id", of, weight]].rename(columns={weight: "amount"})
        return sizes, issues[["article_id", of]].drop_duplicates().assign(amount=1)
    length = sentences["text"].str.count(r"\w+") if unit == "words" else pd.Series(1, index=sentences.index)
    measured = sentences[["article_id", "sentence_id"]].assign(amount=length)
    coded = issues[["sentence_id", of]].drop_duplicates().merge(measured, on="sentence_id")
    return measured.groupby("article_id")["amount"].sum(), coded.groupby(["article_id", of], as_index=False)[
        "amount"
    ].sum()


def _corrected(
    table: pd.DataFrame, drawn: np.ndarray, quality: pd.DataFrame, of: str, level: float, seed: int
) -> pd.DataFrame:
    """Return the table with the estimator of Rogan & Gladen: (share + specificity - 1) / (Youden's index)."""
    coded = quality.set_index(of)[["tp", "fp", "fn", "tn"]].astype(float)
    known = coded.reindex(table[of]).fillna(0.0).to_numpy().T
    tp, fp, fn, tn = known
    sensitivity, specificity = _ratio(tp, tp + fn), _ratio(tn, tn + fp)
    youden = sensitivity + specificity - 1
    reason = np.select(
        [~table[of].isin(coded.index), (tp + fn < CODED_LEAST) | (tn + fp < CODED_LEAST), ~(youden > 0)],
        [
            "no hand-coded sample",
            f"fewer than {CODED_LEAST} positives or negatives coded",
            "coding no better than chance",
        ],
        default="",
    )
    rng = np.random.default_rng(seed)
    order, first = np.unique(table[of], return_inverse=True)
    sample = coded.reindex(order).fillna(0.0).to_numpy().T + 0.5
    size = (len(drawn), len(order))
    hit, clear = rng.beta(sample[0], sample[2], size)[:, first], rng.beta(sample[3], sample[1], size)[:, first]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (table["share"].to_numpy() + specificity - 1) / youden
        low, high = bounds(
            np.clip((drawn + clear - 1) / np.where(hit + clear > 1, hit + clear - 1, np.nan), 0, 1), level
        )
    cut = (reason == "") & ((value < 0) | (value > 1))
    usable = (reason == "") & table["share"].notna().to_numpy()
    return table.assign(
        corrected=np.where(usable, np.clip(value, 0, 1), np.nan),
        corrected_low=np.where(usable, low, np.nan),
        corrected_high=np.where(usable, high, np.nan),
        correction=np.where(cut, "estimate cut to 0..1", reason),
    ).astype({"correction": "str"})


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)
