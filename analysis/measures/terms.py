"""Words and phrases of articles as a matrix of counts: what topics and keyness are made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

CONTENT = ("NOUN", "PROPN", "VERB", "ADJ")
WORD = r"[^\W\d_][^\W_]*(?:-[^\W_]+)*"
PHRASE_NPMI = 0.4


@dataclass(frozen=True)
class TermCounts:
    """How often each article, or other unit, holds each term.

    Attributes
    ----------
    matrix
        Units × terms, int64.
    ids
        article_id (or sentence_id) of each row, sorted.
    terms
        Word or phrase of each column, sorted.
    upos
        Parts of speech that counted, or None for all.
    lemmas
        Whether words were taken by their dictionary forms.
    """

    matrix: sparse.csr_array
    ids: np.ndarray
    terms: np.ndarray
    upos: tuple[str, ...] | None = CONTENT
    lemmas: bool = True

    def rows(self, ids: Iterable[str]) -> TermCounts:
        """Return the part with these units, in the order of their ids."""
        kept = np.flatnonzero(pd.Index(self.ids).isin(list(ids)))
        return replace(self, matrix=self.matrix[kept], ids=self.ids[kept])


def term_counts(
    tokens: pd.DataFrame | Iterable[pd.DataFrame], ids: Iterable[str] | None = None, *, unit: str = "article_id",
    stopwords: Iterable[str] | None = None, lemmas: bool = True, upos: Iterable[str] | None = CONTENT, phrases: int = 3,
    minimum: int = 5, most: float = 0.5, at_most: int = 5_000, terms: Iterable[str] | None = None,
) -> TermCounts:  # fmt: skip
    """Return how often each unit holds each word and each phrase.

    A phrase such as "laut china selatan" is a run of such words within a sentence, with nothing between them, that
    come together far more often than by chance (NPMI at least 0.4; Bouma 2009; of three words: of its two overlapping
    halves). Its words count too.

    Parameters
    ----------
    tokens
        The frame of tokens, or parts of it that hold whole units (`Corpus.parts`): memory holds one at a time.
    ids
        Units that get a row, even an empty one. Default: those that have tokens.
    unit
        ``article_id`` or ``sentence_id``.
    stopwords
        Words that are left out; default is the shipped list.
    lemmas
        Whether a word is its dictionary form, where the token has one; else it is its lower-cased form.
    upos
        Parts of speech that are kept; tokens without a tag are kept too. None keeps all.
    phrases
        Longest phrase in words; 1 for none.
    minimum, most
        Terms in fewer units than `minimum`, or in more than the share `most` of them, are left out.
    at_most
        Number of terms; those in most units are kept, ties by alphabet.
    terms
        Exactly these terms, in the order given; then `minimum`, `most`, `at_most` and `stopwords` say nothing.

    Returns
    -------
    TermCounts

    Examples
    --------
    >>> tokens = pd.DataFrame({"article_id": "a", "sentence_id": "a:0-20", "start": [0, 5, 11], "upos": None,
    ...                        "text": ["Laut", "China", "Laut"], "lemma": None})
    >>> counts = term_counts(tokens, stopwords=[], minimum=1, most=1.0)
    >>> dict(zip(counts.terms.tolist(), counts.matrix.toarray()[0].tolist()))
    {'china': 1, 'laut': 2}
    """
    left_out = () if terms is not None else shipped_stopwords() if stopwords is None else stopwords
    parts = [tokens] if isinstance(tokens, pd.DataFrame) else tokens
    wanted = None if ids is None else pd.Index(sorted(set(ids)))
    form, unit_number, sentence, forms, units = _numbers(parts, unit, wanted, lemmas, upos)
    names = pd.Index(sorted(units)) if wanted is None else wanted
    row = names.get_indexer(pd.Index(units))[unit_number]
    number, words = _words(forms, left_out)
    code = np.where(form >= 0, number[form], -1)
    given = None if terms is None else [str(term) for term in terms]

    found, columns, rows = list(words), [code[code >= 0]], [row[code >= 0]]
    part, count = code, np.bincount(code[code >= 0], minlength=len(words))
    wanted_runs = (
        None
        if given is None
        else {tuple(w[i:j]) for w in map(str.split, given) for i in range(len(w)) for j in range(i + 2, len(w) + 1)}
    )
    labels: list[tuple[str, ...]] = [(word,) for word in words]
    for length in range(2, phrases + 1):
        part, labels, count = _longer(part, labels, count, sentence, length, minimum, wanted_runs)
        at = part >= 0
        columns.append(part[at] + len(found))
        rows.append(row[at])
        found += [" ".join(label) for label in labels]
    shape = (len(names), len(found))
    where = (np.concatenate(rows), np.concatenate(columns))
    matrix = sparse.coo_array((np.ones(len(where[0]), dtype=np.int64), where), shape=shape).tocsc()
    chosen = np.asarray(given if given is not None else found, dtype=object)
    if given is None:
        kept = _kept(matrix, chosen, minimum, most, at_most)
        chosen, matrix = chosen[kept], matrix[:, kept]
    else:  # terms that stand nowhere point at the empty column behind the last
        empty = sparse.csc_array((len(names), 1), dtype=np.int64)
        matrix = sparse.hstack([matrix, empty], format="csc")[:, pd.Index(found).get_indexer(chosen)]
    kinds = None if upos is None else tuple(upos)
    return TermCounts(sparse.csr_array(matrix), np.asarray(names, dtype=object), chosen, kinds, lemmas)


def shipped_stopwords() -> frozenset[str]:
    """Return the stop words of the shipped knowledge."""
    from analysis.knowledge import Knowledge

    return frozenset(word for words in Knowledge().stopwords.root.values() for word in words)


def _numbers(
    parts: Iterable[pd.DataFrame], unit: str, wanted: pd.Index | None, lemmas: bool, upos: Iterable[str] | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str], list[str]]:
    """Return of each token the number of its form (-1: none that counts), unit and sentence; the forms; the units.

    Tokens stand in the order of their text; parts hold whole units.
    """
    forms, units, last = dict[str, int](), dict[str, int](), 0
    found: list[list[np.ndarray]] = [[], [], []]
    kinds = None if upos is None else list(upos)
    for part in parts:
        own = part if wanted is None else part[part[unit].isin(wanted)]
        written, distinct = pd.factorize(own["lemma"].fillna(own["text"]) if lemmas else own["text"])
        form = np.array([forms.setdefault(f, len(forms)) for f in distinct], dtype=np.int64)[written]
        if kinds is not None:
            form = np.where(own["upos"].isna() | own["upos"].isin(kinds), form, -1)
        stands, distinct = pd.factorize(own[unit])
        row = np.array([units.setdefault(u, len(units)) for u in distinct], dtype=np.int64)[stands]
        sentence, distinct = pd.factorize(own["sentence_id"])
        order = np.lexsort((own["start"], sentence, row))
        for kept, values in zip(found, (form, row, sentence + last), strict=True):
            kept.append(values[order])
        last += len(distinct)
    form, row, sentence = (np.concatenate(kept) if kept else np.empty(0, dtype=np.int64) for kept in found)
    return form, row, sentence, list(forms), list(units)


def _words(forms: list[str], stopwords: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of the word of each form (-1: none that counts) and the words, sorted."""
    lower = pd.Series(forms, dtype="str").str.lower()
    good = lower.str.fullmatch(WORD) & (lower.str.len() > 2) & ~lower.isin(set(stopwords))
    words = pd.Index(sorted(set(lower[good])))
    return np.where(good, words.get_indexer(lower), -1), words.to_numpy(dtype=object)


