"""Corrections made while reading: written into the analyst's own YAML, and seen at once without extracting anew."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from analysis import frames
from analysis.corpus import Corpus
from analysis.errors import SimakError
from analysis.extraction.issues import coded, with_issues
from analysis.extraction.quotes import reattributed
from analysis.extraction.registry import registry
from analysis.extraction.tallies import actors
from analysis.knowledge import Knowledge
from analysis.knowledge.patterns import parsed
from analysis.knowledge.schema import Codebook, Issue
from analysis.storage import written
from analysis.words import fault

SAYERS = ("actor_id", "target_id", "channel_id")


def merge_actors(knowledge: Knowledge, actor_id: str, into: str) -> Path:
    """Write into the analyst's `actors.yml` that an actor is to be counted as another, and return the file.

    Raises
    ------
    SimakError
        When the two are one already, or there is no folder of the analyst's own.

    Examples
    --------
    >>> import tempfile
    >>> own = Knowledge(Path(tempfile.mkdtemp()))
    >>> merge_actors(own, "kevin-hasset", "kevin-hassett").read_text("utf-8")
    '"kevin-hasset":\\n  merge_into: "kevin-hassett"\\n'
    """
    known = registry(knowledge)
    if known.resolved(into) == known.resolved(actor_id):
        raise fault("fault_one_actor", actor=actor_id, into=into)

    def edit(actors: dict[str, Any]) -> None:
        actors.setdefault(Quoted(actor_id), {})["merge_into"] = Quoted(into)

    return _edited(knowledge, "actors", edit)


def add_pattern(knowledge: Knowledge, code: str, pattern: str) -> Path:
    """Write a pattern into the analyst's codebook, and return the file.

    Raises
    ------
    SimakError
        When the code is not in the codebook, the pattern is none, or it is there already.

    Examples
    --------
    >>> import tempfile
    >>> own = Knowledge(Path(tempfile.mkdtemp()))
    >>> add_pattern(own, "trade", "tarif impor").read_text("utf-8")
    'trade:\\n  patterns+:\\n  - "tarif impor"\\n'
    """
    issue = knowledge.codebook.root.get(code)
    if issue is None:
        raise fault("fault_no_code", code=code, known=", ".join(knowledge.codebook.root))
    try:
        parsed(pattern)
    except ValueError as error:
        raise fault("fault_pattern", pattern=pattern, why=error.args[0]) from error
    if pattern in issue.patterns:
        raise fault("fault_known_pattern", pattern=pattern, code=code)

    def edit(codebook: dict[str, Any]) -> None:
        own = codebook.setdefault(code, {})
        own.setdefault("patterns" if "patterns" in own else "patterns+", []).append(Quoted(pattern))

    return _edited(knowledge, "codebook", edit)


def reattribute(knowledge: Knowledge, quote_id: str, actor_id: str) -> Path:
    """Write into the analyst's `corrections.yml` who really said a quote, and return the file.

    Examples
    --------
    >>> import tempfile
    >>> own = Knowledge(Path(tempfile.mkdtemp()))
    >>> reattribute(own, "a:0-9", "wang-yi").read_text("utf-8")
    '"a:0-9":\\n  actor_id: "wang-yi"\\n'
    """

    def edit(corrections: dict[str, Any]) -> None:
        corrections[Quoted(quote_id)] = {"actor_id": Quoted(actor_id)}

    return _edited(knowledge, "corrections", edit)


def _edited(knowledge: Knowledge, section: str, edit: Callable[[dict[str, Any]], None]) -> Path:
    """Change the analyst's file of a section; what else stands in it, comments too, stays."""
    getattr(knowledge, section)  # a file that is wrong is reported, not written over
    if section == "codebook" and knowledge.codebook_file:
        path = Path(knowledge.codebook_file)
    elif knowledge.folder:
        path = Path(knowledge.folder) / f"{section}.yml"
    else:
        raise fault("fault_no_folder")
    yaml, draft_text = YAML(), io.StringIO()
    yaml.width, yaml.preserve_quotes = 120, True
    before = path.read_text("utf-8") if path.exists() else None
    data = yaml.load(before or "") or {}
    edit(data)
    yaml.dump(data, draft_text)
    written(path, draft_text.getvalue())
    try:
        getattr(knowledge, section)
    except SimakError:
        path.unlink() if before is None else written(path, before)
        raise
    return path


