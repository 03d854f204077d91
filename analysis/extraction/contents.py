"""Where the content of a reported statement begins and ends in its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from analysis.extraction.clauses import NOTHING, Item, Lexicon, Unit, look
from analysis.extraction.speakers import Source
from analysis.knowledge.schema import Cue

Range = tuple[int, int]  # of items

_FURTHEST_THAT = 45  # items between a verb and its bahwa
_FURTHEST_TO = 14  # items between a verb and its untuk
_LONG_RELATIVE = 20  # items from a relative clause to the sentence's end that are too many for what was said
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


def kind_of(content: Sequence[Item]) -> str:
    """Return the kind of a statement that does not stand in quotation marks as a whole."""
    return "mixed" if any(item.kind == "quotation" for item in content) else "indirect"


def content_after(unit: Unit, start: int, verb: Cue, words: Lexicon) -> Range | None:
    """Return the content behind an active form, as a range of items."""
    items = unit.items
    while words.has("after_verb", look(items, start)):
        start += 1
    first = _content_start(items, start, verb, words)
    if first is None:
        return None
    last = content_end(unit, first, words)
    marked = items[first - 1].low in words.sets["that"] or (items[first - 1].low in ",:" and last - first >= _LONG)
    stance = look(items, first).low.removesuffix("nya")
    gives = items[start - 1].low in words.sets["giving"] and (
        stance in words.verbs.speech or stance in words.sets["stances"]
    )
    gives = gives or (verb.implies == "warns" and stance in words.sets["dangers"])
    clause = (verb.takes == "clause" or verb.implies == "warns") and not gives  # "menyampaikan apresiasi atas …"
    return fitted(items, first, last, clause and not marked, words, unit.headline)


def _content_start(items: Sequence[Item], start: int, verb: Cue, words: Lexicon) -> int | None:
    that = past_that(items, start, words)
    here, following = look(items, start), look(items, start + 1)
    if words.has("that", here):
        return start + 1
    if here.low in (",", ":"):
        past = _past_aside(items, start + 1, words)
        told = past is not None and any(words.verbal(item) for item in items[start + 1 : past])
        channel = words.has("days", following) or words.reports(following)
        where = any(words.has("settings", item) or words.has("documents", item) for item in items[start + 2 : past])
        where = where or past is None or words.has("that", items[past - 1])
        if channel or (words.has("occasion", following) and not told and where):
            return that or past or (None if channel else start + 1)
        return start + 1 + following.low.startswith("bahwa")
    if verb.takes == "that":
        return that
    if verb.takes == "request":
        return _request_start(items, start, verb, words)
    if that and items[that - 2].low == "," and verb.implies in ("praises", "criticises", "accuses"):
        return that
    promised = here.low == "untuk" and verb.implies in ("promises", "threatens")
    if promised or (words.has("about", here) and here.low != "sebagai"):
        return start + 1
    if words.has("asides", here):
        past = _past_aside(items, start, words)
        if that is None and has_verb(items[start : past or len(items)], words):
            return start  # "mengaku saat ini tengah memantau …, termasuk …"
        about = (n + 1 for n in range(start, len(items)) if words.has("about", items[n]) or items[n].low == "atas")
        return that or past or next(about, None)
    return start


def _request_start(items: Sequence[Item], start: int, verb: Cue, words: Lexicon) -> int | None:
    """Where a request begins: behind untuk, but with the addressee who is to do it before agar."""
    here = look(items, start)
    if words.has("favours", here) or (verb.source == "person" and words.abstract(here)):
        return None  # "mendorong penyelesaian sengketa untuk …"
    furthest = _FURTHEST_THAT if here.kind == "name" else _FURTHEST_TO
    for place in range(start, min(start + furthest, len(items))):
        low = items[place].low
        if low == "bahwa" and words.active(items, start, place) is None:
            return place + 1
        if low in words.sets["about"] and look(items, place + 1).kind == "quotation":
            return place + 1
        if low in words.sets["so_that"]:
            return place + 1 if here.low == "kepada" else start
        if low == "untuk":
            asked = any(words.verbal(item) or item.kind == "quotation" for item in items[place + 1 : place + 4])
            whole = verb.implies == "demands" and here.low not in ("untuk", "kepada")
            return (start if whole else place + 1) if asked else None
        if low in words.sets["about"] and start < place < start + 8:
            return None
    return None if verb.source == "person" else start


def past_that(items: Sequence[Item], start: int, words: Lexicon) -> int | None:
    """Return the place behind the first bahwa."""
    furthest = min(start + _FURTHEST_THAT, len(items))
    return next((n + 1 for n in range(start, furthest) if items[n].low in ("bahwa", "bahwasanya", "kalau")), None)


def _past_aside(items: Sequence[Item], start: int, words: Lexicon) -> int | None:
    """Return the place behind the comma or colon that ends an aside."""
    for place in range(start, len(items) - 1):
        following = items[place + 1]
        if items[place].low in (",", ":") and not (words.has("days", following) or words.reports(following)):
            return place + 1 + words.has("that", following)
    return None


def content_end(unit: Unit, first: int, words: Lexicon) -> int:
    """Return where content ends that began at ``first``: at its sentence's end or at what is no longer said."""
    items = unit.items
    verbal = asked = False
    for place in range(first, len(items)):
        item, following = items[place], look(items, place + 1)
        turning = words.has("joining", item) or item.low == "dengan"
        if place in unit.used:
            return place
        if item.kind == "mark" and place > first:
            if item.low == ";" or (item.low in ".!?" and following.capital and place - first > 2):
                return place
            if item.low in (",", "—", "–", "--", "---", "-") and _leaves(unit, place, first, verbal, asked, words):
                return place
        elif verbal and item.low in words.sets["contrast"] and following.capital:
            return place  # "… terlibat namun Ann …"
        elif verbal and words.has("meanwhile", item) and words.active(items, place + 1, place + 2) is not None:
            return place  # "… sambil membanggakan bahwa …"
        elif turning and place > first + 1:
            again = following.low in (earlier.low for earlier in items[max(0, first - _LONG) : first])
            if _turns(unit, place + 1, words, asked and not again):  # "menegaskan … dan menegaskan …"
                return place
        if item.low == "tanpa" and verbal and words.active(items, place + 1, place + 2) is not None:
            return place  # "… tanpa menyebut jumlahnya"
        asked = asked or words.has("purpose", item)
        verbal = verbal or words.verbal(item) or item.kind == "quotation"
    return len(items)


