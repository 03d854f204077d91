"""Shares of coverage: counts, intervals, correction for coding error, differences between parts."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import SimakError
from analysis.measures.inference import bounds, q_values, resampled_sums, wilson
from analysis.measures.periods import numbered, over_time, parts
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
    # by two columns at once
    table = prevalence(ISSUES, ARTICLES, by=["outlet", "month"], codes=["trade"])
    assert rows(table, "outlet", "month", "count", "total")[-1] == ("unknown", "undated", 0, 1)


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


def test_windows_reach_from_the_first_to_the_last_day_and_what_is_undated_has_its_row():
    def size(part: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"articles": [len(part)]})

    table = over_time(ARTICLES, size, days=30, step=30)
    assert rows(table, "window", "articles") == [
        ("2023-06-01 – 2023-06-30", 2),
        ("2023-07-01 – 2023-07-30", 1),
        ("undated", 1),
    ]
    assert over_time(ARTICLES.iloc[3:], size)["window"].tolist() == ["undated"]
    assert over_time(ARTICLES.iloc[:0], size)["articles"].tolist() == [0]
    overlapping = over_time(ARTICLES.iloc[:3], lambda part: prevalence(ISSUES, part, codes=["trade"]), days=60, step=30)
    assert rows(overlapping, "window", "count", "total") == [("2023-06-01 – 2023-07-30", 2, 3)]
    for wrong in ({"days": 0}, {"step": 0}, {"kernel": "cosine"}):
        with pytest.raises(SimakError, match="days=|kernel="):
            over_time(ARTICLES, size, **wrong)


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
    assert "no hand-coded sample" in table.loc["taiwan", "correction"] and np.isnan(table.loc["taiwan", "corrected"])


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ({"tp": 3, "fn": 1, "tn": 80, "fp": 2}, "fewer than 10 positives"),
        ({"tp": 10, "fn": 90, "tn": 50, "fp": 50}, "no better than chance"),
        ({"tp": 50, "fn": 50, "tn": 100, "fp": 0}, ""),
        ({"tp": 30, "fn": 70, "tn": 100, "fp": 0}, "was cut"),
    ],
)
def test_where_a_share_cannot_be_corrected_a_sentence_says_why(sample, reason):
    table = prevalence(ISSUES, ARTICLES, codes=["trade"], quality=pd.DataFrame([{"issue": "trade", **sample}]))
    said = table["correction"].item()
    assert reason in said and (said == "" or said.endswith("."))
    assert table["corrected"].notna().item() == ("Not corrected" not in said)


def test_differences_of_one_criterion_are_those_of_the_shares():
    articles, issues = many()
    shares = prevalence(issues, articles, by="outlet", draws=20).set_index("outlet")["share"]
    row = differences(issues, articles, by="outlet").iloc[0]
    first, other = articles["outlet"].value_counts().index
    assert (row["term"], row["base"]) == (f"outlet[{other}]", pytest.approx(shares[first]))
    assert row["effect"] == pytest.approx(shares[other] - shares[first])
    assert row["low"] < row["effect"] < row["high"] and row["p"] < 0.01 and row["q"] == row["p"] and row["enough"]


def test_several_criteria_are_those_of_a_regression_with_clustered_errors():
    articles, issues = many()
    articles["days"] = (articles["date"] - articles["date"].min()).dt.days.astype(float)
    articles.loc[:9, "days"] = np.nan
    table = differences(issues, articles, by=["outlet", "month", "days"]).set_index("term")
    data = articles.dropna(subset="days").assign(month=articles["date"].dt.strftime("%Y-%m"))
    data["held"] = data["article_id"].isin(issues["article_id"]).astype(float)
    outlet, month = (data[name].value_counts().index[0] for name in ("outlet", "month"))
    formula = f"held ~ C(outlet, Treatment('{outlet}')) + C(month, Treatment('{month}')) + days"
    groups = {"groups": pd.factorize(data["duplicate_group"])[0]}
    fit = smf.ols(formula, data).fit(cov_type="cluster", cov_kwds=groups, use_t=True)
    own = table.loc[sorted(table.index)]
    interval = fit.conf_int().set_axis(["low", "high"], axis=1)
    other = pd.DataFrame({"effect": fit.params, "p": fit.pvalues}).join(interval)
    other = other.drop(index="Intercept").rename(index=lambda name: re.sub(r"C\((\w+),.*\[T\.(.*)\]", r"\1[\2]", name))
    names = ["effect", "low", "high", "p"]
    assert own[names].to_numpy() == pytest.approx(other.loc[own.index, names].to_numpy())
    assert own["q"].to_numpy() == pytest.approx(multipletests(own["p"], method="fdr_bh")[1])


def test_a_formula_crosses_criteria_and_bends_a_trend():
    articles, issues = many()
    articles["days"] = (articles["date"] - articles["date"].min()).dt.days.astype(float)
    table = differences(issues, articles, by="outlet * days")
    assert len(table) == 3 and table["term"].iloc[-1].count(":") == 1
    assert differences(issues, articles, by="outlet + bs(days, df=4)")["effect"].notna().all()


def test_shares_of_sentences_are_weighed_by_their_number():
    table = differences(
        ISSUES, ARTICLES.iloc[:3], "outlet", unit="sentences", sentences=SENTENCES, codes=["trade"], minimum=1
    )
    assert rows(table, "term", "base", "effect") == [("outlet[Tempo]", pytest.approx(1 / 3), pytest.approx(2 / 3))]


def test_terms_with_too_few_groups_are_marked_and_have_no_p():
    table = differences(ISSUES, ARTICLES, by="outlet", codes=["trade"])
    assert rows(table, "term", "effect", "groups", "enough") == [
        ("outlet[Tempo]", pytest.approx(0.5), 1, False),
        ("outlet[unknown]", pytest.approx(-0.5), 1, False),
    ]
    assert table[["low", "high", "p", "q"]].isna().all(axis=None)
    articles, issues = many()
    rare = pd.concat([issues, pd.DataFrame({"article_id": articles["article_id"].head(3), "issue": "rare"})])
    assert differences(rare, articles, by="outlet")["enough"].tolist() == [False, True]


def test_another_value_may_be_compared_with():
    articles, issues = many()
    one, other = (differences(issues, articles, by="outlet", reference=name) for name in ("Kompas", "Tempo"))
    assert rows(one, "term", "effect", "low") == [
        ("outlet[Tempo]", pytest.approx(-other["effect"].item()), pytest.approx(-other["high"].item()))
    ]
    with pytest.raises(SimakError, match="Antara"):
        differences(issues, articles, by="outlet", reference="Antara")


@pytest.mark.parametrize("by", ["colour", "outlet +", "outlet + year", "0 + outlet"])
def test_criteria_that_cannot_be_used_are_named(by):
    with pytest.raises(SimakError, match=re.escape(by)):
        differences(ISSUES, ARTICLES, by=by)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_q_values_are_those_of_statsmodels(p):
    assert q_values(np.array(p)) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_resampled_sums_keep_whole_groups_and_bounds_leave_out_what_is_undefined():
    sums = resampled_sums(np.array([[1.0, 2.0], [3.0, 6.0]]), draws=120, seed=3)
    assert sums.shape == (120, 2) and (sums[:, 1] == 2 * sums[:, 0]).all() and set(sums[:, 0]) == {2.0, 4.0, 6.0}
    drawn = np.random.default_rng(0).random((101, 3))
    drawn[5, 1] = drawn[:, 2] = np.nan
    low, high = bounds(drawn)
    assert low[:2] == pytest.approx(np.nanquantile(drawn[:, :2], 0.025, axis=0)) and np.isnan(high[2])
