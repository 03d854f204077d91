"""The report notebooks and their parameters: declared with types in one cell, checked before anything runs."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

from pydantic import Field, TypeAdapter, ValidationError

from analysis.errors import SimakError

Name = Annotated[str, Field(max_length=4096, pattern=r"^[^\x00\r\n]*$")]
Day = Literal[""] | date
Period = Literal["day", "week", "month", "quarter", "year"]
Window = Literal["sentence", "paragraph", "article", "quote"]
Language = Literal["en", "id"]
Concept = Literal["issue_target", "issue", "target"]
Each = Literal["", "outlet", "month", "place", "codebook"]
MentionTypes = list[Literal["PER", "ORG", "LOC", "EVT"]]

# The type as a notebook's parameters cell writes it → what is allowed, and how to say so.
TYPES: dict[str, tuple[Any, str]] = {
    "str": (Name, "a text of one line"),
    "int": (Annotated[int, Field(ge=0, le=1_000_000)], "a whole number from 0 to 1,000,000"),
    "float": (Annotated[float, Field(allow_inf_nan=False)], "a number"),
    "bool": (bool, "true or false"),
    "list[str]": (list[Name], "texts with commas between them"),
    "Day": (Day, "a day such as 2024-04-26"),
    "Period": (Period, "day, week, month, quarter or year"),
    "Window": (Window, "sentence, paragraph, article or quote"),
    "MentionTypes": (MentionTypes, "PER, ORG, LOC or EVT, with commas between them"),
    "Language": (Language, "en or id"),
    "Concept": (Concept, "issue_target, issue or target"),
    "Each": (Each, "outlet, month, place or codebook"),
}
REPORTS = ("corpus", "topic_prevalence", "actor_cooccurrence", "quotes")
COMPARISON = "comparison"
SETTLED = ("source", "frames", "evidence")


@dataclass(frozen=True)
class Parameter:
    """A parameter that a notebook declares: name, type, default as written, what it means."""

    name: str
    type: str
    default: str
    help: str


def notebook(name: str) -> Path:
    """Return the notebook of that name, beside the package or inside it.

    Examples
    --------
    >>> notebook("quotes").name
    'quotes.ipynb'
    """
    package = Path(__file__).parent
    folder = next(f for f in (package / "notebooks", package.parent / "notebooks") if f.is_dir())
    return folder / f"{name}.ipynb"


def notebooks() -> dict[str, Path]:
    """Return the report notebooks by name, in the order of the index; the comparison of two corpora stands apart.

    Examples
    --------
    >>> "topic_prevalence" in notebooks()
    True
    """
    return {name: notebook(name) for name in REPORTS}


@cache
def parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares in the cell tagged ``parameters``.

    Examples
    --------
    >>> parameters(notebooks()["topic_prevalence"])["seed"].type
    'int'
    """
    logging.getLogger("papermill").setLevel(logging.ERROR)
    from papermill import inspect_notebook

    found = inspect_notebook(str(notebook))
    return {n: Parameter(n, p["inferred_type_name"].strip("\"' "), p["default"], p["help"]) for n, p in found.items()}


def settled(given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return parameters given as words, each checked against its declared type.

    Parameters
    ----------
    given
        Pairs of name and value, as typed.

    Raises
    ------
    SimakError
        When no notebook declares the name, or the value is not of its type.

    Examples
    --------
    >>> settled([("seed", "7"), ("outlets", "Kompas, Tempo")])
    {'seed': 7, 'outlets': ['Kompas', 'Tempo']}
    """
    declared = {n: p for path in notebooks().values() for n, p in parameters(path).items() if n not in SETTLED}
    values: dict[str, Any] = {}
    for name, text in given:
        if name not in declared:
            raise SimakError(f"No report has a parameter '{name}'; allowed are {', '.join(sorted(declared))}.")
        kind, meaning = TYPES[declared[name].type]
        parts = [part.strip() for part in text.split(",") if part.strip()] if get_origin(kind) is list else text
        try:
            value = TypeAdapter(kind).validate_python(parts)
        except ValidationError as error:
            raise SimakError(f"The parameter '{name}' must be {meaning}; it is '{text}'.") from error
        values[name] = value.isoformat() if isinstance(value, date) else value
    return values
