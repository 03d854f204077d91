"""Paragraphs annotated batch by batch: in this process, or in several beside each other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.language.pipeline import pipeline
from analysis.language.sentences import parted

if TYPE_CHECKING:
    from stanza.models.common.doc import Document, Token
    from stanza.pipeline.processor import Processor

BATCH_CHARACTERS = 60_000  # some 9,000 tokens: seconds of work, and little memory
WINDOW_CHARACTERS = 4_000_000
ALONE = 8 * BATCH_CHARACTERS  # less than this is done before a second process has loaded its models
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
    from joblib import Parallel, delayed, parallel_config

    work: Iterable = (delayed(tagged)(batch, folder) for batch in batches(missing))
    with parallel_config("loky", n_jobs=processes, inner_max_num_threads=1):
        yield from Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")(work)


def tagged(batch: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Return the cache's rows of a batch of paragraphs; one whose paragraph holds no token has sentence -1."""
    from stanza.models.common.doc import Document

    documents = [Document([], text=plain) for plain in batch["plain"]]
    lemmas: dict[tuple[str, str | None], str | None] = {}
    for name, processor in pipeline(folder).processors.items():
        if name == "lemma":
            lemmas = _lemmas(documents, processor, _known("lemma", folder))
        elif name == "mwt":
            _expand(documents, processor, _known("mwt", folder))
        else:
            documents = processor.bulk_process(documents)
        if name == "tokenize":
            documents = list(map(parted, documents))
    rows = []
    for key, document in zip(batch["key"], documents, strict=True):
        found = [
            (key, number, token.start_char, token.end_char, _lemma(token, lemmas), token.words[0].upos, token.ner)
            for number, sentence in enumerate(document.sentences)
            for token in sentence.tokens
        ]
        rows += found or [(key, -1, 0, 0, None, None, None)]
    return pd.DataFrame(rows, columns=COLUMNS)


@lru_cache(maxsize=4)
def _known(_processor: str, _folder: Path) -> dict[Any, Any]:
    return {}


def _expand(documents: list[Document], processor: Processor, known: dict[str, str]) -> None:
    """Part tokens into words, in place; what a token is parted into depends on it alone, so each is asked for once."""
    from stanza.models.common.doc import Document

    tokens = [document.get_mwt_expansions(evaluation=True) for document in documents]
    new = sorted({token for listed in tokens for token in listed} - known.keys(), key=lambda t: (len(t), t))
    if new:
        asked = Document([[{"id": n, "text": token, "misc": "MWT=Yes"} for n, token in enumerate(new, 1)]])
        parted_ = processor.process(asked).sentences[0].tokens
        known |= {token: " ".join(word.text for word in found.words) for token, found in zip(new, parted_, strict=True)}
    for document, listed in zip(documents, tokens, strict=True):
        document.set_mwt_expansions([known[token] for token in listed], process_manual_expanded=False)
        document._count_words()


def _lemmas(
    documents: list[Document], processor: Processor, known: dict[tuple[str, str | None], str | None]
) -> dict[tuple[str, str | None], str | None]:
    """Return the lemma of each pair of word and class; a lemma depends on nothing else, so each is asked for once."""
    from stanza.models.common.doc import Document

    pairs = {(w.text, w.upos) for d in documents for s in d.sentences for w in s.words}
    new = sorted(pairs - known.keys(), key=lambda pair: (len(pair[0]), pair[0], pair[1] or ""))
    if new:
        asked = Document([[{"id": n, "text": text, "upos": upos} for n, (text, upos) in enumerate(new, 1)]])
        processor.process(asked)
        known |= {pair: word.lemma for pair, word in zip(new, asked.sentences[0].words, strict=True)}
    return known


def _lemma(token: Token, lemmas: dict[tuple[str, str | None], str | None]) -> str | None:
    word = token.words[0]
    lemma = lemmas.get((word.text, word.upos))
    return lemma.lower() if lemma else None
