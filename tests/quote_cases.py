"""Sentences with one quote: its content, speaker and cue."""

from __future__ import annotations

DIRECT = {
    '"Kami siap berunding," kata Blinken.': ("Kami siap berunding", "Blinken", "kata"),
    "“Kami siap berunding,” ujar Blinken di Beijing.": ("Kami siap berunding", "Blinken", "ujar"),
    "”Kami siap berunding,” kata Blinken.": ("Kami siap berunding", "Blinken", "kata"),
    "«Kami siap berunding», tegas Blinken.": ("Kami siap berunding", "Blinken", "tegas"),
    "'Kami siap berunding,' kata Blinken.": ("Kami siap berunding", "Blinken", "kata"),
    '"Kami siap. Mereka belum," kata Blinken.': ("Kami siap. Mereka belum", "Blinken", "kata"),
    '"Apakah mereka siap?" tanya Blinken.': ("Apakah mereka siap?", "Blinken", "tanya"),
    '"Kami siap berunding" kata Blinken.': ("Kami siap berunding", "Blinken", "kata"),
    '" Kami siap berunding , " kata Blinken .': ("Kami siap berunding", "Blinken", "kata"),
    '"Kami siap berunding, kata Blinken, Senin (9/6).': ("Kami siap berunding", "Blinken", "kata"),
    'Kami siap berunding," kata Blinken.': ("Kami siap berunding", "Blinken", "kata"),
    'Blinken mengatakan, "Kami siap berunding."': ("Kami siap berunding", "Blinken", "mengatakan"),
    'Blinken berkata kepada wartawan: "Kami siap berunding."': ("Kami siap berunding", "Blinken", "berkata"),
    '"Kami siap berunding," Blinken menambahkan.': ("Kami siap berunding", "Blinken", "menambahkan"),
    '"Kami siap berunding," kata Menteri Luar Negeri AS, Antony Blinken, Senin.': (
        "Kami siap berunding",
        "Antony Blinken",
        "kata",
    ),
    '"Kami siap berunding," tulis Gedung Putih dalam pernyataannya.': ("Kami siap berunding", "Gedung Putih", "tulis"),
    '"Kami siap berunding," menurut Gedung Putih.': ("Kami siap berunding", "Gedung Putih", "menurut"),
    '"Kami siap berunding," demikian pernyataan Gedung Putih.': (
        "Kami siap berunding",
        "pernyataan Gedung Putih",
        "demikian",
    ),
    '"Kami siap berunding," kata seorang pejabat senior AS yang enggan disebut namanya.': (
        "Kami siap berunding",
        "seorang pejabat senior AS",
        "kata",
    ),
    "\"Mereka berkata 'ya' kepada kami,\" kata Blinken.": ("Mereka berkata 'ya' kepada kami", "Blinken", "kata"),
}

