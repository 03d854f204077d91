"""What the shipped models promise to whoever loads them with Stanza alone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sentence_cases import CASES

import analysis

stanza = pytest.importorskip("stanza")

PROCESSORS = [p for p in ("tokenize", "mwt", "pos", "lemma", "ner") if (analysis.MODELS / "id" / p).exists()]


@pytest.fixture(scope="module")
def nlp() -> Callable:
    return stanza.Pipeline(
        "id", dir=str(analysis.MODELS), download_method=None, processors=",".join(PROCESSORS), verbose=False
    )


@pytest.fixture(scope="module")
def sentences(nlp) -> Callable[[str], list[str]]:
    def split(text: str) -> list[str]:
        return [" ".join(s.text.split()) for s in nlp(text).sentences]

    return split


@pytest.fixture(scope="module")
def tokens(nlp) -> Callable[[str], list[str]]:
    def split(text: str) -> list[str]:
        return [t.text for s in nlp(text).sentences for t in s.tokens]

    return split


@pytest.fixture(scope="module")
def names(nlp) -> Callable[[str], set[tuple[str, str]]]:
    def find(text: str) -> set[tuple[str, str]]:
        return {(e.text, e.type) for e in nlp(text).ents}

    return find


# The folder


def test_the_folder_is_a_plain_stanza_resource_folder(nlp):
    assert {"tokenize", "ner"} <= set(nlp.processors)


def test_everything_fits_in_sixty_megabytes():
    assert sum(p.stat().st_size for p in analysis.MODELS.rglob("*") if p.is_file()) < 60e6


def test_every_listed_file_is_there_and_nothing_else():
    listed = json.loads((analysis.MODELS / "resources.json").read_text("utf-8"))["id"]["packages"]["default"]
    there = {p.parent.name: p.stem for p in analysis.MODELS.glob("id/*/*.pt")}
    assert there == listed


def test_text_that_is_split_already_keeps_its_tokens():
    pretokenized = stanza.Pipeline(
        "id", dir=str(analysis.MODELS), download_method=None, tokenize_pretokenized=True,
        processors=",".join(p for p in PROCESSORS if p != "mwt"), verbose=False,
    )  # fmt: skip
    given = [["Menlu", "AS", "Antony", "Blinken", "tiba", "di", "Beijing", "."], ["Ia", "bertemu", "Xi", "."]]
    document = pretokenized(given)
    assert [[t.text for t in s.tokens] for s in document.sentences] == given
    assert ("Antony Blinken", "PER") in {(e.text, e.type) for e in document.ents}


@pytest.mark.parametrize(
    "text",
    [
        "Presiden AS Joe Biden tiba di Bali. Ia bertemu Xi.",
        "“Kami menolak,” kata   Wang Yi\tdi Beijing.\n\nLalu ia pergi.",
        "Harga naik Rp15.115 😀 pada 26.4.2024.",
    ],
)
def test_offsets_point_into_the_text_as_given(nlp, text):
    document = nlp(text)
    for sentence in document.sentences:
        for token in sentence.tokens:
            assert text[token.start_char : token.end_char] == token.text


# Sentences


# Plain Stanza has them as the treebank has, or parts too often; `analysis.language.annotate` mends them
# (tests/test_language.py).
HABITS = {"acronym of a country", "acronym of an organisation", "another acronym", "curly quotation marks",
          "straight quotation marks", "single quotation marks", "time of day", "degrees inside"}  # fmt: skip


@pytest.mark.parametrize("expected", [case for case in CASES if case.id not in HABITS])
def test_sentences_end_where_a_reader_ends_them(sentences, expected):
    assert sentences(" ".join(expected)) == expected


def test_a_paragraph_is_a_hard_border_and_a_heading_needs_no_full_stop(sentences):
    text = "AS dan China Sepakat Bertemu\n\nKedua negara mengumumkannya di Jenewa.\n\nReaksi Pasar\n\nBursa naik."
    assert sentences(text) == text.split("\n\n")


# Tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hubungan AS-China memburuk.", ["Hubungan", "AS", "-", "China", "memburuk", "."]),
        ("Perang Rusia-Ukraina berlanjut.", ["Perang", "Rusia", "-", "Ukraina", "berlanjut", "."]),
        ("Negara-negara anggota hadir.", ["Negara-negara", "anggota", "hadir", "."]),
        ("Musim 2024/2025 dimulai.", ["Musim", "2024/2025", "dimulai", "."]),
    ],
)
def test_a_hyphen_parts_two_countries_and_keeps_one_word_whole(tokens, text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rumahnya besar.", ["Rumah", "nya", "besar", "."]),
        ("Siapakah pemenang berikutnya?", ["Siapa", "kah", "pemenang", "berikutnya", "?"]),
        ("Sebaliknya, ia melangkah walaupun lelah.", ["Sebaliknya", ",", "ia", "melangkah", "walaupun", "lelah", "."]),
    ],
)
def test_clitics_are_words_and_what_only_ends_like_one_is_not(nlp, text, expected):
    assert [w.text for s in nlp(text).sentences for w in s.words] == expected


# Names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Presiden AS Joe Biden bertemu Presiden China Xi Jinping di Bali.",
            {("AS", "LOC"), ("Joe Biden", "PER"), ("China", "LOC"), ("Xi Jinping", "PER"), ("Bali", "LOC")},
            id="titles stay outside, the country in them is a name",
        ),
        pytest.param(
            "Juru bicara Kementerian Luar Negeri China mengatakan hal itu kepada Reuters.",
            {("Kementerian Luar Negeri China", "ORG"), ("Reuters", "ORG")},
            id="the longest span of an organisation",
        ),
        pytest.param(
            "Hubungan AS-China memburuk, kata pejabat China.",
            {("AS", "LOC"), ("China", "LOC")},
            id="two countries joined by a hyphen, and one as an adjective",
        ),
        pytest.param(
            "Presiden RI Prabowo Subianto tiba di Beijing.",
            {("RI", "LOC"), ("Prabowo Subianto", "PER"), ("Beijing", "LOC")},
            id="RI is a country",
        ),
        pytest.param(
            "Pusat Pengendalian dan Pencegahan Penyakit AS (CDC) mengumumkan hal itu.",
            {("Pusat Pengendalian dan Pencegahan Penyakit AS", "ORG"), ("CDC", "ORG")},
            id="a long descriptive name, and its acronym as a name of its own",
        ),
        pytest.param(
            "“Kami menolak,” kata Wang Yi kepada “Global Times”.",
            {("Wang Yi", "PER"), ("Global Times", "ORG")},
            id="a name in quotation marks",
        ),
        pytest.param(
            "CHINA TUDUH AS LANGGAR KESEPAKATAN DAGANG", {("CHINA", "LOC"), ("AS", "LOC")}, id="a heading in capitals"
        ),
    ],
)
def test_names_follow_the_annotation_guidelines(names, text, expected):
    assert names(text) == expected
