"""Today's word classes for the old edition of GSD, learnt from the sentences that both editions hold.

The old edition has UniMorph features and no UPOS. Two hundred and eighty sentences of the
development part stand in both editions; a logistic regression learns from them what today's
edition calls a word, by its letters, its features, its neighbours and what CSUI and PUD call it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from . import data

Features = dict[str, object]


def words_of(sentence: data.Sentence) -> list[data.Word]:
    """The words of `sentence`, one after another."""
    return [w for t in sentence.tokens for w in t.words]


def votes(bank: Iterable[data.Sentence]) -> dict[str, Counter]:
    """How often `bank` gives each lower-cased word each class."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for sentence in bank:
        for word in words_of(sentence):
            counts[word.text.lower()][word.upos] += 1
    return counts


class Classes:
    """Learnt from `pairs` of a sentence in the old edition and in today's; `others` are CSUI and PUD."""

    def __init__(self, pairs: Iterable[tuple[data.Sentence, data.Sentence]], others: Iterable[data.Sentence]) -> None:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        self.others = votes(others)
        learnt: list[Features] = []
        classes: list[str] = []
        for old, new in pairs:
            if [w.text for w in words_of(old)] == [w.text for w in words_of(new)]:
                learnt += self._features(words_of(old))
                classes += [w.upos for w in words_of(new)]
        self.model = make_pipeline(DictVectorizer(), LogisticRegression(C=3, max_iter=120))
        self.model.fit(learnt, classes)

    def renamed(self, sentence: data.Sentence) -> data.Sentence:
        """`sentence` of the old edition with today's classes."""
        found = iter(self.model.predict(list(self._features(words_of(sentence)))))
        tokens = [replace(t, words=tuple(replace(w, upos=str(next(found))) for w in t.words)) for t in sentence.tokens]
        return replace(sentence, tokens=tokens)

    def _features(self, words: list[data.Word]) -> Iterator[Features]:
        for i, word in enumerate(words):
            low, capital = word.text.lower(), word.text[:1].isupper()
            found: Features = {
                "word": low, "old": word.old, "word old": f"{low}|{word.old}", "lemma": word.lemma,
                "ends": low[-3:], "end": low[-2:], "begins": low[:3], "begin": low[:2],
                "capital": capital, "capitals": word.text.isupper(), "digit": low[:1].isdigit(),
                "first": i == 0, "place": f"{capital}{word.old}{i == 0}",
            }  # fmt: skip
            found |= {f"has {tag}": 1 for tag in word.old.split(";")}
            for step in (-1, 1, 2):
                if 0 <= i + step < len(words):
                    near = words[i + step]
                    found |= {
                        f"word {step}": near.text.lower(), f"old {step}": near.old,
                        f"capital {step}": near.text[:1].isupper(), f"olds {step}": f"{word.old}|{near.old}",
                        f"word old {step}": f"{low}|{near.old}",
                    }  # fmt: skip
            seen = self.others.get(low)
            if seen:
                most = max(seen, key=lambda c: (seen[c], c))
                found |= {"others": most, "others old": f"{most}|{word.old}"}
                found |= {f"others {c}": n / seen.total() for c, n in seen.items()}
            yield found


def renamed_alike(sentence: data.Sentence, own: dict[str, Counter]) -> data.Sentence:
    """`sentence` of another treebank; words to which GSD nearly always gives one class get that class.

    `own` holds GSD's votes. Names stay names: which words are part of a name depends on the sentence.
    """

    def mend(word: data.Word) -> data.Word:
        seen = own.get(word.text.lower(), Counter())
        most = max(seen, key=lambda c: (seen[c], c), default="")
        sure = seen.total() >= 5 and seen[most] >= 0.85 * seen.total()
        return replace(word, upos=most) if sure and "PROPN" not in (most, word.upos) else word

    return replace(sentence, tokens=[replace(t, words=tuple(map(mend, t.words))) for t in sentence.tokens])
