"""The only room that knows Stanza: articles in; sentences, tokens and names out."""

from analysis.language.annotate import Annotations, annotate
from analysis.language.pipeline import MODELS, models_folder, models_table

__all__ = ["MODELS", "Annotations", "annotate", "models_folder", "models_table"]
