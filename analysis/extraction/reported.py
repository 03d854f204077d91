"""Reported speech: what a sentence gives as said by somebody without quoting it whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.extraction.clauses import Item, Lexicon, Unit
from analysis.extraction.contents import (
    Statement,
    around,
    content_after,
    content_end,
    fitted,
    has_verb,
    past_that,
)
from analysis.extraction.speakers import Source, nya, speaker_after, subject_before
from analysis.knowledge.schema import Cue

HEARSAY = 0.4  # confidence of "disebut mampu …" and "Bagi Ann, …", which count of the last speaker alone

_Given = tuple[int, Source]  # where a cue stands, and the source that it has


@dataclass(frozen=True, slots=True)
class _Found:
    """A statement as ranges of items."""

    cue: int
    cue_size: int
    first: int
    last: int
    source: Source | None
    sure: float
    own_subject: bool = True
    clause: bool = True
    cue_end: int | None = None


def reported(unit: Unit, previous: Unit | None, direct: Sequence[Statement], words: Lexicon) -> list[Statement]:
    """Return the statements that a unit reports, apart from quotations already attributed.

    Parameters
    ----------
    unit
        The sentence; items in ``unit.used`` are left alone.
    previous
        The sentence before it, when that holds no statement: what "Demikian disampaikan …" means.
    direct
        Statements of the unit already found; "seraya menambahkan" goes on with their source.
    words
        The lexicon.
    """
    found: list[_Found] = []
    back: list[Statement] = []
    given = [(s.cue[0], s.source) for s in direct if s.cue and s.source]
    for at in range(len(unit.items)):
        cue = None if at in unit.used else words.cue(unit.items, at, unit.headline)
        if cue is not None:
            voice, verb, size = cue
            if voice in ("active", "headline") or (
                unit.headline and voice == "bare" and not _closes(unit.items, at, words)
            ):
                new = _active(unit, at, size, verb, found, given, words)
            elif voice == "activenya":
                new = _called(unit, at, found, given, words)
            elif voice in ("bare", "barenya", "passivenya"):
                new = _postposed(unit, at, voice, words)
            else:
                new = _passive(unit, at, words)
                if new is None and previous is not None:
                    back += _pointing_back(unit, at, previous, words)
            if new is not None:
                found.append(new)
        elif (
            at not in unit.used
            and unit.items[at].kind == "word"
            and unit.items[at].low.removesuffix("nya") in words.sets["according"]
        ):
            new = _according(unit, at, words)
            if new is not None:
                found.append(new)
    if unit.headline:
        found += _headline(unit, words)
    return back + [_statement(unit, one, words) for one in _unnested(unit, found, words)]


def _statement(unit: Unit, found: _Found, words: Lexicon) -> Statement:
    content = unit.items[found.first : found.last]
    marks = [item for item in content if item.kind == "quotation" and item.quotation]
    start, end, kind = content[0].start, content[-1].end, "mixed" if marks else "indirect"
    aside = len(content) > 1 and words.has("asides", content[1]) and content[1].low != "untuk"
    if content[0].kind == "quotation" and marks[0].quotation and (len(content) == 1 or aside):
        start, end, kind = marks[0].quotation.start, marks[0].quotation.end, "direct"
    cue = unit.items[found.cue : found.cue + found.cue_size]
    span = (cue[0].start, found.cue_end or cue[-1].end) if cue else None
    return Statement(start, end, kind, found.source, span, found.sure, found.source is None and span is not None)


def _unnested(unit: Unit, found: list[_Found], words: Lexicon) -> list[_Found]:
    """Keep, of statements one inside the other, the innermost that has a full clause of content."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda f: (f.first, -f.last)):
        named = one.source is not None and not one.source.pronoun  # not 'dirinya telah memerintahkan'
        inner = named and one.own_subject and one.clause
        while inner and kept and kept[-1].last > one.first and one.cue >= kept[-1].first:
            kept.pop()
        if not kept or kept[-1].last <= one.first:
            kept.append(one)
    return kept


def _active(
    unit: Unit, at: int, size: int, verb: Cue, found: list[_Found], given: list[_Given], words: Lexicon
) -> _Found | None:
    items = unit.items
    if _unsaid(items, at, words):
        return None
    low = max((f.last for f in found if f.last <= at), default=0)
    low = min(low, max((f.cue + 1 for f in found if f.cue < at), default=0)) if found else 0
    source, own = _subject(unit, at, low, [*given, *_sources(found, items)], verb, words)
    opens = all(words.has("connectives", item) or words.has("adverbs", item) for item in items[:at])
    if source is None and (unit.headline or not opens):
        return None  # "Dan menambahkan bahwa …" goes on with the last speaker
    span = content_after(unit, at + size, verb, words)
    if span is None:
        return None
    that = items[span[0] - 1].low in words.sets["that"]
    clause = that or verb.takes == "request" or has_verb(items[span[0] : span[1]], words)
    if at and items[at - 1].low == "yang":  # a relative clause defines more often than it reports
        tells = that or verb.source == "document" or (clause and items[at - 2].low == ",")
        if not (own and tells):
            return None
    sure = 0.9 if that else 0.8 if clause else 0.65
    return _Found(at, size, *span, source, sure - (0 if own else 0.1), own, clause)


