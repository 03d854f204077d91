"""Which issues and which actors the coverage is about: shares of articles, over time and between parts."""

from __future__ import annotations

import pandas as pd

from analysis import figures, tables
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
    frame = _largest(shares[shares["count"] > 0], "issue").assign(label=lambda f: f["issue"].map(study.issue_labels))
    hues = [study.issue_hues.get(code, figures.REST) for code in frame["issue"]]
    return _shares(study, frame, _issue_evidence(study, frame), hues, "issue", len(frame))


def actor_shares(study: Study, shares: pd.DataFrame) -> Html:
    """Return the share of articles that name each actor, from `measures.prevalence` of entities by actor."""
    frame = _largest(shares[shares["count"] > 0], "actor_id").assign(
        label=lambda f: f["actor_id"].map(study.actor_labels)
    )
    found, frame = len(frame), frame.head(ROWS)
    hues = [study.actor_hues.get(actor, figures.REST) for actor in frame["actor_id"]]
    return _shares(study, frame, study.actor_evidence(frame["actor_id"]), hues, "actor", found)


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
    drawn = drawn.set_index("issue").loc[codes].reset_index()
    drawn = _every_period(drawn, by)
    drawing = figures.small_multiples(
        drawn, "label", by, "share", hues={names[c]: study.issue_hues.get(c, figures.REST) for c in codes}, few="few"
    )
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
    cells = named.set_index(["issue", by])
    grid = [[cells.loc[(code, part)] for part in sizes[by]] for code in codes]
    index = [study.issue_labels.get(code, code) for code in codes]
    columns = [f"{part} ({study.number(total)})" for part, total in zip(sizes[by], sizes["total"], strict=True)]
    values = pd.DataFrame([[cell["share"] for cell in row] for row in grid], index, columns)
    texts = pd.DataFrame([[study.share(cell["share"]) for cell in row] for row in grid], index, columns)
    drawing = figures.matrix(values, texts, few=(~sizes["enough"]).tolist())
    title = study.say("parts_title", n=len(columns), part=study.say(f"{by}s"))
    alt = study.say("parts_alt", issues=", ".join(index), parts=", ".join(sizes[by]))
    return study.picture(
        drawing, title, study.say("parts_note"), alt, _crossed(study, named[named["issue"].isin(codes)], by, title)
    )


def _shares(study: Study, frame: pd.DataFrame, links: list[str | None], hues: list[str], what: str, found: int) -> Html:
    title = headline(study, f"{what}_shares_title", frame, "count", all=int(frame["total"].max()))
    alt = study.say(f"{what}_shares_alt", n=len(frame), most=_listed(study, frame))

    def draw(rows: int) -> figures.Figure:
        part = frame.head(rows).assign(few=lambda f: ~f["enough"])
        counts = zip(part["count"], part["total"], strict=True)
        notes = [study.say("n_of_all", n=int(n), all=int(total)) for n, total in counts]
        return figures.intervals(part, "label", "share", notes=notes, hues=hues[:rows], few="few")

    columns = {
        "label": Column(study.say(what), hues=hues),
        "count": Column(study.say("tile_articles"), study.number, number=True, links=links),
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
    values = tables.table(frame, columns, title, few=(~frame["enough"]).tolist())
    note = study.say("shares_note") + study.first_shown(min(SHOWN, found), found, len(frame))
    return study.picture(draw(SHOWN), title, note, alt, values, lead=draw(LEAD) if what == "issue" else None)


def _every_period(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the frame with a gap, not a line, where a month or year between two others has no article."""
    kind = {"month": "M", "year": "Y", "quarter": "Q", "day": "D"}.get(by)
    if kind is None:
        return frame
    known = sorted(frame[by].unique())
    every = (
        pd.period_range(known[0].replace("-Q", "Q"), known[-1].replace("-Q", "Q"), freq=kind)
        .astype(str)
        .str.replace("Q", "-Q")
    )
    missing = [period for period in every if period not in set(known)]
    empty = pd.DataFrame([{"label": label, by: period} for label in frame["label"].unique() for period in missing])
    return pd.concat([frame, empty], ignore_index=True)


def _not_drawn(study: Study, shares: pd.DataFrame, by: str, key: str, **values: object) -> Html:
    """Return why no figure is drawn, with the counts folded below: they are true of these articles."""
    said = study.note(key, **values).html
    return Html(
        f"{said}<details><summary>{study.say('values')}</summary>{_crossed(study, shares, by, study.say(by))}</details>"
    )


def _crossed(study: Study, shares: pd.DataFrame, by: str, about: str) -> str:
    """Return a table of issue × part, each number leading to its sentences."""
    kept = shares[shares["count"] > 0]
    part = kept[by].tolist()
    links = _issue_evidence(study, kept, by)
    rows = kept.assign(label=kept["issue"].map(study.issue_labels), range=study.ranges(kept, study.share))
    return tables.table(
        rows.assign(**{by: list(map(study.part_name, part))}),
        {
            by: Column(study.say(by)),
            "label": Column(
                study.say("issue"), hues=[study.issue_hues.get(code, figures.REST) for code in kept["issue"]]
            ),
            "count": Column(study.say("tile_articles"), study.number, number=True, links=links),
            "total": Column(study.say("of_all"), study.number, number=True),
            "share": Column(study.say("share"), study.share, number=True, bar=True),
            "range": Column(study.say("interval"), number=True),
        },
        about,
        few=(~kept["enough"]).tolist(),
    )


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


def _listed(study: Study, frame: pd.DataFrame, most: int = 5) -> str:
    return ", ".join(f"{row.label} {study.share(row.share)}" for row in frame.head(most).itertuples())
