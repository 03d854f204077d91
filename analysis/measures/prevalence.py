"""How much of the coverage an issue or topic takes, by period, outlet or any other part of the corpus.

Shares with their intervals, and the differences between parts, several criteria held apart from one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse, special

from analysis.errors import SimakError, refuse_unknown
from analysis.measures.inference import bounds, group_codes, grouped, q_values, resampled_sums, wilson
from analysis.measures.periods import PERIODS, numbered, parts

UNITS = ("articles", "sentences", "words")
CODED_LEAST = 10


def prevalence(
    issues: pd.DataFrame, articles: pd.DataFrame, by: str | Sequence[str] | None = None, *, unit: str = "articles",
    sentences: pd.DataFrame | None = None, of: str = "issue", weight: str | None = None,
    codes: Iterable[Any] | None = None, duplicates: bool = True, quality: pd.DataFrame | None = None, minimum: int = 10,
    level: float = 0.95, draws: int = 500, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
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
        :func:`~analysis.measures.agreement.issue_agreement` gives such a frame.
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
        ``correction`` (empty, or a sentence that says why the share is not corrected or was cut to 0..1).

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
    coded = _coded(issues, articles, unit, sentences, of, weight, codes, duplicates)
    group, n_groups = group_codes(coded.articles)
    part, cells = numbered(parts(coded.articles, by))
    found, width = coded.amounts.tocoo(), len(coded.codes)
    places = group.to_numpy(), part.to_numpy()
    rows = np.concatenate([places[0][found.row], places[0]])
    columns = np.concatenate([places[1][found.row] * width + found.col, places[1] + len(cells) * width])
    values = np.concatenate([found.data, coded.sizes])
    sums = sparse.csr_array((values, (rows, columns)), shape=(n_groups, len(cells) * (width + 1)))
    amount, total = _split(sums.sum(axis=0)[None, :], len(cells), width)
    share = _ratio(amount, total)[0]
    drawn = _ratio(*_split(resampled_sums(sums, draws, seed), len(cells), width))
    low, high = bounds(drawn, level)
    pairs = pd.DataFrame({"part": places[1], "group": places[0]}).drop_duplicates()
    groups = np.repeat(np.bincount(pairs["part"], minlength=len(cells)), width)
    flat_low, flat_high = wilson(share, groups, level)
    flat = ~(high > low)
    table = cells.loc[cells.index.repeat(width)].reset_index(drop=True)
    table = table.assign(**{of: np.tile(coded.codes, len(cells))}).assign(
        count=amount[0],
        total=total[0],
        share=share,
        low=np.where(flat, flat_low, low),
        high=np.where(flat, flat_high, high),
        groups=groups,
        enough=groups >= minimum,
    )
    return table if quality is None else _corrected(table, drawn, quality, of, level, seed)


def differences(
    issues: pd.DataFrame, articles: pd.DataFrame, by: str | Sequence[str], *, reference: str | None = None,
    unit: str = "articles", sentences: pd.DataFrame | None = None, of: str = "issue", weight: str | None = None,
    codes: Iterable[Any] | None = None, duplicates: bool = True, minimum: int = 10, level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Return how the share of each issue differs with outlet, period and other criteria, each with the rest held fixed.

    For each code a linear regression of the article's share (of articles, sentences or words) on the criteria, weighed
    by the article's size, with standard errors that let articles of one duplicate group depend on each other: what
    ``estimateEffect`` of the R package stm gives (Roberts et al. 2014, *AJPS* 58:1064-1082), topics being taken as
    measured without error. The regression is that of statsmodels.

    Parameters
    ----------
    by
        A name or a list of names as in :func:`prevalence`, or a formula such as ``"outlet * year"`` or
        ``"outlet + bs(days, df=4)"``. Texts are compared with their most frequent value (ties: the first by
        alphabet); numeric columns of `articles` stay numbers, and articles that lack one are left out. A formula is
        evaluated as Python: take none from strangers.
    reference
        Value of a text that is compared with in place of the most frequent one.
    issues, articles, unit, sentences, of, weight, codes, duplicates, minimum, level
        As in :func:`prevalence`.

    Returns
    -------
    DataFrame
        One row a term and code: ``term`` (``outlet[Tempo]``), `of`, ``base`` (share where all terms are 0), ``effect``
        (difference of shares, -1..1), ``low``, ``high``, ``p``, ``q`` (Benjamini & Hochberg over all rows), ``groups``
        (int64, duplicate groups in which the term is not 0), ``enough`` (bool: that many, and as many with the code).
        Where they are not ``enough``, or nothing varies, only ``base`` and ``effect`` are known.

    Raises
    ------
    SimakError
        When the criteria cannot be used, or say the same as one another, so that nothing can be told apart.

    Examples
    --------
    >>> articles = pd.DataFrame({"article_id": list("abcd"), "duplicate_group": list("abcd"),
    ...                          "outlet": ["Kompas", "Kompas", "Tempo", "Tempo"]})
    >>> issues = pd.DataFrame({"article_id": ["a", "b", "c"], "issue": "trade"})
    >>> differences(issues, articles, by="outlet")[["term", "base", "effect"]].round(2).values.tolist()
    [['outlet[Tempo]', 1.0, -0.5]]
    """
    from formulaic import model_matrix
    from statsmodels.regression.linear_model import WLS

    coded = _coded(issues, articles, unit, sentences, of, weight, codes, duplicates)
    formula = by if isinstance(by, str) else " + ".join(by)
    words = sorted(set(re.findall(r"\w+", formula)) & {*PERIODS, *articles.columns})
    numbers = [name for name in words if name in articles and pd.api.types.is_numeric_dtype(articles[name])]
    frame = coded.articles[coded.sizes > 0].dropna(subset=numbers)
    texts = {name: _by_size(parts(frame, name)[name], reference) for name in words if name not in numbers}
    if reference is not None and reference not in {column.categories[0] for column in texts.values()}:
        raise SimakError(f"reference='{reference}' is no value of {formula} in these articles.")
    frame = frame.assign(**texts)
    try:
        x = model_matrix(formula, frame, context={})
    except Exception as error:  # a formula may raise anything
        allowed = ", ".join([*PERIODS, *articles.columns])
        raise SimakError(f"by='{formula}' cannot be used: {str(error).splitlines()[0]} Names: {allowed}.") from error
    names, x, kept = list(x.columns), x.to_numpy(dtype=float), frame.index
    group = pd.factorize(frame["duplicate_group"])[0]
    if names[0] != "Intercept" or group.max(initial=0) < 1 or np.linalg.matrix_rank(x) < len(names):
        raise SimakError(f"by='{formula}': its terms cannot be told apart in these {len(kept)} articles.")
    sizes, amounts = coded.sizes[kept], sparse.csc_array(coded.amounts[kept])
    base, *effect = np.linalg.solve((x.T * sizes) @ x, (amounts.T @ x).T)
    groups, holding = (
        np.diff(sparse.csc_array(grouped(sparse.csr_array(v != 0), group, len(kept))).indptr)
        for v in (x[:, 1:], amounts)
    )
    enough = (groups[:, None] >= minimum) & (holding >= minimum)
    error = np.full(enough.shape, np.nan)
    for code in np.flatnonzero(enough.any(axis=0)):
        share = amounts[:, [code]].toarray()[:, 0] / sizes
        fit = WLS(share, x, sizes).fit(cov_type="cluster", cov_kwds={"groups": group}, use_t=True)
        error[:, code] = np.where(enough[:, code] & (fit.bse[1:] > 1e-9), fit.bse[1:], np.nan)
    effect = np.reshape(effect, error.shape)
    half = special.stdtrit(group.max(), (1 + level) / 2) * error
    p = 2 * special.stdtr(group.max(), -abs(effect / error))
    table = pd.DataFrame({"term": [name.replace("[T.", "[") for name in names[1:]]}, dtype="str")
    table = table.loc[table.index.repeat(len(base))].reset_index(drop=True)
    return table.assign(**{of: np.tile(coded.codes, len(effect))}).assign(
        base=np.tile(base, len(effect)),
        effect=effect.ravel(),
        low=(effect - half).ravel(),
        high=(effect + half).ravel(),
        p=p.ravel(),
        q=q_values(p.ravel()),
        groups=np.repeat(groups, len(base)),
        enough=enough.ravel(),
    )


