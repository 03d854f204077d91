"""How good the extraction is: the figures by which a coding is compared with the gold one.

Actors and targets may bear any label: a predicted label means the gold label that most of its
mentions have; of two with equally many, the one that comes first in the alphabet.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis import standoff
from analysis.accuracy import Accuracy
from analysis.errors import SimakError
from analysis.frames import SENTIMENTS
from analysis.standoff import Document, Quote, Span

Figures = dict[str, dict[str, Any]]
WORD = re.compile(r"\w+")
META = ("title", "date", "outlet", "author", "dateline")
SCORED_TYPES = ("PER", "ORG", "LOC")


def scores(gold: Path | str, predicted: Path | str, ids: Collection[str] | None = None) -> Figures:
    """Return every figure of a predicted folder of standoff JSON against a gold one.

    Parameters
    ----------
    gold, predicted
        Folders with one JSON an article, of the same names. An article without a predicted file
        counts as one in which nothing was found.
    ids
        Articles to compare, or None for all.

    Returns
    -------
    dict
        Name of the figure to its values, in per cent of 0 to 100: ``p``, ``r``, ``f1`` (precision,
        recall and their harmonic mean) with the counts ``gold`` and ``pred``, or ``accuracy`` with
        ``found``. Quotes are paired one to one, most words in common first (Dice's coefficient).
        Actors are scored by B-cubed (Bagga and Baldwin 1998) over the mentions that both sides have.

    Raises
    ------
    SimakError
        When there is no gold article, an id is unknown, a file is damaged, or the texts differ.

    Examples
    --------
    >>> scores("tests/gold", "tests/gold")["quotes exact"]["f1"]
    100.0
    """
    return _figures(_compared(gold, predicted, ids))


def intervals(
    gold: Path | str, predicted: Path | str, ids: Collection[str] | None = None, times: int = 300, seed: int = 0
) -> dict[str, list[float]]:
    """Return the 95 % interval of each figure (of its F1, accuracy or recall).

    Percentiles of a bootstrap over articles (Efron 1979), since sentences of one article are not
    independent of each other.

    Examples
    --------
    >>> intervals("tests/gold", "tests/gold", times=40)["quotes exact"]
    [100.0, 100.0]
    """
    rng, drawn = random.Random(seed), defaultdict(list)
    articles = sorted(_compared(gold, predicted, ids), key=lambda article: article.id)
    for _ in range(times):
        for name, figure in _figures([rng.choice(articles) for _ in articles]).items():
            drawn[name].append(next(figure[key] for key in ("f1", "accuracy", "r") if key in figure))
    return {name: [sorted(v)[int(len(v) * 0.025)], sorted(v)[int(len(v) * 0.975) - 1]] for name, v in drawn.items()}


def with_intervals(figures: Figures, bounds: Mapping[str, list[float]]) -> Figures:
    """Return the figures with the key ``interval`` added."""
    return {name: {**figure, "interval": bounds[name]} for name, figure in figures.items()}


def measured(gold: Path | str, predicted: Path | str, ids: Collection[str] | None = None, name: str = "") -> Accuracy:
    """Return every figure with its interval and what made the codings, to be kept in a file that reports quote.

    Parameters
    ----------
    gold, predicted, ids
        As for `scores`.
    name
        Of the hand coding; empty means the name of its folder.

    Raises
    ------
    SimakError
        Also when the predicted files do not all say that the same models and knowledge made them.
    """
    articles = _compared(gold, predicted, ids)
    made = {tuple(sorted(article.predicted.made_with.items())): article.id for article in articles}
    if len(made) > 1 or not all(made):
        first = min(made.items())[1]
        raise SimakError(f"'{predicted}/{first}.json' was not made with the others: make all anew by `simak extract`.")
    codes = sorted({code for a in articles for doc in (a.gold, a.predicted) for code in doc.issues})
    given = {c: Counter((c in a.gold.issues, c in a.predicted.issues) for a in articles) for c in codes}
    return Accuracy(
        name=name or Path(gold).name, command="simak evaluate", units=len(articles), made_with=dict(*made),
        figures=with_intervals(_figures(articles), intervals(gold, predicted, ids)),
        issues=[{"issue": code, "tp": n[True, True], "fp": n[False, True], "fn": n[True, False], "tn": n[False, False]}
                for code, n in given.items()],
    )  # fmt: skip


def errors(gold: Path | str, predicted: Path | str, ids: Collection[str] | None = None, most: int = 20) -> list[str]:
    """Return a line for each error, ``most`` at most: missed mentions, wrong speakers, missed quotes.

    Examples
    --------
    >>> errors("tests/gold", "tests/gold")
    []
    """
    articles = _compared(gold, predicted, ids)
    labels = _Labels(articles)
    lines = [
        f"{a.id} missed mention {a.text[s:e]!r} {kind}"
        for a in articles
        for s, e, kind in sorted(a.spans[0] - a.spans[1])
    ]
    for article in articles:
        for want, said in article.loose:
            if not labels.same_speaker(article, want, said):
                who = f"{said.speaker_actor!r} for {want.speaker_actor!r}"
                lines.append(f"{article.id} speaker {who}: {article.words(want)[:60]!r}")
        found = {id(want) for want, _ in article.loose}
        missed = [quote for quote in article.gold.quotes if id(quote) not in found]
        lines += [f"{article.id} missed {quote.kind} quote {article.words(quote)[:70]!r}" for quote in missed]
    return lines[:most]


def table(figures: Figures) -> str:
    """Return the figures as lines to print.

    Examples
    --------
    >>> print(table({"meta date": {"accuracy": 80.0, "gold": 4}}))
    meta date                              accuracy 80.0  gold 4
    """
    return "\n".join(
        f"{name:38s} " + "  ".join(f"{k} {v}" for k, v in figure.items()) for name, figure in figures.items()
    )


@dataclass(frozen=True)
class _Article:
    """One article coded twice, and what of the two codings belongs together."""

    id: str
    text: str
    gold: Document
    predicted: Document

    def words(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def overlap(self, a: Span, b: Span) -> float:
        """Return the share of words that two spans have in common (Dice)."""
        x, y = ({span.start + m.start() for m in WORD.finditer(self.words(span))} for span in (a, b))
        return 2 * len(x & y) / (len(x) + len(y)) if x and y else 0.0

    def same_words(self, a: Span | None, b: Span | None) -> bool:
        return a is b if a is None or b is None else self.overlap(a, b) >= 0.5

    def content(self, quote: Quote) -> tuple[int, int]:
        """Return the span of a quote without the marks at its two ends."""
        inside = [k for k in range(quote.start, quote.end) if self.text[k].isalnum()]
        return (inside[0], inside[-1] + 1) if inside else (quote.end, quote.end)

    @cached_property
    def body(self) -> tuple[set[int], set[int]]:
        def characters(spans: Iterable[tuple[int, int]]) -> set[int]:
            inside = {k for start, end in spans for k in range(max(0, start), min(end, len(self.text)))}
            return {k for k in inside if not self.text[k].isspace()}

        whole = [(0, len(self.text))]
        return tuple(characters(whole if doc.body is None else doc.body) for doc in (self.gold, self.predicted))

    @cached_property
    def spans(self) -> tuple[set[tuple[int, int, str]], set[tuple[int, int, str]]]:
        return tuple({(m.start, m.end, m.type) for m in doc.mentions} for doc in (self.gold, self.predicted))

    @cached_property
    def exact(self) -> int:
        gold, predicted = (Counter(map(self.content, doc.quotes)) for doc in (self.gold, self.predicted))
        return (gold & predicted).total()

    @cached_property
    def overlaps(self) -> list[tuple[float, int, int]]:
        quotes = enumerate(self.gold.quotes), list(enumerate(self.predicted.quotes))
        return sorted(((self.overlap(a, b), i, j) for i, a in quotes[0] for j, b in quotes[1]), reverse=True)

    def pairs(self, least: float) -> list[tuple[Quote, Quote]]:
        """Return quotes one to one, best overlap first; of equals, the last in the text."""
        pairs: dict[int, int] = {}
        for share, i, j in self.overlaps:
            if share >= least and i not in pairs and j not in pairs.values():
                pairs[i] = j
        return [(self.gold.quotes[i], self.predicted.quotes[j]) for i, j in pairs.items()]

    @cached_property
    def strict(self) -> list[tuple[Quote, Quote]]:
        return self.pairs(0.8)

    @cached_property
    def loose(self) -> list[tuple[Quote, Quote]]:
        return self.pairs(0.3)


def _compared(gold: Path | str, predicted: Path | str, ids: Collection[str] | None) -> list[_Article]:
    paths = {path.stem: path for path in standoff.files(gold)}
    unknown = sorted(set(ids or ()) - set(paths))
    if unknown:
        raise SimakError(f"'{gold}' has no article '{unknown[0]}'.")
    if not paths:
        raise SimakError(f"There are no gold articles in '{gold}'.")
    if not Path(predicted).is_dir():
        raise SimakError(f"'{predicted}' is not a folder.")
    return [_article(path, Path(predicted) / path.name) for id_, path in paths.items() if not ids or id_ in ids]


def _article(path: Path, other: Path) -> _Article:
    gold = standoff.document(path)
    predicted = standoff.document(other) if other.exists() else Document(body=[])
    if gold.text is None:
        raise SimakError(f"'{path}' has no text.")
    if predicted.text not in (None, gold.text):
        same = zip(predicted.text, gold.text, strict=False)
        least = min(len(predicted.text), len(gold.text))
        first = next((k for k, (x, y) in enumerate(same) if x != y), least)
        raise SimakError(f"'{other}': its text differs from the gold text at character {first}.")

    def inside(spans: Iterable[Any]) -> list[Any]:
        return [span for span in spans if 0 <= span.start < span.end <= len(gold.text)]

    predicted = predicted.model_copy(
        update={"mentions": inside(predicted.mentions), "quotes": inside(predicted.quotes)}
    )
    return _Article(path.stem, gold.text, gold, predicted)


class _Labels:
    """Who is meant by a predicted label, judged by the mentions that both codings have."""

    def __init__(self, articles: Sequence[_Article]) -> None:
        self.pairs: list[tuple[str, Hashable, str]] = []
        self.named: set[str | None] = set()
        votes: dict[Hashable, Counter[str]] = defaultdict(Counter)
        for number, article in enumerate(articles):
            gold = {(m.start, m.end): m for m in article.gold.mentions}
            self.named |= {m.actor for m in gold.values()}
            predicted = {(m.start, m.end): m.actor for m in article.predicted.mentions}
            for span in gold.keys() & predicted.keys():
                label = (number, span) if predicted[span] is None else predicted[span]
                votes[label][gold[span].actor] += 1
                self.pairs.append((gold[span].actor, label, gold[span].type))
        self._meaning = {label: min(names, key=lambda name: (-names[name], name)) for label, names in votes.items()}

    def meaning(self, label: str | None) -> str | None:
        return self._meaning.get(label, label)

    def same_speaker(self, article: _Article, want: Quote, said: Quote) -> bool:
        """Return whether the actor is right or, for one that has no name, the words for it are."""
        if want.speaker_actor in self.named:
            return self.meaning(said.speaker_actor) == want.speaker_actor
        return article.same_words(want.speaker, said.speaker)


def _rates(p: float, r: float, gold: int, predicted: int) -> dict[str, Any]:
    f1 = round(200 * p * r / (p + r), 1) if p + r else 0.0
    return {"p": round(100 * p, 1), "r": round(100 * r, 1), "f1": f1, "gold": gold, "pred": predicted}


def _counted(right: int, predicted: int, gold: int) -> dict[str, Any]:
    return _rates(right / predicted if predicted else 0.0, right / gold if gold else 0.0, gold, predicted)


def _sets(pairs: Iterable[tuple[set[Any], set[Any]]]) -> dict[str, Any]:
    """Return precision and recall of sets that belong together, gold and predicted in turn."""
    counts = [(len(gold & predicted), len(predicted), len(gold)) for gold, predicted in pairs]
    return _counted(*map(sum, zip(*counts, strict=True))) if counts else _counted(0, 0, 0)


def _accuracy(right: Sequence[bool], **more: Any) -> dict[str, Any]:
    return {"accuracy": round(100 * sum(right) / len(right), 1) if right else 0.0, **more}


def _b_cubed(pairs: Sequence[tuple[Hashable, Hashable]]) -> dict[str, Any]:
    """Return B-cubed of (gold label, predicted label), one pair a mention."""
    both, n = Counter(pairs), len(pairs)
    gold, predicted = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    p, r = (
        sum(both[pair] / of[pair[side]] for pair in pairs) / n if n else 0.0 for side, of in ((1, predicted), (0, gold))
    )
    return _rates(p, r, n, n)


def _macro_f1(pairs: Sequence[tuple[str | None, str | None]]) -> float:
    gold, predicted = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    right = Counter(a for a, b in pairs if a == b)
    f1 = [2 * right[label] / (gold[label] + predicted[label]) for label in SENTIMENTS if gold[label]]
    return round(100 * sum(f1) / len(f1), 1) if f1 else 0.0


def _figures(articles: Sequence[_Article]) -> Figures:
    labels = _Labels(articles)
    return {
        "body characters": _sets(article.body for article in articles),
        **_meta_figures(articles),
        **_mention_figures(articles),
        **_actor_figures(labels),
        **_quote_figures(articles, labels),
        **_found_figures([(a, want, said) for a in articles for want, said in a.loose], articles, labels),
        "issues of articles": _sets((set(a.gold.issues), set(a.predicted.issues)) for a in articles),
    }


def _meta_figures(articles: Sequence[_Article]) -> Figures:
    def value(doc: Document, field: str) -> str:
        printed = (getattr(doc.meta, field) or "").strip().casefold()
        return printed[:10] if field == "date" else printed

    figures = {}
    for field in META:
        pairs = [(value(a.gold, field), value(a.predicted, field)) for a in articles]
        figures[f"meta {field}"] = _accuracy([x == y for x, y in pairs], gold=sum(bool(x) for x, _ in pairs))
    return figures


def _mention_figures(articles: Sequence[_Article]) -> Figures:
    def of(types: Collection[str]) -> dict[str, Any]:
        return _sets(
            tuple({span for span in side if span[2] in types} for side in article.spans) for article in articles
        )

    types = sorted({span[2] for article in articles for side in article.spans for span in side})
    return {"mentions PER+ORG+LOC": of(SCORED_TYPES), **{f"mentions {kind}": of([kind]) for kind in types}}


def _actor_figures(labels: _Labels) -> Figures:
    kinds = {"actors": SCORED_TYPES, "actors PER": ("PER",), "actors ORG": ("ORG",)}
    return {
        f"{name} (B-cubed, shared mentions)": _b_cubed(
            [(gold, said) for gold, said, kind in labels.pairs if kind in kinds[name]]
        )
        for name in kinds
    }


def _quote_figures(articles: Sequence[_Article], labels: _Labels) -> Figures:
    sizes = sum(len(a.predicted.quotes) for a in articles), sum(len(a.gold.quotes) for a in articles)
    right = {
        "quotes exact": sum(a.exact for a in articles),
        "quotes overlap 0.8": sum(len(a.strict) for a in articles),
        "quotes overlap 0.3": sum(len(a.loose) for a in articles),
        "quotes 0.8 with speaker": sum(labels.same_speaker(a, *pair) for a in articles for pair in a.strict),
    }
    found = Counter(want.kind for a in articles for want, _ in a.loose)
    kinds = Counter(quote.kind for a in articles for quote in a.gold.quotes)
    recall = {
        f"quotes {kind} recall 0.3": {"r": round(100 * found[kind] / n, 1), "gold": n}
        for kind, n in sorted(kinds.items(), key=str)
    }
    return {**{name: _counted(n, *sizes) for name, n in right.items()}, **recall}


def _found_figures(
    found: Sequence[tuple[_Article, Quote, Quote]], articles: Sequence[_Article], labels: _Labels
) -> Figures:
    of = f"{len(found)}/{sum(len(a.gold.quotes) for a in articles)}"
    kinds = Counter((want.kind, said.kind) for _, want, said in found)
    confusion = " ".join(f"{want}>{said}:{n}" for (want, said), n in sorted(kinds.items(), key=str))
    targets = [
        ({want.target} - {None}, {labels.meaning(said.target)} - {None})
        for _, want, said in found
        if want.target is None or want.target in labels.named
    ]
    tones = [(want.sentiment, said.sentiment) for _, want, said in found]
    return {
        "kind of found quotes": _accuracy([a.kind == b.kind for _, a, b in found], found=of, confusion=confusion),
        "speaker of found quotes": _accuracy([labels.same_speaker(*found_) for found_ in found], found=of),
        "speaker span of found quotes": _accuracy([a.same_words(x.speaker, y.speaker) for a, x, y in found], found=of),
        "cue of found quotes": _accuracy([a.same_words(x.cue, y.cue) for a, x, y in found], found=of),
        "sentiment of found quotes, macro F1": {"f1": _macro_f1(tones), "found": of},
        "target of found quotes": _sets(targets),
        "issues of found quotes": _sets((set(want.issues), set(said.issues)) for _, want, said in found),
    }
