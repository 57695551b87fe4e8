"""Submitting and publishing many records at once: one question for all, each its own move, each told by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import admin, messages
from django.core import signing
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse

from sanctions.admin.acts import act_of
from sanctions.admin.addresses import own_page
from sanctions.admin.editorial.batches import link_to_batch
from sanctions.admin.editorial.record_page import is_offered
from sanctions.admin.editorial.versions import in_order
from sanctions.admin.labels import named
from sanctions.admin.standings import STATE_COLOURS
from sanctions.editorial.authors import Authors, authors_of_all
from sanctions.editorial.bulk import Results, moves_in_bulk, publish_together, states_and_documents
from sanctions.editorial.move_rules import MoveRule, MoveTarget
from sanctions.editorial.move_table import PUBLISH, moves_of
from sanctions.editorial.permissions import may_publish, may_publish_kind
from sanctions.editorial.procedure import json_digest, unfit_approver
from sanctions.models import Record
from sanctions.models.log import LONGEST_REASON
from sanctions.records.base import Document
from sanctions.records.citation_support import unsourced
from sanctions.records.encode import chunks
from sanctions.records.registry import type_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

#: Records that are moved at once.
MOST: Final = 500
#: Seconds for which what a page has shown counts as seen.
_SEEN_FOR: Final = 24 * 3600
_SALT: Final = "sanctions.admin.editorial.bulk"
#: The moves that are made in bulk, by the last step of the address of their page.
OFFERED: Final = {rule.action: rule for rule in moves_of(MoveTarget.RECORD) if rule.in_bulk}
#: Their names in the menu of a list.
BULK_ACTIONS: Final = tuple(f"{rule.verb}_in_bulk" for rule in OFFERED.values())


@dataclass(frozen=True)
class Asked:
    """One record as the question shows it: what it says, and why it would be refused, as far as that is known."""

    record: Record
    link: str
    document: str
    refusal: str

    @property
    def colour(self) -> str:
        """The colour of the badge of its state."""
        return STATE_COLOURS[self.record.state]


class BulkMixin:
    """Offers moves of many records on the list of each noun. The action asks; only the answer, a POST, makes them."""

    model: type[Record]
    opts: Any
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        """Put the answer before the pages of Django's, the last of which takes every path."""
        return [own_page(self, "bulk/<str:name>/", self.bulk_view, "bulk"), *super().get_urls()]  # type: ignore[misc]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Ask for the permission of reviewers."""
        return may_publish_kind(request.user, self.model)

    def _asked_of_all(
        self, request: HttpRequest, queryset: models.QuerySet[Any], move: MoveRule
    ) -> HttpResponse | None:
        ids = list(dict.fromkeys(queryset.values_list("pk", flat=True)[: MOST + 1]))
        if len(ids) > MOST:
            messages.error(request, f"These are more than {MOST} records. Choose fewer.")
            return None
        records = self._records(ids)
        known = states_and_documents(type_of(self.model), [record.pk for record in records])
        seen = {
            record.pk: json_digest({"state": known[record.pk][0], "document": known[record.pk][1]})
            for record in records
        }
        authors = authors_of_all(records)
        asked = [self._asked_one(request, record, known[record.pk][1], move, authors[record.pk]) for record in records]
        context = self._context_of_bulk(request, move) | {
            "asked": asked,
            "possible": sum(not one.refusal for one in asked),
            "seen": signing.dumps(
                [request.user.pk, move.action, self.opts.model_name, seen], salt=_SALT, compress=True
            ),
            "longest": LONGEST_REASON,
            "action": reverse(
                f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_bulk", args=[move.action]
            ),
        }
        return TemplateResponse(request, "admin/sanctions/bulk.html", context)

    def _asked_one(
        self, request: HttpRequest, record: Record, document: Document, move: MoveRule, authors: Authors
    ) -> Asked:
        record_type = type_of(record)
        refusal = ""
        if record.state not in move.starts:
            refusal = f"It is {record.get_state_display()}; this needs it to be {move.start_labels}."
        elif move is PUBLISH and not may_publish(request.user, record, authors):
            by = cast("AbstractBaseUser", request.user)
            refusal = f"You may not: {unfit_approver(record, by, authors)}."
        elif move is not PUBLISH and not is_offered(move, request.user, record):
            refusal = "You may not."
        elif move.needs_sources and unsourced(record_type, document):
            refusal = "A citation is missing: nothing is published without a source."
        shown = json.dumps(in_order(record_type.keys, document), ensure_ascii=False, indent=2)
        return Asked(record, self._page_of(record), shown, refusal)  # type: ignore[attr-defined]

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Make a move of each of the records that the question has shown, as it has shown them."""
        if name not in OFFERED:
            raise Http404("There is no such move in bulk.")
        back = reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")
        seen = _seen(request, name, str(self.opts.model_name))
        if request.method != "POST" or seen is None:
            messages.error(request, "Choose the records in the list again: what you have seen of them is too old.")
            return HttpResponseRedirect(back)
        move = OFFERED[name]
        records = self._records(list(seen))
        if move is PUBLISH:
            results = publish_together(records, act_of(request), expected=seen)
        else:

            def as_seen(record: Record) -> dict[str, str]:
                return {"expected": seen[record.pk]}

            results = moves_in_bulk(records, move.make, act_of(request), more=as_seen)
        return TemplateResponse(
            request, "admin/sanctions/bulk_results.html", self._context_of_bulk(request, move) | self._told(results)
        )

    def _told(self, results: Results[Record]) -> dict[str, Any]:
        return {
            "title": "What became of each",
            "results": [(result, self._page_of(result.item)) for result in results.results],  # type: ignore[attr-defined]
            "done": len(results.done),
            "refused": len(results.refused),
            "batch_link": link_to_batch(results.number) if results.number else "",
        }

    def _records(self, ids: Sequence[int]) -> list[Record]:
        rows = {row.pk: row for some in chunks(ids) for row in named(self.model).filter(pk__in=some)}
        return [rows[pk] for pk in ids if pk in rows]

    def _context_of_bulk(self, request: HttpRequest, move: MoveRule) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": move.question,
            "subtitle": str(self.opts.verbose_name_plural).capitalize(),
            "opts": self.opts,
            "move": move,
            "back": reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist"),
        }


def _add_action(rule: MoveRule, name: str) -> None:
    """Give lists the action by which a move of the chosen records is asked for."""

    @admin.action(description=rule.label, permissions=[rule.permission.value])
    def ask(self: BulkMixin, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        return self._asked_of_all(request, queryset, rule)

    ask.__name__ = name
    setattr(BulkMixin, name, ask)


for _rule, _name in zip(OFFERED.values(), BULK_ACTIONS, strict=True):
    _add_action(_rule, _name)


def _seen(request: HttpRequest, name: str, model: str) -> dict[int, str] | None:
    """Return the fingerprints that the question has shown to this user; ``None`` if it has shown none lately."""
    try:
        user, move, noun, seen = signing.loads(request.POST.get("seen", ""), salt=_SALT, max_age=_SEEN_FOR)
    except signing.BadSignature:
        return None
    if (user, move, noun) != (request.user.pk, name, model):
        return None
    return {int(pk): expected for pk, expected in seen.items()}
