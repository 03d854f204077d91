"""Attributed statements: what is said, by whom, through which words and which channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis import frames
from analysis.extraction import actors
from analysis.extraction.clauses import Item, Lexicon, Mention, Unit, lexicon, units
from analysis.extraction.contents import Statement, content_end
from analysis.extraction.discourse import Discourse, Speaker
from analysis.extraction.quotations import quotations
from analysis.extraction.quoted import attributed, unattributed
from analysis.extraction.reported import HEARSAY, reported
from analysis.extraction.speakers import Source
from analysis.knowledge import Knowledge

_FEWEST_WORDS = 4  # of what a medium reports


def quotes(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    entities: pd.DataFrame,
    knowledge: Knowledge,
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
    of_sentences = _grouped(sentences, ["start", "end", "sentence_id", "paragraph"])
    of_entities = _grouped(entities, ["start", "end", "type", "actor_id"])
    columns = (articles[name] for name in ("article_id", "title", "date", "text"))
    for article_id, title, day, text in zip(*columns, strict=True):
        rows = of_sentences.get(article_id)
        if rows:
            mentions = [Mention(*row) for row in of_entities.get(article_id, [])]
            found += _of_article(article_id, title, day, text, rows, mentions, words, knowledge)
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


@dataclass(slots=True)
class _Turn:
    """A statement with the unit that holds its attribution."""

    unit: Unit
    statement: Statement


def _of_article(
    article_id: str,
    title: object,
    day: pd.Timestamp | None,
    text: str,
    rows: list[tuple[Any, ...]],
    mentions: list[Mention],
    words: Lexicon,
    knowledge: Knowledge,
) -> list[dict[str, Any]]:
    paragraphs: dict[int, tuple[int, int]] = {}
    for start, end, _, paragraph in rows:
        first, last = paragraphs.get(paragraph, (start, end))
        paragraphs[paragraph] = (min(first, start), max(last, end))
    marked = quotations(text, sorted(paragraphs.values()), words.attribution)
    headline_end = _headline_end(title, text, rows[0][0])
    row_units = units(text, rows, mentions, marked, headline_end, words.postposed)

    def unnamed(description: str, names: list[Mention]) -> str:
        country = next((name.actor_id for name in names if name.type == "LOC"), None)
        organisation = next((name.actor_id for name in names if name.type == "ORG"), None)
        return actors.unnamed(article_id, description, country, organisation, knowledge)

    def holder(source: Sequence[Item]) -> str | None:
        return actors.holder(text[source[0].start : source[-1].end], day, knowledge, {m.actor_id for m in mentions})

    discourse = Discourse(words, unnamed, holder)
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for turn, channel, speaker in _spoken(row_units, text, words, discourse):
        statement = turn.statement
        start, end = _bare(text, statement)
        if end <= start or (start, end) in found:
            continue
        sentence_id = next(
            (u for u in row_units if u.items[0].start <= start < u.items[-1].end), turn.unit
        ).sentence_at(start)
        found[start, end] = _row(article_id, text, sentence_id, start, end, statement, speaker, channel)
    return [found[span] for span in sorted(found)]


def _headline_end(title: object, text: str, start: int) -> int:
    """Return where the headline ends, 0 where the body does not begin with one."""
    if not isinstance(title, str) or not title:
        return 0
    return start + len(title) if text[start : start + len(title)].split() == title.split() else 0


def _bare(text: str, statement: Statement) -> tuple[int, int]:
    """Return the span of a statement without white space and the marks that only close it."""
    start, end = statement.start, statement.end
    while start < end and (text[start].isspace() or text[start] in ",;:"):
        start += 1
    while end > start and (
        text[end - 1].isspace() or text[end - 1] in ",;:." or (statement.kind == "direct" and text[end - 1] in "\"”'’")
    ):
        if text[end - 3 : end] == "...":
            break
        end -= 1
    return start, end


def _row(
    article_id: str,
    text: str,
    sentence_id: str,
    start: int,
    end: int,
    statement: Statement,
    speaker: Speaker,
    channel: str | None,
) -> dict[str, Any]:
    source, cue = statement.source, statement.cue
    return {
        "quote_id": frames.span_id(article_id, start, end),
        "article_id": article_id,
        "sentence_id": sentence_id,
        "start": start,
        "end": end,
        "text": text[start:end],
        "kind": statement.kind,
        "speaker": text[source.start : source.end] if source else None,
        "speaker_start": source.start if source else None,
        "speaker_end": source.end if source else None,
        "actor_id": speaker.actor_id,
        "cue": text[cue[0] : cue[1]] if cue else None,
        "cue_start": cue[0] if cue else None,
        "cue_end": cue[1] if cue else None,
        "sentiment": "neutral",
        "score": 0.0,
        "tone_words": [],
        "target_id": None,
        "channel_id": channel if channel != speaker.actor_id else None,
        "confidence": round(statement.sure * speaker.sure, 3),
        "issues": [],
    }


def _spoken(
    row_units: Sequence[Unit], text: str, words: Lexicon, discourse: Discourse
) -> Iterator[tuple[_Turn, str | None, Speaker]]:
    """Yield the statements of an article with their channel and speaker, in reading order."""
    before: Unit | None = None  # the last unit, where it names no source
    carried: tuple[int, Statement] | None = None  # the last attributed quotation, and its paragraph
    waiting: list[_Turn] = []  # quotations whose attribution may follow

    def said(turn: _Turn, channel: str | None) -> tuple[_Turn, str | None, Speaker]:
        speaker = discourse.speaker(turn.statement.source)
        discourse.said(speaker)
        return turn, channel, speaker

    for unit in row_units:
        discourse.read(unit)
        channel, statements = _statements(unit, before, text, words)
        told = next((s for s in statements if s.source or s.cue), None)
        same = bool(waiting) and waiting[0].unit.paragraph == unit.paragraph
        if waiting and (told or not same or not statements):
            back = told is not None and told.start < unit.items[0].start  # "Demikian disampaikan …"
            opens = told is not None and same and unit.items[0].kind == "quotation"
            for turn in waiting:
                if told and (back or opens):
                    turn.statement = replace(turn.statement, source=told.source, cue=told.cue)
                yield said(turn, None)
            statements = statements[1:] if back else statements
            waiting = []
        for statement in statements:
            alone = statement.source is None and statement.cue is None
            if alone and carried and carried[0] == unit.paragraph:
                statement = replace(statement, source=carried[1].source, cue=carried[1].cue)
            elif alone and told is None:
                waiting.append(_Turn(unit, statement))
                continue
            if statement.sure <= HEARSAY and not discourse.goes_on(statement.source):
                continue
            yield said(_Turn(unit, statement), channel)
        if told and any(s.kind == "direct" for s in statements):
            carried = (unit.paragraph, told)
        elif not statements or told:
            carried = None
        if not statements:
            discourse.heads(unit.items)
        before = None if told else unit
    for turn in waiting:
        yield said(turn, None)


def _statements(unit: Unit, before: Unit | None, text: str, words: Lexicon) -> tuple[str | None, list[Statement]]:
    """Return the channel and the statements of a unit, in the order of their reporting words."""
    found = attributed(unit, words)
    found += reported(unit, before, found, words)
    found += unattributed(unit, found, text, words)
    channel, medium = _channel(unit, words)
    if not found and medium is not None and not unit.headline:
        found = _from_medium(unit, medium, words)
    return channel, sorted(found, key=lambda s: (s.cue or (s.start, 0), s.start))


def _channel(unit: Unit, words: Lexicon) -> tuple[str | None, tuple[int, int, Source] | None]:
    """Return the medium through which a unit came, and where its words stand."""
    items = unit.items
    for at, item in enumerate(items):
        if item.kind != "word" or item.low not in words.sets["channel"]:
            continue
        for place in range(at + 1, min(at + 9, len(items))):
            name = items[place].name
            if name is not None and name.type == "ORG":
                return name.actor_id, (at, place + 1, Source(name.start, name.end, (items[place],), name))
            if items[place].kind in ("quotation", "bracket") or items[place].low in ",.":
                break
    return None, None


def _from_medium(unit: Unit, medium: tuple[int, int, Source], words: Lexicon) -> list[Statement]:
    """Where nobody else speaks the medium is the source: 'Dikutip dari Reuters, …'."""
    at, behind, source = medium
    items = unit.items
    if at <= 1:
        first = next((n + 1 for n in range(behind, len(items)) if items[n].low == ","), behind)
        while first < len(items) and (words.has("days", items[first]) or items[first].kind in ("mark", "bracket")):
            first += 1
        content = items[first : content_end(unit, first, words)]
    else:
        content = items[: at - 1 if words.has("as_said", items[at - 1]) else at]
    while content and (content[-1].kind == "mark" or words.has("as_said", content[-1])):
        content = content[:-1]
    if len(content) < _FEWEST_WORDS or not any(words.verbal(item) for item in content):
        return []
    kind = "mixed" if any(item.kind == "quotation" for item in content) else "indirect"
    return [Statement(content[0].start, content[-1].end, kind, source, (items[at].start, items[at].end), 0.5)]
