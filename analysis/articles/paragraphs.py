"""Paragraphs of a body, with lines joined that were broken in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

Span = tuple[int, int]

LINE = re.compile(r"\S(?:[^\n\r]*\S)?")  # without the white space at its ends
# A line that stops at one of these goes on in the next one, whatever that begins with.
_UNFINISHED = re.compile(
    r"(?:[,(\[/“‘]|(?<!\w)(?:di|ke|dari|oleh|pada|dan|atau|yang|dengan|kepada|untuk|menurut|kata|ujar|sebagai|bahwa"
    r"|dalam|antara|laman|media|dikutip|dilansir|mengutip|melansir))\s*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[,.;:)\]”’?!%]|[a-zà-ÿ](?![.)\w]*[.)]\s)[^\sA-Z]*(?:\s|$)")
_FINISHED = re.compile(r"[.!?…:;][\"'”’)\]]*$|[\"”]$")


def paragraphs(text: str, body: Sequence[Sequence[int]]) -> list[Span]:
    r"""Return the spans of the paragraphs inside the body.

    A paragraph is a line of the body without the white space at its ends. Three kinds of broken
    lines are joined: where a link stood on a line of its own (``dikutip dari\nCNN\n, Senin``),
    where a line goes on in lower case after one that has no final mark, and where the whole block
    was wrapped at a fixed width. A heading or headline stays apart. A blank line always ends a
    paragraph, and so does the end of a span of the body.

    Parameters
    ----------
    text
        Raw text of the article.
    body
        Spans ``[start, end]`` of the body.

    Examples
    --------
    >>> text = "Kesepakatan Baru\nHal itu dikutip dari\nCNN\n, Senin.\nTrump setuju."
    >>> [text[start:end] for start, end in paragraphs(text, [[0, len(text)]])]
    ['Kesepakatan Baru', 'Hal itu dikutip dari\nCNN\n, Senin.', 'Trump setuju.']
    """
    return [span for start, end in body for block in _blocks(text, start, end) for span in _joined(text, block)]


def _blocks(text: str, start: int, end: int) -> list[list[Span]]:
    """Return the lines of a span, a list for each run of lines without a blank line between them."""
    blocks: list[list[Span]] = []
    last = -1
    for match in LINE.finditer(text, start, end):
        left, right = match.span()
        between = text[last:left]
        if last < 0 or between.replace("\r\n", "\n").replace("\r", "\n").count("\n") > 1:
            blocks.append([])
        blocks[-1].append((left, right))
        last = right
    return blocks


def _joined(text: str, lines: list[Span]) -> list[Span]:
    if _wrapped(text, lines):
        return [(lines[0][0], lines[-1][1])]
    joined = lines[:1]
    for here, (start, end) in enumerate(lines[1:], 1):
        following = text[slice(*lines[here + 1])] if here + 1 < len(lines) else ""
        if _continues(text[slice(*lines[here - 1])], text[start:end], following):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _continues(before: str, line: str, following: str) -> bool:
    if line[0] in ",.;:)]”’":
        return True
    if _FINISHED.search(before):
        return False
    if _GOES_ON.match(line) or _UNFINISHED.search(before):
        return True
    # A link on a line of its own: what follows goes on, and what stands before is no heading.
    link = len(line.split()) <= 6 and not _FINISHED.search(line) and bool(_GOES_ON.match(following))
    return link and not _heading(before)


def _heading(line: str) -> bool:
    words = line.split()
    return len(words) <= 14 and sum(word[0].islower() for word in words) <= len(words) / 3


def _wrapped(text: str, lines: list[Span]) -> bool:
    """Tell whether a block was wrapped at a fixed width: full lines that stop in mid-sentence."""
    if len(lines) < 3:
        return False
    widths = [end - start for start, end in lines[:-1]]
    full = 40 <= max(widths) <= 120 and min(widths) >= 0.75 * max(widths) and lines[-1][1] - lines[-1][0] <= max(widths)
    return full and sum(not _FINISHED.search(text[start:end]) for start, end in lines[:-1]) > len(widths) / 2
