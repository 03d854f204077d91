"""The panels on topics learnt from the words: how many there are, what they are, what their sentences say."""

from __future__ import annotations

from html import escape

import pandas as pd

from analysis import figures, measures
from analysis.kept import cache_folder
from analysis.measures.topics import LEAST_ARTICLES, nearest_articles
from analysis.panels.places import headline
from analysis.study import Study
from analysis.tables import Column, Html

WORDS = 8


def topics(study: Study, number: int, seed: int) -> Html:
    """Return the topics of the corpus and how their number was found, or why there are none.

    Parameters
    ----------
    number
        Number of topics; 0 takes the one that `measures.topic_study.study` recommends.
    """
    corpus = study.corpus
    groups = corpus.articles["duplicate_group"].nunique()
    if measures.too_few(corpus.articles):
        return study.note("no_topics", n=groups, least=LEAST_ARTICLES)
    counts = measures.term_counts(corpus.parts("tokens"), corpus.articles["article_id"])
    unique = counts.rows(measures.unique_articles(corpus.articles))
    tried = measures.study(unique, seed=seed, cache=cache_folder() / "topic-studies")
    number = number or int(tried.loc[tried["recommended"], "number"].iloc[0])
    found = measures.topics(corpus.articles, corpus.parts("tokens"), number, counts=counts, seed=seed)
    return _numbers(study, tried, number) + _shares(study, found)


def _numbers(study: Study, tried: pd.DataFrame, number: int) -> Html:
    best = int(tried.loc[tried["recommended"], "number"].iloc[0])
    titles = {"stability": study.say("stability"), "coherence": study.say("coherence")}
    drawing = figures.choice(tried, "number", titles, number)
    two = study.decimals(2)
    columns = {
        "number": study.counted("topics"),
        "stability": Column(titles["stability"], two, number=True),
        "range": Column(study.say("interval"), number=True),
        "coherence": Column(titles["coherence"], two, number=True),
    }
    values = study.table(tried.assign(range=study.ranges(tried, two)), columns, study.say("topics"))
    title = study.say("choice_title", best=best, number=number)
    listed = ", ".join(f"{n}: {two(s)}" for n, s in zip(tried["number"], tried["stability"], strict=True))
    return study.picture(drawing, title, study.say("choice_note"), study.say("choice_alt", values=listed), values)


def _shares(study: Study, found: measures.Topics) -> Html:
    listed = {rank: found.words[found.words[rank] <= WORDS].sort_values(rank).groupby("topic")["term"].agg(", ".join)
              for rank in ("rank", "frex_rank")}  # fmt: skip
    summary, topic = found.summary, found.summary["topic"]
    frame = summary.assign(
        words=topic.map(listed["rank"]), frex=topic.map(listed["frex_rank"]),
        issues=topic.map(_coincident(study, found)), range=study.ranges(summary, study.share),
    )  # fmt: skip
    notes = [study.say("articles_n", n=int(n)) for n in frame["articles"]]
    drawing = figures.intervals(frame, "label", "share", notes=notes)
    columns = {
        "label": Column(study.say("topic"), links=_evidence(study, found)),
        "share": Column(study.say("share"), study.share, number=True, bar=True),
        "range": Column(study.say("interval"), number=True),
        "words": Column(study.say("foremost")),
        "frex": Column(study.say("exclusive")),
        "issues": Column(study.say("coincides")),
        "coherence": Column(study.say("coherence"), study.decimals(2), number=True),
    }
    values = study.table(frame, columns, study.say("topics"))
    most = "; ".join(f"{row.label} {study.share(row.share)}" for row in frame.head(5).itertuples())
    title = headline(study, "topics_title", frame.sort_values("share", ascending=False), "share", n=len(frame))
    alt = study.say("topics_alt", n=len(frame), most=most)
    return study.picture(drawing, title, study.say("topics_note"), alt, values) + Html(
        f"<p class=muted>{escape(study.say('topics_read'))}</p>"
    )


def _coincident(study: Study, found: measures.Topics) -> pd.Series:
    """Return up to three issues for each topic in whose articles it is surely larger, the largest difference first."""
    table = measures.coincidence(found, study.article_issues, study.corpus.articles)
    table = table[table["enough"] & (table["low"] > 0)].groupby("topic").head(3)
    return table["issue"].map(study.issue_labels).groupby(table["topic"]).agg(", ".join)


def _evidence(study: Study, found: measures.Topics) -> list[str | None]:
    """Return the id of the most typical sentences of each topic, its foremost words marked."""
    near = nearest_articles(found)["article_id"]
    tokens = pd.concat([part[part["article_id"].isin(near)] for part in study.corpus.parts("tokens")])
    typical = measures.typical_sentences(found, study.corpus.sentences, tokens, number=20)
    words = found.words[found.words["rank"] <= 15]
    terms = words.groupby("topic")["term"].agg(lambda t: {word for term in t for word in term.split()})
    links = []
    for topic, label in zip(found.summary["topic"], found.summary["label"], strict=True):
        rows = tokens[tokens["sentence_id"].isin(typical.loc[typical["topic"] == topic, "sentence_id"])]
        rows = rows[rows["lemma"].fillna(rows["text"].str.lower()).isin(terms[topic])]
        links.append(study.evidence.add(study.say("topics"), label, rows, "topic", str(topic)))
    return links