def _turns(unit: Unit, place: int, words: Lexicon, asked: bool) -> bool:
    """Tell whether another saying, or a sentence about the speaker, begins here.

    Behind what is asked of somebody that is so only before bahwa: "agar Iran berhenti dan menjelaskan …".
    """
    items = unit.items
    if items[place - 2].kind == "quotation" and items[place - 1].low == "dan" and look(items, place).low[:2] == "me":
        return words.verbal(items[place])  # 'menyebutnya “agresi” dan mengerahkan armada'
    while words.has("adverbs", look(items, place)) or words.has("joining", look(items, place)):
        place += 1
    if look(items, place).low in ("dia", "ia") and words.active(items, place + 1, place + 4) is not None:
        return True
    cue = words.cue(items, place)
    new = cue is not None and cue[0] in ("active", "activenya") and not unit.headline
    behind = look(items, place + cue[2]) if cue else NOTHING
    needs = (asked and cue and cue[2] == 1) or (
        cue and cue[1].takes == "that" and behind.kind == "word" and not words.has("that", behind)
    )
    return new and (not needs or past_that(items, place, words) is not None)  # not "akan membela dan menjamin Iran"


def _leaves(unit: Unit, place: int, first: int, verbal: bool, asked: bool, words: Lexicon) -> bool:
    """Tell whether a comma or dash ends the content."""
    items = unit.items
    mark, following = items[place], look(items, place + 1)
    if mark.low != ",":
        apart = mark.start > items[place - 1].end and following.start > mark.end
        in_tokens = any(item.low in (",", ".") and item.start > before.end for before, item in pairwise(items))
        spaced = mark.low != "-" or (apart and not in_tokens)  # not "anti - Muslim"
        opens = any(item.low == mark.low for item in items[place + 1 :])
        closes = sum(item.low == mark.low for item in items[first:place]) % 2
        return spaced and verbal and place - first >= 3 and not (opens or closes)
    low = following.low
    if words.reports(following) and (
        low in words.sets["channel"] or any(i.low in words.sets["channel"] for i in items[place + 2 : place + 4])
    ):
        return True
    if low in words.sets["meanwhile"]:
        return True
    called = place + 1 + (low in ("sebuah", "suatu"))
    if words.has("remarks", look(items, called)) and look(items, called + 1).low == "yang":
        return verbal or place - first >= _LONG  # ", sebuah langkah yang …"
    if words.has("spells", following) and any(i.low in words.sets["when"] for i in items[place + 2 : place + 4]):
        return True  # ", beberapa hari setelah …"
    if low == "yang" and len(items) - place > _LONG_RELATIVE:
        return verbal  # what the writer tells besides
    noun = not (verbal or asked) and place - first >= 3
    if low in ("setelah", "sebelum", "usai") and (noun or items[place - 1].kind == "quotation"):
        return True  # "menyerukan de-eskalasi, setelah …"
    if low in words.sets["contrast"] or low in words.sets["sourcing"]:
        return verbal or place - first >= _LONG
    speaks = following.kind == "name" or words.speaks(following)
    other = look(items, place + 2)
    turned = low not in ("tetapi", "tapi") or other.kind == "name" or words.speaks(other) or words.has("plural", other)
    if (verbal or low.startswith("meski")) and (
        (low in words.sets["when"] and turned) or (words.has("subordinate", items[0]) and speaks)
    ):
        return words.active(items, place + 2, place + 8) is not None
    return _turns(unit, place + 1, words, asked and low != "dengan")


