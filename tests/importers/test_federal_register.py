"""Executive orders of the Federal Register: how their list becomes records, and which faults are reported."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Contribution, RawFile
from sanctions.importers.federal_register import parse
from sanctions.importers.federal_register.parse import ParsedDocuments, read_csv, read_json
from sanctions.importers.federal_register.presidential_document import President, PresidentialDocument
from sanctions.importers.federal_register.source import FEDERAL_REGISTER
from sanctions.importers.federal_register.statistics import statistics_of
from sanctions.importers.federal_register.to_records import OrderRecords, build_records
from sanctions.records.actors import ACTOR
from sanctions.records.base import Document
from sanctions.records.validate import validate
from sanctions.vocabulary import OrderKind
from tests.importers.federal_register_files import COLUMNS, csv_file, json_file, json_row, row
from tests.importers.real import REAL, needs_real

NOBODY = President("jane-q-public", "Jane Q. Public")


def order(number: str, signed: str | None = "2031-05-06", notes: str = "", **more: Any) -> PresidentialDocument:
    """Return an invented order, published on the ninth of June 2031."""
    return PresidentialDocument(
        document_number=f"2031-{number}",
        order_number=number,
        kind=OrderKind.EXECUTIVE_ORDER,
        title=f"On the Matter of {number}",
        published_on=date(2031, 6, 9),
        signed_on=date.fromisoformat(signed) if signed else None,
        notes=notes,
        **more,
    )


def by_slug(loaded: OrderRecords) -> dict[str, Document]:
    """Return the documents of the records by slug, all of them well formed, without the office that is always there."""
    for contribution in loaded.contributions:
        assert validate(contribution.record_type, contribution.document) == []
    office, *others = loaded.contributions
    assert office.document == FEDERAL_REGISTER.issuer
    documents = {contribution.document["slug"]: contribution.document for contribution in others}
    assert len(documents) == len(others) == len({contribution.key for contribution in others})
    return documents


def done_to_others(record: Document) -> list[Document]:
    """Return the effects of an event on other orders."""
    return [effect for effect in record["effects"] if effect["verb"] not in ("issued", "published")]


# --- An order by itself -------------------------------------------------------------------------


def test_an_order_has_what_the_list_says_of_it_and_no_more() -> None:
    document = order("99901", citation="96 FR 1234", president=NOBODY)
    found = by_slug(build_records([document]))
    assert found["us-eo-99901"] == {
        "slug": "us-eo-99901",
        "kind": "executive_order",
        "title": "On the Matter of 99901",
        "identifiers": [
            {"scheme": "us-eo", "value": "99901"},
            {"scheme": "fr-citation", "value": "96 FR 1234"},
            {"scheme": "fr-document", "value": "2031-99901"},
        ],
        "issuer": "us-president",
        "signatory": "jane-q-public",
        "geographic_scope": "not_coded",
    }


def test_its_signature_is_an_event_that_issued_it() -> None:
    found = by_slug(build_records([order("99901", president=NOBODY)]))
    assert found["us-eo-99901-signed"] == {
        "slug": "us-eo-99901-signed",
        "kind": "signing",
        "title": "Executive Order 99901 signed",
        "happened_on": "2031-05-06",
        "participations": [
            {"actor": "jane-q-public", "role": "signatory"},
            {"actor": "us-president", "role": "issuer"},
        ],
        "effects": [
            {"order": "us-eo-99901", "verb": "issued", "effective_on": "2031-05-06"},
            {"order": "us-eo-99901", "verb": "published", "effective_on": "2031-06-09"},
        ],
    }


def test_a_president_is_one_person_by_the_slug_that_he_has_here() -> None:
    loaded = build_records(
        [
            order("99901", president=NOBODY),
            order("99902", president=NOBODY),
            order("99903", president=President("william-j-clinton", "William J. Clinton")),
        ]
    )
    people = [one for one in loaded.contributions if one.document["kind"] == "person"]
    assert [one.key for one in people] == ["=actor/jane-q-public", "=actor/bill-clinton"]
    assert [one.document for one in people] == [
        {"slug": "jane-q-public", "kind": "person", "name": "Jane Q. Public"},
        {"slug": "bill-clinton", "kind": "person", "name": "William J. Clinton"},
    ]


def test_an_order_without_a_day_of_signature_was_signed_before_it_was_published() -> None:
    found = by_slug(build_records([order("99901", signed=None)]))
    assert found["us-eo-99901-signed"]["happened_on"] == "../2031-06-09"
    assert "no day of signature" in found["us-eo-99901-signed"]["note"]


def test_the_notes_of_others_give_the_day_of_signature_that_an_order_lacks() -> None:
    records = by_slug(
        build_records(
            [
                order("99901", signed=None),
                order("99902", "2031-05-08", "See: EO 99901, May 7, 2031"),
                order("99903", "2031-05-08", "See: EO 99901, May 7, 2031"),
                order("99904", "2031-05-08", "See: EO 99901, May 8, 2031"),
            ]
        )
    )
    assert records["us-eo-99901-signed"]["happened_on"] == "2031-05-07"
    assert "disposition notes" in records["us-eo-99901-signed"]["note"]


def test_a_title_too_long_for_a_title_is_whole_in_the_note() -> None:
    title = "On Railroads " * 60
    found = by_slug(build_records([replace(order("99901"), title=title.strip())]))
    assert len(found["us-eo-99901"]["title"]) == 600
    assert title.strip() in found["us-eo-99901"]["note"]


# --- What orders do to one another --------------------------------------------------------------


def test_a_revocation_told_by_both_orders_is_one_effect() -> None:
    loaded = build_records(
        [
            order("99901", "2031-05-01", "Revoked by: EO 99902, May 6, 2031"),
            order("99902", "2031-05-06", "Revokes: EO 99901, May 1, 2031"),
        ]
    )
    found = by_slug(loaded)
    assert done_to_others(found["us-eo-99902-signed"]) == [
        {"order": "us-eo-99901", "verb": "revoked", "effective_on": "2031-05-06", "by_order": "us-eo-99902"}
    ]
    assert done_to_others(found["us-eo-99901-signed"]) == []
    assert loaded.faults == []


@pytest.mark.parametrize("teller", ["99901", "99902"])
def test_one_of_the_two_is_enough(teller: str) -> None:
    notes = {"99901": "Revoked by: EO 99902, May 6, 2031", "99902": "Revokes: EO 99901, May 1, 2031"}
    loaded = build_records(
        [
            order(number, signed, notes[number] if number == teller else "")
            for number, signed in (("99901", "2031-05-01"), ("99902", "2031-05-06"))
        ]
    )
    assert done_to_others(by_slug(loaded)["us-eo-99902-signed"]) == [
        {"order": "us-eo-99901", "verb": "revoked", "effective_on": "2031-05-06", "by_order": "us-eo-99902"}
    ]


@pytest.mark.parametrize(
    ("label", "verb", "keeps_the_word"),
    [
        ("Amends", "amended", False),
        ("Supplements", "supplemented", False),
        ("Continues", "continued", False),
        ("Suspends", "suspended", False),
        ("Reinstates", "reinstated", False),
        ("Supersedes", "superseded", False),
        ("Revokes", "revoked", False),
        ("Rescinds", "revoked", True),
        ("Terminates", "revoked", True),
        ("Supersedes or Revokes", "revoked", True),
    ],
)
def test_each_relation_has_its_verb(label: str, verb: str, keeps_the_word: bool) -> None:
    loaded = build_records([order("99901", "2031-05-01"), order("99902", notes=f"{label}: EO 99901, May 1, 2031")])
    (effect,) = done_to_others(by_slug(loaded)["us-eo-99902-signed"])
    assert (effect["order"], effect["verb"]) == ("us-eo-99901", verb)
    assert (f'"{label}"' in effect.get("note", "")) is keeps_the_word


def test_an_act_that_one_note_tells_to_be_in_part_is_in_part_and_the_difference_is_told() -> None:
    loaded = build_records(
        [
            order("99901", "2031-05-01", "Revoked by: EO 99902, May 6, 2031"),
            order("99902", "2031-05-06", "Revokes in part: EO 99901, May 1, 2031"),
        ]
    )
    (effect,) = done_to_others(by_slug(loaded)["us-eo-99902-signed"])
    assert effect["in_part"] is True
    (fault,) = loaded.faults
    assert "in part" in fault.message


def test_a_day_of_effect_in_the_note_is_the_day_of_the_effect() -> None:
    loaded = build_records(
        [order("99901", "2031-05-01"), order("99902", notes="Revokes: EO 99901, May 1, 2031 eff. May 31, 2031")]
    )
    (effect,) = done_to_others(by_slug(loaded)["us-eo-99902-signed"])
    assert effect["effective_on"] == "2031-05-31"


def test_see_says_only_that_orders_are_related_and_stays_a_text() -> None:
    loaded = build_records([order("99901", notes="See: EO 99902, May 1, 2031; Notice of May 2, 2031 (96 FR 7)")])
    found = by_slug(loaded)
    assert set(found) == {"us-eo-99901", "us-eo-99901-signed"}
    assert found["us-eo-99901"]["note"] == (
        "See also, by the disposition notes: Executive Order 99902 of 2031-05-01; Notice of 2031-05-02 (96 FR 7)."
    )


def test_a_remark_and_what_was_not_read_stay_in_the_note() -> None:
    loaded = build_records([order("99901", notes="Note: In memory of a ship\nAbolishes: EO 99902, May 1, 2031")])
    assert by_slug(loaded)["us-eo-99901"]["note"] == (
        "Note: In memory of a ship\n"
        "Disposition notes not parsed: Abolishes: EO 99902, May 1, 2031 (The label 'Abolishes' is not known.)"
    )
    (fault,) = loaded.faults
    assert (fault.field, fault.value) == ("disposition_notes", "Abolishes: EO 99902, May 1, 2031")


# --- Orders that only notes name ----------------------------------------------------------------


def test_an_order_that_only_a_note_names_is_known_by_its_number_and_its_day() -> None:
    records = by_slug(build_records([order("99902", notes="Amends: EO 99901, May 1, 2031; Proc. 9999, May 2, 2031")]))
    assert records["us-eo-99901"]["title"] == "Executive Order 99901"
    assert records["us-eo-99901"]["identifiers"] == [{"scheme": "us-eo", "value": "99901"}]
    assert "disposition notes of other orders only" in records["us-eo-99901"]["note"]
    assert records["us-eo-99901-signed"]["effects"] == [
        {"order": "us-eo-99901", "verb": "issued", "effective_on": "2031-05-01"}
    ]
    assert records["us-proc-9999"]["kind"] == "proclamation"
    assert records["us-proc-9999-signed"]["title"] == "Proclamation 9999 signed"


def test_an_order_named_without_a_day_has_no_event() -> None:
    found = by_slug(build_records([order("99902", notes="Revokes: EO 99901")]))
    assert set(found) == {"us-eo-99901", "us-eo-99902", "us-eo-99902-signed"}
    assert done_to_others(found["us-eo-99902-signed"])[0]["effective_on"] == "2031-05-06"


def test_what_an_order_without_any_day_did_cannot_be_dated_and_stays_a_text() -> None:
    loaded = build_records([order("99901", notes="Revoked by: EO 99902")])
    found = by_slug(loaded)
    assert set(found) == {"us-eo-99901", "us-eo-99901-signed"}
    assert "The day of Executive Order 99902 is not known." in found["us-eo-99901"]["note"]


def test_what_a_later_order_did_is_an_effect_of_its_signature() -> None:
    found = by_slug(build_records([order("99901", notes="Revoked by: EO 99902, July 1, 2031")]))
    assert found["us-eo-99902-signed"]["effects"] == [
        {"order": "us-eo-99902", "verb": "issued", "effective_on": "2031-07-01"},
        {"order": "us-eo-99901", "verb": "revoked", "effective_on": "2031-07-01", "by_order": "us-eo-99902"},
    ]


def test_a_notice_that_continues_an_emergency_is_an_event_of_its_year() -> None:
    records = by_slug(
        build_records(
            [order("99901", notes="Continued by: Notice of May 2, 2032; Notice of May 1, 2033; Notice of May 9, 2033")]
        )
    )
    assert records["us-eo-99901-continued-2032"] == {
        "slug": "us-eo-99901-continued-2032",
        "kind": "continuation",
        "title": "Notice continues Executive Order 99901 (2032)",
        "happened_on": "2032-05-02",
        "participations": [{"actor": "us-president", "role": "issuer"}],
        "effects": [{"order": "us-eo-99901", "verb": "continued", "effective_on": "2032-05-02"}],
    }
    assert {"us-eo-99901-continued-2033-05-01", "us-eo-99901-continued-2033-05-09"} <= set(records)


def test_what_a_memorandum_did_is_an_event_by_itself() -> None:
    found = by_slug(build_records([order("99901", notes="Revoked by: Memorandum of May 9, 2031")]))
    event = found["us-eo-99901-revoked-by-memorandum-2031-05-09"]
    assert event["title"] == "Executive Order 99901 revoked by Memorandum of 2031-05-09"
    assert "by_order" not in event["effects"][0]


@pytest.mark.parametrize(
    ("notes", "reason"),
    [
        ("Revokes: Memorandum of May 1, 2031", "several may be of that day"),
        ("Amended by: Final rule of May 9, 2031", "is not an act of the President"),
        ("Amended by: EO 99901, May 6, 2031", "It names itself."),
    ],
)
def test_what_no_record_can_hold_stays_a_text(notes: str, reason: str) -> None:
    loaded = build_records([order("99901", notes=notes)])
    found = by_slug(loaded)
    assert set(found) == {"us-eo-99901", "us-eo-99901-signed"}
    assert reason in found["us-eo-99901"]["note"]
    assert [fault.field for fault in loaded.faults] == ["disposition_notes"]


# --- Notes that contradict the list -------------------------------------------------------------


def test_a_slip_in_the_day_of_an_order_is_told_and_its_own_day_is_used() -> None:
    loaded = build_records([order("99901", "2031-05-01"), order("99902", notes="Revokes: EO 99901, April 1, 2031")])
    found = by_slug(loaded)
    assert found["us-eo-99901-signed"]["happened_on"] == "2031-05-01"
    assert done_to_others(found["us-eo-99902-signed"])[0]["order"] == "us-eo-99901"
    (fault,) = loaded.faults
    assert fault.message == "Executive Order 99901 is of 2031-05-01, which is used."
    assert fault.place == ""


def test_a_number_that_does_not_fit_its_day_is_not_believed() -> None:
    loaded = build_records([order("99901", "2031-05-01"), order("99902", notes="Revokes: EO 99901, March 9, 1994")])
    found = by_slug(loaded)
    assert done_to_others(found["us-eo-99902-signed"]) == []
    assert "its number or its day is wrong" in found["us-eo-99902"]["note"]


def test_no_order_amends_one_that_was_signed_after_it() -> None:
    loaded = build_records([order("99901", "2031-05-01", "Amends: EO 99902, May 6, 2031"), order("99902")])
    assert done_to_others(by_slug(loaded)["us-eo-99901-signed"]) == []
    (fault,) = loaded.faults
    assert "before Executive Order 99902" in fault.message


def test_days_that_notes_give_equally_often_leave_an_order_undated() -> None:
    loaded = build_records(
        [
            order("99902", notes="Amends: EO 99901, May 1, 2031"),
            order("99903", notes="Amends: EO 99901, May 2, 2031"),
        ]
    )
    found = by_slug(loaded)
    assert "us-eo-99901-signed" not in found
    assert done_to_others(found["us-eo-99903-signed"])[0]["order"] == "us-eo-99901"
    (fault,) = loaded.faults
    assert fault.value == "2031-05-01, 2031-05-02"


# --- Figures ------------------------------------------------------------------------------------


def test_figures_tell_what_was_read_and_which_acts_only_one_side_tells() -> None:
    counts = statistics_of(
        [
            order("99901", "2031-05-01", "Revoked by: EO 99903, May 6, 2031"),
            order("99902", "2031-05-02", "Amended by: EO 99903, May 6, 2031"),
            order(
                "99903", "2031-05-06", "Revokes: EO 99901, May 1, 2031\nAmends: EO 12345, May 1, 1980\nAbolishes: it"
            ),
            order("99904", "2031-05-06"),
        ]
    )
    assert (counts.documents, counts.notes, counts.notes_read, counts.clauses, len(counts.unread)) == (4, 3, 2, 4, 1)
    assert (counts.active, counts.active_answered, counts.passive, counts.passive_answered) == (1, 1, 2, 1)
    assert counts.one_sided == [
        "Executive Order 99902 amended by Executive Order 99903: only Executive Order 99902 says so"
    ]
    assert counts.by_relation["revokes, passive"] == 1
    assert counts.share_of_clauses == 4 / 5
    assert counts.share_of_notes == 2 / 3


def test_the_figures_of_nothing_are_whole() -> None:
    found = statistics_of([])
    assert (found.share_of_clauses, found.share_of_notes) == (1, 1)


# --- Files --------------------------------------------------------------------------------------

FORMS: list[Any] = [
    pytest.param(lambda rows: read_csv([csv_file(rows)]), id="csv"),
    pytest.param(lambda rows: read_json([json_file(rows)]), id="json"),
]
Read = Callable[[Sequence[dict[str, Any]]], ParsedDocuments]


def faulty(found: ParsedDocuments) -> list[tuple[str, str]]:
    return [(fault.field, fault.value) for fault in found.faults]


def test_a_document_is_read_from_csv_as_the_site_exports_it() -> None:
    content = (
        ",".join(COLUMNS) + "\n"
        "96 FR 1234, 2031-99901,1236,https://www.federalregister.gov/d/1,https://www.govinfo.gov/1.pdf,"
        'Presidential Document,Executive Order,06/09/2031,2031-05-06,1234,"On  ""Ships""",'
        '"See: EO 1\nAmends: EO 2\n",99901\n'
    )
    reading = read_csv([RawFile.of_bytes("orders.csv", b"\xef\xbb\xbf" + content.encode())])
    assert reading.faults == []
    assert reading.documents == [
        PresidentialDocument(
            document_number="2031-99901",
            order_number="99901",
            kind=OrderKind.EXECUTIVE_ORDER,
            title='On "Ships"',
            published_on=date(2031, 6, 9),
            signed_on=date(2031, 5, 6),
            citation="96 FR 1234",
            start_page=1234,
            end_page=1236,
            html_url="https://www.federalregister.gov/d/1",
            pdf_url="https://www.govinfo.gov/1.pdf",
            notes="See: EO 1\nAmends: EO 2",
        )
    ]
    assert reading.documents[0].place == "orders.csv, line 4, document 2031-99901"


