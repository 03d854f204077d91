"""The measured accuracy of the extraction, as a file that a report can quote.

``simak evaluate --save`` and ``simak validate --score`` write it. It names the models and the knowledge that were
measured, so that a report made with others can say that its figures are not theirs. Two such files are shipped:
``apart.json``, on articles that were annotated apart from the making of the rules, and ``seeds.json``, on the seeds,
on which the rules were written. ``make accuracy`` writes them anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.errors import SimakError
from analysis.storage import written

SHIPPED = {name: Path(__file__).parent / f"{name}.json" for name in ("apart", "seeds")}
MEASURED = ("models", "knowledge")


class Figure(BaseModel):
    """One figure in per cent of 0 to 100, with its 95 % interval; what else was counted stands beside it."""

    model_config = ConfigDict(extra="allow")

    p: float | None = None
    r: float | None = None
    f1: float | None = None
    accuracy: float | None = None
    interval: tuple[float, float] | None = None

    @property
    def value(self) -> float | None:
        """The number to quote: F1, else accuracy, else recall."""
        return next((value for value in (self.f1, self.accuracy, self.r) if value is not None), None)


class IssueCounts(BaseModel):
    """How often a code was given rightly (tp), wrongly (fp), missed (fn) and rightly withheld (tn); may be weighted."""

    issue: str
    tp: float
    fp: float
    fn: float
    tn: float


class Accuracy(BaseModel):
    """Figures of Simak against hand coding.

    Attributes
    ----------
    name
        Name of the hand coding; ``apart`` and ``seeds`` are the shipped ones.
    command
        The command that measured: ``simak evaluate`` or ``simak validate``.
    unit, units
        What was coded (``article`` or ``paragraph``), and how many.
    made_with
        Fingerprints of what was measured: ``models``, ``knowledge``; also ``simak``, its version.
    figures
        Name of the figure, as `analysis.validation.scores` has it, to its values.
    issues
        Counts for each code, from which prevalence can be corrected.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    command: str
    unit: str = "article"
    units: int
    made_with: dict[str, str]
    figures: dict[str, Figure]
    issues: list[IssueCounts] = []

    def differing(self, made_with: dict[str, str]) -> list[str]:
        """Return what of ``models`` and ``knowledge`` is not what was measured.

        Examples
        --------
        >>> seeds = read(SHIPPED["seeds"])
        >>> seeds.differing({**seeds.made_with, "models": "another"})
        ['models']
        """
        return [key for key in MEASURED if self.made_with.get(key) != made_with.get(key)]

    def counts(self) -> pd.DataFrame:
        """Return the counts of each code: ``issue`` (str) and ``tp, fp, fn, tn`` (float64)."""
        columns = list(IssueCounts.model_fields)
        return pd.DataFrame([code.model_dump() for code in self.issues], columns=columns).astype(
            dict.fromkeys(columns[1:], "float64")
        )


def write(measured: Accuracy, path: str | Path) -> Path:
    """Write the file whole or not at all, and return its path.

    Raises
    ------
    SimakError
        When it cannot be written.
    """
    return written(path, measured.model_dump_json(indent=1, exclude_none=True) + "\n")


def read(path: str | Path) -> Accuracy:
    """Return the accuracy that a file holds.

    Raises
    ------
    SimakError
        When the file cannot be read or is none that Simak wrote.

    Examples
    --------
    >>> read(SHIPPED["seeds"]).units
    5
    """
    try:
        return Accuracy.model_validate_json(Path(path).read_bytes())
    except OSError as error:
        raise SimakError(f"The accuracy file '{path}' cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first: Any = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "its first line"
        raise SimakError(
            f"'{path}' is no file of `simak evaluate --save` or `simak validate --score`: {first['msg']} at {where}."
        ) from error
