"""Which spans are mentions: the tagger's names, corrected and completed by the registry."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.extraction.registry import Match, Registry, Word
from analysis.language.glued import small, small_words

_MARKS = "\"'“”‘’«»()[]{}.,;:!?-–—/\\*•|&# \t\n\r\u00a0\u200b"
_PARTS = frozenset('()[]/;:"“”|')
_MOST_WORDS = 9  # of a name that only its first word announces
_TITLE_CASE = 0.7  # share of capitalised words from which capitals tell nothing


class Mention(NamedTuple):
    """A name in a sentence, before anybody asks whose it is."""

    sentence: int
    first: int
    last: int
    start: int
    end: int
    text: str
    type: str
    found_by: str
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, its words, and the names that the tagger found in it."""

    sentence_id: str
    start: int
    text: str
    words: list[Word]
    names: list[tuple[int, int, str]]

    def surface(self, start: int, end: int) -> str:
        """Return the text between two offsets of the article."""
        return self.text[start - self.start : end - self.start]


def mentions(sentences: Sequence[Sentence], known: Registry) -> list[Mention]:
    """Return the mentions of one article in order, without overlap.

    Names of the registry are found by the words themselves, the tagger's by their offsets; where the
    two meet, the longer one stays, titles and countries before a person come off, and pairs such as
    "AS-China" come apart. What was found once is then a mention wherever the article repeats it.

    Parameters
    ----------
    sentences
        The sentences of one article in order.
    known
        The registry.
    """
    carried = _carried(sentences, known)
    found = [m for number, sentence in enumerate(sentences) for m in _in_sentence(number, sentence, carried, known)]
    return _repeated(sentences, found, known)


def _in_sentence(number: int, sentence: Sentence, carried: set[str], known: Registry) -> list[Mention]:
    words = sentence.words
    matches = list(known.matches(words))
    headline = _title_case(words)
    spans = [span for name in sentence.names for span in _trimmed(name, words, matches, carried, known)]
    people = {first for first, _, kind in spans if kind == "PER"}
    sure = [_of_match(number, sentence, match, known) for match in matches]
    headed = [] if headline else list(_headed(number, sentence, matches, people, known))
    tagged = [_mention(number, sentence, first, last, kind, "model") for first, last, kind in spans]
    whole = _merged(sure, headed, tagged, known, words, headline)
    return sorted([*whole, *_bracketed(number, sentence, whole)], key=lambda m: m.start)


def _mention(
    number: int, sentence: Sentence, first: int, last: int, kind: str, found_by: str, match: Match | None = None
) -> Mention:
    start, end = sentence.words[first].start, sentence.words[last - 1].end
    return Mention(number, first, last, start, end, sentence.surface(start, end), kind, found_by, match)


def _of_match(number: int, sentence: Sentence, match: Match, known: Registry) -> Mention:
    kind = known.type_of(match.ids[0]) if match.ids else "ORG"
    return _mention(number, sentence, match.first, match.last, kind or "ORG", "registry", match)


def _trimmed(
    name: tuple[int, int, str], words: Sequence[Word], matches: Sequence[Match], carried: set[str], known: Registry
) -> Iterable[tuple[int, int, str]]:
    """Yield a tagged name as spans of words: without marks and titles, and in its parts where it joins several."""
    start, end, kind = name
    first = bisect_left(words, start, key=_start)
    if first and words[first - 1].end > start:
        first -= 1
    last = bisect_left(words, end, key=_start)
    cuts = [at for at in range(first, last) if words[at].text in _PARTS or (words[at].text == "," and kind != "ORG")]
    for begin, stop in zip([first, *(cut + 1 for cut in cuts)], [*cuts, last], strict=True):
        while begin < stop and _sheds(words, begin, stop, kind, matches, known):
            begin += 1
        while begin < stop and (words[stop - 1].text in _MARKS or words[stop - 1].text.islower()):
            stop -= 1
        inside = [m for m in matches if begin <= m.first and m.last <= stop]
        if kind == "LOC" and len(inside) > 1:
            continue  # "AS-China", "Iran dan Israel": the registry's names are the mentions
        if kind == "PER" and len(inside) > 1 and sum(m.last - m.first for m in inside) + len(inside) > stop - begin:
            continue  # "Biden-Xi"
        first_of = inside[0] if kind == "PER" and inside else None
        if first_of and first_of.first == begin and first_of.last < stop and _leads(first_of, words, known):
            begin = first_of.last
        if not inside and " ".join(w.text for w in words[begin:stop]) in carried:
            continue
        if kind in ("PER", "LOC") and begin < stop and words[stop - 1].text.isdigit():
            continue  # "Xian H-6"
        if begin < stop and _may_be_name(words[begin:stop], known):
            yield begin, stop, _type(words[begin:stop], kind, known)