class _Coded(NamedTuple):
    """The articles, the size of each in units, and how much of it each code takes (articles × codes)."""

    articles: pd.DataFrame
    sizes: np.ndarray
    amounts: sparse.csr_array
    codes: pd.Index


def _coded(
    issues: pd.DataFrame, articles: pd.DataFrame, unit: str, sentences: pd.DataFrame | None, of: str,
    weight: str | None, codes: Iterable[Any] | None, duplicates: bool,
) -> _Coded:  # fmt: skip
    refuse_unknown("unit", unit, UNITS)
    if unit != "articles" and (sentences is None or weight is not None):
        raise SimakError(f"unit='{unit}' needs the frame of sentences, and takes no weight.")
    if not duplicates:
        articles = articles.sort_values(["date", "article_id"]).drop_duplicates("duplicate_group")
    articles = articles.reset_index(drop=True)
    ids = pd.Index(articles["article_id"])
    sizes = np.ones(len(ids))
    if unit == "articles" or sentences is None:
        amounts = issues[["article_id", of]].drop_duplicates().assign(amount=1)
        if weight is not None:
            amounts = issues[["article_id", of, weight]].rename(columns={weight: "amount"})
    else:
        length = sentences["text"].str.count(r"\w+") if unit == "words" else pd.Series(1, index=sentences.index)
        measured = sentences[["article_id", "sentence_id"]].assign(amount=length)
        sizes = measured.groupby("article_id")["amount"].sum().reindex(ids, fill_value=0).to_numpy(dtype=float)
        amounts = issues[["sentence_id", of]].drop_duplicates().merge(measured, on="sentence_id")
    names = pd.Index(sorted(set(amounts.loc[amounts["article_id"].isin(ids), of]) if codes is None else set(codes)))
    row, column = ids.get_indexer(amounts["article_id"]), names.get_indexer(amounts[of])
    held = (row >= 0) & (column >= 0)
    values = amounts["amount"].to_numpy(dtype=float)[held]
    shape = (len(ids), len(names))
    return _Coded(articles, sizes, sparse.csr_array((values, (row[held], column[held])), shape=shape), names)


