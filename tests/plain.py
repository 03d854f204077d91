"""Frames for tests of extraction, made without any model: sentences by rule, names as given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from analysis import frames
from analysis.articles import paragraphs

_END = re.compile(r"(?<![A-Z])[.!?…]+[\"”’']?\s+(?=[\"“‘'(A-Z0-9])")


def article(text: str, title: str | None = None, article_id: str = "a") -> pd.DataFrame:
    """Return the columns of the frame ``articles`` that extraction reads; the whole text is body."""
    return pd.DataFrame(
        {"article_id": [article_id], "title": [title], "date": [pd.NaT], "text": [text], "body": [[[0, len(text)]]]}
    )


def sentences(articles: pd.DataFrame) -> pd.DataFrame:
    """Return the frame ``sentences``: cut at final marks before a capital."""
    rows = []
    for article_id, text, body in zip(articles["article_id"], articles["text"], articles["body"], strict=True):
        for number, (start, end) in enumerate(paragraphs(text, body)):
            ends = [match.end() for match in _END.finditer(text, start, end)]
            for low, high in zip([start, *ends], [*ends, end], strict=True):
                high = low + len(text[low:high].rstrip())
                if high > low:
                    rows.append(
                        {
                            "article_id": article_id,
                            "sentence_id": frames.span_id(article_id, low, high),
                            "start": low,
                            "end": high,
                            "text": text[low:high],
                            "paragraph": number,
                        }
                    )
    return frames.made("sentences", rows)


def entities(articles: pd.DataFrame, names: Mapping[str, tuple[str, str]] | Sequence[object] = ()) -> pd.DataFrame:
    """Return the frame ``entities``: every occurrence of the names, given as surface → (type, actor_id)."""
    rows = []
    for article_id, text in zip(articles["article_id"], articles["text"], strict=True):
        taken: set[int] = set()
        for name, (kind, actor_id) in sorted(dict(names).items(), key=lambda pair: -len(pair[0])):
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                if taken.isdisjoint(range(*match.span())):
                    taken.update(range(*match.span()))
                    rows.append(
                        {
                            "article_id": article_id,
                            "sentence_id": article_id,
                            "start": match.start(),
                            "end": match.end(),
                            "text": name,
                            "type": kind,
                            "actor_id": actor_id,
                            "found_by": "model",
                            "confidence": 1.0,
                        }
                    )
    return frames.made("entities", sorted(rows, key=lambda row: row["start"]))
