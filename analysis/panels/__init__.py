"""Panels of the reports: a measure in, a captioned figure out, with its values and the sentences behind them."""

from analysis.panels.pairs import actor_findings, pair_network, pairs
from analysis.panels.quotes import quote_findings, quoted_issues, speakers
from analysis.panels.reading import extracted, outlets, periods, reading_findings
from analysis.panels.shares import actor_shares, issue_findings, issue_parts, issue_shares, issue_times
from analysis.panels.topics import topics

__all__ = [
    "actor_findings", "actor_shares", "extracted", "issue_findings", "issue_parts", "issue_shares", "issue_times",
    "outlets", "pair_network", "pairs", "periods", "quote_findings", "quoted_issues", "reading_findings", "speakers",
    "topics",
]  # fmt: skip
