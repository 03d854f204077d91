"""The one kind of error that Simak raises for what a user can mend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SimakError(Exception):
    """Something the user gave cannot be used; the message says what, where and what is allowed.

    The command line prints the message as one sentence and exits with status 2; it never shows
    a traceback for it.

    Attributes
    ----------
    words
        The key of the message in `templates/words.yml` and what is filled in, where `analysis.words.told` can say it
        in another language than English.
    """

    words: tuple[str, dict[str, Any]] | None = None


def refuse_unknown(argument: str, value: str, allowed: Sequence[str]) -> None:
    """Raise an error that names the argument, its value and what is allowed, where the value is none of these."""
    if value not in allowed:
        raise SimakError(f"{argument}='{value}' is not known; allowed are {', '.join(allowed)}.")
