"""What repeats across many articles of one outlet and is no article: its own notes, which no rule foresaw."""

from __future__ import annotations

from collections import Counter, defaultdict

import pandas as pd

from analysis import frames
from analysis.articles.lines import plain
from analysis.articles.paragraphs import LINE, Span

LEAST_ARTICLES = 10  # of one outlet that hold the line
LEAST_WORDS = 5  # of a line; shorter ones are headings and links such as "Susunan Pemain"
MOST_ALIKE = 0.6  # of the articles with the line may be about one thing, as their titles tell


def without_repeated(articles: pd.DataFrame) -> pd.DataFrame:
    """Return the articles without the lines that stand in many articles of their outlet, whatever these are about.

    A line of five words or more that at least ten articles of one outlet hold leaves their bodies, unless these
    articles are about one thing: the sentence on taxes that ends each report of the price of gold is theirs. They
    are about one thing when three fifths of their openings share a word that is rare in the outlet.

    Parameters
    ----------
    articles
        Frame ``articles``.

    Returns
    -------
    pandas.DataFrame
        The same rows in the same order.

    Examples
    --------
    >>> import analysis.frames as frames
    >>> without_repeated(frames.made("articles", [])).empty
    True
    """
    bodies, words = articles["body"].tolist(), articles["words"].tolist()
    for _, rows in articles.groupby("outlet", sort=True).indices.items():
        if len(rows) < LEAST_ARTICLES:
            continue
        held: dict[str, dict[int, Span]] = defaultdict(dict)
        openings: dict[int, set[str]] = {}
        for row in rows:
            text = articles["text"].iat[row]
            for line in (line for start, end in bodies[row] for line in LINE.finditer(text, start, end)):
                key = plain(line.group())
                held[key].setdefault(row, line.span())
                openings.setdefault(row, set(key.split()))
        common = Counter(word for opening in openings.values() for word in opening)
        for key, spans in held.items():
            if len(spans) >= LEAST_ARTICLES and key.count(" ") >= LEAST_WORDS - 1:
                seen = Counter(word for row in spans for word in openings[row] - set(key.split()))
                usual = len(rows) * MOST_ALIKE / 2
                if max((n for word, n in seen.items() if common[word] < usual), default=0) < MOST_ALIKE * len(spans):
                    for row, span in spans.items():
                        bodies[row] = _cut(bodies[row], span)
                        words[row] = sum(len(articles["text"].iat[row][a:b].split()) for a, b in bodies[row])
    return frames.checked("articles", articles.assign(body=bodies, words=words))


def _cut(body: list[list[int]], span: Span) -> list[list[int]]:
    """Return the body without a line, unless nothing would be left."""
    left = [[a, b] for start, end in body for a, b in ((start, min(end, span[0])), (max(start, span[1]), end)) if a < b]
    return left or body
