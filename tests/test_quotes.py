"""Who said what: each case is a sentence of the kind that news is made of, and what must be found."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pandas as pd
import plain
import pytest
from hypothesis import given
from hypothesis import strategies as st
from quote_cases import DIRECT, INDIRECT

from analysis import frames
from analysis.extraction.quotations import quotations
from analysis.extraction.quotes import quotes, words_of
from analysis.knowledge import Knowledge

KNOWLEDGE = Knowledge()
NAMES = {
    "Antony Blinken": ("PER", "antony-blinken"),
    "Blinken": ("PER", "antony-blinken"),
    "Wang Yi": ("PER", "wang-yi"),
    "Trump": ("PER", "donald-trump"),
    "Putin": ("PER", "vladimir-putin"),
    "AS": ("LOC", "united-states"),
    "China": ("LOC", "china"),
    "Rusia": ("LOC", "russia"),
    "Iran": ("LOC", "iran"),
    "Israel": ("LOC", "israel"),
    "Korut": ("LOC", "north-korea"),
    "Washington": ("LOC", "united-states"),
    "Gedung Putih": ("ORG", "white-house"),
    "Kementerian Luar Negeri China": ("ORG", "china-ministry-of-foreign-affairs"),
    "Hamas": ("ORG", "hamas"),
    "PBB": ("ORG", "united-nations"),
    "AFP": ("ORG", "afp"),
    "CNA": ("ORG", "cna"),
    "Reuters": ("ORG", "reuters"),
    "Xinhua": ("ORG", "xinhua"),
}


def found(text: str, title: str | None = None) -> pd.DataFrame:
    """Return the quotes of a text."""
    articles = plain.article(text, title)
    return quotes(articles, plain.sentences(articles), plain.entities(articles, NAMES), KNOWLEDGE)


def told(text: str, title: str | None = None) -> list[tuple[str, str, str | None, str | None]]:
    """Return kind, content, speaker and cue of each quote."""
    return [
        (
            row.kind,
            row.text,
            row.speaker if isinstance(row.speaker, str) else None,
            row.cue if isinstance(row.cue, str) else None,
        )
        for row in found(text, title).itertuples()
    ]


@pytest.mark.parametrize("text", DIRECT)
def test_direct(text: str) -> None:
    assert told(text) == [("direct", *DIRECT[text])]


@pytest.mark.parametrize("text", INDIRECT)
def test_indirect(text: str) -> None:
    assert told(text) == [("indirect", *INDIRECT[text])]


@pytest.mark.parametrize(
    "text",
    [
        "Blinken dan Wang Yi membahas perang di Ukraina.",
        "Trump berharap China mencabut pembatasan itu.",
        "AS ingin China berbuat lebih banyak.",
        "Blinken berencana bertemu Wang Yi di Beijing.",
        "Blinken tahu bahwa China melanggar janji.",
        "Blinken tidak menyebut secara spesifik maskapai itu.",
        "Blinken menolak mengatakan kapan ia akan berangkat.",
        "Pertumbuhan itu dinilai cukup baik bagi China.",
        "Serangan itu dikabarkan menewaskan sepuluh orang.",
        "Blinken mengecam hal itu.",
        "Kebijakan itu menegaskan bahwa konflik semakin rumit.",
        "Program itu dilakukan secara “licik” oleh China.",
        'Film "Perang dan Damai" diputar di Washington.',
        'Ia masuk ke belakang apa yang disebut sebagai "Garis Kuning".',
        "Juru Bicara Gedung Putih tiba di Beijing.",
        "Israel menyerang lagi, yang mendorong Iran untuk membalas.",
        "Tugas Blinken adalah memastikan China menepati janji.",
        "Indonesia kerap diminta untuk berbagi pengalaman.",
        'Blinken menyambut buku "Perang dan Damai", hadiah Wang Yi.',
        "Blinken menyampaikan pengumuman ini sehari setelah bertemu Wang Yi.",
        '"Negeri Paman Sam" mengutuk hal itu.',
    ],
)
def test_no_speech_act(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ('Blinken menyebut langkah itu "sangat berbahaya" bagi AS.', 'langkah itu "sangat berbahaya" bagi AS'),
        ('Blinken mengecam laporan itu sebagai "memalukan dan absurd".', 'laporan itu sebagai "memalukan dan absurd"'),
    ],
)
def test_mixed(text: str, content: str) -> None:
    ((kind, what, speaker, _),) = told(text)
    assert (kind, what, speaker) == ("mixed", content, "Blinken")


def test_content_that_is_one_quotation_is_direct() -> None:
    ((kind, what, _, cue),) = told("Wang Yi mengakui “pengangkatan hambatan sanksi sepihak” dalam komentar itu.")
    assert (kind, what, cue) == ("direct", "pengangkatan hambatan sanksi sepihak", "mengakui")


def test_statement_interrupted_by_its_attribution_is_two_quotes() -> None:
    first, second = told('"Kami siap berunding," kata Blinken di Beijing. "Mereka juga sudah siap."')
    assert [first[1], second[1]] == ["Kami siap berunding", "Mereka juga sudah siap"]
    assert first[2:] == second[2:] == ("Blinken", "kata")


def test_paragraph_of_its_own_continues_the_last_speaker() -> None:
    frame = found('"Kami siap berunding," kata Blinken.\n\n"Mereka juga sudah siap untuk itu."')
    assert frame["actor_id"].tolist() == ["antony-blinken"] * 2
    assert frame.loc[1, ["speaker", "cue"]].isna().all()


def test_attribution_as_a_sentence_of_its_own() -> None:
    frame = found("AS dan China sepakat mengadakan pertemuan puncak. Hal tersebut diungkapkan Blinken pada Senin.")
    assert frame[["text", "speaker", "cue"]].to_numpy().tolist() == [
        ["AS dan China sepakat mengadakan pertemuan puncak", "Blinken", "diungkapkan"]
    ]


def test_attribution_behind_a_quotation_in_the_next_sentence() -> None:
    frame = found('"Kami sudah siap untuk berunding." Demikian disampaikan Blinken pada Senin.')
    assert frame[["kind", "text", "speaker"]].to_numpy().tolist() == [
        ["direct", "Kami sudah siap untuk berunding", "Blinken"]
    ]


def test_two_verbs_share_a_subject() -> None:
    one, two = told("Sejak itu Trump menuduh China melanggar janji, dan mengancam akan mencabut visa.")
    assert (one[1], one[2]) == ("China melanggar janji", "Trump")
    assert (two[1], two[2]) == ("akan mencabut visa", "Trump")


def test_two_people_speak_in_one_sentence() -> None:
    one, two = told("Trump mengatakan China akan mundur, setelah Putin berjanji akan menarik pasukan dari Iran.")
    assert (one[1], one[2]) == ("China akan mundur", "Trump")
    assert (two[1], two[2]) == ("akan menarik pasukan dari Iran", "Putin")


def test_what_is_asked_of_somebody_may_name_two_doings() -> None:
    ((_, what, speaker, _),) = told("Putin meminta Iran untuk menahan diri dan menjelaskan programnya.")
    assert (what, speaker) == ("Iran untuk menahan diri dan menjelaskan programnya", "Putin")


def test_sentence_without_subject_goes_on_with_the_last_speaker() -> None:
    frame = found("Blinken mengatakan China melanggar janji. Dan menambahkan bahwa AS akan bertindak.")
    assert frame["actor_id"].tolist() == ["antony-blinken"] * 2


def test_name_that_the_tagger_missed_is_nobody_else() -> None:
    frame = found("Zaskia Adya tiba di Beijing, Blinken juga. Zaskia Adya mengatakan China melanggar janji.")
    assert frame["actor_id"].tolist()[0].startswith("a#")


def test_headline() -> None:
    title = "AS Tolak Tawaran Putin, Trump: Selesaikan Dulu Perang Itu"
    assert told(title + "\n\nPertemuan itu batal.", title) == [
        ("indirect", "Selesaikan Dulu Perang Itu", "Trump", None)
    ]


def test_headline_that_names_a_topic_holds_no_quote() -> None:
    title = "Profil Antony Blinken: Diplomat yang Gemar Bermain Gitar"
    assert told(title + "\n\nPertemuan itu batal.", title) == []


def test_channel_is_no_speaker() -> None:
    (row,) = found('"Kami siap berunding," kata Blinken, seperti dilansir CNA, Senin.').to_dict("records")
    assert (row["actor_id"], row["channel_id"]) == ("antony-blinken", "cna")


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Blinken mengatakan China melanggar janji. Dia menegaskan AS akan bertindak.", "antony-blinken"),
        ('Blinken mengatakan China melanggar janji. "Kami akan bertindak," ujarnya.', "antony-blinken"),
        (
            "Menteri Luar Negeri AS Antony Blinken tiba di Beijing. Menlu AS itu mengatakan China melanggar janji.",
            "antony-blinken",
        ),
        ("Antony Blinken tiba di Beijing. Ia mengatakan China melanggar janji.", "antony-blinken"),
        (
            "Menlu China Wang Yi bertemu Menlu AS Antony Blinken. Menlu China mengatakan perang harus berhenti.",
            "wang-yi",
        ),
        ("Laporan PBB terbit pada Senin. Laporan itu menyebut sepuluh orang telah tewas.", "united-nations"),
        ("Pemerintah China menyatakan perang harus berhenti.", "china"),
        ("Blinken mengatakan China melanggar janji. Putin marah. Ia menegaskan Rusia tidak takut.", "vladimir-putin"),
        ('Trump memuji langkah China. Blinken tiba di Beijing. "Kami siap berunding," katanya.', "antony-blinken"),
        ("Trump menuduh China. PBB menyatakan perang harus berhenti. Dia meminta China berunding.", "donald-trump"),
        ("Menlu AS mengatakan China melanggar janji.", "united-states-foreign-minister"),
        (
            "Menlu AS mengatakan China berbohong. Menteri Luar Negeri China Wang Yi tiba.",
            "united-states-foreign-minister",
        ),
        ("Mentan mengatakan harga beras turun. Menteri Pertanian Wang Yi tiba di Beijing.", "wang-yi"),
        ("Hamas, sekutu Iran, mengatakan Israel menyerang lagi.", "hamas"),
        (
            "Blinken tiba. Laporan terbaru menyebut Iran menyerang Israel. “Kami siap berunding,” ujarnya.",
            "antony-blinken",
        ),
    ],
)
def test_speaker_is_resolved_by_the_discourse(text: str, actor: str) -> None:
    assert found(text)["actor_id"].tolist()[-1] == actor


def test_unnamed_source_keeps_one_actor() -> None:
    text = 'Seorang pejabat AS mengatakan China melanggar janji. "Kami akan bertindak," kata pejabat tersebut.'
    first, second = found(text)["actor_id"]
    assert first == second
    assert first.startswith("a#")


@pytest.mark.parametrize("seed", range(5))
def test_gold_quotes_of_the_seeds(gold: Path, seed: int) -> None:
    """With the gold names given, three of four gold quotes at least share most of their words with one found."""
    article = json.loads((gold / f"seed{seed}.json").read_text("utf-8"))
    text = article["text"]
    articles = plain.article(text, article["meta"]["title"])
    articles["body"] = [article["body"]]
    names = [
        {
            "article_id": "a",
            "sentence_id": "a",
            "start": m["start"],
            "end": m["end"],
            "text": text[m["start"] : m["end"]],
            "type": m["type"],
            "actor_id": m["actor"],
            "found_by": "model",
            "confidence": 1.0,
        }
        for m in article["mentions"]
    ]
    spans = quotes(articles, plain.sentences(articles), frames.made("entities", names), KNOWLEDGE)
    hits = [
        any(
            min(q["end"], r.end) - max(q["start"], r.start) > 0.6 * max(q["end"] - q["start"], r.end - r.start)
            for r in spans.itertuples()
        )
        for q in article["quotes"]
    ]
    assert sum(hits) >= 0.75 * len(hits)


WORDS = "kata mengatakan bahwa katanya menurut dia yang (9/6) disebut dan tidak menuduh".split()
PHRASES = ["Kami siap", "seperti dilansir", "Hal itu disampaikan", "juru bicara", "\n\n", " "]
PIECES = [*NAMES, *"\"“”',.:—", *WORDS, *PHRASES]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map(" ".join)


@given(texts)
def test_spans_hold_their_words_and_do_not_repeat(text: str) -> None:
    frame = found(text)
    for row in frame.itertuples():
        assert text[row.start : row.end] == row.text != ""
        if isinstance(row.speaker, str):
            assert text[row.speaker_start : row.speaker_end] == row.speaker
        if isinstance(row.cue, str):
            assert text[row.cue_start : row.cue_end] == row.cue
    assert frame["quote_id"].is_unique


@given(st.text(alphabet="ab .\"“”'\n,", max_size=80))
def test_quotations_lie_inside_the_text_without_overlap(text: str) -> None:
    spans = quotations(text, [(0, len(text))], words_of(KNOWLEDGE).attribution)
    assert all(0 <= q.outer_start <= q.start < q.end <= q.outer_end <= len(text) for q in spans)
    assert all(a.outer_end <= b.outer_start for a, b in pairwise(spans))


def test_articles_do_not_influence_each_other() -> None:
    one, two = (
        plain.article("Blinken mengatakan China melanggar janji.", article_id="x"),
        plain.article('"Kami siap berunding," ujarnya. Dia mengatakan perang harus berhenti.', article_id="y"),
    )
    both = pd.concat([one, two], ignore_index=True)
    together = quotes(both, plain.sentences(both), plain.entities(both, NAMES), KNOWLEDGE)
    alone = quotes(two, plain.sentences(two), plain.entities(two, NAMES), KNOWLEDGE)
    pd.testing.assert_frame_equal(together[together["article_id"] == "y"].reset_index(drop=True), alone)
