"""Paragraphs annotated batch by batch: in this process, or in several beside each other."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, compress
from math import inf
from operator import not_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.language import layers
from analysis.language.glued import Rank
from analysis.language.pipeline import pipeline
from analysis.language.sentences import parted

if TYPE_CHECKING:
    from stanza.models.common.doc import Token
    from stanza.pipeline.processor import Processor

BATCH_CHARACTERS = 30_000  # some 4,500 tokens: a second of work, and little memory
WINDOW_CHARACTERS = 4_000_000
ALONE = 16 * BATCH_CHARACTERS  # less than this is done before a second process has loaded its models
Row = tuple[int, int, str | None, str | None, str | None]  # start, end, lemma, word class, tag of a name
COLUMNS = ["key", "sentence", "start", "end", "lemma", "upos", "ner"]


def batches(missing: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield paragraphs (``key``, ``plain``) of like length together: Stanza pads to the longest of a batch.

    Paragraphs that stand far apart in the corpus never share a batch: who reads a part of the corpus from the
    cache opens few files.
    """
    length = missing["plain"].str.len()
    window = (length.cumsum() - 1) // WINDOW_CHARACTERS
    for _, part in missing.assign(length=length).groupby(window.to_numpy(), sort=True):
        ordered = part.sort_values(["length", "key"], kind="stable")
        number = (ordered["length"].cumsum() - 1) // BATCH_CHARACTERS
        for _, batch in ordered.groupby(number.to_numpy(), sort=True):
            yield batch


def tagged_batches(missing: pd.DataFrame, folder: Path, processes: int | None) -> Iterator[pd.DataFrame]:
    """Yield the cache's rows of each batch as it is done, in no fixed order.

    Parameters
    ----------
    missing
        Paragraphs: ``key``, ``plain``.
    folder
        The models.
    processes
        How many processes work beside each other, one thread each; None means one a core.
    """
    size = int(missing["plain"].str.len().sum())
    processes = processes or os.cpu_count() or 1
    if processes == 1 or size <= ALONE:
        yield from (tagged(batch, folder) for batch in batches(missing))
        return
    yield from beside(((tagged, batch, folder) for batch in batches(missing)), processes, ordered=False)


def beside(calls: Iterable[tuple[Any, ...]], processes: int, ordered: bool = True) -> Iterator[Any]:
    """Yield what calls (a function and its arguments) return, in processes beside each other, one thread each."""
    from joblib import Parallel, delayed, parallel_config

    # A process whose memory has grown is replaced, and its calls are made again: nothing that a user need know.
    warnings.filterwarnings("ignore", "A worker stopped", UserWarning)
    with parallel_config("loky", n_jobs=processes, inner_max_num_threads=1):
        run = Parallel(
            return_as="generator" if ordered else "generator_unordered", batch_size=1, pre_dispatch="2*n_jobs"
        )
        yield from run(delayed(task)(*arguments) for task, *arguments in calls)


