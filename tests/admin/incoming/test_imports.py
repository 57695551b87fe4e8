"""Imports in the admin: files are previewed, imported as they were previewed, and reported."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from sanctions.editorial import proposals
from sanctions.exceptions import InvalidDocument, Problem
from sanctions.ledger.versions import Act
from sanctions.models import Actor, Designation, Import, LogEntry, Proposal, Upload
from sanctions.records.actors import ACTOR
from sanctions.records.encode import encode
from sanctions.vocabulary import State
from tests.admin.conftest import Sign
from tests.admin.incoming.uploads import BEGIN, confirmed, csv, handed_in, previewed

pytestmark = pytest.mark.django_db


def test_the_files_are_previewed_before_anything_is_written(curator: Client) -> None:
    address = previewed(curator, csv("TESTOV, Ada", "ACME", remarks="DOB 31 Feb 1960."))
    page = curator.get(address)
    text = page.content.decode()
    for expected in ("testov-ada-ofac-1", "becomes a draft", "Import 7 records", "31 Feb 1960", "1 May 2024"):
        assert expected in text
    assert not Actor.objects.exists()


def test_what_was_previewed_is_imported_and_reported(curator: Client) -> None:
    answer = confirmed(curator, previewed(curator, csv("TESTOV, Ada")))
    kept = Import.objects.get()
    assert answer.redirect_chain[-1][0] == f"/admin/sanctions/import/{kept.pk}/change/"
    assert "1 new" in answer.content.decode()
    assert (kept.by, kept.source, str(kept.as_of)) == ("curator", "ofac-sdn", "2024-05-01")
    assert set(Actor.objects.values_list("state", flat=True)) == {State.DRAFT}
    assert not Upload.objects.exists()
    assert f"/admin/sanctions/logentry/batch/{kept.report['batch']}/" in answer.content.decode()
    assert set(LogEntry.objects.values_list("batch", flat=True)) == {kept.report["batch"]}


def undo_address(kept: Import) -> str:
    return f"/admin/sanctions/import/{kept.pk}/undo/"


def test_what_an_import_did_is_undone_by_the_user_who_imported(curator: Client, reviewer: Client) -> None:
    confirmed(curator, previewed(curator, csv("TESTOV, Ada")))
    kept = Import.objects.get()
    assert "logentry/batch" not in reviewer.get(f"/admin/sanctions/import/{kept.pk}/change/").content.decode()
    page = reviewer.get(undo_address(kept)).content.decode()
    assert "curator or an administrator undoes it" in page
    assert "Undo this import</button>" not in page
    # The batch of an import leads to its undo.
    batch = f"/admin/sanctions/logentry/batch/{kept.report['batch']}/"
    assert undo_address(kept) in curator.get(batch).content.decode()
    assert curator.post(batch, {"reason": "The wrong list."}).headers["Location"] == undo_address(kept)
    page = curator.get(undo_address(kept)).content.decode()
    assert "is deleted (a draft)" in page
    answer = curator.post(undo_address(kept), {"undo": "yes", "reason": "The wrong list."}, follow=True)
    assert "Import 1 is undone." in answer.content.decode()
    assert "The wrong list." in answer.content.decode()
    assert not Actor.objects.exists()
    assert "was undone already" in curator.get(undo_address(kept)).content.decode()
    assert "undone by curator" in curator.get("/admin/sanctions/import/").content.decode()
    confirmed(curator, previewed(curator, csv("TESTOV, Ada")))
    assert Actor.objects.filter(slug="testov-ada-ofac-1").exists()


def test_a_public_import_is_undone_by_one_who_asks_and_one_who_confirms(
    reviewer: Client, curator: Client, sign_in: Sign
) -> None:
    confirmed(reviewer, previewed(reviewer, csv("TESTOV, Ada"), publish="yes"))
    kept = Import.objects.get()
    assert "Ask for the undo" in curator.get(undo_address(kept)).content.decode()
    assert "Give a reason" in curator.post(undo_address(kept), {"ask": "yes", "reason": " "}).content.decode()
    curator.post(undo_address(kept), {"ask": "yes", "reason": "The wrong list."})
    assert "asked for by curator" in reviewer.get("/admin/sanctions/import/").content.decode()
    page = curator.get(undo_address(kept)).content.decode()
    assert "Confirm the undo" not in page
    assert "Withdraw the request" in page
    assert "another reviewer" in curator.post(undo_address(kept), {"undo": "yes"}).content.decode()
    page = reviewer.get(undo_address(kept)).content.decode()
    assert "The wrong list." in page
    seal = re.search(r'name="seal" value="(\w+)"', page)
    assert seal is not None
    refused = reviewer.post(undo_address(kept), {"undo": "yes", "seal": "another"})
    assert "Read it again" in refused.content.decode()
    answer = reviewer.post(undo_address(kept), {"undo": "yes", "seal": seal[1]}, follow=True)
    assert "Import 1 is undone." in answer.content.decode()
    assert set(Actor.objects.values_list("state", flat=True)) == {State.RETRACTED}
    undone = LogEntry.objects.filter(move="retracted")
    assert set(undone.values_list("by", "address")) == {("reviewer", "127.0.0.1")}
    administrator = sign_in("administrator").get(f"/admin/sanctions/import/{kept.pk}/change/").content.decode()
    assert "Everything the undo did" in administrator


def test_a_request_for_an_undo_is_withdrawn(reviewer: Client, curator: Client) -> None:
    confirmed(reviewer, previewed(reviewer, csv("TESTOV, Ada"), publish="yes"))
    kept = Import.objects.get()
    curator.post(undo_address(kept), {"ask": "yes", "reason": "The wrong list."})
    answer = curator.post(undo_address(kept), {"withdraw": "yes"}, follow=True)
    assert "The request is withdrawn. Import 1 is not undone." in answer.content.decode()
    assert not Import.objects.get().is_undo_asked


def test_who_may_not_import_sees_no_undo(sign_in: Sign, curator: Client) -> None:
    confirmed(curator, previewed(curator, csv("TESTOV, Ada")))
    client = sign_in("reader")
    User.objects.get(username="reader").user_permissions.add(Permission.objects.get(codename="view_import"))
    kept = Import.objects.get()
    assert "Undo this import" not in client.get(f"/admin/sanctions/import/{kept.pk}/change/").content.decode()
    assert client.get(undo_address(kept)).status_code == 403
    assert curator.get("/admin/sanctions/import/999/undo/").status_code == 404


def test_a_preview_does_not_offer_what_would_be_refused(curator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = previewed(curator, csv("TESTOV, Ada"))
    assert 'class="question-yes"' in curator.get(address).content.decode()

    def refuse(*_: Any, **__: Any) -> None:
        raise InvalidDocument([Problem("actor testov-ada-ofac-1", "names[0]", "The actor has this name already.")])

    monkeypatch.setattr("sanctions.importers.write.write_drafts", refuse)
    text = curator.get(address).content.decode()
    assert "The actor has this name already." in text
    assert 'class="question-yes"' not in text
    assert "It was tried and rejected. Correct the files, then preview them again." in text
    assert not Actor.objects.exists()


def test_a_change_of_a_curator_that_stays_is_shown_with_its_user(reviewer: Client, curator: Client) -> None:
    confirmed(reviewer, previewed(reviewer, csv("TESTOV, Ada"), publish="yes"))
    actor = Actor.objects.get(slug="testov-ada-ofac-1")
    change = proposals.ProposedChange({**encode(ACTOR, actor.pk), "name": "Ada Testov-Smith"})
    ada, bo = (User.objects.get(username=name) for name in ("curator", "reviewer"))
    proposal = proposals.propose(actor, change, Act(timezone.now(), ada, "Seen."))
    proposals.submit(proposal, Act(timezone.now(), ada))
    proposals.accept(proposal, Act(timezone.now(), bo, "Checked."), seen=proposals.seal_now(proposal, actor))
    text = curator.get(previewed(curator, csv("TESTOVA, Ada"), as_of="2024-05-03")).content.decode()
    assert "as a curator (curator) has it" in text
    assert "Ada Testov-Smith" in text


def test_differences_are_shown_and_proposed(reviewer: Client, curator: Client) -> None:
    confirmed(reviewer, previewed(reviewer, csv("TESTOV, Ada"), publish="yes"))
    assert Designation.objects.get().state == State.PUBLISHED
    address = previewed(curator, csv("TESTOVA, Ada"), as_of="2024-05-03")
    answer = curator.get(address)
    assert "becomes a proposal" in answer.content.decode()
    (line,) = [line for line in answer.context["lines"] if line.slug == "testov-ada-ofac-1"]
    (name,) = [difference for difference in line.differences if difference.path == "name"]
    pieces = [(piece.kind, piece.text) for _, value in name.values for piece in value]
    assert pieces == [("deleted", "TESTOV"), ("inserted", "TESTOVA"), ("kept", ", Ada")]
    confirmed(curator, address)
    assert Proposal.objects.open().count() == 1


def test_who_may_not_publish_is_offered_nothing_public(curator: Client) -> None:
    assert 'name="publish"' not in curator.get(BEGIN).content.decode()
    assert handed_in(curator, csv("TESTOV, Ada"), publish="yes").status_code == 403


def test_nothing_is_done_that_would_be_another_thing_now(curator: Client) -> None:
    address = previewed(curator, csv("TESTOV, Ada"))
    seal = re.search(r'name="seal" value="(\w+)"', curator.get(address).content.decode())
    confirmed(curator, previewed(curator, csv("ACME")))
    answer = curator.post(address, {"seal": seal[1] if seal else ""})
    assert "Read it again" in answer.content.decode()
    assert Import.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "more", "why"),
    [
        (csv("TESTOV, Ada"), {"source": "a-list"}, "Choose a source"),
        (csv("TESTOV, Ada"), {"source": ""}, "Choose a source"),
        (csv("TESTOV, Ada"), {"as_of": ""}, "Give it with --as-of"),
        (csv("TESTOV, Ada"), {"as_of": "2024-02-30"}, "is not a date"),
        (csv("TESTOV, Ada"), {"source": "un-consolidated"}, "not the files of a snapshot"),
        (b"\xff\xfe\r\n\x1a", {}, "is not utf-8"),
        (b'1,"TESTOV', {}, "cut off"),
        (b"", {}, "cut off"),
        (b"\x1a", {}, "it has no entries"),
    ],
)
def test_what_cannot_be_read_is_shown_on_the_page(
    curator: Client, content: bytes, more: dict[str, str], why: str
) -> None:
    answer = handed_in(curator, content, **more)
    assert answer.status_code == 200
    assert why in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_missing_file_is_rejected(curator: Client) -> None:
    answer = curator.post(BEGIN, {"source": "ofac-sdn", "as_of": "2024-05-01"})
    assert "Choose the files" in answer.content.decode()


def test_files_with_the_same_name_are_rejected(curator: Client) -> None:
    files = [SimpleUploadedFile("sdn.csv", csv("TESTOV, Ada")) for _ in range(2)]
    answer = curator.post(BEGIN, {"source": "ofac-sdn", "as_of": "2024-05-01", "files": files})
    assert "the same name" in answer.content.decode()


def test_no_user_sees_the_files_of_others(curator: Client, reviewer: Client) -> None:
    address = previewed(curator, csv("TESTOV, Ada"))
    assert reviewer.get(address).status_code == 404


def test_files_are_gone_after_a_day(curator: Client) -> None:
    address = previewed(curator, csv("TESTOV, Ada"))
    Upload.objects.update(made_at=timezone.now() - timedelta(days=2))
    previewed(curator, csv("TESTOV, Ada"))
    assert curator.get(address).status_code == 404


def test_who_may_not_add_records_imports_nothing(sign_in: Sign) -> None:
    client = sign_in("reader")
    reader = User.objects.get(username="reader")
    reader.user_permissions.add(Permission.objects.get(codename="view_import"))
    assert client.get("/admin/sanctions/import/").status_code == 200
    assert client.get(BEGIN).status_code == 403


def test_many_endings_are_shown_and_asked_a_second_time(reviewer: Client) -> None:
    many = [f"PERSON {number}" for number in range(1, 61)]
    confirmed(reviewer, previewed(reviewer, csv(*many), publish="yes"))
    address = previewed(reviewer, csv(*many[:3]), as_of="2024-05-03", publish="yes")
    assert "57 of 60 listings" in reviewer.get(address).content.decode()
    question = confirmed(reviewer, address)
    text = question.content.decode()
    assert "Have all of these ended?" in text
    assert "person-10-ofac-10 (ofac-syria)" in text
    assert Import.objects.count() == 1
    seal, number = (re.search(rf'name="{name}" value="(\w+)"', text) for name in ("seal", "accept_endings"))
    assert seal is not None
    assert number is not None
    wrong = reviewer.post(address, {"seal": seal[1], "accept_endings": "57"})
    assert "57 were accepted" in wrong.content.decode()
    reviewer.post(address, {"seal": seal[1], "accept_endings": number[1]})
    assert Designation.objects.filter(delisted_on="").count() == 3


def test_a_day_that_is_yet_to_come_is_refused(curator: Client) -> None:
    day = (timezone.now() + timedelta(days=2)).date()
    assert "yet to come" in handed_in(curator, csv("TESTOV, Ada"), as_of=str(day)).content.decode()


def test_the_report_counts_what_was_not_read(curator: Client) -> None:
    answer = confirmed(curator, previewed(curator, csv("TESTOV, Ada", "", remarks="DOB 31 Feb 1960.")))
    assert "Not read, or not understood: 1 entry, " in answer.content.decode()
