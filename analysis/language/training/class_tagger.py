"""Train Stanza's tagger of word classes for a fixed number of steps.

The model, its loader and its optimizer are Stanza's; the rate falls to nothing in a straight line,
as for names (``tagger.py``), so that nothing is chosen on development data.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from . import data
from .classes import words_of

#: As Stanza's tagger is told on its command line.
SIZES = {
    "batch_size": 32, "num_layers": 1, "hidden_dim": 200, "char_hidden_dim": 100, "char_emb_dim": 32,
    "transformed_dim": 125, "word_emb_dim": 75, "word_cutoff": 3, "deep_biaff_hidden_dim": 200, "share_hid": True,
    "dropout": 0.3, "word_dropout": 0.15,
}  # fmt: skip


def document(sentences: Iterable[data.Sentence]):
    """The words and classes of `sentences` as Stanza's document."""
    from stanza.models.common.doc import Document

    made = [[{"text": w.text, "upos": w.upos} for w in words_of(s)] for s in sentences]
    return Document([[row | {"id": n} for n, row in enumerate(rows, 1)] for rows in made])


def train(
    sentences: list[data.Sentence],
    pretrained: Path,
    path: Path,
    steps: int,
    rate: float,
    start: Path | None = None,
    seed: int = 7,
) -> None:
    """Train a tagger on `sentences` and write it to `path`; from the tagger `start`, or from nothing."""
    import torch
    from stanza.models import tagger
    from stanza.models.common.pretrain import Pretrain
    from stanza.models.common.utils import set_random_seed
    from stanza.models.pos.data import Dataset
    from stanza.models.pos.trainer import Trainer

    torch.set_num_threads(1)
    set_random_seed(seed)
    pretrain = Pretrain(str(pretrained), save_to_file=False)
    learnt = document(sentences)
    if start:
        trainer = Trainer(pretrain=pretrain, model_file=str(start), device="cpu", args={"lr": rate})
    else:
        args = tagger.parse_args(["--lang", "id", "--shorthand", "id_simak"]) | SIZES | {"lr": rate}
        vocab = Dataset.init_vocab([learnt], args, args["tag_columns"])
        trainer = Trainer(args=args, vocab=vocab, pretrain=pretrain, device="cpu")
    loader = Dataset(learnt, trainer.args, pretrain, vocab=trainer.vocab).to_loader(batch_size=32, shuffle=True)
    for step, batch in enumerate(repeated(loader, steps)):
        for optimizer in trainer.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1, (step + 1) / 200) * (1 - step / steps)
        loss = trainer.update(batch)
        if step % 100 == 0:
            print(step, round(loss, 3), flush=True)
    trainer.save(str(path))


def repeated(loader, steps: int) -> Iterator:
    """`steps` batches of `loader`, one pass after another."""
    while steps > 0:
        for batch in loader:
            if steps > 0:
                yield batch
            steps -= 1
