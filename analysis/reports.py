"""Run the report notebooks over one corpus and make pages that open anywhere."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis import __version__
from analysis.errors import SimakError
from analysis.parameters import notebooks, parameters, writable
from analysis.storage import written
from analysis.study import LANGUAGES, TEMPLATES, command, words
from analysis.tables import FINDINGS

if TYPE_CHECKING:
    from analysis.corpus import Corpus

NOT_AS_CSV = ("tokens", "names")


@dataclass(frozen=True)
class Result:
    """One report that was run: its page, what the index says of it, and why it stopped, if it did."""

    name: str
    page: Path
    findings: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    lead: str = ""
    error: str = ""


def make(
    source: str,
    to: str | Path,
    given: Mapping[str, Any],
    models: str | None = None,
    cache: str | None = None,
    progress: bool = False,
) -> list[Result]:
    """Read and extract once, run every report notebook, and write pages, notebooks and frames into a folder.

    Parameters
    ----------
    source
        What `read_articles` takes.
    to
        The folder; made when missing.
    given
        Parameters, as `settled` returns them.
    models, cache
        See `analysis.language.annotate`.
    progress
        Whether to draw progress bars.

    Returns
    -------
    list of Result
        One a report, in the order of the index. A report that stopped has ``error``.

    Raises
    ------
    SimakError
        When the folder cannot be written or nothing can be read.
    """
    folder = writable(to)
    from tqdm import tqdm

    with tqdm(
        total=2 + len(notebooks()), disable=not progress, unit="step", bar_format="{desc:<28}{bar}{n_fmt}/{total_fmt}"
    ) as bar:
        bar.set_description("reading and extracting")
        corpus = _extracted(source, given, models, cache, progress)
        bar.update()
        bar.set_description("saving the frames")
        corpus.save(folder / "frames")
        bar.update()
        values = {**given, "source": str(source), "frames": str(folder / "frames")}
        bar.set_description("running the notebooks")
        results = []
        # Two at a time: most of a small report's time is imports. Threads, so that Ctrl-C reaches us and not them.
        pool = ThreadPoolExecutor(2)
        try:
            for result in pool.map(lambda item: run(*item, folder, values), notebooks().items()):
                results.append(result)
                bar.update()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    as_csv(folder / "frames")
    written(folder / "index.html", index(corpus, results, folder, values))
    return results


def _extracted(source: str, values: Mapping[str, Any], models: str | None, cache: str | None, progress: bool) -> Corpus:
    from analysis.articles import read_articles
    from analysis.corpus import extract
    from analysis.knowledge import SECTIONS, Knowledge

    knowledge = Knowledge(*(Path(values[n]) if values.get(n) else None for n in ("knowledge", "codebook")))
    for section in SECTIONS:  # a mistake in the YAML is told before anything slow begins
        getattr(knowledge, section)
    articles, skipped = read_articles(source)
    return extract(articles, skipped, knowledge, models=models, cache=cache, progress=progress)


def run(name: str, notebook: Path, folder: Path, values: Mapping[str, Any]) -> Result:
    """Run one notebook, write it and its page into the folder, and return what the index says of it.

    A cell that fails ends the notebook; its page shows the error in place, and the result holds it.
    """
    from papermill import PapermillExecutionError, execute_notebook

    (folder / "notebooks").mkdir(exist_ok=True)
    executed = folder / "notebooks" / f"{name}.ipynb"
    mine = {key: value for key, value in values.items() if key in parameters(notebook)}
    error = ""
    try:
        execute_notebook(
            str(notebook),
            str(executed),
            mine,
            progress_bar=False,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
        )
    except PapermillExecutionError as failure:
        error = f"{failure.ename}: {failure.evalue}"
    page = folder / f"{name}.html"
    text, data = rendered(executed, values.get("language", "en"))
    written(page, text)
    told = [data.get("findings", []), data.get("cautions", []), data.get("lead", "")]
    return Result(name, page, *told, error=error)


def rendered(executed: Path, language: str = "en") -> tuple[str, dict[str, Any]]:
    """Return an executed notebook as one HTML page, and the data that its outputs carry.

    Raises
    ------
    SimakError
        When a picture has no alternative text.
    """
    import nbformat
    from nbconvert import HTMLExporter

    notebook = nbformat.read(executed, as_version=4)
    other = {tag for tag in LANGUAGES if tag != language}
    notebook.cells = [cell for cell in notebook.cells if not other & set(cell.metadata.get("tags", []))]
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    carried: dict[str, Any] = {}
    for output in outputs:
        carried |= output.get("data", {}).get(FINDINGS, {})
    headings = [
        tuple(found)
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for found in re.findall(r"^(##?) (.+)$", cell.source, re.M)
    ]
    title = next((text for level, text in headings if level == "#"), executed.stem)
    contents = [
        (f"part-{number}", text) for number, text in enumerate(text for level, text in headings if level == "##")
    ]
    notebook.cells = _tidied(notebook.cells, {text: anchor for anchor, text in contents})
    exporter = HTMLExporter(
        template_file=str(TEMPLATES / "report.html.j2"), template_name="base", exclude_anchor_links=True
    )
    with _no_picture_without_text(exporter.log):
        page, _ = exporter.from_notebook_node(
            notebook, {"simak": {**_dress(language), "title": title, "contents": contents}}
        )
    return page, carried


def _tidied(cells: Sequence[Any], anchors: Mapping[str, str]) -> list[Any]:
    """Return the cells, with headings that can be linked to, and code that shows nothing folded into the next."""
    kept: list[Any] = []
    silent = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(
                r"^## (.+)$", lambda m: f'<h2 id="{anchors[m[1]]}">{m[1]}</h2>', cell.source, flags=re.M
            )
        elif not any(output.output_type != "stream" for output in cell.outputs):
            silent += f"{cell.source}\n\n"
            continue
        else:
            cell.source, silent = silent + cell.source, ""
        kept.append(cell)
    return kept


@contextmanager
def _no_picture_without_text(log: logging.Logger) -> Iterator[None]:
    """Turn nbconvert's warning about a missing alternative text into an error."""

    class Refusal(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "Alternative text" in record.getMessage():
                raise SimakError(
                    "A picture of the report has no alternative text (metadata={'image/png': {'alt': …}})."
                )

    refusal = Refusal()
    log.addHandler(refusal)
    try:
        yield
    finally:
        log.removeHandler(refusal)


def _dress(language: str) -> dict[str, Any]:
    script = (TEMPLATES / "report.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    style = (TEMPLATES / "report.css").read_text("utf-8")
    return {"language": language, "words": words(language), "style": style, "script": script, "digest": digest}


def index(corpus: Corpus, results: Sequence[Result], folder: Path, values: Mapping[str, Any]) -> str:
    import jinja2

    language = values.get("language", "en")
    jinja = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=False)
    dates = corpus.articles["date"].dropna()
    about = {
        "source": Path(values["source"]).name, "articles": len(corpus.articles),
        "outlets": corpus.articles["outlet"].nunique(),
        "span": f"{dates.min():%Y-%m-%d} – {dates.max():%Y-%m-%d}" if len(dates) else words(language)["no_dates"],
    }  # fmt: skip
    skipped = [(Path(row.path).name, row.reason) for row in corpus.skipped.head(200).itertuples()]
    cautions = list(dict.fromkeys(line for result in results for line in result.cautions))
    files = sorted(
        path.relative_to(folder).as_posix()
        for path in (folder / "frames").glob("*.*")
        if path.suffix in (".parquet", ".csv")
    )
    return jinja.get_template("index.html.j2").render(
        **_dress(language), about=about, results=results, cautions=cautions, skipped=skipped,
        count_skipped=len(corpus.skipped), files=files, command=command(values), version=__version__,
    )  # fmt: skip


def as_csv(frames: Path) -> None:
    """Write a CSV beside each Parquet file but the largest, safe to open in a spreadsheet.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    for path in sorted(frames.glob("*.parquet")):
        if path.stem in NOT_AS_CSV:
            continue
        frame = pd.read_parquet(path)
        lists = {
            n: [_plain(v) for v in frame[n]]
            for n in frame
            if len(frame) and hasattr(frame[n].iloc[0], "__len__") and not isinstance(frame[n].iloc[0], str)
        }
        frame = frame.assign(**lists)
        texts = frame.select_dtypes(["str", "object"]).columns
        guarded = {name: frame[name].map(guarded_cell, na_action="ignore") for name in texts}
        written(path.with_suffix(".csv"), frame.assign(**guarded).to_csv(index=False, lineterminator="\n"))


def guarded_cell(text: str) -> str:
    """Return the text, with an apostrophe in front where a spreadsheet would run it.

    Examples
    --------
    >>> guarded_cell("=1+1"), guarded_cell("Rp15.115")
    ("'=1+1", 'Rp15.115')
    """
    return (
        f"'{text}" if isinstance(text, str) and text.lstrip(" ")[:1] in tuple("=+-@\t\r\n") and text.strip() else text
    )


def _plain(value: Any) -> str:
    return json.dumps([part.tolist() if hasattr(part, "tolist") else part for part in value], ensure_ascii=False)
