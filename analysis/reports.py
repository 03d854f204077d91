"""Run the report notebooks over one corpus, or over each part of it, and make pages that open anywhere."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from analysis import __version__, accuracy
from analysis.corpus import Corpus, extract
from analysis.errors import SimakError
from analysis.evidence import anchor
from analysis.kept import cache_folder
from analysis.knowledge import SECTIONS, Knowledge
from analysis.measures.periods import UNDATED, UNKNOWN
from analysis.measures.periods import parts as parts_of
from analysis.parameters import COMPARISON, notebook, notebooks, parameters
from analysis.recipe import command, titled
from analysis.storage import as_csv, replacing, sweep, writable, written
from analysis.study import chosen, part_of
from analysis.tables import FINDINGS
from analysis.words import LANGUAGES, TEMPLATES, as_written, words

NOT_AS_CSV = ("tokens", "names")
# What nbconvert makes of a picture without a text; an article cannot write it, since its "<" is escaped.
NO_TEXT = re.compile(r'<img\b[^>]*alt="No description has been provided')
FEW_ENOUGH = 30_000  # articles of which two reports fit into 4 GB beside each other


@dataclass(frozen=True)
class Result:
    """One report that was run: its page, what the index says of it, and why it stopped, if it did."""

    name: str
    page: Path
    findings: list[tuple[str, str | None]] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    lead: str = ""
    error: str = ""


@dataclass(frozen=True)
class Part:
    """What gets reports of its own: the corpus as a whole (it has no name) or a part of it."""

    name: str
    folder: Path
    corpus: Corpus
    values: dict[str, Any]


def make(
    source: str, to: str | Path, given: Mapping[str, Any], *, each: str = "", versus: Sequence[str] = (),
    compare: str | Path = "", cache: str | None = None, progress: bool = False, scheduler: str = "",
) -> list[Result]:  # fmt: skip
    """Read and extract once, run every report notebook, and write pages, notebooks and frames into a folder.

    Parameters
    ----------
    source
        What `read_articles` takes.
    to
        The folder; made when missing.
    given
        Parameters, as `settled` returns them.
    each
        ``outlet``, ``month``, ``place``, or ``codebook`` (the parameter ``codebook`` is then a folder of them): a
        folder of reports for each part, and a common index.
    versus
        Two of these parts: reports on them alone, and one that compares them.
    compare
        Folder of earlier reports, to show what an edit has moved since; it may be ``to``.
    cache
        See `analysis.language.annotate`.
    progress
        Whether to draw progress bars.
    scheduler
        Address of a Dask cluster that extracts; empty: this machine does.

    Returns
    -------
    list of Result
        One a report, in the order of the index. A report that stopped has ``error``.

    Raises
    ------
    SimakError
        When the folder cannot be written, nothing can be read, or there is no such part.
    """
    from tqdm import tqdm

    if (versus and not each) or (compare and each):
        raise SimakError("--versus names two parts of --each, as in --each outlet; --compare goes with neither.")
    folder = writable(to)
    sweep(folder)
    frames = next((f for f in (Path(compare) / "frames", Path(compare)) if f.is_dir()), Path(compare))
    before = Corpus.load(frames).save(folder / "before") if compare else ""  # before anything is written over it
    with _cluster(scheduler) as client:
        how = {"cache": cache_folder(cache), "progress": progress, "client": client}
        home, parts = _parts(source, folder, given, each, versus, how)
    jobs = [(part, name, path) for part in parts or [home] for name, path in notebooks().items()]
    if before or versus:
        own = {"old": str(before)} if before else {"each": each, "versus": list(versus)}
        if each == "codebook":
            own = {**parts[1].values, "versus": list(versus), "old": parts[0].values["frames"]}
        values = {**home.values, **own, "evidence": home.values["evidence"]}
        jobs.append((replace(home, values=values), COMPARISON, notebook(COMPARISON)))
    # Two at a time, but those of a very large corpus, which have the memory for themselves. Threads, so that Ctrl-C
    # reaches us and not them.
    pool = ThreadPoolExecutor(2 if len(home.corpus.articles) <= FEW_ENOUGH else 1)
    try:
        ran = pool.map(lambda job: run(job[1], job[2], job[0].folder, job[0].values), jobs)
        results = list(tqdm(ran, total=len(jobs), disable=not progress, unit="report"))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    made: dict[Path, list[Result]] = {part.folder: [] for part in [*parts, home]}
    for (part, *_), result in zip(jobs, results, strict=True):
        made[part.folder].append(result)
    for part in [*parts, home]:
        _keep_sentences(part.folder, made[part.folder])
        below = [(of, made[of.folder]) for of in parts] if part is home else []
        written(writable(part.folder) / "index.html", index(part, made[part.folder], below))
    return results


def _parts(
    source: str, folder: Path, given: Mapping[str, Any], each: str, versus: Sequence[str], how: Mapping[str, Any]
) -> tuple[Part, list[Part]]:
    """Return the corpus as a whole and, with ``each``, the parts that get reports of their own."""
    if each == "codebook":
        home = Path(given.get("codebook") or "-")
        if not home.is_dir():
            raise SimakError(f"With --each codebook, the codebook must be a folder of codebooks; it is '{home}'.")
        files = {file.stem: file for file in sorted(home.glob("*.y*ml"))}
        parts = [
            _extracted(source, name, _folder(folder, each, name), {**given, "codebook": str(files[name])}, how)
            for name in _named(files, versus, each)
        ]
        values = {**parts[0].values, "codebook": str(home), "evidence": str(folder / "evidence.parquet")}
        return replace(parts[0], name="", folder=folder, values=values), parts
    whole = _extracted(source, "", folder, given, how)
    if not each:
        return whole, []
    column = parts_of(whole.corpus.articles, each)[each]
    sizes = column[~column.isin([UNDATED, UNKNOWN])].value_counts()
    ranked = sorted(sizes.index) if each == "month" else sorted(sizes.index, key=lambda name: (-sizes[name], name))
    parts = []
    for name in _named(ranked, versus, each):
        home = _folder(folder, each, name)
        values = {**whole.values, **chosen(each, name), "evidence": str(home / "evidence.parquet")}
        parts.append(Part(name, home, part_of(whole.corpus, **values), values))
    return whole, parts


def _cluster(address: str) -> AbstractContextManager[Any]:
    """Return the client of a Dask cluster, or one that is None where no address is given."""
    if not address:
        return nullcontext()
    try:
        from distributed import Client
    except ImportError:
        raise SimakError("--scheduler needs Dask: pip install 'simak[cluster]'.") from None
    try:
        return Client(address, timeout=20)
    except (OSError, ValueError) as error:
        raise SimakError(f"There is no Dask scheduler at '{address}': {error}.") from error


def _folder(folder: Path, each: str, name: str) -> Path:
    return folder / anchor(each, name).removeprefix("ev-")


def _named(known: Sequence[str] | Mapping[str, Any], versus: Sequence[str], each: str) -> list[str]:
    unknown = [name for name in versus if name not in known]
    if unknown or not known:
        raise SimakError(f"There is no {each} '{next(iter(unknown), '')}'; there are: {', '.join(known) or 'none'}.")
    return list(versus or known)


def _extracted(source: str, name: str, folder: Path, given: Mapping[str, Any], how: Mapping[str, Any]) -> Part:
    """Read and extract, save the frames, and return the part of the corpus that the parameters choose."""
    from analysis.articles import read_articles

    knowledge = Knowledge(given.get("knowledge") or None, given.get("codebook") or None)
    for section in SECTIONS:  # a mistake in a file is told before anything slow begins
        getattr(knowledge, section)
    for path in given.get("accuracy", ()):
        accuracy.read(path)
    articles, skipped = read_articles(source, knowledge=knowledge, cache=how["cache"])
    frames = folder / "frames"
    corpus = extract(articles, skipped, knowledge, given.get("models") or None, to=frames, **how)
    for path in sorted(frames.glob("*.parquet")):
        if path.stem not in NOT_AS_CSV:
            as_csv(path)
    made = {"source": str(source), "frames": str(frames), "evidence": str(folder / "evidence.parquet")}
    return Part(name, folder, part_of(corpus, **given), {**given, **made})


def _keep_sentences(folder: Path, results: Sequence[Result]) -> None:
    """Write the sentences behind the numbers of these reports into one file, as Parquet and as CSV."""
    own = (folder / "notebooks" / f"{name}-evidence.parquet" for name in sorted(result.name for result in results))
    found = [path for path in own if path.exists()]
    if found:
        whole = folder / "evidence.parquet"
        with replacing(whole) as draft:
            pq.write_table(pa.concat_tables(map(pq.read_table, found), promote_options="permissive"), draft)
        as_csv(whole)


def run(name: str, notebook: Path, folder: Path, values: Mapping[str, Any]) -> Result:
    """Run one notebook, write it and its page into the folder, and return what the index says of it.

    A cell that fails ends the notebook; its page shows the error in place, and the result holds it.
    """
    from papermill import PapermillExecutionError, execute_notebook

    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    executed = folder / "notebooks" / f"{name}.ipynb"
    mine = {key: value for key, value in values.items() if key in parameters(notebook)}
    error = ""
    with tempfile.TemporaryDirectory(prefix="simak-") as own:
        draft = Path(own) / executed.name
        try:
            # A failed cell comes as an exception; what else a kernel logs as an error is how it was ended.
            execute_notebook(str(notebook), str(draft), mine, progress_bar=False, kernel_name="python3",
                             start_timeout=600, extra_arguments=["--log-level=CRITICAL"])  # fmt: skip
        except PapermillExecutionError as failure:
            error = f"{failure.ename}: {failure.evalue}"
        written(executed, draft.read_text("utf-8"))
    page = folder / f"{name}.html"
    text, data = rendered(executed, values.get("language", "en"))
    written(page, text)
    return Result(name, page, data.get("findings", []), data.get("cautions", []), data.get("lead", ""), error)


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
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    title = next(iter(re.findall(r"^# (.+)$", prose, re.M)), executed.stem)
    contents = [(f"part-{number}", text) for number, text in enumerate(re.findall(r"^## (.+)$", prose, re.M))]
    notebook.cells = _tidied(notebook.cells, {text: anchor for anchor, text in contents})
    exporter = HTMLExporter(
        template_file=str(TEMPLATES / "report.html.j2"), template_name="base", exclude_anchor_links=True
    )
    page, _ = exporter.from_notebook_node(
        notebook, {"simak": {**_dress(language), "title": title, "contents": contents}}
    )
    if NO_TEXT.search(page):
        raise SimakError("A picture of the report has no alternative text (metadata={'image/png': {'alt': …}}).")
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


def _dress(language: str) -> dict[str, Any]:
    script = (TEMPLATES / "report.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    style = (TEMPLATES / "report.css").read_text("utf-8")
    return {"language": language, "words": words(language), "style": style, "script": script, "digest": digest}


def index(part: Part, results: Sequence[Result], below: Sequence[tuple[Part, Sequence[Result]]] = ()) -> str:
    """Return the page before the reports: findings, small pictures, links; one card a report or a part below."""
    import jinja2

    said = words(language := part.values.get("language", "en"))
    corpus, dates = part.corpus, part.corpus.articles["date"].dropna()
    about = {
        "source": titled(part.values["source"]), "part": part.name,
        "articles": as_written(len(corpus.articles), 0, language), "outlets": corpus.articles["outlet"].nunique(),
        "span": f"{dates.min():%Y-%m-%d} – {dates.max():%Y-%m-%d}" if len(dates) else said["no_dates"],
    }  # fmt: skip
    cards = [_card(result, said) for result in results]
    for number, (of, mine) in enumerate(below):
        inside = [_card(result, said) for result in mine if result.name != "corpus"]
        at = of.folder.name
        findings = [(line, f"{at}/{href}") for card in inside for line, href in card["findings"][-1:]]
        lead = next((card["lead"] for card in inside if card["lead"]), "").replace("-small-", f"-small{number}-")
        articles = said["articles_n"].format(n=as_written(len(of.corpus.articles), 0, language))
        error = "; ".join(card["error"] for card in inside if card["error"])
        cards.append({"title": of.name, "deck": articles, "href": f"{at}/index.html", "findings": findings,
                      "lead": lead, "error": error})  # fmt: skip
    jinja = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=False)
    files = [*part.folder.glob("evidence.*"), *sorted(Path(part.values["frames"]).glob("*.[pc]*"))]
    return jinja.get_template("index.html.j2").render(
        **_dress(language), about=about, cards=cards,
        cautions=list(dict.fromkeys(line for result in results for line in result.cautions)),
        skipped=[(Path(row.path).name, row.reason) for row in corpus.skipped.head(200).itertuples()],
        count_skipped=len(corpus.skipped), files=[os.path.relpath(file, part.folder) for file in files],
        notebooks=[f"notebooks/{result.name}.ipynb" for result in results],
        command=command(part.values), version=__version__,
    )  # fmt: skip


def _card(result: Result, said: Mapping[str, str]) -> dict[str, Any]:
    page = quote(result.page.name)
    findings = [(line, f"{page}#{at}" if at else page) for line, at in result.findings]
    return {"title": said.get(f"{result.name}_report", result.name), "href": page, "findings": findings,
            "lead": result.lead, "error": result.error}  # fmt: skip
