"""The registry: what the YAML of actors, countries and roles says, made ready for matching and naming."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from analysis.knowledge import Knowledge
from analysis.knowledge.schema import Actor, Institution, Roles
from analysis.language.glued import parted, small, small_words

# "US$" is no country; "â€" begins a broken quotation mark.
_WORD = re.compile(r"[A-Z]{1,3}\$|@?[^\Wâ]+(?:â(?![€\x80-\x9f])[^\Wâ]*)*|[^\s*]")
_GLUED_START = re.compile(r"([a-zà-ÿ]{2,})(?=[A-Z])")
_ARABIC = re.compile(r"(?<= )[Aa]l[ -](?=[A-Z])")  # "Al Nahyan", "al-Nahyan"
_SPELLING = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "–": "-", "—": "-", "‑": "-"})
_LEAST_TO_GUESS = 10  # letters from which one wrong, missing or additional letter is forgiven


class Word(NamedTuple):
    """A word or mark of a sentence, with its place in the article's text."""

    text: str
    start: int
    end: int


class Match(NamedTuple):
    """Words [first, last) of a sentence that are a name of the registry."""

    first: int
    last: int
    ids: tuple[str, ...]
    institution: str | None = None
    country: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Holding:
    """An office in one actor's hands."""

    actor_id: str
    since: date
    until: date


