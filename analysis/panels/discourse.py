"""Discourse: who takes the same tone as whom, and who takes which tone on what."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis import figures
from analysis.panels.places import headline
from analysis.study import Study
from analysis.tables import Column, Html

TIES = 40
CELLS = (14, 7)
ROWS = 200
ARROW = " → "


def same_tone(study: Study, ties: pd.DataFrame, statements: pd.DataFrame) -> Html:
    """Return the network of `measures.one_mode`: actors tied where they take the same or the opposite tone."""
    ties, used = _strongest(ties), statements[statements["left_out"] == ""]
    ends = pd.concat([ties["source"], ties["target"]]).value_counts()
    beside = (ties["source"].map(ends) > 1) | (ties["target"].map(ends) > 1)  # two who are tied to no other say little
    drawn = ties[beside].head(TIES) if beside.any() else ties.head(TIES)
    if len(drawn) < 2:
        return study.note("no_discourse", n=len(drawn), used=used["quote_id"].nunique())
    spoken = used["actor_id"].value_counts()
    at = figures.layout(drawn.assign(weight=drawn["size"]))
    nodes = at.assign(
        label=at.index.map(study.actor_labels), size=spoken[at.index] / spoken[at.index].max(),
        hue=at.index.map(study.actor_hues),
    )  # fmt: skip
    tone = drawn["weight"].map(lambda weight: figures.TONES["positive" if weight > 0 else "negative"])
    drawing = figures.network(nodes, drawn.assign(weight=drawn["size"] / max(drawn["size"].max(), 5), hue=tone))
    spoken_of = used.groupby("actor_id")["concept"].agg(set)
    values = _values(
        study, ties, used, "same_tone",
        lambda a, b: used["actor_id"].isin([a, b]) & used["concept"].isin(spoken_of[a] & spoken_of[b]),
    )  # fmt: skip
    alt = study.say("network_alt", n=len(nodes), ties=len(drawn), most=", ".join(nodes["label"].head(5)))
    return _pictured(study, drawing, ties, used, "same_tone", alt, values, drawn=len(drawn))


def concepts(study: Study, ties: pd.DataFrame, statements: pd.DataFrame) -> Html:
    """Return who takes which tone on what, from `measures.two_mode`."""
    cells, used = ties.pivot(index="target", columns="source"), statements[statements["left_out"] == ""]
    ties = _strongest(ties)
    if ties.empty:
        return study.note("no_discourse", n=0, used=used["quote_id"].nunique())
    rows, columns = (used[key].value_counts().sort_index().nlargest(n, keep="first").index
                     for key, n in zip(("concept", "actor_id"), CELLS, strict=True))  # fmt: skip
    heads = {"index": lambda name: _named(study, name), "columns": study.actor_labels}
    weight, plus, minus = (
        cells[what].reindex(index=rows, columns=columns).rename(**heads) for what in ("weight", "positive", "negative")
    )
    texts = plus.map(lambda n: f"+{n:.0f} " if n > 0 else "") + minus.map(lambda n: f"−{n:.0f}" if n > 0 else "")
    drawing = figures.matrix(weight / max(ties["size"].max(), 3), texts, hue=figures.TONES["positive"])
    both = lambda a, b: (used["actor_id"] == a) & (used["concept"] == b)  # noqa: E731
    alt = study.say("concepts_alt", rows=", ".join(weight.index), columns=", ".join(weight.columns))
    values = _values(study, ties, used, "concepts", both)
    return _pictured(study, drawing, ties, used, "concepts", alt, values, drawn=len(rows))


def _strongest(ties: pd.DataFrame) -> pd.DataFrame:
    """Return the ties that lean to one side, strongest first; of equals, by name."""
    ranked = ties.assign(size=ties["weight"].abs())
    ranked = ranked.sort_values(["size", "source", "target"], ascending=[False, True, True])
    return ranked[ranked["size"] > 0].head(ROWS).reset_index(drop=True)


def _values(
    study: Study, ties: pd.DataFrame, used: pd.DataFrame, kind: str, behind: Callable[[str, str], pd.Series]
) -> str:
    group, one, quotes = study.say(f"ev_{kind}"), study.decimals(1), study.corpus.quotes
    named, links = ties[["source", "target"]].map(lambda name: _named(study, name)), []
    for *key, a, b in zip(ties["source"], ties["target"], named["source"], named["target"], strict=True):
        rows = quotes[quotes["quote_id"].isin(used.loc[behind(*key), "quote_id"])]
        links.append(study.evidence.add(group, study.say("pair", a=a, b=b), rows, kind, *key))
    columns = {
        "source": Column(study.say("actor")),
        "target": Column(study.say(f"{kind}_with")),
        "weight": Column(study.say(f"{kind}_weight"), one, number=True, links=links),
        "range": Column(study.say("interval"), number=True),
        "groups": study.counted("tile_articles"),
    }
    shown = ties.assign(source=named["source"], target=named["target"], range=study.ranges(ties, one))
    return study.table(shown, columns, group)


def _pictured(
    study: Study, drawing: figures.Figure, ties: pd.DataFrame, used: pd.DataFrame, kind: str, alt: str, values: str,
    drawn: int,
) -> Html:  # fmt: skip
    leans, less = {sign: study.say(f"{kind}_{sign}") for sign in ("positive", "negative")}, ties["weight"] < 0
    ends = [{"a": _named(study, tie.source), "b": _named(study, tie.target),
             "lean": leans["positive" if tie.weight > 0 else "negative"]} for tie in ties.itertuples()]  # fmt: skip
    sizes = ties.assign(low=ties["low"].mask(less, -ties["high"]), high=ties["high"].mask(less, -ties["low"]),
                        label=[study.say(f"{kind}_row", **values) for values in ends])  # fmt: skip
    title = headline(study, f"{kind}_title", sizes, "size", **ends[0])
    counts = {"drawn": drawn, "used": used["quote_id"].nunique(), "all": len(study.corpus.quotes)}
    note = study.say(f"{kind}_note", **counts) + ("" if study.positions is None else " " + study.say("by_position"))
    return study.picture(drawing, title, note, alt, values)


def _named(study: Study, name: str) -> str:
    """Return the label of an actor, of an issue, of an issue and whom the tone is aimed at, or of a position."""
    return ARROW.join(study.concept_labels.get(part, part) for part in name.split(ARROW))
