"""Quotations with the attribution to their right, and those that stand for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.extraction.clauses import Item, Lexicon, Unit, look
from analysis.extraction.contents import Statement, past_that
from analysis.extraction.speakers import Source, nya, speaker_after, subject_before

_FEWEST_WORDS = 4  # of a quotation that counts as a statement without an attribution
_FURTHEST_VERB = 9  # items between a quotation and the verb of "…," Trump mengatakan

_Attribution = tuple[Source | None, tuple[int, int], int]  # source, cue and the place behind them


def attributed(unit: Unit, text: str, words: Lexicon) -> list[Statement]:
    """Return the quotations to whose right an attribution stands, and those that go on behind it.

    One that begins in lower case ends the sentence before it: 'Mereka "ditarik sementara," kata Ann.'
    """
    items = unit.items
    found: list[Statement] = []
    for at, item in enumerate(items):
        if item.quotation is None:
            continue
        attribution = _attribution_after(items, at, words)
        if attribution is not None:
            source, cue, behind = attribution
            start, end = item.quotation.start, item.quotation.end
            begin = max((n + 1 for n in range(at) if items[n].low in (".", "!", "?") or n in unit.used), default=0)
            told = any(words.cue(items, n) or words.has("according", items[n]) for n in range(begin, at))
            part = text[start].islower() and at - begin > 1 and items[at - 1].kind in ("word", "name") and not told
            unit.used.update(range(begin if part else at, behind))
            kind, start = ("mixed", items[begin].start) if part else ("direct", start)
            found.append(Statement(start, end, kind, source, cue, 0.95, source is None))
        elif found:
            between = range(max(unit.used) + 1, at)  # '"…," kata X, "…"'
            resumed = not between or items[at - 1].kind == "mark"
            if resumed and not any(words.cue(items, n) for n in between):
                unit.used.add(at)
                found.append(replace(found[-1], start=item.quotation.start, end=item.quotation.end))
    return found


def _attribution_after(items: Sequence[Item], at: int, words: Lexicon) -> _Attribution | None:
    """Return the attribution that follows a quotation."""
    final = items[at].quotation.final if items[at].quotation else ""
    place = at + 1
    while look(items, place).kind == "bracket" or look(items, place).low in (",", ".", "-", "–", "—"):
        place += 1
    here = look(items, place)
    if words.has("so", here):
        if words.cue(items, place + 1) is None:
            return _named(items, place, 1, words)
        place += 1
        here = look(items, place)
    cue = words.cue(items, place)
    if cue is None:
        begins = look(items, at - 1).kind in ("mark", "quotation", "end")
        ended = final in (",", ".", "?", "!") or (begins and look(items, at + 1).low == ",")
        return _subject_after(items, at, place, words) if ended else None
    voice, _, size = cue
    if voice == "barenya":
        return nya(here), (here.start, here.end - 3), place + size
    if voice in ("bare", "passive"):
        return _named(items, place, size, words, must=False)
    ended = final in (",", ".", "?", "!") or place > at + 1  # not '"Negeri Paman Sam" mengutuk …'
    ended = ended and past_that(items[: place + 8], place, words) is None  # nor '…, penulis "Ann", mengatakan bahwa …'
    return (None, (here.start, here.end), place + size) if voice == "active" and ended else None


def _named(items: Sequence[Item], cue: int, size: int, words: Lexicon, must: bool = True) -> _Attribution | None:
    """Return the attribution whose source stands to the right of its cue."""
    source, behind = speaker_after(items, cue + size, words)
    return (source, (items[cue].start, items[cue].end), behind) if source or not must else None


def _subject_after(items: Sequence[Item], at: int, place: int, words: Lexicon) -> _Attribution | None:
    """'"…," Trump mengatakan kepada wartawan.'"""
    for verb in range(place + 1, min(place + _FURTHEST_VERB, len(items))):
        cue = words.cue(items, verb)
        if cue is not None and cue[0] == "active":
            source = subject_before(items, verb, at + 1, words)
            return (source, (items[verb].start, items[verb].end), verb + 1) if source else None
        if items[verb].kind in ("mark", "quotation") or words.verbal(items[verb]):
            return None
    return None


def unattributed(unit: Unit, statements: Sequence[Statement], text: str, words: Lexicon) -> list[Statement]:
    """Return quotations that are sentences of their own, though no reporting verb introduces them."""
    found: list[Statement] = []
    items = unit.items
    alone = all(item.kind in ("quotation", "mark", "bracket") for item in items)
    for at, item in enumerate(items):
        mark = item.quotation
        if unit.headline or mark is None or at in unit.used or any(s.start <= mark.start < s.end for s in statements):
            continue
        content = text[mark.start : mark.end].rstrip()
        before = look(items, at - 1)
        sentence = content[-1:] in (",", ".", "!", "?") and before.kind in ("mark", "quotation", "end")
        if len(content.split()) < _FEWEST_WORDS or not (alone or before.low == ":" or sentence):
            continue
        source = subject_before(items, at - 1, 0, words) if before.low == ":" else None
        unit.used.add(at)
        sure = 0.8 if alone or source else 0.6
        found.append(Statement(mark.start, mark.end, "direct", source, None, sure, source is None))
    return found
