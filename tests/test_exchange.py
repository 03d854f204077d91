"""Codings that went to INCEpTION or Label Studio and came back are the same."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
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
    path = exchange.to_label_studio([document], tmp_path_factory.mktemp("ls") / "tasks.json", {"trade": "Trade."})
    (back,) = exchange.read(path)
    assert same(back, document)


@given(documents())
def test_inception_there_and_back(tmp_path_factory, document):
    (back,) = exchange.read(exchange.to_inception([document], tmp_path_factory.mktemp("cas"), {"trade": "Trade."}))
    assert same(back, document)


def test_offsets_are_those_that_the_tools_count(tmp_path):
    document = Document(id="a", text="😀 Wang", mentions=[Mention(start=2, end=6, type="PER")])
    task = json.loads(exchange.to_label_studio([document], tmp_path / "t.json", {}).read_text("utf-8"))[0]
    assert task["annotations"][0]["result"][0]["value"]["start"] == 2  # what Label Studio 1.23 highlights and exports
    cas = json.loads((exchange.to_inception([document], tmp_path, {}) / "a.json").read_text("utf-8"))
    assert [f["begin"] for f in cas["%FEATURE_STRUCTURES"] if f["%TYPE"] == exchange.SPAN] == [3]


def test_the_configuration_is_xml_that_names_every_label(tmp_path):
    exchange.to_label_studio([], tmp_path / "t.json", {"trade": 'Trade & "tariffs".', "<&": ""})
    found = {e.get("value"): e.get("hint") for e in ET.parse(tmp_path / "t.config.xml").iter()}
    assert {"PER", "quote", "speaker", "negative", "trade", "<&"} <= found.keys()
    assert found["trade"] == 'Trade & "tariffs".'


def test_inception_gets_its_own_layers_with_tags(tmp_path):
    exchange.to_inception([], tmp_path, {"trade": "Trade."})
    layers = {layer["name"]: layer for layer in json.loads((tmp_path / "layers.json").read_bytes())}
    kinds = {exchange.SPAN: "span", exchange.TIE: "relation", exchange.ISSUE: "document-metadata"}
    assert {name: layer["type"] for name, layer in layers.items()} == kinds
    assert layers[exchange.TIE]["attach_type"] == {"name": exchange.SPAN}
    tags = {feature["name"]: [tag["tag_name"] for tag in (feature["tag_set"] or {"tags": []})["tags"]]
            for layer in layers.values() for feature in layer["features"]}  # fmt: skip
    assert tags["label"][-3:] == ["quote", "speaker", "cue"] and tags["code"] == ["trade"] and tags["actor"] == []


def test_what_goes_to_inception_is_read_by_uimas_own_rules(tmp_path):
    text = "👩\u200d👩\u200d👧 Wang 𝒳 berkata é"
    quote = Quote(start=13, end=22, speaker=Span(start=6, end=10), cue=Span(start=13, end=20), sentiment="negative")
    exchange.to_inception([Document(id="a:0-9", text=text, quotes=[quote], issues=["trade"])], tmp_path, {})
    program = (
        "import cassis, sys; cas = cassis.load_cas_from_json(open(sys.argv[1], encoding='utf-8')); "
        f"print([s.get_covered_text() for s in cas.select('{exchange.SPAN}')], "
        f"[(t.Governor.label, t.Dependent.label) for t in cas.select('{exchange.TIE}')], "
        f"[i.code for i in cas.select('{exchange.ISSUE}')])"
    )
    command = [sys.executable, "-X", "utf8", "-c", program, str(tmp_path / "a~0-9.json")]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    words, ties = ["Wang", "berkata", "berkata é"], [("quote", "speaker"), ("quote", "cue")]
    assert said.strip() == f"{words} {ties} {['trade']}"
    sofa, *rest = json.loads((tmp_path / "a~0-9.json").read_bytes())["%FEATURE_STRUCTURES"]
    units = sofa["sofaString"].encode("utf-16-le")  # as Java counts
    spans = sorted((f["begin"], f["end"]) for f in rest if f["%TYPE"] == exchange.SPAN)
    assert [units[2 * start : 2 * end].decode("utf-16-le") for start, end in spans] == words


def exported(folder, name, text, *structures, by="ani"):
    """Write a CAS as INCEpTION's documentation and source say that it exports one."""
    folder.mkdir(parents=True, exist_ok=True)
    string = {"%RANGE": "uima.cas.String"}
    types = {
        exchange.METADATA: {"%SUPER_TYPE": "uima.tcas.DocumentAnnotation", "documentTitle": string,
                            "documentId": string},
        exchange.SPAN: {"%SUPER_TYPE": "uima.tcas.Annotation", "label": string, "sentiment": string},
        exchange.TIE: {"%SUPER_TYPE": "uima.tcas.Annotation", "Governor": {"%RANGE": exchange.SPAN},
                       "Dependent": {"%RANGE": exchange.SPAN}},
        exchange.ISSUE: {"%SUPER_TYPE": "uima.cas.AnnotationBase", "code": string,
                         "i7n_uiOrder": {"%RANGE": "uima.cas.Integer"}},
    }  # fmt: skip
    for type_, content in types.items():
        for feature, kind in content.items():
            if isinstance(kind, dict):
                content[feature] = {"%NAME": feature, **kind}
        content["%NAME"] = type_
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": text}
    meta = {"%ID": 2, "%TYPE": exchange.METADATA, "@sofa": 1, "begin": 0, "end": len(text.encode("utf-16-le")) // 2,
            "documentTitle": name, "documentId": by}  # fmt: skip
    given = [{"%ID": 3 + number, "@sofa": 1, **fields} for number, fields in enumerate(structures)]
    ids = [fields["%ID"] for fields in (meta, *given)]
    cas = {"%TYPES": types, "%FEATURE_STRUCTURES": [sofa, meta, *given],
           "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": ids}}}  # fmt: skip
    (folder / f"{by}.json").write_text(json.dumps(cas), "utf-8")


