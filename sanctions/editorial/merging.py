"""Merge two records of the same thing: references move, the old slug redirects, and the merge can be undone.

A person decides which records are the same (:mod:`sanctions.editorial.duplicates`). If a public record would change,
another person merges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson
from django.db.models import Max

from sanctions.editorial.authors import Author, Authors, add_authors, author_of, authors_of, replace_authors
from sanctions.editorial.duplicates import log_reason, pair_of
from sanctions.editorial.move_table import MERGE, UNMERGE
from sanctions.editorial.permissions import EDITABLE, decider_of, may_compare, may_merge, may_unmerge
from sanctions.editorial.procedure import (
    batch,
    json_digest,
    lock_record,
    log_move,
    move_transaction,
    require_sources,
    write_columns,
)
from sanctions.exceptions import Conflicting, InvalidDocument, MoveRefused, Stale
from sanctions.ledger.history import keep_history
from sanctions.ledger.versions import Act, append, canonical_json, current_documents
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Likeness, Record, Redirect, Touched
from sanctions.records.base import Document, RecordType
from sanctions.records.combine import MergeNote, Renaming, combine_documents, move_references, remaining_document
from sanctions.records.encode import chunks, encode, encode_many, refers_to
from sanctions.records.referrers import find_referrers
from sanctions.records.registry import BY_NAME, RECORD_TYPES, type_of
from sanctions.records.three_way import merge as three_way_merge
from sanctions.vocabulary import Sameness, State, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True, slots=True)
class Affected:
    """A record that a merge changes: its documents before and after, and its state before."""

    record_type: RecordType
    state: State
    before: Document
    after: Document

    @property
    def slug(self) -> str:
        return str(self.before["slug"])


@dataclass(frozen=True, slots=True)
class Plan:
    """The effects of a merge: the changes of the kept record, of the dropped one, and of those that refer to it.

    ``notes`` list what a reader would not expect, such as values that are left out.
    """

    kept: Affected
    dropped: Affected
    referring: tuple[Affected, ...]
    notes: tuple[MergeNote, ...]

    @property
    def affected(self) -> tuple[Affected, ...]:
        """All records that would change."""
        return (self.kept, self.dropped, *self.referring)

    @property
    def public(self) -> list[type[Record]]:
        """The kinds of the public records that would change."""
        return _kinds(self.affected)


def _kinds(affected: Sequence[Affected]) -> list[type[Record]]:
    kinds = {item.record_type.name: item.record_type.model for item in affected if item.state == State.PUBLISHED}
    return list(kinds.values())


def plan_merge(kept: Record, dropped: Record) -> Plan:
    """Return the effects of merging two records without writing; :class:`MoveRefused` if they cannot be merged."""
    _require_mergeable(kept, dropped)
    record_type = type_of(kept)
    kept_document, dropped_document = encode(record_type, kept.pk), encode(record_type, dropped.pk)
    combined = combine_documents(record_type, kept_document, dropped_document)
    renaming = Renaming(record_type.model, dropped.slug, kept.slug)
    notes: list[MergeNote] = list(combined.notes)
    referrers = []
    for affected in _referring(record_type, {kept.pk, dropped.pk}, dropped.pk):
        after = move_references(affected.record_type, affected.before, renaming)
        notes += after.notes
        referrers.append(Affected(affected.record_type, affected.state, affected.before, after.document))
    rest = remaining_document(record_type, dropped_document)
    return Plan(
        Affected(record_type, State(kept.state), kept_document, combined.document),
        Affected(record_type, State(dropped.state), dropped_document, rest),
        tuple(referrers),
        tuple(notes),
    )


def _referring(record_type: RecordType, without: set[int], pk: int) -> Iterator[Affected]:
    """Yield the records that refer to a record, in any state, by noun and slug; unchanged so far."""
    referrers = find_referrers(record_type, pk)
    for other in RECORD_TYPES:
        ids = referrers.get(other.name, set()) - (without if other is record_type else set())
        for several in chunks(sorted(ids)):
            states = dict(other.model._default_manager.filter(pk__in=several).values_list("pk", "state"))
            documents = encode_many(other, several)
            for key in sorted(documents, key=lambda key: str(documents[key]["slug"])):
                yield Affected(other, State(states[key]), documents[key], documents[key])


def _require_mergeable(kept: Record, dropped: Record) -> None:
    if type(kept) is not type(dropped) or kept.pk == dropped.pk:
        raise MoveRefused("Only two different records of the same kind can be merged.")
    for record in (kept, dropped):
        if record.state not in MERGE.starts:
            raise MoveRefused(f"{record.slug} is {record.get_state_display()} and cannot be merged.")
    if dropped.is_published and not kept.is_published:
        raise MoveRefused(f"{dropped.slug} is public and {kept.slug} is not. Keep the public one.")


def seal(plan: Plan) -> str:
    """Return a digest of the effects of a merge; it differs if they are no longer what a user has read."""
    return json_digest([[item.record_type.name, item.state, item.before, item.after] for item in plan.affected])


def merge(kept: Record, dropped: Record, act: Act, *, seen: str = "") -> Redirect:
    """Merge the second record into the first; the reason is public with every version that the merge writes.

    If a public record changes, another user must have decided that the two are the same. ``seen`` is the :func:`seal`
    of what was read; :class:`Stale` if the effects have changed since.
    """
    with batch(), move_transaction(MERGE, act) as act:
        for record in (kept, dropped):
            lock_record(record)
        plan = plan_merge(kept, dropped)
        pair = pair_of(type_of(kept), kept.slug, dropped.slug)
        _require_permission(plan, act.account, pair, unapproved_authors(plan, dropped))
        if seen and seen != seal(plan):
            raise Stale("The effects of this merge have changed since you read them. Read them again.")
        redirect = _store_redirect(plan, act)
        authors = _store_authors(plan, act, pair, kept, dropped)
        published = replace(act, authors=authors.in_ledger, kind=VersionKind.MERGE)
        if dropped.is_published and not current_documents(type_of(dropped), [dropped.slug]):
            # Written without the ledger, which can withdraw only a version that it contains.
            append(plan.dropped.record_type, [plan.dropped.before], Act(at=act.at))
        with _faults_as_refusal():
            save_documents([_incoming(item, item is plan.dropped) for item in plan.affected], published)
        if kept.is_published:
            write_columns(kept, author=pair.decider if pair else None, approver=act.account)
        else:
            write_columns(kept, author=kept.author or act.account, approver=None)
        _require_all_sources(plan.affected[:1] + plan.referring)
        keep_history(act.at, records={type(kept): [kept.pk, dropped.pk]}, rows={})
        dropped.state = State.MERGED
        logged = replace(act, reason=log_reason(f"{dropped.slug} into {kept.slug}", act.reason))
        for record in (dropped, kept):
            log_move(record, MERGE.move, logged)
    return redirect


def unapproved_authors(plan: Plan, dropped: Record) -> Authors:
    """Return the authors of the content that a merge makes public for the first time: those of a dropped draft."""
    return authors_of(dropped) if plan.public and plan.dropped.state != State.PUBLISHED else Authors()


def _store_authors(plan: Plan, act: Act, pair: Likeness | None, kept: Record, dropped: Record) -> Authors:
    """Store the authors of every record that a merge changes, and return the authors of its versions.

    The authors of public records become the user who decided that the two are the same, and the authors of a draft
    that is merged into one. To drafts the merge adds the user who merges.
    """
    public = Authors((decider_of(pair),) if pair is not None else ()).with_people(
        unapproved_authors(plan, dropped).people
    )
    merger = author_of(act.account)
    for record_type in {item.record_type.name: item.record_type for item in plan.affected}.values():
        affected = [item for item in plan.affected if item.record_type is record_type and item is not plan.dropped]
        replaced = [item.slug for item in affected if item.state == State.PUBLISHED]
        replace_authors(record_type.name, dict.fromkeys(replaced, public.people), act.at)
        for slugs in chunks(item.slug for item in affected if item.state != State.PUBLISHED):
            rows = record_type.model._default_manager.filter(slug__in=slugs).defer("rendering")
            add_authors(rows, [merger], act.at)
    if plan.kept.state != State.PUBLISHED:
        add_authors([kept], authors_of(dropped).people, act.at)
    return public if plan.public else Authors((merger,))


def _require_permission(plan: Plan, by: AbstractBaseUser, pair: Likeness | None, written: Authors) -> None:
    model = plan.kept.record_type.model
    if pair is not None and pair.decision == Sameness.DIFFERENT:
        raise MoveRefused(
            f"{pair.by} has decided that {pair} are different. Decide first that they are the same, then merge them."
        )
    if plan.public and not may_merge(by, plan.public, pair, written):
        wrote = f" {written} wrote {plan.dropped.slug}, which was never public." if written.people else ""
        raise MoveRefused(
            f"{by} may not merge {plan.dropped.slug} into {plan.kept.slug}: a public record would change. That needs "
            f"a reviewer who did not write the change, and another user who decided that they are the same.{wrote}"
        )
    if not plan.public and not may_compare(by, model):
        raise MoveRefused(f"{by} may not merge {plan.dropped.slug} into {plan.kept.slug}.")


def _store_redirect(plan: Plan, act: Act) -> Redirect:
    """Store the merge, with the documents of every affected record before and after."""
    redirect = Redirect.objects.create(
        number=(Redirect.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        record_type=plan.kept.record_type.name,
        old=plan.dropped.slug,
        new=plan.kept.slug,
        public=plan.dropped.state == State.PUBLISHED,
        by=act.account.get_username(),
        at=act.at,
        reason=act.reason,
    )
    Touched.objects.bulk_create(
        [
            Touched(
                redirect=redirect,
                record_type=item.record_type.name,
                slug=item.slug,
                state=item.state,
                before=canonical_json(item.before).decode(),
                after=canonical_json(item.after).decode(),
            )
            for item in plan.affected
        ],
        batch_size=200,
    )
    return redirect


def _incoming(item: Affected, dropped: bool) -> Incoming:
    return Incoming(item.record_type, item.after, State.MERGED if dropped else item.state)


@contextmanager
def _faults_as_refusal() -> Iterator[None]:
    """Raise :class:`MoveRefused` for documents that the database rejects."""
    try:
        yield
    except InvalidDocument as error:
        raise MoveRefused(f"The merged records are not valid. {error}") from error


def _require_all_sources(affected: Sequence[Affected]) -> None:
    for item in affected:
        if item.state == State.PUBLISHED:
            require_sources(item.record_type.model._default_manager.defer("rendering").get(slug=item.slug))


# --- Undo ---------------------------------------------------------------------------------------


def plan_unmerge(redirect: Redirect) -> list[Affected]:
    """Return the effects of undoing a merge without writing: each record as it is now, and as it would be.

    Changes made since the merge are kept. :class:`Conflicting` lists those that contradict the undo.
    """
    affected, conflicts = [], []
    later_merges = [
        Renaming(BY_NAME[later.record_type].model, later.old, later.new)
        for later in Redirect.objects.in_effect().filter(number__gt=redirect.number).order_by("number")
    ]
    for touched in redirect.touched.all():
        record_type = BY_NAME[touched.record_type]
        row = record_type.model._default_manager.filter(slug=touched.slug).values_list("pk", "state").first()
        if row is None:
            # A draft that was deleted since.
            continue
        now = encode(record_type, row[0])
        before, after = (
            _apply_renamings(record_type, orjson.loads(text), later_merges) for text in (touched.before, touched.after)
        )
        merged = three_way_merge(record_type, after, now, before)
        conflicts += [
            f"{touched.record_type} {touched.slug}, {merged.conflicts[number].path}" for number in merged.undecided
        ]
        # A record that is unchanged since the merge becomes byte for byte what it was before.
        document = before if now == after else merged.document
        is_back = (touched.record_type, touched.slug) == (redirect.record_type, redirect.old)
        state = State(touched.state if is_back else row[1])
        affected.append(Affected(record_type, state, now, document))
    if conflicts:
        raise Conflicting(
            f"{redirect} cannot be undone: these fields have changed since in another way. {'; '.join(conflicts)}.",
            tuple(conflicts),
        )
    return affected


def _apply_renamings(record_type: RecordType, document: Document, renamings: Sequence[Renaming]) -> Document:
    """Return a document with its references as later merges have moved them."""
    for renaming in renamings:
        if renaming.old in refers_to(record_type, document).get(renaming.model, ()):
            document = move_references(record_type, document, renaming).document
    return document


def unmerge(redirect: Redirect, act: Act) -> None:
    """Undo a merge: restore the content of every record, except for changes made since; the old slug returns.

    The reason is public. :class:`Conflicting` if changes made since contradict the undo.
    """
    with batch(), move_transaction(UNMERGE, act) as act:
        redirect.refresh_from_db(from_queryset=Redirect.objects.select_for_update())
        if redirect.undone_at is not None:
            raise MoveRefused(f"{redirect} is undone already.")
        _require_no_later_merge(redirect)
        record_type = BY_NAME[redirect.record_type]
        affected = plan_unmerge(redirect)
        approved_since = _approved_since(redirect, affected)
        _require_permission_to_undo(redirect, affected, approved_since, act.account)
        redirect.undone_at, redirect.undone_by, redirect.undone_reason = act.at, act.name, act.reason
        redirect.save()
        _restore_authors([item for item in affected if item not in approved_since], act)
        authors = _writers(approved_since)
        if redirect.by not in (act.name, *(author.name for author in authors.people)):
            authors = authors.with_people([Author(None, redirect.by)])
        published = replace(act, authors=authors.in_ledger, kind=VersionKind.RESTORATION)
        with _faults_as_refusal():
            save_documents([Incoming(item.record_type, item.after, item.state) for item in affected], published)
        _require_all_sources(affected)
        records = {
            slug: record_type.model._default_manager.defer("rendering").get(slug=slug)
            for slug in (redirect.old, redirect.new)
        }
        keep_history(act.at, records={record_type.model: [record.pk for record in records.values()]}, rows={})
        Likeness.objects.of(record_type.name, redirect.old, redirect.new).update(
            decision=Sameness.UNSURE, reason=act.reason, decider=act.account, by=act.name, at=act.at
        )
        logged = replace(act, reason=log_reason(f"{redirect.old} out of {redirect.new}", act.reason))
        for record in records.values():
            log_move(record, UNMERGE.move, logged)


def _approved_since(redirect: Redirect, affected: Sequence[Affected]) -> list[Affected]:
    """Return the public records that were approved only after the merge: drafts at the time, published later."""
    drafts = set(redirect.touched.filter(state__in=EDITABLE).values_list("record_type", "slug"))
    return [item for item in affected if item.state == State.PUBLISHED and (item.record_type.name, item.slug) in drafts]


def _writers(affected: Sequence[Affected]) -> Authors:
    """Return the authors of the current content of the records."""
    writers = Authors()
    for item in affected:
        record = item.record_type.model._default_manager.defer("rendering").get(slug=item.slug)
        writers = writers.with_people(authors_of(record).people)
    return writers


def _require_permission_to_undo(
    redirect: Redirect, affected: Sequence[Affected], approved_since: Sequence[Affected], by: AbstractBaseUser
) -> None:
    """Require the permission to publish what the merge changed, and that authors of later publications do not undo it.

    Otherwise the user who merged may undo it alone: the content that returns was approved before.
    """
    if not may_unmerge(by, BY_NAME[redirect.record_type].model, _kinds(affected)):
        raise MoveRefused(
            f"{by} may not undo {redirect}: that needs permission to publish all records that it changed."
        )
    for item in approved_since:
        if (writers := _writers([item])).include(by):
            raise MoveRefused(
                f"{by} may not undo {redirect}: {item.slug} was published after the merge, so another person than its "
                f"authors must approve it as it would be. {writers} wrote it."
            )


def _restore_authors(affected: Sequence[Affected], act: Act) -> None:
    """Remove the authors of public records, which were approved before the merge; add the user to those of drafts."""
    for record_type in {item.record_type.name: item.record_type for item in affected}.values():
        of_type = [item for item in affected if item.record_type is record_type]
        public = [item.slug for item in of_type if item.state == State.PUBLISHED]
        replace_authors(record_type.name, dict.fromkeys(public, ()), act.at)
        for slugs in chunks(item.slug for item in of_type if item.state != State.PUBLISHED):
            rows = record_type.model._default_manager.filter(slug__in=slugs).defer("rendering")
            add_authors(rows, [author_of(act.account)], act.at)


def _require_no_later_merge(redirect: Redirect) -> None:
    """Reject the undo of a merge into a record that was itself merged since: that merge must be undone first."""
    later = Redirect.objects.in_effect().filter(record_type=redirect.record_type, old=redirect.new).first()
    if later is not None:
        raise MoveRefused(f"{redirect} cannot be undone before {later} is.")
