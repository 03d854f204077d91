"""Learning to judge statements, for the reader that ships and for its teacher alike.

A statement is a row of pieces with the place of what is said and of each name around it. What is learnt from are
people's codes, or what a teacher makes of statements that nobody coded (Hinton et al. 2015, Distilling the knowledge
in a neural network, arXiv:1503.02531).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as fun

from analysis.extraction.reader import Weights, linear

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
SEED = 7


class Soft(NamedTuple):
    """What a teacher makes of a statement: how likely each tone is, and each name and, last, nobody being meant."""

    tone: np.ndarray
    aims: np.ndarray


class Example(NamedTuple):
    """A statement as one model reads it, with what is known of it.

    ``names`` are the places of each name. ``tone`` is None where nobody coded it; ``meant`` numbers the names at which
    the tone is aimed, [] stands for nobody, None for not coded or not named nearby.
    """

    pieces: list[int]
    said: slice
    names: list[list[int]]
    tone: int | None = None
    meant: list[int] | None = None
    soft: Soft | None = None


@dataclass(frozen=True)
class Model:
    """How one transformer is run: its layers, the width of its states, and some of its pieces."""

    hidden: Callable[..., torch.Tensor]
    width: int
    pad: int
    covering: int  # the piece that stands for a hidden one
    marks: Callable[[torch.Tensor], torch.Tensor]  # which pieces are marks and never hidden


class Batch:
    """Statements side by side on the device."""

    def __init__(self, examples: list[Example], pad: int) -> None:
        longest = (max(len(e.pieces) for e in examples) + 15) // 16 * 16
        self.size, self.most = len(examples), max(1, *(len(e.names) for e in examples))
        pieces, said = np.full((self.size, longest), pad), np.zeros((self.size, longest), np.float32)
        at, name, owner, nth = [], [], [], []
        for row, e in enumerate(examples):
            pieces[row, : len(e.pieces)] = e.pieces
            said[row, e.said] = 1 / (e.said.stop - e.said.start)
            for number, places in enumerate(e.names):
                at += [row * longest + place for place in places]
                name += [len(owner)] * len(places)
                owner.append(row)
                nth.append(number)
        self.pieces, self.said = _there(pieces), _there(said)
        self.at, self.name, self.owner, self.nth = (_there(np.array(x, np.int64)) for x in (at, name, owner, nth))
        self.mask = (self.pieces != pad)[:, None, None, :]


def _there(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(values).to(DEVICE)


def heads(width: int) -> Weights:
    """Return the layers that judge, knowing nothing yet."""
    shapes = {"tone": (3, 2 * width), "none": (1, 2 * width), "name": (128, 3 * width), "aim": (1, 128)}
    new = {f"{name}.weight": torch.randn(*shape) * 0.02 for name, shape in shapes.items()}
    return new | {f"{name}.bias": torch.zeros(shape[0]) for name, shape in shapes.items()}


def judged(weights: Weights, states: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the log odds of tones, shape (statements, 3), and of names and, last, nobody being meant.

    It is `analysis.extraction.reader.judged` for many statements at once; names that a statement lacks have -10,000.
    """
    states = states.float()
    statement = torch.cat([states[:, 0], torch.einsum("nl,nlh->nh", batch.said, states)], 1)
    aims = torch.full((batch.size, batch.most), -1e4, device=states.device)
    if len(batch.owner):
        total = torch.zeros(len(batch.owner), states.shape[-1], device=states.device)
        total = total.index_add(0, batch.name, states.flatten(0, 1)[batch.at])
        count = torch.bincount(batch.name, minlength=len(batch.owner)).clamp(min=1)
        heard = torch.cat([total / count[:, None], statement[batch.owner]], 1)
        likely = linear(weights, "aim", fun.gelu(linear(weights, "name", heard)))[:, 0]
        aims = aims.index_put((batch.owner, batch.nth), likely)
    return linear(weights, "tone", statement), torch.cat([aims, linear(weights, "none", statement)], 1)


