"""The consolidated list of the European Union, read into entries from either of its forms."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import EntryCitation, Fault, ListEntry, ParsedList, RawFile
from sanctions.importers.eu_fsf import parse_csv, parse_xml
from sanctions.importers.eu_fsf.entry import EuAct, EuAddress, EuBirth, EuCitizenship, EuEntry, EuIdentification, EuName
from sanctions.importers.eu_fsf.parse_csv import COLUMNS
from sanctions.importers.eu_fsf.source import EU_FSF
from tests.effort import examples
from tests.importers.documents import fields_of, filled, lines, problems
from tests.importers.eu_files import eu_csv, eu_text, eu_xml, eu_xml_text, rows
from tests.importers.real import REAL, needs_real

FORMS = {form.name: form for form in EU_FSF.forms}
ACT = EuAct("TEST", "2018/1 (OJ L1)", "2018-02-16", "http://example.org/act?a=1&b=2")
Write = Callable[..., RawFile]


def subject(**columns: Any) -> EuEntry:
    """Return the entry of a person whom there is not."""
    usual: dict[str, Any] = {
        "key": "90001",
        "kind": "P",
        "eu_reference": "EU.1.2",
        "acts": (ACT,),
        "names": (EuName("Test Testov"),),
    }
    return EuEntry(**{**usual, **columns})


def strong(*names: EuName) -> tuple[EuName, ...]:
    """Return names that are marked as strong, as in the XML."""
    return tuple(replace(name, strong=name.strong or "true") for name in names)


def read_all(file: RawFile) -> tuple[list[ListEntry], ParsedList]:
    reading = FORMS[file.name.rpartition(".")[2]].read({"list": file})
    entries = list(reading.entries)
    assert problems(entries) == []
    return entries, reading


def only(one: EuEntry, write: Write = eu_xml) -> tuple[ListEntry, list[Fault]]:
    if write is eu_xml:
        one = replace(one, names=strong(*one.names))
    (entry,), reading = read_all(write(one))
    return entry, reading.faults


def particulars(entry: ListEntry, kind: str) -> list[dict[str, str]]:
    found = [dict(one) for one in entry.actor.get("particulars", ()) if one["kind"] == kind]
    return [{key: value for key, value in one.items() if key != "kind"} for one in found]


either_form = pytest.mark.parametrize("write", [eu_csv, eu_xml], ids=["csv", "xml"])

# --- What the list is ---------------------------------------------------------------------------


def test_the_list_is_told_apart_by_its_schemes() -> None:
    assert (EU_FSF.name, EU_FSF.abbreviation) == ("eu-fsf", "eu")
    assert EU_FSF.program_scheme == "eu-programme"
    assert EU_FSF.publisher["slug"] == "european-union"
    assert list(FORMS) == ["csv", "xml"]


def test_the_day_of_the_snapshot_is_that_of_the_file() -> None:
    assert read_all(eu_csv(subject()))[1].as_of == date(2018, 7, 4)
    assert read_all(eu_xml(subject()))[1].as_of == date(2020, 4, 15)


@pytest.mark.parametrize(
    ("file", "field"),
    [(eu_csv(subject(), day="today"), "Date_file"), (eu_xml(subject(names=()), generated="today"), "generationDate")],
)
def test_a_file_without_its_day_has_a_fault_and_no_day(file: RawFile, field: str) -> None:
    _, reading = read_all(file)
    assert reading.as_of is None
    assert field in fields_of(reading.faults)


def test_rows_of_two_days_are_a_fault() -> None:
    cells = [*rows(subject(), "04/07/2018"), *rows(subject(key="90002"), "05/07/2018")]
    _, reading = read_all(RawFile.of_bytes("list.csv", eu_text(cells).encode()))
    assert (reading.as_of, fields_of(reading.faults)) == (None, ["Date_file"])


@either_form
def test_an_entry_is_found_by_its_logical_id_in_either_form(write: Write) -> None:
    entry, faults = only(subject(), write)
    assert entry.key == "90001"
    assert entry.actor["identifiers"] == [{"scheme": "eu-reference", "value": "EU.1.2"}]
    assert entry.cited == (EntryCitation("list", pinpoint="Entity_logical_id 90001"),)
    assert not faults


@either_form
@pytest.mark.parametrize(("code", "kind"), [("P", "person"), ("E", "entity")])
def test_the_type_of_a_subject_is_the_kind_of_the_actor(write: Write, code: str, kind: str) -> None:
    assert only(subject(kind=code), write)[0].actor["kind"] == kind


@pytest.mark.parametrize("kind", ["X", ""])
def test_a_subject_of_an_unknown_type_is_read_without_its_kind(kind: str) -> None:
    (entry,), reading = read_all(eu_csv(subject(kind=kind)))
    assert (set(entry.unread), fields_of(reading.faults)) == ({"kind"}, ["Subject_type"])


@pytest.mark.parametrize(
    "types",
    [
        "",
        '<subjectType code="person" classificationCode="E"/>',
        '<subjectType code="person" classificationCode="P"/>' * 2,
    ],
)
def test_a_type_that_is_not_there_once_and_sure_is_a_fault_and_the_kind_unread(types: str) -> None:
    named = '<nameAlias wholeName="T" strong="true"/><regulation programme="X"/>'
    (entry,), reading = read_all(eu_xml_text(f'<sanctionEntity logicalId="90001">{types}{named}</sanctionEntity>'))
    assert (set(entry.unread), fields_of(reading.faults)) == ({"kind"}, ["subjectType"])


def test_an_id_of_the_united_nations_is_an_identifier() -> None:
    entry, faults = only(subject(un_reference="QDi.001"))
    assert {"scheme": "un-reference", "value": "QDi.001"} in entry.actor["identifiers"]
    assert not faults


def test_an_id_of_the_united_nations_of_another_form_is_a_fault_and_stands_in_the_summary() -> None:
    entry, faults = only(subject(un_reference="somewhere"))
    assert fields_of(faults) == ["unitedNationId"]
    assert "somewhere" in entry.actor["summary"]


# --- Names --------------------------------------------------------------------------------------


@either_form
def test_the_own_name_is_the_first_strong_one_in_latin_letters_and_english(write: Write) -> None:
    names = (EuName("Тест"), EuName("Testof", language="FR"), EuName("Test Testov"), EuName("Tested"))
    entry, _ = only(subject(names=names), write)
    assert entry.actor["name"] == "Test Testov"
    assert entry.actor["names"] == [
        {"kind": "alias", "text": "Тест", "script": "Cyrl"},
        {"kind": "alias", "text": "Testof", "language": "fr"},
        {"kind": "alias", "text": "Tested"},
    ]


def test_a_name_that_is_not_strong_is_a_weak_alias_and_not_the_own_name() -> None:
    entry, faults = only(subject(names=(EuName("Testik", strong="false"), EuName("Test Testov"))))
    assert (entry.actor["name"], entry.actor["names"]) == ("Test Testov", [{"kind": "weak_alias", "text": "Testik"}])
    assert not faults


def test_an_unknown_strength_is_a_fault_and_the_name_stands_in_the_summary() -> None:
    entry, faults = only(subject(names=(EuName("Test Testov"), EuName("Testik", strong="perhaps"))))
    assert (fields_of(faults), entry.actor["summary"]) == (["strong"], "Name: Testik")


@either_form
def test_an_unknown_language_is_a_fault_and_the_name_has_none(write: Write) -> None:
    entry, faults = only(subject(names=(EuName("Test Testov"), EuName("Testik", language="QQ"))), write)
    assert (fields_of(faults), entry.actor["names"]) == (["Naal_language"], [{"kind": "alias", "text": "Testik"}])


@either_form
def test_one_name_in_two_languages_is_one_name(write: Write) -> None:
    names = (
        EuName("Test Testov"),
        EuName("Testik", language="FR"),
        EuName("Testik", language="DE"),
        EuName("Test Testov"),
    )
    entry, _ = only(subject(names=names), write)
    assert entry.actor["names"] == [{"kind": "alias", "text": "Testik", "language": "fr"}]


@either_form
def test_gender_title_and_function_are_particulars(write: Write) -> None:
    name = EuName("Test Testov", gender="M", title="Col", function="Clerk")
    entry, faults = only(subject(names=(name, EuName("Testof", language="FR", function="Greffier"))), write)
    assert particulars(entry, "gender") == [{"text": "M"}]
    assert particulars(entry, "title") == [{"text": "Col"}]
    assert particulars(entry, "position") == [{"text": "Clerk"}, {"text": "Greffier", "note": "In the language fr"}]
    assert not faults


@either_form
def test_an_unknown_gender_is_a_fault(write: Write) -> None:
    assert fields_of(only(subject(names=(EuName("Test Testov", gender="X"),)), write)[1]) == ["Naal_gender"]


@either_form
def test_a_name_without_a_text_is_a_fault(write: Write) -> None:
    entry, faults = only(subject(names=(EuName("Test Testov"), EuName(function="Clerk"))), write)
    assert fields_of(faults) == ["Naal_wholename"]
    assert particulars(entry, "position") == [{"text": "Clerk"}]


def test_a_remark_of_a_name_stands_in_the_summary() -> None:
    entry, _ = only(subject(names=(EuName("Test Testov", remark="Mother: Testova"),)))
    assert entry.actor["summary"] == "With the name Test Testov: Mother: Testova"


# --- Details ------------------------------------------------------------------------------------


@either_form
@pytest.mark.parametrize("day", ["1937-04-28", "1937-04", "1937"])
def test_a_date_of_birth_is_in_edtf_as_it_is(write: Write, day: str) -> None:
    entry, faults = only(subject(births=(EuBirth(date=day),)), write)
    assert (particulars(entry, "birth_date"), faults) == ([{"text": day, "dated_on": day}], [])


@pytest.mark.parametrize(
    ("birth", "text", "dated_on"),
    [
        (EuBirth(year="1954"), "1954", "1954"),
        (EuBirth(year="1954", month="3"), "1954-03", "1954-03"),
        (EuBirth(year="1954", month="3", day="1"), "1954-03-01", "1954-03-01"),
        (EuBirth(date="1954-03-01", year="1954", month="3", day="1", circa="false"), "1954-03-01", "1954-03-01"),
        (EuBirth(year="1958", circa="true", calendar="GREGORIAN"), "circa 1958", "1958~"),
        (EuBirth(first_year="1954", last_year="1958"), "1954 to 1958", "1954/1958"),
        (EuBirth(first_year="1954", last_year="1958", circa="true"), "circa 1954 to 1958", "1954~/1958~"),
    ],
)
def test_the_parts_of_a_date_of_birth_are_a_date(birth: EuBirth, text: str, dated_on: str) -> None:
    entry, faults = only(subject(births=(birth,)))
    assert (particulars(entry, "birth_date"), faults) == ([{"text": text, "dated_on": dated_on}], [])


@pytest.mark.parametrize(
    ("birth", "field"),
    [
        (EuBirth(date="1954-02-31"), "Birt_date"),
        (EuBirth(day="3"), "Birt_date"),
        (EuBirth(first_year="1954"), "birthdate"),
        (EuBirth(year="1956", first_year="1954", last_year="1958"), "birthdate"),
        (EuBirth(first_year="1958", last_year="1954"), "Birt_date"),
        (EuBirth(date="1954", calendar="MAYAN"), "calendarType"),
    ],
)
def test_a_date_of_birth_that_is_none_is_a_fault_and_a_text(birth: EuBirth, field: str) -> None:
    entry, faults = only(subject(births=(birth,)))
    assert fields_of(faults) == [field]
    assert len(particulars(entry, "birth_date")) == 1
    assert "dated_on" not in particulars(entry, "birth_date")[0]


def test_whether_a_date_is_approximate_must_be_true_or_false() -> None:
    assert fields_of(only(subject(births=(EuBirth(year="1954", circa="roughly"),)))[1]) == ["circa"]


@either_form
def test_a_place_of_birth_has_its_country_apart(write: Write) -> None:
    entry, _ = only(subject(births=(EuBirth(place="Testville", country="TESTLAND"),)), write)
    assert particulars(entry, "birth_place") == [{"text": "Testville", "country": "TESTLAND"}]
    assert particulars(entry, "birth_date") == []


@either_form
def test_what_stands_for_nothing_is_nothing(write: Write) -> None:
    entry, faults = only(subject(births=(EuBirth(date="1954"),)), write)
    assert (particulars(entry, "birth_place"), faults) == ([], [])


def test_a_dash_is_no_town() -> None:
    entry, _ = only(subject(births=(EuBirth(year="1954", city="-", place="-"),)))
    assert particulars(entry, "birth_place") == []


@either_form
def test_an_address_has_its_parts_its_country_and_its_telephone_apart(write: Write) -> None:
    address = EuAddress(
        street="Street 1", zip_code="7", city="Testville", country="TESTLAND", contacts=(("PHONE", "1"), ("FAX", "2"))
    )
    entry, faults = only(subject(addresses=(replace(address, remark="closed"),)), write)
    assert particulars(entry, "address") == [
        {"text": "Street 1, 7, Testville", "country": "TESTLAND", "note": "closed"}
    ]
    assert particulars(entry, "phone") == [{"text": "1"}, {"text": "2", "note": "Fax"}]
    assert not faults


def test_e_mail_and_web_addresses_are_particulars() -> None:
    address = EuAddress(contacts=(("EMAIL", "t@example.org"), ("WEB", "example.org")), po_box="5", at_listing="true")
    entry, _ = only(subject(addresses=(address,)))
    assert (particulars(entry, "email"), particulars(entry, "website")) == (
        [{"text": "t@example.org"}],
        [{"text": "example.org"}],
    )
    assert particulars(entry, "address") == [{"text": "PO Box 5", "note": "As at the time of listing"}]


@either_form
def test_an_unknown_way_to_reach_somebody_is_a_fault_and_stands_in_the_summary(write: Write) -> None:
    entry, faults = only(subject(addresses=(EuAddress(city="T", contacts=(("PIGEON", "Bob"),)),)), write)
    assert (fields_of(faults), entry.actor["summary"]) == (["contactInfo"], "PIGEON: Bob")


@either_form
def test_a_citizenship_is_a_particular(write: Write) -> None:
    entry, _ = only(subject(citizenships=(EuCitizenship("TESTLAND"),)), write)
    assert particulars(entry, "citizenship") == [{"text": "TESTLAND", "country": "TESTLAND"}]


# --- Documents ----------------------------------------------------------------------------------


@either_form
@pytest.mark.parametrize(
    ("code", "name", "scheme", "note"),
    [
        ("passport", "National passport", "passport", "TESTLAND; expired"),
        ("id", "National identification card", "national-id", "TESTLAND; expired"),
        ("regnumber", "Registration Number", "registration", "TESTLAND; expired"),
        ("fiscalcode", "Fiscal Code", "tax-id", "TESTLAND; expired"),
        ("imo", "IMO number", "imo", "TESTLAND; expired"),
        ("swiftbic", "BIC", "bic", "TESTLAND; expired"),
        ("other", "Other identification number", "other-document", "Other identification number; TESTLAND; expired"),
        ("birthcert", "Birth certificate", "other-document", "Birth certificate; TESTLAND; expired"),
    ],
)
def test_the_code_of_a_document_is_the_scheme_of_its_number(
    write: Write, code: str, name: str, scheme: str, note: str
) -> None:
    paper = EuIdentification("T 1/2", type_code=code, type_name=name, country="TESTLAND", remark="expired")
    entry, faults = only(subject(papers=(paper,)), write)
    assert entry.actor["identifiers"][1:] == [{"scheme": scheme, "value": "T 1/2", "note": note}]
    assert not faults


@either_form
def test_a_document_of_an_unknown_type_is_a_fault_and_stands_in_the_summary(write: Write) -> None:
    entry, faults = only(subject(papers=(EuIdentification("9", type_code="library", type_name="Library card"),)), write)
    assert fields_of(faults) == ["identificationTypeCode"]
    assert entry.actor["summary"] == "Library card: 9"


def test_a_remark_that_is_the_code_of_the_type_is_not_told() -> None:
    paper = EuIdentification("9", type_code="passport", type_name="National passport", remark="(passport)")
    entry, _ = only(subject(papers=(paper,)), eu_csv)
    assert entry.actor["identifiers"][1:] == [{"scheme": "passport", "value": "9"}]


def test_what_is_told_of_a_document_is_its_note() -> None:
    paper = EuIdentification(
        "٩",
        latin_number="9",
        type_code="passport",
        region="North",
        issued_by="Office",
        issued_on="2001-02-03",
        valid_from="2001",
        valid_to="2011",
        name_on_document="T. Testov",
        diplomatic="true",
        known_expired="true",
        known_false="true",
        reported_lost="true",
        revoked="true",
    )
    entry, _ = only(subject(papers=(paper,)))
    assert entry.actor["identifiers"][1]["note"].split("; ") == [
        "North",
        "issued by Office",
        "issued on 2001-02-03",
        "valid from 2001",
        "valid until 2011",
        "in the name T. Testov",
        "in Latin letters 9",
        "diplomatic",
        "expired",
        "false",
        "reported lost",
        "revoked by its issuer",
    ]


def test_a_document_without_a_number_stands_in_the_summary() -> None:
    entry, _ = only(subject(papers=(EuIdentification(type_code="passport", type_name="Passport", remark="lost"),)))
    assert entry.actor["summary"] == "Passport: lost"


# --- Listings -----------------------------------------------------------------------------------


@either_form
def test_a_listing_has_its_programme_and_its_acts_as_remarks_and_no_day(write: Write) -> None:
    older = EuAct("TEST", "1/2002", "2002-09-13", remark="(Date of UN designation: 2002-02-21)")
    entry, _ = only(subject(acts=(ACT, older, EuAct("OTHER", "2/2003"))), write)
    assert [(one.program, one.listed_on) for one in entry.listings] == [("TEST", ""), ("OTHER", "")]
    # The CSV has no reference of the United Nations, and calls the day theirs all the same.
    of_csv = "(Date of designation: 2002-02-21, which the file calls that of UN designation)"
    assert entry.listings[0].remarks.splitlines() == [
        of_csv if write is eu_csv else "(Date of UN designation: 2002-02-21)",
        "Legal act: 2018/1 (OJ L1), published 2018-02-16, http://example.org/act?a=1&b=2",
        "Legal act: 1/2002, published 2002-09-13",
    ]
    assert entry.listings[1].remarks == "Legal act: 2/2003"


def test_a_date_of_designation_with_a_reference_of_the_united_nations_is_theirs_and_a_remark() -> None:
    act = EuAct("TEST", "1/2002", kind="amendment", organisation="council", in_force_on="2002-09-14")
    told = {"designated_on": "2002-02-21", "designation_details": "D", "un_reference": "QDi.001"}
    entry, _ = only(subject(acts=(act,), remarks=("R",), **told))
    (listing,) = entry.listings
    assert listing.listed_on == ""
    assert listing.remarks.splitlines() == [
        "R",
        "Date of UN designation: 2002-02-21",
        "Details of designation: D",
        "Legal act: 1/2002 (amendment, council), in force 2002-09-14",
    ]


@pytest.mark.parametrize(("acts", "write"), [((), eu_xml), ((EuAct(title="1/2002"),), eu_xml), ((EuAct(),), eu_csv)])
def test_a_listing_without_a_programme_is_a_fault(acts: tuple[EuAct, ...], write: Write) -> None:
    entry, faults = only(subject(acts=acts), write)
    assert fields_of(faults) == ["Programme"]
    assert [one.program for one in entry.listings] == [""]


# --- The CSV --------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["Date_file", "Date_filexxxx"])
@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
def test_a_csv_is_read_plain_or_as_a_spreadsheet_leaves_it_in_either_encoding(
    first: str, wrapped: bool, encoding: str
) -> None:
    name = EuName("Test Téstov, the elder – š", function='"Clerk; of tests"')
    (entry,), reading = read_all(eu_csv(subject(names=(name,)), wrapped=wrapped, encoding=encoding, first=first))
    assert entry.actor["name"] == "Test Téstov, the elder – š"
    assert particulars(entry, "position") == [{"text": '"Clerk; of tests"'}]
    assert not reading.faults


def test_an_entry_is_one_however_far_apart_its_rows_are() -> None:
    one, other = subject(), subject(key="90002")
    cells = [*rows(one), *rows(other), *rows(replace(one, names=(EuName("Testik"),)))]
    entries, reading = read_all(RawFile.of_bytes("list.csv", eu_text(cells).encode()))
    assert [(entry.key, len(entry.actor.get("names", ()))) for entry in entries] == [("90001", 1), ("90002", 0)]
    assert (reading.total, reading.faults) == (2, [])


def changed(**cells: str) -> RawFile:
    """Return a file with two entries, of which a row of the first has other cells."""
    (first, second), others = list(rows(subject())), list(rows(subject(key="90002")))
    for name, text in cells.items():
        second[COLUMNS.index(name)] = text
    return RawFile.of_bytes("list.csv", eu_text([first, second, *others]).encode())


@pytest.mark.parametrize(
    ("cells", "field"),
    [({"Subject_type": "E"}, "Entity_logical_id"), ({"EU_ref_num": "EU.9.9"}, "Entity_logical_id")],
)
def test_rows_of_an_entry_that_do_not_agree_are_a_fault_and_what_differs_is_unread(
    cells: dict[str, str], field: str
) -> None:
    entries, reading = read_all(changed(**cells))
    assert [one.key for one in entries] == ["90001", "90002"]
    assert entries[0].unread == ({"kind"} if "Subject_type" in cells else {"identifiers"})
    assert fields_of(reading.faults) == [field]


def test_a_part_of_another_programme_than_its_row_is_a_fault() -> None:
    entries, reading = read_all(changed(Naal_programme="OTHER"))
    assert (len(entries), fields_of(reading.faults)) == (2, ["Naal_programme"])


def test_a_part_of_another_entry_than_its_row_is_a_fault_and_is_not_read() -> None:
    cells = [list(rows(subject()))[1], *rows(subject()), *rows(subject(key="90002"))]
    cells[0][COLUMNS.index("Naal_logical_id") + 1] = "7"
    cells[0][COLUMNS.index("Naal_wholename")] = "SOMEBODY ELSE"
    entries, reading = read_all(RawFile.of_bytes("list.csv", eu_text(cells).encode()))
    assert [one.key for one in entries] == ["90001", "90002"]
    assert "SOMEBODY ELSE" not in str(entries)
    assert "names" in entries[0].unread
    assert fields_of(reading.faults) == ["Naal_Entity_logical_id"]


@pytest.mark.parametrize("bad", ["", "9a"])
def test_a_row_without_an_id_is_a_fault(bad: str) -> None:
    entries, reading = read_all(changed(Entity_logical_id=bad))
    assert fields_of(reading.faults)[0] == "Entity_logical_id"
    assert "90002" in [one.key for one in entries]


@pytest.mark.parametrize(
    "bad",
    ["04/07/2018;90001;P\r\n", '"04/07/2018;90001;""P""x""\t\t"\r\n'],
    ids=["cells", "quotation"],
)
def test_of_an_entry_of_which_a_row_cannot_be_used_that_row_is_unread(bad: str) -> None:
    text = eu_text(rows(subject())) + bad + "".join(eu_text(rows(subject(key="90002"))).splitlines(keepends=True)[1:])
    entries, reading = read_all(RawFile.of_bytes("list.csv", text.encode()))
    assert ([one.key for one in entries], len(reading.faults)) == (["90001", "90002"], 1)
    assert [bool(one.unread) for one in entries] == [True, False]


def test_an_entry_whose_only_row_cannot_be_used_is_unread() -> None:
    bad = "04/07/2018;90003;P\r\n"
    head, *lines = eu_text(rows(subject())).splitlines(keepends=True)
    entries, reading = read_all(RawFile.of_bytes("list.csv", "".join([head, bad, *lines]).encode()))
    assert ([one.key for one in entries], reading.unread) == (["90001"], {"90003"})


# --- Files that are not as they should be ---------------------------------------------------------

TYPE = '<subjectType code="person" classificationCode="P"/>'
NAME = '<nameAlias wholeName="T" strong="true"/>'
REGULATION = '<regulation programme="TEST"/>'


@pytest.mark.parametrize(
    "inside",
    [
        "<shoe/>",
        '<shoe size="43"/>',
        "what is this?",
        '<address city="T" planet="Mars"/>',
        '<address city="T"><moon>1</moon></address>',
        '<citizenship countryDescription="T"><moon phase="new"/></citizenship>',
        "<remark>a<b>c</b></remark>",
    ],
)
def test_what_is_not_known_is_a_fault_and_the_entry_is_used(inside: str) -> None:
    text = f'<sanctionEntity logicalId="1">{TYPE}{NAME}{REGULATION}{inside}</sanctionEntity>'
    entries, reading = read_all(eu_xml_text(text))
    assert len(entries) == 1
    assert len(reading.faults) == (0 if inside == "<shoe/>" else 1)


def test_what_stands_among_the_entries_is_a_fault() -> None:
    text = f'<moon/><sanctionEntity logicalId="1">{TYPE}{NAME}{REGULATION}</sanctionEntity>'
    assert fields_of(read_all(eu_xml_text(text))[1].faults) == ["moon"]


def test_a_name_that_does_not_say_how_strong_it_is_is_a_fault() -> None:
    (entry,), reading = read_all(eu_xml(subject()))
    assert (entry.actor["name"], fields_of(reading.faults)) == ("Test Testov", ["strong"])


def test_an_entry_without_an_id_or_with_that_of_another_is_a_fault() -> None:
    named = subject(names=strong(EuName("Test Testov")))
    entries, reading = read_all(eu_xml(named, replace(named, eu_reference="EU.9.9"), replace(named, key="")))
    assert [one.actor["identifiers"][0]["value"] for one in entries] == ["EU.1.2"]
    assert (fields_of(reading.faults), reading.unread) == (["logicalId", "logicalId"], set())


@either_form
def test_an_entry_without_a_name_is_a_fault_and_still_on_the_list(write: Write) -> None:
    entries, reading = read_all(write(subject(names=())))
    assert (entries, reading.unread, fields_of(reading.faults)) == ([], {"90001"}, ["Naal_wholename"])


@either_form
def test_an_entry_with_a_monstrous_value_is_read_without_it(write: Write) -> None:
    (entry,), reading = read_all(write(subject(names=strong(EuName("T", function="f" * 100_001)))))
    assert entry.actor["name"] == "T"
    assert "Naal_function" in fields_of(reading.faults)


PLAIN = eu_text(rows(subject()))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", b""),
        ("list.csv", eu_text([]).encode()),
        ("list.csv", PLAIN.replace("Subject_type", "Shoe_size").encode()),
        ("list.csv", PLAIN.replace("Date_file", "Datum").encode()),
        ("list.csv", PLAIN.replace("EU_ref_num", "EU_ref_num;Shoe_size").encode()),
        ("list.csv", eu_text(rows(subject()), wrapped=True).encode()[:-40]),
        ("list.csv", PLAIN.replace("Testov", "\x81").encode("latin-1")),
        ("list.xml", b""),
        ("list.xml", b"<sdnList/>"),
        ("list.xml", b"<export/>"),
        ("list.xml", eu_xml_text("").open().__enter__().read()),
        ("list.xml", eu_xml(subject()).open().__enter__().read()[:-30]),
        ("list.xml", b"<!DOCTYPE x [<!ENTITY y 'z'>]><export>&y;</export>"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(UnreadableList, match=name):
        read_all(RawFile.of_bytes(name, content))


# --- Whatever is written is read ------------------------------------------------------------------


def few(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one.filter(lambda found: found != type(found)()), max_size=3, unique=True).map(tuple)


def texts_of(kind: type[Any], *without: str) -> st.SearchStrategy[Any]:
    names = [name for name in kind.__dataclass_fields__ if name not in without]
    return st.builds(kind, **dict.fromkeys(names, PLACES))


PLACES = lines().filter(lambda text: text not in ("-", "UNKNOWN"))
#: Marks of the CSV: brackets of documents and telephones, the end of a line, and the mark for an empty value.
CSV = lines("()[]\\").filter(lambda text: text not in ("-", "N/A"))
CSV_FILLED = CSV.filter(bool)
CONTACTS = st.lists(st.tuples(st.from_regex(r"[A-Z]{1,5}", fullmatch=True), CSV), max_size=2).map(tuple)
KEYS = st.integers(1, 99_999).map(str)
REFERENCES = st.from_regex(r"EU\.[0-9]{1,4}\.[0-9]{1,2}", fullmatch=True)

IN_CSV = st.builds(
    EuEntry,
    key=KEYS,
    kind=st.sampled_from("PE"),
    eu_reference=REFERENCES,
    acts=st.lists(
        st.builds(EuAct, programme=CSV_FILLED, title=CSV, published_on=CSV, url=CSV, remark=CSV),
        min_size=1,
        unique=True,
    ).map(tuple),
    names=few(st.builds(EuName, text=CSV, language=CSV, gender=CSV, title=CSV, function=CSV)),
    addresses=few(
        st.builds(EuAddress, number=CSV, street=CSV, zip_code=CSV, city=CSV, country=CSV, contacts=CONTACTS, remark=CSV)
    ),
    births=few(st.builds(EuBirth, date=CSV, place=CSV, country=CSV)),
    papers=few(
        st.builds(
            EuIdentification,
            number=CSV,
            type_code=st.from_regex(r"[a-z]{1,9}", fullmatch=True),
            type_name=CSV,
            country=CSV,
            remark=CSV,
        )
        | st.builds(EuIdentification, number=CSV_FILLED, country=CSV)
    ),
    citizenships=few(st.builds(EuCitizenship, country=CSV)),
)
IN_XML = st.builds(
    EuEntry,
    key=KEYS,
    kind=st.sampled_from("PE"),
    eu_reference=lines(),
    un_reference=lines(),
    designated_on=lines(),
    designation_details=lines(),
    remarks=st.lists(filled(), max_size=2).map(tuple),
    acts=few(texts_of(EuAct)),
    names=few(st.builds(lambda name, strong: replace(name, strong=strong), texts_of(EuName), filled())),
    addresses=few(
        st.builds(
            lambda address, contacts: replace(address, contacts=contacts),
            texts_of(EuAddress, "number", "contacts"),
            st.lists(st.tuples(filled(), filled()), max_size=2).map(tuple),
        )
    ),
    births=few(texts_of(EuBirth)),
    papers=few(texts_of(EuIdentification)),
    citizenships=few(texts_of(EuCitizenship)),
)


def demand_read(file: RawFile, read: Callable[[RawFile], Any], subjects: list[EuEntry]) -> None:
    found = read(file)
    assert list(found.subjects) == subjects
    assert found.faults == []
    read_all(file)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(IN_CSV, min_size=1, max_size=3, unique_by=lambda one: one.key), st.booleans())
def test_whatever_is_written_as_csv_is_read(subjects: list[EuEntry], wrapped: bool) -> None:
    demand_read(eu_csv(*subjects, wrapped=wrapped), parse_csv.read_file, subjects)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(IN_XML, min_size=1, max_size=3, unique_by=lambda one: one.key))
def test_whatever_is_written_as_xml_is_read(subjects: list[EuEntry]) -> None:
    demand_read(eu_xml(*subjects), parse_xml.read_file, subjects)


# --- The real files -------------------------------------------------------------------------------


@needs_real
def test_the_real_part_of_the_list_is_read_without_a_fault() -> None:
    path = REAL / "eu" / "eu_fsf_v1_0_short_2018-07-04.csv"
    entries, reading = read_all(RawFile.of_path(path))
    lines_there = path.read_bytes().decode("cp1252").replace("\r\n", "\n").split("\n")[1:]
    unwrapped = [next(csv.reader([line]))[0] for line in lines_there if line]
    cells = [next(csv.reader([line.strip("\t").replace("\t", ",")], delimiter=";")) for line in unwrapped]
    assert len(cells) == 999
    assert {len(row) for row in cells} == {len(COLUMNS)}
    assert [one.key for one in entries] == list(dict.fromkeys(row[1] for row in cells))
    assert (len(entries), reading.total, reading.as_of) == (93, 93, date(2018, 7, 4))
    assert (reading.faults, reading.unread) == ([], set())
    for entry in entries:
        own = {" ".join(row[17].split()) for row in cells if row[1] == entry.key and row[17]}
        assert own == {entry.actor["name"], *(name["text"] for name in entry.actor.get("names", ()))}


@needs_real
def test_the_real_sample_of_the_xml_is_read_but_for_an_entry_that_is_there_twice() -> None:
    path = REAL / "small-samples" / "sample_eu.xml"
    entries, reading = read_all(RawFile.of_path(path))
    ids = [one.get("logicalId") for one in ElementTree.parse(path).getroot() if one.tag.endswith("sanctionEntity")]
    assert [one.key for one in entries] == list(dict.fromkeys(ids))
    assert (len(ids), len(entries), reading.as_of) == (7, 6, date(2020, 4, 15))
    assert [(fault.field, fault.value) for fault in reading.faults] == [("logicalId", "5468")]


# --- Whose day a date of designation is -----------------------------------------------------------


def test_a_date_of_designation_without_a_reference_of_the_united_nations_is_the_unions_day_of_listing() -> None:
    file = RawFile.of_path(Path(__file__).parent / "data" / "eu-designation-date.xml")
    (entry,), reading = read_all(file)
    (listing,) = entry.listings
    assert (listing.program, listing.listed_on) == ("UKR", "2022-04-08")
    assert "United Nations" not in listing.remarks
    assert "UN" not in listing.remarks
    assert reading.faults == []


def test_under_which_of_several_programmes_the_union_listed_it_that_day_is_not_said() -> None:
    acts = (EuAct("TEST", "1/2002"), EuAct("OTHER", "2/2002"))
    entry, _ = only(subject(acts=acts, designated_on="2002-02-21"))
    assert [one.listed_on for one in entry.listings] == ["", ""]
    assert all("Listed by the European Union on 2002-02-21" in one.remarks for one in entry.listings)


def test_a_date_of_designation_that_is_none_is_a_fault_and_a_remark() -> None:
    entry, faults = only(subject(designated_on="21 February"))
    assert (entry.listings[0].listed_on, fields_of(faults)) == ("", ["designationDate"])
    assert "Listed by the European Union on 21 February" in entry.listings[0].remarks


@pytest.mark.parametrize("wrapped", [True, False])
def test_in_the_csv_a_day_of_the_united_nations_is_theirs_only_with_their_reference(*, wrapped: bool) -> None:
    sentence = "(Date of UN designation: 2002-02-21)"
    for remark, expected in (
        (f"{sentence} (UN ref: QDi.001)", sentence),
        (sentence, "which the file calls that of UN designation"),
    ):
        (entry,), _ = read_all(eu_csv(subject(acts=(EuAct("TEST", "1/2002", remark=remark),)), wrapped=wrapped))
        assert expected in entry.listings[0].remarks
        assert (sentence in entry.listings[0].remarks) is (expected == sentence)


def test_the_day_of_a_file_is_the_one_that_most_of_its_rows_state() -> None:
    cells = [*rows(subject(), "04/07/2018"), *rows(subject(key="90002"), "04/07/2018")]
    cells[1][0] = "31/02/9999"
    _, reading = read_all(RawFile.of_bytes("list.csv", eu_text(cells).encode()))
    assert (str(reading.as_of), fields_of(reading.faults)) == ("2018-07-04", ["Date_file"])
