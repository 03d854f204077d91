"""Files that appear whole or not at all, and cells that a spreadsheet does not run."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import SimakError


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
    draft = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


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


def guarded_cell(text: str) -> str:
    """Return the text, with an apostrophe in front where a spreadsheet would run it.

    Examples
    --------
    >>> guarded_cell("=1+1"), guarded_cell("Rp15.115")
    ("'=1+1", 'Rp15.115')
    """
    return (
        f"'{text}" if isinstance(text, str) and text.lstrip(" ")[:1] in tuple("=+-@\t\r\n") and text.strip() else text
    )
