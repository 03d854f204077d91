"""Copies are found although words were changed, the end was cut and the title is another."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from analysis import frames
from analysis.articles import with_duplicates

WORDS = [
    f"{start}{middle}{end}"
    for start in ("me", "pe", "ter", "ber", "di")
    for middle in ("ba", "ku", "lo", "si", "ra", "tan", "gi")
    for end in ("kan", "i", "an", "ng", "s")
]


def prose(seed: int, words: int = 250) -> str:
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) for _ in range(words)) + "."


def changed(text: str, seed: int = 0, share: float = 0.1) -> str:
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) if dice.random() < share else word for word in text.split())


def cut(text: str) -> str:
    words = text.split()
    return " ".join(words[: len(words) * 2 // 3])


def articles(texts: dict[str, str], dates: dict[str, str] | None = None) -> pd.DataFrame:
    return frames.made(
        "articles",
        (
            {
                "article_id": id_,
                "text": text,
                "body": [[0, len(text)]],
                "source_path": "x",
                "words": len(text.split()),
                "duplicate_group": id_,
                "quality": [],
                "date": pd.Timestamp((dates or {})[id_]) if id_ in (dates or {}) else None,
            }
            for id_, text in texts.items()
        ),
    )


def groups(frame: pd.DataFrame) -> dict[str, str]:
    found = with_duplicates(frame)
    return dict(zip(found["article_id"], found["duplicate_group"], strict=True))


@pytest.mark.parametrize(
    "copy",
    [
        lambda text: text,
        changed,
        cut,
        lambda text: "Judul lain sekali\n\n" + text,
        lambda text: "Judul lain\n\n" + cut(changed(text)),
    ],
    ids=["equal", "a tenth changed", "cut by a third", "new title", "all three"],
)
def test_copies_join_their_original(copy) -> None:
    originals = {f"a{k:02d}": prose(k) for k in range(20)}
    found = groups(articles({**originals, **{f"z{id_}": copy(text) for id_, text in originals.items()}}))
    assert sum(found[f"z{id_}"] == id_ for id_ in originals) >= 19
    assert all(found[id_] == id_ for id_ in originals)


def test_the_earliest_is_the_head_and_articles_without_a_date_come_last() -> None:
    text = prose(1)
    found = groups(
        articles(
            {"a": text, "b": text, "c": text, "d": text}, {"b": "2024-05-02", "c": "2024-05-01", "d": "2024-05-01"}
        )
    )
    assert set(found.values()) == {"c"}


def test_texts_from_one_template_are_no_duplicates() -> None:
    def report(day: int, price: int) -> str:
        lines = [
            f"Harga emas {weight} gram Antam hari ini dijual {price * weight}.000 rupiah."
            for weight in (1, 2, 3, 5, 10, 25)
        ]
        return f"Harga emas batangan Antam pada tanggal {day} Juni kembali berubah menurut laman resmi. " + " ".join(
            lines
        )

    assert groups(articles({"a": report(3, 1911), "b": report(4, 1927)})) == {"a": "a", "b": "b"}


def test_short_texts_are_duplicates_only_when_equal() -> None:
    found = groups(articles({"a": "Xi bertemu Blinken.", "b": "Xi bertemu Blinken!", "c": "Xi bertemu Putin."}))
    assert found == {"a": "a", "b": "a", "c": "c"}


def test_order_does_not_matter_and_one_article_or_none_is_enough() -> None:
    texts = {f"{k}": prose(k % 5) for k in range(10)}
    straight, turned = groups(articles(texts)), groups(articles(dict(reversed(texts.items()))))
    assert straight == turned
    assert groups(articles({"a": prose(1)})) == {"a": "a"}
    assert groups(articles({})) == {}


def test_the_report_of_another_day_has_other_amounts() -> None:
    today = f"Harga emas naik menjadi Rp1.929.000 per gram dan Rp9.500.000 per lima gram. {prose(1, 100)}"
    later = today.replace("1.929.000", "1.904.000")
    assert groups(articles({"a": today, "b": later}, {"a": "2025-06-06", "b": "2025-06-07"}))["b"] == "b"
    assert groups(articles({"a": today, "b": later}, {"a": "2025-06-06", "b": "2025-06-06"}))["b"] == "a"