def test_a_whole_project_of_inception_comes_back(tmp_path):
    blank = [Document(id=f"a:{number}-9", text="😀 Wang: baik") for number in range(3)]
    (tmp_path / "source").mkdir()
    exchange.to_inception(blank, tmp_path / "source", {})
    (tmp_path / "exportedproject123.json").write_text('{"name": "p"}', "utf-8")
    spans = [{"%TYPE": exchange.SPAN, "begin": 9, "end": 13, "label": "quote", "sentiment": "negative"},
             {"%TYPE": exchange.SPAN, "begin": 3, "end": 7, "label": "speaker"},
             {"%TYPE": exchange.SPAN, "begin": 0, "end": 2},  # one that the coder gave no label
             {"%TYPE": exchange.TIE, "begin": 9, "end": 13, "@Governor": 4, "@Dependent": 3},  # drawn the other way
             {"%TYPE": exchange.ISSUE, "code": "trade", "i7n_uiOrder": 0}]  # fmt: skip
    exported(tmp_path / "annotation" / "a~0-9.json", "a~0-9.json", blank[0].text, *spans)
    exported(tmp_path / "annotation" / "a~1-9.json", "a~1-9.json", blank[1].text)
    exported(tmp_path / "source" / "b~0-9.json", "b~0-9.json", blank[2].text, *spans)  # imported with codes, not coded
    first, second = exchange.read(tmp_path)
    shutil.rmtree(tmp_path / "source" / "b~0-9.json")
    assert (first.id, first.issues, second.id, second.issues) == ("a:0-9", ["trade"], "a:1-9", [])
    (quote,) = first.quotes
    assert (quote.start, quote.end, quote.sentiment, quote.speaker) == (8, 12, "negative", Span(start=2, end=6))
    assert exchange.read(tmp_path / "source") == []  # as they were handed out


def test_two_annotators_of_a_document_are_named_unless_it_was_curated(tmp_path):
    def coded(folder, code, by):
        exported(tmp_path / folder / "a~0-9.json", "a~0-9.json", "baik", {"%TYPE": exchange.ISSUE, "code": code}, by=by)

    coded("annotation", "trade", "ani")
    coded("annotation", "taiwan", "budi")
    with pytest.raises(SimakError, match="ani.json' and '.*budi.json' both code 'a:0-9': curate"):
        exchange.read(tmp_path)
    coded("curation", "conflict", "CURATION_USER")
    assert [(document.id, document.issues) for document in exchange.read(tmp_path)] == [("a:0-9", ["conflict"])]


LABEL_STUDIO = """[
{"id": 26, "annotations": [{"result": [], "was_cancelled": false}], "data": {"id": "e:1-2", "title": "", "text": "a"}},
{"id": 27, "annotations": [{"result": [], "was_cancelled": true}], "data": {"id": "e:3-4", "title": "", "text": "a"}},
{"id": 29, "annotations": [], "predictions": [{"result": []}], "data": {"id": "e:5-6", "title": "", "text": "a"}},
{"id": 37, "annotations": [{"was_cancelled": false, "result": [
 {"value": {"start": 26, "end": 33, "text": "Wang Yi", "labels": ["speaker"]},
  "id": "DDWRyJlD1G", "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual"},
 {"value": {"start": 36, "end": 46, "text": "menyatakan", "labels": ["cue"]},
  "id": "BNGy2Z59Us", "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual"},
 {"value": {"start": 47, "end": 84, "text": "bahwa Taiwan adalah bagian dari China", "labels": ["quote"]},
  "id": "TTxwism4m_", "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual"},
 {"value": {"start": 47, "end": 84, "text": "bahwa Taiwan adalah bagian dari China", "choices": ["negative"]},
  "id": "TTxwism4m_", "from_name": "sentiment", "to_name": "text", "type": "choices", "origin": "manual"},
 {"value": {"start": 47, "end": 84, "text": ["taiwan, trade"]},
  "id": "TTxwism4m_", "from_name": "issues", "to_name": "text", "type": "textarea", "origin": "manual"},
 {"from_id": "TTxwism4m_", "to_id": "BNGy2Z59Us", "type": "relation", "direction": "right"},
 {"from_id": "DDWRyJlD1G", "to_id": "TTxwism4m_", "type": "relation", "direction": "right"},
 {"value": {"choices": ["taiwan"]}, "id": "mWwl2XjhHT", "from_name": "issue", "to_name": "text", "type": "choices"}]}],
 "data": {"id": "e:240-359", "title": "",
 "text": "Menteri Luar Negeri China Wang Yi 😀 menyatakan bahwa Taiwan adalah bagian dari China dan seterusnya."}}]"""