def corrected(corpus: Corpus, knowledge: Knowledge, patterns: Iterable[tuple[str, str]] = ()) -> Corpus:
    """Return the corpus as corrections of the YAML make it, without extracting anew.

    Mentions and quotes go to the actors that they are merged into, quotes to their corrected speakers, and
    sentences that a new pattern catches are coded anew. What follows further (the tone and target of a quote
    whose speaker changed, names that a merged actor now explains) comes with the next `extract`.

    Parameters
    ----------
    corpus
        The corpus as extracted.
    knowledge
        The knowledge with its corrections.
    patterns
        New patterns, as pairs of code and pattern.

    Examples
    --------
    >>> import analysis as an
    >>> corpus = an.extract(*an.read_articles("seeds/002_cbcf84cc3490cc42.txt"))
    >>> len(corrected(corpus, Knowledge()).quotes) == len(corpus.quotes)
    True
    """
    resolved = registry(knowledge).resolved
    quotes = reattributed(corpus.quotes, knowledge)
    quotes = quotes.assign(**{name: _mapped(quotes[name], resolved) for name in SAYERS})
    entities = corpus.entities.assign(actor_id=_mapped(corpus.entities["actor_id"], resolved))
    moved = _moved(corpus.entities["actor_id"], entities["actor_id"])
    moved |= {actor for name in SAYERS for actor in _moved(corpus.quotes[name], quotes[name])}
    corpus = replace(corpus, entities=entities, quotes=quotes)
    for code, pattern in patterns:
        corpus = _recoded(corpus, knowledge.codebook, code, pattern)
    return replace(
        corpus,
        actors=_recounted(corpus, moved, knowledge) if moved else corpus.actors,
        made_with={**corpus.made_with, "knowledge": knowledge.fingerprint()},
    )


def _moved(before: pd.Series, after: pd.Series) -> set[str]:
    """Return the actors that lost or won a row."""
    changed = before.compare(after)
    return {*changed["self"].dropna(), *changed["other"].dropna()}


def _recounted(corpus: Corpus, moved: set[str], knowledge: Knowledge) -> pd.DataFrame:
    """Return the actors of the corpus, those that were moved counted anew."""
    named = corpus.entities[corpus.entities["actor_id"].isin(moved)]
    said = corpus.quotes[corpus.quotes[list(SAYERS)].isin(moved).any(axis=1)]
    fresh = actors(named, said, knowledge)
    kept = [corpus.actors[~corpus.actors["actor_id"].isin(moved)], fresh[fresh["actor_id"].isin(moved)]]
    order = pd.concat(kept).sort_values(["mentions", "actor_id"], ascending=[False, True], ignore_index=True)
    return frames.checked("actors", order)


def _mapped(ids: pd.Series, resolved: Callable[[str], str]) -> pd.Series:
    moved = {actor: resolved(actor) for actor in ids.dropna().unique()}
    moved = {actor: into for actor, into in moved.items() if actor != into}
    return ids.where(~ids.isin(moved), ids.map(moved)) if moved else ids


def _holding(corpus: Corpus, pattern: str) -> pd.DataFrame:
    """Return the sentences that hold the longest word of a pattern, which is soon looked up in all of them."""
    term = max(parsed(pattern).phrase, key=lambda term: len(term.word))
    if term.lemma:
        there = corpus.tokens.loc[corpus.tokens["lemma"] == term.word, "sentence_id"]
        return corpus.sentences[corpus.sentences["sentence_id"].isin(there)]
    return corpus.sentences[corpus.sentences["text"].str.contains(term.word, case=False, regex=False)]


def _recoded(corpus: Corpus, codebook: Codebook, code: str, pattern: str) -> Corpus:
    """Return the corpus with the articles coded anew in which the pattern is found: hints in them may count now."""
    probe = Codebook({code: Issue(label=code, label_id=code, definition="", patterns=[pattern])})
    articles = coded(_holding(corpus, pattern), corpus.tokens, probe)["article_id"].unique()
    sentences = corpus.sentences[corpus.sentences["article_id"].isin(articles)]
    others = corpus.issues[~corpus.issues["article_id"].isin(articles)]
    issues = pd.concat([others, coded(sentences, corpus.tokens, codebook)])
    place = issues["sentence_id"].map(pd.Series(corpus.sentences.index, index=corpus.sentences["sentence_id"]))
    issues = issues.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)
    quotes, there = corpus.quotes, corpus.quotes["article_id"].isin(articles)
    renewed = with_issues(quotes[there], issues[issues["article_id"].isin(articles)], sentences)
    quotes = pd.concat([quotes[~there], renewed.set_axis(quotes.index[there])]).sort_index()
    return replace(corpus, issues=issues, quotes=quotes)
