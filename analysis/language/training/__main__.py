"""Train the models that Simak ships, one command each.

    python -m analysis.language.training MODEL --work DIR [--all]

MODEL is, in this order, ``vectors`` or ``first`` (the vectors of an earlier version), ``tokenize``, ``mwt``, ``pos``,
``lemma``, ``before`` (the models of version 1.3), ``read``, ``ner``; ``evaluate`` prints their figures and ``install``
puts them together as the resource folder that ships. The data folder is named by the variable ``SIMAK_DATA``.

Half of GSD's development part, and those of the sets of names, are kept back, to be measured on. With ``--all``,
``tokenize``, ``mwt``, ``pos``, ``lemma`` and ``ner`` learn from them too; what is made so has no figures of its own.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from . import (
    class_tagger,
    data,
    evaluate,
    folder,
    lemmas,
    names,
    segmenter,
    segments,
    silver_read,
    tagger,
    vectors,
    words,
)
from .folder import NAME, place

SEED = 7
#: The commits that hold the models of versions 1.0 and 1.3.
FIRST, BEFORE = "aac5279", "2a67e36"


def stanza(module: str, work: Path, model: Path, **options: object) -> None:
    """Run one of Stanza's trainers; an option True stands without a value."""
    given = {"shorthand": f"id_{NAME}", "seed": SEED, "save_dir": model.parent, "save_name": model.name}
    command = [sys.executable, "-m", f"stanza.models.{module}"]
    for key, value in (given | options).items():
        command += [f"--{key}"] if value is True else [f"--{key}", str(value)]
    log = work / f"{model.parent.name}.log"
    environment = os.environ | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
    with log.open("w") as out:
        subprocess.run(command, check=True, cwd=work, env=environment, stdout=out, stderr=out)


def kept_back() -> list[data.Sentence]:
    """The sentences of GSD that nothing is learnt from: none with ``--all``."""
    return [] if "--all" in sys.argv else data.gsd()[1]


def train_vectors(work: Path) -> None:
    """Word vectors of the news."""
    vectors.train(place(work, "pretrain"), seed=1)


def train_tokenize(work: Path) -> None:
    """Tokens and sentences."""
    rng = random.Random(1)
    made = work / "tokenize"
    made.mkdir(exist_ok=True)
    paragraphs = [p for _ in range(6) for p in segments.training(kept_back(), rng)]  # each time glued in another order
    segments.write(made, "train", paragraphs, rng)
    segmenter.train(made, place(work, "tokenize"), steps=7000, rate=0.003)


def treebanks(work: Path) -> Path:
    """Write the files of lemmas and clitics once."""
    made = work / ("words" if kept_back() else "words-all")
    if not made.exists():
        made.mkdir()
        own, old, others = words.banks(kept_back())
        words.write(made / "clitics.conllu", words.with_several([*own, *old, *others]))
        words.write(made / "dev.conllu", data.gsd()[1])
        known = lemmas.learnt(own, old, others, vectors.ranks(place(work, "pretrain")))
        words.write_pairs(made / "lemma.conllu", known.seen.items())
        words.write_pairs(made / "dictionary.conllu", lemmas.dictionary(known).items())
        (made / "whole.txt").write_text("\n".join(lemmas.whole(words.forms([*own, *old]), known)), encoding="utf-8")
    return made


def train_mwt(work: Path) -> None:
    """Words joined in one token: "rumahnya"."""
    made = treebanks(work)
    stanza(
        "mwt_expander", work, place(work, "mwt"), lang="id", mode="train", num_epoch=6, force_exact_pieces=True,
        train_file=made / "clitics.conllu", eval_file=made / "dev.conllu",
        gold_file=made / "dev.conllu", output_file=made / "mwt.out.conllu",
    )  # fmt: skip
    words.keep_whole(place(work, "mwt"), (made / "whole.txt").read_text(encoding="utf-8").split())