@dataclass
class Registry:
    """Names, actors and offices in forms that can be looked up; built once for a state of the YAML."""

    roles: Roles
    actors: dict[str, Actor]
    adjectives: dict[str, str]
    countries: frozenset[str]
    seats: dict[str, str]  # place → country
    institutions: dict[str, Institution]
    heads: dict[str, str]  # word that begins a name → type
    weak_after: frozenset[tuple[str, ...]]
    tokens: set[str] = field(default_factory=set)  # every word of every name
    names: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], str | None]]] = field(default_factory=dict)
    folded: dict[str, tuple[str, ...]] = field(default_factory=dict)
    weak: dict[str, tuple[str, ...]] = field(default_factory=dict)
    weak_names: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = field(default_factory=dict)
    near: dict[str, str] = field(default_factory=dict)
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)  # part of a name → people
    own_institution: dict[tuple[str, str], str] = field(default_factory=dict)
    holdings: dict[tuple[str, str], list[Holding]] = field(default_factory=dict)
    office_words: dict[tuple[str, ...], str] = field(default_factory=dict)

    def resolved(self, actor_id: str) -> str:
        """Return the actor that an id is to be counted as, after the merges of the YAML."""
        seen = {actor_id}
        while (known := self.actors.get(actor_id)) and known.merge_into and known.merge_into not in seen:
            actor_id = known.merge_into
            seen.add(actor_id)
        return actor_id

    def words(self, text: str, offset: int = 0, joined: Collection[int] = ()) -> list[Word]:
        """Return the words and marks of a text; names glued to others come apart, and what is joined."""
        out: list[Word] = []
        plain = text.translate(_SPELLING)
        spans = (parted(found.start() + offset, found.end() + offset, joined) for found in _WORD.finditer(plain))
        for start, end in chain.from_iterable(spans):
            word = plain[start - offset : end - offset]
            mixed = len(word) > 3 and word[0] != "@" and not word.islower() and not word.isupper()
            if mixed and word not in self.tokens:
                for part in self._unglued(word):
                    out.append(Word(part, start, start + len(part)))
                    start += len(part)
            else:
                out.append(Word(word, start, end))
        return out

    def _unglued(self, word: str) -> list[str]:
        """Return the parts of a word in which spaces were lost: 'dilansirReuters', 'IsraeldanIran'."""
        if glued := _GLUED_START.match(word):
            rest = word[glued.end() :]
            parts = [rest] if rest in self.tokens else self._unglued(rest)
            split = parts[0] in self.tokens or glued.group() in small_words()
            return [glued.group(), *parts] if split else [word]
        for cut in range(len(word) - 2, 1, -1):
            left, rest = word[:cut], word[cut:]
            upper = left.isupper() and left in self.names
            goes_on = small(rest) or rest.isdigit() or (rest in ("di", "ke", "nya") and (cut > 3 or upper))
            named = rest[0].isupper() and rest in self.tokens
            if cut == 2 and not (upper and (named or goes_on)):
                break
            if left in self.tokens and (named or goes_on):
                return [left, rest]
            if left.lower() in small_words() and rest[0].isupper():
                return [left, *self._unglued(rest)]
            turns = word[cut - 1].islower() and rest[0].isupper() and rest in self.names
            if turns and (len(rest) > 3 or (rest.isupper() and word[0].isupper())):
                return [*self._unglued(left), rest]
            follows = left in self.tokens and (rest[0].isupper() or rest.startswith("dan"))
            if follows and len(more := self._unglued(rest)) > 1:
                return [left, *more]
        return [word]

    def matches(self, words: Sequence[Word]) -> Iterator[Match]:
        """Yield the longest name of the registry at every place, left to right, without overlap."""
        at = 0
        while at < len(words):
            text = words[at].text
            match = self.match_at(words, at) if text in self.names or text in self.weak_names else None
            if match is None:
                at += 1
            else:
                yield match
                at = match.last

    def match_at(self, words: Sequence[Word], at: int) -> Match | None:
        """Return the longest name that begins at a word; an institution takes the country after it."""
        for tokens, ids, institution in self.names.get(words[at].text, ()):
            last = at + len(tokens)
            if len(tokens) > 1 and tuple(w.text for w in words[at:last]) != tokens:
                continue
            if institution is None:
                return Match(at, last, ids)
            return self._institution_at(words, at, last, ids, institution)
        for tokens, ids in self.weak_names.get(words[at].text, ()):
            last = at + len(tokens)
            if tuple(w.text for w in words[at:last]) == tokens and any(
                tuple(w.text for w in words[max(0, at - length) : at]) in self.weak_after for length in (1, 2, 3)
            ):
                return Match(at, last, ids)
        return None

    def _institution_at(self, words: Sequence[Word], at: int, last: int, ids: tuple[str, ...], key: str) -> Match:
        country = self.country_at(words, last)
        if country is None:
            return Match(at, last, ids, key)
        home, end = country.ids[0], country.last
        if self.institutions[key].place and end + 1 < len(words) and words[end].text == "di":
            place = self.match_at(words, end + 1)
            if place and place.ids and all(self.type_of(i) == "LOC" for i in place.ids):
                return Match(at, place.last, (), key, home, place.ids[0])
        return Match(at, end, (), key, home)

    def country_at(self, words: Sequence[Word], at: int) -> Match | None:
        """Return the country that is named at a word, if one is."""
        if at >= len(words):
            return None
        match = self.match_at(words, at)
        return match if match and match.ids and match.ids[0] in self.countries else None

    def institution(self, key: str, country: str, place: str | None = None) -> str:
        """Return the actor that is an institution of a country, at a place if it is one of several."""
        return f"{country}-{key}-{place}" if place else self.own_institution.get((key, country), f"{country}-{key}")

    def spellings(self, actor_id: str) -> list[str]:
        """Return all names of a known actor."""
        actor = self.actors[actor_id]
        return [name for name in (actor.name, actor.name_id, *actor.aliases) if name]

    def words_of(self, actor_id: str) -> set[str]:
        """Return the words, in lower case, by which an organisation is named."""
        actor, parts = self.actors.get(actor_id), self.composed(actor_id)
        institution = self.institutions.get((actor and actor.institution) or (parts[1] if parts else ""))
        names = [*(self.spellings(actor_id) if actor else ()), *(institution.words if institution else ())]
        return {word.lower() for name in names for word in name.split()}

    def type_of(self, actor_id: str) -> str | None:
        """Return the type of a known actor."""
        known = self.actors.get(actor_id)
        return known.type if known else ("ORG" if self.composed(actor_id) else None)

    def composed(self, actor_id: str) -> tuple[str, str, str | None] | None:
        """Return country (or organisation), institution or office, and place of an id that is made of them."""
        cuts = [at for at, character in enumerate(actor_id) if character == "-"]
        for of, rest in ((actor_id[:cut], actor_id[cut + 1 :]) for cut in cuts):
            if of not in self.actors:
                continue
            if rest in self.institutions or rest in self.roles.offices:
                return of, rest, None
            for key in (rest[:at] for at, character in enumerate(rest) if character == "-"):
                if key in self.institutions and rest[len(key) + 1 :] in self.actors:
                    return of, key, rest[len(key) + 1 :]
        return None

    def label(self, actor_id: str) -> str | None:
        """Return the English label of an actor of the registry, or None."""
        known = self.actors.get(actor_id)
        if known and known.name:
            return known.name
        if not (parts := self.composed(actor_id)):
            return None
        of, key, place = parts
        name = self.actors[of].name or of
        if key in self.institutions:
            at = f" in {self.actors[place].name}" if place else ""
            return self.institutions[key].name.format(country=name) + at
        return self.roles.offices[key].name.format(of=name)

    def country_of(self, actor_id: str) -> str | None:
        """Return the actor_id of an actor's country, a country's own included."""
        if actor_id in self.countries:
            return actor_id
        known = self.actors.get(actor_id)
        if known and known.type:
            return known.country
        parts = self.composed(actor_id)
        return parts[0] if parts and parts[0] in self.countries else None

    def holder(self, office: str, of: str, day: date | None, among: Iterable[str] = ()) -> str | None:
        """Return who held an office on a day; without a day, the one holder that is among those named."""
        held = self.holdings.get((office, of), [])
        if day is not None:
            return next((h.actor_id for h in held if h.since <= day < h.until), None)
        present = {h.actor_id for h in held} & set(among)
        return present.pop() if len(present) == 1 else None

    def office_at(self, words: Sequence[str]) -> tuple[str, str | None] | None:
        """Return office and country of words such as 'Menteri Luar Negeri AS', read from the left."""
        for first in range(len(words)):
            for length in (3, 2, 1):
                if office := self.office_words.get(tuple(w.lower() for w in words[first : first + length])):
                    after = [Word(w, 0, 0) for w in words[first + length :]]
                    match = self.match_at(after, 0) if after else None
                    return office, match.ids[0] if match and match.ids else None
        return None


