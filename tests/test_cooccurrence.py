"""Who is named together: units, measures of association, filters, networks."""

from __future__ import annotations

import itertools
from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import frames
from analysis.errors import SimakError
from analysis.measures.cooccurrence import cooccurrence
from analysis.measures.incidence import incidence, mentions
from analysis.measures.inference import log_likelihood
from analysis.measures.networks import backbone, centralities, communities, network, write_network
from analysis.measures.periods import over_time


def made(*sentences: tuple[str, int, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return entities and sentences from (article, paragraph, "names of the sentence")."""
    entities, all_sentences, at = [], [], {}
    for article, paragraph, names in sentences:
        start = at.get(article, 0)
        end = at[article] = start + 10 * len(names.split()) + 10
        sentence = f"{article}:{start}-{end}"
        all_sentences.append((article, sentence, start, end, paragraph))
        for number, name in enumerate(names.split()):
            kind = "PER" if name[0].isupper() else "LOC"
            entities.append((article, sentence, start + 10 * number, start + 10 * number + 5, kind, name))
    return (
        pd.DataFrame(entities, columns=["article_id", "sentence_id", "start", "end", "type", "actor_id"]),
        pd.DataFrame(all_sentences, columns=["article_id", "sentence_id", "start", "end", "paragraph"]),
    )


ENTITIES, SENTENCES = made(
    ("a", 0, "china us Xi"), ("a", 0, ""), ("a", 1, "Xi Biden"), ("a", 1, "us china china"),
    ("b", 0, "china us"), ("b", 0, "taiwan"),
)  # fmt: skip
ACTORS = pd.DataFrame(
    {"actor_id": ["Xi", "Biden", "china", "us", "taiwan"], "country": ["china", "us", "china", None, None]}
)


def counts(table: pd.DataFrame) -> dict[str, int]:
    return {
        f"{source} {target}": n for source, target, n in table[["source", "target", "count"]].itertuples(index=False)
    }


ONCE = {"Biden Xi": 1, "Biden us": 1, "Biden china": 1, "china taiwan": 1, "taiwan us": 1}


@pytest.mark.parametrize(
    ("within", "expected", "units"),
    [
        ("sentence", {"china us": 3, "Xi china": 1, "Xi us": 1, "Biden Xi": 1}, 6),
        ("paragraph", {"china us": 3, "Xi china": 2, "Xi us": 2, **ONCE}, 3),
        ("article", {"china us": 2, "Xi china": 1, "Xi us": 1, **ONCE}, 2),
        (2, {"china us": 3, "Xi china": 2, "Xi us": 2, **ONCE, "Biden Xi": 2}, 4),
    ],
)  # fmt: skip
def test_a_pair_counts_once_a_unit(within, expected, units):
    table = cooccurrence(ENTITIES, within, sentences=SENTENCES, minimum=1)
    assert counts(table) == expected
    assert set(table["units"]) == {units}


def test_within_quotes_only_their_content_counts():
    quotes = pd.DataFrame(
        {"article_id": ["a"], "sentence_id": [SENTENCES["sentence_id"][0]], "start": [0], "end": [16]}
    )
    assert counts(cooccurrence(ENTITIES, "quote", quotes=quotes, minimum=1)) == {"china us": 1}


def test_mentions_are_filtered_by_type_and_country_and_people_count_as_their_country():
    assert counts(cooccurrence(mentions(ENTITIES, types="PER"), minimum=1)) == {"Biden Xi": 1}
    assert counts(cooccurrence(mentions(ENTITIES, ACTORS, countries=["china"]), minimum=1)) == {"Xi china": 1}
    assert counts(cooccurrence(mentions(ENTITIES, ACTORS, roll_up="PER"), minimum=1)) == {"china us": 4}
    both = mentions(ENTITIES, ACTORS, types="PER", countries="us", roll_up=["PER"])
    assert both["actor_id"].tolist() == ["us"] and ENTITIES["actor_id"].nunique() == 5


def test_only_units_with_an_issue_and_pairs_with_support_count():
    issues = pd.DataFrame({"sentence_id": [SENTENCES["sentence_id"][2]], "issue": ["trade"]})
    table = cooccurrence(ENTITIES, "paragraph", sentences=SENTENCES, issues=issues, minimum=1)
    assert set(table["units"]) == {1} and counts(table)["china us"] == 1
    assert cooccurrence(ENTITIES, minimum=9).empty


@given(
    st.lists(st.lists(st.text("abcd ", max_size=6).map(" ".join), min_size=1, max_size=4), min_size=2, max_size=12),
    st.sets(st.integers(1, 11)), st.sets(st.integers(0, 40)), st.sampled_from(["sentence", "paragraph", "article", 2]),
)  # fmt: skip
def test_parts_add_up_to_the_whole_however_they_are_cut(units, borders, others, within):
    """Sentences are cut between articles at some places, mentions at others."""
    told = ((f"n{a:02d}", s // 2, names) for a, unit in enumerate(units) for s, names in enumerate(unit))
    entities, sentences = made(*told)
    articles = pd.DataFrame({"article_id": [f"n{a:02d}" for a in range(1, len(units))]})[::-1]  # one is not spoken of
    articles["duplicate_group"] = articles["article_id"].str.replace("1", "0")
    whole = {"articles": articles, "sentences": sentences, "issues": sentences[["article_id", "sentence_id"]][::2]}
    cut = {name: in_parts(frame, borders if name == "sentences" else others) for name, frame in whole.items()}
    cut["articles"] = articles
    one = cooccurrence(entities, within, minimum=1, draws=20, **whole)
    added = cooccurrence(in_parts(entities, others), within, minimum=1, draws=20, **cut)
    pd.testing.assert_frame_equal(added, one)
    mixed = cooccurrence(entities, within, minimum=1, draws=20, **{**whole, "sentences": cut["sentences"]})
    pd.testing.assert_frame_equal(mixed, one)


def in_parts(frame: pd.DataFrame, borders: set[int]) -> list[pd.DataFrame]:
    """Return parts of a frame that hold whole articles, some of them empty."""
    number = frame["article_id"].str[1:].astype(int)
    ends = [0, *sorted(borders), 99]
    return [frame[(number >= a) & (number < b)] for a, b in itertools.pairwise(ends)]


def test_parts_that_do_not_belong_together_are_refused():
    articles = pd.DataFrame({"article_id": ["a", "b"], "duplicate_group": ["a", "b"]})
    for wrong in ({"sentences": [SENTENCES]}, {"articles": articles}):
        with pytest.raises(SimakError, match="articles|sentences"):
            cooccurrence([ENTITIES], **wrong)
    place = {"articles": articles, "sentences": in_order(SENTENCES)}
    with pytest.raises(SimakError, match="same articles in the same order"):
        cooccurrence(in_order(ENTITIES)[::-1], **place)
    with pytest.raises(SimakError, match="cut the article 'a' in two"):
        cooccurrence([ENTITIES], articles=articles, sentences=[SENTENCES[:1], SENTENCES[1:]])
    for none in ({"entities": [], **place}, {**place, "entities": [ENTITIES], "sentences": []}):
        with pytest.raises(SimakError, match="no part at all"):
            cooccurrence(**none)


def in_order(frame: pd.DataFrame) -> list[pd.DataFrame]:
    return [part for _, part in frame.groupby("article_id")]


def test_what_is_missing_is_named():
    for wrong in ({"within": "page"}, {"within": 0}, {"within": 2.5}, {"within": "paragraph"}, {"within": "quote"}):
        with pytest.raises(SimakError, match="page|0|2.5|sentences|quotes"):
            cooccurrence(ENTITIES, **wrong)
    with pytest.raises(SimakError, match="actors"):
        mentions(ENTITIES, countries=["china"])


@settings(max_examples=15)
@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=5), min_size=2, max_size=25), st.integers(0, 99))
def test_measures_are_those_of_the_textbook_whatever_the_order(units, seed):
    entities, sentences = made(*[(f"n{i % 3}", 0, " ".join(names)) for i, names in enumerate(units)])
    table = cooccurrence(entities, sentences=sentences, minimum=1, draws=5)
    shuffled = cooccurrence(
        entities.sample(frac=1, random_state=seed),
        sentences=sentences.sample(frac=1, random_state=seed),
        minimum=1,
        draws=5,
    )
    pd.testing.assert_frame_equal(table, shuffled)
    sets = [set(names) for names in units]
    found = {pair for names in sets for pair in combinations(sorted(names), 2)}
    assert {(row.source, row.target) for row in table.itertuples()} == found
    for row in table.to_dict("records"):
        x, y = row["source"], row["target"]
        cells = np.array(
            [[sum((x in s) == i and (y in s) == j for s in sets) for j in (True, False)] for i in (True, False)]
        )
        assert row["count"] == cells[0, 0] and row["units"] == len(units)
        assert row["p"] == pytest.approx(stats.fisher_exact(cells, alternative="greater").pvalue)
        if (cells.sum(0) > 0).all() and (cells.sum(1) > 0).all():
            g2 = stats.contingency.chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic
            assert row["log_likelihood"] == pytest.approx(g2, abs=1e-9)
        p_xy, p_x, p_y = cells[0, 0] / len(units), cells[0].sum() / len(units), cells[:, 0].sum() / len(units)
        assert row["npmi"] == pytest.approx(1.0 if p_xy == 1 else np.log(p_xy / (p_x * p_y)) / -np.log(p_xy))
        assert row["jaccard"] == pytest.approx(cells[0, 0] / (cells[0].sum() + cells[:, 0].sum() - cells[0, 0]))


def test_log_likelihood_is_that_of_dunnings_table():
    # Dunning (1993), table 2, "the swiss": 110 of 31 777 bigrams, 2442 others with the first, 111 with the second.
    value = log_likelihood(np.array([110]), np.array([110 + 2442]), np.array([110 + 111]), 110 + 2442 + 111 + 29114)
    assert value[0] == pytest.approx(270.72, abs=0.01)


def test_all_draws_of_an_interval_count():
    """They come in blocks of 50."""
    names = ["a b", "a", "b", "c"]
    entities, _ = made(*((f"n{n:02d}", 0, names[n % 4]) for n in range(60)))
    few, many = (cooccurrence(entities, draws=draws, seed=3)[["low", "high"]].to_numpy() for draws in (50, 250))
    assert np.allclose(few, many, atol=0.1) and (many[:, 1] - many[:, 0] > 0.2).all() and (few != many).all()


def test_intervals_hold_copies_together_and_are_missing_where_three_groups_are_not():
    entities, sentences = made(
        *[(f"n{i}", 0, "china us") for i in range(30)],
        *[(f"n{i}", 0, "china") for i in range(30, 60)],
        *[(f"m{i}", 0, "us") for i in range(20)],
    )
    ids = pd.Index(sorted(set(entities["article_id"])))
    own = pd.DataFrame({"article_id": ids, "duplicate_group": ids})
    free = cooccurrence(entities, articles=own, sentences=sentences).iloc[0]
    copies = cooccurrence(entities, articles=own.assign(duplicate_group=ids.str[:2]), sentences=sentences).iloc[0]
    assert free["low"] < free["npmi"] < free["high"]
    assert copies["high"] - copies["low"] > free["high"] - free["low"]
    one = cooccurrence(entities, articles=own.assign(duplicate_group="n0"), sentences=sentences).iloc[0]
    assert np.isnan(one["low"]) and not one["enough"] and one["groups"] == 1 and one["articles"] == 30


def test_the_last_article_may_name_nobody():
    entities, sentences = made(*((name, 0, "china us") for name in "abcd"), ("z", 0, ""))
    articles = pd.DataFrame({"article_id": list("abcdz"), "duplicate_group": list("abcdz")})
    table = cooccurrence(entities, articles=articles, sentences=sentences)
    assert table["groups"].tolist() == [4] and table["units"].tolist() == [5] and table["low"].notna().all()


def test_over_time_each_window_stands_for_itself_and_undated_articles_too():
    articles = pd.DataFrame({"article_id": ["a", "b", "c"], "duplicate_group": ["a", "b", "c"]})
    articles["date"] = pd.to_datetime(["2023-01-01", "2023-03-01", None])
    more, _ = made(("c", 0, "china us"))
    entities = pd.concat([ENTITIES, more])
    table = over_time(articles, lambda part: cooccurrence(entities, articles=part, minimum=1), days=30, step=30)
    assert table.groupby("window", sort=False)["count"].sum().to_dict() == {
        "2023-01-01 – 2023-01-30": 5, "2023-01-31 – 2023-03-01": 1, "undated": 1,
    }  # fmt: skip
    assert table.columns[:5].tolist() == ["window", "first", "last", "source", "target"]


GRAPH = network(
    pd.DataFrame({"source": list("aaabdde"), "target": list("bcdceff"), "count": [10, 9, 1, 8, 9, 7, 8]}),
    pd.DataFrame({"actor_id": ["a"], "name": ["China"], "type": ["LOC"], "country": [None], "mentions": np.array([7])}),
)


def test_nodes_and_edges_carry_what_is_known():
    assert GRAPH.nodes["a"] == {"label": "China", "type": "LOC", "mentions": 7}
    assert GRAPH["a"]["b"]["weight"] == 10
    with pytest.raises(SimakError, match="npmi"):
        network(pd.DataFrame({"source": [], "target": [], "count": []}), weight="npmi")


def test_directed_and_signed_edges_stay_but_have_no_backbone():
    pairs = pd.DataFrame({"source": ["us", "china"], "target": ["china", "us"], "weight": [-2.0, 1.0]})
    graph = network(pairs, weight="weight", directed=True)
    assert graph["us"]["china"]["weight"] == -2 and graph["china"]["us"]["weight"] == 1
    for measure in (backbone, communities, centralities):
        with pytest.raises(SimakError, match="undirected network with weights above 0"):
            measure(graph)


def test_backbone_is_the_integral_of_serrano_et_al():
    kept = backbone(GRAPH, alpha=0.5)
    for a, b, weight in GRAPH.edges(data="weight"):
        alphas = []
        for node in (a, b):
            k, p = GRAPH.degree(node), weight / GRAPH.degree(node, weight="weight")
            # Equation 2: alpha = 1 - (k - 1) * integral of (1 - x)^(k - 2) from 0 to p.
            steps = np.linspace(0, p, 20_001)
            alphas.append(1 - (k - 1) * np.trapezoid((1 - steps) ** (k - 2), steps) if k > 1 else 1)
        assert kept.has_edge(a, b) == (min(alphas) < 0.5)
        if kept.has_edge(a, b):
            assert kept[a][b]["alpha"] == pytest.approx(min(alphas), abs=1e-6)


def test_communities_are_found_with_their_stability_whatever_the_order():
    table = communities(GRAPH)
    assert table["actor_id"].tolist() == list("abcdef") and table["community"].tolist() == [1, 1, 1, 2, 2, 2]
    assert (table["stability"] > 0.8).all()
    partition = [set("abc"), set("def")]
    assert table["modularity"].iloc[0] == pytest.approx(nx.community.modularity(GRAPH, partition))
    turned = nx.Graph(list(GRAPH.edges(data=True))[::-1])
    pd.testing.assert_frame_equal(table, communities(turned))
    assert communities(nx.Graph()).empty


def test_centralities_are_those_of_networkx_with_intervals_from_the_articles():
    entities, sentences = made(*[(f"n{i}", 0, "a b") for i in range(20)], *[(f"m{i}", 0, "b c") for i in range(10)])
    units = incidence(entities, sentences=sentences)
    graph = network(cooccurrence(entities, sentences=sentences))
    table = centralities(graph, units).set_index(["measure", "actor_id"])
    assert table.loc["strength"]["value"].to_dict() == {"a": 20, "b": 30, "c": 10}
    assert table.loc["betweenness"]["value"].to_dict() == {"a": 0, "b": 1, "c": 0}
    assert table.loc["pagerank"]["value"].to_dict() == pytest.approx(nx.pagerank(graph))
    low, high = table.loc[("strength", "a"), ["low", "high"]]
    assert (low, high) == pytest.approx((20 - 1.96 * np.sqrt(30 * 2 / 9), 20 + 1.96 * np.sqrt(30 * 2 / 9)), abs=2)
    assert centralities(graph)["low"].isna().all()
    for wrong in (incidence(entities, "article"), incidence(entities[entities["actor_id"] != "c"])):
        with pytest.raises(SimakError, match="same options"):
            centralities(network(cooccurrence(entities), weight="jaccard"), wrong)


def test_files_hold_the_graph_with_all_attributes(tmp_path):
    for name, read in (("net.graphml", nx.read_graphml), ("net.gexf", nx.read_gexf)):
        again = read(write_network(backbone(GRAPH, alpha=0.9), tmp_path / name))
        assert again.nodes["a"]["label"] == "China" and again.nodes["a"]["mentions"] == 7
        assert again["a"]["b"]["count"] == 10 and again["a"]["b"]["alpha"] > 0
    known = (
        frames.made("actors", []).reindex(range(2)).assign(actor_id=["china", "us"], name=["China", None], named=True)
    )
    whole = network(cooccurrence(ENTITIES, draws=9), known)
    for name, read in (("net.graphml", nx.read_graphml), ("net.gexf", nx.read_gexf)):
        again = read(write_network(whole, tmp_path / name))
        about = {key: value for key, value in again["china"]["us"].items() if key != "id"}
        assert about == pytest.approx(whole["china"]["us"]) and again.nodes["china"]["named"] is True
        assert about["enough"] is False and again.nodes["us"]["label"] == "us"
    edges = pd.read_csv(write_network(GRAPH, tmp_path / "net.csv"))
    assert edges[["Source", "Target", "weight", "count"]].iloc[0].tolist() == ["a", "b", 10, 10]
    nodes = pd.read_csv(tmp_path / "net-nodes.csv").set_index("Id")
    assert nodes.loc["a", ["label", "type", "mentions"]].tolist() == ["China", "LOC", 7] and len(nodes) == 6
    with pytest.raises(SimakError, match="pajek"):
        write_network(GRAPH, tmp_path / "net.pajek")
