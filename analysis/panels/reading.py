"""What was read: outlets and months, what was cut as boilerplate, what was extracted."""

from __future__ import annotations

from html import escape

import pandas as pd

from analysis import figures, tables
from analysis.accuracy import SHIPPED
from analysis.measures.periods import parts
from analysis.study import Study
from analysis.tables import Column, Html

SHOWN = 20
LISTED = 200  # rows of copies, and of lines that were cut
LONGEST_CUT = 160
LEAD = 8


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
    frame["cut"] = 1 - frame["kept"] / frame["length"].clip(lower=1)
    frame = frame.sort_values(["count", "outlet"], ascending=[False, True], ignore_index=True)
    links = list(map(study.article_evidence("outlet", counted["outlet"]).get, frame["outlet"]))
    frame = frame.assign(outlet=frame["outlet"].map(study.part_name))
    first, shown = frame.iloc[0], frame.head(SHOWN)
    columns = {
        "outlet": Column(study.say("outlet")),
        "count": study.counted("tile_articles", links),
        "words": study.counted("median_words"),
        "cut": Column(study.say("cut"), study.share, number=True, bar=True),
        "undated": study.counted("undated"),
        "copies": study.counted("tile_copies"),
    }
    values = study.table(frame, columns, study.say("outlet"))
    notes = [study.say("cut_n", share=study.share(cut)) for cut in shown["cut"]]
    drawing, lead = (
        figures.intervals(shown.head(rows), "outlet", "count", notes=notes[:rows], percent=False)
        for rows in (SHOWN, LEAD)
    )
    title = study.say("outlets_title", outlet=first["outlet"], n=int(first["count"]), all=len(articles))
    most = ", ".join(f"{row.outlet} {row.count}" for row in shown.itertuples(index=False))
    alt = study.say("outlets_alt", n=len(shown), most=most)
    return study.picture(drawing, title, study.say("outlets_note"), alt, values, lead=lead)


def copies(study: Study) -> Html:
    """Return the articles that were published again, each with its copies and their outlets, largest groups first."""
    articles = study.corpus.articles
    sizes = articles.groupby("duplicate_group")["article_id"].transform("size")
    if (sizes == 1).all():
        return study.note("no_copies")
    groups = articles[sizes > 1].groupby("duplicate_group", as_index=False).agg(
        n=("article_id", "size"), title=("title", "first"), first=("date", "min"), last=("date", "max"),
        outlets=("outlet", lambda names: ", ".join(sorted(set(names.dropna())))),
    )  # fmt: skip
    groups = groups.sort_values(["n", "duplicate_group"], ascending=[False, True], ignore_index=True).head(LISTED)
    links = study.article_evidence("group", articles["duplicate_group"].where(sizes > 1))
    for day in ("first", "last"):
        groups[day] = groups[day].dt.strftime("%Y-%m-%d")
    columns = {
        "title": Column(study.say("title")),
        "n": study.counted("tile_articles", groups["duplicate_group"].map(links).tolist()),
        "outlets": Column(study.say("tile_outlets")),
        "first": Column(study.say("first_day")),
        "last": Column(study.say("last_day")),
    }
    return Html(study.table(groups.fillna({"title": groups["duplicate_group"]}), columns, study.say("tile_copies")))


def cut(study: Study) -> Html:
    """Return the lines that were left out of the text, those that stand in most articles first."""
    rows = []
    for article_id, text, body in study.corpus.articles[["article_id", "text", "body"]].itertuples(index=False):
        ends = [0, *(edge for span in body for edge in span), len(text)]
        lines = (line.strip() for a, b in zip(ends[::2], ends[1::2], strict=True) for line in text[a:b].split("\n"))
        rows += [(line[:LONGEST_CUT], article_id) for line in dict.fromkeys(lines) if any(map(str.isalnum, line))]
    if not rows:
        return study.note("nothing_cut")
    lines = pd.DataFrame(rows, columns=["line", "article_id"])
    outlet = study.corpus.articles.set_index("article_id")["outlet"]
    lines["outlet"] = lines["article_id"].map(outlet)
    frame = lines.groupby("line", as_index=False).agg(n=("article_id", "nunique"), outlets=("outlet", "nunique"))
    frame = frame.sort_values(["n", "line"], ascending=[False, True], ignore_index=True).head(LISTED)
    held = lines[lines["line"].isin(set(frame["line"]))].groupby("line")["article_id"].agg(set)
    first = study.corpus.sentences.drop_duplicates("article_id").assign(end=lambda f: f["start"])
    behind = {line: first[first["article_id"].isin(ids)] for line, ids in held.items()}
    links = [study.evidence.add(study.say("cut"), line, behind[line], "cut", line) for line in frame["line"]]
    columns = {
        "line": Column(study.say("line_cut")),
        "n": study.counted("tile_articles", links),
        "outlets": study.counted("tile_outlets"),
    }
    table = study.table(frame, columns, study.say("cut"))
    told = study.say("lines_cut", n=len(lines["line"].unique()), shown=len(frame))
    return Html(f"<details><summary>{escape(told)}</summary>{table}</details>")


