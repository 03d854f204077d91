"""How statements are tied to those who made them: one made-up text for each way that Indonesian news has."""

from __future__ import annotations

import pandas as pd
import plain
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_quotes import KNOWLEDGE, NAMES, PIECES, found, told

from analysis.extraction.quotes import quotes

NYA = {
    '"Kami siap berunding," katanya.': "kata",
    '"Kami siap berunding," ujarnya di Beijing.': "ujar",
    '"Kami siap berunding," tegasnya lebih lanjut.': "tegas",
    "Diakuinya, China telah lama menunggu.": "Diakui",
    "Menurutnya, China telah lama menunggu.": "Menurut",
    "China, katanya, telah lama menunggu.": "kata",
}


@pytest.mark.parametrize("text", NYA)
def test_nya_is_the_last_speaker(text: str) -> None:
    frame = found("Blinken menyatakan perang harus berhenti. " + text)
    last = frame.iloc[-1]
    assert (last["speaker"], last["cue"], last["actor_id"]) == ("nya", NYA[text], "antony-blinken")


PASSIVE = {
    "China disebut oleh Blinken sebagai mitra yang penting.": ("mitra yang penting", "Blinken", "disebut"),
    "China disebut Blinken telah melanggar janji.": ("telah melanggar janji", "Blinken", "disebut"),
    "Ditegaskan Blinken bahwa China telah melanggar janji.": ("China telah melanggar janji", "Blinken", "Ditegaskan"),
    "Dalam laporan itu disebutkan bahwa sepuluh orang tewas.": ("sepuluh orang tewas", None, "disebutkan"),
}


@pytest.mark.parametrize("text", PASSIVE)
def test_passive(text: str) -> None:
    assert told(text) == [("indirect", *PASSIVE[text])]


@pytest.mark.parametrize(
    ("text", "actor", "channel"),
    [
        ('"Kami siap berunding," kata Blinken seperti dikutip Xinhua.', "antony-blinken", "xinhua"),
        ("Dikutip dari AFP, Blinken mengatakan China melanggar janji.", "antony-blinken", "afp"),
        ("Seperti dilansir Reuters, Blinken mengatakan China melanggar janji.", "antony-blinken", "reuters"),
        ("Seorang pejabat, dilaporkan CNA, mengatakan China melanggar janji.", "a#.official", "cna"),
        ('"Kami siap berunding," kata juru bicara Gedung Putih mengutip Trump.', "a#.spokesperson@white-house", None),
        ("Xinhua melaporkan bahwa hubungan kedua negara membaik.", "xinhua", None),
        ("Menurut laporan Reuters yang mengutip pejabat AS, China melanggar janji.", "reuters", None),
    ],
)
def test_a_medium_is_the_channel_where_somebody_else_speaks(text: str, actor: str, channel: str | None) -> None:
    (row,) = found(text).to_dict("records")
    assert row["actor_id"] == actor
    assert (row["channel_id"] if isinstance(row["channel_id"], str) else None) == channel


HEADLINES = {
    "Putin: Rusia Siap Berunding": ("Rusia Siap Berunding", "Putin", None),
    "AS Tuding China Langgar Janji": ("China Langgar Janji", "AS", "Tuding"),
    "Trump Sebut China Langgar Janji": ("China Langgar Janji", "Trump", "Sebut"),
    "Trump Bilang Rusia Takut pada AS": ("Rusia Takut pada AS", "Trump", "Bilang"),
    "China Langgar Janji, Kata Blinken": ("China Langgar Janji", "Blinken", "Kata"),
    "AS Desak Israel Hentikan Serangan": ("Israel Hentikan Serangan", "AS", "Desak"),
}


