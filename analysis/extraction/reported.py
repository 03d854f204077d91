"""Reported speech: what a sentence gives as said by somebody without quoting it whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.extraction.clauses import Lexicon, Unit, look
from analysis.extraction.contents import (
    Range,
    Statement,
    around,
    content_after,
    content_end,
    fitted,
    has_verb,
    kind_of,
    past_that,
)
from analysis.extraction.speakers import Source, nya, speaker_after, subject_before
from analysis.knowledge.schema import Cue

HEARSAY = 0.4  # confidence of "disebut mampu …" and "Bagi Ann, …", which count of the last speaker alone
_FURTHEST_POINTER = 5  # items between "Hal itu" and "diungkapkan"
LONGEST = 1_000  # items of a sentence; a longer one is a table or worse, and reading it would take for ever


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
    if len(unit.items) > LONGEST:
        return []
    reading = _Reading(unit, words, [(s.cue[0], s.source) for s in direct if s.cue and s.source], [])
    back: list[Statement] = []
    for at in range(len(unit.items)):
        if at not in unit.used:
            new = reading.at(at)
            if new is not None:
                reading.found.append(new)
            elif previous is not None:
                back += _pointing_back(unit, at, previous, words)
    if unit.headline:
        reading.found += _headline(unit, words)
    return back + [_statement(unit, one, words) for one in _unnested(reading.found)]


def _statement(unit: Unit, found: _Found, words: Lexicon) -> Statement:
    content = unit.items[found.first : found.last]
    start, end, kind = content[0].start, content[-1].end, kind_of(content)
    following = look(content, 1)
    aside = words.has("asides", following) and following.low != "untuk"
    if content[0].quotation and (aside or following.kind == "end"):
        start, end, kind = content[0].quotation.start, content[0].quotation.end, "direct"
    cue = unit.items[found.cue : found.cue + found.cue_size]
    span = (cue[0].start, found.cue_end or cue[-1].end) if cue else None
    return Statement(start, end, kind, found.source, span, found.sure, found.source is None and span is not None)


def _unnested(found: list[_Found]) -> list[_Found]:
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


@dataclass
class _Reading:
    """A unit as far as it has been read: ``given`` are sources of quotations with their cues' places."""

    unit: Unit
    words: Lexicon
    given: list[tuple[int, Source]]
    found: list[_Found]

    def at(self, at: int) -> _Found | None:
        """Return the statement whose reporting words stand at a place."""
        items, words, headline = self.unit.items, self.words, self.unit.headline
        cue = words.cue(items, at, headline)
        if cue is None:
            item = items[at]
            if (
                item.low in words.sets["so"]
                and look(items, at - 1).low == ","
                and words.has("documents", look(items, at + 1))
            ):
                source, behind = speaker_after(items, at + 1, words)  # "…, demikian laporan AP"
                return self._around(at, behind, source)
            according = item.kind == "word" and item.low.removesuffix("nya") in words.sets["according"]
            return self._according(at) if according else None
        voice, verb, size = cue
        closes = look(items, at - 1).low == "," and speaker_after(items, at + 1, words)[1] >= len(items)
        if voice in ("active", "headline") or (headline and voice == "bare" and not closes):
            return self._active(at, size, verb)
        if voice == "activenya":
            return self._called(at, verb)
        if voice == "passive":
            return self._passive(at)
        if voice == "passivenya" and (said := self._said_of(at)):
            return said
        return self._postposed(at, voice)

    def _active(self, at: int, size: int, verb: Cue) -> _Found | None:
        items, words = self.unit.items, self.words
        if self._unsaid(at):
            return None
        low = max((f.last for f in self.found if f.last <= at), default=0)
        low = min(low, max((f.cue + 1 for f in self.found if f.cue < at), default=0))
        source, own = self._subject(at, low, verb)
        opens = all(words.has("connectives", item) or words.has("adverbs", item) for item in items[:at])
        if source is None and (self.unit.headline or not opens or verb.source == "document"):
            return None  # "Dan menambahkan bahwa …" goes on with the last speaker
        span = content_after(self.unit, at + size, verb, words)
        if span is None:
            return self._closing(at, size, source)
        that = items[span[0] - 1].low in words.sets["that"]
        clause = that or verb.takes == "request" or has_verb(items[slice(*span)], words)
        if self._topic(span, clause, verb):
            return None
        if look(items, at - 1).low == "yang":  # a relative clause defines more often than it reports
            clause = clause and verb.takes != "request"  # not "serangan, yang mendorong Iran untuk …"
            document = any(words.has("documents", item) for item in (source.items[:1] if source else ()))
            quoted = source is not None and any(
                i.end <= source.start and words.reports(i) for i in items[max(0, at - 8) : at]
            )
            tells = that or verb.source == "document" or document or quoted or (clause and items[at - 2].low == ",")
            if not (own and tells):
                return None
        sure = 0.9 if that else 0.8 if clause else 0.65
        return _Found(at, size, *span, source, sure - (0 if own else 0.1), own, clause)

    def _closing(self, at: int, size: int, source: Source | None) -> _Found | None:
        """'…, Reuters melaporkan.'"""
        items = self.unit.items
        first = next((n for n in range(at) if source and items[n].start == source.start), 0)
        ends = look(items, at + size).low in (".", "") and look(items, first - 1).low == ","
        span = around(self.unit, first, at + size, self.words) if ends else None
        return _Found(at, size, *span, source, 0.8) if span else None

    def _topic(self, span: Range, clause: bool, verb: Cue) -> bool:
        """Tell whether a noun phrase tells what is spoken of, and not what is said."""
        judged = verb.implies in ("accuses", "criticises", "praises", "denies", "demands")
        first, second, last = (look(self.unit.items, at) for at in (span[0], span[0] + 1, span[1] - 1))
        spoken_of = self.words.has("topics", first) and (not clause or second.low == ",")  # "menyampaikan pidatonya, …"
        spoken_of = spoken_of and look(self.unit.items, span[0] - 1).low not in (",", ":")
        named = any(item.low == "sebagai" for item in self.unit.items[slice(*span)])  # "menyebut klaim itu sebagai …"
        third = look(self.unit.items, span[0] + 2)
        aside = not clause or self.words.has("asides", third) or self.words.has("spells", third)
        pointing = first.low in self.words.verbs.speech and self.words.has("definite", second) and aside and not named
        pointing = pointing or (
            first.low in self.words.verbs.speech and second.low == "yang" and verb.implies == "says"
        )
        return not judged and (spoken_of or pointing or (not clause and last.low == "tersebut"))

    def _subject(self, at: int, low: int, verb: Cue) -> tuple[Source | None, bool]:
        """Return the subject of an active form, and whether it has one of its own."""
        items, words = self.unit.items, self.words
        place = at - 1
        while words.has("adverbs", look(items, place)) and items[place].low not in ("sambil", "dengan"):
            place -= 1
        before = look(items, place)
        shared = words.has("shared", before)
        if before.low == "yang":
            source = subject_before(items, place - (look(items, place - 1).low == ","), low, words)
        else:
            source = None if shared else subject_before(items, at, low, words)
        own = source is not None
        told = [*self.given, *((items[f.cue].start, f.source) for f in self.found if f.source)]
        earlier = [source for begin, source in sorted(told, key=lambda pair: pair[0]) if begin < items[at].start]
        if source is None and (shared or before.low == ","):
            verbs = [n for n in range(1, at) if words.verbal(items[n])]
            asked = verbs[:-6:-1] if before.low == "dengan" else verbs[:1] or [0]  # "menggertak dengan mengatakan …"
            own_of = (subject_before(items, verb, 0, words) for verb in asked)
            source = earlier[-1] if earlier else next(filter(None, own_of), None)
        elif source is not None and earlier and before.low == "," and source.end < items[place].start:
            source, own = earlier[-1], False
        if source is None:
            return None, False
        document = any(words.has("documents", item) for item in source.items[:3])
        wrong = document if verb.source == "person" else verb.source == "document" and not document
        return (None, False) if wrong else (source, own)

    def _unsaid(self, at: int) -> bool:
        place = at - 1
        while self.words.has("adverbs", look(self.unit.items, place)):
            place -= 1
        return self.words.has("unsaid", look(self.unit.items, place))

    def _called(self, at: int, verb: Cue) -> _Found | None:
        """'menyebutnya sebagai …': the pronoun is the object."""
        items, words = self.unit.items, self.words
        following = look(items, at + 1)
        called = following.low == "sebagai"
        if not (called or following.kind == "quotation" or words.verbal(following)):
            return None
        source, own = self._subject(at, 0, verb)
        span = fitted(items, at + 1 + called, content_end(self.unit, at + 2, words), False, words)
        return _Found(at, 1, *span, source, 0.75, own, False, items[at].end - 3) if source and span else None

    def _said_of(self, at: int) -> _Found | None:
        """'Indonesia disebutnya baru bisa membiayai 16 persen.'"""
        items, words = self.unit.items, self.words
        before, called = look(items, at - 1), look(items, at + 1).low == "sebagai"
        first = at + 1 + called
        said = called or words.verbal(look(items, first)) or words.has("adverbs", look(items, first))
        if before.kind in ("mark", "end", "quotation") or not said or words.has("that", look(items, first)):
            return None
        span = fitted(items, first, content_end(self.unit, first, words), False, words)
        return _Found(at, 1, *span, nya(items[at]), 0.7, True, False, items[at].end - 3) if span else None

    def _postposed(self, at: int, voice: str) -> _Found | None:
        """'…, kata X', 'Poros itu, kata X, …', 'Kata X, …', '…, katanya', 'Diakuinya, …'."""
        items, words = self.unit.items, self.words
        first = all(words.has("connectives", item) for item in items[:at])  # "Namun kata Ann, …"
        if not first and items[at - 1].low != "," and items[at - 1].kind not in ("bracket", "quotation"):
            return None
        if voice != "bare":
            return self._around(at, at + 1, nya(items[at]), items[at].end - 3)
        source, behind = speaker_after(items, at + 1, words)
        return self._around(at, behind, source) if not first or look(items, behind).low == "," else None

    def _around(
        self, at: int, behind: int, source: Source | None, cue_end: int | None = None, sure: float = 0.85
    ) -> _Found | None:
        span = around(self.unit, at, behind, self.words)
        return _Found(at, 1, *span, source, sure, True, True, cue_end) if span and source else None

    def _according(self, at: int) -> _Found | None:
        items, words = self.unit.items, self.words
        if items[at].low.endswith("nya"):
            return self._around(at, at + 1, nya(items[at]), items[at].end - 3)
        source, behind = speaker_after(items, at + 1, words)
        if source is None:
            return None
        if items[at].low == "bagi":  # not "bagi warga", "berguna bagi Ann"
            view = at == 0 and look(items, behind).low == "," and (source.pronoun or source.items[0].type == "PER")
            return self._around(at, behind, source, sure=HEARSAY) if view else None
        named = words.has("documents", look(source.items, 0)) and any(item.kind == "name" for item in source.items)
        if items[at].low == "berdasarkan" and not named:
            return None
        if look(items, behind).low == "yang":  # "menurut laporan yang dirilis PBB, …"
            end = next((n for n in range(behind, len(items)) if items[n].low in (",", ".")), len(items))
            source, behind = source if source.name else self._maker(behind, end) or source, end
        return self._around(at, behind, source)

    def _maker(self, first: int, last: int) -> Source | None:
        """Return who made what a statement is according to: a name, or 'militer Israel'."""
        items, words = self.unit.items, self.words
        for place in range(first, last):
            item, before = items[place], items[place - 1]
            if item.type in ("ORG", "PER"):
                return Source(item.start, item.end, (item,), item.name)
            if item.type == "LOC" and words.has("collectives", before):
                return Source(before.start, item.end, (before, item))
        return None

    def _passive(self, at: int) -> _Found | None:
        """'disebut oleh X sebagai …', 'Dikatakan X bahwa …', 'dituduh melakukan …'."""
        items, words, low = self.unit.items, self.words, self.unit.items[at].low
        if self._unsaid(at):
            return None
        agent, behind = speaker_after(items, at + 1, words)
        if agent is None:
            behind = at + 1
            while words.has("adverbs", look(items, behind)):
                behind += 1
        relative = look(items, at - 1).low == "yang"
        opens = all(words.has("connectives", item) or item.low == "yang" for item in items[:at])
        if agent and opens and look(items, behind).low == ",":
            return self._around(at, behind, agent)  # "Seperti ditulis Ann, …", "Dijelaskan Ann, …"
        first = self._passive_start(at, behind, agent is not None, relative)
        often = look(items, at - 1).low in ("kerap", "sering", "selalu")  # "kerap diminta untuk …"
        if first is None or (agent is None and (often or low not in words.sets["no_agent"])):
            return None
        last = content_end(self.unit, first, words)
        if relative and agent is None:
            last = next((n for n in range(first, last) if words.has("copula", items[n])), last)
        span = fitted(items, first, last, False, words)
        if span is None:
            return None
        hearsay = low.startswith("disebut") and items[first - 1].low not in words.sets["that"]
        return _Found(at, 1, *span, agent, 0.75 if agent else HEARSAY if hearsay else 0.5, False)

    def _passive_start(self, at: int, behind: int, agent: bool, relative: bool) -> int | None:
        """Return where the content of a passive begins, whose agent, if any, ends before ``behind``."""
        items, words = self.unit.items, self.words
        low, here = items[at].low, look(items, behind)
        that = past_that(items, behind, words)
        asks = words.has("purpose", here)
        if that and (agent or that - behind <= 8) and words.active(items, behind, that) is None:
            return that
        if agent and relative and words.has("copula", here):  # "yang disoroti AS adalah soal …"
            return behind + 1 + words.has("about", look(items, behind + 1))
        if agent:
            asked_for = here.low == "untuk" and low in words.sets["asked_for"] and not relative
            says = here.low in ("sebagai", "agar", "supaya") or asked_for
            called = not relative and low in words.sets["said_of_things"] and words.verbal(here)
            return behind + says if says or called else None
        if relative and (low not in words.sets["said_of_things"] or look(items, at - 2).low == "apa"):
            return None  # "apa yang disebut sebagai", "warga yang diminta"
        accused = words.verbal(here) or asks or items[behind - 1].low == "lain"
        return behind + asks if accused else None


