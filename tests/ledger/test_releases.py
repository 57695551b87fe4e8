"""Releases: what was public at an instant, frozen and provable."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from sanctions.database.past_views import known_at
from sanctions.exceptions import NothingToRelease
from sanctions.ledger import guards
from sanctions.ledger.releases import checksum, make_release, manifest, verify_releases
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Actor, Release, Version
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import State
from tests.factories.documents import world

pytestmark = pytest.mark.django_db

DAY = datetime(2025, 3, 1, 12, tzinfo=UTC)


def actor(name: str, at: datetime = DAY, state: State = State.PUBLISHED, slug: str = "iran") -> None:
    save_documents([Incoming(BY_NAME["actor"], {"slug": slug, "kind": "state", "name": name}, state)], Act(at))


def contents(release: Release) -> list[tuple[str, int]]:
    return [(entry.slug, entry.number) for entry in manifest(release)]


def test_a_release_has_the_version_of_each_record_that_was_public() -> None:
    actor("Persia")
    actor("Iraq", slug="iraq")
    actor("A draft", slug="draft", state=State.DRAFT)
    actor("Iran")
    release = make_release(DAY, title="The first")
    assert (release.number, release.title, release.counts["actors"]) == (1, "The first", 2)
    assert contents(release) == [("iran", 2), ("iraq", 1)]
    assert release.sequence == 3


def test_what_comes_after_a_release_is_not_in_it_even_within_the_same_instant() -> None:
    actor("Persia")
    release = make_release(DAY)
    before = checksum(release)
    actor("Iran")
    actor("Iraq", slug="iraq")
    assert checksum(release) == before == release.manifest_sha256
    with known_at(release.released_at):
        assert list(Actor.objects.values_list("name", flat=True)) == ["Persia"]
    second = make_release(DAY)
    assert (second.number, contents(second)) == (2, [("iran", 2), ("iraq", 1)])
    assert list(verify_releases()) == list(verify_chain()) == []


def test_what_was_retracted_before_a_release_is_not_in_it() -> None:
    actor("Iran")
    actor("Iran", state=State.IN_REVIEW)
    assert contents(make_release(DAY)) == []


def test_nothing_new_is_no_release() -> None:
    with pytest.raises(NothingToRelease, match=r"Nothing was published yet\."):
        make_release(DAY)
    actor("Iran")
    make_release(DAY)
    with pytest.raises(NothingToRelease, match=r"since release 1\."):
        make_release(DAY)
    assert Release.objects.count() == 1


@pytest.mark.parametrize(
    "sql", ["UPDATE sanctions_release SET title = 'Another'", "DELETE FROM sanctions_release WHERE number = 1"]
)
def test_the_database_refuses_to_change_or_delete_a_release(sql: str) -> None:
    actor("Iran")
    make_release(DAY)
    with pytest.raises(IntegrityError, match="neither changed nor deleted"), transaction.atomic():
        connection.cursor().execute(sql)


def test_a_document_changed_behind_a_release_is_found() -> None:
    actor("Iran")
    make_release(DAY)
    guards.remove("default")
    Version.objects.update(document="{}")
    guards.install("default")
    (fault,) = verify_releases()
    assert "release 1 is not what was frozen" in fault.message
    with pytest.raises(CommandError, match="release 1 is not what was frozen"):
        call_command("verify_ledger")


def test_the_command_freezes_and_writes_what_sha256sum_proves(tmp_path: Path) -> None:
    save_documents(world(), Act(DAY))
    said = StringIO()
    call_command("make_release", title="The first", to=tmp_path / "release", stdout=said, verbosity=0)
    release = Release.objects.get()
    assert "Release 1: 16 records." in said.getvalue()
    assert release.manifest_sha256 in said.getvalue()
    lines = (tmp_path / "release" / "MANIFEST").read_bytes()
    assert hashlib.sha256(lines).hexdigest() == release.manifest_sha256
    proved = subprocess.run(
        ["sha256sum", "--check", "--strict", "MANIFEST"],
        cwd=tmp_path / "release",
        check=False,
        capture_output=True,
        text=True,
    )
    assert proved.returncode == 0, proved.stderr
    assert proved.stdout.count(": OK") == 16 == len(lines.splitlines())


def test_the_command_refuses_a_folder_with_something_in_it_and_freezes_nothing(tmp_path: Path) -> None:
    actor("Iran")
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="not an empty folder"):
        call_command("make_release", to=tmp_path)
    assert not Release.objects.exists()
    with pytest.raises(CommandError, match="not an empty folder"):
        call_command("make_release", to=tmp_path / "file")


def test_the_command_says_why_it_makes_no_release() -> None:
    with pytest.raises(CommandError, match="Nothing was published yet"):
        call_command("make_release")


def test_a_later_release_is_at_a_later_instant() -> None:
    actor("Persia")
    first = make_release(DAY + timedelta(days=1))
    actor("Iran")
    second = make_release(DAY)
    assert second.released_at > first.released_at
