"""The figures of the model card, measured with Stanza alone."""

import io
import json
import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from . import data, folder, names, words

TYPES = ("PER", "ORG", "LOC", "EVT")


def pipeline(models: Path, **options: object):
    """All processors that lie in `models`."""
    import stanza

    there = [p for p in folder.PROCESSORS[1:] if (models / "id" / p).exists()]
    if options.get("tokenize_pretokenized"):
        there.remove("mwt") if "mwt" in there else None
    options = {"processors": ",".join(there), "verbose": False} | options
    return stanza.Pipeline("id", dir=str(models), download_method=None, **options)


def f1(right: int, found: int, gold: int) -> float:
    """F1 in percent."""
    return round(200 * right / max(found + gold, 1), 1)


def by_type(pairs: Iterable[tuple[set, set]]) -> dict[str, float]:
    """F1 of each type and of persons, organisations and places together.

    `pairs` holds the gold and the found names of each text; the last item of a name is its type.
    """
    right, found, gold = Counter(), Counter(), Counter()
    for wanted, got in pairs:
        right.update(n[-1] for n in wanted & got)
        found.update(n[-1] for n in got)
        gold.update(n[-1] for n in wanted)
    figures = {t: f1(right[t], found[t], gold[t]) for t in TYPES if gold[t]}
    together = (sum(c[t] for t in TYPES[:3]) for c in (right, found, gold))
    return {"all": f1(*together)} | figures


def annotated(nlp, name: str) -> dict[str, dict[str, float]]:
    """Names on the development part of an annotated set, as it is and as we reconcile it.

    "free" counts a country found where the set marks nothing as no error.
    """
    path = data.folder() / "ner" / f"{name}.dev.txt"
    given = [s for s in data.bio(path) if s]
    document = nlp([[w for w, _ in s] for s in given])
    pairs: dict[str, list] = {"raw": [], "free": [], "reconciled": []}
    for sentence, parsed in zip(given, document.sentences, strict=True):
        tags = [re.sub("^S", "B", re.sub("^E", "I", t.ner)) for t in parsed.tokens]
        found = set(names.spans(list(zip([w for w, _ in sentence], tags, strict=True))))
        found = {s for s in found if s[2] != "EVT"}
        raw = {(a, b, names.TYPES[t]) for a, b, t in names.spans(sentence)}
        better = set(names.spans(names.reconcile(sentence)))
        pairs["raw"].append((raw, found))
        pairs["free"].append((raw, found - ((better - raw) & found)))
        pairs["reconciled"].append((better, found))
    return {kind: by_type(p) for kind, p in pairs.items()}


def articles(nlp) -> dict[str, float]:
    """Names in the bodies of the gold articles, from the raw text, line by line."""
    pairs = []
    for path in sorted((data.folder().parent / "gold" / "articles").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        lines = [
            (start + m.start(), m[0])
            for start, end in gold["body"]
            for m in re.finditer(r"[^\n]*\S[^\n]*", gold["text"][start:end])
        ]
        found = {
            (e.start_char + at, e.end_char + at, e.type)
            for (at, _), doc in zip(lines, nlp.bulk_process([t for _, t in lines]), strict=True)
            for e in doc.ents
        }
        pairs.append(({(m["start"], m["end"], m["type"]) for m in gold["mentions"]}, found))
    return by_type(pairs)


def treebank(nlp, sentences: list[data.Sentence]) -> dict[str, float]:
    """Tokens, sentences, words, classes and lemmas, from the sentences glued by spaces."""
    from stanza.models.common.utils import ud_scores

    document = nlp(" ".join(s.text for s in sentences))
    parsed = (as_treebank(document.text, s) for s in document.sentences)
    found = io.StringIO("".join(map(words.rows, parsed)))
    gold = io.StringIO("".join(map(words.rows, sentences)))
    scores = ud_scores(gold, found)
    wanted = ("Tokens", "Sentences", "Words", "UPOS", "Lemmas")
    return {k: round(100 * scores[k].f1, 1) for k in wanted}


def as_treebank(text: str, sentence) -> data.Sentence:
    """A parsed sentence in the form in which treebanks are read."""
    first = sentence.tokens[0].start_char
    tokens = [
        data.Token(
            t.start_char - first, t.end_char - first,
            tuple(data.Word(w.text, w.lemma or "_", w.upos or "_") for w in t.words),
        )
        for t in sentence.tokens
    ]  # fmt: skip
    return data.Sentence(text[first : sentence.tokens[-1].end_char], tokens)


def speed(nlp, tokens: int = 20_000) -> float:
    """Tokens of news in a second of processor time of ``bulk_process``, on one thread."""
    texts, count = [], 0
    for article in data.articles():
        if "tokenis" in article["dataset"]:
            continue
        texts.append(re.sub(r"\s*\n\s*", "\n\n", article["text"]))
        count += len(article["text"].split())
        if count > tokens:
            break
    nlp.bulk_process(texts[:2])
    start = time.process_time()
    done = sum(d.num_tokens for d in nlp.bulk_process(texts))
    return round(done / (time.process_time() - start))


def report(models: Path) -> None:
    """Print every figure."""
    import torch

    torch.set_num_threads(1)
    nlp = pipeline(models)
    given = pipeline(models, tokenize_pretokenized=True, processors="tokenize,ner")
    for name in ("idner-news-2k", "nergrit"):
        for kind, figures in annotated(given, name).items():
            print(name, "dev", kind, figures)
    print("gold articles", articles(nlp))
    held = [words.like_gsd(s) for s in data.gsd()[1]]
    print("GSD dev, second half", treebank(nlp, held))
    csui = [words.like_gsd(s) for s in data.treebank("id_csui-ud-test")]
    print("CSUI test", treebank(nlp, csui))
    print("tokens a second", speed(nlp))
    for path in sorted(models.glob("id/*/*.pt")):
        print(path.parent.name, round(path.stat().st_size / 1e6, 1), "MB")
