"""The moves of the editorial desk as actions of a record's page: each is confirmed on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
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

from sanctions.admin.acts import act_of
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


class DeskMixin:
    """Offers the moves on a record's page. A link opens the question; only the answer, a POST, makes the move."""

    actions_detail = tuple(ACTIONS)
    model: type[Record]
    opts: Any
    admin_site: Any

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Offer what the record's state and the user's permissions allow."""
        record = self.get_object(request, unquote(str(object_id)))  # type: ignore[attr-defined]
        if record is None:
            return []
        return [
            self.get_unfold_action(rule.action)  # type: ignore[attr-defined]
            for rule in ACTIONS.values()
            if record.state in rule.starts and is_offered(rule, request.user, record)
        ]

    def _move(self, request: HttpRequest, object_id: str, move: MoveRule) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, record):  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.method == "POST":
            return self._made(request, record, move)
        return self._asked(request, record, move)

    def _asked(
        self, request: HttpRequest, record: Record, move: MoveRule, refusal: str = "", expected: str = ""
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

    def _made(self, request: HttpRequest, record: Record, move: MoveRule) -> HttpResponse:
        """Make the move and return to the record; ask again, with the refusal, if it is refused."""
        act = act_of(request)
        try:
            move.make(record, act, expected=request.POST.get("expected", ""))
        except Stale as stale:
            # Show the page again: the next answer applies to the record as it is now.
            return self._asked(request, record, move, str(stale), fingerprint(record))
        except MoveRefused as refusal:
            return self._asked(request, record, move, str(refusal))
        told = f"{move.done} {act.reason.strip()}".strip()
        self.log_change(request, record, told)  # type: ignore[attr-defined]
        messages.success(request, move.done)
        return HttpResponseRedirect(self._page_of(record))

    def _page_of(self, record: Record) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])


def _add_action(rule: MoveRule) -> None:
    """Give the page of a record the action of a move."""

    def view(self: DeskMixin, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._move(request, object_id, rule)

    view.__name__ = rule.action
    decorate = action(description=rule.label, url_path=rule.verb, icon=rule.icon, variant=ActionVariant(rule.emphasis))
    setattr(DeskMixin, rule.action, decorate(view))


for _rule in ACTIONS.values():
    _add_action(_rule)


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
    return "You may not do this to the record as it is."


def _consequences(record: Record, move: MoveRule) -> Consequences | None:
    """Return what a move would change beside the record: standings, and the records that refer to it."""
    if move not in (RETRACT, RESTORE) or record.state not in move.starts:
        return None
    try:
        return consequences_of_state(record, State(move.end), timezone.now())
    except InvalidDocument:
        # Making the move tells why it cannot be made.
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
