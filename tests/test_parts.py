"""Reports on parts of a corpus, two parts compared, and what an edit moved; what is quoted of accuracy."""

from __future__ import annotations

import html
import json
import shlex

import pytest
from reporting import SEEDS, reports, small_corpus

from analysis import accuracy, panels, study
from analysis.errors import SimakError
from analysis.reports import make

OWN = "china: {label: PRC}\n"
PATTERN = "sister-cities: {label: Sister cities, label_id: Kota kembar, definition: Cities., patterns: [Blinken]}\n"


@pytest.fixture
def only(monkeypatch):
    """A function that leaves these report notebooks alone."""
    return lambda *names: monkeypatch.setattr("analysis.parameters.REPORTS", names)


def said(page) -> str:
    return page.read_text("utf-8")


class TestEach:
    def test_two_outlets_get_reports_a_comparison_and_a_common_index(self, only, tmp_path):
        only("topic_prevalence")
        results = make(str(SEEDS), tmp_path, {}, each="outlet", versus=("Kompas TV", "Liputan6.com"))
        assert [(result.page.parent.name, result.name) for result in results if not result.error] == [
            (results[0].page.parent.name, "topic_prevalence"), (results[1].page.parent.name, "topic_prevalence"),
            (tmp_path.name, "comparison"),
        ]  # fmt: skip
        index = said(tmp_path / "index.html")
        for result, outlet in zip(results, ("Kompas TV", "Liputan6.com"), strict=False):
            assert f"{result.page.parent.name}/index.html" in index and outlet in index
            assert f"-p outlets {shlex.quote(outlet)}" in html.unescape(said(result.page))
            assert (result.page.parent / "evidence.csv").exists()
        assert "comparison.html" in index and "--each outlet --versus" in said(tmp_path / "comparison.html")

    @pytest.mark.parametrize(("each", "parts"), [("month", 3), ("place", 2), ("outlet", 3)])
    def test_every_part_that_is_known_has_a_card(self, only, tmp_path, each, parts):
        only()
        make(str(SEEDS), tmp_path, {"language": "id"}, each=each)
        folders = [path for path in tmp_path.iterdir() if path.name.startswith(f"{each}-")]
        assert len(folders) == parts == said(tmp_path / "index.html").count('<article class="card">')

    def test_each_codebook_of_a_folder(self, only, tmp_path):
        only("topic_prevalence")
        (tmp_path / "books").mkdir()
        for name, words in (("one", "Blinken"), ("two", "Beijing")):
            (tmp_path / "books" / f"{name}.yml").write_text(PATTERN.replace("Blinken", words), "utf-8")
        values = {"codebook": str(tmp_path / "books")}
        one, two = make(str(SEEDS), tmp_path / "out", values, each="codebook")
        assert not one.error and not two.error and "Sister cities" in said(one.page)
        assert said(one.page) != said(two.page)

    def test_a_part_that_is_not_there_is_refused_with_those_that_are(self, tmp_path):
        with pytest.raises(SimakError, match="no outlet 'Tempo'; there are: .*Kompas TV"):
            make(str(SEEDS), tmp_path, {}, each="outlet", versus=("Kompas TV", "Tempo"))
        with pytest.raises(SimakError, match="must be a folder of codebooks"):
            make(str(SEEDS), tmp_path, {}, each="codebook")
        with pytest.raises(SimakError, match="--versus names two parts of --each"):
            make(str(SEEDS), tmp_path, {}, versus=("a", "b"))


class TestCompare:
    def test_an_edit_shows_what_it_moved_and_the_own_files_are_listed(self, only, tmp_path):
        before = reports()  # kept for the tests of other files, so made before there is only one report
        only()
        (tmp_path / "own").mkdir()
        (tmp_path / "own" / "codebook.yml").write_text(PATTERN, "utf-8")
        (result,) = make(str(SEEDS), tmp_path / "out", {"knowledge": str(tmp_path / "own")}, compare=before)
        assert not result.error
        page = said(result.page)
        moved = [line for line, _ in result.findings]
        assert any(line.startswith("1 of ") and "issues have moved" in line for line in moved)
        assert any(line.startswith("Sister cities: 0% of the articles (before)") for line in moved)
        assert "your own YAML, which sets: sister-cities" in page and "changed" in page
        assert (tmp_path / "out" / "before" / "quotes.parquet").exists()

    def test_nothing_to_compare_with_is_one_sentence(self, tmp_path):
        with pytest.raises(SimakError, match="no saved corpus"):
            make(str(SEEDS), tmp_path / "out", {}, compare=tmp_path / "nowhere")


class TestAccuracy:
    def opened(self, tmp_path, **given):
        return study.opened("quotes", source="x", frames=str(small_corpus(tmp_path / "f", articles=3)), **given)

    def test_both_shipped_codings_are_quoted_by_name(self, tmp_path):
        shown = panels.measured(self.opened(tmp_path), "quotes overlap 0.8").html
        value = accuracy.read(accuracy.SHIPPED["apart"]).figures["quotes overlap 0.8"].value
        assert f"{value:.1f}% on 16 articles annotated apart" in shown and "on which the rules were written" in shown

    def test_other_models_or_yaml_than_were_measured_are_told(self, tmp_path):
        opened = self.opened(tmp_path)
        assert "Measured with another Simak" in panels.measured(opened, "issues of articles").html
        for one in opened.measured:
            one.made_with.update({key: opened.corpus.made_with.get(key) for key in accuracy.MEASURED})
        assert "Measured with another Simak" not in panels.measured(opened, "issues of articles").html

    def test_an_own_file_takes_the_place_of_the_shipped_and_its_name_is_escaped(self, tmp_path):
        own = json.loads(accuracy.SHIPPED["seeds"].read_text("utf-8")) | {"name": "<script>"}
        (tmp_path / "own.json").write_text(json.dumps(own), "utf-8")
        shown = panels.measured(self.opened(tmp_path, accuracy=[str(tmp_path / "own.json")]), "issues of articles").html
        assert "5 articles &lt;script&gt;" in shown and "<script>" not in shown and "annotated apart" not in shown
