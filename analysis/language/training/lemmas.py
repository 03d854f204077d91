"""Lemmas as GSD gives them, and a dictionary of them for the words of the news.

GSD's lemma is the root ("penjelasan" is "jelas") where its analyser knew the word, else the word.
A logistic regression learns from today's treebanks which of the possible roots of a word it is.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from . import data, words
from .classes import words_of

#: A prefix, and the letter of the root that it swallows.
PREFIXES = [
    ("", ""), ("me", ""), ("mem", ""), ("mem", "p"), ("men", ""), ("men", "t"), ("meng", ""), ("meng", "k"),
    ("menge", ""), ("meny", "s"), ("pe", ""), ("pem", ""), ("pem", "p"), ("pen", ""), ("pen", "t"), ("peng", ""),
    ("peng", "k"), ("penge", ""), ("peny", "s"), ("per", ""), ("pel", ""), ("di", ""), ("ter", ""), ("ber", ""),
    ("be", ""), ("bel", ""), ("ke", ""), ("se", ""), ("memper", ""), ("diper", ""), ("member", ""), ("diber", ""),
    ("keber", ""), ("keter", ""), ("mempe", ""), ("kepem", ""), ("ku", ""), ("menye", ""), ("dike", ""), ("menge", "k"),
]  # fmt: skip
SUFFIXES = ("", "kan", "an", "i")
#: The classes whose words are led back to a root; the lemma of the others is the word itself.
OPEN = ("NOUN", "VERB", "ADJ")
PRONOUNS = {"ia": "dia", "dia": "dia", "beliau": "dia", "nya": "dia", "ku": "aku", "mu": "kamu"}
#: So many of the most frequent words are in the dictionary doubled, too ("aspek-aspek").
DOUBLED = 20_000
Known = dict[tuple[str, str], str]


def like_gsd(sentence: data.Sentence) -> data.Sentence:
    """Lemmas of another treebank as GSD writes them.

    They are lower-cased; "ia" and "-nya" are under "dia"; a doubled word is under the single one;
    words that are no nouns, verbs or adjectives stand for themselves.
    """

    def lemma(word: data.Word) -> str:
        low = word.text.lower()
        if word.upos == "PRON" and low in PRONOUNS:
            return PRONOUNS[low]
        found = word.lemma.lower() if word.upos in OPEN and low != "tersebut" else low
        first, dash, second = found.partition("-")
        return first if dash and first and first == second and word.upos != "PROPN" else found

    return replace(
        sentence, tokens=[replace(t, words=tuple(replace(w, lemma=lemma(w)) for w in t.words)) for t in sentence.tokens]
    )


def known(bank: Iterable[data.Sentence]) -> Known:
    """The most frequent lemma of each lower-cased word in each class.

    A name's is the name; so is that of words for which GSD has what its analyser wrote ("penrintis").
    """
    counts: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for sentence in bank:
        for word in words_of(sentence):
            low = word.text.lower()
            if word.lemma != "_":
                raw = word.upos == "PROPN" or re.match("pen[bhklmpr]", word.lemma)
                counts[low, word.upos][low if raw else word.lemma.lower()] += 1
    return {k: max(c, key=lambda lemma: (c[lemma], lemma)) for k, c in counts.items()}


def roots(word: str) -> Iterator[tuple[str, str]]:
    """What `word` may be made of: a name for the way it is made, and the root."""
    first, dash, second = word.partition("-")
    if dash and first and first == second:
        yield from roots(first)
        return
    seen = set()
    for prefix, swallowed in PREFIXES:
        for suffix in SUFFIXES:
            stem = word[len(prefix) : len(word) - len(suffix)]
            if not (word.startswith(prefix) and word.endswith(suffix)) or (len(stem) < 3 and (prefix or suffix)):
                continue
            root = swallowed + stem
            first, dash, second = root.partition("-")
            if dash and (first == second or (len(first) > 2 and second.endswith(first[1:]))):
                root = first
            if root not in seen:
                seen.add(root)
                yield f"{prefix}-{swallowed}-{suffix}", root


def affixes(way: str) -> tuple[str, str]:
    """The prefix and the suffix of a way, whatever the prefix did to the root: "mem", "meng" and "me" are "men"."""
    prefix, _, suffix = way.split("-")
    for nasal in ("men", "pen"):
        if prefix.startswith(nasal[:2]) and prefix not in ("per", "pel"):
            prefix = nasal
    return prefix, suffix


def underlying(way: str, root: str) -> str:
    """How the old edition writes a word that its analyser made out of `root`: "mennilai" for "menilai"."""
    prefix, suffix = affixes(way)
    return prefix + root + suffix


class Lemmas:
    """Lemmas of words that the treebanks hold (`own` before `others`), and of all others by their roots.

    `ranks` says how frequent words are in the news, the most frequent first.
    """

    def __init__(self, own: Known, others: Known, ranks: dict[str, int]) -> None:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        self.seen = others | own
        self.ranks = ranks
        self.roots = set(self.seen.values())
        learnt, right, weight = [], [], []
        for (word, upos), lemma in self.seen.items():
            if upos in OPEN:
                some = list(roots(word))
                learnt += self._features(word, upos, some)
                right += [root == lemma for _, root in some]
                weight += [3 if (word, upos) in own else 1] * len(some)
        self.model = make_pipeline(DictVectorizer(), LogisticRegression(C=1, max_iter=500))
        self.model.fit(learnt, right, logisticregression__sample_weight=weight)

    def guessed(self, pairs: list[tuple[str, str]], old: list[str] | None = None) -> list[str]:
        """Lemmas of lower-cased words in their classes by their roots alone.

        `old` holds what the old edition calls their lemmas: only roots that agree with it are taken.
        """
        made = []
        for i, (word, upos) in enumerate(pairs):
            some = list(roots(word)) if upos in OPEN else [("--", word)]
            agree = [(w, r) for w, r in some if underlying(w, r) == old[i]] if old else []
            made.append(agree or some)
        features = [f for pair, some in zip(pairs, made, strict=True) for f in self._features(*pair, some)]
        scores = iter(self.model.decision_function(features)) if features else iter(())
        return [max((next(scores), root) for _, root in some)[1] for some in made]

    def _features(self, word: str, upos: str, made: list[tuple[str, str]]) -> Iterator[dict[str, object]]:
        known = {root: root in self.roots and root != word for _, root in made}
        rival, own_rank = any(known.values()), self._rank(word)
        for way, root in made:
            attested, whole, rank = known[root], root == word, self._rank(root)
            kind = "+".join(affixes(way))
            yield {
                "way": way, f"{way} {upos}": 1, f"{way} {rival}": 1, "attested": f"{attested} {rival} {whole}",
                f"attested {way}": attested, "length": f"{min(len(root), 8)} {whole}",
                "rank": f"{rank} {whole} {rival}",
                "ranks": f"{max(rank - own_rank, -6)} {whole}", f"begins {word[:4]} {way}": 1,
                f"root begins {root[:2]} {way}": 1, f"begins {word[:3]} {upos} {whole} {rival}": 1,
                "kind": kind, f"kind {upos}": kind, f"{kind} attested": attested, f"{kind} {upos} {attested}": 1,
            }  # fmt: skip

    def _rank(self, word: str) -> int:
        return int(math.log2(self.ranks.get(word, 1 << 17) + 2))


def learnt(
    own: list[data.Sentence], old: list[data.Sentence], others: list[data.Sentence], ranks: dict[str, int]
) -> Lemmas:
    """Lemmas from today's GSD (`own`), its old edition, and the `others`.

    The lemmas of the old edition tell which words its analyser took apart, but not where a prefix changes nothing
    ("penjelasan"). The words of which they leave one root are learnt from as well, and tell the others.
    """
    mine, theirs = known(own), known(map(like_gsd, others))
    unseen = {
        (w.text.lower(), w.upos): w.lemma.lower()
        for s in old
        for t in s.tokens
        for w in t.words[:1]
        if (w.text.lower(), w.upos) not in mine
    }
    told: Known = {}
    for pair, lemma in unseen.items():
        agree = [r for way, r in roots(pair[0]) if underlying(way, r) == lemma] if pair[1] in OPEN else [pair[0]]
        if len(agree) == 1:
            told[pair] = agree[0]
    made = Lemmas(mine | told, theirs, ranks)
    pairs = [p for p in unseen if p not in told]
    told |= dict(zip(pairs, made.guessed(pairs, [unseen[p] for p in pairs]), strict=True))
    sure = {p: lemma for p, lemma in told.items() if p not in theirs or unseen[p] != p[0]}
    made.seen = theirs | mine | sure
    made.roots = set(made.seen.values())
    return made


def whole(apart: dict[str, bool], lemmas: Lemmas) -> list[str]:
    """The words that end like one of several words and are one: "berikutnya", and "melangkah" by its root.

    `apart` holds the forms of the treebanks and whether they are taken apart.
    """
    endings = tuple(words.ENDINGS)
    held = {w for w, parted in apart.items() if not parted}
    known = {r for r in lemmas.roots | held if r.endswith(endings) and not apart.get(r)}
    affixed = [w for w in lemmas.ranks if w.isalpha() and w.endswith(endings) and w not in apart]
    return sorted(held | {w for w in affixed if any(r in known and r != w for _, r in roots(w))})


def dictionary(lemmas: Lemmas) -> Known:
    """The lemmas of the treebanks' words and of the words of the news, in the classes that their forms allow."""
    made = dict(lemmas.seen)
    affixed = [w for w in lemmas.ranks if w.isalpha() and w.islower() and sum(1 for _ in roots(w)) > 1]
    verbs = tuple(p for p, _ in PREFIXES if p and p[0] not in "pks")
    pairs = [(w, "VERB" if w.startswith(verbs) or w.endswith("kan") else "NOUN") for w in affixed]
    made = dict(zip(pairs, lemmas.guessed(pairs), strict=True)) | made
    taken_apart = {w for (w, _), lemma in made.items() if lemma != w}
    names = {(w, "PROPN"): w for w in taken_apart}
    plain = {(w, "NOUN"): w for w in lemmas.ranks if w not in taken_apart and re.fullmatch(r"[\w.,:%/'’-]+", w)}
    single = [w for w, rank in lemmas.ranks.items() if rank < DOUBLED and w.isalpha() and len(w) > 2]
    single += [first for w in lemmas.ranks for first, dash, second in [w.partition("-")] if first and first == second]
    doubled = {(f"{w}-{w}", "NOUN"): made.get((w, "NOUN"), w) for w in single}
    return plain | doubled | names | made
