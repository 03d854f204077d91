"""Dates as Indonesian news prints them: what is written, and nothing that is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from analysis.knowledge.schema import Dates

EARLIEST, LATEST = 1900, 2100  # years of publication; others are impossible


@dataclass(frozen=True)
class Written:
    """A date as written from ``start`` to ``end``.

    ``day`` is None where the calendar has no such day. ``moment`` (in UTC) is there when time and zone
    are given. ``order`` is "day" or "month" where numbers show which of the two comes first.
    """

    start: int
    end: int
    day: date | None
    moment: datetime | None = None
    order: str | None = None


class Calendar:
    """Reads dates by the names of months, days and zones of ``dates.yml``.

    Parameters
    ----------
    knowledge
        The section ``dates``.

    Examples
    --------
    >>> from analysis.knowledge import Knowledge
    >>> calendar = Calendar(Knowledge().dates)
    >>> [found.day.isoformat() for found in calendar.written("Diterbitkan 30 Okt 2023, 11:06 WIB")]
    ['2023-10-30']
    >>> [found.day for found in calendar.written("Jumat (27/20/2023), Senin (30/10)")]
    [None]
    """

    def __init__(self, knowledge: Dates) -> None:
        self._zones = {name.upper(): timezone(timedelta(hours=hours)) for name, hours in knowledge.zones.items()}
        self._home = self._zones[knowledge.home_zone.upper()]
        self._months = {name: month for month, names in knowledge.months.items() for name in names}
        months, zones = _alternatives(self._months), _alternatives(self._zones)
        day = r"(?<![\d/.,])(?P<day{0}>\d{{1,2}})"
        clock = (
            r"(?:(?:T|[\s,|–-]+(?:pukul|jam|at)?\s*)(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?!\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
            rf"(?:\s*(?P<zone>(?:{zones})\b|[+-]\d\d:?\d\d))?)?"
        )
        forms = (
            r"(?<![\d/.-])(?P<year4>\d{4})(?P<rule>[/-])(?P<month4>\d{1,2})(?P=rule)(?P<day4>\d{1,2})(?!\d)",
            rf"{day.format(1)}(?:[\s-]*|\s+of\s+)(?P<name1>{months})\.?[\s,-]*(?P<year1>\d{{4}})(?!\d)",
            rf"(?<!\w)(?P<name2>{months})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})(?!\d)",
            rf"{day.format(3)}(?P<mark>[/.-])(?P<month3>\d{{1,2}})(?P=mark)(?P<year3>\d{{4}})(?![\d/])",
        )
        self._pattern = re.compile(f"(?:{'|'.join(forms)}){clock}", re.IGNORECASE)

    def written(self, text: str, first: str = "day") -> Iterator[Written]:
        """Yield every full date: day, month and year; a part that is missing is never filled in.

        ``first`` says which number of ``7/8/2025`` comes first, "day" or "month".
        """
        for match in self._pattern.finditer(text):
            yield self._read(match, first)

    def dated(self, value: str, first: str = "day") -> Written | None:
        """Return the date that a field of metadata holds, or None when it holds none.

        Besides the forms of :meth:`written`: seconds or milliseconds since 1970, and ``20250530``.
        """
        value = value.strip().replace("_x0000_", "")
        if re.fullmatch(r"\d{9,10}(\.\d+)?|\d{12,13}", value):
            moment = datetime.fromtimestamp(float(value) / (1000 if re.fullmatch(r"\d{12,13}", value) else 1), UTC)
            if moment.year > LATEST:
                return Written(0, len(value), None)
            return Written(0, len(value), moment.astimezone(self._home).date(), moment)
        value = re.sub(r"^(\d{4})(\d\d)(\d\d)(?!\d)", r"\1-\2-\3", value)
        return next(self.written(value, first), None)

    def _read(self, match: re.Match[str], first: str) -> Written:
        form = next(number for number in "1234" if match[f"year{number}"])
        year, day = int(match[f"year{form}"]), int(match[f"day{form}"])
        month = self._months[match[f"name{form}"].lower()] if form in "12" else int(match[f"month{form}"])
        order = None
        if form == "3":
            order = "month" if month > 12 >= day else "day" if day > 12 >= month else None
            if order == "month" or (first == "month" and order is None):
                day, month = month, day
        try:
            found = date(year if EARLIEST <= year <= LATEST else 0, month, day)
        except ValueError:
            return Written(match.start(), match.end(), None)
        return Written(match.start(), match.end(), found, self._moment(match, found), order)

    def _moment(self, match: re.Match[str], day: date) -> datetime | None:
        zone = match["zone"]
        if not zone:
            return None
        try:
            hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
            local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=self._zone(zone))
            return local.astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def _zone(self, written: str) -> timezone:
        return self._zones.get(written.upper()) or datetime.strptime(written, "%z").tzinfo


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
