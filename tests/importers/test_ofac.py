"""The lists of the Office of Foreign Assets Control, as CSV and as XML, read into entries."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions.exceptions import InvalidDate, UnreadableList
from sanctions.importers.base import EntryCitation, EntryListing, Fault, Files, ListEntry, ParsedList, RawFile
from sanctions.importers.ofac.dates import to_edtf
from sanctions.importers.ofac.labels import BIRTH, DATED, LABELS, LINKED_TO, scheme_of
from sanctions.importers.ofac.parse_csv import read_parties
from sanctions.importers.ofac.parse_xml import XmlParties
from sanctions.importers.ofac.party import OfacAddress, OfacAlias, OfacFeature, OfacParty
from sanctions.importers.ofac.remarks import read_labelled, read_remarks
from sanctions.importers.ofac.source import CONSOLIDATED, SDN
from sanctions.importers.ofac.to_entries import to_entry
from tests.effort import examples
from tests.importers.documents import fields_of, filled, lines, problems
from tests.importers.ofac_files import END, LISTS, NULL, csv_file, csv_files, main_row, xml_file
from tests.importers.real import REAL, needs_real

CSV, XML, _ = SDN.forms


def party(**columns: Any) -> OfacParty:
    """Return the entry of a person whom there is not."""
    given_columns: dict[str, Any] = {
        "number": "7",
        "name": "TESTOV, Test",
        "type": "individual",
        "programs": ("TEST",),
        "place": "",
    }
    return OfacParty(**{**given_columns, **columns})


def entity(**columns: Any) -> OfacParty:
    return party(**{"type": "entity", "name": "TEST BANK", **columns})


def vessel(**columns: Any) -> OfacParty:
    return party(**{"type": "vessel", "name": "TESTSHIP", **columns})


def read_csv(files: Files) -> tuple[list[ListEntry], ParsedList]:
    reading = CSV.read(files)
    entries = list(reading.entries)
    assert problems(entries) == []
    return entries, reading


def read_xml(file: RawFile) -> tuple[list[ListEntry], ParsedList]:
    reading = XML.read({"main": file})
    entries = list(reading.entries)
    assert problems(entries) == []
    return entries, reading


def only(one: OfacParty) -> tuple[ListEntry, list[Fault]]:
    """Return the entry that is read of a party, and the faults."""
    (entry,), reading = read_csv(csv_files(one))
    return entry, reading.faults


def of_remarks(text: str, kind: str = "individual", **files: RawFile) -> tuple[ListEntry, list[Fault]]:
    """Return the entry that is read from the column of remarks."""
    main = csv_file("sdn.csv", [main_row(party(type=kind), text)])
    (entry,), reading = read_csv({"main": main, **files})
    return entry, reading.faults


def numbers(entry: ListEntry) -> list[dict[str, str]]:
    """Return the identifiers without that of OFAC itself."""
    return [dict(one) for one in entry.actor["identifiers"] if one["scheme"] != "ofac-uid"]


def particulars(entry: ListEntry, kind: str) -> list[dict[str, str]]:
    found = [dict(one) for one in entry.actor.get("particulars", ()) if one["kind"] == kind]
    return [{key: value for key, value in one.items() if key != "kind"} for one in found]


def names(entry: ListEntry) -> list[tuple[str, str]]:
    return [(one["kind"], one["text"]) for one in entry.actor.get("names", ())]


def remarks(entry: ListEntry) -> str:
    (listing,) = entry.listings
    return listing.remarks


def raw(name: str, text: str | bytes) -> RawFile:
    return RawFile.of_bytes(name, text.encode() if isinstance(text, str) else text)


def bytes_of(file: RawFile) -> bytes:
    with file.open() as opened:
        return opened.read()


def xml_text(inside: str, *, total: int = 1, published: str = "05/06/2024", after: str = "") -> RawFile:
    """Return an XML file whose entries are written out."""
    head = f"<Publish_Date>{published}</Publish_Date><Record_Count>{total}</Record_Count>"
    return raw("sdn.xml", f"<sdnList><publshInformation>{head}</publshInformation>{inside}{after}</sdnList>")


NAMED = "<uid>7</uid><lastName>TESTOV</lastName>"
TYPED = "<sdnType>Individual</sdnType>"
LISTED = "<programList><program>TEST</program></programList>"


def xml_entry(inside: str = "", named: str = NAMED, typed: str = TYPED, listed: str = LISTED) -> str:
    return f"<sdnEntry>{named}{typed}{listed}{inside}</sdnEntry>"


# --- What the lists are -------------------------------------------------------------------------


def test_there_are_two_lists_of_one_office_with_one_scheme_of_entries() -> None:
    assert [one.name for one in (SDN, CONSOLIDATED)] == ["ofac-sdn", "ofac-consolidated"]
    assert SDN.publisher == CONSOLIDATED.publisher
    assert {one.program_scheme for one in (SDN, CONSOLIDATED)} == {"ofac-program"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (SDN, ["sdn.csv", "add.csv", "alt.csv", "comments.csv"]),
        (CONSOLIDATED, ["prim.csv", "cons_add.csv", "cons_alt.csv", "cons_comments.csv"]),
    ],
)
def test_of_the_csv_files_only_the_main_one_must_be_there(source: Any, expected: list[str]) -> None:
    roles = source.forms[0].roles
    assert [role.endings[0] for role in roles] == expected
    assert [role.name for role in roles if role.is_needed] == ["main"]


def test_an_entry_is_found_by_its_number_and_says_where_it_stands() -> None:
    entry, faults = only(party(addresses=(OfacAddress("Street 1"),), aliases=(OfacAlias("aka", "TESTIK"),)))
    assert entry.key == "7"
    assert entry.actor["identifiers"] == [{"scheme": "ofac-uid", "value": "7"}]
    assert entry.place == "sdn.csv, line 1"
    assert entry.cited == (
        EntryCitation("main", pinpoint="ent_num 7"),
        EntryCitation("addresses", "particulars", "Ent_num 7"),
        EntryCitation("aliases", "names", "ent_num 7"),
    )
    assert not faults


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("individual", "person"), ("entity", "entity"), ("vessel", "vessel"), ("aircraft", "aircraft")],
)
def test_the_type_of_an_entry_is_the_kind_of_the_actor_and_none_is_an_entity(kind: str, expected: str) -> None:
    assert only(party(type=kind))[0].actor["kind"] == expected
    assert read_xml(xml_file(party(type=kind)))[0][0].actor["kind"] == expected


def test_a_null_is_no_value() -> None:
    row = csv_file("sdn.csv", [main_row(entity())])
    assert bytes_of(row).startswith(b"7,TEST BANK,-0- ,TEST,-0- ,")
    (entry,), reading = read_csv({"main": row})
    assert set(entry.actor) == {"kind", "name", "identifiers"}
    assert not reading.faults


def test_the_mark_at_the_end_of_a_file_is_no_row() -> None:
    files = csv_files(party())
    assert all(bytes_of(file).endswith(END.encode()) for file in files.values())
    assert not read_csv(files)[1].faults


def test_the_columns_of_an_entry_are_particulars() -> None:
    ship = vessel(
        title="Flagship",
        call_sign="T3ST",
        vessel_type="Tug",
        tonnage="10",
        gross_tonnage="5",
        flag="Testland",
        owner="TEST LINES",
    )
    entry, _ = only(ship)
    assert numbers(entry) == [{"scheme": "call-sign", "value": "T3ST"}]
    assert [(one["kind"], one["text"]) for one in entry.actor["particulars"]] == [
        ("title", "Flagship"),
        ("vessel_type", "Tug"),
        ("flag", "Testland"),
        ("owner", "TEST LINES"),
        ("tonnage", "10"),
        ("gross_tonnage", "5"),
    ]


# --- Listings -----------------------------------------------------------------------------------


def test_several_programmes_in_a_cell_are_several_listings() -> None:
    files = {"main": csv_file("sdn.csv", [main_row(party(programs=("SDGT] [SYRIA",)))])}
    (entry,), _ = read_csv(files)
    assert entry.listings == (EntryListing("SDGT"), EntryListing("SYRIA"))


def test_a_programme_that_stands_there_twice_is_one_listing() -> None:
    assert len(only(party(programs=("TEST", "TEST")))[0].listings) == 1


@pytest.mark.parametrize("programs", [("",), ("SDGT", ""), ("SDGT", "", "SYRIA")])
def test_an_entry_without_a_programme_is_listed_without_it(programs: tuple[str, ...]) -> None:
    entries, reading = read_csv(csv_files(party(programs=programs), entity(number="8")))
    assert [one.key for one in entries] == ["7", "8"]
    assert [one.program for one in entries[0].listings] == ([one for one in programs if one] or [""])
    assert (fields_of(reading.faults), set(entries[0].unread)) == (["Program"], {"programs"})


def test_a_remark_without_a_label_is_a_remark_on_the_listing() -> None:
    entry, faults = of_remarks("Minister of Tests; DOB 1960; wife of Testov.")
    assert remarks(entry) == "Minister of Tests; wife of Testov"
    assert not faults


def test_a_remark_of_the_sanctions_keeps_its_label() -> None:
    entry, _ = of_remarks("Secondary sanctions risk: Test Regulations, section 1; (Linked To: TEST BANK).")
    assert remarks(entry) == "Secondary sanctions risk: Test Regulations, section 1"


# --- Names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "expected"), [("aka", "alias"), ("fka", "former"), ("nka", "current")])
def test_the_type_of_an_alias_is_the_kind_of_the_name(kind: str, expected: str) -> None:
    entry, faults = only(party(aliases=(OfacAlias(kind, "TESTIK"),)))
    assert names(entry) == [(expected, "TESTIK")]
    assert not faults


def test_an_alias_in_the_remarks_is_weak_and_told_by_the_main_file() -> None:
    entry, faults = of_remarks("DOB 1960; a.k.a. 'THE TESTER'; a.k.a. 'O'TEST'.")
    assert names(entry) == [("weak_alias", "THE TESTER"), ("weak_alias", "O'TEST")]
    assert [one.role for one in entry.cited] == ["main"]
    assert not faults


@pytest.mark.parametrize(("written", "kind"), [("f.k.a.", "former"), ("n.k.a.", "current")])
def test_a_weak_former_name_is_a_former_name(written: str, kind: str) -> None:
    assert names(of_remarks(f"{written} 'OLDTEST'.")[0]) == [(kind, "OLDTEST")]


def test_a_name_stands_there_once_and_the_own_name_is_no_alias() -> None:
    again = (
        OfacAlias("aka", "TESTIK"),
        OfacAlias("aka", "TESTIK"),
        OfacAlias("aka", "TESTOV, Test"),
        OfacAlias("fka", "TESTIK"),
    )
    assert names(only(party(aliases=again))[0]) == [("alias", "TESTIK"), ("former", "TESTIK")]


def test_a_remark_on_an_alias_is_a_remark_on_the_listing() -> None:
    assert remarks(only(party(aliases=(OfacAlias("aka", "TESTIK", remarks="at school"),)))[0]) == "TESTIK: at school"


def test_an_alias_of_an_unknown_type_is_a_fault_and_a_remark() -> None:
    entry, faults = read_csv(
        {"main": csv_files(party())["main"], "aliases": csv_file("alt.csv", [["7", "1", "dba", "TEST SHOP", ""]])}
    )
    assert fields_of(faults.faults) == ["alt_type"]
    assert names(entry[0]) == []
    assert remarks(entry[0]) == "dba TEST SHOP"


@pytest.mark.parametrize(
    ("kind", "strength", "field"), [("d.b.a.", "strong", "type"), ("a.k.a.", "middling", "category")]
)
def test_an_alias_of_an_unknown_type_or_strength_in_xml_is_a_fault_and_a_remark(
    kind: str, strength: str, field: str
) -> None:
    aka = f"<aka><uid>1</uid><type>{kind}</type><category>{strength}</category><lastName>SHOP</lastName></aka>"
    (entry,), reading = read_xml(xml_text(xml_entry(f"<akaList>{aka}</akaList>")))
    assert fields_of(reading.faults) == [field]
    assert (names(entry), remarks(entry)) == ([], f"{strength} {kind} SHOP")


def test_an_alias_without_a_name_is_a_fault() -> None:
    aliases = csv_file("alt.csv", [["7", "1", "aka", "", ""]])
    assert fields_of(read_csv({"main": csv_files(party())["main"], "aliases": aliases})[1].faults) == ["alt_name"]


# --- Addresses ----------------------------------------------------------------------------------


def test_an_address_is_as_much_of_it_as_is_known() -> None:
    entry, _ = only(
        party(
            addresses=(
                OfacAddress("Street 1", "Testville 7", "Testland", "old"),
                OfacAddress(country="Testland"),
                OfacAddress(remarks="unknown"),
            )
        )
    )
    assert particulars(entry, "address") == [
        {"text": "Street 1, Testville 7", "country": "Testland", "note": "old"},
        {"text": "Testland", "country": "Testland"},
        {"text": "unknown", "note": "unknown"},
    ]


def test_an_address_of_which_nothing_is_known_is_none() -> None:
    addresses = csv_file("add.csv", [["7", "1", "", "", "", ""]])
    (entry,), reading = read_csv({"main": csv_files(party())["main"], "addresses": addresses})
    assert (particulars(entry, "address"), reading.faults) == ([], [])
    (entry,), reading = read_xml(xml_text(xml_entry("<addressList><address><uid>1</uid></address></addressList>")))
    assert (particulars(entry, "address"), reading.faults) == ([], [])


def test_an_address_in_xml_is_joined_as_the_csv_files_have_it() -> None:
    address = (
        "<address1>Street 1</address1><address2>Floor 2</address2><city>Testville</city>"
        "<stateOrProvince>North</stateOrProvince><postalCode>700</postalCode><country>Testland</country>"
    )
    (entry,), _ = read_xml(xml_text(xml_entry(f"<addressList><address>{address}</address></addressList>")))
    text = "Street 1, Floor 2, Testville, North 700"
    assert particulars(entry, "address") == [{"text": text, "country": "Testland"}]


# --- Labels -------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", LABELS)
def test_every_label_is_found_and_none_is_shadowed_by_a_shorter_one(label: str) -> None:
    assert read_labelled(f"{label} 7") == OfacFeature(label, "7")
    meaning = LABELS[label]
    assert meaning.scheme is None or meaning.kind is None


def test_labels_of_dates_are_labels_of_particulars() -> None:
    assert all(LABELS[label].kind for label in DATED)


@pytest.mark.parametrize("label", [label for label, meaning in LABELS.items() if meaning.kind or meaning.scheme])
def test_a_label_alone_tells_nothing(label: str) -> None:
    assert read_labelled(label) is None


@pytest.mark.parametrize(
    ("remark", "identifier"),
    [
        ("Passport T123", {"scheme": "passport", "value": "T123"}),
        ("alt. Passport T123 (Testland)", {"scheme": "passport", "value": "T123", "note": "Testland"}),
        (
            "Passport T123 (Testland) issued 06 Mar 1999 expires 05 Mar 2004",
            {"scheme": "passport", "value": "T123", "note": "Testland; issued 06 Mar 1999 expires 05 Mar 2004"},
        ),
        ("Passport T123 expires 2004", {"scheme": "passport", "value": "T123", "note": "expires 2004"}),
        ("Diplomatic Passport 1", {"scheme": "passport", "value": "1", "note": "Diplomatic Passport"}),
        ("British National Overseas Passport 1", {"scheme": "passport", "note": "British National Overseas Passport"}),
        ("National ID No. 9 (Testland)", {"scheme": "national-id", "value": "9", "note": "National ID No.; Testland"}),
        ("N.I.E. X-1-B", {"scheme": "national-id", "value": "X-1-B", "note": "N.I.E."}),
        ("NIT # 9 (Colombia)", {"scheme": "tax-id", "value": "9", "note": "NIT; Colombia"}),
        ("Folio Mercantil No. 1 (Jalisco) (Mexico)", {"value": "1 (Jalisco)", "note": "Folio Mercantil No.; Mexico"}),
        ("SWIFT/BIC TESTXX22", {"scheme": "bic", "value": "TESTXX22"}),
        ("D-U-N-S Number 50-7", {"scheme": "duns", "value": "50-7"}),
        ("ISIN XX000", {"scheme": "isin", "value": "XX000"}),
        ("MICEX Code MSTT", {"scheme": "equity-ticker", "value": "MSTT", "note": "MICEX Code"}),
        ("Digital Currency Address - XBT 1Test", {"scheme": "digital-currency", "value": "1Test", "note": "XBT"}),
        ("Vessel Registration Identification RS 1 (Testland)", {"scheme": "other-document", "value": "RS 1"}),
        ("BIK (RU) 044525219", {"scheme": "other-document", "value": "044525219", "note": "BIK (RU)"}),
        ("UN/LOCODE UA KEH", {"scheme": "other-document", "value": "UA KEH", "note": "UN/LOCODE"}),
        ("Chinese Commercial Code 6774 4395", {"scheme": "other-document", "note": "Chinese Commercial Code"}),
        ("Trademark number 7 (China)", {"scheme": "other-document", "note": "Trademark number; China"}),
        ("License 7 (Testland)", {"scheme": "other-document", "note": "License; Testland"}),
    ],
)
def test_a_number_is_an_identifier_and_its_note_tells_the_rest(remark: str, identifier: dict[str, str]) -> None:
    entry, faults = of_remarks(f"DOB 1960; {remark}.")
    (found,) = numbers(entry)
    assert found.items() >= identifier.items()
    assert not faults


@pytest.mark.parametrize(
    ("kind", "remark", "scheme"),
    [
        ("vessel", "Vessel Registration Identification IMO 9074729", "imo"),
        ("vessel", "Identification Number IMO 9074729", "imo"),
        ("vessel", "Vessel Registration Identification IMO 9074728", "other-document"),
        ("vessel", "Vessel Registration Identification IMO 15411", "other-document"),
        ("entity", "Identification Number IMO 5878589", "imo-company"),
        ("entity", "Company Number IMO 5878589", "imo-company"),
        ("entity", "Vessel Registration Identification IMO 5878589", "imo-company"),
        ("vessel", "MMSI 256862000", "mmsi"),
        ("vessel", "Other Vessel Call Sign T3ST", "call-sign"),
        ("aircraft", "Aircraft Tail Number T7-TST", "tail-number"),
        ("aircraft", "Previous Aircraft Tail Number T7-OLD", "tail-number"),
        ("aircraft", "Aircraft Manufacturer's Serial Number (MSN) 17", "serial-number"),
        ("entity", "Registration Number 7", "registration"),
        ("individual", "Registration Number 7", "other-document"),
        ("vessel", "Registration ID 7", "other-document"),
        ("individual", "Identification Number 7", "national-id"),
        ("entity", "Identification Number 7", "other-document"),
        ("entity", "Legal Entity Number 5493001KJTIIGC8Y1R12", "lei"),
        ("entity", "Legal Entity Number 5493001KJTIIGC8Y1R13", "other-document"),
        ("entity", "Legal Entity Number 851683897", "other-document"),
    ],
)
def test_whose_number_it_is_tells_which_it_is(kind: str, remark: str, scheme: str) -> None:
    (found,) = numbers(of_remarks(f"{remark}.", kind)[0])
    assert found["scheme"] == scheme
    assert remark.endswith(found["value"])
    assert "note" in found or scheme in ("imo", "imo-company", "lei", "mmsi", "call-sign", "tail-number")


def test_every_number_of_every_party_has_a_scheme() -> None:
    for label, meaning in LABELS.items():
        for kind in ("individual", "entity", "vessel", "aircraft"):
            assert (scheme_of(label, kind) is None) == (meaning.scheme is None)


@pytest.mark.parametrize(
    ("remark", "kind", "expected"),
    [
        ("POB Testville, Testland", "birth_place", {"text": "Testville, Testland"}),
        ("nationality Testland", "nationality", {"text": "Testland", "country": "Testland"}),
        (
            "Nationality of Registration Testland",
            "nationality",
            {"text": "Testland", "country": "Testland", "note": "Nationality of Registration"},
        ),
        (
            "Registration Country Testland",
            "nationality",
            {"text": "Testland", "country": "Testland", "note": "Registration Country"},
        ),
        ("citizen Testland", "citizenship", {"text": "Testland", "country": "Testland"}),
        ("Gender Female", "gender", {"text": "Female"}),
        ("Email Address test@example.org", "email", {"text": "test@example.org"}),
        ("Email:test@example.org", "email", {"text": "test@example.org"}),
        ("EMAIL test@example.org", "email", {"text": "test@example.org"}),
        ("Alt. Fax: 00 7", "phone", {"text": "00 7", "note": "Alt. Fax"}),
        ("Phone Number 007", "phone", {"text": "007"}),
        ("Position: Head of Tests", "position", {"text": "Head of Tests"}),
        ("Occupation: Tester", "position", {"text": "Tester", "note": "Occupation"}),
        ("Alternate Title: Colonel", "title", {"text": "Colonel"}),
        ("Target Type Financial Institution", "organisation_type", {"text": "Financial Institution"}),
        ("Organization Established Date 25 Feb 2018", "established", {"text": "25 Feb 2018", "dated_on": "2018-02-25"}),
        ("Vessel Year of Build 1965", "manufactured", {"text": "1965", "dated_on": "1965"}),
        ("Former Vessel Flag Testland", "former_flag", {"text": "Testland"}),
    ],
)
def test_what_is_told_of_somebody_is_a_particular(remark: str, kind: str, expected: dict[str, str]) -> None:
    entry, faults = of_remarks(f"{remark}.")
    assert particulars(entry, kind) == [expected]
    assert (remarks(entry), faults) == ("", [])


@pytest.mark.parametrize("written", ["Linked To: TEST BANK", "(Linked To: TEST BANK)"])
def test_whom_somebody_is_linked_to_is_a_link(written: str) -> None:
    entry, faults = of_remarks(f"{written}; {written}.")
    assert entry.links == ("TEST BANK",)
    assert (particulars(entry, "linked_to"), remarks(entry), faults) == ([], "", [])


@pytest.mark.parametrize("name", ["TEST CO., LTD", "TEST CO., LTD.", "TEST S.A.", "TEST S.A"])
def test_a_link_at_the_end_of_the_remarks_has_the_full_stop_of_the_name(name: str) -> None:
    main = csv_file(
        "sdn.csv", [main_row(party(), f"Linked To: {name.removesuffix('.')}."), main_row(entity(name=name, number="8"))]
    )
    entries, _ = read_csv({"main": main})
    assert entries[0].links == (name,)


@pytest.mark.parametrize(
    ("written", "expected"), [("Owner of TEST S.A.", "Owner of TEST S.A."), ("Owner of a bank.", "Owner of a bank")]
)
def test_the_full_stop_at_the_end_is_kept_where_it_is_that_of_an_abbreviation(written: str, expected: str) -> None:
    assert remarks(of_remarks(written)[0]) == expected


@pytest.mark.parametrize(
    "remark",
    [
        "Driver's License is issued by the State of Texas",
        "Passport and National ID were issued in Ulm",
        "Passport issued in Testville",
        "Passport issued 21 Jun 1992 in Testville",
        "NIT # Provisional",
        "Passport",
    ],
)
def test_words_that_are_no_number_are_a_remark(remark: str) -> None:
    entry, _ = of_remarks(f"{remark}.")
    assert (numbers(entry), remarks(entry)) == ([], remark)


@pytest.mark.parametrize("remark", ["Library Card No. 12345", "Shoe Size Number 12345 (Testland)"])
def test_an_unknown_label_of_a_number_is_a_fault_and_kept_as_a_remark(remark: str) -> None:
    entry, faults = of_remarks(f"{remark}.")
    assert [(fault.field, fault.value) for fault in faults] == [("Remarks", remark)]
    assert remarks(entry) == remark


def test_an_unknown_type_of_a_document_in_xml_is_a_fault_and_kept_as_a_remark() -> None:
    one = party(features=(OfacFeature("Library Card", "12345", "Testland", "expires 2030"),))
    (entry,), reading = read_xml(xml_file(one))
    assert fields_of(reading.faults) == ["idType"]
    assert remarks(entry) == "Library Card 12345 (Testland) expires 2030"


def test_an_unknown_label_in_the_remarks_of_xml_is_a_fault_and_kept_as_a_remark() -> None:
    (entry,), reading = read_xml(xml_file(party(remarks=("Library Card No. 12345",))))
    assert (fields_of(reading.faults), remarks(entry)) == (["remarks"], "Library Card No. 12345")


def test_a_number_that_stands_there_twice_is_one_identifier() -> None:
    assert len(numbers(of_remarks("Passport T1; alt. Passport T1.")[0])) == 1


def test_a_number_longer_than_any_is_a_remark() -> None:
    entry, _ = of_remarks(f"Passport {'7' * 1_001}.")
    assert (numbers(entry), remarks(entry)) == ([], f"Passport {'7' * 1_001}")


def test_a_remark_of_many_words_that_look_like_labels_is_read_at_once() -> None:
    assert not read_remarks("No. " * 25_000).unknown
    assert not read_remarks("Passport" + " issued 1 expires" * 5_000).features


# --- Dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 Mar 1960", "1960-03-12"),
        ("1 Mar 1960", "1960-03-01"),
        ("Mar 1960", "1960-03"),
        ("1960", "1960"),
        ("circa 1960", "1960~"),
        ("circa Mar 1960", "1960-03~"),
        ("1960 to 1965", "1960/1965"),
        ("12 Mar 1960 to Apr 1961", "1960-03-12/1961-04"),
        ("circa 1960 to 1965", "1960~/1965~"),
        ("1960 to circa 1965", "1960/1965~"),
        ("circa 1979-1982", "1979~/1982~"),
        ("1979-1982", "1979/1982"),
    ],
)
def test_a_date_is_that_of_edtf(text: str, expected: str) -> None:
    assert to_edtf(text) == expected
    entry, faults = of_remarks(f"alt. DOB {text}.")
    assert particulars(entry, "birth_date") == [{"text": text, "dated_on": expected}]
    assert not faults


@pytest.mark.parametrize(
    "text", ["31 Feb 1960", "0 Mar 1960", "12 Mai 1960", "1965 to 1960", "Spring 1960", "60", "12-03-1960", "١٩٦٠"]
)
def test_a_date_that_there_is_not_is_a_fault_and_a_text(text: str) -> None:
    with pytest.raises(InvalidDate):
        to_edtf(text)
    entry, faults = of_remarks(f"DOB {text}.")
    assert [(fault.field, fault.value) for fault in faults] == [("DOB", text)]
    assert particulars(entry, "birth_date") == [{"text": text}]


# --- Remarks that go on in the comments -----------------------------------------------------------


def test_remarks_go_on_in_the_comments_in_the_middle_of_a_word() -> None:
    comments = csv_file("sdn_comments.csv", [["7", "rt T123 (Testland); a.k.a. 'TESTIK'."]])
    entry, faults = of_remarks("DOB 1960; Passpo", comments=comments)
    assert numbers(entry) == [{"scheme": "passport", "value": "T123", "note": "Testland"}]
    assert names(entry) == [("weak_alias", "TESTIK")]
    assert not faults


def test_of_a_space_at_the_end_of_the_column_the_next_word_begins() -> None:
    comments = csv_file("sdn_comments.csv", [["7", "(Testland)."]])
    assert numbers(of_remarks("Passport T123 ", comments=comments)[0])[0]["note"] == "Testland"


def test_all_remarks_may_stand_in_the_comments() -> None:
    entry, faults = of_remarks("", comments=csv_file("sdn_comments.csv", [["7", "Minister of Tests."]]))
    assert (remarks(entry), faults) == ("Minister of Tests", [])


def test_half_a_number_at_the_end_of_a_full_column_is_a_fault_and_no_number() -> None:
    text = "Passport T123; ".ljust(985, "x") + "; Passport T4567"
    assert len(text) == 1_001
    entry, faults = of_remarks(text[:1_000])
    assert [one["value"] for one in numbers(entry)] == ["T123"]
    assert remarks(entry).endswith("Passport T456")
    assert fields_of(faults) == ["Remarks"]


def test_a_full_column_that_ends_with_a_full_stop_is_whole() -> None:
    entry, faults = of_remarks("Passport T123; ".ljust(999, "x") + ".")
    assert (len(numbers(entry)), faults) == (1, [])


# --- Rows that are not as they should be ----------------------------------------------------------


def test_an_entry_of_an_unknown_type_is_read_without_its_kind() -> None:
    entries, reading = read_csv(csv_files(party(type="ghost"), entity(number="8")))
    assert [one.key for one in entries] == ["7", "8"]
    assert (fields_of(reading.faults), set(entries[0].unread)) == (["SDN_Type"], {"kind"})


def test_an_entry_without_a_name_is_a_fault_and_still_on_the_list() -> None:
    entries, reading = read_csv(csv_files(party(name="")))
    assert (entries, fields_of(reading.faults), reading.unread) == ([], ["SDN_Name"], {"7"})


def test_an_entry_without_a_number_is_a_fault() -> None:
    entries, reading = read_csv(csv_files(party(), party(number="x8")))
    assert ([one.key for one in entries], fields_of(reading.faults), reading.unread) == (["7"], ["ent_num"], set())
    assert reading.unidentified == ["TESTOV, Test"]


def test_of_two_entries_with_one_number_the_first_is_used() -> None:
    entries, reading = read_csv(csv_files(party(), party(name="OTHER")))
    assert [one.actor["name"] for one in entries] == ["TESTOV, Test"]
    assert (fields_of(reading.faults), reading.faults[0].place) == (["ent_num"], "sdn.csv, line 2")


def test_of_two_rows_with_one_number_the_first_is_used() -> None:
    aliases = csv_file("alt.csv", [["7", "1", "aka", "TESTIK", ""], ["7", "1", "aka", "TESTIK", ""]])
    (entry,), reading = read_csv({"main": csv_files(party())["main"], "aliases": aliases})
    assert (names(entry), fields_of(reading.faults)) == ([("alias", "TESTIK")], ["alt_num"])


@pytest.mark.parametrize(
    ("role", "row"),
    [
        ("addresses", ["8", "1", "Street 1", "", "", ""]),
        ("aliases", ["8", "1", "aka", "TESTIK", ""]),
        ("comments", ["8", "more"]),
    ],
)
def test_a_row_of_no_entry_is_a_fault(role: str, row: list[str]) -> None:
    entries, reading = read_csv({"main": csv_files(party())["main"], role: csv_file("rows.csv", [row])})
    assert len(entries) == 1
    assert [(fault.place, fault.field, fault.value) for fault in reading.faults] == [
        ("rows.csv, line 1", "ent_num", "8")
    ]


@pytest.mark.parametrize(
    "row",
    [["7", "9", "aka"], ["7", "9", "aka", "TEST\x07", ""], ["7", "9", "aka", "TEST\0", ""]],
)
def test_of_an_entry_of_which_a_row_cannot_be_read_that_row_is_unread(row: list[str]) -> None:
    aliases = csv_file("alt.csv", [row, ["8", "1", "aka", "TESTIK", ""]])
    entries, reading = read_csv({"main": csv_files(party(), entity(number="8"))["main"], "aliases": aliases})
    assert [(one.key, set(one.unread)) for one in entries] == [("7", {"names"}), ("8", set())]
    assert len(reading.faults) == 1


def test_a_row_with_a_bad_number_of_its_own_is_a_fault_and_used() -> None:
    aliases = csv_file("alt.csv", [["7", "x", "aka", "TESTIK", ""]])
    (entry,), reading = read_csv({"main": csv_files(party())["main"], "aliases": aliases})
    assert (names(entry), fields_of(reading.faults)) == ([("alias", "TESTIK")], ["alt_num"])


def test_a_row_that_is_nobodys_may_be_anybodys() -> None:
    aliases = csv_file("alt.csv", [["9", "1", "aka", "TESTIK", ""], ["x", "1", "aka", "T", ""]])
    entries, reading = read_csv({"main": csv_files(party(), entity(number="8"))["main"], "aliases": aliases})
    assert [one.unread for one in entries] == [{"names"}, {"names"}]
    assert [fault.value for fault in reading.faults] == ["x", "9"]


@pytest.mark.parametrize(("name", "expected"), [("TEST\x07", "TEST"), ("TEST\0OV", "TESTOV")])
def test_a_name_with_a_control_character_is_a_fault_and_used_without_it(name: str, expected: str) -> None:
    entries, reading = read_csv(csv_files(party(), party(number="8", name=name)))
    assert [one.actor["name"] for one in entries] == ["TESTOV, Test", expected]
    assert set(fields_of(reading.faults)) == {"SDN_Name"}
    assert "U+00" in reading.faults[0].message


def test_a_row_with_another_number_of_cells_is_a_fault_and_the_entry_still_on_the_list() -> None:
    main = csv_file("sdn.csv", [main_row(party(number="8"))[:-1], main_row(party())])
    entries, reading = read_csv({"main": main})
    assert ([one.key for one in entries], reading.unread) == (["7"], {"8"})
    assert reading.faults[0].message == "The row has 11 cells and must have 12."


@pytest.mark.parametrize("column", ["title", "owner"])
def test_an_entry_with_a_monstrous_cell_is_read_without_it(column: str) -> None:
    (entry,), reading = read_csv(csv_files(party(**{column: "x" * 100_001})))
    assert entry.actor["name"] == "TESTOV, Test"
    assert fields_of(reading.faults)[0] == {"title": "Title", "owner": "Vess_owner"}[column]


def test_an_entry_with_monstrous_comments_is_read_without_them() -> None:
    comments = csv_file("sdn_comments.csv", [["7", "No. " * 50_000]])
    (entry,), reading = read_csv({"main": csv_files(party())["main"], "comments": comments})
    assert entry.listings == (EntryListing("TEST"),)
    assert fields_of(reading.faults)[0] == "Remarks"


def test_an_entry_with_a_monstrous_address_is_read_without_it() -> None:
    (entry,), reading = read_csv(csv_files(party(addresses=(OfacAddress("x" * 100_001),))))
    assert "particulars" not in entry.actor
    assert fields_of(reading.faults)[0] == "Address"


@pytest.mark.parametrize("longer", ["L" * 301, "L" * 10_000])
def test_a_name_that_is_too_long_is_whole_in_the_summary(longer: str) -> None:
    entry, faults = only(party(aliases=(OfacAlias("aka", longer),)))
    assert (entry.actor["name"], entry.actor["summary"]) == ("TESTOV, Test", f"Name: {longer}")
    assert fields_of(faults) == ["alt_name"]
    entry, faults = only(party(name=longer))
    assert (len(entry.actor["name"]), entry.actor["summary"]) == (300, f"Name: {longer}")
    assert fields_of(faults) == ["SDN_Name"]


# --- CSV files that are refused -------------------------------------------------------------------

ROW = f'7,"TESTOV, Test","individual","TEST",{",".join([NULL] * 8)}\r\n'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "cut off"),
        (END.encode(), "it has no entries"),
        (ROW[:12].encode(), "cut off"),
        (f"{ROW}{ROW[:8]}\r\n{END}".encode(), "cut off"),
        (f"{ROW}{ROW.replace('Test', 'T')}".encode() + b'8,"\xe9"\r\n\x1a', "line 3: byte 0xE9 is not utf-8"),
        (ROW.encode() + "8,é".encode()[:-1], "cut off"),
        (("Group ID," * 11 + "x\r\n").encode() + ROW.encode() + b"\x1a", "line 1: ent_num is 'Group ID'"),
        (b"a,b,c\r\n\x1a", "no row in it has 12 cells"),
        (b"x" * 1_000_001 + b"\r\n\x1a", "field larger than field limit|a cell has more than"),
        (bytes_of(xml_file(party())), "sdn.csv"),
    ],
    ids=[
        "empty", "end-mark", "cut-off", "cut-off-later", "encoding", "cut-off-in-a-character", "header",
        "another-file", "huge-cell", "xml",
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_list_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableList, match=why):
        read_csv({"main": raw("sdn.csv", content)})


def test_the_files_of_addresses_and_aliases_are_not_mixed_up() -> None:
    files = csv_files(party(addresses=(OfacAddress("Street 1"),), aliases=(OfacAlias("aka", "TESTIK"),)))
    with pytest.raises(UnreadableList, match=r"alt\.csv: no row in it has 6 cells"):
        read_csv({**files, "addresses": files["aliases"]})


# --- XML that is not as it should be --------------------------------------------------------------


def test_the_day_and_the_number_of_entries_are_what_the_file_says() -> None:
    _, reading = read_xml(xml_file(party(), entity(number="8")))
    assert (reading.as_of, reading.total) == (date(2024, 5, 6), 2)
    assert not reading.faults


def test_the_csv_files_do_not_say_of_which_day_they_are() -> None:
    assert read_csv(csv_files(party()))[1].as_of is None


@pytest.mark.parametrize("namespace", ["http://tempuri.org/sdnList.xsd", "https://example.org/2030/lists"])
def test_any_namespace_is_read(namespace: str) -> None:
    entries, reading = read_xml(xml_file(party(), ns=namespace))
    assert (len(entries), reading.faults) == (1, [])


@pytest.mark.parametrize(
    ("inside", "field"),
    [
        ("<shoeSize>43</shoeSize>", "shoeSize"),
        ("<shoeList><shoe>43</shoe></shoeList>", "shoeList"),
        ("<lastName>OTHER</lastName>", "lastName"),
        ("<akaList><shoe>43</shoe></akaList>", "shoe"),
        ("<addressList><address><planet>Mars</planet></address></addressList>", "planet"),
        ("<addressList><address><gps><x>1</x></gps></address></addressList>", "gps"),
        ("<vesselInfo><callSign>T3ST</callSign><sails>3</sails></vesselInfo>", "sails"),
        ("<nationalityList><nationality><uid>1</uid></nationality></nationalityList>", "country"),
        ("<idList><id><idType>Passport</idType></id></idList>", "idType"),
        ('<title certain="no">Dr</title>', "title certain"),
        ("what is this?", "sdnEntry"),
    ],
)
def test_what_is_not_known_is_a_fault_and_the_entry_is_used(inside: str, field: str) -> None:
    entries, reading = read_xml(xml_text(xml_entry(inside)))
    assert (len(entries), fields_of(reading.faults)) == (1, [field])
    assert entries[0].actor["name"] == "TESTOV"


def test_an_unknown_programme_element_is_a_fault() -> None:
    listed = "<programList><program>TEST</program><programme>X</programme><program/></programList>"
    (entry,), reading = read_xml(xml_text(xml_entry(listed=listed)))
    assert [one.program for one in entry.listings] == ["TEST"]
    assert fields_of(reading.faults) == ["programList", "programList"]


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (xml_entry(typed="<sdnType>Ghost</sdnType>"), "sdnType"),
        (xml_entry(typed=""), "sdnType"),
        (xml_entry(listed=""), "programList"),
        (xml_entry(f"<title>{'x' * 100_001}</title>"), "title"),
    ],
)
def test_an_entry_with_a_bad_field_is_a_fault_and_read(entry: str, field: str) -> None:
    other = xml_entry(named=NAMED.replace("7", "8"))
    entries, reading = read_xml(xml_text(entry + other, total=2))
    assert [one.key for one in entries] == ["7", "8"]
    assert fields_of(reading.faults)[0] == field


def test_an_entry_without_a_name_in_xml_is_a_fault_and_still_on_the_list() -> None:
    entries, reading = read_xml(xml_text(xml_entry(named="<uid>7</uid>")))
    assert (entries, fields_of(reading.faults), reading.unread) == ([], ["lastName"], {"7"})


@pytest.mark.parametrize("uid", ["", "<uid>x</uid>"])
def test_an_entry_without_a_number_in_xml_is_a_fault(uid: str) -> None:
    entries, reading = read_xml(xml_text(xml_entry(named=f"{uid}<lastName>TESTOV</lastName>")))
    assert (entries, fields_of(reading.faults)) == ([], ["uid"])


def test_of_two_entries_with_one_number_in_xml_the_first_is_used() -> None:
    entries, reading = read_xml(xml_file(party(), party(name="OTHER")))
    assert [one.actor["name"] for one in entries] == ["TESTOV, Test"]
    assert fields_of(reading.faults) == ["uid"]


@pytest.mark.parametrize(("after", "field"), [("<ship/>", "ship"), ("<publshInformation/>", "publshInformation")])
def test_what_stands_among_the_entries_is_a_fault(after: str, field: str) -> None:
    entries, reading = read_xml(xml_text(xml_entry(), after=after))
    assert (len(entries), fields_of(reading.faults)) == (1, [field])


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "no element found"),
        ("no xml", "syntax error"),
        ("<CONSOLIDATED_LIST/>", "root is <CONSOLIDATED_LIST> and must be <sdnList>"),
        ("<sdnList/>", "publshInformation"),
        (f"<sdnList>{xml_entry()}</sdnList>", "publshInformation"),
        (bytes_of(xml_file(party()))[:-20].decode(), "cut off"),
        (bytes_of(xml_file(party(), total=2)).decode(), "has 1 entries, and states that it has 2"),
        (bytes_of(xml_file(party(), total=0)).decode(), "has 1 entries, and states that it has 0"),
        (bytes_of(xml_file()).decode(), "it has no entries"),
        (bytes_of(xml_file(party(), published="2024-05-06")).decode(), "Publish_Date must be"),
        (bytes_of(xml_file(party(), published="02/31/2024")).decode(), "Publish_Date must be"),
        (bytes_of(xml_file(party(), published="1" * 100_001)).decode(), "Publish_Date must be"),
        (bytes_of(xml_text(xml_entry())).decode().replace(">1<", ">many<"), "Record_Count a whole number"),
        (f"{BOMB}<sdnList>&c;</sdnList>", "document type or entities"),
        ('<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><sdnList>&y;</sdnList>', "document type or entities"),
        ('<!DOCTYPE sdnList SYSTEM "https://example.org/x.dtd"><sdnList/>', "document type or entities"),
        (f"<sdnList>{'<a>' * 100_000}", "nested deeper"),
        ("<sdnList>\x01</sdnList>", "not well-formed"),
        ("<sdnList>\0</sdnList>", "not well-formed"),
        ('<?xml version="1.0" encoding="klingon"?><sdnList/>', "sdn.xml"),
    ],
    ids=[
        "empty", "no-xml", "another-list", "no-head", "head-after-entries", "cut-off", "fewer", "more", "no-entry",
        "iso-day", "no-such-day", "monstrous-day", "no-count", "bomb", "external-entity", "dtd", "deep", "control",
        "nul", "encoding",
    ],
)  # fmt: skip
def test_xml_that_is_no_such_list_is_refused(content: str, why: str) -> None:
    with pytest.raises(UnreadableList, match=why):
        read_xml(raw("sdn.xml", content))


def test_xml_that_is_not_in_its_encoding_is_refused() -> None:
    with pytest.raises(UnreadableList, match=r"sdn\.xml"):
        read_xml(raw("sdn.xml", b'<?xml version="1.0" encoding="utf-8"?><sdnList>\xe9</sdnList>'))


# --- Whatever is written is read ------------------------------------------------------------------
#
# Remarks are separated by semicolons, a number from its country by brackets, and remarks end with a full stop. So
# generated remarks and names contain none of these characters, and a remark without a label does not begin with a
# label. Weak aliases are part of the remarks, so they come last; they have no remarks. In XML, neither aliases nor
# addresses have remarks, features have their own lists, whose order is that of the features, and links are part of the
# remarks.

NOTES = ("", "issued 06 Mar 1999", "expires 05 Mar 2004", "issued 06 Mar 1999 expires 05 Mar 2004")
ORDER = [*LISTS, "", LINKED_TO]


def sayable(without: str = "") -> st.SearchStrategy[str]:
    """Return texts that are no null."""
    return filled(without).filter(lambda text: text != NULL.strip())


def values(without: str = "") -> st.SearchStrategy[str]:
    """Return texts that may follow a label and do not make another of it, as "#" and "-" do."""
    return filled(f";#.{without}").filter(lambda text: not text.startswith("-"))


@st.composite
def features(draw: st.DrawFn) -> OfacFeature:
    label = draw(st.sampled_from(list(LABELS)))
    if LABELS[label].scheme:
        return OfacFeature(label, f"{draw(values('()'))}7", draw(lines("();.")), draw(st.sampled_from(NOTES)))
    return OfacFeature(label, draw(values()))


def in_order(found: list[OfacFeature]) -> tuple[OfacFeature, ...]:
    return tuple(sorted(found, key=lambda one: ORDER.index(one.label if one.label in ORDER else "")))


def entries_of_lists(*, is_shared: bool) -> st.SearchStrategy[list[OfacParty]]:
    """Return entries as CSV can have them or, if they are shared, XML as well."""
    kinds = st.sampled_from(["aka", "fka", "nka"])
    nothing = st.just("")
    strong = st.builds(OfacAlias, kinds, sayable(), st.just(False), nothing if is_shared else lines())
    weak = st.builds(OfacAlias, kinds, sayable(";"), st.just(True))
    address = st.builds(OfacAddress, lines(), lines(), lines(), nothing if is_shared else lines())
    parties = st.builds(
        OfacParty,
        number=st.integers(0, 10**18 - 1).map(str),
        name=sayable("."),
        type=st.sampled_from(["individual", "entity", "vessel", "aircraft"]),
        programs=st.lists(sayable("[]"), min_size=1, max_size=3).map(tuple),
        place=nothing,
        aliases=st.builds(lambda *both: (*both[0], *both[1]), *(st.lists(any_, max_size=2) for any_ in (strong, weak))),
        addresses=st.lists(address.filter(lambda any_: any_ != OfacAddress()), max_size=3).map(tuple),
        features=st.lists(features(), max_size=6).map(in_order if is_shared else tuple),
        remarks=st.lists(filled(";#.").map("Holder of {}".format), max_size=2).map(tuple),
        **dict.fromkeys(
            ("title", "call_sign", "vessel_type", "tonnage", "gross_tonnage", "flag", "owner"),
            lines().filter(lambda text: text != NULL.strip()),
        ),
    )
    return st.lists(parties, min_size=1, max_size=3, unique_by=lambda any_: any_.number)


def placeless(found: list[OfacParty]) -> list[OfacParty]:
    assert all(one.place for one in found)
    return [replace(one, place="") for one in found]


@settings(max_examples=examples(150), deadline=None)
@given(entries_of_lists(is_shared=False), st.integers(0, 1_000))
def test_whatever_is_written_as_csv_is_read(written: list[OfacParty], column: int) -> None:
    faults: list[Fault] = []
    unread: set[str] = set()
    files = csv_files(*written, column=column)
    assert placeless(list(read_parties(files, faults, unread))) == written
    assert (faults, unread) == ([], set())
    assert len(read_csv(files)[0]) == len(written)


@settings(max_examples=examples(150), deadline=None)
@given(entries_of_lists(is_shared=True))
def test_whatever_is_written_as_xml_is_read(written: list[OfacParty]) -> None:
    faults: list[Fault] = []
    unread: set[str] = set()
    assert placeless(list(XmlParties(xml_file(*written), faults, unread))) == written
    assert (faults, unread) == ([], set())


@settings(max_examples=examples(100), deadline=None)
@given(entries_of_lists(is_shared=True))
def test_csv_and_xml_of_one_list_say_the_same(written: list[OfacParty]) -> None:
    of_csv, of_xml = read_csv(csv_files(*written))[0], read_xml(xml_file(*written))[0]
    assert [replace(one, place="") for one in of_csv] == [replace(one, place="") for one in of_xml]


@settings(max_examples=examples(200), deadline=None)
@given(st.text(max_size=80))
def test_any_remarks_are_read_and_none_is_lost(text: str) -> None:
    found = read_remarks(text)
    assert set(found.unknown) <= set(found.free)
    for one in found.features:
        assert one.label in LABELS
    for remark in found.free:
        assert remark in " ".join(text.split())


# --- The real files -------------------------------------------------------------------------------

OFAC = REAL / "ofac"
CUT, UNKNOWN = "They are cut off here", "This label is not known"


def real(**paths: str) -> dict[str, RawFile]:
    return {role: RawFile.of_path(OFAC / path) for role, path in paths.items()}


def cells_of(path: Path, columns: int) -> list[list[str]]:
    """Return the rows of a real file, read without our reader."""
    with path.open(encoding="utf-8", newline="") as opened:
        return [row for row in csv.reader(opened) if len(row) == columns]


def known(found: list[OfacParty]) -> tuple[float, int]:
    """Return the share of clauses with a label or a weak alias, and how many are kept as free text."""
    told = sum(len(one.features) + sum(alias.is_weak for alias in one.aliases) for one in found)
    free = sum(len(one.remarks) for one in found)
    return told / (told + free), free


def reasons(faults: list[Fault]) -> Counter[str]:
    return Counter(
        next((why for why in (CUT, UNKNOWN) if fault.message.startswith(why)), fault.field) for fault in faults
    )


@needs_real
def test_the_real_list_is_read_with_all_its_addresses_and_aliases() -> None:
    files = real(main="2021-04/sdn.csv", addresses="2021-04/add.csv", aliases="2021-04/alt.csv")
    main, addresses, aliases = (
        cells_of(OFAC / "2021-04" / name, columns)
        for name, columns in (("sdn.csv", 12), ("add.csv", 6), ("alt.csv", 5))
    )
    faults: list[Fault] = []
    unread: set[str] = set()
    parties = list(read_parties(files, faults, unread))
    assert len(parties) == len(main) == 8_890
    assert (len(addresses), len(aliases)) == (13_761, 11_742)
    strong = {each.number: [alias.name for alias in each.aliases if not alias.is_weak] for each in parties}
    assert sum(map(len, strong.values())) == 11_742
    assert Counter((row[0], " ".join(row[3].split())) for row in aliases) == Counter(
        (number, name) for number, written in strong.items() for name in written
    )
    # Of 2,403 rows of addresses nothing but the number is known.
    some = Counter(row[0] for row in addresses if any(cell.strip() != NULL.strip() for cell in row[2:]))
    assert Counter({each.number: len(each.addresses) for each in parties if each.addresses}) == some
    assert some.total() == 11_358
    assert not unread
    assert reasons(faults) == {CUT: 7, UNKNOWN: 1}
    share, free = known(parties)
    assert share > 0.946
    assert free <= 1_623
    assert problems(entry for each in parties if (entry := to_entry(each, faults, set()))) == []
    # All its dates are dates.
    assert len(faults) == 8


@needs_real
@pytest.mark.parametrize(("day", "entries"), [("2024-05-01", 14_966), ("2024-05-03", 14_965)])
def test_the_real_list_of_two_days_is_read(day: str, entries: int) -> None:
    faults: list[Fault] = []
    unread: set[str] = set()
    parties = list(read_parties(real(main=f"sdn_{day}.csv"), faults, unread))
    assert len(parties) == len(cells_of(OFAC / f"sdn_{day}.csv", 12)) == entries
    # The file of comments was not kept: of the longest remarks, the end is not known.
    assert reasons(faults) == {CUT: 18, UNKNOWN: 1}
    assert not unread
    share, free = known(parties)
    assert share > 0.963
    assert free <= 2_198
    assert problems(entry for one in parties if (entry := to_entry(one, faults, set()))) == []
    assert len(faults) == 19


@needs_real
def test_the_real_consolidated_list_is_read_with_its_comments_and_without_a_fault() -> None:
    folder = "cons-2025-12/cons_"
    files = real(**{role: f"{folder}{name}.csv" for role, name in CONS.items()})
    comments = cells_of(OFAC / f"{folder}comments.csv", 2)
    reading = CONSOLIDATED.forms[0].read(files)
    entries = {item.key: item for item in reading.entries}
    assert len(entries) == len(cells_of(OFAC / f"{folder}prim.csv", 12)) == 442
    assert (reading.faults, reading.unread) == ([], set())
    assert problems(entries.values()) == []
    assert len(comments) == 10
    # The first comment begins in the middle of "Registration Number".
    values = [item["value"] for item in numbers(entries["17014"])]
    assert "1027700342890" in values
    assert ("weak_alias", "RUSAG") in names(entries["17014"])


CONS = {"main": "prim", "addresses": "add", "aliases": "alt", "comments": "comments"}


@needs_real
def test_the_real_xml_is_read_without_a_fault_and_says_what_the_csv_says() -> None:
    path = OFAC / "consolidated_2024-05-06.xml"
    faults: list[Fault] = []
    unread: set[str] = set()
    source = XmlParties(RawFile.of_path(path), faults, unread)
    parties = list(source)
    root = ElementTree.parse(path).getroot()
    counted = Counter(element.tag.rpartition("}")[2] for element in root.iter())
    assert (source.published, source.total) == (date(2024, 5, 6), 443)
    assert len(parties) == counted["sdnEntry"] == 443
    assert sum(len(each.aliases) for each in parties) == counted["aka"] == 1_126
    assert sum(len(each.addresses) for each in parties) == counted["address"] == 503
    assert problems(entry for each in parties if (entry := to_entry(each, faults, set()))) == []
    assert (faults, unread) == ([], set())
    share, free = known(parties)
    assert share > 0.976
    assert free <= 73
    assert sum(each.label == LINKED_TO for remark in parties for each in remark.features) == 284
    # A year and a half lies between the two; most addresses stayed, and are written alike.
    later = {
        each.number: each
        for each in read_parties(real(**{r: f"cons-2025-12/cons_{n}.csv" for r, n in CONS.items()}), [], set())
    }
    both = [(each, later[each.number]) for each in parties if each.number in later]
    assert sum(each.addresses == other.addresses for each, other in both) > 0.97 * len(both)
    links = [[{r.text for r in any_.features if r.label == LINKED_TO} for any_ in pair] for pair in both]
    assert sum(bool(each) for each, _ in links) == 283
    assert all(each == other for each, other in links)


@needs_real
def test_the_real_sample_says_that_it_has_more_entries_and_is_refused() -> None:
    file = RawFile.of_path(REAL / "small-samples" / "sample_ofac_consolidated.xml")
    with pytest.raises(UnreadableList, match="has 8 entries, and states that it has 8,197"):
        read_xml(file)


@needs_real
def test_every_date_of_birth_of_the_real_lists_is_a_date() -> None:
    listed = read_parties(real(main="sdn_2024-05-03.csv"), [], set())
    births = [feature.text for party in listed for feature in party.features if feature.label == BIRTH]
    assert births
    assert [birth for birth in births if not to_edtf(birth)] == []
