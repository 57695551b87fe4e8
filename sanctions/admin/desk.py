"""The moves of the editorial desk as actions of a record's page: each is confirmed on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.enums import ActionVariant

from sanctions.editorial import moves
from sanctions.editorial.permissions import may_edit, may_publish
from sanctions.exceptions import MoveRefused
from sanctions.models import Record
from sanctions.vocabulary import State


@dataclass(frozen=True)
class Move:
    """One move: from which state, who sees it offered, what it does and how it is told."""

    name: str
    start: State
    offered: Callable[[Any, Record], bool]
    make: Callable[[Record, AbstractBaseUser, datetime], None]
    question: str
    consequence: str
    done: str


MOVES: Final = {
    move.name: move
    for move in (
        Move(
            name="submit_for_review",
            start=State.DRAFT,
            offered=may_edit,
            make=moves.submit,
            question="Submit for review?",
            consequence="A reviewer who is not its author reads it and publishes or returns it.",
            done="Submitted for review.",
        ),
        Move(
            name="publish",
            start=State.IN_REVIEW,
            offered=may_publish,
            make=moves.publish,
            question="Publish?",
            consequence="The public sees it at once, and what its events changed counts from now on.",
            done="Published.",
        ),
        Move(
            name="send_back",
            start=State.IN_REVIEW,
            offered=may_publish,
            make=moves.send_back,
            question="Return to the author?",
            consequence="It becomes a draft again.",
            done="Returned to its author.",
        ),
    )
}


class DeskMixin:
    """Offers the moves on a record's page. A link opens the question; only the answer, a POST, makes the move."""

    actions_detail = ("submit_for_review", "publish", "send_back")
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

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Offer what the record's state and the user's permissions allow."""
        record = self.get_object(request, unquote(str(object_id)))  # type: ignore[attr-defined]
        if record is None:
            return []
        return [
            self.get_unfold_action(move.name)  # type: ignore[attr-defined]
            for move in MOVES.values()
            if record.state == move.start and move.offered(request.user, record)
        ]

    def _move(self, request: HttpRequest, object_id: str, move: Move) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, record):  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.method == "POST":
            return self._made(request, record, move)
        context = {
            **self.admin_site.each_context(request),
            "title": move.question,
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "move": move,
            "back": self._page_of(record),
        }
        return TemplateResponse(request, "admin/sanctions/move.html", context)

    def _made(self, request: HttpRequest, record: Record, move: Move) -> HttpResponse:
        """Make the move and return to the record, with its outcome as a message."""
        try:
            move.make(record, request.user, timezone.now())  # type: ignore[arg-type]
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, record, move.done)  # type: ignore[attr-defined]
            messages.success(request, move.done)
        return HttpResponseRedirect(self._page_of(record))

    def _page_of(self, record: Record) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])
