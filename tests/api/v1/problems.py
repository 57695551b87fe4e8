"""Read the problem documents that answers contain."""

from __future__ import annotations

from typing import Any

from tests.api.v1.answer_schema import faults


def problem(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the problem that an answer is."""
    assert answer["type"] == f"/api/v1/docs/problems/{name}/"
    assert faults("Problem", answer) == []
    return answer


def body_faults(answer: dict[str, Any]) -> dict[str, str]:
    return {fault["path"]: fault["detail"] for fault in problem(answer, "invalid-body")["problems"]}
