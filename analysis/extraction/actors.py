"""Names in the text, and the real-world actors that they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import pandas as pd

from analysis import frames
from analysis.extraction.linking import Linked, completed, linked
from analysis.extraction.mentions import Sentence, mentions
from analysis.extraction.registry import Registry, registry, slug
from analysis.knowledge import Knowledge

__all__ = ["actors", "entities", "holder", "unnamed"]


def entities(
    articles: pd.DataFrame, sentences: pd.DataFrame, tokens: pd.DataFrame, names: pd.DataFrame, knowledge: Knowledge
) -> pd.DataFrame:
    """Return every mention of a name with the actor that it means.

    Parameters
    ----------
    articles
        Frame `articles`; their dates decide who held an office.
    sentences, tokens, names
        What the tagger found; `names` may be empty, then the registry alone finds names.
    knowledge
        The registry of actors, countries and roles.

    Returns
    -------
    pandas.DataFrame
        Frame `entities`. ``found_by`` says whether the tagger, the registry or both found the name;
        ``confidence`` is 1 where the name means one actor anywhere, 0.9 where the article tells,
        0.8 where the words around tell, 0.6 where the rest of the corpus tells, and 0.5 for a guess
        or an actor that the registry does not know.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.frames import made
    >>> text = "Menlu AS Anthony Blinken tiba di Beijing dan menekan Beijing."
    >>> articles = pd.DataFrame({"article_id": ["a"], "date": [pd.NaT]})
    >>> sentences = made("sentences", [
    ...     {"article_id": "a", "sentence_id": "a:0-61", "start": 0, "end": 61, "text": text, "paragraph": 0}])
    >>> found = entities(articles, sentences, made("tokens", []), made("names", []), Knowledge())
    >>> dict(zip(found["start"], found["actor_id"]))
    {6: 'united-states', 9: 'antony-blinken', 33: 'beijing', 53: 'china'}
    """
    known = registry(knowledge)
    dated = zip(articles["article_id"], articles["date"], strict=True)
    days = {article_id: None if pd.isna(day) else day.date() for article_id, day in dated}
    done = []
    for article_id, own in _by_article(sentences, names, known):
        done.append(linked(article_id, days.get(article_id), own, mentions(own, known), known))
    completed(done, known)
    return frames.made("entities", (row for article in done for row in _rows(article, known)))


def _by_article(sentences: pd.DataFrame, names: pd.DataFrame, known: Registry) -> Iterable[tuple[str, list[Sentence]]]:
    tagged: dict[str, list[tuple[int, int, str]]] = {}
    for row in names[["sentence_id", "start", "end", "type"]].itertuples(index=False):
        tagged.setdefault(row.sentence_id, []).append((row.start, row.end, row.type))
    ordered: dict[str, list[Sentence]] = {}
    for row in sentences.sort_values("start", kind="stable").itertuples(index=False):
        words, own = known.words(row.text, row.start), sorted(tagged.get(row.sentence_id, ()))
        ordered.setdefault(row.article_id, []).append(Sentence(row.sentence_id, row.start, row.text, words, own))
    for article_id in dict.fromkeys(sentences["article_id"]):
        yield article_id, ordered[article_id]


def _rows(article: Linked, known: Registry) -> Iterable[dict[str, object]]:
    for mention, actor_id, sure in zip(article.mentions, article.ids, article.sure, strict=True):
        actor_id = known.resolved(actor_id or slug(mention.text))
        actor = known.actors.get(actor_id)
        yield {
            "article_id": article.article_id,
            "sentence_id": article.sentences[mention.sentence].sentence_id,
            "start": mention.start,
            "end": mention.end,
            "text": mention.text,
            "type": (actor and actor.type) or mention.type,
            "actor_id": actor_id,
            "found_by": mention.found_by,
            "confidence": sure,
        }


def holder(words: str, day: pd.Timestamp | None, knowledge: Knowledge, among: Iterable[str] = ()) -> str | None:
    """Return who is meant by an office and its country: "Menlu RI", "PM Israel tersebut".

    Parameters
    ----------
    words
        The words that name the source.
    day
        The article's date, or None.
    knowledge
        The registry.
    among
        actor_ids that the article names: without a date, and where the date finds nobody, the one
        holder among them is meant.

    Returns
    -------
    str or None
        The holder; the office itself ("israel-prime-minister") when no holder is known; None when
        the words hold no office with a country.

    Examples
    --------
    >>> holder("Menteri Luar Negeri AS", pd.Timestamp("2023-05-01"), Knowledge())
    'antony-blinken'
    >>> holder("PM Israel tersebut", None, Knowledge(), among=["benjamin-netanyahu", "israel"])
    'benjamin-netanyahu'
    >>> holder("Presiden Fiji", None, Knowledge())
    'fiji-president'
    """
    known = registry(knowledge)
    found = known.office_at([word.text for word in known.words(words)])
    if not found or not found[1]:
        return None
    office, of = found[0], known.seats.get(found[1], found[1])
    present = set(among)
    dated = known.holder(office, of, None if day is None or pd.isna(day) else day.date())
    return known.resolved(dated or known.holder(office, of, None, present) or f"{of}-{office}")


def unnamed(
    article_id: str, words: str, country_actor_id: str | None, organisation_actor_id: str | None, knowledge: Knowledge
) -> str:
    """Return the id of a source without a name, one for every description within an article.

    Parameters
    ----------
    article_id
        The article; the source is an actor in it alone.
    words
        The words that describe it: "seorang pejabat senior Gedung Putih".
    country_actor_id, organisation_actor_id
        Country and organisation that the words name, or None.
    knowledge
        The words of `roles.yml` under ``unnamed``.

    Returns
    -------
    str
        ``article#qualities.noun@actor_id``. `actors` reads label, type and country from it; "s"
        after the noun marks several; words that the YAML does not know stand after "=".

    Examples
    --------
    >>> unnamed("a", "para pejabat senior AS", "united-states", None, Knowledge())
    'a#senior.officials@united-states'
    >>> unnamed("a", "Seorang juru bicara", None, "china-ministry-of-commerce", Knowledge())
    'a#.spokesperson@china-ministry-of-commerce'
    """
    known = registry(knowledge)
    listed = known.roles.unnamed
    parts = known.words(words)
    named = {at for match in known.matches(parts) for at in range(match.first, match.last)}
    own = known.words_of(organisation_actor_id) if organisation_actor_id else set()
    text = [part.text.lower() for at, part in enumerate(parts) if part.text[0].isalnum() and at not in named]
    text = [word for word in text if word not in own]
    several = bool(set(text) & set(listed.several)) or any(a == b for a, b in pairwise(text))
    phrases = [(" ".join(text[at : at + length]), at) for at in range(len(text)) for length in (3, 2, 1)]
    noun, noun_at = next(((listed.nouns[key], at) for key, at in phrases if key in listed.nouns), (None, -1))
    home = organisation_actor_id or country_actor_id
    tail = f"@{home}" if home else ""
    if noun is None:
        kept = [word for word in text if word not in listed.ignored]
        return f"{article_id}#={slug(' '.join(kept or text))}{tail}"
    qualities = [listed.qualities[key] for key, at in phrases if at != noun_at and key in listed.qualities]
    description = "+".join(slug(quality) for quality in dict.fromkeys(qualities))
    return f"{article_id}#{description}.{slug(_several(noun) if several else noun)}{tail}"


def _several(noun: str) -> str:
    head, *rest = noun.split(" of ")
    irregular = {"medium": "media", "fisherman": "fishermen", "family member": "family members"}
    plural = irregular.get(head) or (
        f"{head[:-1]}ies" if head.endswith("y") else f"{head}es" if head.endswith("ss") else f"{head}s"
    )
    return " of ".join([plural, *rest])


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
    known = registry(knowledge)
    counts = entities.groupby("actor_id", sort=False).agg(
        mentions=("actor_id", "size"), articles=("article_id", "nunique")
    )
    kinds = _commonest(entities, "type")
    surfaces = _commonest(entities, "text", whole=True)
    rows = [
        _named(actor_id, surfaces[actor_id], kinds[actor_id], int(n), int(spread), known)
        for actor_id, n, spread in counts.itertuples()
    ]
    spoken = _spoken(quotes)
    for actor_id in sorted(set(spoken) - set(counts.index)):
        n, words, spread = spoken[actor_id]
        if "#" in actor_id:
            rows.append(_described(actor_id, words, n, known))
        else:
            rows.append(_named(actor_id, words, "PER", 0, spread, known))
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


def _commonest(entities: pd.DataFrame, column: str, whole: bool = False) -> dict[str, str]:
    """Return the commonest value for each actor; with `whole`, the one that gave the id goes first."""
    counted = entities.groupby(["actor_id", column], sort=True).size().reset_index(name="n")
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
