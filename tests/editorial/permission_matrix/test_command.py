"""The command allows what the table says."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from django.core.management import CommandError, call_command

from sanctions.records.registry import type_of
from sanctions.vocabulary import Move
from tests.editorial.permission_matrix.table import (
    BEGIN,
    TRIED,
    TRIED_WITH_PROPOSALS,
    account,
    allowed,
    another,
    begun,
    changed,
    outcome,
    prepared,
    proposed,
    sampled,
)

pytestmark = pytest.mark.django_db

#: Move → the word for it.
WORDS: Final = {
    Move.SAVED: "save",
    Move.SUBMITTED: "submit",
    Move.RETURNED: "return",
    Move.PUBLISHED: "publish",
    Move.RETRACTED: "retract",
    Move.RESTORED: "restore",
    Move.DELETED: "delete",
    Move.PROPOSED: "propose",
}
#: Move of a proposal → the word for it.
WITH_PROPOSALS: Final = {
    Move.SUBMITTED: ["submit"],
    Move.RETURNED: ["return"],
    Move.WITHDRAWN: ["withdraw"],
    Move.PUBLISHED: ["accept", "--yes"],
}


def run(role: str, *words: str) -> bool:
    """Run the command as a user with the role, and return whether it succeeded."""
    try:
        call_command("move", *words, "--by", role, "--reason", "Because.")
    except CommandError as refusal:
        assert str(refusal).startswith("No active account" if role == "anonymous" else "Nothing was done.")
        return False
    return True


def file_with(folder: Path, document: Any) -> str:
    file = folder / "document.json"
    file.write_bytes(orjson.dumps(document))
    return str(file)


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED))
def test_the_command_allows_what_the_table_says_of_records(
    tmp_path: Path, record_type: str, tried: str, role: str
) -> None:
    move, state = TRIED[tried]
    user = account(role)
    record = prepared(record_type, state, user, role)
    before = outcome(record)
    document = ["--document", file_with(tmp_path, changed(record))] if move in (Move.SAVED, Move.PROPOSED) else []
    done = run(role, WORDS[move], type_of(record).name, record.slug, *document)
    assert done == allowed(role, tried)
    assert outcome(record)[-1] == move if done else outcome(record) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED_WITH_PROPOSALS))
def test_the_command_allows_what_the_table_says_of_proposals(record_type: str, tried: str, role: str) -> None:
    move, state = TRIED_WITH_PROPOSALS[tried]
    user = account(role)
    proposal = proposed(record_type, state, user, role)
    before = outcome(proposal)
    done = run(role, *WITH_PROPOSALS[move], "--proposal", "1")
    assert done == allowed(role, tried)
    assert outcome(proposal)[-1] == move if done else outcome(proposal) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled([BEGIN]))
def test_the_command_allows_what_the_table_says_of_new_drafts(
    tmp_path: Path, record_type: str, tried: str, role: str
) -> None:
    account(role)
    document = ["--document", file_with(tmp_path, another(record_type))]
    assert run(role, "save", record_type, "another-one", *document) == allowed(role, tried)
    assert begun() == ([Move.SAVED] if allowed(role, tried) else [])
