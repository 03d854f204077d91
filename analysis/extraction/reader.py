"""What a small transformer reads in a statement: its tone, and at which of the names around it the tone is aimed.

It learnt from the news to fill in hidden words, then from a bigger model and from coded statements to judge them
(`training/README.md`).
It knows no actors: it judges names where they stand, so that a corrected registry asks for no second reading.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.kept import cache_folder
from analysis.language.cache import annotation_cache, paragraph_key
from analysis.storage import shipped

if TYPE_CHECKING:
    from torch import Tensor

MODEL = Path(__file__).with_name("reader.npz")
LAYERS, HEADS = 6, 4
BEFORE, AFTER = 300, 120  # characters around a statement that are read with it
TITLE, AHEAD, SAID, BEHIND = 30, 90, 150, 20  # pieces at most: of the title, before, of and after the statement
PLACES, MARKS = 256, 5  # pieces that the model can read at once, and how many of them are marks
PAD, UNKNOWN, FIRST, BORDER, HIDDEN, OPEN, CLOSE = range(7)  # pieces that are no letters
TOKEN = re.compile(r"\w+|[^\w\s]")
BATCH = 500  # statements kept at once: seconds of work
ROWS = pa.schema([("key", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("odds", pa.list_(pa.float64()))])
LONGEST = 60  # letters of a word that is taken apart
Weights = dict[str, "Tensor"]


class Pieces:
    """The words of a text in pieces that the model knows, by the longest match from the left (WordPiece).

    Wu et al. 2016, Google's neural machine translation system, arXiv:1609.08144, section 4.1.
    """

    def __init__(self, listed: Iterable[str]) -> None:
        self.numbers = {piece: number for number, piece in enumerate(listed)}
        self.word = lru_cache(maxsize=200_000)(self._word)

    def of(self, text: str, at: int = 0) -> list[tuple[int, int, int]]:
        """Return number, start and end of each piece; offsets count from ``at``."""
        words = ((m[0], at + m.start()) for m in TOKEN.finditer(text))
        return [(number, start + a, start + b) for word, start in words for number, a, b in self.word(word)]

    def _word(self, word: str) -> list[tuple[int, int, int]]:
        found, start = [], 0
        while start < len(word) <= LONGEST:
            ends = range(len(word), start, -1)
            end = next((e for e in ends if ("##" if start else "") + word[start:e] in self.numbers), None)
            if end is None:
                break
            found.append((self.numbers[("##" if start else "") + word[start:end]], start, end))
            start = end
        return found if start == len(word) else [(UNKNOWN, 0, len(word))]


class Window(NamedTuple):
    """A statement with what stands around it: numbers and offsets of its pieces, -1 for those outside the text."""

    pieces: list[int]
    starts: list[int]
    ends: list[int]
    said: slice
    start: int  # of the statement in the text

    def places(self, start: int, end: int) -> list[int]:
        """Return which pieces lie in a span of the text."""
        spans = enumerate(zip(self.starts, self.ends, strict=True))
        return [place for place, (a, b) in spans if start <= a and b <= end and a >= 0]


class Reading(NamedTuple):
    """Log odds of negative, neutral and positive, and for each name around those that it is meant and not nobody."""

    tone: tuple[float, ...]
    aims: tuple[tuple[int, int, float], ...]


def window(title: str, text: str, start: int, end: int, pieces: Pieces) -> Window:
    """Return what is read of a statement that stands in a text from ``start`` to ``end``."""
    said = pieces.of(text[start:end], start)[:SAID]
    after = pieces.of(text[end : end + AFTER], end)[:BEHIND]
    title_ = [(number, -1, -1) for number, _, _ in pieces.of(title)[:TITLE]]
    room = min(AHEAD, PLACES - MARKS - len(title_) - len(said) - len(after))
    before = pieces.of(text[max(0, start - BEFORE) : start], max(0, start - BEFORE))[-room:]
    mark = {number: [(number, -1, -1)] for number in (FIRST, BORDER, OPEN, CLOSE)}
    head = [*mark[FIRST], *title_, *mark[BORDER], *before, *mark[OPEN]]
    numbers, starts, ends = zip(*head, *said, *mark[CLOSE], *after, *mark[BORDER], strict=True)
    return Window(list(numbers), list(starts), list(ends), slice(len(head), len(head) + max(1, len(said))), start)


def hidden(
    weights: Weights, pieces: Tensor, mask: Tensor | None = None, dropout: float = 0.0, wanted: list[int] | None = None
) -> Tensor:
    """Return what the transformer makes of pieces, shape (texts, pieces) to (texts, pieces, 256).

    With ``wanted``, the last layer is spared the other places, and their states are void.

    Layers are normed before they act: Xiong et al. 2020, On layer normalization in the transformer architecture.
    """
    import torch
    import torch.nn.functional as fun

    def normed(x: Tensor, name: str) -> Tensor:
        return fun.layer_norm(x, x.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"])

    def dropped(x: Tensor) -> Tensor:
        return fun.dropout(x, dropout, training=dropout > 0)

    texts, length = pieces.shape
    x = dropped(normed(fun.embedding(pieces, weights["emb.weight"]) + weights["pos.weight"][:length], "n0"))
    for block in (f"blocks.{layer}" for layer in range(LAYERS)):
        mixed = linear(weights, f"{block}.qkv", normed(x, f"{block}.n1"))
        query, key, value = mixed.view(texts, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        if wanted is not None and block.endswith(str(LAYERS - 1)):
            query, x = query[:, :, wanted], x[:, wanted]
        seen = fun.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout)
        x = x + dropped(linear(weights, f"{block}.o", seen.transpose(1, 2).flatten(2)))
        grown = fun.gelu(linear(weights, f"{block}.up", normed(x, f"{block}.n2")))
        x = x + dropped(linear(weights, f"{block}.down", grown))
    x = normed(x, "n")
    return x if wanted is None else x.new_zeros(texts, length, x.shape[2]).index_copy(1, torch.tensor(wanted), x)


def linear(weights: Weights, name: str, x: Tensor) -> Tensor:
    """Return the linear layer of that name on ``x``."""
    from torch.nn.functional import linear as layer

    return layer(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def judged(weights: Weights, states: Tensor, said: slice, names: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Return the log odds of tones, shape (3,), and of names and, last, nobody being meant, shape (names + 1,).

    Parameters
    ----------
    weights, states
        The model, and of one window what `hidden` returns.
    said, names
        The places of the statement, and of each name, among its pieces.
    """
    import torch

    statement = torch.cat([states[0], states[said].mean(0)])
    heard = [torch.cat([states[places].mean(0), statement]) for places in names]
    nobody = linear(weights, "none", statement)
    if not heard:
        return linear(weights, "tone", statement), nobody
    aims = linear(weights, "aim", torch.nn.functional.gelu(linear(weights, "name", torch.stack(heard))))
    return linear(weights, "tone", statement), torch.cat([aims[:, 0], nobody])


