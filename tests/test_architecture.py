"""The house: what may import what, and how large it may grow."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from pathlib import Path

import pytest

from analysis import _HOME as HOME

PACKAGE = Path(__file__).parents[1] / "analysis"

# From the ground up. A module imports only from its own row and from the rows before it.
FLOORS = [
    ["errors", "storage", "words"],
    ["frames"],
    ["kept"],
    ["knowledge"],
    ["articles"],
    ["language"],
    ["extraction"],
    ["standoff"],
    ["parts"],
    ["corpus"],
    ["measures", "corrections"],
    ["evidence", "tables", "figures", "recipe"],
    ["accuracy"],
    ["validation", "sampling", "exchange"],
    ["study", "explore"],
    ["panels"],
    ["parameters", "reports", "codings"],
    ["cli"],
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MOST_LINES = 11_800  # of code: blank lines, comments and docstrings aside. The aim is 6,000: cut before you add
MOST_LINES_OF_A_FILE = 400

NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "training" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(source: str) -> set[str]:
    """Return the rooms that a module imports, at its top or in a function."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "analysis":
            names |= {HOME.get(alias.name, f"analysis.{alias.name}") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    rooms = {name.split(".")[1] for name in names if name.startswith("analysis.")}
    return rooms & set(FLOOR)


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def lines_of_code(path: Path) -> int:
    """Return the number of lines that hold code: no blank lines, no comments, no docstrings."""
    source = path.read_text("utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented) and ast.get_docstring(node)]
    docstrings = {n for node in nodes for n in range(node.body[0].lineno, node.body[0].end_lineno + 1)}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    held = {n for t in tokens if t.type not in NO_CODE for n in range(t.start[0], t.end[0] + 1)}
    return len(held - docstrings)


def test_every_room_has_a_floor():
    assert {room_of(path) for path in MODULES} - {"__init__"} <= set(FLOOR)


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room_of(p) != "__init__"], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_a_module_imports_only_from_below(path):
    above = {room for room in imported_rooms(path.read_text("utf-8")) if FLOOR[room] > FLOOR[room_of(path)]}
    assert not above


def test_an_import_is_seen_wherever_it_stands():
    source = "from analysis import frames, extract\ndef f():\n    import analysis.cli\nfrom analysis import __all__\n"
    assert imported_rooms(source) == {"frames", "cli", "corpus"}


def test_only_the_language_room_knows_stanza():
    users = {
        room_of(path) for path in MODULES if re.search(r"^\s*(import|from) stanza\b", path.read_text("utf-8"), re.M)
    }
    assert users <= {"language"}


def test_beside_it_only_the_reader_of_statements_knows_torch():
    users = {path for path in MODULES if re.search(r"^\s*(import|from) torch\b", path.read_text("utf-8"), re.M)}
    assert {path.name for path in users if room_of(path) != "language"} == {"reader.py"}


def test_the_library_stays_small():
    assert sum(map(lines_of_code, MODULES)) <= MOST_LINES


def test_every_file_can_be_read_in_one_sitting(root):
    files = [*PACKAGE.rglob("*.py"), *(root / "tests").rglob("*.py")]
    assert [path.name for path in files if lines(path) > MOST_LINES_OF_A_FILE] == []


def test_no_file_is_a_drawer_for_what_has_no_place():
    assert not {path.stem for path in MODULES} & {"utils", "util", "helpers", "misc", "common"}


def test_notebooks_are_kept_without_outputs(root):
    for path in (root / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code), path.name
