"""Which unit of text names which actor: the matrix behind co-occurrence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.errors import SimakError
from analysis.measures.inference import group_codes

WITHIN = ("sentence", "paragraph", "article", "quote")


@dataclass(frozen=True)
class Incidence:
    """Which unit names which actor.

    Attributes
    ----------
    matrix
        Units × actors, 0 or 1; only units that name an actor.
    actors
        actor_id of each column, sorted.
    article, group
        Number of the article and of the duplicate group of each row.
    sizes
        All units of each duplicate group, with those that name nobody where sentences were given.
    """

    matrix: sparse.csr_array
    actors: np.ndarray
    article: np.ndarray
    group: np.ndarray
    sizes: np.ndarray


def incidence(
    entities: pd.DataFrame,
    within: str | int = "sentence",
    *,
    articles: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None,
    actors: pd.DataFrame | None = None,
    types: Iterable[str] | None = None,
    countries: Iterable[str] | None = None,
    roll_up: Iterable[str] = (),
    issues: pd.DataFrame | None = None,
) -> Incidence:
    """Return which unit names which actor; options as in :func:`~analysis.measures.cooccurrence.cooccurrence`.

    Examples
    --------
    >>> entities = pd.DataFrame({"article_id": "a", "sentence_id": ["a:0-9", "a:10-19"], "start": 0, "end": 1,
    ...                          "type": "LOC", "actor_id": ["china", "taiwan"]})
    >>> incidence(entities, "article").matrix.toarray().tolist()
    [[1, 1]]
    """
    if articles is None:
        articles = pd.DataFrame({"article_id": (entities if sentences is None else sentences)["article_id"].unique()})
        articles["duplicate_group"] = articles["article_id"]
    group, n_groups = group_codes(articles)
    group = group.sort_index()
    article = _looked_up(entities["article_id"], group.index)
    entities, article = entities[article >= 0], article[article >= 0]
    actor = _counted_as(entities, actors, types, countries, roll_up)
    members, place, unit_article = _units(entities, article, within, group.index, sentences, quotes, issues)

    column, names = pd.factorize(actor, sort=True)
    kept = (column >= 0) & (place >= 0)
    where = (place[kept], column[kept])
    named = sparse.csr_array((np.ones(kept.sum(), dtype=np.int32), where), shape=(members.shape[1], len(names)))
    matrix = sparse.csr_array(members @ named)
    matrix.sort_indices()
    matrix.data[:] = 1
    sizes = np.bincount(group.to_numpy()[unit_article], minlength=n_groups)
    rows = np.diff(matrix.indptr) > 0
    article = unit_article[rows]
    return Incidence(matrix[rows], np.asarray(names, dtype=object), article, group.to_numpy()[article], sizes)


def _units(
    entities: pd.DataFrame,
    article: np.ndarray,
    within: str | int,
    ids: pd.Index,
    sentences: pd.DataFrame | None,
    quotes: pd.DataFrame | None,
    issues: pd.DataFrame | None,
) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """Return units × places, the place of each mention (-1: none), and the article of each unit, numbered as in `ids`.

    A place is a sentence, save for quotes, where it is the mention itself.
    """
    if within == "quote":
        quotes = _needed(quotes, "quotes", within)
        quotes = quotes[quotes["article_id"].isin(ids)].reset_index(drop=True)
        unit, position = _quoted(entities, quotes)
        place, names = np.arange(len(entities)), quotes["sentence_id"]
        home = _looked_up(quotes["article_id"], ids)
    else:
        if sentences is None:
            place, names = pd.factorize(entities["sentence_id"])
            names, home, paragraph = pd.Series(names), np.zeros(len(names), dtype=np.int64), None
            home[place] = article
        else:
            home = _looked_up(sentences["article_id"], ids)
            order = np.lexsort((sentences["start"], home))
            order = order[np.searchsorted(home[order], 0) :]
            names, home = sentences["sentence_id"].iloc[order], home[order]
            paragraph = sentences["paragraph"].to_numpy()[order] if within == "paragraph" else None
            place = _looked_up(entities["sentence_id"], pd.Index(names))
        if within not in ("sentence", "article"):
            _needed(sentences, "sentences", within)
        unit, position, home = _sentence_units(home, paragraph, within, len(ids))
    shape = (len(home), len(entities) if within == "quote" else len(names))
    members = sparse.csr_array((np.ones(len(unit), dtype=np.int32), (unit, position)), shape=shape)
    if issues is not None:
        coded = names.isin(issues["sentence_id"]).to_numpy()
        keep = coded if within == "quote" else (members @ coded.astype(np.int32)) > 0
        members, home = members[keep], home[keep]
    return members, place, home


def _sentence_units(
    article: np.ndarray, paragraph: np.ndarray | None, within: str | int, n_articles: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which unit holds which sentence (two arrays of the same length), and the article of each unit."""
    position = np.arange(len(article))
    if within == "sentence":
        return position, position, article
    if within == "article":
        return article, position, np.arange(n_articles)
    if within == "paragraph" and paragraph is not None:
        new = (np.diff(article, prepend=-1) != 0) | (np.diff(paragraph, prepend=-1) != 0)
        return np.cumsum(new) - 1, position, article[new]
    if isinstance(within, bool) or not isinstance(within, int) or within < 1:
        raise SimakError(f"within={within!r} is not known; allowed are {', '.join(WITHIN)} or a number of sentences.")
    # A run is known by its first sentence; an article shorter than a run is one run.
    begin = np.searchsorted(article, article, side="left")
    last = np.maximum(np.searchsorted(article, article, side="right") - within, begin)
    first = np.concatenate([position - back for back in range(within)])
    position, begin, last = (np.tile(values, within) for values in (position, begin, last))
    inside = (first >= begin) & (first <= last)
    starts, unit = np.unique(first[inside], return_inverse=True)
    return unit, position[inside], article[starts]


