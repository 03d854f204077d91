"""Agreement of two codings, code by code and in conclusions."""

from __future__ import annotations

import re

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import precision_recall_fscore_support

from analysis import standoff
from analysis.errors import SimakError
from analysis.measures.agreement import coding_agreement, conclusion_agreement, issue_agreement, krippendorff_alpha
from analysis.measures.discourse import one_mode, statements
from analysis.measures.periods import over_time
from analysis.measures.prevalence import prevalence

# Krippendorff's own example of four observers and twelve units (2011, "Computing Krippendorff's alpha-reliability").
N = np.nan
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
)


@pytest.mark.parametrize(("measured", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_that_of_krippendorffs_example(measured, alpha):
    row = krippendorff_alpha(OBSERVERS.T, measured).iloc[0]
    assert row["alpha"] == pytest.approx(alpha, abs=0.0006)
    assert row["low"] < alpha < row["high"] and row["units"] == 11


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=12))
def test_alpha_of_two_coders_is_observed_over_expected_disagreement_by_hand(rows):
    values = np.array(rows, dtype=float)
    n, positive = values.size, values.sum()
    by_hand = (
        1 - (n - 1) * (values[:, 0] != values[:, 1]).sum() / (positive * (n - positive)) if 0 < positive < n else 1
    )
    assert krippendorff_alpha(values, draws=2)["alpha"].item() == pytest.approx(by_hand)


def test_the_interval_of_alpha_draws_whole_articles():
    values = np.stack([TRUTH[:, 0], CODED[:, 0]], axis=1).astype(float)
    units = krippendorff_alpha(values).iloc[0]
    table = issue_agreement(as_frame(TRUTH[:, :1]), as_frame(CODED[:, :1]), UNITS).iloc[0]
    assert (units["low"], units["high"]) == pytest.approx((table["alpha_low"], table["alpha_high"]))
    copied = krippendorff_alpha(np.repeat(values, 4, axis=0), group=np.repeat(np.arange(40), 4)).iloc[0]
    single = krippendorff_alpha(np.repeat(values, 4, axis=0)).iloc[0]
    assert copied["high"] - copied["low"] > 1.5 * (single["high"] - single["low"])


def test_alpha_where_nothing_differs_or_nothing_was_coded_twice():
    assert krippendorff_alpha(np.ones((3, 2)))["alpha"].item() == 1
    assert krippendorff_alpha(np.array([[1, N]])).isna().iloc[0].tolist() == [True, True, True, False]
    with pytest.raises(SimakError, match="ratio"):
        krippendorff_alpha(OBSERVERS.T, "ratio")


UNITS = pd.DataFrame({"article_id": [f"n{i:02d}" for i in range(40)]})
RNG = np.random.default_rng(4)
TRUTH = RNG.random((40, 2)) < 0.5
CODED = np.where(RNG.random((40, 2)) < 0.15, ~TRUTH, TRUTH)


def as_frame(table: np.ndarray) -> pd.DataFrame:
    rows, columns = np.nonzero(table)
    return pd.DataFrame(
        {"article_id": UNITS["article_id"].to_numpy()[rows], "issue": np.array(["taiwan", "trade"])[columns]}
    )


def test_scores_of_codes_are_those_of_other_packages():
    table = issue_agreement(as_frame(TRUTH), as_frame(CODED), UNITS).set_index("issue")
    for place, code in enumerate(["taiwan", "trade"]):
        precision, recall, f1, _ = precision_recall_fscore_support(TRUTH[:, place], CODED[:, place], average="binary")
        row = table.loc[code]
        assert (row["precision"], row["recall"], row["f1"]) == pytest.approx((precision, recall, f1))
        pair = np.stack([TRUTH[:, place], CODED[:, place]]).astype(int)
        assert row["alpha"] == pytest.approx(krippendorff.alpha(reliability_data=pair, level_of_measurement="nominal"))
        assert row["alpha_low"] < row["alpha"] < row["alpha_high"] and row["enough"]
    assert table.loc["(all)", "tp"] == (TRUTH & CODED).sum() and table.loc["(all)", "units"] == 80


def test_only_units_that_both_saw_count_and_order_does_not():
    one, other = as_frame(TRUTH), as_frame(CODED)
    extra = pd.concat([one, pd.DataFrame({"article_id": ["elsewhere"], "issue": ["trade"]})])
    pd.testing.assert_frame_equal(
        issue_agreement(one, other, UNITS), issue_agreement(extra[::-1], other[::-1], UNITS[::-1])
    )


