"""Nothing that somebody feeds to Simak takes for ever or all memory: docs/limits.md states the bounds."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from plain import article, sentences

from analysis.articles import Cleaner, files, paragraphs, read, read_articles
from analysis.errors import SimakError
from analysis.extraction import actors, quotes, reported
from analysis.extraction.issues import coded
from analysis.extraction.patterns import Words
from analysis.frames import made
from analysis.knowledge import MOST_BYTES, MOST_DEPTH, Knowledge, patterns

GOOD = "Menteri Luar Negeri Antony Blinken bertemu dengan Presiden Xi Jinping di Beijing pada hari Jumat sore."
LONG = read.MOST_CHARACTERS
MEGABYTE = 2**20

# Each fills the longest article with one thing; what compares each line, name or cue with every other hangs on it.
FILLERS = [
    "\n", " \n", " ", "a", ".", '"', "(", "1", "—", "\u00a0", "\u200f", "kata ", "A - ", "a b c\n", "[Baca ",
    "Baca juga:\n", "Baca Juga\nHarga Emas Naik Lagi\n", "Baca juga: Harga Emas Naik ", "JAKARTA, KOMPAS.com - ",
    "Senin, 1 Januari 2024 10:00 WIB\n", "http://a.b/", "1/1/2024 ", f"{GOOD}\n",
]  # fmt: skip
SPEECH = [
    "“Kata Blinken ", "kata”, ", "kata Blinken, ", '"Kami akan datang," kata Blinken. ', "Menurut Blinken, ", "‘",
    "Blinken mengatakan bahwa ", "Blinken (AS) ", "A B C D ", "dia mengatakan. ", 'Blinken: "ya" ', "“Kami\n", "— ",
]  # fmt: skip


def cleaned(filler: str, size: int = LONG) -> None:
    text = f"{GOOD}\n{filler * (size // len(filler))}\n{GOOD}"
    body = Cleaner().cleaned(text)["body"]
    assert paragraphs(text, body)


def said(filler: str, size: int = LONG // 5) -> None:
    about = article(filler * (size // len(filler)))
    found, none = sentences(about), made("tokens", [])
    entities = actors.entities(about, found, none, made("names", []), Knowledge())
    quotes.quotes(about, found, entities, Knowledge())
    coded(found, none, Knowledge().codebook)


def ended(kind: str) -> None:
    """Use each filler in a process of its own, which is ended where one hangs; the last one printed is it."""
    fillers = {"cleaned": "FILLERS", "said": "SPEECH"}[kind]
    code = f"import test_limits as t\nfor filler in t.{fillers}: print(repr(filler), flush=True), t.{kind}(filler)"
    where = Path(__file__).parent
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, cwd=where)
    except subprocess.TimeoutExpired as hung:
        pytest.fail(f"it hangs: {(hung.stdout or b'').decode().splitlines()[-1:]}")
    assert done.returncode == 0, done.stderr[-2_000:]


class TestText:
    def test_the_longest_article_is_cleaned_whatever_fills_it(self) -> None:
        ended("cleaned")

    def test_names_and_quotes_of_a_text_without_end_are_found_or_left(self) -> None:
        ended("said")

    def test_a_sentence_without_end_reports_nothing_and_a_long_one_does(self) -> None:
        def found(words: int) -> int:
            about = article(f"Blinken mengatakan bahwa China {'perlu ' * words}berunding.")
            there = sentences(about)
            names = actors.entities(about, there, made("tokens", []), made("names", []), Knowledge())
            return len(quotes.quotes(about, there, names, Knowledge()))

        assert found(100) == 1 and found(reported.LONGEST) == 0

    def test_an_article_of_50_megabytes_is_refused_with_the_bound(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(GOOD)
        (tmp_path / "b.txt").write_text(f"{GOOD}\n" * (50 * MEGABYTE // len(GOOD)))
        articles, skipped = read_articles(tmp_path)
        assert articles["article_id"].tolist() == ["a"]
        assert skipped["reason"].tolist() == [f"is longer than {LONG:,} characters"]

    def test_a_million_empty_lines_are_empty_and_cost_an_article_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("\n" * 1_000_000)
        (tmp_path / "b.txt").write_text("\n" * (LONG - 2 * len(GOOD)) + GOOD)
        articles, skipped = read_articles(tmp_path)
        assert articles["article_id"].tolist() == ["b"] and skipped["reason"].tolist() == ["is empty"]


class TestPacked:
    def test_a_bomb_in_gz_is_refused_without_unpacking_it(self, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setattr(files, "MOST_BYTES", 10 * MEGABYTE)
        (tmp_path / "a.txt").write_text(GOOD)
        for name in ("b.txt.gz", "c.json.gz", "d.html.gz"):
            (tmp_path / name).write_bytes(gzip.compress(bytes(11 * MEGABYTE), 9))
        (tmp_path / "e.csv.gz").write_bytes(gzip.compress(b"text\n" + b"a" * (files.MOST_LINE + 1), 9))
        articles, skipped = read_articles(tmp_path)
        assert articles["article_id"].tolist() == ["a"]
        assert skipped["reason"].str.contains("larger than|a line of more than").tolist() == [True] * 4

    @pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "a/../../out.txt", "C:\\out.txt", "..\\out.txt"])
    def test_no_member_of_an_archive_is_written_or_read_outside(self, tmp_path: Path, name: str) -> None:
        home = tmp_path / "in" / "side"
        home.mkdir(parents=True)
        with zipfile.ZipFile(home / "z.zip", "w") as archive:
            archive.writestr("good.txt", GOOD)
            archive.writestr(name, f"{GOOD} Lagi.")
        read_articles(home)
        assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["z.zip"]

    def test_an_archive_in_an_archive_is_not_opened(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
            archive.writestr("good.txt", GOOD)
            archive.writestr("inner.zip", b"PK")
        assert "files of this kind are not read" in read_articles(tmp_path)[1]["reason"][0]


class TestNesting:
    @pytest.mark.parametrize("text", ["[" * 10**6, '{"a":' * 10**6, "[" * 10**6 + "]" * 10**6])
    def test_json_without_end_is_set_aside(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "a.txt").write_text(GOOD)
        (tmp_path / "b.json").write_text(text)
        (tmp_path / "c.jsonl").write_text(text + "\n")
        articles, skipped = read_articles(tmp_path)
        assert articles["article_id"].tolist() == ["a"] and len(skipped) == 2

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("a: " + "[" * 10**6, f"nested deeper than {MOST_DEPTH}"),
            ("\n".join(" " * depth + "a:" for depth in range(500)), f"nested deeper than {MOST_DEPTH}"),
            ("a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(99)), "aliases"),
            ("a: &a {<<: *a}\n", "aliases"),
            ("# " + "x" * MOST_BYTES, "bytes"),
        ],
        ids=["brackets", "levels", "billion laughs", "itself", "size"],
    )
    def test_yaml_without_end_is_one_sentence(self, tmp_path: Path, text: str, told: str) -> None:
        (tmp_path / "codebook.yml").write_text(text)
        with pytest.raises(SimakError, match=rf"codebook\.yml'.*{told}"):
            Knowledge(tmp_path).codebook  # noqa: B018


class TestPatterns:
    """A codebook has no regular expressions; `boilerplate.yml` and `outlets.yml` do, and dangerous ones are refused."""

    @pytest.mark.parametrize("pattern", ["(a+)+b", "a{1,9}b", "[a-z]", "a|b", "^a", "a.*b", "(?=a)", "\\w"])
    def test_a_codebook_takes_no_regular_expression(self, pattern: str) -> None:
        with pytest.raises(ValueError, match="is no word|catches too much"):
            patterns.parsed(pattern)

    @pytest.mark.parametrize("pattern", ["*aa*", "aa* ~20 *aa", " ".join(["*aa*"] * 8), "aa ~20 aa"])
    def test_the_widest_patterns_end_on_the_worst_texts(self, pattern: str) -> None:
        words = Words(["aa " * 50_000, "a" * 100_000])
        first, last = words.found(patterns.parsed(pattern))
        assert len(first) == len(last)

    @pytest.mark.parametrize(
        "regex",
        ["(a+)+b", "((a+))+b", "(?:a{1,}){2,}b", "(a|aa)+b", "(aa?)+b", "(?:a*b?)*c", r"(\w+\s?)*$", "(?:a+){50}b"],
    )
    def test_an_expression_that_can_take_for_ever_is_refused_with_its_line(self, tmp_path: Path, regex: str) -> None:
        (tmp_path / "boilerplate.yml").write_text(f"ends:\n  mine: '{regex}'\n")
        with pytest.raises(SimakError, match=r"boilerplate\.yml' line 2, ends\.mine.*can take forever"):
            Knowledge(tmp_path).boilerplate  # noqa: B018

    def test_shipped_expressions_are_none_of_these(self) -> None:
        book = Knowledge().boilerplate
        marks = [*book.lines.values(), *book.ends.values(), *book.inside.values(), *book.tails.values()]
        assert marks and not [mark for mark in marks if patterns.branching(mark)]

    @pytest.mark.parametrize("regex", [r"Baca (juga|lagi)\b.*", r"(?:\w+ ){0,3}kompas", r"\(\w+/\w+\)", "(ab)+c"])
    def test_others_are_taken(self, tmp_path: Path, regex: str) -> None:
        (tmp_path / "boilerplate.yml").write_text(f"ends:\n  mine: '{regex}'\n")
        assert Knowledge(tmp_path).boilerplate.ends["mine"] == regex


def test_the_page_of_limits_states_the_bounds_of_the_code(root: Path) -> None:
    page = (root / "docs" / "limits.md").read_text("utf-8")
    for bound in (LONG, files.MOST_BYTES, files.MOST_LINE, files.MOST_MEMBERS, MOST_BYTES, reported.LONGEST):
        assert re.search(rf"(?<![\d,]){bound:,}(?![\d,])", page), f"{bound:,}"
    assert "docs/limits.md" in (root / "README.md").read_text("utf-8")
