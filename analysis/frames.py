"""The schema of every frame, as `frames.yml` declares it: columns, dtypes, meaning.

Frames are the interface of Simak. Functions take frames and return new ones, and each frame is
checked against its schema where it is made. Offsets are Python string indices into
``articles.text``, end exclusive, so that ``text[start:end]`` is the surface.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.parquet as pq
import yaml

from analysis.errors import SimakError
from analysis.storage import replacing

Frame = pd.DataFrame | Iterable[pd.DataFrame]  # whole, or in parts that hold whole articles
DECLARED: dict[str, Any] = yaml.load(Path(__file__).with_suffix(".yml").read_bytes(), yaml.CSafeLoader)


def _column(
    means: str, dtype: str = "str", nullable: bool = False, unique: bool = False,
    among: Sequence[str] | None = None, between: Sequence[float] | None = None,
) -> pa.Column:  # fmt: skip
    checks = [pa.Check.isin(among)] if among else []
    checks += [pa.Check.in_range(*between)] if between else []
    return pa.Column(dtype, checks, nullable=nullable, unique=unique, description=means)


def _schema(name: str, row: str, columns: Mapping[str, Mapping[str, Any]]) -> pa.DataFrameSchema:
    spans = pa.Check(lambda f: f["start"] <= f["end"], error="start must not lie behind end")
    return pa.DataFrameSchema(
        {column: _column(**declared) for column, declared in columns.items()},
        checks=spans if "start" in columns else None,
        name=name,
        description=row,
        strict=True,
        ordered=True,
        coerce=True,
    )


SCHEMAS: dict[str, pa.DataFrameSchema] = {name: _schema(name, **declared) for name, declared in DECLARED.items()}
MENTION_TYPES = tuple(DECLARED["names"]["columns"]["type"]["among"])
QUOTE_KINDS = tuple(DECLARED["quotes"]["columns"]["kind"]["among"])
SENTIMENTS = tuple(DECLARED["quotes"]["columns"]["sentiment"]["among"])


def checked(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the dtypes of its schema and a fresh index.

    Parameters
    ----------
    name
        Name of a schema in ``SCHEMAS``.
    frame
        Any frame with the columns of that schema.

    Raises
    ------
    SimakError
        When a column is missing, unknown, misplaced or holds a value that the schema forbids.

    Examples
    --------
    >>> import pandas as pd
    >>> checked("skipped", pd.DataFrame({"path": ["a.txt"], "row": [None], "reason": ["empty"]})).dtypes["row"]
    Int64Dtype()
    """
    try:
        return SCHEMAS[name].validate(frame.reset_index(drop=True))
    except (pa.errors.SchemaError, pa.errors.SchemaErrors) as error:
        first = error.schema_errors[0] if isinstance(error, pa.errors.SchemaErrors) else error
        raise SimakError(f"The frame '{name}' does not follow its schema: {first}") from error


