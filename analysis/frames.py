"""The schema of every frame: columns, dtypes, meaning.

Frames are the interface of Simak. Functions take frames and return new ones, and each frame is
checked against its schema where it is made. Offsets are Python string indices into
``articles.text``, end exclusive, so that ``text[start:end]`` is the surface.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.parquet as pq

from analysis.errors import SimakError
from analysis.storage import replacing

MENTION_TYPES = ("PER", "ORG", "LOC", "EVT")
QUOTE_KINDS = ("direct", "indirect", "mixed")
SENTIMENTS = ("negative", "neutral", "positive")
Frame = pd.DataFrame | Iterable[pd.DataFrame]  # whole, or in parts that hold whole articles


def _text(
    description: str, *, null: bool = False, among: tuple[str, ...] | None = None, unique: bool = False
) -> pa.Column:
    checks = pa.Check.isin(among) if among else None
    return pa.Column(str, checks, nullable=null, unique=unique, description=description)


def _whole(description: str, *, null: bool = False) -> pa.Column:
    return pa.Column("Int64" if null else "int64", nullable=null, description=description)


def _number(description: str, least: float = 0.0, most: float = 1.0) -> pa.Column:
    return pa.Column("float64", pa.Check.in_range(least, most), description=description)


def _list(description: str) -> pa.Column:
    return pa.Column(object, description=description)


def _span(of: str) -> dict[str, pa.Column]:
    return {
        "start": _whole(f"where {of} begins in the raw text"),
        "end": _whole(f"where {of} ends in the raw text, exclusive"),
        "text": _text(f"{of}: text[start:end]"),
    }


def _in_sentence() -> dict[str, pa.Column]:
    return {"article_id": _text("the article"), "sentence_id": _text("the sentence in which it begins")}


def _schema(name: str, row: str, columns: dict[str, pa.Column]) -> pa.DataFrameSchema:
    spans = pa.Check(lambda f: f["start"] <= f["end"], error="start must not lie behind end")
    return pa.DataFrameSchema(
        columns,
        checks=spans if "start" in columns else None,
        name=name,
        description=row,
        strict=True,
        ordered=True,
        coerce=True,
    )


SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "articles": _schema(
        "articles",
        "one article",
        {
            "article_id": _text("stem of the file, or stem and row number of a table", unique=True),
            "title": _text("title without outlet or section", null=True),
            "text": _text("raw text as read; all offsets count its characters"),
            "body": _list("list of [start, end]: what is article in the text, the rest is boilerplate"),
            "outlet": _text("canonical name of the outlet", null=True),
            "outlet_printed": _text("the outlet as the article prints it", null=True),
            "author": _text("author as printed", null=True),
            "date": pa.Column("datetime64[ns]", nullable=True, description="calendar day of publication as printed"),
            "published_at": pa.Column(
                pd.DatetimeTZDtype("ns", "UTC"),
                nullable=True,
                description="moment of publication, where a time and zone are given",
            ),
            "place": _text("dateline", null=True),
            "url": _text("address given with the article", null=True),
            "source_path": _text("file that it was read from"),
            "language": _text("ISO 639-1 code", null=True),
            "words": _whole("words in the body"),
            "duplicate_group": _text("article_id of the earliest article with nearly the same body"),
            "quality": _list("list of marks such as 'date impossible', 'mojibake', 'no title'"),
        },
    ),
    "skipped": _schema(
        "skipped",
        "one thing that could not be read",
        {"path": _text("file"), "row": _whole("row in a table, from 1", null=True), "reason": _text("why, in words")},
    ),
    "sentences": _schema(
        "sentences",
        "one sentence of a body",
        {
            "article_id": _text("the article"),
            "sentence_id": _text("article_id:start-end", unique=True),
            **_span("the sentence"),
            "paragraph": _whole("number of its paragraph within the article, from 0"),
        },
    ),
    "tokens": _schema(
        "tokens",
        "one token",
        {
            **_in_sentence(),
            **_span("the token"),
            "lemma": _text("dictionary form, lower case", null=True),
            "upos": _text("universal part of speech", null=True),
        },
    ),
    "names": _schema(
        "names",
        "one name as the tagger found it",
        {**_in_sentence(), **_span("the name"), "type": _text("PER, ORG, LOC or EVT", among=MENTION_TYPES)},
    ),
    "entities": _schema(
        "entities",
        "one mention of a name",
        {
            **_in_sentence(),
            **_span("the mention"),
            "type": _text("PER, ORG, LOC or EVT", among=MENTION_TYPES),
            "actor_id": _text("the real-world actor"),
            "found_by": _text("'model', 'registry' or 'both'", among=("model", "registry", "both")),
            "confidence": _number("how sure the link to the actor is"),
        },
    ),
    "actors": _schema(
        "actors",
        "one real-world actor",
        {
            "actor_id": _text("slug, or article_id#slug for an unnamed source", unique=True),
            "name": _text("English label"),
            "name_id": _text("Indonesian label"),
            "type": _text("PER, ORG, LOC or EVT", among=MENTION_TYPES),
            "country": _text("actor_id of its country", null=True),
            "wikidata": _text("Wikidata id, where certain", null=True),
            "named": pa.Column(bool, description="False for an unnamed source"),
            "mentions": _whole("number of mentions"),
            "articles": _whole("number of articles that mention it"),
        },
    ),
    "bearers": _schema(
        "bearers",
        "one part of a name, and a person named in full who bears it",
        {
            "part": _text("the part, without capitals and accents"),
            "actor_id": _text("the person"),
            "articles": _whole("number of articles that name the person in full"),
        },
    ),
    "merges": _schema(
        "merges",
        "one name, and the actor that it was taken for",
        {
            "actor_id": _text("the actor"),
            "name": _text("English label of the actor"),
            "type": _text("PER, ORG, LOC or EVT", among=MENTION_TYPES),
            "text": _text("the name as found"),
            "mentions": _whole("number of mentions under this name"),
            "articles": _whole("number of articles that use it"),
            "confidence": _number("how sure the links are, on average"),
            "like": _text("other actors of nearly the same name", null=True),
        },
    ),
    "issues": _schema(
        "issues",
        "one issue in one sentence",
        {
            **_in_sentence(),
            "issue": _text("code of the codebook"),
            **_span("the evidence"),
            "found_by": _text("the pattern that matched, as written in the codebook"),
        },
    ),
    "quotes": _schema(
        "quotes",
        "one attributed statement",
        {
            "quote_id": _text("article_id:start-end", unique=True),
            **_in_sentence(),
            **_span("the content"),
            "kind": _text("direct, indirect or mixed", among=QUOTE_KINDS),
            "speaker": _text("words that name the source", null=True),
            "speaker_start": _whole("where they begin", null=True),
            "speaker_end": _whole("where they end", null=True),
            "actor_id": _text("who speaks, after resolution", null=True),
            "cue": _text("reporting words", null=True),
            "cue_start": _whole("where they begin", null=True),
            "cue_end": _whole("where they end", null=True),
            "sentiment": _text("tone that the speaker takes", among=SENTIMENTS),
            "score": _number("tone from -1 (negative) to 1 (positive)", least=-1.0),
            "tone_words": _list("list of [start, end] of the words that carried the tone"),
            "target_id": _text("actor that the tone is directed at", null=True),
            "channel_id": _text("actor (medium, agency) through which the statement came", null=True),
            "confidence": _number("how sure the quote and its speaker are"),
            "issues": _list("list of issue codes"),
        },
    ),
}


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
    frame = made(name, [])
    given = pyarrow.Schema.from_pandas(frame, preserve_index=False)
    fields = [pyarrow.field(field.name, LISTS.get(field.name, field.type)) for field in given]
    return pyarrow.schema(fields, metadata=pyarrow.Table.from_pandas(frame, preserve_index=False).schema.metadata)


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
