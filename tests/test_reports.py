"""Reports from one extraction: parameters checked first, pages whole, tables safe, failures shown in place."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from reporting import NASTY, small_corpus

from analysis import evidence, panels, parameters, reports, storage, study, words
from analysis.errors import SimakError
from analysis.storage import guarded_cell, written

NOTEBOOKS = parameters.notebooks()
CODE = [NASTY, '"; raise ValueError("ran"); "', "'''\nraise ValueError('ran')", "\\", "{__import__}"]
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A function that runs cells, with parameters, and returns the result and its page."""

    def run(*sources: str, values: dict | None = None, tags: tuple[str, ...] = ()):
        folder = tmp_path_factory.mktemp("run")
        declared = "\n".join(f'text_{n}: str = ""  # any text' for n in range(len(CODE)))
        cells = [nbformat.v4.new_code_cell(declared, metadata={"tags": ["parameters"]})]
        cells += [nbformat.v4.new_markdown_cell("# Title"), *map(nbformat.v4.new_code_cell, sources)]
        path = folder / "own.ipynb"
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        result = reports.run("own", path, folder, values or {})
        return result, result.page.read_text("utf-8")

    return run


class TestParameters:
    def test_every_notebook_declares_documented_parameters_of_known_types(self):
        for path in NOTEBOOKS.values():
            declared = parameters.parameters(path)
            assert {
                "source",
                "frames",
                "evidence",
                "since",
                "until",
                "outlets",
                "places",
                "codebook",
                "knowledge",
                "models",
                "accuracy",
                "language",
            } <= set(declared)
            assert all(p.type in parameters.TYPES and p.help for p in declared.values()), path

    def test_a_name_means_the_same_type_in_every_notebook(self):
        types = {(n, p.type) for path in NOTEBOOKS.values() for n, p in parameters.parameters(path).items()}
        assert len(types) == len({name for name, _ in types})

    def test_defaults_are_of_their_type(self):
        for path in NOTEBOOKS.values():
            for name, parameter in parameters.parameters(path).items():
                value = yaml.safe_load(parameter.default)
                text = ",".join(value) if isinstance(value, list) else str(value)
                assert name in parameters.SETTLED or name in parameters.settled([(name, text)])

    @pytest.mark.parametrize("name", ["sede", "source", "frames", "__class__", "seed; import os"])
    def test_an_unknown_name_is_refused_with_the_allowed_ones(self, name):
        with pytest.raises(SimakError, match="allowed are .*seed"):
            parameters.settled([(name, "1")])

    @pytest.mark.parametrize(
        ("name", "value"),
        [("seed", "x"), ("seed", "-1"), ("seed", "1.5"), ("since", "26/4/2024"), ("since", "2024-13-01"),
         ("by", "decade"), ("language", "fr"), ("types", "PER,XYZ"), ("codebook", "a\nb"), ("within", "1; import os")],
    )  # fmt: skip
    def test_a_value_of_another_type_is_refused_by_name(self, name, value):
        with pytest.raises(SimakError, match=f"'{name}' must be"):
            parameters.settled([(name, value)])

    def test_values_take_their_type(self):
        given = [("seed", "7"), ("outlets", "Kompas, Tempo"), ("since", "2024-04-26"), ("types", "PER")]
        assert parameters.settled(given) == {
            "seed": 7,
            "outlets": ["Kompas", "Tempo"],
            "since": "2024-04-26",
            "types": ["PER"],
        }


