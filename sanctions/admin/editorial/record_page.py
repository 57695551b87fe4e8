"""The moves of the editorial desk as actions of a record's page: each is confirmed on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.enums import ActionVariant

from sanctions.accounts.addresses import address_of
from sanctions.editorial import moves
from sanctions.editorial.permissions import may_edit, may_publish, may_restore, may_retract
from sanctions.editorial.procedure import REASONED, STARTS, fingerprint, unfit_approver
from sanctions.exceptions import InvalidDocument, MoveRefused, Stale
from sanctions.models import Record
from sanctions.models.log import LONGEST_REASON
from sanctions.questions.consequences import Consequences, consequences_of_state
from sanctions.vocabulary import Move as Kind
from sanctions.vocabulary import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class Move:
    """One move: what it is in the log, who sees it offered, what it does and how it is told."""

    name: str
    kind: Kind
    offered: Callable[..., bool]
    make: Callable[..., object]
    question: str
    consequence: str
    #: What the question says of the reason: who reads it.
    readers: str
    done: str

    @property
    def needs_reason(self) -> bool:
        """Whether it is refused without a reason."""
        return self.kind in REASONED


MOVES: Final = {
    move.name: move
    for move in (
        Move(
            name="submit_for_review",
            kind=Kind.SUBMITTED,
            offered=may_edit,
            make=moves.submit,
            question="Submit for review?",
            consequence="A reviewer who is not its author reads it and publishes or returns it.",
            readers="The reviewer reads it.",
            done="Submitted for review.",
        ),
        Move(
            name="publish",
            kind=Kind.PUBLISHED,
            offered=may_publish,
            make=moves.publish,
            question="Publish?",
            consequence="The public sees it at once, and what its events changed counts from now on.",
            readers="Public: it stands with the version.",
            done="Published.",
        ),
        Move(
            name="send_back",
            kind=Kind.RETURNED,
            offered=may_publish,
            make=moves.send_back,
            question="Return to the author?",
            consequence="It becomes a draft again.",
            readers="The author reads what is to be changed.",
            done="Returned to its author.",
        ),
        Move(
            name="retract",
            kind=Kind.RETRACTED,
            offered=may_retract,
            make=moves.retract,
            question="Retract?",
            consequence="It leaves the public at once, and what its events changed counts no more. Records that refer "
            "to it show its slug alone, marked as retracted. Its versions stay listed, with your reason. Only another "
            "reviewer, who is not its author, can restore it.",
            readers="Public: it is what the record's address answers from now on.",
            done="Retracted.",
        ),
        Move(
            name="restore",
            kind=Kind.RESTORED,
            offered=may_restore,
            make=moves.restore,
            question="Restore?",
            consequence="The public sees it again, as it was when it was retracted.",
            readers="Public: it stands with the version.",
            done="Restored.",
        ),
    )
}


class DeskMixin:
    """Offers the moves on a record's page. A link opens the question; only the answer, a POST, makes the move."""

    actions_detail = ("submit_for_review", "publish", "send_back", "retract", "restore")
    model: type[Record]
    opts: Any
    admin_site: Any

    @action(description="Submit for review", url_path="submit", icon="send", variant=ActionVariant.PRIMARY)
    def submit_for_review(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Hand a draft in."""
        return self._move(request, object_id, MOVES["submit_for_review"])

    @action(description="Publish", url_path="publish", icon="public", variant=ActionVariant.SUCCESS)
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a record public."""
        return self._move(request, object_id, MOVES["publish"])

    @action(description="Return to author", url_path="return", icon="undo", variant=ActionVariant.WARNING)
    def send_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return a record to its author."""
        return self._move(request, object_id, MOVES["send_back"])

    @action(description="Retract", url_path="retract", icon="unpublished", variant=ActionVariant.DANGER)
    def retract(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a record back from the public."""
        return self._move(request, object_id, MOVES["retract"])

    @action(description="Restore", url_path="restore", icon="restore_page", variant=ActionVariant.WARNING)
    def restore(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a retracted record public again."""
        return self._move(request, object_id, MOVES["restore"])

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Offer what the record's state and the user's permissions allow."""
        record = self.get_object(request, unquote(str(object_id)))  # type: ignore[attr-defined]
        if record is None:
            return []
        return [
            self.get_unfold_action(move.name)  # type: ignore[attr-defined]
            for move in MOVES.values()
            if record.state == STARTS[move.kind] and move.offered(request.user, record)
        ]

    def _move(self, request: HttpRequest, object_id: str, move: Move) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, record):  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.method == "POST":
            return self._made(request, record, move)
        return self._asked(request, record, move)

    def _asked(
        self, request: HttpRequest, record: Record, move: Move, refusal: str = "", expected: str = ""
    ) -> HttpResponse:
        """Ask for the move, and show why it was refused with the reason as it was typed."""
        carried = {"expected": expected or request.POST.get("expected") or fingerprint(record)}
        barred = not refusal and _barred(request, record, move)
        page = question(
            request,
            self.admin_site,
            record,
            move,
            self._page_of(record),
            carried,
            refusal or barred or "",
            is_open=not barred,
        )
        page.context_data = {**(page.context_data or {}), "consequences": _consequences(record, move)}
        return page

    def _made(self, request: HttpRequest, record: Record, move: Move) -> HttpResponse:
        """Make the move and return to the record; ask again, with the refusal, if it is refused."""
        reason, expected = request.POST.get("reason", ""), request.POST.get("expected", "")
        at, address = timezone.now(), address_of(request)
        try:
            move.make(record, request.user, at, reason=reason, address=address, expected=expected)
        except Stale as stale:
            # Asked anew: the next answer is for the record as it is now.
            return self._asked(request, record, move, str(stale), fingerprint(record))
        except MoveRefused as refusal:
            return self._asked(request, record, move, str(refusal))
        told = f"{move.done} {reason.strip()}".strip()
        self.log_change(request, record, told)  # type: ignore[attr-defined]
        messages.success(request, move.done)
        return HttpResponseRedirect(self._page_of(record))

    def _page_of(self, record: Record) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])


