"""What repeats across many articles of one outlet is no article, unless they are all about one thing."""

from __future__ import annotations

import random

from analysis import frames
from analysis.articles import without_repeated

WORDS = [
    f"{start}{end}"
    for start in ("ba", "cu", "di", "ge", "ha", "ku", "lo", "mi")
    for end in ("tar", "sin", "rung", "lat")
]
NOTE = "Portal ini adalah media bagi semua pembaca."


def corpus(texts: list[str], outlet: str | None = "Kabar") -> list[str]:
    rows = [
        {"article_id": f"a{k}", "text": text, "body": [[0, len(text)]], "source_path": "x", "outlet": outlet,
         "words": len(text.split()), "duplicate_group": f"a{k}", "quality": []}
        for k, text in enumerate(texts)
    ]  # fmt: skip
    found = without_repeated(frames.made("articles", rows))
    bodies = [
        "".join(text[start:end] for start, end in body) for text, body in zip(found["text"], found["body"], strict=True)
    ]
    assert [len(body.split()) for body in bodies] == found["words"].tolist()
    return bodies


def prose(seed: int) -> str:
    dice = random.Random(seed)
    return " ".join(dice.choices(WORDS, k=12))


def test_a_note_of_the_outlet_leaves_the_bodies() -> None:
    bodies = corpus([f"{prose(k)}\n{NOTE}\n{prose(k + 99)}" for k in range(30)])
    assert all(NOTE not in body and prose(k + 99) in body for k, body in enumerate(bodies))


def test_a_line_of_articles_about_one_thing_stays() -> None:
    texts = [f"{prose(k)}\n{prose(k + 99)}" for k in range(60)]
    texts += [f"Harga emas {prose(k)}\n{NOTE}" for k in range(200, 220)]
    assert sum(NOTE in body for body in corpus(texts)) == 20


def test_few_articles_another_outlet_or_none_and_a_whole_article_stay() -> None:
    texts = [f"{prose(k)}\n{NOTE}" for k in range(9)]
    assert all(NOTE in body for body in corpus(texts))
    assert all(NOTE in body for body in corpus(texts * 2, outlet=None))
    assert corpus([NOTE] * 20) == [NOTE] * 20