def made(name: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the frame ``name`` made from rows; no rows give an empty frame with all columns.

    Examples
    --------
    >>> made("skipped", []).columns.tolist()
    ['path', 'row', 'reason']
    """
    return checked(name, pd.DataFrame(list(rows), columns=list(SCHEMAS[name].columns)))


def span_id(article_id: str, start: int, end: int) -> str:
    """Return the id of a span; it outlives a change of rules that leaves the span alone.

    Examples
    --------
    >>> span_id("seed", 3, 9)
    'seed:3-9'
    """
    return f"{article_id}:{start}-{end}"


SPANS, WORDS = pyarrow.list_(pyarrow.list_(pyarrow.int64())), pyarrow.list_(pyarrow.string())
LISTS = {"body": SPANS, "tone_words": SPANS, "quality": WORDS, "issues": WORDS}


@lru_cache
def stored_as(name: str) -> pyarrow.Schema:
    """Return the columns of a frame as a Parquet file holds them, whatever its rows.

    Examples
    --------
    >>> stored_as("skipped").field("row").type
    DataType(int64)
    """
    given = pyarrow.Table.from_pandas(made(name, []), preserve_index=False).schema
    fields = [pyarrow.field(field.name, LISTS.get(field.name, field.type)) for field in given]
    return pyarrow.schema(fields, metadata=given.metadata)


def as_table(name: str, frame: pd.DataFrame) -> pyarrow.Table:
    """Return a frame as the Arrow table that a Parquet file holds."""
    return pyarrow.Table.from_pandas(frame, stored_as(name), preserve_index=False)


def from_table(table: pyarrow.Table) -> pd.DataFrame:
    """Return the frame that `as_table` was given."""
    frame = table.to_pandas()
    return frame.assign(**{name: table[name].to_pylist() for name in LISTS if name in frame})


@contextmanager
def writer(name: str, path: Path) -> Iterator[pq.ParquetWriter]:
    """Give a writer that takes one table of `as_table` after the other; the file appears at the end."""
    made = {"compression": "zstd", "write_page_checksum": True}
    with replacing(path) as draft, pq.ParquetWriter(draft, stored_as(name), **made) as file:
        yield file


def write(name: str, frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as a Parquet file with checksums, whole or not at all; the same rows give the same bytes.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    with writer(name, path) as file:
        file.write_table(as_table(name, frame))


def read(name: str, path: Path) -> pd.DataFrame:
    """Return the frame that `write` wrote.

    Raises
    ------
    OSError, ValueError
        When the file is missing, damaged or does not hold the columns of the schema.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "skipped.parquet"
    >>> write("skipped", made("skipped", [{"path": "a.txt", "row": None, "reason": "empty"}]), path)
    >>> read("skipped", path)["reason"].tolist()
    ['empty']
    """
    return from_table(read_table(name, path))


def read_table(name: str, path: Path) -> pyarrow.Table:
    """Return the frame that `write` wrote as an Arrow table; see `read`."""
    table = pq.read_table(path, page_checksum_verification=True)
    if not table.schema.equals(stored_as(name), check_metadata=False):
        raise ValueError(f"'{path}' does not hold the columns of the frame '{name}'.")
    return table


def parts(path: Path, size: int = 200_000) -> Iterator[pd.DataFrame]:
    """Yield the frame that `write` wrote in parts of some ``size`` rows that hold whole articles.

    Raises
    ------
    OSError, ValueError
        When the file is missing or damaged.
    """
    left, file = None, pq.ParquetFile(path, page_checksum_verification=True)
    for batch in file.iter_batches(size):
        part = from_table(pyarrow.Table.from_batches([batch]))
        part = part if left is None else pd.concat([left, part], ignore_index=True)
        last = part["article_id"] == part["article_id"].iloc[-1]
        yield part[~last]
        left = part[last]
    yield from_table(file.schema_arrow.empty_table()) if left is None else left


def aligned(first: Frame, *others: Frame) -> Iterator[tuple[pd.DataFrame, ...]]:
    """Yield parts of several frames that tell of the same articles; memory holds one part of each at a time.

    Frames are whole, or in parts that hold whole articles; ``first`` names all articles. A `SimakError` says when they
    are not of the same articles in the same order, or an article is cut in two.

    Examples
    --------
    >>> sentences = [pd.DataFrame({"article_id": ["a", "b"]}), pd.DataFrame({"article_id": ["c"]})]
    >>> issues = [pd.DataFrame({"article_id": ["b", "c"]})]
    >>> [part["article_id"].tolist() for _, part in aligned(sentences, issues)]
    [['b'], ['c']]
    """
    parts_, *readers = (iter([frame] if isinstance(frame, pd.DataFrame) else frame) for frame in (first, *others))
    now, *left = (next(reader, None) for reader in (parts_, *readers))
    if now is None or any(part is None for part in left):
        raise SimakError("A frame was given in no part at all; one without rows is a part, too.")
    before: set[str] = set()
    while now is not None:
        ids, row = set(now["article_id"]), [now]
        for number, reader in enumerate(readers):
            held, more = [], left[number]
            while more is not None:
                inside = more["article_id"].isin(ids)
                held.append(more[inside])
                left[number] = more[~inside]
                more = None if len(left[number]) else next(reader, None)
            row.append(pd.concat(held, ignore_index=True))
        if ids & before:
            raise SimakError(f"The parts of a frame cut the article '{min(ids & before)}' in two; it must be in one.")
        yield tuple(row)
        now, before = next(parts_, None), ids
    if any(map(len, left)):
        raise SimakError("The parts of the frames are not of the same articles in the same order.")
