"""The guards that ``make mutation`` removes: conditions that raise, and calls of checks."""

from pathlib import Path

import sanctions.editorial
from tests.mutation.guards import guards_of

EDITORIAL = Path(next(iter(sanctions.editorial.__path__)))


def test_checks_that_raise_are_guards() -> None:
    texts = {guard.text for guard in guards_of(EDITORIAL / "moves.py")}
    assert {
        "require_approver(record, act.account)",
        "_require_editable(record, act.account)",
        "if not may_retract(act.account, record):",
    } <= texts


def test_a_mutant_lacks_the_guard_only() -> None:
    path = EDITORIAL / "moves.py"
    (guard,) = [each for each in guards_of(path) if each.text == "require_approver(record, act.account)"]
    assert guard.mutant == path.read_text().replace(guard.text, "pass")
