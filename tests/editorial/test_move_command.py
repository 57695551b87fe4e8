"""manage.py move: editorial moves from a command line, by the same rules, with the reason of each rejection."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Actor, LogEntry, Proposal, Version
from sanctions.records.actors import ACTOR
from sanctions.records.encode import encode
from sanctions.vocabulary import Move, State
from tests.editorial.permission_matrix.table import AT
from tests.factories.actors import make_actor
from tests.factories.programs import make_program
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
WHY: Final = ("--reason", "Because.")


@pytest.fixture
def ada() -> User:
    return make_user("curator", name="ada")


@pytest.fixture(autouse=True)
def bo() -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def iran(ada: User) -> Actor:
    actor = make_actor("iran", name="Iran", author=ada)
    cite(actor)
    append_missing_versions(Act(AT))
    return actor


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("move", *words, stdout=out, no_color=True)
    return out.getvalue()


def saying(folder: Path, actor: Actor, **values: Any) -> tuple[str, str]:
    file = folder / "document.json"
    file.write_bytes(orjson.dumps(encode(ACTOR, actor.pk) | values))
    return "--document", str(file)


def test_a_record_is_written_submitted_and_published(tmp_path: Path, ada: User) -> None:
    file = tmp_path / "law.json"
    file.write_text('{"slug": "law", "kind": "news", "title": "A law"}')
    assert run("save", "source", "law", "--document", str(file), "--by", "ada") == "source law: draft\n"
    file.write_text('{"slug": "law", "kind": "news", "title": "The law"}')
    run("save", "source", "law", "--document", str(file), "--by", "ada")
    assert run("submit", "source", "law", "--by", "ada", *WHY) == "source law: in review\n"
    assert run("publish", "source", "law", "--by", "bo", *WHY) == "source law: published\n"
    version = Version.objects.get(slug="law")
    assert (version.author, version.approver, version.reason) == ("ada", "bo", "Because.")
    assert set(LogEntry.objects.values_list("address", flat=True)) == {""}


def test_the_document_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch, ada: User) -> None:
    document = b'{"slug": "law", "kind": "news", "title": "A law"}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(document)))
    assert run("save", "source", "law", "--document", "-", "--by", "ada") == "source law: draft\n"


def test_a_proposal_is_accepted_after_its_difference_was_read(tmp_path: Path, iran: Actor) -> None:
    printed = run("propose", "actor", "iran", *saying(tmp_path, iran, name="Persia"), "--by", "ada", *WHY)
    assert printed == "proposal 1 for actor iran: draft\n"
    run("submit", "--proposal", "1", "--by", "ada")
    out = io.StringIO()
    with pytest.raises(CommandError, match="If you agree, repeat it with --seal"):
        call_command("move", "accept", "--proposal", "1", "--by", "bo", stdout=out)
    assert '  name changed: "Iran" → "Persia"' in out.getvalue()
    assert Proposal.objects.get().state == "in_review"
    seal = out.getvalue().split("seal: ")[1].strip()
    with pytest.raises(CommandError, match="Read it again"):
        run("accept", "--proposal", "1", "--by", "bo", "--seal", seal[:-1] + "x")
    assert "proposal 1 for actor iran: accepted" in run("accept", "--proposal", "1", "--by", "bo", "--seal", seal)
    assert Actor.objects.get(slug="iran").name == "Persia"


def test_a_correction_is_proposed_as_one(tmp_path: Path, iran: Actor) -> None:
    words = (*saying(tmp_path, iran, name="Persia"), "--by", "ada", "--kind", "correction", *WHY)
    run("propose", "actor", "iran", *words)
    assert Proposal.objects.get().kind == "correction"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["publish", "actor", "iran", "--by", "zed"], "No active account is named 'zed'."),
        (["publish", "actor", "none", "--by", "bo"], "No actor has the slug 'none'."),
        (["publish", "actor", "--by", "bo"], "Name a record by noun and slug"),
        (["publish", "--by", "bo"], "Name a record by noun and slug"),
        (["publish", "measure", "iran", "--by", "bo"], "invalid choice: 'measure'"),
        (["explode", "actor", "iran", "--by", "bo"], "invalid choice: 'explode'"),
        (["publish", "actor", "iran"], "--by"),
        (["publish", "actor", "iran", "--by", "bo"], "Nothing was done. Give a reason"),
        (
            ["publish", "actor", "iran", "--by", "bo", "--reason", "a\0b"],
            "Nothing was done. The reason cannot be stored",
        ),
        (["publish", "actor", "iran", "--by", "bo", *WHY], "Nothing was done. iran is published"),
        (["retract", "actor", "iran", "--by", "ada", *WHY], "that needs a reviewer"),
        (["accept", "actor", "iran", "--by", "bo"], "accept is a move of a proposal"),
        (["accept", "actor", "iran", "--proposal", "1", "--by", "bo"], "not both"),
        (["accept", "--proposal", "1", "--by", "bo"], "Proposal 1 does not exist."),
        (["accept", "--proposal", "-1", "--by", "bo"], "Proposal -1 does not exist."),
        (["accept", "--proposal", "9" * 30, "--by", "bo"], "Proposal 999"),
        (["accept", "--proposal", "x", "--by", "bo"], "invalid int value"),
        (["retract", "--proposal", "1", "--by", "bo"], "retract is not a move of a proposal"),
        (["accept", "--proposal", "1", "--by", "bo", "--yes", "--seal", "x"], "not allowed with"),
        (["save", "actor", "iran", "--by", "ada"], "--document FILE"),
        (["save", "actor", "iran", "--by", "ada", "--document", "/none.json"], "cannot be read"),
    ],
)
def test_what_is_wrong_is_told(iran: Actor, words: list[str], expected: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*words)
    assert expected in str(refused.value)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is not JSON"),
        (b'{"slug": "ira', "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "A document is a mapping"),
        (b"{}", "is the document of None, not of 'iran'"),
        (b'{"slug": "iraq"}', "is the document of 'iraq', not of 'iran'"),
        (b'{"slug": "iran", "kind": "state", "name": "a\\u0000b"}', "name"),
        (b'{"slug": "iran", "kind": "planet", "name": 7}', "2 fault(s)"),
    ],
)
def test_a_file_that_is_no_document_changes_nothing(tmp_path: Path, ada: User, content: bytes, expected: str) -> None:
    actor = make_actor("iran", name="Iran", state=State.DRAFT)
    file = tmp_path / "document.json"
    file.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        run("save", "actor", "iran", "--by", "ada", "--document", str(file))
    assert expected in str(refused.value)
    actor.refresh_from_db()
    assert (actor.name, LogEntry.objects.count()) == ("Iran", 0)


def test_what_another_record_refers_to_is_not_deleted() -> None:
    make_user("administrator", name="root")
    make_program(issuer=make_actor("iran", state=State.DRAFT))
    with pytest.raises(CommandError, match="refers to it"):
        run("delete", "actor", "iran", "--by", "root", *WHY)


def test_a_draft_is_deleted() -> None:
    make_user("administrator", name="root")
    make_actor("iran", state=State.DRAFT)
    assert run("delete", "actor", "iran", "--by", "root", *WHY) == "actor iran: deleted\n"
    assert list(LogEntry.objects.values_list("move", "by")) == [(Move.DELETED, "root")]
