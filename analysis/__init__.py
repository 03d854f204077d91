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

# Module -> its public names. Loaded at first use: stanza and scikit-learn take seconds.
_NAMES = {
    "articles": ["read_articles"],
    "codings": ["Coder"],
    "corpus": ["Corpus", "extract"],
    "evidence": ["article"],
    "explore": ["explore", "near"],
    "extraction.issues": ["of_articles"],
    "extraction.positions": ["positions"],
    "knowledge": ["Knowledge"],
    "language.annotate": ["annotate"],
    "language.pipeline": ["MODELS", "models_table"],
    "measures": [
        "prevalence", "differences", "topics", "mentions", "cooccurrence", "over_time", "network", "backbone",
        "write_network", "keyness", "kwic", "statements", "two_mode", "one_mode", "polarisation", "concept_backbone",
        "krippendorff_alpha", "coding_agreement", "conclusion_agreement",
    ],
    "sampling": ["by_paragraph"],
    "validation": ["scores"],
}  # fmt: skip
_HOME = {name: f"analysis.{module}" for module, names in _NAMES.items() for name in names}

__all__ = ["SimakError", "__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'analysis' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
