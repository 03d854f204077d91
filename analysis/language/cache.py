"""Annotations kept on disk, so that no paragraph is annotated twice.

The unit is a paragraph, keyed by the hash of its characters: copies of wire news share it, and a
new rule about boilerplate leaves the rest as it was. Each batch is one Parquet file, put in place
by renaming, so that a run can be stopped at any moment and goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import platformdirs
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.storage import replacing

log = logging.getLogger(__name__)

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


def cache_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of the cache: the argument, else ``SIMAK_CACHE``, else the user's own."""
    return Path(folder or os.environ.get("SIMAK_CACHE") or platformdirs.user_cache_path("simak"))


class AnnotationCache:
    """What models said of paragraphs or statements.

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
        self._tables = [table for file in sorted(folder.glob("*.parquet")) if (table := self._read(file)) is not None]

    def keys(self) -> set[str]:
        """Return the keys of all paragraphs that are known."""
        return {key for table in self._tables for key in table["key"].unique().to_pylist()}

    def rows(self, keys: Iterable[str]) -> pd.DataFrame:
        """Return the rows of the paragraphs asked for, one a token, in order, each paragraph once.

        A paragraph without a token has one row whose ``sentence`` is -1.
        """
        wanted = pa.array(sorted(set(keys)), pa.string())
        tables = [table.filter(pa.compute.is_in(table["key"], wanted)) for table in self._tables]
        frame = pa.concat_tables([self.schema.empty_table(), *tables]).to_pandas()
        return frame.drop_duplicates(["key", "start", "end"]).sort_values(["key", "start", "end"], ignore_index=True)

    def add(self, rows: pd.DataFrame) -> None:
        """Keep the rows of a batch; on disk they appear whole or not at all."""
        table = pa.Table.from_pandas(rows, schema=self.schema, preserve_index=False)
        self._tables.append(table)
        name = hashlib.sha1("".join(sorted(set(rows["key"]))).encode(), usedforsecurity=False).hexdigest()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self.folder / f"{name}.parquet") as draft:
                pq.write_table(table, draft, compression="zstd", write_page_checksum=True)
        except OSError as error:
            log.warning("The cache '%s' cannot be written (%s); work goes on without.", self.folder, error.strerror)

    def _read(self, file: Path) -> pa.Table | None:
        try:
            return pq.read_table(file, schema=self.schema, page_checksum_verification=True)
        except (OSError, pa.ArrowException) as error:
            log.warning("The cache file '%s' is damaged and is made again: %s", file, error)
            file.unlink(missing_ok=True)
            return None
