"""A dry run fails whenever the run would, with the same faults, and leaves nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanctions.exceptions import InvalidDocument, MoveRefused, NotPermitted
from sanctions.importers import running
from sanctions.importers.base import Contribution, GivenFiles, ImportSource, Progress, RawFile, SourceContent
from sanctions.importers.plan.items import Fate
from sanctions.importers.registry import SOURCES
from sanctions.importers.running import carry_out, prepare, rehearse, try_import
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import save_documents
from sanctions.models import Actor, Event, Import, LedgerHead, LogEntry, Proposal, Version
from sanctions.models.imports import IMPORTED
from sanctions.records.base import Document
from sanctions.records.registry import BY_NAME
from tests.effort import examples
from tests.factories.documents import WORLD, documents, world
from tests.factories.users import make_user

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
DAY: Final = date(2025, 2, 1)
CITED: Final = {"citations": [{"source": "source-1"}]}


def source_of(*documents_: tuple[str, Document]) -> ImportSource:
    """A source that contains these documents."""

    def speak(_: GivenFiles, as_of: date | None, __: Progress) -> SourceContent:
        contributions = [
            Contribution(f"{noun}/{document['slug']}", BY_NAME[noun], document, f"line {place}")
            for place, (noun, document) in enumerate(documents_, start=1)
        ]
        return SourceContent(contributions, {}, [], len(contributions), as_of)

    return ImportSource("made-up", "A made-up source", "nothing", speak)


def outcome(source: ImportSource, by: User, *, is_public: bool, is_rehearsal: bool) -> tuple[str, list[str]]:
    """Return how importing the source ends, and its faults."""
    prepared = prepare(source, [], as_of=DAY, is_public=is_public)
    consent = Consent(Act(AT, by, "Import of a made-up source."), is_public=is_public)
    try:
        if is_rehearsal:
            rehearse(prepared, consent)
        else:
            carry_out(prepared, consent)
    except InvalidDocument as error:
        return "invalid", [str(problem) for problem in error.problems]
    except MoveRefused as error:
        return "refused", [str(error)]
    return "done", []


def laid() -> None:
    save_documents(world(), Act(AT))


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


def state() -> tuple[Any, ...]:
    counts = [model._default_manager.count() for model in (Actor, Event, Proposal, Version, LogEntry, Import, User)]
    return (*counts, LedgerHead.objects.get().sequence, sorted(Actor.objects.values_list("slug", "name", "state")))


@pytest.mark.django_db
class TestRehearsal:
    def test_what_only_the_database_refuses_is_refused_beforehand(self, reviewer: User) -> None:
        laid()
        twice = [{"actor": "actor-1", "role": "speaker"}, {"actor": "actor-1", "role": "speaker", "note": "Again."}]
        talk = {"slug": "talk", "kind": "report", "title": "A talk", "happened_on": "2015", "participations": twice}
        source = source_of(("event", {**talk, **CITED}))
        before = state()
        tried = outcome(source, reviewer, is_public=True, is_rehearsal=True)
        assert tried[0] == "invalid"
        assert "has this role in the event already" in tried[1][0]
        assert state() == before
        assert outcome(source, reviewer, is_public=True, is_rehearsal=False) == tried

    def test_what_would_be_done_leaves_nothing_and_can_be_done(self, reviewer: User) -> None:
        laid()
        new = {"slug": "newcomer", "kind": "person", "name": "Newcomer", **CITED}
        known = {"slug": "event-1", "kind": "report", "title": "event-1", "happened_on": "2015", "place": "Geneva"}
        source = source_of(("actor", new), ("event", {**known, **CITED}))
        before = state()
        assert outcome(source, reviewer, is_public=True, is_rehearsal=True) == ("done", [])
        assert state() == before
        assert outcome(source, reviewer, is_public=True, is_rehearsal=False) == ("done", [])
        assert Actor.objects.filter(slug="newcomer", state="published").exists()
        assert Proposal.objects.open().get().slug == "event-1"
        verify_chain()

    def test_who_may_not_publish_is_refused_beforehand(self) -> None:
        laid()
        source = source_of(("actor", {"slug": "newcomer", "kind": "person", "name": "Newcomer", **CITED}))
        curator = make_user("curator", name="ada")
        tried = outcome(source, curator, is_public=True, is_rehearsal=True)
        assert tried[0] == "refused"
        assert outcome(source, curator, is_public=True, is_rehearsal=False) == tried

    def test_a_record_without_a_source_cannot_be_public_and_the_dry_run_says_so(self, reviewer: User) -> None:
        laid()
        source = source_of(("actor", {"slug": "newcomer", "kind": "person", "name": "Newcomer"}))
        assert outcome(source, reviewer, is_public=True, is_rehearsal=True)[0] == "refused"
        assert outcome(source, reviewer, is_public=False, is_rehearsal=True)[0] == "done"

    def test_the_command_fails_dry_as_it_would_otherwise(
        self, reviewer: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        laid()
        source = source_of(("actor", {"slug": "newcomer", "kind": "person", "name": "Newcomer"}))
        monkeypatch.setitem(SOURCES, "made-up", source)
        file = tmp_path / "list.csv"
        file.write_bytes(RawFile.of_bytes("list.csv", b"x").name.encode())
        where = {"as_of": DAY, "publish": True, "report": tmp_path, "verbosity": 0}
        for options in ({"dry_run": True}, {"dry_run": True, "by": "bo"}, {"by": "bo"}):
            with pytest.raises(CommandError, match="cites no source"):
                call_command("import_source", "made-up", str(file), **where, **options)
        assert not User.objects.exclude(username="bo").exists()


CONTRIBUTIONS: Final = st.lists(
    st.sampled_from(IMPORTED).flatmap(
        lambda noun: st.tuples(
            st.just(noun),
            documents(BY_NAME[noun], f"{noun}-new") | documents(BY_NAME[noun], next(iter(WORLD[noun]))),
            st.booleans(),
        )
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda drawn: (drawn[0], drawn[1]["slug"]),
)


@pytest.mark.django_db
class TestLargeImports:
    """The preview of a large import checks only what needs no writing, so that it does not block other users."""

    def tried(self, source: ImportSource, by: User, *, is_public: bool) -> tuple[bool, list[str]]:
        """Try a source out; return whether it was rehearsed, and the statements that wrote or locked anything."""
        prepared = prepare(source, [], as_of=DAY, is_public=is_public)
        consent = Consent(Act(AT, by, prepared.reason), is_public=is_public)
        with CaptureQueriesContext(connection) as captured:
            is_rehearsed = try_import(prepared, consent)
        writing = ("INSERT", "UPDATE", "DELETE", "FOR UPDATE")
        return is_rehearsed, [row["sql"] for row in captured if any(word in row["sql"] for word in writing)]

    @pytest.mark.parametrize("is_public", [True, False])
    def test_only_a_small_import_is_rehearsed(
        self, reviewer: User, monkeypatch: pytest.MonkeyPatch, *, is_public: bool
    ) -> None:
        laid()
        actors = [{"slug": f"newcomer-{number}", "kind": "person", "name": "Newcomer", **CITED} for number in range(3)]
        source = source_of(*(("actor", actor) for actor in actors))
        is_rehearsed, writing = self.tried(source, reviewer, is_public=is_public)
        assert is_rehearsed
        assert writing
        monkeypatch.setattr(running, "MOST_REHEARSED", 2)
        assert self.tried(source, reviewer, is_public=is_public) == (False, [])
        assert outcome(source, reviewer, is_public=is_public, is_rehearsal=False) == ("done", [])
        assert self.tried(source, reviewer, is_public=is_public) == (True, [])

    def test_what_shows_without_writing_is_refused(self, reviewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
        laid()
        monkeypatch.setattr(running, "MOST_REHEARSED", 0)
        unsourced = source_of(("actor", {"slug": "newcomer", "kind": "person", "name": "Newcomer"}))
        with pytest.raises(MoveRefused, match="cites no source"):
            self.tried(unsourced, reviewer, is_public=True)
        with pytest.raises(NotPermitted, match="may not publish"):
            self.tried(unsourced, make_user("curator", name="ada"), is_public=True)
        lost = {"slug": "newcomer", "kind": "person", "name": "Newcomer", "citations": [{"source": "nowhere"}]}
        with pytest.raises(InvalidDocument, match="nowhere"):
            self.tried(source_of(("actor", lost)), reviewer, is_public=False)


class TestAnyDocuments(TestCase):
    @settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn=CONTRIBUTIONS, is_public=st.booleans())
    def test_a_dry_run_ends_as_the_run_does(self, drawn: list[tuple[str, Document, bool]], is_public: bool) -> None:
        laid()
        by = make_user("reviewer", name="bo")
        source = source_of(
            *(
                (noun, {**document, **(CITED if is_cited and noun != "source" else {})})
                for noun, document, is_cited in drawn
            )
        )
        before = state()
        tried = outcome(source, by, is_public=is_public, is_rehearsal=True)
        assert state() == before
        assert outcome(source, by, is_public=is_public, is_rehearsal=False) == tried
        if tried[0] == "done":
            verify_chain()
            left = prepare(source, [], as_of=DAY, is_public=is_public).plan.of(Fate.NEW)
            assert left == []
