"""The same export and import at the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sanctions.models import LogEntry, Order
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.orders import make_order
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
HEADING = "slug,kind,title,issuer,geographic_scope\n"


def imported(file: Path, *options: str, **more: Any) -> None:
    call_command("import_sheet", str(file), "--noun", "orders", "--by", "ada", *options, **more)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    make_actor("us")
    make_user("curator", name="ada")
    return tmp_path / "orders.csv"


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.zip"])
def test_what_is_exported_is_imported_without_a_change(
    file: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for slug in ("a", "b"):
        make_order(slug)
    call_command("export_sheet", str(file.with_name(name)), "--noun", "orders")
    imported(file.with_name(name), "--reason", "Because.")
    printed = capsys.readouterr().out
    assert "0 new, 0 changed, 2 unchanged, 0 faulty" in printed
    assert "0 drafts and 0 proposals written." in printed


def test_a_dry_run_tells_and_writes_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_order("a", state=State.DRAFT, title="Old")
    file.write_text("slug,title,kind\na,New,statute\nb,Bad,decree\n")
    imported(file, "--dry-run")
    printed = capsys.readouterr().out
    assert "title: changed: 'Old' -> 'New'" in printed
    assert "fault: orders, row 3, column kind: 'decree'" in printed
    assert "0 new, 1 changed, 0 unchanged, 1 faulty" in printed
    assert Order.objects.get().title == "Old"


def test_an_import_writes_drafts_of_the_find_active_account(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(f"{HEADING}a,statute,A,us,country\n")
    with pytest.raises(CommandError, match="reason"):
        imported(file)
    imported(file, "--reason", "From the register.")
    assert "1 drafts and 0 proposals written, batch 1 of the log." in capsys.readouterr().out
    assert str(Order.objects.get().author) == "ada"
    assert list(LogEntry.objects.values_list("by", "reason", "address")) == [("ada", "From the register.", "")]


def test_what_is_faulty_stops_all_unless_it_is_left_out(file: Path) -> None:
    file.write_text(f"{HEADING}a,statute,A,us,country\nb,decree,B,us,country\n")
    with pytest.raises(CommandError, match="has faults"):
        imported(file, "--reason", "Because.")
    assert not Order.objects.exists()
    imported(file, "--reason", "Because.", "--leave-out-faulty", verbosity=0)
    assert list(Order.objects.values_list("slug", flat=True)) == ["a"]


def test_wrong_names_are_reported(file: Path) -> None:
    with pytest.raises(CommandError, match="Nothing was written"):
        imported(file)
    with pytest.raises(CommandError, match="No active account is named 'nobody'"):
        call_command("import_sheet", str(file), "--noun", "orders", "--by", "nobody")
    with pytest.raises(CommandError, match=r"\.xlsx or \.zip"):
        call_command("export_sheet", str(file), "--noun", "orders")
    with pytest.raises(CommandError, match="No order has the slug missing"):
        call_command("export_sheet", str(file.with_suffix(".zip")), "missing", "--noun", "orders")
