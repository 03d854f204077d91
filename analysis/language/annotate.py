"""From articles to sentences, tokens and names, by Stanza, each paragraph once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from tqdm.auto import tqdm

from analysis import frames
from analysis.articles import paragraphs
from analysis.kept import cache_folder
from analysis.language.batches import tagged_batches
from analysis.language.cache import AnnotationCache, annotation_cache, paragraph_key
from analysis.language.pipeline import fingerprint, models_folder

# Stanza must see one character for one character; these would join, split or vanish.
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u2060\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Annotations:
    """What Stanza found: the frames ``sentences``, ``tokens`` and ``names``."""

    sentences: pd.DataFrame
    tokens: pd.DataFrame
    names: pd.DataFrame


def annotate(
    articles: pd.DataFrame,
    models: str | Path | None = None,
    cache: str | Path | None = None,
    progress: bool = False,
    processes: int | None = None,
) -> Annotations:
    """Return the sentences, tokens and names of the bodies of articles.

    Parameters
    ----------
    articles
        Frame ``articles``; of it ``article_id``, ``text`` and ``body`` are read.
    models
        A Stanza resource folder; see `models_folder`.
    cache
        Folder in which annotations are kept; None means the user's cache folder.
    progress
        Whether to show a progress bar.
    processes
        How many processes work beside each other; None means one a core. Little text is
        annotated in this process.

    Returns
    -------
    Annotations
        Frames in the order of ``articles`` and, within an article, of the text. An annotation
        depends on the text of its paragraph and the models alone.

    Raises
    ------
    SimakError
        When models are missing or damaged.

    Examples
    --------
    >>> import analysis as an
    >>> articles, skipped = an.read_articles("seeds/002_cbcf84cc3490cc42.txt")
    >>> annotations = annotate(articles)
    >>> "Antony Blinken" in set(annotations.names["text"])
    True
    """
    folder = models_folder(models)
    places = _places(articles)
    store = _store(folder, cache)
    _fill(store, places, folder, progress, processes)
    rows = store.rows(places["key"])
    if lost := set(places["key"]) - set(rows["key"]):  # a file of the cache was damaged or removed meanwhile
        missing = places[places["key"].isin(lost)].drop_duplicates("key")
        rows = pd.concat([rows, *tagged_batches(missing, folder, processes)], ignore_index=True)
    return _placed(places, rows, articles)


def fill_cache(
    articles: pd.DataFrame, models: Path, cache: str | Path | None, progress: bool, processes: int | None
) -> None:
    """Annotate what the cache does not hold yet, and return nothing: memory does not grow with the articles."""
    _fill(_store(models, cache), _places(articles), models, progress, processes)


def joints(tokens: pd.DataFrame) -> pd.DataFrame:
    """Return the frame ``joints``: where tokens of letters stand without a space between them.

    Examples
    --------
    >>> rows = {"article_id": "a", "text": ["Iran", "telah", "."], "start": [0, 4, 9], "end": [4, 9, 10]}
    >>> joints(pd.DataFrame(rows))["place"].tolist()
    [4]
    """
    before = tokens[["article_id", "end"]].shift()
    touch = tokens["article_id"].eq(before["article_id"]) & tokens["start"].eq(before["end"])
    words = tokens["text"].str[0].str.isalpha() & tokens["text"].str[-1].shift(fill_value="").str.isalpha()
    found = tokens.loc[touch & words, ["article_id", "start"]].rename(columns={"start": "place"})
    return frames.checked("joints", found.reset_index(drop=True))


def places(joined: pd.DataFrame | None) -> dict[str, frozenset[int]]:
    """Return the places of the frame ``joints`` by article; none of nothing."""
    if joined is None:
        return {}
    return {str(article): frozenset(rows.tolist()) for article, rows in joined.groupby("article_id")["place"]}


def _store(folder: Path, cache: str | Path | None) -> AnnotationCache:
    return annotation_cache(cache_folder(cache) / "annotations" / fingerprint(folder))


def _fill(store: AnnotationCache, places: pd.DataFrame, folder: Path, progress: bool, processes: int | None) -> None:
    known = store.keys()
    missing = places.loc[[key not in known for key in places["key"]]].drop_duplicates("key")
    bar = tqdm(
        total=int(missing["plain"].str.len().sum()),
        desc="annotate",
        unit="char",
        unit_scale=True,
        disable=not progress or missing.empty,
    )
    with bar:
        length = missing.set_index("key")["plain"].str.len()
        for rows in tagged_batches(missing, folder, processes):
            store.add(rows)
            bar.update(int(length[rows["key"].unique()].sum()))


def _places(articles: pd.DataFrame) -> pd.DataFrame:
    """Return one row a paragraph: article_id, paragraph, offset, plain (as Stanza sees it), key."""
    rows = []
    for article_id, text, body in zip(articles["article_id"], articles["text"], articles["body"], strict=True):
        for number, (start, end) in enumerate(paragraphs(text, body)):
            plain = _BLANK.sub(" ", text[start:end])
            if not plain.isspace():
                rows.append((article_id, number, start, plain, paragraph_key(plain)))
    return pd.DataFrame(rows, columns=["article_id", "paragraph", "offset", "plain", "key"])


def _placed(places: pd.DataFrame, rows: pd.DataFrame, articles: pd.DataFrame) -> Annotations:
    """Return the frames: cached rows moved to where their paragraphs stand in the articles."""
    order = {article_id: n for n, article_id in enumerate(articles["article_id"])}
    found = places.drop(columns="plain").merge(rows[rows["sentence"] >= 0], on="key")
    found = found.assign(
        order=found["article_id"].map(order), start=found["start"] + found["offset"], end=found["end"] + found["offset"]
    ).sort_values(["order", "start"], ignore_index=True)
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    sentences = (
        found.groupby(["order", "paragraph", "sentence"], sort=True)
        .agg(article_id=("article_id", "first"), start=("start", "min"), end=("end", "max"), n=("start", "size"))
        .reset_index()
    )
    sentences["text"] = _surfaces(sentences, texts)
    sentences["sentence_id"] = _ids(sentences)
    tokens = found.assign(sentence_id=sentences["sentence_id"].repeat(sentences["n"]).to_numpy())
    tokens["text"] = _surfaces(tokens, texts)
    return Annotations(
        *(
            frames.checked(name, frame.reindex(columns=list(frames.SCHEMAS[name].columns)))
            for name, frame in (("sentences", sentences), ("tokens", tokens), ("names", _names(tokens, texts)))
        )
    )


def _names(tokens: pd.DataFrame, texts: dict[str, str]) -> pd.DataFrame:
    """Return the names that the tags B-, I-, E- and S- (or B- and I-) of tokens spell out."""
    tagged = tokens[tokens["ner"].notna() & (tokens["ner"] != "O")]
    opens = tagged["ner"].str[0].isin(["B", "S"])
    name = opens.cumsum()
    names = tagged.groupby([name, "sentence_id", tagged["ner"].str[2:]], sort=False).agg(
        article_id=("article_id", "first"), start=("start", "min"), end=("end", "max")
    )
    names.index.names = ["name", "sentence_id", "type"]
    names = names.reset_index().sort_values(["name", "start"], kind="stable")
    names["text"] = _surfaces(names, texts)
    return names


def _surfaces(frame: pd.DataFrame, texts: dict[str, str]) -> list[str]:
    return [texts[a][s:e] for a, s, e in zip(frame["article_id"], frame["start"], frame["end"], strict=True)]


def _ids(frame: pd.DataFrame) -> list[str]:
    return [frames.span_id(*span) for span in zip(frame["article_id"], frame["start"], frame["end"], strict=True)]