def _sources(found: list[_Found], items: Sequence[Item]) -> list[_Given]:
    return [(items[f.cue].start, f.source) for f in found if f.source is not None]


def _subject(
    unit: Unit, at: int, low: int, given: list[_Given], verb: Cue, words: Lexicon
) -> tuple[Source | None, bool]:
    """Return the subject of an active form, and whether it has one of its own."""
    items = unit.items
    place = at
    while place and (words.has("adverbs", items[place - 1]) and items[place - 1].low not in ("sambil", "dengan")):
        place -= 1
    before = items[place - 1] if place else None
    source = None
    shared = before is not None and words.has("shared", before)
    if before is not None and before.low == "yang":
        source = subject_before(items, place - 1 - (place > 1 and items[place - 2].low == ","), low, words)
        own = True
    elif not shared:
        source = subject_before(items, at, low, words)
        own = source is not None
    earlier = [source for place, source in sorted(given, key=lambda pair: pair[0]) if place < items[at].start]
    if source is None and (shared or (before is not None and before.low == ",")):
        own = False
        source = earlier[-1] if earlier else _first_subject(items, at, words)
    elif (
        source is not None
        and earlier
        and before is not None
        and before.low == ","
        and source.end < items[place - 1].start
    ):
        own, source = False, earlier[-1]
    if source is None:
        return None, False
    head = source.items[0] if source.items else None
    document = head is not None and any(words.has("documents", item) for item in source.items[:3])
    wrong = document if verb.source == "person" else verb.source == "document" and not document
    return (None, False) if wrong else (source, own)


def _first_subject(items: Sequence[Item], at: int, words: Lexicon) -> Source | None:
    """Return the subject with which a sentence begins."""
    for place in range(1, at):
        if words.verbal(items[place]):
            return subject_before(items, place, 0, words)
    return None


def _unsaid(items: Sequence[Item], at: int, words: Lexicon) -> bool:
    place = at
    while place and words.has("adverbs", items[place - 1]):
        place -= 1
    return bool(place) and (words.has("unsaid", items[place - 1]) or items[place - 1].low in ("dapat", "bisa"))


def _closes(items: Sequence[Item], at: int, words: Lexicon) -> bool:
    """Tell whether ', Kata X' ends a headline."""
    return at > 0 and items[at - 1].low == "," and speaker_after(items, at + 1, words)[1] >= len(items)


def _called(unit: Unit, at: int, found: list[_Found], given: list[_Given], words: Lexicon) -> _Found | None:
    """'menyebutnya sebagai …': the pronoun is the object."""
    items = unit.items
    told = at + 1 < len(items) and (items[at + 1].kind == "quotation" or words.verbal(items[at + 1]))
    if not told and (at + 1 == len(items) or items[at + 1].low != "sebagai"):
        return None
    verb = words.forms[items[at].low][1]
    if (at and items[at - 1].low == "yang") or verb.takes != "noun" or verb.implies == "admits":
        return None
    source, own = _subject(unit, at, 0, [*given, *_sources(found, items)], verb, words)
    span = fitted(
        items, at + 2 if items[at + 1].low == "sebagai" else at + 1, content_end(unit, at + 2, words), False, words
    )
    if source is None or span is None or _unsaid(items, at, words):
        return None
    return _Found(at, 1, *span, source, 0.75, own, False, items[at].end - 3)


def _postposed(unit: Unit, at: int, voice: str, words: Lexicon) -> _Found | None:
    """'…, kata X', 'Poros itu, kata X, …', 'Kata X, …'."""
    items = unit.items
    if at and items[at - 1].low != "," and items[at - 1].kind not in ("bracket", "quotation"):
        return None
    cue_end = None
    if voice != "bare":
        source, behind = nya(items[at]), at + 1
        cue_end = items[at].end - 3
    else:
        named, behind = speaker_after(items, at + 1, words)
        if named is None or (at == 0 and (behind >= len(items) or items[behind].low != ",")):
            return None
        source = named
    span = around(unit, at, behind, words)
    if span is None:
        return None
    return _Found(at, 1, *span, source, 0.85, True, True, cue_end)


def _according(unit: Unit, at: int, words: Lexicon) -> _Found | None:
    items = unit.items
    if items[at].low.endswith("nya"):
        source: Source | None = nya(items[at])
        behind, cue_end = at + 1, items[at].end - 3
    else:
        source, behind = speaker_after(items, at + 1, words)
        cue_end = None
    if source is None:
        return None
    view = items[at].low == "bagi"
    if view and (
        at or not (source.pronoun or source.items[0].type == "PER") or items[min(behind, len(items) - 1)].low != ","
    ):
        return None  # "bagi warga", "berguna bagi Ann"
    if items[at].low == "berdasarkan" and not (
        source.items and words.has("documents", source.items[0]) and any(i.kind == "name" for i in source.items)
    ):
        return None
    relative = next((n for n in range(behind, len(items)) if items[n].low == ","), None)
    if behind < len(items) and items[behind].low == "yang" and relative is not None:
        maker = next(
            (i for i in items[behind:relative] if i.kind == "name" and i.name and i.name.type in ("ORG", "PER")), None
        )
        if maker is not None and source.name is None:
            source = Source(maker.start, maker.end, (maker,), maker.name)
        behind = relative
    span = around(unit, at, behind, words)
    return _Found(at, 1, *span, source, HEARSAY if view else 0.85, True, True, cue_end) if span else None


