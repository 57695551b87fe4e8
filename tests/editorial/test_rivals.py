"""Users who save at the same time do not overwrite each other: a save based on an older state is rejected."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Final

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from sanctions.editorial import moves, proposals
from sanctions.editorial.procedure import fingerprint
from sanctions.editorial.proposals import ProposedChange, accept, merge_into_public, propose, seal, submit
from sanctions.exceptions import MoveRefused, Stale
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import LogEntry, Program, Proposal, Version
from sanctions.records.encode import encode
from sanctions.records.programs import PROGRAM
from sanctions.vocabulary import Move, State
from tests.factories.programs import make_program
from tests.factories.sources import cite
from tests.factories.users import make_user

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
RIVALS: Final = 4


def counted() -> int:
    """Return the number that the program's summary is."""
    return int(Program.objects.values_list("summary", flat=True).get(slug="counter") or 0)


def together(work: list[threading.Thread]) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("saves", [200, pytest.param(1_000, marks=pytest.mark.long)])
def test_of_rival_saves_none_is_lost(saves: int) -> None:
    """Each rival reads a number and saves the next one: as many as were saved, so far has it come."""
    make_program("counter", state=State.DRAFT, summary="0")
    outcomes: Counter[str] = Counter()
    failures: list[BaseException] = []

    def save(user: User) -> None:
        try:
            for _ in range(saves // RIVALS):
                record = Program.objects.get(slug="counter")
                seen = fingerprint(record)
                document = encode(PROGRAM, record.pk)
                document["summary"] = str(int(document["summary"]) + 1)
                try:
                    moves.rewrite(record, document, Act(AT, user), expected=seen)
                    outcomes["saved"] += 1
                except Stale:
                    outcomes["stale"] += 1
        except BaseException as error:  # noqa: BLE001 - a failure in a thread must fail the test
            failures.append(error)
        finally:
            connection.close()

    users = [make_user("curator") for _ in range(RIVALS)]
    together([threading.Thread(target=save, args=[user]) for user in users])
    assert failures == []
    assert outcomes.total() == saves
    assert counted() == outcomes["saved"] > 0
    assert LogEntry.objects.filter(move=Move.SAVED).count() == outcomes["saved"]


@pytest.mark.django_db(transaction=True)
def test_of_rival_proposals_each_is_published_or_refused_and_none_is_lost() -> None:
    """Rivals add a row each, all written from the same text: every row that was accepted is there."""
    program = make_program("counter")
    cite(program)
    with transaction.atomic():
        append_missing_versions(Act(AT))
    reviewer = make_user("reviewer")
    made: list[Proposal] = []
    for number in range(20):
        curator = make_user("curator")
        document = encode(PROGRAM, program.pk)
        document["identifiers"] = [{"scheme": "ofac-program", "value": f"RIVAL-{number}"}]
        made.append(propose(program, ProposedChange(document), Act(AT, curator, "One more.")))
        submit(made[-1], Act(AT, curator))
    failures: list[BaseException] = []

    def take(mine: list[Proposal]) -> None:
        try:
            for proposal in mine:
                for _ in range(1_000):
                    proposal.refresh_from_db()
                    record = proposals.record_of(proposal)
                    seen = seal(proposal, merge_into_public(proposal, encode(PROGRAM, record.pk)).document)
                    try:
                        accept(proposal, Act(AT, reviewer), seen=seen)
                        break
                    except Stale:
                        continue
        except BaseException as error:  # noqa: BLE001 - a failure in a thread must fail the test
            failures.append(error)
        finally:
            connection.close()

    together([threading.Thread(target=take, args=[made[rival::RIVALS]]) for rival in range(RIVALS)])
    assert failures == []
    values = {row["value"] for row in encode(PROGRAM, program.pk)["identifiers"]}
    assert values == {f"RIVAL-{number}" for number in range(20)}
    assert Version.objects.filter(slug="counter").count() == 21


@pytest.mark.django_db(transaction=True)
def test_a_move_is_made_once_however_many_make_it() -> None:
    record = make_program("counter", state=State.IN_REVIEW)
    cite(record)
    done: list[str] = []

    def publish(user: User) -> None:
        try:
            moves.publish(Program.objects.get(slug="counter"), Act(AT, user, "Because."))
            done.append("published")
        except MoveRefused as refusal:
            done.append(str(refusal))
        finally:
            connection.close()

    users = [make_user("reviewer") for _ in range(RIVALS)]
    together([threading.Thread(target=publish, args=[user]) for user in users])
    assert done.count("published") == 1
    assert Version.objects.count() == 1
