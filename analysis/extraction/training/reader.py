"""How the reader of statements (`analysis/extraction/reader.py`) was made.

    python -m analysis.extraction.training.reader vocabulary ARTICLES.jsonl.gz WORK [GOLD_DIR ...]
    python -m analysis.extraction.training.reader words WORK [--steps 14331]

The first command finds the pieces of words in the news and takes the news apart; articles in the gold folders
are left out. (The reader that ships read some treebank sentences too, see README.md.) The second learns to fill
in hidden words (Devlin et al. 2019, BERT, NAACL, with whole words hidden), which takes an accelerator four
minutes and a processor days; `WORK/words.npz` is what it knows. To judge statements is learnt by
`training/tone.py` from there, with `learnt`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as fun

from analysis.extraction import reader
from analysis.extraction.reader import BORDER, FIRST, HIDDEN, LAYERS, PAD, Weights, Window

PIECES, SIZE, LENGTH = 16_000, 256, 256
TEXTS, COVERED = 128, 40  # texts a step; pieces hidden in each
RATE, SEED = 1.2e-3, 7


class Example(NamedTuple):
    """A coded statement: its tone, the names around it (places and spans), and which of them it is aimed at.

    ``meant`` is None where that was not coded or the one meant is not named nearby; [] stands for nobody.
    """

    read: Window
    tone: int
    names: list[list[int]]
    spans: list[tuple[int, int]]
    meant: list[int] | None


def untrained(pieces: int) -> Weights:
    """Return a model that knows nothing yet."""

    def matrix(rows: int, columns: int, spread: float = 0.02) -> torch.Tensor:
        return torch.randn(rows, columns) * spread

    shapes = {"qkv": (3, 1), "o": (1, 1), "up": (4, 1), "down": (1, 4)}
    weights = {"emb.weight": matrix(pieces, SIZE), "pos.weight": matrix(LENGTH, SIZE)}
    weights |= {"head.weight": matrix(SIZE, SIZE), "head.bias": torch.zeros(SIZE), "bias": torch.zeros(pieces)}
    norms = ["n0", "n", "hn"]
    for layer in range(LAYERS):
        norms += [f"blocks.{layer}.n1", f"blocks.{layer}.n2"]
        for name, (rows, columns) in shapes.items():
            spread = 0.02 / (math.sqrt(2 * LAYERS) if name in ("o", "down") else 1)
            weights[f"blocks.{layer}.{name}.weight"] = matrix(rows * SIZE, columns * SIZE, spread)
            weights[f"blocks.{layer}.{name}.bias"] = torch.zeros(rows * SIZE)
    weights |= {f"{name}.weight": torch.ones(SIZE) for name in norms}
    return weights | {f"{name}.bias": torch.zeros(SIZE) for name in norms}


def vocabulary(source: Path, work: Path, gold: list[Path]) -> None:
    """Write the pieces of words, and the news as their numbers."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    kept_out = {json.loads(file.read_text("utf-8")).get("sha1") for folder in gold for file in folder.glob("*.json")}
    kept_out |= {
        hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        for folder in gold
        for file in folder.glob("*.json")
        if (text := json.loads(file.read_text("utf-8")).get("text"))
    }
    seen: set[str] = set()
    news: list[list[str]] = []
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            if hashlib.sha1(article["text"].encode(), usedforsecurity=False).hexdigest() in kept_out:
                continue
            paragraphs = [p.strip() for p in (article["title"] or "", *article["text"].split("\n"))]
            news.append([p for p in dict.fromkeys(paragraphs) if len(p) >= 20 and p not in seen])
            seen |= set(paragraphs)
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(reader.TOKEN.pattern), "removed", invert=True)
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[Q]", "[/Q]"]
    trainer = trainers.WordPieceTrainer(vocab_size=PIECES, min_frequency=5, special_tokens=marks, limit_alphabet=300)
    tokenizer.train_from_iterator((p for article in news for p in article), trainer)
    listed = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    work.mkdir(parents=True, exist_ok=True)
    (work / "pieces.txt").write_text("\n".join(listed), encoding="utf-8")
    pieces = reader.Pieces(listed)
    numbers: list[int] = []
    for article in news:
        for paragraph in article:
            numbers += [number for number, _, _ in pieces.of(paragraph)] + [BORDER]
        numbers.append(FIRST)
    np.save(work / "news.npy", np.array(numbers, dtype=np.uint16))


