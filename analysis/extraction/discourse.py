"""Whom a source means: names, pronouns, roles and the last speaker, read in the order of the article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from analysis.extraction.clauses import NOTHING, Item, Lexicon, Mention, Unit, look
from analysis.extraction.speakers import Source


@dataclass(frozen=True, slots=True)
class Speaker:
    """A source and the actor that it means."""

    source: Source | None
    actor_id: str | None
    sure: float
    plural: bool = False
    person: bool = False


@dataclass(slots=True)
class _Known:
    """Somebody met in the article: the words that described them, and where last."""

    actor_id: str
    roles: frozenset[str]
    around: frozenset[str]
    place: int
    person: bool


@dataclass
class Discourse:
    """What an article has said so far about who is who; it resolves sources in reading order.

    Parameters
    ----------
    words
        The lexicon.
    unnamed
        Function from a description and the names in it to the id of an unnamed source.
    holder
        Function from words to the actor who holds the office that they name.
    """

    words: Lexicon
    unnamed: Callable[[str, list[Mention]], str]
    holder: Callable[[Sequence[Item]], str | None]
    items: Sequence[Item] = ()  # of the unit that is read
    known: list[_Known] = field(default_factory=list)
    papers: dict[str, str] = field(default_factory=dict)  # whose "laporan", "pernyataan" the article speaks of
    last: Speaker | None = None
    focus: list[Speaker] = field(default_factory=list)  # who spoke, and whom sentences were about, in order

    def read(self, unit: Unit) -> None:
        """Take in the names of a unit with the roles that stand beside them."""
        items = unit.items
        for at, item in enumerate(items):
            if item.name is not None and item.type in ("PER", "ORG"):
                beside = [item] if item.type == "ORG" else self._beside(items, at)
                around = frozenset(one.name.actor_id for one in beside if one.name)
                known = _Known(item.name.actor_id, self._role_words(beside), around, item.start, item.type == "PER")
                self.known.append(known)

    def begin(self, unit: Unit) -> None:
        """Turn to the next unit, and take in whose documents it names."""
        items = self.items = unit.items
        for at, item in enumerate(items):
            if self.words.has("documents", item):
                maker = next((later for later in items[at + 1 : at + 6] if later.name), NOTHING)
                if maker.name and maker.type in ("ORG", "LOC"):  # "laporan tahunan PBB"
                    self.papers[item.low] = maker.name.actor_id

    def _beside(self, items: Sequence[Item], at: int) -> Sequence[Item]:
        """Return the items before a name that may tell its role: 'Menteri Luar Negeri AS, Antony Blinken'."""
        has = self.words.has
        start = at
        while start:
            item = items[start - 1]
            role = item.kind == "word" and not self.words.verbal(item)
            ends = item.low not in ("di", "untuk") and (has("asides", item) or has("connectives", item))
            comma = item.low == "," and start == at
            if not (item.kind == "bracket" or comma or item.type not in ("", "PER") or (role and not ends)):
                break
            start -= 1
        return items[start:at]

    def _role_words(self, items: Sequence[Item]) -> frozenset[str]:
        words = (word for item in items if item.kind in ("word", "name") for word in item.low.split())
        return frozenset().union(*map(self.words.expanded, words))

    def heads(self, items: Sequence[Item]) -> None:
        """Remember the person whom items are about, for a pronoun that follows.

        That is the person before the first verb, else one whom they introduce with a role.
        """
        verb = False
        for item in items:
            verb = verb or self.words.verbal(item)
            if item.name is None or item.type != "PER":
                continue
            first = next(one for one in self.known if one.actor_id == item.name.actor_id)
            if not verb or (first.place == item.start and first.roles & self.words.sets["people"]):
                self.focus.append(Speaker(None, item.name.actor_id, 0.75, person=True))
                break

    def speaker(self, source: Source | None) -> Speaker:
        """Return the speaker that a source means at this point of the article."""
        if source is None:
            return replace(self.last, source=None, sure=0.5) if self.last else Speaker(None, None, 0.5)
        if source.name is not None:
            return Speaker(source, source.name.actor_id, 0.95, person=source.name.type == "PER")
        if source.pronoun and (not source.items or self.words.has("pronouns", source.items[0])):
            return self._pronoun(source)
        return self._described_speaker(source)

    def goes_on(self, source: Source | None) -> bool:
        """Tell whether a source is the last speaker, or stands for it."""
        return self.last is not None and self.speaker(source).actor_id == self.last.actor_id

    def said(self, speaker: Speaker) -> None:
        """Take note of who spoke last, a nameless report aside."""
        source = speaker.source
        items = source.items if source and not any(item.name for item in source.items) else ()
        report = self.words.has("documents", look(items, 0))
        if speaker.actor_id is not None and not report:
            self.last = speaker
            self.focus.append(speaker)

    def _pronoun(self, source: Source) -> Speaker:
        """Return whom a pronoun means: who spoke or was spoken of last and is of its number and kind.

        Where the pronoun opens a sentence that the splitter left joined to the one before, that one counts.
        """
        earlier = [item for item in self.items if item.start < source.start]
        if look(earlier, len(earlier) - 1).low == ".":
            self.heads(earlier)
        plural = bool(source.items) and self.words.has("plural", source.items[0])
        for one in reversed(self.focus):
            several = one.plural or not one.person
            if several if plural else not source.items or not several:
                return replace(one, source=source, sure=0.8, plural=plural)
        before = [known for known in self.known if known.person and known.place < source.start]
        found = before[-1].actor_id if before and not plural else None
        return Speaker(source, found, 0.5 if found else 0.2, plural, True)

    def _described_speaker(self, source: Source) -> Speaker:
        """Resolve a description: 'Menlu RI', 'diplomat tersebut', 'pemerintah China', 'laporan PBB'."""
        items, words, last = source.items, self.words, self.last
        names = [item.name for item in items if item.name is not None]
        head = items[0]
        person, document = words.has("people", head), words.has("documents", head)
        plural = any(words.has("plural", item) or item.low == "dan" for item in items)
        pointing = any(words.has("definite", item) or words.has("article", item) for item in items)
        known = any(words.speaks(item) or not item.capital for item in items if item.kind == "word")
        if known and not plural and not words.has("indefinite", head):
            found = None if document else self._by_role(source, names, pointing)
            if found is not None:
                return found
            holder = self.holder(items) if person and not words.has("relatives", head) else None
            if holder is not None:
                return Speaker(source, holder, 0.7, person=True)
            if not (document or pointing) and (later := self._named_later(source, names)):
                return later
            if names and (document or words.has("stand_ins", head)):
                return Speaker(source, names[0].actor_id, 0.8)
            if document and pointing and head.low in self.papers:
                return Speaker(source, self.papers[head.low], 0.6)
            if pointing and person and not (last and last.person):  # a medium spoke in between, or nobody yet
                spoke = [s for s in self.focus if s.source and head.low in (i.low for i in s.source.items)]
                last = (spoke or [None if last else s for s in self.focus if s.person] or [None])[-1]
            if pointing and last and (person or not words.has("collectives", head)):
                return Speaker(source, last.actor_id, 0.65, person=not document)
            if words.has("collectives", head) and len(names) == 1 and names[0].type == "ORG":
                return Speaker(source, names[0].actor_id, 0.7)
        description = " ".join(item.low for item in items if not words.has("definite", item))
        return Speaker(source, self.unnamed(description, names if known else []), 0.7, plural, person and not plural)

    def _by_role(self, source: Source, names: list[Mention], pointing: bool) -> Speaker | None:
        """Return the last one met whose roles hold those of a description."""
        has = self.words.has
        roles = [i for i in source.items if i.kind == "word" and not has("definite", i) and not has("article", i)]
        wanted, around = self._role_words(roles), {name.actor_id for name in names}
        if not wanted or (not pointing and wanted <= self.words.sets["crowd"]):
            return None
        collective = has("collectives", source.items[0])
        leaders, others = self.words.sets["leaders"], self.words.sets["no_leaders"]
        for known in reversed(self.known):
            near = around <= known.around or not known.around
            leads = known.around and known.roles & leaders and not known.roles & others  # "pemimpin AS itu"
            same = wanted <= known.roles or (wanted == {"pemimpin"} and around and leads)
            if known.place < source.start and near and same and (known.person or collective):
                return Speaker(source, known.actor_id, 0.85 if around or pointing else 0.75, person=known.person)
        return None

    def _named_later(self, source: Source, names: list[Mention]) -> Speaker | None:
        """Return who is named with a role in what follows: 'Mentan mengatakan … Menteri Pertanian Ann …'."""
        wanted, around = self._role_words([i for i in source.items if i.kind == "word"]), {n.actor_id for n in names}
        for known in self.known if len(wanted) > 1 else ():
            if known.person and known.place > source.start and wanted <= known.roles and around <= known.around:
                return Speaker(source, known.actor_id, 0.6, person=True)
        return None
