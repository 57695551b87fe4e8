"""The consolidated list of the United Nations Security Council, read into entries."""

from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import EntryCitation, Fault, ListEntry, ParsedList, RawFile
from sanctions.importers.un_consolidated.entry import UnAlias, UnBirthDate, UnDocument, UnEntry, UnPlace
from sanctions.importers.un_consolidated.parse import NAMES, read, read_entries
from sanctions.importers.un_consolidated.source import UN_CONSOLIDATED
from tests.effort import examples
from tests.importers.documents import fields_of, filled, lines, problems
from tests.importers.real import REAL, needs_real
from tests.importers.un_files import un_file, un_text


def person(**columns: Any) -> UnEntry:
    """Return the entry of a person whom there is not."""
    given_columns: dict[str, Any] = {
        "is_person": True,
        "reference_number": "XXi.001",
        "names": ("TEST", "TESTOV"),
        "un_list_type": "Testland",
        "listed_on": "2014-01-03",
    }
    return UnEntry(**{**given_columns, **columns})


def read_all(file: RawFile) -> tuple[list[ListEntry], ParsedList]:
    reading = read({"list": file})
    entries = list(reading.entries)
    assert problems(entries) == []
    return entries, reading


def only(*entries: UnEntry) -> tuple[ListEntry, list[Fault]]:
    (entry,), reading = read_all(un_file(*entries))
    return entry, reading.faults


def particulars(entry: ListEntry, kind: str) -> list[dict[str, str]]:
    found = [dict(one) for one in entry.actor.get("particulars", ()) if one["kind"] == kind]
    return [{key: value for key, value in one.items() if key != "kind"} for one in found]


# --- What the list is ---------------------------------------------------------------------------


def test_the_list_is_told_apart_by_its_schemes() -> None:
    assert (UN_CONSOLIDATED.name, UN_CONSOLIDATED.abbreviation) == ("un-consolidated", "un")
    assert UN_CONSOLIDATED.program_scheme == "un-list-type"
    assert UN_CONSOLIDATED.publisher["slug"] == "un-security-council"
    assert [form.name for form in UN_CONSOLIDATED.forms] == ["xml"]


def test_the_day_of_the_snapshot_is_that_on_which_the_file_was_made() -> None:
    assert read_all(un_file(person()))[1].as_of == date(2020, 1, 2)


def test_a_file_that_does_not_say_when_it_was_made_has_a_fault_and_no_day() -> None:
    _, reading = read_all(un_file(person(), generated="yesterday"))
    assert (reading.as_of, fields_of(reading.faults)) == (None, ["dateGenerated"])


def test_an_entry_is_found_by_its_reference_without_the_space_after_it() -> None:
    entry, faults = only(person())
    assert entry.key == "XXi.001"
    assert entry.actor["identifiers"] == [{"scheme": "un-reference", "value": "XXi.001"}]
    assert entry.cited == (EntryCitation("list", pinpoint="REFERENCE_NUMBER XXi.001"),)
    assert "XXi.001" in entry.place
    assert not faults


def test_a_person_is_a_person_and_anything_else_an_entity() -> None:
    somebody, _ = only(person())
    something, _ = only(person(is_person=False, names=("TEST BANK",)))
    assert (somebody.actor["kind"], something.actor["kind"]) == ("person", "entity")


# --- Names --------------------------------------------------------------------------------------


def test_a_name_is_its_parts_in_the_order_of_the_list() -> None:
    entry, _ = only(person(names=("ANNA", "B", "C", "TESTOVA")))
    assert entry.actor["name"] == "ANNA B C TESTOVA"


@pytest.mark.parametrize(
    ("quality", "kind"), [("Good", "alias"), ("Low", "weak_alias"), ("a.k.a.", "alias"), ("f.k.a.", "former")]
)
def test_the_quality_of_an_alias_is_the_kind_of_the_name(quality: str, kind: str) -> None:
    entry, faults = only(person(aliases=(UnAlias(quality, "Testik"),)))
    assert entry.actor["names"] == [{"kind": kind, "text": "Testik"}]
    assert not faults


