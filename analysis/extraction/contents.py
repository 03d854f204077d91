"""Where the content of a reported statement begins and ends in its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.extraction.clauses import Item, Lexicon, Unit
from analysis.extraction.speakers import Source
from analysis.knowledge.schema import Cue

Range = tuple[int, int]  # of items

_FURTHEST_THAT = 45  # items between a verb and its bahwa
_FURTHEST_TO = 14  # items between a verb and its untuk
_LONG = 6  # items that make a clause long enough to stand without its end


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and its attribution, before the source is resolved.

    ``continued`` is True where the last speaker goes on without words that name the source.
    """

    start: int
    end: int
    kind: str
    source: Source | None
    cue: tuple[int, int] | None
    sure: float
    continued: bool = False


def content_after(unit: Unit, start: int, verb: Cue, words: Lexicon) -> Range | None:
    """Return the content behind an active form, as a range of items."""
    items = unit.items
    if start >= len(items):
        return None
    first = _content_start(unit, start, verb, words)
    if first is None:
        return None
    last = content_end(unit, first, words)
    marked = items[first - 1].low in words.sets["that"] or (items[first - 1].low in ",:" and last - first >= _LONG)
    clause = verb.takes == "clause" or verb.implies == "warns"
    return fitted(items, first, last, clause and not marked, words, unit.headline)


def _content_start(unit: Unit, start: int, verb: Cue, words: Lexicon) -> int | None:
    items = unit.items
    while start < len(items) and words.has("after_verb", items[start]):
        start += 1
    if start >= len(items):
        return None
    that = past_that(items, start, words)
    here = items[start]
    if words.has("that", here):
        return start + 1
    if here.kind == "mark" and here.low in ",:":
        following = items[start + 1] if start + 1 < len(items) else here
        occasion = words.has("occasion", following) or following.low in words.sets["channel"] | words.sets["as_said"]
        if words.has("days", following) or occasion or following.kind == "bracket":
            return that or _past_aside(items, start + 1, words)
        return that if that == start + 2 else start + 1
    if verb.takes == "that":
        return that
    if verb.takes == "request":
        return _request_start(items, start, that, verb, words)
    if verb.implies in ("praises", "criticises", "accuses") and that and items[that - 2].low == ",":
        return that
    if (words.has("about", here) and here.low != "sebagai") or (
        here.low == "untuk" and verb.implies in ("promises", "threatens")
    ):
        return start + 1
    if words.has("asides", here) or words.has("days", here) or here.kind == "bracket":
        past = _past_aside(items, start, words)
        if that is None and has_verb(items[start : past or len(items)], words):
            return start  # "mengaku saat ini tengah memantau …, termasuk …"
        return that or past or _about(items, start, words)
    return start


def _request_start(items: Sequence[Item], start: int, that: int | None, verb: Cue, words: Lexicon) -> int | None:
    """Where a request begins: behind untuk, but with the addressee who is to do it before agar."""
    if words.has("favours", items[start]):
        return None
    furthest = _FURTHEST_THAT if items[start].kind == "name" else _FURTHEST_TO
    for place in range(start, min(start + furthest, len(items))):
        low = items[place].low
        if items[place].kind == "word" and low in words.sets["so_that"]:
            return place + 1 if items[start].low == "kepada" else start
        if items[place].kind == "word" and low == "untuk":
            asked = any(words.verbal(item) or item.kind == "quotation" for item in items[place + 1 : place + 4])
            if not asked:
                return None
            return start if verb.implies == "demands" and items[start].low not in ("untuk", "kepada") else place + 1
        if low in words.sets["about"] and place + 1 < len(items) and items[place + 1].kind == "quotation":
            return place + 1
        if (low in words.sets["about"] or low == "akan") and place - start < 8 and place > start and that is None:
            return None if low != "akan" else start
    return None if verb.source == "person" else start


def past_that(items: Sequence[Item], start: int, words: Lexicon) -> int | None:
    """Return the place behind the first bahwa."""
    for place in range(start, min(start + _FURTHEST_THAT, len(items))):
        if items[place].kind == "word" and items[place].low in ("bahwa", "bahwasanya", "kalau"):
            return place + 1
    return None


def _about(items: Sequence[Item], start: int, words: Lexicon) -> int | None:
    for place in range(start, min(start + _FURTHEST_TO, len(items))):
        if words.has("about", items[place]) or items[place].low == "atas":
            return place + 1
    return None


