"""``manage.py import_source``: reads, tells, writes, and leaves a report."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command

from sanctions.models import Actor, Import
from sanctions.vocabulary import State
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
ROW = '1,"TESTOV, Ada","individual","SYRIA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"{remarks}"\r\n\x1a'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sdn.csv"
    path.write_text(ROW.format(remarks="DOB 1960; POB Tabriz."), encoding="utf-8", newline="")
    return path


def run(tmp_path: Path, *arguments: Any, **options: Any) -> str:
    out = StringIO()
    given = {"as_of": "2024-05-01", "report": tmp_path / "reports"} | options
    named = [f"--{name.replace('_', '-')}={value}" for name, value in given.items() if value is not True]
    flags = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is True]
    call_command("import_source", *map(str, arguments), *named, *flags, stdout=out)
    return out.getvalue()


def test_a_dry_run_needs_nobody_and_writes_nothing_but_its_report(tmp_path: Path, file: Path) -> None:
    told = run(tmp_path, "ofac-sdn", file, dry_run=True)
    assert "1 entries would be imported" in told
    assert "actor: 2 new" in told
    assert not Actor.objects.exists()
    report, page = sorted((tmp_path / "reports").iterdir(), key=lambda path: path.suffix, reverse=True)
    assert orjson.loads(report.read_bytes())["is_dry"] is True
    assert "What it would do" in page.read_text(encoding="utf-8")


def test_an_import_leaves_drafts_and_its_report(tmp_path: Path, file: Path) -> None:
    make_user("curator", name="ada")
    told = run(tmp_path, "ofac-sdn", file, by="ada")
    assert "listings: 1 began" in told
    assert set(Actor.objects.values_list("state", flat=True)) == {State.DRAFT}
    kept = orjson.loads(next((tmp_path / "reports").glob("*.json")).read_bytes())
    assert kept == Import.objects.get().report


def test_who_may_publish_lets_it_be_public(tmp_path: Path, file: Path) -> None:
    make_user("reviewer", name="bo")
    run(tmp_path, "ofac-sdn", f"main={file}", by="bo", publish=True)
    assert set(Actor.objects.values_list("state", flat=True)) == {State.PUBLISHED}


def test_an_import_is_undone_by_the_number_of_its_batch(tmp_path: Path, file: Path) -> None:
    make_user("curator", name="ada")
    run(tmp_path, "ofac-sdn", file, by="ada")
    number = Import.objects.get().report["batch"]
    with pytest.raises(CommandError, match="The log has no batch 99"):
        call_command("undo_batch", "99", "--by=ada", "--reason=Wrong.")
    with pytest.raises(CommandError, match="No active account is named 'bo'"):
        call_command("undo_batch", str(number), "--by=bo", "--reason=Wrong.")
    out = StringIO()
    call_command("undo_batch", str(number), "--by=ada", "--reason=The wrong list.", stdout=out)
    assert "actor: 2 deleted" in out.getvalue()
    assert "Import 1 (ofac-sdn 2024-05-01) is undone." in out.getvalue()
    assert not Actor.objects.exists()
    with pytest.raises(CommandError, match="was undone already, by ada"):
        call_command("undo_batch", str(number), "--by=ada", "--reason=Once more.")


def test_a_public_import_is_undone_by_two_accounts(tmp_path: Path, file: Path) -> None:
    for name in ("bo", "cy"):
        make_user("reviewer", name=name)
    run(tmp_path, "ofac-sdn", file, by="bo", publish=True)

    def undo(*arguments: str) -> str:
        out = StringIO()
        call_command("undo_import", "1", *arguments, stdout=out)
        return out.getvalue()

    assert "would be undone" in undo("--dry-run")
    assert "Another account must confirm it" in undo("--by=bo", "--reason=The wrong list.")
    assert Actor.objects.filter(state=State.PUBLISHED).exists()
    with pytest.raises(CommandError, match="You have asked for this undo yourself: another reviewer must confirm it"):
        undo("--approved-by=bo")
    assert "actor: 2 retracted" in undo("--approved-by=cy")
    assert set(Actor.objects.values_list("state", flat=True)) == {State.RETRACTED}
    run(tmp_path, "ofac-sdn", file, by="bo", publish=True)
    told = StringIO()
    call_command("undo_import", "2", "--by=bo", "--approved-by=cy", "--reason=Once more.", stdout=told)
    assert "Import 2 (ofac-sdn 2024-05-01) is undone." in told.getvalue()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["7", "--by=bo", "--reason=Wrong."], "Import 7 does not exist"),
        (["1"], "Give the account that requests"),
        (["1", "--by=nobody", "--reason=Wrong."], "No active account is named 'nobody'"),
        (["1", "--by=bo"], "Give a reason"),
        (["1", "--approved-by=bo"], "takes two people"),
    ],
)
def test_what_undoes_no_import_is_refused(tmp_path: Path, file: Path, arguments: list[str], why: str) -> None:
    make_user("reviewer", name="bo")
    run(tmp_path, "ofac-sdn", file, by="bo", publish=True)
    with pytest.raises(CommandError, match=why):
        call_command("undo_import", *arguments)
    assert set(Actor.objects.values_list("state", flat=True)) == {State.PUBLISHED}


def test_what_is_not_understood_is_told(tmp_path: Path, file: Path) -> None:
    file.write_text(ROW.format(remarks="DOB 31 Feb 1960."), encoding="utf-8", newline="")
    assert "sdn.csv, line 1" in run(tmp_path, "ofac-sdn", file, dry_run=True)


@pytest.mark.parametrize(
    ("arguments", "options", "why"),
    [
        (["ofac-sdn"], {"by": "nobody"}, "No active account is named 'nobody'"),
        (["ofac-sdn"], {}, "Name the account that imports"),
        (["ofac-sdn"], {"by": "ada", "publish": True}, "may not publish"),
        (["un-consolidated"], {"by": "ada"}, "not the files of a snapshot"),
        (["ofac-sdn"], {"by": "ada", "as_of": "2024-02-30"}, "is not a day"),
        (["a-list"], {"by": "ada"}, "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_told_and_leaves_nothing(
    tmp_path: Path, file: Path, arguments: list[str], options: dict[str, Any], why: str
) -> None:
    make_user("curator", name="ada")
    with pytest.raises(CommandError, match=why):
        run(tmp_path, *arguments, file, **options)
    assert not Actor.objects.exists()
    assert not (tmp_path / "reports").exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    make_user("curator", name="ada")
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path, "ofac-sdn", tmp_path / "absent.csv", by="ada")


def test_roles_are_named_for_all_files_or_none(tmp_path: Path, file: Path) -> None:
    with pytest.raises(CommandError, match="or for none"):
        run(tmp_path, "ofac-sdn", f"main={file}", file, dry_run=True)
