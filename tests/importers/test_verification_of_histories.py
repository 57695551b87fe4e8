"""Seeds, fixtures, imports and their undo, one after the other: all that is served is what the ledger has."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from sanctions.editorial import moves
from sanctions.editorial.authors import authors_of
from sanctions.importers.undo.undo_import import request_undo, undo_import
from sanctions.ledger.versions import Act
from sanctions.models import Actor, Authorship, Import, Version
from sanctions.verification.checks import CHECKS
from sanctions.vocabulary import State
from tests.factories.users import make_user
from tests.importers.made_up_list import AT, Row, import_rows, made_up

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2024, 5, 1), date(2024, 5, 3), date(2024, 5, 7)
WHY: Final = "It was another list."
ADA: Final = Row("TESTOV, Ada", birth="1970")
ACME: Final = Row("ACME TRADING", ("SDGT", "SYRIA"))
SLUG: Final = "testov-ada-made-up-1"


def demand_nothing_differs() -> None:
    assert [str(mismatch) for check in CHECKS.values() for mismatch in check(lambda _: None)] == []


def load_seeds(folder: Path, title: str) -> None:
    folder.mkdir(exist_ok=True)
    actor = "{slug: elam, kind: state, name: Elam, citations: [{source: law}]}"
    text = f"sources: [{{slug: law, kind: news, title: {title}}}]\nactors: [{actor}]\n"
    (folder / "seeds.yaml").write_text(text, encoding="utf-8")
    call_command("load_seeds", str(folder), verbosity=0)
    demand_nothing_differs()


def load_fixture(folder: Path) -> None:
    fields = {"slug": "gazette", "kind": "news", "title": "A gazette", "state": "published"}
    path = folder / "gazette.json"
    path.write_bytes(orjson.dumps([{"model": "sanctions.source", "fields": fields}]))
    call_command("loaddata", str(path), verbosity=0)
    demand_nothing_differs()


def imported(by: User, day: date, rows: dict[str, Row], **more: Any) -> Import:
    made, _ = import_rows(by, day, rows, **more)
    demand_nothing_differs()
    return made


def undo(made: Import, by: User, second: User) -> None:
    if made.is_public:
        request_undo(made, Act(AT, by, WHY))
    undo_import(made, Act(AT, second if made.is_public else by, WHY))
    demand_nothing_differs()


@pytest.fixture
def bo() -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def cy() -> User:
    return make_user("reviewer", name="cy")


def test_nothing_differs_after_any_step(tmp_path: Path, bo: User, cy: User) -> None:
    load_fixture(tmp_path)
    load_seeds(tmp_path / "seeds", "A law")
    drafts = imported(bo, FIRST, {"1": ADA, "2": ACME}, public=False)
    undo(drafts, bo, cy)
    assert not Authorship.objects.exists()
    imported(bo, FIRST, {"1": ADA, "2": ACME}, public=False)
    public = imported(cy, SECOND, {"1": ADA, "3": ACME}, public=True)
    assert Actor.objects.get(slug=SLUG).state == State.PUBLISHED
    undo(public, bo, cy)
    assert Actor.objects.get(slug=SLUG).state == State.DRAFT
    load_seeds(tmp_path / "seeds", "The law")
    imported(cy, SECOND, {"1": ADA, "2": ACME}, public=True)
    imported(cy, SECOND, {"1": Row("TESTOV, Ada", birth="1971")}, public=True, source=made_up("other"))
    proposed = imported(bo, THIRD, {"1": Row("TESTOVA, Ada")}, public=False)
    undo(proposed, bo, cy)
    changed = imported(bo, THIRD, {"1": Row("TESTOVA, Ada")}, public=True)
    undo(changed, cy, bo)
    imported(bo, THIRD, {"1": ADA, "2": ACME, "3": ACME}, public=True)
    load_seeds(tmp_path / "seeds", "Another law")


def test_a_draft_of_an_import_is_published_by_somebody_else_than_its_authors(bo: User, cy: User) -> None:
    made = imported(bo, FIRST, {"1": ADA}, public=False)
    publisher = Actor.objects.get(slug="publisher-of-made-up")
    source = publisher.citations.get().source
    for record in (source, publisher, Actor.objects.get(slug=SLUG)):
        moves.submit(record, Act(AT, bo, "Ready."))
        moves.publish(record, Act(AT, cy, "Checked."))
        demand_nothing_differs()
    assert [author.name for author in authors_of(Actor.objects.get(slug=SLUG)).people] == ["bo"]
    last = Version.objects.get(record_type="actor", slug=SLUG)
    assert (last.author, last.approver) == ("bo", "cy")
    undo(made, bo, cy)
    assert Actor.objects.get(slug=SLUG).state == State.PUBLISHED
    assert [author.name for author in authors_of(Actor.objects.get(slug=SLUG)).people] == ["bo"]
    imported(bo, FIRST, {"1": ADA}, public=True)
    assert Actor.objects.filter(name="TESTOV, Ada").count() == 1