def _quoted(entities: pd.DataFrame, quotes: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return which quote holds which mention, both as row numbers."""
    spans = quotes[["article_id", "start", "end"]].assign(quote=np.arange(len(quotes)))
    mentions = entities[["article_id", "start", "end"]].assign(mention=np.arange(len(entities)))
    both = spans.merge(mentions, on="article_id", suffixes=("", "_named"))
    both = both[(both["start"] <= both["start_named"]) & (both["end_named"] <= both["end"])]
    return both["quote"].to_numpy(), both["mention"].to_numpy()


def _counted_as(
    entities: pd.DataFrame,
    actors: pd.DataFrame | None,
    types: Iterable[str] | None,
    countries: Iterable[str] | None,
    roll_up: Iterable[str],
) -> pd.Series:
    """Return the actor as which each mention counts; missing where a filter leaves it out."""
    actor, rolled = entities["actor_id"], _several(roll_up)
    if types is not None:
        actor = actor.where(entities["type"].isin(_several(types)))
    if countries is None and not rolled:
        return actor
    home = actor.map(_needed(actors, "actors", "countries or roll_up").set_index("actor_id")["country"])
    if countries is not None:
        actor = actor.where(home.isin(_several(countries)) | actor.isin(_several(countries)))
    return actor.mask(entities["type"].isin(rolled) & home.notna() & actor.notna(), home)


def _needed(frame: pd.DataFrame | None, name: str, what: str | int) -> pd.DataFrame:
    if frame is None:
        raise SimakError(f"{what!r} needs the frame {name}: pass {name}=corpus.{name}.")
    return frame


def _looked_up(values: pd.Series, among: pd.Index) -> np.ndarray:
    """Return where in `among` each value stands (-1: nowhere); each distinct value is looked up once."""
    codes, distinct = pd.factorize(values)
    return among.get_indexer(distinct)[codes]


def _several(values: Iterable[str]) -> list[str]:
    return [values] if isinstance(values, str) else list(values)