def test_json_is_an_answer_with_results_or_a_list() -> None:
    document = order("99901", president=NOBODY)
    answer = read_json([json_file([json_row(document)])])
    bare = read_json([RawFile.of_bytes("orders.json", json.dumps([json_row(document)]).encode())])
    assert answer.documents == bare.documents == [document]
    assert answer.faults == bare.faults == []


def test_the_note_has_another_name_in_the_older_interface() -> None:
    old = json_row(order("99901")) | {"executive_order_notes": "See: EO 1"}
    old.pop("disposition_notes")
    assert read_json([json_file([old])]).documents[0].notes == "See: EO 1"
    both = json_row(order("99901", notes="See: EO 2")) | {"executive_order_notes": "See: EO 1"}
    found = read_json([json_file([both])])
    assert found.documents[0].notes == "See: EO 2"
    assert faulty(found) == [("executive_order_notes", "See: EO 1")]


@pytest.mark.parametrize("read", FORMS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("document_number", ""),
        ("document_number", "twelve"),
        ("executive_order_number", ""),
        ("executive_order_number", "0"),
        ("executive_order_number", "eleven"),
        ("title", ""),
        ("subtype", "Proclamation"),
        ("subtype", ""),
        ("type", "Rule"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_and_told(read: Read, name: str, value: str) -> None:
    found = read([row(order("99901")) | {name: value}, row(order("99902"))])
    assert [document.order_number for document in found.documents] == ["99902"]
    assert faulty(found) == [(name, value[:200])]
    assert found.unread == 1


@pytest.mark.parametrize("read", FORMS)
@pytest.mark.parametrize(("name", "value"), [("title", "x" * 5_001), ("disposition_notes", "x" * 20_001)])
def test_a_text_that_is_too_long_is_a_fault_and_the_document_is_read(read: Read, name: str, value: str) -> None:
    found = read([row(order("99901")) | {name: value}])
    assert [document.order_number for document in found.documents] == ["99901"]
    assert faulty(found) == [(name, value[:200])]


@pytest.mark.parametrize("read", FORMS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signing_date", "2031-02-30"),
        ("signing_date", "6 May 2031"),
        ("signing_date", "20310506"),
        ("signing_date", ""),
        ("signing_date", "2031-06-10"),  # After it was published.
        ("citation", "96 Fed. Reg. 1"),
        ("html_url", "javascript:alert(1)"),
        ("pdf_url", "http://"),
    ],
)
def test_a_bad_value_is_told_and_the_document_used_without_it(read: Read, name: str, value: str) -> None:
    found = read([row(order("99901")) | {name: value}])
    field = {"signing_date": "signed_on"}.get(name, name)
    assert not getattr(found.documents[0], field)
    assert faulty(found) == [(name, value)]


@pytest.mark.parametrize("read", FORMS)
def test_an_impossible_day_of_publication_is_refused(read: Read) -> None:
    found = read([row(order("99901")) | {"publication_date": "2031-06-09", "signing_date": "2031-05-06"}])
    assert len(found.documents) == 1
    bad = json_row(order("99901")) | {"publication_date": "2031-06-31"}
    assert faulty(read_json([json_file([bad])])) == [("publication_date", "2031-06-31")]
    assert read_json([json_file([bad])]).documents == []


@pytest.mark.parametrize("read", FORMS)
def test_pages_in_the_wrong_order_are_not_used(read: Read) -> None:
    found = read([row(order("99901")) | {"start_page": 12, "end_page": 10}])
    assert (found.documents[0].start_page, found.documents[0].end_page) == (None, None)
    assert faulty(found) == [("end_page", "10")]


@pytest.mark.parametrize("read", FORMS)
def test_a_document_that_is_there_twice_is_refused_the_second_time(read: Read) -> None:
    again = row(order("99901", notes="See: EO 1"))
    found = read([row(order("99901")), again, again | {"document_number": "2031-1"}])
    assert [document.notes for document in found.documents] == [""]
    assert faulty(found) == [("document_number", "2031-99901"), ("executive_order_number", "EO 99901")]


def test_documents_of_several_files_are_one_list() -> None:
    files = [json_file([json_row(order("99901"))], "a.json"), json_file([json_row(order("99901"))], "b.json")]
    found = read_json(files)
    assert len(found.documents) == 1
    (fault,) = found.faults
    assert fault.place == "b.json, result 1, document 2031-99901"
    assert fault.message == "It occurs twice: first in a.json, result 1, document 2031-99901."


def test_an_unknown_column_is_told_once() -> None:
    rows = [row(order(number)) | {"colour": "red"} for number in ("99901", "99902")]
    found = read_csv([csv_file(rows, (*COLUMNS, "colour"))])
    assert len(found.documents) == 2
    assert [(fault.place, fault.field) for fault in found.faults] == [("orders.csv, line 1", "colour")]


def test_an_unknown_key_is_told() -> None:
    found = read_json([json_file([json_row(order("99901")) | {"colour": None}], next="x")])
    assert len(found.documents) == 1
    assert [(fault.place, fault.field) for fault in found.faults] == [
        ("orders.json", "next"),
        ("orders.json, result 1", "colour"),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start_page", "12"),
        ("start_page", True),
        ("end_page", 1.5),
        ("citation", 7),
        ("html_url", ["https://www.federalregister.gov/"]),
        ("disposition_notes", {"See": "EO 1"}),
        ("president", "Jane Q. Public"),
        ("president", {"name": "Jane Q. Public"}),
        ("president", {"name": 1, "identifier": "jane-q-public"}),
        ("president", {"name": "Jane Q. Public", "identifier": "Jane Q. Public"}),
        ("president", {"name": "Jane Q. Public", "identifier": "jane-q-public", "party": "none"}),
    ],
)
def test_a_value_of_another_type_is_told_and_not_used(name: str, value: Any) -> None:
    found = read_json([json_file([json_row(order("99901")) | {name: value}])])
    assert found.documents == [order("99901")]
    assert faulty(found) == [(name, str(value))]


