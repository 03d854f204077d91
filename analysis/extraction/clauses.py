"""Sentences as rows of items: words, marks, names, brackets and whole quotations."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, takewhile

from analysis.extraction.quotations import Quotation
from analysis.knowledge.schema import Cue, Verbs
from analysis.language.glued import parted

# without the asterisks of Markdown, which are no part of a sentence
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|\w+(?:[-'’]\w+)*|\.{2,}|-{2,}|[^\s*]")
_BRACKET = re.compile(r"\([^()\n]{0,80}\)|\[[^\[\]\n]{0,80}\]")
_VERBAL = re.compile(r"(?:(?:me[mnlrwy]|ber|di|ter)[a-z-]{3,}|bekerja|belajar)$")
_FURTHEST_SPEECH = 8  # items from "melayangkan" in "melayangkan ancaman … bahwa"
_ABSTRACT = re.compile(r"(?:pe|ke)[a-z]{3,}an(?:nya)?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A row of the frame ``entities``, as far as quotes need it."""

    start: int
    end: int
    type: str
    actor_id: str


@dataclass(frozen=True, slots=True)
class Item:
    """One step of a sentence; ``kind`` is word, mark, name, bracket or quotation."""

    kind: str
    start: int
    end: int
    low: str
    capital: bool = False
    name: Mention | None = None
    quotation: Quotation | None = None

    @property
    def type(self) -> str:
        """The type of the name, empty for anything else."""
        return self.name.type if self.name else ""


NOTHING = Item("end", 0, 0, "")


def look(items: Sequence[Item], place: int) -> Item:
    """Return the item at a place, or ``NOTHING`` beyond the ends."""
    return items[place] if 0 <= place < len(items) else NOTHING


@dataclass(slots=True)
class Unit:
    """A sentence, or several that one quotation holds together."""

    items: list[Item]
    paragraph: int
    headline: bool = False
    used: set[int] = field(default_factory=set)  # items that already carry a statement


@dataclass(frozen=True)
class Lexicon:
    """`verbs.yml` made ready for look-up: a form of a verb gives its base word and voice."""

    verbs: Verbs
    forms: dict[str, tuple[str, Cue]]  # form → voice, cue
    attribution: re.Pattern[str]  # ", kata Ann" and ", katanya" behind a statement
    postposed: re.Pattern[str]  # the same at the beginning of a sentence that a splitter cut off
    sets: dict[str, frozenset[str]]

    def cue(self, items: Sequence[Item], at: int, headline: bool = False) -> tuple[str, Cue, int] | None:
        """Return voice, cue and number of items of the reporting words at a place, if any stand there."""
        if look(items, at).kind != "word":
            return None
        following = look(items, at + 1).low
        both = self.forms.get(f"{items[at].low} {following}")
        if both:
            return (*both, 2)
        implies = self.verbs.speech.get(following.removesuffix("nya")) if items[at].low in self.sets["giving"] else None
        if implies and any(item.low in self.sets["that"] for item in items[at + 2 : at + _FURTHEST_SPEECH]):
            # "melayangkan ancaman keras bahwa …"
            return "active", Cue(implies=implies, takes="that"), 2
        found = self.forms.get(items[at].low)
        titled = items[at].capital and look(items, at - 1).kind in ("word", "name")  # "Juru Bicara"
        if found is None or (not headline and (found[0] == "headline" or titled)):
            return None
        return (*found, 1)

    def active(self, items: Sequence[Item], low: int, high: int) -> int | None:
        """Return the first place of a range where an active form of a reporting verb stands."""
        found = ((place, self.cue(items, place)) for place in range(low, min(high, len(items))))
        return next((place for place, cue in found if cue and cue[0] == "active"), None)

    def expanded(self, word: str) -> frozenset[str]:
        """Return the words that a word of a role is short for: menlu → menteri luar negeri."""
        return frozenset(self.verbs.short.get(word, word).split())

    def has(self, group: str, item: Item) -> bool:
        """Tell whether an item is a word of a group of `verbs.yml`, -nya at its end aside."""
        return item.kind == "word" and (
            item.low in self.sets[group] or item.low.removesuffix("nya") in self.sets[group]
        )

    def speaks(self, item: Item) -> bool:
        """Tell whether a noun stands for somebody or something that can speak."""
        return self.has("people", item) or self.has("collectives", item) or self.has("documents", item)

    def reports(self, item: Item) -> bool:
        """Tell whether a word opens what tells the channel: 'dilansir', 'seperti dikutip'."""
        return item.low in self.sets["channel"] or item.low in self.sets["as_said"]

    def verbal(self, item: Item) -> bool:
        """Tell whether a word looks like a verb, or like what makes a clause."""
        if item.kind != "word" or (item.capital and item.low not in self.sets["clause_marks"]):
            return False
        low = item.low
        return low in self.sets["clause_marks"] or (low not in self.sets["no_verb"] and bool(_VERBAL.match(low)))

    def abstract(self, item: Item) -> bool:
        """Tell whether a noun names no one who could speak."""
        if self.speaks(item):
            return False
        return item.low in self.sets["things"] or bool(_ABSTRACT.match(item.low))


