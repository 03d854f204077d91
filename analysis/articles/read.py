"""Reading articles: files of every kind into the frames ``articles`` and ``skipped``."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import ftfy
import pandas as pd
from ftfy.badness import is_bad

from analysis import frames
from analysis.articles.clean import Cleaner
from analysis.articles.duplicates import with_duplicates
from analysis.articles.files import File, Unreadable, listed, named, sound
from analysis.articles.kinds import Raw, check_mapping, raws
from analysis.articles.languages import language
from analysis.articles.repeated import without_repeated
from analysis.errors import SimakError
from analysis.kept import Step, code, hashed
from analysis.knowledge import Knowledge
from analysis.knowledge.schema import Language

LEAST_WORDS = 5
MOST_CHARACTERS = 500_000  # of an article
SAMPLE = 500  # rows of a table that are looked at ahead, to learn which of day and month comes first in its dates
Source = str | Path | Sequence[str | Path]


def read_articles(
    source: Source,
    mapping: Mapping[str, str] | None = None,
    knowledge: Knowledge | None = None,
    cache: str | Path | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read articles, find their body and what they state about themselves, and mark duplicates.

    Parameters
    ----------
    source
        A file, a folder with all below it, a glob, or a list of these; or an address that fsspec opens, such as
        ``s3://news/*.parquet`` (``simak[cluster]``). Kinds: ``.txt .md .html .json .jsonl .csv .tsv .xlsx .parquet``,
        each also as ``.gz``, and ``.zip``. ``README*``, ``LICENSE*`` and hidden files are never read.
    mapping
        For tables and JSON: which column is ``text``, ``title``, ``date``, ``outlet``, ``author`` or ``url``. Columns
        with common Indonesian and English names are found without it.
    knowledge
        An analyst's own knowledge; the shipped when None.
    cache
        Folder in which the frames are kept, under the bytes of the files; None reads anew.

    Returns
    -------
    articles : pandas.DataFrame
        Frame ``articles``, sorted by path and row. ``text`` is the decoded file character for character (of a page:
        the text extracted; of a table: the cell). ``article_id`` is the stem of the file, for rows ``STEM-ROW``,
        counted from 1.
    skipped : pandas.DataFrame
        Frame ``skipped``: what could not be read, is empty, too short or not Indonesian, with the reason.

    Raises
    ------
    SimakError
        When nothing at all can be read, or ``mapping`` names an unknown field.

    See Also
    --------
    iter_articles : the same in batches, for corpora that do not fit into memory.

    Examples
    --------
    >>> articles, skipped = read_articles("seeds")
    >>> articles["date"].dt.strftime("%Y-%m-%d").dropna().tolist()
    ['2024-04-26', '2023-10-30', '2021-03-19']
    >>> len(skipped)
    0
    """
    if cache is None:
        return _read(source, mapping, knowledge)
    files, problems = listed(source)
    sections = (knowledge or Knowledge()).fingerprint("boilerplate", "columns", "dates", "outlets")
    homes = map(_bytes_hash, dict.fromkeys(file.home for file in files))
    key = hashed(code("articles", "knowledge"), sections, mapping, problems, *(file.path for file in files), *homes)
    folder, name = Path(cache) / "steps" / "articles", hashed(source)[:16]
    step = Step(folder, name, key, ("articles", "skipped"), lambda: _read(source, mapping, knowledge))
    return step["articles"], step["skipped"]