def test_a_correction_is_no_order_of_its_own() -> None:
    found = read_json([json_file([json_row(order("99901")) | {"correction_of": "https://example.org/1"}])])
    assert (found.documents, faulty(found)) == ([], [("correction_of", "https://example.org/1")])


@pytest.mark.parametrize("name", ["citation", "html_url", "colour"])
def test_such_characters_are_not_shown_in_faults_either(name: str) -> None:
    found = read_json([json_file([json_row(order("99901")) | {name: "a\ud800", "\ud800": 1}])])
    assert [document.order_number for document in found.documents] == ["99901"]
    assert "\ud800" not in "".join(fault.field + fault.value for fault in found.faults)
    assert len(found.faults) == 2


@pytest.mark.parametrize("text", ["On\x00Ships", "On\ud800Ships", "On\x85\x9bShips"])
@pytest.mark.parametrize("name", ["title", "disposition_notes"])
def test_characters_that_no_database_holds_are_left_out_of_a_text(name: str, text: str) -> None:
    found = read_json([json_file([json_row(order("99901")) | {name: text}])])
    (document,) = found.documents
    assert (document.title if name == "title" else document.notes).replace(" ", "") == "OnShips"
    assert [fault.field for fault in found.faults] == [name]


def test_results_that_are_no_documents_are_told() -> None:
    found = read_json([json_file(["EO 99901", None, json_row(order("99901"))])])
    assert len(found.documents) == 1
    assert [fault.place for fault in found.faults] == ["orders.json, result 1", "orders.json, result 2"]


