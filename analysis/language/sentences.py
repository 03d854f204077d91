"""Sentences as a reader parts them.

The shipped tokenizer follows its treebank, which leaves two sentences in one where the first ends
in an acronym ("… kembali ke AS. Xi tetap …"). Readers part them there, and not behind degrees.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

from analysis.language.glued import Rank, small_words, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stanza.models.common.doc import Document

OPENING = frozenset("“‘\"'«([")
CLOSING = frozenset("”’\"'»")
INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")
DEGREE = re.compile(r"(?:[A-Z][a-z]{0,3}\.){2,}")


class Token(NamedTuple):
    """A token and where it stands in its paragraph; ``joined``: it is more than one word."""

    text: str
    start_char: int
    end_char: int
    joined: bool


@cache
def abbreviations() -> frozenset[str]:
    """Return the abbreviations, lower-cased, after whose full stop no sentence ends."""
    listed = yaml.safe_load(Path(__file__).with_name("abbreviations.yml").read_text("utf-8"))
    return frozenset(word.lower() for words in listed.values() for word in words.split())


def parted(document: Document, rank: Rank) -> Document:
    """Return `document`, one paragraph just tokenized, parted where a reader parts it."""
    cut = [
        [Token(r["text"], r["start_char"], r["end_char"], "MWT=Yes" in r.get("misc", "")) for r in rows]
        for rows in document.to_dict()
    ]
    read = as_read(cut, rank)
    if read == cut:
        return document
    from stanza.models.common.doc import Document

    sentences = [
        [
            {"id": (n,), "text": t.text, "start_char": t.start_char, "end_char": t.end_char}
            | ({"misc": "MWT=Yes"} if t.joined else {})
            for n, t in enumerate(tokens, 1)
        ]
        for tokens in read
    ]
    return Document(sentences, text=document.text)


def as_read(sentences: Iterable[list[Token]], rank: Rank) -> list[list[Token]]:
    """Return the sentences of a paragraph, as tokens, parted where a reader parts them."""
    whole: list[list[Token]] = []
    for cut in sentences:
        tokens = list(unglued(cut, rank))
        if whole and tokens[0].text == '"' and tokens[0].start_char == whole[-1][-1].end_char and not _even(whole[-1]):
            whole[-1].append(tokens.pop(0))  # what closes there
        if not tokens:
            continue
        if whole and goes_on(whole[-1][-1].text, tokens[0].text):
            whole[-1] = [*whole[-1], *tokens]
        else:
            whole.append(tokens)
    places = ([0, *beginnings(tokens), len(tokens)] for tokens in whole)
    return [tokens[a:b] for tokens, cut in zip(whole, places, strict=True) for a, b in pairwise(cut)]


def unglued(tokens: Iterable[Token], rank: Rank) -> Iterator[Token]:
    """Yield tokens so that letters in a row are one, or the words that lost the spaces between them."""
    runs: list[list[Token]] = []
    for token in tokens:
        if runs and runs[-1][-1].end_char == token.start_char and runs[-1][-1].text.isalpha() and token.text.isalpha():
            runs[-1].append(token)
        else:
            runs.append([token])
    for run in runs:
        text, start, end = "".join(token.text for token in run), run[0].start_char, run[-1].end_char
        parts = words(text, rank) if len(text) == end - start else [text]
        if len(parts) == 1:
            yield Token(text, start, end, run[-1].joined)
            continue
        for first, last in pairwise(accumulate(map(len, parts), initial=0)):
            yield Token(text[first:last], start + first, start + last, run[-1].joined and last == len(text))


def _even(tokens: Sequence[Token]) -> bool:
    return sum(token.text == '"' for token in tokens) % 2 == 0


def goes_on(last: str, first: str) -> bool:
    """Return whether no sentence ends between two words: behind degrees, before a small letter ("S.E., M.M. dalam")."""
    return DEGREE.fullmatch(last) is not None and first[0].islower()


def beginnings(tokens: Sequence[Token]) -> list[int]:
    """Return where in what was cut as one sentence others begin."""
    small = not any(token.text[:1].isupper() for token in tokens)
    return [n for n in range(1, len(tokens)) if begins(tokens, n, small)]


def begins(tokens: Sequence[Token], n: int, small: bool) -> bool:
    """Return whether a sentence begins at token `n`: after a full stop and a space, with a capital if there are any.

    Not after an initial, an abbreviation or what may be the number of an item ("1. Pertama"). Also where a small word
    with a capital is glued to the word before it: there the break of a line was lost ("Melawan RusiaSeperti dilansir").
    """
    word = tokens[n].text
    glued = n > 1 and tokens[n].start_char == tokens[n - 1].end_char
    if glued and tokens[n - 1].text in ".!?" and word == '"':  # 'di Ukraina."Israel tidak …'
        return _even(tokens[:n]) and n + 1 < len(tokens) and tokens[n + 1].text[0].isupper()
    if glued and tokens[n - 2].text in ".!?" and tokens[n - 1].text == '"' and word[0].isupper():
        return _even(tokens[:n])  # '"… secara luas."Namun …'
    if word[0].isupper() and word.lower() in small_words() and tokens[n - 1].text.isalpha():
        return tokens[n].start_char == tokens[n - 1].end_char
    if word in OPENING and n + 1 < len(tokens):
        word = tokens[n + 1].text
    stop = n - 1
    if tokens[stop].text in CLOSING and stop > 1 and tokens[stop].start_char == tokens[stop - 1].end_char:
        stop -= 1
    if (
        not (word[0].isupper() or (small and word[0].isalpha()))
        or tokens[stop].text != "."
        or tokens[n].start_char == tokens[n - 1].end_char
    ):
        return False
    last = tokens[stop - 1].text
    initial = INITIALS.fullmatch(last) is not None
    item = last.isdigit() and len(last) <= 2
    return stop > 0 and not initial and not item and last.lower() not in abbreviations()
