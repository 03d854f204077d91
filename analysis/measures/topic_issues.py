"""Which issues of the codebook the topics coincide with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.inference import bounds, group_codes, grouped, resampled_sums
from analysis.measures.topics import Topics

ENOUGH_ARTICLES = 10


def coincidence(
    found: Topics, issues: pd.DataFrame, articles: pd.DataFrame, *, level: float = 0.95, draws: int = 500, seed: int = 0
) -> pd.DataFrame:
    """Return how much larger each topic is in articles about an issue than in the others.

    Parameters
    ----------
    issues
        Any frame with ``article_id`` and ``issue``.

    Returns
    -------
    DataFrame
        ``topic, issue, share_with, share_without, difference, low, high, articles`` (about the issue), ``enough`` (at
        least ten of these), by topic and falling difference; the interval is from a bootstrap over duplicate groups.
    """
    group, n_groups = group_codes(articles)
    shares = found.shares.pivot(index="article_id", columns="topic", values="share").dropna()
    shares = shares[shares.index.isin(group.index)]
    about = issues[issues["article_id"].isin(shares.index)].drop_duplicates(["article_id", "issue"])
    about = pd.crosstab(about["article_id"], about["issue"]).reindex(shares.index, fill_value=0).astype(float)
    names, topics = about.columns, shares.columns
    both = (about.to_numpy()[:, :, None] * shares.to_numpy()[:, None, :]).reshape(len(shares), -1)
    values = np.hstack([both, about, shares, np.ones((len(shares), 1))])
    sums = grouped(values, group.loc[shares.index].to_numpy(), n_groups)

    def means(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ends = np.cumsum([len(names) * len(topics), len(names), len(topics)])
        both, issue, topic, n = np.split(values, ends, axis=1)
        both = both.reshape(len(values), len(names), len(topics))
        with np.errstate(divide="ignore", invalid="ignore"):
            return both / issue[:, :, None], (topic[:, None, :] - both) / (n - issue)[:, :, None]

    inside, outside = (value.ravel() for value in means(sums.sum(axis=0)[None, :]))
    low, high = bounds(np.subtract(*means(resampled_sums(sums, draws, seed))).reshape(draws, -1), level)
    number = np.repeat(about.sum().to_numpy().astype(int), len(topics))
    table = pd.DataFrame(
        {
            "topic": np.tile(topics, len(names)), "issue": np.repeat(names, len(topics)), "share_with": inside,
            "share_without": outside, "difference": inside - outside, "low": low, "high": high, "articles": number,
            "enough": number >= ENOUGH_ARTICLES,
        }
    )  # fmt: skip
    return table.sort_values(["topic", "difference", "issue"], ascending=[True, False, True], ignore_index=True)