def readings(
    quotes: pd.DataFrame, articles: pd.DataFrame, entities: pd.DataFrame, cache: str | Path | None = None
) -> list[Reading]:
    """Return what is read in each quote; what was read before comes from the cache.

    Parameters
    ----------
    quotes, articles, entities
        The frames of those names. Every mention near a quote counts as a name.
    cache
        See `analysis.language.annotate`.
    """
    if quotes.empty:
        return []
    kept = annotation_cache(cache_folder(cache) / f"reader-{_fingerprint()}", ROWS)
    asked = list(windows(quotes, articles, entities, _model()[0]))
    keys = [_key(*one) for one in asked]
    known = kept.keys()
    missing = {key: one for key, one in zip(keys, asked, strict=True) if key not in known}
    left = iter(missing)
    while some := list(islice(left, BATCH)):
        rows = [(key, *row) for key in some for row in _rows(reading(_model()[1], *missing[key]), missing[key][0])]
        kept.add(pd.DataFrame(rows, columns=ROWS.names))
    said: dict[str, list[tuple[int, int, list[float]]]] = defaultdict(list)
    for key, start, end, odds in kept.rows(keys).itertuples(index=False):
        said[key].append((start, end, list(odds)))
    return [_reading(said[key], read.start) for key, (read, _) in zip(keys, asked, strict=True)]