@pytest.mark.parametrize("quality", ["", "Excellent"])
def test_an_alias_of_no_or_an_unknown_quality_is_a_fault_and_stands_in_the_summary(quality: str) -> None:
    entry, faults = only(person(aliases=(UnAlias(quality, "Testik"),)))
    assert fields_of(faults) == ["QUALITY"]
    assert "names" not in entry.actor
    assert entry.actor["summary"] == "Alias of another quality: Testik"


def test_a_quality_without_a_name_is_a_fault() -> None:
    assert fields_of(only(person(aliases=(UnAlias("Good"),)))[1]) == ["ALIAS_NAME"]


@pytest.mark.parametrize(
    ("text", "script"),
    [("Тест Тестов", "Cyrl"), ("تست", "Arab"), ("测试", "Hani"), ("시험", "Hang"), ("Testov", "Latn"), ("ፍትዊ", "Ethi")],
)
def test_a_name_in_its_original_script_is_native_and_tells_the_script(text: str, script: str) -> None:
    entry, _ = only(person(name_original_script=text))
    assert entry.actor["names"] == [{"kind": "native", "text": text, "script": script}]


def test_letters_of_two_scripts_tell_no_script() -> None:
    entry, _ = only(person(name_original_script="ፍትዊ (Tigrinya)"))
    assert entry.actor["names"] == [{"kind": "native", "text": "ፍትዊ (Tigrinya)"}]


def test_a_name_stands_there_once_and_the_own_name_is_no_alias() -> None:
    again = UnAlias("Good", "Testik")
    entry, faults = only(person(aliases=(again, again, UnAlias("Good", "TEST TESTOV"), UnAlias("Low", "Testik"))))
    assert [one["kind"] for one in entry.actor["names"]] == ["alias", "weak_alias"]
    assert not faults


def test_a_name_that_is_too_long_is_a_fault_and_stands_in_the_summary() -> None:
    entry, faults = only(person(aliases=(UnAlias("Good", "T" * 301),)))
    assert fields_of(faults) == ["ALIAS_NAME"]
    assert "T" * 301 in entry.actor["summary"]


def test_a_note_of_an_alias_stands_in_the_summary_and_an_original_script_is_a_name() -> None:
    entry, _ = only(
        person(
            aliases=(UnAlias("Good", "Testik", note="nom de guerre"), UnAlias("Low", "T", note="original script: Т"))
        )
    )
    assert entry.actor["summary"] == "Under the alias Testik: nom de guerre"
    assert {"kind": "native", "text": "Т", "script": "Cyrl"} in entry.actor["names"]


def test_a_birth_under_an_alias_is_a_particular_that_says_so() -> None:
    alias = UnAlias("Good", "Testik", date_of_birth="1960", city_of_birth="Testville", country_of_birth="Testland")
    entry, _ = only(person(aliases=(alias,)))
    note = "Under the alias Testik"
    assert particulars(entry, "birth_date") == [{"text": "1960", "dated_on": "1960", "note": note}]
    assert particulars(entry, "birth_place") == [{"text": "Testville", "country": "Testland", "note": note}]


# --- Details ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "text", "dated_on"),
    [
        (UnBirthDate("EXACT", date="1964-07-17"), "1964-07-17", "1964-07-17"),
        (UnBirthDate("EXACT", date="1964-07-17-04:00"), "1964-07-17-04:00", "1964-07-17"),
        (UnBirthDate("EXACT", year="1984"), "1984", "1984"),
        (UnBirthDate("APPROXIMATELY", year="1984"), "Approximately 1984", "1984~"),
        (UnBirthDate("APPROXIMATELY", date="1984-01-02"), "Approximately 1984-01-02", "1984-01-02~"),
        (UnBirthDate("BETWEEN", from_year="1960", to_year="1965"), "Between 1960 and 1965", "1960/1965"),
    ],
)
def test_a_date_of_birth_is_as_the_list_writes_it_and_in_edtf(birth: UnBirthDate, text: str, dated_on: str) -> None:
    entry, faults = only(person(birth_dates=(birth,)))
    assert particulars(entry, "birth_date") == [{"text": text, "dated_on": dated_on}]
    assert not faults


