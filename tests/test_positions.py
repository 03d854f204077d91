"""Positions of an analyst's codebook: which quotes are for something, and which against it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import SimakError
from analysis.extraction.positions import positions
from analysis.knowledge import Knowledge
from analysis.measures.discourse import one_mode, statements

CODEBOOK = """
trade:
  label: Trade
  label_id: Perdagangan
  definition: Tariffs.
  patterns: [tarif]
  positions:
    higher-tariffs:
      label: Tariffs should rise
      label_id: Tarif harus naik
      yes: [naikkan tarif, <naik> ~2 tarif]
      no: [jangan naikkan tarif, tolak ~3 tarif]
    talks:
      label: Talk first
      label_id: Berunding dulu
      "yes": [perundingan]
"""
SAID = {
    "q": "Kami akan naikkan tarif.",
    "r": "Jangan naikkan tarif lagi; kembali ke perundingan.",
    "s": "Kami tolak semua tarif, tetapi naikkan tarif baja.",
    "t": "Cuaca cerah.",
    "u": "Tarif itu menaikkan harga.",
}
TEXT = " ".join(SAID.values())
QUOTES = pd.DataFrame({"quote_id": list(SAID), "text": list(SAID.values()), "article_id": "a"})
QUOTES["start"] = [TEXT.index(said) for said in SAID.values()]
QUOTES["end"] = QUOTES["start"] + QUOTES["text"].str.len()
TOKENS = pd.DataFrame({"article_id": ["a"], "start": [TEXT.index("menaikkan")], "lemma": ["Naik"]})


@pytest.fixture
def codebook(tmp_path):
    (tmp_path / "own.yml").write_text(CODEBOOK, "utf-8")
    return Knowledge(codebook_file=tmp_path / "own.yml").codebook


def test_yes_and_no_need_no_quotation_marks_and_the_longer_hit_counts(codebook):
    found = positions(QUOTES, TOKENS, codebook)
    assert found.values.tolist() == [
        ["q", "trade: higher-tariffs", 1],
        ["r", "trade: higher-tariffs", -1],
        ["r", "trade: talks", 1],
        ["s", "trade: higher-tariffs", 0],
        ["u", "trade: higher-tariffs", 1],
    ]
    assert positions(QUOTES, TOKENS.head(0), codebook)["quote_id"].tolist() == ["q", "r", "r", "s"]


def test_positions_take_the_place_of_tone_in_networks(codebook):
    quotes = QUOTES.assign(actor_id=["trump", "xi", "yellen", "xi", "vance"], issues=[["korea"]] * 5)
    quotes = quotes.assign(target_id="china", sentiment="negative")
    articles = pd.DataFrame({"article_id": ["a"], "duplicate_group": ["a"], "date": [pd.NaT]})
    found = statements(quotes, articles, positions=positions(quotes, TOKENS, codebook))
    assert found["left_out"].tolist() == ["", "", "", "neutral", "no position", ""]
    ties = one_mode(found, "subtract").set_index(["source", "target"])["weight"]
    assert ties.to_dict() == {("trump", "vance"): 1, ("trump", "xi"): -1, ("vance", "xi"): -1}


def test_no_positions_and_no_quotes_give_an_empty_frame(codebook):
    assert positions(QUOTES, TOKENS, Knowledge().codebook).empty
    empty = positions(QUOTES.head(0), TOKENS, codebook)
    assert empty.empty and empty.columns.tolist() == ["quote_id", "concept", "value"]


@pytest.mark.parametrize("wrong", ["maybe: [tarif]", "yes: ['(.*']", "yes: tarif"])
def test_a_mistake_is_named_with_its_line(tmp_path, wrong):
    (tmp_path / "own.yml").write_text(CODEBOOK.replace("yes: [naikkan tarif, <naik> ~2 tarif]", wrong), "utf-8")
    with pytest.raises(SimakError, match=r"own\.yml' line 1[0-3]"):
        Knowledge(codebook_file=tmp_path / "own.yml").codebook  # noqa: B018
