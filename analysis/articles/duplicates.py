"""Near-duplicates: wire copy and articles published again, shortened or with another title."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

import numpy as np
import pandas as pd
from datasketch import MinHash
from numpy.typing import NDArray

from analysis import frames

SHINGLE = 3  # words
BANDS, ROWS = 42, 3  # two texts that share 40 % of their shingles become candidates with probability 0.94
LEAST_SHARED = 0.6  # of the shingles of the shorter text: a tenth of the words changed leaves 0.73
LEAST_LENGTH = 0.5  # of the longer text: a follow-up often repeats a short first report whole
LEAST_NUMBERS = 0.5  # of the long numbers of the one that has fewer: texts from one template differ in these
LEAST_WORDS = 20  # shorter texts are duplicates only when they are equal
MOST_IN_BAND = 200
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d]+")
_LONG_NUMBER = re.compile(r"(?=(?:\D*\d){4})(?!(?:19|20)\d\d$)\d[\d.,:/]*$")
Shingles = NDArray[np.uint64]


def with_duplicates(articles: pd.DataFrame) -> pd.DataFrame:
    """Return the articles with ``duplicate_group``: the id of the earliest article that has nearly the same body.

    Candidates come from MinHash signatures of word trigrams in bands (Broder 1997; Leskovec et al., Mining of
    Massive Datasets, ch. 3). A pair is kept when the shorter text is at least half as long and shares three fifths of
    its trigrams, and both share most of their long numbers, so that the daily report of a price is no duplicate of
    yesterday's. From the earliest article on (those without a date last, ties by id), each joins the earliest head
    with which it is a pair, or is a head itself.

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
    words = [
        _words(text, body, title)
        for text, body, title in zip(articles["text"], articles["body"], articles["title"], strict=True)
    ]
    shingles = [_shingles(of) for of in words]
    numbers = [frozenset(word for word in of if _LONG_NUMBER.match(word)) for of in words]
    pairs = [
        (one, other)
        for one, other in _candidates(shingles)
        if _same(shingles[one], shingles[other], numbers[one], numbers[other])
    ]
    return frames.checked("articles", articles.assign(duplicate_group=_heads(articles, pairs)))


def _words(text: str, body: list[list[int]], title: str | None) -> list[str]:
    """Return the words of the body, without a title that begins it: copies often bear another."""
    words = [word for start, end in body for word in _WORD.findall(text[start:end].lower())]
    first = _WORD.findall(title.lower()) if isinstance(title, str) else []
    return words[len(first) :] if first and words[: len(first)] == first and len(words) > len(first) else words


def _shingles(words: list[str]) -> Shingles:
    """Return the sorted hashes of all runs of words; of a text that is too short, one hash of the whole."""
    size = SHINGLE if len(words) >= LEAST_WORDS else max(1, len(words))
    hashes = np.fromiter((_hash(word) for word in words), np.uint64, len(words))
    if not len(hashes):
        return hashes
    runs = np.zeros(len(hashes) - size + 1, np.uint64)
    for place in range(size):
        runs = runs * np.uint64(1_099_511_628_211) + hashes[place : len(hashes) - size + 1 + place]
    return np.unique(runs >> np.uint64(32))


@lru_cache(maxsize=500_000)
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _candidates(shingles: list[Shingles]) -> list[tuple[int, int]]:
    """Return pairs of texts that have the same signature in at least one band, in order."""
    signatures = np.array([_signature(of) for of in shingles], np.uint64)
    filled = np.flatnonzero([len(of) > 0 for of in shingles])
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


def _signature(shingles: Shingles) -> NDArray[np.uint64]:
    sketch = MinHash(num_perm=BANDS * ROWS, seed=1, hashfunc=int)
    if len(shingles):
        sketch.update_batch(shingles.tolist())
    return sketch.digest()


def _same(one: Shingles, other: Shingles, numbers: frozenset[str], others: frozenset[str]) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    if shorter < LEAST_LENGTH * longer:
        return False
    if len(np.intersect1d(one, other, assume_unique=True)) < LEAST_SHARED * shorter:
        return False
    fewer = min(len(numbers), len(others))
    return fewer < 2 or len(numbers & others) >= LEAST_NUMBERS * fewer


def _heads(articles: pd.DataFrame, pairs: list[tuple[int, int]]) -> list[str]:
    """Return for each article the earliest head that it is a pair with, or itself; so no group drifts."""
    moment = articles["published_at"].dt.tz_localize(None).fillna(articles["date"])
    ids = articles["article_id"].tolist()
    order = (
        pd.DataFrame({"moment": moment.to_numpy(), "id": ids}).sort_values(["moment", "id"], na_position="last").index
    )
    rank = {int(place): number for number, place in enumerate(order)}
    copies_of: dict[int, list[int]] = {}
    for one, other in pairs:
        earlier, later = (one, other) if rank[one] < rank[other] else (other, one)
        copies_of.setdefault(later, []).append(earlier)
    head = list(range(len(ids)))
    for place in rank:
        heads = [rank[one] for one in copies_of.get(place, []) if head[one] == one]
        head[place] = int(order[min(heads)]) if heads else place
    return [ids[place] for place in head]
