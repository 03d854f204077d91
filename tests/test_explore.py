"""The explorer without a browser: what is chosen, the line that it makes, and what is seen."""

from __future__ import annotations

import re
from html import unescape

import ipywidgets as widgets
import pytest
from reporting import NASTY, small_corpus

import analysis as an
from analysis.corpus import Corpus
from analysis.evidence import article
from analysis.explore import explore
from analysis.words import told

VIEWS = ("Articles", "Concordance", "Quotes", "Neighbours", "Prevalence")


def opened(explorer, title):
    """Open a tab and return the line of Python and the HTML that it shows."""
    explorer.tabs.selected_index = explorer.tabs.titles.index(title)
    view = explorer.views[explorer.tabs.selected_index]
    return unescape(re.sub("<[^>]*>", "", view.code.value)), view.result.value


def labels(explorer) -> set[str]:
    """Return what widgets say themselves, each tab opened: neither what an article says nor the names of anything."""
    seen = {*explorer.tabs.titles, *(text for box in (explorer.tones, explorer.order, explorer.by)
                                     for text in box._options_labels)}  # fmt: skip

    def look(widget) -> None:
        seen.update(getattr(widget, name, "") for name in ("description", "placeholder"))
        if isinstance(widget, widgets.HTML):
            bare = re.sub("<pre.*?</pre>|<style.*?</style>|<tbody.*?</tbody>|<svg.*?</svg>", "", widget.value)
            seen.update(unescape(text) for text in re.split("<[^>]*>", bare) if "reading" not in bare)
            seen.update(re.findall(r"confidence|keyakinan|found by|ditemukan|pattern|pola|quote of|kutipan", bare))
        for child in getattr(widget, "children", ()):
            look(child)

    explorer.pattern.value = "China"
    for tab in range(len(explorer.tabs.titles)):
        explorer.tabs.selected_index = tab
        look(explorer.box)
    explorer._correct(explorer._merge_line)
    look(explorer.said)
    return {text.strip() for text in seen if re.search("[a-z]", text)}


@pytest.fixture
def explorer(seed_corpus, tmp_path):
    return explore(seed_corpus, tmp_path / "own")


class TestArticle:
    @staticmethod
    def text(html: str) -> str:
        return unescape(re.sub("<[^>]*>", "", re.sub(r'<span class="why".*?</span></span>', "", html)))

    def test_its_text_is_whole_whatever_is_marked(self, seed_corpus):
        for row in seed_corpus.articles.itertuples():
            assert self.text(article(seed_corpus, row.article_id).html) == row.text

    def test_every_mark_says_why(self, seed_corpus):
        html = unescape("".join(article(seed_corpus, id_).html for id_ in seed_corpus.articles["article_id"]))
        assert all(f"pattern '{pattern}'" in html for pattern in seed_corpus.issues["found_by"])
        assert all(quote in html for quote in seed_corpus.quotes["quote_id"])
        assert all(f"({actor})" in html for actor in seed_corpus.entities["actor_id"])
        assert all(f"found by {how}" in html for how in seed_corpus.entities["found_by"])

    def test_nothing_that_an_article_says_is_html(self, tmp_path):
        hostile = Corpus.load(small_corpus(tmp_path / "frames"))
        explorer = explore(hostile)
        explorer.pattern.value = "Blinken"
        for title in VIEWS:
            html = opened(explorer, title)[1]
            assert "<script" not in html and "<img" not in html
        assert NASTY in self.text(article(hostile, "a000").html)
        assert "<script" not in hostile._repr_html_() and "<script" not in hostile.articles._repr_html_()

    def test_an_article_that_is_not_there(self, seed_corpus):
        with pytest.raises(an.SimakError, match="no article 'x'"):
            article(seed_corpus, "x")