def slug(text: str) -> str:
    """Return a text as an id: ASCII letters and digits in lower case, joined by hyphens.

    Examples
    --------
    >>> slug("Lü Daliang")
    'lu-daliang'
    """
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLING).replace("'", "")).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower())) or "-".join(f"{ord(c):x}" for c in text if not c.isspace())


def folded(text: str) -> str:
    """Return a name without case, marks and accents, for comparison."""
    return slug(text).replace("-", "")


def deletions(name: str) -> set[str]:
    """Return a folded name and all forms of it that lack one letter."""
    return {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}


def registry(knowledge: Knowledge) -> Registry:
    """Return the registry of a state of the YAML; it is built at first use and kept."""
    return _built(knowledge, knowledge.fingerprint("actors", "countries", "roles"))


@lru_cache(maxsize=4)
def _built(knowledge: Knowledge, _: str) -> Registry:
    roles: Roles = knowledge.roles
    actors: dict[str, Actor] = dict(knowledge.actors.root)
    adjectives: dict[str, str] = {}
    seats: dict[str, str] = {}
    for country_id, country in knowledge.countries.root.items():
        own = actors.get(country_id, Actor())
        actors[country_id] = own.model_copy(
            update={
                "name": own.name or country.name,
                "name_id": own.name_id or country.name_id,
                "type": "LOC",
                "country": country_id,
                "wikidata": own.wikidata or country.wikidata,
                "aliases": [*country.aliases, *own.aliases],
            }
        )
        if country.adjective:
            adjectives[country_id] = country.adjective
        for place, spellings in country.seats.items():
            seats[place] = country_id
            english = actors.get(place, Actor()).name or " ".join(w.capitalize() for w in place.split("-"))
            actors[place] = Actor(name=english, name_id=spellings[0], type="LOC", country=country_id, aliases=spellings)
    made = Registry(
        roles=roles,
        actors=actors,
        adjectives=adjectives,
        countries=frozenset(knowledge.countries.root),
        seats=seats,
        institutions=dict(roles.institutions),
        heads={word: kind for kind, listed in roles.heads.items() for word in listed},
        weak_after=frozenset(tuple(words.split()) for words in roles.weak_after),
    )
    _index_names(made)
    _index_offices(made)
    return made


