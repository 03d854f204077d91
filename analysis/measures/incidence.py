"""Which unit of text names which actor: the matrix behind co-occurrence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.errors import SimakError
from analysis.frames import Frame, aligned
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


def mentions(
    entities: pd.DataFrame,
    actors: pd.DataFrame | None = None,
    *,
    types: Iterable[str] | None = None,
    countries: Iterable[str] | None = None,
    roll_up: Iterable[str] = (),
) -> pd.DataFrame:
    """Return the mentions that count, each under the actor as which it counts.

    Parameters
    ----------
    entities, actors
        The frames; `actors` is needed for `countries` and `roll_up`.
    types
        Mentions of these types alone, such as ``("PER", "ORG")``.
    countries
        Actors of these countries (``actor_id`` of the country) alone, and the countries themselves.
    roll_up
        Types whose actors are counted as their country: ``("PER",)`` makes people their country. Actors without a
        country stay themselves.

    Returns
    -------
    DataFrame
        Rows of `entities`, with another ``actor_id`` where it is rolled up; for every measure that takes entities.

    Examples
    --------
    >>> entities = pd.DataFrame({"type": ["PER", "ORG"], "actor_id": ["wang-yi", "nato"]})
    >>> actors = pd.DataFrame({"actor_id": ["wang-yi", "nato"], "country": ["china", None]})
    >>> mentions(entities, actors, roll_up=["PER"])["actor_id"].tolist()
    ['china', 'nato']
    """
    kept = entities if types is None else entities[entities["type"].isin(_several(types))]
    rolled = _several(roll_up)
    if countries is None and not rolled:
        return kept
    home = kept["actor_id"].map(_needed(actors, "actors", "countries or roll_up").set_index("actor_id")["country"])
    if countries is not None:
        inside = home.isin(_several(countries)) | kept["actor_id"].isin(_several(countries))
        kept, home = kept[inside], home[inside]
    return kept.assign(actor_id=kept["actor_id"].mask(kept["type"].isin(rolled) & home.notna(), home))


def incidence(
    entities: Frame, within: str | int = "sentence", *, articles: pd.DataFrame | None = None,
    sentences: Frame | None = None, quotes: Frame | None = None, issues: Frame | None = None,
) -> Incidence:  # fmt: skip
    """Return which unit names which actor: what co-occurrence and the intervals of centralities are counted from.

    Parameters
    ----------
    entities
        The frame of mentions, or what :func:`mentions` makes of it.
    within
        The unit: ``sentence``, ``paragraph``, ``article``, ``quote`` (the content of a quote), or a whole number n:
        each run of n consecutive sentences of an article.
    articles
        Gives duplicate groups for the intervals; without it each article stands for itself. Mentions in other
        articles are left out.
    sentences
        All sentences: then units that name nobody count among ``units`` too (as they should: association is
        measured against all text). Needed for paragraphs and runs of sentences.
    quotes
        Needed for ``quote``.
    issues
        Rows of the frame ``issues``: only units that hold one of their sentences are looked at.

    Every frame but `articles` may also be given in parts that hold whole articles, as ``Corpus.parts`` yields them;
    what they give adds up, and memory holds one part of each at a time. Then `articles` and `sentences` are needed.

    Raises
    ------
    SimakError
        When `within` is unknown or a frame that it needs is missing.

    Examples
    --------
    >>> entities = pd.DataFrame({"article_id": "a", "sentence_id": ["a:0-9", "a:10-19"], "start": 0, "end": 1,
    ...                          "type": "LOC", "actor_id": ["china", "taiwan"]})
    >>> incidence(entities, "article").matrix.toarray().tolist()
    [[1, 1]]
    """
    if within not in WITHIN and not (type(within) is int and within >= 1):
        raise SimakError(f"within={within!r} is not known; allowed are {', '.join(WITHIN)} or a number of sentences.")
    given = [frame for frame in (entities, sentences, quotes, issues) if frame is not None]
    if not all(isinstance(frame, pd.DataFrame) for frame in given):
        named = {"sentences": sentences, "articles": articles}
        known, first = (_needed(named[name], name, "a frame in parts") for name in ("articles", "sentences"))
        others = {"entities": entities, "quotes": quotes, "issues": issues}
        return _added(known, within, first, {name: parts for name, parts in others.items() if parts is not None})
    if articles is None:
        ids = (entities if sentences is None else sentences)["article_id"].unique()
        articles = pd.DataFrame({"article_id": ids, "duplicate_group": ids})
    group, n_groups = group_codes(articles)
    return _counted(group.sort_index(), n_groups, within, entities, sentences, quotes, issues)


def _counted(
    group: pd.Series, n_groups: int, within: str | int, entities: pd.DataFrame, sentences: pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None, issues: pd.DataFrame | None = None,
) -> Incidence:  # fmt: skip
    """Return the incidence of frames that are whole, or of one part of each; articles are numbered as in `group`."""
    entities = entities[_looked_up(entities["article_id"], group.index) >= 0]
    members, place, unit_article = _units(entities, within, group.index, sentences, quotes, issues)
    column, names = pd.factorize(entities["actor_id"], sort=True)
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


def _added(
    articles: pd.DataFrame, within: str | int, sentences: Iterable[pd.DataFrame], others: dict[str, Frame]
) -> Incidence:
    """Return what the parts of frames give together."""
    group, n_groups = group_codes(articles)
    group, sizes, found = group.sort_index(), np.zeros(n_groups, dtype=np.int64), []
    for first, *rest in aligned(sentences, *others.values()):
        at = np.sort(group.index.get_indexer(first["article_id"].unique()))
        at = at[at >= 0]
        part = _counted(group.iloc[at], n_groups, within, sentences=first, **dict(zip(others, rest, strict=True)))
        sizes += part.sizes
        found.append(replace(part, article=at[part.article], sizes=sizes[:0]))
    actors = np.unique(np.concatenate([np.empty(0, dtype=object), *(part.actors for part in found)]))
    for part in found:
        part.matrix.indices = np.searchsorted(actors, part.actors)[part.matrix.indices]
        part.matrix.resize(part.matrix.shape[0], len(actors))
    article, of_group = (
        np.concatenate([np.empty(0, dtype=np.int64), *(getattr(part, name) for part in found)])
        for name in ("article", "group")
    )
    return Incidence(sparse.csr_array(sparse.vstack([part.matrix for part in found])), actors, article, of_group, sizes)


def _units(
    entities: pd.DataFrame,
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
        named = _needed(quotes, "quotes", within)
        named = named[named["article_id"].isin(ids)].reset_index(drop=True)
        unit, position = _quoted(entities, named)
        place, n_places, home = np.arange(len(entities)), len(entities), _looked_up(named["article_id"], ids)
    else:
        named = sentences
        if named is None and within in ("sentence", "article"):
            named = entities.drop_duplicates("sentence_id")
        named = _needed(named, "sentences", within)
        home = _looked_up(named["article_id"], ids)
        named, home = named[home >= 0], home[home >= 0]
        order = np.lexsort((named["start"], home))
        number = np.append(np.argsort(order), -1)
        place, n_places = number[_looked_up(entities["sentence_id"], named["sentence_id"])], len(order)
        paragraph = named["paragraph"].to_numpy()[order] if within == "paragraph" else order
        unit, position, home = _sentence_units(home[order], paragraph, within, len(ids))
        named = named.iloc[order]
    members = sparse.csr_array((np.ones(len(unit), dtype=np.int32), (unit, position)), shape=(len(home), n_places))
    if issues is not None:
        coded = named["sentence_id"].isin(issues["sentence_id"]).to_numpy()
        keep = coded if within == "quote" else (members @ coded.astype(np.int32)) > 0
        members, home = members[keep], home[keep]
    return members, place, home


def _sentence_units(
    article: np.ndarray, paragraph: np.ndarray, within: str | int, n_articles: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which unit holds which sentence (two arrays of the same length), and the article of each unit."""
    position = np.arange(len(article))
    if within == "sentence":
        return position, position, article
    if within == "article":
        return article, position, np.arange(n_articles)
    if within == "paragraph":
        new = (np.diff(article, prepend=-1) != 0) | (np.diff(paragraph, prepend=-1) != 0)
        return np.cumsum(new) - 1, position, article[new]
    # A run is known by its first sentence; an article shorter than a run is one run.
    length = int(within)
    begin = np.searchsorted(article, article, side="left")
    last = np.maximum(np.searchsorted(article, article, side="right") - length, begin)
    first = np.concatenate([position - back for back in range(length)])
    position, begin, last = (np.tile(values, length) for values in (position, begin, last))
    inside = (first >= begin) & (first <= last)
    starts, unit = np.unique(first[inside], return_inverse=True)
    return unit, position[inside], article[starts]


