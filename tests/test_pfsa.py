"""Recall on PFSA-ID: direct quotations of public figures in domestic news (Purnomo et al. 2022).

The corpus is a list of tokens; its text is rebuilt here, and no model of names is used, so that the
figures are those of the extractor alone. Only statements of public figures are annotated: what else
is found cannot be counted, hence recall.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import plain
import pytest

from analysis.extraction.quotes import quotes
from analysis.knowledge import Knowledge

_MARKS = "”“"
_CLOSE_UP = re.compile(r"[.,;:?!)%]")
_PEOPLE = ("PERSON", "PERSONCOREF")
_CUES = ("CUE", "CUECOREF")


@dataclass
class Rebuilt:
    """The text of an article with its annotated spans: (label, start, end)."""

    text: str = ""
    spans: list[tuple[str, int, int]] = field(default_factory=list)


def rebuilt(lines: list[str]) -> list[Rebuilt]:
    """Return the articles: one begins with the sentence in which a span of ISSUE begins."""
    sentences: list[list[tuple[str, str]]] = [[]]
    for line in lines:
        if line.strip():
            word, tag = line.split("\t")
            sentences[-1].append((word, tag.strip()))
        elif sentences[-1]:
            sentences.append([])
    articles: list[list[tuple[str, str]]] = [[]]
    for sentence in sentences:
        if any(tag in ("B-ISSUE", "U-ISSUE") for _, tag in sentence) and articles[-1]:
            articles.append([])
        articles[-1] += sentence
    return [_joined(tokens) for tokens in articles if tokens]


def _joined(tokens: list[tuple[str, str]]) -> Rebuilt:
    article = Rebuilt()
    quoted = glued = False
    for place, (word, tag) in enumerate(tokens):
        before = tokens[place - 1][0] if place else ""
        after = tokens[place + 1][0] if place + 1 < len(tokens) else ""
        opens = False
        if word in _MARKS:
            ends = before in (".", ",", "?", "!")
            opens = not (ends and after[:1].islower()) if not quoted else after[:1].isupper() and not ends
            quoted = opens
        close_up = glued or (word in _MARKS and not opens) or bool(_CLOSE_UP.fullmatch(word))
        article.text += word if close_up or not article.text else " " + word
        glued = opens or word == "("
        end = len(article.text)
        if tag[:2] in ("B-", "U-"):
            article.spans.append((tag[2:], end - len(word), end))
        elif tag[:2] in ("I-", "L-"):
            label, start, _ = article.spans[-1]
            article.spans[-1] = (label, start, end)
    return article


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _overlap(text: str, a: tuple[int, int], b: tuple[int, int]) -> float:
    x, y = ({m.start() + start for m in re.finditer(r"\w+", text[start:end])} for start, end in (a, b))
    return 2 * len(x & y) / (len(x) + len(y)) if x and y else 0.0


def _beside(article: Rebuilt, place: int, labels: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the span of a label that belongs to a statement: behind it, before the next statement."""
    for label, start, end in article.spans[place + 1 : place + 8]:
        if label == "STATEMENT" or start - article.spans[place][2] > 150:
            return None
        if label in labels:
            return start, end
    return None


def recall(articles: list[Rebuilt]) -> dict[str, tuple[int, int]]:
    """Return found and annotated numbers of statements, cues and persons."""
    frame = pd.concat([plain.article(one.text, article_id=str(n)) for n, one in enumerate(articles)], ignore_index=True)
    found = quotes(frame, plain.sentences(frame), plain.entities(frame), Knowledge())
    rows: dict[str, list[dict[str, object]]] = {}
    for row in found.to_dict("records"):
        rows.setdefault(row["article_id"], []).append(row)
    tally = {"STATEMENT": [0, 0], "CUE": [0, 0], "PERSON": [0, 0]}
    for number, article in enumerate(articles):
        for place, (label, start, end) in enumerate(article.spans):
            if label != "STATEMENT":
                continue
            best = max(
                rows.get(str(number), []),
                key=lambda r: _overlap(article.text, (start, end), (r["start"], r["end"])),
                default=None,
            )
            hit = best is not None and _overlap(article.text, (start, end), (best["start"], best["end"])) >= 0.8
            tally["STATEMENT"][0] += hit
            tally["STATEMENT"][1] += 1
            for name, labels, column in (("CUE", _CUES, "cue"), ("PERSON", _PEOPLE, "speaker")):
                span = _beside(article, place, labels)
                if span is not None:
                    said = best[column] if hit and isinstance(best[column], str) else ""
                    want = article.text[span[0] : span[1]].lower().removesuffix("nya")
                    tally[name][0] += bool(_words(want) & _words(said.removesuffix("nya")))
                    tally[name][1] += 1
    return {name: (got, of) for name, (got, of) in tally.items()}


def test_text_is_rebuilt_with_its_spans() -> None:
    lines = [
        "Siap\tB-ISSUE",
        "\t",
        ".\tO",
        "",
        "”\tB-STATEMENT",
        "Kami\tI-STATEMENT",
        "siap\tI-STATEMENT",
        ",\tI-STATEMENT",
        "”\tL-STATEMENT",
        "kata\tU-CUE",
        "Ann\tU-PERSON",
        "(\tO",
        "5\tO",
        ")\tO",
        ".\tO",
    ]
    (article,) = rebuilt([line for line in lines if line != "\t"])
    assert article.text == "Siap. ”Kami siap,” kata Ann (5)."
    assert [article.text[start:end] for _, start, end in article.spans] == ["Siap", "”Kami siap,”", "kata", "Ann"]


def test_recall_on_pfsa(shared: Path) -> None:
    file = shared / "data" / "quotes" / "pfsa-id.dev.txt"
    if not file.exists():
        pytest.skip("PFSA-ID is not among the shared data")
    reached = {name: got / of for name, (got, of) in recall(rebuilt(file.read_text("utf-8").splitlines())).items()}
    assert reached["STATEMENT"] >= 0.95
    assert reached["CUE"] >= 0.94
    assert reached["PERSON"] >= 0.85
