"""Issues: what the pattern language means, how sentences, quotes and articles receive codes."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import frames
from analysis.errors import SimakError
from analysis.extraction.issues import coded, coverage, of_articles, uncoded, with_issues
from analysis.extraction.patterns import Words
from analysis.knowledge import Knowledge
from analysis.knowledge.patterns import parsed
from analysis.knowledge.schema import Codebook

NO_TOKENS = frames.made("tokens", [])


def sentences_of(*texts: str, article: str = "a") -> pd.DataFrame:
    rows, at = [], 0
    for text in texts:
        span = {"start": at, "end": at + len(text), "text": text}
        rows.append(
            {"article_id": article, "sentence_id": frames.span_id(article, at, at + len(text)), **span, "paragraph": 0}
        )
        at += len(text) + 1
    return frames.made("sentences", rows)


def found(pattern: str, text: str, lemmas: dict[int, str] | None = None) -> list[str]:
    words = Words([text], None if lemmas is None else [lemmas])
    first, last = words.found(parsed(pattern))
    return [text[words.start[f] : words.end[e]] for f, e in zip(first, last, strict=True)]


def book(tmp_path: Path, text: str) -> Knowledge:
    file = tmp_path / "mine.yml"
    file.write_text(text, "utf-8")
    return Knowledge(codebook_file=file)


def code(name: str, *patterns: str, more: str = "") -> str:
    return f"{name}:\n  label: A\n  label_id: B\n  definition: C\n  patterns: {list(patterns)}\n{more}"


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("perang dagang", "Perang Dagang itu perang, dagang.", ["Perang Dagang", "perang, dagang"]),
        ("mata-mata", "balon mata-mata dan mata mata", ["mata-mata", "mata mata"]),
        ("ancam*", "ancam ancaman mengancam", ["ancam", "ancaman"]),
        ("*ancam", "ancam ancaman mengancam", ["ancam", "mengancam"]),
        ("*ancam*", "diancamkan", ["diancamkan"]),
        ("AS", "AS di atas as roda", ["AS"]),
        ("as", "AS di atas as roda", ["AS", "as"]),
        ("5G", "jaringan 5g dan 5G", ["5g", "5G"]),
        ("sanksi ~2 iran", "sanksi baru AS Iran. Iran kena sanksi", ["sanksi baru AS Iran", "Iran kena sanksi"]),
        ("sanksi ~1 iran", "sanksi jauh dari Iran", []),
        ("tarif", "tarifnya", []),
        ("Piagam PBB", "piagam PBB dan Piagam pbb", ["piagam PBB"]),
    ],
)
def test_what_a_pattern_finds(pattern: str, text: str, hits: list[str]) -> None:
    assert found(pattern, text) == hits


def test_a_lemma_finds_every_form() -> None:
    text = "diserang lalu menyerang"
    assert found("<serang>", text, {0: "serang", 14: "serang"}) == ["diserang", "menyerang"]
    assert found("<serang>", text) == []


def test_a_pattern_does_not_reach_into_the_next_sentence() -> None:
    words = Words(["perang", "dagang"])
    assert len(words.found(parsed("perang dagang"))[0]) == 0
    assert len(words.found(parsed("perang ~5 dagang"))[0]) == 0


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("", "at least one word"),
        ("*", "no word"),
        ("*a", "two letters"),
        ("a(b", "no word"),
        ("a ~3 b ~3 c", "only"),
        ("a ~30 b", "out of range"),
        ("~3 b", "at least one word"),
        ("a b c d e f g h i", "at most 8"),
    ],
)
def test_what_is_no_pattern(pattern: str, word: str) -> None:
    with pytest.raises(ValueError, match=re.escape(word)):
        parsed(pattern)


@given(
    st.lists(st.text(alphabet="ab cAB-.", max_size=12), max_size=6), st.sampled_from(["a", "ab*", "*ab", "*ab*", "AB"])
)
def test_hits_are_what_a_plain_search_finds(texts: list[str], pattern: str) -> None:
    core = pattern.strip("*")

    def fits(word: str) -> bool:
        low = word if pattern.isupper() else word.lower()
        if pattern.startswith("*"):
            return core in low if pattern.endswith("*") else low.endswith(core)
        return low.startswith(core) if pattern.endswith("*") else low == core

    hits = [hit for text in texts for hit in found(pattern, text)]
    assert hits == [m.group() for text in texts for m in re.finditer(r"\w+", text) if fits(m.group())]


def test_a_sentence_has_a_code_once_on_its_first_and_longest_evidence(tmp_path: Path) -> None:
    knowledge = book(tmp_path, code("trade", "tarif", "tarif impor", "dagang"))
    issues = coded(sentences_of("AS: tarif impor dan dagang."), NO_TOKENS, knowledge.codebook)
    assert issues[["issue", "start", "end", "text", "found_by"]].values.tolist() == [
        ["trade", 4, 15, "tarif impor", "tarif impor"]
    ]


def test_an_exclusion_takes_out_what_it_overlaps_and_nothing_else(tmp_path: Path) -> None:
    knowledge = book(tmp_path, code("trade", "tarif", more="  exclude: [tarif listrik]\n"))
    issues = coded(sentences_of("Tarif listrik naik.", "Tarif listrik dan tarif impor."), NO_TOKENS, knowledge.codebook)
    assert issues["start"].tolist() == [38]


def test_parents_receive_what_their_children_have(tmp_path: Path) -> None:
    text = (
        code("asia", "asia")
        + code("korea", "korut", more="  parent: asia\n")
        + code("nuclear", "nuklir", more="  parent: korea\n")
    )
    issues = coded(sentences_of("Uji nuklir."), NO_TOKENS, book(tmp_path, text).codebook)
    assert issues["issue"].tolist() == ["asia", "korea", "nuclear"]
    assert set(issues["found_by"]) == {"nuklir"}


def test_a_hint_counts_only_in_an_article_that_holds_a_pattern(tmp_path: Path) -> None:
    codebook = book(tmp_path, code("diplomacy", "KTT", more="  hints: [bertemu]\n")).codebook
    far = sentences_of("Kedua menteri bertemu.", "KTT dibuka.", article="x")
    football = sentences_of("Kedua tim bertemu.", article="y")
    issues = coded(pd.concat([football, far]), NO_TOKENS, codebook)
    assert issues[["article_id", "text"]].values.tolist() == [["x", "bertemu"], ["x", "KTT"]]


def test_every_mistake_of_a_codebook_has_a_line_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(SimakError) as error:
        book(tmp_path, code("a", "a ~2 b ~2 c", "x*y")).codebook  # noqa: B018
    assert [f"line {n}" in line for n, line in zip((5, 5), str(error.value).split("\n"), strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (code("trade", "tarif", "a(b"), 5, "a(b"),
        (code("Trade", "tarif"), 1, "Trade"),
        (code("trade", "tarif") + code("x", "y", more="  parent: nothing\n"), 11, "no code of this codebook"),
        (code("a", "b", more="  parent: a\n"), 6, "own ancestor"),
        (code("a", "b", more="  colour: red\n"), 6, "colour"),
        ("a:\n  label: A\n  label_id: B\n  definition: C\n  patterns: []\n", 5, "patterns"),
        ("a: [", 2, "not valid YAML"),
    ],
)
def test_mistakes_in_a_codebook_are_told_with_their_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    with pytest.raises(SimakError) as error:
        book(tmp_path, text).codebook  # noqa: B018
    assert f"line {line}" in str(error.value)
    assert word in str(error.value)
    assert "mine.yml" in str(error.value)


def test_order_and_company_do_not_matter() -> None:
    codebook = Knowledge().codebook
    one, two = sentences_of("Tarif Trump.", article="x"), sentences_of("Sanksi atas Iran.", article="y")
    both = coded(pd.concat([one, two]), NO_TOKENS, codebook)
    alone = pd.concat([coded(one, NO_TOKENS, codebook), coded(two, NO_TOKENS, codebook)]).reset_index(drop=True)
    pd.testing.assert_frame_equal(both, alone)


@given(st.lists(st.text(max_size=40), max_size=5))
def test_evidence_is_where_it_says_on_any_text(texts: list[str]) -> None:
    issue = {"label": "A", "label_id": "B", "definition": "C", "patterns": ["tarif", "AI ~2 iran", "*ra*"]}
    sentences = sentences_of(*(text + " tarif AI, Iran" for text in texts))
    raw = " ".join(sentences["text"])
    issues = coded(sentences, NO_TOKENS, Codebook.model_validate({"trade": issue}))
    assert [raw[s:e] for s, e in zip(issues["start"], issues["end"], strict=True)] == issues["text"].tolist()


def quote(start: int, end: int) -> pd.DataFrame:
    empty = frames.made("quotes", [])
    row = dict.fromkeys(empty.columns) | {
        "quote_id": "q",
        "article_id": "a",
        "sentence_id": "s",
        "start": start,
        "end": end,
        "text": "x",
        "kind": "direct",
        "sentiment": "neutral",
        "score": 0.0,
        "tone_words": [],
        "confidence": 1.0,
        "issues": [],
    }
    return frames.made("quotes", [row])


def test_a_quote_inherits_from_its_content_then_its_sentence_then_the_one_before() -> None:
    sentences = sentences_of('Soal Iran, kata dia, "tarif itu".', "Kata dia lagi.")
    issues = coded(sentences, NO_TOKENS, Knowledge().codebook)
    assert with_issues(quote(22, 31), issues, sentences)["issues"].tolist() == [["trade"]]
    assert with_issues(quote(11, 20), issues, sentences)["issues"].tolist() == [["middle-east", "trade"]]
    assert with_issues(quote(34, 40), issues, sentences)["issues"].tolist() == [["middle-east", "trade"]]
    assert with_issues(quote(34, 40), issues.iloc[:0], sentences)["issues"].tolist() == [[]]


def test_a_list_of_topics_in_passing_is_not_what_an_article_is_about() -> None:
    sentences = sentences_of("Mereka membahas Taiwan, fentanyl, Iran, dan tarif.", "Tarif naik lagi.")
    about = of_articles(coded(sentences, NO_TOKENS, Knowledge().codebook), sentences)
    assert about[["issue", "weight"]].values.tolist() == [["trade", 1.25]]


def test_two_sentences_on_the_same_two_topics_are_enough_for_both() -> None:
    both, one = "Tarif itu balasan atas sanksi AS.", "Tarif naik lagi."
    for texts, about in (([both, both], ["sanctions", "trade"]), ([both, one], ["trade"])):
        sentences = sentences_of(*texts, *["Cuaca cerah."] * 10)
        issues = coded(sentences, NO_TOKENS, Knowledge().codebook)
        assert sorted(of_articles(issues, sentences)["issue"]) == about


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Kedua pemimpin menyambut kesepakatan damai itu.", ["diplomacy"]),
        ("Ia memimpin pembicaraan dengan pemimpin Kamboja.", ["diplomacy"]),
        ("Mahasiswa membahas bidang ekonomi dan sosial budaya.", []),
        ("Kedutaan mengimbau warganya untuk pergi.", ["people-exchange"]),
        ("Ia menyinggung Laut China Selatan, Taiwan, Korea Utara.", ["taiwan", "south-china-sea", "korea"]),
        ("Kapal itu melewati Selat Taiwan.", ["taiwan"]),
        ("Ketua Umum Asosiasi Pengusaha menolak; junta tetap berkuasa.", ["domestic-politics"]),
        ("Hot line dibuat untuk mencegah perang nuklir.", ["military-channels"]),
        ("Panas bumi dan geothermal.", ["climate"]),
    ],
)
def test_what_the_shipped_codebook_gives_a_sentence(text: str, codes: list[str]) -> None:
    issues = coded(sentences_of(text), NO_TOKENS, Knowledge().codebook)
    assert issues["issue"].tolist() == codes


@pytest.mark.parametrize(("others", "about"), [(3, ["sanctions", "trade"]), (60, [])])
def test_the_longer_an_article_the_more_of_it_must_be_about_a_code(others: int, about: list[str]) -> None:
    sentences = sentences_of("Tarif itu balasan atas sanksi AS.", *["Cuaca cerah."] * others)
    assert of_articles(coded(sentences, NO_TOKENS, Knowledge().codebook), sentences)["issue"].tolist() == about


def test_articles_without_any_code_are_about_nothing() -> None:
    sentences = sentences_of("Cuaca cerah.")
    assert of_articles(coded(sentences, NO_TOKENS, Knowledge().codebook), sentences).empty


def test_the_shipped_codebook_holds_the_codes_of_the_guidelines(shared: Path) -> None:
    codes = re.findall(r"^\| `([\w-]+)`", (shared / "gold" / "issues.md").read_text("utf-8"), re.MULTILINE)
    assert set(Knowledge().codebook.root) == set(codes)


def test_coverage_lists_every_pattern_with_what_it_catches(tmp_path: Path) -> None:
    knowledge = book(tmp_path, code("trade", "tarif", "dagang", "bea"))
    sentences = sentences_of("Tarif, tarif!", "Perang dagang dan tarif.", "Cuaca cerah.")
    table = coverage(sentences, NO_TOKENS, knowledge.codebook)
    assert table[["pattern", "hits", "sentences", "articles", "alone", "examples"]].values.tolist() == [
        ["tarif", 3, 2, 1, 1, ["Tarif, tarif!"]],
        ["dagang", 1, 1, 1, 0, ["Perang dagang dan tarif."]],
        ["bea", 0, 0, 0, 0, []],
    ]
    assert uncoded(coded(sentences, NO_TOKENS, knowledge.codebook), sentences)["text"].tolist() == ["Cuaca cerah."]