def test_a_date_of_birth_in_a_note_is_a_text() -> None:
    entry, faults = only(person(birth_dates=(UnBirthDate("EXACT", note="August 1961"),)))
    assert particulars(entry, "birth_date") == [{"text": "August 1961"}]
    assert not faults


def test_a_note_of_a_date_of_birth_is_its_note() -> None:
    entry, _ = only(person(birth_dates=(UnBirthDate("EXACT", year="1961", note="from false passport"),)))
    assert particulars(entry, "birth_date") == [{"text": "1961", "dated_on": "1961", "note": "from false passport"}]


@pytest.mark.parametrize(
    "birth",
    [
        UnBirthDate("PERHAPS", year="1984"),
        UnBirthDate("", year="1984"),
        UnBirthDate("EXACT", date="1984-01-01", year="1984"),
        UnBirthDate("BETWEEN", from_year="1984"),
    ],
)
def test_a_date_of_an_unknown_type_or_without_what_it_needs_is_a_fault_and_a_text(birth: UnBirthDate) -> None:
    entry, faults = only(person(birth_dates=(birth,)))
    assert fields_of(faults) == ["DATE_OF_BIRTH"]
    assert "1984" in particulars(entry, "birth_date")[0]["text"]
    assert "dated_on" not in particulars(entry, "birth_date")[0]


def test_a_date_with_a_type_alone_is_a_fault_and_no_particular() -> None:
    entry, faults = only(person(birth_dates=(UnBirthDate("EXACT"),)))
    assert fields_of(faults) == ["DATE_OF_BIRTH"]
    assert particulars(entry, "birth_date") == []


@pytest.mark.parametrize(
    "birth", [UnBirthDate("EXACT", date="1984-02-31"), UnBirthDate("BETWEEN", from_year="1965", to_year="1960")]
)
def test_a_date_that_there_is_not_is_a_fault_and_a_text(birth: UnBirthDate) -> None:
    entry, faults = only(person(birth_dates=(birth,)))
    assert fields_of(faults) == ["DATE_OF_BIRTH"]
    assert "dated_on" not in particulars(entry, "birth_date")[0]


def test_a_place_has_its_parts_and_its_country_apart() -> None:
    place = UnPlace(street="Street 1", city="Testville", state_province="North", zip_code="7", country="Testland")
    entry, _ = only(person(birth_places=(place,), addresses=(place,)))
    for kind in ("birth_place", "address"):
        assert particulars(entry, kind) == [{"text": "Street 1, Testville, North, 7", "country": "Testland"}]


def test_a_place_of_which_the_country_alone_is_known_is_told_by_it_and_else_by_its_note() -> None:
    entry, _ = only(person(addresses=(UnPlace(country="Testland", note="in custody"), UnPlace(note="unknown"))))
    assert particulars(entry, "address") == [
        {"text": "Testland", "country": "Testland", "note": "in custody"},
        {"text": "unknown"},
    ]


def test_a_note_that_is_too_long_stands_whole_in_the_summary() -> None:
    entry, faults = only(person(addresses=(UnPlace(city="Testville", note="n" * 501),)))
    assert particulars(entry, "address") == [{"text": "Testville"}]
    assert f"Address Testville: {'n' * 501}" in entry.actor["summary"]
    assert not faults


def test_titles_designations_and_nationalities_are_particulars() -> None:
    entry, _ = only(person(titles=("Dr",), designations=("Minister", "Clerk"), nationalities=("Testland",)))
    assert particulars(entry, "title") == [{"text": "Dr"}]
    assert particulars(entry, "position") == [{"text": "Minister"}, {"text": "Clerk"}]
    assert particulars(entry, "nationality") == [{"text": "Testland", "country": "Testland"}]


@pytest.mark.parametrize(("gender", "found"), [("Male", [{"text": "Male"}]), ("Unknown", []), ("", [])])
def test_a_gender_that_is_not_known_is_none(gender: str, found: list[dict[str, str]]) -> None:
    entry, faults = only(person(gender=gender))
    assert particulars(entry, "gender") == found
    assert not faults


