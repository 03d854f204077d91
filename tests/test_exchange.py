"""Codings that went to INCEpTION or Label Studio and came back are the same."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import codings, exchange, sampling, standoff
from analysis.errors import SimakError
from analysis.knowledge import Knowledge
from analysis.standoff import Document, Mention, Quote, Span


@st.composite
def documents(draw) -> Document:
    text = draw(st.text(st.sampled_from('ab 𝒳😀é\n<&"'), min_size=8, max_size=40))

    def span():
        start = draw(st.integers(0, len(text) - 1))
        return {"start": start, "end": draw(st.integers(start + 1, len(text)))}

    name = st.sampled_from(["Wang Yi", "<b>", "A, B"])
    mentions = [Mention(**span(), type=draw(st.sampled_from(["PER", "LOC"])), actor=draw(name)) for _ in range(2)]
    cue = draw(st.sampled_from([None, Span(**span())]))
    quote = Quote(**span(), kind="direct", sentiment="negative", speaker_actor=draw(name), target=draw(name),
                  speaker=Span(**span()), cue=cue, issues=["trade"])  # fmt: skip
    issues = draw(st.sampled_from([[], ["trade", "taiwan"]]))
    return Document(id="a:0-9", text=text, mentions=mentions, quotes=[quote], issues=issues)


def same(one: Document, other: Document) -> bool:
    def all_of(doc: Document):
        return (doc.id, doc.text, sorted(map(repr, doc.mentions)), sorted(map(repr, doc.quotes)), doc.issues)

    return all_of(one) == all_of(other)


@given(documents())
def test_label_studio_there_and_back(tmp_path_factory, document):
    path = exchange.to_label_studio([document], tmp_path_factory.mktemp("ls") / "tasks.json", ["trade"])
    (back,) = exchange.read(path)
    assert same(back, document)


@given(documents())
def test_inception_there_and_back(tmp_path_factory, document):
    (back,) = exchange.read(exchange.to_inception([document], tmp_path_factory.mktemp("cas")))
    assert same(back, document)


def test_offsets_are_those_that_the_tools_count(tmp_path):
    document = Document(id="a", text="😀 Wang", mentions=[Mention(start=2, end=6, type="PER")])
    task = json.loads(exchange.to_label_studio([document], tmp_path / "t.json", []).read_text("utf-8"))[0]
    assert task["annotations"][0]["result"][0]["value"]["start"] == 3
    cas = json.loads((exchange.to_inception([document], tmp_path) / "a.json").read_text("utf-8"))
    assert [f["begin"] for f in cas["%FEATURE_STRUCTURES"] if f["%TYPE"] == exchange.SPAN] == [3]


def test_layers_and_configuration_are_xml_that_names_every_label(tmp_path):
    exchange.to_inception([], tmp_path)
    names = {e.text for e in ET.parse(tmp_path / "layers.xml").iter() if e.tag.endswith("name")}
    assert {exchange.SPAN, exchange.TIE, exchange.ISSUE, "sentiment", "Governor"} <= names
    exchange.to_label_studio([], tmp_path / "t.json", ["trade", "<&"])
    values = {e.get("value") for e in ET.parse(tmp_path / "t.config.xml").iter()}
    assert {"PER", "quote", "speaker", "negative", "trade", "<&"} <= values


def test_what_simak_found_goes_as_a_suggestion_and_hand_coding_as_a_coding(seed_corpus, gold, tmp_path):
    found = json.loads(exchange.to_label_studio(standoff.documents(seed_corpus), tmp_path / "f.json", []).read_bytes())
    coded = [standoff.document(path) for path in standoff.files(gold)]
    hand = json.loads(exchange.to_label_studio(coded, tmp_path / "h.json", []).read_bytes())
    assert all("predictions" in task for task in found) and all("annotations" in task for task in hand)


@pytest.mark.parametrize("form", ["inception", "label-studio"])
def test_a_sample_is_coded_blind_and_its_coding_scored(seed_corpus, tmp_path, form):
    sample = sampling.drawn(seed_corpus, 6, {"trade": "Trade."})
    path = codings.handed_out(sample, tmp_path, form)
    files = [path] if path.is_file() else sorted(path.glob("*.json"))
    handed = "".join(file.read_text("utf-8") for file in files)
    assert "annotations" not in handed and "predictions" not in handed and exchange.ISSUE not in handed
    coded = [Document(id=unit.unit, text=unit.text, issues=unit.codes[:1]) for unit in sample.units]
    for_all = (exchange.to_inception(coded, path) if form == "inception"
               else exchange.to_label_studio(coded, path, ["trade"]))  # fmt: skip
    marks = codings.read(for_all, sample)
    done = [unit for unit in sample.units if form == "inception" or unit.codes]
    assert marks.loc[[unit.unit for unit in done], "trade"].tolist() == ["trade" in unit.codes[:1] for unit in done]


@pytest.mark.parametrize("content", ["", "[1]", "{}", '[{"data": {}, "annotations": [{"result": []}]}]'])
def test_another_file_is_said_to_be_none(tmp_path, content):
    (tmp_path / "a.json").write_text(content, "utf-8")
    with pytest.raises(SimakError, match="no export"):
        exchange.read(tmp_path / "a.json")


def test_label_studios_own_library_takes_what_is_written(tmp_path, gold):
    interface = pytest.importorskip("label_studio_sdk.label_interface")
    documents = [standoff.document(path) for path in sorted(gold.glob("*.json"))]
    path = exchange.to_label_studio(documents, tmp_path / "tasks.json", Knowledge().codebook.root)
    own = interface.LabelInterface(path.with_suffix(".config.xml").read_text("utf-8"))
    own.validate()
    for task in json.loads(path.read_text("utf-8")):
        assert own.validate_task({"data": task["data"]})
        assert all(own.validate_annotation(annotation) for annotation in task["annotations"])
