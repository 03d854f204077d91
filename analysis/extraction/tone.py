"""Tone: what a speaker thinks of what he speaks about, and whom he means.

A lexicon of the domain (`tone.yml`) finds the words that carry tone, and a small linear model, which
`training/tone.py` learns from coded statements, weighs them with the reporting verb and the other words. A
second one weighs what it finds against what the reader (`reader.py`) does, who takes in what stands around.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import softmax
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis import frames
from analysis.extraction.patterns import Words
from analysis.extraction.reader import Reading, readings
from analysis.extraction.targets import targets
from analysis.knowledge import Knowledge
from analysis.knowledge.patterns import WORD, parsed
from analysis.knowledge.schema import Shift, Tone, Verbs
from analysis.storage import shipped

MODEL = Path(__file__).with_name("tone_model.json")
WEAK = 0.25  # weight of a tone word that alone makes no statement good or bad
HITS = {"row": "int64", "start": "int64", "end": "int64", "group": "str", "weight": "float64", "turned": "bool"}


def toned(
    quotes: pd.DataFrame,
    articles: pd.DataFrame,
    entities: pd.DataFrame,
    actors: pd.DataFrame,
    knowledge: Knowledge,
    cache: str | Path | None = None,
) -> pd.DataFrame:
    """Return the quotes with their tone and its target.

    Parameters
    ----------
    quotes, articles, entities, actors
        The frames of those names; of actors their ``type`` and ``country`` are read.
    knowledge
        Of it `tone.yml` and `verbs.yml` are read.
    cache
        See `analysis.language.annotate`.

    Returns
    -------
    DataFrame
        The frame ``quotes`` with ``sentiment`` (negative, neutral or positive), ``score`` (float64, -1
        to 1: the probability of positive less that of negative), ``tone_words`` (list of [start, end]
        in the raw text: the words, and the reporting verb, that speak for a tone that is not neutral)
        and ``target_id``.

    Examples
    --------
    >>> import analysis as an
    >>> corpus = an.extract(*an.read_articles("seeds/002_cbcf84cc3490cc42.txt"))
    >>> bool(corpus.quotes["score"].between(-1, 1).all())
    True
    """
    if quotes.empty:
        return frames.checked("quotes", quotes)
    hits = tone_hits(quotes["text"].tolist(), knowledge.tone)
    implied = implications(quotes["cue"].tolist(), knowledge.verbs)
    read = readings(quotes, articles, entities, cache)
    probability = _model().probabilities(quotes, hits, implied, read)
    sentiment = np.array(frames.SENTIMENTS)[probability.argmax(axis=1)]
    filled = quotes.assign(
        sentiment=sentiment,
        score=np.round(probability[:, 2] - probability[:, 0], 4),
        tone_words=pd.Series(
            _tone_words(quotes, hits, implied, sentiment, knowledge.tone), index=quotes.index, dtype=object
        ),
    )
    target = targets(filled, read, articles, entities, actors, knowledge.tone.aim)
    return frames.checked("quotes", filled.assign(target_id=target))


def tone_hits(texts: list[str], tone: Tone) -> pd.DataFrame:
    """Return the tone words of texts with their weights as negation, hedging and contrast leave them.

    Returns
    -------
    DataFrame
        ``row`` (number of the text), ``start``, ``end`` (offsets in it), ``group`` (of ``tone.words``),
        ``weight`` (float64, -1 to 1) and ``turned`` (bool, whether a negation turned it).

    Examples
    --------
    >>> hits = tone_hits(["China tidak melanggar perjanjian"], Knowledge().tone)
    >>> hits[["start", "end", "group", "turned"]].values.tolist()
    [[12, 21, 'wrongdoing', True]]
    """
    words = Words(texts)
    hits, taken = _longest(words, tone)
    turning = _places(words, tone.negation, taken)
    weakening = _places(words, tone.hedging, taken)
    turns = {int(words.text[place]): place for p in tone.contrast for place in words.found(parsed(p))[0].tolist()}
    rows = []
    for first, last, group in hits:
        turned = _near(words, turning, first, tone.negation.reach)
        weight = tone.words[group].weight * (tone.negation.factor if turned else 1)
        weight *= tone.hedging.factor if _near(words, weakening, first, tone.hedging.reach) else 1
        weight *= 0.5 if last < turns.get(int(words.text[first]), -1) else 1
        rows.append((int(words.text[first]), int(words.start[first]), int(words.end[last]), group, weight, turned))
    return pd.DataFrame(rows, columns=list(HITS)).astype(HITS)


def _longest(words: Words, tone: Tone) -> tuple[list[tuple[int, int, str]], np.ndarray]:
    """Return hits as first word, last word and group, of overlapping ones the longest, and which words they hold."""
    spans = [
        (last - first + 1, first, last, group)
        for group, entry in tone.words.items()
        for pattern in entry.patterns
        for first, last in zip(*(places.tolist() for places in words.found(parsed(pattern))), strict=True)
    ]
    taken = np.zeros(len(words.text), dtype=bool)
    hits = []
    for _, first, last, group in sorted(spans, key=lambda span: (-span[0], span[1], span[3])):
        if not taken[first : last + 1].any():
            taken[first : last + 1] = True
            hits.append((first, last, group))
    return sorted(hit for hit in hits if tone.words[hit[2]].weight), taken


def _places(words: Words, shift: Shift, taken: np.ndarray) -> list[int]:
    """Return the last words of what shifts, where no tone word holds it already."""
    spans = [place for pattern in shift.patterns for place in zip(*words.found(parsed(pattern)), strict=True)]
    return sorted({int(last) for first, last in spans if not taken[first : last + 1].any()})


def _near(words: Words, places: list[int], first: int, reach: int) -> bool:
    at = bisect_right(places, first - 1) - 1
    return at >= 0 and first - places[at] <= reach and words.text[places[at]] == words.text[first]


def implications(cues: list[str | None], verbs: Verbs) -> list[str]:
    """Return what reporting words imply: a value of ``implies`` in `verbs.yml`, "according", "channel" or "".

    Examples
    --------
    >>> implications(["menuduh", "katanya", "Menurut", None], Knowledge().verbs)
    ['accuses', 'says', 'according', '']
    """
    forms = dict.fromkeys(verbs.channel, "channel") | dict.fromkeys(verbs.according, "according")
    forms |= {form: cue.implies for base, cue in verbs.cues.items() for form in (base, *cue.active, *cue.passive)}
    return [_implied(WORD.findall(cue.lower()), forms) if isinstance(cue, str) else "" for cue in cues]


def _implied(words: list[str], forms: dict[str, str]) -> str:
    pairs = [" ".join(pair) for pair in pairwise(words)]
    for form in (*pairs, *words, *(word.removesuffix("nya") for word in words), *(f"di{word}" for word in words)):
        if form in forms:
            return forms[form]
    return ""


def leanings(hits: pd.DataFrame, size: int) -> np.ndarray:
    """Return the sum of the weights of each text, shape (size,)."""
    return hits.groupby("row")["weight"].sum().reindex(range(size), fill_value=0.0).to_numpy()


def features(quotes: pd.DataFrame, hits: pd.DataFrame, implied: list[str], names: list[str]) -> np.ndarray:
    """Return the features of quotes that are no words, shape (quotes, names).

    ``GROUP+`` and ``GROUP-`` are the tone words of a group, as they stand and turned; ``lexicon`` their
    sum with its sign; ``lowest``, ``highest``, ``first``, ``last`` the weight of one of them;
    ``cue:IMPLICATION`` the reporting verb; the others say what their names say.
    """
    sums = hits.assign(name=hits["group"] + np.where(hits["turned"], "-", "+"), size=hits["weight"].abs())
    sums = sums.pivot_table(index="row", columns="name", values="size", aggfunc="sum", fill_value=0.0)
    text, by = quotes["text"].reset_index(drop=True), hits.groupby("row")["weight"]
    counts = [pd.Series(hits["row"][mask].value_counts()) for mask in (hits["weight"] < -WEAK, hits["weight"] > WEAK)]
    known = {name: np.tanh(sums[name]) for name in sums.columns}
    known |= {"lowest": by.min(), "highest": by.max(), "first": by.first(), "last": by.last()}
    known = {name: value.reindex(range(len(text)), fill_value=0.0) for name, value in known.items()}
    bad, good = (count.reindex(range(len(text)), fill_value=0) for count in counts)
    known |= {"any bad": bad > 0, "any good": good > 0, "bad and good": (bad > 0) & (good > 0)}
    known |= {"neither": (bad == 0) & (good == 0), "more good": np.tanh(good - bad)}
    known["lexicon"] = np.tanh(leanings(hits, len(text)))
    known["length"] = np.log1p(text.map(lambda t: len(WORD.findall(t))))
    known["direct"] = (quotes["kind"] == "direct").reset_index(drop=True)
    known["figures"] = text.str.contains(r"\d")
    known["first person"] = text.str.contains(r"(?i)\b(?:kami|kita|saya|aku)\b")
    known |= {f"cue:{name}": pd.Series(implied) == name for name in set(implied)}
    nothing = np.zeros(len(text))
    return np.column_stack([np.asarray(known.get(name, nothing), dtype=float) for name in names])


def words_vectorizer(**known: object) -> TfidfVectorizer:
    """Return how words and pairs of words are counted, in training and after."""
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+", lowercase=True, **known)


@dataclass(frozen=True)
class Model:
    """Two multinomial logistic regressions; classes as in ``frames.SENTIMENTS``.

    The first judges each statement by its features and words: ``weights`` has shape (names, 3),
    ``word_weights`` (words, 3), ``intercept`` (3,). The second weighs its log odds against those of the
    reader: ``both`` has shape (7, 3), see `beside`.
    """

    names: list[str]
    weights: np.ndarray
    words: TfidfVectorizer
    word_weights: np.ndarray
    intercept: np.ndarray
    both: np.ndarray

    def probabilities(
        self, quotes: pd.DataFrame, hits: pd.DataFrame, implied: list[str], read: list[Reading]
    ) -> np.ndarray:
        """Return the probability of each class, shape (quotes, 3)."""
        counts: sparse.csr_matrix = self.words.transform(quotes["text"])
        table = features(quotes, hits, implied, self.names)
        alone = table @ self.weights + counts @ self.word_weights + self.intercept
        return softmax(beside(alone, np.array([reading.tone for reading in read])) @ self.both, axis=1)


def beside(alone: np.ndarray, read: np.ndarray) -> np.ndarray:
    """Return the log odds of words and of the reader about their means, and a constant, shape (quotes, 7)."""
    odds = [values - values.mean(axis=1, keepdims=True) for values in (alone, read)]
    return np.hstack([*odds, np.ones((len(alone), 1))])


@lru_cache(maxsize=1)
def _model() -> Model:
    with shipped(MODEL):
        stored = json.loads(MODEL.read_text("utf-8"))
    words = words_vectorizer(vocabulary={word: number for number, word in enumerate(stored["words"])})
    words.idf_ = np.array([entry[0] for entry in stored["words"].values()])
    return Model(
        names=list(stored["features"]),
        weights=np.array(list(stored["features"].values())),
        words=words,
        word_weights=np.array([entry[1:] for entry in stored["words"].values()]),
        intercept=np.array(stored["intercept"]),
        both=np.array(list(stored["both"].values())),
    )


def _tone_words(
    quotes: pd.DataFrame, hits: pd.DataFrame, implied: list[str], sentiment: np.ndarray, tone: Tone
) -> list[list[list[int]]]:
    """Return the spans of hits, and of reporting words, whose sign is that of the tone."""
    sign = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
    spans: list[list[list[int]]] = [[] for _ in range(len(quotes))]
    starts = quotes["start"].tolist()
    for row, start, end, weight in zip(hits["row"], hits["start"], hits["end"], hits["weight"], strict=True):
        if weight * sign[sentiment[row]] > 0:
            spans[row].append([starts[row] + start, starts[row] + end])
    for row, (meant, begin, end) in enumerate(zip(implied, quotes["cue_start"], quotes["cue_end"], strict=True)):
        if tone.cues.get(meant, 0.0) * sign[sentiment[row]] > 0:
            spans[row].append([int(begin), int(end)])
    return [sorted(found) for found in spans]
