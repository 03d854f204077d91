"""Reading, filtering and correcting a corpus in JupyterLab, with the line of Python that does each of it.

Whatever is seen comes from running the very line that is shown (values enter it by `repr`), so that a line
copied into a cell gives what was seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

import analysis
from analysis import corrections, figures, tables
from analysis.corpus import Corpus
from analysis.errors import SimakError
from analysis.frames import SENTIMENTS
from analysis.knowledge import Knowledge
from analysis.tables import Column
from analysis.words import said, told

STYLE = Path(__file__).parent / "templates" / "explore.css"
ROWS = 100  # of a table
LISTED = 500  # articles and quotes to choose from
SUGGESTED = 5_000  # actors
NEIGHBOURS = 14
PANELS = 6
ORDERS = (None, "score", "actor_id", "target_id", "confidence")  # columns of quotes
PERIODS = ("month", "quarter", "year")
WIDE = widgets.Layout(width="min(46rem, 95%)")


def explore(corpus: Corpus, knowledge: str | Path | Knowledge | None = None, language: str = "en") -> Explorer:
    """Return widgets on a corpus: filters, articles, concordance, quotes, neighbours, prevalence, corrections.

    Parameters
    ----------
    corpus
        The corpus to read.
    knowledge
        The knowledge that it was extracted with, or the analyst's own folder of it, made when missing: corrections
        are written there. None means the shipped knowledge, and no corrections.
    language
        Of the widgets, of actors and of issues: en or id.

    Examples
    --------
    >>> import analysis as an
    >>> explorer = explore(an.extract(*an.read_articles("seeds/002_cbcf84cc3490cc42.txt")))
    >>> explorer.tones.value = ["negative"]
    >>> explorer.filtering()
    "explorer.corpus.filter(tones=['negative'])"
    """
    if isinstance(knowledge, str | Path):
        Path(knowledge).mkdir(parents=True, exist_ok=True)
        knowledge = Knowledge(Path(knowledge))
    return Explorer(corpus, knowledge or Knowledge(), language)


@dataclass
class _View:
    """One tab: what the reader chooses in it, the line of Python that this makes, and how its result is shown."""

    title: str
    line: Callable[[], str]
    shown: Callable[[Any], str]
    controls: Sequence[widgets.Widget] = ()
    code: widgets.HTML = field(default_factory=widgets.HTML)
    result: widgets.HTML = field(default_factory=widgets.HTML)


class Explorer:
    """The widgets of `explore`.

    Attributes
    ----------
    corpus
        The whole corpus with all corrections; without tokens and names, which no view reads.
    part
        What the filters leave of it.
    knowledge
        Where corrections are written.
    say
        Gives the words of a key in the language of the widgets; see `analysis.words.said`.
    """

    def __init__(self, corpus: Corpus, knowledge: Knowledge, language: str) -> None:
        self.tokens, self.knowledge = corpus.tokens, knowledge
        self.language, self.say = language, partial(said, language)
        self.own = "_id" if language == "id" else ""  # ends the names of what is said in that language
        self.corpus = self.part = replace(corpus, tokens=corpus.tokens.head(0), names=corpus.names.head(0))
        self.labels: dict[str, str] = {}
        self.busy = True
        codes = sorted((label, code) for code, label in self._issues().items())
        self.hues = figures.colours(code for _, code in codes)

        self.outlets = widgets.SelectMultiple(options=sorted(corpus.articles["outlet"].dropna().unique()), rows=6)
        self.since, self.until = (widgets.DatePicker(description=self.say(f"lab_{end}")) for end in ("since", "until"))
        self.actors = widgets.TagsInput(allow_duplicates=False, placeholder=self.say("lab_actors"))
        self.issues = widgets.SelectMultiple(options=codes, rows=6)
        self.tones = widgets.SelectMultiple(options=[(self.say(tone), tone) for tone in SENTIMENTS], rows=3)
        self.filter_line, self.left = widgets.HTML(), widgets.HTML()

        self.which = widgets.Select(rows=8, layout=WIDE)
        self.pattern = widgets.Text(description=self.say("lab_words"), placeholder="tarif*", continuous_update=False)
        self.words = widgets.Text(description=self.say("lab_words"), continuous_update=False)
        orders = [(self.say(f"lab_by_{name or 'none'}"), name) for name in ORDERS]
        self.order = widgets.Dropdown(description=self.say("lab_order"), options=orders)
        self.centre = widgets.Combobox(description=self.say("actor"), layout=WIDE)
        periods = [(self.say("lab_whole"), None), *((self.say(name).lower(), name) for name in PERIODS)]
        self.by = widgets.Dropdown(description=self.say("lab_by"), options=periods)
        self.views = [
            _View(self.say("made_articles"), self._article_line, lambda found: found.html, [self.which]),
            _View(self.say("lab_concordance"), self._kwic_line, self._concordance, [self.pattern]),
            _View(self.say("lab_quotes"), self._quotes_line, self._quotes, [self.words, self.order]),
            _View(self.say("lab_neighbours"), self._pairs_line, self._neighbours, [self.centre]),
            _View(self.say("lab_prevalence"), self._prevalence_line, self._prevalence, [self.by]),
        ]
        actor, quote = self.say("actor").lower(), self.say("lab_quote").lower()
        self.merged, self.into, self.speaker = (widgets.Combobox(placeholder=actor, layout=WIDE) for _ in range(3))
        self.code = widgets.Dropdown(options=codes)
        self.added = widgets.Text(placeholder="tarif impor", layout=WIDE)
        self.quote = widgets.Combobox(placeholder=quote, layout=WIDE)
        self.said = widgets.HTML()
        titles = [*(view.title for view in self.views), self.say("lab_correct")]
        pages = [widgets.VBox([*view.controls, view.code, view.result]) for view in self.views]
        self.tabs = widgets.Tab([*pages, self._forms()], titles=titles)
        self.box = self._page()
        for chosen in (self.outlets, self.since, self.until, self.actors, self.issues, self.tones):
            chosen.observe(lambda _: self._filter(), "value")
        for control in (self.which, self.pattern, self.words, self.order, self.centre, self.by):
            control.observe(lambda _: self._draw(), "value")
        self.tabs.observe(lambda _: self._draw(), "selected_index")
        self._renew()

    def _page(self) -> widgets.VBox:
        dates = widgets.VBox([self.since, self.until])
        chosen = {"outlets": self.outlets, "lab_dates": dates, "actors": self.actors, "issues": self.issues,
                  "lab_tone": self.tones}  # fmt: skip
        names = [widgets.HTML(f"<b>{self.say(name).capitalize()}</b>") for name in chosen]
        columns = [widgets.VBox(pair) for pair in zip(names, chosen.values(), strict=True)]
        style = widgets.HTML(f"<style>{STYLE.read_text('utf-8')}</style>")
        filters = widgets.HBox(columns, layout=widgets.Layout(flex_flow="row wrap", grid_gap="1rem"))
        box = widgets.VBox([style, filters, self.filter_line, self.left, self.tabs])
        box.add_class("simak")
        return box

    def _forms(self) -> widgets.VBox:
        forms = [
            ("lab_merge", [self.merged, self.into], self._merge_line),
            ("lab_pattern", [self.code, self.added], self._pattern_line),
            ("lab_speaker", [self.quote, self.speaker], self._speaker_line),
        ]
        rows: list[widgets.Widget] = []
        for title, inputs, line in forms:
            button = widgets.Button(description=self.say("lab_write"))
            button.on_click(lambda _, line=line: self._correct(line))
            rows += [widgets.HTML(f"<b>{self.say(title)}</b>"), *inputs, button]
        return widgets.VBox([*rows, self.said])

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.box._repr_mimebundle_(**options)

    # What is chosen, as lines of Python.

    def filtering(self) -> str:
        """Return the line of Python that makes ``part``."""
        days = {name: day.isoformat() if day else None for name, day in (("since", self.since.value),
                ("until", self.until.value))}  # fmt: skip
        given = {
            "outlets": list(self.outlets.value), **days, "actors": [self._actor(tag) for tag in self.actors.value],
            "issues": list(self.issues.value), "tones": list(self.tones.value),
        }  # fmt: skip
        return f"explorer.corpus.filter({', '.join(f'{name}={value!r}' for name, value in given.items() if value)})"

    def _article_line(self) -> str:
        language = ", language='id'" if self.own else ""
        return f"an.article(part, {self.which.value!r}{language})"

    def _kwic_line(self) -> str:
        return f"an.kwic(part.sentences, {self.pattern.value!r}, articles=part.articles)"

    def _quotes_line(self) -> str:
        asked = [f"sentiment in {list(self.tones.value)!r}"] if self.tones.value else []
        asked += [f"actor_id in {[self._actor(tag) for tag in self.actors.value]!r}"] if self.actors.value else []
        line = "part.quotes" + (f".query({' and '.join(asked)!r})" if asked else "")
        words = self.words.value.strip()
        line += f"[lambda q: q.text.str.contains({words!r}, case=False, regex=False)]" if words else ""
        return line + (f".sort_values({self.order.value!r}, kind='stable')" if self.order.value else "")

    def _pairs_line(self) -> str:
        return f"an.cooccurrence(an.near(part.entities, {self._centre()!r}), within='sentence', draws=0)"

    def _prevalence_line(self) -> str:
        by = f", by={self.by.value!r}" if self.by.value else ""
        return f"an.prevalence(an.of_articles(part.issues, part.sentences), part.articles{by})"

    def _merge_line(self) -> str:
        return f"explorer.merge({self._actor(self.merged.value)!r}, {self._actor(self.into.value)!r})"

    def _pattern_line(self) -> str:
        return f"explorer.add_pattern({self.code.value!r}, {self.added.value.strip()!r})"

    def _speaker_line(self) -> str:
        return f"explorer.reattribute({self.quote.value.split(' ')[0]!r}, {self._actor(self.speaker.value)!r})"

    def _actor(self, label: str) -> str:
        """Return the id that a label, or an id, stands for."""
        actor_id = self.labels.get(label.strip(), label.strip())
        if not re.fullmatch(r"[\w#-]+", actor_id):
            raise SimakError(self.say("lab_no_actor", actor=actor_id))
        return actor_id

    def _centre(self) -> str:
        most = self.part.entities["actor_id"].value_counts().index[:1]
        named = [self._actor(tag) for tag in self.actors.value] or sorted(most)
        return self._actor(self.centre.value or "".join(named[:1]))

    def run(self, line: str) -> Any:
        """Return what a line gives that this explorer shows."""
        return eval(line, {"an": analysis, "explorer": self, "part": self.part})

    # What is seen.

    def _filter(self) -> None:
        try:
            line = self.filtering()
            self.part = self.run(line)
        except SimakError as error:
            self.left.value = tables.caution("", [told(self.language, error)])
            return
        self.filter_line.value = _code(f"part = {line}")
        articles = self.part.articles.sort_values(["date", "article_id"], ascending=[False, True])
        counts = {"n": len(articles), "all": len(self.corpus.articles), "quotes": len(self.part.quotes)}
        self.left.value = self.say("lab_left", **counts)
        self.busy = True
        listed = articles.head(LISTED)
        days = listed["date"].dt.strftime("%Y-%m-%d").fillna(self.say("undated"))
        titles = days + "  " + listed["title"].fillna(listed["article_id"])
        self.which.options = list(zip(titles, listed["article_id"], strict=True))
        self.which.index = 0 if len(listed) else None
        quotes = self.part.quotes.head(LISTED)
        self.quote.options = (quotes["quote_id"] + " " + quotes["text"].str[:60]).tolist()
        self.busy = False
        self._draw()

    def _draw(self) -> None:
        """Show the open tab; the others are drawn when they are opened."""
        if self.busy or self.tabs.selected_index >= len(self.views):
            return
        view = self.views[self.tabs.selected_index]
        try:
            if self.part.articles.empty:
                raise SimakError(self.say("lab_none_left"))
            line = view.line()
            view.code.value, view.result.value = _code(line), view.shown(self.run(line))
        except SimakError as error:
            view.code.value, view.result.value = "", tables.caution("", [told(self.language, error)])

    def _names(self, ids: pd.Series) -> pd.Series:
        return ids.map(self.corpus.actors.set_index("actor_id")[f"name{self.own}"]).fillna(ids)

    def _issues(self) -> dict[str, str]:
        return {code: getattr(issue, f"label{self.own}") for code, issue in self.knowledge.codebook.root.items()}

    def _table(self, found: pd.DataFrame, columns: dict[str, Column], rows: int | None = None) -> str:
        rows = len(found) if rows is None else rows
        count = self.say("n_of_all", n=min(rows, ROWS), all=rows)
        return f"<p>{count}</p>" + tables.table(found.head(ROWS), columns, count)

    def _concordance(self, found: pd.DataFrame) -> str:
        columns = {"date": Column(self.say("lab_date"), lambda day: f"{day:%Y-%m-%d}"),
                   "outlet": Column(self.say("outlet")), "left": Column("", number=True),
                   "keyword": Column(self.say("lab_words")), "right": Column("")}  # fmt: skip
        return self._table(found, columns)

    def _quotes(self, found: pd.DataFrame) -> str:
        shown = found.head(ROWS)
        labels = self._issues()
        named = shown.assign(
            actor_id=self._names(shown["actor_id"]), target_id=self._names(shown["target_id"]),
            issues=[", ".join(labels.get(code, code) for code in codes) for codes in shown["issues"]],
        )  # fmt: skip
        columns = {"actor_id": Column(self.say("speaker")), "text": Column(self.say("lab_quote")),
                   "sentiment": Column(self.say("lab_tone"), self.say), "target_id": Column(self.say("lab_target")),
                   "issues": Column(self.say("issues")), "quote_id": Column("Id")}  # fmt: skip
        return self._table(named, columns, len(found))

    def _neighbours(self, found: pd.DataFrame) -> str:
        centre = self._centre()
        near = found[(found["source"] == centre) | (found["target"] == centre)].head(NEIGHBOURS)
        if near.empty:
            raise SimakError(self.say("lab_nobody", actor=centre))
        shown = {*near["source"], *near["target"]}
        edges = found[found["source"].isin(shown) & found["target"].isin(shown)]
        named = pd.Series(sorted(shown), index=sorted(shown))
        articles = self.corpus.actors.set_index("actor_id")["articles"].reindex(named)
        nodes = figures.layout(edges.assign(weight=edges["count"])).reindex(named).assign(
            label=self._names(named), size=articles / articles.max(),
            hue=[figures.TONES["positive"] if actor == centre else figures.REST for actor in named],
        )  # fmt: skip
        drawing = figures.network(nodes, edges.assign(weight=edges["count"] / edges["count"].max()))
        ends = near.assign(other=self._names(near["source"].where(near["source"] != centre, near["target"])))
        alt = self.say("lab_neighbours_alt", actor=nodes["label"][centre], most=", ".join(ends["other"].head(5)))
        columns = {"other": Column(self.say("lab_with")), "count": Column(self.say("unit_sentence"), number=True)}
        return figures.svg(drawing, alt, "neighbours") + self._table(ends, columns)

    def _prevalence(self, found: pd.DataFrame) -> str:
        labels = self._issues()
        found = found[found["count"] > 0] if not self.by.value else found
        found = found.assign(label=found["issue"].map(labels).fillna(found["issue"]), few=~found["enough"])
        if found.empty:
            raise SimakError(self.say("lab_no_issue"))
        if self.by.value:
            top = found.groupby("label")["count"].sum().sort_values(ascending=False, kind="stable").index[:PANELS]
            drawn = found[found["label"].isin(top) & (found[self.by.value] != "undated")]
            hues = {labels.get(code, code): hue for code, hue in self.hues.items()}
            drawing = figures.small_multiples(drawn, "label", self.by.value, "share", hues=hues, few="few")
        else:
            found = found.sort_values(["count", "issue"], ascending=[False, True]).head(20)
            notes = [self.say("n_of_all", n=int(row.count), all=int(row.total)) for row in found.itertuples()]
            hues = [self.hues.get(code, figures.REST) for code in found["issue"]]
            drawing = figures.intervals(found, "label", "share", notes=notes, few="few", hues=hues)
        return figures.svg(drawing, self.say("lab_prevalence_alt", n=len(self.part.articles)), "prevalence")

    # Corrections.

    def merge(self, actor_id: str, into: str) -> Path:
        """Count an actor as another from now on, and return the file that says so."""
        return self._corrected(corrections.merge_actors(self.knowledge, actor_id, into))

    def add_pattern(self, code: str, pattern: str) -> Path:
        """Code sentences with the pattern from now on, and return the codebook that says so."""
        return self._corrected(corrections.add_pattern(self.knowledge, code, pattern), [(code, pattern)])

    def reattribute(self, quote_id: str, actor_id: str) -> Path:
        """Say who really said a quote, and return the file that says so."""
        if quote_id not in set(self.corpus.quotes["quote_id"]):
            raise SimakError(self.say("lab_no_quote", quote=quote_id))
        return self._corrected(corrections.reattribute(self.knowledge, quote_id, actor_id))

    def _corrected(self, path: Path, patterns: Sequence[tuple[str, str]] = ()) -> Path:
        whole = replace(self.corpus, tokens=self.tokens)
        self.corpus = replace(corrections.corrected(whole, self.knowledge, patterns), tokens=self.corpus.tokens)
        self._renew()
        return path

    def _correct(self, line: Callable[[], str]) -> None:
        try:
            done = line()
            self.said.value = "…"
            self.said.value = _code(done) + self.say("lab_written", file=escape(str(self.run(done))))
        except SimakError as error:
            self.said.value = tables.caution("", [told(self.language, error)])

    def _renew(self) -> None:
        """Take the actors of the corpus as it is now, and filter anew."""
        actors = self.corpus.actors
        names = actors[f"name{self.own}"]
        labels = names.where(~names.duplicated(keep=False), names + " (" + actors["actor_id"] + ")")
        self.labels = dict(zip(labels, actors["actor_id"], strict=True))
        suggested = list(self.labels)[:SUGGESTED]
        self.busy = True
        self.actors.value = [tag for tag in self.actors.value if tag in self.labels]
        self.actors.allowed_tags = suggested
        for box in (self.centre, self.merged, self.into, self.speaker):
            box.options = suggested
        self._filter()


def near(entities: pd.DataFrame, actor_id: str) -> pd.DataFrame:
    """Return the mentions in the sentences that name an actor.

    Examples
    --------
    >>> mentions = pd.DataFrame({"sentence_id": ["s", "s", "t"], "actor_id": ["wang-yi", "china", "china"]})
    >>> near(mentions, "wang-yi")["actor_id"].tolist()
    ['wang-yi', 'china']
    """
    there = entities.loc[entities["actor_id"] == actor_id, "sentence_id"]
    return entities[entities["sentence_id"].isin(there)]


def _code(line: str) -> str:
    return f"<pre class=line>{escape(line)}</pre>"
