"""Targets: the actor at whom the tone of a statement is directed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.knowledge.patterns import WORD

FIRST = 0.5  # what it counts to be named first, beside being the actor most often named in the article
LEADING = 0.3  # share of the other side's mentions from which an actor is meant without being named


@dataclass(frozen=True)
class Mention:
    """A person, organisation or country that an article names."""

    start: int
    end: int
    actor_id: str


def targets(
    quotes: pd.DataFrame,
    articles: pd.DataFrame,
    entities: pd.DataFrame,
    actors: pd.DataFrame,
    addressed: Sequence[str],
) -> list[str | None]:
    """Return for each quote the actor at whom its tone is aimed, or None.

    A statement without tone has no target. It is sought among the persons, organisations and countries
    named between the reporting word and the end of the content; speakers do not aim at themselves or
    their own side, nor at whom they merely talk to (words of ``addressed`` before the name). Of several
    the one named first is meant, or one that the article names much more often. Criticism that names
    nobody is aimed at the actor of another side of whom the article speaks most, if it speaks of that
    one often enough.

    Parameters
    ----------
    quotes
        The frame ``quotes`` with ``sentiment`` filled in.
    articles, entities, actors
        The frames of those names.
    addressed
        Words before a name that make it a listener ("mengatakan kepada Biden").

    Examples
    --------
    >>> from analysis import frames
    >>> targets(*(frames.made(name, []) for name in ("quotes", "articles", "entities", "actors")), [])
    []
    """
    sides = {
        actor: side for actor, side in zip(actors["actor_id"], actors["country"], strict=True) if not pd.isna(side)
    }
    named = _named(entities, actors, sides)
    weights = {article: Counter(m.actor_id for m in mentions) for article, mentions in named.items()}
    raw = dict(zip(articles["article_id"], articles["text"], strict=True))
    found = []
    for quote in quotes.itertuples():
        mentions = named.get(quote.article_id, [])
        if quote.sentiment == "neutral" or not mentions:
            found.append(None)
            continue
        begin = quote.start
        if quote.sentiment == "negative" and not pd.isna(quote.cue_end):
            begin = min(begin, int(quote.cue_end))
        text = raw[quote.article_id]
        said = [m for m in mentions if begin <= m.start and m.end <= quote.end]
        said = [m for m in said if m.start >= quote.start or not _addressed(text, m, addressed)]
        speaker = None if pd.isna(quote.actor_id) else quote.actor_id
        found.append(_target(said, weights[quote.article_id], speaker, sides, quote.sentiment == "negative"))
    return found


def _named(entities: pd.DataFrame, actors: pd.DataFrame, sides: Mapping[str, str]) -> dict[str, list[Mention]]:
    """Return by article the mentions of whoever can be a target: of places only countries."""
    kinds = zip(actors["actor_id"], actors["type"], strict=True)
    able = {actor for actor, kind in kinds if kind in ("PER", "ORG") or (kind == "LOC" and sides.get(actor) == actor)}
    named = defaultdict(list)
    kept = entities[entities["actor_id"].isin(able)]
    for article, start, end, actor in zip(
        kept["article_id"], kept["start"], kept["end"], kept["actor_id"], strict=True
    ):
        named[article].append(Mention(start, end, actor))
    return {article: sorted(mentions, key=lambda m: (m.start, m.end)) for article, mentions in named.items()}


def _addressed(text: str, mention: Mention, addressed: Sequence[str]) -> bool:
    before = WORD.findall(text[max(0, mention.start - 40) : mention.start].lower())
    return any(word in addressed for word in before[-3:])


def _target(
    said: list[Mention], weights: Counter[str], speaker: str | None, sides: Mapping[str, str], critical: bool
) -> str | None:
    own = sides.get(speaker) if speaker else None

    def other(actor: str) -> bool:
        return actor != speaker and (own is None or sides.get(actor) != own)

    free = list(dict.fromkeys(m.actor_id for m in said if other(m.actor_id)))
    if free:
        most = max(weights.values())
        return max(free, key=lambda actor: FIRST * (actor == free[0]) + weights[actor] / most)
    rivals = {actor: count for actor, count in weights.items() if other(actor)}
    if not critical or not rivals:
        return None
    leader = min(rivals, key=lambda actor: (-rivals[actor], actor))
    return leader if rivals[leader] > LEADING * sum(rivals.values()) else None
