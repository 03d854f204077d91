"""Every notebook, run by papermill on the seeds: the numbers, the pages, and what they say of five articles."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser

import nbformat
import pandas as pd
import papermill
import pytest
from reporting import SEEDS, reports

from analysis.corpus import Corpus
from analysis.parameters import COMPARISON, notebook, notebooks
from analysis.tables import FINDINGS

NAMES = list(notebooks())


@pytest.fixture(scope="module")
def made():
    return reports()


@pytest.fixture(scope="module", params=NAMES)
def page(made, request) -> str:
    return (made / f"{request.param}.html").read_text("utf-8")


def said(path) -> dict:
    found: dict = {}
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            found |= output.get("data", {}).get(FINDINGS, {})
    return found


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


class TestPages:
    def test_one_file_that_asks_nobody(self, page):
        tags = Page(page).tags
        assert not [tag for tag, _ in tags if tag in {"link", "iframe", "object", "embed", "base"}]
        addresses = [
            a.get("src", "") + a.get("href", "") for tag, a in tags if tag in {"img", "script", "a", "use", "image"}
        ]
        assert not [address for address in addresses if re.match(r"(https?:)?//|javascript:", address)]
        assert "default-src 'none'" in page

    def test_every_figure_says_what_it_shows(self, page):
        svgs = [attributes for tag, attributes in Page(page).tags if tag == "svg"]
        assert all(attributes["role"] == "img" and len(attributes["aria-label"]) > 20 for attributes in svgs)

    def test_ids_are_unique_and_every_link_leads_somewhere(self, page):
        ids = Page(page).values("id")
        assert len(ids) == len(set(ids))
        assert {link[1:] for link in Page(page).values("href") if link.startswith("#")} <= set(ids)

    def test_the_code_is_there_but_folded(self, page):
        folded = [a for tag, a in Page(page).tags if tag == "details" and a.get("class") == "code"]
        assert folded and not [a for a in folded if "open" in a]
        assert "study = opened(" in page

    def test_five_articles_are_no_sample(self, page):
        assert "5 independent articles are an anecdote" in page

    def test_it_ends_with_how_to_make_it_again(self, page):
        last = page[page.rindex("<h2") :]
        assert "How to make this report again" in last and "simak report" in last and "sha256" in last

    def test_only_its_own_language(self, page):
        assert "Ringkasnya" not in page and "In short" in page


class TestFolder:
    def test_frames_are_there_as_parquet_and_csv(self, made):
        corpus = Corpus.load(made / "frames")
        assert len(corpus.articles) == 5
        for name in ("articles", "sentences", "entities", "actors", "issues", "quotes", "skipped"):
            assert len(pd.read_csv(made / "frames" / f"{name}.csv")) == len(getattr(corpus, name))

    def test_the_index_leads_to_all_that_was_made(self, made):
        links = Page((made / "index.html").read_text("utf-8")).values("href")
        files = [link.partition("#")[0] for link in links if not link.startswith("#")]
        assert {f"{name}.html" for name in NAMES} <= set(files)
        assert all((made / file).exists() for file in files)

    def test_the_index_repeats_the_findings(self, made):
        index = (made / "index.html").read_text("utf-8")
        for name in NAMES:
            findings = said(made / "notebooks" / f"{name}.ipynb")["findings"]
            assert findings and all(line.replace("'", "&#39;") in index for line, _ in findings)

    def test_evidence_behind_the_numbers_is_in_the_text(self, made):
        corpus = Corpus.load(made / "frames")
        texts = corpus.articles.set_index("article_id")["text"]
        kept = pd.read_parquet(made / "evidence.parquet")
        sentences = corpus.sentences.set_index("sentence_id")["text"]
        assert len(kept) and all(sentences[row.sentence_id] == row.sentence for row in kept.itertuples())
        marked = kept[kept["end"] > kept["start"]]
        assert all(texts[row.article_id][row.start : row.end].strip() for row in marked.itertuples())
        assert len(pd.read_csv(made / "evidence.csv")) == len(kept)

    @pytest.mark.parametrize("name", NAMES)
    def test_the_line_of_python_lists_all_sentences_behind_a_number(self, made, name):
        page = (made / f"{name}.html").read_text("utf-8")
        blocks = re.findall(r"· (\d+) of (\d+) sentences</span>.*?<ul.*?>(.*?)</ul>.*?<code>(.*?)</code>", page, re.S)
        for shown, all_, listed, line in blocks:
            found = eval(html.unescape(line), {"pd": pd})  # as a reader would paste it
            assert found["sentence_id"].nunique() == int(all_) and listed.count("<li>") == int(shown) == min(
                int(all_), 20
            )
        assert len(blocks) > 5


@pytest.mark.parametrize("name", [*NAMES, COMPARISON])
def test_notebooks_hold_narrative_and_calls_only(name):
    cells = nbformat.read(notebook(name), as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    assert not re.search(r"^\s*(def|class|for|while|if|try|with)\b|lambda", code, re.M)
    assert {"en", "id"} == {tag for cell in cells if cell.cell_type == "markdown" for tag in cell.metadata.tags}


def test_plain_papermill_works_from_a_file_of_articles(tmp_path):
    source = sorted(SEEDS.glob("*.txt"))[2]
    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(
        str(notebooks()["topic_prevalence"]), str(out), {"source": str(source), "language": "id"}, progress_bar=False
    )
    assert any("1 artikel mandiri" in line for line in said(out)["cautions"])
    assert json.loads(out.read_text("utf-8"))["metadata"]["papermill"]["exception"] is None
