"""What files of each kind hold: raw articles, as text and what is given beside it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import openpyxl
import pyarrow.parquet
import trafilatura

from analysis.articles.files import MOST_BYTES, MOST_LINE, File, Unreadable, decoded, lines, whole
from analysis.errors import SimakError

# Columns are found by these names, the first that a table has; case, spaces and marks do not count.
COLUMNS: dict[str, tuple[str, ...]] = {
    "text": (
        "text",
        "isi",
        "isi_berita",
        "isi_artikel",
        "konten",
        "content",
        "full_text",
        "fulltext",
        "article_text",
        "body",
        "teks",
        "naskah",
        "story_text",
        "article",
        "artikel",
        "berita",
    ),
    "title": ("title", "judul", "headline", "judul_berita", "judul_artikel", "news_title", "article_title"),
    "date": (
        "date",
        "tanggal",
        "published_at",
        "publish_date",
        "tanggal_publikasi",
        "tanggal_terbit",
        "published",
        "publishedat",
        "pub_date",
        "pubdate",
        "date_published",
        "publication_date",
        "published_date",
        "tgl",
        "waktu",
        "datetime",
        "timestamp",
    ),
    "outlet": (
        "outlet",
        "media",
        "media_name",
        "nama_media",
        "source",
        "sumber",
        "source_name",
        "publisher",
        "portal",
        "situs",
        "site",
        "sitename",
        "website",
    ),
    "author": ("author", "authors", "penulis", "wartawan", "reporter", "byline", "jurnalis"),
    "url": ("url", "link", "tautan", "web_url", "source_url", "article_url", "alamat"),
}


@dataclass(frozen=True)
class Raw:
    """An article as found: its text, what stands beside it, its row in a table; or why there is none."""

    text: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None
    problem: str | None = None


def raws(file: File, mapping: Mapping[str, str]) -> Iterator[Raw]:
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
        elif file.kind == ".json":
            yield from _json(json.loads(decoded(whole(file))), mapping)
        elif file.kind in (".jsonl", ".ndjson"):
            yield from _json_lines(file, mapping)
        elif file.kind in (".csv", ".tsv"):
            yield from _delimited(file, mapping)
        elif file.kind == ".xlsx":
            yield from _sheet(file, mapping)
        else:
            yield from _parquet(file, mapping)
    except json.JSONDecodeError as error:
        raise Unreadable(f"is no valid JSON (line {error.lineno}: {error.msg})") from error
    except RecursionError as error:
        raise Unreadable("is nested too deeply") from error
    except (
        OSError,
        EOFError,
        zipfile.BadZipFile,
        pyarrow.ArrowException,
        csv.Error,
        ValueError,
        KeyError,
        NotImplementedError,
    ) as error:
        raise Unreadable(
            f"cannot be read ({str(error).splitlines()[0][:150] if str(error) else type(error).__name__})"
        ) from error


def _page(html: str) -> Raw:
    if not html.strip():
        return Raw(problem="is empty")
    stated = {"extensive_search": False, "original_date": True}  # no guesses from addresses and body
    page = trafilatura.bare_extraction(html, with_metadata=True, include_comments=False, date_extraction_params=stated)
    found = page if page is None or isinstance(page, dict) else page.as_dict()
    if not found or not found.get("text"):
        return Raw(problem="no article was found in the page")
    names = {"title": "title", "date": "date", "outlet": "sitename", "author": "author", "url": "url"}
    return Raw(found["text"], {ours: found[theirs] for ours, theirs in names.items() if found.get(theirs)})


def _json(data: Any, mapping: Mapping[str, str]) -> Iterator[Raw]:
    """Yield one article, or those of a list; hand-coded articles give their text alone."""
    if isinstance(data, dict):
        if isinstance(data.get("text"), str) and (
            isinstance(data.get("body"), list) or isinstance(data.get("meta"), dict)
        ):
            yield Raw(data["text"])
            return
        lists = [value for value in data.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        if not lists or any(isinstance(data.get(name), str) for name in COLUMNS["text"]):
            yield Raw(*_record(data, mapping))
            return
        data = max(lists, key=len)
    if not isinstance(data, list):
        raise Unreadable("holds neither an article nor a list of articles")
    for row, record in enumerate(data, 1):
        yield _row(record, row, mapping)


def _json_lines(file: File, mapping: Mapping[str, str]) -> Iterator[Raw]:
    for row, line in enumerate(lines(file), 1):
        if line.strip():
            try:
                yield _row(json.loads(line), row, mapping)
            except (json.JSONDecodeError, RecursionError):
                yield Raw(row=row, problem="is no valid JSON")


def _delimited(file: File, mapping: Mapping[str, str]) -> Iterator[Raw]:
    csv.field_size_limit(MOST_LINE)
    rest = lines(file)
    first = next(rest, "")
    mark = "\t" if file.kind == ".tsv" else max(",;\t|", key=first.count)
    rows = csv.reader(chain([first], rest), delimiter=mark)
    header = next(rows, [])
    for row, cells in enumerate(rows, 1):
        if len(cells) > len(header):
            yield Raw(row=row, problem=f"has {len(cells)} cells; the header has {len(header)}")
        elif cells:
            yield _row(dict(zip(header, cells, strict=False)), row, mapping)


def _sheet(file: File, mapping: Mapping[str, str]) -> Iterator[Raw]:
    data = io.BytesIO(whole(file))
    with zipfile.ZipFile(data) as packed:
        if sum(info.file_size for info in packed.infolist()) > MOST_BYTES:
            raise Unreadable("unpacks to too many bytes")
    book = openpyxl.load_workbook(data, read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = [str(cell or "") for cell in next(rows, ())]
    for row, cells in enumerate(rows, 1):
        if any(cell is not None for cell in cells):
            yield _row(dict(zip(header, cells, strict=False)), row, mapping)


def _parquet(file: File, mapping: Mapping[str, str]) -> Iterator[Raw]:
    with (
        file.open() as stream,
        pyarrow.parquet.ParquetFile(stream if stream.seekable() else io.BytesIO(whole(file))) as table,
    ):
        row = 0
        for batch in table.iter_batches(batch_size=1_000):
            for record in batch.to_pylist():
                row += 1
                yield _row(record, row, mapping)


def _row(record: Any, row: int, mapping: Mapping[str, str]) -> Raw:
    if not isinstance(record, dict):
        return Raw(row=row, problem="is no record with named fields")
    try:
        text, given = _record(record, mapping)
    except Unreadable as problem:
        return Raw(row=row, problem=str(problem))
    return Raw(text, given, row)


def _record(record: Mapping[str, Any], mapping: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return text and metadata of a record, found by the names of its fields."""
    fields = {re.sub(r"\W+", "_", str(name).strip().lower()).strip("_"): value for name, value in record.items()}
    found: dict[str, str] = {}
    for name, candidates in COLUMNS.items():
        if name in mapping and mapping[name] not in record:
            raise Unreadable(f"has no column '{mapping[name]}'; it has {_names(record)}")
        values = [record[mapping[name]]] if name in mapping else [fields.get(candidate) for candidate in candidates]
        text = next((text for value in values if (text := _plain(value))), None)
        if text:
            found[name] = text
    if "text" not in found and "text" not in mapping and not set(fields) & set(COLUMNS["text"]):
        raise Unreadable(
            f"has no column with the text of articles; it has {_names(record)}; say which with mapping={{'text': …}}"
        )
    return found.pop("text", ""), found


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
    return value if isinstance(value, str) else value.isoformat(" ") if hasattr(value, "hour") else str(value)


def check_mapping(mapping: Mapping[str, str] | None) -> dict[str, str]:
    """Return the mapping, or raise a SimakError that names what is allowed."""
    unknown = sorted(set(mapping or {}) - set(COLUMNS))
    if unknown:
        raise SimakError(
            f"mapping names '{unknown[0]}'; allowed are {', '.join(COLUMNS)}, each with the name of a column."
        )
    return dict(mapping or {})