def test_where_nothing_was_coded_nothing_is_known():
    table = issue_agreement(as_frame(TRUTH), as_frame(CODED), UNITS.head(0)).iloc[0]
    assert table["units"] == 0 and table[["alpha", "alpha_low", "f1", "f1_high"]].isna().all()


def test_the_counts_correct_a_prevalence():
    quality = issue_agreement(as_frame(TRUTH), as_frame(CODED), UNITS)
    articles = UNITS.assign(duplicate_group=UNITS["article_id"])
    table = prevalence(as_frame(CODED), articles, quality=quality).set_index("issue")
    assert table["corrected"]["trade"] == pytest.approx(TRUTH[:, 1].mean())


def test_codings_in_the_standoff_form_agree_layer_by_layer(gold):
    one = standoff.read(gold)
    quotes, first = one.quotes.copy(), one.quotes.index[one.quotes["kind"] == "direct"][0]
    quotes.loc[first, ["kind", "sentiment"]] = [
        "mixed",
        "positive" if quotes["sentiment"][first] != "positive" else "neutral",
    ]
    dropped = one.entities.index[one.entities["type"] == "PER"][:3]
    other = one._replace(quotes=quotes, entities=one.entities.drop(dropped), codes=one.codes.iloc[1:])
    table = coding_agreement(one, other, draws=20).set_index(["layer", "code"])
    words = len(re.findall(r"\w+", quotes["text"][first]))
    assert table.loc[("quote", "direct"), ["fp", "fn"]].tolist() == [0, words]
    assert table.loc[("quote", "mixed"), ["fp", "fn"]].tolist() == [words, 0]
    missed = sum(len(re.findall(r"\w+", text)) for text in one.entities["text"][dropped])
    assert table.loc[("mention", "PER"), ["fp", "fn"]].tolist() == [0, missed]
    assert table.loc[("mention", "ORG"), "alpha"] == 1 and table.loc[("mention", "PER"), "precision"] == 1
    assert table.loc[("tone", "(all)"), ["fp", "fn"]].tolist() == [words, words]
    assert table.loc[("issue", "(all)"), ["fp", "fn"]].tolist() == [0, 1]


def test_agreement_is_measured_where_conclusions_are_drawn():
    # The second coder misses one statement a month: of June's network nothing is left, of July's half.
    found = pd.DataFrame(
        {
            "quote_id": list("pqrstuv"), "article_id": list("aabbccc"), "target_id": "china", "sentiment": "negative",
            "actor_id": ["blinken", "wang", "blinken", "wang", "blinken", "wang", "yellen"], "issues": [["trade"]] * 7,
        }
    )  # fmt: skip
    dates = pd.to_datetime(["2023-06-01", "2023-07-01", "2023-07-02"])
    articles = pd.DataFrame({"article_id": list("abc"), "duplicate_group": list("abc"), "date": dates})
    networks = [
        over_time(statements(quotes, articles), one_mode, days=30, step=30) for quotes in (found, found.drop([0, 6]))
    ]
    table = conclusion_agreement(*networks, ["source", "target"], "weight", by="window")
    by_window = table.set_index(["window", "measure"])["value"]
    june, july = "2023-06-01 – 2023-06-30", "2023-07-01 – 2023-07-30"
    assert by_window[june, "difference"] == -1 and by_window[july, "absolute_difference"] == pytest.approx(4 / 3)
    assert by_window["(all)", "difference"] == pytest.approx(-(1 + 4) / 4)
    assert table["rows"].drop_duplicates().tolist() == [1, 3, 4]


def test_conclusions_are_compared_row_by_row():
    one = pd.DataFrame({"source": list("aab"), "target": list("bcc"), "weight": [3.0, 2.0, 1.0]})
    other = pd.DataFrame({"source": list("aad"), "target": list("bce"), "weight": [4.0, 1.0, 1.0]})
    table = conclusion_agreement(one, other, ["source", "target"], "weight", draws=50).set_index("measure")
    x, y = [3, 2, 1, 0], [4, 1, 0, 1]
    assert table["value"]["pearson"] == pytest.approx(stats.pearsonr(x, y).statistic)
    assert table["value"]["spearman"] == pytest.approx(stats.spearmanr(x, y).statistic)
    assert table["value"]["difference"] == 0 and table["value"]["absolute_difference"] == 1
    assert (table["rows"] == 4).all() and table["low"]["absolute_difference"] <= 1 <= table["high"][
        "absolute_difference"
    ]
    empty = conclusion_agreement(one.iloc[:0], other.iloc[:0], ["source", "target"], "weight")
    assert empty["value"].isna().all()
