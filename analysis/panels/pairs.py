"""Who is named together: pairs against chance, and their network."""

from __future__ import annotations

import pandas as pd

from analysis import figures, measures
from analysis.evidence import anchor, parted
from analysis.panels.places import headline
from analysis.study import Study
from analysis.tables import Column, Html

SHOWN = 20
ROWS = 200


def actor_findings(study: Study, shares: pd.DataFrame, found: pd.DataFrame) -> Html:
    """Return the findings on actors and pairs, in sentences made from the numbers."""
    top, lines = shares.sort_values(["count", "actor_id"], ascending=[False, True], ignore_index=True), []
    if len(top) > 1:
        names, shares_ = top["actor_id"].map(study.actor_labels), top["share"].map(study.share)
        said = study.say("finding_actors", first=names[0], share=shares_[0], second=names[1], second_share=shares_[1])
        lines.append((said, anchor("actor", top["actor_id"][0])))
    sure = found[found["enough"]]
    if len(sure):
        times = study.number(sure["count"].iloc[0] / sure["expected"].iloc[0], 1)
        said = study.say("finding_pair", pair=_named(study, sure)[0], n=int(sure["count"].iloc[0]), times=times)
        lines.append((said, anchor("pair", *sure.iloc[0][["source", "target"]])))
    else:
        lines.append(study.say("finding_no_pair"))
    return study.findings(*lines)


def pairs(study: Study, found: pd.DataFrame, entities: pd.DataFrame, within: str = "sentence") -> Html:
    """Return the pairs of actors named together, from `measures.cooccurrence`, against what chance would give."""
    if found.empty:
        return study.note("no_pairs", minimum=study.parameters["minimum"])
    frame = found.sort_values("enough", ascending=False, kind="stable", ignore_index=True).head(ROWS)
    frame = frame.assign(label=lambda f: _named(study, f))
    links = _pair_evidence(study, frame, entities)
    shown = frame.head(SHOWN)
    drawing = figures.dumbbells(
        shown, "label", "count", "expected", xlabel=study.say("units_together", unit=study.say(f"unit_{within}")),
        notes=[study.say("articles_n", n=int(n)) for n in shown["articles"]],
    )  # fmt: skip
    first = frame.iloc[0]
    expected = study.number(first["expected"], 1)
    title = study.say("paired_title", pair=first["label"], n=int(first["count"]), expected=expected)
    two = study.decimals(2)
    columns = {
        "label": Column(study.say("pair_heading")),
        "count": study.counted("together", links),
        "expected": Column(study.say("expected"), study.decimals(1), number=True),
        "log_likelihood": Column("G²", study.decimals(1), number=True),
        "npmi": Column("NPMI", two, number=True),
        "range": Column(study.say("interval"), number=True),
        "q": Column("q", study.decimals(3), number=True),
        "articles": study.counted("tile_articles"),
    }
    values = study.table(frame.assign(range=study.ranges(frame, two)), columns, title)
    alt = study.say("pairs_alt", n=len(shown), most=", ".join(shown["label"].head(3)))
    note = study.say("pairs_note") + study.first_shown(len(shown), len(found), len(frame))
    return study.picture(drawing, title, note, alt, values)


def pair_network(study: Study, found: pd.DataFrame, actors: int, seed: int) -> Html:
    """Return the network of the pairs among the ``actors`` that most articles name."""
    counted = study.corpus.actors.sort_values(["articles", "actor_id"], ascending=[False, True])["actor_id"]
    tied = counted[counted.isin(pd.concat([found["source"], found["target"]]))].head(actors)
    edges = found[found["source"].isin(tied) & found["target"].isin(tied)]
    if len(edges) < 2:
        return study.note("no_network", n=len(tied))
    graph = measures.network(edges)
    scores = measures.centralities(graph, draws=0)
    central = scores.pivot(index="actor_id", columns="measure", values="value").reset_index()
    groups = measures.communities(graph, seed=seed).set_index("actor_id")["community"]
    named = study.corpus.actors.set_index("actor_id")["articles"]
    at = figures.layout(edges.assign(weight=edges["count"]))
    nodes = at.assign(
        label=at.index.map(study.actor_labels), size=named[at.index] / named.max(), hue=at.index.map(study.actor_hues)
    )
    table = central.assign(
        label=central["actor_id"].map(study.actor_labels),
        articles=central["actor_id"].map(named),
        group=central["actor_id"].map(groups),
    ).sort_values(["degree", "articles", "actor_id"], ascending=[False, False, True])
    columns = {
        "label": Column(study.say("actor"), hues=table["actor_id"].map(study.actor_hues).tolist()),
        "articles": study.counted("tile_articles", study.actor_evidence(table["actor_id"])),
        "degree": study.counted("ties"),
        "betweenness": Column(study.say("betweenness"), study.decimals(2), number=True),
        "group": study.counted("community"),
    }
    values = study.table(table, columns, study.say("actor"))
    ranked = table.assign(low=float("nan"), high=float("nan"))  # how far degrees would vary is not known
    title = headline(study, "network_title", ranked, "degree", n=len(nodes), ties=int(table["degree"].max()))
    largest = ", ".join(nodes.sort_values("size", ascending=False)["label"].head(5))
    alt = study.say("network_alt", n=len(nodes), ties=len(edges), most=largest)
    note = study.say("network_note", drawn=len(edges), all=len(found))
    drawing = figures.network(nodes, edges.assign(weight=edges["count"] / edges["count"].max()))
    return study.picture(drawing, title, note, alt, values, lead=drawing)


def _pair_evidence(study: Study, found: pd.DataFrame, entities: pd.DataFrame) -> list[str | None]:
    """Return the id of the evidence behind each pair: sentences that name both, else those that name either."""
    groups = parted(entities, "actor_id", pd.concat([found["source"], found["target"]]))
    links = []
    for a, b, label in zip(found["source"], found["target"], found["label"], strict=True):
        rows = pd.concat([groups[a], groups[b]])
        both = rows["sentence_id"].isin(set(groups[a]["sentence_id"]) & set(groups[b]["sentence_id"]))
        rows = rows[both] if both.any() else rows
        links.append(study.evidence.add(study.say("ev_pairs"), label, rows, "pair", a, b))
    return links


def _named(study: Study, found: pd.DataFrame) -> list[str]:
    names = study.actor_labels
    ends = zip(found["source"], found["target"], strict=True)
    return [study.say("pair", a=names.get(a, a), b=names.get(b, b)) for a, b in ends]