def _start(word: Word) -> int:
    return word.start


def _type(words: Sequence[Word], kind: str, known: Registry) -> str:
    """Return the type of a tagged name: its first or last word may tell better than the tagger."""
    if len(words) > 1 and (words[-1].text in known.roles.tails or known.heads.get(words[0].text) == "ORG"):
        return "ORG"
    return kind


def _carried(sentences: Sequence[Sentence], known: Registry) -> set[str]:
    """Return the names of ships, aircraft and weapons: what stands in capitals behind such a word."""
    names = set()
    for words in (sentence.words for sentence in sentences):
        for at in (at for at, word in enumerate(words) if {word.text, word.text.lower()} & known.roles.carriers):
            first = at + 1
            near = words[first : first + 2]
            first += next((n for n, w in enumerate(near) if not w.text.islower() or small(w.text)), len(near))
            last = first
            while last < len(words) and words[last].text[0].isupper():
                last += 1
            names |= {" ".join(w.text for w in words[start:last]) for start in (at, first)}
    return names - {""}


def _may_be_name(words: Sequence[Word], known: Registry) -> bool:
    text = " ".join(word.text for word in words)
    if text.lower() in known.roles.no_names or text[0].isdigit() or text.endswith("$"):
        return False
    shaped = any(w.text[0].isupper() or w.text[0] == "@" for w in words)
    return shaped and (text.isupper() or text not in known.heads)


def _leads(match: Match, words: Sequence[Word], known: Registry) -> bool:
    """Tell whether a place or organisation stands before a person, rather than being part of the name."""
    if any(known.type_of(i) == "PER" for i in match.ids):
        return False
    titled = match.first > 0 and words[match.first - 1].text in known.roles.titles | {"Negeri"}
    return titled or words[match.first].text not in known.roles.given_names


def _sheds(words: Sequence[Word], at: int, stop: int, kind: str, matches: Sequence[Match], known: Registry) -> bool:
    """Tell whether the word at which a tagged name begins is none of it."""
    text = words[at].text
    if text in _MARKS or (text.islower() and kind != "EVT"):
        return True
    if at == 0 and (text.lower() in small_words() or (text.lower(),) in known.weak_after):
        return True  # "Melansir Soompi"
    if any(m.first == at and m.last > at + 1 for m in matches):
        return False
    if text in known.roles.groups and any(m.first == at + 1 and m.last == stop for m in matches):
        return True
    if kind not in ("PER", "LOC"):
        return False
    if text.lower() in known.roles.no_names and stop - at > 1:
        return True
    if text in known.roles.titles or text.rstrip(".") in known.roles.titles:
        return kind == "PER" or any(m.first == at + 1 and m.last == stop for m in matches)
    return False


def _bracketed(number: int, sentence: Sentence, found: Sequence[Mention]) -> Iterable[Mention]:
    """Yield abbreviations in brackets right after the name that they abbreviate: 'Dewan Keamanan (DK)'."""
    words = sentence.words
    taken = {at for m in found for at in range(m.first, m.last)}
    for name in found:
        at = name.last + 1
        around = [word.text for word in words[at - 1 : at + 2 : 2]]
        if around != ["(", ")"] or at in taken or name.type == "PER":
            continue
        short, initial = words[at].text, words[name.first].text[0].upper()
        if short.isupper() and 2 <= len(short) <= 10 and short[0] == initial and short.isalpha():
            yield _mention(number, sentence, at, at + 1, name.type, "registry")


