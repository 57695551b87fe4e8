"""OFAC's enhanced XML: names in several scripts, features and documents apart, and the day of each listing."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import ListEntry, ParsedList, RawFile
from sanctions.importers.ofac.parse_enhanced import EnhancedParties
from sanctions.importers.ofac.party import OfacAddress, OfacAlias, OfacFeature, OfacParty
from sanctions.importers.ofac.source import CONSOLIDATED, SDN
from tests.importers.documents import problems
from tests.importers.ofac_enhanced_files import (
    ALIASES,
    TYPES,
    VALUE,
    WHOLE,
    coded,
    entity,
    feature,
    file,
    named,
    native,
    party,
    period,
    tag,
)

ENHANCED, CONSOLIDATED_ENHANCED = (
    next(form for form in source.forms if form.name == "enhanced xml") for source in (SDN, CONSOLIDATED)
)


def read(content: RawFile) -> tuple[list[ListEntry], ParsedList]:
    reading = ENHANCED.read({"main": content})
    return list(reading.entries), reading


def only(one: OfacParty, more: str = "", before: str = "") -> tuple[ListEntry, ParsedList]:
    (entry,), reading = read(file(entity(one, more), before=before))
    assert problems([entry]) == []
    return entry, reading


def test_the_day_of_the_listing_is_that_of_the_list() -> None:
    entry, reading = only(party(listed_on="1989-01-05"))
    assert [(one.program, one.listed_on) for one in entry.listings] == [("CUBA", "1989-01-05")]
    assert str(reading.as_of) == "2026-07-27"
    assert reading.faults == []


def test_under_which_of_several_programmes_it_was_listed_that_day_is_not_said() -> None:
    entry, _ = only(party(programs=("CUBA", "SDGT"), listed_on="1989-01-05"))
    assert {one.listed_on for one in entry.listings} == {""}
    assert {one.remarks for one in entry.listings} == {"On the list since 1989-01-05"}


def test_a_day_of_listing_that_is_none_is_a_fault() -> None:
    entry, reading = only(party(listed_on="5 January"))
    assert entry.listings[0].listed_on == ""
    assert [fault.field for fault in reading.faults] == ["datePublished"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (
            {"Non-SDN Palestinian Legislative Council List": "2006-04-12", "Consolidated List": "2014-10-10"},
            "2006-04-12",
        ),
        ({"A List": "2016-01-05", "Another List": "2015-03-02", "Consolidated List": "2014-10-10"}, "2015-03-02"),
        ({"Consolidated List": "2014-10-10"}, "2014-10-10"),
        ({"A List": "April", "Consolidated List": "2014-10-10"}, "2014-10-10"),
        ({}, ""),
    ],
)
def test_what_the_consolidated_list_took_over_was_listed_before(days: dict[str, str], expected: str) -> None:
    lists = "".join(tag("sanctionsList", name, refId="1", id="2", datePublished=day) for name, day in days.items())
    entry = entity(party(programs=("NS-PLC",)), tag("sanctionsLists", lists))
    reading = CONSOLIDATED_ENHANCED.read({"main": file(entry, listed="Consolidated List")})
    (found,) = reading.entries
    assert [(one.program, one.listed_on) for one in found.listings] == [("NS-PLC", expected)]
    assert [fault.value for fault in reading.faults] == [day for day in days.values() if day == "April"]


def test_a_name_in_another_script_is_a_native_name() -> None:
    entry, _ = only(party(native=("ТЕСТОВА, Ада",)))
    assert entry.actor["names"] == [{"kind": "native", "text": "ТЕСТОВА, Ада", "script": "Cyrl"}]


def test_a_name_of_low_quality_is_a_weak_alias() -> None:
    entry, _ = only(party(aliases=(OfacAlias("aka", "ADITA", is_weak=True), OfacAlias("fka", "ADA T."))))
    assert [(one["kind"], one["text"]) for one in entry.actor["names"]] == [
        ("weak_alias", "ADITA"),
        ("former", "ADA T."),
    ]


def test_an_alias_of_an_unknown_type_is_reported_and_kept_in_both_scripts() -> None:
    entry, reading = only(party(), tag("names", named("ADITA", kind="P.K.A.", more=native("Адита"))))
    assert [(fault.field, fault.value) for fault in reading.faults] == [("aliasType", "P.K.A.")]
    assert entry.actor["names"] == [{"kind": "native", "text": "Адита", "script": "Cyrl"}]
    assert [listing.remarks for listing in entry.listings] == ["P.K.A. ADITA"]


def test_a_year_is_a_year_and_not_its_first_day() -> None:
    entry, _ = only(party(features=(OfacFeature("DOB", "1951"),)))
    assert entry.actor["particulars"] == [{"kind": "birth_date", "text": "1951", "dated_on": "1951"}]


def test_a_feature_may_name_its_value_by_a_reference() -> None:
    value = tag("referenceValues", tag("referenceValue", tag("type", "Gender") + tag("value", "Male"), refId="91526"))
    told = tag("feature", tag("type", "Gender", featureTypeId="224") + tag("valueRefId", "91526"), id="1")
    entry, reading = only(party(), tag("features", told), before=value)
    assert entry.actor["particulars"] == [{"kind": "gender", "text": "Male"}]
    assert reading.faults == []


def test_a_relationship_is_a_link_and_says_which_in_the_remarks() -> None:
    told = coded("type", "Owned or Controlled By") + tag("relatedEntity", "ACME", entityId="2")
    entry, _ = only(party(), tag("relationships", tag("relationship", told, id="1")))
    assert entry.links == ("ACME",)
    assert entry.listings[0].remarks == "Owned or Controlled By: ACME"


def test_the_type_of_the_sanction_and_its_authority_are_remarks() -> None:
    told = tag("sanctionsTypes", coded("sanctionsType", "Block"))
    entry, _ = only(party(), told + tag("legalAuthorities", coded("legalAuthority", "E.O. 99999")))
    assert entry.listings[0].remarks == "Sanctions type: Block; Legal authority: E.O. 99999"


def test_a_document_that_is_not_valid_says_so() -> None:
    texts = coded("type", "Passport") + tag("documentNumber", "A1") + tag("isValid", "false")
    entry, _ = only(party(), tag("identityDocuments", tag("identityDocument", texts + coded("issuingCountry", "Iran"))))
    assert entry.actor["identifiers"][1] == {"scheme": "passport", "value": "A1", "note": "Iran; not valid"}


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        (tag("features", feature("Shoe Size", "44")), ["type"]),
        (tag("features", feature("Gender", "Male", tag("colour", "red"))), ["colour"]),
        (tag("shoes", tag("shoe", "44")), ["shoes"]),
        (tag("identityDocuments", tag("identityDocument", coded("type", "Library Card"))), ["type"]),
        (tag("names", named("X", kind="P.K.A.")), ["aliasType"]),
    ],
    ids=["feature", "element of a feature", "element", "document", "alias"],
)
def test_what_is_not_known_is_a_fault_and_the_entry_is_read(more: str, fields: list[str]) -> None:
    _, reading = only(party(), more)
    assert [fault.field for fault in reading.faults] == fields
    assert reading.unread == set()


@pytest.mark.parametrize(
    "written",
    [
        entity(party()).replace('<entity id="1">', '<entity id="one">'),
        entity(party()).replace("formattedFullName", "fullName"),
    ],
    ids=["number", "name"],
)
def test_an_entry_without_a_number_or_a_name_is_told_and_still_on_the_list(written: str) -> None:
    entries, reading = read(file(entity(party(number="2")), written))
    assert [entry.key for entry in entries] == ["2"]
    assert reading.faults
    assert len(reading.unread) + len(reading.unidentified) == 1


@pytest.mark.parametrize(
    ("written", "unread"),
    [
        (entity(party()).replace("Individual", "Robot"), "kind"),
        (
            entity(party())
            .replace("sanctionsProgram refId", "programme refId")
            .replace("/sanctionsProgram>", "/programme>"),
            "programs",
        ),
    ],
    ids=["type", "programme"],
)
def test_an_entry_of_an_unknown_type_or_programme_is_read_without_it(written: str, unread: str) -> None:
    (entry,), reading = read(file(written))
    assert entry.unread == {unread}
    assert reading.faults


def test_an_entry_that_stands_there_twice_is_read_once() -> None:
    entries, reading = read(file(entity(party()), entity(party())))
    assert len(entries) == 1
    assert [fault.field for fault in reading.faults] == ["id"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (file(entity(party()), listed="Consolidated List"), "must be the 'SDN List'"),
        (file(entity(party()), as_of="27 July"), "must be a day"),
        (file(entity(party()), as_of="2026-02-30"), "dataAsOf"),
        (file(), "it has no entries"),
        (RawFile.of_bytes("sdn_enhanced.xml", b"<sdnList/>"), "must be <sanctionsData>"),
        (RawFile.of_bytes("sdn_enhanced.xml", b"<sanctionsData><entities/></sanctionsData>"), "publicationInfo"),
    ],
    ids=["list", "day", "impossible day", "empty", "root", "head"],
)
def test_another_file_is_refused(content: RawFile, why: str) -> None:
    with pytest.raises(UnreadableList, match=why):
        read(content)


def test_a_file_that_is_cut_off_is_refused() -> None:
    with file(entity(party())).open() as opened:
        whole = opened.read()
    with pytest.raises(UnreadableList, match="cut off"):
        read(RawFile.of_bytes("sdn_enhanced.xml", whole[:-30]))


TEXTS: Final = st.text(st.characters(categories=["L", "Nd"], max_codepoint=0x24F), min_size=1, max_size=12)
PARTIES: Final = st.builds(
    OfacParty,
    number=st.integers(1, 10**9).map(str),
    name=TEXTS,
    type=st.sampled_from(sorted(TYPES)),
    programs=st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(tuple),
    place=st.just("sdn_enhanced.xml, entity 1"),
    flag=st.just("") | TEXTS,
    title=st.just("") | TEXTS,
    aliases=st.lists(st.builds(OfacAlias, st.sampled_from(sorted(ALIASES)), TEXTS, st.booleans()), max_size=2).map(
        tuple
    ),
    addresses=st.lists(st.builds(OfacAddress, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
    features=st.tuples(
        st.builds(OfacFeature, st.just("DOB"), TEXTS),
        st.builds(OfacFeature, st.just("Passport"), st.integers(0, 10**9).map(str), TEXTS),
    ),
    native=st.lists(st.sampled_from(["Ада", "Тест"]), max_size=2).map(tuple),
    listed_on=st.just("") | st.dates().map(str),
)


@given(PARTIES)
def test_what_is_written_is_read(written: OfacParty) -> None:
    faults: list[Any] = []
    found = list(EnhancedParties(file(entity(written)), faults, set(), "SDN List"))
    assert (found, faults) == ([written], [])


def test_all_that_the_schema_has_is_taken_or_left() -> None:
    (entry,), reading = read(file(WHOLE, before=VALUE))
    assert reading.faults == []
    assert problems([entry]) == []
    told = {(one["kind"], one["text"]): one for one in entry.actor["particulars"]}
    assert told["birth_date", "1951"]["dated_on"] == "1951"
    assert told["address", "Tehran"]["country"] == "Iran"
    assert ("title", "Trader") in told or ("position", "Trader") in told
    passport = next(one for one in entry.actor["identifiers"] if one["scheme"] == "passport")
    assert passport["value"] == "A123456"
    assert passport["note"] == ("Iran; issued 17 Aug 2009 expires circa 2014; The police; Tehran; Lost.; not valid")
    remarks = entry.listings[0].remarks
    for expected in ("A remark.", "Deceased", "United States person", "As told.", "By marriage.", "Block"):
        assert expected in remarks
    assert "Associate Of: ACME (03 Feb 2001 to 06 May 2004)" in remarks
    assert "Citizen" not in remarks
    assert entry.links


@pytest.mark.parametrize(
    ("first", "last", "about", "expected"),
    [
        ("2009-08-17", "2009-08-17", "false", "issued 17 Aug 2009"),
        ("2009-08-17", "", "false", "issued 17 Aug 2009"),
        ("2009-01-01", "2009-12-31", "true", "issued circa 2009"),
        ("2009-08-01", "2009-08-31", "false", "issued 01 Aug 2009 to 31 Aug 2009"),
    ],
)
def test_days_of_documents_are_told_as_in_the_other_files(first: str, last: str, about: str, expected: str) -> None:
    issued = period("issueDate", first, last, about)
    paper = tag("identityDocument", coded("type", "Passport") + tag("documentNumber", "A1") + issued, id="1")
    entry, reading = only(party(), tag("identityDocuments", paper))
    assert reading.faults == []
    assert next(one for one in entry.actor["identifiers"] if one["scheme"] == "passport")["note"] == expected


def test_a_title_that_is_told_twice_is_one() -> None:
    given = tag("feature", tag("type", "Title", featureTypeId="26") + tag("value", "Trader"), id="16")
    (entry,), reading = read(file(WHOLE.replace("<features>", f"<features>{given}", 1)))
    assert reading.faults == []
    assert [one["text"] for one in entry.actor["particulars"]].count("Trader") == 1


def test_a_day_of_a_document_that_is_none_is_a_fault() -> None:
    paper = coded("type", "Passport") + tag("documentNumber", "A1") + period("issueDate", "2009-02-30", "2009-02-30")
    _, reading = only(party(), tag("identityDocuments", tag("identityDocument", paper, id="1")))
    assert [(fault.field, fault.value) for fault in reading.faults] == [("issueDate", "2009-02-30 2009-02-30")]


def test_a_label_with_a_typographic_apostrophe_is_the_one_with_a_straight_one() -> None:
    label = "Aircraft Manufacturer\N{RIGHT SINGLE QUOTATION MARK}s Serial Number (MSN)"
    entry, reading = only(party(name="TESTOV AIR", type="aircraft"), more=tag("features", feature(label, "12345")))
    assert [(row["scheme"], row["value"]) for row in entry.actor["identifiers"]] == [
        ("ofac-uid", "1"),
        ("serial-number", "12345"),
    ]
    assert reading.faults == []
