"""From articles to a corpus: the frames of one body of news, and the steps that make them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import __version__, frames
from analysis.errors import SimakError
from analysis.extraction import actors as actors_room
from analysis.extraction import issues as issues_room
from analysis.extraction import quotes as quotes_room
from analysis.extraction import tone as tone_room
from analysis.knowledge import Knowledge
from analysis.language import annotate, models_folder
from analysis.language.pipeline import fingerprint
from analysis.storage import replacing

FRAMES = ("articles", "skipped", "sentences", "tokens", "names", "entities", "actors", "issues", "quotes")


@dataclass(frozen=True)
class Corpus:
    """The frames of a body of articles; immutable, so that a filter never changes what it came from.

    Each attribute is a frame with the schema of its name in `analysis.frames`; ``made_with`` holds
    the version of Simak and the fingerprints of the models and the knowledge that made them.
    """

    articles: pd.DataFrame
    skipped: pd.DataFrame
    sentences: pd.DataFrame
    tokens: pd.DataFrame
    names: pd.DataFrame
    entities: pd.DataFrame
    actors: pd.DataFrame
    issues: pd.DataFrame
    quotes: pd.DataFrame
    made_with: dict[str, str] = field(default_factory=dict)

    def filter(
        self,
        *,
        outlets: Iterable[str] | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        actors: Iterable[str] | None = None,
        issues: Iterable[str] | None = None,
        tones: Iterable[str] | None = None,
        article_ids: Iterable[str] | None = None,
        copies: bool = True,
    ) -> Corpus:
        """Return the part of the corpus that meets every condition given.

        Parameters
        ----------
        outlets
            Canonical names of outlets.
        since, until
            First and last day; an article without a date meets neither.
        actors
            Ids of actors; an article meets it that names or quotes one of them.
        issues
            Codes; an article meets it that has a sentence with one of them.
        tones
            ``negative``, ``neutral``, ``positive``; an article meets it that has a quote in one of them, said by
            one of ``actors`` where these are given.
        article_ids
            Ids of articles.
        copies
            False keeps only the earliest article of each group of duplicates.

        Raises
        ------
        SimakError
            When an outlet is not in the corpus or a day is no day.
        """
        whole = self.__dict__.get("_whole", self)
        kept = pd.Series(self.__dict__.get("_kept", True), index=whole.articles.index)
        if outlets is not None:
            outlets = list(outlets)
            unknown = sorted(set(outlets) - set(whole.articles["outlet"].dropna()))
            if unknown:
                known = ", ".join(sorted(whole.articles["outlet"].dropna().unique())) or "none"
                raise SimakError(f"No article is from outlet '{unknown[0]}'; the outlets are: {known}.")
            kept &= whole.articles["outlet"].isin(outlets)
        if since is not None:
            kept &= whole.articles["date"] >= _day("since", since)
        if until is not None:
            kept &= whole.articles["date"] <= _day("until", until)
        for ids in whole._meeting(actors, issues, tones):
            kept &= whole.articles["article_id"].isin(ids)
        if article_ids is not None:
            kept &= whole.articles["article_id"].isin(list(article_ids))
        if not copies:
            kept &= whole.articles["article_id"] == whole.articles["duplicate_group"]
        part = object.__new__(type(self))
        part.__dict__.update(made_with=whole.made_with, skipped=whole.skipped, _whole=whole, _kept=kept.to_numpy(bool))
        return part

    def _meeting(
        self, actors: Iterable[str] | None, issues: Iterable[str] | None, tones: Iterable[str] | None
    ) -> Iterator[pd.Series]:
        """Yield the articles that meet each condition on what was found in them."""
        quotes = self.quotes
        if actors is not None:
            actors = list(actors)
            named = self.entities.loc[self.entities["actor_id"].isin(actors), "article_id"]
            quotes = quotes[quotes["actor_id"].isin(actors)]
            yield pd.concat([named, quotes["article_id"]])
        if issues is not None:
            yield self.issues.loc[self.issues["issue"].isin(list(issues)), "article_id"]
        if tones is not None:
            yield quotes.loc[quotes["sentiment"].isin(list(tones)), "article_id"]

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Make a frame of a part when it is first read; most never are."""
        whole = self.__dict__.get("_whole")
        if whole is None or name not in FRAMES:
            raise AttributeError(name)
        if name == "actors":
            frame = actors_room.counted(whole.actors, self.entities, self.quotes)
        else:
            frame = getattr(whole, name)[self._kept[whole._places(name)]].reset_index(drop=True)
        return self.__dict__.setdefault(name, frame)

    def _places(self, name: str) -> np.ndarray:
        """Return in which row of ``articles`` the article of each row of a frame stands."""
        known = self.__dict__.setdefault("_known_places", {})
        if name not in known:
            known[name] = pd.Index(self.articles["article_id"]).get_indexer(getattr(self, name)["article_id"])
        return known[name]

    def save(self, folder: str | Path) -> Path:
        """Write one Parquet file a frame, and return the folder.

        Raises
        ------
        SimakError
            When the folder cannot be written.
        """
        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in FRAMES:
                with replacing(folder / f"{name}.parquet") as draft:
                    getattr(self, name).to_parquet(draft, index=False)
            with replacing(folder / "made_with.json") as draft:
                draft.write_text(json.dumps(self.made_with, indent=1), "utf-8")
        except OSError as error:
            raise SimakError(f"The folder '{folder}' cannot be written: {error.strerror or error}.") from error
        return folder

    @classmethod
    def load(cls, folder: str | Path) -> Corpus:
        """Return the corpus that `save` wrote.

        Raises
        ------
        SimakError
            When a frame is missing, unreadable or not of this version's schema.
        """
        folder = Path(folder)
        loaded: dict[str, Any] = {}
        for name in FRAMES:
            try:
                frame = pd.read_parquet(folder / f"{name}.parquet")
            except (OSError, ValueError) as error:
                raise SimakError(f"'{folder}' is no saved corpus: '{name}.parquet' cannot be read.") from error
            loaded[name] = frames.checked(name, _with_lists(frame))
        made_with = folder / "made_with.json"
        return cls(**loaded, made_with=json.loads(made_with.read_text("utf-8")) if made_with.exists() else {})

    def _repr_html_(self) -> str:
        meaning = {name: frames.SCHEMAS[name].description for name in FRAMES}
        rows = [{"frame": name, "rows": len(getattr(self, name)), "a row is": meaning[name]} for name in FRAMES]
        return pd.DataFrame(rows).set_index("frame").to_html()

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(getattr(self, f.name))} {f.name}" for f in fields(self) if f.name in FRAMES)
        return f"Corpus({counts})"


