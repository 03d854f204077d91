"""One JSON an article: what is written can be read back, by Simak and by others."""

from __future__ import annotations

import json
import os
import stat

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import SimakError, standoff
from analysis.frames import MENTION_TYPES, QUOTE_KINDS, SCHEMAS, SENTIMENTS

LABELS = ["China", "Antony Blinken", "unnamed US officials", "Kata “Data”", "a/b"]


@st.composite
def codings(draw):
    """Documents with arbitrary text and spans, as another coder might write them."""
    text = draw(st.text(min_size=1, max_size=60))
    offset = st.integers(0, len(text))

    def span(**fields):
        start, end = sorted((draw(offset), draw(offset)))
        return {"start": start, "end": end, "surface": text[start:end], **fields}

    def quote():
        return span(
            kind=draw(st.sampled_from(QUOTE_KINDS)),
            speaker=draw(st.none() | st.just(span())),
            cue=draw(st.none() | st.just(span())),
            speaker_actor=draw(st.none() | st.sampled_from(LABELS)),
            sentiment=draw(st.sampled_from(SENTIMENTS)),
            target=draw(st.none() | st.sampled_from(LABELS)),
            issues=draw(st.lists(st.sampled_from(["trade", "taiwan"]), unique=True)),
        )

    mentions = [
        span(type=draw(st.sampled_from(MENTION_TYPES)), actor=draw(st.sampled_from(LABELS)))
        for _ in range(draw(st.integers(0, 3)))
    ]
    quotes = {(q["start"], q["end"]): q for q in (quote() for _ in range(draw(st.integers(0, 3))))}
    return {
        "text": text,
        "meta": {
            "title": draw(st.none() | st.text(max_size=9)),
            "date": draw(st.none() | st.just("2024-04-26")),
            "outlet": "X",
        },
        "body": [[0, len(text)]],
        "mentions": mentions,
        "quotes": list(quotes.values()),
        "issues": draw(st.lists(st.sampled_from(["trade", "taiwan", "ai"]), unique=True)),
    }


def put(folder, name="a", **document):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(document), "utf-8")
    return folder


def ordered(coding):
    by = {"articles": "article_id", "actors": "actor_id", "codes": ["article_id", "issue"]}
    columns = {name: by.get(name, ["article_id", "start", "end", "text"]) for name in coding._fields}
    return {
        name: getattr(coding, name).sort_values(columns[name], kind="stable", ignore_index=True)
        for name in coding._fields
    }