def test_pages_of_an_answer_that_are_missing_are_told() -> None:
    found = read_json([json_file([json_row(order("99901"))], count=1473)])
    assert faulty(found) == [("count", "1473")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"results": [{"document_number": "2031-9',
        b'{"results": {}}',
        b'{"errors": "none"}',
        b'"results"',
        b"7",
        b'{"results": [], "results": []}',
        b'{"results": [{"start_page": NaN}]}',
        b"\xff\xfe{\x00",
        b'["caf\xe9"]',
        b"[" * 100_000,
        b"<html></html>",
        b'[{"start_page": ' + b"9" * 5_000 + b"}]",
    ],
)
def test_what_is_no_json_of_documents_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableList, match=r"^orders\.json: "):
        read_json([RawFile.of_bytes("orders.json", content)])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,number\n",
        b"<html></html>",
        b'{"results": []}',
        ",".join(name for name in COLUMNS if name != "signing_date").encode(),
        ",".join([*COLUMNS, "title"]).encode(),
        ",".join(COLUMNS).encode() + b"\ncaf\xe9",
        ",".join(COLUMNS).encode() + b'\n96 FR 1,"2031-9',
    ],
)
def test_what_is_no_csv_of_documents_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableList, match=r"^orders\.csv"):
        read_csv([RawFile.of_bytes("orders.csv", content)])


