"""The consolidated list of the United Kingdom, read into entries."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import EntryCitation, Fault, ListEntry, ParsedList, RawFile
from sanctions.importers.texts.document_numbers import DocumentNumber, find_document_number
from sanctions.importers.uk_consolidated.numbered_values import split_numbered
from sanctions.importers.uk_consolidated.parse import COLUMNS_29, COLUMNS_36, read, read_file
from sanctions.importers.uk_consolidated.source import UK_CONSOLIDATED
from tests.effort import examples
from tests.importers.documents import fields_of, filled, problems
from tests.importers.real import REAL, needs_real
from tests.importers.uk_files import uk_csv, uk_text, uk_xlsx

DESIGNATED = "UK Sanctions List Date Designated"
NATIVE = "Name Non-Latin Script"


def row(**cells: str) -> dict[str, str]:
    """Return the row of a person whom there is not; words of columns are joined by underscores."""
    usual = {
        "Name 6": "TESTOV",
        "Name 1": "Test",
        "Group Type": "Individual",
        "Alias Type": "Primary name",
        "Regime": "Testland",
        "Listed On": "24/03/2007",
        "Last Updated": "27/06/2017",
        "Group ID": "90001",
    }
    return {**usual, **{name.replace("_", " "): text for name, text in cells.items()}}


def with_cells(cells: Mapping[str, str], **more: str) -> dict[str, str]:
    """Return such a row with columns whose names are no words of Python."""
    return {**row(**more), **cells}


def read_all(file: RawFile) -> tuple[list[ListEntry], ParsedList]:
    reading = read({"list": file})
    entries = list(reading.entries)
    assert problems(entries) == []
    return entries, reading


def only(*rows: Mapping[str, str]) -> tuple[ListEntry, list[Fault]]:
    (entry,), reading = read_all(uk_csv(rows))
    return entry, reading.faults


def particulars(entry: ListEntry, kind: str) -> list[dict[str, str]]:
    found = [dict(one) for one in entry.actor.get("particulars", ()) if one["kind"] == kind]
    return [{key: value for key, value in one.items() if key != "kind"} for one in found]


def identifiers(entry: ListEntry) -> list[dict[str, str]]:
    assert entry.actor["identifiers"][0] == {"scheme": "uk-group-id", "value": entry.key}
    return [dict(one) for one in entry.actor["identifiers"][1:]]


# --- What the list is ---------------------------------------------------------------------------


def test_the_list_is_told_apart_by_its_schemes() -> None:
    assert (UK_CONSOLIDATED.name, UK_CONSOLIDATED.abbreviation) == ("uk-consolidated", "uk")
    assert UK_CONSOLIDATED.program_scheme == "uk-regime"
    assert UK_CONSOLIDATED.publisher["slug"] == "uk-hm-treasury"
    assert [form.name for form in UK_CONSOLIDATED.forms] == ["csv", "xlsx"]


def test_the_day_of_the_snapshot_is_that_of_the_first_row() -> None:
    assert read_all(uk_csv([row()]))[1].as_of == date(2020, 4, 27)


def test_a_file_without_its_day_has_a_fault_and_no_day() -> None:
    _, reading = read_all(uk_csv([row()], updated="today"))
    assert (reading.as_of, fields_of(reading.faults)) == (None, ["Last Updated"])


def test_an_entry_is_a_group_however_far_apart_its_rows_are() -> None:
    others = row(Name_6="OTHER", Group_ID="90002")
    entries, reading = read_all(uk_csv([row(), others, row(Alias_Type="AKA", Name_6="TESTIK")]))
    assert [(one.key, len(one.actor.get("names", ()))) for one in entries] == [("90001", 1), ("90002", 0)]
    assert reading.total == 2
    assert entries[0].cited == (EntryCitation("list", pinpoint="Group ID 90001"),)
    assert "line 3" in entries[0].place


@pytest.mark.parametrize(("group", "kind"), [("Individual", "person"), ("Entity", "entity"), ("Ship", "vessel")])
def test_the_type_of_a_group_is_the_kind_of_the_actor(group: str, kind: str) -> None:
    assert only(row(Group_Type=group))[0].actor["kind"] == kind


@pytest.mark.parametrize("rows", [[row(Group_Type="Robot")], [row(Group_Type="Ship"), row()], [row(Group_Type="")]])
def test_a_group_of_an_unknown_type_or_of_two_is_read_without_its_kind(rows: list[dict[str, str]]) -> None:
    (entry,), reading = read_all(uk_csv(rows))
    assert (set(entry.unread), fields_of(reading.faults)[0]) == ({"kind"}, "Group Type")


# --- Names --------------------------------------------------------------------------------------


def test_the_family_name_stands_last() -> None:
    entry, _ = only(with_cells({"Name 2": "B", "Name 3": "C", "Name 4": "D", "Name 5": "E"}))
    assert entry.actor["name"] == "Test B C D E TESTOV"


@pytest.mark.parametrize(
    ("alias", "quality", "kind"),
    [
        ("AKA", "", "alias"),
        ("AKA", "Good quality", "alias"),
        ("AKA", "Low quality", "weak_alias"),
        ("FKA", "", "former"),
        ("FKA", "Low quality", "former"),
        ("Primary name variation", "", "alias"),
    ],
)
def test_the_type_and_quality_of_an_alias_are_the_kind_of_the_name(alias: str, quality: str, kind: str) -> None:
    entry, faults = only(row(), row(Name_6="TESTIK", Alias_Type=alias, Alias_Quality=quality))
    assert entry.actor["names"] == [{"kind": kind, "text": "Test TESTIK"}]
    assert not faults


@pytest.mark.parametrize("cells", [{"Alias_Type": "Nickname"}, {"Alias_Type": "AKA", "Alias_Quality": "Superb"}])
def test_an_alias_of_an_unknown_type_or_quality_is_a_fault_and_stands_in_the_summary(cells: dict[str, str]) -> None:
    entry, faults = only(row(), row(Name_6="TESTIK", **cells))
    assert len(faults) == 1
    assert "names" not in entry.actor
    assert "Test TESTIK" in entry.actor["summary"]


@pytest.mark.parametrize("alias", ["Prime Alias", "Primary name"])
def test_the_primary_name_is_that_of_the_actor_wherever_it_stands(alias: str) -> None:
    entry, faults = only(row(Name_6="TESTIK", Alias_Type="AKA"), row(Alias_Type=alias))
    assert entry.actor["name"] == "Test TESTOV"
    assert not faults


def test_of_two_primary_names_the_first_is_taken_and_it_is_a_fault() -> None:
    entry, faults = only(row(), row(Name_6="TESTIK"))
    assert (entry.actor["name"], fields_of(faults)) == ("Test TESTOV", ["Alias Type"])
    assert entry.actor["names"] == [{"kind": "alias", "text": "Test TESTIK"}]


def test_without_a_primary_name_the_first_is_taken_and_it_is_a_fault() -> None:
    entry, faults = only(row(Alias_Type="AKA"))
    assert (entry.actor["name"], fields_of(faults)) == ("Test TESTOV", ["Alias Type"])


@pytest.mark.parametrize(
    ("text", "script", "language", "found"),
    [
        ("тест", "Cyrillic", "Russian", {"script": "Cyrl", "language": "ru"}),
        ("тест", "russian", "russian", {"script": "Cyrl", "language": "ru"}),
        ("تست", "Arabic", "Persian", {"script": "Arab", "language": "fa"}),
        ("测试", "", "", {"script": "Hani"}),
    ],
)
def test_a_name_in_another_script_is_native(text: str, script: str, language: str, found: dict[str, str]) -> None:
    cells = {NATIVE: text, "Non-Latin Script Type": script, "Non-Latin Script Language": language}
    entry, faults = only(with_cells(cells))
    assert entry.actor["names"] == [{"kind": "native", "text": text, **found}]
    assert not faults


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Non-Latin Script Type", "Runes"),
        ("Non-Latin Script Type", "Arabic"),
        ("Non-Latin Script Language", "Klingon"),
    ],
)
def test_an_unknown_language_or_script_or_another_than_the_letters_have_is_a_fault(column: str, value: str) -> None:
    entry, faults = only(with_cells({NATIVE: "тест", column: value}))
    assert entry.actor["names"] == [{"kind": "native", "text": "тест", "script": "Cyrl"}]
    assert fields_of(faults) == [column]


# --- Details ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "dated_on"),
    [("17/08/1957", "1957-08-17"), ("00/08/1957", "1957-08"), ("00/00/1957", "1957")],
)
def test_a_zero_in_a_date_of_birth_is_not_known(text: str, dated_on: str) -> None:
    entry, faults = only(row(DOB=text))
    assert particulars(entry, "birth_date") == [{"text": text, "dated_on": dated_on}]
    assert not faults


def test_a_date_of_zeros_is_none() -> None:
    entry, faults = only(row(DOB="00/00/0000"))
    assert (particulars(entry, "birth_date"), faults) == ([], [])


@pytest.mark.parametrize("text", ["10/00/1983", "31/02/1983", "1983?!", "c. 1983"])
def test_a_date_of_birth_that_is_none_is_a_fault_and_a_text(text: str) -> None:
    entry, faults = only(row(DOB=text))
    assert particulars(entry, "birth_date") == [{"text": text}]
    assert fields_of(faults) == ["DOB"]


def test_what_the_rows_of_a_group_repeat_is_told_once() -> None:
    rows = [row(DOB=day, Alias_Type=kind, Name_6=name) for day in ("01/01/1960", "01/01/1961") for kind, name in NAMED]
    entry, faults = only(*rows)
    assert len(particulars(entry, "birth_date")) == 2
    assert entry.actor["names"] == [{"kind": "alias", "text": "Test TESTIK"}]
    assert not faults


NAMED = (("Primary name", "TESTOV"), ("AKA", "TESTIK"))


@pytest.mark.parametrize(
    ("towns", "countries", "found"),
    [
        ("Testville", "Testland", [("Testville", "Testland")]),
        ("(1) A (2) B", "(1) X (2) Y", [("A", "X"), ("B", "Y")]),
        ("(1) A (2) B", "(1)-(2) X", [("A", "X"), ("B", "X")]),
        ("(1) A (2) B", "X", [("A", "X"), ("B", "X")]),
        ("(1) A (2) -", "(1) X (2) Y", [("A", "X"), ("Y", "Y")]),
        ("a) A, b) B", "", [("A", ""), ("B", "")]),
        ("", "(1) X (2) Y", [("X", "X"), ("Y", "Y")]),
        ("A", "(1) X (2) Y", [("A", "(1) X (2) Y")]),
        ("(1) A (2) B (3) C", "(1) to (2) X (3) Y", [("A", "X"), ("B", "X"), ("C", "Y")]),
        ("(1) A (2) B (3) C", "(1) X (2) Y", [("(1) A (2) B (3) C", "(1) X (2) Y")]),
    ],
)
def test_numbered_places_of_birth_are_taken_apart_if_they_belong_together(
    towns: str, countries: str, found: list[tuple[str, str]]
) -> None:
    entry, _ = only(row(Town_of_Birth=towns, Country_of_Birth=countries))
    assert [(one["text"], one.get("country", "")) for one in particulars(entry, "birth_place")] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Testish", ["Testish"]),
        ("(1) A (2) B", ["A", "B"]),
        ("(1) (2) A (3) B", ["A", "A", "B"]),
        ("(1) A (3) B", ["(1) A (3) B"]),
        ("(2) A (3) B", ["(2) A (3) B"]),
        ("(1) A (1) B", ["(1) A (1) B"]),
        ("(1) A (2)", ["(1) A (2)"]),
        ("(1) A", ["(1) A"]),
        ("see (1) A (2) B", ["see (1) A (2) B"]),
        ("(a) A, (b) B", ["A", "B"]),
        ("1) A; 2) B", ["A", "B"]),
        ("", [""]),
    ],
)
def test_numbers_that_do_not_count_on_from_one_leave_a_text_as_it_is(text: str, found: list[str]) -> None:
    assert split_numbered(text) == found


def test_nationalities_positions_and_titles_are_particulars() -> None:
    entry, _ = only(row(Nationality="(1) Testish (2) Other", Position="Clerk", Title="Dr"))
    assert particulars(entry, "nationality") == [{"text": "Testish"}, {"text": "Other"}]
    assert (particulars(entry, "position"), particulars(entry, "title")) == ([{"text": "Clerk"}], [{"text": "Dr"}])


def test_an_address_has_its_parts_and_its_country_apart() -> None:
    cells = {"Address 1": "Street 1", "Address 6": "Testville", "Post/Zip Code": "7", "Country": "Testland"}
    entry, _ = only(with_cells(cells))
    assert particulars(entry, "address") == [{"text": "Street 1, Testville, 7", "country": "Testland"}]


def test_an_address_of_which_the_country_alone_is_known_is_told_by_it() -> None:
    assert particulars(only(row(Country="Testland"))[0], "address") == [{"text": "Testland", "country": "Testland"}]


def test_other_information_is_the_summary() -> None:
    assert only(row(Other_Information="Makes tests."))[0].actor["summary"] == "Makes tests."


# --- Documents and references ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("UN Ref IRi.018.  Passport no: X", "IRi.018"),
        ("(UK Sanctions List Ref):AQD0183 (UN Ref):QDi.263. Also known", "QDi.263"),
        ("UN REF: QI.A.86.03.", "QI.A.86.03"),
        ("UN Ref I.37.C.3. Has links", "I.37.C.3"),
        ("UN Ref I.AC.22.08.08.18. Previously", "I.AC.22.08.08.18"),
        ("UN Reference No: TI.R.173.12", "TI.R.173.12"),
    ],
)
def test_a_reference_of_the_united_nations_is_an_identifier(text: str, reference: str) -> None:
    entry, faults = only(row(Other_Information=text))
    assert identifiers(entry) == [{"scheme": "un-reference", "value": reference}]
    assert not faults


@pytest.mark.parametrize(
    "text",
    [
        "UN listing. Not a reference.",
        "Leader of a group (QDe.118)",
        "UN Ref I.AC.20.27.07.11.(8)",
        "UN Ref QDi.2634",
        "UN Ref QDi.263. UN Ref QDi.264.",
    ],
)
def test_what_is_not_one_reference_beyond_doubt_is_none(text: str) -> None:
    entry, faults = only(row(Other_Information=text))
    assert (identifiers(entry), faults) == ([], [])
    assert entry.actor["summary"] == text


@pytest.mark.parametrize(("group", "reference"), [("Individual", "QDe.001"), ("Entity", "I.37.C.3")])
def test_a_reference_of_another_kind_of_entry_is_a_fault_and_no_identifier(group: str, reference: str) -> None:
    entry, faults = only(row(Group_Type=group, Other_Information=f"UN Ref {reference}."))
    assert (identifiers(entry), fields_of(faults)) == ([], ["Other Information"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T827238", DocumentNumber("T827238")),
        ("D 000912 (Testish) issued in 1998", DocumentNumber("D 000912", "", "(Testish) issued in 1998")),
        ("00319547 (Testish) Issued on 8 May", DocumentNumber("00319547", "", "(Testish) Issued on 8 May")),
        ("CV91(Testland)", DocumentNumber("CV91", "", "(Testland)")),
        ("no 36-03", DocumentNumber("36-03")),
        ("Test passport no.C0014 (lost)", DocumentNumber("C0014", "Test passport", "(lost)")),
        ("Ration card no. 17", DocumentNumber("17", "Ration card")),
        ("NO33301/862. Issued 1997", DocumentNumber("NO33301/862", "", "Issued 1997")),
        ("640120-01- 5529", None),
        ("Provisional 28642163", None),
        ("passport number 8208 No. 555627", None),
        ("Testland passport.", None),
        ("", None),
    ],
)
def test_a_number_is_taken_out_of_a_text_if_it_is_certain_what_it_is(text: str, found: DocumentNumber | None) -> None:
    assert find_document_number(text) == found


def test_passports_of_the_older_form_have_their_details_with_them() -> None:
    rows = [row(Passport_Details="(1) T1 (Testish). Expired (2) T2", NI_Number="(1) 9 (2) Ration card no. 8")]
    (entry,), reading = read_all(uk_csv(rows, COLUMNS_29))
    assert identifiers(entry) == [
        {"scheme": "passport", "value": "T1", "note": "(Testish). Expired"},
        {"scheme": "passport", "value": "T2"},
        {"scheme": "national-id", "value": "9"},
        {"scheme": "other-document", "value": "8", "note": "Ration card"},
    ]
    assert not reading.faults


def test_passports_of_the_newer_form_have_their_details_in_a_column() -> None:
    entry, _ = only(
        row(
            Passport_Number="(1) T1 (2) T2",
            Passport_Details="(1) Testish (2) Expired",
            National_Identification_Number="9",
            NI_Details="Testish",
        )
    )
    assert identifiers(entry) == [
        {"scheme": "passport", "value": "T1", "note": "Testish"},
        {"scheme": "passport", "value": "T2", "note": "Expired"},
        {"scheme": "national-id", "value": "9", "note": "Testish"},
    ]


def test_details_that_belong_to_no_one_number_stand_in_the_summary() -> None:
    entry, faults = only(row(Passport_Number="(1) T1 (2) T2", Passport_Details="Testish"))
    assert [one["value"] for one in identifiers(entry)] == ["T1", "T2"]
    assert entry.actor["summary"] == "Passport details: Testish"
    assert not faults


@pytest.mark.parametrize("column", ["Passport_Details", "Passport_Number"])
def test_a_text_with_no_certain_number_stands_in_the_summary(column: str) -> None:
    entry, faults = only(row(**{column: "Testland passport."}))
    assert (identifiers(entry), entry.actor["summary"], faults) == ([], "Passport: Testland passport.", [])


# --- Listings -----------------------------------------------------------------------------------


def test_a_group_has_a_listing_for_each_regime() -> None:
    entry, faults = only(row(), row(Regime="Other", Listed_On="24/06/2011"))
    assert [(one.program, one.listed_on) for one in entry.listings] == [
        ("Testland", "2007-03-24"),
        ("Other", "2011-06-24"),
    ]
    assert not faults


def test_of_two_days_in_one_regime_the_first_is_taken_and_it_is_a_fault() -> None:
    entry, faults = only(row(Listed_On="24/06/2011"), row(DOB="00/00/1960"))
    (listing,) = entry.listings
    assert (listing.listed_on, fields_of(faults)) == ("2007-03-24", ["Listed On"])
    assert "Listed on 24/06/2011." in listing.remarks


@pytest.mark.parametrize("cells", [{"Listed_On": ""}, {"Listed_On": "31/02/2011"}, {"Regime": ""}])
def test_a_listing_without_a_day_or_a_regime_is_a_fault(cells: dict[str, str]) -> None:
    entry, faults = only(row(**cells))
    assert fields_of(faults) == [name.replace("_", " ") for name in cells]
    assert len(entry.listings) == 1


def test_updates_and_designations_are_remarks() -> None:
    entry, _ = only(with_cells({DESIGNATED: "31/12/2020"}))
    assert entry.listings[0].remarks.splitlines() == [
        "Designated on the UK Sanctions List on 2020-12-31.",
        "Updated by the list on 2017-06-27.",
    ]


# --- Forms and encodings --------------------------------------------------------------------------


def test_the_older_form_is_read_in_cp1252_and_the_newer_in_utf_8() -> None:
    (old,), _ = read_all(uk_csv([row(Name_6="TÉSTOV – S’")], COLUMNS_29, encoding="cp1252"))
    (new,), _ = read_all(uk_csv([row(Name_6="TÉSTOV – S’")], encoding="utf-8"))
    (marked,), _ = read_all(uk_csv([row(Name_6="TÉSTOV – S’")], encoding="utf-8-sig"))
    assert old.actor["name"] == new.actor["name"] == marked.actor["name"] == "Test TÉSTOV – S’"


def test_a_workbook_is_read_as_the_csv_is_and_its_dates_are_written_as_there() -> None:
    cells: dict[str, Any] = {**row(), "DOB": date(1957, 8, 17), "Group ID": 90001, "Listed On": date(2007, 3, 24)}
    (entry,), reading = read_all(uk_xlsx([cells]))
    assert (entry.key, reading.as_of) == ("90001", date(2020, 4, 27))
    assert particulars(entry, "birth_date") == [{"text": "17/08/1957", "dated_on": "1957-08-17"}]
    assert entry.listings[0].listed_on == "2007-03-24"
    assert not reading.faults


def test_a_formula_is_a_fault_and_its_cell_empty() -> None:
    (entry,), reading = read_all(uk_xlsx([row(Position="=1+1")]))
    assert len(reading.faults) == 1
    assert particulars(entry, "position") == []


def test_a_sign_for_a_line_end_in_a_workbook_is_a_space() -> None:
    (entry,), _ = read_all(uk_xlsx([row(Position="Clerk_x000D_of tests")]))
    assert particulars(entry, "position") == [{"text": "Clerk of tests"}]


def test_another_sheet_is_a_fault() -> None:
    assert fields_of(read_all(uk_xlsx([row()], more_sheets=["Notes"]))[1].faults) == ["Notes"]


# --- Files that are not as they should be ---------------------------------------------------------


def test_a_row_that_repeats_another_is_a_fault() -> None:
    entry, faults = only(row(), row())
    assert fields_of(faults) == ["Group ID"]
    assert entry.key == "90001"


@pytest.mark.parametrize("bad", ["", "9a"])
def test_a_row_without_a_group_is_a_fault(bad: str) -> None:
    entries, reading = read_all(uk_csv([row(), row(Group_ID=bad)]))
    assert (len(entries), len(reading.faults), reading.unread) == (1, 1, set())


def test_of_a_group_of_which_a_row_cannot_be_used_that_row_is_unread() -> None:
    lines = uk_text([row(), row(Group_ID="90002")]).splitlines(keepends=True)
    text = "".join([*lines[:3], "extra,cells,90001\r\n", "extra,cells,90003\r\n", *lines[3:]])
    entries, reading = read_all(RawFile.of_bytes("ConList.csv", text.encode()))
    assert [(one.key, bool(one.unread)) for one in entries] == [("90001", True), ("90002", False)]
    assert (reading.unread, len(reading.faults)) == ({"90003"}, 2)


def test_rows_without_any_text_are_passed_over() -> None:
    text = uk_text([row()]) + "," * 35 + "\r\n\r\n\x1a"
    assert len(read_all(RawFile.of_bytes("ConList.csv", text.encode()))[0]) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ConList.csv", b""),
        ("ConList.csv", b"Last Updated,27/04/2020\r\n"),
        ("ConList.csv", uk_text([]).encode()),
        ("ConList.csv", uk_text([row()], COLUMNS_36[::-1]).encode()),
        ("ConList.csv", uk_text([row()], [*COLUMNS_36, "Shoe size"]).encode()),
        ("ConList.csv", b"36,AEROCARIBBEAN AIRLINES,-0- \r\n"),
        ("ConList.csv", uk_text([row(Position='"')]).encode()[:-60]),
        ("ConList.csv", uk_text([row(Position="\x81")]).encode("latin-1")),
        ("ConList.xlsx", uk_text([row()]).encode()),
        ("ConList.xlsx", uk_xlsx([row()]).open().__enter__().read()[:-200]),
    ],
    ids=["empty", "no-header", "no-row", "order", "columns", "another-list", "cut-off", "encoding", "no-book", "cut"],
)
def test_a_file_that_is_no_such_list_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(UnreadableList, match=name):
        read_all(RawFile.of_bytes(name, content))


# --- Whatever is written is read ------------------------------------------------------------------


def tables(columns: tuple[str, ...], codec: str, without: str = "") -> st.SearchStrategy[list[dict[str, str]]]:
    free = st.dictionaries(st.sampled_from(columns[:-1]), filled(without, codec), max_size=8)
    keys = st.integers(0, 5).map(str)
    rows = st.builds(lambda cells, key: {**cells, "Group ID": key}, free, keys)
    return st.lists(rows, min_size=1, max_size=6, unique_by=lambda one: tuple(sorted(one.items())))


def demand_read(file: RawFile, rows: list[dict[str, str]]) -> None:
    reading = read_file(file)
    held: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one in rows:
        held[one["Group ID"]].append(one)
    assert {group.key: [dict(one.cells) for one in group.rows] for group in reading.groups} == held
    assert reading.faults == []
    read_all(file)


@settings(max_examples=examples(100), deadline=None)
@given(tables(COLUMNS_36, "utf-8"))
def test_whatever_is_written_in_36_columns_is_read(rows: list[dict[str, str]]) -> None:
    demand_read(uk_csv(rows), rows)


@settings(max_examples=examples(100), deadline=None)
@given(tables(COLUMNS_29, "cp1252"))
def test_whatever_is_written_in_29_columns_is_read(rows: list[dict[str, str]]) -> None:
    # A letter beyond ASCII before a space is not valid UTF-8, so the file is recognised as another encoding.
    marked = [{**rows[0], "Position": "é T"}, *rows]
    if marked[0] not in rows:
        demand_read(uk_csv(marked, COLUMNS_29, encoding="cp1252"), marked)


@settings(max_examples=examples(25), deadline=None)
@given(tables(COLUMNS_36, "utf-8", without="_="))
def test_whatever_is_written_as_a_workbook_is_read(rows: list[dict[str, str]]) -> None:
    demand_read(uk_xlsx(rows), rows)


# --- The real files -------------------------------------------------------------------------------


@needs_real
def test_the_real_list_is_read_but_for_one_reference() -> None:
    path = REAL / "uk" / "ukhmt_conlist_2016-03-25.csv"
    with path.open(encoding="cp1252", newline="") as opened:
        rows = list(csv.reader(opened))[2:]
    entries, reading = read_all(RawFile.of_path(path))
    assert len(rows) == 8746
    assert len(entries) == len({item[-1] for item in rows}) == 1924
    assert {item.key for item in entries} == {item[-1] for item in rows}
    assert sum(len(item.listings) for item in entries) == len({(item[-1], item[25]) for item in rows})
    assert (reading.as_of, reading.unread) == (date(2016, 3, 23), set())
    # A person has the reference of an entity.
    assert [(fault.field, fault.value) for fault in reading.faults] == [("Other Information", "QE.A.137.14")]
    called: dict[str, set[str]] = defaultdict(set)
    for item in rows:
        called[item[-1]].add(" ".join(" ".join((*item[1:6], item[0])).split()))
    for entry in entries:
        named = {entry.actor["name"], *(name["text"] for name in entry.actor.get("names", ()))}
        assert called[entry.key] == named


@needs_real
def test_the_real_sample_of_36_columns_is_read() -> None:
    entries, reading = read_all(RawFile.of_path(REAL / "small-samples" / "sample_hmt.csv"))
    assert (len(entries), reading.as_of, reading.unread) == (6, date(2020, 4, 27), set())
    # Four groups are there without the row of their primary name, one has the tenth of an unknown month, and one text
    # had lost a character.
    assert sorted(fields_of(reading.faults)) == ["Alias Type"] * 4 + ["DOB", "summary"]
