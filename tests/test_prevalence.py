"""Shares of coverage: counts, intervals, correction for coding error, differences between parts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import SimakError
from analysis.measures.inference import bounds, exact_p, q_values, resampled_sums, wilson
from analysis.measures.periods import numbered, parts, windows
from analysis.measures.prevalence import differences, prevalence

ARTICLES = pd.DataFrame(
    {
        "article_id": ["a", "b", "c", "d"],
        "duplicate_group": ["a", "a", "c", "d"],
        "date": pd.to_datetime(["2023-06-01", "2023-06-02", "2023-07-30", None]),
        "outlet": ["Kompas", "Tempo", "Kompas", None],
    }
)
ISSUES = pd.DataFrame(
    {
        "article_id": ["a", "a", "b", "c", "elsewhere"],
        "sentence_id": ["a:0-9", "a:0-9", "b:0-9", "c:0-9", "x:0-9"],
        "issue": ["trade", "trade", "trade", "taiwan", "trade"],
    }
)
SENTENCES = pd.DataFrame(
    {
        "article_id": ["a", "a", "b", "c", "d"],
        "sentence_id": ["a:0-9", "a:10-19", "b:0-9", "c:0-9", "d:0-9"],
        "text": ["satu dua tiga", "satu", "satu dua", "satu", "satu"],
    }
)


def many(n: int = 400, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    ids = np.array([f"a{i:04d}" for i in range(n)])
    articles = pd.DataFrame({"article_id": ids, "duplicate_group": ids[rng.integers(0, n, n) // 2 * 2]})
    articles["outlet"] = rng.choice(["Kompas", "Tempo"], n)
    articles["date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 90, n), unit="D")
    held = rng.random(n) < np.where(articles["outlet"] == "Kompas", 0.4, 0.2)
    return articles, pd.DataFrame({"article_id": ids[held], "issue": "trade"})


def rows(table: pd.DataFrame, *columns: str) -> list:
    return [tuple(row) for row in table[list(columns)].itertuples(index=False)]


def test_an_article_counts_once_and_every_part_and_code_has_a_row():
    table = prevalence(ISSUES, ARTICLES, by="month")
    assert rows(table, "month", "issue", "count", "total") == [
        ("2023-06", "taiwan", 0, 2),
        ("2023-06", "trade", 2, 2),
        ("2023-07", "taiwan", 1, 1),
        ("2023-07", "trade", 0, 1),
        ("undated", "taiwan", 0, 1),
        ("undated", "trade", 0, 1),
    ]
    assert not table["enough"].any()


def test_without_duplicates_the_earliest_copy_speaks():
    table = prevalence(ISSUES, ARTICLES, duplicates=False, codes=["trade", "climate"])
    assert rows(table, "issue", "count", "total") == [("climate", 0, 3), ("trade", 1, 3)]


def test_sentences_and_words_are_counted_once():
    table = prevalence(ISSUES, ARTICLES, unit="sentences", sentences=SENTENCES, codes=["trade"])
    assert rows(table, "count", "total") == [(2, 5)]
    table = prevalence(ISSUES, ARTICLES, unit="words", sentences=SENTENCES, codes=["trade"])
    assert rows(table, "count", "total") == [(5, 8)]


def test_shares_of_topics_are_averaged():
    shares = pd.DataFrame({"article_id": list("abcd"), "topic": 1, "share": [0.1, 0.2, 0.3, 0.4]})
    assert prevalence(shares, ARTICLES, of="topic", weight="share")["share"].tolist() == [pytest.approx(0.25)]


def test_no_issue_at_all_gives_an_empty_table():
    assert prevalence(ISSUES.iloc[:0], ARTICLES, by="outlet").empty


def test_parts_by_pair_of_columns_put_what_is_unknown_last():
    codes, table = numbered(parts(ARTICLES, ["outlet", "year"]))
    assert table.values.tolist() == [["Kompas", "2023"], ["Tempo", "2023"], ["unknown", "undated"]]
    assert codes.tolist() == [0, 1, 0, 2]
    assert parts(ARTICLES, ["day", "week", "quarter"]).iloc[0].tolist() == ["2023-06-01", "2023-W22", "2023-Q2"]


def test_windows_reach_from_the_first_to_the_last_day():
    found = [(str(a.date()), str(b.date()), len(part)) for a, b, part in windows(ARTICLES, days=30, step=30)]
    assert found == [("2023-06-01", "2023-06-30", 2), ("2023-07-01", "2023-07-30", 1)]
    assert list(windows(ARTICLES.iloc[3:])) == []


@pytest.mark.parametrize("wrong", [{"by": "colour"}, {"unit": "pages"}, {"unit": "words"}])
def test_wrong_arguments_are_named(wrong):
    with pytest.raises(SimakError, match="colour|pages|words"):
        prevalence(ISSUES, ARTICLES, **wrong)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing(seed):
    shuffled = prevalence(ISSUES.sample(frac=1, random_state=seed), ARTICLES.sample(frac=1, random_state=seed), "month")
    pd.testing.assert_frame_equal(shuffled, prevalence(ISSUES, ARTICLES, "month"))


def test_the_interval_is_that_of_a_bootstrap_of_whole_groups():
    articles, issues = many()
    row = prevalence(issues, articles, draws=2000).iloc[0]
    held = (
        articles["article_id"]
        .isin(issues["article_id"])
        .groupby(articles["duplicate_group"])
        .agg(["sum", "size"])
        .to_numpy()
    )
    other = stats.bootstrap(
        (held[:, 0], held[:, 1]),
        lambda x, n, axis=-1: x.sum(axis) / n.sum(axis),
        paired=True,
        method="percentile",
        rng=5,
        n_resamples=2000,
    ).confidence_interval
    assert row["low"] == pytest.approx(other.low, abs=0.006)
    assert row["high"] == pytest.approx(other.high, abs=0.006)


def test_where_resampling_shows_no_doubt_wilson_speaks():
    table = prevalence(ISSUES, ARTICLES, codes=["climate"])
    low, high = proportion_confint(0, 3, method="wilson")
    assert rows(table, "share", "low") == [(0.0, pytest.approx(low, abs=1e-12))]
    assert table["high"].item() == pytest.approx(high)
    assert wilson(np.array([0.3]), np.array([10]))[1][0] == pytest.approx(proportion_confint(3, 10, method="wilson")[1])


def test_correction_for_coding_error_is_rogan_and_gladen():
    # An apparent share of 0.5, sensitivity 0.9, specificity 0.8: (0.5 + 0.8 - 1) / (0.9 + 0.8 - 1) = 3/7.
    quality = pd.DataFrame({"issue": ["trade"], "tp": [90], "fn": [10], "tn": [80], "fp": [20]})
    table = prevalence(ISSUES, ARTICLES, codes=["trade", "taiwan"], quality=quality).set_index("issue")
    assert table.loc["trade", "corrected"] == pytest.approx(3 / 7)
    assert table.loc["trade", "corrected_low"] <= 3 / 7 <= table.loc["trade", "corrected_high"]
    assert table.loc["taiwan", "correction"] == "no hand-coded sample" and np.isnan(table.loc["taiwan", "corrected"])


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ({"tp": 3, "fn": 1, "tn": 80, "fp": 2}, "fewer than 10 positives or negatives coded"),
        ({"tp": 10, "fn": 90, "tn": 50, "fp": 50}, "coding no better than chance"),
        ({"tp": 50, "fn": 50, "tn": 100, "fp": 0}, ""),
        ({"tp": 30, "fn": 70, "tn": 100, "fp": 0}, "estimate cut to 0..1"),
    ],
)
def test_where_a_share_cannot_be_corrected_the_table_says_why(sample, reason):
    table = prevalence(ISSUES, ARTICLES, codes=["trade"], quality=pd.DataFrame([{"issue": "trade", **sample}]))
    assert table["correction"].item() == reason


def test_differences_are_those_of_a_regression_with_clustered_errors():
    articles, issues = many()
    table = differences(issues, articles, by="outlet", draws=2000)
    kompas = (articles["outlet"] == "Kompas").astype(float)
    held = articles["article_id"].isin(issues["article_id"]).astype(float)
    groups = {"groups": pd.factorize(articles["duplicate_group"])[0]}
    fit = sm.OLS(held, sm.add_constant(kompas)).fit(cov_type="cluster", cov_kwds=groups)
    row = table.iloc[0]
    assert row["difference"] == pytest.approx(fit.params["outlet"])
    assert (row["low"], row["high"]) == pytest.approx(tuple(fit.conf_int().loc["outlet"]), abs=0.012)
    assert row["p"] < 0.01 and row["q"] < 0.01


def test_differences_from_a_reference_leave_it_out():
    table = differences(ISSUES, ARTICLES, by="outlet", reference="Kompas", codes=["trade"])
    assert rows(table, "outlet", "share", "other") == [("Tempo", 1.0, 0.5), ("unknown", 0.0, 0.5)]
    with pytest.raises(SimakError, match="Antara"):
        differences(ISSUES, ARTICLES, by="outlet", reference="Antara")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_q_values_are_those_of_statsmodels(p):
    assert q_values(np.array(p)) == pytest.approx(multipletests(p, method="fdr_bh")[1])


@given(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))), st.floats(0, 1)
)
def test_exact_p_is_the_hypergeometric_tail(numbers, at):
    n, a, b = numbers
    least, most = max(0, a + b - n), min(a, b)
    count = least + round(at * (most - least))
    expected = stats.hypergeom.sf(count - 1, n, a, b)
    assert exact_p(np.array([count]), n, np.array([a]), np.array([b]))[0] == pytest.approx(
        expected, rel=1e-7, abs=1e-12
    )


def test_resampled_sums_keep_whole_groups_and_bounds_leave_out_what_is_undefined():
    sums = resampled_sums(np.array([[1.0, 2.0], [3.0, 6.0]]), draws=120, seed=3)
    assert sums.shape == (120, 2) and (sums[:, 1] == 2 * sums[:, 0]).all() and set(sums[:, 0]) == {2.0, 4.0, 6.0}
    drawn = np.random.default_rng(0).random((101, 3))
    drawn[5, 1] = drawn[:, 2] = np.nan
    low, high = bounds(drawn)
    assert low[:2] == pytest.approx(np.nanquantile(drawn[:, :2], 0.025, axis=0)) and np.isnan(high[2])
