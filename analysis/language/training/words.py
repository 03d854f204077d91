"""Make the training material of word classes, lemmas and clitics.

Today's GSD is to be had only as its development part. Its first half is learnt from, its second
half is for measuring; the old edition's 4,474 sentences are brought to today's conventions by
what CSUI, PUD and that first half show.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from . import data

CLOSED = {
    "AUX",
    "SCONJ",
    "CCONJ",
    "ADP",
    "PART",
    "ADV",
    "DET",
    "PRON",
    "NUM",
    "PUNCT",
    "SYM",
    "ADJ",
}
OPEN = {"PROPN", "NOUN", "VERB"}
#: The endings that are words of their own, and the feature by which the old edition knows them.
OWNERS = {"nya": "PSS3S", "ku": "PSS1S", "mu": "PSS2S", "kah": "", "lah": ""}
PREFIXES = ("memper", "diper", "men", "pen", "ber", "ter", "per", "pe", "di", "ke", "se", "ku", "")
SUFFIXES = ("kan", "an", "i", "nya", "")


def banks() -> tuple[list[data.Sentence], list[data.Sentence]]:
    """Sentences of today's treebanks: to learn from, and the half of GSD to measure on."""
    gsd, held = data.gsd()
    # Three times, so that GSD's own habits outvote those of the other two.
    learnt = data.treebank("id_csui-ud-train") + data.treebank("id_pud") + 3 * gsd
    return [like_gsd(s) for s in learnt], held


def like_gsd(sentence: data.Sentence) -> data.Sentence:
    """Lemmas as GSD writes them: lower-cased, "ia" and "-nya" under "dia"."""

    def lemma(word: data.Word) -> str:
        low = word.text.lower()
        if low in {"ia", "dia", "beliau"} or (low == "nya" and word.upos == "PRON"):
            return "dia"
        if word.upos in {"ADP", "SCONJ"} or low == "tersebut":
            return low
        return low if word.upos == "PROPN" else word.lemma.lower()

    return replace(
        sentence,
        tokens=[replace(t, words=tuple(replace(w, lemma=lemma(w)) for w in t.words)) for t in sentence.tokens],
    )


def with_clitics(sentence: data.Sentence, split: dict[str, bool]) -> data.Sentence:
    """Mark the tokens of the old edition of GSD that today's takes apart ("rumahnya").

    `split` says of the written forms of today's treebanks whether they are taken apart.
    """

    def mark(token: data.Token) -> data.Token:
        surface, word = sentence.surface(token), token.words[0]
        low, feats = surface.lower(), set(word.old.split(";"))
        ending = next((e for e in OWNERS if low.endswith(e) and len(low) > len(e) + 2), None)
        if not ending or len(token.words) > 1:
            return token
        cut = len(surface) - len(ending)
        spoken = OWNERS[ending] in feats if OWNERS[ending] else low[:cut] in split
        if not split.get(low, spoken):
            return token
        parts = replace(word, text=surface[:cut]), data.Word(surface[cut:], ending, "PRON")
        return replace(token, words=parts)

    return replace(sentence, tokens=[mark(t) for t in sentence.tokens])


def clitics(banks: Iterable[list[data.Sentence]]) -> dict[str, bool]:
    """Which written forms with a clitic today's treebanks mostly take apart."""
    votes: dict[str, int] = {}
    for bank in banks:
        for sentence in bank:
            for token in sentence.tokens:
                low = sentence.surface(token).lower()
                votes[low] = votes.get(low, 0) + (1 if len(token.words) > 1 else -1)
    return {form: n > 0 for form, n in votes.items()}


