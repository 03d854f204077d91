"""Quotations with the attribution to their right, and those that stand for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.extraction.clauses import Item, Lexicon, Unit
from analysis.extraction.contents import Statement
from analysis.extraction.speakers import Source, nya, speaker_after, subject_before

_FEWEST_WORDS = 4  # of a quotation that counts as a statement without an attribution


def attributed(unit: Unit, words: Lexicon) -> list[Statement]:
    """Return the quotations to whose right an attribution stands, and those that it serves as well."""
    items = unit.items
    found: list[Statement] = []
    for at, item in enumerate(items):
        if item.kind != "quotation" or item.quotation is None or at in unit.used:
            continue
        attribution = _attribution_after(items, at, words)
        if attribution is not None:
            source, cue, used = attribution
            unit.used.update(range(at, used))
            found.append(
                Statement(item.quotation.start, item.quotation.end, "direct", source, cue, 0.95, source is None)
            )
            earlier = at - 1
            while earlier >= 0 and items[earlier].kind == "quotation" and earlier not in unit.used:
                unit.used.add(earlier)
                mark = items[earlier].quotation
                if mark is not None:
                    found.append(Statement(mark.start, mark.end, "direct", source, cue, 0.9))
                earlier -= 1
        elif found and _resumed(items, at, unit, words):
            unit.used.add(at)
            found.append(replace(found[-1], start=item.quotation.start, end=item.quotation.end))
    return found


def _resumed(items: Sequence[Item], at: int, unit: Unit, words: Lexicon) -> bool:
    """Tell whether a quotation goes on behind its own attribution: '"…," kata X, "…"'."""
    begin = max(unit.used) + 1
    between = items[begin:at]
    if any(words.cue(items, n) for n in range(begin, at)):
        return False
    return (bool(between) and between[-1].kind == "mark") or not between


def _attribution_after(
    items: Sequence[Item], at: int, words: Lexicon
) -> tuple[Source | None, tuple[int, int] | None, int] | None:
    """Return source, cue and the place behind the attribution that follows a quotation."""
    mark = items[at].quotation
    place = at + 1
    while place < len(items) and (
        items[place].kind == "bracket" or (items[place].kind == "mark" and items[place].low in ",.-–—")
    ):
        place += 1
    if place >= len(items):
        return None
    here = items[place]
    if words.has("so", here) and place + 1 < len(items):
        if not _speaks(items, place + 1, words):
            source, behind = speaker_after(items, place + 1, words)
            return (source, (here.start, here.end), behind) if source else None
        place += 1
        here = items[place]
    cue = words.cue(items, place)
    span = (here.start, here.end)
    if cue is None:
        if here.capital and mark is not None and mark.final in ".?!" and items[place - 1].low != ",":
            return None  # a sentence of its own
        if here.low in words.sets["according"] and here.low not in ("berdasarkan", "bagi"):
            source, behind = speaker_after(items, place + 1, words)
            return (source, span, behind) if source else None
        begins = at == 0 or items[at - 1].kind in ("mark", "quotation")
        ended = mark is not None and (mark.final in ",.?!" or (begins and items[at + 1].low == ","))
        return _subject_after(items, at, place, words) if ended else None
    voice, _, size = cue
    behind = place + size
    if voice == "barenya":
        following = items[behind] if behind < len(items) else None
        if following is not None and following.type == "PER":
            return Source(following.start, following.end, (following,), following.name), span, behind + 1
        return nya(here), (here.start, here.end - 3), behind
    if voice == "bare":
        source, behind = speaker_after(items, behind, words)
        return source, span, behind
    if voice == "passive":
        if here.low in words.sets["channel"]:
            return None
        source, behind = speaker_after(items, behind, words)
        return source, span, behind
    if voice == "active" and here.low not in words.sets["channel"]:
        return None, span, behind
    return None


def _speaks(items: Sequence[Item], place: int, words: Lexicon) -> bool:
    return words.cue(items, place) is not None or items[place].low in words.sets["according"]


def _subject_after(
    items: Sequence[Item], at: int, place: int, words: Lexicon
) -> tuple[Source | None, tuple[int, int] | None, int] | None:
    """'"…," Trump mengatakan kepada wartawan.'"""
    for verb in range(place + 1, min(place + 9, len(items))):
        cue = words.cue(items, verb)
        if cue is not None and cue[0] == "active":
            following = items[verb + 1] if verb + 1 < len(items) else None
            if following is not None and (following.kind == "quotation" or words.has("that", following)):
                return None
            source = subject_before(items, verb, at + 1, words)
            return (source, (items[verb].start, items[verb].end), verb + 1) if source else None
        if items[verb].kind in ("mark", "quotation") or words.verbal(items[verb]):
            return None
    return None


def unattributed(unit: Unit, statements: Sequence[Statement], text: str, words: Lexicon) -> list[Statement]:
    """Return quotations that are sentences of their own, though no reporting verb introduces them."""
    if unit.headline:
        return []
    found = []
    items = unit.items
    for at, item in enumerate(items):
        mark = item.quotation
        if mark is None or at in unit.used or any(s.start <= mark.start < s.end for s in statements):
            continue
        content = text[mark.start : mark.end]
        long = len(content.split()) >= _FEWEST_WORDS
        alone = all(other.kind in ("quotation", "mark", "bracket") for other in items)
        colon = at > 0 and items[at - 1].low == ":"
        sentence = content.rstrip()[-1:] in ".,!?" and (at == 0 or items[at - 1].kind in ("mark", "quotation"))
        if not long or not (alone or colon or sentence):
            continue
        source = subject_before(items, at - 1, 0, words) if colon else None
        unit.used.add(at)
        found.append(
            Statement(mark.start, mark.end, "direct", source, None, 0.8 if alone or source else 0.6, source is None)
        )
    return found
