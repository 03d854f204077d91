"""How the models of tone and targets were made.

    python -m analysis.extraction.training.tone ARTICLES.jsonl.gz [GOLD_DIR ...]

`tone_labels.csv` holds the coded statements without their text: the beginning of the SHA-1 of the text of
the article, offsets of the statement and its reporting word, its kind, its speaker, its tone and the name
of the actor at whom the tone is aimed ("?" where that was not coded). `tone_articles.csv` says where each
article stands, whether it is about diplomacy and in which round it was coded. The texts come from the file
of articles. `readings.csv.gz` holds what readers that had not seen its article made of each statement
(`training/lessons.py`); the regressions are learnt beside them. The models are written beside the extraction;
a table is printed of a cross-validation by article and, where folders of annotated articles are named, of
their statements, from which nothing is learnt.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold
from stanza.models.common.pretrain import Pretrain

from analysis import frames, read_articles
from analysis.extraction import actors, quotes, reader, tallies, targets, tone
from analysis.extraction.reader import Reading
from analysis.knowledge import Knowledge
from analysis.knowledge.schema import Implication
from analysis.language.annotate import annotate
from analysis.language.pipeline import models_folder

LABELS = Path(__file__).with_name("tone_labels.csv")
ARTICLES = Path(__file__).with_name("tone_articles.csv")
READINGS = Path(__file__).with_name("readings.csv.gz")
NOT_CODED = "?"
FOLDS = 8
#: The gold annotations find a tone and a target more often than our coders: added to the log odds of neutral, which
#: then is given to as many statements as there, and how many times as many targets are given as our coders meant.
NEUTRAL, MEANT = -0.2, 1.12
SEED = 0
STRENGTH = 0.02  # inverse of the regularisation
HELD = 10.0  # regularisation of the weights of targets
WORDS, VECTORS, FEATURES = 10.0, 0.7, 1.3  # what words, their vectors and the features weigh before regularisation
FREQUENT = 100  # articles that hold a word whose weight its vector alone may tell
SHAPE = ["lowest", "highest", "first", "last", "any bad", "any good", "bad and good", "neither", "more good"]
NAMES = [*SHAPE, "lexicon", "length", "direct", "figures", "first person"]
BOTH = [f"{by} {name}" for by in ("words", "reader") for name in frames.SENTIMENTS] + ["constant"]


def text_hash(text: str) -> str:
    """Return the mark by which a label knows its article."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]


def coded_articles(source: Path, hashes: set[str]) -> tuple[dict[str, dict[str, Any]], Counter[str]]:
    """Return the articles of these hashes, and in how many articles of the source each word stands."""
    found: dict[str, dict[str, Any]] = {}
    counts: Counter[str] = Counter()
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            counts.update(set(re.findall(r"\w+", article["text"].lower())))
            if (mark := text_hash(article["text"])) in hashes:
                found.setdefault(mark, article)
    return found, counts


def coded_labels() -> pd.DataFrame:
    """Return the coded statements as the two files hold them, with ``actor_id`` the speaker."""
    kinds = {"hash": str, "target": str, "speaker": str}
    labels = pd.read_csv(LABELS, dtype=kinds, keep_default_na=False, na_values={"cue_start": "", "cue_end": ""})
    articles = pd.read_csv(ARTICLES, dtype=str).set_index("hash")
    of_article = {column: labels["hash"].map(articles[column]) for column in ("subject", "round")}
    return labels.assign(actor_id=labels["speaker"].replace("", None), **of_article)


