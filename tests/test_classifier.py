"""A classifier learnt from hand-coded sentences beside the dictionary, and both scored."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import frames
from analysis.errors import SimakError
from analysis.extraction.classifier import compared, learnt
from analysis.knowledge import Knowledge

NO_TOKENS = frames.made("tokens", [])
CODED = [
    ("a", "Tarif impor naik.", "trade"),
    ("a", "Bea masuk dan tarif dipangkas.", "trade"),
    ("a", "Hujan turun di Bogor.", None),
    ("b", "Tarif baru mulai berlaku.", "trade"),
    ("b", "Warga menunggu hujan reda.", None),
    ("c", "Pajak barang luar negeri dan tarif naik.", "trade"),
    ("c", "Hujan deras lagi.", None),
]


def coded_by_hand() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, by_hand = [], []
    for number, (article, text, issue) in enumerate(CODED):
        start = 100 * number
        id_ = frames.span_id(article, start, start + len(text))
        span = {"start": start, "end": start + len(text), "text": text}
        rows.append({"article_id": article, "sentence_id": id_, **span, "paragraph": 0})
        by_hand.append({"sentence_id": id_, "issue": issue})
    return frames.made("sentences", rows), pd.DataFrame(by_hand)


def test_a_classifier_codes_sentences_that_nobody_coded() -> None:
    sentences, by_hand = coded_by_hand()
    issues = learnt(sentences, by_hand.iloc[:3])
    assert {"b", "c"} <= set(issues["article_id"]) and set(issues["found_by"]) == {"classifier"}
    assert not issues["text"].str.contains("ujan").any()


def test_dictionary_and_classifier_are_scored_on_the_same_sentences() -> None:
    sentences, by_hand = coded_by_hand()
    table = compared(sentences, NO_TOKENS, by_hand, Knowledge().codebook).set_index(["issue", "method"])
    assert table.loc[("trade", "dictionary"), ["precision", "recall", "sentences"]].tolist() == [1.0, 1.0, 4]
    assert table.loc[("trade", "classifier"), "recall"] > 0.5
    assert table.loc[("all", "dictionary"), "f1"] == table.loc[("trade", "dictionary"), "f1"]


def test_the_order_of_sentences_changes_nothing() -> None:
    sentences, by_hand = coded_by_hand()
    one = learnt(sentences, by_hand)
    other = learnt(sentences.iloc[::-1].reset_index(drop=True), by_hand)
    assert set(one["sentence_id"]) == set(other["sentence_id"])


def test_what_cannot_be_learnt_is_told_in_one_sentence() -> None:
    sentences, by_hand = coded_by_hand()
    with pytest.raises(SimakError, match="coded by hand with an issue"):
        learnt(sentences, by_hand.iloc[2:3])
    with pytest.raises(SimakError, match="at least two articles"):
        compared(sentences, NO_TOKENS, by_hand.iloc[:3], Knowledge().codebook)
