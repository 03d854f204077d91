"""Word vectors from the news: fastText, pruned to the words that matter.

Words that the news seldom holds but the training data or the lists of names do get theirs from
their letters, which is what fastText's subwords are for.
"""

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import data, names

WORD = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]")
SIZE = 100
#: The frequent words of the news that get a vector.
MOST = 60_000


def sentences() -> Iterator[list[str]]:
    """Lower-cased tokens of the news and of the annotated sets, in pieces of at most 200."""
    for paragraph in data.paragraphs():
        words = WORD.findall(paragraph.lower())
        yield from (words[i : i + 200] for i in range(0, len(words), 200))
    for path in sorted((data.folder() / "ner").glob("*.train.txt")):
        yield from ([w.lower() for w, _ in s] for s in data.bio(path))


def wanted(frequent: Iterable[str]) -> list[str]:
    """The words that get a vector: the frequent ones, then those of treebanks and names."""
    words = dict.fromkeys(frequent)
    for path in sorted((data.folder() / "ner").glob("*.train.txt")):
        words |= dict.fromkeys(w.lower() for s in data.bio(path) for w, _ in s)
    for bank in ("id_csui-ud-train", "id_pud", "gsd-form"):
        for sentence in data.treebank(bank):
            words |= dict.fromkeys(w.text.lower() for t in sentence.tokens for w in t.words)
    for name in names.gazetteer():
        words |= dict.fromkeys(w.lower() for w in name)
    return [w for w in words if not re.search(r"\s", w)]


def train(path: Path, seed: int = 1, epochs: int = 5, most: int = MOST) -> int:
    """Train the vectors and write them to `path` as Stanza's pretrain file; return how many."""
    from gensim.models import FastText
    from stanza.models.common.pretrain import Pretrain

    pieces = list(sentences())
    random.Random(seed).shuffle(pieces)
    model = FastText(
        pieces, vector_size=SIZE, sg=1, window=5, min_count=4, min_n=3, max_n=5,
        bucket=500_000, epochs=epochs, workers=1, seed=seed,
    )  # fmt: skip
    words = wanted(model.wv.index_to_key[:most])
    text = path.with_suffix(".txt")
    with text.open("w", encoding="utf-8") as out:
        out.write(f"{len(words)} {SIZE}\n")
        for word in words:
            out.write(word + " " + " ".join(f"{x:.4f}" for x in model.wv[word]) + "\n")
    path.unlink(missing_ok=True)
    Pretrain(str(path), str(text)).load()
    return len(words)


def ranks(path: Path) -> dict[str, int]:
    """The words of a pretrain file; the frequent ones come first."""
    from stanza.models.common.pretrain import Pretrain
    from stanza.models.common.vocab import VOCAB_PREFIX

    words = list(Pretrain(str(path)).vocab)[len(VOCAB_PREFIX) :]
    return {word: n for n, word in enumerate(words)}
