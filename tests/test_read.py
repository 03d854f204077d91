"""Files of every kind become articles; what does not is listed with the reason."""

from __future__ import annotations

import contextlib
import gzip
import json
import zipfile
from pathlib import Path

import fsspec
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.articles import iter_articles, read_articles
from analysis.articles.files import Unreadable, decoded, listed
from analysis.articles.kinds import raws
from analysis.articles.languages import language
from analysis.errors import SimakError
from analysis.knowledge import Knowledge

TEXT = (
    "Blinken Bertemu Xi di Beijing\n\nMenteri Luar Negeri Amerika Serikat Antony Blinken bertemu dengan"
    " Presiden China Xi Jinping di Beijing pada Jumat sore.\nKedua"
    " pihak membahas perdagangan dan Taiwan, “dengan terbuka”, kata juru bicara itu."
)
CELL = TEXT.split("\n\n")[1]


def ids(source: object) -> list[str]:
    return read_articles(source)[0]["article_id"].tolist()  # type: ignore[arg-type]


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_files_at_an_address_are_read_like_those_of_a_disk(tmp_path):
    """In memory here; any file system of fsspec will do."""
    put(tmp_path, "z.zip", b"")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("in/side.txt", TEXT + " Tiga.")
    pd.DataFrame({"text": [CELL], "outlet": ["Antara"]}).to_parquet(tmp_path / "part-1.parquet")
    put(tmp_path, "deep/one.txt", TEXT)
    put(tmp_path, "two.txt.gz", gzip.compress((TEXT + " Dua.").encode()))
    for name in ("README.md", ".hidden/x.txt", "deep/picture.png"):
        put(tmp_path, name, TEXT)
    files = fsspec.filesystem("memory")
    for file in filter(Path.is_file, tmp_path.rglob("*")):
        files.pipe(f"/news/{file.relative_to(tmp_path)}", file.read_bytes())
    for given_ in ("", "/deep", "/*.parquet", "/*.gz", "/*/one.txt", "/**/*.txt", "/deep/one.txt"):
        assert ids(f"memory://news{given_}") == ids(f"{tmp_path}{given_}")
    articles, skipped = read_articles("memory://news/deep", cache=tmp_path / "cache")
    assert articles["source_path"].tolist() == ["memory:///news/deep/one.txt"]
    assert skipped["path"].tolist() == ["memory:///news/deep/picture.png"]
    files.pipe("/news/deep/one.txt", (TEXT + " Lagi.").encode())
    assert read_articles("memory://news/deep", cache=tmp_path / "cache")[0]["text"][0].endswith("Lagi.")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("memory://nowhere/*", "memory://nowhere"),
        ("nosuch://news", "nosuch://news"),
        ("http://user:secret@example.org/a.txt", "password"),
        ("zip://a.txt::memory://news/z.zip", "::"),
        ("nosuch://container@account/a.txt", "nosuch://container@account"),  # no password, as some storages write it
    ],
)
def test_an_address_that_cannot_be_read_is_named_without_its_password(address, told):
    with pytest.raises(SimakError, match=told) as raised:
        read_articles(address)
    assert "secret" not in str(raised.value)