def _barred(request: HttpRequest, record: Record, move: Move) -> str:
    """Return why the user cannot make a move of the record, so that no form is shown; empty if they can."""
    if record.state != STARTS[move.kind]:
        return f"It is {record.get_state_display()}; this needs it to be {STARTS[move.kind].label}."
    if move.offered(request.user, record):
        return ""
    by = cast("AbstractBaseUser", request.user)
    if move.offered in (may_publish, may_restore):
        return f"You may not: {unfit_approver(record, by) if not may_publish(by, record) else 'you retracted it'}."
    return "You may not do this to the record as it is."


#: The moves that change what is public of other records, and the state to which each leads.
_MOVING_OTHERS: Final = {Kind.RETRACTED: State.RETRACTED, Kind.RESTORED: State.PUBLISHED}


def _consequences(record: Record, move: Move) -> Consequences | None:
    """Return what a move would change beside the record: standings, and the records that refer to it."""
    state = _MOVING_OTHERS.get(move.kind)
    if state is None or record.state != STARTS[move.kind]:
        return None
    try:
        return consequences_of_state(record, state, timezone.now())
    except InvalidDocument:
        # Making the move tells why it cannot be made.
        return None


def question(  # noqa: PLR0913 - what a page shows
    request: HttpRequest,
    site: Any,
    subject: Model,
    move: Move,
    back: str,
    carried: Mapping[str, str],
    refusal: str = "",
    *,
    is_open: bool = True,
) -> TemplateResponse:
    """Return the page that asks for a move. ``carried`` are the hidden values that come back with the answer.

    It has no form unless it ``is_open``: who cannot make the move reads only why.
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
