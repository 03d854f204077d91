"""Extraction part by part: some hundred articles at a time, each step kept on disk, wherever the work runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from tqdm.auto import tqdm

from analysis import frames
from analysis.extraction import actors, issues, quotes, tone
from analysis.extraction.tallies import Tally, of_tally, summed, tally
from analysis.kept import Step, code, frame_hash, hashed
from analysis.knowledge import Knowledge
from analysis.language.annotate import annotate, fill_cache, joints
from analysis.language.batches import beside

if TYPE_CHECKING:
    from distributed import Client

FEWEST, MOST = 150_000, 1_000_000  # characters of a part
CUT = 64  # between these, a part ends behind one article in so many
FEW = 4  # parts that are done before other processes have started, and stay in memory meanwhile
SUMMED = 50  # parts whose counts are added up at once
FRAMES = ("sentences", "tokens", "names", "entities", "issues", "quotes")
REGISTRY = ("actors", "countries", "roles")  # the sections of YAML that each step reads
QUOTES = (*REGISTRY, "verbs", "corrections")
TONE = ("tone", "verbs")
FOUND = code("extraction", "knowledge")


def divided(articles: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the articles in parts, in order.

    Where a part ends depends on the articles near by alone, so that a new article leaves most parts as they were.

    Examples
    --------
    >>> import analysis as an
    >>> [len(part) for part in divided(an.read_articles("seeds")[0])]
    [5]
    """
    parts, first, size = [], 0, 0
    for at, (article_id, text) in enumerate(zip(articles["article_id"], articles["text"], strict=True), 1):
        size += len(text)
        if size >= MOST or (size >= FEWEST and int(hashed(article_id, text)[:8], 16) % CUT == 0):
            parts.append(articles.iloc[first:at])
            first, size = at, 0
    return parts if first == len(articles) and parts else [*parts, articles.iloc[first:]]


@dataclass(frozen=True)
class Work:
    """What parts are worked on with; it travels to other processes, and to machines that see the same folders."""

    knowledge: Knowledge
    models: Path
    cache: Path
    fingerprint: str  # of the models


@dataclass(eq=False, repr=False)
class Part:
    """Articles with all that is found in them, step by step.

    Parameters
    ----------
    work, articles
        With what, and on which articles.
    bearers, kinds
        Frames ``bearers`` and ``actors`` of the whole corpus, or their files; the first is needed from `entities` on,
        the second from `toned` on.
    """

    work: Work
    articles: pd.DataFrame
    bearers: pd.DataFrame | Path | None = None
    kinds: pd.DataFrame | Path | None = None

    def __post_init__(self) -> None:
        self.name = hashed(*self.articles["article_id"])[:16]

    def _step(self, step: str, key: str, names: tuple[str, ...], make: Callable[[], Iterable[pd.DataFrame]]) -> Step:
        return Step(self.work.cache / "steps" / step, self.name, key, names, make)

    def _yaml(self, *sections: str) -> str:
        return self.work.knowledge.fingerprint(*sections)

    @cached_property
    def language(self) -> Step:
        """Frames ``sentences``, ``tokens``, ``names`` and ``joints``."""
        given = self.articles[["article_id", "text", "body"]]
        key = hashed(code("articles", "language"), self.work.fingerprint, *given.to_numpy().ravel())

        def make() -> Iterable[pd.DataFrame]:
            found = annotate(self.articles, self.work.models, self.work.cache, processes=1)
            return found.sentences, found.tokens, found.names, joints(found.tokens)

        return self._step("language", key, ("sentences", "tokens", "names", "joints"), make)

    @cached_property
    def issues(self) -> Step:
        """Frame ``issues``."""
        frame, book = self.language, self.work.knowledge.codebook

        def make() -> Iterable[pd.DataFrame]:
            tokens = frame["tokens"] if issues.with_lemmas(book) else frames.made("tokens", [])
            return [issues.coded(frame["sentences"], tokens, book)]

        return self._step("issues", hashed(frame.key, FOUND, self._yaml("codebook")), ("issues",), make)

    @cached_property
    def begun(self) -> Step:
        """Frames ``entities``, with open places, and ``bearers``."""
        frame, days = self.language, self.articles["date"]

        def make() -> Iterable[pd.DataFrame]:
            return actors.begun(self.articles, frame["sentences"], frame["names"], frame["joints"], self.work.knowledge)

        key = hashed(frame.key, FOUND, *days, self._yaml(*REGISTRY))
        return self._step("names", key, ("entities", "bearers"), make)

    @cached_property
    def entities(self) -> Step:
        """Frame ``entities``."""
        begun, bearers = self.begun, _frame("bearers", self.bearers)
        asked = bearers[bearers["part"].isin(actors.open_parts(begun["entities"]))]

        def make() -> Iterable[pd.DataFrame]:
            return [actors.completed(begun["entities"], asked, self.work.knowledge)]

        return self._step("entities", hashed(begun.key, frame_hash(asked)), ("entities",), make)

    @cached_property
    def said(self) -> Step:
        """Frame ``quotes`` without tone, target and issues."""
        entities, frame, known = self.entities, self.language, self.work.knowledge

        def make() -> Iterable[pd.DataFrame]:
            found = quotes.quotes(self.articles, frame["sentences"], entities["entities"], known, frame["joints"])
            return [quotes.reattributed(found, known)]

        key = hashed(entities.key, *self.articles["title"], self._yaml(*QUOTES))
        return self._step("said", key, ("quotes",), make)

    @cached_property
    def toned(self) -> Step:
        """Frame ``quotes`` without issues."""
        said, entities = self.said["quotes"], self.entities["entities"]
        mine = pd.concat([entities["actor_id"], said["actor_id"], said["target_id"], said["channel_id"]])
        kinds = _frame("actors", self.kinds)[["actor_id", "type", "country"]]
        kinds = kinds[kinds["actor_id"].isin(set(mine.dropna()))].sort_values("actor_id")

        def make() -> Iterable[pd.DataFrame]:
            work = self.work
            return [tone.toned(said, self.articles, entities, kinds, work.knowledge, work.cache)]

        key = hashed(self.said.key, frame_hash(kinds), self._yaml(*TONE))
        return self._step("toned", key, ("quotes",), make)

    @cached_property
    def quotes(self) -> Step:
        """Frame ``quotes``."""
        toned, coded, language = self.toned, self.issues, self.language

        def make() -> Iterable[pd.DataFrame]:
            return [issues.with_issues(toned["quotes"], coded["issues"], language["sentences"])]

        return self._step("quotes", hashed(toned.key, coded.key), ("quotes",), make)

    def maker(self, name: str) -> Step:
        """Return the step that makes one of `FRAMES`."""
        return self.language if name in ("sentences", "tokens", "names") else getattr(self, name)