def _index_names(made: Registry) -> None:
    strong: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    weak: dict[str, dict[str, None]] = defaultdict(dict)
    loose: dict[str, dict[str, None]] = defaultdict(dict)
    parts: dict[str, dict[str, None]] = defaultdict(dict)
    for actor_id, actor in made.actors.items():
        written = {name for name in (actor.name, actor.name_id, *actor.aliases) if name} - set(actor.weak)
        listed = {_ARABIC.sub(al, name) for name in written for al in ("Al ", "al ", "Al-", "al-")} | written
        for name in sorted(listed):
            tokens = _tokens(name)
            strong[tokens][actor_id] = None
            if len(name) > 3 and not name.isupper():
                strong[tuple(token.upper() for token in tokens)].setdefault(actor_id, None)
            loose[folded(name)][actor_id] = None
        for name in actor.weak:
            weak[name][actor_id] = None
        if actor.type == "PER" and actor.name:
            for part in {token for name in (actor.name, *actor.aliases, *actor.weak) for token in _tokens(name)}:
                parts[folded(part)][actor_id] = None
        if actor.institution and actor.country:
            made.own_institution[actor.institution, actor.country] = actor_id
    for key, institution in made.institutions.items():
        for name in institution.words:
            strong.setdefault(_tokens(name), {})
            for tokens in (_tokens(name), _tokens(name.upper())):
                made.names.setdefault(tokens[0], []).append((tokens, tuple(strong.get(tokens, ())), key))
    institutional = {entry[0] for entries in made.names.values() for entry in entries}
    for tokens, ids in strong.items():
        if tokens and tokens not in institutional:
            made.names.setdefault(tokens[0], []).append((tokens, tuple(ids), None))
    for entries in made.names.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry[0]))
    made.folded = {key: tuple(ids) for key, ids in loose.items()}
    made.weak = {name: tuple(ids) for name, ids in weak.items()}
    for name, either in made.weak.items():
        if things := tuple(i for i in either if made.actors[i].type != "PER"):
            made.weak_names.setdefault(_tokens(name)[0], []).append((_tokens(name), things))
    made.tokens = {token for entries in made.names.values() for tokens, _, _ in entries for token in tokens}
    made.tokens.update(made.weak_names)
    made.people = {key: tuple(ids) for key, ids in parts.items()}
    made.near = _near_spellings(made.folded)


def _near_spellings(names: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return every form with one letter less → the one long name that it comes from."""
    counted: Counter[str] = Counter()
    near: dict[str, str] = {}
    for name in sorted(name for name, ids in names.items() if len(name) >= _LEAST_TO_GUESS and len(ids) == 1):
        for form in deletions(name):
            counted[form] += near.get(form) not in (None, names[name][0])
            near[form] = names[name][0]
    return {form: actor_id for form, actor_id in near.items() if not counted[form]}


def _index_offices(made: Registry) -> None:
    for actor_id, actor in made.actors.items():
        for office in actor.offices:
            of = office.of or actor.country
            if of:
                held = Holding(actor_id, office.since or date.min, office.until or date.max)
                made.holdings.setdefault((office.office, of), []).append(held)
    for holdings in made.holdings.values():
        holdings.sort(key=lambda h: (h.since, h.actor_id), reverse=True)
    for key, called in made.roles.offices.items():
        for words in called.words:
            made.office_words[tuple(words.lower().split())] = key


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(name.translate(_SPELLING)))