def lexicon(verbs: Verbs, people: frozenset[str]) -> Lexicon:
    """Return the lexicon of `verbs.yml`; ``people`` are further words for those who can speak."""
    forms: dict[str, tuple[str, Cue]] = {}
    for base, cue in verbs.cues.items():
        for form in cue.passive:
            if "-" not in form:
                forms.setdefault(form[2:], ("headline", cue))
        if cue.bare:
            forms[base] = ("bare", cue)
            forms[base + "nya"] = ("barenya", cue)
    for cue in verbs.cues.values():
        for form in cue.active:
            forms[form] = ("active", cue)
            forms.setdefault(form + "nya", ("activenya", cue))
        for form in cue.passive:
            forms[form] = ("passive", cue)
            forms.setdefault(form + "nya", ("passivenya", cue))
    bare = "|".join(sorted((base for base, cue in verbs.cues.items() if cue.bare), key=len, reverse=True))
    speakers = "|".join(verbs.pronouns)
    attribution = re.compile(
        rf"\s*,\s+(?:demikian\s+|begitu\s+)?(?:(?:{bare})nya\b|(?:{bare})\s+(?=[A-Z]|(?:{speakers})\b))"
    )
    postposed = re.compile(rf"(?:{bare})(?:nya\b|\s+(?=[A-Z]|(?:{speakers})\b))", re.IGNORECASE)
    groups = {name: frozenset(value) for name, value in verbs if isinstance(value, list)}
    groups["people"] |= people - groups["no_people"]
    return Lexicon(verbs, forms, attribution, postposed, groups)


def units(
    text: str,
    sentences: Iterable[tuple[int, int, int]],
    mentions: Sequence[Mention],
    quotations: Sequence[Quotation],
    headline_end: int,
    postposed: re.Pattern[str],
    joined: Collection[int] = (),
) -> list[Unit]:
    """Return the units of an article.

    Sentences are joined where a quotation runs over their border, and where what follows goes on
    in lower case or with a comma, as an attribution does that a splitter cut off.

    Parameters
    ----------
    text
        Raw text.
    sentences
        Start, end and paragraph of each sentence, in order.
    mentions
        Names, in order, without overlap.
    quotations
        What stands in quotation marks, in order, without overlap.
    headline_end
        Where the headline ends; sentences that end before it are headlines.
    postposed
        Pattern of an attribution that a splitter cut off from the quotation before it.
    joined
        Where words stand without the space between them.
    """
    whole: list[tuple[int, int, int]] = []
    small = all(text[start:end].islower() for start, end, _ in sentences)  # an article without a capital
    opens = [q.outer_start for q in quotations]
    for start, end, paragraph in sentences:
        if whole and _goes_on(text, whole[-1], start, paragraph, quotations, opens, postposed, small):
            begin, _, paragraph = whole.pop()
            start = begin
        whole.append((start, end, paragraph))
    made = []
    for start, end, paragraph in whole:
        items = _items(text, start, end, mentions, quotations, opens, joined)
        headline = end <= headline_end
        if headline:  # where every word has a capital, capitals tell nothing
            items = [item if item.name else replace(item, capital=False) for item in items]
        if items:
            made.append(Unit(items, paragraph, headline))
    return made


def _goes_on(
    text: str, before: tuple[int, int, int], start: int, paragraph: int, quotations: Sequence[Quotation],
    opens: list[int], postposed: re.Pattern[str], small: bool,
) -> bool:  # fmt: skip
    place = bisect_right(opens, start) - 1
    if place >= 0 and quotations[place].outer_start < start < quotations[place].outer_end:
        return True
    if paragraph != before[2]:
        return False
    if place >= 0 and 0 <= start - quotations[place].outer_end < 3 and postposed.match(text, start):
        return True
    return (text[start].islower() and not small) or text[start] in ",;)" or text[before[1] - 1] in ",:"


def _items(
    text: str, start: int, end: int, mentions: Sequence[Mention], quotations: Sequence[Quotation], opens: list[int],
    joined: Collection[int],
) -> list[Item]:  # fmt: skip
    """Return the items between two places."""
    items: list[Item] = []
    place = bisect_left(opens, start)
    if place and quotations[place - 1].outer_end > start:
        start = max(start, quotations[place - 1].outer_end)
    while start < end:
        quotation = quotations[place] if place < len(quotations) and opens[place] < end else None
        stop = quotation.outer_start if quotation else end
        items += _plain(text, start, stop, mentions, joined)
        if quotation is None:
            break
        items.append(Item("quotation", quotation.outer_start, quotation.outer_end, "", quotation=quotation))
        start = quotation.outer_end
        place += 1
    return items


def _plain(text: str, start: int, end: int, mentions: Sequence[Mention], joined: Collection[int]) -> list[Item]:
    """Return words, marks, brackets and names between two places without a quotation."""
    brackets = [Item("bracket", *match.span(), "") for match in _BRACKET.finditer(text, start, end)]
    first = bisect_left(mentions, start, key=_start)
    names = [
        Item("name", name.start, name.end, text[name.start : name.end].lower(), True, name=name)
        for name in takewhile(lambda name: name.end <= end, mentions[first:])
        if not ((at := bisect_right(brackets, name.start, key=_start)) and name.start < brackets[at - 1].end)
    ]
    items: list[Item] = []
    for item in sorted([*brackets, *names], key=lambda item: item.start):
        if item.start >= start:  # what begins inside a name is none
            items += [*_words(text, start, item.start, joined), item]
            start = item.end
    return items + _words(text, start, end, joined)


def _start(span: Item | Mention) -> int:
    return span.start


def _words(text: str, start: int, end: int, joined: Collection[int]) -> list[Item]:
    found = []
    for first, last in chain.from_iterable(parted(*m.span(), joined) for m in _WORD.finditer(text, start, end)):
        kind = "word" if text[first].isalnum() else "mark"
        found.append(Item(kind, first, last, text[first:last].lower(), text[first].isupper()))
    return found
