"""What all tests share: the data they read, and how many random inputs they try."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import analysis as an

ROOT = Path(__file__).parents[1]

settings.register_profile(
    "short", max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
# `make stress` chooses it by --hypothesis-profile=long; its inputs differ from run to run.
settings.register_profile("long", max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("short")


def pytest_configure() -> None:
    """Keep what the tests annotate out of the user's own cache; kernels inherit it."""
    os.environ["SIMAK_CACHE"] = tempfile.mkdtemp(prefix="simak-tests-")


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ.pop("SIMAK_CACHE"), ignore_errors=True)


def shared_folder() -> Path:
    """Return the folder of shared data, with ``data/`` and ``gold/`` in it; it may be missing."""
    return Path(os.environ.get("SIMAK_DATA") or ROOT.parent / "shared")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five seed articles."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def gold() -> Path:
    """The folder of their gold annotations, ``seed0.json`` to ``seed4.json``."""
    return ROOT / "tests" / "gold"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data; tests that ask for it are skipped without it."""
    folder = shared_folder()
    if not (folder / "data").is_dir() or not (folder / "gold").is_dir():
        pytest.skip(f"no shared data in '{folder}'; SIMAK_DATA names the folder with data/ and gold/")
    return folder


@pytest.fixture(scope="session")
def seed_corpus(seeds: Path) -> an.Corpus:
    """The five seed articles, extracted with the models in use. Frames are never changed in place."""
    return an.extract(*an.read_articles(seeds))
