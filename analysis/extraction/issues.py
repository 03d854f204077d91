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
LONG = 12  # sentences of an article that is about a code only if a whole one speaks for it


def coded(sentences: pd.DataFrame, tokens: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return the issues of every sentence, each with the words that gave it.

    A sentence has a code at most once; its evidence is the first hit, of those the longest. Hits of
    hints count in articles alone that hold a hit of a pattern of that code. A sentence with a code has
    the code's parents too, on the same evidence.

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
    codes, patterns = list(codebook.root), [issue.patterns + issue.hints for issue in codebook.root.values()]
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
    """Yield chunks of whole articles with all hits: row in the chunk, offsets, code, owner of the pattern, pattern."""
    issues = list(codebook.root.values())
    lemmas = with_lemmas(codebook)
    article, _ = pd.factorize(sentences["article_id"])
    chunk = np.cumsum(np.bincount(article))[article] // CHUNK
    for _, part in sentences.groupby(chunk):
        words = Words(part["text"].tolist(), _lemmas(part, tokens) if lemmas else None)
        found = [hit for number, issue in enumerate(issues) for hit in _of_issue(words, issue, number)]
        first, last, code, pattern, hint = (np.concatenate(parts) for parts in zip(*found, strict=True))
        row = words.text[first]
        hits = pd.DataFrame(
            {
                "row": row,
                "start": words.start[first],
                "end": words.end[last],
                "code": code,
                "owner": code,
                "pattern": pattern,
            }
        )
        told = part["article_id"].to_numpy()[row]
        sure = pd.Series(~hint).groupby([told, code]).transform("any")  # a pattern of the code is in the article
        yield part, hits[sure.to_numpy(dtype=bool)]


def with_lemmas(codebook: Codebook) -> bool:
    """Tell whether a pattern of the codebook asks for a lemma, so that tokens are needed."""
    issues = codebook.root.values()
    return any("<" in pattern for issue in issues for pattern in issue.patterns + issue.hints + issue.exclude)


def _of_issue(words: Words, issue: Issue, code: int) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield for each pattern and hint the first and last words of its hits, numbers of both, and if it is a hint."""
    barred = np.zeros(len(words.text) + 1, dtype=np.int64)
    for pattern in issue.exclude:
        for first, last in zip(*words.found(parsed(pattern)), strict=True):
            barred[first : last + 1] = 1
    before = np.concatenate([[0], np.cumsum(barred)])
    for number, pattern in enumerate(issue.patterns + issue.hints):
        first, last = words.found(parsed(pattern))
        free = before[last + 1] == before[first]
        same = np.ones(free.sum(), dtype=np.int64)
        yield first[free], last[free], same * code, same * number, same * number >= len(issue.patterns)


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
    columns = [coded_spans[c].to_numpy() for c in ("start", "end", "start_sentence", "end_sentence", "issue")]
    places = coded_spans.groupby("article_id").indices
    by_article = {article: [column[at] for column in columns] for article, at in places.items()}
    inherited = [
        _inherited(*by_article[article], start, end) if article in by_article else []
        for article, start, end in zip(quotes["article_id"], quotes["start"], quotes["end"], strict=True)
    ]
    return frames.checked("quotes", quotes.assign(issues=pd.Series(inherited, index=quotes.index, dtype=object)))


def _inherited(
    starts: np.ndarray, ends: np.ndarray, first: np.ndarray, last: np.ndarray, codes: np.ndarray, start: int, end: int
) -> list[str]:
    within = (starts < end) & (ends > start)
    touched = (first < end) & (last > start)
    earlier = last <= start
    nearest = earlier & (first == first[earlier].max()) if earlier.any() else earlier
    chosen = next((mask for mask in (within, touched, nearest) if mask.any()), within)
    return sorted(set(codes[chosen]))


def of_articles(issues: frames.Frame, sentences: frames.Frame) -> pd.DataFrame:
    """Return the codes that each article is about.

    A sentence with several codes counts for each of them in part, so that a list of topics in passing
    does not make an article one about all of them. It speaks for each of its k codes with one part in
    the root of k: two sentences on the same two topics are enough for both. An article is about a code
    that a whole sentence speaks for; where it has fewer than 12 sentences of more than one word, as much
    less as it is shorter, down to a sentence shared by two codes.

    Parameters
    ----------
    issues, sentences
        The frames of those names, or the parts of both that ``Corpus.parts`` yields.

    Returns
    -------
    DataFrame
        ``article_id``, ``issue``, ``weight`` (float64, sentences given to the code, one with k codes
        as one in k) and ``share`` (float64, the same divided by all sentences of the article); heaviest
        first in each article.

    Examples
    --------
    >>> from analysis.knowledge import Knowledge
    >>> text = ["Tarif naik.", "Pasar resah karena tarif dan sanksi AS."]
    >>> rows = [{"article_id": "a", "sentence_id": f"a:{n}", "start": 40 * n, "end": 40 * n + len(t),
    ...          "text": t, "paragraph": 0} for n, t in enumerate(text)]
    >>> sentences = frames.made("sentences", rows)
    >>> issues = coded(sentences, frames.made("tokens", []), Knowledge().codebook)
    >>> of_articles(issues, sentences)[["issue", "weight"]].values.tolist()
    [['trade', 1.5], ['sanctions', 0.5]]
    """
    if not (isinstance(issues, pd.DataFrame) and isinstance(sentences, pd.DataFrame)):
        return pd.concat((of_articles(*part[::-1]) for part in frames.aligned(sentences, issues)), ignore_index=True)
    codes = issues.groupby("sentence_id")["issue"].transform("size").astype("float64")
    parts = pd.DataFrame({"weight": 1 / codes, "voice": codes**-0.5})
    weights = parts.groupby([issues["article_id"], issues["issue"]]).sum().reset_index()
    size = weights["article_id"].map(sentences.groupby("article_id").size()).astype("float64")
    weights["share"] = weights["weight"] / size
    place = {article: number for number, article in enumerate(sentences["article_id"].unique())}
    long = sentences[sentences["text"].str.contains(r"\s")].groupby("article_id").size()
    least = (weights["article_id"].map(long).astype("float64").fillna(0) / LONG).clip(0.7, 1.0)
    kept = weights[weights["voice"] > least - 1e-9]  # roots do not add up exactly
    order = kept.assign(place=kept["article_id"].map(place)).sort_values(
        ["place", "weight", "issue"], ascending=[True, False, True]
    )
    return order.drop(columns=["place", "voice"]).reset_index(drop=True)


def coverage(sentences: pd.DataFrame, tokens: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return what each pattern of a codebook catches, those that catch nothing included.

    Returns
    -------
    DataFrame
        A row a pattern or hint, in the order of the codebook: ``issue``, ``pattern``, ``hint`` (bool),
        ``hits``, ``sentences``, ``articles`` (int64), ``alone`` (int64, sentences that have the code by
        this pattern only), ``examples`` (list of up to three of its sentences, from different articles).

    Examples
    --------
    >>> from analysis.knowledge import Knowledge
    >>> coverage(frames.made("sentences", []), frames.made("tokens", []), Knowledge().codebook)["pattern"].size > 100
    True
    """
    written = [
        (code, pattern, pattern in issue.hints)
        for code, issue in codebook.root.items()
        for pattern in issue.patterns + issue.hints
    ]
    first = np.cumsum([0, *(len(issue.patterns + issue.hints) for issue in codebook.root.values())])
    caught = []
    for part, hits in _hits(sentences, tokens, codebook):
        where = part.iloc[hits["row"]].reset_index(drop=True)
        caught.append(
            pd.DataFrame(
                {
                    "place": first[hits["code"]] + hits["pattern"].to_numpy(),
                    "code": hits["code"].to_numpy(),
                    **{name: where[name] for name in ("article_id", "sentence_id", "text")},
                }
            )
        )
    table = pd.DataFrame(written, columns=["issue", "pattern", "hint"])
    if not caught:
        return table.assign(hits=0, sentences=0, articles=0, alone=0, examples=[[] for _ in written])
    hits = pd.concat(caught)
    hits["only"] = hits.groupby(["sentence_id", "code"])["place"].transform("nunique") == 1
    once = hits.drop_duplicates(["place", "sentence_id"])
    counts = {
        "hits": hits.groupby("place").size(),
        "sentences": once.groupby("place").size(),
        "articles": once.groupby("place")["article_id"].nunique(),
        "alone": once.groupby("place")["only"].sum(),
    }
    examples = once.drop_duplicates(["place", "article_id"]).groupby("place")["text"].agg(lambda texts: list(texts[:3]))
    return table.assign(
        **{name: count.reindex(table.index, fill_value=0).astype("int64") for name, count in counts.items()},
        examples=[examples.get(place, []) for place in table.index],
    )


def uncoded(issues: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Return the sentences that no pattern catches.

    Examples
    --------
    >>> uncoded(frames.made("issues", []), frames.made("sentences", [])).empty
    True
    """
    return sentences[~sentences["sentence_id"].isin(issues["sentence_id"])].reset_index(drop=True)


def checked(sentences: pd.DataFrame, tokens: pd.DataFrame, codebook: Codebook, most: int = 1) -> Iterator[str]:
    """Yield, as lines to print, what each pattern catches and what none does, with ``most`` sentences of each.

    Examples
    --------
    >>> from analysis.knowledge import Knowledge
    >>> lines = checked(frames.made("sentences", []), frames.made("tokens", []), Knowledge().codebook)
    >>> next(lines)
    '0 articles, 0 sentences.'
    """
    issues = coded(sentences, tokens, codebook)
    yield f"{sentences['article_id'].nunique():,} articles, {len(sentences):,} sentences."
    for code, rows in coverage(sentences, tokens, codebook).groupby("issue", sort=False):
        own = issues[issues["issue"] == code]
        yield f"\n{code}: {len(own):,} sentences in {own['article_id'].nunique():,} articles"
        for row in rows[rows["hits"] > 0].sort_values("sentences", ascending=False, kind="stable").itertuples():
            kind = "hint " if row.hint else ""
            yield f"  {kind}{row.pattern}: {row.sentences:,} in {row.articles:,}, {row.alone:,} by this one only"
            yield from (f"      {text}" for text in row.examples[:most])
        nothing = rows.loc[rows["hits"] == 0, "pattern"]
        if len(nothing):
            yield f"  catch nothing: {', '.join(nothing)}"
    rest = uncoded(issues, sentences)
    whole = sorted(set(rest["article_id"]) - set(issues["article_id"]))
    yield f"\nNothing catches {len(rest):,} sentences, and none of {len(whole):,} articles."
    shown = max(10 * most, 1)
    first = rest[rest["article_id"].isin(whole)].drop_duplicates("article_id")
    for title, part in (("Such articles begin:", first), ("Such sentences, evenly spaced:", rest)):
        chosen = part.iloc[:: max(len(part) // shown, 1)].head(shown) if most else part.head(0)
        if len(chosen):
            yield title
            yield from (f"  {row.article_id}: {row.text}" for row in chosen.itertuples())
