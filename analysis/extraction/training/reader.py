"""What the reader of statements (`analysis/extraction/reader.py`) and its teacher know of words.

    python -m analysis.extraction.training.reader ARTICLES.jsonl.gz WORK [--steps 10000]

The command finds the pieces of words in the news, takes the news apart and learns to fill in hidden words (Devlin et
al. 2019, BERT, NAACL, with whole words hidden), which takes an accelerator three minutes and a processor days. Near
copies of annotated articles are left out. `WORK/words.npz` is what it knows; `lessons.py` goes on from there.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
import torch.nn.functional as fun

from analysis.extraction import reader
from analysis.extraction.reader import BORDER, FIRST, HIDDEN, LAYERS, Weights
from analysis.extraction.training.judging import DEVICE, SEED, groups, step
from analysis.language.training import silver

PIECES, SIZE, LENGTH = 16_000, 256, 256
TEXTS, COVERED = 128, 40  # texts a step; pieces hidden in each


class Taken(Protocol):
    """What takes a text apart into pieces: number, start and end of each."""

    def of(self, text: str, at: int = 0) -> list[tuple[int, int, int]]: ...


class Words(NamedTuple):
    """What learning to fill in hidden words needs to know of a model."""

    hidden: Callable[..., torch.Tensor]
    embedding: str  # its weights of pieces
    first: int
    border: int  # pieces up to this one are marks
    covering: int  # the piece that stands for a hidden one
    rate: float
    decay: float


OWN = Words(reader.hidden, "emb.weight", FIRST, BORDER, HIDDEN, 1.4e-3, 0.05)


def untrained(pieces: int) -> Weights:
    """Return a model that knows nothing yet."""

    def matrix(rows: int, columns: int, spread: float = 0.02) -> torch.Tensor:
        return torch.randn(rows, columns) * spread

    shapes = {"qkv": (3, 1), "o": (1, 1), "up": (4, 1), "down": (1, 4)}
    weights = {"emb.weight": matrix(pieces, SIZE), "pos.weight": matrix(LENGTH, SIZE)}
    norms = ["n0", "n"]
    for layer in range(LAYERS):
        norms += [f"blocks.{layer}.n1", f"blocks.{layer}.n2"]
        for name, (rows, columns) in shapes.items():
            spread = 0.02 / (math.sqrt(2 * LAYERS) if name in ("o", "down") else 1)
            weights[f"blocks.{layer}.{name}.weight"] = matrix(rows * SIZE, columns * SIZE, spread)
            weights[f"blocks.{layer}.{name}.bias"] = torch.zeros(rows * SIZE)
    weights |= {f"{name}.weight": torch.ones(SIZE) for name in norms}
    return weights | {f"{name}.bias": torch.zeros(SIZE) for name in norms}


def held_back(texts: Iterable[str]) -> set[str]:
    """Return the runs of eight words of gold articles, and of those of these texts that were annotated apart."""
    apart = silver.annotated_apart()
    return silver.held_out().union(*(silver.fingerprints(text) for text in texts if sha1(text) in apart))


def near(text: str, held: set[str]) -> bool:
    """Return whether a text shares three of these runs or more."""
    return sum(run in held for run in silver.fingerprints(text)) > 2


def sha1(text: str) -> str:
    """Return the mark of a text."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def paragraphs(source: Path) -> Iterator[list[str]]:
    """Yield the paragraphs of each article of the news but near copies of annotated ones; each paragraph comes once."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        articles = list(map(json.loads, lines))
    held, seen = held_back(article["text"] for article in articles), set[str]()
    for article in articles:
        if not near(article["text"], held):
            each = [p.strip() for p in (article["title"] or "", *article["text"].split("\n"))]
            yield [p for p in dict.fromkeys(each) if len(p) >= 20 and p not in seen]
            seen |= set(each)


def vocabulary(news: list[list[str]]) -> list[str]:
    """Return the pieces of words of the news."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(reader.TOKEN.pattern), "removed", invert=True)
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[Q]", "[/Q]"]
    trainer = trainers.WordPieceTrainer(vocab_size=PIECES, min_frequency=5, special_tokens=marks, limit_alphabet=300)
    tokenizer.train_from_iterator((p for article in news for p in article), trainer)
    return sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)


