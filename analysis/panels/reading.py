"""What was read: outlets and months, what was cut as boilerplate, what was extracted."""

from __future__ import annotations

import pandas as pd

from analysis import figures, tables
from analysis.measures.periods import parts
from analysis.study import Study
from analysis.tables import Column, Html

SHOWN = 20


def outlets(study: Study) -> Html:
    """Return how much was read from each outlet, and how much of its text was cut."""
    articles = study.corpus.articles
    kept = articles["body"].map(lambda spans: sum(end - start for start, end in spans))
    counted = articles.assign(
        outlet=parts(articles, "outlet")["outlet"], kept=kept, length=articles["text"].str.len(),
        undated=articles["date"].isna(), copy=articles["article_id"] != articles["duplicate_group"],
    )  # fmt: skip
    frame = counted.groupby("outlet", as_index=False).agg(
        count=("article_id", "size"), words=("words", "median"), kept=("kept", "sum"), length=("length", "sum"),
        undated=("undated", "sum"), copies=("copy", "sum"),
    )  # fmt: skip
    frame = frame.assign(cut=1 - frame["kept"] / frame["length"].clip(lower=1)).sort_values(
        ["count", "outlet"], ascending=[False, True], ignore_index=True
    )
    frame = frame.assign(outlet=frame["outlet"].replace("unknown", study.say("unknown")))
    first, shown = frame.iloc[0], frame.head(SHOWN)
    values = tables.table(
        frame,
        {
            "outlet": Column(study.say("outlet")),
            "count": Column(study.say("tile_articles"), study.number, number=True),
            "words": Column(study.say("median_words"), study.number, number=True),
            "cut": Column(study.say("cut"), study.share, number=True, bar=True),
            "undated": Column(study.say("undated"), study.number, number=True),
            "copies": Column(study.say("tile_copies"), study.number, number=True),
        },
        study.say("outlet"),
    )
    notes = [study.say("cut_n", share=study.share(cut)) for cut in shown["cut"]]
    drawing = figures.intervals(shown, "outlet", "count", notes=notes, percent=False)
    title = study.say("outlets_title", outlet=first["outlet"], n=int(first["count"]), all=len(articles))
    alt = study.say(
        "outlets_alt",
        n=len(shown),
        most=", ".join(f"{o} {n}" for o, n in zip(shown["outlet"], shown["count"], strict=True)),
    )
    return study.picture(drawing, title, study.say("outlets_note"), alt, values, lead=drawing)


def periods(study: Study, by: str) -> Html:
    """Return the number of articles in each period."""
    dated = study.corpus.articles.dropna(subset=["date"])
    if parts(dated, by)[by].nunique() < 2:
        return study.note("no_periods", dated=len(dated))
    counts = parts(dated, by)[by].value_counts().rename_axis(by).reset_index().sort_values(by, ignore_index=True)
    values = tables.table(
        counts,
        {by: Column(study.say(by)), "count": Column(study.say("tile_articles"), study.number, number=True)},
        study.say(by),
    )
    drawing = figures.bars(counts, by, "count")
    most = counts.sort_values(["count", by], ascending=[False, True]).iloc[0]
    title = study.say("periods_title", period=most[by], n=int(most["count"]))
    alt = study.say("periods_alt", n=len(counts), first=counts[by].iloc[0], last=counts[by].iloc[-1])
    return study.picture(drawing, title, study.say("periods_note", n=len(dated)), alt, values)


def extracted(study: Study) -> Html:
    """Return what was extracted, and how much of the text nothing was found in."""
    corpus = study.corpus
    sentences, articles = len(corpus.sentences), len(corpus.articles)
    kinds = {"mentions": corpus.entities, "ev_issues": corpus.issues, "quotes": corpus.quotes}
    rows = [
        (study.say(kind), len(frame), frame["sentence_id"].nunique(), frame["article_id"].nunique())
        for kind, frame in kinds.items()
    ]
    frame = pd.DataFrame(rows, columns=["what", "n", "sentences", "articles"])
    frame = frame.assign(
        sentences=frame["sentences"] / max(sentences, 1), articles=frame["articles"] / max(articles, 1)
    )
    return Html(
        tables.table(
            frame,
            {
                "what": Column(study.say("what")),
                "n": Column(study.say("found"), study.number, number=True),
                "sentences": Column(study.say("in_sentences"), study.share, number=True, bar=True),
                "articles": Column(study.say("in_articles"), study.share, number=True, bar=True),
            },
            study.say("found"),
        )
    )


def reading_findings(study: Study) -> Html:
    """Return what was read in sentences made from the numbers."""
    articles = study.corpus.articles
    undated, groups = int(articles["date"].isna().sum()), articles["duplicate_group"].nunique()
    lines = [
        study.say("finding_articles", n=len(articles), outlets=articles["outlet"].nunique()),
        study.say("finding_copies", n=len(articles) - groups, undated=undated),
        study.say("finding_skipped", n=len(study.corpus.skipped)) if len(study.corpus.skipped) else None,
    ]
    return study.findings(*lines)
