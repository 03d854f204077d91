"""Panels of the reports: a measure in, a captioned figure out, with its values and the sentences behind them."""

from analysis.panels.comparison import comparison_findings, shifts, sides, totals
from analysis.panels.discourse import concepts, same_tone
from analysis.panels.pairs import actor_findings, pair_network, pairs
from analysis.panels.quotes import aimed, quote_findings, quoted_issues, speakers
from analysis.panels.reading import copies, cut, extracted, measured, outlets, periods, reading_findings
from analysis.panels.shares import actor_shares, issue_findings, issue_parts, issue_shares, issue_times
from analysis.panels.topics import topics

__all__ = [
    "actor_findings", "actor_shares", "aimed", "comparison_findings", "concepts", "copies", "cut", "extracted",
    "issue_findings", "issue_parts", "issue_shares", "issue_times", "measured", "outlets", "pair_network", "pairs",
    "periods", "quote_findings", "quoted_issues", "reading_findings", "same_tone", "shifts", "sides", "speakers",
    "topics", "totals",
]  # fmt: skip
