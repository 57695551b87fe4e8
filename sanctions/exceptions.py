"""Errors of the domain. They name what is wrong for people and know nothing of HTTP."""

from dataclasses import dataclass


class InvalidDate(ValueError):
    """A text which is not a date we hold: `value` is the text as given, `reason` says why, for people."""

    def __init__(self, value: str, reason: str) -> None:
        super().__init__(value, reason)
        self.value = value
        self.reason = reason

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 40 else self.value[:40] + "…"
        return f"{shown!r} is not a date: {self.reason}."


class MoveRefused(Exception):
    """An editorial move that the rules do not allow; the text says why, for people."""


class InvalidDocument(ValueError):
    """A document, or several, that cannot become records: `problems` has every fault with its path."""

    def __init__(self, problems: list["Problem"]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a document.

    `record` names it (``order us-eo-13902``), `path` the field (``effects[2].effective_on``), `message` says
    what is wrong and what is allowed, `origin` where the document came from (a file), if known.
    """

    record: str
    path: str
    message: str
    origin: str = ""

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.origin, self.record, self.path) if part)
        return f"{where}: {self.message}"
