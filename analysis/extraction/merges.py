"""What was merged into what: the names under which each actor was found, for an analyst to check."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from analysis import frames
from analysis.extraction.registry import deletions, folded, registry
from analysis.knowledge import Knowledge

LEAST_LETTERS = 6  # of a name for which one wrong letter is thought of


def merges(entities: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Return every name that was found and the actor that it was taken for, doubtful cases first.

    A case is doubtful where a link was no more than a guess, where a name is an actor of its own though it is nearly
    the name of another one or part of it (``like``), and where one name was taken for several actors. To change
    what is wrong, name the actor in an ``actors.yml`` of your own: ``merge_into`` merges, ``articles`` keeps an actor
    to some articles and so splits, ``name`` renames, a new id adds.

    Parameters
    ----------
    entities
        Frame ``entities``.
    knowledge
        The registry.

    Returns
    -------
    pandas.DataFrame
        Frame ``merges``. ``confidence`` is the mean over the mentions, see `entities`.

    Examples
    --------
    >>> from analysis.frames import made
    >>> rows = [{"article_id": "a", "sentence_id": "a:0-99", "start": at, "end": at + len(text), "text": text,
    ...          "type": "PER", "actor_id": actor_id, "found_by": "model", "confidence": sure}
    ...         for at, text, actor_id, sure in [(0, "Antony Blinken", "antony-blinken", 1.0),
    ...                                          (40, "Rahmat Hidayatt", "rahmat-hidayatt", 0.5),
    ...                                          (60, "Rahmat Hidayat", "rahmat-hidayat", 0.5)]]
    >>> merges(made("entities", rows), Knowledge())[["text", "like"]].values.tolist()[:2]
    [['Rahmat Hidayat', 'rahmat-hidayatt'], ['Rahmat Hidayatt', 'rahmat-hidayat']]
    """
    known = registry(knowledge)
    found = entities.groupby(["actor_id", "text"], as_index=False).agg(
        type=("type", "first"),
        mentions=("text", "size"),
        articles=("article_id", "nunique"),
        confidence=("confidence", "mean"),
    )
    names: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row in found.itertuples():
        for form in _forms(row.text, row.type):
            names[row.type, form][row.actor_id] = None
    found["name"] = [
        known.label(actor_id) or text for actor_id, text in zip(found["actor_id"], found["text"], strict=True)
    ]
    found["like"] = [
        ", ".join(sorted({i for form in _forms(row.text, row.type) for i in names[row.type, form]} - {row.actor_id}))
        or None
        for row in found.itertuples()
    ]
    own = ~found["actor_id"].isin(list(known.actors))
    sure = found["confidence"].where(~own | found["like"].notna(), 1.0)  # a name of its own that is like no other
    order = found.assign(doubt=sure.where(found["like"].isna(), sure - 1)).sort_values(
        ["doubt", "mentions", "actor_id", "text"], ascending=[True, False, True, True]
    )
    return frames.made("merges", order.drop(columns="doubt").to_dict("records"))


def _forms(text: str, kind: str) -> set[str]:
    """Return the forms under which a name meets those that are nearly the same; of a person each long part, too."""
    name = folded(text)
    near = deletions(name) if len(name) >= LEAST_LETTERS else {name}
    return near | ({part for word in text.split() if len(part := folded(word)) > 3} if kind == "PER" else set())