def _pointing_back(unit: Unit, at: int, previous: Unit, words: Lexicon) -> list[Statement]:
    """'Hal itu diungkapkan X', 'Demikian disampaikan X': the sentence before is what X said."""
    items = unit.items
    cue = words.cue(items, at)
    begin = max((n + 1 for n in range(at) if items[n].low == ","), default=0)  # behind "Dilansir AFP, Kamis (28/5), "
    pointer = at - begin <= _FURTHEST_POINTER and words.has("pointers", items[begin])
    told = cue[0] == "passive" if cue else items[at].low == "menurut"
    if not pointer or not told:
        return []
    agent, _ = speaker_after(items, at + 1, words)
    span = fitted(previous.items, 0, len(previous.items), True, words)
    if agent is None or span is None:
        return []
    content = previous.items[slice(*span)]
    cue_span = items[at].start, items[at].end
    return [Statement(content[0].start, content[-1].end, kind_of(content), agent, cue_span, 0.75)]


def _headline(unit: Unit, words: Lexicon) -> list[_Found]:
    """'AS Tolak Tawaran Putin, Trump: Selesaikan Dulu Perang'."""
    items = unit.items
    at = next((n for n in range(1, len(items) - 1) if items[n].low == ":"), None)
    if at is None:
        return []
    start = max((n + 1 for n in range(at) if items[n].low in (",", ";", "!", "?")), default=0)
    source = subject_before(items, at, start, words)
    span = fitted(items, at + 1, len(items), False, words)
    names = all(i.kind == "name" or words.has("people", i) or words.has("collectives", i) for i in items[start:at])
    if source is None or source.pronoun or span is None or not names:
        return []  # "Profil Ann: …" names a topic
    return [_Found(at, 0, *span, source, 0.7)]