def test_a_row_with_too_few_cells_is_told() -> None:
    whole = csv_file([row(order("99901"))])
    with whole.open() as opened:
        head, *lines = opened.read().splitlines(keepends=True)
        content = b"".join([head, b"96 FR 1,2031-9\n", *lines])
    found = read_csv([RawFile.of_bytes("orders.csv", content)])
    assert len(found.documents) == 1
    assert [fault.message for fault in found.faults] == ["The row has 2 cells and must have 13."]


def test_a_file_too_large_is_refused_unopened() -> None:
    file = replace(RawFile.of_bytes("orders.json", b"[]"), size=parse.LARGEST + 1)
    with pytest.raises(UnreadableList, match="At most 67,108,864 are read"):
        read_json([file])


def test_the_source_reads_its_files_by_their_endings() -> None:
    assert FEDERAL_REGISTER.name == "federal-register"
    assert [(form.name, form.endings) for form in FEDERAL_REGISTER.forms] == [("CSV", (".csv",)), ("JSON", (".json",))]
    for actor in (FEDERAL_REGISTER.publisher, FEDERAL_REGISTER.issuer):
        assert validate(ACTOR, actor) == []


# --- Properties ---------------------------------------------------------------------------------

_text = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
_address = st.from_regex(r"https://www\.[a-z]{1,9}\.gov/[a-z0-9/.-]{1,20}", fullmatch=True)


