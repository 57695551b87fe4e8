"""Editorial moves on a record's page: each is confirmed on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from sanctions.admin.acts import act_of
from sanctions.admin.pages import RecordPages
from sanctions.editorial.move_rules import MoveRule, MoveTarget
from sanctions.editorial.move_table import RESTORE, RETRACT, pages_of
from sanctions.editorial.permissions import may_publish
from sanctions.editorial.procedure import fingerprint, unfit_approver
from sanctions.exceptions import InvalidDocument, MoveRefused, Stale
from sanctions.models import Record
from sanctions.models.log import LONGEST_REASON
from sanctions.questions.consequences import Consequences, consequences_of_state
from sanctions.vocabulary import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


#: The moves of records by the names of their actions.
ACTIONS: Final = {rule.action: rule for rule in pages_of(MoveTarget.RECORD).values()}


class MovePages(RecordPages):
    """The question before each editorial move of a record; only the answer, a POST, makes the move."""

    def offered(self, request: HttpRequest, record: Record) -> list[MoveRule]:
        """Return the moves that the record's state and the user's permissions allow."""
        return [
            move for move in ACTIONS.values() if record.state in move.starts and is_offered(move, request.user, record)
        ]

    def view(self, request: HttpRequest, object_id: str, move: MoveRule) -> HttpResponse:
        """Ask for a move of a record, or make it."""
        make = self._make if request.method == "POST" else self._question
        return self.for_record(request, object_id, partial(make, move=move))

    def _question(
        self, request: HttpRequest, record: Record, move: MoveRule, refusal: str = "", expected: str = ""
    ) -> HttpResponse:
        """Ask for the move, and show why it was refused with the reason as it was typed."""
        carried = {"expected": expected or request.POST.get("expected") or fingerprint(record)}
        barred = not refusal and _barred(request, record, move)
        page = question(
            request,
            self.site,
            record,
            move,
            self.record_link(record),
            carried,
            refusal or barred or "",
            is_open=not barred,
        )
        page.context_data = {**(page.context_data or {}), "consequences": _consequences(record, move)}
        return page

    def _make(self, request: HttpRequest, record: Record, move: MoveRule) -> HttpResponse:
        """Make the move and return to the record; ask again, with the refusal, if it is refused."""
        act = act_of(request)
        try:
            move.make(record, act, expected=request.POST.get("expected", ""))
        except Stale as stale:
            # Show the page again: the next answer applies to the record as it is now.
            return self._question(request, record, move, str(stale), fingerprint(record))
        except MoveRefused as refusal:
            return self._question(request, record, move, str(refusal))
        entry = f"{move.done} {act.reason.strip()}".strip()
        self.admin.log_change(request, record, entry)
        messages.success(request, move.done)
        return HttpResponseRedirect(self.record_link(record))


def is_offered(rule: MoveRule, *of: Any) -> bool:
    """Whether a page offers a move: of a user, a record and, for moves of proposals, the proposal."""
    return rule.may is not None and rule.may(*of)


def _barred(request: HttpRequest, record: Record, move: MoveRule) -> str:
    """Return why the user cannot make a move of the record, so that no form is shown; empty if they can."""
    if record.state not in move.starts:
        return f"It is {record.get_state_display()}; this needs it to be {move.start_labels}."
    if is_offered(move, request.user, record):
        return ""
    by = cast("AbstractBaseUser", request.user)
    if move.needs_second_person:
        return f"You may not: {unfit_approver(record, by) if not may_publish(by, record) else 'you retracted it'}."
    return "You may not do this while the record is in this state."


def _consequences(record: Record, move: MoveRule) -> Consequences | None:
    """Return what a move would change besides the record: standings, and records that refer to it."""
    if move not in (RETRACT, RESTORE) or record.state not in move.starts:
        return None
    try:
        return consequences_of_state(record, State(move.end), timezone.now())
    except InvalidDocument:
        # Making the move shows why it cannot be made.
        return None


def question(  # noqa: PLR0913 - what a page shows
    request: HttpRequest,
    site: Any,
    subject: Model,
    move: MoveRule,
    back: str,
    carried: Mapping[str, str],
    refusal: str = "",
    *,
    is_open: bool = True,
) -> TemplateResponse:
    """Return the page that asks for a move. ``carried`` are the hidden values that come back with the answer.

    Without ``is_open`` it has no form, only the refusal.
    """
    context = {
        **site.each_context(request),
        "title": move.question,
        "subtitle": str(subject),
        "opts": subject._meta,
        "original": subject,
        "move": move,
        "refusal": refusal,
        "is_open": is_open,
        "reason": request.POST.get("reason", ""),
        "longest": LONGEST_REASON,
        "carried": carried,
        "back": back,
    }
    return TemplateResponse(request, "admin/sanctions/move.html", context)