@pytest.mark.parametrize("title", HEADLINES)
def test_headlines_leave_out_prefixes(title: str) -> None:
    assert told(title + "\n\nPertemuan itu batal.", title) == [("indirect", *HEADLINES[title])]


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Pemerintah China menyatakan perang harus berhenti. Mereka menegaskan AS harus mundur.", "china"),
        ('Blinken tiba di Beijing. "Kami siap berunding," ucap beliau.', "antony-blinken"),
        ('Presiden Rusia Putin tiba lebih dulu. "Kami siap berunding," kata sang presiden.', "vladimir-putin"),
        ("Diplomat AS Antony Blinken tiba. Diplomat tersebut mengatakan China melanggar janji.", "antony-blinken"),
        ('Hal senada disampaikan Wang Yi. "Kami siap berunding," ujarnya.', "wang-yi"),
        ("Trump menuduh China melanggar janji. Bagi Trump, China telah lama mengambil untung.", "donald-trump"),
        ("Presiden AS Trump tiba. Iran menolak. Pemimpin AS itu mengatakan China melanggar janji.", "donald-trump"),
        ("Surat kabar resmi Korut Reuters melaporkan China melanggar janji.", "reuters"),
        ("Trump menggertak dengan mengatakan Iran akan melihat api dan amarah.", "donald-trump"),
        ('"Kami siap," kata kepala dinas AS, Brigjen Antony Blinken.', "antony-blinken"),
        ("Blinken berkata China siap. Pria yang juga menteri itu menuturkan, Iran siap.", "antony-blinken"),
        ("Kamis (5/5/2022), Menteri Luar Negeri AS mengatakan China siap.", "antony-blinken"),
        ("Trump tiba di Beijing. Orang terkaya di dunia itu menilai China siap.", "donald-trump"),
        ("Putin seperti dilansir AFP menyatakan China telah mundur.", "vladimir-putin"),
        ("China telah mundur, kata Jenderal M. Antony Blinken.", "antony-blinken"),
        ("Sekretaris Kabinet (Seskab) Antony Blinken mengatakan China siap.", "antony-blinken"),
        ("Kunjungan itu dikecam oleh China, meskipun Blinken menyatakan kepada CNA bahwa AS siap.", "antony-blinken"),
        ("Berbagai kelompok di AS menuduh China melanggar janji.", "a#=berbagai-kelompok-as@united-states"),
        ("Militer Israel mengatakan Iran melanggar janji.", "israel-defense-forces"),
        ("Iran telah kalah, menurut data yang dirilis militer Israel.", "israel-defense-forces"),
        (
            "Pejabat AS berkata China siap. CNA melaporkan AS siap. Pejabat itu berkata Iran siap.",
            "a#.official@united-states",
        ),
        ("Blinken berkata China siap. Doktor Ilmu Politik AS ini menegaskan, Iran siap.", "antony-blinken"),
    ],
)
def test_pronouns_and_roles_mean_whoever_they_fit(text: str, actor: str) -> None:
    assert found(text)["actor_id"].tolist()[-1] == actor


def test_bagi_gives_the_view_of_nobody_but_the_last_speaker() -> None:
    assert told("Bagi Trump, China telah lama mengambil untung.") == []
    assert told("Bagi warga AS, kedutaan telah menyiapkan bus.") == []


def test_quotation_over_paragraphs_is_one_statement() -> None:
    text = '"Kami siap berunding. Mereka belum.\n\nKami menunggu jawaban mereka," kata Blinken.'
    assert [row[:2] for row in told(text)] == [
        ("direct", "Kami siap berunding. Mereka belum.\n\nKami menunggu jawaban mereka")
    ]


def test_marks_of_a_running_quotation_may_open_each_paragraph_anew() -> None:
    frame = found('Blinken mengatakan: "Kami siap berunding.\n\n"Mereka belum siap untuk itu."\n\nPutin tiba.')
    assert frame["actor_id"].tolist() == ["antony-blinken"] * 2


