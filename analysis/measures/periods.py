"""Parts of a corpus: articles by period or by any column, and windows that move over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from analysis.errors import SimakError

PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "quarter": None, "year": "%Y"}
UNDATED = "undated"
UNKNOWN = "unknown"


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
    table = found.drop_duplicates()
    last = table.isin([UNDATED, UNKNOWN])
    keys = [column for name in table for column in (last[name].rename(f"{name}?"), table[name])]
    order = pd.concat(keys, axis=1).sort_values([key.name for key in keys]).index
    table = table.loc[order].reset_index(drop=True)
    codes = found.merge(table.reset_index(names="part"), on=list(table.columns), how="left")["part"]
    return codes.set_axis(found.index), table


def windows(
    articles: pd.DataFrame, days: int = 90, step: int = 30
) -> Iterator[tuple[pd.Timestamp, pd.Timestamp, pd.DataFrame]]:
    """Yield windows that move over the dated articles: first day, last day, articles between them.

    The first window begins on the day of the earliest article; the last one holds the latest.

    Examples
    --------
    >>> articles = pd.DataFrame({"date": pd.to_datetime(["2023-01-01", "2023-02-10", None])})
    >>> [(f"{first:%m-%d}", f"{last:%m-%d}", len(part)) for first, last, part in windows(articles, 30, 30)]
    [('01-01', '01-30', 1), ('01-31', '03-01', 1)]
    """
    if days < 1 or step < 1:
        raise SimakError(f"days={days} and step={step} must be at least 1.")
    first, latest = articles["date"].min(), articles["date"].max()
    while first <= latest:
        last = first + pd.Timedelta(days=days - 1)
        yield first, last, articles[articles["date"].between(first, last)]
        if last >= latest:
            return
        first += pd.Timedelta(days=step)


def _period(dates: pd.Series, name: str) -> pd.Series:
    known = dates.dropna().drop_duplicates()
    pattern = PERIODS[name]
    words = known.dt.strftime(pattern) if pattern else known.dt.to_period("Q").astype(str).str.replace("Q", "-Q")
    return dates.map(dict(zip(known, words, strict=True))).astype("str").fillna(UNDATED)
