"""The marks of ``boilerplate.yml`` made ready: one compiled expression for each kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from analysis.knowledge import Knowledge

_PLACE = r"(?-i:(?P<place>[A-Z][\w.'’/]*(?:[ -][A-Z][\w.'’/]*){0,3}))"
_DASH = r"(?:(?:-{1,2}|[–—])(?:\s*-)?)"
_REPORTER = r"(?:laporan (?:wartawan|reporter|kontributor|jurnalis)[^\n]{3,90}?\s+)?"


class Marks:
    """Compiled marks. ``outlet`` is the expression that an outlet's name matches."""

    def __init__(self, knowledge: Knowledge, outlet: str) -> None:
        given, dates = knowledge.boilerplate, knowledge.dates
        # Marks of whole lines.
        self.line = _joined(given.lines, r"(?:{})\Z")
        self.credit = _joined(given.credits, r"(?:{})\Z")
        self.caption = _joined(given.captions, r"(?:{})\Z")
        self.headed = _joined(given.headed, r"(?:{})\s*\Z")
        # Marks at the beginning of a line, inside it and at its end.
        self.ends = _joined(given.ends, r"(?:{})")
        self.finals = _joined(given.finals, r"(?:{})")
        self.inside = _joined(given.inside, r"(?:{})")
        self.links = _joined(given.links, r"(?:{})")
        self.tail = _joined(given.tails, r"(?:{})\s*\Z")
        self.authors = [re.compile(mark, re.IGNORECASE) for mark in given.authors.values()]
        self.house = re.compile(given.house, re.IGNORECASE)
        self.small = {word.lower() for word in given.headline_words}
        # Datelines, and whether they name an outlet.
        parts = {"{outlet}": f"(?P<outlet>{outlet})", "{place}": _PLACE, "{dash}": _DASH}
        self.placed = [
            (re.compile(_filled(mark, parts), re.IGNORECASE), "outlet" in mark) for mark in given.placed.values()
        ]
        self.placed_alone = re.compile(rf"{_PLACE}[ \t\r]*\n\s*{_DASH}\s")
        self.no_place = re.compile(rf"{_words(dates.days)}|\d", re.IGNORECASE)
        # What may stand beside a date that is the article's own.
        self.published = re.compile(_words(dates.published), re.IGNORECASE)
        self.updated = re.compile(_words(dates.updated), re.IGNORECASE)
        beside = _words([*dates.published, *dates.updated, *dates.days, "oleh", "by", "jurnalis", "pada"])
        self.aside = re.compile(f"{beside}|{outlet}", re.IGNORECASE)
        self.leading = re.compile(rf"(?P<outlet>{outlet})\s*[-–|,]?\s", re.IGNORECASE)
        after = rf"(?:{outlet})(?: \w+)?|halaman (?:all|\d+)"
        self.suffix = re.compile(rf"\s*(?:\s[-–—|:]\s*|\|)\s*(?:{after})$", re.IGNORECASE)


def _words(words: Iterable[str]) -> str:
    return rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)"


def _joined(marks: Mapping[str, str], frame: str) -> re.Pattern[str]:
    joined = "|".join(f"(?:{mark})" for mark in marks.values()) or r"(?!)"
    return re.compile(frame.format(joined), re.IGNORECASE | re.MULTILINE)


def _filled(mark: str, parts: Mapping[str, str]) -> str:
    """Fill the placeholders of a dateline mark; a reporter's line may stand before an outlet."""
    before = _REPORTER if mark.startswith("{outlet}") else ""
    for name, pattern in parts.items():
        mark = mark.replace(name, pattern)
    return before + mark
