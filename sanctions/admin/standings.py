"""The standing today, as lists and pages of the admin show it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db import models

from sanctions.models import Effect
from sanctions.standing import Answer, standing_on, standings_of
from sanctions.vocabulary import Standing, State, Subject

_S = Standing

#: Standing → colour of its badge: what binds is green, what binds in part or provisionally blue, what is halted or
#: contested orange, what was broken or left red. Everything else, over or not begun, stays grey.
COLOURS: Final[dict[str, str]] = {
    **dict.fromkeys(Standing, "default"),
    **dict.fromkeys((_S.IN_FORCE, _S.IN_EFFECT, _S.PARTY, _S.BINDING, _S.CURED), "success"),
    **dict.fromkeys((_S.IN_FORCE_IN_PART, _S.IN_EFFECT_IN_PART, _S.PROVISIONAL, _S.SIGNATORY, _S.REPORTED), "info"),
    **dict.fromkeys((_S.PERFORMING_IN_PART, _S.NOT_PERFORMED_IN_PART, _S.CONSIDERS_ENDED), "warning"),
    **dict.fromkeys((_S.SUSPENDED, _S.WAIVED, _S.DISPUTED, _S.ALLEGED), "warning"),
    **dict.fromkeys((_S.WITHDRAWN, _S.NOT_PERFORMING, _S.NOT_PERFORMED, _S.FOUND, _S.ADMITTED), "danger"),
}

STATE_COLOURS: Final[dict[str, str]] = {
    **dict.fromkeys(Standing, "default"),
    State.DRAFT: "default",
    State.IN_REVIEW: "warning",
    State.PUBLISHED: "success",
    State.RETRACTED: "danger",
    State.MERGED: "info",
}


def choices_of(subject: Subject) -> list[tuple[str, str]]:
    """Return every standing that such a subject can have, as choices, in the order of the vocabulary."""
    possible = standings_of(subject)
    return [(standing.value, standing.label) for standing in Standing if standing in possible]


def effects_on(subject: Subject, rows: Iterable[models.Model]) -> dict[int, list[Any]]:
    """Return the effects that count for each row (primary key → effects), in one query for all of them."""
    found: dict[int, list[Any]] = Effect.objects.defer("event__rendering").by_subject(subject, rows)
    return found


def standings_on(day: date, subject: Subject, rows: Iterable[models.Model]) -> dict[int, Answer[Any]]:
    """Return the standing of each row on the day, in one query for all of them."""
    return {key: standing_on(day, found, subject) for key, found in effects_on(subject, rows).items()}


def coloured(standing: Any) -> tuple[str, str]:
    """Return a standing as unfold's label takes it: the code, which chooses the colour, and the word."""
    return str(standing), str(Standing(standing).label)
