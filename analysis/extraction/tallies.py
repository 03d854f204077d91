"""The actors of a corpus, from counts that add up over its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from analysis import frames
from analysis.extraction.registry import Registry, registry, slug
from analysis.knowledge import Knowledge


def actors(entities: pd.DataFrame, quotes: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Return every actor that is mentioned, speaks, is a target or a channel.

    Parameters
    ----------
    entities, quotes
        The frames of that name.
    knowledge
        The registry: labels, types, countries.

    Returns
    -------
    pandas.DataFrame
        Frame `actors`, the most mentioned first. Unnamed sources have ``named`` False; their
        mentions are their quotes. An actor that the registry does not know bears its commonest name.

    Examples
    --------
    >>> from analysis.frames import made
    >>> rows = [{"article_id": "a", "sentence_id": "a:0-9", "start": 0, "end": 2, "text": "AS", "type": "LOC",
    ...          "actor_id": "united-states", "found_by": "both", "confidence": 1.0}]
    >>> actors(made("entities", rows), made("quotes", []), Knowledge())[["name", "name_id", "mentions"]].values.tolist()
    [['United States', 'Amerika Serikat', 1]]
    """
    return of_tally(tally(entities, quotes), knowledge)


class Tally(NamedTuple):
    """Counts from which `actors` is made; those of parts of a corpus add up."""

    names: pd.DataFrame  # actor_id, text, type, mentions
    spread: pd.DataFrame  # actor_id, articles
    spoken: pd.DataFrame  # actor_id, quotes, speaker, spread


def tally(entities: pd.DataFrame, quotes: pd.DataFrame) -> Tally:
    """Return the counts of a part of a corpus that holds whole articles."""
    names = entities.groupby(["actor_id", "text", "type"], as_index=False).size().rename(columns={"size": "mentions"})
    spread = entities.groupby("actor_id", as_index=False)["article_id"].nunique()
    spoken = [(actor_id, *found) for actor_id, found in _spoken(quotes).items()]
    return Tally(
        names,
        spread.rename(columns={"article_id": "articles"}),
        pd.DataFrame(spoken, columns=["actor_id", "quotes", "speaker", "spread"]),
    )


def summed(tallies: Sequence[Tally]) -> Tally:
    """Return the counts of parts of a corpus, in their order, as those of the whole."""
    names, spread, spoken = (pd.concat(found, ignore_index=True) for found in zip(*tallies, strict=True))
    said = spoken.assign(speaker=spoken["speaker"].replace("", None)).groupby("actor_id", as_index=False)
    return Tally(
        names.groupby(["actor_id", "text", "type"], as_index=False)["mentions"].sum(),
        spread.groupby("actor_id", as_index=False)["articles"].sum(),
        said.agg(quotes=("quotes", "sum"), speaker=("speaker", "first"), spread=("spread", "sum")).fillna(""),
    )


def of_tally(counts: Tally, knowledge: Knowledge) -> pd.DataFrame:
    """Return the frame ``actors`` of a corpus that was counted."""
    known = registry(knowledge)
    kinds = _commonest(counts.names, "type")
    surfaces = _commonest(counts.names, "text", whole=True)
    times = counts.names.groupby("actor_id")["mentions"].sum()
    rows = [
        _named(actor_id, surfaces[actor_id], kinds[actor_id], int(times[actor_id]), int(spread), known)
        for actor_id, spread in counts.spread.itertuples(index=False)
    ]
    for actor_id, n, words, spread in counts.spoken.sort_values("actor_id").itertuples(index=False):
        if actor_id in times.index:
            continue
        if "#" in actor_id:
            rows.append(_described(actor_id, words, int(n), known))
        else:
            rows.append(_named(actor_id, words, "PER", 0, int(spread), known))
    rows.sort(key=lambda row: (-int(str(row["mentions"])), str(row["actor_id"])))
    return frames.made("actors", rows)


