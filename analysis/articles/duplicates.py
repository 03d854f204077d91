"""Near-duplicates: wire copy and articles published again, shortened or with another title."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd
from datasketch import MinHash
from numpy.typing import NDArray

from analysis import frames
from analysis.articles.dates import Calendar
from analysis.knowledge import Knowledge

RUN = 3  # words
BANDS, ROWS = 42, 3  # two texts that share 40 % of their runs become candidates with probability 0.94
LEAST_LENGTH = 0.55  # of the longer text
LEAST_COVERED = 0.84  # of the shorter text's words: a tenth of them changed leaves 0.87
MOST_TITLE = 25  # words before what both share
MOST_NEW = 12  # words in a row that only one of the two has, before the end of what they share
INNER = 0.95  # of what they share; behind it a few common words may meet by chance
MOST_NUMBERS = 0.34  # of the shorter text's amounts that may be others, between articles of one day
LEAST_WORDS = 20  # shorter texts are duplicates only when they are equal
MOST_IN_BAND = 200
_NUMBER = re.compile(r"(?=(?:\D*\d){3})(?!(?:19|20)\d\d$)")  # amounts, but no years
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})")
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d]+")


class Words(NamedTuple):
    """The words of a text as hashes; the runs of words that begin at each; which are numbers and which names."""

    words: array[int]
    runs: array[int]
    numbers: frozenset[str]  # amounts
    days: frozenset[tuple[int, int]]  # and dates, without the year


def with_duplicates(articles: pd.DataFrame) -> pd.DataFrame:
    """Return the articles with ``duplicate_group``: the id of the earliest article that has nearly the same body.

    Candidates come from MinHash signatures of runs of three words in bands (Broder 1997; Leskovec et al., Mining of
    Massive Datasets, ch. 3). A pair is kept when 84 % of the shorter text's words stand in runs that the longer has
    too, with no stretch of more than 12 words that is new in one of them (a follow-up and a rewriting have one), and
    when they share a date, if both name one, and most amounts, or all when they are of different days (the daily report
    of a price does not). From the earliest article on (those without a date last, ties by id), each joins the earliest
    head with which it is a pair, or is a head itself.

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
    >>> texts = {"b": "Xi menerima Blinken.", "a": "Xi menerima Blinken.", "c": "Harga emas naik lagi."}
    >>> rows = [
    ...     {"article_id": id_, "text": text, "body": [[0, len(text)]], "source_path": "x", "words": 5,
    ...      "duplicate_group": id_, "quality": []}
    ...     for id_, text in texts.items()
    ... ]
    >>> with_duplicates(frames.made("articles", rows))["duplicate_group"].tolist()
    ['a', 'a', 'c']
    """
    if articles.empty:
        return articles
    texts = list(map(_words, articles["text"], articles["body"], articles["title"]))
    days = ((articles["date"] - pd.Timestamp(0)) / pd.Timedelta(days=1)).tolist()
    found = _candidates(texts)
    pairs = [(a, b) for a, b in found if _same(texts[a], texts[b], other_day=abs(days[a] - days[b]) > 0)]
    return frames.checked("articles", articles.assign(duplicate_group=_heads(articles, pairs)))


def _words(text: str, body: list[list[int]], title: str | None) -> Words:
    """Return the words of the body, without a title that begins it: copies often bear another."""
    written = [word for start, end in body for word in _WORD.findall(text[start:end])]
    first = [word.lower() for word in _WORD.findall(title)] if isinstance(title, str) else []
    if len(written) > len(first) and [word.lower() for word in written[: len(first)]] == first:
        written = written[len(first) :]
    size = RUN if len(written) >= LEAST_WORDS else max(1, len(written))
    hashes = np.fromiter((_hash(word.lower()) for word in written), np.uint64, len(written))
    runs = np.zeros(max(0, len(hashes) - size + 1), np.uint64)
    for place in range(size if len(hashes) else 0):
        runs = runs * np.uint64(1_099_511_628_211) + hashes[place : len(runs) + place]
    numbers = frozenset(word for word in written if _NUMBER.match(word))
    dates = _calendar().written(" ".join(text[start:end] for start, end in body))
    days = {(date.day.day, date.day.month) for date in dates if date.day}
    days |= {(int(found[1]), int(found[2])) for word in written if (found := _DAY.fullmatch(word))}
    return Words(*(array("L", (of >> np.uint64(32)).tolist()) for of in (hashes, runs)), numbers, frozenset(days))


@lru_cache(maxsize=1)
def _calendar() -> Calendar:
    return Calendar(Knowledge().dates)


@lru_cache(maxsize=500_000)
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _candidates(texts: list[Words]) -> list[tuple[int, int]]:
    """Return pairs of texts that have the same signature in at least one band, in order."""
    signatures = np.array([_signature(of.runs) for of in texts], np.uint64)
    filled = np.flatnonzero([len(of.runs) > 0 for of in texts])
    pairs: set[tuple[int, int]] = set()
    for band in range(BANDS):
        part = np.ascontiguousarray(signatures[filled, band * ROWS : (band + 1) * ROWS])
        _, group, sizes = np.unique(part, axis=0, return_inverse=True, return_counts=True)
        order = np.argsort(group, kind="stable")
        for members in np.split(filled[order], np.cumsum(sizes)[:-1]):
            if len(members) > 1:
                # A crowded band is compared with its first text and each with the next, which keeps the work linear.
                near = range(1, len(members)) if len(members) <= MOST_IN_BAND else (1,)
                pairs.update((int(a), int(b)) for step in near for a, b in zip(members, members[step:], strict=False))
                pairs.update((int(members[0]), int(b)) for b in members[1:])
    return sorted(pairs)


def _signature(runs: array[int]) -> NDArray[np.uint64]:
    sketch = MinHash(num_perm=BANDS * ROWS, seed=1, hashfunc=int)
    if len(runs):
        sketch.update_batch(sorted(set(runs)))
    return sketch.digest()


def _same(one: Words, other: Words, other_day: bool = False) -> bool:
    shorter, longer = sorted((one, other), key=lambda text: len(text.words))
    if len(shorter.words) < LEAST_LENGTH * len(longer.words):
        return False
    covered = _covered(shorter, longer)
    if sum(covered) < LEAST_COVERED * len(covered):
        return False
    if max(_newest(covered), _newest(_covered(longer, shorter))) > MOST_NEW:
        return False
    if shorter.days and longer.days and not shorter.days & longer.days:
        return False
    most = 0 if other_day else max(1, MOST_NUMBERS * len(shorter.numbers))
    return len(shorter.numbers - longer.numbers) <= most


def _covered(text: Words, other: Words) -> list[bool]:
    """Return for each word from the first shared one on whether it stands in a run that the other text has too."""
    left, size = Counter(other.runs), len(text.words) - len(text.runs)
    found = [False] * size
    for run in text.runs:
        found.append(left[run] > 0)
        left[run] -= 1
    found += [False] * size
    covered = [any(found[at : at + size + 1]) for at in range(len(text.words))]
    first = covered.index(True) if any(covered) else 0
    return covered[first:] if first <= MOST_TITLE else covered


def _newest(covered: list[bool]) -> int:
    """Return the length of the longest stretch that is not covered, before nearly all of what is covered ends."""
    places = [at for at, found in enumerate(covered) if found]
    inner = covered[: places[int(len(places) * INNER)]] if places else covered
    return max((len(list(group)) for found, group in groupby(inner) if not found), default=0)


def _heads(articles: pd.DataFrame, pairs: list[tuple[int, int]]) -> list[str]:
    """Return for each article the earliest head that it is a pair with, or itself; so no group drifts."""
    moment = articles["published_at"].dt.tz_localize(None).fillna(articles["date"])
    ids = articles["article_id"].tolist()
    order = pd.DataFrame({"moment": moment.to_numpy(), "id": ids}).sort_values(["moment", "id"]).index.tolist()
    rank = {place: number for number, place in enumerate(order)}
    copies_of: dict[int, list[int]] = {}
    for one, other in pairs:
        earlier, later = (one, other) if rank[one] < rank[other] else (other, one)
        copies_of.setdefault(later, []).append(earlier)
    head = list(range(len(ids)))
    for place in rank:
        heads = [rank[one] for one in copies_of.get(place, []) if head[one] == one]
        head[place] = order[min(heads)] if heads else place
    return [ids[place] for place in head]