def _quoted(entities: pd.DataFrame, quotes: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return which quote holds which mention, both as row numbers."""
    spans = quotes[["article_id", "start", "end"]].assign(quote=np.arange(len(quotes)))
    named = entities[["article_id", "start", "end"]].assign(mention=np.arange(len(entities)))
    both = spans.merge(named, on="article_id", suffixes=("", "_named"))
    both = both[(both["start"] <= both["start_named"]) & (both["end_named"] <= both["end"])]
    return both["quote"].to_numpy(), both["mention"].to_numpy()


def _needed(frame: pd.DataFrame | None, name: str, what: str | int) -> pd.DataFrame:
    if frame is None:
        raise SimakError(f"{what!r} needs the frame {name}: pass {name}=corpus.{name}.")
    return frame


def _looked_up(values: pd.Series, among: Iterable[str]) -> np.ndarray:
    """Return where among the (different) ids each value stands (-1: nowhere); a run of one value is looked up once."""
    known, first = pd.Series(among), np.flatnonzero(values.ne(values.shift()))
    found = pd.factorize(pd.concat([known, values.iloc[first]], ignore_index=True))[0][len(known) :]
    return np.repeat(np.where(found < len(known), found, -1), np.diff(first, append=len(values)))


def _several(values: Iterable[str]) -> list[str]:
    return [values] if isinstance(values, str) else list(values)
