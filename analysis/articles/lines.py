"""The lines of one article: which of them are article so far, and the body that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from analysis.articles.paragraphs import LINE, Span

MOST_TITLE = 32  # words
PROSE = 12  # words from which a line with a final mark is prose
BLANK = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u2060\u3000\ufeff"
WORD = re.compile(r"\w+")
_FINAL = re.compile(r"[.!?…][\"'”’)\]]*$|[\"”]$")


@dataclass
class Line:
    """A line of the text without the white space at its ends, and whether it is article so far."""

    start: int
    end: int
    text: str
    kept: bool = True
    cuts: list[Span] = field(default_factory=list)

    @cached_property
    def words(self) -> int:
        return len(self.text.split())

    @cached_property
    def prose(self) -> bool:
        return self.words >= PROSE and (bool(_FINAL.search(self.text[-8:])) or self.words > MOST_TITLE)

    @cached_property
    def plain(self) -> str:
        return plain(self.text)


def lines_of(text: str) -> list[Line]:
    """Return the lines that hold anything."""
    return [Line(*match.span(), match.group()) for match in LINE.finditer(text)]


def spans_of(text: str, lines: list[Line]) -> list[list[int]]:
    """Return what is kept as spans; neighbours with nothing but white space between them are one."""
    spans: list[list[int]] = []
    for start, end in _pieces(text, lines):
        if spans and not text[spans[-1][1] : start].strip(BLANK):
            spans[-1][1] = end
        else:
            spans.append([start, end])
    return spans


def _pieces(text: str, lines: list[Line]) -> Iterator[Span]:
    for line in lines:
        here = line.start
        for start, end in [*sorted(line.cuts), (line.end, line.end)] if line.kept else []:
            piece = text[here:start]
            if WORD.search(piece) or (here == line.start and start == line.end):
                yield here + len(piece) - len(piece.lstrip(BLANK)), start - len(piece) + len(piece.rstrip(BLANK))
            here = max(here, end)


def plain(line: str) -> str:
    """Return the words of a line in lower case, for comparison."""
    return " ".join(WORD.findall(line.lower()))
