"""A classifier of issues, learnt from sentences coded by hand, to stand beside the dictionary."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import MultiLabelBinarizer

from analysis import frames
from analysis.errors import SimakError
from analysis.extraction.issues import coded
from analysis.knowledge.schema import Codebook

FEWEST_ARTICLES = 2


def learnt(sentences: pd.DataFrame, by_hand: pd.DataFrame) -> pd.DataFrame:
    """Return the issues of every sentence as a classifier sees them that learns from coded ones.

    One logistic regression a code over words and pairs of words (tf-idf), each class weighted by its
    rarity. Nothing is drawn at random: the same codings give the same issues.

    Parameters
    ----------
    sentences
        Frame ``sentences``.
    by_hand
        ``sentence_id`` and ``issue``: a row a code of a coded sentence, one with no issue where it has none.

    Returns
    -------
    DataFrame
        Frame ``issues``; the evidence is the whole sentence, ``found_by`` is "classifier".

    Raises
    ------
    SimakError
        When no coded sentence is among the sentences, or none has an issue.

    Examples
    --------
    >>> texts = ["Tarif naik lagi.", "Tarif turun.", "Hujan turun.", "Tarif baru berlaku."]
    >>> rows = [{"article_id": "a", "sentence_id": f"a:{n}", "start": 40 * n, "end": 40 * n + len(text),
    ...          "text": text, "paragraph": 0} for n, text in enumerate(texts)]
    >>> by_hand = pd.DataFrame({"sentence_id": ["a:0", "a:1", "a:2"], "issue": ["trade", "trade", None]})
    >>> learnt(frames.made("sentences", rows), by_hand)["sentence_id"].tolist()
    ['a:0', 'a:1', 'a:3']
    """
    texts, codes = _codings(sentences, by_hand)
    labels = MultiLabelBinarizer()
    rows, columns = np.nonzero(_predicted(texts["text"], labels.fit_transform(codes), sentences["text"]))
    found = sentences.iloc[rows][["article_id", "sentence_id", "start", "end", "text"]].copy()
    found.insert(2, "issue", labels.classes_[columns])
    return frames.checked("issues", found.assign(found_by="classifier"))


def compared(
    sentences: pd.DataFrame, tokens: pd.DataFrame, by_hand: pd.DataFrame, codebook: Codebook, folds: int = 5
) -> pd.DataFrame:
    """Return how well the dictionary and a classifier find the issues of sentences coded by hand.

    The classifier is scored on articles that it has not learnt from (cross-validation over articles);
    the dictionary on the same sentences.

    Parameters
    ----------
    sentences, tokens, by_hand
        As for `learnt` and `coded`; of them the coded sentences count.
    codebook
        The dictionary.
    folds
        Parts of which each is held back once; at most as many as there are articles.

    Returns
    -------
    DataFrame
        A row a code and method (and "all", micro-averaged): ``issue``, ``method`` ("dictionary" or
        "classifier"), ``precision``, ``recall``, ``f1`` (float64, 0 to 1), ``sentences`` (int64, coded so by hand).

    Raises
    ------
    SimakError
        When the coded sentences are of fewer than two articles.
    """
    texts, codes = _codings(sentences, by_hand)
    if texts["article_id"].nunique() < FEWEST_ARTICLES:
        raise SimakError("Sentences of at least two articles must be coded by hand to score a classifier.")
    labels = MultiLabelBinarizer()
    gold = labels.fit_transform(codes)
    parts = GroupKFold(min(folds, texts["article_id"].nunique())).split(texts, groups=texts["article_id"])
    by_classifier = np.zeros_like(gold)
    for known, held in parts:
        by_classifier[held] = _predicted(texts["text"].iloc[known], gold[known], texts["text"].iloc[held])
    issues = coded(texts, tokens, codebook)
    found = issues[issues["issue"].isin(labels.classes_)].groupby("sentence_id")["issue"].agg(set)
    by_dictionary = labels.transform([found.get(sentence, set()) for sentence in texts["sentence_id"]])
    rows = []
    for method, codes_found in (("dictionary", by_dictionary), ("classifier", by_classifier)):
        counts = np.array([(gold & codes_found).sum(axis=0), codes_found.sum(axis=0), gold.sum(axis=0)])
        for issue, (right, given, true) in zip(["all", *labels.classes_], [counts.sum(axis=1), *counts.T], strict=True):
            precision, recall = right / max(given, 1), right / max(true, 1)
            rows.append((issue, method, precision, recall, 2 * right / max(given + true, 1), true))
    return pd.DataFrame(rows, columns=["issue", "method", "precision", "recall", "f1", "sentences"])


def _predicted(known: pd.Series, gold: np.ndarray, texts: pd.Series) -> np.ndarray:
    """Return a column of 0 and 1 a code for texts, learnt from known texts and the columns of their codes."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    seen, new = words.fit_transform(known), words.transform(texts)
    model = LogisticRegression(class_weight="balanced", C=10.0)
    columns = [
        model.fit(seen, codes).predict(new) if 0 < codes.sum() < len(codes) else np.full(len(texts), codes[0])
        for codes in gold.T  # where all known texts agree there is nothing to learn
    ]
    return np.column_stack(columns)


def _codings(sentences: pd.DataFrame, by_hand: pd.DataFrame) -> tuple[pd.DataFrame, list[set[str]]]:
    """Return the sentences that were coded, and the codes of each."""
    codes = by_hand.groupby("sentence_id")["issue"].agg(lambda issues: set(issues.dropna()))
    texts = sentences[sentences["sentence_id"].isin(codes.index)].reset_index(drop=True)
    chosen = [codes[sentence] for sentence in texts["sentence_id"]]
    if not any(chosen):
        raise SimakError("No sentence of these articles was coded by hand with an issue.")
    return texts, chosen
