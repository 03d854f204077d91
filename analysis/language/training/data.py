"""Read the public data that the models learn from.

The folder is named by the variable ``SIMAK_DATA`` (default ``../shared``); the files lie under
its ``data/``. What each file is, and under which licence, stands in the model card.
"""

import gzip
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Tagged = list[tuple[str, str]]

#: UniMorph's classes in the words of UD; conjunctions are split by ``is_subordinating``.
UNIMORPH = {
    "PROPN": "PROPN", "N": "NOUN", "V": "VERB", "ADJ": "ADJ", "ADP": "ADP", "ADV": "ADV",
    "DET": "DET", "NUM": "NUM", "PART": "PART", "PRO": "PRON",
}  # fmt: skip


def folder() -> Path:
    """The folder of the training data."""
    return Path(os.environ.get("SIMAK_DATA", "../shared")) / "data"


@dataclass(frozen=True)
class Word:
    """A syntactic word of a treebank."""

    text: str
    lemma: str = "_"
    upos: str = "_"
    old: str = "_"


@dataclass(frozen=True)
class Token:
    """A written token: its place in the text of its sentence, and the words it stands for."""

    start: int
    end: int
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence of a treebank."""

    text: str
    tokens: list[Token] = field(default_factory=list)

    def surface(self, token: Token) -> str:
        """The letters of `token`."""
        return self.text[token.start : token.end]


def align(text: str, parts: list[tuple[str, tuple[Word, ...]]]) -> Sentence | None:
    """Find the tokens in `text` one after another; None when they do not cover it."""
    at, tokens = 0, []
    for surface, words in parts:
        start = text.find(surface, at)
        if start < 0 or text[at:start].strip():
            return None
        at = start + len(surface)
        tokens.append(Token(start, at, words))
    return None if text[at:].strip() else Sentence(text, tokens)


def conllu(path: Path) -> Iterator[Sentence]:
    """The sentences of a UD treebank whose tokens and text agree."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        text = re.search(r"^# text = (.*)$", block, re.M)
        rows = [r.split("\t") for r in block.split("\n") if re.match(r"\d+(-\d+)?\t", r)]
        if not text or not rows:
            continue
        words = {int(r[0]): Word(r[1], r[2], r[3], ";".join(sorted(r[5].split(";")))) for r in rows if "-" not in r[0]}
        parts, done = [], 0
        for row in rows:
            first, _, last = row[0].partition("-")
            if last:
                done = int(last)
                parts.append((row[1], tuple(words[i] for i in range(int(first), done + 1))))
            elif int(first) > done:
                parts.append((row[1], (words[int(first)],)))
        sentence = align(text[1], parts)
        if sentence:
            yield sentence


def treebank(name: str) -> list[Sentence]:
    """A treebank of the folder ``ud`` by the beginning of its file's name."""
    (path,) = (folder() / "ud").glob(f"{name}*.conllu")
    return list(conllu(path))


def gsd() -> tuple[list[Sentence], list[Sentence]]:
    """Today's GSD, of which the development part alone is to be had: to learn from, to measure on."""
    sentences = treebank("id_gsd-ud-dev")
    half = len(sentences) // 2
    return sentences[:half], sentences[half:]


def key(sentence: Sentence) -> str:
    """What two editions of one sentence have in common: its letters and digits."""
    return re.sub(r"\W", "", sentence.text).lower()


def old_gsd() -> dict[str, Sentence]:
    """The GSD sentences of its edition without trees by their `key`, written as today's edition writes them.

    The old edition spaces hyphens ("anak - anak"), today's does not.
    """
    return {key(s): joined for s in treebank("gsd-form") if (joined := join_hyphens(s)) is not None}


def join_hyphens(sentence: Sentence) -> Sentence | None:
    """`sentence` with "anak - anak", "ke - 5" and "1960 - an" as one token each."""
    parts: list[tuple[str, tuple[Word, ...]]] = []
    text, at = "", 0
    words = [(sentence.surface(t), t) for t in sentence.tokens]
    i = 0
    while i < len(words):
        surface, token = words[i]
        text += sentence.text[at : token.start] + surface
        at = token.end
        if i + 2 < len(words) and words[i + 1][0] == "-" and one_word(surface, words[i + 2][0]):
            last = words[i + 2][1]
            surface += "-" + words[i + 2][0]
            text += "-" + words[i + 2][0]
            at = last.end
            head, tail = token.words[0], last.words[0]
            lemma = head.lemma if head.lemma == tail.lemma else f"{head.lemma}-{tail.lemma}"
            parts.append((surface, (Word(surface, lemma, head.upos, f"{head.old};{tail.old}"),)))
            i += 3
            continue
        parts.append((surface, token.words))
        i += 1
    return align(text + sentence.text[at:], parts)


def one_word(left: str, right: str) -> bool:
    """Whether a hyphen makes one word of `left` and `right`."""
    left, right = left.lower(), right.lower()
    return (
        (left == "ke" and right[:1].isdigit())
        or (left.isdigit() and right in {"an", "nya"})
        or left in {"anti", "non", "pra", "pasca", "pro", "semi", "multi", "sub", "eks"}
        or (left.isalpha() and right.isalpha() and len(left) > 2 and (left[1:4] in right or right in left))
    )


def bio(path: Path) -> list[Tagged]:
    """The sentences of a file with a token, its tag in the last column, and blank lines."""
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip())
    return [[(c[0], c[-1]) for c in (r.split() for r in block.split("\n")) if len(c) > 1] for block in blocks]


def articles() -> Iterator[dict]:
    """The news articles."""
    with gzip.open(folder() / "news" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def paragraphs() -> Iterator[str]:
    """The different paragraphs of the news."""
    seen = set()
    for article in articles():
        for paragraph in article["text"].split("\n"):
            paragraph = paragraph.strip()
            if len(paragraph) >= 30 and paragraph not in seen:
                seen.add(paragraph)
                yield paragraph