def test_attribution_in_the_middle_leaves_both_parts() -> None:
    first, second = told('"China," kata Blinken, "telah melanggar janji."')
    assert (first[1], second[1]) == ("China", "telah melanggar janji")
    assert first[2:] == second[2:] == ("Blinken", "kata")


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Blinken mengatakan, setelah perang usai, AS akan mundur.", "setelah perang usai, AS akan mundur"),
        ("Blinken mengatakan, Senin (9/6), AS akan mundur.", "AS akan mundur"),
        ("Blinken mencatat, pada Senin terdapat 52 laporan, 40 surat.", "pada Senin terdapat 52 laporan, 40 surat"),
        ("Blinken mengatakan, seperti dikutip AFP, AS akan mundur.", "AS akan mundur"),
        ("Blinken menilai pertemuan itu penting untuk AS.", "pertemuan itu penting untuk AS"),
        ('Blinken memperingatkan AS tentang "kerusakan besar".', "kerusakan besar"),
        ("Dilansir dari AFP, AS akan menarik pasukannya. Iran pun begitu.", "AS akan menarik pasukannya"),
        ("Korut melayangkan ancaman bahwa AS akan diserang.", "AS akan diserang"),
        ("Wang Yi mengulang pandangannya bahwa AS harus mundur.", "AS harus mundur"),
        ("Trump malah mempertegas bahwa AS akan mundur.", "AS akan mundur"),
        ("Blinken mengatakan China telah mundur, menurut laporan AFP.", "China telah mundur"),
        ("Trump mengatakan AS, merujuk pada hal itu, telah menang.", "AS, merujuk pada hal itu, telah menang"),
        ("Blinken mengatakan China telah mundur, sekaligus mengecam Rusia.", "China telah mundur"),
        ("Blinken menyebut rencana itu buruk, yang dibuat AS sendiri.", "rencana itu buruk, yang dibuat AS sendiri"),
        ("Namun kata Blinken, China telah lama melanggar janji.", "China telah lama melanggar janji"),
        ("Trump memberi peringatan keras kepada Iran bahwa AS siap.", "AS siap"),
        ("AS menyatakan tidak terlibat namun Trump datang.", "tidak terlibat"),
        ("China mengatakan pihaknya telah mengacu Piagam PBB.", "pihaknya telah mengacu Piagam PBB"),
        ("Trump mengatakan perang—dan ini baru—akan berakhir.", "perang—dan ini baru—akan berakhir"),
        ("Menteri Kelautan dan Perikanan Blinken menegaskan komitmen AS.", "komitmen AS"),
        ("Usai pertemuan tersebut Presiden AS Trump menyatakan Iran siap.", "Iran siap"),
        (
            "Iran mengklaim kapal itu telah melanggar, tetapi para ahli mengatakan itu salah.",
            "kapal itu telah melanggar",
        ),
        ('Keluarga di Iran "ditarik sementara," kata Wang Yi.', 'Keluarga di Iran "ditarik sementara'),
        ("Blinken sangat mengapresiasi sikap Iran yang baru.", "sikap Iran yang baru"),
        ("China telah melanggar janji, Reuters melaporkan.", "China telah melanggar janji"),
        ("Blinken berterima kasih kepada Trump atas dukungannya untuk Iran.", "dukungannya untuk Iran"),
        ("Trump menuntut Iran menyerah, dan membanggakan bahwa AS siap.", "Iran menyerah"),
        ('Trump menyebut itu sebagai "perang yang buruk" dan mengirim armada.', 'itu sebagai "perang yang buruk"'),
        ("Sementara CNA mengatakan China telah siap, warga AS mengatakan Iran siap.", "China telah siap"),
        ("Jika ada yang melanggar maka Blinken berkata bakal ada sanksi AS.", "bakal ada sanksi AS"),
        ("AS berjanji akan membela dan menjamin pertahanan Iran.", "akan membela dan menjamin pertahanan Iran"),
        ("Putin memprediksi, pada akhirnya AS akan mundur.", "pada akhirnya AS akan mundur"),
        ("Trump menyampaikan harapan agar perang berakhir.", "perang berakhir"),
        ("Trump mengatakan AS akan segera mengumumkan sanksi baru.", "AS akan segera mengumumkan sanksi baru"),
        ("Menurut dua sumber di AS, Iran telah menyerang.", "Iran telah menyerang"),
        ("Dijelaskan Blinken, China telah melanggar janji.", "China telah melanggar janji"),
        ("Trump meminta Iran berhenti menyerang atau dia mengancam akan menyerang.", "Iran berhenti menyerang"),
        ("China telah mundur. Dilansir AFP, Senin (9/6), hal itu disampaikan Trump.", "China telah mundur"),
        ("Seperti ditulis Blinken, China telah melanggar janji.", "China telah melanggar janji"),
        ("Resolusi PBB itu menuntut akses bantuan ke seluruh Iran.", "akses bantuan ke seluruh Iran"),
        ("Trump mengatakan Iran telah menyerah, sebelum mengatakan AS siap.", "Iran telah menyerah"),
        ("Pada April 2025 Reuters mengatakan telah mengirim 50 orang.", "telah mengirim 50 orang"),
        ("Blinken , kemarin , menyebut video anti - Iran itu buruk .", "video anti - Iran itu buruk"),
    ],
)
def test_where_content_begins_and_ends(text: str, content: str) -> None:
    assert told(text)[0][1] == content


@pytest.mark.parametrize(
    "text",
    [
        "Kehadiran Blinken penting dalam menegaskan posisi AS.",
        "Para menteri diberi waktu menyampaikan pandangan AS.",
        "Blinken mendorong penyelesaian sengketa untuk menambah ekspor AS.",
        "Blinken mengungkapkan alasan ketidakhadirannya di Beijing.",
        "Setelah Wang Yi menyampaikan pidatonya, Blinken segera pergi ke Iran.",
        "Blinken menilai keputusan AS yang tidak memenuhi undangan itu.",
        "Blinken menyampaikan hal itu dalam pertemuan di Beijing pada Senin.",
    ],
)
def test_no_statement_without_something_said(text: str) -> None:
    assert told(text) == []


texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map(" ".join)


@settings(max_examples=25)
@given(st.lists(texts, min_size=1, max_size=4), texts)
def test_an_article_has_the_same_quotes_whatever_stands_before_it(others: list[str], text: str) -> None:
    one = plain.article(text, article_id="last")
    batch = pd.concat([*(plain.article(t, article_id=str(n)) for n, t in enumerate(others)), one], ignore_index=True)
    alone, together = (
        quotes(articles, plain.sentences(articles), plain.entities(articles, NAMES), KNOWLEDGE)
        for articles in (one, batch)
    )
    kept = together[together["article_id"] == "last"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, alone)
