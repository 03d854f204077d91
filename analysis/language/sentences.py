"""Sentences as a reader parts them.

The shipped tokenizer follows its treebank, which leaves two sentences in one where the first ends
in an acronym ("… kembali ke AS. Xi tetap …"). Readers part them there, and not behind degrees.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stanza.models.common.doc import Document, Token

OPENING = frozenset("“‘\"'«([")
CLOSING = frozenset("”’\"'»")
INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")
DEGREE = re.compile(r"(?:[A-Z][a-z]{0,3}\.){2,}")


@cache
def abbreviations() -> frozenset[str]:
    """Return the abbreviations, lower-cased, after whose full stop no sentence ends."""
    listed = yaml.safe_load(Path(__file__).with_name("abbreviations.yml").read_text("utf-8"))
    return frozenset(word.lower() for words in listed.values() for word in words.split())


def parted(document: Document) -> Document:
    """Return `document`, one paragraph just tokenized, with its sentences parted where a reader parts them."""
    cut = [sentence.tokens for sentence in document.sentences]
    read = as_read(cut)
    if [*map(len, read)] == [*map(len, cut)]:
        return document
    from stanza.models.common.doc import Document

    rows = chain.from_iterable(document.to_dict())
    sentences = [[row | {"id": (n,)} for n, row in enumerate(islice(rows, len(tokens)), 1)] for tokens in read]
    return Document(sentences, text=document.text)


def as_read(sentences: Iterable[list[Token]]) -> list[list[Token]]:
    """Return the sentences of a paragraph, as tokens, parted where a reader parts them."""
    whole: list[list[Token]] = []
    for tokens in sentences:
        if whole and goes_on(whole[-1][-1].text, tokens[0].text):
            whole[-1] = [*whole[-1], *tokens]
        else:
            whole.append(tokens)
    places = ([0, *beginnings(tokens), len(tokens)] for tokens in whole)
    return [tokens[a:b] for tokens, cut in zip(whole, places, strict=True) for a, b in pairwise(cut)]


def goes_on(last: str, first: str) -> bool:
    """Return whether no sentence ends between two words: behind degrees, before a small letter ("S.E., M.M. dalam")."""
    return DEGREE.fullmatch(last) is not None and first[0].islower()


def beginnings(tokens: Sequence[Token]) -> list[int]:
    """Return where in what was cut as one sentence others begin."""
    return [n for n in range(2, len(tokens)) if begins(tokens, n)]


def begins(tokens: Sequence[Token], n: int) -> bool:
    """Return whether a sentence begins at token `n`: after a full stop and a space, with a capital.

    Not after an initial, an abbreviation or what may be the number of an item ("1. Pertama").
    """
    word = tokens[n].text
    if word in OPENING and n + 1 < len(tokens):
        word = tokens[n + 1].text
    stop = n - 1
    if tokens[stop].text in CLOSING and stop > 1 and tokens[stop].start_char == tokens[stop - 1].end_char:
        stop -= 1
    if not word[0].isupper() or tokens[stop].text != "." or tokens[n].start_char == tokens[n - 1].end_char:
        return False
    last = tokens[stop - 1].text
    initial = INITIALS.fullmatch(last) is not None
    item = last.isdigit() and len(last) <= 2
    return stop > 0 and not initial and not item and last.lower() not in abbreviations()
