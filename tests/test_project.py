"""The files around the code agree with each other and with the code."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def tracked() -> list[Path]:
    """Return the files that git keeps, or would keep."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        if path.suffix not in {".pt", ".png"} and path.relative_to(ROOT).parts[0] != "seeds":
            found[str(path.relative_to(ROOT))] = path.read_text("utf-8", errors="replace")
    return found


def versions(requirements: list[str]) -> dict[str, str]:
    return {canonicalize_name(r.name): str(r.specifier) for r in map(Requirement, requirements)}


@pytest.fixture(scope="module")
def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


class TestDependencies:
    def test_constraints_are_exact_versions_without_addresses(self):
        lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line)] == []

    @pytest.mark.parametrize("extra", [None, "tests", "train", "dev"])
    def test_every_dependency_is_constrained_to_a_version_it_allows(self, pins, extra):
        wanted = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
        for requirement in map(Requirement, wanted):
            assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement

    def test_the_lowest_versions_are_those_that_are_stated(self):
        lines = (ROOT / "constraints-lowest.txt").read_text("utf-8").splitlines()
        stated = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["tests"]]
        assert {line.replace("==", ">=") for line in lines} == {one.replace("==", ">=") for one in stated}

    def test_conda_users_get_the_same(self):
        listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
        conda = [entry for entry in listed if isinstance(entry, str)]
        pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
        assert f"python{PROJECT['requires-python']}" in conda
        packages = [e for e in conda if not re.match(r"(python|pip)\b", e)] + [e for e in pip if not e.startswith("-")]
        assert versions(packages) == versions(PROJECT["dependencies"])
        assert pip[-1] == "--editable ."

    def test_torch_is_pinned(self, pins):
        assert versions(PROJECT["dependencies"])["torch"] == "==2.13.0"

    @pytest.mark.parametrize(("folder", "extra"), [("analysis", "cluster"), ("tests", "tests")])
    def test_everything_that_is_imported_is_declared(self, folder, extra):
        # pydantic brings pydantic_core in one exact version; tests import each other by their names.
        homes = {**packages_distributions(), "pydantic_core": ["pydantic"]}
        declared = {*versions(PROJECT["dependencies"]), *versions(PROJECT["optional-dependencies"].get(extra, []))}
        known = {"analysis", *sys.stdlib_module_names, *(path.stem for path in (ROOT / "tests").glob("*.py"))}
        for path in (ROOT / folder).rglob("*.py"):
            for name in imported(path) - known if "training" not in path.parts else ():
                assert {canonicalize_name(home) for home in homes[name]} & declared, f"{path.name} imports {name}"

    def test_hooks_use_the_constrained_versions(self, pins):
        hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
        assert {hook["id"] for hook in hooks} == {"ruff", "codespell", "nbstripout"}
        for hook in hooks:
            for name, version in (pin.split("==") for pin in hook["additional_dependencies"]):
                assert pins[name] == version


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.split(".")[0])
    return names


class TestText:
    def test_no_path_of_one_machine(self):
        machine = re.compile(r"/(?:work|farm|root|home/\w+|Users/\w+|tmp/\w+)/")
        here = str(Path(__file__).relative_to(ROOT))
        assert {
            name: found.group() for name, text in texts().items() if name != here and (found := machine.search(text))
        } == {}

    def test_no_host_of_a_package_registry(self):
        hosts = re.compile(
            "|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian"])
        )
        assert [name for name, text in texts().items() if hosts.search(text)] == []

    def test_links_in_the_documentation_lead_somewhere(self):
        for page in [path for path in tracked() if path.suffix == ".md"]:
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
                assert "://" in target or (page.parent / target).exists(), f"{page.name} links to {target}"

    def test_the_python_of_the_readme_runs(self, monkeypatch):
        monkeypatch.chdir(ROOT)
        blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
        assert blocks
        for block in blocks:
            exec(compile(block, "README.md", "exec"), {})

    @pytest.mark.parametrize("command", [["ruff", "check", "."], ["codespell"]], ids=lambda c: c[0])
    def test_linters_find_nothing(self, command):
        found = subprocess.run([sys.executable, "-m", *_module(command)], cwd=ROOT, capture_output=True, text=True)
        assert found.returncode == 0, found.stdout

    def test_the_changelog_tells_of_this_version(self):
        assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def _module(command: list[str]) -> list[str]:
    return [{"codespell": "codespell_lib"}.get(command[0], command[0]), *command[1:]]


class TestSeeds:
    def test_the_gold_has_their_text_character_for_character(self, seeds, gold):
        import json

        given = [path.read_bytes().decode("utf-8") for path in sorted(seeds.glob("0*.txt"))]
        assert given == [json.loads(path.read_text("utf-8"))["text"] for path in sorted(gold.glob("*.json"))]

    def test_their_folder_says_what_they_are(self, seeds):
        text = (seeds / "README.md").read_text("utf-8")
        assert all(path.name in text for path in seeds.glob("*.txt"))


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
class TestMake:
    @pytest.fixture
    def made(self, tmp_path):
        """A folder in which everything seems to have been installed a minute ago."""
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, tmp_path)
            os.utime(tmp_path / name, (time.time() - 120,) * 2)
        (tmp_path / ".venv").mkdir()
        (tmp_path / ".venv" / ".made").touch()
        os.utime(tmp_path / ".venv" / ".made", (time.time() - 60,) * 2)
        return tmp_path

    def commands(self, folder: Path, target: str) -> str:
        return subprocess.run(["make", "-n", target], cwd=folder, capture_output=True, text=True, check=True).stdout

    @pytest.mark.parametrize("target", ["report", "test", "lab", "bench", "stress"])
    def test_a_target_installs_nothing_when_nothing_changed(self, made, target):
        assert "venv .venv" not in self.commands(made, target)

    @pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
    def test_a_target_installs_anew_what_has_changed(self, made, changed):
        (made / changed).touch()
        assert "-m venv .venv" in self.commands(made, "report")

    def test_a_target_installs_when_there_is_nothing(self, made):
        shutil.rmtree(made / ".venv")
        assert "--constraint constraints.txt --editable '.[tests]'" in self.commands(made, "test")


def test_continuous_integration_runs_the_tests():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1] == "make test"
    assert "bash .ci/run" in (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