class TestPages:
    def test_a_parameter_is_a_value_and_never_code(self, notebook):
        texts = {f"text_{n}": text for n, text in enumerate(CODE)}
        shown = (
            f"assert [{', '.join(texts)}] == {CODE!r}\nfrom analysis.tables import Html, escape\nHtml(escape(text_0))"
        )
        result, page = notebook(shown, values=texts)
        assert not result.error
        assert NASTY not in page and "&lt;script&gt;" in page

    def test_a_cell_that_fails_is_shown_in_place_and_told(self, notebook):
        result, page = notebook("1 + 1", "raise ValueError('<b>broken</b>')", "'never'")
        assert result.error == "ValueError: <b>broken</b>"
        assert 'role="alert"' in page and "&lt;b&gt;broken&lt;/b&gt;" in page and "<b>broken" not in page

    def test_a_picture_without_words_for_it_is_refused(self, notebook):
        picture = (
            f"import base64\nfrom IPython.display import Image, display\nimage = Image(base64.b64decode('{DOT}'))\n"
        )
        with pytest.raises(SimakError, match="alternative text"):
            notebook(picture + "display(image)")
        _, page = notebook(picture + "display(image, metadata={'image/png': {'alt': 'A dot'}})")
        assert 'alt="A dot"' in page

    def test_an_article_cannot_refuse_a_page_by_writing_as_of_a_picture_without_words(self, notebook):
        text = '<img alt="No description has been provided for this image">'
        _, page = notebook(f"from analysis.tables import Html, escape\nHtml(escape({text!r}))")
        assert "No description has been provided" in page

    def test_code_is_there_but_folded(self, notebook):
        _, page = notebook("'shown'")
        assert re.search(r'<details class="code"><summary>Code</summary>.*shown', page, re.S)
        assert '<details class="code" open' not in page

    def test_what_nothing_shows_folds_into_the_next_cell(self, notebook):
        _, page = notebook("x = 1", "x + 1")
        assert page.count('<details class="code">') == 1


class TestFiles:
    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
    def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(self, cell):
        assert guarded_cell(cell) == f"'{cell}"

    @pytest.mark.parametrize("cell", ["China", "Rp15.115", "", "a=b"])
    def test_other_cells_stay(self, cell):
        assert guarded_cell(cell) == cell

    def test_tables_for_spreadsheets_are_guarded_and_whole(self, tmp_path):
        frames = small_corpus(tmp_path / "frames", articles=3)
        path = storage.as_csv(frames / "articles.parquet")
        rows = list(csv.DictReader(path.open(newline="", encoding="utf-8")))
        assert rows[0]["title"].startswith("'=HYPERLINK") and rows[0]["outlet"].startswith("'@")
        assert json.loads(rows[0]["body"]) == [[0, len(rows[0]["text"])]]
        assert len(rows) == 3 and rows[0]["date"].count("-") == 2 and ":" not in rows[0]["date"]

    def test_a_file_where_a_folder_must_be_is_one_sentence(self, tmp_path):
        (tmp_path / "taken").write_text("x")
        for folder in (tmp_path / "taken", tmp_path / "taken" / "below"):
            with pytest.raises(SimakError, match="cannot be written"):
                storage.writable(folder)

    def test_a_file_is_written_whole_or_not_at_all(self, tmp_path):
        assert written(tmp_path / "a.html", "x\ud800").read_text("utf-8") == "x?"
        (tmp_path / "b.html").mkdir()
        with pytest.raises(SimakError, match="cannot be written"):
            written(tmp_path / "b.html", "x")


class TestWords:
    def test_both_languages_say_the_same_things_of_the_same_numbers(self):
        english, indonesian = words.words("en"), words.words("id")
        for key, text in english.items():
            assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", indonesian[key])), key

    def test_every_text_is_there_in_both_languages(self):
        texts = yaml.safe_load((words.TEMPLATES / "words.yml").read_text("utf-8"))
        assert {key: sorted(text) for key, text in texts.items() if sorted(text) != sorted(words.LANGUAGES)} == {}
        assert all(said.strip() for text in texts.values() for said in text.values())

    def test_every_word_that_is_asked_for_is_there(self):
        package = Path(study.__file__).parent
        asked = {
            key
            for path in package.rglob("*.py")
            for key in re.findall(r'(?:say|note)\(\s*"([a-z_]+)"', path.read_text("utf-8"))
        }
        asked |= {
            key
            for path in package.glob("templates/*.j2")
            for key in re.findall(r"words\.([a-z_]+)", path.read_text("utf-8"))
        }
        assert asked - set(words.words("en")) - {"simak"} == set()

    def test_a_language_that_is_not_there_is_refused(self):
        with pytest.raises(SimakError, match="en, id"):
            words.words("fr")


