"""Names in the text, and the real-world actors that they mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import pandas as pd

from analysis import frames
from analysis.extraction.linking import Linked, by_corpus, linked
from analysis.extraction.mentions import Sentence, mentions
from analysis.extraction.registry import Registry, folded, registry, slug
from analysis.knowledge import Knowledge
from analysis.language.annotate import joints, places

_LETTERS = re.compile(r"[^\W\d_]+")


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
    opened, bearers = begun(articles, sentences, names, joints(tokens), knowledge)
    return completed(opened, bearers, knowledge)


def begun(
    articles: pd.DataFrame, sentences: pd.DataFrame, names: pd.DataFrame, joined: pd.DataFrame, knowledge: Knowledge
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the mentions as far as their own articles tell, and who is named in full in them.

    Parameters
    ----------
    articles, sentences, names, knowledge
        As `entities` takes them; any part of a corpus that holds whole articles.
    joined
        Frame ``joints`` of the same articles.

    Returns
    -------
    opened : pandas.DataFrame
        Frame ``entities``; ``actor_id`` is empty where only the rest of the corpus can tell.
    bearers : pandas.DataFrame
        Frame ``bearers``. Those of several parts are added up by `added`.
    """
    known = registry(knowledge)
    capitals = set(sentences.loc[sentences["text"] != sentences["text"].str.lower(), "article_id"])
    dated = zip(articles["article_id"], articles["date"], strict=True)
    days = {article_id: None if pd.isna(day) else day.date() for article_id, day in dated}
    rows: list[dict[str, object]] = []
    counts: Counter[tuple[str, str]] = Counter()
    for article_id, own in _by_article(sentences, names, places(joined), capitals, known):
        article = linked(article_id, days.get(article_id), own, mentions(own, known), known)
        counts.update((part, person) for part, people in article.people.items() for person in set(people))
        rows += _rows(article, known)
    bearers = ({"part": part, "actor_id": person, "articles": n} for (part, person), n in sorted(counts.items()))
    opened = frames.made("entities", rows)
    opened["text"] = opened["text"].where(opened["article_id"].isin(capitals), opened["text"].str.lower())
    return opened, frames.made("bearers", bearers)


def added(bearers: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return frames ``bearers`` of parts of a corpus as that of the whole."""
    together = pd.concat(bearers).groupby(["part", "actor_id"], as_index=False)["articles"].sum()
    return frames.checked("bearers", together)


def open_parts(opened: pd.DataFrame) -> list[str]:
    """Return the parts of names of which `completed` asks who bears them."""
    return sorted({folded(text) for text in opened.loc[opened["actor_id"] == "", "text"]})


def completed(opened: pd.DataFrame, bearers: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Return the frame ``entities``: what `begun` left open is linked by who bears the name in the whole corpus."""
    known = registry(knowledge)
    borne: dict[str, dict[str, int]] = {}
    asked = bearers[bearers["part"].isin(open_parts(opened))]
    for part, person, articles in asked.itertuples(index=False):
        borne.setdefault(part, {})[person] = articles
    rows = opened["actor_id"] == ""
    found = [by_corpus(text, borne.get(folded(text), {}), known) for text in opened.loc[rows, "text"]]
    ids = [known.resolved(actor_id) for actor_id, _ in found]
    kinds = [_kind(i, kind, known) for i, kind in zip(ids, opened.loc[rows, "type"], strict=True)]
    filled = opened.copy()
    filled.loc[rows, "actor_id"], filled.loc[rows, "type"] = ids, kinds
    filled.loc[rows, "confidence"] = [sure for _, sure in found]
    return frames.checked("entities", filled)


def _by_article(
    sentences: pd.DataFrame,
    names: pd.DataFrame,
    joined: Mapping[str, frozenset[int]],
    capitals: set[str],
    known: Registry,
) -> Iterable[tuple[str, list[Sentence]]]:
    tagged: dict[str, list[tuple[int, int, str]]] = {}
    for row in names[["sentence_id", "start", "end", "type"]].itertuples(index=False):
        tagged.setdefault(row.sentence_id, []).append((row.start, row.end, row.type))
    ordered: dict[str, list[Sentence]] = {}
    for row in sentences.sort_values("start", kind="stable").itertuples(index=False):
        own = sorted(tagged.get(row.sentence_id, ()))
        text = row.text if row.article_id in capitals else _with_capitals(row.text, row.start, own, known)
        words = known.words(text, row.start, joined.get(row.article_id, ()))
        ordered.setdefault(row.article_id, []).append(Sentence(row.sentence_id, row.start, text, words, own))
    for article_id in dict.fromkeys(sentences["article_id"]):
        yield article_id, ordered[article_id]


def _with_capitals(text: str, start: int, names: list[tuple[int, int, str]], known: Registry) -> str:
    """Return a sentence of an article printed in small letters with those that names begin with, or consist of."""
    for first, last, _ in names:
        for word in _LETTERS.finditer(text, first - start, last - start):
            small = word.group()
            forms = (form for form in (small.capitalize(), small.upper()) if form in known.tokens)
            form = next(forms, small.capitalize())
            if form.lower() == small:
                text = text[: word.start()] + form + text[word.end() :]
    return text


def _rows(article: Linked, known: Registry) -> Iterable[dict[str, object]]:
    for mention, actor_id, sure in zip(article.mentions, article.ids, article.sure, strict=True):
        actor_id = known.resolved(actor_id) if actor_id else ""
        yield {
            "article_id": article.article_id,
            "sentence_id": article.sentences[mention.sentence].sentence_id,
            "start": mention.start,
            "end": mention.end,
            "text": mention.text,
            "type": _kind(actor_id, mention.type, known),
            "actor_id": actor_id,
            "found_by": mention.found_by,
            "confidence": sure,
        }


def _kind(actor_id: str, found: str, known: Registry) -> str:
    actor = known.actors.get(actor_id)
    return (actor and actor.type) or found


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
    rest = " ".join(word for word in text if word not in known.words_of(country_actor_id or ""))
    if rest in listed.institutions and country_actor_id and not organisation_actor_id:
        return known.institution(listed.institutions[rest], country_actor_id)
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
