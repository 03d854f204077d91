"""What stands between quotation marks, whatever marks an outlet uses and however it forgets them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]

_MARK = re.compile(r"â€œ|â€\x9d|''|``|[\"“”„‟«»″‘’'‹›]")
_SINGLE = frozenset("‘’'‹›")
_LONGEST_SINGLE = 400  # characters; a longer run between single marks is two apostrophes
_MOST_PARAGRAPHS = 4  # paragraphs that one pair of marks may span
_SENTENCE_END = re.compile(r"[.!?…]\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch in quotation marks: ``start`` and ``end`` inside the marks, ``outer_*`` with them."""

    outer_start: int
    start: int
    end: int
    outer_end: int
    final: str  # the last character inside


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    side: str  # "open", "close" or "either", from what stands around it


def quotations(text: str, paragraphs: Sequence[Span], attribution: re.Pattern[str]) -> list[Quotation]:
    """Return the outermost quotations of a text in order, without overlap.

    What stands around a mark tells its side (a space before: it opens; a space or comma behind: it
    closes), for many outlets write one glyph for both; only where that is unclear does the number
    of marks so far decide. A missing mark is put where an attribution or the sentence begins or ends.

    Parameters
    ----------
    text
        Raw text.
    paragraphs
        Spans of the paragraphs; a quotation may run over several when no mark lies between.
    attribution
        Pattern that matches where an attribution begins behind a statement (", kata ").

    Examples
    --------
    >>> found = quotations('"Kami siap," kata Ann. “Ya.”', [(0, 28)], re.compile(", kata "))
    >>> [(q.start, q.end) for q in found]
    [(1, 11), (24, 27)]
    """
    found: list[Quotation] = []
    number = 0
    while number < len(paragraphs):
        start = paragraphs[number][0]
        number = _running(text, paragraphs, number)
        end = paragraphs[number][1]
        found += _paired(text, start, end, _marks(text, start, end), attribution)
        number += 1
    singles = [q for start, end in paragraphs for q in _single_pairs(text, start, end)]
    free = [q for q in singles if not any(d.start < q.outer_end and q.outer_start < d.end for d in found)]
    return sorted(found + free, key=lambda q: q.start)


def _marks(text: str, low: int, high: int, single: bool = False) -> list[_Mark]:
    """Return the double marks, or the single ones, between two places."""
    return [
        _Mark(*match.span(), _side(text, *match.span(), match.group(), low, high))
        for match in _MARK.finditer(text, low, high)
        if (match.group() in _SINGLE) == single
    ]


def _between(text: str, opened: _Mark, closed: _Mark) -> Quotation:
    return Quotation(opened.start, opened.end, closed.start, closed.end, text[closed.start - 1])


def _side(text: str, start: int, end: int, glyph: str, low: int, high: int) -> str:
    before = text[start - 1] if start > low else " "
    after = text[end] if end < high else " "
    free_before = before.isspace() or before in "([—–-/:“‘‚\"'"
    free_after = after.isspace() or after in ".,;:!?)]—–-…/”’\"'"
    if free_before and not free_after:
        return "open"
    if free_after and not free_before:
        return "close"
    if glyph in ("“", "«", "„", "``", "â€œ"):
        return "open"
    return "either"


def _running(text: str, paragraphs: Sequence[Span], number: int) -> int:
    """Return the paragraph in which a quotation closes that this one leaves open (else this one)."""
    marks = _marks(text, *paragraphs[number])
    if len(marks) % 2 == 0 or marks[-1].side != "open":
        return number
    for later in range(number + 1, min(number + _MOST_PARAGRAPHS, len(paragraphs))):
        others = _marks(text, *paragraphs[later])
        if others:
            closes = others[0].side == "close" and others[0].start > paragraphs[later][0]
            return later if closes else number
    return number


def _paired(text: str, low: int, high: int, marks: list[_Mark], attribution: re.Pattern[str]) -> list[Quotation]:
    pairs: list[Quotation] = []
    opened: _Mark | None = None
    depth = 0
    floor = low  # where a quotation without an opening mark may begin at the earliest
    for place, mark in enumerate(marks):
        side = mark.side if mark.side != "either" else ("close" if opened else "open")
        if side == "open" and opened is None:
            opened = mark
        elif side == "open" and opened is not None:
            if [m.side for m in marks[place + 1 : place + 3]] == ["close", "close"]:
                depth += 1  # nested in marks of the same kind
                continue
            pairs.append(_unclosed(text, opened, mark.start, attribution))
            opened = mark
        elif opened is not None and depth:
            depth -= 1
            continue
        elif opened is not None:
            pairs.append(_between(text, opened, mark))
            opened = None
        elif attribution.match(text, mark.end, high) or text[mark.start - 1 : mark.start] == ",":
            start = _sentence_start(text, floor, mark.start)
            if mark.start - start > 1:
                pairs.append(_between(text, _Mark(start, start, "open"), mark))
        if opened is None:
            floor = mark.end
    if opened is not None and high - opened.end > 1:
        pairs.append(_unclosed(text, opened, high, attribution))
    return [pair for pair in pairs if pair.end > pair.start]


def _unclosed(text: str, opened: _Mark, high: int, attribution: re.Pattern[str]) -> Quotation:
    """Close a quotation before its attribution, else at its sentence's end."""
    found = attribution.search(text, opened.end, high) or _SENTENCE_END.search(text, opened.end, high)
    end = max(found.start() if found else len(text[:high].rstrip()), opened.end)
    return _between(text, opened, _Mark(end, end, "close"))


def _sentence_start(text: str, low: int, high: int) -> int:
    start = max((match.end() for match in _SENTENCE_END.finditer(text, low, high)), default=low)
    return next((n for n in range(start, high) if text[n].isalnum()), high)


def _single_pairs(text: str, low: int, high: int) -> list[Quotation]:
    """Return pairs of single marks; apostrophes inside words are none."""
    pairs: list[Quotation] = []
    opened: _Mark | None = None
    for mark in _marks(text, low, high, single=True):
        if mark.side == "open":
            opened = mark
        elif mark.side == "close" and opened and mark.start - opened.end <= _LONGEST_SINGLE:
            pairs.append(_between(text, opened, mark))
            opened = None
    return pairs
