"""Files that appear whole or not at all, and cells that a spreadsheet does not run."""

from __future__ import annotations

import json
import os
import re
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as pc
import pyarrow.parquet as pq

from analysis.errors import SimakError

CSV_ROWS = 50_000  # in memory at once
FORMULA = r"^ *([-=+@]|[\t\r\n]\s*\S)"
MOMENT = "%Y-%m-%d %H:%M:%S%z"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the path of a draft in the same folder, which takes the place of ``path`` at the end.

    Whoever stops the work midway, or does it twice at once, never leaves half a file. When the
    block raises, the draft is removed and ``path`` stays as it was.

    Raises
    ------
    OSError
        When the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with replacing(folder / "a.txt") as draft:
    ...     _ = draft.write_text("whole", "utf-8")
    >>> [file.name for file in folder.iterdir()]
    ['a.txt']
    """
    draft = path.with_name(f".{os.getpid()}-{uuid.uuid4().hex}.part")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def shipped(file: Path) -> Iterator[None]:
    """Say of a file that comes with Simak that it is damaged, where reading it fails."""
    try:
        yield
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise SimakError(f"The model file '{file}' is damaged; install Simak again or restore it ({error}).") from error


def sweep(folder: Path) -> None:
    """Remove the drafts below a folder whose process was killed before it could."""
    for draft in folder.rglob(".*-*.part"):
        try:
            os.kill(int(draft.name[1:].split("-")[0]), 0)
        except (ProcessLookupError, ValueError):
            draft.unlink(missing_ok=True)
        except OSError:  # somebody else's, and alive
            continue


def written(path: str | Path, text: str) -> Path:
    """Write a text file whole or not at all, and return its path.

    Raises
    ------
    SimakError
        When it cannot be written.
    """
    path = Path(path)
    try:
        with replacing(path) as draft:
            draft.write_text(text, "utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise SimakError(f"'{path}' cannot be written: {error.strerror or error}.") from error
    return path


def writable(folder: str | Path) -> Path:
    """Return the folder, made when missing, after writing a file in it as a trial.

    Raises
    ------
    SimakError
        When it cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise SimakError(f"The folder '{folder}' cannot be written: {error.strerror or error}.") from error
    return folder


def guarded_cell(text: str) -> str:
    """Return the text, with an apostrophe in front where a spreadsheet would run it.

    Examples
    --------
    >>> guarded_cell("=1+1"), guarded_cell("Rp15.115")
    ("'=1+1", 'Rp15.115')
    """
    return f"'{text}" if isinstance(text, str) and re.match(FORMULA, text) else text


def as_csv(path: Path) -> Path:
    """Write a CSV beside a Parquet file, safe to open in a spreadsheet, and return its path.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front; lists are JSON.
    """
    source, csv = pq.ParquetFile(path), path.with_suffix(".csv")
    first = _shown(source.schema_arrow.empty_table())
    with replacing(csv) as draft, pc.CSVWriter(draft, first.schema) as file:
        for batch in source.iter_batches(CSV_ROWS):
            file.write(_shown(pa.table(batch)))
    return csv


def _shown(table: pa.Table) -> pa.Table:
    return pa.table({name: _cells(table[name].combine_chunks()) for name in table.column_names})


def _cells(column: pa.Array) -> pa.Array:
    """Return a column as a spreadsheet is to show it."""
    kind = column.type
    if pa.types.is_list(kind):
        return pa.array([json.dumps(value, ensure_ascii=False) for value in column.to_pylist()], pa.string())
    if pa.types.is_timestamp(kind):
        return compute.strftime(column.cast(pa.timestamp("s", kind.tz), safe=False), MOMENT if kind.tz else "%Y-%m-%d")
    if pa.types.is_primitive(kind):
        return column
    text = column.cast(pa.string())
    runs = compute.match_substring_regex(text, FORMULA)
    return compute.if_else(runs, compute.binary_join_element_wise("'", text, ""), text)
