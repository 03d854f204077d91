"""Files, folders and archives: what is there to be read, under which id, and its text as it stands."""

from __future__ import annotations

import glob
import gzip
import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

from analysis.errors import SimakError
from analysis.storage import replacing

KINDS = (".txt", ".md", ".html", ".htm", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".parquet")
UNKNOWN = f"files of this kind are not read; known are {', '.join(KINDS)}, also .gz and .zip"
MOST_BYTES = 500_000_000  # of a file that must be read as a whole, unpacked
MOST_LINE = 20_000_000  # characters of one line of a table or of JSON lines
MOST_MEMBERS = 100_000  # files in one archive
_HALVES = re.compile("[\ud800-\udfff]")
MOST_RATIO = 1_000  # of unpacked to packed size


class Unreadable(Exception):
    """A file or row that cannot be read; the message is the reason given in the frame ``skipped``."""


@dataclass(frozen=True)
class File:
    """A file, perhaps inside an archive. ``parts`` are its folders and its name, ``home`` is the file on disk."""

    path: str
    home: Path
    parts: tuple[str, ...]
    kind: str
    open: Callable[[], IO[bytes]] = field(repr=False, compare=False)

    @property
    def stem(self) -> str:
        return self.parts[-1].removesuffix(".gz").removesuffix(self.kind) or self.parts[-1]


def listed(source: Any) -> tuple[list[File], list[tuple[str, str]]]:
    """Return the files behind a path, a glob or a list of them, and what cannot be read, with the reason."""
    sources = [source] if isinstance(source, str | os.PathLike) else list(source)
    files: dict[str, File] = {}
    problems: list[tuple[str, str]] = []
    for one in sources:
        found = _brought(str(one), problems) if "://" in str(one) else _on_disk(Path(one), problems)
        for name, path in found:
            for member in _members(path, name, problems):
                files.setdefault(member.path, member)
    return [files[path] for path in sorted(files)], problems


def _on_disk(source: Path, problems: list[tuple[str, str]]) -> list[tuple[str, Path]]:
    """Return the files of a path or a glob that are not to be ignored, each with its name."""
    found = [source] if source.exists() else sorted(map(Path, glob.glob(str(source), recursive=True)))
    if not found:
        problems.append((str(source), "does not exist"))
    inner = ((place, p) for place in found for p in (sorted(place.rglob("*")) if place.is_dir() else [place]))
    return [
        (str(p), p)
        for place, p in inner
        if p.is_file() and not _ignored(p.relative_to(place).parts if place.is_dir() else (p.name,))
    ]


def _brought(address: str, problems: list[tuple[str, str]]) -> list[tuple[str, Path]]:
    """Return what lies at an address such as ``s3://news/*.parquet``: the address of each file, and a copy of it here.

    Copies last as long as the process; a file that has not changed is not brought again.
    """
    if "::" in address or re.search("//[^/]*:[^/]*@", address):
        raise SimakError("An address must hold neither '::' nor a password, which fsspec takes from its own settings.")
    try:
        from fsspec.core import url_to_fs

        files, root = url_to_fs(address)
        if glob.has_magic(root):
            names = files.glob(root)
        else:
            names = [root] if _readable(root) and files.exists(root) else files.find(root)
    except ModuleNotFoundError as error:
        raise SimakError(f"To read from '{address}', install simak[cluster].") from error
    except Exception as error:  # each file system has errors of its own
        raise SimakError(f"'{address}' cannot be read: {error}.") from error
    if not names:
        problems.append((address, "does not exist"))
    home, found = re.split(r"[*?\[]", root)[0].rpartition("/")[0] if glob.has_magic(root) else root, []
    for name in sorted(names):
        own, path = files.unstrip_protocol(name), PurePosixPath(name.split("?")[0])
        inner = PurePosixPath(name.removeprefix(home).split("?")[0].lstrip("/"))
        if _ignored(inner.parts or (path.name,)):
            continue
        if not _readable(path.name):
            problems.append((own, UNKNOWN))
            continue
        try:
            copy = Path(_copies().name, files.ukey(name)[:16], path.name)
            if not copy.exists():
                copy.parent.mkdir(exist_ok=True)
                with replacing(copy) as draft:
                    files.get_file(name, str(draft))
            found.append((own, copy))
        except Exception as error:
            problems.append((own, f"cannot be brought here ({error})"))
    return found


@cache
def _copies() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="simak-")


def _ignored(parts: tuple[str, ...]) -> bool:
    name = parts[-1].upper()
    hidden = any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts)
    return hidden or name.startswith(("README", "LICENSE"))


def _readable(name: str) -> bool:
    name = name.split("?")[0]
    return _kind(name) is not None or name.lower().endswith(".zip")


