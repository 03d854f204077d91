"""The reports in a real browser: sorting, searching, evidence, dark mode, print; no error, no request, nothing runs."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest
from reporting import NASTY, reports, small_corpus

from analysis import parameters
from analysis.corpus import Corpus
from analysis.reports import Part, index, run
from analysis.storage import written

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("background-networking", "component-update", "gpu", "sync")
OPTIONS = ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in QUIET)]


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("there is no chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser):
    """A function that opens a page; at the end nothing may have gone wrong or been asked for."""
    wrong: list[str] = []
    pages = []

    def show(path, **options):
        page = browser.new_page(**options)
        pages.append(page)
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request", lambda request: None if request.url.startswith(("file:", "blob:")) else wrong.append(request.url)
        )
        page.goto(path.as_uri())
        return page

    yield show
    for page in pages:
        page.close()
    assert wrong == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A folder of reports on articles in which every text is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    frames = small_corpus(folder / "frames")
    results = [
        run(name, path, folder, {"frames": str(frames), "source": f"{NASTY}", "topics": 2})
        for name, path in parameters.notebooks().items()
    ]
    assert [result.error for result in results] == [""] * len(results)
    whole = Part("", folder, Corpus.load(frames), {"source": NASTY, "frames": str(frames)})
    written(folder / "index.html", index(whole, results, [(replace(whole, name=NASTY), results)]))
    return folder


@pytest.mark.parametrize("name", ["index", *parameters.notebooks()])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_fit_and_have_no_serious_fault_of_access(opened, name, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(
        reports() / f"{name}.html", color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    faults = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in faults] == []


def test_nothing_an_article_says_runs(opened, hostile):
    for path in sorted(hostile.glob("*.html")):
        page = opened(path)
        page.evaluate("document.querySelectorAll('details').forEach(block => { block.open = true })")
        page.wait_for_timeout(100)
        assert page.title() != "hacked"
        assert page.locator("main script, main img").count() == 0
        assert "onerror" in page.locator("main").inner_text() or path.stem == "index"


def test_a_table_sorts_by_number_and_back(opened):
    page = opened(reports() / "actor_cooccurrence.html")
    page.locator("figure details summary").first.click()
    table = page.locator("figure table").first
    head = table.locator("th button", has_text="articles")
    values = "table => [...table.tBodies[0].rows].map(row => Number(row.cells[1].dataset.v))"
    head.click()
    down = table.evaluate(values)
    head.click()
    up = table.evaluate(values)
    assert down == sorted(down, reverse=True) and up == sorted(up) and len(set(up)) > 1
    assert table.locator("th").nth(1).get_attribute("aria-sort") == "ascending"


def test_a_long_table_can_be_searched(opened):
    page = opened(reports() / "actor_cooccurrence.html")
    page.locator("figure details summary").first.click()
    page.locator("figure input[type=search]").first.fill("blinken")
    rows = page.locator("figure table").first.locator("tbody tr:visible")
    assert 0 < rows.count() < 5 and "Blinken" in rows.first.inner_text()


def test_a_number_leads_to_its_sentences(opened):
    page = opened(reports() / "topic_prevalence.html")
    page.locator("figure details summary").first.click()
    page.locator("figure table a").first.click()
    panel = page.locator("dialog[open]")
    assert panel.locator("li").count() > 0 and panel.locator("mark").count() > 0
    assert "evidence.parquet" in panel.inner_text()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_evidence_can_be_reached_without_the_script(browser):
    page = browser.new_page(java_script_enabled=False)
    page.goto((reports() / "topic_prevalence.html").as_uri())
    link = page.locator('a[href^="#ev-"]').first.get_attribute("href")
    page.goto((reports() / "topic_prevalence.html").as_uri() + link)
    assert page.locator(link).locator("li").first.is_visible()
    page.close()


def test_a_finding_on_the_index_leads_to_its_sentences(opened):
    page = opened(reports() / "index.html")
    page.get_by_role("link", name="Its sentences").first.click()
    page.locator("dialog[open] li").first.wait_for()
    assert page.url.rpartition("#")[2].startswith("ev-")


def test_an_open_table_stays_in_its_column(opened):
    page = opened(reports() / "quotes.html")
    page.evaluate("document.querySelectorAll('figure details').forEach(block => { block.open = true })")
    wide = page.evaluate("Math.max(...[...document.querySelectorAll('figure .table')].map(t => t.clientWidth))")
    assert 0 < wide <= page.locator("main").evaluate("main => main.clientWidth")


def test_contents_lead_to_their_parts(opened):
    page = opened(reports() / "topic_prevalence.html")
    links = page.locator("nav a")
    assert links.count() >= 6
    for number in range(links.count()):
        assert page.locator(links.nth(number).get_attribute("href")).inner_text() == links.nth(number).inner_text()


def test_a_figure_can_be_saved_as_svg(opened, tmp_path):
    page = opened(reports() / "topic_prevalence.html")
    with page.expect_download() as download:
        page.locator("button[data-save]").first.click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert (
        saved.suffix == ".svg"
        and saved.read_text("utf-8").startswith("<svg")
        and "var(" not in saved.read_text("utf-8")
    )


def test_dark_is_dark_and_figures_follow(opened):
    shades = {}
    for scheme in ("light", "dark"):
        page = opened(reports() / "topic_prevalence.html", color_scheme=scheme)
        shades[scheme] = page.evaluate(
            """[getComputedStyle(document.body).backgroundColor,
                getComputedStyle(document.querySelector('figure svg text')).fill]"""
        )
    assert shades["light"][0] == "rgb(255, 255, 255)" and shades["dark"][0] != shades["light"][0]
    assert shades["dark"][1] != shades["light"][1]


def test_it_prints(opened):
    page = opened(reports() / "topic_prevalence.html")
    page.emulate_media(media="print")
    assert page.locator("nav").first.is_hidden() and page.locator("details.code").first.is_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")
