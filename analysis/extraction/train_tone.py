"""How the tone model was made: ``python -m analysis.extraction.train_tone ARTICLES.jsonl.gz [GOLD_DIR]``.

``tone_labels.csv`` holds the coded statements without their text: the collection and address of the
article, the beginning of the SHA-1 of its text, offsets of the statement and its reporting word, its
kind and its tone. The texts come from the collections themselves. The model is written beside this
module, and the figures of a cross-validation by article are printed with those of the plain lexicon
and of the most frequent tone.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from analysis import frames
from analysis.extraction.tone import MODEL, features, implications, tone_hits, words_vectorizer
from analysis.knowledge import Knowledge

LABELS = Path(__file__).with_name("tone_labels.csv")
STRENGTH = 0.03  # inverse of the regularisation
WORDS = 8.0  # how much words weigh beside features before regularisation
NEUTRAL = -0.1  # coded statements are neutral more often than quoted ones of political news
FOLDS = 8
IMPLIED = (
    "accuses",
    "criticises",
    "warns",
    "threatens",
    "praises",
    "promises",
    "expects",
    "demands",
    "advises",
    "asks",
    "reports",
    "announces",
    "denies",
    "claims",
    "admits",
    "explains",
    "according",
    "channel",
    "",
)


def text_hash(text: str) -> str:
    """Return the mark by which a label knows its article."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]


def statements(sources: list[Path]) -> pd.DataFrame:
    """Return the coded statements with text, cue, kind, sentiment and article, as far as the sources hold them."""
    texts = {text_hash(text): text for source in sources for text in _texts(source)}
    labels = pd.read_csv(LABELS, dtype={"hash": str})
    labels = labels[labels["hash"].isin(texts)].reset_index(drop=True)
    raw = labels["hash"].map(texts)
    spans = zip(raw, labels["start"], labels["end"], labels["cue_start"], labels["cue_end"], strict=True)
    parts = [(t[s:e], None if np.isnan(cs) else t[int(cs) : int(ce)]) for t, s, e, cs, ce in spans]
    return labels.assign(text=[text for text, _ in parts], cue=[cue for _, cue in parts])


def _texts(source: Path) -> list[str]:
    if source.is_dir():
        return [json.loads(file.read_text("utf-8"))["text"] for file in sorted(source.glob("*.json"))]
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def learnt(coded: pd.DataFrame, table: np.ndarray) -> tuple[np.ndarray, object, np.ndarray, np.ndarray]:
    """Return weights of the features, the words, their weights and the intercept."""
    words = words_vectorizer(min_df=2)
    counts = words.fit_transform(coded["text"])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    both = sparse.hstack([(table - mean) / spread, counts * WORDS]).tocsr()
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000).fit(both, coded["label"])
    assert tuple(model.classes_) == frames.SENTIMENTS
    weights = (model.coef_[:, : table.shape[1]] / spread).T
    intercept = model.intercept_ - mean @ weights + np.array([0.0, NEUTRAL, 0.0])
    return weights, words, model.coef_[:, table.shape[1] :].T * WORDS, intercept


def cross_validated(coded: pd.DataFrame, table: np.ndarray) -> np.ndarray:
    """Return for each statement the tone given by a model that never saw its article."""
    given = np.empty(len(coded), dtype=object)
    for train, test in GroupKFold(FOLDS).split(coded, groups=coded["hash"]):
        weights, words, word_weights, intercept = learnt(coded.iloc[train], table[train])
        logits = table[test] @ weights + words.transform(coded["text"].iloc[test]) @ word_weights + intercept
        given[test] = np.array(frames.SENTIMENTS)[logits.argmax(axis=1)]
    return given


def main(sources: list[Path]) -> None:
    knowledge = Knowledge()
    coded = statements(sources)
    hits = tone_hits(coded["text"].tolist(), knowledge.tone)
    implied = implications(coded["cue"].tolist(), knowledge.verbs)
    groups = [f"{group}{sign}" for group, entry in knowledge.tone.words.items() if entry.weight for sign in "+-"]
    names = [*groups, "lexicon", "length", "direct", "figures", "first person", *(f"cue:{name}" for name in IMPLIED)]
    table = features(coded, hits, implied, names)
    total = hits.groupby("row")["weight"].sum().reindex(range(len(coded)), fill_value=0.0).to_numpy()
    total = total + 1.5 * np.array([knowledge.tone.cues.get(name, 0.0) for name in implied])
    plain = np.select([total > 0.7, total < -0.7], ["positive", "negative"], "neutral")
    most = np.full(len(coded), coded["label"].mode()[0], dtype=object)
    for part in sorted(coded["part"].unique()):
        rows = (coded["part"] == part).to_numpy()
        for name, given in (("most frequent", most), ("lexicon", plain), ("model", cross_validated(coded, table))):
            figure = f1_score(coded["label"][rows], given[rows], average="macro")
            print(f"{part:6s} {rows.sum():4d} statements  {name:14s} macro F1 {100 * figure:.1f}")
    weights, words, word_weights, intercept = learnt(coded, table)
    rounded = {
        word: [float(f"{value:.4g}") for value in (words.idf_[n], *word_weights[n])]
        for word, n in sorted(words.vocabulary_.items())
    }
    stored = {
        "classes": frames.SENTIMENTS,
        "intercept": [float(f"{value:.6g}") for value in intercept],
        "features": {name: [float(f"{value:.4g}") for value in row] for name, row in zip(names, weights, strict=True)},
        "words": rounded,
    }
    MODEL.write_text(json.dumps(stored, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
