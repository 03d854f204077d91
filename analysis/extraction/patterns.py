"""Finding patterns in many short texts at once.

All words of all texts are numbered once; a pattern then costs time in proportion to its hits, so
that a codebook of a thousand patterns runs over a thousand articles in about a second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from analysis.knowledge.patterns import WORD, Pattern, Term

Positions = np.ndarray


class Words:
    """The words of many texts, numbered through.

    Parameters
    ----------
    texts
        The texts; no pattern reaches from one into the next.
    lemmas
        For each text a mapping from the offset of a word in it to the word's dictionary form, or None
        where patterns with ``<lemma>`` shall find nothing.

    Attributes
    ----------
    text, start, end
        Integer arrays, one entry a word: number of the text, offsets in it.

    Examples
    --------
    >>> from analysis.knowledge.patterns import parsed
    >>> words = Words(["Perang dagang AS-China.", "Dagang itu perang."])
    >>> first, last = words.found(parsed("perang dagang"))
    >>> words.text[first].tolist(), words.start[first].tolist(), words.end[last].tolist()
    ([0], [0], [13])
    """

    def __init__(self, texts: Sequence[str], lemmas: Sequence[dict[int, str]] | None = None) -> None:
        rows, starts, ends, numbers, lemma_numbers = [], [], [], [], []
        vocabulary: dict[str, int] = {}
        dictionary: dict[str, int] = {"": 0}
        for row, text in enumerate(texts):
            lemma_at = lemmas[row] if lemmas is not None else {}
            for match in WORD.finditer(text):
                rows.append(row)
                starts.append(match.start())
                ends.append(match.end())
                numbers.append(vocabulary.setdefault(match.group(), len(vocabulary)))
                if lemma_at:
                    lemma_numbers.append(dictionary.setdefault(lemma_at.get(match.start(), ""), len(dictionary)))
                elif lemmas is not None:
                    lemma_numbers.append(0)
        self.text, self.start, self.end = (np.array(values, dtype=np.int64) for values in (rows, starts, ends))
        self._forms = _Postings(numbers, len(vocabulary))
        self._lemmas = _Postings(lemma_numbers, len(dictionary))
        self._dictionary = dictionary
        self._exact = vocabulary
        self._lower: dict[str, list[int]] = {}
        for word, number in vocabulary.items():
            self._lower.setdefault(word.lower(), []).append(number)
        self._sorted = sorted(self._lower)
        self._backwards = sorted(word[::-1] for word in self._lower)
        self._known: dict[Term, Positions] = {}

    def found(self, pattern: Pattern) -> tuple[Positions, Positions]:
        """Return the first and last word of every hit, in order."""
        first = self._phrase(pattern.phrase)
        last = first + len(pattern.phrase) - 1
        if not pattern.other:
            return first, last
        other = self._phrase(pattern.other)
        return self._near(first, last, other, other + len(pattern.other) - 1, pattern.gap)

    def _phrase(self, terms: tuple[Term, ...]) -> Positions:
        first = self._where(terms[0])
        for step, term in enumerate(terms[1:], start=1):
            first = first[np.isin(first + step, self._where(term), assume_unique=True)]
        last = first + len(terms) - 1
        return first[self.text[first] == self.text[last]] if len(first) else first

    def _near(
        self, first: Positions, last: Positions, other: Positions, other_last: Positions, gap: int
    ) -> tuple[Positions, Positions]:
        if not len(first) or not len(other):
            return first[:0], first[:0]
        after = np.searchsorted(other, last, side="right")
        before = np.searchsorted(other_last, first, side="left") - 1
        spans = []
        for place, ahead in ((after, True), (before, False)):
            there = np.clip(place, 0, len(other) - 1)
            space = other[there] - last - 1 if ahead else first - other_last[there] - 1
            good = (place == there) & (space >= 0) & (space <= gap) & (self.text[other[there]] == self.text[first])
            spans.append((first, other_last[there]) if ahead else (other[there], last))
            spans[-1] = (spans[-1][0][good], spans[-1][1][good])
        begin, finish = (np.concatenate(parts) for parts in zip(*spans, strict=True))
        order = np.lexsort((finish, begin))
        return begin[order], finish[order]

    def _where(self, term: Term) -> Positions:
        if term not in self._known:
            self._known[term] = self._positions(term)
        return self._known[term]

    def _positions(self, term: Term) -> Positions:
        if term.lemma:
            return self._lemmas.of([self._dictionary[term.word]] if term.word in self._dictionary else [])
        if not (term.open_left or term.open_right):
            numbers = [self._exact[term.word]] if term.exact and term.word in self._exact else []
            return self._forms.of(numbers if term.exact else self._lower.get(term.word, []))
        word = term.word.lower()
        if term.open_left and term.open_right:
            forms = [form for form in self._sorted if word in form]
        elif term.open_right:
            forms = _beginning_with(self._sorted, word)
        else:
            forms = [form[::-1] for form in _beginning_with(self._backwards, word[::-1])]
        numbers = [number for form in forms for number in self._lower[form]]
        if term.exact:
            spelling = {number: form for form, number in self._exact.items()} if numbers else {}
            numbers = [number for number in numbers if term.word in spelling[number]]
        return self._forms.of(numbers)


class _Postings:
    """Where each number stands in a sequence."""

    def __init__(self, numbers: Sequence[int], size: int) -> None:
        values = np.array(numbers, dtype=np.int64)
        self._order = np.argsort(values, kind="stable")
        self._bounds = np.searchsorted(values[self._order], np.arange(size + 1))

    def of(self, numbers: Sequence[int]) -> Positions:
        parts = [self._order[self._bounds[number] : self._bounds[number + 1]] for number in numbers]
        return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def _beginning_with(ordered: list[str], beginning: str) -> list[str]:
    return ordered[bisect_left(ordered, beginning) : bisect_left(ordered, beginning + chr(0x10FFFF))]