def hide(news: torch.Tensor, inside: torch.Tensor, chance: torch.Generator) -> tuple[torch.Tensor, ...]:
    """Return texts with whole words hidden, what was hidden, and where."""
    where = news.device
    starts = torch.randint(0, len(news) - LENGTH, (TEXTS, 1), generator=chance, device=where)
    texts = news[starts + torch.arange(LENGTH, device=where)].long()
    texts[:, 0] = FIRST
    word = torch.cumsum((~inside[texts]).long(), 1)
    order = torch.gather(torch.rand(TEXTS, LENGTH + 1, generator=chance, device=where), 1, word)
    places = order.masked_fill(texts <= BORDER, -1).topk(COVERED, dim=1).indices
    wanted = torch.gather(texts, 1, places)
    draw = torch.rand(places.shape, generator=chance, device=where)
    other = torch.randint(7, len(inside), places.shape, generator=chance, device=where)
    shown = torch.where(draw < 0.85, HIDDEN, torch.where(draw < 0.93, other, wanted))
    return texts.scatter(1, places, shown), wanted, places


def words(work: Path, steps: int) -> None:
    """Learn to fill in hidden words."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(SEED)
    listed = (work / "pieces.txt").read_text("utf-8").split("\n")
    weights = {name: value.to(device).requires_grad_() for name, value in untrained(len(listed)).items()}
    news = torch.from_numpy(np.load(work / "news.npy").astype(np.int32)).to(device)
    inside = torch.tensor([piece.startswith("##") for piece in listed], device=device)
    optimizer = torch.optim.AdamW(_groups(weights, RATE, 0.05), betas=(0.9, 0.98), eps=1e-6)
    chance = torch.Generator(device=device).manual_seed(SEED)

    def loss() -> torch.Tensor:
        texts, wanted, places = hide(news, inside, chance)
        states = reader.hidden(weights, texts, dropout=0.1)
        states = torch.gather(states, 1, places[:, :, None].expand(-1, -1, SIZE))
        states = fun.gelu(reader.linear(weights, "head", states))
        states = fun.layer_norm(states, (SIZE,), weights["hn.weight"], weights["hn.bias"])
        return fun.cross_entropy((states @ weights["emb.weight"].T + weights["bias"]).flatten(0, 1), wanted.flatten())

    for step in range(steps):
        rate = min(1, (step + 1) / 400) * min(1.0, (1 - step / steps) / 0.75)
        found = _step(optimizer, weights, loss, rate, device)
        if step % 500 == 0:
            print(step, round(found, 3), flush=True)
    stored = {name: value.detach().cpu().numpy() for name, value in weights.items()}
    np.savez_compressed(work / "words.npz", **{k: v.astype(np.float16) for k, v in stored.items()})


def _groups(weights: Weights, rate: float, decay: float) -> list[dict]:
    matrices = [value for value in weights.values() if value.ndim > 1]
    others = [value for value in weights.values() if value.ndim < 2]
    return [
        {"params": matrices, "lr": rate, "base": rate, "weight_decay": decay},
        {"params": others, "lr": rate, "base": rate, "weight_decay": 0.0},
    ]


def _step(
    optimizer: torch.optim.Optimizer, weights: Weights, loss: Callable[[], torch.Tensor], rate: float, device: str
) -> float:
    for group in optimizer.param_groups:
        group["lr"] = group["base"] * rate
    with torch.autocast(device, dtype=torch.bfloat16):
        found = loss()
    optimizer.zero_grad(set_to_none=True)
    found.backward()
    torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0)
    optimizer.step()
    return found.item()


def known_words(work: Path) -> Weights:
    """Return what `words` learnt, without what only fills in words."""
    with np.load(work / "words.npz", allow_pickle=False) as stored:
        kept = [name for name in stored.files if name.split(".")[0] not in ("head", "hn", "bias")]
        return {name: torch.from_numpy(stored[name].astype(np.float32)) for name in kept}


def learnt(examples: list[Example], start: Weights, epochs: int = 5, seed: int = SEED) -> Weights:
    """Return the model that judges statements, learnt from coded ones.

    Each class of tone weighs as if it stood half way between as often as it is and equally often.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    heads = {"tone": (3, 2 * SIZE), "none": (1, 2 * SIZE), "name": (128, 3 * SIZE), "aim": (1, 128)}
    new: Weights = {f"{name}.weight": torch.randn(*shape) * 0.02 for name, shape in heads.items()}
    new |= {f"{name}.bias": torch.zeros(shape[0]) for name, shape in heads.items()}
    weights = {name: value.clone().requires_grad_() for name, value in (start | new).items()}
    old = {name: weights[name] for name in start}
    groups = _groups(old, 1.5e-4, 0.02) + _groups({name: weights[name] for name in new}, 8e-4, 0.02)
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    counts = np.bincount([example.tone for example in examples], minlength=3)
    classes = torch.tensor((counts / counts.mean()) ** -0.5, dtype=torch.float32)
    order = [batch for _ in range(epochs) for batch in _batches(examples, rng)]
    for step, batch in enumerate(order):
        rate = min(1, (step + 1) / 60) * (1 - step / len(order))
        found = _step(optimizer, weights, lambda batch=batch: _loss(weights, batch, classes), rate, "cpu")
        if step % 50 == 0:
            print(f"{step} of {len(order)}: {found:.3f}", flush=True)
    return {name: value.detach() for name, value in weights.items()}


