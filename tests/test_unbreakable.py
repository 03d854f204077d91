"""Reports survive what happens to programs: kills, interrupts, full disks, damaged files, two runs at once."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from reporting import SEEDS

import analysis as an
from analysis.corpus import FRAMES
from analysis.errors import SimakError
from analysis.extraction import reader, targets, tone

COMMAND = [sys.executable, "-m", "analysis.cli"]
FEW_KILLS, MANY_KILLS = 3, 50
RARE_MOMENTS = [pytest.param(moment, marks=pytest.mark.stress) for moment in ("cache/steps", "out/corpus.html")]
SLACK = 3  # seconds that a busy machine may take besides


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Path:
    """A folder of reports, and beside it the cache that was empty before."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert started(folder).wait() == 0
    return folder


def started(folder: Path, source: Path = SEEDS, **options: object) -> subprocess.Popen[str]:
    """Start `simak report` into ``out`` of a folder, with its cache there."""
    words = [*COMMAND, "report", str(source), "--to", str(folder / "out"), "--cache", str(folder / "cache")]
    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True, **options)


def assert_whole(folder: Path) -> None:
    """Every file that bears its name is complete, whatever happened."""
    for file in folder.rglob("[!.]*"):
        if file.suffix == ".parquet":
            pd.read_parquet(file)
        elif file.suffix == ".html":
            assert file.read_text("utf-8").rstrip().endswith("</html>"), file
        elif file.suffix in (".json", ".ipynb"):
            json.loads(file.read_text("utf-8"))
        elif file.suffix == ".csv":
            pd.read_csv(file)


def results(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every frame that a run left behind."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted((folder / "out").rglob("*.parquet"))}


def annotations(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in (folder / "cache" / "annotations").rglob("*.parquet")}


class TestKills:
    def test_a_few_kills_cost_time_alone(self, undisturbed, tmp_path):
        self.killed(undisturbed, tmp_path, FEW_KILLS)

    @pytest.mark.stress
    def test_many_kills_cost_time_alone(self, undisturbed, tmp_path):
        self.killed(undisturbed, tmp_path, MANY_KILLS)

    def killed(self, undisturbed: Path, folder: Path, times: int) -> None:
        moments = random.Random(times)
        known: dict[str, int] = {}
        for _ in range(times):
            running = started(folder)
            try:
                running.wait(moments.uniform(0.5, 25))
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()
            assert_whole(folder)
            now = annotations(folder)
            assert known.items() <= now.items()  # what was annotated is not annotated again
            known = now
        assert started(folder).wait() == 0
        assert known.items() <= annotations(folder).items()
        assert results(folder) == results(undisturbed)
        assert not list((folder / "out").rglob(".*.part"))


class TestInterrupts:
    @pytest.mark.parametrize("moment", ["cache/annotations", "out/notebooks", *RARE_MOMENTS])
    def test_ctrl_c_stops_within_two_seconds_and_says_how_to_go_on(self, tmp_path, moment):
        running = started(tmp_path)
        while not (tmp_path / moment).exists() and running.poll() is None:
            time.sleep(0.02)
        os.kill(running.pid, signal.SIGINT)
        before = time.monotonic()
        _, errors = running.communicate(timeout=60)
        assert running.returncode == 130 and time.monotonic() - before < 2 + SLACK
        assert "the same command goes on where it was" in errors and "Traceback" not in errors
        assert_whole(tmp_path)


class TestTwoAtOnce:
    def test_two_runs_into_one_folder_leave_what_one_leaves(self, undisturbed, tmp_path):
        both = [started(tmp_path) for _ in range(2)]
        assert [running.wait() for running in both] == [0, 0]
        assert_whole(tmp_path)
        assert results(tmp_path) == results(undisturbed)


class TestDisks:
    @pytest.fixture
    def small(self, tmp_path):
        """A disk of three megabytes."""
        if shutil.which("mount") is None or os.geteuid() != 0:
            pytest.skip("only root can mount a small disk")
        folder = tmp_path / "small"
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True)
        if done.returncode:
            pytest.skip(f"no small disk can be mounted: {done.stderr.decode().strip()}")
        yield folder
        subprocess.run(["umount", "-l", str(folder)], check=True)

    def test_a_full_disk_for_reports_is_one_sentence(self, undisturbed, small):
        (small / "ballast").write_bytes(bytes(2_800_000))
        words = [*COMMAND, "report", str(SEEDS), "--to", str(small / "out"), "--cache", str(undisturbed / "cache")]
        done = subprocess.run(words, capture_output=True, text=True)
        told = [line for line in done.stderr.splitlines() if line.startswith("simak: ")]
        assert done.returncode == 2 and len(told) == 1 and "No space left" in told[0], done.stderr
        assert "Traceback" not in done.stderr
        assert_whole(small)

    @pytest.mark.stress
    def test_a_full_disk_for_the_cache_costs_time_alone(self, undisturbed, small, tmp_path):
        (small / "ballast").write_bytes(bytes(2_990_000))
        words = [*COMMAND, "report", str(SEEDS), "--to", str(tmp_path / "out"), "--cache", str(small / "cache")]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "work goes on without" in done.stderr
        assert results(tmp_path) == results(undisturbed)

    def test_a_folder_that_nobody_may_write_is_one_sentence(self, undisturbed, tmp_path):
        if os.geteuid() == 0 and shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere, and there is no setpriv")
        locked = tmp_path / "locked"
        locked.mkdir()
        locked.chmod(0o555)
        for folder in (tmp_path, *tmp_path.parents):
            if folder.owner() == "root" and folder != Path("/") and str(folder).startswith("/tmp/"):
                folder.chmod(folder.stat().st_mode | 0o055)
        other = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        words = [*other, *COMMAND, "report", str(SEEDS), "--to", str(locked / "out")]
        done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "HOME": str(tmp_path)})
        if "No module named" in done.stderr or "Permission denied" in done.stderr.split("simak:")[0]:
            pytest.skip("another user may not read where Simak is installed")
        told = [line for line in done.stderr.splitlines() if line.startswith("simak: ")]
        assert done.returncode == 2 and len(told) == 1 and "cannot be written" in told[0], done.stderr


class TestClocks:
    def test_a_clock_that_was_set_back_changes_nothing(self, undisturbed, tmp_path):
        shutil.copytree(undisturbed / "cache", tmp_path / "cache")
        future = time.time() + 10 * 365 * 86_400
        for file in (tmp_path / "cache").rglob("*"):
            os.utime(file, (future, future))
        found = an.extract(
            *an.read_articles(SEEDS, cache=tmp_path / "cache"), cache=tmp_path / "cache", to=tmp_path / "out"
        )
        assert len(found.quotes)
        for name in FRAMES:
            made = tmp_path / "out" / f"{name}.parquet"
            assert made.read_bytes() == (undisturbed / "out" / "frames" / made.name).read_bytes()


@pytest.mark.parametrize(
    ("model", "load"), [(reader.MODEL, reader._model), (tone.MODEL, tone._model), (targets.MODEL, targets._model)]
)
def test_a_damaged_small_model_is_named_in_one_sentence(model, load, tmp_path, monkeypatch):
    content = bytearray(model.read_bytes())
    copy = tmp_path / model.name
    copy.write_bytes(content[: len(content) // 2])
    module = {reader.MODEL: reader, tone.MODEL: tone, targets.MODEL: targets}[model]
    monkeypatch.setattr(module, "MODEL", copy)
    load.cache_clear()
    with pytest.raises(SimakError, match=f"{model.name}.* is damaged; install Simak again"):
        load()
    load.cache_clear()