def test_an_unknown_gender_is_a_fault() -> None:
    assert fields_of(only(person(gender="M"))[1]) == ["GENDER"]


def test_comments_are_the_summary() -> None:
    assert only(person(comments1="Makes tests."))[0].actor["summary"] == "Makes tests."


# --- Documents ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paper", "identifier"),
    [
        (
            UnDocument("Passport", number="T 123", issuing_country="Testland", note="expired"),
            {"scheme": "passport", "value": "T 123", "note": "Testland; expired"},
        ),
        (
            UnDocument("National Identification Number", number="9", city_of_issue="A", country_of_issue="B"),
            {"scheme": "national-id", "value": "9", "note": "issued in A, B"},
        ),
        (
            UnDocument("Número de pasaporte", number="9", date_of_issue="2001-02-03"),
            {"scheme": "passport", "value": "9", "note": "issued on 2001-02-03"},
        ),
        (
            UnDocument("National Identification Number", "Birth certificate", number="9"),
            {"scheme": "other-document", "value": "9", "note": "Birth certificate"},
        ),
        (
            UnDocument("National Identification Number", "National identity card no.", number="9"),
            {"scheme": "national-id", "value": "9", "note": "National identity card no."},
        ),
        (
            UnDocument("Passport", number="Test passport No. 96/184 (lost)"),
            {"scheme": "passport", "value": "96/184", "note": "Test passport; (lost)"},
        ),
        (
            UnDocument("Passport", number="Laissez-passer N°235"),
            {"scheme": "passport", "value": "Laissez-passer N°235"},
        ),
    ],
)
def test_a_document_is_an_identifier_and_its_note_tells_the_rest(paper: UnDocument, identifier: dict[str, str]) -> None:
    entry, faults = only(person(papers=(paper,)))
    assert entry.actor["identifiers"][1:] == [identifier]
    assert not faults


def test_a_document_without_a_number_stands_in_the_summary() -> None:
    entry, faults = only(person(papers=(UnDocument("Passport", note="passport T 1 of Testland"),)))
    assert entry.actor["summary"] == "Passport: passport T 1 of Testland"
    assert not faults


def test_a_document_of_an_unknown_type_is_a_fault_and_stands_in_the_summary() -> None:
    entry, faults = only(person(papers=(UnDocument("Library card", number="9"),)))
    assert fields_of(faults) == ["TYPE_OF_DOCUMENT"]
    assert entry.actor["summary"] == "Library card: 9"


def test_a_number_that_is_too_long_is_a_fault_and_stands_in_the_summary() -> None:
    entry, faults = only(person(papers=(UnDocument("Passport", number="9" * 201),)))
    assert fields_of(faults) == ["NUMBER"]
    assert "9" * 201 in entry.actor["summary"]


# --- Listings -----------------------------------------------------------------------------------


def test_a_listing_has_its_list_type_and_its_day() -> None:
    (listing,) = only(person())[0].listings
    assert (listing.program, listing.listed_on, listing.remarks) == ("Testland", "2014-01-03", "")


def test_a_time_zone_of_a_day_is_no_part_of_it() -> None:
    assert only(person(listed_on="2014-01-03-04:00"))[0].listings[0].listed_on == "2014-01-03"


def test_updates_and_who_submitted_an_entry_are_remarks() -> None:
    (listing,) = only(person(updates=("2015-01-02", "2016-03-04-04:00"), submitted_by="Testland", submitted_on="2013"))[
        0
    ].listings
    assert listing.remarks.splitlines() == [
        "Updated by the list on 2015-01-02, 2016-03-04.",
        "Submitted by Testland.",
        "Submitted on 2013.",
    ]


@pytest.mark.parametrize(
    ("columns", "field"),
    [({"listed_on": "2014-02-31"}, "LISTED_ON"), ({"un_list_type": ""}, "UN_LIST_TYPE")],
)
def test_a_listing_without_a_day_or_a_type_is_a_fault(columns: dict[str, str], field: str) -> None:
    assert fields_of(only(person(**columns))[1]) == [field]


