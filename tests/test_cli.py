"""The command: what it prints, what it refuses, and with which status it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from reporting import SEEDS

from analysis.language.pipeline import MODELS

COMMAND = [sys.executable, "-m", "analysis.cli"]


def simak(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True, cwd=cwd, timeout=300)


def refused(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    """Status 2 and one sentence that holds these parts, without a traceback."""
    assert done.returncode == 2, done.stderr
    message = [line for line in done.stderr.splitlines() if line.startswith("simak: ")]
    assert len(message) == 1 and all(part in message[0] for part in parts), done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_help_names_the_commands_without_loading_what_is_heavy():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "analysis.cli", "--help"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 and all(word in done.stdout for word in ("report", "extract", "evaluate"))
    assert not any(f" {heavy}" in done.stderr for heavy in ("pandas", "matplotlib", "torch", "stanza", "papermill"))


def test_parameters_are_listed_with_type_default_and_meaning():
    done = simak("report", "--parameters")
    assert done.returncode == 0 and 'since: Day = ""  first day of publication' in done.stdout


class TestReport:
    def test_an_unknown_parameter_is_refused_before_anything_runs(self, tmp_path):
        done = simak("report", SEEDS, "--to", tmp_path / "out", "-p", "sede", "1")
        refused(done, "'sede'", "allowed are", "seed")
        assert not (tmp_path / "out").exists()

    def test_a_parameter_of_another_type_is_refused_before_anything_runs(self, tmp_path):
        refused(simak("report", SEEDS, "--to", tmp_path / "out", "-p", "since", "kemarin"), "'since'", "a day")
        assert not (tmp_path / "out").exists()

    def test_a_folder_that_cannot_be_written_is_found_first(self, tmp_path):
        (tmp_path / "file").write_text("in the way")
        refused(simak("report", SEEDS, "--to", tmp_path / "file" / "out"), "cannot be written")

    @pytest.mark.parametrize("source", ["missing", "empty", "empty.txt", "binary.txt"])
    def test_nothing_to_read_is_one_sentence(self, tmp_path, source):
        (tmp_path / "empty").mkdir()
        (tmp_path / "empty.txt").write_text("")
        (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
        refused(simak("report", tmp_path / source, "--to", tmp_path / "out"), source)

    def test_a_mistake_in_a_codebook_is_one_sentence(self, tmp_path):
        (tmp_path / "own.yml").write_text("trade: {label: Trade}\n")
        refused(
            simak("report", SEEDS, "--to", tmp_path / "out", "-p", "codebook", tmp_path / "own.yml"), "own.yml", "line"
        )

    def test_ctrl_c_stops_at_once_with_status_130(self, tmp_path):
        running = subprocess.Popen(
            [*COMMAND, "report", str(SEEDS), "--to", str(tmp_path / "out")],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        while not (tmp_path / "out").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(running.pid, signal.SIGINT)
        _, errors = running.communicate(timeout=60)
        assert running.returncode == 130 and "simak: stopped" in errors and "Traceback" not in errors


class TestExtract:
    def test_one_json_an_article(self, tmp_path):
        source = sorted(SEEDS.glob("*.txt"))[2]
        done = simak("extract", source, "--to", tmp_path)
        assert done.returncode == 0, done.stderr
        written = json.loads((tmp_path / f"{source.stem}.json").read_text("utf-8"))
        assert written["id"] == source.stem and written["text"] == source.read_bytes().decode("utf-8")

    def test_a_bad_file_beside_a_good_one_is_named(self, tmp_path):
        (tmp_path / "bad.txt").write_bytes(b"")
        good = sorted(SEEDS.glob("*.txt"))[2]
        done = simak("extract", good, tmp_path / "bad.txt", "--to", tmp_path / "out")
        assert done.returncode == 0 and "bad.txt" in done.stderr
        assert [path.stem for path in (tmp_path / "out").glob("*.json")] == [good.stem]

    def test_nothing_readable_is_one_sentence(self, tmp_path):
        (tmp_path / "bad.txt").write_bytes(b"")
        done = simak("extract", tmp_path / "bad.txt", "--to", tmp_path / "out")
        assert done.returncode == 2 and "bad.txt" in done.stderr and "Traceback" not in done.stderr


class TestCodebook:
    OWN = "trade:\n  label: T\n  label_id: P\n  definition: D\n  patterns: [perdagangan, dagang, kutub utara]\n"

    def test_check_shows_what_each_pattern_catches_and_what_none_does(self, tmp_path):
        (tmp_path / "own.yml").write_text(self.OWN)
        done = simak("codebook", "check", SEEDS, "--codebook", tmp_path / "own.yml")
        assert done.returncode == 0, done.stderr
        assert "trade: " in done.stdout and "  perdagangan: " in done.stdout
        assert "kutub utara" in done.stdout.split("catch nothing: ")[1] and "Nothing catches " in done.stdout

    def test_check_names_file_and_line_of_a_mistake(self, tmp_path):
        (tmp_path / "own.yml").write_text(self.OWN.replace("dagang,", "a(b,"))
        refused(simak("codebook", "check", SEEDS, "--codebook", tmp_path / "own.yml"), "own.yml", "line 5", "a(b")


class TestEvaluate:
    def test_gold_against_itself_is_perfect(self, gold):
        done = simak("evaluate", gold, gold)
        assert done.returncode == 0 and "quotes exact" in done.stdout and "f1 100.0" in done.stdout

    def test_json_for_some_articles(self, gold):
        figures = json.loads(simak("evaluate", gold, gold, "--ids", "seed0,seed2", "--json").stdout)
        assert figures["quotes exact"]["gold"] == 19

    def test_errors_and_intervals(self, gold, tmp_path):
        done = simak("evaluate", gold, tmp_path, "--errors", "3", "--intervals")
        assert done.returncode == 0 and done.stdout.count("\n  - ") == 3 and "interval" in done.stdout

    def test_a_missing_folder_is_one_sentence(self, gold):
        refused(simak("evaluate", "nowhere", gold), "nowhere")

    def test_what_simak_made_can_be_measured_and_kept(self, gold, tmp_path):
        (tmp_path / "seed2.txt").write_bytes(json.loads((gold / "seed2.json").read_text("utf-8"))["text"].encode())
        simak("extract", tmp_path / "seed2.txt", "--to", tmp_path / "coded")
        saved = tmp_path / "accuracy.json"
        done = simak("evaluate", gold, tmp_path / "coded", "--ids", "seed2", "--save", saved, "--name", "mine")
        assert done.returncode == 0, done.stderr
        kept = json.loads(saved.read_text("utf-8"))
        assert (
            kept["name"] == "mine" and kept["units"] == 1 and set(kept["made_with"]) == {"simak", "models", "knowledge"}
        )
        assert len(kept["figures"]["quotes overlap 0.8"]["interval"]) == 2


class TestModels:
    def test_what_is_there_is_listed_with_version_licence_and_figures(self):
        done = simak("models")
        assert done.returncode == 0 and all(word in done.stdout for word in ("id/ner/simak.pt", "CC BY-SA", "UPOS"))

    def test_a_damaged_file_of_another_folder_is_named(self, tmp_path):
        folder = shutil.copytree(MODELS, tmp_path / "models")
        file = folder / "id" / "mwt" / "simak.pt"
        file.write_bytes(file.read_bytes()[:-9])
        done = simak("models", "--models", folder)
        refused(done, "mwt", "damaged")
        assert "id/ner/simak.pt" in done.stdout


def test_actors_are_listed_with_the_names_that_were_merged_into_them(tmp_path):
    done = simak("actors", SEEDS, "--to", tmp_path / "actors.csv")
    assert done.returncode == 0, done.stderr
    listed = pd.read_csv(tmp_path / "actors.csv")
    assert {"Blinken", "Antony Blinken"} <= set(listed.loc[listed["actor_id"] == "antony-blinken", "text"])
    refused(simak("actors", SEEDS, "--to", tmp_path / "missing" / "actors.csv"), "cannot be written")
