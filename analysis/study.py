"""What a report notebook opens: its corpus, its language, the colours of actors and issues, its evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import accuracy, figures, tables
from analysis.accuracy import Accuracy
from analysis.corpus import Corpus, extract
from analysis.errors import SimakError
from analysis.evidence import Evidence, parted
from analysis.extraction.issues import of_articles
from analysis.extraction.positions import positions
from analysis.knowledge import Knowledge
from analysis.measures.periods import UNDATED, UNKNOWN
from analysis.recipe import command, commit, titled
from analysis.storage import replacing
from analysis.tables import Column, Html
from analysis.words import as_written, said, words

FEW_ARTICLES = 50
FEW_PERIODS = 3


def opened(
    report: str, *, source: str, frames: str = "", evidence: str = "", since: str = "", until: str = "",
    outlets: Sequence[str] = (), places: Sequence[str] = (), codebook: str = "", knowledge: str = "", models: str = "",
    accuracy: Sequence[str] = (), language: str = "en", **others: Any,
) -> Study:  # fmt: skip
    """Return the study that a report notebook works on.

    Parameters
    ----------
    report
        Name of the report.
    source
        Folder, file or glob of articles; read and extracted here when there are no ``frames``.
    frames
        Folder that `Corpus.save` wrote, so that several reports share one extraction.
    evidence
        Parquet file that will hold all sentences behind the numbers of all reports; this report writes its own
        into the folder ``notebooks`` beside it. Empty: they are kept in ``study.evidence`` alone.
    since, until, outlets, places
        The part of the corpus to speak of; empty means all.
    codebook, knowledge, models
        An analyst's own codebook file, folder of YAML, and Stanza folder; empty means the shipped ones.
    accuracy
        Files of ``simak evaluate --save`` or ``simak validate --score``; empty means the shipped ones.
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
    known = Knowledge(knowledge or None, codebook or None)
    if frames:
        whole = Corpus.load(frames)
    else:
        from analysis.articles import read_articles

        whole = extract(*read_articles(source), knowledge=known, models=models or None)
    chosen = {"since": since, "until": until, "outlets": list(outlets), "places": list(places)}
    asked = {"source": source, **chosen, "codebook": codebook, "knowledge": knowledge, "models": models,
             "accuracy": list(accuracy), "language": language, **others}  # fmt: skip
    return Study(report, part_of(whole, **asked), whole, known, language, asked, evidence)


def part_of(
    whole: Corpus, since: str = "", until: str = "", outlets: Sequence[str] = (), places: Sequence[str] = (), **_: Any
) -> Corpus:
    """Return the part of a corpus that the parameters of a report choose.

    Raises
    ------
    SimakError
        When no article is left.
    """
    placed = whole.articles.loc[whole.articles["place"].isin(list(places)), "article_id"] if places else None
    corpus = whole.filter(since=since or None, until=until or None, outlets=list(outlets) or None, article_ids=placed)
    if corpus.articles.empty:
        raise SimakError(
            f"No article is left with since='{since}', until='{until}', outlets={list(outlets)}, places={list(places)}."
        )
    return corpus


def chosen(each: str, name: str) -> dict[str, Any]:
    """Return the parameters that choose one part of a corpus.

    Examples
    --------
    >>> chosen("month", "2024-02"), chosen("outlet", "Kompas")
    ({'since': '2024-02-01', 'until': '2024-02-29'}, {'outlets': ['Kompas']})
    """
    if each == "month":
        month = pd.Period(name)
        return {"since": f"{month.start_time:%Y-%m-%d}", "until": f"{month.end_time:%Y-%m-%d}"}
    return {f"{each}s": [name]}


