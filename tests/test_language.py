"""Annotation: exact offsets for any text, each paragraph once, whatever batch or order."""

import hashlib
import json
import shutil
import subprocess
import sys
from importlib import import_module

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sentence_cases import CASES, MORE

from analysis import frames
from analysis.errors import SimakError
from analysis.language import batches, glued, layers
from analysis.language.annotate import _BLANK, annotate
from analysis.language.cache import AnnotationCache
from analysis.language.pipeline import MODELS, models_table


def article(text, article_id="a"):
    row = dict.fromkeys(frames.SCHEMAS["articles"].columns)
    row |= {"article_id": article_id, "text": text, "body": [[0, len(text)]], "source_path": "a.txt"}
    return row | {"words": 0, "duplicate_group": article_id, "quality": []}


def articles(*texts):
    return frames.made("articles", [article(text, f"a{n}") for n, text in enumerate(texts)])


WORDS = st.sampled_from(
    [
        "Blinken",
        "bertemu",
        "Xi Jinping",
        "di",
        "AS-China",
        "AS.",
        "“",
        "”",
        '"',
        "\n",
        "\n\n",
        " ",
        ",",
        "Rp15.115",
        "(AS)",
    ]
    + ["\u202e", "\u2066", "\u0301", "\u200d", "🇮🇩", "\x85", "۔", "S.E.", "Dr. H.", "PBB.", "…", "rumahnya"]
    + ["\u0000", "\u200f", "e\u0301", "😀👩‍👩‍👧", "\ufeff", "\t", "\r\n", "\u2028", "a" * 300]
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@settings(max_examples=25)
@given(st.lists(WORDS | st.text(max_size=8), max_size=30).map(" ".join))
@example("")
@example("\x00")
@example("Menlu AS tiba. 😀 " * 3 + "e\u0301" * 40)
def test_offsets_hold_for_any_text(cache, text):
    found = annotate(articles(text), cache=cache)
    for frame in (found.sentences, found.tokens, found.names):
        assert all(
            text[s:e] == surface for s, e, surface in zip(frame["start"], frame["end"], frame["text"], strict=True)
        )


@pytest.mark.parametrize(
    "text", ["Blinken bertemu Wang Yi di Beijing. " * 2_800, "\u200f😀e\u0301" * 25_001], ids=["words", "marks"]
)
def test_a_line_of_100_000_characters_is_read(cache, text):
    found = annotate(articles(text), cache=cache)
    assert found.tokens["end"].max() == len(text.rstrip(" \x00"))
    assert all(
        text[s:e] == t for s, e, t in zip(found.tokens["start"], found.tokens["end"], found.tokens["text"], strict=True)
    )


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "KemluInggristelah menolak.": "Kemlu Inggris telah menolak .",
        "PresidenAmerika Serikat(AS)Donald Trump": "Presiden Amerika Serikat ( AS ) Donald Trump",
        "Recep Tayyip ErdoganmengatakanIranmemiliki hak": "Recep Tayyip Erdogan mengatakan Iran memiliki hak",
        "dilansirAFP, daftarnegara G7yang": "dilansir AFP , daftarnegara G7 yang",
        "PTKeretaApi dan ASPete Hegsethjuga": "PT Kereta Api dan AS Pete Hegseth juga",
        "Donald Trumpakan, besar-besaranIsraelterhadap": "Donald Trump akan , besar-besaran Israel terhadap",
        "YouTube, TikTok dan OpenAI di Shenyang": "YouTube , TikTok dan OpenAI di Shenyang",
        "Wulandari, Suhardi, Brendan, MacBook": "Wulandari , Suhardi , Brendan , MacBook",
    }.items(),
)
def test_words_come_apart_that_lost_the_space_between_them(cache, text, words):
    assert " ".join(annotate(articles(text), cache=cache).tokens["text"]) == words


@given(st.lists(st.sampled_from(["Iran", "telah", "dan", "PBB", "Trump", "yang", "AS", "menolak", "x", "É", "9"])))
def test_a_token_is_the_words_in_it(parts):
    ranks = {"Iran": 600, "telah": 50, "dan": 1, "PBB": 900, "Trump": 600, "AS": 90, "yang": 2, "menolak": 700}
    token = "".join(parts)
    assert "".join(glued.words(token, lambda word: ranks.get(word, float("inf")))) == token


def test_a_line_break_that_was_lost_parts_sentences(cache):
    text = 'AS mengecam Rusia."Kami siap," kata Trump."Mereka tidak."Namun, ia ke RusiaSeperti dilansir AFP, ia marah.'
    found = annotate(articles(text), cache=cache).sentences["text"].tolist()
    assert found == [
        "AS mengecam Rusia.", '"Kami siap," kata Trump.', '"Mereka tidak."', "Namun, ia ke Rusia",
        "Seperti dilansir AFP, ia marah.",
    ]  # fmt: skip