@st.composite
def documents(draw: st.DrawFn) -> PresidentialDocument:
    published_on = draw(st.dates(date(1936, 3, 14), date(2199, 12, 31)))
    start = draw(st.none() | st.integers(1, 90_000))
    return PresidentialDocument(
        document_number=draw(st.from_regex(r"([0-9]{4}|[0-9]{2}|E[0-9])-[0-9]{1,5}", fullmatch=True)),
        order_number=draw(st.from_regex(r"[1-9][0-9]{3,4}(-[A-Z])?", fullmatch=True)),
        kind=OrderKind.EXECUTIVE_ORDER,
        title=" ".join(draw(st.lists(_text, min_size=1, max_size=6))),
        published_on=published_on,
        signed_on=draw(st.dates(date(1936, 1, 1), published_on)),
        citation=draw(st.just("") | st.from_regex(r"[1-9][0-9] FR [1-9][0-9]{0,4}", fullmatch=True)),
        start_page=start,
        end_page=start + draw(st.integers(0, 300)) if start else None,
        html_url=draw(st.just("") | _address),
        pdf_url=draw(st.just("") | _address),
        notes="\n".join(draw(st.lists(_text, max_size=4))),
    )


_lists = st.lists(documents(), max_size=5, unique_by=(lambda one: one.document_number, lambda one: one.order_number))


