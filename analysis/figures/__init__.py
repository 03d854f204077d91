"""Figures with one visual language: measures in, matplotlib figures out, drawn for light and dark."""

from analysis.figures.charts import (
    HUES,
    REST,
    TONES,
    Figure,
    bars,
    choice,
    colours,
    dumbbells,
    intervals,
    matrix,
    small_multiples,
    svg,
    tones,
)
from analysis.figures.graphs import layout, network

__all__ = [
    "HUES",
    "REST",
    "TONES",
    "Figure",
    "bars",
    "choice",
    "colours",
    "dumbbells",
    "intervals",
    "layout",
    "matrix",
    "network",
    "small_multiples",
    "svg",
    "tones",
]
