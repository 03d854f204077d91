"""Whom a source means: names, pronouns, roles and the last speaker, read in the order of the article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from analysis.extraction.clauses import Item, Lexicon, Mention, Unit
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
    known: list[_Known] = field(default_factory=list)
    items: Sequence[Item] = ()  # of the unit that is read
    papers: dict[str, str] = field(default_factory=dict)  # whose "laporan", "pernyataan" the article speaks of
    last: Speaker | None = None
    focus: list[Speaker] = field(default_factory=list)  # who spoke, and whom sentences were about, in order

    def read(self, unit: Unit) -> None:
        """Take in the names of a unit with the roles that stand beside them."""
        items = self.items = unit.items
        for at, item in enumerate(items):
            if self.words.has("documents", item):
                maker = self._maker(items, at)
                if maker is not None:
                    self.papers[item.low] = maker
            if item.kind != "name" or item.name is None or item.name.type not in ("PER", "ORG"):
                continue
            roles, around = self._described(items, at)
            if item.name.type == "ORG":
                roles, around = self._role_words([item]), frozenset({item.name.actor_id})
            self.known.append(_Known(item.name.actor_id, roles, around, item.start, item.name.type == "PER"))

    def _maker(self, items: Sequence[Item], at: int) -> str | None:
        """Return whose document it is: 'laporan tahunan PBB'."""
        for item in items[at + 1 : at + 6]:
            if item.name is not None:
                return item.name.actor_id if item.name.type in ("ORG", "LOC") else None
        return None

    def _described(self, items: Sequence[Item], at: int) -> tuple[frozenset[str], frozenset[str]]:
        start = at
        while start and at - start < 9:
            item = items[start - 1]
            if (
                item.kind == "bracket"
                or (item.low == "," and start == at)
                or (item.type not in ("", "PER"))
                or (
                    item.kind == "word"
                    and not self.words.verbal(item)
                    and (
                        item.low in ("di", "untuk")
                        or not (self.words.has("asides", item) or self.words.has("connectives", item))
                    )
                )
            ):
                start -= 1
            else:
                break
        beside = items[start:at]
        names = frozenset(item.name.actor_id for item in beside if item.name)
        return self._role_words(beside), names

    def _role_words(self, items: Sequence[Item]) -> frozenset[str]:
        found: set[str] = set()
        for item in items:
            for word in item.low.split() if item.kind in ("word", "name") else ():
                found |= self.words.expanded(word)
        return frozenset(found)

    def heads(self, items: Sequence[Item]) -> None:
        """Remember the person whom items are about, for a pronoun that follows.

        That is the person before the first verb, else one whom they introduce with a role.
        """
        verb = False
        for item in items:
            verb = verb or self.words.verbal(item)
            if item.name is None or item.type != "PER":
                continue
            first = next((one for one in self.known if one.actor_id == item.name.actor_id), None)
            new = first is not None and first.place == item.start and first.roles & self.words.sets["people"]
            if not verb or new:
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
        """Take note of who spoke last."""
        if speaker.actor_id is not None:
            self.last = speaker
            self.focus.append(speaker)

    def _pronoun(self, source: Source) -> Speaker:
        """Return whom a pronoun means: who spoke or was spoken of last and is of its number and kind.

        Where the pronoun opens a sentence that the splitter left joined to the one before, that one counts.
        """
        at = next((n for n, item in enumerate(self.items) if item.start >= source.start), len(self.items))
        if at and self.items[at - 1].low == ".":
            self.heads(self.items[:at])
        plural = bool(source.items) and self.words.has("plural", source.items[0])
        for one in reversed(self.focus):
            several = one.plural or not one.person
            if several if plural else not source.items or (one.person and not one.plural):
                return replace(one, source=source, sure=0.8, plural=plural)
        before = [known for known in self.known if known.person and known.place < source.start]
        found = before[-1].actor_id if before and not plural else None
        return Speaker(source, found, 0.5 if found else 0.2, plural, True)

    def _described_speaker(self, source: Source) -> Speaker:
        """Resolve a description: 'Menlu RI', 'diplomat tersebut', 'pemerintah China', 'laporan PBB'."""
        items, words, last = source.items, self.words, self.last
        names = [item.name for item in items if item.name is not None]
        head = items[0]
        person = words.has("people", head)
        plural = any(words.has("plural", item) or item.low == "dan" for item in items)
        pointing = any(words.has("definite", item) or words.has("article", item) for item in items)
        document = words.has("documents", head)
        known = any(words.speaks(item) or not item.capital for item in items if item.kind == "word")
        if known and not plural and not words.has("indefinite", head):
            if not document:
                found = self._by_role(source, names, pointing)
                if found is not None:
                    return found
                holder = self.holder(items) if person and not words.has("relatives", head) else None
                if holder is not None:
                    return Speaker(source, holder, 0.7, person=True)
            if names and (document or words.has("stand_ins", head)):
                return Speaker(source, names[0].actor_id, 0.8)
            if document and pointing and (head.low in self.papers or last):
                return Speaker(source, self.papers.get(head.low) or (last.actor_id if last else None), 0.6)
            if pointing and last and (person or not words.has("collectives", head)):
                return Speaker(source, last.actor_id, 0.65, person=True)
            if words.has("collectives", head) and len(names) == 1 and names[0].type == "ORG":
                return Speaker(source, names[0].actor_id, 0.7)
        if not known:  # a name that the tagger missed may be short for one that it found
            parts = {part for item in items for part in item.low.split()}
            full = next((one for one in reversed(self.known) if parts <= set(one.actor_id.split("-"))), None)
            if full is not None:
                return Speaker(source, full.actor_id, 0.7, person=full.person)
        description = " ".join(item.low for item in items if not words.has("definite", item))
        return Speaker(source, self.unnamed(description, names if known else []), 0.7, plural, person and not plural)

    def _by_role(self, source: Source, names: list[Mention], pointing: bool) -> Speaker | None:
        has = self.words.has
        wanted = self._role_words(
            [i for i in source.items if i.kind == "word" and not has("definite", i) and not has("article", i)]
        )
        around = {name.actor_id for name in names}
        if not wanted or (not pointing and wanted <= self.words.sets["crowd"]):
            return None
        best: _Known | None = None
        for known in self.known:
            if known.place >= source.start:
                break
            near = around <= known.around or not known.around or not around
            if near and wanted <= known.roles and (known.person or self.words.has("collectives", source.items[0])):
                best = known
        if best is None:
            return None
        return Speaker(source, best.actor_id, 0.85 if around or pointing else 0.75, person=best.person)