def _passive(unit: Unit, at: int, words: Lexicon) -> _Found | None:
    """'disebut oleh X sebagai …', 'Dikatakan X bahwa …', 'dituduh melakukan …'."""
    items = unit.items
    low = items[at].low
    if _unsaid(items, at, words):
        return None
    if at + 1 >= len(items):
        return None
    agent, behind = speaker_after(items, at + 1, words)
    if agent is None:
        behind = at + 1
        while behind < len(items) and words.has("adverbs", items[behind]):
            behind += 1
    if behind >= len(items):
        return None
    relative = at > 0 and items[at - 1].low == "yang"
    first = _passive_start(items, at, behind, agent is not None, relative, words)
    if first is None or first >= len(items) or (agent is None and low not in words.sets["no_agent"]):
        return None
    last = content_end(unit, first, words)
    if relative and agent is None:
        last = next((n for n in range(first, last) if words.has("copula", items[n])), last)
    span = fitted(items, first, last, False, words)
    if span is None:
        return None
    if agent is None:
        agent = _in_document(items, at, words)
    hearsay = low.startswith("disebut") and items[first - 1].low not in words.sets["that"]
    return _Found(at, 1, *span, agent, 0.75 if agent else HEARSAY if hearsay else 0.5, False)


def _passive_start(
    items: Sequence[Item], at: int, behind: int, agent: bool, relative: bool, words: Lexicon
) -> int | None:
    """Return where the content of a passive begins, whose agent, if any, ends before ``behind``."""
    low, here = items[at].low, items[behind]
    that = past_that(items, behind, words)
    asks = words.has("purpose", here)
    if here.low in ("bahwa", "kalau") or (that and (agent or that - behind <= 8)):
        return that or behind + 1
    if agent and here.low in ("sebagai", "agar", "supaya"):
        return behind + 1
    if agent and not relative and low in words.sets["said_of_things"] and words.verbal(here):
        return behind
    if agent:
        copula = relative and words.has("copula", here) and behind + 1 < len(items)
        return behind + 1 + words.has("about", items[behind + 1]) if copula else None
    if relative and (low not in words.sets["said_of_things"] or (at >= 2 and items[at - 2].low == "apa")):
        return None  # "apa yang disebut sebagai", "warga yang diminta"
    accused = words.verbal(here) or asks or items[behind - 1].low == "lain"
    return behind + asks if accused else None


def _in_document(items: Sequence[Item], at: int, words: Lexicon) -> Source | None:
    """'Dalam laporan itu, Israel dituduh …': the report is the source."""
    if items[0].low not in ("dalam", "di", "pada") or at < 3 or not words.has("documents", items[1]):
        return None
    end = next((n for n in range(1, at) if items[n].low == ","), None)
    if end is None:
        return None
    return Source(items[1].start, items[end - 1].end, tuple(items[1:end]))


def _pointing_back(unit: Unit, at: int, previous: Unit, words: Lexicon) -> list[Statement]:
    """'Hal itu diungkapkan X', 'Demikian disampaikan X': the sentence before is what X said."""
    items = unit.items
    if at > 5 or not words.has("pointers", items[0]):
        return []
    if any(item.kind == "name" for item in items[:at]) or previous.headline or previous.paragraph < unit.paragraph - 1:
        return []
    agent, _ = speaker_after(items, at + 1, words)
    span = fitted(previous.items, 0, len(previous.items), True, words)
    if agent is None or span is None:
        return []
    content = previous.items[span[0] : span[1]]
    kind = "mixed" if any(item.kind == "quotation" for item in content) else "indirect"
    return [Statement(content[0].start, content[-1].end, kind, agent, (items[at].start, items[at].end), 0.75)]


def _headline(unit: Unit, words: Lexicon) -> list[_Found]:
    """'AS Tolak Tawaran Putin, Trump: Selesaikan Dulu Perang'."""
    items = unit.items
    for at in range(1, len(items) - 1):
        if items[at].low != ":":
            continue
        start = max((n + 1 for n in range(at) if items[n].kind == "mark" and items[n].low in ",;!?"), default=0)
        source = subject_before(items, at, start, words)
        span = fitted(items, at + 1, len(items), False, words)
        if source is None or source.pronoun or span is None:
            return []
        if not all(i.kind == "name" or words.has("people", i) or words.has("collectives", i) for i in items[start:at]):
            return []  # "Profil Ann: …" names a topic
        return [_Found(at, 0, *span, source, 0.7)]
    return []
