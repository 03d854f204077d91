"""Which issues and which actors the coverage is about: shares of articles, over time and between parts."""

from __future__ import annotations

import pandas as pd

from analysis import figures
from analysis.evidence import anchor
from analysis.measures.periods import UNDATED, UNKNOWN, parts
from analysis.panels.places import headline
from analysis.study import Study
from analysis.tables import Column, Html

SHOWN = 20
LEAD = 8
PANELS = 9
MATRIX = 8
ROWS = 200


def issue_findings(study: Study, shares: pd.DataFrame) -> Html:
    """Return the findings on issues, in sentences made from the numbers."""
    found = _largest(shares[shares["count"] > 0], "issue")
    articles = study.corpus.articles
    lines: list[str | tuple[str, str]] = [
        study.say("finding_articles", n=len(articles), outlets=articles["outlet"].nunique())
    ]
    if len(found) > 1:
        found = found.assign(label=found["issue"].map(study.issue_labels))
        share, foremost = found["share"].map(study.share), found[found["count"] == found["count"].max()]
        widest = foremost.assign(low=foremost["low"].min(), high=foremost["high"].max())
        values = {"share": share[0], "range": study.ranges(widest, study.share)[0]}
        said = headline(study, "finding_issues", found, "count", second=f"{found['label'][1]} ({share[1]})", **values)
        lines.append((said, anchor("issue", found["issue"][0])))
    return study.findings(*lines)


def issue_shares(study: Study, shares: pd.DataFrame) -> Html:
    """Return the share of articles about each issue, from `measures.prevalence` without parts."""
    frame = _largest(shares[shares["count"] > 0], "issue")
    frame = frame.assign(label=frame["issue"].map(study.issue_labels), hue=frame["issue"].map(study.issue_hues))
    return _shares(study, frame, _issue_evidence(study, frame), "issue", len(frame))


def actor_shares(study: Study, shares: pd.DataFrame) -> Html:
    """Return the share of articles that name each actor, from `measures.prevalence` of entities by actor."""
    frame = _largest(shares[shares["count"] > 0], "actor_id")
    frame = frame.assign(label=frame["actor_id"].map(study.actor_labels), hue=frame["actor_id"].map(study.actor_hues))
    found, frame = len(frame), frame.head(ROWS)
    return _shares(study, frame, study.actor_evidence(frame["actor_id"]), "actor", found)


def issue_times(study: Study, shares: pd.DataFrame, by: str) -> Html:
    """Return the share of each issue over periods, from `measures.prevalence` by a period."""
    dated = shares[shares[by] != UNDATED]
    large = dated.loc[dated["enough"], by].nunique()
    if large < 2:
        return _not_drawn(study, shares, by, "no_times", n=dated[by].nunique(), large=large)
    codes = _largest(shares.groupby("issue", as_index=False)["count"].sum(), "issue")["issue"].head(PANELS).tolist()
    few = dated.loc[~dated["enough"], by].nunique()
    names = {code: study.issue_labels.get(code, code) for code in codes}
    drawn = dated[dated["issue"].isin(codes)].assign(label=dated["issue"].map(names), few=~dated["enough"])
    drawn = _every_period(drawn.set_index("issue").loc[codes].reset_index(), by)
    hues = {name: study.issue_hues[code] for code, name in names.items()}
    drawing = figures.small_multiples(drawn, "label", by, "share", hues=hues, few="few")
    title = study.say("times_title", n=len(codes), first=dated[by].min(), last=dated[by].max())
    alt = study.say("times_alt", issues=", ".join(names.values()), n=dated[by].nunique())
    note = study.say("times_note") + (" " + study.say("times_few", n=few, all=dated[by].nunique()) if few else "")
    return study.picture(drawing, title, note, alt, _crossed(study, shares[shares["issue"].isin(codes)], by, title))


def issue_parts(study: Study, shares: pd.DataFrame, by: str) -> Html:
    """Return the share of each issue in each part (outlet, place), from `measures.prevalence` by a column."""
    named = shares[shares[by] != UNKNOWN]
    large = named.loc[named["enough"], by].nunique()
    if large < 2:
        return _not_drawn(study, shares, by, "no_parts", n=named[by].nunique(), large=large, parts=study.say(f"{by}s"))
    sizes = named.drop_duplicates(by).sort_values(["total", by], ascending=[False, True]).head(MATRIX)
    codes = _largest(named.groupby("issue", as_index=False)["count"].sum(), "issue")["issue"].head(12)
    index = [study.issue_labels.get(code, code) for code in codes]
    columns = [f"{part} ({study.number(total)})" for part, total in zip(sizes[by], sizes["total"], strict=True)]
    values = named.pivot(index="issue", columns=by, values="share").loc[codes, sizes[by]]
    values = values.set_axis(index).set_axis(columns, axis=1)
    drawing = figures.matrix(values, values.map(study.share), few=(~sizes["enough"]).tolist())
    title = study.say("parts_title", n=len(columns), part=study.say(f"{by}s"))
    alt = study.say("parts_alt", issues=", ".join(index), parts=", ".join(sizes[by]))
    crossed = _crossed(study, named[named["issue"].isin(codes)], by, title)
    return study.picture(drawing, title, study.say("parts_note"), alt, crossed)


