"""Errors of the domain. They name what is wrong for people and know nothing of HTTP."""

from dataclasses import dataclass
from datetime import datetime


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


class NotPermitted(MoveRefused):
    """A move that whoever asks for it may not make; somebody else may, or might in another state."""


class InvalidReason(MoveRefused):
    """A reason that is missing where one is needed, or that cannot be kept."""


class Stale(MoveRefused):
    """A move that was meant for what the record, or the proposal, no longer says; nothing was written."""


class Conflicting(MoveRefused):
    """A change that cannot be put together with what was published meanwhile; `paths` names what both changed."""

    def __init__(self, message: str, paths: tuple[str, ...]) -> None:
        super().__init__(message)
        self.paths = paths


class ClocksDisagree(MoveRefused):
    """A write that was refused because the clocks disagree; ``wait`` is after how many seconds to try again."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class ClockNotMended(Exception):
    """A correction of the clock that is not allowed; the text says why, for people."""


class CodeRefused(Exception):
    """A code of a second factor that is not right; the text says why, for people."""


class CodesThrottled(Exception):
    """After wrong codes it is too early for another: not before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    def __str__(self) -> str:
        return f"Too many wrong codes: the next is read from {self.until:%H:%M:%S} UTC on."


class HashingBusy(Exception):
    """A password that cannot be checked now, because as many are checked as there is memory for."""

    def __str__(self) -> str:
        return "Too many passwords are being checked at this moment. Try again in a few seconds."


class UnreadableSheet(ValueError):
    """A file that is not the spreadsheet it should be; the text says what is wrong and what is allowed, for people."""


class UnreadableList(ValueError):
    """Files that are not the snapshot of the source they should be, or are cut off; the text says what is wrong."""


class EndingsNotAccepted(ValueError):
    """So much would end by an import that somebody must have named the number, and nobody has."""


class NothingToRelease(Exception):
    """A release that would have nothing new; the text says since when, for people."""


class TooMuch(ValueError):
    """An answer that would be larger than is given at once: of `what`, which is counted, more than `most`."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(what, most)
        self.what = what
        self.most = most

    def __str__(self) -> str:
        return f"There are more than {self.most:,} {self.what}."


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