def _members(path: Path, name: str, problems: list[tuple[str, str]]) -> list[File]:
    """Return a file, or the files of an archive; ``name`` is what users call it."""
    parts = path.resolve().parts[1:]
    if path.suffix.lower() != ".zip":
        kind = _kind(path.name)
        if kind is None:
            problems.append((name, UNKNOWN))
            return []
        opener = partial(gzip.open, path, "rb") if path.suffix.lower() == ".gz" else partial(path.open, "rb")
        return [File(name, path, parts, kind, opener)]  # type: ignore[arg-type]
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (OSError, ValueError, NotImplementedError, EOFError, zipfile.BadZipFile) as error:
        problems.append((name, f"is no readable archive ({error})"))
        return []
    if len(infos) > MOST_MEMBERS:
        problems.append((name, f"holds {len(infos):,} files; at most {MOST_MEMBERS:,} are read from one archive"))
        return []
    found = []
    for info in infos:
        inner, kind = PurePosixPath(info.filename), _kind(info.filename)
        label = f"{name}/{info.filename}"
        if info.is_dir() or _ignored(inner.parts):
            continue
        if inner.is_absolute() or ".." in inner.parts:
            problems.append((label, "its name leads out of the archive"))
        elif info.flag_bits & 1:
            problems.append((label, "is protected by a password"))
        elif kind is None or inner.suffix == ".gz":
            problems.append((label, UNKNOWN))
        elif info.file_size > MOST_BYTES or info.file_size > MOST_RATIO * max(info.compress_size, 1_000):
            problems.append((label, "unpacks to too many bytes"))
        else:
            found.append(File(label, path, (*parts[:-1], path.stem, *inner.parts), kind, _opener(path, info.filename)))
    return found


def _opener(archive: Path, name: str) -> Callable[[], IO[bytes]]:
    return lambda: zipfile.ZipFile(archive).open(name)


def _kind(name: str) -> str | None:
    suffix = PurePosixPath(name.lower().removesuffix(".gz")).suffix
    return suffix if suffix in KINDS else None


def named(files: list[File]) -> dict[str, str]:
    """Return path → id: the stem; equal stems take their folders as prefix, then their kind, then a number."""
    names = {file.path: file.stem for file in files}
    for depth in range(2, max((len(file.parts) for file in files), default=0) + 1):
        folders: dict[str, set[tuple[str, ...]]] = {}
        for file in files:
            folders.setdefault(names[file.path], set()).add(file.parts[:-1])
        clashing = [file for file in files if len(folders[names[file.path]]) > 1 and depth <= len(file.parts)]
        if not clashing:
            break
        names.update({file.path: "-".join((*file.parts[-depth:-1], file.stem)) for file in clashing})
    counts, numbers = Counter(names.values()), Counter[str]()
    for file in files:
        name = names[file.path]
        if counts[name] > 1:
            name += f"-{file.kind[1:]}"
            numbers[name] += 1
            names[file.path] = name if numbers[name] == 1 else f"{name}-{numbers[name]}"
    return names


def sound(text: str) -> str:
    """Return the text with U+FFFD in the place of halves of characters, which JSON and file names can hold.

    Examples
    --------
    >>> sound("a\\ud800b")
    'a\ufffdb'
    """
    return _HALVES.sub("\ufffd", text)


def decoded(data: bytes) -> str:
    """Return the text of a file, character for character, without its byte order mark.

    UTF-8 first; UTF-16 where a byte order mark or the zeros of its ASCII letters show it; else cp1252. Where
    nearly all is UTF-8, what is not becomes U+FFFD.

    Raises
    ------
    Unreadable
        When the bytes are no text.

    Examples
    --------
    >>> decoded("Menlu".encode("utf-16")), decoded(b"harga \\x93naik\\x94")
    ('Menlu', 'harga “naik”')
    """
    return data.decode(_encoding(data), "replace")


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:4000]
    if b"\0" in head:
        for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if zeros.count(0) > 0.7 * len(zeros):
                return encoding
        raise Unreadable("is a binary file, not text")
    patched = data.decode("utf-8-sig", "replace")
    broken = patched.count("\ufffd") - data.count("\ufffd".encode())
    if broken and sum(byte < 32 and byte not in b"\t\n\r\f\v\x1b" for byte in head) > len(head) / 100:
        raise Unreadable("is a binary file, not text")
    return "utf-8-sig" if broken * 10 <= sum(ord(letter) > 127 for letter in patched) else "cp1252"


def whole(file: File) -> bytes:
    with file.open() as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES:,} bytes")
    return data


def lines(file: File) -> Iterator[str]:
    """Yield the lines of a file with their ends; the encoding is judged by the first megabyte."""
    with file.open() as stream:
        head = stream.read(1_000_000)
    encoding = _encoding(head[: head.rfind(b"\n") + 1] or head)
    with file.open() as stream, io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text:
        while line := text.readline(MOST_LINE):
            if len(line) >= MOST_LINE:
                raise Unreadable(f"has a line of more than {MOST_LINE:,} characters")
            yield line