def _shares(study: Study, frame: pd.DataFrame, links: list[str | None], what: str, found: int) -> Html:
    title = headline(study, f"{what}_shares_title", frame, "count", all=int(frame["total"].max()))
    most = ", ".join(f"{row.label} {study.share(row.share)}" for row in frame.head(5).itertuples())
    alt = study.say(f"{what}_shares_alt", n=len(frame), most=most)

    def draw(rows: int) -> figures.Figure:
        part = frame.head(rows).assign(few=lambda f: ~f["enough"])
        counts = zip(part["count"], part["total"], strict=True)
        notes = [study.say("n_of_all", n=int(n), all=int(total)) for n, total in counts]
        return figures.intervals(part, "label", "share", notes=notes, hues=part["hue"].tolist(), few="few")

    columns = {
        "label": Column(study.say(what), hues=frame["hue"].tolist()),
        "count": study.counted("tile_articles", links),
        "share": Column(study.say("share"), study.share, number=True, bar=True),
        "range": Column(study.say("interval"), number=True),
    }
    frame = frame.assign(range=study.ranges(frame, study.share))
    if "corrected" in frame:
        bounds = frame[["corrected_low", "corrected_high"]].set_axis(["low", "high"], axis=1)
        frame = frame.assign(corrected_range=study.ranges(bounds, study.share))
        columns |= {
            "corrected": Column(study.say("corrected"), study.share, number=True, bar=True),
            "corrected_range": Column(study.say("interval"), number=True),
            "correction": Column(study.say("correction")),
        }
    values = study.table(frame, columns, title)
    note = study.say("shares_note") + study.first_shown(min(SHOWN, found), found, len(frame))
    return study.picture(draw(SHOWN), title, note, alt, values, lead=draw(LEAD) if what == "issue" else None)


def _every_period(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the frame with a gap, not a line, where a month or year between two others has no article."""
    kind = {"month": "M", "year": "Y", "quarter": "Q", "day": "D"}.get(by)
    if kind is None:
        return frame
    known = sorted(frame[by].unique())
    every = pd.period_range(known[0], known[-1], freq=kind).astype(str).str.replace("Q", "-Q")
    missing = [period for period in every if period not in set(known)]
    empty = pd.DataFrame([{"label": label, by: period} for label in frame["label"].unique() for period in missing])
    return pd.concat([frame, empty], ignore_index=True)


def _not_drawn(study: Study, shares: pd.DataFrame, by: str, key: str, **values: object) -> Html:
    """Return why no figure is drawn, with the counts folded below: they are true of these articles."""
    counts = _crossed(study, shares, by, study.say(by))
    return study.note(key, **values) + Html(f"<details><summary>{study.say('values')}</summary>{counts}</details>")


def _crossed(study: Study, shares: pd.DataFrame, by: str, about: str) -> str:
    """Return a table of issue × part, each number leading to its sentences."""
    kept = shares[shares["count"] > 0]
    rows = kept.assign(label=kept["issue"].map(study.issue_labels), range=study.ranges(kept, study.share))
    columns = {
        by: Column(study.say(by), study.part_name),
        "label": Column(study.say("issue"), hues=kept["issue"].map(study.issue_hues).tolist()),
        "count": study.counted("tile_articles", _issue_evidence(study, kept, by)),
        "total": study.counted("of_all"),
        "share": Column(study.say("share"), study.share, number=True, bar=True),
        "range": Column(study.say("interval"), number=True),
    }
    return study.table(rows, columns, about)


def _issue_evidence(study: Study, frame: pd.DataFrame, by: str | None = None) -> list[str | None]:
    """Return the id of the evidence behind each row of a frame of issues, or of issues by part."""
    rows = study.corpus.issues.merge(study.article_issues, on=["article_id", "issue"])
    keys = ["issue", by] if by else ["issue"]
    if by:
        part = pd.Series(parts(study.corpus.articles, by)[by].to_numpy(), index=study.corpus.articles["article_id"])
        rows = rows.assign(**{by: rows["article_id"].map(part)})
    groups = dict(list(rows.groupby(keys)))
    group = study.say("ev_issues_by", part=study.say(by).lower()) if by else study.say("ev_issues")
    links = []
    for key in frame[keys].itertuples(index=False, name=None):
        label = study.issue_labels.get(key[0], key[0])
        if by:
            label += f", {study.part_name(key[1])}"
        links.append(study.evidence.add(group, label, groups.get(key, rows.head(0)), "issue", *map(str, key)))
    return links


def _largest(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    return frame.sort_values(["count", key], ascending=[False, True]).reset_index(drop=True)
