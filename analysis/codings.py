"""Coding a sample by hand: sheets for colleagues, a widget in JupyterLab, and the codings that come back."""

from __future__ import annotations

from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import ipywidgets as widgets
import openpyxl
import pandas as pd
from openpyxl.styles import Alignment

from analysis import exchange, sampling
from analysis.errors import SimakError
from analysis.sampling import Sample
from analysis.standoff import Document
from analysis.storage import guarded_cell, replacing, writable, written
from analysis.words import LANGUAGES, said

NONE = "none"
MARKS = {"1": True, "x": True, "v": True, "yes": True, "ya": True, "true": True,
         "": False, "0": False, "no": False, "tidak": False, "false": False}  # fmt: skip
GIVEN = ("unit", "title", "text")
SHEET = "paragraphs"


def sheet(sample: Sample, path: Path, codings: pd.DataFrame | None = None) -> Path:
    """Write what coders see of a sample as XLSX or CSV: paragraphs, and a column for each code to mark with 1.

    The column ``none`` tells a paragraph that holds no code from one that was not coded. A cell that a spreadsheet
    would run gets an apostrophe in front.
    """
    columns = [*GIVEN, NONE, *sample.meanings]
    rows = [[getattr(unit, name) for name in GIVEN] + _marks(unit.unit, codings, columns[3:]) for unit in sample.units]
    guarded = [[guarded_cell(cell) for cell in row] for row in [columns, *rows]]
    if path.suffix == ".csv":
        return written(path, "\ufeff" + pd.DataFrame(guarded).to_csv(header=False, index=False, lineterminator="\n"))
    book = openpyxl.Workbook()
    table, codes = book.active, book.create_sheet("codes")
    table.title, table.freeze_panes = SHEET, "D2"
    for row in guarded:
        table.append(row)
    said_of = [{"code": said(language, "coder_meaning"), NONE: said(language, "coder_none"), **sample.meant(language)}
               for language in LANGUAGES]  # fmt: skip
    for code, meaning in said_of[0].items():
        codes.append([guarded_cell(cell) for cell in (code, meaning, said_of[1][code])])
    for page, widths in ((table, {"A": 14, "B": 30, "C": 90}), (codes, {"A": 24, "B": 70, "C": 70})):
        for letter, width in widths.items():
            page.column_dimensions[letter].width = width
            for cell in page[letter]:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    with replacing(path) as draft:
        book.save(draft)
    return path


def handed_out(sample: Sample, folder: Path, form: str) -> Path:
    """Write what coders see of a sample into a folder, as ``xlsx``, ``csv``, ``inception`` or ``label-studio``."""
    if form in ("xlsx", "csv"):
        return sheet(sample, folder / f"{SHEET}.{form}")
    # Without any coding of Simak's, so that nothing sways the coders.
    blank = [Document(id=unit.unit, text=unit.text, meta={"title": unit.title or None}) for unit in sample.units]
    own = sample.meant("id")
    codes = {code: en if en == own[code] else f"{en} | {own[code]}" for code, en in sample.meanings.items()}
    if form == "label-studio":
        return exchange.to_label_studio(blank, folder / "label-studio.json", codes)
    return exchange.to_inception(blank, writable(folder / "inception"), codes)


def _marks(unit: str, codings: pd.DataFrame | None, columns: list[str]) -> list[str]:
    if codings is None or unit not in codings.index:
        return [""] * len(columns)
    held = codings.loc[unit]
    return ["1" if (not held.any() if name == NONE else held[name]) else "" for name in columns]


