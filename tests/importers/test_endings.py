"""Endings: a list that is cut off, filtered or short delists no actor until a user accepts their number."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from sanctions.exceptions import EndingsNotAccepted, UnreadableList
from sanctions.importers.base import RawFile
from sanctions.importers.plan.endings import Endings, EndingsOfKind
from sanctions.importers.registry import SOURCES
from sanctions.importers.running import PreparedImport, carry_out, prepare
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act
from sanctions.models import Actor, ActorName, Designation, Import
from tests.factories.users import make_user
from tests.importers.ofac_files import csv_file

DATA: Final = Path(__file__).parent / "data"
FIRST, SECOND, TODAY = date(2025, 11, 1), date(2025, 11, 10), date(2025, 11, 30)
AT: Final = datetime(2025, 11, 30, 12, tzinfo=UTC)

#: Source, folder or file of the whole list, of the one that is cut, and whether their day must be given.
pytestmark = pytest.mark.django_db


def files_in(name: str) -> list[RawFile]:
    path = DATA / name
    return [RawFile.of_path(one) for one in (sorted(path.iterdir()) if path.is_dir() else [path])]


def read(source: str, files: list[RawFile], day: date | None, *, public: bool = True) -> PreparedImport:
    return prepare(SOURCES[source], files, as_of=day, today=TODAY, is_public=public)


def imported(
    by: User, source: str, files: list[RawFile], day: date | None = None, accepted: int | None = None
) -> PreparedImport:
    prepared = read(source, files, day)
    carry_out(prepared, Consent(Act(AT, by, "Import."), is_public=True, accepted_endings=accepted))
    return prepared


def standing() -> int:
    return Designation.objects.filter(delisted_on="").count()


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


WHOLE: Final = [
    ("ofac-sdn", "ofac-whole", FIRST, 47),
    ("ofac-consolidated", "ofac-alias-whole", FIRST, 10),
    ("uk-consolidated", "uk-whole", None, 20),
    ("un-consolidated", "un-whole.xml", None, 30),
]


@pytest.mark.parametrize(("source", "name", "day", "listings"), WHOLE)
def test_a_whole_list_is_imported_and_the_first_import_ends_nothing(
    reviewer: User, source: str, name: str, day: date | None, listings: int
) -> None:
    prepared = imported(reviewer, source, files_in(name), day)
    assert (standing(), prepared.endings, prepared.report.endings) == (listings, Endings(), [])


@pytest.mark.parametrize(
    ("source", "whole", "cut", "days", "why"),
    [
        ("ofac-sdn", "ofac-whole", "ofac-cut", (FIRST, SECOND), "sdn.csv: it does not end with the mark 0x1A"),
        ("ofac-sdn", "ofac-whole", "ofac-cut-mark", (FIRST, SECOND), "44 of 47 listings"),
        ("ofac-consolidated", "ofac-alias-whole", "ofac-alias-cut", (FIRST, SECOND), "cons_alt.csv: .* 0x1A"),
        ("uk-consolidated", "uk-whole", "uk-cut", (None, None), "18 of 20 listings"),
        ("un-consolidated", "un-whole.xml", "un-short.xml", (None, None), "28 of 30 listings"),
    ],
)
def test_a_cut_list_ends_nothing(
    reviewer: User, source: str, whole: str, cut: str, days: tuple[date | None, date | None], why: str
) -> None:
    imported(reviewer, source, files_in(whole), days[0])
    before = (standing(), ActorName.objects.count())
    with pytest.raises((UnreadableList, EndingsNotAccepted), match=why):
        imported(reviewer, source, files_in(cut), days[1])
    assert (standing(), ActorName.objects.count(), Import.objects.count()) == (*before, 1)


def test_a_file_that_is_filtered_by_program_is_refused(reviewer: User) -> None:
    with pytest.raises(UnreadableList, match=r"sanctionsProgram 'TEST'.* no other filter"):
        read("ofac-sdn", [RawFile.of_path(DATA / "e-sdn_enhanced.xml")], None)


def test_what_was_accepted_ends_and_only_the_very_number_is_accepted(reviewer: User) -> None:
    imported(reviewer, "ofac-sdn", files_in("ofac-whole"), FIRST)
    total = read("ofac-sdn", files_in("ofac-cut-mark"), SECOND).endings.total
    for wrong in (total - 1, total + 1, 0):
        with pytest.raises(EndingsNotAccepted, match=f"{wrong} were accepted"):
            imported(reviewer, "ofac-sdn", files_in("ofac-cut-mark"), SECOND, accepted=wrong)
    imported(reviewer, "ofac-sdn", files_in("ofac-cut-mark"), SECOND, accepted=total)
    assert standing() == 3


def test_a_number_that_is_not_needed_is_refused(reviewer: User) -> None:
    with pytest.raises(EndingsNotAccepted, match="without the number"):
        imported(reviewer, "ofac-sdn", files_in("ofac-whole"), FIRST, accepted=44)
    assert not Import.objects.exists()


# --- Every kind of row --------------------------------------------------------------------------

MANY: Final = 60


def triple(*, addresses: int = MANY, aliases: int = MANY, remarks: bool = True, entries: int = MANY) -> list[RawFile]:
    """Return a list with so many entries, addresses and aliases; the remarks have a passport and a date of birth."""
    told = "DOB 1960; Passport A{number}1 (Iran)."
    main = [
        [str(n), f"PERSON {n}", "individual", "SDGT", *[""] * 7, told.format(number=n) if remarks else ""]
        for n in range(1, entries + 1)
    ]
    return [
        csv_file("sdn.csv", main),
        csv_file("add.csv", [[str(n), str(n), f"Street {n}", "", "", ""] for n in range(1, addresses + 1)]),
        csv_file("alt.csv", [[str(n), str(n), "aka", f"ALIAS {n}", ""] for n in range(1, aliases + 1)]),
    ]


@pytest.mark.parametrize(
    ("less", "expected"),
    [
        ({"addresses": 30}, {"addresses": 30}),
        ({"aliases": 30}, {"names": 30}),
        ({"remarks": False}, {"identifiers": 60, "other particulars": 60}),
    ],
    ids=["addresses", "aliases", "identifiers and particulars"],
)
def test_every_kind_of_row_is_counted(reviewer: User, less: dict[str, Any], expected: dict[str, int]) -> None:
    imported(reviewer, "ofac-sdn", triple(), FIRST)
    prepared = read("ofac-sdn", triple(**less), SECOND)
    assert {one.kind: one.ended for one in prepared.endings.kinds if one.ended} == expected
    with pytest.raises(EndingsNotAccepted):
        carry_out(prepared, Consent(Act(AT, reviewer, "Import."), is_public=True))


def test_a_few_of_a_kind_end_without_a_word(reviewer: User) -> None:
    imported(reviewer, "ofac-sdn", triple(), FIRST)
    prepared = imported(reviewer, "ofac-sdn", triple(addresses=MANY - 20), SECOND)
    assert not prepared.endings.are_too_many


def test_what_a_curator_removed_is_not_ended_by_the_source(reviewer: User) -> None:
    imported(reviewer, "ofac-sdn", triple(), FIRST)
    ActorName.objects.all().delete()
    prepared = read("ofac-sdn", triple(), SECOND)
    assert prepared.endings == Endings()


def test_an_alias_that_becomes_the_name_has_not_ended(reviewer: User) -> None:
    def renamed(name: str, alias: str) -> list[RawFile]:
        main = [[str(n), f"{name} {n}", "", "SDGT", *[""] * 8] for n in range(1, MANY)]
        return [
            csv_file("sdn.csv", main),
            csv_file("alt.csv", [[str(n), str(n), "aka", f"{alias} {n}", ""] for n in range(1, MANY)]),
        ]

    imported(reviewer, "ofac-sdn", renamed("OLD", "NEW"), FIRST)
    assert read("ofac-sdn", renamed("NEW", "OLD"), SECOND).endings == Endings()


def test_entries_that_could_not_be_read_have_not_ended(reviewer: User) -> None:
    imported(reviewer, "ofac-sdn", triple(), FIRST)
    rows = [[str(n), "", "individual", "SDGT", *[""] * 8] for n in range(2, MANY + 1)]
    main = csv_file("sdn.csv", [["1", "PERSON 1", "individual", "SDGT", *[""] * 8], *rows])
    prepared = read("ofac-sdn", [main, csv_file("add.csv", []), csv_file("alt.csv", [])], SECOND)
    assert not any(one.ended for one in prepared.endings.kinds if one.kind == "listings")


@pytest.mark.parametrize(
    ("ended", "of", "expected"), [(20, 20, False), (21, 420, False), (21, 419, True), (21, 21, True), (0, 0, False)]
)
def test_much_is_more_than_twenty_and_more_than_five_percent(ended: int, of: int, *, expected: bool) -> None:
    assert Endings((EndingsOfKind("listings", ended, of),)).are_too_many is expected


# --- Whole files --------------------------------------------------------------------------------

ROW: Final = b'1,"TESTOV, Ada","individual","SYRIA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (ROW, "does not end with the mark 0x1A"),
        (ROW + b"\x1a" + ROW, "does not end with the mark 0x1A"),
        (ROW + ROW[:30].rstrip(b"\r\n") + b"\x1a", "not whole"),
        (ROW + b'2,"OTHER",-0- \r\n\x1a', "last row has 3 cells"),
    ],
)
def test_a_file_of_ofac_ends_with_its_mark_and_a_whole_row(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableList, match=why):
        read("ofac-sdn", [RawFile.of_bytes("sdn.csv", content)], FIRST)


@pytest.mark.parametrize("end", [b"\x1a", b"\x1a\r\n", b"\x1a\n"])
def test_a_line_may_end_after_the_mark(end: bytes) -> None:
    assert read("ofac-sdn", [RawFile.of_bytes("sdn.csv", ROW + end)], FIRST).report.entries == 1


def test_an_empty_file_of_aliases_has_its_mark_too(reviewer: User) -> None:
    files = [RawFile.of_bytes("sdn.csv", ROW + b"\x1a"), RawFile.of_bytes("alt.csv", b"")]
    with pytest.raises(UnreadableList, match=r"alt\.csv"):
        read("ofac-sdn", files, FIRST)
    files[1] = RawFile.of_bytes("alt.csv", b"\x1a")
    assert read("ofac-sdn", files, FIRST).report.entries == 1


def test_the_last_row_of_the_list_of_the_united_kingdom_is_whole() -> None:
    (whole,) = files_in("uk-whole")
    with whole.open() as opened:
        content = opened.read()
    with pytest.raises(UnreadableList, match=r"the last row has .* cut off"):
        read("uk-consolidated", [RawFile.of_bytes("ConList.csv", content[:-12])], None)


@pytest.mark.parametrize(
    ("source", "name", "content", "why"),
    [
        ("un-consolidated", "un.xml", b'<CONSOLIDATED_LIST dateGenerated="2025-11-01" filter="X"/>', "filter"),
        (
            "eu-fsf",
            "eu.xml",
            b'<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2025-11-01" programme="UKR"/>',
            "programme",
        ),
        (
            "ofac-sdn",
            "sdn.xml",
            b"<sdnList><publshInformation><Publish_Date>11/01/2025</Publish_Date><Record_Count>1</Record_Count>"
            b"<filters><program>SDGT</program></filters></publshInformation></sdnList>",
            "filters",
        ),
    ],
)  # fmt: skip
def test_a_head_that_names_a_filter_is_refused(source: str, name: str, content: bytes, why: str) -> None:
    with pytest.raises(UnreadableList, match=f"{why}.*complete list"):
        read(source, [RawFile.of_bytes(name, content)], None)


# --- Days that are to come, and other forms -------------------------------------------------------


def test_a_snapshot_of_a_day_that_is_yet_to_come_is_refused(reviewer: User) -> None:
    day = date(2025, 12, 1)
    with pytest.raises(UnreadableList, match="of 2025-12-01, and today is 2025-11-30"):
        read("ofac-sdn", files_in("ofac-whole"), day)
    prepared = prepare(SOURCES["ofac-sdn"], files_in("ofac-whole"), as_of=day)
    with pytest.raises(UnreadableList, match="yet to come"):
        carry_out(prepared, Consent(Act(AT, reviewer, "Import.")))
    assert not Import.objects.exists()
    assert read("ofac-sdn", files_in("ofac-whole"), TODAY).report.entries == 46


def test_a_form_that_has_the_aliases_in_its_only_file_lacks_none(reviewer: User) -> None:
    imported(reviewer, "ofac-sdn", triple(entries=1, addresses=1, aliases=1), FIRST)
    xml = (
        "<sdnList><publshInformation><Publish_Date>11/10/2025</Publish_Date><Record_Count>1</Record_Count>"
        "</publshInformation><sdnEntry><uid>1</uid><lastName>PERSON 1</lastName><sdnType>Individual</sdnType>"
        "<programList><program>SDGT</program></programList></sdnEntry></sdnList>"
    )
    assert read("ofac-sdn", [RawFile.of_bytes("sdn.xml", xml.encode())], None).report.entries == 1


# --- The command --------------------------------------------------------------------------------


def run(folder: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("import_source", *arguments, f"--report={folder / 'reports'}", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("dry", [True, False])
def test_the_command_shows_the_number_and_leaves_its_report(reviewer: User, tmp_path: Path, *, dry: bool) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(DATA / "ofac-cut-mark", folder)
    run(tmp_path, "ofac-sdn", str(DATA / "ofac-whole" / "sdn.csv"), "--as-of=2024-05-01", "--by=bo", "--publish")
    arguments = ["ofac-sdn", str(folder / "sdn.csv"), "--as-of=2024-05-03", "--publish"]
    arguments.append("--dry-run" if dry else "--by=bo")
    with pytest.raises(CommandError, match=r"44 of 47 listings.*--accept-endings (\d+)") as refused:
        run(tmp_path / "second", *arguments)
    (report,) = (tmp_path / "second" / "reports").glob("*.json")
    kept = orjson.loads(report.read_bytes())
    assert kept["endings"][0]["kind"] == "listings"
    assert kept["is_dry"]
    number = str(refused.value).partition("--accept-endings ")[2].partition(".")[0]
    told = run(tmp_path / "third", *arguments, f"--accept-endings={number}")
    assert "44 of 47 listings" in told
    assert standing() == (47 if dry else 3)
    assert Actor.objects.filter(slug__startswith="testco").count() == 40
