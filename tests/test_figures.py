"""Figures, tables and evidence: what is drawn and written, and that nothing an article says gets out of its text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import combinations, pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.transforms import Bbox

from analysis import evidence, figures, tables
from analysis.figures.style import HUES, VARIABLES

LONG = "Kementerian Perdagangan dan Perindustrian Republik Rakyat Tiongkok"
SHARES = pd.DataFrame({
    "label": ["China", LONG, "<b>&", "$x^2$"], "share": [0.9, 0.5, 0.25, 0.0],
    "low": [0.7, 0.2, 0.1, 0.0], "high": [1.0, 0.8, 0.4, 0.2], "few": [False, True, False, True],
})  # fmt: skip
PERIODS = pd.DataFrame({
    "issue": ["trade"] * 3 + ["taiwan"] * 3, "month": ["2024-01", "2024-02", "2024-04"] * 2,
    "share": [0.1, 0.5, 0.2, 0, 0, 1], "low": 0.0, "high": 1.0, "few": [True, False, False] * 2,
})  # fmt: skip
TONES = pd.DataFrame({"label": ["China", LONG], "negative": [5, 0], "neutral": [1, 7], "positive": [0, 2]})
PAIRS = pd.DataFrame({"pair": ["a – b", LONG], "count": [9, 4], "expected": [2.5, 3.9]})
CHOICE = pd.DataFrame({
    "number": [5, 10], "stability": [0.4, 0.6], "low": [0.3, 0.5], "high": [0.5, 0.7], "coherence": [0.1, 0.2],
})  # fmt: skip


def every_figure() -> dict[str, figures.Figure]:
    cells = pd.DataFrame([[0.2, np.nan]], ["trade"], ["Kompas (3)", f"{LONG} (9)"])
    hues = figures.colours(["trade", "taiwan"])
    return {
        "intervals": figures.intervals(SHARES, "label", "share", notes=["1 of 2"] * 4, few="few"),
        "counts": figures.intervals(PAIRS, "pair", "count", percent=False),
        "dumbbells": figures.dumbbells(PAIRS, "pair", "count", "expected", notes=["1", "2"], xlabel="sentences"),
        "small multiples": figures.small_multiples(PERIODS, "issue", "month", "share", hues=hues, few="few"),
        "bars": figures.bars(PERIODS.head(3), "month", "share"),
        "choice": figures.choice(CHOICE, "number", {"stability": "Stability", "coherence": "Coherence"}, 10),
        "matrix": figures.matrix(cells, cells.map(str), few=[False, True]),
        "tones": figures.tones(TONES, "label", ["6", "9"], {tone: f"nada {tone}" for tone in figures.TONES}),
        "network": figures.network(*net(12)),
    }  # fmt: skip


def net(actors: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = [f"actor-{n}" for n in range(actors)]
    edges = pd.DataFrame(
        [(a, b, 1 / (1 + n)) for n, (a, b) in enumerate(pairwise(names))], columns=["source", "target", "weight"]
    )
    nodes = figures.layout(edges).assign(
        label=[f"Kementerian {n}" for n in range(actors)], size=np.linspace(1, 0.05, actors), hue=HUES[0]
    )
    return nodes, edges


def crowd(leaves: int, islands: int, chain: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A hub with many leaves, at the end of a chain, and islands of three beside it, all with long names."""
    ties = [("hub", f"leaf-{n}") for n in range(leaves)] + [("leaf-0", "leaf-1"), ("leaf-1", "leaf-2")]
    ties += pairwise(["hub", *(f"chain-{n}" for n in range(chain))])
    ties += [(f"island-{n}", f"shore-{n}-{m}") for n in range(islands) for m in (0, 1)]
    edges = pd.DataFrame(ties, columns=["source", "target"]).assign(weight=0.2)
    nodes = figures.layout(edges)
    size = np.where(nodes.index == "hub", 1, 0.05)
    labels = [f"Kementerian {n} Republik Rakyat" for n in range(len(nodes))]
    return nodes.assign(label=labels, size=size, hue=HUES[0]), edges


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def drawn() -> dict[str, figures.Figure]:
    return every_figure()


