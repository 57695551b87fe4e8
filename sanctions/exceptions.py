"""Errors of the domain, with messages for people. They do not depend on HTTP."""

from dataclasses import dataclass
from datetime import datetime


class InvalidDate(ValueError):
    """A text that is not a valid date: ``value`` is the text as given, ``reason`` completes a message for people."""

    def __init__(self, value: str, reason: str) -> None:
        super().__init__(value, reason)
        self.value = value
        self.reason = reason

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 40 else self.value[:40] + "…"
        return f"{shown!r} is not a date: {self.reason}."


class MoveRefused(Exception):
    """An editorial move that the rules do not allow; the message states why."""


class NotPermitted(MoveRefused):
    """A move that this user may not make; another user may, or may in another state."""


class InvalidReason(MoveRefused):
    """A reason that is missing or invalid."""


class Stale(MoveRefused):
    """A move based on an outdated version of the record or proposal; nothing was written."""


class Conflicting(MoveRefused):
    """A change that conflicts with one that was published since; ``paths`` lists the fields that both changed."""

    def __init__(self, message: str, paths: tuple[str, ...]) -> None:
        super().__init__(message)
        self.paths = paths


class ClocksDisagree(MoveRefused):
    """A write that was rejected because the clocks disagree; ``wait`` is the number of seconds until a retry."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class ClockNotMended(Exception):
    """A correction of the clock that is not allowed; the message states why."""


class CodeRefused(Exception):
    """A wrong code of a second factor; the message states why."""


class CodesThrottled(Exception):
    """Too many wrong codes: the next one is not checked before ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    def __str__(self) -> str:
        return f"Too many wrong codes. Try again after {self.until:%H:%M:%S} UTC."


class HashingBusy(Exception):
    """A password that cannot be checked now, because the memory for hashing is in use."""

    def __str__(self) -> str:
        return "The server is checking too many passwords at the moment. Try again in a few seconds."


class UnreadableSheet(ValueError):
    """A file that is not a valid spreadsheet; the message states what is wrong and what is allowed."""


class UnreadableList(ValueError):
    """Files that are not a valid or complete snapshot of the source; the message states what is wrong."""


class EndingsNotAccepted(ValueError):
    """An import that would end so many listings that their number has to be accepted first."""


class NothingToRelease(Exception):
    """A release without changes since the last one; the message states since when."""


class TooMuch(ValueError):
    """A response that would be too large: it would contain more than ``most`` of ``what``."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(what, most)
        self.what = what
        self.most = most

    def __str__(self) -> str:
        return f"There are more than {self.most:,} {self.what}."


class InvalidDocument(ValueError):
    """One or several documents that cannot be saved; ``problems`` lists every fault with its path."""

    def __init__(self, problems: list["Problem"]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a document.

    ``record`` names the record (``order us-eo-13902``), ``path`` the field (``effects[2].effective_on``).
    ``message`` states what is wrong and what is allowed. ``origin`` is the file of the document, if known.
    """

    record: str
    path: str
    message: str
    origin: str = ""

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.origin, self.record, self.path) if part)
        return f"{where}: {self.message}"
