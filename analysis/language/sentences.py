"""Sentences as a reader parts them.

The shipped tokenizer follows its treebank, which leaves two sentences in one where the first ends
in an acronym ("… kembali ke AS. Xi tetap …"). Readers part them there.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stanza.models.common.doc import Document, Token

OPENING = frozenset("“‘\"'«([")
CLOSING = frozenset("”’\"'»")
INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")


@cache
def abbreviations() -> frozenset[str]:
    """Return the abbreviations, lower-cased, after whose full stop no sentence ends."""
    listed = yaml.safe_load(Path(__file__).with_name("abbreviations.yml").read_text("utf-8"))
    return frozenset(word.lower() for words in listed.values() for word in words.split())


def parted(document: Document) -> Document:
    """Return `document`, just tokenized, with its sentences parted where a reader parts them."""
    starts = [beginnings(sentence.tokens) for sentence in document.sentences]
    if not any(starts):
        return document
    from stanza.models.common.doc import Document

    sentences = []
    for tokens, places in zip(document.to_dict(), starts, strict=True):
        for first, last in zip([0, *places], [*places, len(tokens)], strict=True):
            sentences.append([token | {"id": (n,)} for n, token in enumerate(tokens[first:last], 1)])
    return Document(sentences, text=document.text)


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
