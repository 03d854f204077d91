"""Two corpora side by side: two parts of one, or one before and after an edit of its YAML, models or rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from analysis import figures, measures
from analysis.corpus import Corpus
from analysis.evidence import anchor
from analysis.extraction.issues import of_articles
from analysis.study import Study, chosen, part_of
from analysis.tables import Column, Html

SHOWN = 15
ROWS = 200
FEW = 10
SURE = 0.05


class Sides(NamedTuple):
    """Two named corpora; ``edited`` where they are the same articles before and after an edit."""

    names: tuple[str, str]
    corpora: tuple[Corpus, Corpus]
    edited: bool


def sides(study: Study, each: str, versus: list[str], old: str) -> Sides:
    """Return the two parts that ``versus`` names, or what was saved in the folder ``old`` and what there is now."""
    if old:
        before = part_of(Corpus.load(old), **study.parameters)
        known = dict(zip(before.actors["actor_id"], before.actors["name"], strict=True))
        study.actor_labels = known | study.actor_labels  # an edit may have merged some of them away
        names = tuple(versus) or (study.say("before"), study.say("after"))
        found = Sides(names, (before, study.corpus), edited=True)
    else:
        corpora = tuple(part_of(study.corpus, **chosen(each, name)) for name in versus)
        found = Sides(tuple(versus), corpora, edited=False)
    newest = found.corpora[::-1]
    study.evidence.sentences = pd.concat([corpus.sentences for corpus in newest]).drop_duplicates("sentence_id")
    study.evidence.articles = pd.concat([corpus.articles for corpus in newest]).drop_duplicates("article_id")
    return found


def issue_rows(corpus: Corpus) -> pd.DataFrame:
    """Return the coded sentences of the articles that are about the code."""
    return corpus.issues.merge(of_articles(corpus.issues, corpus.sentences)[["article_id", "issue"]])


def comparison_findings(study: Study, found: Sides) -> Html:
    """Return which issue and which actor differ most, in sentences made from the numbers."""
    lines: list[str | tuple[str, str | None] | None] = []
    for what, key, rows, labels in _kinds(study):
        frame = _shifts(found, rows, key)
        moved = frame[frame["difference"] != 0]
        lines.append(study.say(f"finding_moved_{what}", n=len(moved), all=len(frame)) if found.edited else None)
        if len(frame) and not moved["sure"].any():
            lines.append(None if found.edited else study.say("finding_no_shift", what=study.say(what)))
        for top in moved[moved["sure"]].head(1).itertuples():
            code = getattr(top, key)
            shares = {"share": study.share(top.share), "other": study.share(top.other)}
            said = study.say("finding_shift", what=labels.get(code, code), a=found.names[0], b=found.names[1], **shares)
            lines.append((said, anchor(what, code, "1" if top.difference > 0 else "0")))
    return study.findings(*lines)


def shifts(study: Study, found: Sides, what: str) -> Html:
    """Return the shares of articles on both sides (issues, actors or speakers), largest difference first."""
    _, key, rows, labels = next(kind for kind in _kinds(study) if kind[0] == what)
    frame = _shifts(found, rows, key)
    moved = frame[frame["difference"] != 0]
    changes, moved = len(moved), moved.head(ROWS)
    if moved.empty:
        return study.note("no_shift", n=len(frame))
    moved = moved.assign(label=moved[key].map(labels).fillna(moved[key]))
    shown, (one, other) = moved.head(SHOWN), found.names
    points = [study.say("points", n=f"{'+' if d > 0 else ''}{study.number(100 * d, 1)}") for d in moved["difference"]]
    drawing = figures.dumbbells(
        shown, "label", "share", "other", notes=points[:SHOWN], percent=True,
        xlabel=study.say("shift_axis", a=one, b=other),
    )  # fmt: skip
    links = [_only(study, found, rows, key, moved, what, side) for side in (0, 1)]
    columns = {
        "label": Column(study.say(what[:-1])),
        "n_other": Column(one, study.number, number=True, links=links[0]),
        "n": Column(other, study.number, number=True, links=links[1]),
        "other": Column(f"{study.say('share')}, {one}", study.share, number=True),
        "share": Column(f"{study.say('share')}, {other}", study.share, number=True),
        "points": Column(study.say("difference"), number=True),
    }
    moved = moved.assign(points=points, range=None)
    if not found.edited:
        moved["range"] = study.ranges(moved, lambda v: study.number(100 * v, 1))
        columns |= {
            "range": Column(study.say("interval"), number=True),
            "q": Column("q", study.decimals(3), number=True),
        }
    top, sure = moved.iloc[0], int(frame["sure"].sum())
    shares = {"share": study.share(top["share"]), "other": study.share(top["other"])}
    key = "shift_title" if sure else "shift_title_open"
    title = study.say(key, what=top["label"], a=one, b=other, n=sure or changes, **shares)
    most = ", ".join(f"{label} {point}" for label, point in zip(shown["label"], points, strict=False))
    alt = study.say("shift_alt", n=len(shown), most=most)
    note = study.say("shift_note_edited" if found.edited else "shift_note")
    return study.picture(drawing, title, note, alt, study.table(moved, columns, title), lead=drawing)


def totals(study: Study, found: Sides) -> Html:
    """Return how much was read and found on both sides, and what made each."""
    one, other = map(_totals, found.corpora)
    rows = [
        (study.say(name), study.number(n), study.number(other[name]), study.number(other[name] - n))
        for name, n in one.items()
    ]
    for key in ("simak", "models", "knowledge"):
        made = [corpus.made_with.get(key, "–") for corpus in found.corpora]
        rows.append((study.say(f"made_{key}"), *made, "" if made[0] == made[1] else study.say("changed")))
    columns = {"what": Column(study.say("what"))} | {
        f"side{n}": Column(heading, number=True) for n, heading in enumerate((*found.names, study.say("difference")))
    }
    return Html(study.table(pd.DataFrame(rows, columns=list(columns)), columns, study.say("found")))


def _kinds(study: Study) -> list[tuple[str, str, Callable[[Corpus], pd.DataFrame], dict[str, str]]]:
    return [
        ("issues", "issue", issue_rows, study.issue_labels),
        ("actors", "actor_id", lambda corpus: corpus.entities, study.actor_labels),
        ("speakers", "actor_id", lambda corpus: corpus.quotes.dropna(subset=["actor_id"]), study.actor_labels),
    ]


def _totals(corpus: Corpus) -> dict[str, int]:
    quotes = corpus.quotes
    return {
        "tile_articles": len(corpus.articles), "tile_sentences": len(corpus.sentences),
        "mentions": len(corpus.entities), "actors_named": corpus.entities["actor_id"].nunique(),
        "coded_sentences": corpus.issues["sentence_id"].nunique(), "quotes": len(quotes),
        "with_speaker": quotes["actor_id"].count(), "with_target": quotes["target_id"].count(),
        **{tone: (quotes["sentiment"] == tone).sum() for tone in figures.TONES},
    }  # fmt: skip


def _shifts(found: Sides, rows: Callable[[Corpus], pd.DataFrame], key: str) -> pd.DataFrame:
    """Return ``key, n_other, n, other, share, difference, low, high, q, enough, sure``; the second side is ``share``.

    Of many differences some have an interval without 0 by chance, so those are ``sure`` whose q is small; their
    intervals leave 0 out, too. What an edit changed is sure.
    """
    both = [rows(corpus)[["article_id", key]].drop_duplicates() for corpus in found.corpora]
    counts = pd.concat([side[key].value_counts() for side in both], axis=1, keys=["n_other", "n"]).fillna(0)
    frame = counts.rename_axis(key).reset_index().astype({"n_other": "int64", "n": "int64"})
    of = [len(corpus.articles) for corpus in found.corpora]
    frame = frame.assign(other=frame["n_other"] / of[0], share=frame["n"] / of[1], enough=True)
    frame["difference"] = frame["share"] - frame["other"]
    if not found.edited and min(of) < FEW:
        frame = frame.assign(low=float("nan"), high=float("nan"), q=float("nan"), enough=False)
    elif not found.edited:
        articles = pd.concat([c.articles.assign(side=n) for n, c in zip("01", found.corpora, strict=True)])
        tested = measures.differences(pd.concat(both), articles, "side", of=key, reference="0")
        frame = frame.drop(columns="enough").merge(tested[[key, "low", "high", "q", "enough"]], on=key)
    sure = frame["difference"] != 0 if found.edited else frame["q"] <= SURE
    return frame.assign(size=frame["difference"].abs(), sure=sure).sort_values(
        ["sure", "size", key], ascending=[False, False, True], ignore_index=True
    )


def _only(
    study: Study, found: Sides, rows: Callable[[Corpus], pd.DataFrame], key: str, moved: pd.DataFrame, what: str,
    side: int,
) -> list[str | None]:  # fmt: skip
    """Return the id of the evidence that is on this side alone: behind a part, or what an edit took away or added."""
    span = ["article_id", "start", "end", key]
    mine, others = rows(found.corpora[side]), rows(found.corpora[1 - side])
    alone = mine[~pd.MultiIndex.from_frame(mine[span]).isin(pd.MultiIndex.from_frame(others[span]))]
    groups, group = dict(list(alone.groupby(key))), study.say("ev_only", what=study.say(what), side=found.names[side])
    return [
        study.evidence.add(group, label, groups.get(code, alone.head(0)), what, code, str(side))
        for code, label in zip(moved[key], moved["label"], strict=True)
    ]