@dataclass
class Study:
    """One report being made. Its methods return `Html`, which a notebook shows and which carries its findings."""

    report: str
    corpus: Corpus
    whole: Corpus
    knowledge: Knowledge
    language: str
    parameters: dict[str, Any]
    file: str = ""
    evidence: Evidence = field(init=False)
    pictures: int = 0

    def __post_init__(self) -> None:
        listed = f"pd.read_parquet({self.file!r})" if self.file else "study.evidence.frame()"
        self.evidence = Evidence(self.corpus.sentences, self.corpus.articles, self.report, listed)

    def say(self, key: str, **values: Any) -> str:
        """Return the words of that key in the language of the report; whole numbers and names are filled in."""
        return said(self.language, key, **values)

    def number(self, value: float, places: int = 0) -> str:
        """Return a number as the language of the report writes it."""
        return as_written(value, places, self.language)

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
    def concept_labels(self) -> dict[str, str]:
        """The label of every issue, actor and position (``issue: key``), in the language of the report."""
        own = "label_id" if self.language == "id" else "label"
        book = self.knowledge.codebook.root.items()
        places = {f"{code}: {key}": getattr(place, own) for code, of in book for key, place in of.positions.items()}
        return {**self.issue_labels, **self.actor_labels, **places}

    @cached_property
    def positions(self) -> pd.DataFrame | None:
        """What quotes are for or against, where the codebook defines positions; None where tone is all there is."""
        if not any(issue.positions for issue in self.knowledge.codebook.root.values()):
            return None
        return positions(self.corpus.quotes, self.corpus.tokens, self.knowledge.codebook)

    @cached_property
    def issue_hues(self) -> dict[str, str]:
        """A colour for each issue: the most frequent of the whole corpus first, so that filters change no colour."""
        about = of_articles(self.whole.issues, self.whole.sentences)
        return figures.colours(_ranked(about.groupby("issue")["article_id"].nunique()))

    @cached_property
    def actor_hues(self) -> dict[str, str]:
        """A colour for each actor, in the order of the articles that name it."""
        return figures.colours(_ranked(self.whole.actors.set_index("actor_id")["articles"]))

    @cached_property
    def measured(self) -> list[Accuracy]:
        """What was measured of the extraction: the files of the parameter ``accuracy``, else the shipped ones."""
        return [accuracy.read(path) for path in self.parameters["accuracy"] or accuracy.SHIPPED.values()]

    @cached_property
    def coded(self) -> pd.DataFrame | None:
        """Counts of each code in the analyst's own coding by hand, to correct shares by; None without one that fits."""
        own = self.measured if self.parameters["accuracy"] else []
        fitting = [m for m in own if m.unit == "article" and m.issues and not m.differing(self.corpus.made_with)]
        return fitting[0].counts() if fitting else None

    def counted(self, key: str, links: Sequence[str | None] = ()) -> Column:
        """Return a column of whole numbers, each leading to what stands behind it."""
        return Column(self.say(key), self.number, number=True, links=links)

    def table(self, frame: pd.DataFrame, columns: Mapping[str, Column], about: str) -> str:
        """Return a table whose rows are muted where they rest on too few articles (not ``enough``)."""
        return tables.table(frame, columns, about, (~frame["enough"]).tolist() if "enough" in frame else ())

    def actor_evidence(self, actors: pd.Series | list[str]) -> list[str | None]:
        """Return the id of the evidence behind each actor: the sentences that name it."""
        groups, none = parted(self.corpus.entities, "actor_id", actors), self.corpus.entities.head(0)
        group, labels = self.say("ev_actors"), self.actor_labels
        return [self.evidence.add(group, labels[a], groups.get(a, none), "actor", a) for a in actors]

    def article_evidence(self, by: str, column: Sequence[str]) -> dict[str, str | None]:
        """Return the id of the evidence behind the articles with each value of a column: the first sentence of each."""
        first = self.corpus.sentences.drop_duplicates("article_id").assign(end=lambda f: f["start"])
        parts = dict(zip(self.corpus.articles["article_id"], column, strict=True))
        groups = first.groupby(first["article_id"].map(parts))
        group = self.say("ev_articles", part=self.say(by).lower())
        return {p: self.evidence.add(group, self.part_name(p), rows, "articles", by, p) for p, rows in groups}

    def part_name(self, part: str) -> str:
        """Return the name of a part of the corpus, in the language of the report where it is undated or unknown."""
        return self.say(part) if part in (UNDATED, UNKNOWN) else part

    def masthead(self) -> Html:
        """Return what the report rests on, and what so little cannot support."""
        articles, dates = self.corpus.articles, self.corpus.articles["date"].dropna()
        span = f"{dates.min():%Y-%m-%d} – {dates.max():%Y-%m-%d}" if len(dates) else self.say("no_dates")
        deck = [titled(self.parameters["source"]), span, *self.parameters["outlets"], *self.parameters["places"]]
        deck += [*self.parameters.get("versus", ()), *(file.name for file in self.knowledge.own())]
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
                "path": Column(self.say("file")),
                "row": Column(self.say("row"), number=True),
                "reason": Column(self.say("reason")),
            },
            self.say("tile_skipped"),
        )
        return f"<details><summary>{escape(self.say('skipped_list', n=len(skipped)))}</summary>{shown}</details>"

    def first_shown(self, drawn: int, found: int, rows: int) -> str:
        """Return how many rows a figure and its table leave out, to add to a note; nothing where they hold all."""
        return " " + self.say("first_shown", n=drawn, all=found, rows=rows) if found > drawn else ""

    def findings(self, *lines: str | tuple[str, str | None] | None) -> Html:
        """Return the findings of the report, each with the id of the evidence behind it; the index repeats them."""
        kept = [(line, None) if isinstance(line, str) else line for line in lines if line]
        more = escape(self.say("its_sentences"))
        told = [escape(line) + (f' <a href="#{at}">{more}</a>' if at else "") for line, at in kept]
        return Html(
            f'<ul class="findings">{"".join(f"<li>{line}</li>" for line in told)}</ul>',
            {"findings": [list(line) for line in kept]},
        )

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
        """Return the sentences behind the numbers, folded; all of them are kept in a file beside ``evidence``."""
        if self.file:
            kept = self.evidence.frame().astype({"date": "datetime64[ns]"})
            own = Path(self.file).parent / "notebooks" / f"{self.report}-evidence.parquet"
            own.parent.mkdir(exist_ok=True)
            with replacing(own) as draft:
                kept.to_parquet(draft, index=False)
        said = self.say("n_of_n", shown="{shown}", all="{all}"), self.say("all_rows"), self.say("undated")
        return Html(self.evidence.html(*said))

    def recipe(self) -> Html:
        """Return how to make the report again: versions, parameters, hashes of what went in, the command."""
        texts = self.corpus.articles["text"]
        each = sorted(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts)
        digest = hashlib.sha256("".join(each).encode()).hexdigest()[:16]
        facts = {
            self.say("made_commit"): commit(),
            **{self.say(f"made_{name}"): value for name, value in sorted(self.corpus.made_with.items())},
            self.say("made_articles"): f"{len(texts)}, sha256 {digest}",
            **{str(file): self.say("own_keys", keys=", ".join(keys)) for file, keys in self.knowledge.own().items()},
            **{name: str(value) for name, value in self.parameters.items() if value not in ("", [])},
        }  # fmt: skip
        rows = pd.DataFrame({"what": list(facts), "value": list(facts.values())})
        heads = {"what": Column(self.say("what")), "value": Column(self.say("value"))}
        line = escape(command(self.parameters))
        return Html(f"<pre class=command tabindex=0>{line}</pre>{tables.table(rows, heads, self.say('again'))}")


def _ranked(counts: pd.Series) -> list[str]:
    known = counts.to_dict()
    return sorted(known, key=lambda key: (-known[key], key))