class TestStudy:
    def test_five_articles_are_told_from_a_sample(self, tmp_path):
        few = study.opened("corpus", source="x", frames=str(small_corpus(tmp_path / "few", articles=5)))
        many = study.opened("corpus", source="x", frames=str(small_corpus(tmp_path / "many", articles=60)))
        assert any("5 independent articles" in line for line in few.cautions) and many.cautions == []

    def test_a_filter_changes_no_colour(self, tmp_path):
        frames = str(small_corpus(tmp_path / "f"))
        whole, part = (study.opened("corpus", source="x", frames=frames, until=until) for until in ("", "2024-02-01"))
        assert whole.issue_hues == part.issue_hues and whole.actor_hues == part.actor_hues

    def test_numbers_are_written_as_the_language_writes_them(self, tmp_path):
        frames = str(small_corpus(tmp_path / "f", articles=2))
        english, indonesian = (
            study.opened("corpus", source="x", frames=frames, language=lang) for lang in ("en", "id")
        )
        assert (english.number(1234.5, 1), indonesian.number(1234.5, 1)) == ("1,234.5", "1.234,5")
        assert english.say("articles_n", n=1) == "1 article"

    def test_no_article_left_is_one_sentence(self, tmp_path):
        frames = str(small_corpus(tmp_path / "f", articles=2))
        with pytest.raises(SimakError, match="No article"):
            study.opened("corpus", source="x", frames=frames, since="2030-01-01")

    def test_the_recipe_names_what_went_in(self, tmp_path):
        opened = study.opened("corpus", source="a b", frames=str(small_corpus(tmp_path / "f", articles=2)), by="year")
        recipe = opened.recipe()
        assert "simak report &#x27;a b&#x27; --to DIR -p language en -p by year" in recipe.html
        assert "sha256" in recipe.html

    def test_all_sentences_behind_the_numbers_are_kept(self, tmp_path):
        from analysis import measures

        frames = small_corpus(tmp_path / "f")
        opened = study.opened(
            "topic_prevalence", source="x", frames=str(frames), evidence=str(tmp_path / "evidence.parquet")
        )
        panels.issue_shares(opened, measures.prevalence(opened.article_issues, opened.corpus.articles))
        page = opened.sources().html
        kept = pd.read_parquet(tmp_path / "notebooks" / "topic_prevalence-evidence.parquet")
        about = int((opened.article_issues["issue"] == "trade").sum())
        behind = kept[kept["number"] == "topic_prevalence#ev-issue-trade"]
        assert f"20 of {about} sentences" in page and len(behind) == about
        assert NASTY not in page and "&lt;script&gt;" in page

    def test_a_finding_leads_to_its_sentences_however_many_pairs_have_more(self, tmp_path, monkeypatch):
        monkeypatch.setattr(panels.quotes, "ROWS", 5)
        opened = study.opened("quotes", source="x", frames=str(small_corpus(tmp_path / "f")))
        rare = opened.corpus.quotes.index >= 58  # two statements of one pair, after 20 pairs with three each
        quotes = opened.corpus.quotes.assign(
            actor_id=[f"a{n // 3:02}" if n < 58 else "z" for n in range(60)],
            sentiment=["negative" if last else "neutral" for last in rare],
        )
        table = panels.aimed(opened, quotes).html
        (_, at) = panels.quote_findings(opened, quotes).data["findings"][-1]
        assert at == evidence.anchor("pair", "z → beijing", "all") and f'href="#{at}"' in table
        assert f'id="{at}"' in opened.sources().html and len(opened.evidence.blocks[at].rows) == 2
        assert len(re.findall("<tr[ >]", table.split("<tbody>")[1])) == 5

    def test_a_page_shows_fewer_sentences_a_number_before_it_grows_too_large(self, tmp_path, monkeypatch):
        opened = study.opened("quotes", source="x", frames=str(small_corpus(tmp_path / "f")))
        opened.actor_evidence(["blinken", "beijing"])
        whole = opened.sources().html
        monkeypatch.setattr("analysis.evidence.BYTES", {0: len(whole) // 2})
        assert "20 of 60 sentences" in whole
        assert 0 < len(re.findall("<li>", opened.sources().html)) <= 20 and "20 of 60" not in opened.sources().html
