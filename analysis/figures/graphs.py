"""Networks, laid out so that their labels can be read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.style import PAPER, REST, drawn, shortened
from analysis.measures.networks import weighted

EVEN = 0.7  # how evenly nodes share width and height: 0 as tied ones draw each other, 1 all at the same distance
SWEEPS = 3  # times that each label looks for a better place, given where the others are


def layout(edges: pd.DataFrame) -> pd.DataFrame:
    """Return where each node stands (index: id; ``x, y``), tied ones near each other, the same every time.

    Parameters
    ----------
    edges
        Columns ``source, target, weight``.

    Examples
    --------
    >>> layout(pd.DataFrame({"source": ["a"], "target": ["b"], "weight": [1.0]})).shape
    (2, 2)
    """
    ties = edges[["source", "target", "weight"]].itertuples(index=False)
    graph = weighted(sorted({*edges["source"], *edges["target"]}), ties)
    islands = sorted(nx.connected_components(graph), key=lambda names: (-len(names), min(names)))
    left, top, shelf, width = 0.0, 0.0, 0.0, 1.6 * np.sqrt(sum(map(len, islands)))
    found: dict[str, np.ndarray] = {}
    for names in islands:  # each island is laid out alone; islands stand in rows like books on shelves, largest first
        # A subgraph would have its nodes in an order that differs from run to run.
        island = weighted(sorted(names), graph.edges(names, data="weight"))
        size = np.sqrt(len(names))
        at = nx.kamada_kawai_layout(island, weight=None, pos=nx.circular_layout(island))
        if left and left + size > width:
            left, top, shelf = 0.0, top - shelf, 0.0
        found |= {name: (xy + 1) / 2 * size * 0.8 + (left, top - size) for name, xy in at.items()}
        left, shelf = left + size, max(shelf, size)
    placed = pd.DataFrame.from_dict(found, orient="index", columns=["x", "y"]).sort_index().round(6)
    # Part of the way to even distances, from left to right and from top to bottom, so that no corner is crowded.
    return (1 - EVEN) * _to_one(placed) + EVEN * _to_one(placed.rank(method="dense"))


def _to_one(values: pd.DataFrame) -> pd.DataFrame:
    return (values - values.min()) / (values.max() - values.min()).clip(lower=1e-9)


def network(nodes: pd.DataFrame, edges: pd.DataFrame) -> Figure:
    """Return nodes and ties, with labels placed so that they do not cover one another.

    Parameters
    ----------
    nodes
        Index: id; columns ``x, y`` (any scale), ``label``, ``size`` (0 to 1), ``hue``.
    edges
        Columns ``source, target`` (ids) and ``weight`` (0 to 1); optional ``hue``.
    """
    with drawn(4.4 + min(len(nodes), 40) / 12) as (figure, axis):
        axis.set_axis_off()
        for edge in edges.sort_values("weight").itertuples(index=False):
            ends = nodes.loc[[edge.source, edge.target]]
            axis.plot(ends["x"], ends["y"], color=getattr(edge, "hue", REST), lw=0.6 + 4.4 * edge.weight,
                      alpha=0.35 + 0.35 * edge.weight, zorder=1)  # fmt: skip
        axis.scatter(nodes["x"], nodes["y"], s=24 + 420 * nodes["size"], c=nodes["hue"], ec=PAPER, lw=1.2, zorder=2)
        axis.margins(0.16, 0.08)
        figure.draw_without_rendering()
        _labelled(axis, nodes, edges)
        return figure


def _labelled(axis: Axes, nodes: pd.DataFrame, edges: pd.DataFrame) -> None:
    """Write labels, the largest node's first, each where it covers least of labels, nodes and ties."""
    renderer = axis.figure.canvas.get_renderer()
    frame = axis.get_window_extent(renderer)
    scale = axis.figure.dpi / 72
    at = axis.transData.transform(nodes[["x", "y"]].to_numpy(float))
    radius = np.sqrt(24 + 420 * nodes["size"].to_numpy(float)) / 2 * scale
    spread = radius[:, None] + 3 * scale
    marks = np.vstack([np.column_stack([at - spread, at + spread]), _along(at, nodes, edges, scale)])
    texts = {}
    for n in np.argsort(-nodes["size"].to_numpy(float), kind="stable"):
        bold = "bold" if nodes["size"].iloc[n] > 0.6 else "normal"
        size = 8 + 2 * nodes["size"].iloc[n]
        label = textwrap.fill(shortened(nodes["label"].iloc[n], 46), 24)
        text = axis.text(0, 0, label, fontsize=size, weight=bold, zorder=3, va="center")
        extent = text.get_window_extent(renderer)
        texts[n] = text, list(_places(at[n], radius[n] + 3 * scale, extent.width, extent.height))
    found: dict[int, tuple[np.ndarray, str, float]] = {}
    for n in [*texts] * SWEEPS:
        taken = np.vstack([np.delete(marks, n, axis=0), *(box for k, (box, _, _) in found.items() if k != n)])
        found[n] = min(texts[n][1], key=lambda place: _covered(place[0], taken, frame) + place[2])
    for n, (box, side, _) in found.items():
        text, lines = texts[n][0], texts[n][0].get_text().split("\n")
        text.remove()
        x = {"left": box[0], "right": box[2], "center": (box[0] + box[2]) / 2}[side]
        for y, line in zip(np.linspace(box[3], box[1], 2 * len(lines) + 1)[1::2], lines, strict=True):
            # Each line is a text of its own, which a page aligns by the widths of its own font.
            written = axis.text(*axis.transData.inverted().transform((x, y)), line, ha=side, va="center", zorder=3)
            written.set(fontsize=text.get_fontsize(), weight=text.get_weight(), in_layout=False)


def _along(at: np.ndarray, nodes: pd.DataFrame, edges: pd.DataFrame, scale: float) -> np.ndarray:
    """Return small boxes along the ties: a label may lie on one, but had better not."""
    one, other = (at[nodes.index.get_indexer(edges[end])][:, None] for end in ("source", "target"))
    points = (one + np.linspace(0, 1, 60)[None, :, None] * (other - one)).reshape(-1, 2)
    return np.column_stack([points - scale / 6, points + scale / 6])


def _places(at: np.ndarray, away: float, width: float, height: float) -> Iterator[tuple[np.ndarray, str, float]]:
    for rank, (dx, dy) in enumerate(
        [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 2.2), (0, -2.2)]
    ):
        side = {1: "left", -1: "right", 0: "center"}[dx]
        x = at[0] + (away if dx > 0 else -away - width if dx < 0 else -width / 2)
        y = at[1] + (np.sign(dy) * (away * (0.7 if dx else 1) * min(abs(dy), 1)) + dy * height / 2 - height / 2)
        yield np.array([x, y, x + width, y + height]), side, 0.1 * rank + 100 * (abs(dy) > 1)


def _covered(box: np.ndarray, taken: np.ndarray, frame: object) -> float:
    wide = np.clip(np.minimum(box[2], taken[:, 2]) - np.maximum(box[0], taken[:, 0]), 0, None)
    high = np.clip(np.minimum(box[3], taken[:, 3]) - np.maximum(box[1], taken[:, 1]), 0, None)
    outside = (
        max(frame.x0 - box[0], 0) + max(box[2] - frame.x1, 0) + max(frame.y0 - box[1], 0) + max(box[3] - frame.y1, 0)
    )
    return float(round((wide * high).sum() + 40 * outside, 3))
