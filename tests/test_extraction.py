"""Extraction in parts: the same frames wherever and however the work is done, and nothing is done twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import analysis as an
from analysis import parts, reports
from analysis.corpus import FRAMES
from analysis.errors import SimakError
from analysis.kept import hashed
from analysis.knowledge import Knowledge


@pytest.fixture(scope="module")
def articles(seeds):
    return an.read_articles(seeds)[0]


@pytest.fixture
def tiny(monkeypatch):
    """Each article is a part."""
    monkeypatch.setattr(parts, "FEWEST", 0)
    monkeypatch.setattr(parts, "CUT", 1)


def assert_same(one: an.Corpus, other: an.Corpus) -> None:
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), obj=name)


def kept(cache: Path) -> dict[str, set[str]]:
    """Return the files of each step."""
    return {step.name: {file.name for file in step.iterdir()} for step in (cache / "steps").iterdir()}


class TestTheSameFrames:
    def test_in_one_part_or_many_here_or_in_other_processes(self, seed_corpus, articles, tmp_path, monkeypatch, tiny):
        assert len(parts.divided(articles)) == len(articles)
        assert_same(an.extract(articles, cache=tmp_path / "here", processes=1), seed_corpus)
        monkeypatch.setattr(parts, "FEW", 1)
        assert_same(an.extract(articles, cache=tmp_path / "beside", processes=2), seed_corpus)
        assert kept(tmp_path / "here").items() <= kept(tmp_path / "beside").items()

    def test_in_a_folder_byte_for_byte(self, seed_corpus, articles, tmp_path, monkeypatch, tiny):
        monkeypatch.setattr(parts, "FEW", 1)
        made = [an.extract(articles, processes=n, to=tmp_path / str(n)) for n in (1, 2)]
        assert_same(made[0], seed_corpus)
        for file in (tmp_path / "1").iterdir():
            assert file.read_bytes() == (tmp_path / "2" / file.name).read_bytes(), file.name

    def test_in_whatever_order_the_articles_come(self, seed_corpus, articles, tmp_path, tiny):
        turned = an.extract(articles.iloc[::-1].reset_index(drop=True), cache=tmp_path)
        for name in ("entities", "quotes", "issues"):
            rows = [getattr(c, name).sort_values(["article_id", "start"], kind="stable") for c in (turned, seed_corpus)]
            pd.testing.assert_frame_equal(*(frame.reset_index(drop=True) for frame in rows))
        pd.testing.assert_frame_equal(turned.actors, seed_corpus.actors)


class TestWhereAPartEnds:
    def test_a_new_article_leaves_most_parts_as_they_were(self, articles, monkeypatch):
        monkeypatch.setattr(parts, "FEWEST", 20_000)
        monkeypatch.setattr(parts, "CUT", 3)
        many = pd.concat([articles.assign(article_id=articles["article_id"] + f"-{n}") for n in range(60)])
        before = {hashed(*part["article_id"]) for part in parts.divided(many)}
        after = [hashed(*part["article_id"]) for part in parts.divided(pd.concat([articles.head(1), many]))]
        assert len(before) > 5 and len(set(after) - before) <= 2

    def test_parts_hold_all_articles_in_order_and_stay_small(self, articles, monkeypatch):
        monkeypatch.setattr(parts, "MOST", 30_000)
        many = pd.concat([articles.assign(article_id=articles["article_id"] + f"-{n}") for n in range(20)])
        found = parts.divided(many)
        pd.testing.assert_frame_equal(pd.concat(found), many)
        assert max(part["text"].str.len().iloc[:-1].sum() for part in found) < 30_000

    def test_no_articles_are_one_empty_part(self, articles):
        assert an.extract(articles.head(0)).quotes.empty


@dataclass(frozen=True)
class Only(Knowledge):
    """Knowledge that a step must not read beyond what it says it reads."""

    allowed: tuple[str, ...] = ()

    def __getattr__(self, section):
        if section in ("actors", "countries", "roles", "verbs", "tone", "codebook", "corrections", "outlets"):
            assert section in self.allowed, f"reads {section}.yml"
        return super().__getattr__(section)


class TestKept:
    def test_an_edited_codebook_redoes_the_issues_alone(self, articles, tmp_path):
        an.extract(articles, cache=tmp_path / "cache")
        before = kept(tmp_path / "cache")
        own = tmp_path / "own"
        own.mkdir()
        (own / "codebook.yml").write_text("trade:\n  patterns+: [semikonduktor]\n", "utf-8")
        edited = an.extract(articles, knowledge=Knowledge(own), cache=tmp_path / "cache")
        after = kept(tmp_path / "cache")
        assert {step for step in after if after[step] != before[step]} == {"issues", "quotes"}
        assert_same(edited, an.extract(articles, knowledge=Knowledge(own), cache=tmp_path / "other"))

    def test_every_step_reads_no_more_yaml_than_it_is_kept_under(self, articles, tmp_path):
        sections = {"begun": parts.REGISTRY, "said": parts.QUOTES, "toned": (*parts.QUOTES, *parts.TONE)}
        whole = an.extract(articles, cache=tmp_path / "whole")
        for step, allowed in {**sections, "issues": ("codebook",)}.items():
            known = Only(allowed=allowed)
            work = parts.Work(known, an.MODELS, tmp_path / step, "")
            part = parts.Part(work, articles, bearers(whole, articles), whole.actors)
            assert not getattr(part, step)["quotes" if step in ("said", "toned") else BY_STEP[step]].empty

    def test_of_a_part_the_last_states_are_kept(self, articles, tmp_path):
        own = tmp_path / "own"
        own.mkdir()
        for number in range(5):
            (own / "codebook.yml").write_text(f"trade:\n  patterns+: [kata{number}]\n", "utf-8")
            an.extract(articles, knowledge=Knowledge(own), cache=tmp_path / "cache")
        assert len(kept(tmp_path / "cache")["issues"]) == 3

    @pytest.mark.parametrize("harm", ["flipped", "cut", "other"])
    def test_a_damaged_file_is_noticed_and_made_again(self, seed_corpus, articles, tmp_path, harm, caplog):
        an.extract(articles, cache=tmp_path)
        for file in (tmp_path / "steps").rglob("*.parquet"):
            content = bytearray(file.read_bytes())
            content[len(content) // 3] ^= 8
            file.write_bytes({"flipped": content, "cut": content[:-20], "other": b"no Parquet"}[harm])
        assert_same(an.extract(articles, cache=tmp_path), seed_corpus)
        assert "damaged" in caplog.text
        caplog.clear()
        assert_same(an.extract(articles, cache=tmp_path), seed_corpus)
        assert "damaged" not in caplog.text

    def test_what_was_read_is_kept_until_a_file_changes(self, seeds, tmp_path):
        for file in seeds.glob("0*.txt"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
        first, again = (an.read_articles(tmp_path, cache=tmp_path / ".cache") for _ in range(2))
        pd.testing.assert_frame_equal(first[0], again[0])
        copy = tmp_path / file.name
        copy.write_bytes(copy.read_bytes() + b"\n\nXi Jinping tiba di Jakarta.")
        changed, _ = an.read_articles(tmp_path, cache=tmp_path / ".cache")
        assert changed["text"].str.contains("tiba di Jakarta").sum() == 1
        pd.testing.assert_frame_equal(changed, an.read_articles(tmp_path)[0])

    def test_without_a_cache_that_can_be_written_nothing_is_lost(self, seed_corpus, articles, tmp_path, caplog):
        (tmp_path / "file").write_text("in the way")
        assert_same(an.extract(articles, cache=tmp_path / "file"), seed_corpus)
        assert "cannot be written" in caplog.text


BY_STEP = {"begun": "entities", "issues": "issues"}


def bearers(whole: an.Corpus, articles: pd.DataFrame) -> pd.DataFrame:
    from analysis.extraction import actors
    from analysis.language.annotate import joints

    return actors.begun(articles, whole.sentences, whole.names, joints(whole.tokens), Knowledge())[1]


@pytest.fixture
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        yield made


class TestCluster:
    def test_a_worker_that_dies_in_mid_work_loses_and_doubles_nothing(self, cluster, articles, tmp_path, tiny):
        many = pd.concat([articles.assign(article_id=articles["article_id"] + f"-{n}") for n in range(4)])
        many = many.reset_index(drop=True)
        undisturbed = an.extract(many, cache=tmp_path / "quiet", processes=1)
        with reports._cluster(cluster.scheduler_address) as client:
            victim = min(client.run(os.getpid).values())
            killer = threading.Thread(target=kill_in_mid_work, args=(victim, tmp_path / "cluster"))
            killer.start()
            found = an.extract(many, cache=tmp_path / "cluster", client=client)
            killer.join()
            assert victim not in client.run(os.getpid).values()
        assert_same(found, undisturbed)
        assert kept(tmp_path / "quiet").items() <= kept(tmp_path / "cluster").items()

    def test_a_wrong_address_is_named(self, seeds, tmp_path):
        pytest.importorskip("distributed")
        with pytest.raises(SimakError, match="no Dask scheduler at 'nowhere'"):
            reports.make(str(seeds), tmp_path, {}, scheduler="nowhere")


def kill_in_mid_work(worker: int, cache: Path) -> None:
    """Kill a worker when the first step of the first parts is done."""
    for _ in range(1_200):
        if len(list((cache / "steps").rglob("*.parquet"))) > 6:
            os.kill(worker, signal.SIGKILL)
            return
        time.sleep(0.1)
