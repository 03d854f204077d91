"""Dates are read as printed; what the text does not say stays unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.articles import Calendar
from analysis.knowledge import Knowledge

CALENDAR = Calendar(Knowledge().dates)


@pytest.mark.parametrize(
    ("written", "day", "clock"),
    [
        ("Jumat (26/4/2024)", date(2024, 4, 26), None),
        ("30 Okt 2023, 11:06 WIB", date(2023, 10, 30), "04:06"),
        ("Kompas.com- 20/06/2025, 21:04 WIB", date(2025, 6, 20), "14:04"),
        ("Diperbarui 18 Jun 2025, 10:00 WIB", date(2025, 6, 18), "03:00"),
        ("Friday 19 March 2021", date(2021, 3, 19), None),
        (", Jurnalis-Jum'at, 20 Juni 2025 |05:15 WIB", date(2025, 6, 20), "22:15"),
        ("20 Juni 2025 | 18.06 WIB", date(2025, 6, 20), "11:06"),
        ("Tayang: Senin, 9 Juni 2025 13:35 WITA", date(2025, 6, 9), "05:35"),
        ("Tayang: Senin, 9 Juni 2025 13:35 WIT", date(2025, 6, 9), "04:35"),
        ("Senin, 9 Jun 2025 - 18:28 WIB_x0000_", date(2025, 6, 9), "11:28"),
        ("April 26th, 2024", date(2024, 4, 26), None),
        ("30May2025", date(2025, 5, 30), None),
        ("20250530", date(2025, 5, 30), None),
        ("2015/08/25", date(2015, 8, 25), None),
        ("2025-04-16T19:00:00Z", date(2025, 4, 16), "19:00"),
        ("2025-05-05 13:29:26+07:00", date(2025, 5, 5), "06:29"),
        ("18 Pebruari 2019", date(2019, 2, 18), None),
        ("9 Nopember 2019 pukul 20.00", date(2019, 11, 9), None),
    ],
)
def test_every_form_of_the_news_is_read(written: str, day: date, clock: str | None) -> None:
    found = CALENDAR.dated(written)
    assert found is not None
    assert found.day == day
    assert (found.moment.strftime("%H:%M") if found.moment else None) == clock


def test_seconds_since_1970_are_a_moment_whose_day_is_that_of_jakarta() -> None:
    found = CALENDAR.dated("1495562400")
    assert found is not None
    assert found.moment == datetime(2017, 5, 23, 18, 0, tzinfo=UTC)
    assert found.day == date(2017, 5, 24)
    assert CALENDAR.dated("1495562400000") == found.__class__(0, 13, found.day, found.moment)


@pytest.mark.parametrize(
    "written", ["Senin (9/6)", "Juni 2025", "2025", "2 jam lalu", "Kamis malam", "Tidak Ditemukan", ""]
)
def test_a_missing_part_is_never_filled_in(written: str) -> None:
    assert CALENDAR.dated(written) is None


@pytest.mark.parametrize("written", ["Jumat (27/20/2023)", "31 Februari 2025", "2025-13-01", "1 Januari 0001"])
def test_an_impossible_date_is_found_and_has_no_day(written: str) -> None:
    found = CALENDAR.dated(written)
    assert found is not None
    assert found.day is None
    assert found.moment is None


def test_day_and_month_change_places_only_where_told_or_where_there_is_no_other_reading() -> None:
    def read(written: str, first: str = "day") -> date | None:
        found = CALENDAR.dated(written, first)
        return found.day if found else None

    assert read("7/8/2025") == date(2025, 8, 7)
    assert read("7/8/2025", "month") == date(2025, 7, 8)
    assert read("7/13/2025") == date(2025, 7, 13)
    assert read("13/7/2025", "month") == date(2025, 7, 13)


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["{0:%d}/{0:%m}/{0:%Y}", "{0:%Y}-{0:%m}-{0:%d}", "{0.day} {1} {0:%Y}"]),
)
def test_a_written_day_comes_back(day: date, form: str) -> None:
    month = Knowledge().dates.months[day.month][0].title()
    found = CALENDAR.dated(form.format(day, month))
    assert found is not None
    assert found.day == day


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789/-. :JuniWIBmei,")), max_size=80))
def test_any_text_is_borne(text: str) -> None:
    for found in CALENDAR.written(text):
        assert 0 <= found.start < found.end <= len(text)
    CALENDAR.dated(text)
