"""Attributed statements: what is said, by whom, through which words and which channel."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis import frames
from analysis.extraction import actors
from analysis.extraction.clauses import Item, Lexicon, Mention, Unit, lexicon, look, units
from analysis.extraction.contents import Statement, content_end, kind_of
from analysis.extraction.discourse import Discourse, Speaker
from analysis.extraction.quotations import quotations
from analysis.extraction.quoted import attributed, unattributed
from analysis.extraction.registry import registry
from analysis.extraction.reported import HEARSAY, reported
from analysis.extraction.speakers import Source
from analysis.knowledge import Knowledge
from analysis.language.annotate import places

_PRINTED = re.compile(r"\(\d{1,2}/\d{1,2}/20\d\d\)")  # the day of an event, near enough to tell who held an office
_FEWEST_WORDS = 4  # of what a medium reports


def quotes(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    entities: pd.DataFrame,
    knowledge: Knowledge,
    joined: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the attributed statements of articles with their speakers.

    A statement is direct (all of it in quotation marks), indirect (none of it) or mixed. It is found
    by reporting verbs (`verbs.yml`) and quotation marks on the surface of the text; the speaker is
    the name or noun phrase nearest to the reporting words, and is resolved by reading the article
    from its beginning: names, pronouns, roles, the last speaker. Each article is read by itself.

    Parameters
    ----------
    articles
        Frame ``articles``; of it ``article_id``, ``title``, ``date`` and ``text`` are read.
    sentences
        Frame ``sentences`` of the same articles.
    entities
        Frame ``entities`` of the same articles.
    knowledge
        Of it `verbs.yml`, `roles.yml` and the registry of actors are read.
    joined
        Frame ``joints`` of the same articles; without it, words that lost the space between them stay one.

    Returns
    -------
    pandas.DataFrame
        Frame ``quotes``. Tone, target and issues are left empty ("neutral", 0, null, []) for the
        functions that find them. ``channel_id`` is the medium through which a statement came where
        somebody else speaks. ``confidence`` is a rank, not a probability.

    Examples
    --------
    >>> import analysis as an
    >>> articles, skipped = an.read_articles("seeds/003_86df517c7eb9afbc.txt")
    >>> corpus = an.extract(articles)
    >>> "direct" in set(corpus.quotes["kind"])
    True
    """
    words = words_of(knowledge)
    found: list[dict[str, Any]] = []
    joints = places(joined)
    of_sentences = _grouped(sentences, ["start", "end", "sentence_id", "paragraph"])
    of_entities = _grouped(entities, ["start", "end", "type", "actor_id"])
    columns = (articles[name] for name in ("article_id", "title", "date", "text"))
    for article_id, title, day, text in zip(*columns, strict=True):
        rows = of_sentences.get(article_id)
        if rows:
            mentions = [Mention(*row) for row in of_entities.get(article_id, [])]
            found += _of_article(
                article_id, title, day, text, rows, mentions, joints.get(article_id, ()), words, knowledge
            )
    return frames.made("quotes", found)


def words_of(knowledge: Knowledge) -> Lexicon:
    """Return the lexicon of reporting verbs, with the titles of `roles.yml` among those who speak."""
    roles = knowledge.roles
    people = {noun.split()[0] for noun in (*roles.unnamed.nouns, *roles.titles)}
    people |= {phrase.split()[0] for office in roles.offices.values() for phrase in office.words}
    return lexicon(knowledge.verbs, frozenset(word.lower() for word in people))