def _past_aside(items: Sequence[Item], start: int, words: Lexicon) -> int | None:
    """Return the place behind the comma or colon that ends an aside."""
    for place in range(start, len(items)):
        if items[place].kind == "mark" and items[place].low in ",:":
            following = items[place + 1] if place + 1 < len(items) else None
            if following is None:
                return None
            if following.kind == "bracket" or words.has("days", following) or following.low in words.sets["channel"]:
                continue
            return place + 2 if words.has("that", following) else place + 1
        if items[place].kind == "quotation":
            return None
    return None


def content_end(unit: Unit, first: int, words: Lexicon) -> int:
    """Return where content ends that began at ``first``: at its sentence's end or at what is no longer said."""
    items = unit.items
    verbal = asked = False
    for place in range(first, len(items)):
        item = items[place]
        if place in unit.used:
            return place
        if item.kind == "mark" and place > first:
            if item.low == ";" or (
                item.low in ".!?" and place + 1 < len(items) and items[place + 1].capital and place - first > 2
            ):
                return place
            if (
                item.low in (",", "—", "–", "--", "-")
                and place + 1 < len(items)
                and (_leaves(unit, place, first, verbal, asked, words))
            ):
                return place
        elif item.kind == "word":
            if words.has("joining", item) and place > first + 1 and _turns(unit, place + 1, words, asked):
                return place
            asked = asked or words.has("purpose", item)
            verbal = verbal or words.verbal(item)
    return len(items)


def _turns(unit: Unit, place: int, words: Lexicon, asked: bool) -> bool:
    """Tell whether another saying, or a sentence about the speaker, begins here.

    Behind what is asked of somebody that is so only before bahwa: "agar Iran berhenti dan menjelaskan …".
    """
    items = unit.items
    while place < len(items) and (words.has("adverbs", items[place]) or words.has("joining", items[place])):
        place += 1
    if place >= len(items):
        return False
    cue = words.cue(items, place)
    if cue and cue[0] in ("active", "activenya") and not unit.headline:
        return not asked or past_that(items, place, words) is not None
    if items[place].low in ("dia", "ia") and place + 2 < len(items):
        cues = (words.cue(items, n) for n in range(place + 1, min(place + 4, len(items))))
        return any(found and found[0] == "active" for found in cues)
    return False


def _leaves(unit: Unit, place: int, first: int, verbal: bool, asked: bool, words: Lexicon) -> bool:
    """Tell whether a comma or dash ends the content."""
    items = unit.items
    dash = items[place].low != ","
    following = items[place + 1]
    if dash:
        spaced = items[place].low in ("—", "–", "--") or (
            items[place].start > items[place - 1].end and following.start > items[place].end
        )
        return (
            spaced and verbal and place - first >= 4 and not any(i.low == items[place].low for i in items[place + 1 :])
        )
    low = following.low
    if following.kind == "word" and (low in words.sets["channel"] or low in words.sets["meanwhile"]):
        return True
    if (
        low in ("seperti", "sebagaimana", "demikian")
        and place + 2 < len(items)
        and (items[place + 2].low in words.sets["channel"] or words.cue(items, place + 2) is not None)
    ):
        return True
    if low == "yang":
        return verbal and place - first >= 3
    if low in words.sets["contrast"]:
        return verbal or place - first >= _LONG
    if verbal and (low in words.sets["when"] or (words.has("subordinate", items[0]) and following.kind == "name")):
        return any(
            (cue := words.cue(items, n)) and cue[0] == "active" for n in range(place + 2, min(place + 5, len(items)))
        )
    return _turns(unit, place + 1, words, asked) and (verbal or place - first > 1)


def around(unit: Unit, at: int, behind: int, words: Lexicon) -> Range | None:
    """Return the content before an attribution, or behind one that stands first or in the middle."""
    items = unit.items
    start = max((place + 1 for place in unit.used if place < at), default=0)
    left = fitted(items, start, at, False, words)
    if left is not None and start and unit.used and words.has("asides", items[left[0]]):
        left = None  # what stands there belongs to the attribution of a quotation
    while behind < len(items) and items[behind].kind == "bracket":
        behind += 1
    after = _behind(unit, behind, words)
    relative = at > 0 and (
        items[at - 1].low == "yang" or items[max(at - 2, 0)].low == "yang" or words.has("connectives", items[at - 1])
    )
    resumes = (
        after is not None
        and behind < len(items)
        and items[behind].low == ","
        and words.has("clause_marks", items[after[0]])
    )
    if after is not None and (left is None or relative or resumes or not _complete(items, left, words)):
        return after
    return left


