"""What all figures share: colours, style, the way to SVG.

A figure is drawn in the colours of the light page; `svg` turns them into the variables of
``templates/report.css``, so that the same drawing follows the reader's theme. Text stays text.
"""

from __future__ import annotations

import html
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK, MUTED, RULE, PAPER, REST = "#1c1e22", "#5c626d", "#dedbd4", "#fffffe", "#8a8f98"
# Okabe and Ito's hues, with the two too pale for thin lines on white darkened.
HUES = ("#0072b2", "#d55e00", "#009e73", "#b5509a", "#b98500", "#3a9ad9", "#7a2f5c", "#6b6f00")
TONES = {"negative": "#c8501a", "neutral": "#a5a9b0", "positive": "#0072b3"}
VARIABLES = {
    INK: "--ink", MUTED: "--muted", RULE: "--rule", PAPER: "--paper", REST: "--rest",
    **{hue: f"--c{n}" for n, hue in enumerate(HUES)},
    **{hue: f"--{tone}" for tone, hue in TONES.items()},
}  # fmt: skip
WIDTH = 7.4
STYLE = {
    "font.size": 9, "font.family": "DejaVu Sans", "svg.fonttype": "none", "text.parse_math": False,
    "text.color": INK, "axes.labelcolor": MUTED, "axes.labelsize": 8.5, "axes.edgecolor": RULE,
    "axes.facecolor": "none", "figure.facecolor": "none", "axes.axisbelow": True, "axes.titlesize": 9.5,
    "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False,
    "axes.spines.left": False, "axes.grid": True, "grid.color": RULE, "grid.linewidth": 0.7, "xtick.color": RULE,
    "ytick.color": RULE, "xtick.labelcolor": MUTED, "ytick.labelcolor": MUTED, "xtick.labelsize": 8.5,
    "ytick.labelsize": 9, "xtick.major.size": 0, "ytick.major.size": 0, "lines.solid_capstyle": "round",
}  # fmt: skip


def colours(keys: Iterable[str]) -> dict[str, str]:
    """Return a colour for each key, in the order given; from the ninth on, and for keys not given, grey.

    Examples
    --------
    >>> hues = colours(["trade", "taiwan"])
    >>> hues["taiwan"], hues["health"]
    ('#d55e00', '#8a8f98')
    """
    found = {key: HUES[n] if n < len(HUES) else REST for n, key in enumerate(dict.fromkeys(keys))}
    return defaultdict(lambda: REST, found)


def shortened(text: str, most: int = 44) -> str:
    """Return the text, cut with an ellipsis when it is longer than ``most`` characters.

    Examples
    --------
    >>> shortened("Kementerian Luar Negeri", 12)
    'Kementerian…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


@contextmanager
def drawn(height: float) -> Iterator[tuple[Figure, Axes]]:
    """Yield an empty figure of that height and its one axis, in the style of all figures."""
    with gridded(height, 1, 1) as (figure, axes):
        yield figure, axes[0, 0]


@contextmanager
def gridded(height: float, rows: int, columns: int, **grid: object) -> Iterator[tuple[Figure, np.ndarray]]:
    """Yield an empty figure of that height and its axes, rows × columns, in the style of all figures."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasAgg(figure)
        yield figure, figure.subplots(rows, columns, squeeze=False, **grid)


def svg(figure: Figure, alt: str, key: str) -> str:
    """Return the figure as inline SVG that follows the page's colours and fonts.

    Parameters
    ----------
    alt
        What the figure shows, in words, for readers who cannot see it.
    key
        Prefix of all ids inside, so that figures on one page do not clash.

    Raises
    ------
    ValueError
        When ``alt`` is empty.
    """
    if not alt.strip():
        raise ValueError("A figure needs a text that says what it shows (alt).")
    buffer = io.StringIO()
    with mpl.rc_context({**STYLE, "svg.hashsalt": key}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", buffer.getvalue(), flags=re.S)
    text = text[text.index("<svg") :]
    text = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{key}-\1"', text)
    text = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--sans, sans-serif)", text)
    for colour, variable in VARIABLES.items():
        text = text.replace(f": {colour}", f": var({variable}, {colour})")
    title = html.escape(alt)
    return text.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1).replace("\n", "")
