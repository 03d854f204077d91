"""Knowledge is YAML that an analyst can read, edit and overlay; mistakes are told with their line."""

import pytest

from analysis.errors import SimakError
from analysis.knowledge import SECTIONS, SHIPPED, Knowledge

HAJJ = "haji:\n  label: Hajj\n  label_id: Haji\n  definition: Pilgrimage.\n  patterns: [haji]\n"


def own(tmp_path, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.yml").write_text(text, "utf-8")
    return Knowledge(tmp_path)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_shipped_section_loads(section):
    assert getattr(Knowledge(), section) is not None


@pytest.mark.parametrize("section", SECTIONS)
def test_every_shipped_file_says_how_to_edit_it(section):
    assert (SHIPPED / f"{section}.yml").read_text("utf-8").startswith("#")


def test_an_own_code_is_added_beside_the_shipped_ones(tmp_path):
    codebook = own(tmp_path, codebook=HAJJ).codebook
    assert {"haji", "fentanyl"} <= set(codebook.root)


def test_null_removes_a_shipped_entry(tmp_path):
    assert "fentanyl" not in own(tmp_path, codebook="fentanyl: null\n").codebook.root


def test_one_key_of_an_entry_is_replaced_and_the_rest_stays(tmp_path):
    codebook = own(tmp_path, codebook="fentanyl:\n  label: Opioids\n").codebook
    assert codebook.root["fentanyl"].label == "Opioids"
    assert codebook.root["fentanyl"].patterns == Knowledge().codebook.root["fentanyl"].patterns


def test_a_codebook_file_takes_the_place_of_the_shipped_one(tmp_path):
    file = tmp_path / "mine.yml"
    file.write_text(HAJJ, "utf-8")
    assert set(Knowledge(codebook_file=file).codebook.root) == {"haji"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("haji:\n  label: Hajj\n", "line 1.*label_id"),
        (HAJJ + "  colour: red\n", "line 6.*colour"),
        ("haji: [\n", "line 2.*YAML"),
        ("- haji\n", "mapping"),
        ("a: &x 1\nb: *x\n", "line 2.*aliases"),
        ("a: " + "[" * 50 + "]" * 50, "nested deeper"),
        ("a: !!python/object/apply:os.system [ls]\n", "YAML"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(tmp_path, text, told):
    with pytest.raises(SimakError, match=rf"codebook\.yml'.*{told}"):
        own(tmp_path, codebook=text).codebook  # noqa: B018


def test_a_file_of_an_unknown_name_is_refused_with_the_allowed_names(tmp_path):
    with pytest.raises(SimakError, match=r"codebok\.yml.*codebook\.yml"):
        own(tmp_path, codebok="a: 1\n")


def test_the_fingerprint_follows_the_sections_asked_for(tmp_path):
    changed = own(tmp_path, codebook="fentanyl: null\n")
    assert changed.fingerprint("codebook") != Knowledge().fingerprint("codebook")
    assert changed.fingerprint("verbs") == Knowledge().fingerprint("verbs")