def read(path: str | Path, sample: Sample) -> pd.DataFrame:
    """Return the codings of a sheet, of a folder from INCEpTION or of a file from Label Studio.

    Returns
    -------
    DataFrame
        Index ``unit``, the paragraphs that were coded; a boolean column for each code.

    Raises
    ------
    SimakError
        When the file cannot be read, is no coding of this sample, or holds another mark than 1, x, ya, yes.
    """
    path = Path(path)
    if path.is_dir() or path.suffix == ".json":
        return _of_documents(exchange.read(path), sample, path)
    try:
        if path.suffix == ".csv":
            first = path.read_text("utf-8-sig").partition("\n")[0]
            separator = ";" if ";" in first else ","  # a spreadsheet in Indonesian writes semicolons
            table = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        else:
            table = pd.read_excel(path, sheet_name=SHEET, dtype=str, keep_default_na=False)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise SimakError(f"'{path}' cannot be read as a sheet: {error}.") from error
    table = table.rename(columns={guarded_cell(name): name for name in sample.meanings})
    missing = [name for name in ("unit", NONE, *sample.meanings) if name not in table]
    if missing:
        raise SimakError(f"'{path}' is no sheet of this sample: the column '{missing[0]}' is missing.")
    marks = table[[NONE, *sample.meanings]].map(lambda cell: MARKS.get(cell.strip().lower()))
    for name in marks:
        for row in table.index[marks[name].isna()]:
            raise SimakError(f"'{path}' row {row + 2}, {name}: it is '{table.at[row, name]}'; mark with 1.")
    units = {guarded_cell(unit.unit): unit.unit for unit in sample.units}
    units |= {unit: unit for unit in units.values()}
    marks.index = pd.Index([_known(unit, units, path) for unit in table["unit"]], name="unit")
    done = marks[marks.any(axis=1)].astype(bool)
    return done[~done.index.duplicated()].drop(columns=NONE)


def _known(unit: str, units: dict[str, str], path: Path) -> str:
    if unit not in units:
        raise SimakError(f"'{path}' is no coding of this sample: it has no paragraph '{unit}'.")
    return units[unit]


def _of_documents(documents: list[Document], sample: Sample, path: Path) -> pd.DataFrame:
    units = {unit.unit: unit.unit for unit in sample.units}
    held = {}
    for document in documents:
        tones = {f"quote:{quote.sentiment}" for quote in document.quotes} | {"quote:any"} if document.quotes else set()
        held[_known(document.id or "", units, path)] = {*document.issues, *tones}
    rows = {unit: {code: code in codes for code in sample.meanings} for unit, codes in held.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(sample.meanings)).rename_axis("unit").astype(bool)


class Coder:
    """A widget that shows one paragraph of a sample after the other, and keeps what is marked in a CSV at once."""

    def __init__(self, folder: str | Path, language: str = "en") -> None:
        self.sample, self.say = sampling.opened(folder), partial(said, language)
        self.path = Path(folder) / f"{SHEET}.csv"
        empty = pd.DataFrame(columns=list(self.sample.meanings), dtype=bool).rename_axis("unit")
        self.codings = read(self.path, self.sample) if self.path.exists() else empty
        self.text, self.count = widgets.HTML(), widgets.HTML()
        self.marks = {code: widgets.Checkbox(description=code, indent=False, tooltip=meaning)
                      for code, meaning in self.sample.meant(language).items()}  # fmt: skip
        self.next, self.back = (widgets.Button(description=self.say(f"coder_{name}")) for name in ("next", "back"))
        self.next.on_click(lambda _: self.keep())
        self.back.on_click(lambda _: self.show(max(self.place - 1, 0)))
        grid = widgets.Layout(grid_template_columns="repeat(auto-fill, minmax(13rem, 1fr))")
        boxes = widgets.GridBox(list(self.marks.values()), layout=grid)
        self.box = widgets.VBox([self.count, self.text, boxes, widgets.HBox([self.next, self.back])])
        done = [unit.unit in self.codings.index for unit in self.sample.units]
        self.show(done.index(False) if False in done else 0)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.box._repr_mimebundle_(**options)

    def show(self, place: int) -> None:
        """Show the paragraph of that number, with the marks that it has."""
        self.place = place
        unit = self.sample.units[place]
        self.count.value = self.say("coder_done", at=place + 1, all=len(self.sample.units), n=len(self.codings))
        self.text.value = f"<p><small>{escape(unit.title)}</small></p><p>{escape(unit.text)}</p>"
        for code, mark in self.marks.items():
            mark.value = unit.unit in self.codings.index and bool(self.codings.at[unit.unit, code])

    def keep(self) -> None:
        """Keep the marks of this paragraph, no mark being a coding too, and show the next."""
        self.codings.loc[self.sample.units[self.place].unit] = {code: mark.value for code, mark in self.marks.items()}
        sheet(self.sample, self.path, self.codings)
        self.show(min(self.place + 1, len(self.sample.units) - 1))