class Conventions:
    """What today's treebanks call each word, to rename the old edition's tags and lemmas."""

    def __init__(self, sentences: Iterable[data.Sentence]) -> None:
        tags: dict[str, Counter] = defaultdict(Counter)
        lemmas: dict[tuple[str, str], Counter] = defaultdict(Counter)
        for sentence in sentences:
            for token in sentence.tokens:
                for word in token.words:
                    tags[word.text.lower()][word.upos] += 1
                    lemmas[word.text.lower(), word.upos][word.lemma] += 1
        self.tags = tags
        self.lemmas = {k: c.most_common(1)[0][0] for k, c in lemmas.items()}
        self.roots = {lemma for (_, upos), lemma in self.lemmas.items() if upos in CLOSED | OPEN}

    def upos(self, word: data.Word, after: data.Word | None) -> str:
        """Today's class of an old word; `after` is the next one."""
        low = word.text.lower()
        old = next((new for o, new in data.UNIMORPH.items() if o in word.old.split(";")), "")
        seen = self.tags.get(low, Counter())
        if low in {"untuk", "dengan", "dalam", "setelah"}:
            return "SCONJ" if after and "V" in after.old.split(";") else "ADP"
        if low in {"saat", "no", "akan"} and word.old.split(";")[0] in {"PRO", "ADP"}:
            return "NOUN" if low == "saat" else "ADP"
        if old in OPEN | {"ADJ"} and seen[old] + seen["AUX"] * 2 <= seen.total() // 5 and old != "PROPN":
            common = seen.most_common(1)
            return common[0][0] if common and common[0][1] > 4 else old
        if old in OPEN | {"ADJ"} and not seen["AUX"]:
            return old
        closed = [(n, t) for t, n in seen.items() if t in CLOSED]
        if closed and max(closed)[0] * 2 >= seen.total():
            return max(closed)[1]
        if old:
            return old
        if "CONJ" in word.old.split(";"):
            return "SCONJ"
        return "PUNCT" if not re.search(r"\w", low) else "NUM" if low[:1].isdigit() else "NOUN"

    def lemma(self, word: data.Word, upos: str) -> str | None:
        """Today's lemma of an old word; None when it cannot be known."""
        low = word.text.lower()
        if (low, upos) in self.lemmas:
            return self.lemmas[low, upos]
        if upos not in {"NOUN", "VERB", "ADJ"}:
            return low
        for prefix in PREFIXES:
            for suffix in SUFFIXES:
                stem = word.lemma.removeprefix(prefix).removesuffix(suffix)
                if len(prefix + stem + suffix) == len(word.lemma) and len(stem) > 2 and stem in self.roots:
                    return stem
        return low if word.lemma == low and not re.match("(di|ber|ter|ke|pe|se|me)", low) else None


def old_gsd(learnt: list[data.Sentence], held_out: list[data.Sentence]) -> list[data.Sentence]:
    """The old edition of GSD in today's conventions; unknown lemmas are "_"."""
    know = Conventions(learnt)
    split = clitics([learnt])
    known = {data.key(s) for s in learnt}
    result = []
    for sentence in data.old_gsd(held_out):
        if data.key(sentence) in known:
            continue
        sentence = with_clitics(sentence, split)
        words = [t.words[0] for t in sentence.tokens]
        tokens = []
        for token, after in zip(sentence.tokens, [*words[1:], None], strict=True):
            word = token.words[0]
            upos = know.upos(word, after)
            lemma = know.lemma(word, upos)
            if len(token.words) > 1:
                lemma = know.lemmas.get((word.text.lower(), upos))
            first = replace(word, upos=upos, lemma=lemma or "_")
            rest = tuple(
                replace(w, lemma={"nya": "dia", "ku": "aku", "mu": "kamu"}.get(w.text.lower(), w.text.lower()),
                        upos="PART" if w.text.lower() in {"kah", "lah"} else "PRON")
                for w in token.words[1:]
            )  # fmt: skip
            tokens.append(replace(token, words=(first, *rest)))
        result.append(replace(sentence, tokens=tokens))
    return result


def rows(sentence: data.Sentence) -> str:
    """The sentence in CoNLL-U, with a flat tree so that every reader takes it."""
    lines, n = [f"# text = {sentence.text}"], 0
    for token, following in zip(sentence.tokens, [*sentence.tokens[1:], None], strict=True):
        misc = "SpaceAfter=No" if following and following.start == token.end else "_"
        if len(token.words) > 1:
            span = f"{n + 1}-{n + len(token.words)}"
            lines.append("\t".join([span, sentence.surface(token), *"_" * 7, misc]))
            misc = "_"
        for word in token.words:
            n += 1
            head = ["0", "root"] if n == 1 else ["1", "dep"]
            lines.append("\t".join([str(n), word.text, word.lemma, word.upos, "_", "_", *head, "_", misc]))
    return "\n".join(lines) + "\n\n"


def write(path: Path, sentences: Iterable[data.Sentence]) -> None:
    """Write `sentences` as CoNLL-U."""
    path.write_text("".join(map(rows, sentences)), encoding="utf-8")


def write_lemmas(target: Path, sentences: Iterable[data.Sentence]) -> None:
    """Every pair of word and class once, with its most frequent lemma, in sentences of twenty."""
    counts: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for sentence in sentences:
        for token in sentence.tokens:
            for word in token.words:
                if word.lemma != "_":
                    counts[word.text, word.upos][word.lemma] += 1
    listed = [data.Word(text, c.most_common(1)[0][0], upos) for (text, upos), c in counts.items()]
    with target.open("w", encoding="utf-8") as out:
        for i in range(0, len(listed), 20):
            some = listed[i : i + 20]
            whole = data.align(" ".join(w.text for w in some), [(w.text, (w,)) for w in some])
            out.write(rows(whole) if whole else "")


def write_clitics(target: Path, path: Path) -> None:
    """The sentences of `path` that hold a token of several words."""
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    kept = [b for b in blocks if re.search(r"^\d+-\d+\t", b, re.M)]
    target.write_text("\n\n".join(kept) + "\n\n", encoding="utf-8")