def _headed(
    number: int, sentence: Sentence, matches: Sequence[Match], people: set[int], known: Registry
) -> Iterable[Mention]:
    """Yield names that a head word announces: 'Pusat Pengendalian dan Pencegahan Penyakit AS', 'Laut Sulu'."""
    words = sentence.words
    begins = {match.first: match for match in matches}
    for first, word in enumerate(words):
        kind = known.heads.get(word.text)
        if kind and (last := _headed_end(words, first, kind, begins, people, known)) - first > 1:
            yield _mention(number, sentence, first, last, kind, "registry")


def _headed_end(
    words: Sequence[Word], first: int, kind: str, begins: dict[int, Match], people: set[int], known: Registry
) -> int:
    at = last = first + 1
    heads = known.heads.__contains__
    while at < len(words) and at - first < _MOST_WORDS:
        match = begins.get(at)
        if (at in people and at > first + 1) or (match and match.ids and known.type_of(match.ids[0]) == "PER"):
            break  # but "Universitas Bung Hatta"
        if match and match.ids and match.ids[0] in known.countries:
            place = kind == "LOC" and first in begins and begins[first].last == last
            if place or (last == first + 1 and words[first].text in known.roles.groups):
                break
            last = at = match.last
            if kind == "EVT" and at + 1 < len(words) and words[at].text in "-" and at + 1 in begins:
                at += 1
                continue
            break
        text = words[at].text
        if text == "di" and at + 1 in begins and words[first].text in known.roles.missions:
            return begins[at + 1].last
        if match and match.first == at and last == at:
            last = at = match.last
        elif text[0].isupper() and last == at and (kind == "ORG" or not heads(text)) and text not in known.roles.titles:
            last = at = at + 1
        elif text in known.roles.joins and at + 1 < len(words) and words[at + 1].text[0].isupper():
            if heads(words[at + 1].text) or at + 1 in begins or at + 1 in people or kind == "LOC":
                break
            last = at = at + 1
        else:
            break
    return last if words[last - 1].text not in known.roles.joins else last - 1


def _title_case(words: Sequence[Word]) -> bool:
    upper = [word.text[0].isupper() for word in words if word.text[0].isalpha()]
    return len(upper) > 3 and words[-1].text != "." and sum(upper) >= _TITLE_CASE * len(upper)


def _merged(
    sure: Sequence[Mention],
    headed: Sequence[Mention],
    tagged: Sequence[Mention],
    known: Registry,
    words: Sequence[Word],
    headline: bool,
) -> list[Mention]:
    """Return one mention for every place: the registry's own, then the tagger's, then what a head word announces."""
    chosen = list(sure)
    for name in tagged:
        inside = [m for m in chosen if m.first < name.last and name.first < m.last]
        whole = any(m.first <= name.first and name.last <= m.last for m in inside)
        shouted = headline and name.type in ("PER", "LOC")
        if inside and not whole and not shouted and _is_name_of_its_own(name, inside, known, words):
            chosen, inside = [m for m in chosen if m not in inside], []
        agreed = [m for m in inside if whole or m.type == name.type]
        chosen = [m._replace(found_by="both") if m in agreed else m for m in chosen]
        if not inside:
            chosen.append(name)
    for name in headed:
        inside = [m for m in chosen if m.first < name.last and name.first < m.last]
        if all(
            name.first <= m.first and m.last <= name.last and m.last - m.first < name.last - name.first for m in inside
        ):
            by = "both" if any(m.type == name.type and m.found_by != "registry" for m in inside) else "registry"
            chosen = [m for m in chosen if m not in inside]
            chosen.append(name._replace(found_by=by))
    return sorted(chosen, key=lambda m: (m.start, m.end))