def _grouped(frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each article, in the order of the text."""
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for article_id, *row in zip(frame["article_id"], *(frame[column].tolist() for column in columns), strict=True):
        groups.setdefault(article_id, []).append(tuple(row))
    for rows in groups.values():
        rows.sort()
    return groups


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A statement with its speaker and the channel through which it came."""

    statement: Statement
    speaker: Speaker
    channel: str | None


def _of_article(
    article_id: str, title: object, day: pd.Timestamp | None, text: str, rows: list[tuple[Any, ...]],
    mentions: list[Mention], joined: Collection[int], words: Lexicon, knowledge: Knowledge,
) -> list[dict[str, Any]]:  # fmt: skip
    paragraphs: dict[int, tuple[int, int]] = {}
    for start, end, _, paragraph in rows:
        first, last = paragraphs.get(paragraph, (start, end))
        paragraphs[paragraph] = (min(first, start), max(last, end))
    marked = quotations(text, sorted(paragraphs.values()), words.attribution)
    begin = rows[0][0]
    headed = isinstance(title, str) and text[begin : begin + len(title)].split() == title.split()
    sentences = [(start, end, paragraph) for start, end, _, paragraph in rows]
    headline_end = begin + len(str(title)) if headed else 0
    row_units = units(text, sentences, mentions, marked, headline_end, words.postposed, joined)

    if pd.isna(day) and (printed := _PRINTED.search(text)):
        day = pd.to_datetime(printed.group(), format="(%d/%m/%Y)", errors="coerce")

    def unnamed(description: str, names: list[Mention]) -> str:
        country = next((name.actor_id for name in names if name.type == "LOC"), None)
        organisation = next((name.actor_id for name in names if name.type == "ORG"), None)
        return actors.unnamed(article_id, description, country, organisation, knowledge)

    def holder(source: Sequence[Item]) -> str | None:
        return actors.holder(text[source[0].start : source[-1].end], day, knowledge, {m.actor_id for m in mentions})

    found: dict[tuple[int, int], dict[str, Any]] = {}
    for spoken in _spoken(row_units, text, words, Discourse(words, unnamed, holder)):
        start, end = _bare(text, spoken.statement)
        if start < end and (start, end) not in found:
            sentence_id = rows[max(bisect_right(rows, start, key=lambda row: row[0]) - 1, 0)][2]
            found[start, end] = _row(article_id, sentence_id, text, start, end, spoken)
    return [found[span] for span in sorted(found)]


def _bare(text: str, statement: Statement) -> tuple[int, int]:
    """Return the span of a statement without white space and the marks that only close it."""
    closing = " \t\r\n,;:." + ("\"”'’" if statement.kind == "direct" else "")
    content = text[statement.start : statement.end]
    kept = content.rstrip() if content.rstrip().endswith("...") else content.rstrip(closing)
    return statement.start + len(content) - len(content.lstrip(" \t\r\n,;:")), statement.start + len(kept)


def _row(article_id: str, sentence_id: str, text: str, start: int, end: int, spoken: _Spoken) -> dict[str, Any]:
    statement, speaker = spoken.statement, spoken.speaker
    row: dict[str, Any] = {
        "quote_id": frames.span_id(article_id, start, end),
        "article_id": article_id,
        "sentence_id": sentence_id,
        "start": start,
        "end": end,
        "text": text[start:end],
        "kind": statement.kind,
        "actor_id": speaker.actor_id,
        "channel_id": spoken.channel if spoken.channel != speaker.actor_id else None,
        "confidence": round(statement.sure * speaker.sure, 3),
        **{"sentiment": "neutral", "score": 0.0, "tone_words": [], "issues": []},
    }
    source = (statement.source.start, statement.source.end) if statement.source else None
    for name, span in (("speaker", source), ("cue", statement.cue)):
        if span:
            row |= {name: text[slice(*span)], f"{name}_start": span[0], f"{name}_end": span[1]}
    return row


def _spoken(row_units: Sequence[Unit], text: str, words: Lexicon, discourse: Discourse) -> Iterator[_Spoken]:
    """Yield the statements of an article with their channel and speaker, in reading order."""
    before: Unit | None = None  # the last unit, where it names no source
    carried: tuple[int, Statement] | None = None  # the last attributed quotation, and its paragraph
    waiting: list[Statement] = []  # quotations whose attribution may follow
    paragraph = 0  # of those that wait

    def said(statement: Statement, channel: str | None = None) -> _Spoken:
        speaker = discourse.speaker(statement.source)
        discourse.said(speaker)
        return _Spoken(statement, speaker, channel)

    for unit in row_units:
        discourse.read(unit)
    for unit in row_units:
        discourse.begin(unit)
        channel, statements = _statements(unit, before, text, words)
        told = next((s for s in statements if s.source or s.cue), None)
        if waiting:
            back = told is not None and told.start < unit.items[0].start  # "Demikian disampaikan …"
            opens = unit.items[0].kind == "quotation" and paragraph == unit.paragraph
            for statement in waiting:
                follows = told and (back or opens)
                yield said(replace(statement, source=told.source, cue=told.cue) if told and follows else statement)
            statements = statements[1:] if back else statements
            waiting = []
        for statement in statements:
            alone = statement.source is None and statement.cue is None
            if alone and carried and carried[0] == unit.paragraph:
                statement = replace(statement, source=carried[1].source, cue=carried[1].cue)
            elif alone and told is None:
                waiting.append(statement)
                paragraph = unit.paragraph
                continue
            if statement.sure > HEARSAY or discourse.goes_on(statement.source):
                yield said(statement, channel)
        if told and any(s.kind == "direct" for s in statements):
            carried = (unit.paragraph, told)
        elif not statements or told:
            carried = None
        if not statements:
            discourse.heads(unit.items)
        before = None if told else unit
    yield from map(said, waiting)


def _statements(unit: Unit, before: Unit | None, text: str, words: Lexicon) -> tuple[str | None, list[Statement]]:
    """Return the channel and the statements of a unit, in the order of their reporting words."""
    found = attributed(unit, text, words)
    found += reported(unit, before, found, words)
    found += unattributed(unit, found, text, words)
    channel, medium = _channel(unit, words)
    if not found and medium is not None and not unit.headline:
        found = _from_medium(unit, medium, words)
    return channel, sorted(found, key=lambda s: (s.cue or (s.start, 0), s.start))


def _channel(unit: Unit, words: Lexicon) -> tuple[str | None, tuple[int, int, Source] | None]:
    """Return the medium through which a unit came, and where its words stand."""
    for at, item in enumerate(unit.items):
        if item.low in words.sets["channel"]:
            for place, medium in enumerate(unit.items[at + 1 : at + 9], at + 2):
                if medium.name is not None and medium.type == "ORG":
                    source = Source(medium.start, medium.end, (medium,), medium.name)
                    return medium.name.actor_id, (at, place, source)
                if medium.kind in ("quotation", "bracket") or medium.low in (",", "."):
                    break
    return None, None


def _from_medium(unit: Unit, medium: tuple[int, int, Source], words: Lexicon) -> list[Statement]:
    """Where nobody else speaks the medium is the source: 'Dikutip dari Reuters, …'."""
    at, behind, source = medium
    items = unit.items
    if at <= 1:
        first = next((n + 1 for n in range(behind, len(items)) if items[n].low == ","), behind)
        while words.has("days", look(items, first)) or look(items, first).kind in ("mark", "bracket"):
            first += 1
        content = items[first : content_end(unit, first, words)]
    else:
        content = items[:at]
    while content and (content[-1].kind == "mark" or words.has("as_said", content[-1])):
        content = content[:-1]
    voices = [cue[0] for n in range(len(content)) if (cue := words.cue(content, n))]
    if len(content) < _FEWEST_WORDS or not any(words.verbal(item) for item in content) or "passive" in voices:
        return []  # "Dilansir AFP, hal itu disampaikan Ann"
    cue = items[at].start, items[at].end
    return [Statement(content[0].start, content[-1].end, kind_of(content), source, cue, 0.5)]


def reattributed(quotes: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Return the quotes with the speakers that an analyst corrected by hand (`corrections.yml`).

    Examples
    --------
    >>> reattributed(frames.made("quotes", []), Knowledge()).empty
    True
    """
    resolved = registry(knowledge).resolved
    known = {quote: resolved(right.actor_id) for quote, right in knowledge.corrections.root.items()}
    right = quotes["quote_id"].map(known).astype("str")
    return quotes.assign(actor_id=right.fillna(quotes["actor_id"]))