def test_the_seeds_are_five_articles(seeds: Path) -> None:
    articles, skipped = read_articles(seeds)
    assert len(articles) == 5
    assert skipped.empty
    assert all(articles["text"] == [path.read_bytes().decode("utf-8-sig") for path in sorted(seeds.glob("*.txt"))])
    assert all(
        0 <= start < end <= len(text)
        for text, body in zip(articles["text"], articles["body"], strict=True)
        for start, end in body
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_is_kept_character_for_character_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = TEXT.replace("\n", "\r\n") + "\u00a0 \n"
    path = put(tmp_path, "a.txt", text.encode(encoding))
    assert read_articles(path)[0]["text"].tolist() == [text]


def test_one_broken_byte_does_not_spoil_the_rest(tmp_path: Path) -> None:
    articles, _ = read_articles(put(tmp_path, "a.txt", TEXT.encode() + "—é—".encode() * 10 + b"\xff"))
    assert "“dengan terbuka”" in articles["text"][0]
    assert "broken characters" in articles["quality"][0]


def test_ids_are_stems_and_equal_stems_take_their_folder(tmp_path: Path) -> None:
    for name in ("x/a.txt", "x/b.txt", "y/b.txt", "y/b.md"):
        put(tmp_path, name, TEXT + name)
    assert ids(tmp_path) == ["a", "x-b", "y-b-md", "y-b-txt"]
    assert ids([tmp_path / "y" / "b.txt", tmp_path / "x" / "a.txt"]) == ["a", "b"]
    assert ids(str(tmp_path / "**" / "a.txt")) == ["a"]


def test_readme_licence_and_hidden_files_are_never_read(tmp_path: Path) -> None:
    for name in ("README.md", "readme.txt", "LICENSE", "LICENSE.txt", ".hidden.txt", ".git/a.txt", "a.txt"):
        put(tmp_path, name, TEXT)
    articles, skipped = read_articles(tmp_path)
    assert articles["article_id"].tolist() == ["a"]
    assert skipped.empty


@pytest.mark.parametrize("kind", ["csv", "csv;", "tsv", "json", "jsonl", "xlsx", "parquet"])
@pytest.mark.parametrize(
    "names",
    [
        ("judul", "isi_berita", "tanggal_publikasi", "sumber", "penulis", "link"),
        ("Headline", "Content", "published_at", "media_name", "Author", "URL"),
    ],
)
def test_tables_are_read_by_the_names_of_their_columns(tmp_path: Path, kind: str, names: tuple[str, ...]) -> None:
    rows = [
        dict(zip(names, values, strict=True))
        for values in (
            (
                "Blinken Bertemu Xi",
                CELL,
                "Jumat, 26 April 2024 20:21 WIB",
                "detik.com",
                "Budi",
                "https://news.detik.com/1",
            ),
            ("Judul Kedua Hari Ini", CELL + " Selesai.", "", "", "", "https://www.antaranews.com/2"),
        )
    ]
    frame = pd.DataFrame(rows)
    path = tmp_path / f"t.{kind.rstrip(';')}"
    match kind:
        case "csv" | "csv;" | "tsv":
            frame.to_csv(path, index=False, sep={"csv": ",", "csv;": ";", "tsv": "\t"}[kind])
        case "json":
            path.write_text(json.dumps({"status": "ok", "articles": rows}))
        case "jsonl":
            path.write_text("\n".join(map(json.dumps, rows)))
        case "xlsx":
            frame.to_excel(path, index=False)
        case "parquet":
            frame.to_parquet(path)
    articles, skipped = read_articles(path)
    assert skipped.empty
    assert articles["article_id"].tolist() == ["t-1", "t-2"]
    assert articles["text"].tolist() == [CELL, CELL + " Selesai."]
    assert articles["title"].tolist() == ["Blinken Bertemu Xi", "Judul Kedua Hari Ini"]
    assert articles["outlet"].tolist() == ["detikcom", "ANTARA"]
    assert articles["author"].fillna("").tolist() == ["Budi", ""]
    assert articles["published_at"][0] == pd.Timestamp("2024-04-26 13:21", tz="UTC")
    assert articles["date"].isna().tolist() == [False, True]


def test_a_mapping_names_the_columns_and_is_checked(tmp_path: Path) -> None:
    path = put(tmp_path, "t.csv", f'kolom,kepala\n"{CELL}",Judul Berita\n')
    with pytest.raises(SimakError, match="no column with the text of articles; it has 'kolom', 'kepala'"):
        read_articles(path)
    assert read_articles(path, {"text": "kolom", "title": "kepala"})[0]["title"].tolist() == ["Judul Berita"]
    with pytest.raises(SimakError, match="no column 'isi'"):
        read_articles(path, {"text": "isi"})
    with pytest.raises(SimakError, match="mapping names 'teks'; allowed are text, title"):
        read_articles(path, {"teks": "kolom"})


def test_a_column_of_dates_shows_whether_the_month_comes_first(tmp_path: Path) -> None:
    def days(*dates: str) -> list[str]:
        path = put(tmp_path, "t.csv", "text,date\n" + "".join(f'"{CELL} {date}",{date}\n' for date in dates))
        return read_articles(path)[0]["date"].dt.strftime("%Y-%m-%d").tolist()

    assert days("7/8/2025", "10/21/2025") == ["2025-07-08", "2025-10-21"]
    assert days("7/8/2025", "21/10/2025") == ["2025-08-07", "2025-10-21"]


def test_hand_coded_articles_and_pages_are_read(tmp_path: Path, gold: Path) -> None:
    assert ids(gold) == [f"seed{k}" for k in range(5)]
    head = (
        "<html><head><title>Blinken Bertemu Xi</title></head><body><nav>Menu</nav><article><h1>Blinken Bertemu Xi</h1>"
    )
    page = f"{head}<p>{CELL}</p><p>{CELL} Lagi.</p></article></body></html>"
    articles, _ = read_articles(put(tmp_path, "p.html", page))
    assert "Antony Blinken bertemu" in articles["text"][0]
    assert articles["title"][0] == "Blinken Bertemu Xi"


def test_archives_are_read_in_place_and_refused_where_they_are_dangerous(tmp_path: Path) -> None:
    put(tmp_path, "a.txt.gz", gzip.compress(TEXT.encode()))
    put(tmp_path, "t.jsonl.gz", gzip.compress(json.dumps({"isi": CELL}).encode()))
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/b.txt", TEXT + " b")
        archive.writestr("in/README.md", TEXT)
        archive.writestr("../out.txt", TEXT)
        archive.writestr("bomb.txt", "0" * 50_000_000)
    put(tmp_path, "no.zip", b"PK no archive")
    articles, skipped = read_articles(tmp_path)
    assert articles["article_id"].tolist() == ["a", "t-1", "b"]
    assert sorted(skipped["reason"].str.split(" \\(").str[0]) == [
        "is no readable archive",
        "its name leads out of the archive",
        "unpacks to too many bytes",
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("e.txt", b"", "is empty"),
        ("e.txt", b" \n ", "is empty"),
        ("b.txt", bytes(range(256)) * 40, "is a binary file"),
        ("s.txt", b"Xi tiba.", "is too short: 2 words"),
        ("f.pdf", b"%PDF", "files of this kind are not read"),
        (
            "en.txt",
            b"The United States and China opened talks on Tuesday about the flow of fentanyl, officials said. " * 5,
            "'en'",
        ),
        (
            "ms.txt",
            (
                b"Polis memaklumkan syarikat itu rugi kerana wang ringgit jatuh lima peratus, manakala mangsa berkata "
                b"bahawa mesyuarat pada hari Khamis akan membincangkan perkara itu dengan kerajaan. "
            )
            * 3,
            "'ms'",
        ),
        ("j.json", b"{", "is no valid JSON"),
        ("j.json", b"[" * 100_000, "nested too deeply"),
        ("j.jsonl", b"{]\n", "is no valid JSON"),
        ("x.xlsx", b"nothing", "cannot be read"),
        ("p.parquet", b"nothing", "cannot be read"),
        ("g.txt.gz", b"nothing", "cannot be read"),
        ("t.csv", b"text,date\na,b,c,d\n", "has 4 cells; the header has 2"),
    ],
)
def test_what_cannot_be_read_is_listed_beside_what_can(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    put(tmp_path, "good.txt", TEXT)
    put(tmp_path, name, content)
    articles, skipped = read_articles(tmp_path)
    assert articles["article_id"].tolist() == ["good"]
    assert len(skipped) == 1
    assert skipped["path"][0].endswith(name)
    assert reason in skipped["reason"][0]


def test_nothing_at_all_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(SimakError, match=r"^No article could be read .*missing' does not exist\.$"):
        read_articles(tmp_path / "missing")
    with pytest.raises(SimakError, match="holds no file that could be one"):
        read_articles(tmp_path)
    put(tmp_path, "good.txt", TEXT)
    assert read_articles([tmp_path, tmp_path / "missing"])[1]["reason"].tolist() == ["does not exist"]


def test_short_indonesian_pieces_stay(tmp_path: Path) -> None:
    put(
        tmp_path,
        "t.csv",
        "text\n"
        + "\n".join(
            [
                "Trump: Putin Gila Perang Lagi",
                "Xi Jinping Bertemu Joe Biden San Francisco",
                "IHSG Hari Ini Dibuka Menguat",
            ]
        ),
    )
    assert len(read_articles(tmp_path)[0]) == 3


def test_batches_hold_the_same_articles_whatever_their_size(tmp_path: Path) -> None:
    put(tmp_path, "t.jsonl", "\n".join(json.dumps({"text": f"{CELL} {k}"}) if k % 3 else "{}" for k in range(20)))
    for size in (1, 7, 100):
        batches = list(iter_articles(tmp_path, size=size))
        assert [id_ for articles, _ in batches for id_ in articles["article_id"]] == [
            f"t-{k + 1}" for k in range(20) if k % 3
        ]
        assert sum(len(skipped) for _, skipped in batches) == 7
        assert all(len(articles) + len(skipped) <= size for articles, skipped in batches)


VALUES = st.recursive(
    st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=9), st.just(CELL)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["text", "date", "judul", "x", "body", "meta", "source"]), inner, max_size=3),
    ),
)
CONTENTS = st.one_of(
    st.binary(max_size=200), st.text(max_size=200).map(str.encode), VALUES.map(json.dumps).map(str.encode)
)


