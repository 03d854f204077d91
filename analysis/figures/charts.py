"""Charts: dots and bars with their intervals, lines over time, tables drawn as cells."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from analysis.figures.style import HUES, INK, MUTED, PAPER, REST, TONES, drawn, gridded, shortened

COLUMNS = 3  # of small multiples


def _rows(axis: Axes, labels: Sequence[str], notes: Sequence[str]) -> None:
    """Name each row at its left, and give its note at its right."""
    axis.set_yticks(range(len(labels)), [shortened(label) for label in labels], color=INK)
    axis.set_ylim(len(labels) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    right = axis.twinx()
    right.set_ylim(axis.get_ylim())
    right.set_yticks(range(len(labels)), notes, color=MUTED, fontsize=8.5)
    right.grid(visible=False)


def intervals(
    frame: pd.DataFrame, label: str, value: str, *, notes: Sequence[str] = (), hues: Sequence[str] = (),
    few: str | None = None, percent: bool = True,
) -> Figure:  # fmt: skip
    """Return dots with their intervals, a row each, in the order of the frame.

    Parameters
    ----------
    frame
        Columns ``label``, ``value``, and, where there are intervals, ``low`` and ``high``.
    notes, hues
        What stands at the right of each row, and its colour.
    few
        Boolean column: rows too small to speak of, drawn hollow.
    percent
        Whether values are shares between 0 and 1.

    Examples
    --------
    >>> frame = pd.DataFrame({"issue": ["trade"], "share": [0.4], "low": [0.2], "high": [0.6]})
    >>> intervals(frame, "issue", "share").get_size_inches()[0]
    np.float64(7.4)
    """
    with drawn(0.55 + 0.29 * max(len(frame), 1)) as (figure, axis):
        marks = list(hues) or [HUES[0]] * len(frame)
        hollow = frame[few].tolist() if few else [False] * len(frame)
        for row, (number, mark, empty) in enumerate(zip(frame[value], marks, hollow, strict=True)):
            if "low" in frame and frame["low"].notna().iloc[row]:
                axis.plot([frame["low"].iloc[row], frame["high"].iloc[row]], [row, row], color=mark, lw=3.2, alpha=0.38)
            axis.plot(number, row, "o", ms=7, mfc=PAPER if empty else mark, mec=mark, mew=1.6)
        _rows(axis, frame[label].astype(str).tolist(), list(notes) or [""] * len(frame))
        _scaled(axis, percent)
        return figure


def _scaled(axis: Axes, percent: bool, xlabel: str = "") -> None:
    axis.set_xlabel(textwrap.fill(xlabel, 60), loc="left")
    axis.spines["bottom"].set_visible(False)
    if percent:
        axis.set_xlim(-0.015, min(max(axis.get_xlim()[1], 0.1), 1.015))
        axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    else:
        axis.set_xlim(left=min(0, axis.get_xlim()[0]))
    axis.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=not percent))


def dumbbells(
    frame: pd.DataFrame, label: str, value: str, against: str, *, notes: Sequence[str], xlabel: str,
    percent: bool = False,
) -> Figure:  # fmt: skip
    """Return rows that set a value (full dot) against another, such as what chance would give (open dot)."""
    with drawn(0.55 + 0.29 * max(len(frame), 1)) as (figure, axis):
        for row, (seen, chance) in enumerate(zip(frame[value], frame[against], strict=True)):
            axis.plot([chance, seen], [row, row], color=HUES[0], lw=3.2, alpha=0.38)
            axis.plot(chance, row, "o", ms=6, mfc=PAPER, mec=MUTED, mew=1.4)
            axis.plot(seen, row, "o", ms=7, color=HUES[0])
        _rows(axis, frame[label].astype(str).tolist(), notes)
        _scaled(axis, percent, xlabel)
        return figure


def small_multiples(
    frame: pd.DataFrame, panel: str, x: str, value: str, *, hues: Mapping[str, str], few: str
) -> Figure:
    """Return one line a panel over ordered periods, with its interval as a band, all on one scale.

    Parameters
    ----------
    frame
        Columns ``panel``, ``x`` (sortable text), ``value`` and, with intervals, ``low`` and ``high``.
    few
        Boolean column: periods too small to speak of, drawn hollow.
    """
    panels = list(dict.fromkeys(frame[panel]))
    periods = sorted(frame[x].unique())
    rows = -(-len(panels) // COLUMNS)
    with gridded(0.3 + 1.6 * rows, rows, COLUMNS, sharex=True, sharey=True) as (figure, axes):
        for axis in axes.flat[len(panels) :]:
            axis.set_visible(False)
        for axis, name in zip(axes.flat, panels, strict=False):
            part = frame[frame[panel] == name].set_index(x).reindex(periods)
            at, hue = np.arange(len(periods)), hues.get(name, REST)
            thin = part[few].fillna(True).astype(bool)
            sure = part.mask(thin)
            if "low" in part:
                axis.fill_between(at, sure["low"].astype(float), sure["high"].astype(float), color=hue, alpha=0.2, lw=0)
                axis.vlines(at, sure["low"].astype(float), sure["high"].astype(float), color=hue, alpha=0.2, lw=2)
            axis.plot(at, sure[value], "o-", color=hue, lw=1.8, ms=3.5)
            axis.plot(at[thin], part[value][thin], "o", ms=3, mfc="none", mec=hue, mew=0.7, alpha=0.5)
            axis.set_title(shortened(str(name), 26), color=INK)
            axis.grid(visible=False, axis="x")
            axis.tick_params(labelbottom=True)
            axis.set_ylim(bottom=0)
            axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
            axis.yaxis.set_major_locator(MaxNLocator(3))
        ends = sorted({0, len(periods) - 1})
        axes[0, 0].set_xticks(ends, [periods[n] for n in ends])
        for axis in axes.flat:
            for tick, side in zip(axis.get_xticklabels(), ("left", "right"), strict=False):
                tick.set_horizontalalignment(side)
        return figure


def bars(frame: pd.DataFrame, x: str, value: str, written: Callable[[float], str] = "{:,}".format) -> Figure:
    """Return one bar a row, in the order of the frame, the first, last and highest with their names."""
    with drawn(2.4) as (figure, axis):
        axis.bar(range(len(frame)), frame[value], width=0.8, color=HUES[0])
        high = int(frame[value].to_numpy().argmax())
        axis.text(high, frame[value].iloc[high], written(frame[value].iloc[high]), ha="center", va="bottom", color=INK)
        ends = sorted({0, len(frame) - 1, *([high] if 0.15 < high / len(frame) < 0.8 else [])})
        axis.set_xticks(ends, frame[x].iloc[ends])
        axis.grid(visible=False, axis="x")
        axis.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axis.margins(y=0.14)
        return figure


def choice(frame: pd.DataFrame, x: str, panels: Mapping[str, str], chosen: int) -> Figure:
    """Return one small panel a criterion over the numbers tried, with the chosen number ringed.

    Parameters
    ----------
    frame
        Columns ``x`` and those of ``panels``; ``low`` and ``high`` belong to the first panel.
    panels
        Column → title.
    """
    with gridded(2.1, 1, len(panels), sharex=True) as (figure, axes):
        for axis, (column, title) in zip(axes.flat, panels.items(), strict=True):
            if column == next(iter(panels)):
                axis.vlines(frame[x], frame["low"], frame["high"], color=HUES[0], lw=3.2, alpha=0.38)
            axis.plot(frame[x], frame[column], "o-", color=HUES[0], lw=1.2, ms=5)
            best = frame[frame[x] == chosen]
            axis.plot(best[x], best[column], "o", ms=12, mfc="none", mec=HUES[1], mew=1.8)
            axis.set_title(title, color=INK)
            axis.set_xticks(frame[x])
            axis.margins(y=0.25)
        return figure


def matrix(values: pd.DataFrame, texts: pd.DataFrame, *, hue: str = HUES[0], few: Sequence[bool] = ()) -> Figure:
    """Return a table drawn as cells, the darker the higher, each with its number.

    Parameters
    ----------
    values
        Shades between 0 and 1, NaN for an empty cell, below 0 in the colour of a negative tone; index and columns name
        rows and columns.
    texts
        What is written in each cell.
    few
        Columns too small to speak of, whose numbers are muted.
    """
    thin = list(few) or [False] * values.shape[1]
    heads = [shortened(str(name), 30) for name in values.columns]
    with drawn(0.7 + 0.05 * max(map(len, heads)) + 0.3 * len(values)) as (figure, axis):
        for row, column in product(range(values.shape[0]), range(values.shape[1])):
            shade = values.iat[row, column]
            if pd.notna(shade):
                fill = {"fc": hue if shade >= 0 else TONES["negative"], "alpha": 0.04 + 0.5 * min(abs(shade), 1)}
                axis.add_patch(Rectangle((column + 0.03, row + 0.05), 0.94, 0.9, ec="none", **fill))
            axis.text(column + 0.5, row + 0.5, texts.iat[row, column], ha="center", va="center_baseline", fontsize=8,
                      color=MUTED if thin[column] else INK)  # fmt: skip
        axis.set(xlim=(0, values.shape[1]), ylim=(values.shape[0], 0))
        axis.set_yticks(np.arange(len(values)) + 0.5, [shortened(str(name)) for name in values.index], color=INK)
        axis.set_xticks(np.arange(values.shape[1]) + 0.5, heads,
                        color=INK, rotation=35, ha="left", rotation_mode="anchor")  # fmt: skip
        axis.xaxis.tick_top()
        axis.grid(visible=False)
        axis.spines["bottom"].set_visible(False)
        return figure


def tones(frame: pd.DataFrame, label: str, notes: Sequence[str], names: Mapping[str, str]) -> Figure:
    """Return bars of counts: negative to the left, positive to the right, neutral centred, a row each."""
    with drawn(0.75 + 0.3 * max(len(frame), 1)) as (figure, axis):
        half = frame["neutral"] / 2
        for tone, left, width in (
            ("neutral", -half, frame["neutral"]),
            ("negative", -half - frame["negative"], frame["negative"]),
            ("positive", half, frame["positive"]),
        ):
            axis.barh(range(len(frame)), width, left=left, height=0.62, color=TONES[tone], label=names[tone])
        reach = max(half.add(frame[["negative", "positive"]].max(axis=1)).max(), 1)
        axis.set_xlim(-reach * 1.03, reach * 1.03)
        axis.axvline(0, color=PAPER, lw=1)
        for at, tone, side in ((-reach, "negative", "left"), (0, "neutral", "center"), (reach, "positive", "right")):
            axis.text(at, -0.75, names[tone], ha=side, va="bottom", fontsize=8.5, color=MUTED)
        _rows(axis, frame[label].astype(str).tolist(), notes)
        axis.set_xticks([])
        axis.spines["bottom"].set_visible(False)
        return figure
