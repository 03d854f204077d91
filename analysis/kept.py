"""Frames that a step made, kept on disk under all that went into them, so that only what an edit touches is redone."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import pandas as pd
import platformdirs
import pyarrow as pa

from analysis import frames
from analysis.errors import SimakError

log = logging.getLogger(__name__)

VERSIONS = 3  # of a step of a part that stay on disk: what an analyst changes back and forth
READ = {".py", ".npz", ".json"}


def cache_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of the cache: the argument, else ``SIMAK_CACHE``, else the user's own."""
    return Path(folder or os.environ.get("SIMAK_CACHE") or platformdirs.user_cache_path("simak"))


def hashed(*values: object) -> str:
    """Return the key of what goes into a step.

    Examples
    --------
    >>> hashed("a", 1) == hashed("a", 1) != hashed("a", 2)
    True
    """
    digest = hashlib.sha256()
    for value in values:
        text = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(text) + text)
    return digest.hexdigest()[:32]


def frame_hash(frame: pd.DataFrame) -> str:
    """Return a hash of the columns, values and order of a frame."""
    values = frame.astype(str).to_numpy().ravel() if len(frame) else []
    return hashed(*frame.columns, *values)


@lru_cache
def code(*rooms: str) -> str:
    """Return a hash of the code, and of the small models, of rooms that make frames."""
    home = Path(__file__).parent
    files = (file for room in rooms for file in (home / room).rglob("*"))
    chosen = sorted(f for f in files if f.suffix in READ and not {"training", "models"} & set(f.parts))
    chosen += [home / "frames.py", home / "frames.yml"]
    return hashed(*(part for file in chosen for part in (file.name, file.read_bytes())))


class Step:
    """The frames that one step makes of one part of a corpus, by name; made or read when first asked for.

    Parameters
    ----------
    folder
        Where frames of this step lie.
    part
        What the part is called; of one part the last few states stay on disk.
    key
        Hash of all that goes in.
    names
        Schemas of the frames that the step makes.
    make
        Returns them.
    """

    def __init__(
        self, folder: Path, part: str, key: str, names: Sequence[str], make: Callable[[], Iterable[pd.DataFrame]]
    ) -> None:
        self.key, self._folder, self._part, self._names, self._make = key, folder, part, names, make
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            try:
                self._made[name] = frames.read(name, self._file(name))
            except FileNotFoundError:
                self._make_all()
            except (OSError, ValueError, pa.ArrowException) as error:
                log.warning("The cache file '%s' is damaged and is made again: %s", self._file(name), error)
                self._make_all()
        return self._made[name]

    def table(self, name: str) -> pa.Table:
        """Return a frame as its file holds it, to be copied without the way through pandas."""
        if name not in self._made:
            with suppress(OSError, ValueError, pa.ArrowException):
                return frames.read_table(name, self._file(name))
        return frames.as_table(name, self[name])

    @property
    def kept(self) -> bool:
        """Whether all frames lie on disk."""
        return all(self._file(name).exists() for name in self._names)

    def written(self, name: str) -> Path:
        """Return the file of a frame, for others to read.

        Raises
        ------
        SimakError
            When it cannot be written.
        """
        _ = self[name]
        if not self.kept:
            raise SimakError(f"'{self._folder}' cannot be written, and so many articles need it; name another --cache.")
        return self._file(name)

    def _file(self, name: str) -> Path:
        return self._folder / f"{self._part}-{self.key}-{name}.parquet"

    def _make_all(self) -> None:
        self._made = dict(zip(self._names, self._make(), strict=True))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name, frame in self._made.items():
                frames.write(name, frame, self._file(name))
                older = sorted(self._folder.glob(f"{self._part}-*-{name}.parquet"), key=lambda f: f.stat().st_mtime_ns)
                for file in older[:-VERSIONS]:
                    file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("The cache '%s' cannot be written (%s); work goes on without.", self._folder, error.strerror)
