"""The words of topics: which stand foremost, which belong to one topic alone, and how well they belong together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.measures.terms import TermCounts

FREX_WEIGHT = 0.5


def foremost_words(components: np.ndarray, terms: np.ndarray, number: int = 30) -> pd.DataFrame:
    """Return each topic's foremost words by weight and by FREX.

    FREX is the harmonic mean of a word's ranks by frequency within the topic and by exclusivity to it (Bischof &
    Airoldi 2012, *ICML*), both weighing the same.

    Returns
    -------
    DataFrame
        ``topic, rank, term, weight, frex, frex_rank``; words that are among the `number` foremost by either.

    Examples
    --------
    >>> weights = np.array([[3.0, 2.0, 1.0, 0.0], [9.0, 0.0, 0.0, 1.0]])
    >>> words = foremost_words(weights, np.array(["china", "tarif", "dagang", "taiwan"]), 1)
    >>> words.query("topic == 1")[["term", "rank", "frex_rank"]].values.tolist()
    [['china', 1, 2], ['tarif', 2, 1]]
    """
    share = components / np.maximum(components.sum(axis=1, keepdims=True), 1e-300)
    exclusive = share / np.maximum(share.sum(axis=0), 1e-300)
    tables = []
    for topic, (weight, only) in enumerate(zip(share, exclusive, strict=True), start=1):
        held = np.flatnonzero(weight > weight.max(initial=0) * 1e-3)
        ranks = [pd.Series(values[held]).rank(pct=True).to_numpy() for values in (only, weight)]
        frex = 1 / (FREX_WEIGHT / ranks[0] + (1 - FREX_WEIGHT) / ranks[1])
        about = {"topic": topic, "term": np.asarray(terms, dtype=str)[held], "weight": weight[held], "frex": frex}
        table = pd.DataFrame(about).astype({"term": "str"})
        for name, by in (("rank", "weight"), ("frex_rank", "frex")):
            order = table.sort_values([by, "weight", "term"], ascending=[False, False, True]).index
            table[name] = pd.Series(np.arange(1, len(table) + 1), index=order)
        tables.append(table[(table["rank"] <= number) | (table["frex_rank"] <= number)].sort_values("rank"))
    return pd.concat(tables, ignore_index=True)[["topic", "rank", "term", "weight", "frex", "frex_rank"]]


def coherence(components: np.ndarray, counts: TermCounts, top: int = 10) -> np.ndarray:
    """Return the mean NPMI of the pairs among each topic's `top` words, over the units of `counts`.

    Of the measures compared by Lau, Newman & Baldwin (2014, *EACL*) it is the one nearest to what readers judge.

    Examples
    --------
    >>> from scipy import sparse
    >>> held = sparse.csr_array([[1, 1, 0], [1, 1, 0], [0, 0, 1]])
    >>> counts = TermCounts(held, np.array(list("abc")), np.array(list("xyz")))
    >>> coherence(np.array([[2.0, 1.0, 0.0], [2.0, 0.0, 1.0]]), counts, top=2).round(3).tolist()
    [1.0, -1.0]
    """
    top_terms = ranked(components, counts.terms, top)
    used, place = np.unique(top_terms, return_inverse=True)
    place = place.reshape(top_terms.shape)
    held = (counts.matrix[:, used] > 0).astype(float)
    together = (held.T @ held).toarray()
    n, each = counts.matrix.shape[0], np.diag(together)
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.log(together * n / np.outer(each, each)) / -np.log(together / n)
    npmi = np.where(together == 0, -1.0, np.where(together == n, 1.0, npmi))
    upper = np.triu_indices(top_terms.shape[1], k=1)
    return np.array([npmi[np.ix_(row, row)][upper].mean() for row in place])


def ranked(components: np.ndarray, terms: np.ndarray, top: int) -> np.ndarray:
    """Return the columns of each topic's `top` words, heaviest first, ties by alphabet: topics × top."""
    alphabet = np.argsort(np.argsort(np.asarray(terms, dtype=str), kind="stable"), kind="stable")
    return np.stack([np.lexsort((alphabet, -weight))[:top] for weight in components])


def label(terms: Iterable[str]) -> str:
    """Return the three foremost terms; a term that holds or is held by an earlier one is passed over."""
    chosen: list[str] = []
    for term in terms:
        if not any(f" {term} " in f" {other} " or f" {other} " in f" {term} " for other in chosen):
            chosen.append(term)
    return " · ".join(chosen[:3])
