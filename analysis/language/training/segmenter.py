"""Train Stanza's tokenizer for a fixed number of steps.

The model, its loader and its optimizer are Stanza's. Here the rate stands and then falls to nothing
in a straight line (``tagger.py`` says why), so that no step is chosen on development data: of the
280 sentences that are kept back, chance alone moves five from one step to the next.
"""

from pathlib import Path

#: As Stanza's tokenizer is told on its command line.
SIZES = {
    "lang": "id", "shorthand": "id_simak", "max_seqlen": 300, "use_mwt": True, "hidden_dim": 64, "dropout": 0.1,
    "sent_drop_prob": 0, "last_char_drop_prob": 0.1,
}  # fmt: skip
#: The share of characters, and of what is known of their kind, that is hidden in training.
HIDDEN = 0.1


def train(folder: Path, path: Path, steps: int, rate: float, seed: int = 7) -> None:
    """Train a tokenizer on ``train.txt`` and ``train.labels`` of `folder` and write it to `path`."""
    import torch
    from stanza.models import tokenizer
    from stanza.models.common.utils import set_random_seed
    from stanza.models.tokenization.data import DataLoader
    from stanza.models.tokenization.trainer import Trainer

    torch.set_num_threads(1)
    set_random_seed(seed)
    kinds = list(tokenizer.DEFAULT_FEAT_FUNCS)
    args = tokenizer.parse_args([]) | SIZES | {"lr0": rate, "feat_funcs": kinds, "feat_dim": len(kinds)}
    files = {"txt": str(folder / "train.txt"), "label": str(folder / "train.labels")}
    loader = DataLoader(args, input_files=files, mwt_expansions={})
    trainer = Trainer(args=args | {"vocab_size": len(loader.vocab)}, vocab=loader.vocab, device="cpu")
    for step in range(steps):
        trainer.change_lr(rate * min(1, 2 * (1 - step / steps)))
        loss = trainer.update(loader.next(unit_dropout=HIDDEN, feat_unit_dropout=HIDDEN))
        if step % 100 == 0:
            loader.shuffle()
            print(step, round(loss, 3), flush=True)
    trainer.save(str(path))
