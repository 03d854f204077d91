"""What marks a part of the corpus, and keywords in their context."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from analysis.errors import SimakError
from analysis.measures.concordance import kwic
from analysis.measures.keyness import keyness
from analysis.measures.terms import TermCounts

ARTICLES = pd.DataFrame({"article_id": [f"n{i}" for i in range(8)]})
ARTICLES["duplicate_group"] = ARTICLES["article_id"]
COUNTS = TermCounts(
    sparse.csr_array(
        np.array([[5, 1, 3], [4, 0, 4], [6, 1, 2], [5, 0, 3], [0, 6, 3], [1, 5, 3], [0, 4, 4], [0, 5, 2]])
    ),
    ARTICLES["article_id"].to_numpy(),
    np.array(["sanksi", "tarif", "negara"], dtype=object),
)
TARGET = ["n0", "n1", "n2", "n3"]


def test_log_likelihood_and_p_are_those_of_a_contingency_table():
    table = keyness(COUNTS, ARTICLES, TARGET).set_index("item")
    total, other = COUNTS.matrix[:4].sum(), COUNTS.matrix[4:].sum()
    for item, row in table.iterrows():
        cells = [[row["count"], row["other_count"]], [total - row["count"], other - row["other_count"]]]
        test = stats.contingency.chi2_contingency(cells, correction=False, lambda_="log-likelihood")
        assert abs(row["log_likelihood"]) == pytest.approx(test.statistic) and row["p"] == pytest.approx(test.pvalue), (
            item
        )
    assert table.loc["tarif", "log_likelihood"] < 0 < table.loc["sanksi", "log_likelihood"]


def test_log_odds_are_equation_16_of_monroe_et_al():
    table = keyness(COUNTS, ARTICLES, TARGET, prior=10).set_index("item")
    y, z = COUNTS.matrix[:4].sum(axis=0), COUNTS.matrix[4:].sum(axis=0)
    a = 10 * (y + z) / (y + z).sum()
    for place, item in enumerate(COUNTS.terms):
        odds = [np.log((n[place] + a[place]) / (n.sum() + a.sum() - n[place] - a[place])) for n in (y, z)]
        spread = np.sqrt(1 / (y[place] + a[place]) + 1 / (z[place] + a[place]))
        assert table.loc[item, "log_odds"] == pytest.approx(odds[0] - odds[1])
        assert table.loc[item, "z"] == pytest.approx((odds[0] - odds[1]) / spread)
        assert table.loc[item, "low"] <= table.loc[item, "log_odds"] <= table.loc[item, "high"]
    assert table.index.tolist() == ["sanksi", "negara", "tarif"]


def test_actors_and_issues_are_counted_from_their_frames_in_any_order():
    rows = [("n0", "china"), ("n0", "china"), ("n5", "taiwan"), ("n6", None), ("elsewhere", "china")]
    entities = pd.DataFrame(rows, columns=["article_id", "actor_id"])
    table = keyness(entities, ARTICLES, TARGET, minimum=1)
    assert table[["item", "count", "other_count", "groups"]].values.tolist() == [
        ["china", 2, 0, 1],
        ["taiwan", 0, 1, 1],
    ]
    issues = keyness(entities.rename(columns={"actor_id": "issue"}), ARTICLES, TARGET, of="issue", minimum=1)
    pd.testing.assert_frame_equal(issues, table)
    pd.testing.assert_frame_equal(table, keyness(entities[::-1], ARTICLES[::-1], TARGET[::-1], minimum=1))
    assert (
        len(keyness(COUNTS, ARTICLES, TARGET, minimum=22)) == 2 and keyness(COUNTS, ARTICLES, TARGET, minimum=99).empty
    )


def test_two_parts_are_needed():
    with pytest.raises(SimakError, match="target"):
        keyness(COUNTS, ARTICLES, [])
    with pytest.raises(SimakError, match="rest"):
        keyness(COUNTS, ARTICLES, ARTICLES["article_id"])
    with pytest.raises(SimakError, match="colour"):
        keyness(pd.DataFrame({"article_id": []}), ARTICLES, TARGET, of="colour")


SENTENCES = pd.DataFrame(
    {
        "article_id": ["a", "a", "b"],
        "sentence_id": ["a:0-40", "a:40-80", "b:5-50"],
        "start": [0, 40, 5],
        "text": [
            "AS menjatuhkan sanksi kepada China.",
            "Sanksinya, kata dia, berat.",
            "Kapal di Laut  China Selatan kena sanksi",
        ],
    }
)


def test_kwic_shows_the_words_around_and_where_they_stand():
    table = kwic(SENTENCES, "sanksi*", width=8)
    assert table[["start", "left", "keyword", "right"]].values.tolist() == [
        [15, "atuhkan ", "sanksi", " kepada "],
        [40, "", "Sanksinya", ", kata d"],
        [39, "an kena ", "sanksi", ""],
    ]


def test_kwic_sorts_by_what_stands_left_right_or_by_date():
    articles = pd.DataFrame(
        {"article_id": ["a", "b"], "date": pd.to_datetime([None, "2023-01-01"]), "outlet": ["Kompas", "Tempo"]}
    )
    assert kwic(SENTENCES, "sanksi*", sort="left")["left"].tolist()[1:] == [
        "Kapal di Laut  China Selatan kena ",
        "AS menjatuhkan ",
    ]
    assert kwic(SENTENCES, "sanksi*", sort="right")["sentence_id"].tolist() == ["b:5-50", "a:0-40", "a:40-80"]
    assert kwic(SENTENCES, "sanksi*", sort="date", articles=articles)["outlet"].tolist() == [
        "Tempo",
        "Kompas",
        "Kompas",
    ]


def test_kwic_finds_phrases_with_gaps_and_whole_words():
    assert kwic(SENTENCES, "laut ** selatan")["keyword"].tolist() == ["Laut  China Selatan"]
    assert kwic(SENTENCES, "kata dia berat")["keyword"].tolist() == ["kata dia, berat"]
    assert kwic(SENTENCES, "sank").empty
    for wrong in ({"pattern": " ** "}, {"pattern": "as", "sort": "date"}, {"pattern": "as", "sort": "mood"}):
        with pytest.raises(SimakError):
            kwic(SENTENCES, **wrong)


@given(st.text(max_size=60), st.sampled_from(["a", "a* b", "a ** b", "(.*", "*"]))
def test_offsets_always_hold(text, pattern):
    sentences = pd.DataFrame({"article_id": ["x"], "sentence_id": ["x:7-9"], "start": [7], "text": [text]})
    try:
        table = kwic(sentences, pattern)
    except SimakError:
        return
    for row in table.itertuples():
        assert text[row.start - 7 : row.end - 7] == row.keyword


def test_no_pattern_stalls():
    text = "a " * 20_000 + "!" * 20_000
    sentences = pd.DataFrame({"article_id": ["x"], "sentence_id": ["x:0-9"], "start": [0], "text": [text]})
    begun = time.process_time()
    kwic(sentences, "a ** a* ** *b")
    assert time.process_time() - begun < 30
