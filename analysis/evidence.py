"""The sentences behind a number: a fixed sample spread over outlets and months, marked up and escaped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from analysis.corpus import Corpus
from analysis.errors import SimakError
from analysis.tables import Html
from analysis.words import said

MOST = 20
LONGEST = 700
BYTES = {1_000: 1_900_000, 0: 5_300_000}  # of sentences on a page, for as many articles or fewer, and for more


def anchor(*parts: str) -> str:
    """Return the id of a block of evidence; names that only look alike keep different ids.

    Examples
    --------
    >>> anchor("issue", "trade"), anchor("actor", "a#b") == anchor("actor", "a b")
    ('ev-issue-trade', False)
    """
    name = "-".join(parts)
    plain = re.sub(r"[^a-z0-9-]+", "-", name.lower())
    return f"ev-{plain}" if plain == name else f"ev-{plain}-{hashlib.blake2b(name.encode(), digest_size=3).hexdigest()}"


def parted(rows: pd.DataFrame, column: str, wanted: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Return the rows of each wanted value; a large corpus has a hundred thousand others, and each takes its time.

    Examples
    --------
    >>> list(parted(pd.DataFrame({"actor_id": ["a", "b", "c"]}), "actor_id", ["c", "a", "d"]))
    ['a', 'c']
    """
    return dict(list(rows[rows[column].isin(set(wanted))].groupby(column)))


