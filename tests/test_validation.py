"""Figures of a coding against the gold one."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import SimakError, accuracy, standoff, validation


def documents(folder: Path) -> dict[str, dict]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def put(folder: Path, coded: dict[str, dict]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, document in coded.items():
        (folder / f"{name}.json").write_text(json.dumps(document), "utf-8")
    return folder


def damaged(coded: dict[str, dict]) -> dict[str, dict]:
    """Return a coding with mistakes of every kind, at places that are the same each time."""
    coded = copy.deepcopy(coded)
    del coded[max(coded)]["body"]
    for number, document in enumerate(coded.values()):
        document["meta"] |= (
            {"author": None} if number % 2 else {"date": "2020-01-01T10:00", "title": f" {document['meta']['title']} "}
        )
        document["mentions"] = [m for n, m in enumerate(document["mentions"]) if n % 9]
        for n, mention in enumerate(document["mentions"]):
            mention.pop("surface")
            mention["start"] += n % 11 == 0
            mention["type"] = "ORG" if n % 13 == 0 else mention["type"]
            mention["actor"] = {"Beijing": "China", "Joe Biden": "Mr Biden"}.get(mention["actor"], mention["actor"])
        document["quotes"] = [q for n, q in enumerate(document["quotes"]) if n % 7]
        for n, quote in enumerate(document["quotes"]):
            quote["end"] -= (quote["end"] - quote["start"]) // 4 * (n % 3 == 0)
            quote["start"] -= 20 * (n % 5 == 0)
            quote |= {"kind": "direct"} if n % 4 == 0 else {}
            quote |= {"speaker": None, "cue": None, "speaker_actor": "China"} if n % 6 == 0 else {}
            quote |= {"sentiment": "negative", "target": "China", "issues": ["trade", "taiwan"]} if n % 5 == 1 else {}
        document["issues"] = document["issues"][1:] + ["ai"]
    return coded


@pytest.fixture
def predicted(gold, tmp_path):
    return put(tmp_path / "predicted", damaged(documents(gold)))


class TestAgainstTheReferenceScorer:
    """`score.py` of the shared data defines the figures."""

    def reference(self, shared: Path, *arguments: object) -> str:
        command = [sys.executable, shared / "gold" / "score.py", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    @pytest.fixture
    def both(self, shared, tmp_path):
        gold = shared / "gold" / "articles"
        coded = damaged(documents(gold))
        del coded["dev03"]
        return gold, put(tmp_path / "predicted", coded)

    def test_the_table_and_the_errors_are_the_same(self, shared, both):
        lines = [
            validation.table(validation.scores(*both)),
            *(f"  - {line}" for line in validation.errors(*both, most=60)),
        ]
        assert "\n".join(lines) + "\n" == self.reference(shared, *both, "--errors", 60)

    def test_the_json_is_the_same_for_some_articles(self, shared, both):
        ids = ["seed2", "dev01", "dev03"]
        assert json.dumps(validation.scores(*both, ids), indent=1) + "\n" == self.reference(
            shared, *both, "--json", "--ids", *ids
        )

    @pytest.mark.stress
    def test_the_intervals_are_the_same(self, shared, both):
        figures = validation.with_intervals(validation.scores(*both), validation.intervals(*both))
        assert figures == json.loads(self.reference(shared, *both, "--json", "--intervals"))


class TestScores:
    def test_gold_against_itself_is_perfect(self, gold):
        figures = validation.scores(gold, gold)
        assert {f.get("f1", f.get("accuracy", f.get("r"))) for f in figures.values()} == {100.0}

    def test_a_damaged_coding_has_these_figures(self, gold, predicted):
        """The figures are those that the reference scorer gave for the same two folders."""
        expected = json.loads((gold.parent / "scores_of_damaged_seeds.json").read_text("utf-8"))
        assert validation.scores(gold, predicted) == expected

    def test_a_missing_article_is_one_in_which_nothing_was_found(self, gold, tmp_path):
        figures = validation.scores(gold, tmp_path, ids=["seed2"])
        assert figures["quotes overlap 0.3"] == {"p": 0.0, "r": 0.0, "f1": 0.0, "gold": 8, "pred": 0}
        assert figures["meta author"]["accuracy"] == 0.0

    def test_labels_of_actors_may_differ_when_each_means_one_actor(self, gold, tmp_path):
        text = json.dumps(documents(gold)).replace('"China"', '"prc"').replace('"Antony Blinken"', '"q7747"')
        put(tmp_path, json.loads(text))
        figures = validation.scores(gold, tmp_path)
        assert figures["speaker of found quotes"]["accuracy"] == figures["target of found quotes"]["f1"] == 100.0

    def test_the_order_of_the_codings_changes_nothing(self, gold, predicted, tmp_path):
        turned = {name: d | {"mentions": d["mentions"][::-1]} for name, d in documents(predicted).items()}
        assert validation.scores(gold, put(tmp_path / "turned", turned)) == validation.scores(gold, predicted)

    @given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=6))
    def test_any_spans_give_percentages(self, tmp_path_factory, spans):
        quotes = [{"start": s, "end": s + n, "kind": "direct"} for s, n in spans]
        mentions = [{"start": s, "end": s + n, "type": "PER"} for s, n in spans]
        gold = {
            "text": "Menlu China Wang Yi: “kami siap” …",
            "meta": {},
            "body": [[0, 9]],
            "quotes": [],
            "mentions": [],
        }
        folder = tmp_path_factory.mktemp("scores")
        put(folder / "gold", {"a": gold})
        put(folder / "predicted", {"a": {"quotes": quotes, "mentions": mentions}})
        for figure in validation.scores(folder / "gold", folder / "predicted").values():
            assert all(0 <= figure[key] <= 100 for key in ("p", "r", "f1", "accuracy") if key in figure)


class TestErrors:
    def test_each_is_told_with_article_and_words(self, gold, predicted):
        lines = validation.errors(gold, predicted, most=1000)
        assert "seed0 missed mention 'AS' LOC" in lines
        assert any(line.startswith("seed1 missed ") and " quote " in line for line in lines)
        assert any(" speaker 'China' for 'Antony Blinken'" in line for line in lines)

    def test_no_more_than_asked_for(self, gold, predicted):
        assert len(validation.errors(gold, predicted, most=3)) == 3


class TestIntervals:
    def test_hold_the_figure_and_come_out_the_same_again(self, gold, predicted):
        bounds = validation.intervals(gold, predicted, times=40)
        figures = validation.scores(gold, predicted)
        low, high = bounds["quotes overlap 0.3"]
        assert low <= figures["quotes overlap 0.3"]["f1"] <= high
        assert bounds == validation.intervals(gold, predicted, times=40)


class TestMistakes:
    def test_no_gold_article(self, tmp_path):
        with pytest.raises(SimakError, match="no gold articles"):
            validation.scores(tmp_path, tmp_path)

    def test_an_unknown_id(self, gold):
        with pytest.raises(SimakError, match="no article 'seed9'"):
            validation.scores(gold, gold, ids=["seed9"])

    def test_a_missing_folder(self, gold, tmp_path):
        with pytest.raises(SimakError, match="nowhere"):
            validation.scores(gold, tmp_path / "nowhere")

    def test_another_text(self, gold, tmp_path):
        put(tmp_path, {"seed0": {"text": documents(gold)["seed0"]["text"].replace("Tiongkok", "Cina", 1)}})
        with pytest.raises(SimakError, match=r"seed0\.json': its text differs from the gold text at character 7"):
            validation.scores(gold, tmp_path)

    def test_a_damaged_file(self, gold, tmp_path):
        (tmp_path / "seed0.json").write_text("{")
        with pytest.raises(SimakError, match=r"seed0\.json"):
            validation.scores(gold, tmp_path)


class TestAccuracyFiles:
    """What `simak evaluate --save` keeps for reports to quote."""

    @pytest.fixture
    def coded(self, gold, tmp_path):
        made = {"models": "m", "knowledge": "k"}
        return put(tmp_path / "coded", {n: d | {"made_with": made} for n, d in damaged(documents(gold)).items()})

    def test_figures_intervals_and_what_made_them_come_back(self, gold, coded, tmp_path):
        found = validation.measured(gold, coded, name="mine")
        again = accuracy.read(accuracy.write(found, tmp_path / "accuracy.json"))
        assert again == found and again.units == 5 and again.made_with == {"models": "m", "knowledge": "k"}
        figure = again.figures["quotes overlap 0.8"]
        assert figure.value == validation.scores(gold, coded)["quotes overlap 0.8"]["f1"]
        assert figure.interval[0] <= figure.value <= figure.interval[1]

    def test_outcomes_of_each_code_add_up_to_the_articles(self, gold, coded):
        found = validation.measured(gold, coded)
        counts = found.counts().set_index("issue")
        assert (counts.sum(axis=1) == 5).all()
        assert counts["tp"].sum() / (counts["tp"] + counts["fp"]).sum() == pytest.approx(
            found.figures["issues of articles"].p / 100, abs=0.001
        )

    def test_other_models_or_knowledge_are_told(self, gold, coded):
        found = validation.measured(gold, coded)
        assert found.differing({"models": "m", "knowledge": "k", "simak": "9"}) == []
        assert found.differing({"models": "m", "knowledge": "x"}) == ["knowledge"]

    def test_codings_that_do_not_say_what_made_them_are_refused(self, gold, coded):
        with pytest.raises(SimakError, match="simak extract"):
            validation.measured(gold, gold)
        first = standoff.files(coded)[0]
        first.write_text(first.read_text("utf-8").replace('"models": "m"', '"models": "n"'), "utf-8")
        with pytest.raises(SimakError, match="made with the others"):
            validation.measured(gold, coded)

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": "x", "figures": {"a": {"f1": "<b>"}}}', "\x00"])
    def test_another_file_is_one_sentence(self, tmp_path, content):
        (tmp_path / "other.json").write_text(content)
        with pytest.raises(SimakError, match=r"other\.json' is no file of"):
            accuracy.read(tmp_path / "other.json")
        with pytest.raises(SimakError, match="cannot be read"):
            accuracy.read(tmp_path / "missing.json")