def test_what_label_studio_exports_is_read(tmp_path):
    """An export of Label Studio 1.23.2, coded in its window, shortened."""
    (tmp_path / "export.json").write_text(LABEL_STUDIO, "utf-8")
    empty, coded = exchange.read(tmp_path / "export.json")  # neither the skipped task nor the uncoded one
    assert (empty.id, empty.issues, coded.id, coded.issues) == ("e:1-2", [], "e:240-359", ["taiwan"])
    (quote,) = coded.quotes
    words = [coded.text[span.start : span.end] for span in (quote, quote.speaker, quote.cue)]
    assert words == ["bahwa Taiwan adalah bagian dari China", "Wang Yi", "menyatakan"]
    assert (quote.sentiment, quote.issues) == ("negative", ["taiwan", "trade"])


@pytest.mark.parametrize("told", ['["taiwan", "trade"]', '"taiwan, trade"', "[]"])
def test_a_field_of_label_studio_holds_any_number_of_entries(tmp_path, told):
    (tmp_path / "export.json").write_text(LABEL_STUDIO.replace('["taiwan, trade"]', told), "utf-8")
    (quote,) = exchange.read(tmp_path / "export.json")[1].quotes
    assert quote.issues == ([] if told == "[]" else ["taiwan", "trade"])


def test_what_simak_found_goes_as_a_suggestion_and_hand_coding_as_a_coding(seed_corpus, gold, tmp_path):
    found = json.loads(exchange.to_label_studio(standoff.documents(seed_corpus), tmp_path / "f.json", {}).read_bytes())
    coded = [standoff.document(path) for path in standoff.files(gold)]
    hand = json.loads(exchange.to_label_studio(coded, tmp_path / "h.json", {}).read_bytes())
    assert all("predictions" in task for task in found) and all("annotations" in task for task in hand)


@pytest.mark.parametrize("form", ["inception", "label-studio"])
def test_a_sample_is_coded_blind_and_its_coding_scored(seed_corpus, tmp_path, form):
    sample = sampling.drawn(seed_corpus, 6, {"trade": "Trade."})
    path = codings.handed_out(sample, tmp_path, form)
    files = [path] if path.is_file() else sorted(path.glob("*~*.json"))
    handed = "".join(file.read_text("utf-8") for file in files)
    assert "annotations" not in handed and "predictions" not in handed and exchange.ISSUE not in handed
    coded = [Document(id=unit.unit, text=unit.text, issues=unit.codes[:1]) for unit in sample.units]
    to = {"inception": exchange.to_inception, "label-studio": exchange.to_label_studio}[form]
    marks = codings.read(to(coded, path, sample.meanings), sample)
    done = [unit for unit in sample.units if unit.codes]
    assert len(marks) == len(done)  # the others are as they were handed out
    assert marks.loc[[unit.unit for unit in done], "trade"].tolist() == ["trade" in unit.codes[:1] for unit in done]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1]",
        "{}",
        '[{"id": 1, "annotation_id": 2, "issue": "trade"}]',
        '[{"data": {}, "annotations": [{"result": []}]}]',
    ],
)
def test_another_file_is_said_to_be_none(tmp_path, content):
    (tmp_path / "a.json").write_text(content, "utf-8")
    with pytest.raises(SimakError, match="no export"):
        exchange.read(tmp_path / "a.json")


def test_label_studios_own_library_takes_what_is_written(tmp_path, gold):
    interface = pytest.importorskip("label_studio_sdk.label_interface")
    documents = [standoff.document(path) for path in sorted(gold.glob("*.json"))]
    path = exchange.to_label_studio(documents, tmp_path / "tasks.json", dict.fromkeys(Knowledge().codebook.root, ""))
    own = interface.LabelInterface(path.with_suffix(".config.xml").read_text("utf-8"))
    own.validate()
    for task in json.loads(path.read_text("utf-8")):
        assert own.validate_task({"data": task["data"]})
        assert all(own.validate_annotation(annotation) for annotation in task["annotations"])
