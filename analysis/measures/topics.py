"""Topics: what the coverage speaks of, found without a codebook, with a doubt that can be read off."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse, special

from analysis.errors import SimakError, refuse_unknown
from analysis.measures.prevalence import prevalence
from analysis.measures.terms import CONTENT, TermCounts, term_counts
from analysis.measures.topic_words import coherence, foremost_words, label

if TYPE_CHECKING:
    from sklearn.decomposition import NMF, LatentDirichletAllocation

LEAST_ARTICLES = 50
METHODS = ("nmf", "lda")
ANCHOR = 10.0


@dataclass(frozen=True)
class TopicModel:
    """A fitted model: enough to place new articles and to keep in two plain files.

    Attributes
    ----------
    method
        ``nmf`` (non-negative matrix factorisation of tf-idf; Lee & Seung 1999, *Nature* 401:788-791) or ``lda``
        (latent Dirichlet allocation of counts; Blei et al. 2003, *JMLR* 3:993-1022).
    components
        Topics × terms.
    terms
        Word or phrase of each column.
    idf
        Inverse document frequency of each term in the articles that the model was fitted on.
    upos, lemmas
        Parts of speech that counted, or None for all, and whether words are dictionary forms.
    """

    method: str
    components: np.ndarray
    terms: np.ndarray
    idf: np.ndarray
    upos: tuple[str, ...] | None = CONTENT
    lemmas: bool = True

    def counts(self, tokens: pd.DataFrame, ids: Iterable[str] | None = None, unit: str = "article_id") -> TermCounts:
        """Return the counts of the model's terms in articles or sentences."""
        longest = max((term.count(" ") + 1 for term in self.terms), default=1)
        options = {"lemmas": self.lemmas, "upos": self.upos, "phrases": longest, "terms": self.terms}
        return term_counts(tokens, ids, unit=unit, **options)

    def place(self, counts: TermCounts) -> pd.DataFrame:
        """Return the share of each topic in each article, old or new: ``article_id``, ``topic``, ``share``.

        The shares of an article sum to 1; an article that holds no term of the model has none (NaN).

        Examples
        --------
        >>> model = TopicModel("nmf", np.eye(2), np.array(["sanksi", "tarif"]), np.ones(2))
        >>> counts = TermCounts(sparse.csr_array([[2, 0]]), np.array(["a"]), model.terms)
        >>> model.place(counts)["share"].tolist()
        [1.0, 0.0]
        """
        if list(counts.terms) != list(self.terms):
            raise SimakError("The counts are of other terms than the model's: make them with model.counts(tokens).")
        raw = self._loadings(counts.matrix)
        total = raw.sum(axis=1, keepdims=True)
        empty = (counts.matrix.sum(axis=1) == 0)[:, None] | (total <= 0)
        share = np.where(empty, np.nan, raw / np.where(empty, 1.0, total))
        topics = len(self.components)
        return pd.DataFrame(
            {
                "article_id": pd.array(np.repeat(counts.ids, topics), dtype="str"),
                "topic": np.tile(np.arange(1, topics + 1), len(counts.ids)),
                "share": share.ravel(),
            }
        )

    def save(self, folder: str | Path) -> None:
        """Write ``topics.npz`` and ``topics.json`` into the folder, which is made where it is missing."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / "topics.npz", components=self.components, idf=self.idf)
        about = {"method": self.method, "upos": self.upos, "lemmas": self.lemmas, "terms": self.terms.tolist()}
        (folder / "topics.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path) -> TopicModel:
        """Return the model that :meth:`save` wrote; nothing in the files is executed."""
        try:
            about = json.loads((Path(folder) / "topics.json").read_text(encoding="utf-8"))
            with np.load(Path(folder) / "topics.npz", allow_pickle=False) as arrays:
                components, idf = arrays["components"], arrays["idf"]
            upos, terms = about["upos"] and tuple(about["upos"]), np.asarray(about["terms"], dtype=object)
            model = cls(about["method"], components, terms, idf, upos, bool(about["lemmas"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SimakError(f"'{folder}' holds no topic model that can be read: {error}.") from error
        fitting = components.ndim == 2 and components.shape[1] == len(idf) == len(model.terms)
        if model.method not in METHODS or not fitting:
            raise SimakError(f"'{folder}' holds no topic model that can be read: its files do not belong together.")
        return model

    def _loadings(self, matrix: sparse.csr_array) -> np.ndarray:
        if self.method == "lda":
            return _lda(len(self.components), components=self.components).transform(_old(matrix))
        from sklearn.decomposition import non_negative_factorization

        options = {"n_components": len(self.components), "update_H": False, "max_iter": 400, "tol": 1e-4}
        return non_negative_factorization(_old(tfidf(matrix, self.idf)), H=self.components, **options)[0]


@dataclass(frozen=True)
class Topics:
    """A topic model and what it says of its corpus.

    Attributes
    ----------
    model
        The fitted :class:`TopicModel`.
    summary
        One row a topic, by falling share: ``topic`` (from 1), ``label`` (its three foremost words), ``share`` (mean
        over articles, 0..1) with ``low`` and ``high``, ``articles`` (in which it is the largest), ``coherence`` (NPMI).
    words
        ``topic, rank, term, weight`` (sums to 1 over a topic's terms), ``frex, frex_rank``: the foremost 30 by either.
    shares
        ``article_id, topic, share`` of all articles, copies included.
    counts
        The term counts of all articles.
    """

    model: TopicModel
    summary: pd.DataFrame
    words: pd.DataFrame
    shares: pd.DataFrame
    counts: TermCounts


def too_few(articles: pd.DataFrame) -> bool:
    """Return whether there are too few different articles (under 50) for a topic model.

    Examples
    --------
    >>> too_few(pd.DataFrame({"duplicate_group": ["a", "b"]}))
    True
    """
    return articles["duplicate_group"].nunique() < LEAST_ARTICLES


def topics(
    articles: pd.DataFrame, tokens: pd.DataFrame | Iterable[pd.DataFrame], number: int, *, method: str = "nmf",
    counts: TermCounts | None = None, anchors: Mapping[str, Iterable[str]] | None = None, level: float = 0.95,
    draws: int = 500, seed: int = 0,
) -> Topics:  # fmt: skip
    """Return `number` topics of the articles.

    The model is fitted on the earliest article of each duplicate group, so that copies do not make topics; copies
    are placed afterwards. Articles are taken in the order of their ids, so that the order of files says nothing.
    The number of topics is a choice: :func:`analysis.measures.topic_study.study` recommends one.

    Parameters
    ----------
    articles, tokens
        The frames, tokens also in parts that hold whole articles; tokens of other articles are left out.
    number
        Number of topics, from 2.
    method
        ``nmf`` or ``lda``.
    counts
        Of :func:`analysis.measures.terms.term_counts` with the words, stop words and phrases wanted; default is
        ``term_counts(tokens, articles["article_id"])``.
    anchors
        Seed words of wanted topics, by name: ``{"fentanyl": ["fentanil", "opioid"]}``. The first topics start from
        these words (nmf only) and then follow the articles; their labels begin with the name.
    level, draws, seed
        Of the model's start and of the intervals (bootstrap over duplicate groups, with the model held fixed).

    Returns
    -------
    Topics

    Raises
    ------
    SimakError
        When there are fewer than 50 different articles (ask :func:`too_few` first), the number of topics does not
        fit them, the method is unknown or no anchor word is a term.
    """
    if too_few(articles):
        raise SimakError(
            f"Under {LEAST_ARTICLES} different articles no topic model is fitted: prevalence by codebook remains."
        )
    refuse_unknown("method", method, METHODS)
    ids = articles["article_id"]
    counts = term_counts(tokens, ids) if counts is None else counts.rows(ids)
    first = unique_articles(articles)
    own = counts.rows(first)
    if not 2 <= number < min(own.matrix.shape):
        raise SimakError(f"number={number} must lie between 2 and {min(own.matrix.shape) - 1} for these articles.")
    names = list(anchors or {})
    model = fitted(own, number, method=method, anchors=anchors, seed=seed)
    shares = model.place(counts)
    mean = shares[shares["article_id"].isin(first)].groupby("topic")["share"].mean().to_numpy()
    order = np.argsort(-mean, kind="stable")
    model = replace(model, components=model.components[order])
    new = pd.Series(np.argsort(order) + 1, index=np.arange(1, number + 1))
    shares = shares.assign(topic=shares["topic"].map(new)).sort_values(["article_id", "topic"], ignore_index=True)
    words = foremost_words(model.components, model.terms)
    labels = words.groupby("topic")["term"].agg(label)
    for place, name in zip(new.to_numpy()[: len(names)], names, strict=True):
        labels[place] = f"{name}: {labels[place]}"
    counted = {"of": "topic", "weight": "share", "codes": range(1, number + 1)}
    summary = prevalence(shares.dropna(), articles, **counted, level=level, draws=draws, seed=seed)
    summary = summary[["topic", "share", "low", "high"]]
    largest = shares.dropna().pivot(index="article_id", columns="topic", values="share").idxmax(axis=1)
    summary.insert(1, "label", labels.reindex(summary["topic"]).to_numpy())
    summary["articles"] = largest.value_counts().reindex(summary["topic"], fill_value=0).to_numpy()
    summary["coherence"] = coherence(model.components, own)
    return Topics(model, summary, words, shares, counts)


def unique_articles(articles: pd.DataFrame) -> pd.Series:
    """Return the ids of the earliest article of each duplicate group, sorted.

    Examples
    --------
    >>> unique_articles(pd.DataFrame({"article_id": ["b", "a"], "duplicate_group": "b", "date": pd.NaT})).tolist()
    ['a']
    """
    return articles.sort_values(["date", "article_id"]).drop_duplicates("duplicate_group")["article_id"].sort_values()


def fitted(
    counts: TermCounts, number: int, *, method: str = "nmf", anchors: Mapping[str, Iterable[str]] | None = None,
    start: str = "nndsvda", seed: int = 0,
) -> TopicModel:  # fmt: skip
    """Return a model of the counts; `start` is scikit-learn's name for where NMF begins."""
    units = np.diff(counts.matrix.tocsc().indptr)
    idf = np.log((1 + counts.matrix.shape[0]) / (1 + units)) + 1
    if method == "lda":
        components = _lda(number, seed=seed).fit(_old(counts.matrix)).components_
    else:
        from sklearn.decomposition import NMF

        matrix = _old(tfidf(counts.matrix, idf))
        options = {"n_components": number, "random_state": seed, "max_iter": 200, "tol": 1e-3}
        components = _components(NMF(init=start, **options), matrix)
        if anchors:
            begun = _anchored(components + 1e-4, matrix, counts.terms, anchors)
            loadings = np.asarray(matrix @ begun.T) / np.square(begun).sum(axis=1) + 1e-6
            begun_from = {"W": np.ascontiguousarray(loadings), "H": np.ascontiguousarray(begun)}
            components = _components(NMF(init="custom", **options), matrix, **begun_from)
    return TopicModel(method, components, counts.terms, idf, counts.upos, counts.lemmas)


def _anchored(
    begun: np.ndarray, matrix: sparse.csr_matrix, terms: np.ndarray, anchors: Mapping[str, Iterable[str]]
) -> np.ndarray:
    """Return the topics with the first ones put to what stands beside their seed words, these on top."""
    for topic, (name, words) in enumerate(anchors.items()):
        columns = pd.Index(terms).get_indexer([word.lower() for word in words])
        columns = columns[columns >= 0]
        if topic >= len(begun) or not len(columns):
            raise SimakError(
                f"anchors: no word of '{name}' is a term of these articles, or there are more anchors than topics."
            )
        begun[topic] = matrix[:, columns].sum(axis=1).T @ matrix
        begun[topic] *= begun.mean() / max(begun[topic].mean(), 1e-12)
        begun[topic, columns] = ANCHOR * begun.max()
    return begun


def typical_sentences(found: Topics, sentences: pd.DataFrame, tokens: pd.DataFrame, number: int = 5) -> pd.DataFrame:
    """Return the sentences that speak most clearly of each topic.

    Looked for in the articles with the largest share of the topic; a sentence's score is the cosine of its tf-idf
    and the topic, and no article gives two.

    Returns
    -------
    DataFrame
        ``topic, rank, article_id, sentence_id, score, text``.
    """
    near = nearest_articles(found)
    counts = found.model.counts(tokens[tokens["article_id"].isin(near["article_id"])], unit="sentence_id")
    matrix = tfidf(counts.matrix, found.model.idf)
    unit = found.model.components / np.maximum(np.linalg.norm(found.model.components, axis=1, keepdims=True), 1e-300)
    score = pd.DataFrame(matrix @ unit.T, index=counts.ids, columns=range(1, len(unit) + 1))
    long = score.rename_axis(index="sentence_id", columns="topic").stack().rename("score").reset_index()
    long = long.merge(sentences[["article_id", "sentence_id", "text"]], on="sentence_id")
    long = long.merge(near, on=["article_id", "topic"])
    long = long[long["score"] > 0].sort_values(["topic", "score", "sentence_id"], ascending=[True, False, True])
    long = long.drop_duplicates(["topic", "article_id"]).groupby("topic").head(number)
    long["rank"] = long.groupby("topic").cumcount() + 1
    return long[["topic", "rank", "article_id", "sentence_id", "score", "text"]].reset_index(drop=True)


def nearest_articles(found: Topics, each: int = 30) -> pd.DataFrame:
    """Return the articles with the largest share of each topic: ``article_id, topic, share``."""
    shares = found.shares.dropna().sort_values(["topic", "share", "article_id"], ascending=[True, False, True])
    return shares.groupby("topic").head(each)


def tfidf(matrix: sparse.csr_array, idf: np.ndarray) -> sparse.csr_array:
    """Return (1 + ln count) × idf, each row of length 1."""
    weighted = sparse.csr_array(matrix, dtype=float)
    weighted.data = 1 + np.log(weighted.data)
    weighted = weighted.multiply(idf[None, :]).tocsr()
    norm = np.sqrt(weighted.multiply(weighted).sum(axis=1))
    return sparse.csr_array(sparse.diags_array(1 / np.where(norm > 0, norm, 1.0)) @ weighted)


def _lda(number: int, *, seed: int = 0, components: np.ndarray | None = None) -> LatentDirichletAllocation:
    """Return scikit-learn's model, not yet fitted or brought back from its components."""
    from sklearn.decomposition import LatentDirichletAllocation

    model = LatentDirichletAllocation(number, random_state=seed, max_iter=20, learning_method="batch")
    if components is not None:
        model.components_, model.n_features_in_, model.doc_topic_prior_ = components, components.shape[1], 1 / number
        total = components.sum(axis=1, keepdims=True)
        model.exp_dirichlet_component_ = np.exp(special.psi(components) - special.psi(total))
    return model


def _components(model: NMF, matrix: sparse.csr_matrix, **start: np.ndarray) -> np.ndarray:
    """Return the fitted topics × terms; where the steps run out, what is left to gain is below what a reader sees."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit_transform(matrix, **start)
    return model.components_


def _old(matrix: sparse.csr_array) -> sparse.csr_matrix:
    """Return the kind of sparse matrix that scikit-learn takes in all its supported versions."""
    return sparse.csr_matrix(matrix, dtype=float)
