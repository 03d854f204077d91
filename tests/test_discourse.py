"""Discourse networks small enough to check by hand, and the options of Discourse Network Analyzer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import SimakError
from analysis.measures.discourse import one_mode, statements, two_mode
from analysis.measures.polarisation import kernel_weights, polarisation


def made(*rows: tuple[str, str, str, int, str]) -> pd.DataFrame:
    """Return statements from (article, actor, concept, value, date)."""
    table = pd.DataFrame(rows, columns=["article_id", "actor_id", "concept", "value", "date"])
    table["date"] = pd.to_datetime(table["date"])
    table["quote_id"] = [f"{row.article_id}:{number}" for number, row in enumerate(table.itertuples())]
    return table.assign(duplicate_group=table["article_id"], left_out="")


# Blinken speaks against x twice and for y; Wang against x and against y; Yellen for y, and once neutrally of x.
FOUND = made(
    ("a", "blinken", "x", -1, "2023-06-01"),
    ("b", "blinken", "x", -1, "2023-06-20"),
    ("a", "blinken", "y", 1, "2023-06-01"),
    ("a", "wang", "x", -1, "2023-06-01"),
    ("c", "wang", "y", -1, "2023-07-01"),
    ("c", "yellen", "y", 1, "2023-07-01"),
    ("c", "yellen", "x", 0, "2023-07-01"),
)


def ties(table: pd.DataFrame) -> dict[str, float]:
    return {f"{row.source} {row.target}": row.weight for row in table.itertuples()}


@pytest.mark.parametrize(
    ("aggregation", "blinken_wang", "blinken_yellen", "wang_yellen"),
    [
        ("congruence", 2 * 1, 1 * 1, 0),  # x: two statements times one; y: for and for
        ("conflict", 1 * 1, 0, 1 * 1),  # y: for against against
        ("subtract", 2 - 1, 1, -1),
        ("ignore", 2 * 1 + 1 * 1, 2 * 1 + 1 * 1, 1 * 1 + 1 * 1),  # the neutral statement counts here alone
    ],
)
def test_one_mode_networks_by_hand(aggregation, blinken_wang, blinken_yellen, wang_yellen):
    expected = {"blinken wang": blinken_wang, "blinken yellen": blinken_yellen, "wang yellen": wang_yellen}
    assert ties(one_mode(FOUND, aggregation)) == expected


@pytest.mark.parametrize(
    ("normalisation", "expected"),
    [
        ("none", 2.0),
        ("average", 2 / ((3 + 2) / 2)),
        ("jaccard", 2 / (1 + 1 + 2)),  # y is Blinken's alone, not y Wang's alone, and two matches on not x
        ("cosine", 2 / (np.sqrt(2**2 + 1) * np.sqrt(1 + 1))),
    ],
)
def test_normalisations_by_hand(normalisation, expected):
    assert ties(one_mode(FOUND, normalisation=normalisation))["blinken wang"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("duplicates", "expected"),
    [("include", 3), ("article", 2), ("week", 2), ("month", 1), ("year", 1), ("range", 1)],
)
def test_repeated_statements_count_once_a_period(duplicates, expected):
    again = made(
        *FOUND[["article_id", "actor_id", "concept", "value", "date"]].head(4).itertuples(index=False),
        ("b", "blinken", "x", -1, "2023-06-20"),
    )
    assert ties(one_mode(again, duplicates=duplicates))["blinken wang"] == expected


def test_two_mode_networks_by_hand():
    table = two_mode(FOUND).set_index(["actor_id", "concept"])
    assert table["weight"].unstack().to_numpy().tolist() == [[-2, 1], [-1, -1], [0, 1]]
    assert two_mode(FOUND, "combine").set_index(["actor_id", "concept"])["weight"]["blinken", "x"] == 2
    activity = two_mode(FOUND, "ignore", normalisation="activity").set_index(["actor_id", "concept"])["weight"]
    assert activity["blinken", "x"] == pytest.approx(2 / 3)
    prominence = two_mode(FOUND, "subtract", normalisation="prominence").set_index(["actor_id", "concept"])["weight"]
    assert prominence["blinken", "x"] == pytest.approx(-2 / 4)
    assert table["groups"]["blinken", "x"] == 2 and not table["enough"].any()


def test_the_order_of_rows_changes_nothing():
    for measure in (one_mode, two_mode, polarisation):
        pd.testing.assert_frame_equal(measure(FOUND), measure(FOUND.sample(frac=1, random_state=3)))


def test_intervals_come_from_whole_duplicate_groups():
    rows = [(f"n{i:02d}", actor, "x", -1, "2023-06-01") for i in range(20) for actor in ("blinken", "wang")]
    found = made(*rows)
    row = one_mode(found, draws=200).iloc[0]
    assert row["weight"] == 400 and 0 < row["low"] < row["weight"] and row["enough"]
    one = one_mode(found.assign(duplicate_group="n00")).iloc[0]
    assert np.isnan(one["low"]) and not one["enough"]


QUOTES = pd.DataFrame(
    {
        "quote_id": list("pqrst"), "article_id": ["a", "a", "b", "b", "elsewhere"],
        "actor_id": ["blinken", "blinken", None, "wang", "wang"], "target_id": ["china", None, "china", "us", "us"],
        "sentiment": ["negative", "positive", "negative", "neutral", "negative"],
        "issues": [["trade", "taiwan"], ["trade"], ["trade"], [], ["trade"]],
    }
)  # fmt: skip
ARTICLES = pd.DataFrame(
    {"article_id": ["a", "b"], "duplicate_group": ["a", "b"], "date": pd.to_datetime(["2023-06-01", None])}
)


def test_a_quote_is_a_statement_on_each_issue_toward_its_target():
    table = statements(QUOTES, ARTICLES)
    kept = table[table["left_out"] == ""]
    assert kept[["actor_id", "concept", "value"]].values.tolist() == [
        ["blinken", "taiwan → china", -1],
        ["blinken", "trade → china", -1],
    ]
    assert table["left_out"].value_counts().to_dict() == {"": 2, "no speaker": 1, "no target": 1, "no issue": 1}


def test_issue_or_target_alone_and_neutral_by_choice():
    assert statements(QUOTES, ARTICLES, concept="issue")["left_out"].tolist() == ["", "", "", "no speaker", "no issue"]
    table = statements(QUOTES, ARTICLES, concept="target")
    assert table["left_out"].tolist() == ["", "no target", "no speaker", "neutral"]
    assert statements(QUOTES, ARTICLES, concept="target", neutral=True)["left_out"].tolist()[-1] == ""
    praise = two_mode(table)
    assert praise[["actor_id", "concept", "weight"]].values.tolist() == [["blinken", "china", -1.0]]


def test_an_analysts_positions_take_the_place_of_tone():
    positions = pd.DataFrame({"quote_id": ["p", "s"], "concept": ["decouple"] * 2, "value": [1, 1]})
    table = statements(QUOTES, ARTICLES, positions=positions)
    assert ties(one_mode(table)) == {"blinken wang": 1}
    assert table["left_out"].tolist() == ["", "no position", "no speaker", ""]


def test_kernels_weigh_by_distance_in_time():
    dates = pd.Series(pd.to_datetime(["2023-06-11", "2023-06-16", "2023-06-30", None]))
    weights = {
        k: kernel_weights(dates, pd.Timestamp("2023-06-11"), 20, k).round(3).tolist()
        for k in ("uniform", "triangular", "epanechnikov", "gaussian")
    }
    assert weights["uniform"] == [1, 1, 0, 0] and weights["triangular"] == [1, 0.5, 0, 0]
    assert weights["epanechnikov"] == [1, 0.75, 0, 0] and weights["gaussian"] == [1, 0.882, 0.164, 0]
    weight = kernel_weights(FOUND["date"], pd.Timestamp("2023-06-01"), 60, "triangular")
    near = ties(one_mode(FOUND, weight=weight))["blinken wang"]
    assert near == pytest.approx(1 * (1 + 11 / 30))


def test_polarisation_is_high_where_camps_face_each_other():
    camps = [
        (f"n{i}", actor, concept, value * side, "2023-06-01")
        for i in range(3)
        for side, actors in ((1, ("a", "b", "c")), (-1, ("d", "e", "f")))
        for actor in actors
        for concept, value in (("x", 1), ("y", -1))
    ]
    table = polarisation(made(*camps), draws=10).set_index("measure")
    assert table["value"]["modularity"] == pytest.approx(0.5)
    assert table["value"]["conflict"] == pytest.approx(9 / 15)
    assert table["actors"].tolist() == [6, 6] and table["enough"].all()
    one_camp = polarisation(made(*[row for row in camps if row[1] in "abc"]), draws=10).set_index("measure")
    assert one_camp["value"]["modularity"] == pytest.approx(0, abs=1e-12) and one_camp["value"]["conflict"] == 0


def test_nothing_to_say_gives_empty_tables():
    empty = FOUND.assign(left_out="neutral")
    assert one_mode(empty).empty and two_mode(empty).empty and polarisation(empty).empty


@pytest.mark.parametrize("wrong", [{"aggregation": "agree"}, {"normalisation": "activity"}, {"duplicates": "day"}])
def test_unknown_options_are_named(wrong):
    with pytest.raises(SimakError, match="allowed are"):
        one_mode(FOUND, **wrong)