@pytest.mark.parametrize("expected", CASES + MORE)
def test_sentences_end_where_a_reader_ends_them(cache, expected):
    found = annotate(articles(" ".join(expected)), cache=cache)
    assert found.sentences["text"].tolist() == expected


def test_tokens_and_names_lie_in_their_sentences(seed_corpus):
    sentences = seed_corpus.sentences.set_index("sentence_id")
    for frame in (seed_corpus.tokens, seed_corpus.names):
        own = sentences.loc[frame["sentence_id"]]
        assert (frame["start"].to_numpy() >= own["start"].to_numpy()).all()
        assert (frame["end"].to_numpy() <= own["end"].to_numpy()).all()


def test_only_the_body_is_annotated(cache):
    text = "MENU Beranda\nBlinken tiba di Beijing.\nBaca juga: Kabar lain"
    frame = articles(text)
    frame["body"] = [[[13, 38]]]
    assert annotate(frame, cache=cache).sentences["text"].tolist() == ["Blinken tiba di Beijing."]


def test_batch_and_order_change_nothing(seed_corpus, tmp_path):
    reversed_articles = seed_corpus.articles[::-1].reset_index(drop=True)
    found = annotate(reversed_articles, cache=tmp_path)
    for name in ("sentences", "tokens", "names"):
        there = getattr(found, name).sort_values(["article_id", "start"], ignore_index=True)
        here = getattr(seed_corpus, name).sort_values(["article_id", "start"], ignore_index=True)
        pd.testing.assert_frame_equal(there, here)


@settings(max_examples=25)
@given(st.lists(WORDS | st.text(max_size=8), max_size=30).map(lambda words: _BLANK.sub(" ", " ".join(words))))
@example("Kantor www.kemlu.go.id/berita dan humas@kemlu.go.id  dibuka.  Katanya 2  juta orang!!?? ")
@example("Blinken bertemu Wang Yi di Beijing dan menyampaikannya " * 40)
@example('KemluInggristelah menolak."Kami siap," kata Trump."Tidak."Namun, ia ke RusiaSeperti dilansirAFP. Rumahnyadan')
@example("Harga naik. Menlu AS itu pergi ke AS. Ia pulang. " * 60 + "a" * 400)
def test_layers_find_what_the_processors_of_stanza_find(text):
    assert batches.by_layers([text], MODELS) == batches.by_processors([text], MODELS)


def test_lemmas_are_those_of_stanzas_processor_though_words_of_its_dictionary_are_not_shown_to_it(seed_corpus):
    from stanza.models.common.doc import Document

    processor = batches.pipeline(MODELS).processors["lemma"]
    words = sorted({word for text in seed_corpus.articles["text"] for word in text.split()})
    pairs = [
        (word, upos) for word in [*words, "mengglobalisasikan", "Zxqv-nya", "2,5"] for upos in ("NOUN", "VERB", "X")
    ]
    asked = Document([[{"id": n, "text": text, "upos": upos} for n, (text, upos) in enumerate(pairs, 1)]])
    theirs = [word.lemma.lower() for word in processor.process(asked).sentences[0].words]
    assert 0 < sum(processor.trainer.skip_seq2seq(pairs)) < len(pairs)
    assert list(map(batches.lemmas(pairs, processor, {}).get, pairs)) == theirs


def test_models_of_another_build_are_left_to_stanza(cache, monkeypatch):
    text = articles("Menlu AS Antony Blinken tiba di Beijing.")
    by_layers = annotate(text, cache=cache)
    monkeypatch.setattr(layers, "LETTERS", set())
    pd.testing.assert_frame_equal(annotate(text, cache=cache / "other").tokens, by_layers.tokens)


def test_processes_beside_each_other_change_nothing(seed_corpus, tmp_path, monkeypatch):
    room = import_module("analysis.language.batches")
    monkeypatch.setattr(room, "ALONE", 0)
    monkeypatch.setattr(room, "BATCH_CHARACTERS", 2_000)
    found = annotate(seed_corpus.articles, cache=tmp_path, processes=2)
    for name in ("sentences", "tokens", "names"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(seed_corpus, name))


def test_what_is_annotated_once_is_not_annotated_again(tmp_path, monkeypatch):
    first = annotate(articles("Blinken tiba di Beijing."), cache=tmp_path)
    room = import_module("analysis.language.batches")
    monkeypatch.setattr(room, "pipeline", lambda folder: pytest.fail("Stanza was asked again"))
    again = annotate(articles("Blinken tiba di Beijing."), cache=tmp_path)
    pd.testing.assert_frame_equal(first.tokens, again.tokens)


