"""Samples of paragraphs: how they are drawn, and that the estimates are right and their intervals honest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import analysis as an
from analysis import accuracy, codings, frames, sampling
from analysis.cli import main
from analysis.corpus import FRAMES, Corpus
from analysis.errors import SimakError
from analysis.knowledge import Knowledge

MEANINGS = {"rare": "Rare.", "trade": "Trade, tariffs.", "=war": "War."}


def made_corpus(paragraphs: int = 3000, seed: int = 1) -> tuple[Corpus, pd.DataFrame]:
    """Return a corpus of one-sentence paragraphs, and what a reader would find in each."""
    rng = np.random.default_rng(seed)
    ids = [f"a{n // 10:04}:{100 * (n % 10)}-{100 * (n % 10) + 90}" for n in range(paragraphs)]
    truth = pd.DataFrame({"rare": rng.random(paragraphs) < 0.02, "trade": rng.random(paragraphs) < 0.2,
                          "=war": rng.random(paragraphs) < 0.1}, index=ids)  # fmt: skip
    found = (truth & (rng.random(truth.shape) < 0.8)) | (~truth & (rng.random(truth.shape) < 0.02))
    spans = [(id_, *map(int, id_.split(":")[1].split("-"))) for id_ in ids]
    text = "x" * 1000
    about = {"title": "=1+1", "text": text, "body": [[0, 1000]], "source_path": "a", "words": 9, "quality": []}
    articles = [{"article_id": id_, "duplicate_group": id_, **about} for id_ in sorted({id_[:5] for id_ in ids})]
    sentences = [{"article_id": id_[:5], "sentence_id": id_, "start": start, "end": end, "text": text[start:end],
                  "paragraph": start // 100} for id_, start, end in spans]  # fmt: skip
    issues = [{"article_id": id_[:5], "sentence_id": id_, "issue": code, "start": start, "end": start + 1, "text": "x",
               "found_by": "x"} for id_, start, _ in spans for code in found if found.at[id_, code]]  # fmt: skip
    rows = {"articles": articles, "sentences": sentences, "issues": issues}
    made = {name: frames.made(name, rows.get(name, [])) for name in FRAMES}
    return Corpus(**made, made_with={"models": "m"}), truth


@pytest.fixture(scope="module")
def made():
    return made_corpus()


def coded(sample: sampling.Sample, truth: pd.DataFrame) -> pd.DataFrame:
    units = pd.Index([unit.unit for unit in sample.units], name="unit")
    return truth.reindex(units).reindex(columns=list(sample.meanings), fill_value=False)


class TestDrawing:
    def test_it_stands_for_the_whole_corpus(self, made):
        sample = sampling.drawn(made[0], 200, MEANINGS)
        assert len(sample.units) == 200 and sample.paragraphs == 3000
        assert sum(unit.weight for unit in sample.units) == pytest.approx(3000)
        nothing = [unit for unit in sample.units if not unit.codes]
        assert len(nothing) == 60 and sum(unit.weight for unit in nothing) == pytest.approx(sample.nothing)
        assert sum("rare" in unit.codes for unit in sample.units) > 20

    def test_the_order_tells_nothing(self, made):
        units = sampling.drawn(made[0], 200, MEANINGS).units
        found = np.array([bool(unit.codes) for unit in units])
        assert abs(found[:100].mean() - found[100:].mean()) < 0.2

    def test_the_same_again_and_another_with_another_seed(self, made):
        again = [sampling.drawn(made[0], 50, MEANINGS, seed).units for seed in (0, 0, 1)]
        assert again[0] == again[1] != again[2]

    def test_few_paragraphs_are_all_drawn(self, seed_corpus):
        sample = sampling.drawn(seed_corpus, 10_000, {"trade": "Trade."})
        assert len(sample.units) == sample.paragraphs and {unit.weight for unit in sample.units} == {1.0}
        texts = seed_corpus.articles.set_index("article_id")["text"]
        for unit in sample.units:
            article, span = unit.unit.rsplit(":", 1)
            start, end = map(int, span.split("-"))
            assert texts[article][start:end] == unit.text


class TestEstimating:
    def test_right_on_average_and_intervals_that_hold_the_truth(self, made):
        corpus, truth = made
        found = pd.crosstab(corpus.issues["sentence_id"], corpus.issues["issue"]).reindex(truth.index, fill_value=0) > 0
        found = found[list(truth)]
        right = (found & truth).sum()
        real = {"precision": right / found.sum(), "recall": right / truth.sum()}
        samples = [sampling.drawn(corpus, 200, MEANINGS, seed) for seed in range(25)]
        tables = [sampling.estimated(s, coded(s, truth)).set_index("issue").loc[list(truth)] for s in samples]
        for name, value in real.items():
            assert (np.mean([table[name] for table in tables], axis=0) - value).abs().max() < 0.08
            held = [(t[f"{name}_low"] <= value) & (value <= t[f"{name}_high"]) for t in tables]
            assert np.mean(held) > 0.9

    def test_all_paragraphs_coded_leave_no_doubt(self):
        corpus, truth = made_corpus(300)
        sample = sampling.drawn(corpus, 300, MEANINGS)
        row = sampling.estimated(sample, coded(sample, truth)).set_index("issue").loc["trade"]
        found = set(corpus.issues.query("issue == 'trade'")["sentence_id"])
        right = len(found & set(truth.index[truth["trade"]]))
        assert row["precision"] == row["precision_low"] == row["precision_high"] == right / len(found)
        assert row["recall"] == pytest.approx(right / truth["trade"].sum()) and row["cannot_say"] == ""

    def test_no_miss_in_a_small_sample_is_no_proof_of_recall(self, made):
        corpus, _ = made
        sample = sampling.drawn(corpus, 40, MEANINGS)
        codes = pd.DataFrame([{code: code in unit.codes for code in sample.meanings} for unit in sample.units],
                             index=pd.Index([unit.unit for unit in sample.units], name="unit"))  # fmt: skip
        row = sampling.estimated(sample, codes).set_index("issue").loc["rare"]
        assert row["recall"] == 1 and row["recall_low"] < 0.6 and "recall" in row["cannot_say"]

    def test_it_corrects_prevalence(self, made):
        corpus, truth = made
        sample = sampling.drawn(corpus, 400, MEANINGS)
        quality = sampling.measured(sample, coded(sample, truth), "mine").counts()
        shares = an.prevalence(*an.by_paragraph(corpus), quality=quality).set_index("issue")
        for code in ("trade", "=war"):
            assert shares.at[code, "corrected_low"] < truth[code].mean() < shares.at[code, "corrected_high"]


class TestSheets:
    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    def test_what_is_marked_comes_back_and_nothing_can_run(self, made, tmp_path, form):
        corpus, truth = made
        sample = sampling.drawn(corpus, 20, MEANINGS)
        marks = coded(sample, truth).iloc[:15]
        path = codings.sheet(sample, tmp_path / f"paragraphs.{form}", marks)
        pd.testing.assert_frame_equal(codings.read(path, sample), marks)
        if form == "xlsx":
            import openpyxl

            cells = [cell for page in openpyxl.load_workbook(path) for row in page.iter_rows() for cell in row]
            assert "f" not in {cell.data_type for cell in cells} and "'=1+1" in {cell.value for cell in cells}

    def test_semicolons_and_other_marks_of_a_spreadsheet(self, made, tmp_path):
        sample = sampling.drawn(made[0], 4, {"trade": "Trade."})
        head = "unit;title;text;none;trade;quote:any;quote:negative;quote:positive\n"
        rows = f"{sample.units[0].unit};;;;X;;;\n{sample.units[1].unit};;;ya;;;;\n{sample.units[2].unit};;;;;;;\n"
        (tmp_path / "a.csv").write_text(head + rows, "utf-8-sig")
        assert codings.read(tmp_path / "a.csv", sample)["trade"].tolist() == [True, False]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("unit,none\n", "column 'trade' is missing"),
            ("unit,none,trade,quote:any,quote:negative,quote:positive\nzzz,1,,,,\n", "no paragraph 'zzz'"),
            ("unit,none,trade,quote:any,quote:negative,quote:positive\nzzz,perhaps,,,,\n", "row 2, none"),
        ],
    )
    def test_a_sheet_that_is_none_is_said(self, made, tmp_path, text, said):
        (tmp_path / "a.csv").write_text(text, "utf-8")
        with pytest.raises(SimakError, match=said):
            codings.read(tmp_path / "a.csv", sampling.drawn(made[0], 4, {"trade": "Trade."}))

    def test_coding_in_a_widget(self, made, tmp_path):
        sample = sampling.drawn(made[0], 3, MEANINGS)
        sampling.kept(sample, tmp_path)
        coder = codings.Coder(tmp_path)
        coder.marks["trade"].value = True
        coder.next.click()
        coder.next.click()
        again = codings.Coder(tmp_path)
        assert again.place == 2 and again.codings["trade"].tolist() == [True, False]
        again.back.click()
        assert "2 of 3, 2 coded" in again.count.value and "<b>" not in again.text.value
        indonesian = codings.Coder(tmp_path, "id")
        assert indonesian.count.value == "3 dari 3, 2 sudah dikode"
        assert [button.description for button in (indonesian.next, indonesian.back)] == ["Simpan, lanjut", "Kembali"]
        assert indonesian.marks["quote:any"].tooltip == "Sebuah pernyataan dikaitkan dengan seseorang."
        assert indonesian.marks["trade"].tooltip == coder.marks["trade"].tooltip  # nothing was given in Indonesian

    def test_coders_read_what_belongs_to_a_code_in_either_language(self, made, tmp_path):
        book = Knowledge().codebook.root
        assert all(issue.definition_id for issue in book.values())
        meant = [{code: issue.meaning(language) for code, issue in book.items()} for language in ("en", "id")]
        sample = sampling.drawn(made[0], 3, meant[0], meanings_id=meant[1])
        sampling.kept(sample, tmp_path)
        tooltips = [codings.Coder(tmp_path, language).marks["trade"].tooltip for language in ("en", "id")]
        assert [text.split(":")[0] for text in tooltips] == ["Trade", "Perdagangan"]
        sheet = pd.read_excel(codings.sheet(sample, tmp_path / "a.xlsx"), sheet_name="codes", header=None)
        assert tooltips in sheet[[1, 2]].to_numpy().tolist()
        codings.handed_out(sample, tmp_path, "label-studio")
        assert " | ".join(tooltips) in (tmp_path / "label-studio.config.xml").read_text("utf-8")

    def test_a_key_drawn_before_there_was_indonesian_still_opens(self, made, tmp_path):
        sample = sampling.drawn(made[0], 3, MEANINGS)
        old = sample.model_dump_json(exclude={"meanings_id"})
        (tmp_path / sampling.KEY).write_text(old, "utf-8")
        assert sampling.opened(tmp_path).meant("id") == sample.meanings


def test_the_command_from_sample_to_score(tmp_path, seeds):
    run, folder = CliRunner().invoke, str(tmp_path / "v")
    drawn = run(main, ["validate", str(seeds), "--sample", "30", "--in", folder])
    assert drawn.exit_code == 0 and "paragraphs.xlsx" in drawn.output, drawn.output
    sample = sampling.opened(folder)
    codes = pd.DataFrame([{code: code in unit.codes for code in sample.meanings} for unit in sample.units],
                         index=pd.Index([unit.unit for unit in sample.units], name="unit"))  # fmt: skip
    book = str(codings.sheet(sample, tmp_path / "v" / "ann.xlsx", codes))
    figures = tmp_path / "a.json"
    scored = run(main, ["validate", "--in", folder, "--score", book, "--score", book, "--save", str(figures)])
    assert scored.exit_code == 0 and "30 of 30" in scored.output and "cannot say" in scored.output, scored.output
    assert "alpha 100 [100–100]" in scored.output.split("Agreement of")[1]
    kept = accuracy.read(figures)
    assert kept.unit == "paragraph" and kept.units == 30 and kept.figures["issues of paragraphs"].p == 100
    assert run(main, ["validate", "--in", folder]).exit_code == 2
    assert run(main, ["validate", "--in", str(tmp_path), "--score", book]).exit_code == 2
