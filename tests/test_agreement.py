"""Agreement of two codings, code by code and in conclusions."""

from __future__ import annotations

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import precision_recall_fscore_support

from analysis.errors import SimakError
from analysis.measures.agreement import conclusion_agreement, issue_agreement, krippendorff_alpha
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


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_that_of_krippendorffs_example(level, alpha):
    assert krippendorff_alpha(OBSERVERS.T, level) == pytest.approx(alpha, abs=0.0006)


@given(
    st.lists(st.tuples(*[st.sampled_from([0, 1, 2, N])] * 3), min_size=2, max_size=12),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_alpha_is_that_of_the_package_krippendorff(rows, level):
    values = np.array(rows, dtype=float)
    twice = values[np.isfinite(values).sum(axis=1) > 1]
    if len(np.unique(twice[np.isfinite(twice)])) < 2:
        return
    other = krippendorff.alpha(reliability_data=values.T, level_of_measurement=level)
    assert krippendorff_alpha(values, level) == pytest.approx(other)


def test_alpha_where_nothing_differs_or_nothing_was_coded_twice():
    assert krippendorff_alpha(np.ones((3, 2))) == 1
    assert np.isnan(krippendorff_alpha(np.array([[1, N]])))
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


def test_the_counts_correct_a_prevalence():
    quality = issue_agreement(as_frame(TRUTH), as_frame(CODED), UNITS)
    articles = UNITS.assign(duplicate_group=UNITS["article_id"])
    table = prevalence(as_frame(CODED), articles, quality=quality).set_index("issue")
    assert table["corrected"]["trade"] == pytest.approx(TRUTH[:, 1].mean())


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
