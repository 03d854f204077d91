"""Keyword in context: every place where a word or phrase stands, with what stands around it."""

from __future__ import annotations

import re

import pandas as pd

from analysis.errors import SimakError
from analysis.words import fault

SORTS = ("place", "left", "right", "keyword", "date")


def kwic(
    sentences: pd.DataFrame, pattern: str, *, width: int = 60, sort: str = "place", articles: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return each place in the sentences where the pattern stands.

    Parameters
    ----------
    sentences
        The frame of sentences.
    pattern
        Words, upper and lower case alike; ``*`` stands for any letters within a word, a word ``**`` for up to five
        words. ``sanksi*`` finds "sanksinya", ``laut ** selatan`` finds "Laut China Selatan".
    width
        Characters shown on either side, within the sentence.
    sort
        ``place`` (article and offset), ``left`` (the words before, from the last one back), ``right``, ``keyword`` or
        ``date`` (needs `articles`; undated last).
    articles
        Adds ``date`` and ``outlet``.

    Returns
    -------
    DataFrame
        ``article_id, sentence_id, start, end`` (of the keyword in the raw text), ``left, keyword, right``; with
        `articles` also ``date, outlet``.

    Raises
    ------
    SimakError
        When the pattern holds no word or `sort` is unknown.

    Examples
    --------
    >>> sentences = pd.DataFrame({"article_id": ["a"], "sentence_id": ["a:10-38"], "start": [10],
    ...                           "text": ["Kapal di Laut China Selatan."]})
    >>> kwic(sentences, "laut ** selatan")[["start", "left", "keyword", "right"]].values.tolist()
    [[19, 'Kapal di ', 'Laut China Selatan', '.']]
    """
    if sort not in SORTS or (sort == "date" and articles is None):
        raise SimakError(f"sort='{sort}' is not possible; allowed are {', '.join(SORTS)}, and date needs the articles.")
    finder = _finder(pattern)
    letters = max(re.split(r"[\s*]+", pattern), key=len)  # looked up first in all sentences, which is fast
    holding = sentences[sentences["text"].str.contains(letters, case=False, regex=False)]
    whole = holding[["article_id", "sentence_id", "start", "text"]].itertuples(index=False)
    rows = [
        (article, sentence, start + m.start(), start + m.end(),
         text[max(m.start() - width, 0) : m.start()], m.group(), text[m.end() : m.end() + width])
        for article, sentence, start, text in whole for m in finder.finditer(text)
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=["article_id", "sentence_id", "start", "end", "left", "keyword", "right"])
    if articles is not None:
        found = found.merge(articles[["article_id", "date", "outlet"]], on="article_id", how="left")
    place = ["article_id", "start"]
    key = found.assign(
        left=found["left"].map(lambda text: " ".join(reversed(text.lower().split()))),
        right=found["right"].str.lower(),
        keyword=found["keyword"].str.lower(),
    ).sort_values(place if sort == "place" else [sort, *place])
    return found.loc[key.index].reset_index(drop=True)


def _finder(pattern: str) -> re.Pattern[str]:
    """Return a pattern whose repetitions are all bounded, so that no text can stall it."""
    words = pattern.split()
    if not any(re.search(r"\w", word) for word in words):
        raise fault("fault_word", pattern=pattern)
    between, found = r"\W{1,5}", ""
    for word in words:
        if word == "**":
            found += rf"(?:\w{{1,40}}{between}){{0,5}}?"
        else:
            found += r"\w{0,40}".join(re.escape(part) for part in word.split("*")) + between
    return re.compile(r"(?<!\w)" + found.removesuffix(between) + r"(?!\w)", re.IGNORECASE)