@given(
    st.sampled_from(["a.txt", "c.json", "d.jsonl", "e.csv", "f.html", "g.xlsx", "h.parquet", "i.txt.gz", "z.zip"]),
    CONTENTS,
)
def test_any_file_is_read_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    files, problems = listed(put(tmp_path_factory.mktemp("any"), name, content))
    for file in files:
        with contextlib.suppress(Unreadable):
            assert all(isinstance(raw.text, str) for raw in raws(file, Knowledge().columns, {}))
    assert all(reason for _, reason in problems)


def test_reading_twice_gives_the_same_frames(shared: Path) -> None:
    one, other = (read_articles(shared / "gold" / "articles") for _ in range(2))
    pd.testing.assert_frame_equal(one[0], other[0])
    pd.testing.assert_frame_equal(one[1], other[1])


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_was_encoded_is_decoded(text: str, encoding: str) -> None:
    data = text.encode(encoding, "ignore")
    if "\0" not in text and not text.startswith("\ufeff"):
        assert decoded(data) == data.decode(encoding)


def test_all_sheets_are_read_and_their_rows_numbered_through(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
        pd.DataFrame({"judul": ["Judul Satu Hari Ini"], "isi": [CELL]}).to_excel(book, sheet_name="Mei", index=False)
        pd.DataFrame({"Content": [CELL + " Lagi."]}).to_excel(book, sheet_name="Juni", index=False)
        pd.DataFrame({"catatan": ["tiga"]}).to_excel(book, sheet_name="Catatan", index=False)
    articles, skipped = read_articles(tmp_path / "t.xlsx")
    assert articles["article_id"].tolist() == ["t-1", "t-2"]
    assert skipped[["row", "reason"]].values.tolist()[0][0] == 3
    assert "has no column with the text" in skipped["reason"][0]


def test_exports_of_collectors_are_read_as_they_are(tmp_path: Path) -> None:
    watch = {
        "title": "Blinken Bertemu Xi", "publish_date": "2025-06-20 10:15:00", "author": "Budi", "content": CELL,
        "keyword": "blinken", "category": "internasional", "source": "antaranews.com", "link": "https://antaranews.com/1",
    }  # fmt: skip
    cloud = {
        "id": "ab12", "indexed_date": "2025-06-21 03:04:05.123", "language": "id", "media_name": "detik.com",
        "media_url": "detik.com", "publish_date": "2025-06-20", "title": "Xi Terima Blinken di Beijing Sore Ini",
        "url": "https://news.detik.com/2",
    }  # fmt: skip
    pd.DataFrame([watch]).to_csv(tmp_path / "newswatch.csv", index=False)
    pd.DataFrame([cloud]).to_csv(tmp_path / "mediacloud.csv", index=False)
    articles, skipped = read_articles(tmp_path)
    assert skipped.empty
    assert articles["text"].tolist() == [cloud["title"], CELL]
    assert articles["outlet"].tolist() == ["detikcom", "ANTARA"]
    assert articles["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-06-20"] * 2
    assert articles["quality"].tolist() == [["headline only"], []]


def test_each_outlet_of_a_table_may_write_its_dates_its_own_way(tmp_path: Path) -> None:
    rows = [("a", "7/8/2025"), ("b", "7/8/2025"), ("a", "10/21/2025"), ("b", "21/10/2025")]
    lines = (f'"{CELL} {number}",{date},{outlet}\n' for number, (outlet, date) in enumerate(rows))
    articles, _ = read_articles(put(tmp_path, "t.csv", "text,date,outlet\n" + "".join(lines)))
    assert articles["date"].dt.strftime("%m-%d").tolist() == ["07-08", "08-07", "10-21", "10-21"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "Perdana Menteri berkata kerajaan akan memperkukuh hubungan dua hala, termasuk perdagangan dan pelaburan.",
            "ms",
        ),
        ("Setiausaha Negara Amerika Syarikat tiba di Beijing. Beliau dijangka bertemu Presiden China esok.", "ms"),
        ("Presiden mengumumkan tarif baharu ke atas import dari China dan mencetuskan kebimbangan pelabur.", "ms"),
        ("Jabatan itu mengeluarkan amaran hujan lebat di Kelantan dan orang ramai dinasihatkan berwaspada.", "ms"),
        ("Menteri Luar Negeri Malaysia Mohamad Hasan mengatakan kerajaan mendukung gencatan senjata di Gaza.", "id"),
        ("Datuk Seri Anwar Ibrahim bertemu Presiden Prabowo di Jakarta, ujar Kementerian Luar Negeri.", "id"),
    ],
)
def test_malay_is_told_from_indonesian(text: str, code: str) -> None:
    assert language(text, Knowledge().boilerplate.language) == code