def periods(study: Study, by: str) -> Html:
    """Return the number of articles in each period."""
    dated = study.corpus.articles.dropna(subset=["date"])
    if parts(dated, by)[by].nunique() < 2:
        return study.note("no_periods", dated=len(dated))
    links = study.article_evidence(by, parts(study.corpus.articles, by)[by])
    counts = parts(dated, by)[by].value_counts().rename_axis(by).reset_index().sort_values(by, ignore_index=True)
    columns = {by: Column(study.say(by)), "count": study.counted("tile_articles", list(map(links.get, counts[by])))}
    values = study.table(counts, columns, study.say(by))
    drawing = figures.bars(counts, by, "count", study.number)
    most = counts.sort_values(["count", by], ascending=[False, True]).iloc[0]
    title = study.say("periods_title", period=most[by], n=int(most["count"]))
    alt = study.say("periods_alt", n=len(counts), first=counts[by].iloc[0], last=counts[by].iloc[-1])
    return study.picture(drawing, title, study.say("periods_note", n=len(dated)), alt, values)


def extracted(study: Study) -> Html:
    """Return what was extracted, and how much of the text nothing was found in."""
    corpus = study.corpus
    kinds = {"mentions": corpus.entities, "ev_issues": corpus.issues, "quotes": corpus.quotes}
    of_all = {"sentence_id": max(len(corpus.sentences), 1), "article_id": len(corpus.articles)}
    rows = [
        (study.say(kind), len(found), *(found[key].nunique() / all_ for key, all_ in of_all.items()))
        for kind, found in kinds.items()
    ]
    group = study.say("found")
    links = [study.evidence.add(group, study.say(kind), found, "found", kind) for kind, found in kinds.items()]
    columns = {
        "what": Column(study.say("what")),
        "n": study.counted("found", links),
        "sentences": Column(study.say("in_sentences"), study.share, number=True, bar=True),
        "articles": Column(study.say("in_articles"), study.share, number=True, bar=True),
    }
    return Html(study.table(pd.DataFrame(rows, columns=list(columns)), columns, group))


def measured(study: Study, *names: str) -> Html:
    """Return how right the extraction was where it was measured: these figures, of every file that the report quotes.

    A file that measured other models or knowledge than the report's is said to have done so.
    """
    found, stale = {}, []
    for one in study.measured:
        coding = study.say(f"coding_{one.name}") if one.name in SHIPPED else one.name
        found[study.say("coding", name=coding, n=one.units, unit=study.say(f"coded_{one.unit}"))] = one
        what = [study.say(f"made_{key}") for key in one.differing(study.corpus.made_with)]
        stale += [study.say("measured_otherwise", name=coding, what=", ".join(what))] if what else []
    rows = [
        {"figure": study.say(f"figure_{name.split(' (')[0].replace(' ', '_')}"), "coding": coding,
         "value": figure.value / 100, "low": figure.interval and figure.interval[0] / 100,
         "high": figure.interval and figure.interval[1] / 100}
        for name in names
        for coding, one in found.items()
        if (figure := one.figures.get(name)) and figure.value is not None
    ]  # fmt: skip
    if not rows:
        return study.note("not_measured")
    frame = pd.DataFrame(rows).astype({"low": float, "high": float})
    hues, one_place = dict(zip(found, figures.HUES, strict=False)), study.decimals(1)

    def share(value: float) -> str:
        return f"{one_place(100 * value)}%"

    drawing = figures.intervals(
        frame.assign(figure=frame["figure"].where(~frame["figure"].duplicated(), "")), "figure", "value",
        notes=(frame["value"].map(share) + " · " + frame["coding"]).tolist(),
        hues=frame["coding"].map(hues).tolist(),
    )  # fmt: skip
    columns = {
        "figure": Column(study.say("figure")),
        "coding": Column(study.say("hand_coding"), hues=frame["coding"].map(hues).tolist()),
        "value": Column("F1", share, number=True, bar=True),
        "range": Column(study.say("interval"), number=True),
    }
    values = study.table(frame.assign(range=study.ranges(frame, share)), columns, study.say("figure"))
    first = frame.iloc[0]
    title = study.say("measured_title", figure=first["figure"], share=share(first["value"]), coding=first["coding"])
    alt = "; ".join(f"{row.figure} {share(row.value)} ({row.coding})" for row in frame.itertuples())
    warning = tables.caution(study.say("measured_otherwise_title"), stale)
    return Html(warning) + study.picture(drawing, title, study.say("measured_note"), alt, values)


def reading_findings(study: Study) -> Html:
    """Return what was read in sentences made from the numbers."""
    articles = study.corpus.articles
    copies, undated = articles["article_id"] != articles["duplicate_group"], articles["date"].isna()
    links = study.article_evidence("copies", copies.map({True: "copies"}))
    links |= study.article_evidence("undated", undated.map({True: "undated"}))
    lines = [
        study.say("finding_articles", n=len(articles), outlets=articles["outlet"].nunique()),
        (study.say("finding_copies", n=int(copies.sum())), links.get("copies")),
        (study.say("finding_undated", n=int(undated.sum())), links.get("undated")),
        study.say("finding_skipped", n=len(study.corpus.skipped)) if len(study.corpus.skipped) else None,
    ]
    return study.findings(*lines)
