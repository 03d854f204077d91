"""Who is meant: every mention of a corpus linked to a real-world actor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from analysis.extraction.mentions import Mention, Sentence
from analysis.extraction.registry import Registry, deletions, folded, slug

# How sure a link is, by how it was made.
SURE, WITHIN, CONTEXT, CORPUS, GUESS = 1.0, 0.9, 0.8, 0.6, 0.5
_SHARE = 0.8  # of a corpus's articles in which a part of a name must mean one person to mean that person alone
_LEAST_LETTERS = 6  # of a word in which one wrong letter is forgiven: "Garda" is not "Garuda"
_FAMILY_FIRST = frozenset({"china", "taiwan", "hong-kong", "north-korea", "south-korea", "vietnam"})


@dataclass
class Linked:
    """The mentions of one article with their actors; `None` is still open."""

    article_id: str
    day: date | None
    sentences: Sequence[Sentence]
    mentions: Sequence[Mention]
    ids: list[str | None] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)
    bound: dict[str, str | None] = field(default_factory=dict)  # abbreviation introduced here → actor
    people: dict[str, list[str]] = field(default_factory=dict)  # part of a name → people named in full here
    countries: Counter[str] = field(default_factory=Counter)
    full: set[str | None] | None = None  # who is named in more than one word; None: to be counted anew


def linked(
    article_id: str, day: date | None, sentences: Sequence[Sentence], mentions: Sequence[Mention], known: Registry
) -> Linked:
    """Return the mentions of an article with the actors that the article and the registry give.

    What is certain comes first: names that mean one actor anywhere. From these the article's own
    knowledge grows: abbreviations in brackets, people named in full, countries. Then come capitals
    and seats, institutions without a country, short names, near spellings and unknown names. A part
    of a name that nobody in the article bears in full stays open for the corpus.
    """
    article = Linked(article_id, day, sentences, mentions, [None] * len(mentions), [0.0] * len(mentions))
    for at, mention in enumerate(mentions):
        _set(article, at, *_certain(article, mention, known))
    sure = (i for i, certain in zip(article.ids, article.sure, strict=True) if i and certain == SURE)
    article.countries.update(home for i in sure if (home := known.country_of(i)))
    for at, mention in enumerate(mentions):
        if article.sure[at] == GUESS:  # a namesake, and now it is known which countries the article is about
            _set(article, at, *_certain(article, mention, known))
    _know_people(article, known)
    for at, mention in enumerate(mentions):
        if article.ids[at] is None and _unplaced(mention):
            _set(article, at, *_institution(article, at, known))
    _bind_abbreviations(article, known)
    for at, mention in enumerate(mentions):
        if article.ids[at] in known.seats:
            _set(article, at, *_seat(article, at, known))
        elif article.ids[at] is None and mention.type == "PER":
            _set(article, at, *_person(article, at, known))
        elif article.ids[at] is None:
            _set(article, at, *_thing(article, mention, known))
        elif mention.type == "PER" and mention.last - mention.first == 1:
            _set(article, at, *_namesake(article, at, known))
    return article


def _set(article: Linked, at: int, actor_id: str | None, sure: float) -> None:
    if article.ids[at] != actor_id and article.mentions[at].last - article.mentions[at].first > 1:
        article.full = None
    article.ids[at], article.sure[at] = actor_id, sure


def _certain(article: Linked, mention: Mention, known: Registry) -> tuple[str | None, float]:
    match = mention.match
    if match and match.institution:
        at = known.institution(match.institution, match.country, match.place) if match.country else None
        return at, SURE if at else 0.0
    ids = match.ids if match else known.folded.get(folded(mention.text), ())
    here = [i for i in ids if article.article_id in known.actors[i].articles]
    fit = here or [i for i in ids if not known.actors[i].articles and (match or _fits(i, mention.type, known))]
    if fit and (match or len(mention.text) > 3 or mention.text.isupper()):
        return _likelier(fit, article, known), SURE if len(fit) == 1 else GUESS
    return (slug(mention.text), GUESS) if ids and match and not fit else (None, 0.0)


def _likelier(ids: Sequence[str], article: Linked, known: Registry) -> str:
    """Return the namesake whose country the article names most; the first of several."""
    return min(ids, key=lambda i: -article.countries[known.country_of(i) or ""])


def _fits(actor_id: str, kind: str, known: Registry) -> bool:
    """Tell whether a mention of a type can mean an actor; only people and all else are never confused."""
    return (known.type_of(actor_id) == "PER") == (kind == "PER")


def _parts(article: Linked, mention: Mention) -> list[str]:
    words = article.sentences[mention.sentence].words[mention.first : mention.last]
    return [part for word in words if (part := folded(word.text)) and len(word.text.strip(".")) > 1]


def _know_people(article: Linked, known: Registry) -> None:
    """Note who is named in full, under every part of the name; known people under all their spellings."""
    full: dict[str, set[str]] = {}
    for at, mention in enumerate(article.mentions):
        if mention.type != "PER":
            continue
        parts = _parts(article, mention)
        actor_id = article.ids[at]
        if actor_id is None and len(parts) > 1:
            actor_id = _near(mention.text, "PER", known)
        if actor_id is None and len(parts) > 1:
            longer = [other for other, theirs in full.items() if set(parts) <= theirs or theirs <= set(parts)]
            actor_id = longer[0] if len(longer) == 1 and longer[0] not in known.actors else slug(mention.text)
        if actor_id is None:
            continue
        _set(article, at, actor_id, article.sure[at] or WITHIN)
        if len(parts) > 1 or actor_id in known.actors:
            full.setdefault(actor_id, set()).update(parts)
    for actor_id, names in full.items():
        for part in sorted(names):
            article.people.setdefault(part, []).append(actor_id)


def _bind_abbreviations(article: Linked, known: Registry) -> None:
    """Note what an abbreviation in brackets after a name stands for, here and in all of the article."""
    for at in range(1, len(article.mentions)):
        name, short = article.mentions[at - 1], article.mentions[at]
        if name.sentence != short.sentence or name.type == "PER" or (article.ids[at] and name.type != short.type):
            continue
        between = article.sentences[name.sentence].surface(name.end, short.start)
        if between.strip() != "(" or not re.fullmatch(r"[A-Z][A-Za-z&.-]{1,11}", short.text):
            continue
        if name.type == "LOC" and short.text[0] != name.text[0]:
            continue  # "Misi PBB di Republik Kongo (MONUSCO)"
        if _unplaced(name) and short.match and name.match and short.match.institution == name.match.institution:
            article.bound[name.text] = article.ids[at]  # "Kementerian Luar Negeri (Kemlu)" is Indonesia's
            continue
        long_id = article.ids[at - 1] or _thing(article, name, known)[0]
        _set(article, at - 1, long_id, article.sure[at - 1] or GUESS)
        if article.ids[at] is None or short.text not in known.names:
            article.bound[short.text] = long_id
    for at, mention in enumerate(article.mentions):
        if mention.text in article.bound:
            _set(article, at, article.bound[mention.text], WITHIN)


def _unplaced(mention: Mention) -> bool:
    """Tell whether a mention is an institution that is named without its country."""
    return bool(mention.match and mention.match.institution and not mention.match.country)


def _institution(article: Linked, at: int, known: Registry) -> tuple[str | None, float]:
    """Link an institution without a country: as named in full here, else by its word, its sentence, the article."""
    mention = article.mentions[at]
    match = mention.match
    assert match is not None and match.institution is not None
    key = match.institution
    word = article.sentences[mention.sentence].words[mention.first].text
    usual = known.roles.institution_words.get(word) or known.institutions[key].default
    full = [
        (abs(other - at), other) for other, m in enumerate(article.mentions)
        if m.match and m.match.institution == key and m.match.country and (not usual or m.text.startswith(word))
    ]  # fmt: skip
    if full:
        return article.ids[min([pair for pair in full if pair[1] < at] or full)[1]], WITHIN
    if match.ids and (not article.countries or known.country_of(match.ids[0]) in article.countries):
        return match.ids[0], CONTEXT
    home = _country_beside(article, at, known)
    if home:
        return known.institution(key, home), CONTEXT
    if usual and (usual in article.countries or not article.countries):
        return known.institution(key, usual), CONTEXT
    earlier = zip(article.ids[:at], article.mentions[:at], strict=True)
    before = [i for i, m in earlier if m.sentence == mention.sentence and i in known.countries]
    if before and not usual:
        return known.institution(key, before[-1] or ""), CONTEXT
    if article.countries:
        most = max(article.countries.values())
        return known.institution(key, min(c for c, n in article.countries.items() if n == most)), GUESS
    return known.institution(key, usual or "indonesia"), GUESS


def _country_beside(article: Linked, at: int, known: Registry) -> str | None:
    """Return the country of the person or organisation right after a name: 'Departemen Keuangan, Scott Bessent'."""
    if at + 1 == len(article.mentions) or article.mentions[at + 1].sentence != article.mentions[at].sentence:
        return None
    name, after = article.mentions[at], article.mentions[at + 1]
    between = article.sentences[name.sentence].surface(name.end, after.start).strip()
    if between in ("", ",") if after.type == "PER" else not between:
        return known.country_of(article.ids[at + 1] or "")
    return None


def _seat(article: Linked, at: int, known: Registry) -> tuple[str, float]:
    """Tell the government from the place: 'Beijing mengatakan' from 'tiba di Beijing'."""
    mention = article.mentions[at]
    place = article.ids[at] or ""
    government = known.seats[place]
    sentence = article.sentences[mention.sentence]
    rules = known.roles.seats
    before = sentence.text[: mention.start - sentence.start].rstrip(" \"'“‘([")
    after = sentence.text[mention.end - sentence.start :]
    near = re.split(r"[\s(,]+", before)
    if re.match(rf"\s*{rules.place_after}", after) or "DC" in mention.text or "D.C" in mention.text:
        return place, CONTEXT
    if mention.start == sentence.start and re.match(r"\s*(?:[,(/—–-]|\.\w)", after):
        return place, GUESS  # a dateline that was left in the body
    if near[-1] == "ke" and set(near[-12:]) & set(rules.given):
        return government, CONTEXT
    if any(near[-len(words) :] == words for words in map(str.split, rules.place_before)):
        return place, CONTEXT
    acted_on = re.fullmatch(r"me[a-z]{4,}", near[-1])
    if acted_on or near[-1] in rules.government_before or re.match(rf"\s+{rules.government_after}", after):
        return government, CONTEXT
    if near[-1] == "dari":
        return (place if set(near[-12:]) & set(rules.leaves) else government), GUESS
    joined = re.search(r"(?:\bdan|\bantara|\w[-–/]|,)$", before) or re.match(r"[-–/]\w|\s+dan\b", after)
    if joined:
        for other in (at - 1, at + 1):
            if 0 <= other < len(article.mentions) and article.mentions[other].sentence == mention.sentence:
                beside = article.ids[other]
                if beside in known.seats or beside in known.countries:
                    return government, CONTEXT
    if government == "indonesia" or government not in article.countries or before.endswith(","):
        return place, GUESS
    return government, GUESS


def _person(article: Linked, at: int, known: Registry) -> tuple[str | None, float]:
    """Link a short or unknown name of a person within the article."""
    mention = article.mentions[at]
    parts = _parts(article, mention)
    here = [set(article.people.get(part, ())) for part in parts]
    candidates = set.intersection(*here) if here else set()
    if len(candidates) == 1:
        return candidates.pop(), WITHIN
    by_office = _by_office(article, mention, known)
    if by_office and parts and all(by_office in known.people.get(part, ()) for part in parts):
        return by_office, CONTEXT
    if candidates:
        earlier = [i for i in article.ids[:at] if i in candidates]
        return (earlier[-1] if earlier else min(candidates)), GUESS
    weak = [i for i in known.weak.get(mention.text, ()) if _fits(i, "PER", known)]
    if len(weak) == 1:
        return weak[0], CONTEXT
    near = _near(mention.text, "PER", known)
    return (near, CONTEXT) if near else (None, 0.0)


def _namesake(article: Linked, at: int, known: Registry) -> tuple[str, float]:
    """Give a short name to the namesake whom the article names in full, rather than to the better known."""
    usual = article.ids[at] or ""
    part = folded(article.mentions[at].text)
    here = article.people.get(part, [])
    if article.full is None:
        article.full = {i for i, m in zip(article.ids, article.mentions, strict=True) if m.last - m.first > 1}
    if usual in known.actors and usual in article.full:
        return usual, article.sure[at]
    others = [i for i in here if i != usual and i.startswith(f"{part}-")]
    return (others[0], CONTEXT) if len(others) == 1 else (usual, article.sure[at])


def _by_office(article: Linked, mention: Mention, known: Registry) -> str | None:
    """Return the holder of the office that stands right before a name: 'Menlu China Wang'."""
    words = article.sentences[mention.sentence].words[max(0, mention.first - 6) : mention.first]
    office = known.office_at([w.text for w in words])
    if not office or not office[1]:
        return None
    return known.holder(office[0], office[1], article.day, (i for i in article.ids if i))


def _thing(article: Linked, mention: Mention, known: Registry) -> tuple[str, float]:
    """Link an organisation, a place or an event: by the registry's weak and near spellings, else as its own actor."""
    weak = [i for i in known.weak.get(mention.text, ()) if _fits(i, mention.type, known)]
    if weak:
        here = [i for i in weak if i in article.ids]
        return _likelier(here or weak, article, known), CONTEXT if len(weak) == 1 or here else GUESS
    near = _near(mention.text, mention.type, known)
    if near:
        return near, CONTEXT
    first, _, rest = mention.text.partition(" ")
    if mention.type == "LOC" and first in known.roles.place_words and rest:
        alone = any(other.text == rest and other.type == "LOC" for other in article.mentions)
        if ids := known.folded.get(folded(rest), (slug(rest),) if alone else ()):
            return ids[0], CONTEXT
    return _own(article, mention, known), GUESS