def train_pos(work: Path) -> None:
    """Word classes; with ``--all``, some steps more in which the sentences kept back are learnt from too."""

    def learnt(held: list[data.Sentence]) -> list[data.Sentence]:
        own, old, others = words.banks(held)
        return [*own, *own, *old, *others]

    pretrained, ours = place(work, "pretrain"), place(work, "pos")
    class_tagger.train(learnt(data.gsd()[1]), pretrained, ours, steps=4000, rate=0.003)
    if not kept_back():
        class_tagger.train(learnt([]), pretrained, ours, start=ours, steps=500, rate=0.0005)


def train_lemma(work: Path) -> None:
    """Lemmas: a dictionary, and a model for the words that it lacks."""
    made = treebanks(work)
    stanza(
        "lemmatizer", work, place(work, "lemma"), mode="train", num_epoch=3, hidden_dim=100, caseless=True,
        train_file=made / "lemma.conllu", secondary_file=made / "dictionary.conllu",
        eval_file=made / "dev.conllu", output_file=made / "lemma.out.conllu",
    )  # fmt: skip


def fetch_first(work: Path) -> None:
    """The models of version 1.0 from the history of this repository: their vectors are learnt with."""
    shutil.copyfile(place(fetched(FIRST, work / "first"), "pretrain"), place(work, "pretrain"))


def fetch_before(work: Path) -> None:
    """The models of version 1.3, which read, and whose name tagger is learnt on."""
    shutil.copyfile(place(fetched(BEFORE, work / "before"), "pretrain"), place(work, "pretrain"))


def fetched(commit: str, target: Path) -> Path:
    """Put the models of a commit into a folder, and return it."""
    packed = subprocess.run(["git", "archive", commit, "analysis/language/models"], check=True, capture_output=True)
    target.mkdir(exist_ok=True)
    subprocess.run(["tar", "-x", "--strip-components=3", "-C", target], input=packed.stdout, check=True)
    return target


def read(work: Path) -> None:
    """What the name tagger of version 1.3 makes of unmarked text, corrected."""
    (work / "heard.json").write_text(json.dumps(silver_read.heard(work), ensure_ascii=False), encoding="utf-8")


def train_ner(work: Path) -> None:
    """The name tagger of version 1.3, learnt on from the annotated sets and what it read itself."""
    heard = json.loads((work / "heard.json").read_text(encoding="utf-8"))
    heard = [[(word, tag) for word, tag in sentence] for sentence in heard]
    parts, steps = (("train", "dev"), 5000) if "--all" in sys.argv else (("train",), 4000)
    before, ours = place(work / "before", "ner"), place(work, "ner")
    tagger.train([*names.training(heard, parts)], place(work, "pretrain"), ours, start=before, steps=steps, rate=0.001)


def install(work: Path) -> None:
    """Put what was made into the Stanza resource folder beside this one, with its figures."""
    target = Path(__file__).parent.parent / "models"
    kept, measured = (json.loads(f.read_text()) if f.exists() else {} for f in map(folder.figures, (target, work)))
    for processor in folder.PROCESSORS:
        if place(work, processor).exists():
            shutil.copyfile(place(work, processor), place(target, processor))
            kept |= {processor: measured[processor]} if processor in measured else {}
    folder.figures(target).write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    folder.describe(target)


def evaluate_models(work: Path) -> None:
    """Print the figures of the models in `work`."""
    folder.describe(work)
    evaluate.report(work)


STEPS: dict[str, Callable[[Path], None]] = {
    "vectors": train_vectors, "first": fetch_first, "tokenize": train_tokenize, "mwt": train_mwt,
    "pos": train_pos, "lemma": train_lemma, "before": fetch_before, "read": read, "ner": train_ner,
    "evaluate": evaluate_models, "install": install,
}  # fmt: skip


def main() -> None:
    """Read the command line and run one step."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", choices=STEPS)
    parser.add_argument("--work", type=Path, required=True, help="folder for everything made")
    parser.add_argument("--all", action="store_true", help="learn from the development parts too")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    STEPS[given.model](given.work.resolve())


if __name__ == "__main__":
    main()
