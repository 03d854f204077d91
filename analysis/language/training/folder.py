"""The form of a Stanza resource folder."""

import hashlib
import json
from pathlib import Path

NAME = "simak"
VERSION = "1.6"
LICENCE = "CC BY-SA 4.0"
PROCESSORS = ("pretrain", "tokenize", "mwt", "pos", "lemma", "ner")


def place(folder: Path, processor: str) -> Path:
    """Where the model of `processor` lies in a resource folder; its folder is made."""
    path = folder / "id" / processor / f"{NAME}.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def figures(folder: Path) -> Path:
    """The file in which a resource folder keeps what was measured of its models."""
    return folder / "figures.json"


def describe(folder: Path) -> None:
    """Write ``resources.json``, by which Stanza finds the models that lie in `folder`."""
    there = [p for p in PROCESSORS if (folder / "id" / p / f"{NAME}.pt").exists()]
    packages = dict.fromkeys(there, NAME)
    resources = {
        "id": {
            "lang_name": "Indonesian",
            **{p: {NAME: entry(folder, p)} for p in there},
            "packages": {"default": packages, NAME: packages},
            "default_processors": {p: NAME for p in there if p != "pretrain"},
        }
    }
    (folder / "resources.json").write_text(json.dumps(resources, indent=2) + "\n")


def entry(folder: Path, processor: str) -> dict:
    """What ``resources.json`` says of one model."""
    digest = hashlib.md5(place(folder, processor).read_bytes(), usedforsecurity=False).hexdigest()
    said: dict = {"md5": digest, "version": VERSION, "license": LICENCE}
    if processor in {"pos", "ner"}:
        said["dependencies"] = [{"model": "pretrain", "package": NAME}]
    return said
