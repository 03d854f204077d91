"""Words that lost the space between them.

Pages lose spaces around their links when they are copied: "KemluInggristelah", "PresidenAmerika Serikat(AS)Donald
Trumpakan". Taggers make nothing of such tokens, so they come apart where each part is a word that they know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache
from itertools import pairwise
from math import isfinite
from pathlib import Path

import yaml

TURN = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
ACRONYM = re.compile(r"([A-Z]{2,})([A-Z][a-zà-ÿ]{2,})")
VERB = re.compile(r"(?:men|mem|me|ber|ter|di)[a-z]{4,}")
SHORTEST = 4  # letters of a name to which a small word may be glued; one less where that has more than four
FAR = 8  # how many times as low the rank of a name must be as that of the token that it may stand in
COMMON, SELDOM, RARE = 8_000, 10_000, 20_000  # ranks of words by how often the news has them
Rank = Callable[[str], float]


def small_words() -> frozenset[str]:
    """Return the small words that lost spaces glue to names."""
    return _listed()["words"]


@cache
def _listed() -> dict[str, frozenset[str]]:
    listed = yaml.safe_load(Path(__file__).with_name("glued.yml").read_text("utf-8"))
    return {name: frozenset(words) for name, words in listed.items()}


def small(word: str) -> bool:
    """Return whether a word is a small one or a verb, such as lost spaces glue to a name.

    Examples
    --------
    >>> small("yang"), small("menolak"), small("kapal")
    (True, True, False)
    """
    return word in small_words() or VERB.fullmatch(word) is not None


def words(token: str, rank: Rank) -> list[str]:
    """Return the words of a token: itself, or several that lost the spaces between them.

    Parameters
    ----------
    token
        A token as the tokenizer left it.
    rank
        The rank of a word among those of which the models have a vector, the most frequent first; infinite of others.

    Examples
    --------
    >>> ranks = {"Kemlu": 3_000, "Inggris": 400, "telah": 50, "YouTube": 2_000, "You": 1_900, "Tube": 9_000}
    >>> words("KemluInggristelah", lambda word: ranks.get(word, float("inf")))
    ['Kemlu', 'Inggris', 'telah']
    >>> words("YouTube", lambda word: ranks.get(word, float("inf")))
    ['YouTube']
    """
    whole = rank(token)
    head, hyphen, tail = token.partition("-")
    if hyphen and head and tail and not isfinite(whole):  # "besar-besaranIsraelterhadap"
        before, after = words(head, rank), words(tail, rank)
        return [*before[:-1], f"{before[-1]}-{after[0]}", *after[1:]]
    plain = token.islower() or token.isupper() or not (token.isalnum() and token[0].isalpha())
    if plain or whole < SELDOM or token in _listed()["names"]:
        return [token]
    pieces = TURN.split(token)
    parts = [part for piece in pieces for part in _words(piece, rank, ("di", "ke") if len(pieces) > 1 else ())]
    strange = [part for part in parts if not isfinite(rank(part))]
    if isfinite(whole):  # the news has it now and then: lost spaces, or the name of a product
        opened = len(pieces) > 1 and (small(pieces[0].lower()) or (whole >= RARE and _open(pieces, parts, rank)))
        verb = len(pieces) == 1 and whole >= RARE and VERB.fullmatch(parts[-1])
        often = len(pieces) == 1 and whole >= RARE and FAR * rank(parts[0]) < whole
        return parts if not strange and (opened or verb or often) else [token]
    name = len(strange) == 1 and strange[0][0].isupper() and len(strange[0]) >= SHORTEST
    # "dariNewsweek": of a name that nobody knows, its neighbours tell
    told = name and len(parts) > 1 and all(small(part) for part in parts if part != strange[0])
    return parts if not strange or told else [token]


def _open(pieces: list[str], parts: list[str], rank: Rank) -> bool:
    """Return whether pieces that the news has as one word now and then are rather several."""
    return (pieces[0].islower() and len(pieces[0]) > 1) or max(map(rank, parts)) < COMMON


def _words(piece: str, rank: Rank, short: Collection[str]) -> list[str]:
    """Return the words of what holds no capital but at its head: a name, and a small word glued to it."""
    if rank(piece) < RARE or not piece[0].isupper():
        return [piece]
    for cut in range(len(piece) - 2, 1, -1):
        name, rest = piece[:cut], piece[cut:]
        long = cut >= SHORTEST - (len(rest) > SHORTEST) or name.isupper()
        if long and (rest in short or (small(rest) and isfinite(rank(rest)))) and isfinite(rank(name)):
            return [name, rest]
    acronym = ACRONYM.fullmatch(piece)
    return [acronym[1], *_words(acronym[2], rank, short)] if acronym else [piece]


def parted(start: int, end: int, joined: Collection[int]) -> list[tuple[int, int]]:
    """Return the spans into which places part a span.

    Examples
    --------
    >>> parted(0, 9, {4}), parted(0, 9, {9})
    ([(0, 4), (4, 9)], [(0, 9)])
    """
    cuts = [place for place in range(start + 1, end) if place in joined] if joined else []
    return list(pairwise([start, *cuts, end]))
