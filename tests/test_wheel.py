"""What users install: one wheel that works outside the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=root)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory) -> Path:
    """A clean environment with the wheel in it; it borrows the dependencies of this one, but not its Simak."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder)
    python = folder / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
        cwd=folder,
    )
    site = next((folder / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"])
    (folder / "share").symlink_to(Path(sys.prefix) / "share")
    return python


def run(*command: object, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SIMAK_MODELS")}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files(folder: Path, *endings: str) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.name.endswith(endings) and "checkpoint" not in str(path)
    }


def test_the_wheel_carries_everything_that_is_no_test(wheel, root):
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {
        f"analysis/{name}" for name in files(root / "analysis", ".py", ".yml", ".yaml", ".j2", ".css", ".js")
    } <= held
    assert {f"analysis/notebooks/{name}" for name in files(root / "notebooks", ".ipynb")} <= held
    models = root / "analysis" / "language" / "models"
    assert {f"analysis/language/models/{name}" for name in files(models, ".pt", ".json", ".md")} <= held
    assert any(name.endswith(".pt") for name in held)
    assert {name.split("/")[0] for name in held} == {"analysis", f"{wheel.stem.split('-py3')[0]}.dist-info"}


def test_it_is_the_installed_one_that_runs(python, tmp_path):
    where = run(python, "-c", "import analysis; print(analysis.__file__, analysis.__version__)", cwd=tmp_path)
    assert where.startswith(str(python.parents[1]))
    assert "0+unknown" not in where


def test_reports_are_made_outside_the_checkout(python, seeds, tmp_path):
    shutil.copytree(seeds, tmp_path / "articles")
    run(python.parent / "simak", "report", "articles", "--to", "out", cwd=tmp_path)
    assert "<html" in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert {"topic_prevalence.html", "actor_cooccurrence.html"} <= files(tmp_path / "out", ".html")


def test_extraction_runs_outside_the_checkout(python, seeds, tmp_path):
    run(python.parent / "simak", "extract", *sorted(seeds.glob("0*.txt")), "--to", "out", cwd=tmp_path)
    assert files(tmp_path / "out", ".json") == {f"{path.stem}.json" for path in seeds.glob("0*.txt")}