def learnt(
    examples: list[Example], start: Weights, model: Model, epochs: int, rate: float, size: int = 32,
    dropout: float = 0.1, seed: int = SEED,
) -> Weights:  # fmt: skip
    """Return a model that judges statements, learnt from ``examples`` on from ``start``.

    Each class of tone weighs as if it stood half way between as often as it is and equally often.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    new = {} if "tone.weight" in start else heads(model.width)
    weights = {name: value.clone().to(DEVICE).requires_grad_() for name, value in (start | new).items()}
    parts = [({k: weights[k] for k in start}, rate), ({k: weights[k] for k in new}, 8e-4)]
    optimizer = torch.optim.AdamW(
        [group for part, base in parts for group in groups(part, base, 0.02)], betas=(0.9, 0.98)
    )
    counts = np.bincount([e.tone for e in examples if e.tone is not None], minlength=3) + 1e-9
    classes = torch.tensor((counts / counts.mean()) ** -0.5, dtype=torch.float32, device=DEVICE)
    order = [batch for _ in range(epochs) for batch in batches(examples, rng, size)]
    for at, some in enumerate(order):
        change = min(1, (at + 1) / 60) * (1 - at / len(order))
        found = step(optimizer, weights, lambda some=some: _loss(weights, some, model, classes, dropout), change)
        if at % 200 == 0:
            print(f"{at} of {len(order)}: {found:.3f}", flush=True)
    return {name: value.detach() for name, value in weights.items()}


def groups(weights: Weights, rate: float, decay: float) -> list[dict]:
    """Return the weights as an optimizer takes them: matrices shrink, the others do not."""
    matrices = [value for value in weights.values() if value.ndim > 1]
    others = [value for value in weights.values() if value.ndim < 2]
    return [
        {"params": part, "lr": rate, "base": rate, "weight_decay": shrunk}
        for part, shrunk in ((matrices, decay), (others, 0.0))
        if part
    ]


def step(
    optimizer: torch.optim.Optimizer, weights: Weights, loss: Callable[[], torch.Tensor], rate: float
) -> torch.Tensor:
    """Go one step, at a share of the rate, and return the loss before it."""
    for group in optimizer.param_groups:
        group["lr"] = group["base"] * rate
    with torch.autocast(DEVICE, dtype=torch.bfloat16):
        found = loss()
    optimizer.zero_grad(set_to_none=True)
    found.backward()
    torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0)
    optimizer.step()
    return found.detach()


def batches(examples: list[Example], rng: random.Random, size: int) -> Iterator[list[Example]]:
    """Yield all examples once, those of like length together."""
    shuffled = rng.sample(examples, len(examples))
    like = sorted(shuffled, key=lambda e: len(e.pieces) // 24)
    some = [like[at : at + size] for at in range(0, len(like), size)]
    rng.shuffle(some)
    yield from some


def _loss(weights: Weights, some: list[Example], model: Model, classes: torch.Tensor, dropout: float) -> torch.Tensor:
    """Return what is wrong with the judgements: by people's codes, and by what a teacher thinks likely."""
    batch = Batch(some, model.pad)
    covered = (torch.rand(batch.pieces.shape, device=DEVICE) < 0.08) & ~model.marks(batch.pieces)
    states = model.hidden(weights, batch.pieces.masked_fill(covered, model.covering), batch.mask, dropout)
    with torch.autocast(DEVICE, enabled=False):
        tones, aims = judged(weights, fun.dropout(states, dropout), batch)
        aims, loss = fun.log_softmax(aims, 1), torch.zeros((), device=DEVICE)
        coded = [row for row, e in enumerate(some) if e.tone is not None]
        if coded:
            wanted = torch.tensor([some[row].tone for row in coded], device=DEVICE)
            by_code = fun.cross_entropy(tones[coded], wanted, weight=classes, label_smoothing=0.05)
            loss = loss + by_code * len(coded) / len(some)
        told = [(row, e.meant or [-1]) for row, e in enumerate(some) if e.meant is not None]
        loss = loss - sum((torch.logsumexp(aims[row, meant], 0) for row, meant in told), start=0.0) / len(some)
        taught = [(row, e.soft) for row, e in enumerate(some) if e.soft is not None]
        if taught:
            rows = [row for row, _ in taught]
            likely = _there(np.array([soft.tone for _, soft in taught], np.float32))
            by_aim = np.zeros((len(rows), batch.most + 1), np.float32)
            for number, (_, soft) in enumerate(taught):
                by_aim[number, [*range(len(soft.aims) - 1), -1]] = soft.aims
            wrong = -(likely * fun.log_softmax(tones[rows], 1)).sum(1)
            aimed = -(_there(by_aim) * aims[rows].clamp(min=-30)).sum(1) * (1 - likely[:, 1])
            loss = loss + (wrong + 0.7 * aimed).sum() / len(some)
    return loss


def read(examples: list[Example], weights: Weights, model: Model, size: int = 256) -> tuple[np.ndarray, list]:
    """Return log odds of tones, and for each statement those of its names and, last, nobody being meant."""
    order = sorted(range(len(examples)), key=lambda number: len(examples[number].pieces))
    tones, aims = np.zeros((len(examples), 3), np.float32), [np.empty(0)] * len(examples)
    for at in range(0, len(order), size):
        rows = order[at : at + size]
        batch = Batch([examples[row] for row in rows], model.pad)
        with torch.inference_mode(), torch.autocast(DEVICE, dtype=torch.bfloat16):
            states = model.hidden(weights, batch.pieces, batch.mask)
            with torch.autocast(DEVICE, enabled=False):
                found = [value.cpu().numpy() for value in judged(weights, states, batch)]
        for number, row in enumerate(rows):
            tones[row] = found[0][number]
            aims[row] = found[1][number][[*range(len(examples[row].names)), -1]]
    return tones, aims


def likely(odds: np.ndarray) -> np.ndarray:
    """Return probabilities for log odds."""
    grown = np.exp(odds - odds.max(-1, keepdims=True))
    return grown / grown.sum(-1, keepdims=True)
