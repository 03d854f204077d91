"""What reports and widgets say, in two languages: the words of `templates/words.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from analysis.errors import SimakError, refuse_unknown

LANGUAGES = ("en", "id")
TEMPLATES = Path(__file__).parent / "templates"


@lru_cache
def words(language: str) -> dict[str, str]:
    """Return the words of reports in a language.

    Raises
    ------
    SimakError
        When there are no reports in that language.

    Examples
    --------
    >>> words("id")["contents"]
    'Isi'
    """
    refuse_unknown("language", language, LANGUAGES)
    both = yaml.safe_load((TEMPLATES / "words.yml").read_text("utf-8"))
    return {key: value[language] for key, value in both.items()}


def said(language: str, key: str, **values: Any) -> str:
    """Return the words of that key in a language; whole numbers, as it writes them, and names are filled in.

    Examples
    --------
    >>> said("en", "articles_n", n=1), said("id", "articles_n", n=1200)
    ('1 article', '1.200 artikel')
    """
    written = {k: as_written(v, 0, language) if isinstance(v, int) else v for k, v in values.items()}
    known, one = words(language), f"{key}_one"
    return known[one if values.get("n") == 1 and one in known else key].format(**written)


def fault(key: str, **values: Any) -> SimakError:
    """Return an error whose message is the words of that key.

    Examples
    --------
    >>> fault("fault_word", pattern="?")
    SimakError("pattern='?' holds no word.")
    """
    error = SimakError(said("en", key, **values))
    error.words = key, values
    return error


def told(language: str, error: SimakError) -> str:
    """Return the message of an error in a language, or in English where it has no words of its own.

    Examples
    --------
    >>> told("id", fault("fault_word", pattern="?"))
    "pattern='?' tidak memuat kata."
    """
    if error.words is None:
        return str(error)
    key, values = error.words
    return said(language, key, **{k: told(language, v) if isinstance(v, SimakError) else v for k, v in values.items()})


def as_written(value: float, places: int, language: str) -> str:
    """Return a number as a language writes it.

    Examples
    --------
    >>> as_written(22286, 0, "en"), as_written(-0.5, 1, "id")
    ('22,286', '−0,5')
    """
    text = f"{value:,.{places}f}".replace("-", "−")
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))