def _is_name_of_its_own(name: Mention, inside: Sequence[Mention], known: Registry, words: Sequence[Word]) -> bool:
    """Tell whether a tagged name that is longer than names of the registry within it is right."""
    if any(m.first < name.first or m.last > name.last for m in inside):
        return False
    full = [m for m in inside if m.type == "PER" and m.last - m.first > 1]
    if name.type == "PER":
        return not full and all(
            m.type == "PER" or m.last == name.last or words[m.first].text in known.roles.given_names for m in inside
        )
    taken = {at for m in inside for at in range(m.first, m.last)}
    left = [words[at].text for at in range(name.first, name.last) if at not in taken]
    titles = known.roles.titles
    if all(t in titles or t.lower() in known.roles.no_names or not t[0].isalnum() or t.islower() for t in left):
        return False
    if name.type == "LOC":
        return len(inside) == 1
    return not any(m.type == "PER" for m in inside)


def _repeated(sentences: Sequence[Sentence], found: Sequence[Mention], known: Registry) -> list[Mention]:
    """Return the mentions and all repetitions of their names, of people also by a single part of the name."""
    kinds: dict[tuple[str, ...], Counter[str]] = {}
    for m in found:
        tokens = tuple(w.text for w in sentences[m.sentence].words[m.first : m.last])
        parts = [(t,) for t in tokens if _tells(t, known)] if m.type == "PER" and len(tokens) < 5 else []
        for form in {tokens, *parts}:
            if len(form) > 1 or _tells(form[0], known) or (form[0].isupper() and form == tokens and len(form[0]) > 1):
                kinds.setdefault(form, Counter())[m.type] += 1 if form == tokens else 5
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for form in sorted(kinds, key=lambda form: (-len(form), form)):
        by_first.setdefault(form[0], []).append(form)
    out = [_of_kind(m, kinds, sentences) for m in found]
    taken = {(m.sentence, at) for m in found for at in range(m.first, m.last)}
    for number, sentence in enumerate(sentences):
        words = sentence.words
        for first, word in enumerate(words):
            if word.text not in by_first or (number, first) in taken:
                continue
            for form in by_first[word.text]:
                last = first + len(form)
                if len(form) > 1 and tuple(w.text for w in words[first:last]) != form:
                    continue
                places = {(number, at) for at in range(first, last)}
                if not places & taken and not _inside_name(words, first, last):
                    kind = min(kinds[form], key=lambda k: (-kinds[form][k], k))
                    out.append(_mention(number, sentence, first, last, kind, "registry"))
                    taken |= places
                    break
    return sorted(out, key=lambda m: (m.start, m.end))


def _of_kind(mention: Mention, kinds: dict[tuple[str, ...], Counter[str]], sentences: Sequence[Sentence]) -> Mention:
    """Return a mention with the type that its name mostly has in the article."""
    if mention.match:
        return mention
    form = tuple(w.text for w in sentences[mention.sentence].words[mention.first : mention.last])
    counted = kinds.get(form, Counter({mention.type: 1}))
    kind = min(counted, key=lambda k: (-counted[k], k != mention.type, k))
    return mention if kind == mention.type else mention._replace(type=kind)


def _tells(token: str, known: Registry) -> bool:
    """Tell whether a part of a name is long enough to stand for it."""
    plain = len(token) > 2 and token[0].isupper() and not token.isupper()
    return plain and token.lower() not in known.roles.no_names and token not in known.roles.titles


def _inside_name(words: Sequence[Word], first: int, last: int) -> bool:
    """Tell whether capitalised words on either side make the repetition part of another name."""
    if last - first > 1:
        return False
    before = words[first - 1].text if first else ""
    after = words[last].text if last < len(words) else ""
    return bool(re.match(r"[A-Z][a-z]", after)) and bool(re.match(r"[A-Z][a-z]", before))