def _own(article: Linked, mention: Mention, known: Registry) -> str:
    """Return the id of a name that the registry does not know; countries in it are spelt one way."""
    words = article.sentences[mention.sentence].words[mention.first : mention.last]
    out: list[str] = []
    at = 0
    while at < len(words):
        country = known.country_at(words, at) if len(words) > 1 else None
        out.append((known.actors[country.ids[0]].name_id or "") if country else words[at].text)
        at = country.last if country else at + 1
    if out[-1] == "Summit":
        out = ["KTT", *out[:-1]]
    return slug(" ".join(out))


def _near(text: str, kind: str, known: Registry) -> str | None:
    """Return the actor of the registry one of whose names differs by one letter in one long word."""
    name = folded(text)
    found = {known.near[form] for form in deletions(name) if form in known.near}
    fit = [
        i for i in found if _fits(i, kind, known) and any(_one_letter_off(text, other) for other in known.spellings(i))
    ]
    return fit[0] if len(fit) == 1 and len(found) == 1 else None


def _one_letter_off(text: str, other: str) -> bool:
    mine, theirs = text.split(), other.split()
    differ = [(folded(a), folded(b)) for a, b in zip(mine, theirs, strict=False) if folded(a) != folded(b)]
    if len(mine) != len(theirs) or len(differ) > 1:
        return False
    return all(min(len(a), len(b)) >= _LEAST_LETTERS and a[0] == b[0] for a, b in differ)


def by_corpus(text: str, bearers: Mapping[str, int], known: Registry) -> tuple[str, float]:
    """Link a part of a name that its article left open, by who bears it in how many articles of the corpus."""
    if bearers:
        best, articles = min(bearers.items(), key=lambda pair: (-pair[1], pair[0]))
        if articles >= _SHARE * sum(bearers.values()):
            return best, CORPUS
    part = folded(text)
    people = [i for i in known.people.get(part, ()) if _is_short(i, part, known)]
    if len(people) == 1:
        return people[0], GUESS
    return slug(text), GUESS


def _is_short(actor_id: str, part: str, known: Registry) -> bool:
    """Tell whether a part of a person's name is the one by which people of that country are called."""
    actor = known.actors[actor_id]
    parts = [folded(word) for word in (actor.name or "").split()]
    if actor.country == "indonesia":
        return part == parts[0]
    return part == parts[0 if actor.country in _FAMILY_FIRST else -1]
