"""Issues: what a sentence is about, coded with the patterns of a codebook."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis import frames
from analysis.extraction.patterns import Words
from analysis.knowledge.patterns import parsed
from analysis.knowledge.schema import Codebook, Issue

CHUNK = 100_000  # sentences at a time, to bound memory


def coded(sentences: pd.DataFrame, tokens: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return the issues of every sentence, each with the words that gave it.

    A sentence has a code at most once; its evidence is the first hit, of those the longest. A sentence
    with a code has the code's parents too, on the same evidence.

    Parameters
    ----------
    sentences, tokens
        The frames of those names. The tokens serve patterns with ``<lemma>`` alone and may be empty.
    codebook
        ``Knowledge().codebook``.

    Returns
    -------
    DataFrame
        The frame ``issues``, in the order of ``sentences``; ``found_by`` is the pattern as written.

    Examples
    --------
    >>> from analysis.knowledge import Knowledge
    >>> row = {"article_id": "a", "sentence_id": "a:0-24", "start": 0, "end": 24,
    ...        "text": "Trump menaikkan tarif AS", "paragraph": 0}
    >>> found = coded(frames.made("sentences", [row]), frames.made("tokens", []), Knowledge().codebook)
    >>> found[["issue", "start", "end", "text", "found_by"]].values.tolist()
    [['trade', 16, 21, 'tarif', 'tarif']]
    """
    order = {code: number for number, code in enumerate(codebook.root)}
    lineage = [(number, order[ancestor]) for code, number in order.items() for ancestor in codebook.ancestors(code)]
    parts = []
    for part, hits in _hits(sentences, tokens, codebook):
        above = [hits[hits["owner"] == number].assign(code=ancestor) for number, ancestor in lineage]
        hits = pd.concat([hits, *above])
        hits = hits.sort_values(["row", "code", "start", "end", "pattern"], ascending=[True, True, True, False, True])
        parts.append(_as_issues(part, hits.drop_duplicates(["row", "code"]), codebook))
    return frames.checked("issues", pd.concat(parts)) if parts else frames.made("issues", [])