def extract(
    articles: pd.DataFrame,
    skipped: pd.DataFrame | None = None,
    knowledge: Knowledge | None = None,
    models: str | Path | None = None,
    cache: str | Path | None = None,
    progress: bool = False,
    processes: int | None = None,
) -> Corpus:
    """Return the corpus of articles: their sentences, entities, actors, issues and quotes.

    Parameters
    ----------
    articles, skipped
        The two frames of `read_articles`.
    knowledge
        YAML in use; None means the shipped one.
    models, cache, progress, processes
        See `analysis.language.annotate`.

    Raises
    ------
    SimakError
        When a model or a YAML file is missing, damaged or wrong.

    Examples
    --------
    >>> import analysis as an
    >>> articles, skipped = an.read_articles("seeds/002_cbcf84cc3490cc42.txt")
    >>> corpus = extract(articles, skipped)
    >>> "antony-blinken" in set(corpus.quotes["actor_id"])
    True
    """
    knowledge = knowledge or Knowledge()
    annotations = annotate(articles, models, cache, progress, processes)
    sentences, tokens, names = annotations.sentences, annotations.tokens, annotations.names
    entities = actors_room.entities(articles, sentences, tokens, names, knowledge)
    quotes = quotes_room.quotes(articles, sentences, entities, knowledge)
    quotes = quotes_room.reattributed(quotes, knowledge)
    actors = actors_room.actors(entities, quotes, knowledge)
    issues = issues_room.coded(sentences, tokens, knowledge.codebook)
    quotes = issues_room.with_issues(quotes, issues, sentences)
    quotes = tone_room.toned(quotes, articles, sentences, tokens, entities, actors, knowledge, cache)
    return Corpus(
        articles=articles,
        skipped=frames.made("skipped", []) if skipped is None else skipped,
        sentences=sentences,
        tokens=tokens,
        names=names,
        entities=entities,
        actors=actors,
        issues=issues,
        quotes=quotes,
        made_with={
            "simak": __version__,
            "models": fingerprint(models_folder(models)),
            "knowledge": knowledge.fingerprint(),
        },
    )


def _day(argument: str, value: str | date) -> pd.Timestamp:
    try:
        return pd.Timestamp(value)
    except ValueError as error:
        raise SimakError(f"{argument}='{value}' is no day; write it as 2024-04-26.") from error


def _with_lists(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with lists where Parquet gave arrays."""
    lists = {
        name: [[part.tolist() if hasattr(part, "tolist") else part for part in value] for value in frame[name]]
        for name in ("body", "quality", "tone_words", "issues")
        if name in frame
    }
    return frame.assign(**lists)
