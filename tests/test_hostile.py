"""Hostile texts, names and files, from the table to the browser: nothing runs, nothing is asked for."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from reporting import NASTY
from test_browser import browser, opened  # noqa: F401
from test_cli import simak

from analysis.articles import read_articles
from analysis.parameters import notebooks
from analysis.reports import make

TOUCH = "__import__('os').mkdir('hacked')"
BODY = (
    "Menteri Luar Negeri Antony Blinken mengatakan bahwa {0} perdagangan dengan China harus adil.\n\n"
    '"Kami {0} tidak akan mundur soal Taiwan," kata Antony Blinken di Beijing, Jumat.\n\n'
    "Presiden Xi Jinping menuduh Amerika Serikat {0} mengganggu perundingan tarif dagang."
)
MARKUP = [
    NASTY, "</script><script>alert(1)</script>", "<svg onload=alert(1)>", "</style><iframe src=//evil.example>",
    "[x](javascript:alert(1))", "![x](http://evil.example/x.png)", "</title><base href=//evil.example>",
]  # fmt: skip
FORMULAS = ['=HYPERLINK("http://evil.example")', "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "  =cmd|'/C calc'!A0"]
BREAKING = [f'"; {TOUCH} #', f"'; {TOUCH} #", f'"""; {TOUCH} #', f"\\'; {TOUCH} #", f'\\"\n{TOUCH}\n', "{{7*7}}%s%(x)s"]


def articles(folder: Path, texts: list[str], name: str = "a") -> Path:
    """Write a table in which every cell is one of the texts, or has it inside, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "title", "author", "outlet", "url", "date"])
        for number, text in enumerate(texts):
            rows.writerow([f"{BODY.format(text)} {number}", text, text, text, f"javascript:{text}", "2024-04-26"])
    return folder


def own(folder: Path, text: str) -> Path:
    """Write an analyst's own names of actors and issues, all hostile, and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    said = json.dumps(text)
    (folder / "actors.yml").write_text(f"antony-blinken: {{name: {said}, name_id: {said}}}\n", "utf-8")
    code = f"trade:\n  label: {said}\n  label_id: {said}\n  definition: {said}\n"
    (folder / "codebook.yml").write_text(code, "utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """All reports on articles whose every text, name and file name is hostile."""
    home = tmp_path_factory.mktemp("hostile")
    source = articles(home / "<img src=x onerror=alert(1)>", MARKUP + FORMULAS, "<img src=x onerror=alert(2)>")
    (source / "<script>alert(3)<.txt").write_text("")
    values = {"knowledge": str(own(home / "<b onclick=alert(4)>", NASTY)), "topics": 2}
    results = make(str(source), home / "out", values)
    assert [result.error for result in results] == [""] * len(notebooks())
    return home / "out"


def test_no_page_runs_or_asks_for_anything(opened, hostile):  # noqa: F811
    for path in sorted(hostile.glob("*.html")):
        page = opened(path)
        dialogs: list[str] = []
        page.on("dialog", lambda dialog, seen=dialogs: (seen.append(dialog.message), dialog.dismiss()))
        page.evaluate("document.querySelectorAll('details').forEach(block => { block.open = true })")
        for link in page.locator("figure table a").all()[:3]:
            link.click()
            page.keyboard.press("Escape")
        page.wait_for_timeout(200)
        assert dialogs == [] and page.title() != "hacked"
        assert page.locator("main :is(script, img, iframe, base, object, embed)").count() == 0, path.name
        assert page.locator('[onerror], [onload], [onclick], [href^="javascript:"]').count() == 0, path.name


def test_hostile_names_are_shown_as_they_are_written(opened, hostile):  # noqa: F811
    said = {path.stem: opened(path).locator("body").text_content() for path in hostile.glob("*.html")}
    assert "<script>" in said["topic_prevalence"] and "<script>" in said["quotes"]
    assert "<script>alert(3)<.txt" in said["index"] + said["corpus"]


def test_no_cell_of_a_csv_is_a_formula(hostile):
    files = [*hostile.glob("*.csv"), *(hostile / "frames").glob("*.csv")]
    assert {"evidence.csv", "articles.csv", "quotes.csv"} <= {file.name for file in files}
    for file in files:
        for row in csv.reader(file.open(encoding="utf-8", newline="")):
            for cell in row:
                number = cell.replace("-", "", 1).replace(".", "", 1).replace("e-", "", 1).isdigit()
                assert number or not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")), (file.name, cell)


def test_no_cell_of_a_sheet_is_a_formula(tmp_path):
    source = articles(tmp_path / "in", FORMULAS * 3)
    folder = own(tmp_path / "own", FORMULAS[0])
    done = simak("validate", source, "--sample", 10, "--in", tmp_path / "out", "--knowledge", folder)
    assert done.returncode == 0, done.stderr
    (book,) = (tmp_path / "out").glob("*.xlsx")
    cells = [cell for page in openpyxl.load_workbook(book) for row in page.iter_rows() for cell in row]
    assert len(cells) > 50 and not [cell.value for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("number", range(len(BREAKING)))
def test_no_parameter_becomes_code(number, tmp_path, monkeypatch):
    """Quotes, newlines and backslashes in paths, outlets and names of YAML stay text in the notebooks."""
    text = BREAKING[number]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("analysis.parameters.REPORTS", ("quotes",))
    source = articles(tmp_path / text / "in", [text, "Kompas"])
    values = {"outlets": [read_articles(source)[0]["outlet"][0]], "knowledge": str(own(tmp_path / f"own{text}", text))}
    codebook = tmp_path / f"{text}.yml"
    codebook.write_text((tmp_path / f"own{text}" / "codebook.yml").read_text() + "  patterns: [dagang]\n")
    (result,) = make(str(source), tmp_path / f"{text} out", {**values, "codebook": str(codebook)})
    assert result.error == ""
    assert not list(tmp_path.rglob("hacked"))
    saved = pd.read_parquet(tmp_path / f"{text} out" / "frames" / "articles.parquet")
    assert len(saved) == 2
