"""Cleaning one article: which of its text is article, and what it states about itself.

The text is never changed. It is read line by line; marks (``boilerplate.yml``) and the shape of the
head decide which lines leave the body, and the ends of lines are trimmed of datelines and initials.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from analysis.articles.dates import Calendar
from analysis.articles.lines import BLANK, MOST_TITLE, WORD, Line, lines_of, plain, spans_of
from analysis.articles.marks import Marks
from analysis.articles.outlets import Register
from analysis.knowledge import Knowledge

MOST_HEAD = 15  # lines in which title, dates, bylines and dateline are looked for
REPEATED = 0.9  # of a line's runs of three words that stood before, from which it is a repetition


@dataclass(frozen=True)
class HeadDate:
    """A date that stands as the article's own; the lowest rank counts. ``day`` is None where it is impossible."""

    rank: int
    day: date | None
    moment: datetime | None
    outlet: str | None


class Cleaner:
    """Cleans articles by the rules of ``boilerplate.yml``, ``dates.yml`` and ``outlets.yml``.

    Parameters
    ----------
    knowledge
        Where the rules are taken from.

    Examples
    --------
    >>> text = "Xi Bertemu Blinken\\n\\nBEIJING, KOMPAS.TV - Xi menerima Blinken.\\nBaca juga: Harga Emas Naik"
    >>> found = Cleaner().cleaned(text)
    >>> found["title"], found["place"], found["outlet_printed"], found["date"]
    ('Xi Bertemu Blinken', 'BEIJING', 'KOMPAS.TV', None)
    >>> [text[start:end] for start, end in found["body"]]
    ['Xi Bertemu Blinken', 'Xi menerima Blinken.']
    """

    def __init__(self, knowledge: Knowledge | None = None) -> None:
        knowledge = knowledge or Knowledge()
        self.calendar = Calendar(knowledge.dates)
        self.register = Register(knowledge.outlets)
        self.marks = Marks(knowledge, self.register.pattern)

    def cleaned(self, text: str, title: str | None = None, outlet: str | None = None) -> dict[str, Any]:
        """Return what the text states about itself.

        Parameters
        ----------
        text
            Raw text.
        title, outlet
            Title and canonical outlet, where they were given beside the text.

        Returns
        -------
        dict
            ``body`` (list of [start, end]), ``title``, ``outlet`` (canonical), ``outlet_printed``, ``author``,
            ``date`` (datetime.date), ``published_at`` (datetime in UTC), ``place`` and ``quality`` (marks); None where
            the text does not state it.
        """
        lines = lines_of(text)
        self._drop_marked(lines)
        heading = self._heading(text, lines, title)
        opening, placed = self._dateline(text, lines, heading)
        dates = self._head(lines, heading, opening)
        dates += self._drop_end(text, lines)
        self._trim(text, lines)
        printed = placed.get("outlet") or next((date.outlet for date in dates if date.outlet), None)
        printed = printed or self._own_name(text, spans_of(text, lines))
        self._drop_own(lines, outlet or self.register.canonical(printed or ""))
        self._drop_repeated(lines)
        body = spans_of(text, lines)
        best = min((date for date in dates if date.day), key=lambda date: date.rank, default=None)
        named = self.titled(title or (heading.text if heading else ""))
        return {
            "body": body,
            "title": named,
            "outlet": self.register.canonical(printed) if printed else None,
            "outlet_printed": printed,
            "author": self._author(text, lines, heading),
            "date": best.day if best else None,
            "published_at": best.moment if best else None,
            "place": placed.get("place"),
            "quality": (["date impossible"] if dates and not best else []) + ([] if named else ["no title"]),
        }

    def titled(self, written: str) -> str | None:
        """Return a title without outlet, section or page number; nothing left gives None.

        Examples
        --------
        >>> Cleaner().titled("Harga Emas Naik : Okezone Economy")
        'Harga Emas Naik'
        """
        title = " ".join(written.strip(BLANK).split())
        title = re.sub(r"^(?:#+|>+|judul\s*:|title\s*:)\s*", "", title, flags=re.IGNORECASE)
        return self.marks.suffix.sub("", title).strip() or None

    def headline(self, line: str) -> bool:
        """Tell whether a line reads like a headline: short, unfinished, its words in capitals."""
        words = line.split()
        small = sum(word[0].islower() and word.lower().strip(",") not in self.marks.small for word in words)
        unfinished = line[-1] not in ".,;:" or line.endswith("...")
        return 2 <= len(words) <= 25 and unfinished and small <= len(words) / 4

    def _drop_marked(self, lines: list[Line]) -> None:
        """Drop the lines that a mark finds, what those announce, captions, and lines without a word."""
        last = {line.plain: at for at, line in enumerate(lines)}
        for here, line in enumerate(lines):
            if not line.kept:
                continue
            before = lines[here - 1] if here else None
            if not WORD.search(line.text):
                line.kept = before is not None and before.kept and line.text[0] in ',.;:)]”’!?"' and len(line.text) < 4
            elif self.marks.headed.match(line.text):
                line.kept = False
                self._drop_announced(lines, here + 1, last)
            elif self.marks.line.match(line.text) or self.marks.credit.match(line.text):
                line.kept = False
            elif self.marks.caption.match(line.text) and not re.search(r"[“\"]", line.text) and line.words <= 75:
                line.kept = here + 1 == len(lines)
                if before and before.kept and not line.kept and here > 1 and self._names_picture(lines, here - 1):
                    before.kept = False

    def _drop_announced(self, lines: list[Line], here: int, last: dict[str, int]) -> None:
        """Drop a headline behind a mark (several, if it has no colon), or a table of contents.

        The lines of a table of contents are those that stand again further down; ``last`` says where.
        """
        for at, line in enumerate(lines[here : here + 20], here):
            again = last[line.plain] > at
            listed = at == here or (line.words > 4 and not lines[here - 1].text.endswith(":"))
            if not (again or (listed and self.headline(line.text))):
                break
            line.kept = False

    def _names_picture(self, lines: list[Line], here: int) -> bool:
        """Tell whether a line above a caption is the picture's name: right above it, apart from what stands before."""
        line = lines[here]
        close = lines[here + 1].start - line.end <= 2
        return close and self.headline(line.text) and (lines[here - 1].end + 1 < line.start or not lines[here - 1].kept)

    def _heading(self, text: str, lines: list[Line], given: str | None) -> Line | None:
        """Return the line that is the title; drop what stands before it and its repetitions."""
        head = [line for line in lines[:MOST_HEAD] if line.kept]
        if given:
            wanted = {plain(given), plain(self.titled(given) or "")}
            heading = next((line for line in head if line.plain in wanted), None)
        else:
            heading = self._first_headline(text, head) if len(lines) > 1 else None
        if heading:
            for line in lines:
                if line.start < heading.start or (line is not heading and line.plain == heading.plain):
                    line.kept = False
        return heading

    def _first_headline(self, text: str, head: list[Line]) -> Line | None:
        able: list[Line] = []
        for line in head:
            dateline = any(pattern.match(line.text) for pattern, named in self.marks.placed if named)
            if dateline or self.marks.placed_alone.match(text, line.start):
                break
            if line.prose and not self.headline(line.text):
                break
            short = line.words <= MOST_TITLE and not line.text.endswith((".", ":", ","))
            if short and not self._date_line(line, False):
                able.append(line)
                if line.words > 3:
                    return line
        return able[0] if able else None

    def _dateline(self, text: str, lines: list[Line], heading: Line | None) -> tuple[int | None, dict[str, str]]:
        """Return the line that begins with the dateline, and place and outlet in it; cut it off."""
        first = True
        for here, line in enumerate(lines[: MOST_HEAD + 10]):
            if not line.kept or line is heading or (heading and line.start < heading.start):
                continue
            if self._date_line(line, False):
                continue
            limit = lines[min(here + 3, len(lines) - 1)].end
            for pattern, named in self.marks.placed:
                match = pattern.match(text, line.start, limit) if named or first else None
                if match and self._is_place(match.groupdict().get("place")):
                    for other in lines[here : here + 4]:
                        if other.end <= match.end():
                            other.kept = False
                        elif other.start < match.end():
                            other.cuts.append((other.start, match.end()))
                    return here, {name: " ".join(found.split()) for name, found in match.groupdict().items() if found}
            if line.prose:
                first = False
        return None, {}

    def _is_place(self, place: str | None) -> bool:
        return place is None or not (set(place.lower().split()) & self.marks.small or self.marks.no_place.search(place))

    def _head(self, lines: list[Line], heading: Line | None, opening: int | None) -> list[HeadDate]:
        """Return the dates that the head states; drop their lines, and what lies between them and the dateline."""
        prose = [here for here, line in enumerate(lines) if line.prose and line.kept and line is not heading]
        until = opening if opening is not None else prose[0] if prose else len(lines)
        dates, mark = [], None
        for here, line in enumerate(lines[: min(max(until, prose[1] if len(prose) > 1 else 0), MOST_HEAD)]):
            late = bool(prose) and here > prose[0] and opening is None
            found = self._date_line(line, late) if line is not heading and not line.prose else None
            if found:
                dates.append(found)
                line.kept = False
            below = not heading or line.start > heading.start
            if mark is None and below and (found or self.marks.credit.match(line.text)):
                mark = here
        if opening is not None and mark is not None:
            for line in lines[mark:opening]:
                line.kept = False
        return dates

    def _date_line(self, line: Line, strict: bool) -> HeadDate | None:
        """Return the date of a line that holds little else; ``strict`` asks for a clock or a word for it."""
        if line.words > 25 or not re.search(r"\d{4}", line.text):
            return None
        found = next(self.calendar.written(line.text), None)
        if found is None:
            return None
        rest = self.marks.aside.sub(" ", line.text[: found.start] + " " + line.text[found.end :])
        labelled = self.marks.published.search(line.text) or self.marks.updated.search(line.text)
        if len(WORD.findall(rest)) > (8 if labelled else 5) or (strict and not (labelled or found.moment)):
            return None
        rank = 0 if self.marks.published.search(line.text) else 2 if self.marks.updated.search(line.text) else 1
        outlet = self.marks.leading.match(line.text)
        return HeadDate(rank, found.day, found.moment, outlet["outlet"] if outlet else None)

    def _drop_end(self, text: str, lines: list[Line]) -> list[HeadDate]:
        """Drop everything from an end mark on, when little prose follows; return dates behind it."""
        before = 0
        after = sum(line.words for line in lines if line.kept and line.prose)
        for here, line in enumerate(lines):
            final = self.marks.finals.match(text, line.start)
            if before >= 20 and (final or self.marks.ends.match(text, line.start)):
                line.kept = False
                if final or after * 2 < before:
                    for other in lines[here:]:
                        other.kept = False
                    return [found for other in lines[here:] if (found := self._date_line(other, True))]
            elif line.kept:
                before += line.words
                after -= line.words if line.prose else 0
        return []

    def _drop_own(self, lines: list[Line], outlet: str | None) -> None:
        """Drop the lines that are no article in this outlet."""
        if own := self.register.marks.get(outlet or ""):
            for line in lines:
                line.kept = line.kept and not own.match(line.text)

    def _drop_repeated(self, lines: list[Line]) -> None:
        """Drop prose that stood before: a lead printed twice, or all of an article."""
        seen: set[tuple[str, ...]] = set()
        for line in (line for line in lines if line.kept):
            words = line.plain.split()
            runs = set(zip(words, words[1:], words[2:], strict=False))
            line.kept = not (line.prose and len(runs & seen) >= REPEATED * len(runs))
            seen |= runs

    def _trim(self, text: str, lines: list[Line]) -> None:
        """Cut marks out of lines, and initials and credits off the last ones."""
        cuts = [match.span() for match in self.marks.inside.finditer(text)]
        cuts += [(match.start(), -match.end()) for match in self.marks.links.finditer(text)]
        ends = [line.end for line in lines]
        for start, end in cuts:
            line = lines[bisect_right(ends, start)]
            if line.start < start:
                line.cuts.append((start, self._headline_end(text, -end, line.end) if end < 0 else min(end, line.end)))
        for line in [line for line in lines if line.kept][-3:][::-1]:
            end = line.end
            for _ in range(4):
                start = max(line.start, end - 300)
                match = self.marks.tail.search(text[start:end])
                if not match:
                    break
                end = start + match.start()
            if end < line.end:
                line.cuts.append((end, line.end))
            if WORD.search(text, line.start, end):
                break

    def _headline_end(self, text: str, start: int, limit: int) -> int:
        """Return where a headline that stands inside a line ends, as far as its capitals tell."""
        capital = start
        for number, match in enumerate(re.finditer(r"\S+", text[start : min(limit, start + 250)])):
            word, at = match.group(), start + match.start()
            if number and word[0] in "\"“”'‘":
                return at
            glued = re.search(r"(?<=[a-z\d!?)])(?=[A-Z“\"”])", word)
            behind = at + glued.start() if glued else at
            if behind > at + 2 and not self.headline(" ".join(text[behind:limit].split()[:5]) + " X"):
                return behind
            if word[0].islower() and word.strip(",.").lower() not in self.marks.small:
                return capital
            if not word[0].islower():
                capital = at
            if word.endswith(".") and number > 2:
                return at + len(word)
        return min(limit, start + 250)

    def _own_name(self, text: str, body: list[list[int]]) -> str | None:
        found = (m for m in self.marks.house.finditer(text) if any(start <= m.start() < end for start, end in body))
        return next((match["outlet"] for match in found), None)

    def _author(self, text: str, lines: list[Line], heading: Line | None) -> str | None:
        """Return the author that the title or what was dropped names."""
        stated = [heading.text] if heading else []
        stated += [line.text for line in lines if not line.kept and line.words <= 30]
        stated += [text[start:end].strip() for line in lines if line.kept for start, end in line.cuts]
        found = (pattern.search("\n".join(stated)) for pattern in self.marks.authors)
        return next((" ".join(match["author"].split()) for match in found if match), None)