INDIRECT = {
    "Blinken mengatakan bahwa China melanggar janji.": ("China melanggar janji", "Blinken", "mengatakan"),
    "Blinken mengatakan, China melanggar janji.": ("China melanggar janji", "Blinken", "mengatakan"),
    "Blinken mengatakan kepada Wang Yi bahwa China melanggar janji.": (
        "China melanggar janji",
        "Blinken",
        "mengatakan",
    ),
    "Blinken mengatakan pada Senin (9/6), China melanggar janji.": ("China melanggar janji", "Blinken", "mengatakan"),
    "Blinken, dalam pidato di Shanghai, mengatakan China melanggar janji.": (
        "China melanggar janji",
        "Blinken",
        "mengatakan",
    ),
    "Setelah perundingan, AS menuduh China melanggar janji.": ("China melanggar janji", "AS", "menuduh"),
    "Menurut Blinken, China telah melanggar janji.": ("China telah melanggar janji", "Blinken", "Menurut"),
    "China telah melanggar janji dagang itu, menurut Gedung Putih.": (
        "China telah melanggar janji dagang itu",
        "Gedung Putih",
        "menurut",
    ),
    "China telah melanggar janji dagang itu, kata Blinken.": (
        "China telah melanggar janji dagang itu",
        "Blinken",
        "kata",
    ),
    "Poros itu, kata Blinken, mempersenjatai Rusia.": ("mempersenjatai Rusia", "Blinken", "kata"),
    "Kelompok yang, menurut Israel, telah melanggar gencatan senjata.": (
        "telah melanggar gencatan senjata",
        "Israel",
        "menurut",
    ),
    "Dikatakan Blinken bahwa China melanggar janji.": ("China melanggar janji", "Blinken", "Dikatakan"),
    "Pembicaraan itu digambarkan oleh Gedung Putih sebagai peluang yang bagus.": (
        "peluang yang bagus",
        "Gedung Putih",
        "digambarkan",
    ),
    "Blinken mendesak Iran agar menghentikan serangan.": ("Iran agar menghentikan serangan", "Blinken", "mendesak"),
    "Blinken memperingatkan warganya untuk menjauhi kerumunan besar.": (
        "menjauhi kerumunan besar",
        "Blinken",
        "memperingatkan",
    ),
    "Blinken mengecam tindakan Israel yang menewaskan warga sipil.": (
        "tindakan Israel yang menewaskan warga sipil",
        "Blinken",
        "mengecam",
    ),
    "Para pejabat AS menyebutkan bahwa isu itu muncul dalam rapat.": (
        "isu itu muncul dalam rapat",
        "Para pejabat AS",
        "menyebutkan",
    ),
    "Seorang pejabat yang dikutip oleh Xinhua mengatakan bahwa hubungan membaik.": (
        "hubungan membaik",
        "Seorang pejabat",
        "mengatakan",
    ),
    "Menurut laporan PBB, sedikitnya 40 orang tewas.": ("sedikitnya 40 orang tewas", "laporan PBB", "Menurut"),
    "Dikutip dari Reuters, Senin (9/6), kedua negara itu mulai berunding.": (
        "kedua negara itu mulai berunding",
        "Reuters",
        "Dikutip",
    ),
    "Menurutnya wajar, tetapi 56 persen warga berpendapat, AS harus berunding dengan Iran.": (
        "AS harus berunding dengan Iran",
        "56 persen warga",
        "berpendapat",
    ),
    "Hasil survei mencatat, mayoritas warga menolak perang itu.": (
        "mayoritas warga menolak perang itu",
        "Hasil survei",
        "mencatat",
    ),
    "Kantor berita Iran, *Xinhua,* melaporkan Iran menyerang Israel.": (
        "Iran menyerang Israel",
        "Xinhua",
        "melaporkan",
    ),
    "Blinken beberapa kali menuduh China melanggar janji.": ("China melanggar janji", "Blinken", "menuduh"),
    "Blinken menyampaikan apresiasi atas dukungan China.": ("apresiasi atas dukungan China", "Blinken", "menyampaikan"),
    "Blinken menyebut China menyerang AS, sebuah langkah yang dikritik banyak pihak.": (
        "China menyerang AS",
        "Blinken",
        "menyebut",
    ),
    "Blinken menegaskan China siap berunding, beberapa hari setelah AS memveto rencana itu.": (
        "China siap berunding",
        "Blinken",
        "menegaskan",
    ),
    'Blinken, penulis buku "Perang dan Damai", mengatakan bahwa China melanggar janji.': (
        "China melanggar janji",
        "Blinken",
        "mengatakan",
    ),
    "Blinken menegaskan China siap berunding, seperti yang dikutip oleh kantor berita Xinhua.": (
        "China siap berunding",
        "Blinken",
        "menegaskan",
    ),
    "Staf Ahli Ekonomi Makro dan Keuangan AS Antony Blinken mengatakan China melanggar janji.": (
        "China melanggar janji",
        "Antony Blinken",
        "mengatakan",
    ),
    "Blinken mengaku masih berunding dengan China, sambil tetap mengejar gencatan senjata.": (
        "masih berunding dengan China",
        "Blinken",
        "mengaku",
    ),
    "Menurut data Kementerian Luar Negeri China (Kemlu) sepuluh warga telah tewas di Israel.": (
        "sepuluh warga telah tewas di Israel",
        "data Kementerian Luar Negeri China",
        "Menurut",
    ),
    "Iran diperingatkan oleh AS untuk tidak menyerang Israel.": ("tidak menyerang Israel", "AS", "diperingatkan"),
    "Pensiunan jenderal Israel mengatakan perang itu gagal.": (
        "perang itu gagal",
        "Pensiunan jenderal Israel",
        "mengatakan",
    ),
    "Gedung Putih mengungkapkan, Wang Yi mengatakan kepada Blinken bahwa China siap berunding.": (
        "China siap berunding",
        "Wang Yi",
        "mengatakan",
    ),
}