def _complete(items: Sequence[Item], span: tuple[int, int], words: Lexicon) -> bool:
    content = items[span[0] : span[1]]
    if (
        words.has("about", content[0])
        or words.has("subordinate", content[0])
        or (words.has("asides", content[0]) and not any(words.verbal(item) for item in content[1:]))
    ):
        return False
    return len(content) >= _LONG and any(words.verbal(item) for item in content)


def _behind(unit: Unit, behind: int, words: Lexicon) -> Range | None:
    """Return the content behind an attribution and its comma."""
    items = unit.items
    if behind >= len(items):
        return None
    first = behind
    if items[behind].low in ",:":
        first = behind + 1
    elif words.has("asides", items[behind]) or words.has("days", items[behind]):
        past = _past_aside(items, behind, words)
        if past is None:
            return None
        first = past
    elif items[behind].kind == "mark":
        return None
    while first < len(items) and (
        items[first].kind == "bracket"
        or (words.has("days", items[first]) and any(i.low == "," for i in items[first : first + 6]))
        or items[first].low in words.sets["channel"]
        or items[first].low in ("seperti", "sebagaimana", "dikutip")
    ):
        past = _past_aside(items, first, words)
        if past is None:
            return None
        first = past
    first = _past_apposition(items, first, words)
    if first < len(items) and words.has("that", items[first]):
        first += 1
    cue = words.cue(items, first) if first < len(items) else None
    if first >= len(items) or (cue and items[first - 1].low == "," and cue[0] != "bare"):
        return None
    return fitted(items, first, content_end(unit, first, words), False, words)


def _past_apposition(items: Sequence[Item], first: int, words: Lexicon) -> int:
    """Pass over the role behind a name: 'menurut Adrian Li, pendiri Convergence, …'."""
    comma = next((n for n in range(first, min(first + 12, len(items))) if items[n].low == ","), None)
    if comma is None or len(items) - comma < _LONG or items[first].kind != "word":
        return first
    role = items[first:comma]
    apposed = words.has("people", role[0]) or (
        role[0].capital and all(item.capital or len(item.low) < 4 for item in role)
    )
    return comma + 1 if apposed and not any(words.verbal(i) or (i.type == "PER") for i in role) else first


def fitted(
    items: Sequence[Item], first: int, last: int, clause: bool, words: Lexicon, headline: bool = False
) -> Range | None:
    """Trim a range and return it, or None where it says nothing."""
    while last > first and (
        items[last - 1].kind in ("mark", "bracket")
        or (words.has("connectives", items[last - 1]) and items[last - 1].low not in ("lalu", "kemudian"))
    ):
        if items[last - 1].kind == "bracket" and last - first > 1 and items[last - 2].kind == "name":
            break
        last -= 1
    while first < last and items[first].kind == "mark":
        first += 1
    content = items[first:last]
    telling = [
        i for i in content if i.kind in ("name", "quotation") or (i.kind == "word" and i.low not in words.sets["empty"])
    ]
    if not telling or (len(telling) < 2 and not any(i.kind == "quotation" for i in telling)):
        return None
    if clause and not headline and not (has_verb(content, words) or any(i.kind == "quotation" for i in content)):
        return None
    return first, last


def _ends_clause(content: Sequence[Item], place: int, words: Lexicon) -> bool:
    return place + 1 == len(content) or words.has("asides", content[place + 1])


def has_verb(content: Sequence[Item], words: Lexicon) -> bool:
    """Tell whether content is a clause, not a noun with a clause of its own behind it."""
    relatives = 0  # whose verb is still to come
    for place, item in enumerate(content):
        if item.low in ("yaitu", "yakni", "untuk") or (
            place
            and words.has("subordinate", item)
            and (content[place - 1].low == "," or not words.has("asides", item))
        ):
            return False
        relatives += item.low == "yang"
        if words.verbal(item) or (item.low in words.sets["predicates"] and _ends_clause(content, place, words)):
            if not relatives:
                return True
            relatives -= 1
    return False
