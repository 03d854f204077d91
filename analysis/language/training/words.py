"""Make the training material of word classes, lemmas and clitics.

Today's GSD is to be had only as its development part. Its first half is learnt from, its second
half is for measuring; the old edition's 4,474 sentences are brought to today's conventions by
what that first half shows, and CSUI and PUD are brought nearer to them.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from . import classes, data

#: The endings that are words of their own, and the feature by which the old edition knows them.
ENDINGS = {"nya": "PSS3S", "ku": "PSS1S", "mu": "PSS2S", "kah": "", "lah": "", "pun": ""}


def banks(held: list[data.Sentence]) -> tuple[list[data.Sentence], list[data.Sentence], list[data.Sentence]]:
    """The sentences to learn from: today's GSD, its old edition in today's classes, CSUI and PUD brought nearer.

    No sentence of `held` is among them. The lemmas of the old edition are its own.
    """
    kept_back = {data.key(s) for s in held}
    own = [s for s in data.treebank("id_gsd-ud-dev") if data.key(s) not in kept_back]
    old = {k: with_clitics(s) for k, s in data.old_gsd().items() if k not in kept_back}
    apart = forms([*own, *old.values()])
    others = [parted_alike(s, apart) for b in ("id_csui-ud-train", "id_pud") for s in data.treebank(b)]
    rename = classes.Classes([(old[k], s) for s in own if (k := data.key(s)) in old], others)
    mine = {data.key(s) for s in own}
    old = {k: rename.renamed(s) for k, s in old.items() if k not in mine}
    votes = classes.votes([*own, *old.values()])
    return own, list(old.values()), [classes.renamed_alike(s, votes) for s in others]


def with_clitics(sentence: data.Sentence) -> data.Sentence:
    """Mark the tokens of the old edition of GSD that today's takes apart ("rumahnya", "siapakah").

    The old edition does not part them, but knows of them: owners are in its features, and the
    other endings are missing from its lemmas. Of 560 such tokens in the development part, this
    agrees with today's edition on all but 2.
    """

    def mark(token: data.Token) -> data.Token:
        surface, word = sentence.surface(token), token.words[0]
        low = surface.lower()
        ending = next((e for e in ENDINGS if low.endswith(e) and len(low) > len(e) + 1), None)
        if not ending or len(token.words) > 1:
            return token
        feature = ENDINGS[ending]
        if feature not in word.old.split(";") if feature else word.lemma.lower().endswith(ending):
            return token
        return replace(token, words=cut(surface, len(surface) - len(ending), word))

    return replace(sentence, tokens=[mark(t) for t in sentence.tokens])


def cut(surface: str, at: int, word: data.Word) -> tuple[data.Word, data.Word]:
    """The two words of a token that is taken apart before its letter `at`."""
    ending = surface[at:].lower()
    lemma = {"nya": "dia", "ku": "aku", "mu": "kamu"}.get(ending, ending)
    return replace(word, text=surface[:at]), data.Word(surface[at:], lemma, "PRON" if lemma != ending else "PART")


def forms(bank: Iterable[data.Sentence]) -> dict[str, bool]:
    """The written forms with an ending, lower-cased, and whether `bank` mostly takes them apart."""
    votes: Counter = Counter()
    for sentence in bank:
        for token in sentence.tokens:
            low = sentence.surface(token).lower()
            if low.endswith(tuple(ENDINGS)):
                votes[low] += 1 if len(token.words) > 1 else -1
    return {form: n > 0 for form, n in votes.items() if n}


def parted_alike(sentence: data.Sentence, apart: dict[str, bool]) -> data.Sentence:
    """`sentence` of another treebank with the forms in `apart` taken apart or left whole as GSD does."""

    def mend(token: data.Token) -> data.Token:
        surface = sentence.surface(token)
        low = surface.lower()
        if low not in apart or apart[low] == (len(token.words) > 1):
            return token
        first = token.words[0]
        if not apart[low]:
            whole = "SCONJ" if low.endswith("pun") else "ADV"
            return replace(token, words=(data.Word(surface, low, whole),))
        ending = next(e for e in ENDINGS if low.endswith(e))
        return replace(token, words=cut(surface, len(surface) - len(ending), replace(first, lemma="_")))

    return replace(sentence, tokens=[mend(t) for t in sentence.tokens])


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


def write_pairs(target: Path, pairs: Iterable[tuple[tuple[str, str], str]]) -> None:
    """Write pairs of word and class with their lemmas, in sentences of twenty."""
    listed = [data.Word(text, lemma, upos) for (text, upos), lemma in pairs if not re.search(r"\s", text)]
    with target.open("w", encoding="utf-8") as out:
        for i in range(0, len(listed), 20):
            some = listed[i : i + 20]
            whole = data.align(" ".join(w.text for w in some), [(w.text, (w,)) for w in some])
            out.write(rows(whole) if whole else "")


def with_several(sentences: Iterable[data.Sentence]) -> list[data.Sentence]:
    """The sentences that hold a token of several words, and none whose words are not its parts ("satu-satunya")."""

    def several(sentence: data.Sentence) -> list[bool]:
        return ["".join(w.text for w in t.words) == sentence.surface(t) for t in sentence.tokens if len(t.words) > 1]

    return [s for s in sentences if several(s) and all(several(s))]


def keep_whole(path: Path, whole: Iterable[str]) -> None:
    """Have the clitic model at `path` leave the words in `whole` as they are, whatever the tokenizer takes them for."""
    import torch

    model = torch.load(path, weights_only=True)
    model["dict"] = {w: w for w in whole} | model["dict"]
    torch.save(model, path, _use_new_zipfile_serialization=False)