def tagged(batch: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Return the cache's rows of a batch of paragraphs; one whose paragraph holds no token has sentence -1."""
    read = by_layers if layers.runs(pipeline(folder)) else by_processors
    rows = []
    for key, sentences in zip(batch["key"], read(batch["plain"].tolist(), folder), strict=True):
        found = [(key, number, *token) for number, sentence in enumerate(sentences) for token in sentence]
        rows += found or [(key, -1, 0, 0, None, None, None)]
    return pd.DataFrame(rows, columns=COLUMNS)


def by_layers(texts: list[str], folder: Path) -> list[list[list[Row]]]:
    """Return of each text the sentences, of each sentence the tokens with lemma, class and tag of name."""
    import torch

    used = pipeline(folder).processors
    with torch.inference_mode():
        documents = layers.segmented(texts, used["tokenize"], _rank(folder))
        sentences = [sentence for document in documents for sentence in document]
        known = expansions((t.text for s in sentences for t in s if t.joined), used["mwt"], _known("mwt", folder))
        words = [[known[t.text].split(" ") if t.joined else [t.text] for t in s] for s in sentences]
        of_words, of_tokens = _vectors(folder)
        classes = layers.classes([[word for parts in s for word in parts] for s in words], of_words, used["pos"])
        names = layers.names([[token.text for token in s] for s in sentences], of_tokens, used["ner"])
        pairs = []
        for parts, found in zip(words, classes, strict=True):
            firsts = accumulate((len(token) for token in parts[:-1]), initial=0)
            pairs.append([(token[0], found[first]) for token, first in zip(parts, firsts, strict=True)])
        known_ = lemmas((pair for some in pairs for pair in some), used["lemma"], _known("lemma", folder))
    done = iter(
        [(t.start_char, t.end_char, known_[pair], pair[1], name) for t, pair, name in zip(*parts, strict=True)]
        for parts in zip(sentences, pairs, names, strict=True)
    )
    return [[next(done) for _ in document] for document in documents]


def by_processors(texts: list[str], folder: Path) -> list[list[list[Row]]]:
    """Return what `by_layers` returns, by Stanza's own processors."""
    from stanza.models.common.doc import Document

    documents = [Document([], text=text) for text in texts]
    known: dict[tuple[str, str | None], str | None] = {}
    for name, processor in pipeline(folder).processors.items():
        if name == "lemma":
            pairs = ((w.text, w.upos) for d in documents for s in d.sentences for w in s.words)
            known = lemmas(pairs, processor, _known("lemma", folder))
        elif name == "mwt":
            tokens = [document.get_mwt_expansions(evaluation=True) for document in documents]
            parts = expansions((token for listed in tokens for token in listed), processor, _known("mwt", folder))
            for document, listed in zip(documents, tokens, strict=True):
                document.set_mwt_expansions([parts[token] for token in listed], process_manual_expanded=False)
                document._count_words()
        else:
            documents = processor.bulk_process(documents)
        if name == "tokenize":
            documents = [parted(document, _rank(folder)) for document in documents]

    def row(token: Token) -> Row:
        word = token.words[0]
        return token.start_char, token.end_char, known.get((word.text, word.upos)), word.upos, token.ner

    return [[[row(token) for token in sentence.tokens] for sentence in document.sentences] for document in documents]


@lru_cache(maxsize=2)
def _rank(folder: Path) -> Rank:
    """Return what tells the rank of a word among those that the models have a vector of."""
    pretrain = getattr(pipeline(folder).processors.get("pos"), "pretrain", None)
    ranks = {word: number for number, word in enumerate(pretrain.vocab)} if pretrain else {}
    return lambda word: ranks.get(word.lower(), inf)


@lru_cache(maxsize=4)
def _known(_processor: str, _folder: Path) -> dict[Any, Any]:
    return {}


@lru_cache(maxsize=2)
def _vectors(folder: Path) -> tuple[layers.Vectors, layers.Vectors]:
    used = pipeline(folder).processors
    return layers.class_vectors(used["pos"]), layers.name_vectors(used["ner"])


def expansions(tokens: Iterable[str], processor: Processor, known: dict[str, str]) -> dict[str, str]:
    """Return the words that tokens are parted into; they depend on the token alone, so each is asked for once."""
    from stanza.models.common.doc import Document

    new = sorted(set(tokens) - known.keys(), key=lambda token: (len(token), token))
    if new:
        asked = Document([[{"id": n, "text": token, "misc": "MWT=Yes"} for n, token in enumerate(new, 1)]])
        parted_ = processor.process(asked).sentences[0].tokens
        known |= {token: " ".join(word.text for word in found.words) for token, found in zip(new, parted_, strict=True)}
    return known


def lemmas(
    pairs: Iterable[tuple[str, str | None]], processor: Processor, known: dict[tuple[str, str | None], str | None]
) -> dict[tuple[str, str | None], str | None]:
    """Return the lemma of each pair of word and class; a lemma depends on nothing else, so each is asked for once."""
    from stanza.models.common.doc import Document

    new = sorted(set(pairs) - known.keys(), key=lambda pair: (len(pair[0]), pair[0], pair[1] or ""))
    trainer = processor.trainer
    if processor.config.get("ensemble_dict") and not trainer.has_contextual_lemmatizers():
        listed = trainer.skip_seq2seq(new)  # Stanza spells these out for its model too, and leaves what that says
        words = [*compress(new, listed)]
        found = zip(words, trainer.ensemble(words, [None] * len(words)), strict=True)
        known |= {pair: lemma.lower() or "_" for pair, lemma in found}
        new = [*compress(new, map(not_, listed))]
    if new:
        asked = Document([[{"id": n, "text": text, "upos": upos} for n, (text, upos) in enumerate(new, 1)]])
        processor.process(asked)
        found = ((pair, word.lemma) for pair, word in zip(new, asked.sentences[0].words, strict=True))
        known |= {pair: lemma.lower() if lemma else None for pair, lemma in found}
    return known
