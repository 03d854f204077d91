"""What is article and what is not; what an article states about itself and what it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.articles import Cleaner, paragraphs
from analysis.knowledge import Knowledge

CLEANER = Cleaner()
PROSE = (
    "Menteri Luar Negeri Amerika Serikat Antony Blinken bertemu dengan Presiden China Xi Jinping di Beijing, Jumat.",
    "Kedua pihak membahas perdagangan, Taiwan, dan aliran bahan baku fentanil yang menjadi perhatian Washington.",
    "“Kami sepakat untuk terus berbicara,” kata Blinken kepada wartawan seusai pertemuan yang berlangsung satu jam.",
)


def bodies(text: str) -> list[str]:
    return [text[start:end] for start, end in CLEANER.cleaned(text)["body"]]


def stated(text: str) -> dict[str, Any]:
    found = CLEANER.cleaned(text)
    return {name: found[name] for name in ("title", "date", "outlet_printed", "author", "place") if found[name]}


@pytest.mark.parametrize("seed", range(5))
def test_the_seeds_are_read_as_people_read_them(gold: Path, seed: int) -> None:
    wanted = json.loads((gold / f"seed{seed}.json").read_text("utf-8"))
    text, meta = wanted["text"], wanted["meta"]
    found = CLEANER.cleaned(text)
    assert (found["title"], found["outlet_printed"], found["author"], found["place"]) == (
        meta["title"],
        meta["outlet"],
        meta["author"],
        meta["dateline"],
    )
    assert (found["date"].isoformat() if found["date"] else None) == meta["date"]

    def letters(spans: list[list[int]]) -> set[int]:
        return {at for start, end in spans for at in range(start, end) if not text[at].isspace()}

    assert letters(found["body"]) == letters(wanted["body"])


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga: Harga Emas Naik Lagi Hari Ini",
        "Baca Juga\nHarga Emas Naik Lagi Hari Ini",
        "MEMBACA\u00a0 Rusia dapat mengakhiri perang sekarang, kata PM",
        "Simak juga Video: AS-China Sepakat Turunkan Tarif Impor 10%",
        "[Gambas:Video 20detik]",
        "SCROLL TO CONTINUE WITH CONTENT",
        "ADVERTISEMENT",
        "Berlanjut ke halaman berikutnya.",
        "Blinken dan Xi berjabat tangan di Aula Besar Rakyat. (AP Photo/Mark Schiefelbein)",
        "Foto: Blinken dan Xi berjabat tangan",
        "Ikuti berita terbaru di saluran WhatsApp kami",
        "***",
    ],
)
def test_a_line_that_is_no_article_leaves_the_body_wherever_it_stands(line: str) -> None:
    text = "\n\n".join(["Blinken Bertemu Xi di Beijing", PROSE[0], line, PROSE[1], PROSE[2]])
    assert bodies(text) == [f"Blinken Bertemu Xi di Beijing\n\n{PROSE[0]}", f"{PROSE[1]}\n\n{PROSE[2]}"]


@pytest.mark.parametrize(
    "end",
    [
        "(ara/ara)\nchina\namerika serikat",
        "No comments:",
        "Penulis : Budi Santoso Editor : Siti",
        "Tags: china, as",
        "TERBARU\nBerita Lain",
        "Artikel ini disediakan oleh penyedia konten pihak ketiga.\n\nSektor: Berita",
        "Artikel ini telah tayang di Kompas.com",
    ],
)
def test_from_an_end_mark_on_nothing_is_article(end: str) -> None:
    text = "\n".join(["Blinken Bertemu Xi di Beijing", *PROSE, end])
    assert bodies(text) == ["\n".join(["Blinken Bertemu Xi di Beijing", *PROSE])]


def test_initials_at_the_end_of_the_last_line_are_cut_and_abbreviations_stay() -> None:
    assert bodies(f"Judul Berita Hari Ini\n{PROSE[0]} (den/yp)") == [f"Judul Berita Hari Ini\n{PROSE[0]}"]
    kept = f"Judul Berita Hari Ini\n{PROSE[0][:-1]} Perserikatan Bangsa-Bangsa (PBB)"
    assert bodies(kept) == [kept]


def test_a_link_inside_a_line_is_cut_with_its_headline() -> None:
    text = f"{PROSE[0]}Baca juga: Prabowo Cabut Empat Izin Tambang di Raja Ampat {PROSE[2]}"
    assert bodies(text) == [PROSE[0], PROSE[2]]


@pytest.mark.parametrize(
    ("dateline", "place", "outlet"),
    [
        ("BEIJING, KOMPAS.TV - ", "BEIJING", "KOMPAS.TV"),
        ("JAKARTA, KOMPAS.com\n- ", "JAKARTA", "KOMPAS.com"),
        ("Liputan6.com, Washington D.C - ", "Washington D.C", "Liputan6.com"),
        ("Liputan6.com, Jakarta", "Jakarta", "Liputan6.com"),
        ("TRIBUNNEWS.COM, JAKARTA – ", "JAKARTA", "TRIBUNNEWS.COM"),
        ("TRIBUNNEWSBOGOR.COM - ", None, "TRIBUNNEWSBOGOR.COM"),
        ("Laporan Wartawan Tribunnews.com, Abdul Majid TRIBUNNEWS.COM, JAKARTA - ", "JAKARTA", "TRIBUNNEWS.COM"),
        ("REPUBLIKA.CO.ID, JAKARTA -- ", "JAKARTA", "REPUBLIKA.CO.ID"),
        ("TEMPO.CO,Jakarta- ", "Jakarta", "TEMPO.CO"),
        ("Jakarta (ANTARA) - ", "Jakarta", "ANTARA"),
        ("Jakarta, CNBC Indonesia - ", "Jakarta", "CNBC Indonesia"),
        ("(SeaPRwire) – \u00a0 BEIJING – ", "BEIJING", "SeaPRwire"),
        ("Jakarta\n-\n", "Jakarta", None),
        ("TEL AVIV - ", "TEL AVIV", None),
        ("Suara.com - ", None, "Suara.com"),
        ("--\n\n", None, None),
    ],
)
def test_datelines_are_metadata(dateline: str, place: str | None, outlet: str | None) -> None:
    text = f"Blinken Bertemu Xi di Beijing\n\n{dateline}{PROSE[0]}\n{PROSE[1]}"
    found = CLEANER.cleaned(text)
    assert (found["place"], found["outlet_printed"]) == (place, outlet)
    assert bodies(text) == ["Blinken Bertemu Xi di Beijing", f"{PROSE[0]}\n{PROSE[1]}"]


def test_nothing_is_invented() -> None:
    assert stated("\n".join(PROSE)) == {}
    assert stated(
        f"Blinken Bertemu Xi\n\n{PROSE[0]} Hal itu dilansir AFP, Kamis (19/6/2025), kata pejabat kepada CNN."
    ) == {"title": "Blinken Bertemu Xi"}


def test_the_head_states_title_date_and_author() -> None:
    head = (
        "Beranda > Dunia\nBlinken Bertemu Xi di Beijing\noleh Khairisa Ferida diperbarui 31 Okt 2023, 11:06 WIB\n"
        "Diterbitkan 30 Okt 2023, 11:06 WIB"
    )
    assert {name: str(value) for name, value in stated("\n".join([head, *PROSE])).items()} == {
        "title": "Blinken Bertemu Xi di Beijing",
        "date": "2023-10-30",
        "author": "Khairisa Ferida",
    }
    assert CLEANER.cleaned("\n".join(["Blinken Bertemu Xi", "Senin, 31 Februari 2025 10:00 WIB", *PROSE]))[
        "quality"
    ] == ["date impossible"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Detik.com", "detikcom"),
        ("oto.detik.com", "detikcom"),
        ("Liputan 6", "Liputan6.com"),
        ("TRIBUNJATENG.COM", "Tribunnews"),
        ("antaranews", "ANTARA"),
        ("jogja.antaranews.com", "ANTARA"),
        ("cnn indonesia", "CNN Indonesia"),
        ("tempo.co", "Tempo"),
        ("Koran Baru", "Koran Baru"),
        ("koranbaru.co.id", "koranbaru.co.id"),
        (" ", None),
    ],
)
def test_spellings_of_an_outlet_come_to_one_name(written: str, name: str | None) -> None:
    assert CLEANER.register.canonical(written) == name


def test_an_analyst_adds_and_drops_marks(tmp_path: Path) -> None:
    (tmp_path / "boilerplate.yml").write_text("lines:\n  own: 'kirim naskah ke .*'\n  video: null\n", "utf-8")
    text = "\n".join([PROSE[0], "Kirim naskah ke redaksi kami", "Video: Cuaca Hari Ini", PROSE[1]])
    own = Cleaner(Knowledge(folder=tmp_path))
    assert [text[start:end] for start, end in own.cleaned(text)["body"]] == [
        PROSE[0],
        f"Video: Cuaca Hari Ini\n{PROSE[1]}",
    ]
    assert bodies(text)[1] == PROSE[1]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["dikutip dari", "CNN", ", Senin."], 1),
        (["Namun,", "CNN", "melaporkan hal lain."], 1),
        (["Deflasi paling parah (", "year on year", ") sejak dua tahun."], 1),
        (["Kesulitan Ekonomi China", "Saat China menghadapi perang tarif."], 2),
        (["Dia pergi.", "Mereka tinggal."], 2),
        (["Dia pergi ke", "", "Mereka tinggal."], 2),
        (
            [
                "Pertemuan itu berlangsung satu jam di Beijing dan dihadiri oleh Presiden",
                "Amerika Serikat serta para menteri luar negeri dari Uni Eropa",
                "dan Jepang.",
            ],
            1,
        ),
    ],
)
def test_lines_broken_in_mid_sentence_are_one_paragraph(lines: list[str], wanted: int) -> None:
    text = "\n".join(lines)
    assert len(paragraphs(text, [[0, len(text)]])) == wanted


NEWS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            [
                *PROSE,
                "Baca juga: Harga Emas",
                "Jakarta - ",
                "Senin, 9 Juni 2025 20:05 WIB",
                "(ara/ara)",
                "Blinken Bertemu Xi",
                "KOMPAS.com -",
                "Daftar Isi",
                "a\u200e",
                "Sumber : X",
                "[Gambas:Video]",
                " : Judul Lain Sekali",
                "Baca JugaA",
            ]
        ),
    ),
    max_size=12,
)


@given(
    NEWS,
    st.sampled_from(["\n", "\n\n", "\r\n", " ", ""]),
    st.one_of(st.none(), st.just("Blinken Bertemu Xi"), st.text(max_size=20)),
)
def test_spans_hold_in_any_text(lines: list[str], mark: str, title: str | None) -> None:
    text = mark.join(lines)
    found = CLEANER.cleaned(text, title)
    ends = [0, *(end for span in found["body"] for end in span), len(text)]
    assert ends == sorted(ends)
    assert all(text[start:end].strip() for start, end in found["body"])
    assert found == CLEANER.cleaned(text, title)
    parts = paragraphs(text, found["body"])
    assert all(any(start <= a < b <= end for start, end in found["body"]) for a, b in parts)
    assert "".join("".join(text[a:b] for a, b in parts).split()) == "".join(
        "".join(text[a:b] for a, b in found["body"]).split()
    )
