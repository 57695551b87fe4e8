"""The boxes of the dashboard, each also as a page with its whole list: own work, reviews, what needs care."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince

from sanctions.admin.filters import cited_by
from sanctions.database.unions import union_all
from sanctions.editorial.authors import written_by
from sanctions.editorial.freshness import find_stale_records
from sanctions.editorial.permissions import may_publish_kind
from sanctions.editorial.queue import Waiting, review_queue
from sanctions.models import LinkCheck, LogEntry, Proposal, Record, Source
from sanctions.models.proposals import OPEN
from sanctions.questions.unsourced_rows import lacking_rows
from sanctions.records.registry import BY_NAME, LABELS, type_of
from sanctions.vocabulary import Move, ProposalState, State

#: Lines of a box on the dashboard, and of a whole list.
SHOWN: Final = 8
MOST: Final = 500
_WHAT: Final = {
    "record": "new record",
    "update": "proposed change",
    "correction": "proposed correction",
    "retraction": "request for retraction",
}
_MANY_PATHS: Final = 5
#: The weight from which on a risk is shown in red.
_GRAVE: Final = 40


@dataclass(frozen=True)
class Item:
    """One line of a box: what it is, where it leads, and what is to be known of it."""

    noun: str
    slug: str
    title: str
    link: str
    lines: tuple[str, ...] = ()
    #: Colour and words.
    badges: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Box:
    """One list of the dashboard: its first lines, and the text if it has none."""

    name: str
    title: str
    none: str
    items: list[Item]
    more: bool = False

    @property
    def link(self) -> str:
        """The page of the whole list."""
        return reverse("work", args=[self.name])


class Work:
    """The work of a user. Each list is read once, and only if something needs it."""

    def __init__(self, request: HttpRequest, models: Sequence[type[Record]], most: int) -> None:
        self.user: Any = request.user
        self.models = models
        self.most = most
        self.now = timezone.now()
        self.today = timezone.localdate()

    # --- What is mine

    @cached_property
    def _drafts(self) -> dict[bool, list[tuple[Any, ...]]]:
        """The user's drafts, by whether the last word on them was to return them: in one query for each."""
        arms = [self._own_drafts(model) for model in self.models]
        if not arms:
            return {True: [], False: []}
        drafts = {}
        for returned in (True, False):
            some = [arm.filter(returned__isnull=not returned) for arm in arms]
            rows = union_all(some)
            drafts[returned] = list(rows.order_by("-returned" if returned else "slug", "slug")[: self.most + 1])
        return drafts

    def _own_drafts(self, model: type[Record]) -> QuerySet[Any]:
        noun = type_of(model).name
        words = _last_word(record_type=noun, slug=OuterRef("slug"), proposal__isnull=True)
        rows: QuerySet[Any] = model._default_manager.filter(state=State.DRAFT, author=self.user.pk).order_by()
        with_return: QuerySet[Any] = rows.annotate(returned=words)
        return with_return.values_list(Value(noun), "pk", "slug", F(LABELS[noun]), "returned")

    @cached_property
    def _proposals(self) -> list[Any]:
        """The user's proposed changes, the open ones first, then the last decided, each with its record's key."""
        rows: QuerySet[Any] = Proposal.objects.filter(
            author=self.user.pk, record_type__in=[type_of(m).name for m in self.models]
        )
        keys = [
            When(
                record_type=type_of(model).name,
                then=Subquery(model._default_manager.filter(slug=OuterRef("slug")).order_by().values("pk")[:1]),
            )
            for model in self.models
        ]
        rows = rows.annotate(
            record=Case(*keys), returned=_last_word(proposal=OuterRef("number")), waits=Q(state__in=OPEN)
        )
        return list(rows.defer("base", "document").order_by("-waits", "-changed_at", "-number")[: self.most + 1])

    @cached_property
    def _words(self) -> dict[int, LogEntry]:
        """The entries of the log by which something of the user's was returned, by their numbers."""
        numbers = {row[4] for row in self._drafts[True]} | {
            proposal.returned for proposal in self._proposals if proposal.state == ProposalState.DRAFT
        }
        return {entry.number: entry for entry in LogEntry.objects.filter(number__in=numbers - {None})}

    def returned(self) -> Box:
        """What was returned to the user, with the reason and who did it."""
        items = [self._returned(noun, pk, slug, label, number) for noun, pk, slug, label, number in self._drafts[True]]
        items += [
            self._returned(proposal.record_type, proposal.record, proposal.slug, proposal.slug, proposal.returned)
            for proposal in self._proposals
            if proposal.state == ProposalState.DRAFT and proposal.returned
        ]
        return self._box("returned", "Returned to me", "Nothing was returned to you.", items)

    def _returned(self, noun: str, pk: int, slug: str, label: str, number: int) -> Item:
        entry = self._words[number]
        what = (f"proposed change {entry.proposal}",) if entry.proposal else ()
        reason = f"{entry.by}, {entry.at:%-d %b %Y}: {entry.reason}"
        return Item(noun, slug, label, _page(noun, pk, entry.proposal), (*what, reason), (("warning", "returned"),))

    def drafts(self) -> Box:
        """The user's drafts that were not returned."""
        items = [Item(noun, slug, label, _page(noun, pk)) for noun, pk, slug, label, _ in self._drafts[False]]
        return self._box("drafts", "My drafts", "You have no drafts.", items)

    def proposals(self) -> Box:
        """The user's proposed changes and how far they have come."""
        colours = {ProposalState.IN_REVIEW: "warning", ProposalState.ACCEPTED: "success"}
        items = [
            Item(
                proposal.record_type,
                proposal.slug,
                proposal.slug,
                _page(proposal.record_type, proposal.record, proposal.number),
                (f"{proposal.get_kind_display()}: {proposal.reason}", f"changed {self._ago(proposal.changed_at)}"),
                ((colours.get(proposal.state, "default"), proposal.get_state_display()),),
            )
            for proposal in self._proposals
            if proposal.record
        ]
        return self._box("proposals", "My proposed changes", "You have proposed no changes.", items)

    # --- What waits for a reviewer

    @cached_property
    def _queue(self) -> list[Waiting]:
        return review_queue(self.models, self.today)

    @cached_property
    def decides(self) -> set[str]:
        """The nouns whose records the user may publish."""
        return {type_of(model).name for model in self.models if may_publish_kind(self.user, model)}

    def queue(self) -> Box:
        """All that waits for a reviewer, the riskiest first."""
        return self._box("queue", "Waiting for a reviewer", "Nothing waits.", map(self._waiting, self._queue))

    def assigned(self) -> Box:
        """What is assigned to the user, the first due first."""
        own = [item for item in self._queue if item.assignee_id == self.user.pk]
        own.sort(key=lambda item: (item.due_on is None, item.due_on))
        return self._box("assigned", "Assigned to me", "Nothing is assigned to you.", map(self._waiting, own))

    def handed_in(self) -> Box:
        """What the user has submitted and is not decided yet."""
        own = [item for item in self._queue if item.author_id == self.user.pk and item.what != "retraction"]
        return self._box("handed-in", "My work in review", "None of your work is in review.", map(self._waiting, own))

    @cached_property
    def _written(self) -> set[tuple[str, str, int | None]]:
        return written_by(self.user)

    def _wrote(self, item: Waiting) -> bool:
        """Return whether the user is an author of what waits, and so may not decide about it."""
        return item.author_id == self.user.pk or (item.record_type, item.slug, item.number) in self._written

    def _waiting(self, item: Waiting) -> Item:
        since = f", {self._ago(item.since)}" if item.since else ""
        lines = [f"{_WHAT[item.what]} by {item.author or 'an unknown user'}{since}"]
        if item.assignee:
            lines.append(f"assigned to {item.assignee}{f', due {item.due_on:%-d %b %Y}' if item.due_on else ''}")
        if item.what != "retraction" and self._wrote(item):
            lines.append("You are an author: another reviewer decides.")
        elif item.record_type not in self.decides:
            lines.append("For a reviewer to decide.")
        badges = tuple(("danger" if risk.weight >= _GRAVE else "warning", risk.words) for risk in item.risks)
        return Item(
            item.record_type,
            item.slug,
            item.label,
            _page(item.record_type, item.pk, item.number),
            tuple(lines),
            badges,
        )

    # --- What needs care

    def find_stale_records(self) -> Box:
        """What is public, still holds, and was not looked at for long."""
        before = self.now - timedelta(days=settings.STALE_AFTER_DAYS)
        items = [
            Item(
                *(found.record_type, found.slug, found.label, _page(found.record_type, found.pk)),
                (f"last checked {found.checked_at:%-d %b %Y}" if found.checked_at else "never checked",),
            )
            for found in find_stale_records(self.models, self.today, before, self.most + 1)
        ]
        title = f"Not checked for {settings.STALE_AFTER_DAYS} days"
        return self._box("stale", title, "Everything in force was checked lately.", items)

    def unsourced(self) -> Box:
        """Records without any source, then those with a row without one."""
        items = [
            Item(noun, slug, label, _page(noun, pk), (State(state).label,), (("danger", "no source at all"),))
            for noun, pk, slug, label, state in self._uncited()
        ]
        items += [
            Item(
                *(found.record_type, found.slug, found.label, _page(found.record_type, found.pk)),
                (str(State(found.state).label), f"no source for {_listed(found.paths)}"),
                (("warning", "in part without a source"),),
            )
            for found in lacking_rows(self.models)
        ]
        return self._box("unsourced", "Without a source", "Everything has a source.", items)

    def _uncited(self) -> list[tuple[Any, ...]]:
        arms = []
        for model in self.models:
            if model is not Source:
                noun = type_of(model).name
                rows = model._default_manager.filter(~Exists(cited_by(model))).order_by()
                arms.append(rows.values_list(Value(noun), "pk", "slug", F(LABELS[noun]), "state"))
        if not arms:
            return []
        return list(union_all(arms).order_by("slug")[: self.most + 1])

    def links(self) -> Box:
        """Sources whose links were broken when they were last asked for."""
        seen = Source in self.models
        rows = LinkCheck.objects.of_current_links().broken().select_related("source").defer("source__rendering")
        items = [
            Item(
                *("source", check.source.slug, str(check.source), _page("source", check.source_id)),
                (check.url, f"{check.error} ({check.checked_at:%-d %b %Y}, {_times(check.failures)})"),
                (("danger", str(check.status or "no answer")),),
            )
            for check in (rows.order_by("-failures", "pk")[: self.most + 1] if seen else ())
        ]
        return self._box("links", "Broken links of sources", "No link is known to be broken.", items)

    # ---

    def _box(self, name: str, title: str, none: str, items: Iterable[Item]) -> Box:
        items = list(items)
        return Box(name, title, none, items[: self.most], len(items) > self.most)

    def _ago(self, instant: Any) -> str:
        if self.now - instant < timedelta(minutes=1):
            return "just now"
        return f"{timesince(instant, self.now, depth=1)} ago".replace("\xa0", " ")