def _batches(examples: list[Example], rng: random.Random, size: int = 32) -> Iterator[list[Example]]:
    shuffled = rng.sample(examples, len(examples))
    like = sorted(shuffled, key=lambda example: len(example.read.pieces) // 30)
    batches = [like[at : at + size] for at in range(0, len(like), size)]
    rng.shuffle(batches)
    yield from batches


def _loss(weights: Weights, batch: list[Example], classes: torch.Tensor) -> torch.Tensor:
    longest = max(len(example.read.pieces) for example in batch)
    pieces = torch.tensor([e.read.pieces + [PAD] * (longest - len(e.read.pieces)) for e in batch])
    covered = (torch.rand(pieces.shape) < 0.08) & (pieces > reader.CLOSE)
    states = reader.hidden(weights, pieces.masked_fill(covered, HIDDEN), (pieces != PAD)[:, None, None, :], 0.1)
    tones, aimed = [], []
    for example, state in zip(batch, states, strict=True):
        tone, aims = reader.judged(weights, fun.dropout(state, 0.1), example.read.said, example.names)
        tones.append(tone)
        if example.meant is not None:
            log_odds = fun.log_softmax(aims.float(), 0)
            aimed.append(-torch.logsumexp(log_odds[example.meant or [-1]], 0))
    wanted = torch.tensor([example.tone for example in batch])
    loss = fun.cross_entropy(torch.stack(tones).float(), wanted, weight=classes, label_smoothing=0.05)
    return loss + 0.5 * torch.stack(aimed).sum() / 16 if aimed else loss


def write(weights: Weights, listed: str) -> None:
    """Write the model where the extraction finds it."""
    stored = reader.packed({name: value.numpy() for name, value in weights.items()})
    np.savez_compressed(reader.MODEL, pieces=np.frombuffer(listed.encode(), dtype=np.uint8), **stored)


def main() -> None:
    """Read the command line and run one step."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["vocabulary", "words"])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--steps", type=int, default=14_331)
    given = parser.parse_args()
    if given.step == "vocabulary":
        source, work, *gold = given.paths
        vocabulary(source, work, gold)
    else:
        words(given.paths[0], given.steps)


if __name__ == "__main__":
    main()
