"""Sentences of news, written one after another: where a reader ends them, and where some splitters do not."""

from __future__ import annotations

import pytest

CASES = [
    pytest.param(["Blinken kembali ke AS.", "Xi tetap di Beijing."], id="acronym of a country"),
    pytest.param(["Resolusi itu ditolak PBB.", "Israel menyambut baik."], id="acronym of an organisation"),
    pytest.param(["Rapat digelar bersama KPK.", "Pertemuan itu tertutup."], id="another acronym"),
    pytest.param(
        ["Hal itu disampaikan Ahmad Yani, S.E., M.M. dalam rapat tersebut.", "Rapat itu tertutup."], id="degrees inside"
    ),
    pytest.param(["BEIJING, KOMPAS.TV - Menlu AS Antony Blinken tiba di Beijing.", "Ia bertemu Xi."], id="dateline"),
    pytest.param(["Liputan6.com, Washington - Amerika Serikat menolak usulan itu.", "Iran marah."], id="outlet first"),
    pytest.param(["Jakarta - Presiden menerima tamu itu.", "Mereka membahas perdagangan."], id="short dateline"),
    pytest.param(["“Kami tidak setuju,” kata Wang Yi.", "Ia lalu pergi."], id="curly quotation marks"),
    pytest.param(['"Kami tidak setuju," kata Wang Yi.', "Ia lalu pergi."], id="straight quotation marks"),
    pytest.param(["‘Kami tidak setuju,’ kata Wang Yi.", "Ia lalu pergi."], id="single quotation marks"),
    pytest.param(["Ia menyebutnya “langkah penting.”", "Xi setuju."], id="quotation closed after the full stop"),
    pytest.param(["Rupiah ditutup pada Rp15.115 per dolar.", "Pasar tenang."], id="sum of money"),
    pytest.param(["Rupiah ditutup pada Rp15.115.", "Pasar tenang."], id="sum of money at the end"),
    pytest.param(["Pertemuan digelar pada 26.4.2024.", "Hasilnya belum diketahui."], id="date with full stops"),
    pytest.param(["Pertemuan digelar pada 26.4.2024 di Beijing.", "Hasilnya baik."], id="date inside"),
    pytest.param(["Format 2 + 2 dibahas kedua menteri.", "Hasilnya baik."], id="2 + 2"),
    pytest.param(["Ia tiba pukul 10.30 WIB.", "Acara dimulai pukul 11.00 WIB."], id="time of day"),
    pytest.param(["Apakah AS akan hadir?", "Belum ada jawaban."], id="question"),
]
MORE = [
    pytest.param(["Ia diterima Presiden R.I. Soekarno di Jakarta."], id="initials of a country before a name"),
    pytest.param(["Hal itu dikatakan H. Abdul Malik dan Dr. Ahmad Yani.", "Mereka setuju."], id="titles and initials"),
    pytest.param(["Beralamat di Jl. Sudirman No. 5 Jakarta.", "Kantor itu tutup."], id="address"),
    pytest.param(["Usulan itu didukung ASEAN.", "“Kami setuju,” kata Retno."], id="acronym before a quotation"),
    pytest.param(["Ia menyebut “ancaman AS.”", "Xi membantah."], id="acronym in a quotation that ends"),
    pytest.param(["Ia lahir di Sungai Vah.", "Hlohovec merupakan persimpangan."], id="name before a name"),
]
