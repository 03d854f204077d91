"""Discourse networks small enough to check by hand, and the options of Discourse Network Analyzer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import SimakError
from analysis.measures.concepts import concept_backbone
from analysis.measures.discourse import one_mode, statements, two_mode
from analysis.measures.networks import network
from analysis.measures.periods import over_time
from analysis.measures.polarisation import polarisation


def made(*rows: tuple[str, str, str, int, str]) -> pd.DataFrame:
    """Return statements from (article, actor, concept, value, date)."""
    table = pd.DataFrame(rows, columns=["article_id", "actor_id", "concept", "value", "date"])
    table["date"] = pd.to_datetime(table["date"])
    table["quote_id"] = [f"{row.article_id}:{number}" for number, row in enumerate(table.itertuples())]
    return table.assign(duplicate_group=table["article_id"], once=table["article_id"], weight=1.0, left_out="")


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
    ("duplicates", "expected"), [("include", 3), ("article", 2), ("week", 2), ("month", 1), ("year", 1), ("range", 1)]
)
def test_repeated_statements_count_once_a_period(duplicates, expected):
    # Blinken criticises China in articles a and b (twice), Wang in a.
    quotes = pd.DataFrame({"quote_id": list("pqrs"), "article_id": list("abba")})
    quotes = quotes.assign(
        actor_id=[*["blinken"] * 3, "wang"], target_id="china", sentiment="negative", issues=[["trade"]] * 4
    )
    dates = pd.to_datetime(["2023-06-01", "2023-06-20"])
    articles = pd.DataFrame({"article_id": ["a", "b"], "duplicate_group": ["a", "b"], "date": dates})
    assert ties(one_mode(statements(quotes, articles, duplicates=duplicates)))["blinken wang"] == expected


def test_two_mode_networks_by_hand():
    table = two_mode(FOUND).set_index(["source", "target"])
    assert table["weight"].unstack().to_numpy().tolist() == [[-2, 1], [-1, -1], [0, 1]]
    assert two_mode(FOUND, "combine").set_index(["source", "target"])["weight"]["blinken", "x"] == 2
    activity = two_mode(FOUND, "ignore", "activity").set_index(["source", "target"])["weight"]
    assert activity["blinken", "x"] == pytest.approx(2 / 3)
    prominence = two_mode(FOUND, "subtract", "prominence").set_index(["source", "target"])["weight"]
    assert prominence["blinken", "x"] == pytest.approx(-2 / 4)
    assert table["groups"]["blinken", "x"] == 2 and not table["enough"].any()


def test_praise_and_criticism_are_networks_from_speaker_to_target():
    table = two_mode(FOUND)
    criticism = network(table, weight="negative", directed=True)
    assert sorted(criticism.edges(data="weight")) == [("blinken", "x", 2.0), ("wang", "x", 1.0), ("wang", "y", 1.0)]
    praise = network(table, weight="positive", directed=True)
    assert sorted(praise.edges) == [("blinken", "y"), ("yellen", "y")]


def test_the_order_of_rows_changes_nothing():
    for measure in (one_mode, two_mode, polarisation):
        pd.testing.assert_frame_equal(measure(FOUND), measure(FOUND.sample(frac=1, random_state=3)))


def test_intervals_come_from_whole_duplicate_groups():
    # Each of twenty articles holds one of them: the tie is a product of two counts of ten.
    rows = [(f"n{i:02d}", ("blinken", "wang")[i % 2], "x", -1, "2023-06-01") for i in range(20)]
    found = made(*rows)
    row = one_mode(found, draws=2000).iloc[0]
    drawn = np.random.default_rng(3).multinomial(20, [0.5, 0.5], 20_000).prod(axis=1)
    assert row["weight"] == 100 and row["enough"]
    assert (row["low"], row["high"]) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=4)
    one = one_mode(found.assign(duplicate_group="n00")).iloc[0]
    assert np.isnan(one["low"]) and not one["enough"]


@pytest.mark.parametrize("once", ["article_id", "range"])
def test_what_counts_once_is_drawn_as_often_as_its_articles_are_on_average(once):
    found = made(*[(f"n{i:02d}", "blinken", "x", -1, "2023-06-01") for i in range(30)])
    found["once"] = found.get(once, once)
    row = two_mode(found, draws=500).iloc[0]
    assert row["weight"] == (-30 if once == "article_id" else -1)
    assert row["low"] - 1e-9 <= row["weight"] <= row["high"] + 1e-9


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
    assert praise[["source", "target", "weight"]].values.tolist() == [["blinken", "china", -1.0]]


def test_an_analysts_positions_take_the_place_of_tone():
    positions = pd.DataFrame({"quote_id": ["p", "s"], "concept": ["decouple"] * 2, "value": [1, 1]})
    table = statements(QUOTES, ARTICLES, positions=positions)
    assert ties(one_mode(table)) == {"blinken wang": 1}
    assert table["left_out"].tolist() == ["", "no position", "no speaker", ""]


@pytest.mark.parametrize(
    ("kernel", "weights"),
    [
        ("uniform", {"a": 1, "b": 1}),
        ("triangular", {"a": 1, "b": 0.5}),
        ("epanechnikov", {"a": 1, "b": 0.75}),
        ("gaussian", {"a": 1, "b": np.exp(-1 / 8), "c": np.exp(-(20**2) / 200)}),
    ],
)
def test_kernels_weigh_by_distance_from_the_middle_of_the_window(kernel, weights):
    # A window of 20 days from noon of 1 June has its middle at midnight of 11 June.
    rows = [("z", "2023-06-01 12:00"), ("a", "2023-06-11 00:00"), ("b", "2023-06-16 00:00"), ("c", "2023-07-01 00:00")]
    found = made(*[(article, "blinken", "x", -1, date) for article, date in rows])

    def seen(part: pd.DataFrame) -> pd.DataFrame:
        return part[["article_id", "weight"]]

    table = over_time(found, seen, days=20, step=100, kernel=kernel)
    first = table[table["window"] == table["window"].iloc[0]].set_index("article_id")["weight"]
    first = first.drop("z", errors="ignore")
    assert first.to_dict() == pytest.approx(weights)


def test_weights_multiply_in_ties_and_undated_statements_stand_for_themselves():
    found = FOUND.assign(weight=FOUND["date"].map(lambda day: 0.5 if day.day == 20 else 1.0))
    assert ties(one_mode(found))["blinken wang"] == 1.5
    undated = FOUND.assign(date=FOUND["date"].where(FOUND["article_id"] != "c"))
    table = over_time(undated, one_mode, days=10, step=10)
    assert table.groupby("window", sort=False)["weight"].sum().to_dict() == {"2023-06-01 – 2023-06-10": 1, "undated": 0}


def test_polarisation_is_high_where_camps_face_each_other():
    camps = [
        (f"n{i}", actor, concept, value * side, "2023-06-01")
        for i in range(3)
        for side, actors in ((1, ("a", "b", "c")), (-1, ("d", "e", "f")))
        for actor in actors
        for concept, value in (("x", 1), ("y", -1))
    ]
    table = over_time(made(*camps), polarisation).set_index("measure")
    assert table["value"]["modularity"] == pytest.approx(0.5)
    assert table["value"]["conflict"] == pytest.approx(9 / 15)
    assert table["actors"].tolist() == [6, 6] and table["enough"].all()
    assert (table["window"] == "2023-06-01 – 2023-08-29").all() and (table["statements"] == 36).all()
    one_camp = polarisation(made(*[row for row in camps if row[1] in "abc"]), draws=10).set_index("measure")
    assert one_camp["value"]["modularity"] == pytest.approx(0, abs=1e-12) and one_camp["value"]["conflict"] == 0


def test_the_concept_backbone_keeps_what_the_network_rests_on():
    # Two camps on x; y repeats x; z ties two actors of different camps, once.
    camps = {"x": {"a": 1, "b": 1, "c": -1, "d": -1}, "y": {"a": 1, "b": 1, "c": -1, "d": -1}, "z": {"b": 1, "c": 1}}
    found = made(*[(c + a, a, c, v, "2023-06-01") for c, actors in camps.items() for a, v in actors.items()])
    table = concept_backbone(found, "congruence", "none").set_index("concept")
    # The whole: ties ab 2, cd 2, bc 1. Laplacians' eigenvalues by numpy, scaled to the sum 1.
    whole = np.linalg.eigvalsh(np.array([[2, -2, 0, 0], [-2, 3, -1, 0], [0, -1, 3, -2], [0, 0, -2, 2.0]])) / 10
    without = {
        "y": np.linalg.eigvalsh(np.array([[1, -1, 0, 0], [-1, 2, -1, 0], [0, -1, 2, -1], [0, 0, -1, 1.0]])) / 6,
        "z": np.array([0, 0, 0.5, 0.5]),
    }
    losses = {concept: np.abs(whole - left).sum() for concept, left in without.items()}
    assert table["size"].tolist() == [2, 1, 0] and table.index[0] == min(losses, key=losses.get)
    assert table["loss"].iloc[0] == pytest.approx(min(losses.values()))
    assert table["loss"].iloc[-1] == pytest.approx(1) and table["redundant_loss"].iloc[-1] == 0
    with pytest.raises(SimakError, match="101 concepts"):
        concept_backbone(made(*[(f"n{i}", "a", f"c{i}", 1, "2023-06-01") for i in range(101)]))


def test_nothing_to_say_gives_empty_tables():
    empty = FOUND.assign(left_out="neutral")
    assert one_mode(empty).empty and two_mode(empty).empty and concept_backbone(empty).empty
    assert polarisation(empty)["value"].isna().all() and not polarisation(empty)["enough"].any()


def test_unknown_options_are_named():
    for wrong in ({"aggregation": "agree"}, {"normalisation": "activity"}):
        with pytest.raises(SimakError, match="allowed are"):
            one_mode(FOUND, **wrong)
    for wrong in ({"duplicates": "day"}, {"concept": "mood"}):
        with pytest.raises(SimakError, match="allowed are"):
            statements(QUOTES, ARTICLES, **wrong)
