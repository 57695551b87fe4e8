"""The buttons of a record's form and of its list. Django and the theme take actions from methods of the admin.

Those of moves are made from the table of moves.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponse
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.enums import ActionVariant

from sanctions.admin.editorial.bulk import BULK_ACTIONS, OFFERED, BulkPages
from sanctions.admin.editorial.record_page import ACTIONS, MovePages
from sanctions.admin.incoming.sheets import SheetPages
from sanctions.editorial.move_rules import MoveRule
from sanctions.editorial.permissions import may_publish_kind
from sanctions.models import Record


class RecordActions:
    """Names, icons and permissions of the actions; the page classes do the work."""

    actions = (*BULK_ACTIONS, "export_xlsx", "export_csv")
    actions_detail = tuple(ACTIONS)
    actions_list = ("import_sheet",)
    model: type[Record]
    pages: dict[Any, Any]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Offer the moves that the record's state and the user's permissions allow."""
        record = self.get_object(request, unquote(str(object_id)))  # type: ignore[attr-defined]
        moves = [] if record is None else self.pages[MovePages].offered(request, record)
        return [self.get_unfold_action(move.action) for move in moves]  # type: ignore[attr-defined]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Return whether the user is a reviewer of such records."""
        return may_publish_kind(request.user, self.model)

    @admin.action(description="Export as XLSX", permissions=["view"])
    def export_xlsx(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Return the chosen records as a workbook."""
        response: HttpResponse | None = self.pages[SheetPages].export(request, queryset, "xlsx")
        return response

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Return the chosen records as a ZIP file of CSV files."""
        response: HttpResponse | None = self.pages[SheetPages].export(request, queryset, "csv")
        return response

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may add or change records."""
        return bool(self.has_add_permission(request) or self.has_change_permission(request))  # type: ignore[attr-defined]

    @action(description="Import", url_path="import", icon="upload", permissions=["import"])
    def import_sheet(self, request: HttpRequest) -> HttpResponse:
        """Ask for a spreadsheet, then show what it would do."""
        response: HttpResponse = self.pages[SheetPages].upload(request)
        return response


def _add_detail_action(rule: MoveRule) -> None:
    """Give the form of a record the button that opens the question of a move."""

    def view(self: RecordActions, request: HttpRequest, object_id: str) -> HttpResponse:
        response: HttpResponse = self.pages[MovePages].view(request, object_id, rule)
        return response

    view.__name__ = rule.action
    decorate = action(description=rule.label, url_path=rule.verb, icon=rule.icon, variant=ActionVariant(rule.emphasis))
    setattr(RecordActions, rule.action, decorate(view))


def _add_bulk_action(rule: MoveRule, name: str) -> None:
    """Give the list of records the action that asks for a move of the chosen ones."""

    @admin.action(description=rule.label, permissions=[rule.permission.value])
    def ask(self: RecordActions, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        response: HttpResponse | None = self.pages[BulkPages].ask(request, queryset, rule)
        return response

    ask.__name__ = name
    setattr(RecordActions, name, ask)


for _rule in ACTIONS.values():
    _add_detail_action(_rule)
for _rule, _name in zip(OFFERED.values(), BULK_ACTIONS, strict=True):
    _add_bulk_action(_rule, _name)
