"""The words that name a source: to the left of a verb, to the right of 'kata'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from analysis.extraction.clauses import Item, Lexicon, Mention, look

_LOOSE = frozenset(("dan", "yang", "oleh", "menurut", "bagi", "sementara", "adapun"))  # at the ends of a phrase
_BREAKS = frozenset((*",;:—–-.!?", "--"))
_MOST_TITLES = 3  # before a person whom a role introduces: "kata kepala dinas, Brigjen TNI Ann"
_MOST_ASIDES = 6  # asides between commas that may part a subject from its verb


@dataclass(frozen=True, slots=True)
class Source:
    """The words that name a source, before they are resolved."""

    start: int
    end: int
    items: tuple[Item, ...] = ()
    name: Mention | None = None  # the name that the words are, or that they describe

    @property
    def pronoun(self) -> bool:
        """Tell whether the words are one pronoun or -nya."""
        return self.name is None and len(self.items) <= 1


def nya(item: Item) -> Source:
    """Return -nya at the end of a word as a source."""
    return Source(item.end - 3, item.end)


def subject_before(items: Sequence[Item], cue: int, low: int, words: Lexicon) -> Source | None:
    """Return the subject of a verb: the noun phrase or name to its left.

    Adverbs, brackets and asides between commas are passed over; where a whole clause stands before
    a comma ("Blinken makan malam di Beijing, menegaskan …") its own subject goes on to the verb.

    Parameters
    ----------
    items
        Items of the unit.
    cue
        Where the verb stands.
    low
        Where the clause may begin at the earliest.
    words
        The lexicon.
    """
    at = cue
    for _ in range(_MOST_ASIDES):
        while at > low and (items[at - 1].kind == "bracket" or words.has("adverbs", items[at - 1])):
            at -= 1 + (items[at - 1].low == "kali" and look(items, at - 2).low == "beberapa")
        if look(items, at - 1).type == "ORG" and look(items, at - 2).low in words.sets["channel"]:
            at -= 2 + (look(items, at - 3).low in words.sets["as_said"])  # "Ann seperti dilansir AP menyatakan"
        comma = at > low and items[at - 1].low in (",", "—", "–", "-", "--")
        at -= comma
        start = at
        while start > low and items[start - 1].low not in _BREAKS:
            start -= 1
        start = _listed(items, start, low, words)
        if start >= at:
            return None
        found = _subject_in(items[start:at], words, clause=comma)
        if found is not None:
            return _with_apposition(items, start, found, low, words)
        if not comma and not words.has("asides", items[start]):
            return None
        at = start
    return None


def _listed(items: Sequence[Item], start: int, low: int, words: Lexicon) -> int:
    """Return where a list of names begins whose last member stands at ``start``: 'Inggris, Prancis, dan Kanada'."""
    if not words.has("joining", look(items, start)) or look(items, start + 1).kind != "name":
        return start
    first = start
    while first - 2 >= low and items[first - 1].low == "," and items[first - 2].kind == "name":
        first -= 2
    while first > low and first < start and items[first - 1].low not in _BREAKS:
        first -= 1
    return first


def _subject_in(segment: Sequence[Item], words: Lexicon, clause: bool) -> Source | None:
    """Return the subject at the end of a segment, or of the clause that the segment is."""
    ends = [n for n in range(1, len(segment)) if segment[n].capital and words.has("definite", segment[n - 1])]
    segment = segment[ends[-1] :] if ends and not clause else segment  # "usai pertemuan tersebut Presiden Ann"
    first = 0
    related = len(segment)
    if clause and words.has("asides", segment[0]) and not any(words.verbal(item) for item in segment):
        return None
    for place, item in enumerate(segment):  # a connective begins the verb's own clause
        if item.low == "yang":
            related = place
        if words.has("connectives", item) and place + 1 < len(segment) and not _joins(segment, place, words):
            strong = item.low in words.sets["subordinate"] or not (clause or place > related)
            if strong and not (clause and any(words.verbal(later) for later in segment[place + 1 :])):
                first = place + 1
    segment = segment[first:]
    while segment and (words.has("adverbs", segment[0]) or words.has("connectives", segment[0])):
        segment = segment[1:]
    head = list(takewhile(lambda item: item.low != "yang", segment))
    if not head:
        return None
    longer = len(head) < len(segment) or (len(head) > 2 and head[1].low.startswith("ter"))
    if words.has("people", head[0]) and longer and segment[-1].low in ("itu", "tersebut"):
        return Source(head[0].start, segment[-1].end, (head[0], segment[-1]))  # "orang terkaya di dunia itu"
    verb = next((n for n, item in enumerate(head) if n and words.verbal(item)), None)
    if verb is not None and not clause and len(head) == len(segment):
        after = _phrase_at_end(segment, words)
        return after if (after and after.name is None) or verb == 1 else _phrase(head[:verb], words) or after
    if words.has("asides", head[0]):
        return None if clause else _phrase_at_end(segment, words)
    return _phrase(head[:verb], words)


def _joins(segment: Sequence[Item], place: int, words: Lexicon) -> bool:
    """Tell whether 'dan' or 'serta' joins two names or two people, as in 'Israel dan Hamas'."""

    def speaks(item: Item) -> bool:
        return item.kind == "name" or words.has("people", item)

    before, after = look(segment, place - 1), look(segment, place + 1)
    if before.kind == after.kind == "word" and before.capital and after.capital:
        return True  # "Menteri Kelautan dan Perikanan"
    return (
        segment[place].low in ("dan", "serta", "atau")
        and place > 0
        and not any(words.verbal(item) for item in segment[:place])
        and (speaks(segment[place - 1]) or speaks(segment[0]))
        and speaks(look(segment, place + 1))
    )


def _phrase_at_end(segment: Sequence[Item], words: Lexicon) -> Source | None:
    """Return the noun phrase that ends a segment which begins with something else."""

    def breaks(item: Item) -> bool:
        if item.kind == "name":
            return False
        return (
            item.kind != "word"
            or any(words.has(group, item) for group in ("asides", "connectives"))
            or words.verbal(item)
        )

    start = len(segment)
    while start and not breaks(segment[start - 1]):
        start -= 1
    while segment[-1].name and any(item.low.isdigit() for item in segment[start : start + 2]):
        start += 1  # "pada April 2025 Boeing mengatakan"
    return _phrase(segment[start:], words)


def _phrase(phrase: Sequence[Item], words: Lexicon) -> Source | None:
    """Return a noun phrase as a source, or None where its head cannot speak."""
    phrase = _trimmed(phrase, words)
    aside = next((n for n, item in enumerate(phrase) if n and words.has("occasion", item)), None)
    phrase = _trimmed(phrase[:aside], words)
    if not phrase:
        return None
    head = phrase[0]
    names = [item for item in phrase if item.name]
    whole = Source(phrase[0].start, phrase[-1].end, tuple(phrase))
    if words.has("pronouns", head):
        return Source(head.start, head.end, (head,)) if len(phrase) <= 2 else None
    if head.name is not None:
        if any(words.has("joining", item) for item in phrase) and len(names) > 1:
            return whole
        return Source(head.start, head.end, (head,), head.name) if head.type != "EVT" else None
    if head.low in ("sebuah", "suatu", "hasil") and len(phrase) > 1:
        head = phrase[1]  # "hasil survei"
    if any(item.low == "persen" for item in phrase[1:3]) and head.low[0].isdigit():
        return whole  # "56 persen warga"
    if words.abstract(head) and not words.has("article", head):
        return None
    issuer = words.has("documents", head) or words.has("collectives", head)  # "surat kabar resmi Korut Rodong Sinmun"
    ends = issuer and [item.type for item in phrase[-2:]] == ["LOC", "ORG"]
    named = phrase[-1] if ends else _person(phrase, head, names, words)
    if named is not None:
        roles = tuple(phrase[: phrase.index(named)])
        return Source(named.start, named.end, (*roles, named), named.name)
    told = phrase[:-1] if len(phrase) > 2 and phrase[-1].low == "ini" else phrase  # "Doktor Ilmu Politik UI ini"
    unknown = all(item.capital and not words.has("clause_marks", item) for item in told)  # a name the tagger missed
    pointed = len(phrase) > 1 and phrase[-1].low in ("itu", "tersebut")  # "pentolan grup band itu"
    return whole if words.speaks(head) or unknown or pointed else None


def _person(phrase: Sequence[Item], head: Item, names: list[Item], words: Lexicon) -> Item | None:
    """Return the person in whom a phrase of roles ends, as in 'Menteri Keuangan AS Scott Bessent'."""
    if words.has("relatives", head):
        return None
    person = next((item for item in names if item.type == "PER"), None)
    if person is None:
        return None
    before = phrase[phrase.index(person) - 1]
    if words.has("relatives", before) or (words.has("servants", before) and " " not in person.low):
        return None  # "pejabat pemerintahan Trump", "juru bicara Trump"
    return person


def _trimmed(phrase: Sequence[Item], words: Lexicon) -> list[Item]:
    def loose(item: Item) -> bool:
        return item.kind == "mark" or words.has("adverbs", item) or item.low in _LOOSE

    kept = [item for item in phrase if item.kind != "bracket"]
    while kept and loose(kept[-1]):
        kept.pop()
    while kept and (loose(kept[0]) or words.has("definite", kept[0])):
        kept.pop(0)
    return kept


def _with_apposition(items: Sequence[Item], start: int, found: Source, low: int, words: Lexicon) -> Source:
    """Prefer the person before an apposition: 'Jen Daskal, penasihat di Gedung Putih, mengatakan'."""
    if found.name is not None or found.pronoun or start - 2 < low or items[start - 1].low != ",":
        return found
    before = items[start - 2]
    heads = before.type == "PER" or (before.type == "ORG" and start == 2)  # "Hamas, sekutu Iran, mengonfirmasi"
    if heads and not any(w.low in ("itu", "tersebut") for w in found.items):
        return Source(before.start, before.end, (*found.items, before), before.name)
    return found


def speaker_after(items: Sequence[Item], at: int, words: Lexicon) -> tuple[Source | None, int]:
    """Return the source to the right of 'kata', 'menurut' or a passive, and where it ends.

    Parameters
    ----------
    items
        Items of the unit.
    at
        The place behind the reporting words.
    words
        The lexicon.
    """
    while (words.has("adverbs", look(items, at)) or look(items, at).low == "oleh") and not items[at].capital:
        at += 1
    end = at
    while end < len(items) and not _ends(items, end, at, words):
        end += 1
    found = _phrase(items[at:end], words)
    if found is not None and found.name is None and not found.pronoun:
        after = end
        while look(items, after).kind == "bracket":
            after += 1
        comma = after
        while after < end + _MOST_TITLES and look(items, after + 1).capital and items[after + 1].kind == "word":
            after += 1  # ", Brigjen Ann"
        named = look(items, after + 1)
        several = any(words.has("plural", item) for item in found.items)
        document = words.has("documents", found.items[0])
        if look(items, comma).low == "," and named.type == ("ORG" if document else "PER") and not several:
            roles = () if document else found.items
            return Source(named.start, named.end, (*roles, named), named.name), after + 2
    return found, end


def _ends(items: Sequence[Item], at: int, start: int, words: Lexicon) -> bool:
    """Tell whether a noun phrase that began at ``start`` ends before ``at``."""
    item, before, after = items[at], look(items, at - 1), look(items, at + 1)
    initial = item.low == "." and len(before.low) == 1 and before.capital and after.kind == "name"  # "M. Ann"
    glued = item.low in ("-", "/", ".") and after.start == item.end and before.end == item.start
    if item.kind in ("mark", "quotation"):
        return not (initial or glued)
    if at == start:
        return item.kind != "name" and any(words.has(group, item) for group in ("asides", "connectives"))
    if item.kind == "bracket":
        role = words.has("people", items[start]) and after.type == "ORG"  # "Ketua Fraksi PKS (…) DPR RI, Ann"
        return after.kind not in ("name", "word", "end") or (before.kind == "name" and after.type != "PER" and not role)
    if item.kind == "name":
        return before.type == "PER"
    named = any(i.type == "PER" for i in items[start:at])
    if item.low in ("di", "untuk", "dari") and after.kind == "name":
        return named or not words.speaks(items[start])
    if before.kind == "name" and item.low not in ("dan", "itu", "tersebut", "ini") and named:
        return True
    if words.has("pronouns", items[start]):
        return True
    if words.has("joining", item):
        return not _joins(items[start : at + 2], at - start, words)
    return words.has("asides", item) or words.has("connectives", item) or words.verbal(item)
