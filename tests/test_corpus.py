"""A corpus is an immutable bundle of frames in which every span is a surface of its article."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as an
from analysis import frames
from analysis.corpus import FRAMES
from analysis.errors import SimakError

SPANS = [
    ("sentences", "start", "end", "text"),
    ("tokens", "start", "end", "text"),
    ("names", "start", "end", "text"),
    ("entities", "start", "end", "text"),
    ("issues", "start", "end", "text"),
    ("quotes", "start", "end", "text"),
    ("quotes", "speaker_start", "speaker_end", "speaker"),
    ("quotes", "cue_start", "cue_end", "cue"),
]


def assert_spans_hold(corpus):
    texts = corpus.articles.set_index("article_id")["text"]
    for name, start, end, surface in SPANS:
        rows = getattr(corpus, name).dropna(subset=[start])
        for row in rows[["article_id", start, end, surface]].itertuples(index=False):
            assert texts[row[0]][row[1] : row[2]] == row[3], (name, row)


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_follows_its_schema(seed_corpus, name):
    frame = getattr(seed_corpus, name)
    pd.testing.assert_frame_equal(frame, frames.checked(name, frame))
    assert len(frame) or name == "skipped"


def test_every_span_is_a_surface_of_its_article(seed_corpus):
    assert_spans_hold(seed_corpus)


FRAGMENTS = st.sampled_from(
    [
        "Blinken",
        "Xi Jinping",
        "Menlu AS",
        "China",
        "kata",
        "mengatakan bahwa",
        "menurut",
        "katanya",
        "dia",
        "menuduh",
        "fentanil",
    ]
    + [
        '"',
        "“",
        "”",
        "‘",
        "'",
        "«",
        ",",
        ".",
        ":",
        "\n",
        "\n\n",
        "(AS)",
        "Baca juga:",
        "26/4/2024",
        "27/20/2023",
        "JAKARTA -",
    ]
    + ["\u0000", "\u200f", "e\u0301", "😀", "\ufeff", "\r\n", "\u2028", "<b>", "=1+1"]
)


@settings(max_examples=10)
@given(st.lists(FRAGMENTS | st.text(max_size=6), min_size=1, max_size=60).map(" ".join))
def test_every_span_is_a_surface_whatever_the_text(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("any")
    (folder / "good.txt").write_text("Menlu AS Antony Blinken tiba di Beijing. " * 5, "utf-8")
    (folder / "any.txt").write_bytes(text.encode())
    assert_spans_hold(an.extract(*an.read_articles(folder)))


def test_ids_point_at_rows_that_exist(seed_corpus):
    actors = set(seed_corpus.actors["actor_id"])
    sentences = set(seed_corpus.sentences["sentence_id"])
    for name in ("entities", "quotes"):
        frame = getattr(seed_corpus, name)
        assert set(frame["actor_id"].dropna()) <= actors
        assert set(frame["sentence_id"]) <= sentences
    assert set(seed_corpus.quotes["target_id"].dropna()) <= actors
    assert set(seed_corpus.quotes["channel_id"].dropna()) <= actors
    assert set(seed_corpus.issues["sentence_id"]) <= sentences


def test_a_corpus_cannot_be_changed(seed_corpus):
    with pytest.raises(dataclasses.FrozenInstanceError):
        seed_corpus.articles = seed_corpus.articles.head(1)


class TestFilter:
    def test_keeps_what_was_published_between_two_days(self, seed_corpus):
        kept = seed_corpus.filter(since="2023-01-01", until="2023-12-31")
        assert kept.articles["article_id"].tolist() == ["003_86df517c7eb9afbc"]
        assert set(kept.quotes["article_id"]) == {"003_86df517c7eb9afbc"}

    def test_counts_the_actors_anew(self, seed_corpus):
        kept = seed_corpus.filter(article_ids=["004_249253f47a544ab4"])
        assert set(kept.actors["articles"]) == {1}
        assert kept.actors["mentions"].sum() == len(kept.entities)

    def test_leaves_the_corpus_as_it_was(self, seed_corpus):
        seed_corpus.filter(outlets=["Liputan6.com"])
        assert len(seed_corpus.articles) == 5

    def test_names_the_outlets_when_one_is_unknown(self, seed_corpus):
        with pytest.raises(SimakError, match=r"Koran X.*Liputan6\.com"):
            seed_corpus.filter(outlets=["Koran X"])

    def test_tells_how_a_day_is_written(self, seed_corpus):
        with pytest.raises(SimakError, match=r"since='kemarin'.*2024-04-26"):
            seed_corpus.filter(since="kemarin")


class TestSaving:
    def test_gives_back_the_same_corpus(self, seed_corpus, tmp_path):
        loaded = an.Corpus.load(seed_corpus.save(tmp_path / "saved"))
        for name in FRAMES:
            pd.testing.assert_frame_equal(getattr(loaded, name), getattr(seed_corpus, name))
        assert loaded.made_with == seed_corpus.made_with

    def test_gives_a_saved_frame_in_parts_of_whole_articles(self, seed_corpus, tmp_path, monkeypatch):
        monkeypatch.setattr(frames.parts, "__defaults__", (100,))
        saved = an.Corpus.load(seed_corpus.save(tmp_path))
        parts = list(saved.parts("tokens"))
        pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), seed_corpus.tokens)
        assert len(parts) > 1 and sum(part["article_id"].nunique() for part in parts) == len(seed_corpus.articles)
        assert "tokens" not in vars(saved)
        first = saved.filter(article_ids=[saved.articles["article_id"][0]])
        pd.testing.assert_frame_equal(pd.concat(first.parts("tokens"), ignore_index=True), first.tokens)

    def test_measures_of_its_parts_are_those_of_the_whole(self, seed_corpus, tmp_path, monkeypatch):
        monkeypatch.setattr(frames.parts, "__defaults__", (40,))
        saved, articles = an.Corpus.load(seed_corpus.save(tmp_path)), seed_corpus.articles
        codes = an.of_articles(saved.parts("issues"), saved.parts("sentences"))
        pd.testing.assert_frame_equal(codes, an.of_articles(seed_corpus.issues, seed_corpus.sentences))
        together = an.cooccurrence(saved.parts("entities"), articles=articles, sentences=saved.parts("sentences"))
        whole = an.cooccurrence(seed_corpus.entities, articles=articles, sentences=seed_corpus.sentences)
        pd.testing.assert_frame_equal(together, whole)

    def test_names_the_frame_that_cannot_be_read(self, seed_corpus, tmp_path):
        folder = seed_corpus.save(tmp_path / "saved")
        (folder / "quotes.parquet").write_bytes(b"no parquet")
        with pytest.raises(SimakError, match=r"quotes\.parquet"):
            an.Corpus.load(folder)

    def test_tells_when_the_folder_cannot_be_written(self, seed_corpus, tmp_path):
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(SimakError, match="cannot be written"):
            seed_corpus.save(tmp_path / "file")


def test_the_same_articles_give_the_same_corpus(seed_corpus, seeds):
    again = an.extract(*an.read_articles(seeds))
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(seed_corpus, name))
