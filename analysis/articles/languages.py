"""Whether a text is Indonesian."""

from __future__ import annotations

import re
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from analysis.knowledge.schema import Language

ENOUGH_WORDS = 30  # below that only a text without one Indonesian word, and surely in another language, is set aside
LEAST_COMMON = 0.08  # Indonesian news has 0.15 to 0.35 of its words among the commonest
SURE = 0.9
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def language(text: str, marks: Language) -> str:
    """Return the ISO 639-1 code of the language of a text, "id" where nothing speaks against Indonesian.

    The share of the commonest words of Indonesian decides, so that short pieces full of foreign names
    stay; Malay, which shares them, is told by words that only one of the two languages uses. Only texts
    without those words are put to a statistical identifier (py3langid; Lui & Baldwin 2012).

    Parameters
    ----------
    text
        Text of an article.
    marks
        The section ``language`` of ``boilerplate.yml``.

    Examples
    --------
    >>> from analysis.knowledge import Knowledge
    >>> marks = Knowledge().boilerplate.language
    >>> language("Menlu AS tiba di Beijing.", marks)
    'id'
    >>> language("Perdana Menteri berkata syarikat itu rugi kerana wang ringgit jatuh lima peratus bahawa ia", marks)
    'ms'
    """
    words = [word.lower() for word in _WORD.findall(text[:6000])]
    common, indonesian, malay = _sets(tuple(marks.common), tuple(marks.indonesian), tuple(marks.malay))
    shared = sum(word in common for word in words)
    if shared and (len(words) < ENOUGH_WORDS or shared / len(words) >= LEAST_COMMON):
        ours, theirs = len(indonesian.intersection(words)), len(malay.intersection(words))
        return "ms" if theirs > 1 and theirs > ours else "id"
    code, probability = _identifier().classify(text[:3000])
    if code in ("id", "ms") or (len(words) < ENOUGH_WORDS and probability < SURE):
        return "id"
    return str(code)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=8)
def _sets(*lists: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(words) for words in lists)
