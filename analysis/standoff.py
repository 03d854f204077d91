"""One JSON an article: the form in which codings are exchanged, made by hand and compared.

The form holds labels where the frames hold ids: an actor goes by its English label, and an article
by the name of its file. Offsets count characters of ``text``, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from analysis import frames
from analysis.errors import SimakError
from analysis.extraction import issues as coding
from analysis.storage import writable, written

TONE = {"negative": -1, "neutral": 0, None: 0, "positive": 1}  # the score of a quote that has none
Item = TypeVar("Item")
Listed = Annotated[list[Item], BeforeValidator(lambda value: value or [])]


class _Part(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)


class Span(_Part):
    """Characters of the text."""

    start: int
    end: int
    surface: str | None = None


class Mention(Span):
    """A name and the label of the actor that it means."""

    type: str
    actor: str | None = None


class Quote(Span):
    """An attributed statement; ``start`` and ``end`` span its content."""

    kind: str | None = None
    speaker: Span | None = None
    speaker_actor: str | None = None
    cue: Span | None = None
    sentiment: str | None = None
    score: float | None = None
    target: str | None = None
    channel: str | None = None
    issues: Listed[str] = []


class Meta(_Part):
    """What the article states about itself."""

    title: str | None = None
    date: str | None = None
    outlet: str | None = None
    author: str | None = None
    dateline: str | None = None


class Document(_Part):
    """One coded article. Whoever coded it may leave out any field that he does not know.

    ``made_with`` names the models and the knowledge of a coding that Simak made.
    """

    id: str | None = None
    source: str | None = None
    text: str | None = None
    meta: Annotated[Meta, BeforeValidator(lambda value: value or {})] = Meta()
    body: list[tuple[int, int]] | None = None
    mentions: Listed[Mention] = []
    quotes: Listed[Quote] = []
    issues: Listed[str] = []
    made_with: dict[str, str] = {}


class Coding(NamedTuple):
    """The frames of a folder of standoff JSON; ``codes`` has a row for each issue of an article."""

    articles: pd.DataFrame
    entities: pd.DataFrame
    actors: pd.DataFrame
    quotes: pd.DataFrame
    codes: pd.DataFrame


def files(folder: Path | str) -> list[Path]:
    """Return the standoff files of a folder, sorted; ``manifest.json`` is none.

    Raises
    ------
    SimakError
        When the folder is missing.

    Examples
    --------
    >>> files("tests/gold")[0].name
    'seed0.json'
    """
    if not Path(folder).is_dir():
        raise SimakError(f"'{folder}' is not a folder.")
    return sorted(path for path in Path(folder).glob("*.json") if path.stem != "manifest")


def document(path: Path) -> Document:
    """Return one standoff file.

    Raises
    ------
    SimakError
        When the file is no JSON, or a field of it has another form than the guidelines give it.

    Examples
    --------
    >>> document(Path("tests/gold/seed1.json")).mentions[0].actor
    'Antony Blinken'
    """
    try:
        return Document.model_validate_json(path.read_bytes())
    except OSError as error:
        raise SimakError(f"'{path}' cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SimakError(f"'{path}'{' at ' + where if where else ''}: {first['msg']}.") from error


def documents(corpus: Any) -> Iterator[Document]:
    """Yield one document an article, in the order of the frame ``articles``.

    Parameters
    ----------
    corpus
        A ``Corpus`` (codes of an article then come from its sentences), or a `Coding`.

    Notes
    -----
    Where several actors bear one name, each gets its id in brackets, so that a label means one
    actor. An unnamed source goes by its description alone.

    Examples
    --------
    >>> next(documents(read("tests/gold"))).meta.dateline
    'BEIJING'
    """
    codes = corpus.codes if isinstance(corpus, Coding) else coding.of_articles(corpus.issues, corpus.sentences)
    label = _labels(corpus.actors)
    mentions, quotes = _by_article(corpus.entities), _by_article(corpus.quotes)
    issues = codes.groupby("article_id", sort=False)["issue"].agg(list).to_dict()
    for article in _rows(corpus.articles):
        id_, text = article["article_id"], article["text"]
        yield Document(
            id=id_,
            source=article["url"] or article["source_path"],
            text=text,
            meta=Meta(
                title=article["title"],
                date=article["date"] and f"{article['date']:%Y-%m-%d}",
                outlet=article["outlet_printed"],
                author=article["author"],
                dateline=article["place"],
            ),
            body=[tuple(span) for span in article["body"]],
            mentions=[
                Mention(**_span(row["start"], row["end"], text), type=row["type"], actor=label[row["actor_id"]])
                for row in mentions.get(id_, [])
            ],
            quotes=[_quote(row, text, label) for row in quotes.get(id_, [])],
            issues=issues.get(id_, []),
            made_with=getattr(corpus, "made_with", {}),
        )


def write(corpus: Any, folder: Path | str) -> list[Path]:
    """Write ``<article_id>.json`` for each article and return the files.

    Each file is put in place whole: whoever stops the work midway leaves no half of a file.

    Parameters
    ----------
    corpus
        A ``Corpus`` or a `Coding`.
    folder
        Where the files go; it is made when missing.

    Raises
    ------
    SimakError
        When the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write(read("tests/gold"), folder)
    ...     [path.name for path in written][:2]
    ['seed0.json', 'seed1.json']
    """
    folder = writable(folder)
    return [_put(doc, folder) for doc in documents(corpus)]


def read(folder: Path | str) -> Coding:
    """Return the frames of a folder of standoff JSON.

    The labels of actors serve as their ids. The form knows no sentences: ``sentence_id`` is the
    line of the text in which a span begins.

    Raises
    ------
    SimakError
        When a file is damaged, lacks its text, or has a span that lies outside of it.

    Examples
    --------
    >>> len(read("tests/gold").quotes.query("kind == 'direct'"))
    16
    """
    docs = {path.stem: _whole(document(path), path) for path in files(folder)}
    entities = frames.made("entities", [row for id_, doc in docs.items() for row in _entity_rows(id_, doc)])
    quotes = frames.made("quotes", [row for id_, doc in docs.items() for row in _quote_rows(id_, doc)])
    return Coding(
        articles=frames.made("articles", [_article_row(id_, doc) for id_, doc in docs.items()]),
        entities=entities,
        actors=_actors(entities, quotes),
        quotes=quotes,
        codes=pd.DataFrame(
            [(id_, issue) for id_, doc in docs.items() for issue in doc.issues], columns=["article_id", "issue"]
        ).astype(str),
    )


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _by_article(frame: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(frame.sort_values(["start", "end"], kind="stable")):
        rows.setdefault(row["article_id"], []).append(row)
    return rows


def _labels(actors: pd.DataFrame) -> dict[str | None, str | None]:
    shared = actors["name"].duplicated(keep=False) & actors["named"]
    labels = actors["name"].where(~shared, actors["name"] + " (" + actors["actor_id"] + ")")
    return {None: None, **dict(zip(actors["actor_id"], labels, strict=True))}


def _span(start: int, end: int, text: str) -> dict[str, Any]:
    return {"start": start, "end": end, "surface": text[start:end]}


def _quote(row: dict[str, Any], text: str, label: dict[str | None, str | None]) -> Quote:
    def part(name: str) -> Span | None:
        start, end = row[f"{name}_start"], row[f"{name}_end"]
        return None if start is None else Span(**_span(start, end, text))

    return Quote(
        **_span(row["start"], row["end"], text), kind=row["kind"], speaker=part("speaker"), cue=part("cue"),
        speaker_actor=label[row["actor_id"]], sentiment=row["sentiment"], score=row["score"],
        target=label[row["target_id"]], channel=label[row["channel_id"]], issues=list(row["issues"]),
    )  # fmt: skip


def _put(doc: Document, folder: Path) -> Path:
    if doc.id is None or Path(doc.id).name != doc.id:
        raise SimakError(f"The article id '{doc.id}' cannot be the name of a file.")
    return written(folder / f"{doc.id}.json", doc.model_dump_json(indent=1) + "\n")


def _whole(doc: Document, path: Path) -> Document:
    """Return the document when it has what the frames ask for, and every span is what it claims to be."""
    if doc.text is None:
        raise SimakError(f"'{path}' has no text.")
    for span in [*doc.mentions, *doc.quotes, *(part for q in doc.quotes for part in (q.speaker, q.cue) if part)]:
        if not 0 <= span.start <= span.end <= len(doc.text):
            raise SimakError(f"'{path}': the span {span.start} to {span.end} lies outside of its text.")
        if span.surface not in (None, doc.text[span.start : span.end]):
            raise SimakError(f"'{path}': at {span.start} its text is not {span.surface!r}.")
    for place, value, allowed in [
        *((f"mentions.{n}.type", m.type, frames.MENTION_TYPES) for n, m in enumerate(doc.mentions)),
        *((f"quotes.{n}.kind", q.kind, frames.QUOTE_KINDS) for n, q in enumerate(doc.quotes)),
        *((f"quotes.{n}.sentiment", q.sentiment or "neutral", frames.SENTIMENTS) for n, q in enumerate(doc.quotes)),
    ]:
        if value not in allowed:
            raise SimakError(f"'{path}' at {place}: it is {value!r}; allowed are {', '.join(allowed)}.")
    return doc


def _article_row(id_: str, doc: Document) -> dict[str, Any]:
    body = doc.body if doc.body is not None else [(0, len(doc.text))]
    return {
        "article_id": id_,
        "title": doc.meta.title,
        "text": doc.text,
        "body": [list(span) for span in body],
        "outlet_printed": doc.meta.outlet,
        "author": doc.meta.author,
        "date": pd.to_datetime((doc.meta.date or "")[:10], errors="coerce", format="%Y-%m-%d"),
        "place": doc.meta.dateline,
        "url": doc.source if "://" in (doc.source or "") else None,
        "source_path": doc.source or f"{id_}.json",
        "words": sum(len(doc.text[start:end].split()) for start, end in body),
        "duplicate_group": id_,
        "quality": [],
    }


def _located(id_: str, doc: Document, span: Span) -> dict[str, Any]:
    line = doc.text.rfind("\n", 0, span.start) + 1
    end = doc.text.find("\n", span.start)
    return {
        "article_id": id_,
        "sentence_id": frames.span_id(id_, line, len(doc.text) if end < 0 else end),
        "start": span.start,
        "end": span.end,
        "text": doc.text[span.start : span.end],
    }


def _entity_rows(id_: str, doc: Document) -> list[dict[str, Any]]:
    given = {"found_by": "registry", "confidence": 1.0}
    return [{**_located(id_, doc, m), "type": m.type, "actor_id": m.actor or m.surface, **given} for m in doc.mentions]


def _quote_rows(id_: str, doc: Document) -> list[dict[str, Any]]:
    return [
        {
            "quote_id": frames.span_id(id_, quote.start, quote.end),
            **_located(id_, doc, quote),
            "kind": quote.kind,
            **_part("speaker", quote.speaker, doc.text),
            "actor_id": quote.speaker_actor,
            **_part("cue", quote.cue, doc.text),
            "sentiment": quote.sentiment or "neutral",
            "score": float(TONE[quote.sentiment]) if quote.score is None else quote.score,
            "tone_words": [],
            "target_id": quote.target,
            "channel_id": quote.channel,
            "confidence": 1.0,
            "issues": quote.issues,
        }
        for quote in doc.quotes
    ]


def _part(name: str, span: Span | None, text: str) -> dict[str, Any]:
    if span is None:
        return {}
    return {name: text[span.start : span.end], f"{name}_start": span.start, f"{name}_end": span.end}


def _actors(entities: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Return one row a label; what is never named in the text counts as a person."""
    named = entities.groupby("actor_id")
    known = pd.DataFrame(
        {
            "type": named["type"].agg(lambda types: types.mode()[0]),
            "mentions": named.size(),
            "articles": named["article_id"].nunique(),
        }
    )
    spoken = quotes[["actor_id", "target_id", "channel_id"]].stack().dropna()
    actors = known.reindex(sorted({*known.index, *spoken})).rename_axis("actor_id").reset_index()
    actors = actors.fillna({"type": "PER", "mentions": 0, "articles": 0})
    label = actors["actor_id"]
    actors = actors.assign(name=label, name_id=label, named=~label.str.casefold().str.startswith("unnamed"))
    return frames.checked("actors", actors.reindex(columns=list(frames.SCHEMAS["actors"].columns)))
