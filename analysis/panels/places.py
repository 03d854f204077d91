"""Who comes first: one alone, several together, or one whose place the intervals leave open."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from analysis.study import Study

NAMED = 3


def first_place(rows: pd.DataFrame, by: str) -> Literal["alone", "tied", "open"]:
    """Return how the first of some rows stands to the others.

    Parameters
    ----------
    rows
        Largest first, with the column ``by``, and its interval ``low, high`` (NaN where none is known).

    Returns
    -------
    str
        ``tied`` where another has the same number; ``alone`` where the interval of every other ends below its own;
        else ``open``.

    Examples
    --------
    >>> rows = pd.DataFrame({"n": [9, 4], "low": [7, 2], "high": [10, 6]})
    >>> first_place(rows, "n"), first_place(rows.assign(low=[5, 2]), "n"), first_place(rows.assign(n=9), "n")
    ('alone', 'open', 'tied')
    """
    rest = rows.iloc[1:]
    if (rest[by] == rows[by].iloc[0]).any():
        return "tied"
    return "alone" if (rest["high"] < rows["low"].iloc[0]).all() else "open"


def headline(study: Study, key: str, rows: pd.DataFrame, by: str, **values: Any) -> str:
    """Return what ``key`` says of the first of ``rows``, and how certain its place is; see `first_place`.

    The words of ``key`` hold ``{name}`` and ``{order}``, those of ``key_tied`` all ``{names}`` that share the place.
    """
    first, place = rows.iloc[0], first_place(rows, by)
    values = {"n": int(first[by]), **values}
    if place != "tied":
        order = study.say("order_open") if place == "open" else ""
        return study.say(key, **{"name": first["label"], "order": order, **values})
    names = rows.loc[rows[by] == first[by], "label"].tolist()
    names = names if len(names) <= NAMED else [*names[: NAMED - 1], study.say("others")]
    return study.say(f"{key}_tied", **{"names": study.say("pair", a=", ".join(names[:-1]), b=names[-1]), **values})