def test_a_day_of_listing_that_there_is_not_is_a_remark() -> None:
    (listing,) = only(person(listed_on="2014-02-31"))[0].listings
    assert (listing.listed_on, listing.remarks) == ("", "Listed on 2014-02-31.")


def test_another_list_than_that_of_the_united_nations_is_a_fault() -> None:
    assert fields_of(only(person(list_types=("UN List", "Other List")))[1]) == ["LIST_TYPE"]


# --- Files that are not as they should be ---------------------------------------------------------

NAMED = "<REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER><FIRST_NAME>T</FIRST_NAME>"
LISTED = "<UN_LIST_TYPE>T</UN_LIST_TYPE><LISTED_ON>2014-01-03</LISTED_ON>"


@pytest.mark.parametrize(
    "inside",
    [
        "<SHOE_SIZE>43</SHOE_SIZE>",
        "<FIRST_NAME>U</FIRST_NAME>",
        "<TITLE><VALUE>Dr</VALUE><PRICE>1</PRICE></TITLE>",
        "<INDIVIDUAL_ALIAS><COLOUR>red</COLOUR></INDIVIDUAL_ALIAS>",
        "<ENTITY_ALIAS><QUALITY>Good</QUALITY></ENTITY_ALIAS>",
        '<GENDER certain="no">Male</GENDER>',
        "what is this?",
    ],
)
def test_what_is_not_known_is_a_fault_and_the_entry_is_used(inside: str) -> None:
    entries, reading = read_all(un_text(f"<INDIVIDUAL>{NAMED}{LISTED}{inside}</INDIVIDUAL>"))
    assert len(entries) == len(reading.faults) == 1


def test_what_stands_among_the_entries_is_a_fault() -> None:
    _, reading = read_all(un_text(f"<SHIP/><INDIVIDUAL>{NAMED}{LISTED}</INDIVIDUAL>"))
    assert fields_of(reading.faults) == ["SHIP"]


def test_an_entry_without_a_reference_is_a_fault() -> None:
    entries, reading = read_all(
        un_text(f"<INDIVIDUAL><FIRST_NAME>T</FIRST_NAME></INDIVIDUAL><INDIVIDUAL>{NAMED}{LISTED}</INDIVIDUAL>")
    )
    assert [one.key for one in entries] == ["XXi.001"]
    assert (fields_of(reading.faults), reading.unread) == (["REFERENCE_NUMBER"], set())


def test_an_entry_without_a_name_is_a_fault_and_still_on_the_list() -> None:
    entries, reading = read_all(un_file(person(names=())))
    assert (entries, reading.unread, fields_of(reading.faults)) == ([], {"XXi.001"}, ["FIRST_NAME"])


def test_an_entry_with_a_monstrous_value_is_read_without_it() -> None:
    (entry,), reading = read_all(un_file(person(comments1="c" * 100_001)))
    assert (entry.key, fields_of(reading.faults)[0]) == ("XXi.001", "COMMENTS1")


def test_a_summary_that_is_too_long_is_a_fault_and_the_entry_is_used() -> None:
    entry, faults = only(person(comments1="c" * 20_001))
    assert fields_of(faults) == ["summary"]
    assert "summary" not in entry.actor


def test_of_two_entries_with_one_reference_the_first_is_used() -> None:
    entries, reading = read_all(un_file(person(), person(names=("OTHER",))))
    assert [one.actor["name"] for one in entries] == ["TEST TESTOV"]
    assert (fields_of(reading.faults), reading.unread) == (["REFERENCE_NUMBER"], set())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b"<sdnList/>",
        b"<CONSOLIDATED_LIST/>",
        un_text("<INDIVIDUAL>").open().__enter__().read()[:100],
        b"<!DOCTYPE x [<!ENTITY y 'z'>]><CONSOLIDATED_LIST>&y;</CONSOLIDATED_LIST>",
        b"<CONSOLIDATED_LIST>\x01</CONSOLIDATED_LIST>",
        b"<?xml version='1.0' encoding='utf-8'?><CONSOLIDATED_LIST>\xe9</CONSOLIDATED_LIST>",
    ],
    ids=["empty", "no-xml", "another-list", "no-entry", "cut-off", "entities", "control-character", "encoding"],
)
def test_a_file_that_is_no_such_list_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableList, match=r"list\.xml"):
        read_all(RawFile.of_bytes("list.xml", content))


