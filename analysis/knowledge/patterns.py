"""The small pattern language in which the codebook and the tone words are written.

It has words, phrases, wildcards, dictionary forms and nearness, and no regular expressions: every
pattern that an analyst can write is matched in bounded time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from analysis.words import fault

MOST_WORDS = 8
MOST_GAP = 20
MOST_REPEATS = 10  # in a regular expression; what is repeated more often must match in one way only
WORD = re.compile(r"\w+")
_SHAPE = re.compile(r"\*?\w+\*?|<\w+>")


@dataclass(frozen=True)
class Term:
    """One word of a pattern.

    ``open_left`` and ``open_right`` say where ``*`` stands; ``lemma`` that a dictionary form is meant;
    ``exact`` that the case counts, as it does for words in capitals.
    """

    word: str
    open_left: bool = False
    open_right: bool = False
    lemma: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Pattern:
    """A phrase, or two phrases with at most ``gap`` words between them, in either order."""

    phrase: tuple[Term, ...]
    other: tuple[Term, ...] = ()
    gap: int = 0


@lru_cache(maxsize=20_000)
def parsed(pattern: str) -> Pattern:
    """Return what a written pattern means.

    ==================  =====================================================================
    ``perang dagang``   these words in this order; case, hyphens and marks between them do not count
    ``ancam*``          words that begin so (``*ancam`` end so, ``*ancam*`` hold it)
    ``AS``              a word in capitals (two letters or more) matches only in capitals
    ``<serang>``        every word whose dictionary form is *serang*
    ``sanksi ~5 Iran``  both phrases, in either order, with at most five words between them
    ==================  =====================================================================

    Raises
    ------
    ValueError
        When the text is no pattern; its one argument is a `SimakError` that says why.

    Examples
    --------
    >>> parsed("perang dagang ~3 AS").gap
    3
    >>> parsed("mata-mata").phrase[1].word
    'mata'
    """
    halves = re.split(r"\s~(\d+)\s", f" {pattern.strip()} ")
    if len(halves) > 3:
        raise ValueError(fault("fault_one_gap"))
    gap = int(halves[1]) if len(halves) == 3 else 0
    if gap > MOST_GAP or (len(halves) == 3 and gap < 1):
        raise ValueError(fault("fault_gap", gap=str(gap), most=MOST_GAP))
    phrases = [_phrase(half) for half in halves[::2]]
    return Pattern(phrases[0], phrases[1] if len(phrases) > 1 else (), gap)


def _phrase(text: str) -> tuple[Term, ...]:
    terms = tuple(_term(piece) for word in text.split() for piece in _pieces(word))
    if not terms:
        raise ValueError(fault("fault_empty"))
    if len(terms) > MOST_WORDS:
        raise ValueError(fault("fault_long", most=MOST_WORDS))
    return terms


def _pieces(word: str) -> list[str]:
    """Return the words that hyphens and the like divide, since texts are divided there as well."""
    if _SHAPE.fullmatch(word):
        return [word]
    pieces = [piece for piece in re.split(r"[-–'’./&]", word) if piece]
    wrong = next((piece for piece in pieces or [word] if not _SHAPE.fullmatch(piece)), None)
    if wrong is not None:
        raise ValueError(fault("fault_shape", word=wrong))
    return pieces


def _term(piece: str) -> Term:
    if piece.startswith("<"):
        return Term(piece[1:-1].lower(), lemma=True)
    word = piece.strip("*")
    left, right = piece.startswith("*"), piece.endswith("*")
    if (left or right) and len(word) < 2:
        raise ValueError(fault("fault_wide", word=piece))
    exact = word.isupper() and sum(letter.isalpha() for letter in word) > 1
    return Term(word if exact else word.lower(), left, right, exact=exact)


def branching(expression: str) -> bool:
    """Tell whether a regular expression (of boilerplate.yml, say) repeats what matches in several ways.

    Such a one can take longer than anybody waits: ``(a+)+b`` or ``(a|aa)+b`` on a line of a's.

    Examples
    --------
    >>> branching("(a+)+b"), branching("(a|aa)+b"), branching("baca (juga|lagi)+"), branching("a+b")
    (True, True, True, False)
    """
    return _branches(re._parser.parse(expression))  # type: ignore[attr-defined]


def _branches(node: Any, repeated: bool = False) -> bool:
    if isinstance(node, tuple):
        name, *rest = str(node[0]), *node[1:]
        repeats = name.endswith("_REPEAT")
        if repeated and (name == "BRANCH" or (repeats and rest[0][0] != rest[0][1])):
            return True
        long = repeats and rest[0][1] > MOST_REPEATS
        return any(_branches(part, repeated or long) for part in rest)
    nested = isinstance(node, list | re._parser.SubPattern)  # type: ignore[attr-defined]
    return nested and any(_branches(part, repeated) for part in node)
