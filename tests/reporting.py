"""One run of all reports on the seeds, shared by the tests that look at its results."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

import pandas as pd

from analysis import frames

SEEDS = Path(__file__).parents[1] / "seeds"
NASTY = "<script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">"


@functools.cache
def reports() -> Path:
    """Return a folder with all reports on the five seed articles."""
    from analysis.reports import make

    folder = Path(tempfile.mkdtemp(prefix="simak-reports-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    results = make(str(SEEDS), folder, {})
    assert [result.error for result in results] == [""] * len(results)
    return folder


def small_corpus(folder: Path, text: str = f"Blinken {NASTY} di Beijing.", articles: int = 60) -> Path:
    """Save frames in which every text that articles bring is hostile, and return the folder."""
    from analysis.corpus import FRAMES, Corpus

    rows: dict[str, list[dict]] = {name: [] for name in FRAMES}
    for number in range(articles):
        article = f"a{number:03}"
        sentence = {"article_id": article, "sentence_id": frames.span_id(article, 0, len(text))}
        rows["articles"].append(
            {
                "article_id": article,
                "title": f"=HYPERLINK({NASTY})",
                "text": text,
                "body": [[0, len(text)]],
                "outlet": f"@{NASTY}{number % 2}",
                "outlet_printed": None,
                "author": NASTY,
                "date": pd.Timestamp(2024, 1 + number % 4, 1),
                "published_at": pd.NaT,
                "place": None,
                "url": "javascript:alert(1)",
                "source_path": f"{NASTY}.txt",
                "language": "id",
                "words": 4,
                "duplicate_group": article,
                "quality": [],
            }
        )
        rows["sentences"].append({**sentence, "start": 0, "end": len(text), "text": text, "paragraph": 0})
        for start, end, actor in ((0, 7, "blinken"), (len(text) - 8, len(text) - 1, "beijing")):
            rows["entities"].append(
                {
                    **sentence,
                    "start": start,
                    "end": end,
                    "text": text[start:end],
                    "type": "PER",
                    "actor_id": actor,
                    "found_by": "model",
                    "confidence": 0.5,
                }
            )
        for issue in ("trade", "taiwan")[: 1 + number % 2]:
            rows["issues"].append({**sentence, "issue": issue, "start": 0, "end": 7, "text": text[:7], "found_by": "x"})
        rows["quotes"].append(
            {
                "quote_id": frames.span_id(article, 0, 7),
                **sentence,
                "start": 0,
                "end": 7,
                "text": text[:7],
                "kind": "direct",
                "speaker": None,
                "speaker_start": None,
                "speaker_end": None,
                "actor_id": "blinken",
                "cue": None,
                "cue_start": None,
                "cue_end": None,
                "sentiment": ("negative", "positive")[number % 2],
                "score": 0.0,
                "tone_words": [],
                "target_id": "beijing",
                "channel_id": None,
                "confidence": 0.5,
                "issues": ["trade"],
            }
        )
        for start, end in ((0, 7), (len(text) - 8, len(text) - 1)):
            rows["tokens"].append(
                {
                    **sentence,
                    "start": start,
                    "end": end,
                    "text": text[start:end],
                    "lemma": f"kata{number % 7}",
                    "upos": "NOUN",
                }
            )
    for actor in ("blinken", "beijing"):
        rows["actors"].append(
            {
                "actor_id": actor,
                "name": f"{NASTY} {actor}",
                "name_id": NASTY,
                "type": "PER",
                "country": None,
                "wikidata": None,
                "named": True,
                "mentions": articles,
                "articles": articles,
            }
        )
    rows["skipped"].append({"path": f"{NASTY}.txt", "row": 1, "reason": NASTY})
    return Corpus(**{name: frames.made(name, rows[name]) for name in FRAMES}).save(folder)