@given(_lists)
def test_csv_is_read_as_it_was_written(written: list[PresidentialDocument]) -> None:
    found = read_csv([csv_file([row(document) for document in written])])
    assert (found.documents, found.faults) == (written, [])


@given(_lists, st.none() | st.just(NOBODY))
def test_json_is_read_as_it_was_written(written: list[PresidentialDocument], president: President | None) -> None:
    written = [replace(document, president=president) for document in written]
    found = read_json([json_file([json_row(document) for document in written])])
    assert (found.documents, found.faults) == (written, [])


_LABELS = ["Amends", "Amended by", "Revokes", "Revoked by", "Revokes in part", "Continued by", "See", "Rescinds"]
_NAMED = [
    *("EO 99901, May 1, 2031", "EO 99902, May 2, 2031", "EO 99903, May 3, 2031", "EO 99903, April 3, 2031"),
    *(
        "EO 99904, May 4, 2031",
        "EO 99905",
        "Proc. 9999, May 3, 2031",
        "Notice of May 8, 2031",
        "Memorandum of May 9, 2031",
    ),
]
_notes = st.lists(st.builds("{}: {}".format, st.sampled_from(_LABELS), st.sampled_from(_NAMED)), max_size=6).map(
    "\n".join
)


@given(st.lists(_notes, min_size=3, max_size=3), st.randoms())
def test_whatever_the_notes_say_the_records_are_well_formed_and_refer_to_what_is_there(
    notes: list[str], random: Any
) -> None:
    written = [order(f"9990{number}", f"2031-05-0{number}", text) for number, text in enumerate(notes, start=1)]
    loaded = build_records(written)
    found = by_slug(loaded)
    for record in found.values():
        for effect in record.get("effects", []):
            assert {effect["order"], effect.get("by_order", effect["order"])} <= set(found)
    random.shuffle(written)
    assert _events_of(build_records(written).contributions) == _events_of(loaded.contributions)


