"""From articles to a corpus: the frames of one body of news, and the steps that make them."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis import __version__, frames, parts
from analysis.errors import SimakError
from analysis.extraction.tallies import counted
from analysis.kept import cache_folder
from analysis.knowledge import Knowledge
from analysis.language.pipeline import fingerprint, models_folder
from analysis.storage import written
from analysis.words import fault

if TYPE_CHECKING:
    from distributed import Client

log = logging.getLogger(__name__)
MANY = 3_000  # articles of which the memory is worth the seconds that new processes take

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
        self, *, outlets: Iterable[str] | None = None, since: str | date | None = None, until: str | date | None = None,
        actors: Iterable[str] | None = None, issues: Iterable[str] | None = None, tones: Iterable[str] | None = None,
        article_ids: Iterable[str] | None = None, copies: bool = True,
    ) -> Corpus:  # fmt: skip
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
                raise fault("fault_outlet", outlet=unknown[0], known=known)
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
        if kept.all():
            return whole
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
        """Make a frame of a part, or of a saved corpus, when it is first read; most never are."""
        whole, folder = self.__dict__.get("_whole"), self.__dict__.get("_folder")
        if (whole is None and folder is None) or name not in FRAMES:
            raise AttributeError(name)
        if whole is None:
            with _readable(folder / f"{name}.parquet") as path:
                return self.__dict__.setdefault(name, frames.read(name, path))
        if name == "actors":
            frame = counted(whole.actors, self.entities, self.quotes)
        else:
            frame = getattr(whole, name)[self._kept[whole._places(name)]].reset_index(drop=True)
        return self.__dict__.setdefault(name, frame)

    def parts(self, name: str) -> Iterator[pd.DataFrame]:
        """Yield a frame in parts that hold whole articles; of a saved corpus, memory holds one at a time.

        Raises
        ------
        SimakError
            When the corpus was saved and its file cannot be read.
        """
        whole, folder = self.__dict__.get("_whole"), self.__dict__.get("_folder")
        if name in self.__dict__ or (whole is None and folder is None):
            yield getattr(self, name)
        elif whole is not None:
            ids = set(self.articles["article_id"])
            yield from (part[part["article_id"].isin(ids)] for part in whole.parts(name))
        else:
            with _readable(folder / f"{name}.parquet") as path:
                yield from frames.parts(path)

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
        with _saved(Path(folder), self.made_with) as folder:
            for name in FRAMES:
                frames.write(name, getattr(self, name), folder / f"{name}.parquet")
        return folder

    @classmethod
    def load(cls, folder: str | Path) -> Corpus:
        """Return the corpus that `save` wrote; each frame is read when it is first asked for.

        Raises
        ------
        SimakError
            When a frame is missing, unreadable or not of this version's schema.
        """
        folder = Path(folder)
        for name in FRAMES:
            with _readable(folder / f"{name}.parquet") as path:
                held = pq.read_schema(path)
            if not held.equals(frames.stored_as(name), check_metadata=False):
                raise SimakError(f"'{folder}' is no corpus of this version: '{name}.parquet' has other columns.")
        made_with = folder / "made_with.json"
        corpus = object.__new__(cls)
        told = json.loads(made_with.read_text("utf-8")) if made_with.exists() else {}
        corpus.__dict__.update(made_with=told, _folder=folder)
        return corpus

    def _repr_html_(self) -> str:
        meaning = {name: frames.SCHEMAS[name].description for name in FRAMES}
        rows = [{"frame": name, "rows": len(getattr(self, name)), "a row is": meaning[name]} for name in FRAMES]
        return pd.DataFrame(rows).set_index("frame").to_html()

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(getattr(self, name))} {name}" for name in FRAMES)
        return f"Corpus({counts})"


def extract(
    articles: pd.DataFrame, skipped: pd.DataFrame | None = None, knowledge: Knowledge | None = None,
    models: str | Path | None = None, cache: str | Path | None = None, progress: bool = False,
    processes: int | None = None, client: Client | None = None, to: str | Path | None = None,
) -> Corpus:  # fmt: skip
    """Return the corpus of articles: their sentences, entities, actors, issues and quotes.

    Articles are worked on in parts of some hundred. Each step of a part is kept in the cache under its texts, the
    models, the code and the YAML that it reads, so that an edit costs what it touches.

    Parameters
    ----------
    articles, skipped
        The two frames of `read_articles`.
    knowledge
        YAML in use; None means the shipped one.
    models, cache, progress, processes
        See `analysis.language.annotate`.
    client
        A Dask cluster that does the work; its workers must see the folders of cache, models and YAML under
        the same names.
    to
        Folder for the frames, as `Corpus.save` writes them. They are read when asked for, and memory does not grow
        with the corpus; None keeps all of them in memory.

    Raises
    ------
    SimakError
        When a model or a YAML file is missing, damaged or wrong, or ``to`` cannot be written.

    Examples
    --------
    >>> import analysis as an
    >>> articles, skipped = an.read_articles("seeds/002_cbcf84cc3490cc42.txt")
    >>> corpus = extract(articles, skipped)
    >>> "antony-blinken" in set(corpus.quotes["actor_id"])
    True
    """
    knowledge, folder = knowledge or Knowledge(), models_folder(models)
    made = {"articles": articles, "skipped": frames.made("skipped", []) if skipped is None else skipped}
    made_with = {"simak": __version__, "models": fingerprint(folder), "knowledge": knowledge.fingerprint()}
    with _writable(cache_folder(cache)) as kept:
        work = parts.Work(knowledge, folder.absolute(), kept, made_with["models"])
        if client is None:
            parts.annotated(work, articles, progress, processes)
        made["actors"], found = parts.found(work, articles, progress, processes, client)
        if to is None:
            listed = [{name: part.maker(name)[name] for name in parts.FRAMES} for part in found]
            for name in parts.FRAMES:
                made[name] = pd.concat([part.pop(name) for part in listed], ignore_index=True)
            return Corpus(**made, made_with=made_with)
        return _stored(Path(to), made, found, made_with)


@contextmanager
def _writable(folder: Path) -> Iterator[Path]:
    """Give the folder of the cache, or one for this run where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        log.warning("The cache '%s' cannot be written (%s); work goes on without.", folder, error.strerror)
        with tempfile.TemporaryDirectory(prefix="simak-") as own:
            yield Path(own)
    else:
        yield folder.absolute()