def test_a_damaged_cache_file_is_noticed_and_made_again(tmp_path):
    first = annotate(articles("Blinken tiba di Beijing."), cache=tmp_path)
    (file,) = tmp_path.rglob("*.parquet")
    content = bytearray(file.read_bytes())
    content[40] ^= 1
    file.write_bytes(content)
    again = annotate(articles("Blinken tiba di Beijing."), cache=tmp_path)
    pd.testing.assert_frame_equal(first.tokens, again.tokens)


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert len(annotate(articles("Blinken tiba."), cache=blocked).tokens) == 3


def test_rows_of_copies_stand_once_in_the_cache(tmp_path):
    rows = pd.DataFrame(
        [("k", 0, 0, 2, "as", "PROPN", "S-LOC")], columns=["key", "sentence", "start", "end", "lemma", "upos", "ner"]
    )
    cache = AnnotationCache(tmp_path)
    cache.add(rows)
    cache.add(rows)
    assert len(AnnotationCache(tmp_path).rows(["k"])) == 1


def test_paragraphs_that_stand_far_apart_share_no_batch(monkeypatch):
    monkeypatch.setattr(batches, "WINDOW_CHARACTERS", 100)
    monkeypatch.setattr(batches, "BATCH_CHARACTERS", 40)
    missing = pd.DataFrame({"key": [f"{n:02}" for n in range(30)], "plain": ["x" * (1 + n % 9) for n in range(30)]})
    found = list(batches.batches(missing))
    assert sorted(pd.concat(found)["key"]) == missing["key"].tolist()
    places = [[int(key) for key in batch["key"]] for batch in found]
    assert max(max(batch) - min(batch) for batch in places) < 25
    assert all(batch["plain"].str.len().is_monotonic_increasing for batch in found)


class TestModels:
    @pytest.fixture
    def copy(self, tmp_path):
        return shutil.copytree(MODELS, tmp_path / "models")

    def test_the_shipped_ones_are_whole(self):
        assert set(models_table()["state"]) == {"ok"}

    def test_a_process_that_annotates_imports_no_compiler_of_torch_and_no_reader_of_articles(self):
        code = "import sys; from analysis.language.batches import pipeline; from pathlib import Path; "
        spared = {"torch._dynamo", "analysis.articles", "analysis.frames", "scipy"}
        code += f"pipeline(Path({str(MODELS)!r})); print(*{spared} & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert done.stdout.split() == []

    def test_another_folder_is_taken_from_the_environment(self, copy, monkeypatch, tmp_path):
        monkeypatch.setenv("SIMAK_MODELS", str(copy))
        assert len(annotate(articles("Blinken tiba."), cache=tmp_path).tokens) == 3

    def test_a_missing_file_is_named(self, copy, tmp_path):
        (copy / models_table(copy)["file"].iloc[0]).unlink()
        assert "missing" in set(models_table(copy)["state"])

    def test_a_damaged_file_is_named(self, copy, tmp_path):
        file = copy / models_table(copy).set_index("processor").loc["ner", "file"]
        file.write_bytes(file.read_bytes()[:-100])
        with pytest.raises(SimakError, match=rf"{file.name}.*damaged"):
            annotate(articles("Blinken tiba."), models=copy, cache=tmp_path)

    def test_a_package_as_stanza_downloads_it_is_taken(self, tmp_path):
        """Other names of packages, some never downloaded, and no tagger of names: Stanza has none for Indonesian."""
        made = {"tokenize": "gsd", "mwt": "gsd", "pos": "gsd_nocharlm", "lemma": "gsd_nocharlm", "pretrain": "conll17"}
        resources: dict = {"lang_name": "Indonesian", "default_md5": "0"}
        for processor, package in made.items():
            target = tmp_path / "models" / "id" / processor / f"{package}.pt"
            target.parent.mkdir(parents=True)
            shutil.copyfile(MODELS / "id" / processor / "simak.pt", target)
            needed = [{"model": "pretrain", "package": "conll17"}] if processor == "pos" else []
            entry = {"md5": hashlib.md5(target.read_bytes()).hexdigest(), "dependencies": needed}
            resources[processor] = {package: entry, "csui": {"md5": "1", "license": "CC BY-SA 4.0"}}
        default = {processor: package for processor, package in made.items() if processor != "pretrain"}
        resources |= {"packages": {"default": default, "csui": {"tokenize": "csui"}}, "default_processors": default}
        (tmp_path / "models" / "resources.json").write_text(json.dumps({"id": resources, "ind": {"alias": "id"}}))
        found = annotate(articles("Buku-bukunya ada di rumah."), models=tmp_path / "models", cache=tmp_path)
        assert found.tokens["lemma"].iloc[-2] == "rumah" and found.names.empty

    def test_a_folder_without_models_is_told(self, tmp_path):
        with pytest.raises(SimakError, match=r"resources\.json"):
            annotate(articles("Blinken tiba."), models=tmp_path)