def test_a_lost_character_is_a_fault_and_the_text_is_kept() -> None:
    entry, faults = only(person(comments1="Testov\ufffds"))
    assert fields_of(faults) == ["summary"]
    assert entry.actor["summary"] == "Testov\ufffds"


# --- Whatever is written is read ------------------------------------------------------------------


def parts(part: type[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    built = st.builds(part, **dict.fromkeys(part.__dataclass_fields__, lines()))
    return st.lists(built.filter(lambda one: one != part()), max_size=3).map(tuple)


def texts(least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(filled(), min_size=least, max_size=most).map(tuple)


LISTED_ENTRIES = st.builds(
    UnEntry,
    is_person=st.booleans(),
    reference_number=st.from_regex(r"[A-Z]{2}[ie]\.[0-9]{3}", fullmatch=True),
    names=texts(1, len(NAMES)),
    **dict.fromkeys(
        ("un_list_type", "listed_on", "name_original_script", "comments1", "gender", "submitted_by", "submitted_on"),
        lines(),
    ),
    **dict.fromkeys(("titles", "designations", "nationalities", "list_types", "updates"), texts()),
    aliases=parts(UnAlias),
    addresses=parts(UnPlace),
    birth_dates=parts(UnBirthDate),
    birth_places=parts(UnPlace),
    papers=parts(UnDocument),
)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(LISTED_ENTRIES, min_size=1, max_size=3, unique_by=lambda one: one.reference_number))
def test_whatever_is_written_is_read(entries: list[UnEntry]) -> None:
    faults: list[Fault] = []
    file = un_file(*entries)
    assert list(read_entries(file, faults)) == sorted(entries, key=lambda one: not one.is_person)
    assert faults == []
    read_all(file)


# --- The real files -------------------------------------------------------------------------------


@needs_real
@pytest.mark.parametrize(
    ("name", "day", "persons", "entities"),
    [
        ("un_consolidated_2022-09-15.xml", date(2022, 9, 15), 699, 253),
        ("un_consolidated_2022-10-21.xml", date(2022, 10, 21), 703, 253),
    ],
)
def test_the_real_list_is_read_but_for_one_name(name: str, day: date, persons: int, entities: int) -> None:
    path = REAL / "un" / name
    entries, reading = read_all(RawFile.of_path(path))
    root = ElementTree.parse(path).getroot()
    counted = [sum(1 for _ in root.iter(tag)) for tag in ("INDIVIDUAL", "ENTITY")]
    kinds = [item.actor["kind"] for item in entries]
    assert [kinds.count("person"), kinds.count("entity")] == counted == [persons, entities]
    assert reading.as_of == day
    assert not reading.unread
    # One alias is a list of ten names with what they are, and longer than a name can be.
    assert [(fault.field, fault.value[:20]) for fault in reading.faults] == [("ALIAS_NAME", "Hay’at Tahrir al-Sha")]
    for element, entry in zip((*root.iter("INDIVIDUAL"), *root.iter("ENTITY")), entries, strict=True):
        named = [name["text"] for name in entry.actor.get("names", ())]
        aliases = {" ".join((item.text or "").split()) for item in element.iter("ALIAS_NAME")}
        assert {item for item in aliases if 0 < len(item) <= 300} <= {entry.actor["name"], *named}


@needs_real
def test_the_real_sample_is_read_without_a_fault() -> None:
    entries, reading = read_all(RawFile.of_path(REAL / "small-samples" / "sample_unsc.xml"))
    assert (len(entries), reading.as_of, reading.faults) == (7, date(2024, 10, 17), [])
