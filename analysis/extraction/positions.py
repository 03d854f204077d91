"""Positions: what speakers are for or against, by the patterns of an analyst's codebook."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.extraction.patterns import Words
from analysis.knowledge.patterns import parsed
from analysis.knowledge.schema import Codebook


def positions(quotes: pd.DataFrame, tokens: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return which quotes are for or against a position of the codebook.

    Where hits of ``yes`` and ``no`` overlap, the longer one counts, so that "jangan naikkan tarif" outweighs
    "naikkan tarif"; of equal ones both do.

    Parameters
    ----------
    quotes, tokens
        The frames of those names; tokens serve patterns with ``<lemma>`` alone and may be empty.
    codebook
        ``Knowledge(codebook_file=…).codebook``; the shipped one has no positions.

    Returns
    -------
    DataFrame
        ``quote_id``, ``concept`` (issue: position), ``value`` (int64: 1 yes, -1 no, 0 where the quote says both), in
        the order of the quotes, then of the codebook: what ``statements(…, positions=…)`` takes.

    Examples
    --------
    >>> raised = {"label": "", "label_id": "", "yes": ["naikkan tarif"], "no": ["jangan naikkan tarif"]}
    >>> codebook = Codebook.model_validate({"trade": {"label": "", "label_id": "", "definition": "",
    ...                                     "patterns": ["tarif"], "positions": {"tariffs": raised}}})
    >>> quotes = pd.DataFrame({"quote_id": ["q", "r"], "text": ["Naikkan tarif!", "Jangan naikkan tarif."],
    ...                        "article_id": "a", "start": [0, 20], "end": [14, 41]})
    >>> tokens = pd.DataFrame({"article_id": [], "start": [], "lemma": []})
    >>> positions(quotes, tokens, codebook)[["concept", "value"]].values.tolist()
    [['trade: tariffs', 1], ['trade: tariffs', -1]]
    """
    held = {f"{code}: {name}": place for code, i in codebook.root.items() for name, place in i.positions.items()}
    with_lemmas = any("<" in pattern for place in held.values() for pattern in place.yes + place.no)
    words = Words(quotes["text"].tolist(), list(_lemmas(quotes, tokens)) if with_lemmas else None)
    tables = []
    for concept, place in held.items():
        yes, no = ([hit for p in patterns for hit in zip(*words.found(parsed(p)), strict=True)]
                   for patterns in (place.yes, place.no))  # fmt: skip
        value = pd.Series(0, index=range(len(quotes)))
        said = [words.text[_outweighing(own, other, len(words.text))] for own, other in ((yes, no), (no, yes))]
        value[said[0]] += 1
        value[said[1]] -= 1
        tables.append(value[np.union1d(*said)].rename("value").reset_index().assign(concept=concept))
    found = pd.concat(tables) if tables else pd.DataFrame({"index": [], "value": [], "concept": []})
    found = found.sort_values("index", kind="stable").astype({"index": "int64", "value": "int64", "concept": "str"})
    ids = quotes["quote_id"].astype("str").iloc[found["index"]].to_numpy()
    return found.assign(quote_id=ids)[["quote_id", "concept", "value"]].reset_index(drop=True)


def _outweighing(hits: list[tuple[int, int]], others: list[tuple[int, int]], n_words: int) -> np.ndarray:
    """Return the first words of the hits that no longer one of the others overlaps."""
    longest = np.zeros(n_words, dtype=np.int64)
    for first, last in others:
        longest[first : last + 1] = np.maximum(longest[first : last + 1], last - first + 1)
    kept = [first for first, last in hits if longest[first : last + 1].max() <= last - first + 1]
    return np.array(kept, dtype=np.int64)


def _lemmas(quotes: pd.DataFrame, tokens: pd.DataFrame) -> Iterator[dict[int, str]]:
    """Yield for each quote the dictionary forms of its words by their offset in it."""
    known = tokens[tokens["lemma"].notna() & tokens["article_id"].isin(quotes["article_id"])].sort_values("start")
    by_article = {
        article: part.set_index("start")["lemma"].str.lower() for article, part in known.groupby("article_id")
    }
    for article, start, end in zip(quotes["article_id"], quotes["start"], quotes["end"], strict=True):
        inside = by_article[article].loc[start : end - 1] if article in by_article else pd.Series(dtype="str")
        yield dict(zip(inside.index - start, inside, strict=True))
