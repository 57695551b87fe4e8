"""Submitting and publishing many records at once: one question for all; each record is moved and reported by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.core import signing
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern

from sanctions.admin.acts import act_of
from sanctions.admin.editorial.batches import link_to_batch
from sanctions.admin.editorial.record_page import is_offered
from sanctions.admin.editorial.versions import in_order
from sanctions.admin.labels import named
from sanctions.admin.pages import RecordPages
from sanctions.admin.standings import STATE_COLOURS
from sanctions.editorial.authors import Authors, authors_of_all
from sanctions.editorial.bulk import Results, moves_in_bulk, publish_together, states_and_documents
from sanctions.editorial.move_rules import MoveRule, MoveTarget
from sanctions.editorial.move_table import PUBLISH, moves_of
from sanctions.editorial.permissions import may_publish
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
class BulkLine:
    """One record as the question shows it: its document, and why its move would be refused, as far as is known."""

    record: Record
    link: str
    document: str
    refusal: str

    @property
    def colour(self) -> str:
        """The colour of the badge of its state."""
        return STATE_COLOURS[self.record.state]


class BulkPages(RecordPages):
    """The question whether to move many records, which an action of their list shows, and the page that moves them."""

    def urls(self) -> list[URLPattern]:
        """Return the address to which the question is posted."""
        return [self.page("bulk/<str:name>/", self.bulk_view, "bulk")]

    def ask(self, request: HttpRequest, queryset: models.QuerySet[Any], move: MoveRule) -> HttpResponse | None:
        """Show the chosen records and ask whether to move them; return ``None`` if they are too many."""
        ids = list(dict.fromkeys(queryset.values_list("pk", flat=True)[: MOST + 1]))
        if len(ids) > MOST:
            messages.error(request, f"At most {MOST} records can be moved at once. Choose fewer.")
            return None
        records = self._records(ids)
        known = states_and_documents(type_of(self.model), [record.pk for record in records])
        seen = {
            record.pk: json_digest({"state": known[record.pk][0], "document": known[record.pk][1]})
            for record in records
        }
        authors = authors_of_all(records)
        lines = [self._line(request, record, known[record.pk][1], move, authors[record.pk]) for record in records]
        context = self._context_of_bulk(request, move) | {
            "lines": lines,
            "possible": sum(not line.refusal for line in lines),
            "seen": signing.dumps(
                [request.user.pk, move.action, self.opts.model_name, seen], salt=_SALT, compress=True
            ),
            "longest": LONGEST_REASON,
            "action": self.link("bulk", move.action),
        }
        return TemplateResponse(request, "admin/sanctions/bulk.html", context)

    def _line(
        self, request: HttpRequest, record: Record, document: Document, move: MoveRule, authors: Authors
    ) -> BulkLine:
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
            refusal = "A citation is missing. Cite a source before you publish."
        shown = json.dumps(in_order(record_type.keys, document), ensure_ascii=False, indent=2)
        return BulkLine(record, self.record_link(record), shown, refusal)

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Make a move of each of the records that the question has shown, as it has shown them."""
        if name not in OFFERED:
            raise Http404("Records cannot be moved in bulk in this way.")
        back = self.link("changelist")
        seen = _seen(request, name, str(self.opts.model_name))
        if request.method != "POST" or seen is None:
            messages.error(request, "The page is too old. Choose the records in the list again.")
            return HttpResponseRedirect(back)
        move = OFFERED[name]
        records = self._records(list(seen))
        if move is PUBLISH:
            results = publish_together(records, act_of(request), expected=seen)
        else:

            def as_seen(record: Record) -> dict[str, str]:
                return {"expected": seen[record.pk]}

            results = moves_in_bulk(records, move.make, act_of(request), arguments_of=as_seen)
        return TemplateResponse(
            request, "admin/sanctions/bulk_results.html", self._context_of_bulk(request, move) | self._results(results)
        )

    def _results(self, results: Results[Record]) -> dict[str, Any]:
        return {
            "title": "Results",
            "results": [(result, self.record_link(result.item)) for result in results.results],
            "done": len(results.done),
            "refused": len(results.refused),
            "batch_link": link_to_batch(results.number) if results.number else "",
        }

    def _records(self, ids: Sequence[int]) -> list[Record]:
        rows = {row.pk: row for some in chunks(ids) for row in named(self.model).filter(pk__in=some)}
        return [rows[pk] for pk in ids if pk in rows]

    def _context_of_bulk(self, request: HttpRequest, move: MoveRule) -> dict[str, Any]:
        return {
            **self.context(request, move.question, str(self.opts.verbose_name_plural).capitalize()),
            "move": move,
            "back": self.link("changelist"),
        }


def _seen(request: HttpRequest, name: str, model: str) -> dict[int, str] | None:
    """Return the fingerprints that the question has shown to this user; ``None`` if it has shown none lately."""
    try:
        user, move, noun, seen = signing.loads(request.POST.get("seen", ""), salt=_SALT, max_age=_SEEN_FOR)
    except signing.BadSignature:
        return None
    if (user, move, noun) != (request.user.pk, name, model):
        return None
    return {int(pk): expected for pk, expected in seen.items()}
