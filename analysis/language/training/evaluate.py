"""The figures of the model card, measured with Stanza alone."""

import io
import json
import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from . import data, folder, lemmas, names, words

TYPES = ("PER", "ORG", "LOC", "EVT")
#: The measures of a treebank that tell of each processor.
SHOWN = {"tokenize": ("Tokens", "Sentences"), "mwt": ("Words",), "pos": ("UPOS",), "lemma": ("Lemmas",)}


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


def by_class(nlp, sentences: list[data.Sentence]) -> dict[str, float]:
    """F1 of each word class, from the sentences glued by spaces; a word counts where its token and number are right."""
    at, gold = 0, {}
    for sentence in sentences:
        gold |= {(at + t.start, at + t.end): [w.upos for w in t.words] for t in sentence.tokens}
        at += len(sentence.text) + 1
    document = nlp(" ".join(s.text for s in sentences))
    found = {(t.start_char, t.end_char): [w.upos for w in t.words] for s in document.sentences for t in s.tokens}
    wanted, got, right = Counter(), Counter(), Counter()
    for span in gold.keys() | found.keys():
        wanted.update(gold.get(span, []))
        got.update(found.get(span, []))
        right.update(a for a, b in zip(gold.get(span, []), found.get(span, []), strict=False) if a == b)
    return {c: f1(right[c], got[c], wanted[c]) for c, _ in wanted.most_common()}


def news(tokens: int) -> list[str]:
    """Articles of the news with some `tokens` in all, paragraphs parted by blank lines."""
    texts, count = [], 0
    for article in data.articles():
        if "tokenis" in article["dataset"]:
            continue
        texts.append(re.sub(r"\s*\n\s*", "\n\n", article["text"]))
        count += len(article["text"].split())
        if count > tokens:
            break
    return texts


def seconds(nlp, tokens: int = 20_000) -> dict[str, float]:
    """Processor time for 1,000 tokens of news in each processor's ``bulk_process``, on one thread."""
    from stanza.models.common.doc import Document

    texts = news(tokens)
    nlp.bulk_process(texts[:2])
    documents = [Document([], text=text) for text in texts]
    spent = {}
    for name, processor in nlp.processors.items():
        start = time.process_time()
        documents = processor.bulk_process(documents)
        spent[name] = time.process_time() - start
    count = sum(d.num_tokens for d in documents)
    return {name: round(1000 * s / count, 3) for name, s in spent.items()}


def report(models: Path) -> None:
    """Print every figure, and keep the main ones in ``figures.json`` of `models`."""
    import torch

    torch.set_num_threads(1)
    nlp = pipeline(models)
    kept: dict[str, dict[str, float]] = {name: {} for name in nlp.processors}
    held = data.gsd()[1]
    csui = [lemmas.like_gsd(s) for s in data.treebank("id_csui-ud-test")]
    for name, bank in (("GSD dev half", held), ("CSUI test", csui)):
        scores = treebank(nlp, bank)
        print(name, scores)
        for processor, measures in SHOWN.items():
            kept.get(processor, {}).update({f"{name} {m}": scores[m] for m in measures})
    print("GSD dev half, by class", by_class(nlp, held))
    if "ner" in nlp.processors:
        given = pipeline(models, tokenize_pretokenized=True, processors="tokenize,ner")
        for name in ("idner-news-2k", "nergrit"):
            for kind, figures in annotated(given, name).items():
                print(name, "dev", kind, figures)
                kept["ner"][f"{name} dev {kind}"] = figures["all"]
        figures = articles(nlp)
        print("gold articles", figures)
        kept["ner"]["gold articles"] = figures["all"]
    spent = seconds(nlp)
    print("seconds for 1,000 tokens", spent, "tokens a second", round(1000 / sum(spent.values())))
    for name, value in spent.items():
        kept[name]["seconds for 1,000 tokens"] = value
    for path in sorted(models.glob("id/*/*.pt")):
        print(path.parent.name, round(path.stat().st_size / 1e6, 1), "MB")
    folder.figures(models).write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
