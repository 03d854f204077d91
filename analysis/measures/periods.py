"""Parts of a corpus: articles by period or by any column, and windows that move over time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.errors import SimakError

PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "quarter": None, "year": "%Y"}
UNDATED = "undated"
UNKNOWN = "unknown"
LAST = chr(0x10FFFF)  # stands behind every other character
KERNELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "uniform": lambda u: (np.abs(u) <= 1).astype(float),
    "triangular": lambda u: np.clip(1 - np.abs(u), 0, None),
    "epanechnikov": lambda u: np.clip(1 - u**2, 0, None),
    "gaussian": lambda u: np.where(np.abs(u) <= 4, np.exp(-(u**2) / 2), 0.0),
}


def parts(articles: pd.DataFrame, by: str | Sequence[str] | None) -> pd.DataFrame:
    """Return the part of the corpus in which each article lies: one row an article, one text column a criterion.

    Parameters
    ----------
    articles
        The frame of articles.
    by
        ``day``, ``week`` (ISO), ``month``, ``quarter`` or ``year`` of the publication date, any column of
        `articles`, a list of these, or None for the corpus as a whole.

    Returns
    -------
    DataFrame
        Indexed like `articles`. Articles without a date are ``undated``, a missing outlet or place is ``unknown``.

    Raises
    ------
    SimakError
        When a name in `by` is neither a period nor a column.

    Examples
    --------
    >>> articles = pd.DataFrame({"date": pd.to_datetime(["2023-06-19", None]), "outlet": ["Kompas", None]})
    >>> parts(articles, ["month", "outlet"]).values.tolist()
    [['2023-06', 'Kompas'], ['undated', 'unknown']]
    """
    names = [] if by is None else [by] if isinstance(by, str) else list(by)
    found = pd.DataFrame(index=articles.index)
    for name in names:
        if name in PERIODS:
            found[name] = _period(articles["date"], name)
        elif name in articles.columns:
            found[name] = articles[name].astype("str").fillna(UNKNOWN)
        else:
            allowed = ", ".join([*PERIODS, *articles.columns])
            raise SimakError(f"by='{name}' is neither a period nor a column of the articles; allowed are {allowed}.")
    return found


def numbered(found: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Return the number of each row's part and the parts in order; what is undated or unknown comes last.

    Examples
    --------
    >>> codes, table = numbered(pd.DataFrame({"month": ["undated", "2023-06", "2023-05"]}))
    >>> codes.tolist(), table["month"].tolist()
    ([2, 1, 0], ['2023-05', '2023-06', 'undated'])
    """
    if found.columns.empty:
        return pd.Series(0, index=found.index), pd.DataFrame(index=[0])

    def ordered(column: pd.Series) -> pd.Series:
        return column.mask(column.isin([UNDATED, UNKNOWN]), LAST + column)

    table = found.drop_duplicates().sort_values(list(found.columns), key=ordered, ignore_index=True)
    codes = found.merge(table.reset_index(names="part"), on=list(table.columns), how="left")["part"]
    return codes.set_axis(found.index), table


def over_time(
    frame: pd.DataFrame,
    measure: Callable[[pd.DataFrame], pd.DataFrame],
    *,
    days: int = 90,
    step: int = 30,
    kernel: str = "uniform",
) -> pd.DataFrame:
    """Return what a measure says of each window that moves over the dated rows, and of the undated rows.

    Parameters
    ----------
    frame
        Rows with ``date``: articles, or the statements of discourse networks.
    measure
        Function from the rows of a window to a frame, such as ``one_mode`` for statements, or
        ``lambda part: cooccurrence(entities, articles=part)`` for articles.
    days, step
        Length of a window, and days from one window to the next. The first begins on the first day.
    kernel
        ``uniform``, ``triangular``, ``epanechnikov`` or ``gaussian``: all but the first change the column ``weight``
        of the rows by their distance from the middle of the window, which for the first three is `days` wide; for
        ``gaussian`` half of `days` is the standard deviation, and rows up to four of them away take part.

    Returns
    -------
    DataFrame
        ``window`` (text: first – last day, or ``undated``), ``first``, ``last`` (datetime64, NaT where undated), then
        the columns of the measure. What the measure does over all its rows, such as q, it does window by window.

    Raises
    ------
    SimakError
        When `days` or `step` is below 1 or the kernel is unknown.

    Examples
    --------
    >>> articles = pd.DataFrame({"date": pd.to_datetime(["2023-01-01", "2023-02-10", None])})
    >>> found = over_time(articles, lambda part: pd.DataFrame({"articles": [len(part)]}), days=30)
    >>> found[["window", "articles"]].values.tolist()
    [['2023-01-01 – 2023-01-30', 1], ['2023-01-31 – 2023-03-01', 1], ['undated', 1]]
    """
    if days < 1 or step < 1 or kernel not in KERNELS:
        raise SimakError(
            f"days={days} and step={step} must be at least 1, and kernel='{kernel}' one of {', '.join(KERNELS)}."
        )
    tables = [
        measure(part).assign(window=UNDATED if pd.isna(first) else f"{first:%Y-%m-%d} – {last:%Y-%m-%d}",
                             first=first, last=last)
        for first, last, part in _windows(frame, days, step, kernel)
    ] or [measure(frame).assign(window="", first=pd.NaT, last=pd.NaT)]  # fmt: skip
    table = pd.concat(tables, ignore_index=True).astype({"first": "datetime64[ns]", "last": "datetime64[ns]"})
    names = ["window", "first", "last"]
    return table[[*names, *table.columns.difference(names, sort=False)]]


def _windows(
    frame: pd.DataFrame, days: int, step: int, kernel: str
) -> Iterator[tuple[pd.Timestamp, pd.Timestamp, pd.DataFrame]]:
    dates, latest = frame["date"], frame["date"].max()
    first = dates.min()
    while first <= latest:
        last = first + pd.Timedelta(days=days - 1)
        if kernel == "uniform":
            yield first, last, frame[dates.between(first, last)]
        else:
            distance = (dates - (first + (last - first) / 2)) / pd.Timedelta(days=days / 2)
            weight = frame.get("weight", 1.0) * KERNELS[kernel](distance.to_numpy())
            yield first, last, frame.assign(weight=weight)[weight > 0]
        if last >= latest:
            break
        first += pd.Timedelta(days=step)
    if dates.isna().any():
        yield pd.NaT, pd.NaT, frame[dates.isna()]


def _period(dates: pd.Series, name: str) -> pd.Series:
    known = dates.dropna().drop_duplicates()
    pattern = PERIODS[name]
    words = known.dt.strftime(pattern) if pattern else known.dt.to_period("Q").astype(str).str.replace("Q", "-Q")
    return dates.map(dict(zip(known, words, strict=True))).astype("str").fillna(UNDATED)
