"""Which spans are mentions, and who is meant."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import frames
from analysis.errors import SimakError
from analysis.extraction import actors, tallies
from analysis.extraction.merges import merges
from analysis.extraction.registry import registry, slug
from analysis.knowledge import Knowledge

KNOWLEDGE = Knowledge()


def read(
    *texts: str, tagged: dict[str, str] | None = None, date: str | None = None, knowledge: Knowledge = KNOWLEDGE
) -> pd.DataFrame:
    """Return the entities of texts; `tagged` are names that the tagger is to have found, with their types."""
    sentences, names = [], []
    for number, text in enumerate(texts):
        article_id = f"a{number}"
        for found in re.finditer(r"\S.*?(?:[.!?](?=\s|$)|$)", text):
            sentence_id = frames.span_id(article_id, *found.span())
            span = {"article_id": article_id, "sentence_id": sentence_id}
            sentences.append(
                {**span, "start": found.start(), "end": found.end(), "text": found.group(), "paragraph": 0}
            )
            for name, kind in (tagged or {}).items():
                for place in re.finditer(re.escape(name), found.group()):
                    start = found.start() + place.start()
                    names.append({**span, "start": start, "end": start + len(name), "text": name, "type": kind})
    articles = pd.DataFrame(
        {"article_id": [f"a{n}" for n in range(len(texts))], "date": pd.to_datetime([date] * len(texts))}
    )
    return actors.entities(
        articles, frames.made("sentences", sentences), frames.made("tokens", []), frames.made("names", names), knowledge
    )


def who(*texts: str, **more: object) -> list[tuple[str, str]]:
    """Return text and actor of every mention."""
    found = read(*texts, **more)  # type: ignore[arg-type]
    return list(zip(found["text"], found["actor_id"], strict=True))


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Menlu AS Antony Blinken tiba.", ["AS", "Antony Blinken"]),
        ("hubungan AS-China membaik.", ["AS", "China"]),
        ("Juru bicara Kementerian Luar Negeri China Mao Ning.", ["Kementerian Luar Negeri China", "Mao Ning"]),
        ("Amerika Serikat (AS) menolak.", ["Amerika Serikat", "AS"]),
        ("Dewan Keamanan (DK) PBB bersidang.", ["Dewan Keamanan", "DK", "PBB"]),
        ("dilansirReuters, konflik antaraIsraeldanIran memanas.", ["Reuters", "Israel", "Iran"]),
        ("menurut KemluInggris.", ["KemluInggris"]),
        ("nilai US$ 5 juta.", []),
        ("menurut Pusat Pengendalian dan Pencegahan Penyakit AS.", ["Pusat Pengendalian dan Pencegahan Penyakit AS"]),
        ("di Laut Sulu dan Selat Makassar.", ["Laut Sulu", "Selat Makassar"]),
        ("kata Trump di platform X.", ["Trump", "X"]),
        ("generasi X dan Y.", []),
    ],
)
def test_mentions_have_exact_spans(text: str, mentions: list[str]) -> None:
    assert [name for name, _ in who(text)] == mentions


def test_titles_and_countries_come_off_a_tagged_person() -> None:
    found = read("Wakil Presiden Filipina Leni Robredo hadir.", tagged={"Presiden Filipina Leni Robredo": "PER"})
    assert found[["text", "type"]].values.tolist() == [["Filipina", "LOC"], ["Leni Robredo", "PER"]]


def test_a_name_found_once_is_found_wherever_the_article_repeats_it() -> None:
    found = who(
        "Ekonom Leah Fahy bicara. Menurut Fahy itu wajar. Leah Fahy setuju.", tagged={"Ekonom Leah Fahy": "PER"}
    )
    assert found == [("Leah Fahy", "leah-fahy"), ("Fahy", "leah-fahy"), ("Leah Fahy", "leah-fahy")]


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("AS menuduh Beijing.", "china"),
        ("Beijing mengatakan tidak.", "china"),
        ("Ia tiba di Beijing.", "beijing"),
        ("Menurut Washington, itu salah.", "united-states"),
        ("Ia terbang ke Washington DC.", "washington"),
        ("Mereka memasok senjata ke Moskow.", "russia"),
    ],
)
def test_a_seat_is_its_government_or_the_place(text: str, actor: str) -> None:
    assert who(text)[-1][1] == actor


def test_variants_are_one_actor_and_different_people_are_not() -> None:
    assert {actor for _, actor in who("China, Cina, Tiongkok, RRT dan Republik Rakyat China.")} == {"china"}
    assert who("Anthony Blinken bertemu Antony Blinken.")[0][1] == "antony-blinken"
    assert who("Northop Grumman rugi.", tagged={"Northop Grumman": "ORG"})[0][1] == "northrop-grumman"
    assert who("Garda Indonesia demo.", tagged={"Garda Indonesia": "ORG"})[0][1] == "garda-indonesia"
    both = who("Wang Xiaohong tiba. Wang Yi pergi. Menlu China Wang bicara.", tagged={"Wang": "PER"}, date="2024-02-01")
    assert both[-1] == ("Wang", "wang-yi")


def test_short_names_resolve_in_the_article_then_in_the_corpus() -> None:
    tagged = {"Ishartini Dewi": "PER", "Ishartini": "PER"}
    assert who("Ishartini Dewi hadir. Ishartini pergi.", tagged=tagged)[1][1] == "ishartini-dewi"
    corpus = read("Ishartini Dewi hadir.", "Ishartini pergi.", tagged=tagged)
    assert corpus["actor_id"].tolist() == ["ishartini-dewi", "ishartini-dewi"]
    assert corpus["confidence"].iloc[1] < corpus["confidence"].iloc[0]


def test_the_namesake_of_the_article_goes_before_the_better_known() -> None:
    found = who("Megawati Hangestri menang. Megawati senang.", tagged={"Megawati Hangestri": "PER"})
    assert {actor for _, actor in found} == {"megawati-hangestri"}


def test_abbreviations_bind_within_the_article() -> None:
    text = "Komite Aksi Damai (KAD) dibentuk. KAD menolak."
    assert {actor for _, actor in who(text, tagged={"Komite Aksi Damai": "ORG", "KAD": "ORG"})} == {"komite-aksi-damai"}


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Departemen Luar Negeri AS bicara.", "us-department-of-state"),
        ("AS marah. Departemen Luar Negeri bicara.", "us-department-of-state"),
        ("Kementerian Luar Negeri Fiji bicara.", "fiji-ministry-of-foreign-affairs"),
        ("Iran marah. Kementerian Luar Negeri bicara.", "iran-ministry-of-foreign-affairs"),
        ("Kemlu RI bicara.", "indonesia-ministry-of-foreign-affairs"),
        ("DPR rapat.", "house-of-representatives-of-indonesia"),
        ("Ketua DPR AS bicara. DPR rapat.", "us-house-of-representatives"),
        ("Konsulat China di Los Angeles tutup.", "china-consulate-los-angeles"),
    ],
)
def test_institutions_belong_to_their_country(text: str, actor: str) -> None:
    assert who(text)[-1][1] == actor


def test_offices_have_holders_for_a_time() -> None:
    def holder(words: str, day: str | None, among: tuple[str, ...] = ()) -> str | None:
        return actors.holder(words, pd.Timestamp(day) if day else None, KNOWLEDGE, among)

    assert holder("Presiden AS", "2019-05-01") == "donald-trump"
    assert holder("Presiden AS", "2021-01-20") == "joe-biden"
    assert holder("Menlu RI", None, ("sugiono", "indonesia")) == "sugiono"
    assert holder("Presiden AS", None) == "united-states-president"
    assert holder("Sekjen PBB", "2024-01-01") == "antonio-guterres"
    assert holder("seorang warga", "2024-01-01") is None


def test_every_holder_of_an_office_has_it_alone() -> None:
    for (office, of), held in registry(KNOWLEDGE).holdings.items():
        ordered = sorted(held, key=lambda h: h.since)
        for one, next_one in pairwise(ordered):
            assert one.until <= next_one.since, (office, of, one, next_one)


def test_the_registry_refers_to_what_it_knows() -> None:
    known = registry(KNOWLEDGE)
    for actor_id, actor in known.actors.items():
        assert actor.country is None or actor.country in known.actors, actor_id
        assert actor.institution is None or actor.institution in known.institutions, actor_id
        assert all(office.office in known.roles.offices for office in actor.offices), actor_id
    assert len(known.countries) >= 195
    assert len(known.actors) - len(known.countries) >= 500


def quoted(**values: object) -> pd.DataFrame:
    """Return a frame of one quote."""
    row = dict.fromkeys(frames.SCHEMAS["quotes"].columns) | {
        "quote_id": "a0:0-1", "article_id": "a0", "sentence_id": "a0:0-1", "start": 0, "end": 1, "text": "x",
        "kind": "direct", "sentiment": "neutral", "score": 0.0, "tone_words": [], "confidence": 1.0, "issues": [],
    }  # fmt: skip
    return frames.made("quotes", [{**row, **values}])


@pytest.mark.parametrize(
    ("words", "country", "organisation", "label", "home"),
    [
        ("seorang pejabat senior AS", "united-states", None, "unnamed senior US official", "united-states"),
        ("para pejabat China", "china", None, "unnamed Chinese officials", "china"),
        ("Seorang pejabat Kementerian Luar Negeri China", "china", "china-ministry-of-foreign-affairs",
         "unnamed official, China Ministry of Foreign Affairs", "china"),
        (
            "seorang pejabat kementerian luar negeri china", "china", "china-ministry-of-foreign-affairs",
            "unnamed official, China Ministry of Foreign Affairs", "china",
        ),
        ("Para ahli", None, None, "unnamed experts", None),
        ("seorang pakar kebijakan luar negeri", None, None, "unnamed foreign policy expert", None),
        ("barongsai tua", None, None, "unnamed source (barongsai tua)", None),
    ],
)  # fmt: skip
def test_unnamed_sources_are_actors_of_their_article(
    words: str, country: str | None, organisation: str | None, label: str, home: str | None
) -> None:
    actor_id = actors.unnamed("a0", words, country, organisation, KNOWLEDGE)
    assert actor_id.startswith("a0#")
    frame = tallies.actors(frames.made("entities", []), quoted(actor_id=actor_id, speaker=words), KNOWLEDGE)
    row = frame.iloc[0]
    assert (row["name"], row["name_id"], row["named"]) == (label, words, False)
    assert row["country"] == home or (home is None and pd.isna(row["country"]))


def test_actors_count_mentions_and_articles_and_list_those_who_only_speak() -> None:
    found = read("Blinken tiba. Blinken pergi.", "Blinken dan Kementerian Luar Negeri China.")
    frame = tallies.actors(found, quoted(actor_id="fiji-president", speaker="Presiden Fiji"), KNOWLEDGE).set_index(
        "actor_id"
    )
    assert frame.loc["antony-blinken", ["mentions", "articles", "country"]].tolist() == [3, 2, "united-states"]
    assert frame.loc["china-ministry-of-foreign-affairs", "name"] == "China Ministry of Foreign Affairs"
    assert frame.loc["fiji-president", ["name", "mentions"]].tolist() == ["President of Fiji", 0]


def test_an_analysts_file_merges_renames_and_adds_and_can_be_taken_back(tmp_path: Path) -> None:
    (tmp_path / "actors.yml").write_text(
        "leah-fahi: {merge_into: leah-fahy}\n"
        "leah-fahy: {name: Dr Leah Fahy, type: PER, aliases: [Bu Fahy]}\n"
        "sugiono: {name: Sugiono the minister}\n",
        "utf-8",
    )
    texts = ("Leah Fahy, Leah Fahi dan Sugiono.", "Bu Fahy hadir.")
    tagged = {"Leah Fahy": "PER", "Leah Fahi": "PER", "Sugiono": "PER"}
    own = Knowledge(tmp_path)
    found = read(*texts, tagged=tagged, knowledge=own)
    assert found["actor_id"].tolist() == ["leah-fahy", "leah-fahy", "sugiono", "leah-fahy"]
    names = tallies.actors(found, frames.made("quotes", []), own).set_index("actor_id")["name"]
    assert names.to_dict() == {"leah-fahy": "Dr Leah Fahy", "sugiono": "Sugiono the minister"}
    assert read(*texts, tagged=tagged)["actor_id"].nunique() == 3


def test_a_wrong_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "actors.yml").write_text("someone:\n  typ: PER\n", "utf-8")
    with pytest.raises(SimakError, match=r"actors\.yml.* line 2"):
        _ = Knowledge(tmp_path).actors


def test_order_and_company_of_articles_change_nothing_that_is_certain() -> None:
    texts = ["Menlu AS Blinken di Beijing.", "Presiden Xi Jinping bertemu Putin.", "Kemlu dan DPR rapat."]
    forward, backward = read(*texts), read(*reversed(texts))
    assert sorted(zip(forward["text"], forward["actor_id"], strict=True)) == sorted(
        zip(backward["text"], backward["actor_id"], strict=True)
    )


@settings(max_examples=25)
@given(st.text(alphabet=st.sampled_from("AS China-(Beijing)“”.,\n ’danIsraelReuters Menlu X1é👍\u200b"), max_size=120))
def test_offsets_hold_on_any_text(text: str) -> None:
    found = read(text.replace("\n", " "))
    assert all(text.replace("\n", " ")[row.start : row.end] == row.text for row in found.itertuples())
    assert found["start"].is_monotonic_increasing
    assert (found["start"].iloc[1:].to_numpy() >= found["end"].iloc[:-1].to_numpy()).all()


@given(st.text(max_size=60))
def test_slugs_are_plain(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]*", slug(text))


def test_the_seeds_are_linked_as_by_hand() -> None:
    """Gold names in, actors out: every gold actor is one actor, and no two are confused."""
    pairs: dict[str, set[str]] = {}
    for file in sorted((Path(__file__).parent / "gold").glob("seed*.json")):
        gold = json.loads(file.read_text("utf-8"))
        found = _linked(gold)
        for mention in gold["mentions"]:
            if (actor := found.get((mention["start"], mention["end"]))) is not None:
                pairs.setdefault(actor, set()).add(mention["actor"])
    assert len(pairs) > 40
    assert {actor: labels for actor, labels in pairs.items() if len(labels) > 1} == {}


def _linked(gold: dict[str, object]) -> dict[tuple[int, int], str]:
    text = str(gold["text"])
    sentences, names = [], []
    for found in re.finditer(r"[^\n]+", text):
        span = {"article_id": "g", "sentence_id": frames.span_id("g", *found.span())}
        sentences.append({**span, "start": found.start(), "end": found.end(), "text": found.group(), "paragraph": 0})
        names += [
            {**span, "start": m["start"], "end": m["end"], "text": text[m["start"] : m["end"]], "type": m["type"]}
            for m in gold["mentions"]  # type: ignore[attr-defined]
            if found.start() <= m["start"] < found.end()
        ]
    day = gold["meta"]["date"]  # type: ignore[index]
    articles = pd.DataFrame({"article_id": ["g"], "date": pd.to_datetime([day])})
    linked = actors.entities(
        articles, frames.made("sentences", sentences), frames.made("tokens", []), frames.made("names", names), KNOWLEDGE
    )
    return {(row.start, row.end): row.actor_id for row in linked.itertuples()}


def test_an_article_printed_in_small_letters_has_names() -> None:
    tagged = {"antony blinken": "PER", "as": "LOC", "faisal": "PER"}
    found = read("menlu as antony blinken tiba, kata faisal.", tagged=tagged)
    assert found[["text", "actor_id"]].values.tolist() == [
        ["as", "united-states"], ["antony blinken", "antony-blinken"], ["faisal", "faisal"],
    ]  # fmt: skip
    assert read("Menlu tiba, kata faisal.", tagged=tagged).empty


def test_an_analyst_splits_merges_renames_and_adds_and_takes_it_back(tmp_path: Path) -> None:
    texts = ("Budi Santoso hadir di Solo.", "Budi Santoso hadir di Medan. Rini Sutanto pergi.", "Rini Soetanto tiba.")
    tagged = dict.fromkeys(("Budi Santoso", "Rini Sutanto", "Rini Soetanto"), "PER")

    def people(knowledge: Knowledge) -> list[str]:
        found = read(*texts, tagged=tagged, knowledge=knowledge)
        return found.loc[found["type"] == "PER", "actor_id"].tolist()

    before = people(KNOWLEDGE)
    (tmp_path / "actors.yml").write_text(
        "budi-solo: {name: Budi Santoso (Solo), type: PER, aliases: [Budi Santoso], articles: [a0]}\n"
        "rini-soetanto: {merge_into: rini-sutanto}\n",
        "utf-8",
    )
    assert before == ["budi-santoso", "budi-santoso", "rini-sutanto", "rini-soetanto"]
    assert people(Knowledge(tmp_path)) == ["budi-solo", "budi-santoso", "rini-sutanto", "rini-sutanto"]
    assert people(KNOWLEDGE) == before


def test_doubtful_merges_come_first() -> None:
    tagged = dict.fromkeys(("Rini Sutanto", "Rini Soetanto", "Dewa Putra"), "PER")
    found = read("Rini Sutanto dan Dewa Putra hadir. Antony Blinken tiba.", "Rini Soetanto pergi.", tagged=tagged)
    table = merges(found, KNOWLEDGE)
    assert table["text"].tolist()[:2] == ["Rini Soetanto", "Rini Sutanto"]
    assert table["like"].tolist()[:2] == ["rini-sutanto", "rini-soetanto"]
    assert table["like"].isna().tolist()[2:] == [True, True]
    assert merges(found.iloc[:0], KNOWLEDGE).empty


def test_a_namesake_is_the_one_whose_country_the_article_names() -> None:
    assert who("Presiden AS bertemu Partai Demokrat.")[-1][1] == "us-democratic-party"
    assert who("Presiden Indonesia bertemu Partai Demokrat.")[-1][1] == "democratic-party-of-indonesia"


@pytest.mark.parametrize(
    ("text", "tagged", "mentions"),
    [
        ("Kapal induk Liaoning tiba, kata Liaoning.", {"Liaoning": "LOC"}, []),
        ("Otoritas Iran menolak.", {"Otoritas Iran": "ORG"}, ["Iran"]),
        ("Kementerian menolak.", {"Kementerian": "ORG"}, []),
        ("kata peneliti di Brookings Institution.", {"Brookings Institution": "LOC"}, ["Brookings Institution"]),
        ("tulis Zaskia Adya Mecca.", {"Zaskia Adya Mecca": "PER"}, ["Zaskia Adya Mecca"]),
        ("bersama Misi Stabilisasi PBB di Lebanon kemarin.", {}, ["Misi Stabilisasi PBB di Lebanon"]),
        ("dariCarscoops dan ASdi Hanoi.", {"dariCarscoops": "ORG"}, ["Carscoops", "AS", "Hanoi"]),
    ],
)
def test_what_is_a_name_and_what_only_looks_like_one(text: str, tagged: dict[str, str], mentions: list[str]) -> None:
    assert [name for name, _ in who(text, tagged=tagged)] == mentions
