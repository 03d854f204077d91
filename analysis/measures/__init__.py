"""Measures: frames in, tidy frames of numbers out, each with its uncertainty and its source.

The functions of this room are imported from here; the modules are named after their main function.
"""

from analysis.measures.agreement import coding_agreement, conclusion_agreement, issue_agreement, krippendorff_alpha
from analysis.measures.concepts import concept_backbone
from analysis.measures.concordance import kwic
from analysis.measures.cooccurrence import cooccurrence
from analysis.measures.discourse import one_mode, statements, two_mode
from analysis.measures.incidence import Incidence, incidence, mentions
from analysis.measures.keyness import keyness
from analysis.measures.networks import backbone, centralities, communities, network, write_network
from analysis.measures.periods import over_time
from analysis.measures.polarisation import polarisation
from analysis.measures.prevalence import differences, prevalence
from analysis.measures.terms import TermCounts, term_counts
from analysis.measures.topic_issues import coincidence
from analysis.measures.topic_study import stability, study
from analysis.measures.topics import TopicModel, Topics, too_few, topics, typical_sentences, unique_articles

__all__ = [
    "Incidence", "TermCounts", "TopicModel", "Topics", "backbone", "centralities", "coding_agreement",
    "coincidence", "communities", "concept_backbone", "conclusion_agreement", "cooccurrence", "differences",
    "incidence", "issue_agreement", "keyness", "krippendorff_alpha", "kwic", "mentions", "network", "one_mode",
    "over_time", "polarisation", "prevalence", "stability", "statements", "study", "term_counts", "too_few",
    "topics", "two_mode", "typical_sentences", "unique_articles", "write_network",
]  # fmt: skip
