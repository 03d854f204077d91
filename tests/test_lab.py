"""`explore.ipynb` in a real JupyterLab: a filter changes the table, a merge the graph; and it runs unattended."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import papermill
import pytest
from conftest import shared_folder
from test_browser import BROWSER, OPTIONS

PATIENCE = 180  # seconds, on a machine that has more to do


def notebook(root: Path, folder: Path, source: str | None = None) -> Path:
    """Copy the notebook and the seeds into a folder, as they lie beside each other in the checkout."""
    shutil.copytree(root / "seeds", folder / "seeds")
    (folder / "notebooks").mkdir()
    text = (root / "notebooks" / "explore.ipynb").read_text("utf-8")
    path = folder / "notebooks" / "explore.ipynb"
    path.write_text(text.replace("../seeds", source) if source else text, "utf-8")
    return path


def run(path: Path) -> list[str]:
    """Run a notebook from top to bottom, and return what its cells show, as text."""
    out = path.with_name("done.ipynb")
    done = papermill.execute_notebook(str(path), str(out), cwd=str(path.parent), progress_bar=False)
    outputs = [output for cell in done.cells for output in cell.get("outputs", [])]
    return [json.dumps(output.get("data", {})) for output in outputs]


def test_the_notebook_runs_from_top_to_bottom(root, tmp_path):
    shown = run(notebook(root, tmp_path))
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)
    assert any("one mention of a name" in data for data in shown)


def many_articles(folder: Path, news: Path, seeds: Path, number: int = 300) -> Path:
    """Write that many articles: of the news where it is to be had, else of the seeds' paragraphs recombined."""
    folder.mkdir()
    if news.exists():
        with gzip.open(news, "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for _, line in zip(range(number), lines, strict=False)]
    else:
        paragraphs = [p for path in sorted(seeds.glob("0*.txt")) for p in path.read_text("utf-8").split("\n\n")]
        texts = ["\n\n".join(random.Random(n).sample(paragraphs, 4)) for n in range(number)]
    for n, text in enumerate(texts):
        (folder / f"{n:03}.txt").write_text(text, "utf-8")
    return folder


def test_all_notebooks_run_on_hundreds_of_articles(root, tmp_path, seeds):
    from analysis.reports import make

    source = many_articles(tmp_path / "many", shared_folder() / "data" / "news" / "articles.jsonl.gz", seeds)
    assert [result.error for result in make(str(source), tmp_path / "reports", {}) if result.error] == []
    assert any("widget-view" in data for data in run(notebook(root, tmp_path, str(source))))


@pytest.fixture
def lab(root, tmp_path):
    """The address of explore.ipynb in a JupyterLab of its own."""
    if BROWSER is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("there is no chromium")
    path, runtime = notebook(root, tmp_path), tmp_path / "runtime"
    quiet = "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"
    command = [sys.executable, "-m", "jupyterlab", str(path), "--no-browser", "--port=0", "--allow-root", quiet]
    own = {"JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    with (tmp_path / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=log, cwd=path.parent)
    try:
        until = time.monotonic() + PATIENCE
        while not (found := sorted(runtime.glob("jpserver-*.json"))):
            assert server.poll() is None and time.monotonic() < until, (tmp_path / "server.log").read_text("utf-8")
            time.sleep(0.2)
        about = json.loads(found[0].read_text("utf-8"))
        yield f"{about['url']}lab/tree/explore.ipynb?token={about['token']}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def test_filtering_and_merging_in_jupyterlab(lab, tmp_path):
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=OPTIONS)
        page = browser.new_page(viewport={"width": 1400, "height": 1600})
        page.set_default_timeout(1000 * PATIENCE)
        expect.set_options(timeout=1000 * PATIENCE)
        page.goto(lab)
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
        page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
        explorer = page.locator(".jp-OutputArea-output .simak").first

        def opened(tab: str):
            explorer.locator(".lm-TabBar-tabLabel", has_text=re.compile(f"^{tab}$")).click()

        def filled(place: int, text: str):
            box = explorer.get_by_placeholder("actor", exact=True).nth(place)
            box.fill(text)
            box.press("Tab")

        opened("Quotes")
        rows = explorer.locator("table tbody tr:visible")
        expect(rows.first).to_be_visible()
        before = rows.count()
        explorer.locator("select[multiple]").nth(2).select_option("negative")
        expect(explorer.get_by_text("part = explorer.corpus.filter(tones=['negative'])")).to_be_visible()
        expect(rows).not_to_have_count(before)
        assert {row.locator("td").nth(2).inner_text() for row in rows.all()} == {"negative"}
        explorer.locator("select[multiple]").nth(2).select_option([])
        expect(rows).to_have_count(before)

        opened("Neighbours")
        graph = explorer.locator("svg[role=img]:visible")
        expect(graph).to_contain_text("Antony Blinken")
        opened("Correct")
        filled(0, "Antony Blinken")
        filled(1, "Joe Biden")
        explorer.get_by_role("button", name="Write").first.click()
        expect(explorer.get_by_text("Written to")).to_be_visible()
        assert "merge_into" in (tmp_path / "my-knowledge" / "actors.yml").read_text("utf-8")
        opened("Neighbours")
        expect(graph).not_to_contain_text("Antony Blinken")
        expect(graph).to_contain_text("Joe Biden")
        browser.close()