def _as_issues(sentences: pd.DataFrame, hits: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    where = sentences.iloc[hits["row"]]
    codes, patterns = list(codebook.root), [issue.patterns for issue in codebook.root.values()]
    starts, ends = hits["start"].to_numpy(), hits["end"].to_numpy()
    owners = hits["owner"].to_numpy()
    return pd.DataFrame(
        {
            "article_id": where["article_id"].to_numpy(),
            "sentence_id": where["sentence_id"].to_numpy(),
            "issue": [codes[code] for code in hits["code"]],
            "start": where["start"].to_numpy() + starts,
            "end": where["start"].to_numpy() + ends,
            "text": [text[s:e] for text, s, e in zip(where["text"], starts, ends, strict=True)],
            "found_by": [patterns[owner][number] for owner, number in zip(owners, hits["pattern"], strict=True)],
        }
    )


def _hits(
    sentences: pd.DataFrame, tokens: pd.DataFrame, codebook: Codebook
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield chunks of sentences with all hits: row in the chunk, offsets, code, owner of the pattern, pattern."""
    with_lemmas = any("<" in pattern for issue in codebook.root.values() for pattern in issue.patterns + issue.exclude)
    for begin in range(0, len(sentences), CHUNK):
        part = sentences.iloc[begin : begin + CHUNK]
        words = Words(part["text"].tolist(), _lemmas(part, tokens) if with_lemmas else None)
        found = [hit for n, issue in enumerate(codebook.root.values()) for hit in _of_issue(words, issue, n)]
        first, last, code, pattern = (np.concatenate(parts) for parts in zip(*found, strict=True))
        hits = pd.DataFrame(
            {
                "row": words.text[first],
                "start": words.start[first],
                "end": words.end[last],
                "code": code,
                "pattern": pattern,
            }
        )
        yield part, hits.assign(owner=hits["code"])


def _of_issue(words: Words, issue: Issue, code: int) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield for each pattern the first and last words of its hits, with the numbers of code and pattern."""
    barred = np.zeros(len(words.text) + 1, dtype=np.int64)
    for pattern in issue.exclude:
        for first, last in zip(*words.found(parsed(pattern)), strict=True):
            barred[first : last + 1] = 1
    before = np.concatenate([[0], np.cumsum(barred)])
    for number, pattern in enumerate(issue.patterns):
        first, last = words.found(parsed(pattern))
        free = before[last + 1] == before[first]
        yield first[free], last[free], np.full(free.sum(), code), np.full(free.sum(), number)


def _lemmas(sentences: pd.DataFrame, tokens: pd.DataFrame) -> list[dict[int, str]]:
    rows = {sentence: row for row, sentence in enumerate(sentences["sentence_id"])}
    lemmas: list[dict[int, str]] = [{} for _ in range(len(sentences))]
    begins = sentences["start"].tolist()
    known = tokens[tokens["sentence_id"].isin(rows) & tokens["lemma"].notna()]
    for sentence, start, lemma in zip(known["sentence_id"], known["start"], known["lemma"], strict=True):
        lemmas[rows[sentence]][start - begins[rows[sentence]]] = lemma.lower()
    return lemmas


def with_issues(quotes: pd.DataFrame, issues: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Return the quotes with the codes that they inherit.

    A quote has the codes whose evidence lies in its content; where there are none, the codes of the
    sentences that it touches; where they have none, those of the nearest coded sentence before.

    Parameters
    ----------
    quotes, issues, sentences
        The frames of those names.

    Returns
    -------
    DataFrame
        The frame ``quotes``; ``issues`` lists codes in alphabetical order.

    Examples
    --------
    >>> with_issues(frames.made("quotes", []), frames.made("issues", []), frames.made("sentences", [])).empty
    True
    """
    coded_spans = issues.merge(sentences[["sentence_id", "start", "end"]], on="sentence_id", suffixes=("", "_sentence"))
    by_article = dict(list(coded_spans.groupby("article_id")))
    inherited = [
        _inherited(by_article[quote.article_id], quote.start, quote.end) if quote.article_id in by_article else []
        for quote in quotes.itertuples()
    ]
    return frames.checked("quotes", quotes.assign(issues=pd.Series(inherited, index=quotes.index, dtype=object)))


def _inherited(coded_spans: pd.DataFrame, start: int, end: int) -> list[str]:
    first, last = coded_spans["start_sentence"].to_numpy(), coded_spans["end_sentence"].to_numpy()
    within = (coded_spans["start"].to_numpy() < end) & (coded_spans["end"].to_numpy() > start)
    touched = (first < end) & (last > start)
    earlier = last <= start
    nearest = earlier & (first == first[earlier].max()) if earlier.any() else earlier
    chosen = next((mask for mask in (within, touched, nearest) if mask.any()), within)
    return sorted(set(coded_spans["issue"].to_numpy()[chosen]))


def of_articles(issues: pd.DataFrame, sentences: pd.DataFrame, least: float = 0.5) -> pd.DataFrame:
    """Return the codes that each article is about.

    A sentence with several codes counts for each of them in part, so that a list of topics in passing
    does not make an article one about all of them. An article is about a code when its sentences sum
    to more than ``least``: one sentence given to it alone, or several shared ones.

    Parameters
    ----------
    issues, sentences
        The frames of those names.
    least
        Sentences that a code must exceed.

    Returns
    -------
    DataFrame
        ``article_id``, ``issue``, ``weight`` (float64, sentences given to the code) and ``share``
        (float64, the same divided by all sentences of the article); heaviest first in each article.

    Examples
    --------
    >>> from analysis.knowledge import Knowledge
    >>> text = ["Tarif naik.", "Pasar resah karena tarif dan sanksi."]
    >>> rows = [{"article_id": "a", "sentence_id": f"a:{n}", "start": 40 * n, "end": 40 * n + len(t),
    ...          "text": t, "paragraph": 0} for n, t in enumerate(text)]
    >>> sentences = frames.made("sentences", rows)
    >>> issues = coded(sentences, frames.made("tokens", []), Knowledge().codebook)
    >>> of_articles(issues, sentences)[["issue", "weight"]].values.tolist()
    [['trade', 1.5]]
    """
    share = 1.0 / issues.groupby("sentence_id")["issue"].transform("size")
    weights = share.groupby([issues["article_id"], issues["issue"]]).sum().rename("weight").reset_index()
    size = sentences.groupby("article_id").size()
    weights["share"] = weights["weight"] / weights["article_id"].map(size)
    place = {article: number for number, article in enumerate(dict.fromkeys(sentences["article_id"]))}
    kept = weights[weights["weight"] > least + 1e-9]  # thirds do not add up exactly
    order = kept.assign(place=kept["article_id"].map(place)).sort_values(
        ["place", "weight", "issue"], ascending=[True, False, True]
    )
    return order.drop(columns="place").reset_index(drop=True)


def coverage(sentences: pd.DataFrame, tokens: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return what each pattern of a codebook catches, those that catch nothing included.

    Returns
    -------
    DataFrame
        A row a pattern, in the order of the codebook: ``issue``, ``pattern``, ``hits``, ``sentences``,
        ``articles`` (int64) and ``alone`` (int64, sentences that have the code by this pattern only),
        ``example`` (its first sentence, or missing).

    Examples
    --------
    >>> from analysis.knowledge import Knowledge
    >>> coverage(frames.made("sentences", []), frames.made("tokens", []), Knowledge().codebook)["pattern"].size > 100
    True
    """
    rows = [
        {"issue": code, "pattern": pattern, "hits": 0, "sentences": 0, "articles": 0, "alone": 0, "example": None}
        for code, issue in codebook.root.items()
        for pattern in issue.patterns
    ]
    first = np.cumsum([0, *(len(issue.patterns) for issue in codebook.root.values())])
    seen: dict[int, set[str]] = {}
    for part, hits in _hits(sentences, tokens, codebook):
        patterns_here = hits.groupby(["row", "code"])["pattern"].transform("nunique")
        for (code, number), own in hits.assign(only=patterns_here == 1).groupby(["code", "pattern"]):
            where = part.iloc[own["row"].unique()]
            key = int(first[code] + number)
            seen.setdefault(key, set()).update(where["article_id"])
            row = rows[key]
            row["hits"] += len(own)
            row["sentences"] += len(where)
            row["alone"] += own.loc[own["only"], "row"].nunique()
            row["example"] = row["example"] or where["text"].iloc[0]
    for key, articles in seen.items():
        rows[key]["articles"] = len(articles)
    return pd.DataFrame(rows)


def uncoded(issues: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Return the sentences that no pattern catches.

    Examples
    --------
    >>> uncoded(frames.made("issues", []), frames.made("sentences", [])).empty
    True
    """
    return sentences[~sentences["sentence_id"].isin(issues["sentence_id"])].reset_index(drop=True)
