"""HTML of the pieces of a report: tables that sort, tiles, cautions, figures with their captions.

Everything that comes from articles, codebooks or parameters is escaped here, and nowhere later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

FINDINGS = "application/vnd.simak.findings+json"


@dataclass(frozen=True)
class Html:
    """A piece of a page that a notebook displays; ``data`` travels with it in the executed notebook."""

    html: str
    data: dict[str, Any] = field(default_factory=dict)

    def __add__(self, other: Html) -> Html:
        return Html(self.html + other.html, {**self.data, **other.data})

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/html": self.html, "text/plain": "", **({FINDINGS: self.data} if self.data else {})}


@dataclass(frozen=True)
class Column:
    """How a column of a frame is shown.

    ``written`` makes the text of a value; ``number`` aligns right; ``bar`` draws the value, a share,
    as a bar; ``links`` and ``hues`` give each row the id it leads to and the colour of its dot.
    """

    heading: str
    written: Callable[[Any], str] = str
    number: bool = False
    bar: bool = False
    links: Sequence[str | None] = ()
    hues: Sequence[str] = ()


def table(frame: pd.DataFrame, columns: Mapping[str, Column], about: str, few: Sequence[bool] = ()) -> str:
    """Return a table that can be sorted and, when long, searched.

    Parameters
    ----------
    columns
        Column of the frame → how it is shown, in order.
    about
        What the table holds, for readers who cannot see it.
    few
        Rows too small to speak of, shown muted.

    Examples
    --------
    >>> "<td>&lt;b&gt;</td>" in table(pd.DataFrame({"name": ["<b>"]}), {"name": Column("Name")}, "Names")
    True
    """
    heads = "".join(
        f"<th scope=col{' class=n' if column.number else ''}>{escape(_capital(column.heading))}</th>"
        for column in columns.values()
    )
    rows = []
    for number, values in enumerate(frame[list(columns)].itertuples(index=False, name=None)):
        cells = [_cell(value, column, number) for value, column in zip(values, columns.values(), strict=True)]
        rows.append(f"<tr{' class=few' if few and few[number] else ''}>{''.join(cells)}</tr>")
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{escape(about)}"><table class="sortable">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _capital(heading: str) -> str:
    return heading[:1].upper() + heading[1:] if len(heading) > 1 else heading  # q and p are written small


def _cell(value: Any, column: Column, row: int) -> str:
    absent = not isinstance(value, list) and pd.isna(value)
    text = "–" if absent else escape(column.written(value))
    if column.links and column.links[row]:
        text = f'<a href="#{escape(str(column.links[row]))}">{text}</a>'
    if column.hues:
        text = f'<span class="key" style="--k:{escape(column.hues[row])}"></span>{text}'
    if not column.number:
        return f"<td>{text}</td>"
    kind, bar = ("n bar", f' style="--v:{100 * value:.1f}%"') if column.bar and not absent else ("n", "")
    return f'<td class="{kind}" data-v="{"" if absent else value}"{bar}>{text}</td>'


def tiles(values: Mapping[str, str]) -> str:
    """Return large numbers with what they count.

    Examples
    --------
    >>> tiles({"articles": "5"})
    '<dl class="tiles"><div><dt>articles</dt><dd>5</dd></div></dl>'
    """
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in values.items())
    return f'<dl class="tiles">{cells}</dl>'


def caution(title: str, lines: Sequence[str]) -> str:
    """Return a box that says what cannot be concluded, or nothing when there is nothing to say."""
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    said = f"<p>{escape(lines[0])}</p>" if len(lines) == 1 else f"<ul>{items}</ul>"
    return f'<section class="caution"><h3>{escape(title)}</h3>{said}</section>'


def figure(svg: str, key: str, title: str, note: str, more: str, words: Mapping[str, str]) -> str:
    """Return a figure: its title and note, the drawing, its values folded below, a button that saves it."""
    values = f"<details><summary>{escape(words['values'])}</summary>{more}</details>" if more else ""
    return (
        f'<figure id="{key}"><figcaption><b>{escape(title)}</b><span>{escape(note)}</span></figcaption>'
        f'<div class="canvas" tabindex="0" role="region" aria-label="{escape(title)}">{svg}</div>'
        f'<div class="tools">{values}<button type="button" data-save="{key}.svg">{escape(words["save"])}</button></div>'
        "</figure>"
    )