def gold_labels(folder: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the statements of annotated articles in the same form, and the texts that the folder holds."""
    articles = [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))]
    marks = [text_hash(a["text"]) if "text" in a else a["sha1"][:16] for a in articles]
    rows = [
        {"hash": mark, "kind": quote["kind"], "label": quote["sentiment"], "start": quote["start"], "end": quote["end"]}
        | {f"cue_{side}": quote["cue"][side] if quote["cue"] else None for side in ("start", "end")}
        | {"actor_id": quote["speaker_actor"]}
        for mark, article in zip(marks, articles, strict=True)
        for quote in article.get("quotes", [])
    ]
    texts = {mark: article["text"] for mark, article in zip(marks, articles, strict=True) if "text" in article}
    return pd.DataFrame(rows), texts


def statements(labels: pd.DataFrame, texts: dict[str, str]) -> pd.DataFrame:
    """Return the coded statements whose text is at hand, with ``article_id``, ``text`` and ``cue``."""
    labels = labels[labels["hash"].isin(texts)].reset_index(drop=True)
    spans = labels[["hash", "start", "end", "cue_start", "cue_end"]].astype(object).itertuples(index=False)
    parts = [(texts[m][s:e], None if pd.isna(cs) else texts[m][int(cs) : int(ce)]) for m, s, e, cs, ce in spans]
    words = {"text": [text for text, _ in parts], "cue": [cue for _, cue in parts]}
    return labels.assign(article_id=labels["hash"], **words)


class Learnt:
    """The first of the two regressions of `tone.Model`, learnt from coded statements.

    A vector says of a word that no coded statement holds what words like it weigh. The vectors enter
    as the sum over the words of a statement, so that their weights become weights of words, and the
    stored model knows words alone.
    """

    def __init__(self, coded: pd.DataFrame, table: np.ndarray, vectors: dict[str, np.ndarray]) -> None:
        seen = tone.words_vectorizer(min_df=2).fit(coded["text"]).vocabulary_
        entries = sorted(seen.keys() | vectors.keys())
        self.words = tone.words_vectorizer(vocabulary={word: number for number, word in enumerate(entries)})
        counts = self.words.fit_transform(coded["text"])
        own = np.array([word in seen for word in entries])
        size = len(next(iter(vectors.values())))
        meaning = np.array([vectors.get(word, np.zeros(size)) for word in entries])
        parts = [table, counts @ meaning]
        means, spreads = zip(*((part.mean(axis=0), part.std(axis=0) + 1e-6) for part in parts), strict=True)
        dense = [(part - mean) / spread for part, mean, spread in zip(parts, means, spreads, strict=True)]
        both = sparse.hstack([dense[0] * FEATURES, dense[1] * VECTORS, counts[:, own] * WORDS]).tocsr()
        model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000).fit(both, coded["label"])
        assert tuple(model.classes_) == frames.SENTIMENTS
        features, direction, words = np.split(model.coef_, np.cumsum([table.shape[1], size]), axis=1)
        self.weights, direction = (features / spreads[0]).T * FEATURES, (direction / spreads[1]).T * VECTORS
        self.word_weights = meaning @ direction
        self.word_weights[own] += words.T * WORDS
        self.intercept = model.intercept_ - means[0] @ self.weights - means[1] @ direction

    def log_odds(self, texts: pd.Series, table: np.ndarray) -> np.ndarray:
        """Return the log odds of each class, shape (texts, 3)."""
        return table @ self.weights + self.words.transform(texts) @ self.word_weights + self.intercept

    def stored(self, names: list[str], both: np.ndarray) -> dict[str, Any]:
        """Return the model as `tone_model.json` holds it."""
        entries = zip(self.words.get_feature_names_out(), self.words.idf_, self.word_weights, strict=True)
        return {
            "intercept": _short(self.intercept, 6),
            "features": {name: _short(row, 4) for name, row in zip(names, self.weights, strict=True)},
            "both": {name: _short(row, 4) for name, row in zip(BOTH, both, strict=True)},
            "words": {word: _short([idf, *row], 3) for word, idf, row in entries},
        }


def learnt_both(beside: np.ndarray, labels: pd.Series) -> np.ndarray:
    """Return the weights of the second regression, learnt from log odds of statements not learnt from.

    The classes weigh half way between as often as they are and equally often: best for macro F1.
    """
    weights = {label: share**-0.5 for label, share in labels.value_counts(normalize=True).items()}
    model = LogisticRegression(class_weight=weights, max_iter=2000, fit_intercept=False).fit(beside, labels)
    model.coef_[frames.SENTIMENTS.index("neutral"), BOTH.index("constant")] += NEUTRAL
    return model.coef_.T


def _short(values: Any, digits: int) -> list[float]:
    return [float(f"{value:.{digits}g}") for value in values]


def folds(coded: pd.DataFrame, number: int = FOLDS) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield training and test rows, all statements of an article on one side."""
    return GroupKFold(number, shuffle=True, random_state=SEED).split(coded, groups=coded["hash"])


def tone_model(
    coded: pd.DataFrame,
    read: list[Reading],
    gold: dict[str, tuple[pd.DataFrame, list[Reading]]],
    vectors: dict[str, np.ndarray],
    knowledge: Knowledge,
) -> tuple[dict[str, Any], np.ndarray]:
    """Print figures of the tone model; return it as it is stored, and the tone found in statements not learnt from."""
    groups = [f"{group}{sign}" for group, entry in knowledge.tone.words.items() if entry.weight for sign in "+-"]
    names = [*groups, *NAMES, *(f"cue:{name}" for name in (*get_args(Implication), "according", "channel", ""))]
    table, plain = _features(coded, names, knowledge)
    alone = np.empty((len(coded), 3))
    for train, test in folds(coded):
        alone[test] = Learnt(coded.iloc[train], table[train], vectors).log_odds(coded["text"].iloc[test], table[test])
    beside, told = tone.beside(alone, _tones(read)), np.empty((len(coded), 3))
    of_subject = (coded["subject"] == "diplomacy").to_numpy()
    for train, test in folds(coded):
        train = train[of_subject[train]]
        told[test] = beside[test] @ learnt_both(beside[train], coded["label"].iloc[train])
    both = learnt_both(beside[of_subject], coded["label"][of_subject])
    model = Learnt(coded, table, vectors)
    print(f"{'statements':34s} {'':14s} macro F1  " + "  ".join(f"{name:>8s}" for name in frames.SENTIMENTS))
    second = (coded["round"] == "2").to_numpy()
    for name, rows in (("all", second | True), ("diplomacy", of_subject), ("second round", second)):
        odds = {"words": alone[rows], "reader": _tones(read)[rows], "both": told[rows]}
        _print_tone(f"cross-validated, {name}", coded["label"][rows], plain[rows], odds)
    for name, (annotated, heard) in gold.items():
        table, plain = _features(annotated, names, knowledge)
        odds = {"words": model.log_odds(annotated["text"], table), "reader": _tones(heard)}
        odds["both"] = tone.beside(odds["words"], odds["reader"]) @ both
        _print_tone(name, annotated["label"], plain, odds)
    return model.stored(names, both), np.array(frames.SENTIMENTS)[told.argmax(axis=1)]


def _tones(read: list[Reading]) -> np.ndarray:
    return np.array([reading.tone for reading in read])


def _features(coded: pd.DataFrame, names: list[str], knowledge: Knowledge) -> tuple[np.ndarray, np.ndarray]:
    """Return the features, and the tone that the plain lexicon gives."""
    hits = tone.tone_hits(coded["text"].tolist(), knowledge.tone)
    implied = tone.implications(coded["cue"].tolist(), knowledge.verbs)
    total = tone.leanings(hits, len(coded))
    total = total + 1.5 * np.array([knowledge.tone.cues.get(name, 0.0) for name in implied])
    plain = np.select([total > 0.7, total < -0.7], ["positive", "negative"], "neutral")
    return tone.features(coded, hits, implied, names), plain


def _print_tone(of: str, want: pd.Series, plain: np.ndarray, odds: dict[str, np.ndarray]) -> None:
    """Print macro F1 and F1 of each class, with those of simpler ways."""
    most = np.full(len(want), want.mode()[0], dtype=object)
    given = {"most frequent": most, "lexicon": plain}
    given |= {name: np.array(frames.SENTIMENTS)[values.argmax(axis=1)] for name, values in odds.items()}
    for name, got in given.items():
        each = f1_score(want, got, average=None, labels=frames.SENTIMENTS, zero_division=0)
        figures = "  ".join(f"{100 * figure:8.1f}" for figure in (each.mean(), *each))
        print(f"{f'{of} ({len(want)})':34s} {name:14s} {figures}")


def target_model(found: Found, coded: pd.DataFrame, read: list[Reading], knowledge: Knowledge) -> dict[str, Any]:
    """Print figures of the target model and return it as it is stored.

    It is learnt, as it is asked, where the tone is found: who is meant by a tone that is not there is nobody.
    """
    stored: dict[str, Any] = {}
    for tone_of in ("label", "found"):
        said = coded[coded["target"] != NOT_CODED].assign(tone=coded[tone_of])
        table, wanted, subject = wanted_candidates(said, read, found, knowledge)
        right = (table["actor_id"] == table["row"].map(wanted)).to_numpy()
        values, likely = table.drop(columns=["row", "article_id", "actor_id"]), np.zeros(len(table))
        for train, test in folds(table.assign(hash=table["article_id"])):
            weights = _weights(values.iloc[train], table["row"].iloc[train], right[train])
            likely[test] = targets.chances(table["row"].iloc[test], targets.log_odds(values.iloc[test], weights))
        best = targets.likeliest(table, likely).set_index("row")
        hit = best["actor_id"] == wanted[best.index]
        for name, rows in (("all", subject.notna()), ("diplomacy", subject == "diplomacy")):
            aimed, of_these = (wanted[rows] != "").sum(), rows[best.index]
            least = round(float(np.sort(best["likely"][of_these])[::-1][int(MEANT * aimed)]), 3)
            kept = (best["likely"] > least) & of_these
            score = 2 * (hit & kept).sum() / (kept.sum() + aimed)
            print(f"targets, tone {tone_of}, {name} ({of_these.sum()}, {aimed} targets): F1 {100 * score:.1f}")
        stored = {"least": least, "weights": _weights(values, table["row"], right)}
    return stored


def _weights(values: pd.DataFrame, rows: pd.Series, right: np.ndarray) -> dict[str, float]:
    """Return the weights by which the right candidates, or nobody, are likeliest of their rows (`targets.chances`)."""
    spread = values.std().replace(0.0, 1.0).to_numpy()
    held = np.where(values.columns == "constant", 0.0, HELD)
    scaled = values.to_numpy() / spread

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = scaled @ weights
        missed = targets.chances(rows, odds) - right
        cost = np.log1p(np.bincount(rows, np.exp(np.clip(odds, -50, 50)))).sum() - odds[right].sum()
        return cost + held @ weights**2 / 2, scaled.T @ missed + held * weights

    learnt = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B").x / spread
    return dict(zip(values.columns, _short(learnt, 4), strict=True))


class Found(NamedTuple):
    """Articles, their names, their quotes and their actors; ``article_id`` is the hash by which labels know them."""

    articles: pd.DataFrame
    entities: pd.DataFrame
    quotes: pd.DataFrame
    actors: pd.DataFrame


def found_in(articles: dict[str, dict[str, Any]], knowledge: Knowledge) -> Found:
    """Return what is found in articles of these hashes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "coded.jsonl")
        file.write_text("".join(json.dumps(articles[mark]) + "\n" for mark in sorted(articles)), "utf-8")
        frame, _ = read_articles(file)
    notes = annotate(frame, progress=True)
    entities = actors.entities(frame, notes.sentences, notes.tokens, notes.names, knowledge)
    said = quotes.quotes(frame, notes.sentences, entities, knowledge)
    known = tallies.actors(entities, said, knowledge)
    marks = dict(zip(frame["article_id"], frame["text"].map(text_hash), strict=True))
    frame, entities, said = (f.assign(article_id=f["article_id"].map(marks)) for f in (frame, entities, said))
    return Found(frame.drop_duplicates("article_id"), entities, said, known)


def read_apart(coded: pd.DataFrame) -> list[Reading]:
    """Return what readers that had not seen its article made of each coded statement."""
    kept = pd.read_csv(READINGS, dtype={"hash": str}, keep_default_na=False).set_index(["hash", "start", "end"])
    found = []
    for key in coded[["hash", "start", "end"]].itertuples(index=False):
        odds, aims = kept.loc[tuple(key), ["tone", "aims"]]
        each = (re.fullmatch(r"(\d+)-(\d+):(.+)", aim).groups() for aim in aims.split())
        found.append(Reading(tuple(map(float, odds.split())), tuple((int(a), int(b), float(o)) for a, b, o in each)))
    return found


def wanted_candidates(
    coded: pd.DataFrame, read: list[Reading], found: Found, knowledge: Knowledge
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return the candidates of the coded statements with a ``tone``, and of each row its target and its subject."""
    known = coded[["article_id", "start", "end", "tone", "target", "subject"]].assign(number=coded.index)
    said = found.quotes.merge(known, on=["article_id", "start", "end"], how="left")
    said["sentiment"] = said["tone"].fillna("neutral")
    ids = dict(zip(found.actors["name"], found.actors["actor_id"], strict=True))
    wanted = said["target"].fillna("").map(lambda name: ids.get(name, name))
    heard = [Reading((0.0,) * 3, ()) if np.isnan(number) else read[int(number)] for number in said["number"]]
    table = targets.candidates(said, heard, found.articles, found.entities, found.actors, knowledge.tone.aim)
    return table, wanted, said["subject"]


def vectors_of(counts: Counter[str]) -> dict[str, np.ndarray]:
    """Return the vectors, as the language models have them, of words that many articles hold."""
    pretrain = Pretrain(str(next(models_folder().glob("id/pretrain/*.pt"))))
    return {
        word: pretrain.emb[pretrain.vocab.unit2id(word)]
        for word in sorted(counts)
        if counts[word] >= FREQUENT and word in pretrain.vocab
    }


def main(source: Path, *gold: Path) -> None:
    """Learn the models, write them and print their figures."""
    knowledge, labels = Knowledge(), coded_labels()
    annotated = {folder.name: gold_labels(folder) for folder in gold}
    marks = {mark for rows, _ in annotated.values() for mark in rows["hash"]}
    articles, counts = coded_articles(source, set(labels["hash"]) | marks)
    articles |= {m: {"text": t} for _, held in annotated.values() for m, t in held.items() if m not in articles}
    texts = {mark: article["text"] for mark, article in articles.items()}
    coded = statements(labels, texts)
    print(f"{len(coded)} of {len(labels)} coded statements in {coded['hash'].nunique()} articles")
    found, tested = found_in(articles, knowledge), {}
    for name, (rows, _) in annotated.items():
        said = statements(rows, texts)
        tested[name] = (said, reader.readings(said, found.articles, found.entities))
    read = read_apart(coded)
    stored, told = tone_model(coded, read, tested, vectors_of(counts), knowledge)
    _write(tone.MODEL, stored)
    _write(targets.MODEL, target_model(found, coded.assign(found=told), read, knowledge))


def _write(path: Path, stored: dict[str, Any]) -> None:
    """Write JSON with one line for each entry of a mapping."""
    lines = []
    for key, value in stored.items():
        if isinstance(value, dict):
            entries = ",\n".join(f"{json.dumps(k, ensure_ascii=False)}: {json.dumps(v)}" for k, v in value.items())
            lines.append(f"{json.dumps(key)}: {{\n{entries}\n}}")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value)}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