def numbered(news: list[list[str]], pieces: Taken, end: int, first: int) -> np.ndarray:
    """Return the news as numbers of pieces, with a mark at the end of a paragraph and one before an article."""
    numbers: list[int] = []
    for article in news:
        numbers.append(first)
        for paragraph in article:
            numbers += [number for number, _, _ in pieces.of(paragraph)] + [end]
    return np.array(numbers, dtype=np.int32)


def hide(news: torch.Tensor, inside: torch.Tensor, of: Words, chance: torch.Generator) -> tuple[torch.Tensor, ...]:
    """Return texts with whole words hidden, what was hidden, and where."""
    starts = torch.randint(0, len(news) - LENGTH, (TEXTS, 1), generator=chance, device=DEVICE)
    texts = news[starts + torch.arange(LENGTH, device=DEVICE)].long()
    texts[:, 0] = of.first
    word = torch.cumsum((~inside[texts]).long(), 1)
    order = torch.gather(torch.rand(TEXTS, LENGTH + 1, generator=chance, device=DEVICE), 1, word)
    places = order.masked_fill(texts <= of.border, -1).topk(COVERED, dim=1).indices
    wanted = torch.gather(texts, 1, places)
    draw = torch.rand(places.shape, generator=chance, device=DEVICE)
    other = torch.randint(7, len(inside), places.shape, generator=chance, device=DEVICE)
    covering = torch.full_like(wanted, of.covering)
    shown = torch.where(draw < 0.85, covering, torch.where(draw < 0.93, other, wanted))
    return texts.scatter(1, places, shown), wanted, places


def words(start: Weights, of: Words, news: np.ndarray, inside: np.ndarray, steps: int) -> Weights:
    """Return a model that has learnt to fill in hidden words, without what only fills in words."""
    torch.manual_seed(SEED)
    chance = torch.Generator(device=DEVICE).manual_seed(SEED)
    size = start[of.embedding].shape[1]
    new = {"head.weight": torch.randn(size, size) * 0.02, "head.bias": torch.zeros(size)}
    new |= {"hn.weight": torch.ones(size), "hn.bias": torch.zeros(size), "bias": torch.zeros(len(inside))}
    weights = {name: value.to(DEVICE).requires_grad_() for name, value in (start | new).items()}
    optimizer = torch.optim.AdamW(groups(weights, of.rate, of.decay), betas=(0.9, 0.98), eps=1e-6)
    text, within = torch.from_numpy(news).to(DEVICE), torch.from_numpy(inside).to(DEVICE)

    def loss() -> torch.Tensor:
        texts, wanted, places = hide(text, within, of, chance)
        states = of.hidden(weights, texts, dropout=0.1)
        states = torch.gather(states, 1, places[:, :, None].expand(-1, -1, size))
        states = fun.gelu(reader.linear(weights, "head", states))
        states = fun.layer_norm(states, (size,), weights["hn.weight"], weights["hn.bias"])
        return fun.cross_entropy((states @ weights[of.embedding].T + weights["bias"]).flatten(0, 1), wanted.flatten())

    for at in range(steps):
        found = step(optimizer, weights, loss, min(1, (at + 1) / 400) * min(1.0, (1 - at / steps) / 0.75))
        if at % 500 == 0:
            print(at, round(found.item(), 3), flush=True)
    return {name: weights[name].detach().cpu() for name in start}


def write(weights: Weights, listed: str) -> None:
    """Write the model where the extraction finds it."""
    stored = reader.packed({name: value.numpy() for name, value in weights.items()})
    np.savez_compressed(reader.MODEL, pieces=np.frombuffer(listed.encode(), dtype=np.uint8), **stored)


def main() -> None:
    """Read the command line, find the pieces of words and learn them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=10_000)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    news = list(paragraphs(given.source))
    listed = vocabulary(news)
    (given.work / "pieces.txt").write_text("\n".join(listed), encoding="utf-8")
    inside = np.array([piece.startswith("##") for piece in listed])
    numbers = numbered(news, reader.Pieces(listed), BORDER, FIRST)
    known = words(untrained(len(listed)), OWN, numbers, inside, given.steps)
    np.savez_compressed(given.work / "words.npz", **{n: v.numpy().astype(np.float16) for n, v in known.items()})


if __name__ == "__main__":
    main()
