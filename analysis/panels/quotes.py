"""Who says what, in what tone."""

from __future__ import annotations

import pandas as pd

from analysis import figures, tables
from analysis.study import Study
from analysis.tables import Column, Html

SHOWN = 15
LEAD = 7


def quote_findings(study: Study, quotes: pd.DataFrame) -> Html:
    """Return the findings on statements, in sentences made from the numbers."""
    if quotes.empty:
        return study.findings(study.say("no_quotes"))
    tones = {tone: int((quotes["sentiment"] == tone).sum()) for tone in figures.TONES}
    lines = [study.say("finding_quotes", n=len(quotes), speakers=quotes["actor_id"].nunique(), **tones)]
    aimed = quotes[quotes["sentiment"] != "neutral"].dropna(subset=["actor_id", "target_id"])
    counts = aimed.groupby(["actor_id", "target_id", "sentiment"], as_index=False)["quote_id"].count()
    counts = counts.sort_values(["quote_id", "actor_id", "target_id"], ascending=[False, True, True])
    if len(counts):
        names, top = study.actor_labels, counts.iloc[0]
        ends = names.get(top["actor_id"], top["actor_id"]), names.get(top["target_id"], top["target_id"])
        tone = study.say(top["sentiment"])
        lines.append(study.say("finding_target", speaker=ends[0], target=ends[1], tone=tone, n=int(top["quote_id"])))
    return study.findings(*lines)


def speakers(study: Study, quotes: pd.DataFrame) -> Html:
    """Return who is quoted most, and in what tone."""
    return _toned(study, quotes.dropna(subset=["actor_id"]), "actor_id", study.actor_labels, "speaker")


def quoted_issues(study: Study, quotes: pd.DataFrame) -> Html:
    """Return the tone of what is said in each issue."""
    return _toned(study, quotes.explode("issues").dropna(subset=["issues"]), "issues", study.issue_labels, "issue")


def _toned(study: Study, quotes: pd.DataFrame, of: str, labels: dict[str, str], what: str) -> Html:
    if quotes.empty:
        return study.note("no_quotes")
    counts = pd.crosstab(quotes[of], quotes["sentiment"]).reindex(columns=list(figures.TONES), fill_value=0)
    counts = (
        counts.assign(all=counts.sum(axis=1), articles=quotes.groupby(of)["article_id"].nunique())
        .rename_axis("key")
        .reset_index()
    )
    counts = counts.sort_values(["all", "key"], ascending=[False, True]).assign(
        label=lambda f: f["key"].map(labels).fillna(f["key"])
    )
    shown, first = counts.head(SHOWN), counts.iloc[0]
    names = {tone: study.say(tone) for tone in figures.TONES}
    title = study.say(
        f"{what}s_title", name=first["label"], n=int(first["all"]), all=len(quotes.drop_duplicates("quote_id"))
    )

    def draw(rows: int) -> figures.Figure:
        part = counts.head(rows)
        return figures.tones(part, "label", [study.say("quotes_n", n=int(n)) for n in part["all"]], names)

    groups = dict(list(quotes.groupby(of)))

    def links(tone: str | None) -> list[str | None]:
        found = []
        for key, label in zip(counts["key"], counts["label"], strict=True):
            rows = groups[key] if tone is None else groups[key][groups[key]["sentiment"] == tone]
            asked = (
                f".query('actor_id == {key!r}')"
                if of == "actor_id"
                else f"[lambda f: f.issues.map(lambda codes: {key!r} in codes)]"
            )
            line = f"corpus.quotes{asked}" + (f".query('sentiment == {tone!r}')" if tone else "")
            title = f"{label}: {names[tone] if tone else study.say('quotes')}"
            found.append(
                study.evidence.add(
                    study.say("ev_speakers" if what == "speaker" else "ev_issues_said"),
                    title,
                    rows,
                    line,
                    what,
                    key,
                    tone or "all",
                )
            )
        return found

    values = tables.table(
        counts,
        {
            "label": Column(study.say(what)),
            "all": Column(study.say("quotes"), study.number, number=True, links=links(None)),
            **{tone: Column(name, study.number, number=True, links=links(tone)) for tone, name in names.items()},
            "articles": Column(study.say("tile_articles"), study.number, number=True),
        },
        title,
    )
    alt = study.say(
        "tones_alt", n=len(shown), most=", ".join(f"{row.label} {row.all}" for row in shown.head(3).itertuples())
    )
    return study.picture(
        draw(SHOWN), title, study.say("tones_note"), alt, values, lead=draw(LEAD) if what == "speaker" else None
    )
