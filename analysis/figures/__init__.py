"""Figures with one visual language: measures in, matplotlib figures out, drawn for light and dark."""

from analysis.figures.charts import bars, choice, dumbbells, intervals, matrix, small_multiples, tones
from analysis.figures.graphs import layout, network
from analysis.figures.style import HUES, REST, TONES, Figure, colours, svg

__all__ = [
    "HUES", "REST", "TONES", "Figure", "bars", "choice", "colours", "dumbbells", "intervals", "layout", "matrix",
    "network", "small_multiples", "svg", "tones",
]  # fmt: skip
