"""Take the README's pictures of the reports on the seeds: ``make pictures``."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
REPORTS = HERE.parent / "reports" / "seeds"
# Picture -> page, and the heading at its top.
PICTURES = {
    "report": ("topic_prevalence.html", "Which issues"),
    "network": ("actor_cooccurrence.html", "The network"),
    "quotes": ("quotes.html", "Who speaks"),
}


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 760})
        for picture, (report, heading) in PICTURES.items():
            page.goto((REPORTS / report).as_uri())
            page.get_by_role("heading", name=heading).first.evaluate("heading => heading.scrollIntoView()")
            page.screenshot(path=HERE / f"{picture}.png")
        browser.close()


if __name__ == "__main__":
    main()