class TestFigures:
    def test_nothing_is_cut_off(self, drawn):
        for name, figure in drawn.items():
            figure.draw_without_rendering()
            box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
            assert box.x0 > -0.02 and box.y0 > -0.02 and box.x1 < width + 0.02 and box.y1 < height + 0.02, name

    def test_an_svg_says_what_it_shows(self, drawn):
        for figure in drawn.values():
            tag, attributes = Tags(figures.svg(figure, 'Shares of "A" & <B>', "k")).seen[0]
            assert (tag, attributes["role"], attributes["aria-label"]) == ("svg", "img", 'Shares of "A" & <B>')

    def test_a_figure_without_words_for_it_is_refused(self, drawn):
        with pytest.raises(ValueError, match="alt"):
            figures.svg(drawn["bars"], " ", "k")

    def test_an_svg_follows_the_theme_and_calls_nobody(self, drawn):
        for name, figure in drawn.items():
            svg = figures.svg(figure, name, "k")
            plain = re.findall(r"(?<!, )(#[0-9a-f]{6})\b", svg)
            assert set(plain) <= {"#000000", "#ffffff"}, (name, set(plain))
            assert not re.search(r"https?://(?!www\.w3\.org)", svg), name

    def test_text_stays_text_and_is_escaped(self, drawn):
        svg = figures.svg(drawn["intervals"], "x", "k")
        assert "&lt;b&gt;&amp;" in svg and "$x^2$" in svg and "Kementerian Perdagangan dan" in svg

    def test_ids_of_two_figures_on_a_page_do_not_clash(self, drawn):
        ids = [set(re.findall(r'\bid="([^"]+)"', figures.svg(drawn["bars"], "x", key))) for key in ("a", "b")]
        assert ids[0] and not ids[0] & ids[1]

    def test_the_same_numbers_give_the_same_drawing(self, drawn):
        again = figures.network(*net(12))
        assert figures.svg(again, "x", "k") == figures.svg(drawn["network"], "x", "k")

    @pytest.mark.parametrize("given", [net(14), crowd(26, 1), crowd(14, 4), crowd(20, 3, chain=4)])
    def test_labels_of_a_network_do_not_cover_one_another(self, given):
        nodes, edges = given
        axis = figures.network(nodes, edges).axes[0]
        boxes = [text.get_window_extent() for text in axis.texts]
        dots = [Bbox.from_bounds(x - 3, y - 3, 6, 6) for x, y in axis.transData.transform(nodes[["x", "y"]])]
        covered = [Bbox.intersection(a, b) for a, b in [*combinations(boxes, 2), *product(boxes, dots)]]
        assert "".join(text.get_text() for text in axis.texts).count("Kementerian") == len(nodes)
        assert all(box is None or box.width * box.height < 12 for box in covered)

    def test_a_layout_is_the_same_in_every_run(self):
        """Small islands came in the order of a set, which differs from run to run."""
        program = (
            "import pandas as pd; from analysis import figures; "
            "names = [f'{a}{n}' for n in range(4) for a in 'abcdef'[: 6 - n]]; "
            "edges = pd.DataFrame([(m, n, 1.0) for m, n in zip(names, names[1:]) if m[1] == n[1]], "
            "columns=['source', 'target', 'weight']); print(figures.layout(edges).to_csv())"
        )
        runs = {
            subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
                           capture_output=True, text=True).stdout
            for seed in "123"
        }  # fmt: skip
        assert len(runs) == 1

    def test_a_key_keeps_its_colour_when_others_leave(self):
        hues = figures.colours([f"k{n}" for n in range(10)])
        assert len(set(hues.values())) == 9 and hues["k9"] == figures.REST
        assert set(hues.values()) <= set(VARIABLES)


class TestTables:
    def test_what_an_article_says_is_never_markup(self):
        html = tables.table(
            pd.DataFrame({"a": ["<img onerror=x>"], "b": [0.5]}),
            {"a": tables.Column('<i>"'), "b": tables.Column("b", number=True, bar=True, links=['"><b>'])},
            '" onload="x',
        )
        tags = Tags(html).seen
        assert {tag for tag, _ in tags} == {"div", "table", "thead", "tr", "th", "tbody", "td", "a"}
        assert not any(name.startswith("on") for _, attributes in tags for name in attributes)

    def test_numbers_sort_by_value_and_missing_ones_are_empty(self):
        html = tables.table(
            pd.DataFrame({"n": [1234.5, np.nan]}), {"n": tables.Column("n", "{:,.0f}".format, number=True)}, "n"
        )
        assert 'data-v="1234.5">1,234<' in html and 'data-v="">–<' in html

    def test_a_caution_with_nothing_to_say_is_nothing(self):
        assert tables.caution("title", []) == ""


class TestEvidence:
    def rows(self, sentences: int, articles: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        ids = [f"a{n % articles}" for n in range(sentences)]
        rows = pd.DataFrame(
            {"number": "n", "article_id": ids, "sentence_id": [f"{a}:{n}-{n + 1}" for n, a in enumerate(ids)]}
        )
        about = pd.DataFrame(
            {"article_id": [f"a{n}" for n in range(articles)], "outlet": [f"o{n % 5}" for n in range(articles)]}
        )
        return rows, about.assign(date=pd.to_datetime("2024-01-01"))

    def test_sentences_are_spread_over_outlets(self):
        rows, articles = self.rows(500, 50)
        shown = evidence.spread(rows, articles).merge(articles)
        assert len(shown) == evidence.MOST and shown["outlet"].value_counts().tolist() == [4] * 5

    def test_the_draw_does_not_depend_on_the_order(self):
        rows, articles = self.rows(200, 20)
        assert evidence.spread(rows, articles).equals(evidence.spread(rows.iloc[::-1], articles.iloc[::-1]))

    @given(st.text(max_size=80), st.lists(st.tuples(st.integers(-5, 90), st.integers(0, 90)), max_size=5))
    def test_marking_changes_no_letter(self, text, spans):
        html = evidence.marked(text, [(s, max(s, e)) for s, e in spans])
        plain = re.sub(r"</?mark>", "", html)
        assert plain == evidence.escape(text)

    def test_a_long_sentence_is_cut_around_its_mark(self):
        html = evidence.marked("a" * 2_000 + "KEY" + "b" * 2_000, [(2_000, 2_003)])
        assert "<mark>KEY</mark>" in html and html.startswith("…") and html.endswith("…") and len(html) < 800

    def test_names_that_look_alike_keep_their_own_anchor(self):
        assert len({evidence.anchor("actor", name) for name in ("a b", "a-b", "A b", "a#b", "<a>")}) == 5
        assert all(re.fullmatch(r"ev-[a-z0-9-]+", evidence.anchor("actor", name)) for name in ("a b", '"><x', "ÄÖ"))
