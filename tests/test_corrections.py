"""Corrections made while reading: what is written, and that it shows at once as a new extraction would show it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import analysis as an
from analysis import corrections
from analysis.errors import SimakError
from analysis.extraction.tallies import actors
from analysis.knowledge import Knowledge


@pytest.fixture
def own(tmp_path):
    """An analyst's knowledge: a folder with a remark that must survive."""
    (tmp_path / "actors.yml").write_text("# mine\nantony-blinken: {aliases+: [Menlu Blinken]}  # as said\n", "utf-8")
    return Knowledge(tmp_path)


def anew(corpus: an.Corpus, knowledge: Knowledge) -> an.Corpus:
    return an.extract(corpus.articles, corpus.skipped, knowledge)


class TestWriting:
    def test_what_the_analyst_wrote_stays(self, own):
        text = corrections.merge_actors(own, "wang-wenbin", "wang-yi").read_text("utf-8")
        assert text.startswith("# mine\n") and "# as said" in text
        assert own.actors.root["wang-wenbin"].merge_into == "wang-yi"
        assert "Menlu Blinken" in own.actors.root["antony-blinken"].aliases
        assert "Blinken" in own.actors.root["antony-blinken"].aliases

    def test_a_second_pattern_stands_beside_the_first(self, own):
        for pattern in ("kopi luwak", "NO"):
            corrections.add_pattern(own, "trade", pattern)
        patterns = own.codebook.root["trade"].patterns
        assert patterns[-2:] == ["kopi luwak", "NO"] and len(patterns) > 3

    def test_a_codebook_that_replaces_the_shipped_one_is_written_itself(self, own, tmp_path):
        book = tmp_path / "book.txt"
        book.write_text("kopi: {label: Coffee, label_id: Kopi, definition: d, patterns: [kopi]}\n", "utf-8")
        whole = Knowledge(codebook_file=book)
        assert corrections.add_pattern(whole, "kopi", "teh") == book
        assert whole.codebook.root["kopi"].patterns == ["kopi", "teh"]

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (lambda own: corrections.merge_actors(own, "wang-yi", "wang-yi"), "one actor already"),
            (lambda own: corrections.merge_actors(own, "wang-yi", "Qin Gang"), "merge_into"),
            (lambda own: corrections.reattribute(own, "a:0-9", "Qin Gang"), "actor_id"),
            (lambda own: corrections.add_pattern(own, "nothing", "kopi"), "'nothing' is no code"),
            (lambda own: corrections.add_pattern(own, "trade", "(a+)+"), "no pattern"),
            (lambda own: corrections.add_pattern(own, "trade", "tarif"), "already"),
            (lambda own: corrections.add_pattern(Knowledge(), "trade", "kopi"), "no folder of your own"),
        ],
    )
    def test_what_cannot_be_written_is_said(self, own, wrong, said):
        before = {path: path.read_bytes() for path in own.folder.iterdir()}
        with pytest.raises(SimakError, match=said):
            wrong(own)
        assert {path: path.read_bytes() for path in own.folder.iterdir()} == before

    def test_a_file_that_is_wrong_is_not_written_over(self, own):
        (own.folder / "codebook.yml").write_text("trade: {patterns+: 7}\n", "utf-8")
        with pytest.raises(SimakError, match="line 1"):
            corrections.add_pattern(own, "trade", "kopi")
        assert (own.folder / "codebook.yml").read_text("utf-8") == "trade: {patterns+: 7}\n"


class TestSeenAtOnce:
    def test_nothing_corrected_changes_nothing(self, seed_corpus):
        same = corrections.corrected(seed_corpus, Knowledge())
        for name in ("entities", "actors", "issues", "quotes"):
            pd.testing.assert_frame_equal(getattr(same, name), getattr(seed_corpus, name))

    def test_a_merge(self, seed_corpus, own):
        corrections.merge_actors(own, "wang-yi", "antony-blinken")
        seen = corrections.corrected(seed_corpus, own)
        assert "wang-yi" not in {*seen.entities["actor_id"], *seen.quotes["actor_id"], *seen.actors["actor_id"]}
        pd.testing.assert_frame_equal(seen.entities, anew(seed_corpus, own).entities)
        pd.testing.assert_frame_equal(seen.actors, actors(seen.entities, seen.quotes, own))

    def test_a_pattern(self, seed_corpus, own):
        corrections.add_pattern(own, "trade", "menteri*")
        seen, again = corrections.corrected(seed_corpus, own, [("trade", "menteri*")]), anew(seed_corpus, own)
        assert len(seen.issues) > len(seed_corpus.issues)
        pd.testing.assert_frame_equal(seen.issues, again.issues)
        assert seen.quotes["issues"].tolist() == again.quotes["issues"].tolist()

    def test_a_speaker_also_one_that_no_article_names(self, seed_corpus, own):
        quote = seed_corpus.quotes["quote_id"][0]
        corrections.reattribute(own, quote, "luhut-pandjaitan")
        for corpus in (corrections.corrected(seed_corpus, own), anew(seed_corpus, own)):
            assert corpus.quotes.set_index("quote_id")["actor_id"][quote] == "luhut-pandjaitan"
            assert "luhut-pandjaitan" in set(corpus.actors["actor_id"])
            pd.testing.assert_frame_equal(corpus.actors, actors(corpus.entities, corpus.quotes, own))

    def test_the_corpus_itself_never_changes(self, seed_corpus, own):
        before = replace(seed_corpus, quotes=seed_corpus.quotes.copy(), entities=seed_corpus.entities.copy())
        corrections.merge_actors(own, "wang-yi", "antony-blinken")
        corrections.corrected(seed_corpus, own)
        pd.testing.assert_frame_equal(seed_corpus.quotes, before.quotes)
        pd.testing.assert_frame_equal(seed_corpus.entities, before.entities)