def _last_word(**about: Any) -> Subquery:
    """Return the number of the last entry by which something was returned; null if it was submitted since, or never."""
    entries = LogEntry.objects.filter(**about, move__in=[Move.SUBMITTED, Move.RETURNED]).order_by("-number")
    return Subquery(entries.values_list(Case(When(move=Move.RETURNED, then=F("number"))))[:1])


def _page(noun: str, pk: int, proposal: int | None = None) -> str:
    """Return the page of a record, or of a proposed change to it."""
    if proposal is None:
        return reverse(f"admin:sanctions_{noun}_change", args=[pk])
    return reverse("admin:sanctions_proposal_change", args=[proposal])


def _listed(paths: Sequence[str]) -> str:
    more = len(paths) - _MANY_PATHS
    return ", ".join(paths[:_MANY_PATHS]) + (f" and {more} more" if more > 0 else "")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times in a row"


#: Name of a box → its method, in the order for users who decide nothing.
BOXES: Final[dict[str, Callable[[Work], Box]]] = {
    "returned": Work.returned,
    "drafts": Work.drafts,
    "proposals": Work.proposals,
    "handed-in": Work.handed_in,
    "assigned": Work.assigned,
    "queue": Work.queue,
    "stale": Work.find_stale_records,
    "unsourced": Work.unsourced,
    "links": Work.links,
}


#: What reviewers see first.
_FIRST: Final = ("assigned", "queue")
#: Boxes that are left out if they are empty.
_IF_ANY: Final = ("returned", "proposals", "handed-in", "assigned")


def boxes_of(work: Work) -> dict[str, Box]:
    """Return the boxes of a dashboard by name, the most urgent first."""
    names = sorted(BOXES, key=lambda name: name not in _FIRST) if work.decides else list(BOXES)
    boxes = {name: BOXES[name](work) for name in names}
    return {name: box for name, box in boxes.items() if box.items or name not in _IF_ANY}


def visible(request: HttpRequest) -> list[type[Record]]:
    """Return the nouns whose records the user may see."""
    models = [record_type.model for record_type in BY_NAME.values()]
    return [model for model in models if admin.site.get_model_admin(model).has_view_permission(request)]


def whole_list(request: HttpRequest, name: str) -> HttpResponse:
    """Show the whole list of a box, or its beginning where it is very long."""
    if name not in BOXES:
        raise Http404("This list does not exist.")
    box = BOXES[name](Work(request, visible(request), MOST))
    context = {**admin.site.each_context(request), "title": box.title, "box": box, "most": MOST}
    return TemplateResponse(request, "admin/sanctions/work.html", context)
