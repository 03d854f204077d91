"""What a report notebook opens: its corpus, its language, the colours of actors and issues, its evidence."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from matplotlib.figure import Figure

from analysis import __version__, figures, tables
from analysis.corpus import Corpus, extract
from analysis.errors import SimakError
from analysis.evidence import Evidence
from analysis.extraction.issues import of_articles
from analysis.knowledge import Knowledge
from analysis.tables import Html

LANGUAGES = ("en", "id")
FEW_ARTICLES = 50
FEW_PERIODS = 3
TEMPLATES = Path(__file__).parent / "templates"


@lru_cache
def words(language: str) -> dict[str, str]:
    """Return the words of reports in a language.

    Raises
    ------
    SimakError
        When there are no reports in that language.

    Examples
    --------
    >>> words("id")["contents"]
    'Isi'
    """
    if language not in LANGUAGES:
        raise SimakError(f"language='{language}' is not known; allowed are {', '.join(LANGUAGES)}.")
    both = yaml.safe_load((TEMPLATES / "words.yml").read_text("utf-8"))
    return {key: value[language] for key, value in both.items()}


def opened(
    report: str,
    *,
    source: str,
    frames: str = "",
    since: str = "",
    until: str = "",
    outlets: Sequence[str] = (),
    codebook: str = "",
    knowledge: str = "",
    language: str = "en",
    **others: Any,
) -> Study:
    """Return the study that a report notebook works on.

    Parameters
    ----------
    report
        Name of the report.
    source
        Folder, file or glob of articles; read and extracted here when there are no ``frames``.
    frames
        Folder that `Corpus.save` wrote, so that several reports share one extraction.
    since, until, outlets
        The part of the corpus to speak of; empty means all.
    codebook, knowledge
        An analyst's own codebook file and folder of YAML; empty means the shipped ones.
    language
        ``en`` or ``id``.
    others
        Further parameters of the report, kept to say how it was made.

    Raises
    ------
    SimakError
        When nothing can be read, or no article is left.
    """
    words(language)
    known = Knowledge(Path(knowledge) if knowledge else None, Path(codebook) if codebook else None)
    if frames:
        whole = Corpus.load(frames)
    else:
        from analysis.articles import read_articles

        articles, skipped = read_articles(source)
        whole = extract(articles, skipped, knowledge=known)
    corpus = whole.filter(since=since or None, until=until or None, outlets=list(outlets) or None)
    if corpus.articles.empty:
        raise SimakError(
            f"No article of '{source}' is left with since='{since}', until='{until}', outlets={list(outlets)}."
        )
    asked = {"source": source, "since": since, "until": until, "outlets": list(outlets), "codebook": codebook,
             "knowledge": knowledge, "language": language, **others}  # fmt: skip
    return Study(report, corpus, whole, known, language, asked, frames)


@dataclass
class Study:
    """One report being made. Its methods return `Html`, which a notebook shows and which carries its findings."""

    report: str
    corpus: Corpus
    whole: Corpus
    knowledge: Knowledge
    language: str
    parameters: dict[str, Any]
    frames: str = ""
    evidence: Evidence = field(init=False)
    pictures: int = 0

    def __post_init__(self) -> None:
        self.evidence = Evidence(self.corpus.sentences, self.corpus.articles)

    def say(self, key: str, **values: Any) -> str:
        """Return the words of that key in the language of the report; whole numbers and names are filled in."""
        written = {k: self.number(v) if isinstance(v, int) else v for k, v in values.items()}
        known = words(self.language)
        one = f"{key}_one"
        return known[one if values.get("n") == 1 and one in known else key].format(**written)

    def number(self, value: float, places: int = 0) -> str:
        """Return a number as the language of the report writes it."""
        text = f"{value:,.{places}f}".replace("-", "−")
        return text if self.language == "en" else text.translate(str.maketrans(",.", ".,"))

    def decimals(self, places: int) -> Callable[[float], str]:
        """Return a function that writes numbers with that many decimals."""
        return lambda value: self.number(value, places)

    def share(self, value: float) -> str:
        """Return a share as a percentage."""
        return f"{self.number(100 * value)}%"

    def ranges(self, frame: pd.DataFrame, written: Callable[[float], str]) -> list[str | None]:
        """Return the intervals of a frame in words."""
        pairs = zip(frame["low"], frame["high"], strict=True)
        return [None if pd.isna(low) else f"{written(low)} – {written(high)}" for low, high in pairs]

    @cached_property
    def article_issues(self) -> pd.DataFrame:
        """The codes that each article is about: ``article_id, issue``."""
        return of_articles(self.corpus.issues, self.corpus.sentences)

    @cached_property
    def issue_labels(self) -> dict[str, str]:
        """The label of every code of the codebook, in the language of the report."""
        book = self.knowledge.codebook.root
        return {code: issue.label_id if self.language == "id" else issue.label for code, issue in book.items()}

    @cached_property
    def actor_labels(self) -> dict[str, str]:
        """The label of every actor, in the language of the report."""
        actors = self.whole.actors
        return dict(zip(actors["actor_id"], actors["name_id" if self.language == "id" else "name"], strict=True))

    @cached_property
    def issue_hues(self) -> dict[str, str]:
        """A colour for each issue: the most frequent of the whole corpus first, so that filters change no colour."""
        about = of_articles(self.whole.issues, self.whole.sentences)
        return figures.colours(_ranked(about.groupby("issue")["article_id"].nunique()))

    @cached_property
    def actor_hues(self) -> dict[str, str]:
        """A colour for each actor, in the order of the articles that name it."""
        return figures.colours(_ranked(self.whole.actors.set_index("actor_id")["articles"]))

    def masthead(self) -> Html:
        """Return what the report rests on, and what so little cannot support."""
        articles, dates = self.corpus.articles, self.corpus.articles["date"].dropna()
        span = f"{dates.min():%Y-%m-%d} – {dates.max():%Y-%m-%d}" if len(dates) else self.say("no_dates")
        deck = [Path(self.parameters["source"]).name, span, *map(str, self.parameters["outlets"])]
        copies = len(articles) - articles["duplicate_group"].nunique()
        counted = {
            "articles": len(articles), "outlets": articles["outlet"].nunique(), "undated": len(articles) - len(dates),
            "copies": copies, "sentences": len(self.corpus.sentences), "skipped": len(self.corpus.skipped),
        }  # fmt: skip
        spans = "".join(f"<span>{escape(part)}</span>" for part in deck)
        numbers = tables.tiles({self.say(f"tile_{name}"): self.number(value) for name, value in counted.items()})
        skipped = self._skipped()
        warning = tables.caution(self.say("cannot_conclude"), self.cautions)
        return Html(f'<p class="deck">{spans}</p>{warning}{numbers}{skipped}', {"cautions": self.cautions})

    @cached_property
    def cautions(self) -> list[str]:
        """What a corpus like this one cannot support, in sentences."""
        articles = self.corpus.articles
        dates, groups = articles["date"].dropna(), articles["duplicate_group"].nunique()
        lines = []
        if groups < FEW_ARTICLES:
            lines += [self.say("few_articles", n=groups), self.say("few_absent")]
        if dates.dt.to_period("M").nunique() < FEW_PERIODS:
            lines.append(self.say("few_months", n=dates.dt.to_period("M").nunique(), dated=len(dates)))
        if articles["outlet"].nunique() < 2:
            lines.append(self.say("few_outlets"))
        return lines

    def _skipped(self) -> str:
        skipped = self.corpus.skipped
        if skipped.empty:
            return ""
        shown = tables.table(
            skipped.head(500).assign(path=skipped["path"].map(lambda path: Path(path).name)),
            {
                "path": tables.Column(self.say("file")),
                "row": tables.Column(self.say("row"), number=True),
                "reason": tables.Column(self.say("reason")),
            },
            self.say("tile_skipped"),
        )
        return f"<details><summary>{escape(self.say('skipped_list', n=len(skipped)))}</summary>{shown}</details>"

    def findings(self, *lines: str | None) -> Html:
        """Return the findings of the report; the index page repeats them."""
        kept = [line for line in lines if line]
        return Html(f'<ul class="findings">{tables.items(kept)}</ul>', {"findings": kept})

    def note(self, key: str, **values: Any) -> Html:
        """Return a box that says why something does not stand here."""
        return Html(tables.caution(self.say("cannot_say"), [self.say(key, **values)]))

    def picture(
        self, figure: Figure, title: str, note: str, alt: str, more: str = "", lead: Figure | None = None
    ) -> Html:
        """Return a figure as HTML; `lead` is what the index page shows of the report."""
        self.pictures += 1
        key = f"{self.report.replace('_', '-')}-{self.pictures}"
        drawing = figures.svg(figure, alt, key)
        data = {"lead": figures.svg(lead, alt, f"{key}-small")} if lead else {}
        return Html(tables.figure(drawing, key, title, note, more, words(self.language)), data)

    def sources(self) -> Html:
        """Return the sentences behind the numbers, folded; with ``frames``, all of them are kept there too."""
        if self.frames:
            kept = self.evidence.frame()
            kept.astype({"date": "datetime64[ns]"}).to_parquet(
                Path(self.frames) / f"evidence-{self.report}.parquet", index=False
            )
        return Html(
            self.evidence.html(
                self.say("n_of_n", shown="{shown}", all="{all}"), self.say("all_rows"), self.say("undated")
            )
        )

    def recipe(self) -> Html:
        """Return how to make the report again: versions, parameters, hashes of what went in, the command."""
        articles = self.corpus.articles
        digest = hashlib.sha256(
            "".join(
                sorted(hashlib.sha256(t.encode("utf-8", "surrogatepass")).hexdigest() for t in articles["text"])
            ).encode()
        )
        line = command(self.parameters)
        facts = {
            "Simak": __version__, self.say("tile_articles"): f"{len(articles)}, sha256 {digest.hexdigest()[:16]}",
            **{self.say(f"made_{name}"): value for name, value in sorted(self.corpus.made_with.items())},
            **{name: str(value) for name, value in self.parameters.items()},
        }  # fmt: skip
        rows = pd.DataFrame({"what": list(facts), "value": list(facts.values())})
        shown = tables.table(
            rows,
            {"what": tables.Column(self.say("what")), "value": tables.Column(self.say("value"))},
            self.say("again"),
        )
        return Html(f"<pre class=command tabindex=0>{escape(line)}</pre>{shown}")


def command(parameters: Mapping[str, Any]) -> str:
    """Return the command that makes the reports with these parameters.

    Examples
    --------
    >>> command({"source": "my news", "outlets": ["Kompas", "Tempo"], "since": ""})
    "simak report 'my news' --to DIR -p outlets Kompas,Tempo"
    """
    given = {k: v for k, v in parameters.items() if k not in ("source", "frames") and v not in ("", [], None)}
    written = {k: ",".join(v) if isinstance(v, list) else str(v) for k, v in given.items()}
    options = [f"-p {name} {shlex.quote(value)}" for name, value in written.items()]
    return " ".join(["simak report", shlex.quote(str(parameters["source"])), "--to DIR", *options])


def _ranked(counts: pd.Series) -> list[str]:
    return (
        counts.rename("n")
        .rename_axis("key")
        .reset_index()
        .sort_values(["n", "key"], ascending=[False, True])["key"]
        .tolist()
    )
