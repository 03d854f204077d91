"""How good the extraction is on articles annotated apart from its making: ``python tests/quality.py``.

``tests/annotated/`` holds annotations of 16 news articles, made from the same guidelines by readers who
had not seen the extractor: offsets and labels alone, since the texts belong to their publishers. The
texts come from the news of the shared data, by their SHA-1.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import tempfile
from pathlib import Path

from conftest import ROOT, shared_folder

import analysis as an
from analysis import standoff, validation

ANNOTATED = ROOT / "tests" / "annotated"


def restored(news: Path, folder: Path) -> Path:
    """Write the annotations with their texts, and the texts alone, into the folder; return it."""
    wanted = {coding["sha1"]: coding for coding in map(json.loads, (p.read_text() for p in ANNOTATED.glob("*.json")))}
    (folder / "gold").mkdir()
    (folder / "texts").mkdir()
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        for text in (json.loads(line)["text"] for line in lines):
            coding = wanted.pop(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), None)
            if coding:
                (folder / "gold" / f"{coding['id']}.json").write_text(json.dumps(coding | {"text": text}), "utf-8")
                (folder / "texts" / f"{coding['id']}.txt").write_bytes(text.encode())
    if wanted:
        raise LookupError(f"The text of {sorted(c['id'] for c in wanted.values())[0]} is not in '{news}'.")
    return folder


def predicted(folder: Path) -> Path:
    """Extract the texts of the folder into standoff JSON; return where that is."""
    corpus = an.extract(*an.read_articles(folder / "texts"))
    standoff.write(corpus, folder / "predicted")
    return folder / "predicted"


def main() -> None:
    news = shared_folder() / "data" / "news" / "articles.jsonl.gz"
    if not news.exists():
        sys.exit(f"The news of the shared data is missing: '{news}'. Set SIMAK_DATA.")
    with tempfile.TemporaryDirectory() as name:
        folder = restored(news, Path(name))
        found = predicted(folder)
        scores = validation.scores(folder / "gold", found)
        print(validation.table(validation.with_intervals(scores, validation.intervals(folder / "gold", found))))


if __name__ == "__main__":
    main()