def annotated(work: Work, articles: pd.DataFrame, progress: bool, processes: int | None) -> None:
    """Annotate what the cache does not hold, so that `found` need not; paragraphs of like length go together."""
    missing = [part for part in divided(articles) if not Part(work, part).language.kept]
    if missing:
        fill_cache(pd.concat(missing), work.models, work.cache, progress, processes)


def found(
    work: Work, articles: pd.DataFrame, progress: bool, processes: int | None, client: Client | None
) -> tuple[pd.DataFrame, Iterator[Part]]:
    """Return the frame ``actors``, and the parts of the corpus with all that is found in them.

    Three times through all parts: what one needs to know of the others, who bears a name and of which kind an actor
    is, are counts that add up.
    """
    divisions = divided(articles)
    several = len(divisions) > FEW or client is not None
    known: dict[str, Any] = {}
    held = [Part(work, part) for part in divisions]
    bar = tqdm(total=3 * len(held), desc="extract", unit="part", disable=not progress)

    def parts() -> Iterator[Part]:
        """Few parts keep what they found; of many, each is made anew and forgotten, so that memory stays small."""
        for part, articles_of_part in zip(held, divisions, strict=True):
            if not several:
                vars(part).update(known)
            yield Part(work, articles_of_part, **known) if several else part

    def done(task: Callable[[Part], Any]) -> Iterator[Any]:
        """Yield what a task returns of each part, in order: here, in processes beside each other, or on a cluster."""
        if client is not None:
            results = _on_cluster(task, parts(), client)
        elif several and processes != 1:
            results = beside(((task, part) for part in parts()), processes or -1)
        else:
            results = map(task, parts())
        for result in results:
            bar.update()
            yield result

    def told(name: str, frame: pd.DataFrame) -> pd.DataFrame | Path:
        whole = hashed(*articles["article_id"])[:16]
        file = Step(work.cache / "steps" / "corpus", whole, frame_hash(frame), (name,), lambda: [frame])
        return file.written(name) if several else frame

    with bar:
        known["bearers"] = told("bearers", _folded(done(first), actors.added))
        counts = of_tally(_folded(done(second), summed), work.knowledge)
        known["kinds"] = told("actors", counts)
        for _ in done(third):
            pass
    return counts, parts()


def _folded(results: Iterator[Any], add: Callable[[list[Any]], Any]) -> Any:
    """Return the sum of results, some at a time, so that memory holds few of them."""
    some = list(islice(results, SUMMED))
    while more := list(islice(results, SUMMED - 1)):
        some = [add(some), *more]
    return add(some)


def _frame(name: str, given: pd.DataFrame | Path | None) -> pd.DataFrame:
    assert given is not None, f"a part was not told the {name} of the corpus"
    return _read(name, given) if isinstance(given, Path) else given


@lru_cache(maxsize=4)
def _read(name: str, file: Path) -> pd.DataFrame:
    return frames.read(name, file)


def first(part: Part) -> pd.DataFrame:
    """Find names and issues; return who bears which part of a name."""
    _ = part.issues["issues"]
    return part.begun["bearers"]


def second(part: Part) -> Tally:
    """Find actors and quotes; return what the actors of the corpus are counted from."""
    return tally(part.entities["entities"], part.said["quotes"])


def third(part: Part) -> None:
    """Find tone, targets and the issues of quotes."""
    _ = part.quotes["quotes"]


def rest() -> None:
    """End the processes that worked beside this one, so that what follows has their memory."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor(max_workers=1).shutdown(wait=True)


def _on_cluster(task: Callable[[Part], Any], parts: Iterator[Part], client: Client) -> Iterator[Any]:
    """Keep a few parts a worker in flight; Dask gives those of a worker that is lost to another one."""
    ahead = max(4 * len(client.scheduler_info()["workers"]), 8)
    flying = [client.submit(task, part, pure=False) for part in islice(parts, ahead)]
    while flying:
        yield flying.pop(0).result()
        flying += [client.submit(task, part, pure=False) for part in islice(parts, 1)]
