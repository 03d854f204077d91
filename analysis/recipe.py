"""How reports were made: the command, the commit, the name of what they speak of."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

OPTIONS = {"each": "--each", "versus": "--versus", "old": "--compare"}


def command(parameters: Mapping[str, Any]) -> str:
    """Return the command that makes the reports with these parameters.

    Examples
    --------
    >>> command({"source": "my news", "outlets": ["Kompas", "Tempo"], "since": ""})
    "simak report 'my news' --to DIR -p outlets Kompas,Tempo"
    """
    options = []
    for name, value in parameters.items():
        words = [str(part) for part in value] if isinstance(value, list) else [str(value)]
        if name in ("source", "frames", "evidence") or value in ("", [], None):
            continue
        if name in OPTIONS:
            options.append(f"{OPTIONS[name]} {shlex.join(words)}")
        else:
            options.append(f"-p {name} {shlex.quote(','.join(words))}")
    return " ".join(["simak report", shlex.quote(str(parameters["source"])), "--to DIR", *options])


@lru_cache
def commit() -> str:
    """Return the commit of this code, marked where files were changed since; a dash outside of a checkout."""
    home = Path(__file__).parents[1]
    if not (home / ".git").exists():
        return "–"
    asked = ["git", "-C", str(home), "describe", "--always", "--exclude=*", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, timeout=10).stdout.strip() or "–"
    except (OSError, subprocess.TimeoutExpired):
        return "–"


def titled(source: str) -> str:
    """Return the name of a file, folder or glob of articles, as a title.

    Examples
    --------
    >>> titled("news/2024.jsonl"), titled("my news/*.txt")
    ('2024', 'my news')
    """
    path = Path(source)
    return path.parent.name if "*" in path.name else path.stem