def spread(rows: pd.DataFrame, articles: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """Return at most ``most`` sentences for each number, drawn by a hash of their ids, each outlet and month in turn.

    Parameters
    ----------
    rows
        ``number``, ``article_id`` and ``sentence_id``, in any order.
    articles
        The frame of articles, for outlet and date.

    Examples
    --------
    >>> articles = pd.DataFrame({"article_id": ["a", "b"], "outlet": ["X", "Y"], "date": pd.to_datetime([None, None])})
    >>> rows = pd.DataFrame({"number": "n", "article_id": ["a", "a", "b"], "sentence_id": ["a:0-1", "a:2-3", "b:0-1"]})
    >>> sorted(spread(rows, articles, most=2)["article_id"])
    ['a', 'b']
    """
    rows = rows[["number", "article_id", "sentence_id"]].drop_duplicates()
    drawn = {i: hashlib.blake2b(i.encode(), digest_size=8).hexdigest() for i in rows["sentence_id"].unique()}
    month = articles["date"].dt.strftime("%Y-%m").fillna("")
    stratum = pd.Series((articles["outlet"].fillna("") + "|" + month).to_numpy(), index=articles["article_id"])
    rows = rows.assign(draw=rows["sentence_id"].map(drawn), stratum=rows["article_id"].map(stratum))
    rows = rows.sort_values(["number", "draw"])
    rows = rows.assign(turn=rows.groupby(["number", "stratum"]).cumcount()).sort_values(["number", "turn", "draw"])
    return rows.groupby("number").head(most)[["number", "article_id", "sentence_id"]].reset_index(drop=True)


def marked(text: str, spans: list[tuple[int, int]], longest: int = LONGEST) -> str:
    """Return a sentence as HTML with spans marked; a very long one is cut around its first span.

    Examples
    --------
    >>> marked("a <b> c", [(2, 5)])
    'a <mark>&lt;b&gt;</mark> c'
    """
    inside = sorted((max(s, 0), min(e, len(text))) for s, e in spans if s < len(text) and e > 0)
    first = max(inside[0][0] - longest // 3, 0) if inside and len(text) > longest else 0
    last = min(first + longest, len(text))
    edges = sorted({first, last, *(edge for span in inside for edge in span if first < edge < last)})
    pieces = []
    for start, end in pairwise(edges):
        within = any(s <= start and end <= e for s, e in inside)
        piece = escape(text[start:end])
        pieces.append(f"<mark>{piece}</mark>" if within else piece)
    return ("…" if first else "") + "".join(pieces).replace("</mark><mark>", "") + ("…" if last < len(text) else "")


class Block(NamedTuple):
    """What stands behind one number: its group and name in words, and its rows."""

    group: str
    label: str
    rows: pd.DataFrame


@dataclass
class Evidence:
    """The sentences behind the numbers of one report, gathered as the numbers are shown.

    ``report`` names the numbers; ``listed`` is the Python that gives `frame`, which the page shows beside each.
    """

    sentences: pd.DataFrame
    articles: pd.DataFrame
    report: str = "report"
    listed: str = "study.evidence.frame()"
    blocks: dict[str, Block] = field(default_factory=dict)

    def add(self, group: str, label: str, rows: pd.DataFrame, *key: str) -> str | None:
        """Keep what stands behind a number and return the id of its block, or None without rows.

        Parameters
        ----------
        group, label
            What kind of number it is, and which one, in words.
        rows
            ``article_id, sentence_id, start, end``; a span may run beyond its sentence.
        key
            Words that name the number; the same words again add nothing.
        """
        if rows.empty:
            return None
        name = anchor(*key)
        kept = rows[["article_id", "sentence_id", "start", "end"]].reset_index(drop=True)
        self.blocks[name] = Block(group, label, kept)
        return name

    def frame(self) -> pd.DataFrame:
        """Return all sentences behind all numbers, with ``number`` (``report#id``), ``label``, outlet and date."""
        kept = [
            block.rows.assign(number=f"{self.report}#{name}", label=block.label) for name, block in self.blocks.items()
        ]
        columns = ["number", "label", "article_id", "sentence_id", "start", "end", "sentence", "outlet", "date"]
        if not kept:
            return pd.DataFrame(columns=columns)
        texts = self.sentences[["sentence_id", "text"]].rename(columns={"text": "sentence"})
        about = self.articles[["article_id", "outlet", "date"]]
        rows = pd.concat(kept).merge(texts, on="sentence_id", how="left").merge(about, on="article_id", how="left")
        return rows[columns]

    def html(self, of: str, all_rows: str, undated: str) -> str:
        """Return every block, folded.

        Parameters
        ----------
        of
            "{shown} of {all} sentences", in the language of the report.
        all_rows
            What leads the line of Python.
        undated
            What stands for a missing date.
        """
        if not self.blocks:
            return ""
        rows = pd.concat([block.rows.assign(number=name) for name, block in self.blocks.items()])
        shown = spread(rows, self.articles).merge(self.sentences[["sentence_id", "start", "text"]], on="sentence_id")
        where = self.articles[["outlet", "date", "title", "article_id"]]
        where = where.assign(date=where["date"].dt.strftime("%Y-%m-%d").fillna(undated))
        sources = dict(zip(where["article_id"], where.itertuples(index=False, name=None), strict=True))
        inside_shown = rows.merge(shown[["number", "sentence_id"]])[["number", "sentence_id", "start", "end"]]
        spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for number, sentence, start, end in inside_shown.itertuples(index=False):
            spans.setdefault((number, sentence), []).append((start, end))
        items = []
        for number, article, sentence, begin, text in shown.itertuples(index=False):
            inside = [(start - begin, end - begin) for start, end in spans[number, sentence]]
            source = escape(" · ".join(part for part in sources[article] if pd.notna(part)))
            items.append(f"<li>{marked(text, inside)}<small>{source}</small></li>")
        shown = shown.assign(item=items, rank=shown.groupby("number").cumcount())
        shown = shown[shown["rank"] < self._most(shown)]
        found = {number: part["item"].tolist() for number, part in shown.groupby("number")}
        parts: dict[str, list[str]] = {}
        for name, (group, label, rows) in self.blocks.items():
            items = found[name]
            line = f"""{self.listed}.query("number == '{self.report}#{name}'")"""
            count = of.format(shown=len(items), all=rows["sentence_id"].nunique())
            parts.setdefault(group, []).append(
                f'<details class="evidence"><summary>{escape(label)} <span>· {escape(count)}</span></summary>'
                f'<div class="shown" id="{name}"><ul class="sentences">{"".join(items)}</ul>'
                f"<p class=muted>{escape(all_rows)} <code>{escape(line)}</code></p></div></details>"
            )
        return "".join(
            f'<details class="group"><summary>{escape(group)} <span>({len(blocks)})</span></summary>'
            f"{''.join(blocks)}</details>"
            for group, blocks in parts.items()
        )

    def _most(self, shown: pd.DataFrame) -> int:
        """Return how many sentences a number may show, so that the page does not grow too large to open."""
        allowed = next(size for articles, size in BYTES.items() if len(self.articles) <= articles or not articles)
        sizes = shown["item"].str.len().groupby(shown["rank"]).sum().cumsum()
        return max(int((sizes <= allowed).sum()), 1)


def article(corpus: Corpus, article_id: str, language: str = "en") -> Html:
    """Return an article with all that was found in it marked; each mark says why, to whoever points at it.

    Parameters
    ----------
    corpus
        The corpus that holds the article.
    article_id
        Its id.
    language
        Of what the marks say: en or id.

    Raises
    ------
    SimakError
        When the corpus has no such article.

    Examples
    --------
    >>> import analysis as an
    >>> corpus = an.extract(*an.read_articles("seeds/002_cbcf84cc3490cc42.txt"))
    >>> "found by" in article(corpus, "002_cbcf84cc3490cc42").html
    True
    """
    part = corpus.filter(article_ids=[article_id])
    if part.articles.empty:
        raise SimakError(f"There is no article '{article_id}' in the corpus.")
    text, body = part.articles["text"].iloc[0], [(start, end) for start, end in part.articles["body"].iloc[0]]
    spans = [(0, len(text), "", ""), *_reasons(part, language)]
    edges = sorted({edge for start, end, *_ in [*spans, *body] for edge in (start, end)})
    pieces = []
    for start, end in pairwise(edges):
        over = [(kind, why) for s, e, kind, why in spans if s <= start and end <= e and kind]
        kinds = {kind for kind, _ in over} | ({"aside"} - {"aside" for s, e in body if s <= start and end <= e})
        whys = "".join(f"<span>{escape(why)}</span>" for _, why in over)
        why, focus = (f'<span class="why" role="tooltip">{whys}</span>', " tabindex=0") if over else ("", "")
        piece = escape(text[start:end])
        pieces.append(f'<span class="{" ".join(sorted(kinds))}"{focus}>{piece}{why}</span>' if kinds else piece)
    return Html(f'<div class="reading">{"".join(pieces)}</div>')


def _reasons(part: Corpus, language: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield every marked span of the one article of a corpus: start, end, kind, and why it is marked."""
    say = partial(said, language)
    names = dict(zip(part.actors["actor_id"], part.actors["name_id" if language == "id" else "name"], strict=True))

    def actor(actor_id: Any) -> str:
        return say("why_nobody") if pd.isna(actor_id) else f"{names.get(actor_id, actor_id)} ({actor_id})"

    for q in part.quotes.itertuples():
        sure, tone = f"{q.confidence:.2f}", f"{say(q.sentiment)} {q.score:+.2f}"
        why = say("why_quote", kind=say(f"why_{q.kind}"), speaker=actor(q.actor_id), sure=sure, tone=tone)
        why += "" if pd.isna(q.target_id) else say("why_target", target=actor(q.target_id))
        why += say("why_issues", issues=", ".join(q.issues)) if q.issues else ""
        yield q.start, q.end, "quote", f"{why}; {q.quote_id}"
        for what in ("speaker", "cue"):
            start, end = getattr(q, f"{what}_start"), getattr(q, f"{what}_end")
            if pd.notna(start):
                yield int(start), int(end), "cue", say(f"why_{what}", quote=q.quote_id)
    for i in part.issues.itertuples():
        yield i.start, i.end, "issue", say("why_issue", issue=i.issue, pattern=i.found_by)
    for m in part.entities.itertuples():
        how, sure = say(f"why_{m.found_by}"), f"{m.confidence:.2f}"
        yield m.start, m.end, "name", say("why_name", type=m.type, actor=actor(m.actor_id), how=how, sure=sure)
