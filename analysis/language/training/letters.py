"""A small character language model of the news, in each direction, for the name tagger to read with.

The model is Stanza's (Akbik, Blythe & Vollgraf, 2018, "Contextual string embeddings for sequence
labeling", COLING). Stanza trains it on a running stream of raw text and with stochastic gradients
that are halved on a plateau; but its taggers hand it one sentence at a time, with a space behind
every token. So it learns from just that here, and the rate falls to nothing (``tagger.py``).
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from . import data, vectors

#: As Stanza's model is told; ``char_hidden_dim`` is what the tagger gets from each direction.
SIZES = {"char_emb_dim": 64, "char_hidden_dim": 256, "char_num_layers": 1, "char_dropout": 0, "char_rec_dropout": 0}
#: The longest piece that is learnt from, in characters, and how many make a batch.
LONGEST, BATCH = 400, 8000
#: A character seen less often is learnt as an unknown one.
SELDOM = 50


def lines(forward: bool) -> Iterator[str]:
    """The different sentences of the news as the tagger hands them over: a line break, tokens, a space behind each."""
    for paragraph in data.paragraphs():
        for sentence in re.split(r"(?<=[.!?])[\"”']?\s+", paragraph):
            text = "\n" + "".join(f"{word} " for word in vectors.WORD.findall(sentence))[:LONGEST]
            yield text if forward else "\n" + text[:0:-1].lstrip() + " "


def train(path: Path, forward: bool, steps: int, rate: float, seed: int = 7) -> None:
    """Train the model that reads forward, or backward, and write it to `path`."""
    import torch
    from stanza.models.common.char_model import CharacterLanguageModel
    from stanza.models.common.utils import set_random_seed
    from stanza.models.common.vocab import CharVocab

    torch.set_num_threads(1)
    set_random_seed(seed)
    texts = sorted({line for line in lines(forward) if len(line) > 20})
    often = Counter(c for text in texts for c in text)
    vocab = CharVocab([sorted(c for c, n in often.items() if n >= SELDOM)])
    model = CharacterLanguageModel(SIZES, {"char": vocab}, is_forward_lm=forward)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    model.train()
    for step, batch in enumerate(batches(texts, steps, random.Random(seed))):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 200) * (1 - step / steps)
        ids = [torch.tensor(vocab.map(text)) for text in batch]
        padded = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True, padding_value=-100)
        first = [
            state.expand(-1, len(ids), -1).contiguous() for state in (model.charlstm_h_init, model.charlstm_c_init)
        ]
        # As in Stanza's model, but padded in place of packed, which learns six times as fast.
        states, _ = model.charlstm.lstm(model.char_emb(padded[:, :-1].clamp(min=0)), first)
        loss = torch.nn.functional.cross_entropy(model.decoder(states).flatten(0, 1), padded[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        if step % 100 == 0:
            print(step, round(loss.item(), 3), flush=True)
    model.eval()
    model.save(str(path))


def batches(texts: list[str], steps: int, rng: random.Random) -> Iterator[list[str]]:
    """`steps` batches of about `BATCH` characters, of texts of like length."""
    left = steps
    while left:
        rng.shuffle(texts)
        texts.sort(key=lambda text: len(text) + 20 * rng.random())
        made, size = [[]], 0
        for text in texts:
            if size >= BATCH:
                made.append([])
                size = 0
            made[-1].append(text)
            size += len(text)
        rng.shuffle(made)
        yield from made[:left]
        left -= min(left, len(made))
