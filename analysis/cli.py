"""The `simak` command. Heavy rooms are imported inside the commands, so that `--help` answers at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import click

from analysis import __version__
from analysis.errors import SimakError

INTERRUPTED = 130
PATIENCE = 1.5  # seconds that an interrupted command has to tidy up


class _Commands(click.Group):
    """Commands in which what the user can mend ends in one sentence and status 2, and Ctrl-C in status 130."""

    def invoke(self, context: click.Context) -> Any:
        before = signal.signal(signal.SIGINT, _interrupted)
        try:
            return super().invoke(context)
        except SimakError as error:
            click.echo(f"simak: {error}", err=True)
            raise SystemExit(2) from None
        except KeyboardInterrupt:
            _stop()
        finally:
            signal.signal(signal.SIGINT, before)


def _interrupted(*_: Any) -> None:
    """Raise KeyboardInterrupt; where a library swallows it, stop all the same."""
    clock = threading.Timer(PATIENCE, _stop)
    clock.daemon = True
    clock.start()
    raise KeyboardInterrupt


def _stop() -> None:
    click.echo("\nsimak: stopped; the same command goes on where it was, as far as the cache holds.", err=True)
    sys.stdout.flush()
    # Kernels and worker threads end with this process; waiting for them would take seconds.
    os._exit(INTERRUPTED)


def _progress() -> bool:
    """Draw bars; where nobody looks on, as in CI, they are lines, one a minute."""
    if not sys.stderr.isatty():
        os.environ.setdefault("TQDM_MININTERVAL", "60")
    return True


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="simak")
def main() -> None:
    """Research how Indonesian-language news covers a subject."""


@main.command()
@click.argument("source", default="seeds")
@click.option("--to", default="reports/seeds", show_default=True, help="Folder for pages, notebooks and frames.")
@click.option(
    "-p",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="A parameter of the notebooks; may be repeated.",
)
@click.option("--knowledge", metavar="DIR", help="Folder with your own YAML, laid over the shipped key by key.")
@click.option("--codebook", metavar="FILE", help="Codebook of your own.")
@click.option("--models", metavar="DIR", help="Stanza resource folder in place of the shipped models.")
@click.option("--each", type=click.Choice(["outlet", "month", "place", "codebook"]), help="Reports for each part.")
@click.option("--versus", nargs=2, metavar="A B", help="Of --each: only these two parts, and how they differ.")
@click.option("--compare", metavar="OLD", help="Folder of earlier reports: show what an edit has moved since.")
@click.option("--cache", help="Folder of what was read, annotated and found before.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Dask cluster that extracts, as in tcp://host:8786.")
@click.option("--parameters", "listed", is_flag=True, help="List the parameters of the notebooks and stop.")
def report(
    source: str, to: str, parameters: tuple[tuple[str, str], ...], listed: bool, each: str | None,
    versus: tuple[str, str] | None, compare: str | None, cache: str | None, scheduler: str, **own: str | None,
) -> None:  # fmt: skip
    """Make all reports on SOURCE: a file, a folder or a glob of articles (default: seeds)."""
    from analysis.parameters import notebooks, settled
    from analysis.parameters import parameters as declared
    from analysis.storage import writable

    if listed:
        for name, notebook in notebooks().items():
            click.echo(name)
            for parameter in declared(notebook).values():
                click.echo(f"  {parameter.name}: {parameter.type} = {parameter.default}  {parameter.help}")
        return
    values = settled([*parameters, *((name, value) for name, value in own.items() if value)])
    writable(to)
    if cache:
        os.environ["SIMAK_CACHE"] = cache  # the kernels of the reports keep their studies of topics there
    from analysis.reports import make

    results = make(
        source, to, values, each=each or "", versus=versus or (), compare=compare or "", cache=cache,
        progress=_progress(), scheduler=scheduler,
    )  # fmt: skip
    click.echo(f"{Path(to) / 'index.html'}")
    failed = [result for result in results if result.error]
    for result in failed:
        click.echo(
            f"simak: the report '{result.name}' stopped: {result.error}. Its page shows where: {result.page}", err=True
        )
    raise SystemExit(1 if failed else 0)


@main.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--to", required=True, help="Folder for one JSON an article.")
@click.option("--knowledge", help="Folder with your own YAML.")
@click.option("--codebook", help="Codebook of your own.")
@click.option("--models", help="Stanza resource folder in place of the shipped models.")
@click.option("--cache", help="Folder of annotations that were made before.")
def extract(
    files: tuple[str, ...], to: str, knowledge: str | None, codebook: str | None, models: str | None, cache: str | None
) -> None:
    """Write one standoff JSON for each article of FILES."""
    from analysis.storage import writable

    folder = writable(to)
    from analysis import Knowledge, read_articles, standoff
    from analysis import extract as extracted

    known = Knowledge(knowledge or None, codebook or None)
    articles, skipped = read_articles(list(files))
    for row in skipped.itertuples():
        click.echo(f"simak: '{row.path}' was not used: {row.reason}", err=True)
    corpus = extracted(articles, skipped, known, models=models, cache=cache, progress=_progress())
    for path in standoff.write(corpus, folder):
        click.echo(path)


@main.group()
def codebook() -> None:
    """Work on a codebook of issues."""


@codebook.command()
@click.argument("source", default="seeds")
@click.option("--codebook", "file", help="Codebook of your own (default: the shipped one).")
@click.option("--knowledge", help="Folder with your own YAML.")
@click.option("--models", help="Stanza resource folder in place of the shipped models.")
@click.option("--cache", help="Folder of annotations that were made before.")
@click.option("--examples", "most", type=click.IntRange(0), default=1, metavar="N", help="Sentences to show of each.")
def check(
    source: str, file: str | None, knowledge: str | None, models: str | None, cache: str | None, most: int
) -> None:
    """Show what each pattern of a codebook catches in the articles of SOURCE, and what none catches."""
    from analysis.knowledge import Knowledge

    book = Knowledge(knowledge or None, file or None).codebook
    from analysis import annotate, read_articles
    from analysis.extraction import issues

    articles, skipped = read_articles(source)
    for row in skipped.itertuples():
        click.echo(f"simak: '{row.path}' was not used: {row.reason}", err=True)
    annotations = annotate(articles, models, cache, progress=_progress())
    for line in issues.checked(annotations.sentences, annotations.tokens, book, most):
        click.echo(line)


@main.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--to", help="CSV file in place of the screen.")
@click.option("--knowledge", help="Folder with your own YAML.")
@click.option("--models", help="Stanza resource folder in place of the shipped models.")
@click.option("--cache", help="Folder of annotations that were made before.")
def actors(
    files: tuple[str, ...], to: str | None, knowledge: str | None, models: str | None, cache: str | None
) -> None:
    """Show who was merged into whom in FILES, doubtful cases first, as CSV."""
    from analysis import Knowledge, annotate, read_articles
    from analysis.extraction.actors import entities
    from analysis.extraction.merges import merges
    from analysis.storage import guarded_cell

    known = Knowledge(knowledge or None)
    articles, _ = read_articles(list(files))
    found = annotate(articles, models, cache, _progress())
    table = merges(entities(articles, found.sentences, found.tokens, found.names, known), known).round(2)
    try:
        table.map(guarded_cell).to_csv(to or sys.stdout, index=False)
    except OSError as error:
        raise SimakError(f"'{to or 'standard output'}' cannot be written: {error.strerror}.") from error


@main.command()
@click.argument("gold")
@click.argument("predicted")
@click.option("--ids", multiple=True, help="Only these articles; ids with commas between them, or repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--errors", "most", type=click.IntRange(0), default=0, metavar="N", help="List up to N errors.")
@click.option("--intervals", "bounds", is_flag=True, help="95 % intervals from a bootstrap over articles.")
@click.option("--save", metavar="FILE", help="Keep the figures, with intervals, in a file that reports can quote.")
@click.option("--name", help="Name of the hand coding in that file (default: name of its folder).")
def evaluate(
    gold: str, predicted: str, ids: tuple[str, ...], as_json: bool, most: int, bounds: bool, save: str | None,
    name: str | None,
) -> None:  # fmt: skip
    """Compare two folders of standoff JSON: GOLD, coded by hand, and PREDICTED."""
    import json

    from analysis import accuracy, validation

    chosen = [part.strip() for text in ids for part in text.split(",") if part.strip()] or None
    found = validation.scores(gold, predicted, chosen)
    if bounds:
        found = validation.with_intervals(found, validation.intervals(gold, predicted, chosen))
    click.echo(json.dumps(found, indent=1) if as_json else validation.table(found))
    for line in validation.errors(gold, predicted, chosen, most) if most else []:
        click.echo(f"  - {line}")
    if save:
        accuracy.write(validation.measured(gold, predicted, chosen, name or ""), save)


@main.command()
@click.argument("source", required=False)
@click.option("--sample", "size", type=click.IntRange(1), metavar="N", help="Draw N paragraphs of SOURCE to code.")
@click.option("--in", "folder", help="Folder of the sample and its key: validation, or where the coded FILE lies.")
@click.option("--as", "form", type=click.Choice(["xlsx", "csv", "inception", "label-studio"]), default="xlsx",
              show_default=True, help="What the coders work in.")  # fmt: skip
@click.option("--seed", default=0, help="Another one draws another sample.")
@click.option("--score", "codings", multiple=True, metavar="FILE", help="A coded sample; a second one is compared.")
@click.option("--save", metavar="FILE", help="Keep the figures in a file that reports can quote.")
@click.option("--knowledge", help="Folder with your own YAML.")
@click.option("--codebook", help="Codebook of your own.")
@click.option("--models", help="Stanza resource folder in place of the shipped models.")
@click.option("--cache", help="Folder of annotations that were made before.")
def validate(
    source: str | None, size: int | None, folder: str | None, form: str, seed: int, codings: tuple[str, ...],
    save: str | None, knowledge: str | None, codebook: str | None, models: str | None, cache: str | None,
) -> None:  # fmt: skip
    """Draw paragraphs of SOURCE to code by hand (--sample), and score the codings that come back (--score).

    INCEpTION: import layers.json in the project's settings, then the other files as UIMA CAS JSON; --score takes a
    folder of exported UIMA CAS JSON, or the unpacked export of the whole project. Label Studio: give the project the
    labelling interface of label-studio.config.xml and import label-studio.json; --score takes an export as JSON.
    """
    from analysis import accuracy, sampling
    from analysis import codings as coding

    if bool(size) == bool(codings) or (size and not source):
        raise SimakError("Say either SOURCE --sample N, or --score FILE.")
    if size:
        from analysis import Knowledge, read_articles
        from analysis import extract as extracted
        from analysis.storage import writable
        from analysis.words import LANGUAGES

        known = Knowledge(knowledge or None, codebook or None)
        where = writable(folder or "validation")
        corpus = extracted(*read_articles(source), known, models=models, cache=cache, progress=_progress())
        meant = [
            {code: issue.meaning(language) for code, issue in known.codebook.root.items()} for language in LANGUAGES
        ]
        sample = sampling.drawn(corpus, size, meant[0], seed, meant[1])
        click.echo(f"{coding.handed_out(sample, where, form)}")
        click.echo(f"{sampling.kept(sample, where)}  (not for the coders: it says what Simak found)")
        return
    first = Path(codings[0])
    sample = sampling.opened(folder or (first if first.is_dir() else first.parent))
    coded = [coding.read(path, sample) for path in codings]
    click.echo(f"{len(coded[0])} of {len(sample.units)} paragraphs were coded.")
    click.echo(sampling.told(sampling.estimated(sample, coded[0])))
    for path, other in zip(codings[1:], coded[1:], strict=True):
        click.echo(f"\nAgreement of '{codings[0]}' with '{path}':")
        click.echo(sampling.told(sampling.between_coders(coded[0], other)))
    if save:
        click.echo(accuracy.write(sampling.measured(sample, coded[0], first.stem), save))


@main.command()
@click.option("--models", "folder", help="Stanza resource folder in place of the shipped models.")
def models(folder: str | None) -> None:
    """List the models in use, with versions, licences and figures."""
    from analysis.language.pipeline import models_folder, models_table, require_whole

    chosen = models_folder(folder)
    click.echo(f"{chosen}")
    for row in models_table(chosen).itertuples():
        size = f"{row.megabytes:.1f} MB"
        click.echo(f"  {row.processor:9} {row.file:24} {size:>8}  {row.state:8} {row.version:5} {row.licence}".rstrip())
        if row.figures:
            click.echo(f"  {'':9} {row.figures}")
    require_whole(chosen)


if __name__ == "__main__":
    main()
