"""Annotations kept on disk, so that no paragraph is annotated twice.

The unit is a paragraph, keyed by the hash of its characters: copies of wire news share it, and a
new rule about boilerplate leaves the rest as it was. Each batch is one Parquet file, put in place
by renaming, so that a run can be stopped at any moment and goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Iterable, KeysView
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.storage import replacing

log = logging.getLogger(__name__)

OPEN_FILES = 256  # batches of annotations kept in memory: the parts of a corpus that lie together
ROWS = pa.schema(
    [
        ("key", pa.string()),
        ("sentence", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("lemma", pa.string()),
        ("upos", pa.string()),
        ("ner", pa.string()),
    ]
)


def paragraph_key(text: str) -> str:
    """Return the key of a paragraph.

    Examples
    --------
    >>> paragraph_key("a") == paragraph_key("a") != paragraph_key("b")
    True
    """
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


class AnnotationCache:
    """What models said of paragraphs or statements.

    In memory are the keys, and the files that were read last: a corpus of any size fits.

    Parameters
    ----------
    folder
        Where the Parquet files of these models lie; made when missing. When it cannot be written,
        annotations are kept in memory for this run and a warning is logged.
    schema
        The columns: ``key``, ``start`` and ``end``, and what was said.
    """

    def __init__(self, folder: Path, schema: pa.Schema = ROWS) -> None:
        self.folder, self.schema = folder, schema
        self._where: dict[str, str] = {}  # key → name of its file
        self._files: dict[str, tuple[int, int]] = {}  # name → when it was written, and its size
        self._tables: OrderedDict[str, pa.Table] = OrderedDict()  # the last ones read
        self._unwritten: dict[str, pa.Table] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read what other processes have put into the folder meanwhile, and forget what is gone."""
        there = {file.name: _state(file) for file in self.folder.glob("*.parquet")}
        if gone := {name for name, state in self._files.items() if there.get(name) != state}:
            self._forget(gone)
        for name in sorted(there.keys() - self._files.keys()):
            if (table := self._table(name)) is not None:
                self._index(name, table)
                self._files[name] = there[name]

    def keys(self) -> KeysView[str]:
        """Return the keys of all paragraphs that are known."""
        return self._where.keys()

    def rows(self, keys: Iterable[str]) -> pd.DataFrame:
        """Return the rows of the paragraphs asked for, one a token, in order, each paragraph once.

        A paragraph without a token has one row whose ``sentence`` is -1; one whose file was damaged or removed
        since has none.
        """
        wanted: dict[str, list[str]] = {}
        for key in sorted(set(keys)):
            if key in self._where:
                wanted.setdefault(self._where[key], []).append(key)
        tables = [self.schema.empty_table()]
        for name, own in sorted(wanted.items()):
            if (table := self._table(name)) is None:
                self._forget({name})
            else:
                tables.append(table.filter(pa.compute.is_in(table["key"], pa.array(own, pa.string()))))
        frame = pa.concat_tables(tables).to_pandas()
        return frame.drop_duplicates(["key", "start", "end"]).sort_values(["key", "start", "end"], ignore_index=True)

    def add(self, rows: pd.DataFrame) -> None:
        """Keep the rows of a batch; on disk they appear whole or not at all."""
        table = pa.Table.from_pandas(rows, schema=self.schema, preserve_index=False)
        name = hashlib.sha1("".join(sorted(set(rows["key"]))).encode(), usedforsecurity=False).hexdigest() + ".parquet"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self.folder / name) as draft:
                pq.write_table(table, draft, compression="zstd", write_page_checksum=True)
            self._files[name] = _state(self.folder / name)
            self._keep(name, table)
        except OSError as error:
            log.warning("The cache '%s' cannot be written (%s); work goes on without.", self.folder, error.strerror)
            self._unwritten[name] = table
        self._index(name, table)

    def _index(self, name: str, table: pa.Table) -> None:
        self._where |= dict.fromkeys(table["key"].unique().to_pylist(), name)

    def _forget(self, names: set[str]) -> None:
        self._where = {key: name for key, name in self._where.items() if name not in names}
        for name in names:
            self._files.pop(name, None)
            self._tables.pop(name, None)

    def _table(self, name: str) -> pa.Table | None:
        if (table := self._unwritten.get(name, self._tables.get(name))) is not None:
            return table
        file = self.folder / name
        try:
            table = pq.read_table(file, schema=self.schema, page_checksum_verification=True)
        except FileNotFoundError:
            return None
        except (OSError, pa.ArrowException) as error:
            log.warning("The cache file '%s' is damaged and is made again: %s", file, error)
            file.unlink(missing_ok=True)
            return None
        self._keep(name, table)
        return table

    def _keep(self, name: str, table: pa.Table) -> None:
        self._tables[name] = table
        if len(self._tables) > OPEN_FILES:
            self._tables.popitem(last=False)


def _state(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _kept(folder: Path, schema: pa.Schema) -> AnnotationCache:
    return AnnotationCache(folder, schema)


def annotation_cache(folder: Path, schema: pa.Schema = ROWS) -> AnnotationCache:
    """Return the cache in a folder as it is now; one that this process opened before reads only what is new."""
    kept = _kept(folder, schema)
    kept.refresh()
    return kept