def _stored(
    folder: Path, made: dict[str, pd.DataFrame], found: Iterable[parts.Part], made_with: dict[str, str]
) -> Corpus:
    """Write the frames of parts one behind the other, and return the corpus that reads them."""
    with _saved(folder, made_with), ExitStack() as stack:
        for name, frame in made.items():
            frames.write(name, frame, folder / f"{name}.parquet")
        files = {name: stack.enter_context(frames.writer(name, folder / f"{name}.parquet")) for name in parts.FRAMES}
        for part in found:
            for name, file in files.items():
                file.write_table(part.maker(name).table(name))
    if len(made["articles"]) > MANY:
        parts.rest()
    return Corpus.load(folder)


@contextmanager
def _saved(folder: Path, made_with: dict[str, str]) -> Iterator[Path]:
    """Give a folder for the frames of a corpus, and write beside them what made it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        raise SimakError(f"The folder '{folder}' cannot be written: {error.strerror or error}.") from error
    written(folder / "made_with.json", json.dumps(made_with, indent=1))


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    try:
        yield path
    except (OSError, ValueError, pa.ArrowException) as error:
        raise SimakError(f"'{path.parent}' is no saved corpus: '{path.name}' cannot be read.") from error


def _day(argument: str, value: str | date) -> pd.Timestamp:
    try:
        return pd.Timestamp(value)
    except ValueError as error:
        raise fault("fault_day", argument=argument, value=str(value)) from error
