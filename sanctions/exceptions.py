"""Errors of the domain. They name what is wrong for people and know nothing of HTTP."""


class InvalidDate(ValueError):
    """A text which is not a date we hold: `value` is the text as given, `reason` says why, for people."""

    def __init__(self, value: str, reason: str) -> None:
        super().__init__(value, reason)
        self.value = value
        self.reason = reason

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 40 else self.value[:40] + "…"
        return f"{shown!r} is not a date: {self.reason}."
