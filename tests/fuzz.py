"""Random and damaged inputs for every reader and rule: `make fuzz`, or `python tests/fuzz.py --inputs 200000`.

Nothing but a `SimakError` may come out, and every span must be the surface that it says. An input that breaks this
is written beside the run with the number that makes it again, and the status is 1.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import re
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pandas as pd
from conftest import ROOT

from analysis import standoff
from analysis.articles import Cleaner, iter_articles, paragraphs
from analysis.errors import SimakError
from analysis.extraction import actors, quotes
from analysis.extraction.issues import coded
from analysis.extraction.patterns import Words
from analysis.extraction.tone import tone_hits
from analysis.frames import made, span_id
from analysis.knowledge import Knowledge
from analysis.knowledge.patterns import parsed
from analysis.measures.concordance import kwic

MARKS = ["“", "”", '"', "'", "«", "»", "''", "—", "…", ": ", "- ", "|", "&", "[", "]", "{", "}", "~5", "*", "*a", "&a"]
HIDDEN = ["\0", "\ufeff", "\u200b", "\u202e", "\ud800", "\u2028", "\r\n", "\r", "\t", "\n\n", "\n", "\U0001f600"]
SAID = ["kata ", "menurut ", "ujarnya, ", "bahwa ", "dikutip ", ", kata Blinken. ", "(AP)", "<lemma>", "Rp15.115"]
HARM = ["<script>", "=1+1", "{{7*7}}", "../", "%s", "!!python/object", "0" * 40, "a" * 300]
DAYS = ["1/13/2024", "31 Februari 2023", "2024-02-30"]
ODD = [*MARKS, *HIDDEN, *SAID, *HARM, *DAYS]
CLOCK = ["Januari", "Februari", "Mei", "Agu", "Senin", "WIB", "pukul", "T", "Z", "+07:00", *",/-. :"]
FEW, MANY = 1, 30  # parts of the inputs: readers are slow, rules are fast


def damaged(text: str, chance: random.Random) -> str:
    """Return a text with pieces lost, doubled, moved and odd things between."""
    for _ in range(chance.randint(0, 8)):
        at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        to = min(to, at + 80)
        match chance.randrange(5):
            case 0:
                text = text[:at] + text[to:]
            case 1:
                text = text[:to] + text[at:to] * chance.randint(1, 3) + text[to:]
            case 2:
                text = text[:at] + chance.choice(ODD) + text[at:]
            case 3:
                text = text[:at] + chance.choice(list(sentences())) + text[at:]
            case 4:
                text = text[:at] + text[at:to].swapcase() + text[to:]
    return text


@cache
def sentences() -> tuple[str, ...]:
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "seeds").glob("0*.txt"))]
    return tuple(part for text in texts for part in text.replace("\n", " ").split(". ") if len(part) > 20)


def some(chance: random.Random, most: int = 6) -> str:
    """Return a damaged article of a few sentences."""
    return damaged(". ".join(chance.choices(sentences(), k=chance.randint(1, most))), chance)


def surfaces(frame: pd.DataFrame, text: str, *names: tuple[str, str, str]) -> None:
    for start, end, surface in names or [("start", "end", "text")]:
        for a, b, words in frame[[start, end, surface]].dropna().itertuples(index=False):
            assert 0 <= a <= b <= len(text) and text[int(a) : int(b)] == words, (a, b, words)


# --- targets: each makes one input, uses it, and checks what came out ---


def files(chance: random.Random, folder: Path) -> object:
    """Any file, under any ending."""
    kind = chance.choice([".txt", ".md", ".html", ".json", ".jsonl", ".csv", ".tsv", ".xlsx", ".parquet", ".zip"])
    content = CONTENT[kind](chance)
    if chance.random() < 0.3:
        content = bytes_damaged(content, chance)
    if chance.random() < 0.1 and kind != ".zip":
        content, kind = gzip.compress(content), f"{kind}.gz"
    path = folder / f"a{kind}"
    path.write_bytes(content)
    for articles, skipped in iter_articles(path):
        for text, body in zip(articles["text"], articles["body"], strict=True):
            assert all(0 <= a < b <= len(text) for a, b in body)
        assert skipped["reason"].str.len().gt(0).all()
    return content


def bytes_damaged(content: bytes, chance: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        if found:
            at = chance.randrange(len(found))
            found[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
    return bytes(found[: chance.randrange(len(found) + 1)] if chance.random() < 0.2 else found)


def records(chance: random.Random) -> list[dict[str, object]]:
    names = ["text", "title", "date", "outlet", "author", "url", "judul", "isi", "tanggal", "x", "meta", "body"]
    values: list[Callable[[], object]] = [
        lambda: some(chance), lambda: chance.choice(ODD), lambda: chance.randint(-(10**18), 10**18), lambda: None,
        lambda: chance.random() * 10 ** chance.randint(-300, 300), lambda: [some(chance, 1)], lambda: {"a": [1]},
        lambda: f"{chance.randint(0, 40)}/{chance.randint(0, 40)}/{chance.randint(1800, 2100)}",
    ]  # fmt: skip
    return [
        {name: chance.choice(values)() for name in chance.sample(names, chance.randint(1, 6))}
        for _ in range(chance.randint(0, 4))
    ]


def delimited(mark: str) -> Callable[[random.Random], bytes]:
    def content(chance: random.Random) -> bytes:
        rows, out = records(chance), io.StringIO()
        names = sorted({name for row in rows for name in row}) or ["text"]
        writer = csv.DictWriter(out, names, delimiter=mark)
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode("utf-8", "surrogatepass")

    return content


def binary(write: Callable[[pd.DataFrame, io.BytesIO], object]) -> Callable[[random.Random], bytes]:
    def content(chance: random.Random) -> bytes:
        plain = [{k: "".join(filter(str.isprintable, str(v))) for k, v in row.items()} for row in records(chance)]
        write(pd.DataFrame(plain), out := io.BytesIO())
        return out.getvalue()

    return content


def archive(chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for number in range(chance.randint(0, 3)):
            kind = chance.choice([".txt", ".json", ".csv", ".zip", ".exe"])
            name = chance.choice(["", "../", "/", "a/", ".", "C:\\"]) + f"{number}{kind}"
            file.writestr(name, CONTENT.get(kind, CONTENT[".txt"])(chance) if kind != ".zip" else b"PK")
    return out.getvalue()


def encoded(text: str, chance: random.Random) -> bytes:
    return text.encode(chance.choice(["utf-8", "utf-16", "cp1252", "utf-8-sig"]), "ignore")


CONTENT: dict[str, Callable[[random.Random], bytes]] = {
    ".txt": lambda chance: encoded(some(chance), chance),
    ".md": lambda chance: encoded(some(chance), chance),
    ".html": lambda chance: encoded(f"<html><p>{'</p><p>'.join(some(chance) for _ in range(3))}</p></html>", chance),
    ".json": lambda chance: damaged(json.dumps(records(chance)), chance).encode("utf-8", "replace"),
    ".jsonl": lambda chance: "\n".join(map(json.dumps, records(chance))).encode(),
    ".csv": delimited(","),
    ".tsv": delimited("\t"),
    ".xlsx": binary(lambda frame, out: frame.to_excel(out, index=False)),
    ".parquet": binary(lambda frame, out: frame.to_parquet(out, index=False)),
    ".zip": archive,
}


@cache
def cleaner() -> Cleaner:
    return Cleaner(Knowledge())


def dates(chance: random.Random, folder: Path) -> object:
    """Dates in running text and in fields."""
    pieces = (lambda: str(chance.randint(0, 10 ** chance.randint(1, 6))), lambda: chance.choice([*CLOCK, *ODD]))
    text = "".join(chance.choice(pieces)() for _ in range(chance.randint(1, 25)))
    for found in cleaner().calendar.written(text, chance.choice(["day", "month"])):
        assert 0 <= found.start < found.end <= len(text)
    cleaner().calendar.dated(text)
    return text


def cleaning(chance: random.Random, folder: Path) -> object:
    """Whole articles: body, title, outlet, paragraphs."""
    text = some(chance, 12).replace("\ud800", "")
    found = cleaner().cleaned(text, some(chance, 1) if chance.random() < 0.3 else None)
    spans = [end for span in found["body"] for end in span]
    assert spans == sorted(spans) and all(0 <= at <= len(text) for at in spans)
    inside = paragraphs(text, found["body"])
    assert all(0 <= a < b <= len(text) for a, b in inside)
    assert [a for a, _ in inside] == sorted(a for a, _ in inside)
    return text


def statements(chance: random.Random, folder: Path) -> object:
    """Names by the registry alone, quotes, speakers, issues and tone words of made-up paragraphs."""
    text = "\n\n".join(some(chance, 3) for _ in range(chance.randint(1, 3))).replace("\ud800", "")
    rows, at = [], 0
    for number, part in enumerate(text.split("\n\n")):
        for piece in part.split(". "):
            start, end = at, at + len(piece)
            if piece.strip():
                row = {"article_id": "a", "sentence_id": span_id("a", start, end), "start": start, "end": end}
                rows.append(row | {"text": piece, "paragraph": number})
            at = end + 2
    found = made("sentences", rows)
    about = pd.DataFrame({"article_id": ["a"], "title": [None], "date": [pd.NaT], "text": [text]})
    entities = actors.entities(about, found, made("tokens", []), made("names", []), Knowledge())
    surfaces(entities, text)
    said = quotes.quotes(about, found, entities, Knowledge())
    surfaces(said, text, ("start", "end", "text"), ("speaker_start", "speaker_end", "speaker"),
             ("cue_start", "cue_end", "cue"))  # fmt: skip
    surfaces(coded(found, made("tokens", []), Knowledge().codebook), text)
    hits = tone_hits(said["text"].tolist(), Knowledge().tone)
    assert all(0 <= a < b <= len(said["text"][row]) for row, a, b in hits[["row", "start", "end"]].to_numpy())
    return text


def patterns(chance: random.Random, folder: Path) -> object:
    """Patterns of a codebook, on words that they may match."""
    words = ["perang", "dagang", "<serang>", "ancam*", "*an*", "AS", "~3", "~99", "mata-mata", "", *ODD]
    pattern = chance.choice([" ", "", "  "]).join(chance.choices(words, k=chance.randint(0, 6)))
    texts = [some(chance, 2) for _ in range(2)]
    try:
        wanted = parsed(pattern)
    except ValueError as error:
        assert str(error)
        return pattern
    first, last = (found := Words(texts)).found(wanted)
    assert (first <= last).all() and (found.text[first] == found.text[last]).all()
    return pattern


def yaml(chance: random.Random, folder: Path) -> object:
    """An analyst's own YAML: it loads, or the message names the file."""
    section = chance.choice(["codebook", "actors", "corrections", "tone", "verbs", "outlets"])
    text = chance.choice([
        "trade:\n  label: Trade\n  label_id: Dagang\n  definition: x\n  patterns: [tarif, 'perang dagang']\n",
        "antony-blinken:\n  aliases+: [Blinken Tua]\n", "a:1-2:\n  actor_id: xi\n", "words: {}\n", "- 1\n", "a: *b\n",
    ])  # fmt: skip
    text = damaged(text, chance)
    if chance.random() < 0.05:
        text = "[" * 3_000 + text
    path = folder / f"{section}.yml"
    path.write_text(text, "utf-8", errors="replace")
    try:
        getattr(Knowledge(folder), section)
    except SimakError as error:
        assert path.name in str(error)
    finally:
        path.unlink()
    return text


