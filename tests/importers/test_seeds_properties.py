"""In any order of editorial moves and changes in the seeds, what a person wrote last is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from hypothesis import event, given, settings
from hypothesis import strategies as st

from sanctions.editorial import merging, moves, proposals
from sanctions.editorial.duplicates import decide
from sanctions.exceptions import MoveRefused
from sanctions.importers.seeds.items import SEEDS
from sanctions.importers.seeds.load import load_seeds
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import Incoming
from sanctions.models import Actor, LogEntry, Proposal, Version
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import Sameness, State
from tests.effort import examples
from tests.factories.users import make_user
from tests.undo import undone

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
ACT: Final = Act(AT, reason="Loaded from seeds.")
WHY: Final = "Because."
ACTOR: Final = BY_NAME["actor"]
SLUGS: Final = ("a", "b", "c")
FIELDS: Final = ("name", "summary", "note")
SOURCE: Final = Incoming(BY_NAME["source"], {"slug": "gazette", "kind": "news", "title": "Gazette"})

slugs = st.sampled_from(SLUGS)
fields = st.sampled_from(FIELDS)
texts = st.sampled_from(["x", "y", "z"])
STEPS: Final = st.one_of(
    st.tuples(st.just("seed"), slugs, fields, texts),
    st.tuples(st.just("seed_state"), slugs, st.sampled_from([State.DRAFT, State.PUBLISHED])),
    st.tuples(st.just("drop"), slugs),
    st.tuples(st.just("restart")),
    st.tuples(st.just("write"), slugs, fields, texts),
    st.tuples(st.sampled_from(["publish", "retract", "restore", "delete", "decide_seeds", "withdraw_seeds"]), slugs),
    st.tuples(st.just("merge"), slugs, slugs),
)


class History:
    """The seeds, the editorial moves, and what a person wrote last into each field of each record."""

    def __init__(self) -> None:
        self.seeds: dict[str, Incoming] = {
            slug: Incoming(
                ACTOR, {"slug": slug, "kind": "state", "name": f"seed {slug}", "citations": [{"source": "gazette"}]}
            )
            for slug in SLUGS
        }
        self.written: dict[tuple[str, str], str] = {}
        self.curator, self.reviewer, self.other = make_user("curator"), make_user("reviewer"), make_user("reviewer")
        self.administrator = make_user("administrator")
        self.restart()

    def make(self, step: tuple[Any, ...]) -> None:
        name, *values = step
        try:
            getattr(self, name)(*values)
        except (MoveRefused, Actor.DoesNotExist, Proposal.DoesNotExist):
            event(f"{name} refused")
        else:
            event(name)

    def restart(self) -> None:
        load_seeds([SOURCE, *self.seeds.values()], ACT)

    def seed(self, slug: str, field: str, text: str) -> None:
        if slug in self.seeds:
            document = self.seeds[slug].document | {field: f"seed {text}"}
            self.seeds[slug] = replace(self.seeds[slug], document=document)

    def seed_state(self, slug: str, state: State) -> None:
        if slug in self.seeds:
            self.seeds[slug] = replace(self.seeds[slug], state=state)

    def drop(self, slug: str) -> None:
        self.seeds.pop(slug, None)

    def write(self, slug: str, field: str, text: str) -> None:
        """Let a person change a draft, or propose and another accept a change of what is public."""
        record = Actor.objects.get(slug=slug)
        document = document_of(record) | {field: f"desk {text}"}
        if record.state != State.PUBLISHED:
            moves.rewrite(record, document, Act(AT, self.curator))
        else:
            proposal = proposals.propose(record, proposals.ProposedChange(document), Act(AT, self.curator, WHY))
            proposals.submit(proposal, Act(AT, self.curator))
            accept(proposal, self.reviewer)
        self.written[slug, field] = f"desk {text}"

    def publish(self, slug: str) -> None:
        record = Actor.objects.get(slug=slug)
        moves.submit(record, Act(AT, self.curator, WHY))
        moves.publish(record, Act(AT, self.reviewer, WHY))

    def retract(self, slug: str) -> None:
        moves.retract(Actor.objects.get(slug=slug), Act(AT, self.reviewer, WHY))

    def restore(self, slug: str) -> None:
        moves.restore(Actor.objects.get(slug=slug), Act(AT, self.other, WHY))

    def delete(self, slug: str) -> None:
        moves.delete(Actor.objects.get(slug=slug), Act(AT, self.administrator, WHY))
        self.forget(slug)

    def decide_seeds(self, slug: str) -> None:
        """Let a person accept what the seeds propose: from then on that is what a person has last approved."""
        proposal = Proposal.objects.open().get(slug=slug, by=SEEDS)
        accept(proposal, self.reviewer)
        public = document_of(Actor.objects.get(slug=slug))
        for field in FIELDS:
            if (slug, field) in self.written:
                self.written[slug, field] = str(public.get(field, ""))

    def withdraw_seeds(self, slug: str) -> None:
        proposals.withdraw(Proposal.objects.open().get(slug=slug, by=SEEDS), Act(AT, self.reviewer, WHY))

    def merge(self, kept: str, dropped: str) -> None:
        records = Actor.objects.get(slug=kept), Actor.objects.get(slug=dropped)
        if kept == dropped:
            return
        decide(records, Sameness.SAME, Act(AT, self.curator, WHY))
        merging.merge(*records, Act(AT, self.reviewer, WHY))
        # Values of the kept record are kept; its empty fields get the values of the other record.
        for field in FIELDS:
            if (kept, field) not in self.written and (dropped, field) in self.written:
                text = document_of(Actor.objects.get(slug=kept)).get(field)
                if text == self.written[dropped, field]:
                    self.written[kept, field] = text
        self.forget(dropped)

    def forget(self, slug: str) -> None:
        for field in FIELDS:
            self.written.pop((slug, field), None)

    @property
    def standing(self) -> dict[tuple[str, str], str]:
        documents = {slug: document_of(Actor.objects.get(slug=slug)) for slug, _ in self.written}
        return {(slug, field): documents[slug].get(field, "") for slug, field in self.written}


def document_of(record: Actor) -> Document:
    return encode(ACTOR, record.pk)


def accept(proposal: Proposal, by: User) -> None:
    proposals.accept(proposal, Act(AT, by), seen=proposals.seal_now(proposal, proposals.record_of(proposal)))


def everything() -> tuple[Any, ...]:
    return (
        list(Version.objects.values()),
        list(Proposal.objects.values()),
        list(LogEntry.objects.values()),
        [(row.slug, row.state, document_of(row)) for row in Actor.objects.all()],
    )


@settings(max_examples=examples(25))
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
def test_what_a_person_wrote_last_stands_after_any_number_of_restarts(steps: list[tuple[Any, ...]]) -> None:
    with undone():
        history = History()
        for step in steps:
            history.make(step)
            assert history.standing == history.written
        history.restart()
        assert history.standing == history.written
        before = everything()
        for _ in range(2):
            history.restart()
            assert everything() == before
        assert not list(verify_chain())
