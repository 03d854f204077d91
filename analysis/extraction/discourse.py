"""Whom a source means: names, pronouns, roles and the last speaker, read in the order of the article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from analysis.extraction.clauses import Item, Lexicon, Mention, Unit
from analysis.extraction.speakers import Source

_CROWD = frozenset("polisi warga saksi korban keluarga petugas penyidik jaksa hakim tim pengamat sumber orang".split())
_STAND_INS = frozenset("pemerintah pihak rezim kubu otoritas negara".split())


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
    expand
        Function from a role word to the words that it is short for.
    unnamed
        Function from a description and the names in it to the id of an unnamed source.
    """

    words: Lexicon
    expand: Callable[[str], frozenset[str]]
    unnamed: Callable[[str, list[Mention]], str]
    known: list[_Known] = field(default_factory=list)
    papers: dict[str, str] = field(default_factory=dict)  # whose "laporan", "pernyataan" the article speaks of
    last: Speaker | None = None
    group: Speaker | None = None  # the last speaker that is no single person
    topic: Mention | None = None  # the person at the head of the latest sentence without statement
    topic_place: int = -1
    last_place: int = -1

    def read(self, unit: Unit) -> None:
        """Take in the names of a unit with the roles that stand beside them."""
        items = unit.items
        for at, item in enumerate(items):
            if self.words.has("documents", item):
                maker = self._maker(items, at)
                if maker is not None:
                    self.papers[item.low] = maker
            if item.kind != "name" or item.name is None or item.name.type not in ("PER", "ORG"):
                continue
            roles, around = self._described(items, at)
            if item.name.type == "PER":
                self.known.append(_Known(item.name.actor_id, roles, around, item.start, True))
            else:
                self.known.append(
                    _Known(
                        item.name.actor_id, self._role_words([item]), frozenset({item.name.actor_id}), item.start, False
                    )
                )

    def _maker(self, items: Sequence[Item], at: int) -> str | None:
        """Return whose document it is: 'laporan tahunan PBB'."""
        for item in items[at + 1 : at + 6]:
            if item.name is not None:
                return item.name.actor_id if item.name.type in ("ORG", "LOC") else None
            if item.kind == "mark" or self.words.verbal(item) or item.low in ("bahwa", "tentang", "soal"):
                return None
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
        end = at + 1
        if end + 1 < len(items) and items[end].low == "," and self.words.has("people", items[end + 1]):
            end += 2
            while end < len(items) and end - at < 9 and items[end].low != "," and not self.words.verbal(items[end]):
                end += 1
        beside = [*items[start:at], *items[at + 1 : end]]
        names = frozenset(item.name.actor_id for item in beside if item.name)
        return self._role_words(beside), names

    def _role_words(self, items: Sequence[Item]) -> frozenset[str]:
        found: set[str] = set()
        for item in items:
            for word in item.low.split() if item.kind in ("word", "name") else ():
                found |= self.expand(word)
        return frozenset(found)

    def heads(self, unit: Unit) -> None:
        """Remember whom a sentence without statement is about, for a pronoun that follows.

        That is the person before its first verb, else one whom it introduces with a role.
        """
        verb = False
        for at, item in enumerate(unit.items):
            verb = verb or self.words.verbal(item)
            if item.kind != "name" or item.name is None or item.name.type != "PER":
                continue
            known = [one for one in self.known if one.actor_id == item.name.actor_id]
            introduced = known and known[0].place == item.start and at and self.words.has("people", unit.items[at - 1])
            if (
                not verb
                or introduced
                or (known and known[0].place == item.start and known[0].roles & self.words.sets["people"])
            ):
                self.topic, self.topic_place = item.name, item.start
                break

    def speaker(self, source: Source | None) -> Speaker:
        """Return the speaker that a source means at this point of the article."""
        if source is None:
            return Speaker(
                None, self.last.actor_id if self.last else None, 0.5, self.last.plural if self.last else False
            )
        if source.name is not None:
            return Speaker(source, source.name.actor_id, 0.95, person=source.name.type == "PER")
        if source.pronoun and (not source.items or self.words.has("pronouns", source.items[0])):
            return self._pronoun(source)
        return self._described_speaker(source)

    def said(self, speaker: Speaker, place: int) -> None:
        """Take note of who spoke last."""
        if speaker.actor_id is not None:
            self.last, self.last_place = speaker, place
            if not speaker.person:
                self.group = speaker

    def _pronoun(self, source: Source) -> Speaker:
        plural = bool(source.items) and source.items[0].low in ("mereka", "keduanya")
        newer = self.topic is not None and self.topic_place > self.last_place and not plural
        if newer and (self.last is None or source.items) and self.topic is not None:
            return Speaker(source, self.topic.actor_id, 0.75, person=True)
        if plural and (self.last is None or (self.last.person and not self.last.plural)):
            return Speaker(source, self.group.actor_id if self.group else None, 0.6, True)
        if self.last is not None:
            return Speaker(source, self.last.actor_id, 0.8, plural or self.last.plural, self.last.person)
        before = [known for known in self.known if known.person and known.place < source.start]
        return Speaker(source, before[-1].actor_id if before else None, 0.5 if before else 0.2, plural)

    def _described_speaker(self, source: Source) -> Speaker:
        """Resolve a description: 'Menlu RI', 'diplomat tersebut', 'pemerintah China', 'laporan PBB'."""
        items, words = source.items, self.words
        names = [item.name for item in items if item.name is not None]
        head = items[0]
        plural = any(words.has("plural", item) for item in items) or "dan" in [item.low for item in items]
        indefinite = plural or head.low in ("seorang", "salah", "sebuah", "seseorang", "sumber")
        pointing = any(words.has("definite", item) for item in items) or head.low in ("sang", "si")
        if not indefinite and not words.has("documents", head):
            found = self._by_role(source, names, pointing)
            if found is not None:
                return found
        if not indefinite:
            if names and (head.low in _STAND_INS or words.has("documents", head)):
                return Speaker(source, names[0].actor_id, 0.8)
            if words.has("documents", head) and pointing and (head.low in self.papers or self.last is not None):
                return Speaker(source, self.papers.get(head.low) or (self.last.actor_id if self.last else None), 0.6)
            if pointing and self.last is not None and (words.has("people", head) or not words.has("collectives", head)):
                return Speaker(source, self.last.actor_id, 0.65, person=True)
            if words.has("collectives", head) and len(names) == 1 and names[0].type == "ORG":
                return Speaker(source, names[0].actor_id, 0.7)
        description = " ".join(item.low for item in items if not words.has("definite", item))
        return Speaker(source, self.unnamed(description, names), 0.7, plural)

    def _by_role(self, source: Source, names: list[Mention], pointing: bool) -> Speaker | None:
        words = [
            item
            for item in source.items
            if item.kind == "word" and not self.words.has("definite", item) and item.low != "sang"
        ]
        wanted = self._role_words(words)
        around = {name.actor_id for name in names}
        if not wanted or (not pointing and wanted <= _CROWD):
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
