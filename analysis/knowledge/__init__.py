"""Knowledge of the language and the subject: YAML that an analyst can read and edit.

Every file here is a mapping. An analyst's own folder may hold files of the same names, which
overlay the shipped ones key by key: mappings merge, anything else replaces, and ``null`` removes.
A key that ends with ``+`` adds to a list: ``patterns+: [tarif impor]``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from analysis.errors import SimakError
from analysis.knowledge import schema

SHIPPED = Path(__file__).parent
SECTIONS: dict[str, type[BaseModel]] = {
    model.__name__.lower(): model
    for model in (schema.Actors, schema.Boilerplate, schema.Codebook, schema.Columns, schema.Corrections,
                  schema.Countries, schema.Dates, schema.Outlets, schema.Roles, schema.Stopwords, schema.Tone,
                  schema.Verbs)
}  # fmt: skip
MOST_BYTES = 5_000_000
MOST_DEPTH = 20


@dataclass(frozen=True)
class Knowledge:
    """The shipped knowledge with an analyst's own laid over it; sections load at first use.

    Parameters
    ----------
    folder
        Folder with an analyst's own YAML, or None.
    codebook_file
        A codebook that replaces the shipped one, or None.

    Raises
    ------
    SimakError
        When a file is no readable YAML or breaks its schema; the message names file and line.

    Examples
    --------
    >>> "fentanyl" in Knowledge().codebook.root
    True
    """

    folder: str | Path | None = None
    codebook_file: str | Path | None = None

    def __post_init__(self) -> None:
        if self.folder is None:
            return
        if not Path(self.folder).is_dir():
            raise SimakError(f"The knowledge folder '{self.folder}' is not a folder.")
        unknown = sorted(p.name for p in Path(self.folder).glob("*.y*ml") if p.stem not in SECTIONS)
        if unknown:
            allowed = ", ".join(f"{name}.yml" for name in SECTIONS)
            raise SimakError(f"'{unknown[0]}' in '{self.folder}' is no knowledge file; allowed are {allowed}.")

    def files(self, section: str) -> tuple[Path, ...]:
        """Return the files that make up a section, the analyst's own last."""
        if section == "codebook" and self.codebook_file is not None:
            return (Path(self.codebook_file),)
        own = Path(self.folder) / f"{section}.yml" if self.folder else None
        return (SHIPPED / f"{section}.yml",) + ((own,) if own and own.exists() else ())

    def own(self) -> dict[Path, list[str]]:
        """Return the analyst's own files, and the keys that each sets, replaces or removes."""
        files = sorted({file for section in SECTIONS for file in self.files(section) if file.parent != SHIPPED})
        return {file: sorted(map(str, _mapping(file, _bytes(file)))) for file in files}

    def fingerprint(self, *sections: str) -> str:
        """Return a hash over the files of the sections (of all, when none is named)."""
        digest = hashlib.sha256()
        for section in sections or SECTIONS:
            for file in self.files(section):
                digest.update(section.encode() + b"\0" + _bytes(file) + b"\0")
        return digest.hexdigest()[:16]

    def __getattr__(self, section: str) -> Any:
        if section not in SECTIONS:
            raise AttributeError(section)
        files = self.files(section)
        return _loaded(section, files, tuple(_bytes(file) for file in files))


@lru_cache(maxsize=32)
def _loaded(section: str, files: tuple[Path, ...], contents: tuple[bytes, ...]) -> BaseModel:
    merged: dict[str, Any] = {}
    for file, content in zip(files, contents, strict=True):
        layer = _mapping(file, content)
        merged = _overlaid(merged, layer)
        try:
            loaded = SECTIONS[section].model_validate(merged)
        except ValidationError as error:
            raise SimakError(_complaint(file, content, error)) from error
    return loaded


def _bytes(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SimakError(f"'{file}' cannot be read: {error.strerror}.") from error
    if len(content) > MOST_BYTES:
        raise SimakError(f"'{file}' has {len(content):,} bytes; at most {MOST_BYTES:,} are read.")
    return content


def _mapping(file: Path, content: bytes) -> dict[str, Any]:
    """Return a YAML mapping; aliases and deep nesting are refused, since they can explode."""
    try:
        depth = 0
        for event in yaml.parse(content, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise SimakError(f"'{file}' line {event.start_mark.line + 1}: aliases (*) are not allowed.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_DEPTH:
                raise SimakError(f"'{file}' line {event.start_mark.line + 1}: nested deeper than {MOST_DEPTH}.")
        data = yaml.load(content, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise SimakError(f"'{file}'{where} is not valid YAML: {getattr(error, 'problem', error)}.") from error
    if not isinstance(data, dict):
        raise SimakError(f"'{file}' must be a mapping of keys to values.")
    return data


def _overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        held = merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            merged[key] = _overlaid(held if isinstance(held, dict) else {}, value)
        elif isinstance(value, list) and str(key).endswith("+"):
            merged[key[:-1]] = [*merged.get(key[:-1], []), *value]
        else:
            merged[key] = value
    return merged


def _complaint(file: Path, content: bytes, error: ValidationError) -> str:
    """Return one sentence, on a line of its own, for each mistake."""
    root = yaml.compose(content, Loader=yaml.CSafeLoader)
    lines = []
    for mistake in error.errors():
        path = ".".join(str(part) for part in mistake["loc"])
        value = json.dumps(mistake.get("input"), ensure_ascii=False, default=str)
        message = str(mistake["msg"]).removeprefix("Value error, ")
        lines.append(f"'{file}' line {_line(root, mistake['loc'])}, {path}: {message}; it is {value[:80]}.")
    return "\n".join(lines)


def _line(node: yaml.Node, path: tuple[Any, ...]) -> int:
    """Return the line of the deepest node on the path that the file itself holds."""
    line = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if str(k.value).removesuffix("+") == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
