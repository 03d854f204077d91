"""What titles and findings may claim: a first place, a shared one, or one that the intervals leave open."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting import small_corpus

from analysis import measures, panels, study, words
from analysis.corpus import Corpus
from analysis.panels.comparison import SURE, Sides
from analysis.panels.places import first_place, headline

LANGUAGES = pytest.mark.parametrize("language", words.LANGUAGES)
CLAIMS = ("issue_shares_title", "actor_shares_title", "speakers_title", "issues_title", "pairs_title", "network_title",
          "same_tone_title", "concepts_title", "topics_title", "finding_issues")  # fmt: skip
NUMBERS = st.integers(0, 20)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=6).map(
    lambda rows: pd.DataFrame(
        [(n, n - below, n + above) for n, below, above in sorted(rows, reverse=True)], columns=["n", "low", "high"]
    )
)


class TestFirstPlace:
    @given(ROWS)
    def test_it_is_shared_alone_or_open(self, rows):
        first, others = rows.iloc[0], rows.iloc[1:].itertuples()
        rivals = [other for other in others if other.high >= first.low]
        shared = any(other.n == first.n for other in rivals)
        assert first_place(rows, "n") == ("tied" if shared else "open" if rivals else "alone")

    @given(ROWS, st.randoms())
    def test_the_order_of_the_others_is_nothing_to_it(self, rows, random):
        rest = list(range(1, len(rows)))
        random.shuffle(rest)
        assert first_place(rows.iloc[[0, *rest]], "n") == first_place(rows, "n")

    @given(ROWS)
    def test_without_intervals_nothing_beats_another(self, rows):
        assert (first_place(rows.assign(low=float("nan"), high=float("nan")), "n") == "alone") == (len(rows) == 1)


@pytest.fixture
def opened(tmp_path):
    """A function that opens sixty articles: all on trade and thirty on Taiwan, all naming both actors."""
    return lambda language="en": study.opened(
        "quotes", source="x", frames=str(small_corpus(tmp_path / "frames", text="Blinken di Beijing.")),
        language=language,
    )  # fmt: skip


class TestHeadline:
    @LANGUAGES
    @pytest.mark.parametrize("key", CLAIMS)
    def test_each_claim_has_words_for_all_three_cases(self, key, language):
        known = words.words(language)
        for name in {key, f"{key}_one"} & set(known):
            assert known[name].rstrip(".").endswith("{order}")
        for name in {f"{key}_tied", f"{key}_tied_one"} & set(known):
            assert "{names}" in known[name] and "{order}" not in known[name]
        assert f"{key}_tied" in known

    @LANGUAGES
    @pytest.mark.parametrize(
        ("counts", "width", "english", "indonesian"),
        [
            ([30, 9], 5, "A is named most: in 30 of 60 articles", "A paling sering disebut: dalam 30 dari 60 artikel"),
            ([30, 29], 5, "30 of 60 articles; the order is not certain", "60 artikel; urutannya belum pasti"),
            ([30, 30, 9], 5, "A and B are named most, equally often", "A dan B paling sering disebut, sama banyak"),
            ([30, 30, 30], 5, "A, B and C are named most", "A, B dan C paling sering disebut"),
            ([30, 30, 30, 30], 5, "A, B and others are named most", "A, B dan lainnya paling sering disebut"),
        ],
    )
    def test_it_says_no_more_than_the_numbers(self, opened, language, counts, width, english, indonesian):
        rows = pd.DataFrame({"label": list("ABCD")[: len(counts)], "count": counts})
        rows = rows.assign(low=rows["count"] - width, high=rows["count"] + width)
        said = headline(opened(language), "actor_shares_title", rows, "count", all=60)
        assert (english if language == "en" else indonesian) in said
        assert ("certain" in said or "pasti" in said) == (counts == [30, 29])

    def test_reports_say_which_case_theirs_is(self, opened):
        report = opened()
        shares = measures.prevalence(report.article_issues, report.corpus.articles)
        named = measures.prevalence(report.corpus.entities, report.corpus.articles, of="actor_id")
        issues = panels.issue_shares(report, shares).html
        assert re.search(r"is the most frequent issue: 60 of 60 articles</b>", issues)
        assert "are named most, equally often: in 60 of 60 articles each" in panels.actor_shares(report, named).html
        assert "speaks most: 60 of 60 statements</b>" in panels.speakers(report, report.corpus.quotes).html


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder with the frames of eighty articles."""
    return small_corpus(tmp_path_factory.mktemp("whole"), text="Blinken di Beijing.", articles=80)


class TestShifts:
    """Forty articles on either side; so many of the first, and of the second, are about trade."""

    def compared(self, whole, one: int, other: int, **given):
        """Return the title of the figure, the findings on issues, and the differences themselves."""
        corpus, report = Corpus.load(whole), study.opened("comparison", source="x", frames=str(whole), **given)
        ids = corpus.articles["article_id"].tolist()
        about = {*ids[:one], *ids[40 : 40 + other]}
        trade = corpus.issues[(corpus.issues["issue"] == "trade") & corpus.issues["article_id"].isin(about)]
        corpus = replace(corpus, issues=trade.reset_index(drop=True), entities=corpus.entities.head(0),
                         quotes=corpus.quotes.head(0))  # fmt: skip
        sides = Sides(("A", "B"), tuple(corpus.filter(article_ids=part) for part in (ids[:40], ids[40:])), edited=False)
        articles = pd.concat([c.articles.assign(side=name) for name, c in zip("AB", sides.corpora, strict=True)])
        found = measures.differences(trade, articles, "side") if about else pd.DataFrame()
        lines = [line for line, _ in panels.comparison_findings(report, sides).data["findings"]]
        return panels.shifts(report, sides, "issues").html, lines, found

    @settings(max_examples=15)
    @given(st.integers(0, 40), st.integers(0, 40))
    def test_one_is_named_only_where_its_interval_leaves_out_zero(self, whole, one, other):
        html, lines, found = self.compared(whole, one, other)
        sure = len(found) and found["q"][0] <= SURE and not found["low"][0] <= 0 <= found["high"][0]
        assert ("Trade differs" in html) == any(line.startswith("Trade:") for line in lines) == bool(sure)
        assert one == other or ("difference is not certain" in html) == (not sure)

    def test_a_difference_that_may_be_chance_is_called_that(self, whole):
        html, lines, _ = self.compared(whole, 20, 24)
        assert "The one difference is not certain" in html and lines == ["Issues: no difference is certain."]
        html, lines, _ = self.compared(whole, 20, 24, language="id")
        assert "Satu-satunya selisih belum pasti" in html and lines == ["Isu: tidak ada selisih yang pasti."]

    def test_a_sure_one_is_named(self, whole):
        html, lines, _ = self.compared(whole, 8, 36)
        assert "differs: 20% of the articles (A), 90% (B)" in html
        assert lines == [line for line in lines if line.endswith("20% of the articles (A), 90% (B).")] != []