@settings(max_examples=settings().max_examples // 4)  # each example checks eight frames
@given(document=codings())
def test_what_is_written_is_read_back_the_same(tmp_path_factory, document):
    folder = tmp_path_factory.mktemp("coding")
    read = standoff.read(put(folder / "in", **document))
    standoff.write(read, folder / "out")
    again = standoff.read(folder / "out")
    for name, frame in ordered(read).items():
        pd.testing.assert_frame_equal(frame, ordered(again)[name])
    for frame in (again.entities, again.quotes):
        assert all(document["text"][row.start : row.end] == row.text for row in frame.itertuples())


def test_gold_comes_back_as_it_was(gold, tmp_path):
    for path in standoff.write(standoff.read(gold), tmp_path):
        was, now = (json.loads(p.read_text("utf-8")) for p in (gold / path.name, path))
        assert now["text"] == was["text"] and now["meta"] == was["meta"] and now["body"] == was["body"]
        assert sorted(now["issues"]) == sorted(was["issues"])
        assert [{k: m[k] for k in was["mentions"][0]} for m in now["mentions"]] == was["mentions"]
        was_quotes = sorted(was["quotes"], key=lambda q: (q["start"], q["end"]))
        assert [{k: q[k] for k in was["quotes"][0]} for q in now["quotes"]] == was_quotes


class TestWrite:
    def test_gives_one_file_an_article_with_all_fields(self, seed_corpus, tmp_path):
        paths = standoff.write(seed_corpus, tmp_path / "new" / "folder")
        assert [path.stem for path in paths] == seed_corpus.articles["article_id"].tolist()
        document = json.loads(paths[2].read_text("utf-8"))
        fields = ["id", "source", "text", "meta", "body", "mentions", "quotes", "issues", "made_with"]
        assert list(document) == fields
        assert document["id"] == paths[2].stem
        assert document["text"] == seed_corpus.articles["text"][2]
        assert document["meta"]["date"] == "2024-04-26"

    def test_names_actors_by_their_labels(self, seed_corpus, tmp_path):
        path = standoff.write(seed_corpus, tmp_path)[2]
        actors = {m["actor"] for m in json.loads(path.read_text("utf-8"))["mentions"]}
        assert {"Antony Blinken", "China", "United States"} <= actors

    def test_tells_two_actors_of_one_label_apart(self, gold, tmp_path):
        coding = standoff.read(gold)
        actors = coding.actors.assign(name="Wang")
        label = {m.actor for d in standoff.documents(coding._replace(actors=actors)) for m in d.mentions}
        assert "Wang (China)" in label and len(label) == coding.entities["actor_id"].nunique()

    def test_leaves_no_unfinished_file(self, gold, tmp_path):
        standoff.write(standoff.read(gold), tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == [f"seed{n}.json" for n in range(5)]
        assert stat.S_IMODE(os.stat(tmp_path / "seed0.json").st_mode) == 0o644

    def test_a_folder_that_cannot_be_made_is_named(self, gold, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(SimakError, match="file.*cannot be written"):
            standoff.write(standoff.read(gold), tmp_path / "file" / "folder")

    def test_an_id_that_leads_elsewhere_is_refused(self, gold, tmp_path):
        coding = standoff.read(gold)
        astray = coding._replace(articles=coding.articles.assign(article_id="../../x"))
        with pytest.raises(SimakError, match="cannot be the name of a file"):
            standoff.write(astray, tmp_path / "out")


class TestRead:
    def test_gives_frames_that_follow_their_schemas(self, gold):
        coding = standoff.read(gold)
        for name in ("articles", "entities", "actors", "quotes"):
            SCHEMAS[name].validate(getattr(coding, name))
        assert not coding.actors.set_index("actor_id").loc["unnamed US officials", "named"]

    def test_an_empty_folder_gives_empty_frames(self, tmp_path):
        assert all(frame.empty for frame in standoff.read(tmp_path))

    @pytest.mark.parametrize(
        ("document", "told"),
        [
            ({}, "has no text"),
            ({"text": "abc", "mentions": [{"start": 1, "end": 9, "type": "PER"}]}, "outside of its text"),
            (
                {"text": "abc", "mentions": [{"start": 0, "end": 1, "type": "PER", "surface": "b"}]},
                "its text is not 'b'",
            ),
            ({"text": "abc", "quotes": [{"start": "x", "end": 1}]}, "quotes.0.start"),
            ({"text": "abc", "quotes": [{"start": 0, "end": 1}]}, "quotes.0.kind"),
            ({"text": ["abc"]}, "text"),
        ],
    )
    def test_a_mistake_is_told_with_its_file_and_place(self, tmp_path, document, told):
        with pytest.raises(SimakError, match=r"a\.json.*" + told):
            standoff.read(put(tmp_path, **document))

    @pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[1]", b"[" * 100_000, rb'{"text": "\ud800"}'])
    def test_a_file_that_is_no_document_is_named(self, tmp_path, content):
        (tmp_path / "a.json").write_bytes(content)
        with pytest.raises(SimakError, match=r"a\.json"):
            standoff.read(tmp_path)

    def test_a_missing_folder_is_named(self, tmp_path):
        with pytest.raises(SimakError, match="nowhere"):
            standoff.read(tmp_path / "nowhere")
