"""What files of each kind hold: raw articles, as text and what is given beside it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

import openpyxl
import pyarrow.parquet
import trafilatura

from analysis.articles.files import MOST_BYTES, MOST_LINE, File, Unreadable, decoded, lines, sound, whole
from analysis.errors import SimakError
from analysis.knowledge.schema import Columns

FIELDS = ("text", "title", "date", "outlet", "author", "url")
LONG = 200  # characters from which a value of a JSON object can be an article
Record = tuple[int | None, Any]  # row, and its fields by name or why there are none


@dataclass(frozen=True)
class Raw:
    """An article as found: its text, what stands beside it, its row in a table; or why there is none."""

    text: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None
    problem: str | None = None
    headline: bool = False  # the title is all there is


def raws(file: File, columns: Columns, mapping: Mapping[str, str]) -> Iterator[Raw]:
    """Yield the articles of a file; tables and JSON lines are streamed.

    Raises
    ------
    Unreadable
        When the file as a whole cannot be read, or cannot be read further.
    """
    try:
        if file.kind in (".txt", ".md"):
            yield Raw(decoded(whole(file)))
        elif file.kind in (".html", ".htm"):
            yield _page(decoded(whole(file)))
        else:
            for row, record in RECORDS[file.kind](file):
                yield _raw(record, row, columns, mapping)
    except json.JSONDecodeError as error:
        raise Unreadable(f"is no valid JSON (line {error.lineno}: {error.msg})") from error
    except RecursionError as error:
        raise Unreadable("is nested too deeply") from error
    except Unreadable:
        raise
    except Exception as error:  # parsers of other people's files fail in more ways than they document
        told = str(error).splitlines()[0][:150] if str(error) else type(error).__name__
        raise Unreadable(f"cannot be read ({told})") from error


def _page(html: str) -> Raw:
    if not html.strip():
        return Raw(problem="is empty")
    stated = {"extensive_search": False, "original_date": True}  # no guesses from addresses and body
    page = trafilatura.bare_extraction(html, with_metadata=True, include_comments=False, date_extraction_params=stated)
    found = page if page is None or isinstance(page, dict) else page.as_dict()
    if not found or not found.get("text"):
        return Raw(problem="no article was found in the page")
    names = {"title": "title", "date": "date", "outlet": "sitename", "author": "author", "url": "url"}
    given = {ours: sound(str(found[theirs])) for ours, theirs in names.items() if found.get(theirs)}
    return Raw(sound(found["text"]), given)


def _json(file: File) -> Iterator[Record]:
    """Yield one article, or those of a list; hand-coded articles give their text alone."""
    data = json.loads(decoded(whole(file)))
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        annotated = isinstance(data.get("body"), list) or isinstance(data.get("meta"), dict)
        coded = annotated and isinstance(data.get("text"), str)
        if coded or not lists or any(isinstance(value, str) and len(value) > LONG for value in data.values()):
            yield None, {"text": data["text"]} if coded else data
            return
        data = max(lists, key=len)
    if not isinstance(data, list):
        raise Unreadable("holds neither an article nor a list of articles")
    yield from enumerate(data, 1)


def _json_lines(file: File) -> Iterator[Record]:
    for row, line in enumerate(lines(file), 1):
        if line.strip():
            try:
                yield row, json.loads(line)
            except (json.JSONDecodeError, RecursionError):
                yield row, Unreadable("is no valid JSON")


def _delimited(file: File) -> Iterator[Record]:
    csv.field_size_limit(MOST_LINE)
    rest = lines(file)
    first = next(rest, "")
    mark = "\t" if file.kind == ".tsv" else max(",;\t|", key=first.count)
    rows = csv.reader(chain([first], rest), delimiter=mark)
    header = next(rows, [])
    for row, cells in enumerate(rows, 1):
        if len(cells) > len(header):
            yield row, Unreadable(f"has {len(cells)} cells; the header has {len(header)}")
        elif cells:
            yield row, dict(zip(header, cells, strict=False))


def _sheets(file: File) -> Iterator[Record]:
    """Yield the rows of all sheets, each with a header of its own; they are numbered through."""
    data = io.BytesIO(whole(file))
    with zipfile.ZipFile(data) as packed:
        if sum(info.file_size for info in packed.infolist()) > MOST_BYTES:
            raise Unreadable("unpacks to too many bytes")
    number = count(1)
    for sheet in openpyxl.load_workbook(data, read_only=True, data_only=True).worksheets:
        rows = sheet.iter_rows(values_only=True)
        header = [str(cell or "") for cell in next(rows, ())]
        for cells, row in zip(rows, number, strict=False):
            if any(cell is not None for cell in cells):
                yield row, dict(zip(header, cells, strict=False))


def _parquet(file: File) -> Iterator[Record]:
    with (
        file.open() as stream,
        pyarrow.parquet.ParquetFile(stream if stream.seekable() else io.BytesIO(whole(file))) as table,
    ):
        batches = (batch.to_pylist() for batch in table.iter_batches(batch_size=1_000))
        yield from enumerate(chain.from_iterable(batches), 1)


RECORDS: dict[str, Callable[[File], Iterator[Record]]] = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _delimited,
    ".tsv": _delimited,
    ".xlsx": _sheets,
    ".parquet": _parquet,
}


def _raw(record: Any, row: int | None, columns: Columns, mapping: Mapping[str, str]) -> Raw:
    """Return a record as an article: its text and what stands beside it, found by the names of its fields."""
    if isinstance(record, Unreadable) or not isinstance(record, dict):
        return Raw(row=row, problem=str(record) if isinstance(record, Unreadable) else "is no record with named fields")
    fields = {re.sub(r"\W+", "_", str(name).strip().lower()).strip("_"): value for name, value in record.items()}
    given: dict[str, str] = {}
    for name in FIELDS:
        if name in mapping and mapping[name] not in record:
            return Raw(row=row, problem=f"has no column '{mapping[name]}'; it has {_names(record)}")
        known = getattr(columns, name)
        values = [record[mapping[name]]] if name in mapping else [fields.get(candidate) for candidate in known]
        if text := next((text for value in values if (text := _plain(value))), None):
            given[name] = text
    if "text" in given or "text" in mapping or set(fields) & set(columns.text):
        return Raw(given.pop("text", ""), given, row)
    if set(columns.headlines) <= set(fields):
        return Raw(given.get("title", ""), given, row, headline=True)
    told = f"has no column with the text of articles; it has {_names(record)}; say which with mapping={{'text': …}}"
    return Raw(row=row, problem=told)


def _names(record: Mapping[str, Any]) -> str:
    return ", ".join(f"'{name}'" for name in list(record)[:12]) or "no columns"


def _plain(value: Any) -> str:
    """Return a cell as text: names of sources and authors may be nested, dates may be dates."""
    if isinstance(value, dict):
        return _plain(value.get("name") or value.get("title"))
    if isinstance(value, list):
        return ", ".join(filter(None, map(_plain, value[:20])))
    if value is None or value != value:
        return ""
    return sound(value if isinstance(value, str) else value.isoformat(" ") if hasattr(value, "hour") else str(value))


def check_mapping(mapping: Mapping[str, str] | None) -> dict[str, str]:
    """Return the mapping, or raise a SimakError that names what is allowed."""
    if unknown := sorted(set(mapping or {}) - set(FIELDS)):
        raise SimakError(
            f"mapping names '{unknown[0]}'; allowed are {', '.join(FIELDS)}, each with the name of a column."
        )
    return dict(mapping or {})
