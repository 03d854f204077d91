"""The same articles give the same bytes: whatever the order of files, the size of parts or how many processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import analysis as an
from analysis import parts
from analysis.corpus import FRAMES

CODE = """
import sys
import analysis as an
from analysis import parts
parts.FEWEST, parts.MOST = int(sys.argv[3]), int(sys.argv[4])
articles, skipped = an.read_articles(sys.argv[1].split("|"))
an.extract(articles, skipped, cache=sys.argv[2] + "-cache", processes=int(sys.argv[5]), to=sys.argv[2])
"""


def extracted(files: list[Path], to: Path, *, part: int = parts.MOST, processes: int = 1, seed: int = 0) -> dict:
    """Return the bytes of every frame, extracted in a process of its own without a cache."""
    words = ["|".join(map(str, files)), to, min(part, parts.FEWEST), part, processes]
    env = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run([sys.executable, "-c", CODE, *map(str, words)], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {name: (to / f"{name}.parquet").read_bytes() for name in FRAMES}


@pytest.fixture(scope="module")
def files(seeds) -> list[Path]:
    return sorted(seeds.glob("0*.txt"))


@pytest.fixture(scope="module")
def expected(files, tmp_path_factory) -> dict:
    return extracted(files, tmp_path_factory.mktemp("once") / "frames")


def differing(one: dict, other: dict) -> list[str]:
    return [name for name in FRAMES if one[name] != other[name]]


def test_another_order_of_files_and_hashes_changes_no_byte(files, expected, tmp_path):
    assert differing(expected, extracted(files[::-1], tmp_path / "frames", seed=7)) == []


def test_small_parts_in_several_processes_change_no_value(files, expected, tmp_path):
    """A part is a row group of its own, so that the bytes of a file may differ where its values do not."""
    to = tmp_path / "frames"
    extracted(files, to, part=3_000, processes=2, seed=1)
    (whole := tmp_path / "whole").mkdir()
    for name, content in expected.items():
        (whole / f"{name}.parquet").write_bytes(content)
    one, other = an.Corpus.load(whole), an.Corpus.load(to)
    assert [name for name in FRAMES if not getattr(one, name).equals(getattr(other, name))] == []


@pytest.mark.stress
def test_the_number_of_processes_changes_no_byte(files, tmp_path):
    runs = [extracted(files, tmp_path / str(n), part=3_000, processes=n, seed=n) for n in (1, 2)]
    assert differing(*runs) == []
