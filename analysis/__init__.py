"""Simak: research how Indonesian-language news covers a subject.

>>> import analysis as an
>>> articles, skipped = an.read_articles("seeds")
>>> corpus = an.extract(articles, skipped)
>>> len(corpus.articles)
5
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from analysis.errors import SimakError

# Waiting threads of torch and scikit-learn would spin: beside other work on the machine, all took three times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

try:
    __version__ = version("simak")
except PackageNotFoundError:  # run from a folder of sources that nobody installed
    __version__ = "0+unknown"

# Public name -> the module that holds it. Loaded at first use: stanza and scikit-learn take seconds.
_HOME = {
    "read_articles": "analysis.articles",
    "Knowledge": "analysis.knowledge",
    "MODELS": "analysis.language.pipeline",
    "annotate": "analysis.language.annotate",
    "models_table": "analysis.language.pipeline",
    "Corpus": "analysis.corpus",
    "extract": "analysis.corpus",
    "of_articles": "analysis.extraction.issues",
    "article": "analysis.evidence",
    "explore": "analysis.explore",
    "near": "analysis.explore",
    "prevalence": "analysis.measures",
    "differences": "analysis.measures",
    "topics": "analysis.measures",
    "mentions": "analysis.measures",
    "cooccurrence": "analysis.measures",
    "over_time": "analysis.measures",
    "network": "analysis.measures",
    "backbone": "analysis.measures",
    "write_network": "analysis.measures",
    "keyness": "analysis.measures",
    "kwic": "analysis.measures",
    "positions": "analysis.extraction.positions",
    "statements": "analysis.measures",
    "two_mode": "analysis.measures",
    "one_mode": "analysis.measures",
    "polarisation": "analysis.measures",
    "concept_backbone": "analysis.measures",
    "krippendorff_alpha": "analysis.measures",
    "coding_agreement": "analysis.measures",
    "conclusion_agreement": "analysis.measures",
    "scores": "analysis.validation",
    "by_paragraph": "analysis.sampling",
    "Coder": "analysis.codings",
}

__all__ = ["SimakError", "__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'analysis' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