def _bytes_hash(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:  # the reader will say so
        return str(error)


def _read(
    source: Source, mapping: Mapping[str, str] | None, knowledge: Knowledge | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    batches = list(iter_articles(source, mapping, knowledge))
    articles = pd.concat([batch for batch, _ in batches], ignore_index=True)
    skipped = pd.concat([batch for _, batch in batches], ignore_index=True)
    if articles.empty:
        first, more = ", for it holds no file that could be one", ""
        if len(skipped):
            first = f": '{skipped['path'][0]}' {skipped['reason'][0]}"
            more = f" ({len(skipped) - 1} more were set aside)" if len(skipped) > 1 else ""
        raise SimakError(f"No article could be read from '{source}'{first}{more}.")
    return with_duplicates(without_repeated(articles)), frames.checked("skipped", skipped)


def iter_articles(
    source: Source, mapping: Mapping[str, str] | None = None, knowledge: Knowledge | None = None, size: int = 5_000
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield the frames of :func:`read_articles` in batches, so that memory stays bounded.

    What needs all articles at once is left out: lines that repeat across an outlet stay, and each article is its own
    ``duplicate_group``. `without_repeated` and `with_duplicates` do it for frames put together. An empty
    source yields one pair of empty frames.

    Parameters
    ----------
    source, mapping, knowledge
        As in :func:`read_articles`.
    size
        Articles and skipped things in one batch, at most.

    Examples
    --------
    >>> [len(articles) for articles, _ in iter_articles("seeds", size=2)]
    [2, 2, 1]
    """
    knowledge = knowledge or Knowledge()
    files, problems = listed(source)
    rows = chain(
        ({"path": sound(path), "row": None, "reason": sound(reason)} for path, reason in problems),
        _rows(files, check_mapping(mapping), knowledge),
    )
    batch = list(islice(rows, size))
    while True:
        articles = frames.made("articles", (row for row in batch if "article_id" in row))
        yield articles, frames.made("skipped", (row for row in batch if "article_id" not in row))
        batch = list(islice(rows, size))
        if not batch:
            return


def _rows(files: list[File], mapping: dict[str, str], knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """Yield a row of ``articles``, or of ``skipped``, for everything that the files hold."""
    ids, seen, cleaner = named(files), set[str](), Cleaner(knowledge)
    for file in files:
        held, last, path = 0, None, sound(file.path)
        orders: dict[str, set[str]] = defaultdict(set)
        try:
            found = raws(file, knowledge.columns, mapping)
            while part := list(islice(found, SAMPLE)):
                _learn_orders(part, orders, cleaner)
                for raw in part:
                    held, last = held + 1, raw.row
                    row = _row(raw, cleaner, knowledge.boilerplate.language, _order(raw, orders))
                    if "reason" in row:
                        yield {"path": path, "row": raw.row, "reason": sound(row["reason"])}
                        continue
                    id_ = sound(ids[file.path]) if raw.row is None else f"{sound(ids[file.path])}-{raw.row}"
                    while id_ in seen:
                        id_ += "-2"
                    seen.add(id_)
                    yield {"article_id": id_, "source_path": path, "duplicate_group": id_, **row}
        except Unreadable as problem:
            held += 1
            yield {"path": path, "row": None if last is None else last + 1, "reason": sound(str(problem))}
        if not held:
            yield {"path": path, "row": None, "reason": "is empty"}


def _learn_orders(part: list[Raw], orders: dict[str, set[str]], cleaner: Cleaner) -> None:
    """Note which of day and month comes first in the dates that tell, for each outlet and for the table."""
    for raw in part:
        date = cleaner.calendar.dated(raw.given["date"]) if "date" in raw.given else None
        if date and date.order:
            orders[raw.given.get("outlet", "")].add(date.order)
            orders["*"].add(date.order)


def _order(raw: Raw, orders: dict[str, set[str]]) -> str:
    """Return what comes first in a date that does not tell: "day", unless all that tell begin with the month."""
    told = orders.get(raw.given.get("outlet", "")) or orders.get("*")
    return "month" if told == {"month"} else "day"


def _row(raw: Raw, cleaner: Cleaner, marks: Language, first: str) -> dict[str, Any]:
    """Return the columns of one article, or the reason to set it aside."""
    if raw.problem or not raw.text.strip():
        return {"reason": raw.problem or "is empty"}
    if len(raw.text) > MOST_CHARACTERS:
        return {"reason": f"is longer than {MOST_CHARACTERS:,} characters"}
    given = {name: ftfy.fix_text(value) if is_bad(value) else value for name, value in raw.given.items()}
    outlet = cleaner.register.canonical(given.get("outlet", "")) or cleaner.register.of_url(given.get("url", ""))
    found = cleaner.cleaned(raw.text, given.get("title"), outlet)
    body = " ".join(raw.text[start:end] for start, end in found["body"])
    words = len(body.split())
    if words < LEAST_WORDS:
        return {"reason": f"is too short: {words} words of article, at least {LEAST_WORDS} are needed"}
    code = language(body, marks)
    if code != "id":
        return {"reason": f"is not Indonesian (it seems to be '{code}')"}
    day, moment, quality = _published(given.get("date", ""), found, cleaner, first)
    quality += ["mojibake"] * is_bad(body) + ["headline only"] * raw.headline
    return {
        **found,
        "text": raw.text,
        "outlet": found["outlet"] if found["outlet"] and not given.get("outlet") else outlet,
        "author": given.get("author") or found["author"],
        "date": day,
        "published_at": moment,
        "url": given.get("url"),
        "language": code,
        "words": words,
        "quality": quality + (["broken characters"] if "\ufffd" in body else []),
    }


def _published(
    given: str, found: dict[str, Any], cleaner: Cleaner, first: str
) -> tuple[date | None, datetime | None, list[str]]:
    """Return day and moment of publication, as given or else as the text states them, and marks of quality."""
    stated = cleaner.calendar.dated(given, first) if given else None
    day, moment = (stated.day, stated.moment) if stated else (None, None)
    if day is None or (moment is None and found["date"] == day):
        day, moment = found["date"], found["published_at"]
    marks = [mark for mark in found["quality"] if mark != "date impossible"]
    if (stated is not None and stated.day is None) or (day is None and "date impossible" in found["quality"]):
        marks.append("date impossible")
    return day, moment, marks + (["no date"] if day is None else [])