def annotated(chance: random.Random, folder: Path) -> object:
    """Standoff JSON as a colleague might send it."""
    path = chance.choice(sorted((ROOT / "tests" / "gold").glob("*.json")))
    text = path.read_text("utf-8") if chance.random() < 0.7 else damaged(path.read_text("utf-8"), chance)
    for _ in range(chance.randint(0, 3)):
        number = chance.choice(list(re.finditer(r"\d+", text)))
        text = text[: number.start()] + str(chance.randint(-5, 5_000)) + text[number.end() :]
    (folder / "a.json").write_text(text, "utf-8", errors="replace")
    read = standoff.read(folder)
    for _, entity in read.entities.iterrows():
        whole = read.articles.set_index("article_id")["text"][entity["article_id"]]
        assert whole[entity["start"] : entity["end"]] == entity["text"]
    return text


def concordance(chance: random.Random, folder: Path) -> object:
    """Words looked up in context."""
    text = some(chance, 3).replace("\ud800", "")
    row = {"article_id": "a", "sentence_id": "a:0", "start": 0, "end": len(text), "text": text, "paragraph": 0}
    kwic(made("sentences", [row]), chance.choice([*ODD, "China", "tarif dagang", "*an*", ""]))
    return text


TARGETS: dict[str, tuple[Callable[[random.Random, Path], object], int]] = {
    "files": (files, 3 * FEW), "dates": (dates, MANY), "cleaning": (cleaning, 8 * FEW), "statements": (statements, FEW),
    "patterns": (patterns, MANY), "yaml": (yaml, FEW), "standoff": (annotated, FEW), "concordance": (concordance, FEW),
}  # fmt: skip


def run(name: str, numbers: Iterable[int]) -> tuple[int, str]:
    """Try one target with inputs of these numbers; return how many were refused, and what broke, if anything."""
    target, refused = TARGETS[name][0], 0
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            chance = random.Random(f"{name} {number}")
            try:
                target(chance, Path(folder))
            except SimakError:
                refused += 1
            except Exception:
                return refused, f"{name}, input {number}:\n{traceback.format_exc()}"
            for path in Path(folder).iterdir():
                path.unlink()
    return refused, ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input of each target")
    parser.add_argument("--only", choices=[*TARGETS])
    given = parser.parse_args()
    chosen = [given.only] if given.only else [*TARGETS]
    whole, broken = sum(TARGETS[name][1] for name in chosen), []
    for name in chosen:
        started, size = time.perf_counter(), -(-given.inputs * TARGETS[name][1] // whole)
        refused, wrong = run(name, range(given.first, given.first + size))
        print(f"{name:12} {size:8,} inputs, {refused:7,} refused, {time.perf_counter() - started:7.1f} s", flush=True)
        if wrong:
            print(wrong, flush=True)
            broken.append(name)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
