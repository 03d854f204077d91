"""How good the extraction is on articles annotated apart from its making: ``python tests/quality.py``.

``tests/annotated/`` holds annotations of 16 news articles, made from the same guidelines by readers who
had not seen the extractor: offsets and labels alone, since the texts belong to their publishers. The
texts come from the news of the shared data, by their SHA-1.

``tests/annotated/afterwards/`` holds 229 more, annotated when the extractor stood, by others who had not seen it. What
they showed to be missed was mended, and tone and targets were learnt from statements of these articles, so that their
figures tell what a change breaks, not what to expect.

``--save`` writes what was measured, there and on the seeds' own gold, into the files that the package ships for its
reports.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

from conftest import ROOT, shared_folder

import analysis as an
from analysis import accuracy, standoff, validation
from analysis.accuracy import Accuracy

NEWS = shared_folder() / "data" / "news" / "articles.jsonl.gz"
ANNOTATED = ROOT / "tests" / "annotated"
FOLDERS = {"apart": ANNOTATED, "afterwards": ANNOTATED / "afterwards"}
LEARNT_FROM = ("sentiment of found quotes, macro F1", "target of found quotes")


def restored(news: Path, folder: Path, name: str = "apart") -> Path:
    """Write the annotations with their texts, and the texts alone, into the folder; return it."""
    codings = [json.loads(path.read_text("utf-8")) for path in FOLDERS[name].glob("*.json")]
    wanted = {coding["sha1"]: coding for coding in codings}
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


def of_seeds(folder: Path) -> Path:
    """Write the gold annotations of the seeds and their texts into the folder; return it."""
    shutil.copytree(ROOT / "tests" / "gold", folder / "gold")
    (folder / "texts").mkdir()
    for path in standoff.files(folder / "gold"):
        (folder / "texts" / f"{path.stem}.txt").write_bytes(standoff.document(path).text.encode())
    return folder


def measured(name: str, folder: Path) -> Accuracy:
    """Return the accuracy on ``seeds`` or ``apart``, which the package ships, or on ``afterwards``."""
    if name == "seeds":
        of_seeds(folder)
    else:
        restored(NEWS, folder, name)
    found = validation.measured(folder / "gold", predicted(folder), name=name)
    kept = {k: v for k, v in found.figures.items() if name != "afterwards" or k not in LEARNT_FROM}
    return found.model_copy(update={"figures": kept})


def main() -> None:
    for name in ("seeds", "apart", "afterwards"):
        if name != "seeds" and not NEWS.exists():
            sys.exit(f"The news of the shared data is missing: '{NEWS}'. Set SIMAK_DATA.")
        with tempfile.TemporaryDirectory() as folder:
            found = measured(name, Path(folder))
        print(f"{name}: {found.units} articles")
        print(validation.table({key: figure.model_dump(exclude_none=True) for key, figure in found.figures.items()}))
        if "--save" in sys.argv and name in accuracy.SHIPPED:
            accuracy.write(found, accuracy.SHIPPED[name])


if __name__ == "__main__":
    main()