def _by_size(column: pd.Series, first: str | None) -> pd.Categorical:
    """Return the texts with the one first with which the others are compared: the most frequent, unless it is given."""
    sizes = column.value_counts()
    return pd.Categorical(column, sorted(sizes.index, key=lambda text: (text != first, -sizes[text], text)))


def _split(sums: np.ndarray, cells: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the amount and the total of each part and code, from sums that hold part × code, then the parts."""
    return sums[:, : cells * width], np.repeat(sums[:, cells * width :], width, axis=1)


def _corrected(
    table: pd.DataFrame, drawn: np.ndarray, quality: pd.DataFrame, of: str, level: float, seed: int
) -> pd.DataFrame:
    """Return the table with the estimator of Rogan & Gladen: (share + specificity - 1) / (Youden's index)."""
    coded = quality.set_index(of)[["tp", "fp", "fn", "tn"]].astype(float)
    tp, fp, fn, tn = coded.reindex(table[of]).fillna(0.0).to_numpy().T
    sensitivity, specificity = _ratio(tp, tp + fn), _ratio(tn, tn + fp)
    youden = sensitivity + specificity - 1
    reason = np.select(
        [~table[of].isin(coded.index), (tp + fn < CODED_LEAST) | (tn + fp < CODED_LEAST), ~(youden > 0)],
        [
            "Not corrected: no hand-coded sample has this code.",
            f"Not corrected: fewer than {CODED_LEAST} positives or {CODED_LEAST} negatives were coded by hand.",
            "Not corrected: the coding is no better than chance.",
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
        estimates = (drawn + clear - 1) / np.where(hit + clear > 1, hit + clear - 1, np.nan)
    low, high = bounds(np.clip(estimates, 0, 1), level)
    cut = (reason == "") & ((value < 0) | (value > 1))
    usable = (reason == "") & table["share"].notna().to_numpy()
    return table.assign(
        corrected=np.where(usable, np.clip(value, 0, 1), np.nan),
        corrected_low=np.where(usable, low, np.nan),
        corrected_high=np.where(usable, high, np.nan),
        correction=np.where(cut, "The estimate lay outside of 0 to 1 and was cut.", reason),
    ).astype({"correction": "str"})


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)
