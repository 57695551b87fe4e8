"""Spreadsheets in the admin: exported from a list, previewed, imported as it was previewed."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanctions.models import LogEntry, Order, Proposal, Upload
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.spreadsheets.files import tables_in
from sanctions.vocabulary import State
from tests.admin.conftest import Sign
from tests.admin.world import World
from tests.factories.actors import make_actor
from tests.factories.orders import make_measure, make_order
from tests.factories.sources import cite

pytestmark = pytest.mark.django_db
LIST = "/admin/sanctions/order/"
HEADING = "slug,kind,title,issuer,geographic_scope\n"


def export(client: Client, noun: str, action: str, ids: list[int], **more: str) -> Any:
    return client.post(
        f"/admin/sanctions/{noun}/", {"action": action, "_selected_action": [str(pk) for pk in ids], **more}
    )


def handed_in(client: Client, content: bytes, name: str = "orders.csv", noun: str = "order") -> Any:
    """Hand a file in; return the answer: the way to its preview, or the page that refuses it."""
    return client.post(f"/admin/sanctions/{noun}/import/", {"file": SimpleUploadedFile(name, content)})


def previewed(client: Client, text: str) -> str:
    """Return the address of the preview of a CSV file."""
    answer = handed_in(client, text.encode())
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def confirmed(client: Client, address: str, **more: str) -> Any:
    seal = re.search(r'name="seal" value="(\w+)"', client.get(address).content.decode())
    assert seal is not None
    return client.post(address, {"seal": seal[1], "reason": "From the register."} | more)


# --- Export -------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", [record_type.name for record_type in RECORD_TYPES])
def test_what_is_exported_is_imported_without_a_change(curator: Client, noun: str) -> None:
    world = World(2)
    ids = list(type(world.first[noun])._default_manager.values_list("pk", flat=True))
    for action, name in (("export_xlsx", "a.xlsx"), ("export_csv", "a.zip")):
        file = export(curator, noun, action, ids)
        assert file.headers["Content-Disposition"].startswith("attachment; ")
        answer = handed_in(curator, file.content, name, noun)
        page = curator.get(answer.headers["Location"])
        assert page.context["preview"].counts == {"new": 0, "changed": 0, "unchanged": len(ids), "faulty": 0}


def test_all_that_a_filter_finds_is_exported(curator: Client) -> None:
    for slug in ("us-a", "us-b", "eu-c"):
        make_order(slug)
    pk = Order.objects.get(slug="us-a").pk
    answer = curator.post(
        f"{LIST}?q=us-", {"action": "export_csv", "_selected_action": [str(pk)], "select_across": "1"}
    )
    tables = tables_in(BY_NAME["order"], answer.content)
    assert sorted(row.cells["slug"] for row in tables[0].rows) == ["us-a", "us-b"]


def test_the_export_of_csv_is_utf_8_with_its_mark(curator: Client) -> None:
    order = make_order("a", title="تحریم")
    with zipfile.ZipFile(io.BytesIO(export(curator, "order", "export_csv", [order.pk]).content)) as packed:
        assert packed.read("orders.csv").startswith(b"\xef\xbb\xbfslug,kind,title")
        assert "read-me.csv" in packed.namelist()


@pytest.mark.parametrize("action", ["export_xlsx", "export_csv"])
def test_an_export_makes_as_many_queries_for_many_as_for_few(curator: Client, action: str) -> None:
    for count in range(3):
        make_measure(make_order(f"a-{count}"))
    export(curator, "order", action, list(Order.objects.values_list("pk", flat=True)))
    with CaptureQueriesContext(connection) as few:
        export(curator, "order", action, list(Order.objects.values_list("pk", flat=True)))
    for count in range(20):
        make_measure(make_order(f"b-{count}"))
    with CaptureQueriesContext(connection) as many:
        export(curator, "order", action, list(Order.objects.values_list("pk", flat=True)))
    assert len(few) == len(many)


# --- Import -------------------------------------------------------------------------------------


def test_a_file_is_previewed_before_anything_is_written(curator: Client) -> None:
    make_actor("us")
    make_order("public", title="Old title of it")
    address = previewed(
        curator, f"{HEADING}new,statute,A,us,country\npublic,executive_order,New title of it,us,country\n"
    )
    page = curator.get(address).content.decode()
    assert "becomes a draft" in page
    assert "becomes a proposal" in page
    assert "New</ins>" in re.sub(r"<span class=\"unseen\">.*?</span>", "", page) or "New" in page
    assert not LogEntry.objects.exists()
    assert not Order.objects.filter(slug="new").exists()


def test_confirming_writes_drafts_and_proposals_in_one_batch_and_leads_to_it(curator: Client) -> None:
    make_actor("us")
    cite(make_order("public", title="Old"))
    address = previewed(curator, f"{HEADING}new,statute,A,us,country\npublic,statute,New,us,country\n")
    answer = confirmed(curator, address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/sanctions/logentry/batch/1/")
    assert Order.objects.get(slug="new").state == State.DRAFT
    assert Proposal.objects.get().slug == "public"
    assert list(LogEntry.objects.values_list("batch", "reason")) == [(1, "From the register.")] * 2
    assert set(LogEntry.objects.values_list("address", flat=True)) == {"127.0.0.1"}
    assert not Upload.objects.exists()
    page = curator.get(answer.headers["Location"]).content.decode()
    assert "Imported: 1 draft and 1 proposal." in page


def test_what_is_faulty_is_left_out_only_if_that_is_asked_for(curator: Client) -> None:
    make_actor("us")
    address = previewed(curator, f"{HEADING}good,statute,A,us,country\nbad,decree,A,us,country\n")
    page = curator.get(address).content.decode()
    assert "decree" in page
    assert "Leave out the faulty records" in page
    assert "has faults" in confirmed(curator, address).content.decode()
    assert not Order.objects.exists()
    assert confirmed(curator, address, without_faulty="yes").status_code == 302
    assert list(Order.objects.values_list("slug", flat=True)) == ["good"]


def test_what_changed_since_the_preview_is_shown_again_and_not_written(curator: Client) -> None:
    make_order("a", state=State.DRAFT, title="Old")
    address = previewed(curator, "slug,title\na,New\n")
    seal = re.search(r'name="seal" value="(\w+)"', curator.get(address).content.decode())
    assert seal
    Order.objects.update(summary="Somebody else's.")
    answer = curator.post(address, {"seal": seal[1], "reason": "Because."})
    assert "changed since the preview" in answer.content.decode()
    assert Order.objects.get().title == "Old"
    assert confirmed(curator, address).status_code == 302
    assert Order.objects.get().title == "New"


@pytest.mark.parametrize("seal", ["", "0" * 32, "\0"])
def test_nothing_that_a_browser_sends_is_written_but_the_file(curator: Client, seal: str) -> None:
    make_order("a", state=State.DRAFT, title="Old")
    address = previewed(curator, "slug,title\na,New\n")
    answer = curator.post(address, {"seal": seal, "reason": "Because.", "title": "Mine", "content": "slug\nb\n"})
    assert answer.status_code == 200
    assert Order.objects.get().title == "Old"


def test_no_other_user_sees_or_confirms_a_preview(curator: Client, reviewer: Client, admin_client: Client) -> None:
    make_order("a", state=State.DRAFT, title="Old")
    address = previewed(curator, "slug,title\na,New\n")
    for client in (reviewer, admin_client):
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": "Because."}).status_code == 404
    assert curator.get(address.replace("/order/", "/actor/")).status_code == 404
    assert curator.get(f"{LIST}import/{'x' * 300}/").status_code == 404


def test_an_import_is_for_those_who_may_write(sign_in: Sign) -> None:
    nobody = sign_in("nobody")
    assert nobody.get(f"{LIST}import/").status_code == 403
    assert handed_in(nobody, b"slug\na\n").status_code == 403
    assert nobody.get(f"{LIST}import/token/").status_code == 403


def test_files_that_are_not_imported_are_kept_for_a_day(curator: Client) -> None:
    make_order("a", state=State.DRAFT)
    previewed(curator, "slug,title\na,New\n")
    Upload.objects.update(made_at=timezone.now() - timedelta(hours=25))
    previewed(curator, "slug,title\na,Newer\n")
    assert [bytes(upload.content) for upload in Upload.objects.all()] == [b"slug,title\na,Newer\n"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\0", "is unknown"),
        (b"slug,title\n\xe9t\xe9,x\n", "Windows-1252"),
        ("slug\na\n".encode("utf-16"), "UTF-16"),
        (b"slug,titel\n", "column &#x27;titel&#x27; is unknown"),
        (b"title\nx\n", "column slug is missing"),
        (b'slug,title\na,"cut off', "cut off"),
        (b"slug,title\na\n", "cut off"),
        (b"slug,slug\na,b\n", "twice"),
        (b"PK\x03\x04", "cut off or damaged"),
        (b"\xd0\xcf\x11\xe0", "old Excel"),
        (b"slug\n" + b"a\n" * 10_001, "10,000 rows"),
        (b"slug\n" + b"".join(b"a%d\n" % n for n in range(2_001)), "2,000 at once"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(curator: Client, content: bytes, message: str) -> None:
    answer = handed_in(curator, content)
    if content:
        assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", ["a\0b.csv", "../../etc/passwd", "x" * 500, "\u202e.csv", ""])
def test_no_name_of_a_file_breaks_the_import(curator: Client, name: str) -> None:
    make_order("a", state=State.DRAFT)
    answer = handed_in(curator, b"slug,title\na,New\n", name or "-")
    assert answer.status_code == 302
    assert curator.get(answer.headers["Location"]).status_code == 200


def test_an_import_makes_at_most_proportionally_many_queries(curator: Client) -> None:
    make_actor("us")

    def queries(first: int, count: int) -> int:
        rows = "".join(f"o-{first + n},statute,T,us,country\n" for n in range(count))
        address = previewed(curator, HEADING + rows)
        with CaptureQueriesContext(connection) as made:
            confirmed(curator, address)
        return len(made)

    queries(0, 1)
    few, many = queries(10, 10), queries(100, 40)
    assert many - few <= 30 * 3
