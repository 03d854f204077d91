"""Tone: which words carry it, what turns it, whom it is aimed at."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import frames
from analysis.extraction import reader
from analysis.extraction.targets import targets
from analysis.extraction.tone import implications, tone_hits, toned
from analysis.extraction.training import judging, lessons
from analysis.extraction.training import tone as training
from analysis.knowledge import Knowledge

KNOWLEDGE = Knowledge()
SIDES = {
    "united-states": "united-states",
    "china": "china",
    "trump": "united-states",
    "xi": "china",
    "hamas": "palestine",
    "beijing": "china",
}
KINDS = {"trump": "PER", "xi": "PER", "hamas": "ORG"}
NAMES = {"AS": "united-states", "China": "china", "Trump": "trump", "Xi": "xi", "Hamas": "hamas", "Beijing": "beijing"}


def row(frame: str, /, **filled: Any) -> dict[str, Any]:
    return dict.fromkeys(frames.SCHEMAS[frame].columns) | filled


def case(
    text: str, content: str, cue: str = "", speaker: str | None = None, sentiment: str = "neutral"
) -> tuple[pd.DataFrame, ...]:
    """Return quotes, articles, entities and actors of an article with one quote."""
    at, cue_at = text.index(content), text.index(cue)
    cues = {"cue": cue, "cue_start": cue_at, "cue_end": cue_at + len(cue)} if cue else {}
    quote = row(
        "quotes",
        quote_id="q",
        article_id="a",
        sentence_id="s",
        start=at,
        end=at + len(content),
        text=content,
        kind="indirect",
        actor_id=speaker,
        sentiment=sentiment,
        score=0.0,
        tone_words=[],
        confidence=1.0,
        issues=[],
        **cues,
    )
    article = row(
        "articles",
        article_id="a",
        text=text,
        body=[[0, len(text)]],
        source_path="a",
        words=1,
        duplicate_group="a",
        quality=[],
    )
    found = [
        row(
            "entities",
            article_id="a",
            sentence_id="s",
            start=i,
            end=i + len(name),
            text=name,
            type=KINDS.get(actor, "LOC"),
            actor_id=actor,
            found_by="both",
            confidence=1.0,
        )
        for name, actor in NAMES.items()
        for i in range(len(text))
        if text.startswith(name, i)
    ]
    known = [
        row(
            "actors",
            actor_id=a,
            name=a,
            name_id=a,
            type=KINDS.get(a, "LOC"),
            country=c,
            named=True,
            mentions=1,
            articles=1,
        )
        for a, c in SIDES.items()
    ]
    return (
        frames.made("quotes", [quote]),
        frames.made("articles", [article]),
        frames.made("entities", found),
        frames.made("actors", known),
    )


def tone_of(text: str, content: str, cue: str = "") -> pd.Series:
    quotes, articles, entities, actors = case(text, content, cue)
    return toned(quotes, articles, entities, actors, KNOWLEDGE).iloc[0]


@pytest.mark.parametrize(
    ("text", "group", "sign"),
    [
        ("China melanggar perjanjian", "wrongdoing", -1),
        ("China tidak melanggar perjanjian", "wrongdoing", 1),
        ("kami menyambut baik kunjungan itu", "praise", 1),
        ("kami berharap", "hope", 1),
    ],
)
def test_words_carry_tone_and_negation_turns_it(text: str, group: str, sign: int) -> None:
    hits = tone_hits([text], KNOWLEDGE.tone)
    assert (hits["group"].tolist(), (hits["weight"] * sign > 0).tolist()) == ([group], [True])


def test_hedging_and_contrast_weaken() -> None:
    plain, hedged = tone_hits(["China melanggar", "China mungkin melanggar"], KNOWLEDGE.tone)["weight"]
    assert plain < hedged < 0
    first, second = tone_hits(["China melanggar tetapi menghargai"], KNOWLEDGE.tone)["weight"]
    assert abs(first) < abs(second)


def test_the_longer_phrase_overrules_its_words() -> None:
    assert tone_hits(["perang dagang"], KNOWLEDGE.tone).empty
    assert tone_hits(["gencatan senjata"], KNOWLEDGE.tone)["group"].tolist() == ["peace"]


def test_negation_does_not_reach_into_another_text() -> None:
    assert not tone_hits(["tidak", "melanggar"], KNOWLEDGE.tone)["turned"].any()


def test_reporting_words_imply_what_verbs_yml_says() -> None:
    assert implications(["menuduh", "tegasnya", "menyambut baik", "xyz", None], KNOWLEDGE.verbs) == [
        "accuses",
        "asserts",
        "praises",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "content", "cue", "tone"),
    [
        (
            "Trump menuduh China melanggar perjanjian dagang.",
            "China melanggar perjanjian dagang",
            "menuduh",
            "negative",
        ),
        (
            "Xi memuji kerja sama yang luar biasa dengan AS.",
            "kerja sama yang luar biasa dengan AS",
            "memuji",
            "positive",
        ),
        (
            "Menurut data itu, ekspor tercatat 4,8 persen pada Mei 2025.",
            "ekspor tercatat 4,8 persen pada Mei 2025",
            "Menurut",
            "neutral",
        ),
    ],
)
def test_plain_cases(text: str, content: str, cue: str, tone: str) -> None:
    quote = tone_of(text, content, cue)
    assert quote["sentiment"] == tone
    assert (quote["score"] > 0) == (tone == "positive") or tone == "neutral"
    assert bool(quote["tone_words"]) == (tone != "neutral")


def test_tone_words_are_words_of_the_raw_text() -> None:
    text = "Trump menuduh China melanggar perjanjian dagang."
    quote = tone_of(text, "China melanggar perjanjian dagang", "menuduh")
    assert [text[s:e] for s, e in quote["tone_words"]] == ["menuduh", "melanggar"]
    assert quote["target_id"] == "china"


@pytest.mark.parametrize(
    ("text", "content", "cue", "speaker", "sentiment", "target"),
    [
        ("Trump menuduh China curang.", "China curang", "menuduh", "trump", "negative", "china"),
        ("Trump menuduh China curang.", "China curang", "menuduh", "trump", "neutral", None),
        ("Trump: AS benar, China salah.", "AS benar, China salah", "", "trump", "negative", "china"),
        ("Trump mendesak China agar mundur.", "mundur", "mendesak", "trump", "negative", "china"),
        ("Trump berkata kepada Xi bahwa Hamas jahat.", "Hamas jahat", "berkata", "trump", "negative", "hamas"),
        ("Trump senang tiba di Beijing.", "senang tiba di Beijing", "", "trump", "positive", None),
        ("Soal Hamas. Trump: mereka jahat.", "mereka jahat", "", "trump", "negative", "hamas"),
    ],
)
def test_whom_a_tone_is_aimed_at(
    text: str, content: str, cue: str, speaker: str, sentiment: str, target: str | None
) -> None:
    quotes, *others = case(text, content, cue, speaker, sentiment)
    assert targets(quotes, reader.readings(quotes, *others[:2]), *others, KNOWLEDGE.tone.aim) == [target]


NOTHING = reader.Reading((0.0, 0.0, 0.0), ())


def test_of_two_actors_alike_the_one_is_meant_whose_name_the_reader_takes_for_meant() -> None:
    quotes, *others = case("Trump: China dan Hamas salah.", "China dan Hamas salah", "", "trump", "negative")
    spans = [(row.start, row.end, row.actor_id) for row in others[1].itertuples() if row.actor_id != "trump"]
    for meant in ("china", "hamas"):
        aims = tuple((start, end, 4.0 if actor == meant else -4.0) for start, end, actor in spans)
        assert targets(quotes, [NOTHING._replace(aims=aims)], *others, KNOWLEDGE.tone.aim) == [meant]


@given(st.text(max_size=200), st.text(min_size=1, max_size=100), st.text(max_size=200))
def test_the_pieces_that_are_read_stand_where_they_say(before: str, said: str, after: str) -> None:
    pieces, text = reader._model()[0], before + said + after
    read = reader.window("Judul", text, len(before), len(before) + len(said), pieces)
    letters = [text[a:b] for a, b in zip(read.starts, read.ends, strict=True) if a >= 0]
    assert all(letters)
    within = zip(read.starts[read.said], read.ends[read.said], strict=True)
    assert all(len(before) <= a and b <= len(before) + len(said) for a, b in within if a >= 0)


def test_a_long_statement_with_all_that_stands_around_it_fits_what_the_model_can_read() -> None:
    text = "5 % " * 500
    read = reader.window(text, text, 500, 1_500, reader._model()[0])
    assert len(read.pieces) == reader.PLACES
    assert reader.reading(reader._model()[1], read, []).tone


def test_a_statement_is_read_alike_alone_among_others_and_out_of_the_cache(seed_corpus, tmp_path) -> None:
    asked = (seed_corpus.articles, seed_corpus.entities, tmp_path)
    whole = reader.readings(seed_corpus.quotes, *asked)
    assert reader.readings(seed_corpus.quotes, *asked) == whole
    for row in (0, len(whole) - 1):
        assert reader.readings(seed_corpus.quotes.iloc[[row]], *asked[:2], tmp_path / "other") == [whole[row]]


@settings(max_examples=15)
@given(st.text(min_size=1, max_size=60))
def test_any_text_has_a_tone(text: str) -> None:
    quote = tone_of(text, text)
    assert quote["sentiment"] in frames.SENTIMENTS
    assert -1 <= quote["score"] <= 1


def test_a_text_has_the_tone_words_that_it_has_alone() -> None:
    texts = ["China melanggar tetapi", "menghargai kami", "tidak", "berharap"]
    together = tone_hits(texts, KNOWLEDGE.tone)
    for row_number, text in enumerate(texts):
        alone = tone_hits([text], KNOWLEDGE.tone).drop(columns="row").values.tolist()
        assert together[together["row"] == row_number].drop(columns="row").values.tolist() == alone


class TestHowItIsLearnt:
    def test_every_coded_statement_was_read_by_a_reader_that_had_not_seen_its_article(self):
        labels = training.coded_labels()
        read = training.read_apart(labels)
        assert len(read) == len(labels) > 6_000 and all(len(one.tone) == 3 for one in read)
        assert sum(bool(one.aims) for one in read) > 6_000

    def test_many_statements_are_judged_as_each_alone(self):
        pieces, weights = reader._model()
        text = "Menlu AS Blinken memuji China. Ia menyebut Rusia keliru."
        named = ("AS", "Blinken", "China", "Rusia")
        names = [(text.index(name), text.index(name) + len(name)) for name in named]
        windows = [reader.window("Blinken", text, *span, pieces) for span in ((0, 29), (31, len(text)))]
        examples = [judging.Example(w.pieces, w.said, [w.places(*n) for n in names[: 2 * k]]) for k, w in
                    enumerate(windows, 1)]  # fmt: skip
        tones, aims = judging.read(examples, weights, lessons.OWN)
        for number, window in enumerate(windows):
            alone = reader.reading(weights, window, names[: 2 * number + 2])
            assert tones[number] == pytest.approx(alone.tone, abs=0.1)
            odds = aims[number][:-1] - aims[number][-1]
            assert odds == pytest.approx([aim for *_, aim in alone.aims], abs=0.15)
