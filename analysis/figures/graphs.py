"""Networks, laid out so that their labels can be read."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.charts import PAPER, REST, drawn, shortened


def layout(edges: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Return where each node stands (index: id; ``x, y``), tied ones near each other, the same for the same seed.

    Parameters
    ----------
    edges
        Columns ``source, target, weight``.

    Examples
    --------
    >>> layout(pd.DataFrame({"source": ["a"], "target": ["b"], "weight": [1.0]})).shape
    (2, 2)
    """
    graph = nx.Graph()
    graph.add_nodes_from(sorted({*edges["source"], *edges["target"]}))
    graph.add_weighted_edges_from(edges[["source", "target", "weight"]].itertuples(index=False))
    if nx.is_connected(graph):
        at = nx.kamada_kawai_layout(graph, weight=None, pos=nx.circular_layout(graph))
    else:
        at = nx.spring_layout(graph, k=2.2 / np.sqrt(len(graph)), iterations=300, seed=seed)
    return pd.DataFrame.from_dict(at, orient="index", columns=["x", "y"])


def network(nodes: pd.DataFrame, edges: pd.DataFrame, *, height: float = 5.6) -> Figure:
    """Return nodes and ties, with labels placed so that they do not cover one another.

    Parameters
    ----------
    nodes
        Index: id; columns ``x, y`` (any scale), ``label``, ``size`` (0 to 1), ``hue``.
    edges
        Columns ``source, target`` (ids) and ``weight`` (0 to 1); optional ``hue``.
    """
    with drawn(height) as (figure, axes):
        axis = axes[0, 0]
        axis.set_axis_off()
        for edge in edges.sort_values("weight").itertuples(index=False):
            ends = nodes.loc[[edge.source, edge.target]]
            axis.plot(ends["x"], ends["y"], color=getattr(edge, "hue", REST), lw=0.6 + 4.4 * edge.weight,
                      alpha=0.25 + 0.35 * edge.weight, zorder=1)  # fmt: skip
        axis.scatter(nodes["x"], nodes["y"], s=24 + 420 * nodes["size"], c=nodes["hue"], ec=PAPER, lw=1.2, zorder=2)
        axis.margins(0.16, 0.08)
        figure.draw_without_rendering()
        _labelled(axis, nodes)
        return figure


def _labelled(axis: Axes, nodes: pd.DataFrame) -> None:
    """Write labels, the largest node's first, each where it covers least."""
    renderer = axis.figure.canvas.get_renderer()
    frame = axis.get_window_extent(renderer)
    scale = axis.figure.dpi / 72
    at = axis.transData.transform(nodes[["x", "y"]].to_numpy(float))
    radius = np.sqrt(24 + 420 * nodes["size"].to_numpy(float)) / 2 * scale
    taken = np.column_stack([at - radius[:, None], at + radius[:, None]])
    for n in np.argsort(-nodes["size"].to_numpy(float), kind="stable"):
        bold = "bold" if nodes["size"].iloc[n] > 0.6 else "normal"
        size = 8 + 2 * nodes["size"].iloc[n]
        label = shortened(nodes["label"].iloc[n], 26)
        text = axis.text(0, 0, label, fontsize=size, weight=bold, zorder=3, va="center")
        extent = text.get_window_extent(renderer)
        best = min(_places(at[n], radius[n] + 3 * scale, extent.width, extent.height),
                   key=lambda place: (_covered(place[0], np.delete(taken, n, axis=0), frame), place[2]))  # fmt: skip
        box, side, _ = best
        text.set_horizontalalignment(side)
        x = {"left": box[0], "right": box[2], "center": (box[0] + box[2]) / 2}[side]
        text.set_position(axis.transData.inverted().transform((x, (box[1] + box[3]) / 2)))
        text.set_in_layout(False)
        taken = np.vstack([taken, box])


def _places(at: np.ndarray, away: float, width: float, height: float) -> Iterator[tuple[np.ndarray, str, int]]:
    for rank, (dx, dy) in enumerate(
        [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 2.2), (0, -2.2)]
    ):
        side = {1: "left", -1: "right", 0: "center"}[dx]
        x = at[0] + (away if dx > 0 else -away - width if dx < 0 else -width / 2)
        y = at[1] + (np.sign(dy) * (away * (0.7 if dx else 1) * min(abs(dy), 1)) + dy * height / 2 - height / 2)
        yield np.array([x, y, x + width, y + height]), side, rank


def _covered(box: np.ndarray, taken: np.ndarray, frame: object) -> float:
    wide = np.clip(np.minimum(box[2], taken[:, 2]) - np.maximum(box[0], taken[:, 0]), 0, None)
    high = np.clip(np.minimum(box[3], taken[:, 3]) - np.maximum(box[1], taken[:, 1]), 0, None)
    outside = (
        max(frame.x0 - box[0], 0) + max(box[2] - frame.x1, 0) + max(frame.y0 - box[1], 0) + max(box[3] - frame.y1, 0)
    )
    return float(round((wide * high).sum() + 40 * outside, 3))
