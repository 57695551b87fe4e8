"""No single field of a list may cost an entry: whatever is damaged, its actor and listings come in and are counted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions.importers.base import RawFile
from sanctions.importers.eu_fsf.entry import EuAct, EuAddress, EuBirth, EuCitizenship, EuEntry, EuIdentification, EuName
from sanctions.importers.eu_fsf.parse_csv import COLUMNS
from sanctions.importers.ofac.party import OfacAddress, OfacAlias, OfacFeature, OfacParty
from sanctions.importers.registry import SOURCES
from sanctions.importers.running import PreparedImport, prepare
from sanctions.importers.un_consolidated.entry import UnAlias, UnBirthDate, UnDocument, UnEntry, UnPlace
from tests.effort import examples
from tests.importers.eu_files import eu_csv, eu_xml
from tests.importers.ofac_enhanced_files import VALUE, WHOLE
from tests.importers.ofac_enhanced_files import entity as enhanced_entity
from tests.importers.ofac_enhanced_files import file as enhanced_file
from tests.importers.ofac_files import csv_files, xml_file
from tests.importers.uk_files import uk_csv
from tests.importers.un_files import un_file

pytestmark = pytest.mark.django_db
LONG: Final = "Q" * 10_000
#: What a field may hold that it must not: nothing, too much, control characters, dates that are none, unknown codes.
DAMAGE: Final = ("", LONG, "T\x85E\x9fST", "31/02/1960", "0000-00-00", "circa", "unknown code", "\u200f", "'); --", "⁇")
#: What XML cannot hold.
CONTROLS: Final = ("A\x00B\x07C", "\x1b")
AS_OF: Final = date(2026, 11, 1)

# --- A whole entry of each list, after another ----------------------------------------------------

PARTIES: Final = tuple(
    OfacParty(
        number=number,
        name=name,
        type="vessel",
        programs=("SDGT", "SYRIA"),
        place="",
        title="Trader",
        call_sign="T3ST",
        vessel_type="Tug",
        tonnage="10",
        gross_tonnage="5",
        flag="Testland",
        owner="TEST LINES",
        aliases=(OfacAlias("aka", "ADITA"), OfacAlias("fka", "ADA T.")),
        addresses=(OfacAddress("Street 1", "Testville", "Testland"),),
        features=(
            OfacFeature("nationality", "Testland"),
            OfacFeature("DOB", "12 Mar 1960"),
            OfacFeature("Passport", "A1", "Iran"),
        ),
        remarks=("Holder of shares",),
    )
    for number, name in (("1", "FIRST"), ("7", "TESTSHIP"))
)
LISTED: Final = tuple(
    UnEntry(
        is_person=True,
        reference_number=reference,
        names=("TEST", name),
        un_list_type="Testland",
        listed_on="2014-01-03",
        name_original_script="Тест",
        comments1="A comment.",
        gender="Male",
        submitted_by="Testland",
        submitted_on="2014-01-01",
        titles=("Dr",),
        designations=("Minister",),
        nationalities=("Testland",),
        list_types=("UN List",),
        updates=("2015-01-01",),
        aliases=(UnAlias("Good", "ALIAS", "1960", "Tabriz", "Iran", "A note"),),
        addresses=(UnPlace("Street 1", "Tabriz", "East", "700", "Iran", "old"),),
        birth_dates=(UnBirthDate("EXACT", "1960-01-01"),),
        birth_places=(UnPlace(city="Tabriz", country="Iran"),),
        papers=(UnDocument("Passport", "", "A1", "Iran", "Tabriz", "Iran", "2000-01-01", "lost"),),
    )
    for reference, name in (("XXi.001", "FIRST"), ("XXi.007", "TESTOV"))
)
SUBJECTS: Final = tuple(
    EuEntry(
        key=key,
        kind="P",
        eu_reference=f"EU.{key}.2",
        designated_on="2002-02-21",
        acts=(EuAct("TEST", "2018/1 (OJ L1)", "2018-02-16", "http://example.org/act"),),
        names=(EuName(name, "EN", "M", "Dr", "Minister", "true"), EuName("Alias Testov", "", "", "", "", "true")),
        addresses=(EuAddress("1", "Street", "", "700", "Tabriz", country="Iran", contacts=(("PHONE", "123"),)),),
        births=(EuBirth(date="1960-01-01", place="Tabriz", country="Iran"),),
        papers=(EuIdentification("A1", type_code="passport", type_name="National passport", country="Iran"),),
        citizenships=(EuCitizenship("Iran"),),
    )
    for key, name in (("90001", "First Testov"), ("90007", "Test Testov"))
)
GROUPS: Final = tuple(
    {
        "Name 6": name,
        "Name 1": "Test",
        "Name Non-Latin Script": "Тест",
        "Non-Latin Script Type": "Cyrillic",
        "Non-Latin Script Language": "Russian",
        "DOB": "01/02/1960",
        "Town of Birth": "Tabriz",
        "Title": "Dr",
        "Country of Birth": "Iran",
        "Nationality": "Iran",
        "Passport Number": "A1",
        "Passport Details": "lost",
        "National Identification Number": "B2",
        "NI Details": "new",
        "Position": "Minister",
        "Address 1": "Street",
        "Post/Zip Code": "700",
        "Country": "Iran",
        "Other Information": "A note. UN Ref QDi.263.",
        "Group Type": "Individual",
        "Alias Type": alias,
        "Alias Quality": "Good quality",
        "Regime": "Testland",
        "Listed On": "24/03/2007",
        "UK Sanctions List Date Designated": "24/03/2007",
        "Group ID": key,
        "Last Updated": "27/06/2017",
    }
    for key, name, alias in (
        ("90001", "FIRST", "Primary name"),
        ("90007", "TESTOV", "Primary name"),
        ("90007", "ALIASOV", "AKA"),
    )
)
ENHANCED: Final = enhanced_file(
    enhanced_entity(OfacParty("999", "FIRST", "entity", ("SDGT",), "")),
    WHOLE.replace('id="1"', 'id="7"', 1),
    before=VALUE,
)


def bytes_of(file: RawFile) -> bytes:
    with file.open() as opened:
        return opened.read()


#: A field of a file: what it is called, and the files with another text in it.
Damaged = Callable[[str], list[RawFile]]


@dataclass(frozen=True)
class Sample:
    """A form of a list: its source, its fields, the id of the entry whose fields they are."""

    source: str
    key: str
    fields: dict[str, Damaged]
    values: tuple[str, ...] = DAMAGE


def csv_fields(
    files: dict[str, RawFile],
    first: dict[str, int],
    delimiter: str = ",",
    end: str = "",
    columns: Sequence[str] = (),
) -> Iterator[tuple[str, Damaged]]:
    """Yield the cells of some rows of CSV files: of each role from a row on."""
    for role, file in files.items():
        table = list(csv.reader(io.StringIO(bytes_of(file).decode().rstrip("\x1a")), delimiter=delimiter))
        for line in range(first[role], len(table)):
            for column in range(len(table[line])):
                name = f"{column} {columns[column]}" if columns else column
                yield f"{role} {line}.{name}", _in_cell(files, role, table, (line, column), delimiter, end)


def _in_cell(
    files: dict[str, RawFile], role: str, table: list[list[str]], cell: tuple[int, int], delimiter: str, end: str
) -> Damaged:
    def damaged(value: str) -> list[RawFile]:
        rows = [list(row) for row in table]
        rows[cell[0]][cell[1]] = value
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows(rows)
        return [
            RawFile.of_bytes(file.name, (text.getvalue() + end).encode()) if name == role else file
            for name, file in files.items()
        ]

    return damaged


def xml_fields(file: RawFile, entry: str, key: str) -> Iterator[tuple[str, Damaged]]:
    """Yield texts and attributes of the entry with the key, and its elements, which are taken out."""
    content = bytes_of(file)
    found = _entry(ElementTree.fromstring(content), entry, key)
    for place, element in enumerate(found.iter()):
        name = element.tag.rpartition("}")[2]
        if not len(element):
            yield f"{name} {place}", _in_xml(file, content, (entry, key), place, "")
        for attribute in element.attrib:
            yield f"{name} {place} {attribute}", _in_xml(file, content, (entry, key), place, attribute)
        if place:
            yield f"without {name} {place}", _in_xml(file, content, (entry, key), place, None)


def _entry(root: Element, entry: str, key: str) -> Element:
    entries = [one for one in root.iter() if one.tag.rpartition("}")[2] == entry]
    return next(one for one in entries if key in ElementTree.tostring(one, "unicode"))


def _in_xml(file: RawFile, content: bytes, where: tuple[str, str], place: int, attribute: str | None) -> Damaged:
    def damaged(value: str) -> list[RawFile]:
        root = ElementTree.fromstring(content)
        found = _entry(root, *where)
        element = list(found.iter())[place]
        if attribute is None:
            next(one for one in found.iter() if element in list(one)).remove(element)
        elif attribute:
            element.set(attribute, value)
        else:
            element.text = value
        return [RawFile.of_bytes(file.name, ElementTree.tostring(root, encoding="utf-8"))]

    return damaged


OFAC_CSV: Final = {
    **csv_files(*PARTIES, column=60),
}
SAMPLES: Final = {
    "ofac csv": Sample(
        "ofac-sdn",
        "7",
        dict(csv_fields(OFAC_CSV, {"main": 1, "addresses": 1, "aliases": 2, "comments": 1}, end="\x1a")),
        (*DAMAGE, *CONTROLS),
    ),
    "ofac xml": Sample("ofac-sdn", "7", dict(xml_fields(xml_file(*PARTIES), "sdnEntry", "TESTSHIP"))),
    "ofac enhanced xml": Sample("ofac-sdn", "7", dict(xml_fields(ENHANCED, "entity", 'id="7"'))),
    "un xml": Sample("un-consolidated", "XXi.007", dict(xml_fields(un_file(*LISTED), "INDIVIDUAL", "XXi.007"))),
    "uk csv": Sample(
        "uk-consolidated", "90007", dict(csv_fields({"list": uk_csv(GROUPS)}, {"list": 3})), (*DAMAGE, *CONTROLS)
    ),
    "eu csv": Sample(
        "eu-fsf",
        "90007",
        dict(csv_fields({"list": eu_csv(*SUBJECTS)}, {"list": 9}, delimiter=";", columns=COLUMNS)),
        (*DAMAGE, *CONTROLS),
    ),
    "eu xml": Sample("eu-fsf", "90007", dict(xml_fields(eu_xml(*SUBJECTS), "sanctionEntity", "90007"))),
}


def prepared(sample: Sample, files: list[RawFile]) -> PreparedImport:
    needs_day = sample.source == "ofac-sdn" and files[0].name.endswith(".csv")
    return prepare(SOURCES[sample.source], files, as_of=AS_OF if needs_day else None)


def demand_entry(sample: Sample, field: str, value: str) -> None:
    """Demand that the entry comes in with its listings, or is counted because it has no id or no name any more."""
    result = prepared(sample, sample.fields[field](value))
    keys = {item.key for item in result.plan.items}
    report = result.report
    assert not [fault for fault in report.faults if "It was not read." in fault.message and fault.value in keys]
    if f"actor/{sample.key}" not in keys:
        # Only what has no id, or no name, is left out.
        assert report.unread_entries == 1, (field, value[:20])
        assert report.faults
        return
    assert any(key.startswith(f"listing/{sample.key}/") for key in keys), (field, value[:20])
    if value.isprintable() and value and not field.startswith("without") and not is_left(field):
        texts = str([item.document for item in result.plan.items])
        assert report.faults or value in texts, (field, value[:20])


#: Attributes and elements that readers leave, each with its reason there: numbers of rows and references, what repeats
#: another field, and which of several is the main one.
LEFT: Final = frozenset(
    {
        *("uid", "mainEntry", "id", "refId", "entityId", "featureTypeId", "nameId", "nameTranslationId", "logicalId"),
        *("featureVersionId", "versionId", "identityId", "formattedFirstName", "formattedLastName", "namePart"),
        *("fromDateBegin", "fromDateEnd", "toDateBegin", "toDateEnd", "isApproximate", "isDateRange", "isPrimary"),
        *("idFeature", "quality", "reliability", "script", "type", "value", "name", "country", "DATAID", "VERSIONNUM"),
        *("SORT_KEY", "regulationLanguage", "regulationSummary", "numberTitle", "countryIso2Code", "dayOfMonth"),
        *("monthOfYear", "year", "yearRangeFrom", "yearRangeTo", "identificationTypeDescription"),
        *("firstName", "middleName", "lastName"),
    }
)
LEFT_COLUMNS: Final = re.compile(r"_logical_id|_leba_|_(last|first|middle)name", re.ASCII)


def is_left(field: str) -> bool:
    """Whether readers leave a field; the cells of the European Union's CSV are called by their columns here."""
    return not LEFT.isdisjoint(field.split()) or bool(LEFT_COLUMNS.search(field))


@pytest.mark.parametrize("form", SAMPLES)
def test_a_whole_entry_comes_in_without_a_fault(form: str) -> None:
    sample = SAMPLES[form]
    field = next(name for name in sample.fields if not name.startswith("without"))
    assert len(sample.fields) > 12
    assert field
    found = prepared(sample, files_of(form))
    assert [fault for fault in found.report.faults if "date" not in fault.field] == []
    assert f"actor/{sample.key}" in {item.key for item in found.plan.items}


def files_of(form: str) -> list[RawFile]:
    return {
        "ofac csv": list(OFAC_CSV.values()),
        "ofac xml": [xml_file(*PARTIES)],
        "ofac enhanced xml": [ENHANCED],
        "un xml": [un_file(*LISTED)],
        "uk csv": [uk_csv(GROUPS)],
        "eu csv": [eu_csv(*SUBJECTS)],
        "eu xml": [eu_xml(*SUBJECTS)],
    }[form]


@pytest.mark.parametrize("form", SAMPLES)
def test_no_single_field_costs_an_entry(form: str) -> None:
    sample = SAMPLES[form]

    @settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(sample.fields)), st.sampled_from(sample.values))
    def any_field(field: str, value: str) -> None:
        demand_entry(sample, field, value)

    any_field()