def around(unit: Unit, at: int, behind: int, words: Lexicon) -> Range | None:
    """Return the content before an attribution, or behind one that stands first or in the middle."""
    items = unit.items
    start = max((place + 1 for place in unit.used if place < at), default=0)
    left = fitted(items, start, at, False, words)
    while look(items, behind).kind == "bracket":
        behind += 1
    after = _behind(unit, behind, words)
    if after is None or left is None:
        return left or after
    before = look(items, at - 1)
    resumes = items[behind].low == "," and words.has("clause_marks", items[after[0]])
    relative = before.low == "yang" or words.has("connectives", before)
    return after if relative or resumes or not _complete(items[slice(*left)], words) else left


def _complete(content: Sequence[Item], words: Lexicon) -> bool:
    opens = words.has("subordinate", content[0]) or (
        words.has("asides", content[0]) and not any(words.verbal(item) for item in content[1:])
    )
    return not opens and len(content) >= _LONG and any(words.verbal(item) for item in content)


def _behind(unit: Unit, first: int, words: Lexicon) -> Range | None:
    """Return the content behind an attribution and its comma."""
    items = unit.items
    here = look(items, first)
    comma = here.low in (",", ":")
    if here.kind in ("mark", "end") and not comma:
        return None
    past: int | None = first + comma
    if not comma and words.has("asides", here):
        past = _past_aside(items, first, words)
    while past is not None and (words.reports(look(items, past)) or words.has("days", look(items, past))):
        past = _past_aside(items, past, words)
    if past is None:
        return None
    first = past
    role = list(takewhile(lambda item: item.low != ",", items[first : first + 12]))
    if words.has("people", look(role, 0)) and not any(words.verbal(i) or i.type == "PER" for i in role):
        first += len(role) + 1 if look(items, first + len(role)).low == "," else 0  # "menurut Ann, pendiri Bee, …"
    first += words.has("that", look(items, first))
    return fitted(items, first, content_end(unit, first, words), False, words)


def fitted(
    items: Sequence[Item], first: int, last: int, clause: bool, words: Lexicon, headline: bool = False
) -> Range | None:
    """Trim a range and return it, or None where it says nothing."""
    while last > first and (
        (items[last - 1].kind in ("mark", "bracket") and items[last - 1].low != "%")
        or (words.has("connectives", items[last - 1]) and items[last - 1].low not in ("lalu", "kemudian"))
    ):
        if items[last - 1].kind == "bracket" and last - first > 1 and items[last - 2].kind == "name":
            break
        last -= 1
    while first < last and items[first].kind == "mark":
        first += 1
    content = items[first:last]
    pointer = look(content, 0).low == "hal" and words.has("definite", look(content, 1))
    if pointer and words.has("occasion", look(content, 2)):
        return None  # "hal itu dalam pertemuan di Beijing"
    telling = [
        i for i in content if i.kind in ("name", "quotation") or (i.kind == "word" and i.low not in words.sets["empty"])
    ]
    if not telling or (len(telling) < 2 and not any(i.kind == "quotation" for i in telling)):
        return None
    if clause and not headline and not (has_verb(content, words) or any(i.kind == "quotation" for i in content)):
        return None
    return first, last


def has_verb(content: Sequence[Item], words: Lexicon) -> bool:
    """Tell whether content is a clause, not a noun with a clause of its own behind it."""
    relatives = 0  # whose verb is still to come
    for place, item in enumerate(content):
        before = look(content, place - 1)
        sub = place and words.has("subordinate", item) and (before.low == "," or not words.has("asides", item))
        if sub or item.low in ("yaitu", "yakni", "untuk"):
            return False
        relatives += item.low == "yang"
        if words.verbal(before) and before.low in words.sets["clause_marks"]:
            continue  # one verb with its auxiliary: "yang tidak memenuhi"
        ends = place + 1 == len(content) or words.has("asides", content[place + 1])
        if words.verbal(item) or (item.low in words.sets["predicates"] and ends):
            if not relatives:
                return True
            relatives -= 1
    return False
