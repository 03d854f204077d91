"""Models: which folder is used, what it holds, and the Stanza pipeline made from it."""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.errors import SimakError

if TYPE_CHECKING:
    import stanza

MODELS = Path(__file__).parent / "models"
LANGUAGE = "id"
USED = ("tokenize", "mwt", "pos", "lemma", "ner")


def models_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of Stanza models in use.

    Parameters
    ----------
    folder
        A Stanza resource folder. None means the folder that the environment variable
        ``SIMAK_MODELS`` names, else the one that Simak ships.

    Raises
    ------
    SimakError
        When the folder has no readable ``resources.json`` with Indonesian models.
    """
    chosen = Path(folder or os.environ.get("SIMAK_MODELS") or MODELS)
    _resources(chosen)
    return chosen


def models_table(folder: str | Path | None = None) -> pd.DataFrame:
    """Return what a folder of models holds, one row a file.

    Returns
    -------
    DataFrame
        ``processor``, ``package`` (str), ``file`` (str, relative), ``megabytes`` (float),
        ``state`` (str): 'ok', 'missing' or 'damaged' (its checksum is not the recorded one);
        ``version``, ``licence``, ``figures`` (str): as the folder states them, else empty.
        Figures are F1 in percent, as ``figures.json`` of the folder keeps them.

    Raises
    ------
    SimakError
        When the folder is no Stanza resource folder.

    Examples
    --------
    >>> "tokenize" in set(models_table()["processor"])
    True
    """
    chosen = models_folder(folder)
    measured = _figures(chosen)
    rows = []
    for processor, package, entry in _packages(_resources(chosen)):
        file = chosen / LANGUAGE / processor / f"{package}.pt"
        rows.append(
            {
                "processor": processor,
                "package": package,
                "file": str(file.relative_to(chosen)),
                "megabytes": round(file.stat().st_size / 1e6, 2) if file.exists() else 0.0,
                "state": _state(file, entry.get("md5")),
                "version": str(entry.get("version", "")),
                "licence": str(entry.get("license", "")),
                "figures": measured.get(processor, ""),
            }
        )
    return pd.DataFrame(rows)


def fingerprint(folder: Path) -> str:
    """Return a hash that changes when a model of the folder changes, or how sentences are parted."""
    digest = hashlib.sha256()
    for name in ("sentences.py", "glued.py", "layers.py", "abbreviations.yml", "glued.yml"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    for row in models_table(folder).itertuples():
        digest.update(f"{row.processor}/{row.package}/".encode())
        digest.update(_checksum(folder / row.file).encode() if row.state != "missing" else b"missing")
    return digest.hexdigest()[:16]


def require_whole(folder: Path) -> pd.DataFrame:
    """Return `models_table`; a `SimakError` names the first file that is damaged, or missing from the shipped ones."""
    table = models_table(folder)
    shipped = folder.resolve() == MODELS.resolve()
    for row in table[(table["state"] == "missing") & shipped | (table["state"] == "damaged")].itertuples():
        raise SimakError(f"The model file '{folder / row.file}' is {row.state}; install Simak again or restore it.")
    return table


@lru_cache(maxsize=2)
def pipeline(folder: Path) -> stanza.Pipeline:
    """Return the Stanza pipeline of a folder; it loads once and needs no network.

    Raises
    ------
    SimakError
        When a model is missing or damaged; the message names the file.
    """
    table = require_whole(folder)
    held = set(table.loc[table["state"] == "ok", "processor"])
    with _nothing_collected():
        import stanza

        _spare_the_compiler()
        try:
            return stanza.Pipeline(
                LANGUAGE,
                dir=str(folder),
                processors=",".join(name for name in USED if name in held),
                package=None if folder.resolve() == MODELS.resolve() else "default",
                download_method=None,
                use_gpu=False,
                verbose=False,
            )
        except Exception as error:
            raise SimakError(f"The models in '{folder}' do not load: {error}") from error


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep Python from looking for garbage among what is made to stay: a tenth of the time to load."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _spare_the_compiler() -> None:
    """Keep torch from importing its compiler, seconds of work, for optimizers that Stanza makes and never uses."""
    from torch.optim import Optimizer

    for method in (Optimizer.__init__, Optimizer.add_param_group):
        plain = getattr(method, "__wrapped__", method)
        plain.__dict__.setdefault("__dynamo_disable", plain)  # where torch itself keeps the answer


def _resources(folder: Path) -> dict[str, Any]:
    file = folder / "resources.json"
    try:
        return json.loads(file.read_text("utf-8"))[LANGUAGE]
    except OSError as error:
        raise SimakError(f"'{folder}' is no folder of Stanza models: 'resources.json' cannot be read.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SimakError(f"'{file}' is damaged or lists no Indonesian models.") from error


def _packages(resources: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (processor, package, what is recorded of it) of everything that the folder lists."""
    return [
        (processor, package, entry)
        for processor, packages in sorted(resources.items())
        if isinstance(packages, dict) and processor not in ("packages", "default_processors", "default_dependencies")
        for package, entry in sorted(packages.items())
        if isinstance(entry, dict)
    ]


def _figures(folder: Path) -> dict[str, str]:
    """Return the figures of each processor in one line, where the folder keeps some."""
    try:
        kept = json.loads((folder / "figures.json").read_text("utf-8"))
        return {name: "; ".join(f"{what} {value}" for what, value in found.items()) for name, found in kept.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _state(file: Path, recorded: str | None) -> str:
    if not file.exists():
        return "missing"
    return "ok" if recorded in (None, _checksum(file)) else "damaged"


def _checksum(file: Path) -> str:
    status = file.stat()
    return _checksum_at(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _checksum_at(file: Path, _modified: int, _size: int) -> str:
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