def counted(actors: pd.DataFrame, entities: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Return the actors that occur in a part of a corpus, with mentions and articles counted anew.

    Parameters
    ----------
    actors
        Frame `actors` of the whole corpus.
    entities, quotes
        These frames of the part.

    Returns
    -------
    pandas.DataFrame
        Frame `actors`, the most mentioned first.

    Examples
    --------
    >>> from analysis.frames import made
    >>> counted(made("actors", []), made("entities", []), made("quotes", [])).empty
    True
    """
    named = entities.groupby("actor_id")["article_id"].agg(["size", "nunique"])
    quoted = {actor_id: (n, spread) for actor_id, (n, _, spread) in _spoken(quotes).items()}
    rows = []
    for row in actors.to_dict("records"):
        actor_id = row["actor_id"]
        if actor_id in named.index:
            rows.append(row | {"mentions": named.at[actor_id, "size"], "articles": named.at[actor_id, "nunique"]})
        elif actor_id in quoted:
            n, spread = quoted[actor_id]
            rows.append(row | {"mentions": 0 if row["named"] else n, "articles": spread})
    rows.sort(key=lambda row: (-row["mentions"], row["actor_id"]))
    return frames.made("actors", rows)


def _commonest(names: pd.DataFrame, column: str, whole: bool = False) -> dict[str, str]:
    """Return the commonest value for each actor; with `whole`, the one that gave the id goes first."""
    counted = names.groupby(["actor_id", column], sort=True)["mentions"].sum().reset_index(name="n")
    counted["own"] = whole & (counted[column].map(slug) == counted["actor_id"])
    best = counted.sort_values(["own", "n", column], ascending=[False, False, True], kind="stable")
    return best.drop_duplicates("actor_id").set_index("actor_id")[column].to_dict()


def _spoken(quotes: pd.DataFrame) -> dict[str, tuple[int, str, int]]:
    """Return actors of quotes → number of quotes, first words, number of articles."""
    out: dict[str, tuple[Counter[str], str]] = {}
    for column in ("actor_id", "target_id", "channel_id"):
        for actor_id, words, article_id in quotes[[column, "speaker", "article_id"]].itertuples(index=False):
            if pd.isna(actor_id):
                continue
            counter, first = out.get(actor_id, (Counter(), ""))
            counter[article_id] += column == "actor_id"
            out[actor_id] = (counter, first or (words if column == "actor_id" and isinstance(words, str) else ""))
    return {actor_id: (sum(counter.values()), first, len(counter)) for actor_id, (counter, first) in out.items()}


def _named(actor_id: str, surface: str, kind: str, mentions: int, articles: int, known: Registry) -> dict[str, object]:
    actor = known.actors.get(actor_id)
    label = known.label(actor_id)
    return {
        "actor_id": actor_id,
        "name": label or surface or actor_id,
        "name_id": (actor and (actor.name_id or actor.name)) or surface or label or actor_id,
        "type": (actor and actor.type) or kind,
        "country": known.country_of(actor_id),
        "wikidata": actor.wikidata if actor else None,
        "named": True,
        "mentions": mentions,
        "articles": articles,
    }


def _described(actor_id: str, words: str, quotes: int, known: Registry) -> dict[str, object]:
    """Return the row of an unnamed source, read from its id."""
    description, _, home = actor_id.rpartition("#")[2].partition("@")
    place = known.adjectives.get(home, "")
    if description.startswith("="):
        name = f"unnamed source ({words or description[1:].replace('-', ' ')})"
    else:
        qualities, _, noun = description.partition(".")
        parts = ("unnamed", *qualities.split("+"), place, noun)
        name = " ".join(part if part == place else part.replace("-", " ") for part in parts if part)
    if home and not place:
        name += f", {known.label(home) or home}"
    return {
        "actor_id": actor_id,
        "name": name,
        "name_id": words or name,
        "type": "PER",
        "country": known.country_of(home) if home else None,
        "wikidata": None,
        "named": False,
        "mentions": quotes,
        "articles": 1,
    }
