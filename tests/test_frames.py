"""Each frame has one schema, checked where it is made."""

from pathlib import Path

import pandas as pd
import pytest

from analysis import frames, kept
from analysis.errors import SimakError


@pytest.mark.parametrize("name", frames.SCHEMAS)
def test_no_rows_give_an_empty_frame_with_every_column(name):
    empty = frames.made(name, [])
    assert empty.empty
    assert list(empty.columns) == list(frames.SCHEMAS[name].columns)


@pytest.mark.parametrize("name", frames.SCHEMAS)
def test_every_column_says_what_it_means(name):
    assert all(column.description for column in frames.SCHEMAS[name].columns.values())


def test_kept_frames_are_made_anew_when_the_declared_columns_change(monkeypatch):
    before, read = kept.code.__wrapped__("language"), Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + b"#" * (path.name == "frames.yml"))
    assert kept.code.__wrapped__("language") != before


def test_a_missing_column_is_named():
    with pytest.raises(SimakError, match="reason"):
        frames.checked("skipped", pd.DataFrame({"path": ["a.txt"], "row": [1]}))


def test_an_unknown_column_is_named():
    with pytest.raises(SimakError, match="colour"):
        frames.checked("skipped", pd.DataFrame({"path": ["a"], "row": [1], "reason": ["b"], "colour": ["red"]}))


def test_a_value_that_the_schema_forbids_is_refused():
    row = {"article_id": "a", "sentence_id": "a:0-1", "start": 0, "end": 1, "text": "A", "type": "CITY"}
    with pytest.raises(SimakError, match="names"):
        frames.made("names", [row])


def test_a_span_that_ends_before_it_starts_is_refused():
    row = {"article_id": "a", "sentence_id": "a:0-1", "start": 5, "end": 1, "text": "A", "type": "PER"}
    with pytest.raises(SimakError, match="behind end"):
        frames.made("names", [row])


def test_checking_leaves_the_given_frame_alone():
    given = pd.DataFrame({"path": ["a"], "row": [1], "reason": ["b"]}, index=[7])
    before = given.copy(deep=True)
    frames.checked("skipped", given)
    pd.testing.assert_frame_equal(given, before)
