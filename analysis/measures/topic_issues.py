"""Which issues of the codebook the topics coincide with."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.inference import bounds, group_codes, resampled_sums
from analysis.measures.topics import Topics


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
        ``topic, issue, share_with, share_without, difference, low, high, articles`` (about the issue), by topic and
        falling difference; the interval is from a bootstrap over duplicate groups.
    """
    group, n_groups = group_codes(articles)
    shares = (
        found.shares[found.shares["article_id"].isin(group.index)]
        .pivot(index="article_id", columns="topic", values="share")
        .dropna()
    )
    about = issues[issues["article_id"].isin(shares.index)].drop_duplicates(["article_id", "issue"])
    about = pd.crosstab(about["article_id"], about["issue"]).reindex(shares.index, fill_value=0).astype(float)
    n_topics, names = shares.shape[1], list(about.columns)
    with_issue = (about.to_numpy()[:, :, None] * shares.to_numpy()[:, None, :]).reshape(len(shares), -1)
    sums = sparse.csr_array(np.hstack([with_issue, about.to_numpy(), shares.to_numpy(), np.ones((len(shares), 1))]))
    rows = np.arange(len(shares))
    to_group = sparse.csr_array(
        (np.ones(len(rows)), (group.loc[shares.index].to_numpy(), rows)), shape=(n_groups, len(rows))
    )

    def means(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        issue_topic, issue, topic, n = np.split(
            values, np.cumsum([len(names) * n_topics, len(names), n_topics]), axis=1
        )
        inside = issue_topic.reshape(len(values), len(names), n_topics)
        with np.errstate(divide="ignore", invalid="ignore"):
            return inside / issue[:, :, None], (topic[:, None, :] - inside) / (n - issue)[:, :, None]

    inside, outside = (values[0] for values in means(sums.sum(axis=0)[None, :]))
    drawn = np.subtract(*means(resampled_sums(to_group @ sums, draws, seed))).reshape(draws, -1)
    low, high = bounds(drawn, level)
    table = pd.DataFrame(
        {
            "topic": np.tile(shares.columns, len(names)), "issue": np.repeat(names, n_topics),
            "share_with": inside.ravel(), "share_without": outside.ravel(),
            "difference": (inside - outside).ravel(), "low": low, "high": high,
            "articles": np.repeat(about.sum().to_numpy().astype(int), n_topics),
        }
    )  # fmt: skip
    return table.sort_values(["topic", "difference", "issue"], ascending=[True, False, True], ignore_index=True)
