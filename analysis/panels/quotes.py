"""Who says what, in what tone."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis import figures
from analysis.evidence import anchor, parted
from analysis.measures import prevalence
from analysis.panels.places import headline
from analysis.study import Study
from analysis.tables import Column, Html

ARROW = " → "
SHOWN = 15
ROWS = 100
LEAD = 7


def quote_findings(study: Study, quotes: pd.DataFrame) -> Html:
    """Return the findings on statements, in sentences made from the numbers."""
    if quotes.empty:
        return study.findings(study.say("no_quotes"))
    tones = {tone: int((quotes["sentiment"] == tone).sum()) for tone in figures.TONES}
    unknown = int(quotes["actor_id"].isna().sum())
    lines = [
        study.say("finding_quotes", n=len(quotes), speakers=quotes["actor_id"].nunique(), **tones)
        + (study.say("finding_unknown", n=unknown) if unknown else "")
    ]
    said, labels = _paired(study, quotes)
    for top in _sharpest(said).itertuples():
        ends = dict(zip(("speaker", "target"), labels[top.pair].split(ARROW), strict=True))
        told = study.say("finding_target", **ends, tone=study.say(top.sentiment), n=int(top.quote_id))
        block = _block(top.sentiment, top.quote_id, sum(said["pair"] == top.pair))
        lines.append((told, anchor("pair", top.pair, block)))
    return study.findings(*lines)


def speakers(study: Study, quotes: pd.DataFrame) -> Html:
    """Return who is quoted most, and in what tone."""
    said = quotes.dropna(subset=["actor_id"])
    return _toned(study, said, "actor_id", study.actor_labels, "speaker", study.actor_hues)


def aimed(study: Study, quotes: pd.DataFrame) -> Html:
    """Return who speaks about whom, and in what tone."""
    said, labels = _paired(study, quotes)
    return _toned(study, said, "pair", labels, "pair", {}, always=_sharpest(said)["pair"])


def _sharpest(said: pd.DataFrame) -> pd.DataFrame:
    """Return the pair that takes one tone most often, twice at least: ``pair, sentiment, quote_id`` (how often)."""
    toned = said[said["sentiment"] != "neutral"].groupby(["pair", "sentiment"], as_index=False)["quote_id"].count()
    return toned.query("quote_id > 1").sort_values(["quote_id", "pair"], ascending=[False, True]).head(1)


def _paired(study: Study, quotes: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the quotes that have a speaker and a target, with the column ``pair``, and the label of each pair."""
    said = quotes.dropna(subset=["actor_id", "target_id"])
    said = said.assign(pair=said["actor_id"] + ARROW + said["target_id"])
    names = {pair: [study.actor_labels.get(actor, actor) for actor in pair.split(ARROW)] for pair in said["pair"]}
    return said, {pair: ARROW.join(ends) for pair, ends in names.items()}


def quoted_issues(study: Study, quotes: pd.DataFrame) -> Html:
    """Return the tone of what is said in each issue."""
    said = quotes.explode("issues").dropna(subset=["issues"])
    return _toned(study, said, "issues", study.issue_labels, "issue", study.issue_hues)


def _block(tone: str, count: int, of: int) -> str:
    """Return which block of statements shows those of a tone: where it is the only one, the block of all."""
    return "all" if count == of else tone


def _toned(
    study: Study, quotes: pd.DataFrame, of: str, labels: dict[str, str], what: str, hues: dict[str, str],
    always: Iterable[str] = (),
) -> Html:  # fmt: skip
    """Return a figure of tones with its table: the ROWS with most statements, those that are ``always`` shown too."""
    if quotes.empty:
        return study.note("no_quotes" if what != "pair" else "no_targets")
    counts = pd.crosstab(quotes[of], quotes["sentiment"]).reindex(columns=list(figures.TONES), fill_value=0)
    counts["all"], counts["articles"] = counts.sum(axis=1), quotes.groupby(of)["article_id"].nunique()
    counts = counts.rename_axis("key").reset_index().sort_values(["all", "key"], ascending=[False, True])
    counts["label"] = counts["key"].map(labels).fillna(counts["key"])
    first = counts["key"].isin(list(always)).sort_values(ascending=False, kind="stable").index[:ROWS]
    found, counts = len(counts), counts.loc[counts.index.isin(first)]
    names, each = {tone: study.say(tone) for tone in figures.TONES}, quotes.assign(sentence_id=quotes["quote_id"])
    once, articles = each.drop_duplicates("quote_id"), study.corpus.articles
    shares = prevalence(each, articles, unit="sentences", sentences=once, of=of, codes=counts["key"])
    counts = counts.join(shares.set_index(of)[["low", "high"]], on="key")
    title = headline(study, f"{what}s_title", counts, "all", all=len(once))
    shown = counts.head(SHOWN)

    def draw(rows: int) -> figures.Figure:
        part = counts.head(rows)
        return figures.tones(part, "label", [study.say("quotes_n", n=int(n)) for n in part["all"]], names)

    groups = parted(quotes, of, counts["key"])
    links: dict[str, list[str | None]] = {tone: [] for tone in ("all", *names)}
    for row in counts.to_dict("records"):
        rows = groups[row["key"]]
        for tone, found_ in links.items():
            which = _block(tone, row[tone], row["all"])
            part = rows if which == "all" else rows[rows["sentiment"] == tone]
            said = f"{row['label']}: {names.get(which, study.say('quotes'))}"
            found_.append(study.evidence.add(study.say(f"ev_{what}s_said"), said, part, what, row["key"], which))

    columns = {
        "label": Column(study.say(f"{what}_spoken"), hues=counts["key"].map(hues).tolist() if hues else ()),
        "all": study.counted("quotes", links["all"]),
        **{tone: study.counted(tone, links[tone]) for tone in names},
        "articles": study.counted("tile_articles"),
    }
    values = study.table(counts, columns, title)
    most = ", ".join(f"{row.label} {row.all}" for row in shown.head(3).itertuples())
    alt = study.say("tones_alt", n=len(shown), most=most)
    note = study.say("tones_note") + study.first_shown(len(shown), found, len(counts))
    return study.picture(draw(SHOWN), title, note, alt, values, lead=draw(LEAD) if what == "speaker" else None)
