"""Made-up lists of every source that can be imported, with values of each kind that lists really have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from django.contrib.auth.models import User

from sanctions.importers.base import RawFile
from sanctions.importers.eu_fsf.entry import EuAct, EuBirth, EuEntry, EuName
from sanctions.importers.registry import SOURCES
from sanctions.importers.running import carry_out, prepare
from sanctions.importers.un_consolidated.entry import UnBirthDate, UnEntry
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act
from tests.importers.eu_files import eu_xml
from tests.importers.ofac_files import END, NULL
from tests.importers.uk_files import uk_csv
from tests.importers.un_files import un_file

#: Number → name, type, program, remarks; the first snapshot has all of them, the second not the first two.
_OFAC: Final = {
    "1": ("TESTOV, Ada", "individual", "SYRIA", "DOB 12 Mar 1960; POB Tabriz; nationality Iran; Gender Female."),
    "2": ("TESTOVA, Bea", "individual", "SYRIA", "DOB circa 1961; Email Address bea@example.org."),
    "3": ("TESTOV, Cy", "individual", "SDGT", "DOB 1960 to 1965; alt. DOB summer 1961; Passport A1 (Iran)."),
    "4": ("15 TEST TRADING", "-0- ", "SDGT", "Website www.example.org; Phone Number +98 21 5555-0100; alt. DOB 1960."),
    "5": ("TESTSHIP", "vessel", "SYRIA", "Vessel Registration Identification IMO 9187629; Vessel Type Tanker."),
    "6": ("TEST BANK", "-0- ", "SDGT", "Website not a website; Phone Number none; SWIFT/BIC TESTIRTH."),
}


def import_samples(by: User) -> None:
    """Import the samples of every list, public at once; of one list two snapshots, so that listings have ended."""
    for number, (source, day, file) in enumerate(_snapshots()):
        prepared = prepare(SOURCES[source], [file], as_of=day, is_public=True)
        at = datetime(2025, 2, 7, number, tzinfo=UTC)
        carry_out(prepared, Consent(Act(at, by, f"Import of {file.name}."), is_public=True))


def _snapshots() -> Iterator[tuple[str, date | None, RawFile]]:
    yield "ofac-sdn", date(2024, 5, 1), _ofac(*_OFAC)
    yield "ofac-sdn", date(2024, 5, 3), _ofac(*list(_OFAC)[1:])
    yield "ofac-sdn", date(2025, 2, 1), _ofac(*list(_OFAC)[2:])
    yield "un-consolidated", None, un_file(*_un())
    # The UK's list writes what it does not know of a date as 00, and sometimes as letters.
    births = ("12/03/1960", "00/00/1955", "15/08/19yy", "00/03/1957", "unknown")
    yield "uk-consolidated", None, uk_csv([_uk(number, birth) for number, birth in enumerate(births, start=1)])
    yield "eu-fsf", None, eu_xml(*_eu())


def _ofac(*numbers: str) -> RawFile:
    lines = []
    for number in numbers:
        name, kind, program, remarks = _OFAC[number]
        lines.append(f'{number},"{name}","{kind}","{program}"{f",{NULL}" * 7},"{remarks}"\r\n')
    return RawFile.of_bytes("sdn.csv", ("".join(lines) + END).encode())


def _un() -> Iterator[UnEntry]:
    births = (
        UnBirthDate(type_of_date="EXACT", date="1960-03-12"),
        UnBirthDate(type_of_date="APPROXIMATELY", year="1958"),
        UnBirthDate(type_of_date="BETWEEN", from_year="1960", to_year="1965"),
        UnBirthDate(note="Born in winter."),
    )
    for number, birth in enumerate(births, start=1):
        yield UnEntry(
            is_person=True,
            reference_number=f"XXi.00{number}",
            names=(f"UNA{number}", "TESTOV"),
            un_list_type="Testland",
            listed_on="2014-01-03",
            birth_dates=(birth,),
        )


def _uk(number: int, birth: str) -> dict[str, str]:
    return {
        "Name 6": f"UKOV{number}",
        "Name 1": "Test",
        "Group Type": "Individual",
        "Alias Type": "Primary name",
        "Regime": "Testland",
        "Listed On": "24/03/2007",
        "Last Updated": "27/06/2017",
        "Group ID": f"9000{number}",
        "DOB": birth,
    }


def _eu() -> Iterator[EuEntry]:
    act = EuAct("TEST", "2018/1 (OJ L1)", "2018-02-16", "http://example.org/act?a=1&b=2")
    births = (
        EuBirth(date="1960-03-12"),
        EuBirth(year="1958", circa="true"),
        EuBirth(first_year="1960", last_year="1965"),
    )
    for number, birth in enumerate(births, start=1):
        yield EuEntry(
            key=f"9010{number}",
            kind="P",
            eu_reference=f"EU.1.{number}",
            acts=(act,),
            names=(EuName(f"Test Euov{number}", strong="true"),),
            births=(birth,),
        )