def _longer(
    part: np.ndarray, labels: list[tuple[str, ...]], count: np.ndarray, sentence: np.ndarray, length: int, minimum: int,
    given: set[tuple[str, ...]] | None,
) -> tuple[np.ndarray, list[tuple[str, ...]], np.ndarray]:  # fmt: skip
    """Return phrases one word longer: two that overlap in all but their ends and so hold together."""
    nowhere = np.full(len(part), -1, dtype=np.int64)
    if len(part) < length or not labels:
        return nowhere, [], np.empty(0, dtype=np.int64)
    first, second = part[:-1], part[1:]
    ahead = np.minimum(np.arange(len(first)) + length - 1, len(part) - 1)
    together = np.flatnonzero((first >= 0) & (second >= 0) & (sentence[:-1] == sentence[ahead]))
    key = first[together] * len(labels) + second[together]
    pairs, inverse, times = np.unique(key, return_inverse=True, return_counts=True)
    left, right = np.divmod(pairs, len(labels))
    if given is None:
        n = max(int((part >= 0).sum()), 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(times * n / (count[left] * count[right])) / -np.log(times / n)
        keep = (times >= minimum) & (npmi >= PHRASE_NPMI)
    else:
        keep = np.array([(*labels[a], labels[b][-1]) in given for a, b in zip(left, right, strict=True)], dtype=bool)
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    nowhere[together] = number[inverse]
    return nowhere, [(*labels[a], labels[b][-1]) for a, b in zip(left[keep], right[keep], strict=True)], times[keep]


def _kept(matrix: sparse.csc_array, found: np.ndarray, minimum: int, most: float, at_most: int) -> np.ndarray:
    units = np.diff(matrix.indptr)
    kept = np.flatnonzero((units >= minimum) & (units <= most * matrix.shape[0]))
    order = np.lexsort((found[kept].astype(str), -units[kept]))[:at_most]
    kept = kept[order]
    return kept[np.argsort(found[kept].astype(str), kind="stable")]
