"""Train Stanza's name tagger for a fixed number of steps.

Stanza's own loop halves its rate when the score of a development part stands still and keeps the
best step of many. This one, around the same model, loader and optimizer, lets the rate fall to
nothing in a straight line, which does what averaging late weights does: nothing is chosen on
development data, and the same commands give the same file.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from . import data, vectors

#: Looked up in the place of a word that is hidden.
UNKNOWN = "\0"


def train(
    sentences: list[data.Tagged], pretrained: Path, path: Path, start: Path, steps: int, rate: float, seed: int = 7
) -> None:
    """Train the tagger `start` further and write it to `path`.

    Every word of the training data has a vector, in other texts many names have none. So the words
    that have theirs from the training data alone lose it half of the time, others seldom: the model
    learns to read such words by their letters and their neighbours.
    """
    import torch
    from stanza.models.common.doc import Document
    from stanza.models.common.pretrain import Pretrain
    from stanza.models.common.utils import set_random_seed
    from stanza.models.ner.data import DataLoader
    from stanza.models.ner.trainer import Trainer

    torch.set_num_threads(1)
    set_random_seed(seed)
    pretrain = Pretrain(str(pretrained), save_to_file=False)
    trainer = Trainer(model_file=str(start), pretrain=pretrain, device="cpu", args={"optim": "adam", "lr": rate})
    document = Document([[{"text": w, "ner": t} for w, t in s] for s in sentences])
    loader = DataLoader(document, 32, trainer.args, pretrain, vocab=trainer.vocab)
    rare = {w for w in {w for s in sentences for w, _ in s} if pretrain.vocab.unit2id(w.lower()) >= vectors.MOST}
    rng = random.Random(seed)
    for step, batch in enumerate(batches(loader, steps, rng)):
        for group in trainer.optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 200) * (1 - step / steps)
        words = [[UNKNOWN if rng.random() < (0.5 if w in rare else 0.02) else w for w in s] for s in batch[0]]
        loss = trainer.update((words, *batch[1:]))
        if step % 100 == 0:
            print(step, round(loss, 3), flush=True)
    trainer.save(str(path))


def batches(loader, steps: int, rng: random.Random, words: int = 500) -> Iterator[tuple]:
    """`steps` batches of about `words` tokens, of sentences of like length."""
    sentences = [s for batch in loader.data for s in batch]
    left = steps
    while left:
        rng.shuffle(sentences)
        sentences.sort(key=lambda s: len(s[0]) + 4 * rng.random())
        loader.data, size = [[]], 0
        for sentence in sentences:
            if size >= words:
                loader.data.append([])
                size = 0
            loader.data[-1].append(sentence)
            size += len(sentence[0])
        rng.shuffle(loader.data)
        for i in range(min(left, len(loader.data))):
            yield loader[i]
        left -= min(left, len(loader.data))
