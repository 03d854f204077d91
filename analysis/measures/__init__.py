"""Measures: frames in, tidy frames of numbers out, each with its uncertainty and its source.

The functions of this room are imported from here; the modules are named after their main function.
"""

from analysis.measures.agreement import conclusion_agreement, issue_agreement, krippendorff_alpha
from analysis.measures.concordance import kwic
from analysis.measures.cooccurrence import cooccurrence, cooccurrence_over_time
from analysis.measures.discourse import one_mode, statements, two_mode
from analysis.measures.incidence import Incidence, incidence
from analysis.measures.keyness import keyness
from analysis.measures.networks import backbone, centralities, communities, network, write_network
from analysis.measures.polarisation import kernel_weights, polarisation
from analysis.measures.prevalence import differences, prevalence
from analysis.measures.terms import TermCounts, term_counts
from analysis.measures.topic_issues import coincidence
from analysis.measures.topic_study import stability, study
from analysis.measures.topics import TopicModel, Topics, too_few, topics, typical_sentences, unique_articles

__all__ = [
    "Incidence",
    "TermCounts",
    "TopicModel",
    "Topics",
    "backbone",
    "centralities",
    "coincidence",
    "communities",
    "conclusion_agreement",
    "cooccurrence",
    "cooccurrence_over_time",
    "differences",
    "incidence",
    "issue_agreement",
    "kernel_weights",
    "keyness",
    "krippendorff_alpha",
    "kwic",
    "network",
    "one_mode",
    "polarisation",
    "prevalence",
    "stability",
    "statements",
    "study",
    "term_counts",
    "too_few",
    "topics",
    "two_mode",
    "typical_sentences",
    "unique_articles",
    "write_network",
]
