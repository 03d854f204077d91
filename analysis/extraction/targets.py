"""Targets: the actor at whom the tone of a statement is directed.

Every person, organisation and country that the article names is a candidate, and so is nobody. A small linear
model, which `analysis.extraction.training` learns from coded statements, weighs where and how often each is named,
on whose side it stands, what the statement is about, and what the reader (`reader.py`) makes of the names, and
chooses one among them (a conditional logit: McFadden 1974); the likeliest is the target if it is likely enough.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.extraction.reader import Reading
from analysis.knowledge.patterns import WORD
from analysis.knowledge.schema import Aim
from analysis.storage import shipped

MODEL = Path(__file__).with_name("target_model.json")
BY_TONE = ["named", "at the head", "titled", "speaker", "own side", "own country", "other side", "person"]
BACK = 250  # characters before a statement in which it may have named whom it means
Features = dict[str, float]


class Mention(NamedTuple):
    """A person, organisation or country that an article names."""

    start: int
    end: int
    actor_id: str


def targets(
    quotes: pd.DataFrame,
    read: list[Reading],
    articles: pd.DataFrame,
    entities: pd.DataFrame,
    actors: pd.DataFrame,
    aim: Aim,
) -> list[str | None]:
    """Return for each quote the actor at whom its tone is aimed, or None.

    A statement without tone has no target. Of candidates equally likely the first by ``actor_id`` is meant.

    Parameters
    ----------
    quotes
        The frame ``quotes`` with ``sentiment`` filled in.
    read
        What the reader made of each quote.
    articles, entities, actors
        The frames of those names.
    aim
        The part of that name of `tone.yml`.

    Examples
    --------
    >>> from analysis import frames
    >>> from analysis.knowledge import Knowledge
    >>> quotes, *empty = (frames.made(name, []) for name in ("quotes", "articles", "entities", "actors"))
    >>> targets(quotes, [], *empty, Knowledge().tone.aim)
    []
    """
    found: list[str | None] = [None] * len(quotes)
    table = candidates(quotes, read, articles, entities, actors, aim)
    if table.empty:
        return found
    stored = _model()
    best = likeliest(table, chances(table["row"], log_odds(table, stored["weights"])))
    for row, actor in best.loc[best["likely"] > stored["least"], ["row", "actor_id"]].itertuples(index=False):
        found[row] = actor
    return found


def log_odds(table: pd.DataFrame, weights: Features) -> np.ndarray:
    """Return for each candidate the sum of its features as they weigh."""
    return table.reindex(columns=list(weights)).to_numpy(na_value=0.0) @ np.array(list(weights.values()))


def chances(rows: pd.Series, odds: np.ndarray) -> np.ndarray:
    """Return how likely each candidate is meant, rather than another of its row or nobody, whose log odds are 0.

    Examples
    --------
    >>> chances(pd.Series([0, 0, 1]), np.log([1, 2, 4])).round(2).tolist()
    [0.25, 0.5, 0.8]
    """
    grown = np.exp(np.clip(odds, -50, 50))
    return grown / (1 + np.bincount(rows, grown)[rows])


def likeliest(table: pd.DataFrame, likely: np.ndarray) -> pd.DataFrame:
    """Return of each statement the likeliest candidate: ``row``, ``actor_id``, ``likely``."""
    ranked = table[["row", "actor_id"]].assign(likely=np.round(likely, 6))
    return ranked.sort_values(["row", "likely", "actor_id"], ascending=[True, False, True]).drop_duplicates("row")


@lru_cache(maxsize=1)
def _model() -> dict[str, Any]:
    with shipped(MODEL):
        stored: dict[str, Any] = json.loads(MODEL.read_text("utf-8"))
    return stored


def candidates(
    quotes: pd.DataFrame,
    read: list[Reading],
    articles: pd.DataFrame,
    entities: pd.DataFrame,
    actors: pd.DataFrame,
    aim: Aim,
) -> pd.DataFrame:
    """Return whom the quotes that have a tone may mean.

    Returns
    -------
    DataFrame
        One row for each such quote and actor of its article: ``row`` (number of the quote), ``article_id``,
        ``actor_id`` and the features (float64).
    """
    sides = actors.dropna(subset="country").set_index("actor_id")["country"].to_dict()
    kinds = actors.set_index("actor_id")["type"].to_dict()
    able = [a for a, kind in kinds.items() if kind in ("PER", "ORG") or (kind == "LOC" and sides.get(a) == a)]
    named = entities[entities["actor_id"].isin(able)].sort_values(["start", "end"])
    mentions = {
        article: [Mention(*span) for span in zip(rows["start"], rows["end"], rows["actor_id"], strict=True)]
        for article, rows in named.groupby("article_id")
    }
    shown = articles.set_index("article_id")[["text", "title"]].fillna("").T.to_dict()
    channels = quotes.groupby("article_id")["channel_id"].agg(set).to_dict()
    found = []
    for row, quote in enumerate(quotes.itertuples()):
        there = mentions.get(quote.article_id, [])
        if quote.sentiment == "neutral" or not there:
            continue
        text, title = shown[quote.article_id].values()
        spans: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for mention in there:
            spans[mention.actor_id].add((mention.start, mention.end))
        marks = {"row": row, "article_id": quote.article_id}
        shared = _of_statement(quote, aim)
        for actor, known in _of_actors(quote, text, there, sides, aim).items():
            known |= shared | {
                "titled": any(text[m.start : m.end].lower() in title.lower() for m in there if m.actor_id == actor),
                "channel": actor in channels[quote.article_id],
                "person": kinds[actor] == "PER",
            }
            known |= {f"{name} if negative": known[name] * shared["negative"] for name in BY_TONE}
            aims = [odds for start, end, odds in read[row].aims if (start, end) in spans[actor]]
            known |= {"read": max(aims, default=0.0), "not read": not aims}
            found.append(marks | {"actor_id": actor} | {name: float(value) for name, value in known.items()})
    return pd.DataFrame(found)


def _of_statement(quote: Any, aim: Aim) -> Features:
    words = {word.lower() for word in WORD.findall(quote.text)}
    return {f"about {name}": not words.isdisjoint(listed) for name, listed in aim.about.items()} | {
        "negative": quote.sentiment == "negative",
        "constant": 1.0,
    }


def _of_actors(quote: Any, text: str, there: list[Mention], sides: Mapping[str, str], aim: Aim) -> dict[str, Features]:
    own = sides.get(quote.actor_id)
    counts = Counter(m.actor_id for m in there)
    free = {a: n for a, n in counts.items() if a != quote.actor_id and (own is None or sides.get(a) != own)}
    inside = [m for m in there if quote.start <= m.start and m.end <= quote.end]
    before = [m for m in there if quote.start - BACK <= m.start and m.end <= quote.start]
    others = list(dict.fromkeys(m.actor_id for m in inside if m.actor_id in free))
    last = next((m.actor_id for m in reversed(before) if m.actor_id in free), None)
    leader = min(free, key=lambda actor: (-free[actor], actor), default=None)
    found = {}
    for actor, count in sorted(counts.items()):
        mine, side = [m for m in inside if m.actor_id == actor], sides.get(actor)
        ahead = [WORD.findall(text[quote.start : m.start].lower()) for m in mine]
        after = {name: any(words[-1:] and words[-1] in listed for words in ahead) for name, listed in aim.after.items()}
        found[actor] = {f"after {name}": value for name, value in after.items()} | {
            "after nothing": bool(mine) and not any(after.values()),
            "named": bool(mine),
            "first of others": others[:1] == [actor],
            "only other": others == [actor],
            "part of named": len(mine) / max(1, len(inside)),
            "at the head": bool(mine) and len(ahead[0]) <= 2,
            "nobody named": not others,
            "last before": not others and actor == last,
            "before": any(m.actor_id == actor for m in before),
            "share": count / len(there),
            "weight": count / max(counts.values()),
            "leader": actor == leader,
            "speaker": actor == quote.actor_id,
            "own side": own is not None and side == own and actor != quote.actor_id,
            "own country": own is not None and actor == own,
            "other side": own is not None and side is not None and side != own,
        }
    return found