class TestLanguage:
    def test_in_indonesian_no_label_is_english(self, seed_corpus):
        english, indonesian = labels(explore(seed_corpus)), labels(explore(seed_corpus, language="id"))
        assert {"Neighbours", "name an actor, then Enter", "negative", "month", "Speaker", "Write"} <= english
        assert {"Tetangga", "nama aktor, lalu Enter", "negatif", "bulan", "Pembicara", "Tulis"} <= indonesian
        assert english & indonesian == {"tarif*", "tarif impor", "Id"} and len(indonesian) > 40

    def test_marks_say_why_in_it(self, seed_corpus):
        html = unescape("".join(article(seed_corpus, id_, "id").html for id_ in seed_corpus.articles["article_id"]))
        whys = re.findall('<span class="why" role="tooltip">(.*?)</span></span>', html)
        assert any("kutipan langsung dari Wang Xiaohong (wang-xiaohong), keyakinan" in why for why in whys)
        assert any("LOC Amerika Serikat (united-states): ditemukan oleh" in why for why in whys)
        assert not re.search(r"quote of|found by|confidence|pattern|; about|nobody|positive|negative", "".join(whys))

    def test_actors_and_issues_are_named_in_it(self, seed_corpus):
        explorer = explore(seed_corpus, language="id")
        explorer.centre.value = "Amerika Serikat"
        assert "'united-states'" in opened(explorer, "Tetangga")[0]
        assert "Diplomasi" in opened(explorer, "Prevalensi")[1]
        assert "Perdagangan" in explorer.issues._options_labels

    def test_the_line_and_what_it_gives_are_those_of_english(self, seed_corpus):
        one, other = explore(seed_corpus), explore(seed_corpus, language="id")
        one.tones.value = other.tones.value = ["negative"]
        assert one.filter_line.value == other.filter_line.value
        assert one.part.articles.equals(other.part.articles)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (lambda e: e.merge("wang-yi", "wang-yi"), "'wang-yi' dan 'wang-yi' sudah dihitung sebagai satu aktor."),
            (lambda e: e.add_pattern("trade", "tarif"), "'tarif' sudah menjadi pola 'trade'."),
            (lambda e: e.add_pattern("none", "tarif"), "'none' bukan kode dalam buku kode; yang ada: fentanyl"),
            (lambda e: e.add_pattern("trade", "kopi"), "Belum ada folder Anda sendiri"),
            (lambda e: e.add_pattern("trade", "a ~1 b ~1 c"), "'a ~1 b ~1 c' bukan pola: sebuah pola hanya boleh"),
            (lambda e: e.add_pattern("trade", "a ~99999 b"), "bukan pola: '~99999' di luar batas"),
            (lambda e: e.add_pattern("trade", ""), "bukan pola: sebuah pola, dan tiap sisi '~', perlu"),
            (lambda e: e.add_pattern("trade", "a*"), "bukan pola: 'a*' menangkap terlalu banyak"),
            (lambda e: e.add_pattern("trade", "a " * 99), "bukan pola: sebuah frasa boleh memuat paling banyak"),
            (lambda e: e.add_pattern("trade", "(a+)+"), "bukan pola: '(a+)+' bukan kata; yang boleh: huruf"),
            (lambda e: e.corpus.filter(outlets=["Koran"]), "Tidak ada artikel dari media 'Koran'; medianya: "),
            (lambda e: e.corpus.filter(since="kemarin"), "since='kemarin' bukan tanggal; tulis seperti 2024-04-26."),
            (lambda e: an.kwic(e.part.sentences, "?"), "pattern='?' tidak memuat kata."),
        ],
    )
    def test_what_is_wrong_is_said_in_it(self, seed_corpus, wrong, said):
        with pytest.raises(an.SimakError) as raised:
            wrong(explore(seed_corpus))
        assert said in told("id", raised.value)
        assert told("en", raised.value) == str(raised.value) and said not in str(raised.value)

    def test_the_widgets_show_it_so(self, seed_corpus, tmp_path):
        explorer = explore(seed_corpus, tmp_path, "id")
        explorer.merged.value = explorer.into.value = "Wang Yi"
        explorer._correct(explorer._merge_line)
        assert "sudah dihitung sebagai satu aktor" in explorer.said.value
        explorer.pattern.value = "?"
        assert "tidak memuat kata" in opened(explorer, "Konkordansi")[1]

    def test_another_language_is_refused(self, seed_corpus):
        with pytest.raises(an.SimakError, match="language='fr' is not known; allowed are en, id"):
            explore(seed_corpus, language="fr")