def _events_of(contributions: Sequence[Contribution]) -> dict[str, set[str]]:
    """Return the content of the events, independent of the order of the documents."""
    return {
        one.key: {
            json.dumps({key: value for key, value in effect.items() if key != "note"}, sort_keys=True)
            for effect in one.document.get("effects", [])
        }
        for one in contributions
    }


# --- The real files -----------------------------------------------------------------------------


def _real(name: str) -> ParsedDocuments:
    orders = REAL / "orders"
    if name == "csv":
        return read_csv([RawFile.of_path(orders / "fr_executive_orders_1994-2025_dispositions.csv")])
    return read_json([RawFile.of_path(path) for path in sorted((orders / "federal-register-json-2019").glob("*.json"))])


@needs_real
@pytest.mark.parametrize(
    ("name", "documents", "faults", "clauses", "notes"), [("csv", 1000, 0, 0.995, 0.98), ("json", 968, 3, 0.99, 0.975)]
)
def test_the_real_notes_are_read_but_for_a_few(
    name: str, documents: int, faults: int, clauses: float, notes: float
) -> None:
    read = _real(name)
    assert (len(read.documents), len(read.faults)) == (documents, faults)
    found = statistics_of(read.documents)
    assert found.share_of_clauses >= clauses
    assert found.share_of_notes >= notes
    assert found.active_answered / found.active >= 0.75
    assert found.passive_answered / found.passive >= 0.85


@needs_real
@pytest.mark.parametrize("name", ["csv", "json"])
def test_the_real_documents_make_records_that_are_well_formed(name: str) -> None:
    loaded = build_records(_real(name).documents)
    records = by_slug(loaded)
    assert len(records) > 2_000
    iran = records["us-eo-13902" if name == "csv" else "us-eo-12959"]
    assert iran["identifiers"][0]["scheme"] == "us-eo"
    named = {effect["order"] for record in records.values() for effect in record.get("effects", [])}
    assert named <= set(records)


@needs_real
def test_the_real_order_of_1995_revoked_two_others_in_part() -> None:
    found = by_slug(build_records(_real("json").documents))
    assert [
        (effect["order"], effect["verb"], effect.get("in_part", False))
        for effect in done_to_others(found["us-eo-12959-signed"])
    ] == [
        ("us-eo-12613", "revoked", True),
        ("us-eo-12613", "supplemented", False),
        ("us-eo-12957", "revoked", True),
        ("us-eo-12957", "supplemented", False),
    ]