def _key(read: Window, names: list[tuple[int, int]]) -> str:
    """Return what a reading hangs on: the pieces, and where among them and in the text the names stand."""
    around = [(a - read.start, b - read.start, read.places(a, b)) for a, b in names]
    return paragraph_key(json.dumps([read.pieces, read.said.start, around]))


def _rows(found: Reading, read: Window) -> Iterator[tuple[int, int, list[float]]]:
    """Yield a reading as the cache holds it: offsets count from the statement, the tone stands before all names."""
    yield -2 * BEFORE, 0, list(found.tone)
    for start, end, odds in found.aims:
        yield start - read.start, end - read.start, [odds]


def _reading(rows: list[tuple[int, int, list[float]]], start: int) -> Reading:
    (_, _, tone), *aims = rows
    return Reading(tuple(map(float, tone)), tuple((a + start, b + start, float(odds[0])) for a, b, odds in aims))


@lru_cache(maxsize=1)
def _fingerprint() -> str:
    return hashlib.sha1(MODEL.read_bytes(), usedforsecurity=False).hexdigest()[:16]


def windows(
    quotes: pd.DataFrame, articles: pd.DataFrame, entities: pd.DataFrame, pieces: Pieces
) -> Iterator[tuple[Window, list[tuple[int, int]]]]:
    """Yield the window of each quote, and the mentions that lie in it."""
    shown = {row.article_id: (row.title, row.text) for row in articles[["article_id", "title", "text"]].itertuples()}
    spans = {
        article: sorted(zip(rows["start"].tolist(), rows["end"].tolist(), strict=True))
        for article, rows in entities.groupby("article_id")
    }
    for article, start, end in zip(quotes["article_id"], quotes["start"], quotes["end"], strict=True):
        title, text = shown[article]
        read = window(title if isinstance(title, str) else "", text, int(start), int(end), pieces)
        around = [span for span in spans.get(article, []) if start - BEFORE <= span[0] and span[1] <= end + AFTER]
        yield read, [span for span in around if read.places(*span)]


def reading(weights: Weights, read: Window, names: list[tuple[int, int]]) -> Reading:
    """Return what the model reads in one window, rounded so that machines seldom differ."""
    import torch

    places = [read.places(*span) for span in names]
    wanted = sorted({0, *range(len(read.pieces))[read.said], *chain.from_iterable(places)})
    with torch.inference_mode():
        states = hidden(weights, torch.tensor([read.pieces]), wanted=wanted)[0]
        tone, aims = judged(weights, states, read.said, places)
    odds = (aims[:-1] - aims[-1]).tolist()
    return Reading(
        tuple(round(value, 2) for value in tone.tolist()),
        tuple((start, end, round(value, 2)) for (start, end), value in zip(names, odds, strict=True)),
    )


@lru_cache(maxsize=1)
def _model() -> tuple[Pieces, Weights]:
    with shipped(MODEL), np.load(MODEL, allow_pickle=False) as stored:
        return Pieces(bytes(stored["pieces"]).decode().split("\n")), unpacked(dict(stored))


def packed(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return matrices as 8-bit integers with a scale for each row, which is how the file holds them."""
    stored: dict[str, Any] = {}
    for name, values in weights.items():
        stored[name] = values.astype(np.float32)
        if values.ndim == 2:
            scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-8) / 127
            stored |= {name: np.round(values / scale).astype(np.int8), f"{name}:scale": scale.astype(np.float32)}
    return stored


def unpacked(stored: dict[str, np.ndarray]) -> Weights:
    """Return what `packed` was given, as tensors."""
    import torch

    return {
        name: torch.from_numpy(values * stored[f"{name}:scale"] if f"{name}:scale" in stored else values)
        for name, values in stored.items()
        if name != "pieces" and not name.endswith(":scale")
    }