class TestFilters:
    def test_each_leaves_the_articles_that_meet_it(self, seed_corpus):
        for given in ({"actors": ["wang-yi"]}, {"issues": ["trade"]}, {"tones": ["negative"]}):
            part = seed_corpus.filter(**given)
            (name, (value,)) = next(iter(given.items()))
            column = {"actors": "actor_id", "issues": "issue", "tones": "sentiment"}[name]
            frames = {"actors": ["entities", "quotes"], "issues": ["issues"], "tones": ["quotes"]}[name]
            held = [getattr(seed_corpus, frame) for frame in frames]
            assert set(part.articles["article_id"]) == {
                id_ for frame in held for id_ in frame.loc[frame[column] == value, "article_id"]
            }

    def test_a_tone_is_that_of_the_actors_chosen(self, seed_corpus):
        part = seed_corpus.filter(actors=["wang-yi"], tones=["negative"])
        quotes = seed_corpus.quotes.query("actor_id == 'wang-yi' and sentiment == 'negative'")
        assert set(part.articles["article_id"]) == set(quotes["article_id"])

    def test_a_choice_is_shown_as_the_line_that_makes_it(self, explorer, seed_corpus):
        explorer.issues.value, explorer.tones.value = ("trade",), ("negative",)
        line = unescape(re.sub("<[^>]*>", "", explorer.filter_line.value))
        assert line == "part = explorer.corpus.filter(issues=['trade'], tones=['negative'])"
        again = seed_corpus.filter(issues=["trade"], tones=["negative"])
        assert explorer.part.articles["article_id"].tolist() == again.articles["article_id"].tolist()
        assert f"<b>{len(again.articles)}</b> of 5 articles" in explorer.left.value

    def test_words_that_would_be_code_stay_words(self, explorer):
        explorer.words.value = "'); raise SystemExit('"
        assert "0 of 0" in opened(explorer, "Quotes")[1]

    def test_no_article_left_is_said(self, explorer):
        import datetime

        explorer.since.value = datetime.date(2090, 1, 1)
        assert "No article meets all of this" in opened(explorer, "Articles")[1]
        assert "No article meets all of this" in opened(explorer, "Prevalence")[1]


class TestViews:
    @pytest.mark.parametrize("title", VIEWS)
    def test_the_line_gives_what_is_seen(self, explorer, title):
        explorer.pattern.value = "China"
        line, html = opened(explorer, title)
        found = eval(line, {"an": an, "part": explorer.part})
        view = explorer.views[explorer.tabs.selected_index]
        assert len(found.html if title == "Articles" else found) and view.shown(found) == html

    def test_quotes_filter_by_words_tone_and_speaker(self, explorer, seed_corpus):
        explorer.actors.value, explorer.tones.value = ["Antony Blinken"], ("negative",)
        line, _ = opened(explorer, "Quotes")
        found = explorer.run(line)
        assert set(found["actor_id"]) == {"antony-blinken"} and set(found["sentiment"]) == {"negative"}
        word = found["text"].iloc[0].split()[0]
        explorer.words.value = word.upper()
        assert explorer.run(opened(explorer, "Quotes")[0])["text"].str.contains(word, case=False).all()

    def test_quotes_can_be_ordered(self, explorer):
        explorer.order.value = "score"
        line, _ = opened(explorer, "Quotes")
        assert explorer.run(line)["score"].is_monotonic_increasing and "sort_values('score'" in line


class TestCorrecting:
    def test_a_merge_changes_the_graph(self, explorer):
        explorer.centre.value = "Antony Blinken"
        assert "Wang Yi" in opened(explorer, "Neighbours")[1]
        explorer.merged.value, explorer.into.value = "Wang Yi", "Joe Biden"
        explorer._correct(explorer._merge_line)
        assert "explorer.merge(&#x27;wang-yi&#x27;, &#x27;joe-biden&#x27;)" in explorer.said.value
        assert (explorer.knowledge.folder / "actors.yml").exists()
        assert "Wang Yi" not in opened(explorer, "Neighbours")[1]

    def test_a_pattern_is_found_at_once(self, explorer):
        before = len(explorer.corpus.issues)
        explorer.add_pattern("trade", "<menteri>")
        assert len(explorer.corpus.issues) > before

    def test_a_quote_goes_to_another_speaker(self, explorer, seed_corpus):
        quote = seed_corpus.quotes["quote_id"][0]
        explorer.quote.value, explorer.speaker.value = f"{quote} words of it", "Wang Yi"
        explorer._correct(explorer._speaker_line)
        assert explorer.corpus.quotes.set_index("quote_id")["actor_id"][quote] == "wang-yi"

    @pytest.mark.parametrize("form", ["_merge_line", "_pattern_line", "_speaker_line"])
    def test_an_empty_form_is_answered_not_written(self, explorer, form):
        explorer._correct(getattr(explorer, form))
        assert "caution" in explorer.said.value and not list(explorer.knowledge.folder.iterdir())

    def test_without_a_folder_of_ones_own_it_is_said(self, seed_corpus):
        explorer = explore(seed_corpus)
        explorer.merged.value, explorer.into.value = "Wang Yi", "Joe Biden"
        explorer._correct(explorer._merge_line)
        assert "no folder of your own" in explorer.said.value
