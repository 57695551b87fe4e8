"""Two records of one thing made one: every reference moves, the old slug leads on, and all of it can be undone.

Which records are the same a person decides (:mod:`sanctions.editorial.duplicates`); where something public would
change, another person merges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson
from django.db.models import Max

from sanctions.editorial.authors import Author, Authors, add_authors, author_of, authors_of, replace_authors
from sanctions.editorial.duplicates import in_the_log, pair_of
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
from sanctions.records.combine import Renaming, Told, joined, moved, remainder
from sanctions.records.encode import chunks, encode, encode_many, refers_to
from sanctions.records.referrers import referring
from sanctions.records.registry import BY_NAME, RECORD_TYPES, type_of
from sanctions.records.three_way import merge as put_together
from sanctions.vocabulary import Sameness, State, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True, slots=True)
class Affected:
    """A record that a merge changes: what it says before and after, and its state before."""

    record_type: RecordType
    state: State
    before: Document
    after: Document

    @property
    def slug(self) -> str:
        """The slug of the record."""
        return str(self.before["slug"])


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a merge would do: the kept record first, then the other, then those that refer to it."""

    kept: Affected
    dropped: Affected
    referring: tuple[Affected, ...]
    told: tuple[Told, ...]

    @property
    def affected(self) -> tuple[Affected, ...]:
        """All records that would change."""
        return (self.kept, self.dropped, *self.referring)

    @property
    def public(self) -> list[type[Record]]:
        """The kinds of the public records that would change."""
        return _kinds(self.affected)


def _kinds(affected: Sequence[Affected]) -> list[type[Record]]:
    found = {one.record_type.name: one.record_type.model for one in affected if one.state == State.PUBLISHED}
    return list(found.values())


def plan(kept: Record, dropped: Record) -> Plan:
    """Return what merging two records would do; nothing is written. :class:`MoveRefused` if it cannot be."""
    _demand_mergeable(kept, dropped)
    record_type = type_of(kept)
    own, other = encode(record_type, kept.pk), encode(record_type, dropped.pk)
    both = joined(record_type, own, other)
    renaming = Renaming(record_type.model, dropped.slug, kept.slug)
    told: list[Told] = list(both.told)
    others = []
    for affected in _referring(record_type, {kept.pk, dropped.pk}, dropped.pk):
        after = moved(affected.record_type, affected.before, renaming)
        told += after.told
        others.append(Affected(affected.record_type, affected.state, affected.before, after.document))
    return Plan(
        Affected(record_type, State(kept.state), own, both.document),
        Affected(record_type, State(dropped.state), other, remainder(record_type, other)),
        tuple(others),
        tuple(told),
    )


def _referring(record_type: RecordType, without: set[int], pk: int) -> Iterator[Affected]:
    """Yield the records that refer to one, whatever their state, in the order of nouns and slugs."""
    found = referring(record_type, pk)
    for other in RECORD_TYPES:
        keys = found.get(other.name, set()) - (without if other is record_type else set())
        for some in chunks(sorted(keys)):
            states = dict(other.model._default_manager.filter(pk__in=some).values_list("pk", "state"))
            documents = encode_many(other, some)
            for key in sorted(documents, key=lambda key: str(documents[key]["slug"])):
                yield Affected(other, State(states[key]), documents[key], documents[key])


def _demand_mergeable(kept: Record, dropped: Record) -> None:
    if type(kept) is not type(dropped) or kept.pk == dropped.pk:
        raise MoveRefused("Two different records of one noun are merged.")
    for record in (kept, dropped):
        if record.state not in MERGE.starts:
            raise MoveRefused(f"{record.slug} is {record.get_state_display()}: that is not merged.")
    if dropped.is_published and not kept.is_published:
        raise MoveRefused(f"{dropped.slug} is public and {kept.slug} is not: keep the public one.")


def seal(found: Plan) -> str:
    """Return what tells whether a merge would still do what somebody has read."""
    return json_digest([[one.record_type.name, one.state, one.before, one.after] for one in found.affected])


def merge(kept: Record, dropped: Record, act: Act, *, seen: str = "") -> Redirect:
    """Merge the second record into the first. The reason is public: it stands with every version that comes of it.

    Where something public changes it needs that somebody else has said that they are the same. ``seen`` is the
    :func:`seal` of what was read; :class:`Stale` if it would do something else by now.
    """
    with batch(), move_transaction(MERGE, act) as act:
        for record in (kept, dropped):
            lock_record(record)
        found = plan(kept, dropped)
        pair = pair_of(type_of(kept), kept.slug, dropped.slug)
        _demand_permission(found, act.account, pair, unapproved(found, dropped))
        if seen and seen != seal(found):
            raise Stale("What merging them would do has changed since you read it. Read it again.")
        redirect = _redirected(found, act)
        authors = _credited(found, act, pair, kept, dropped)
        published = replace(act, authors=authors.in_ledger, kind=VersionKind.MERGE)
        if dropped.is_published and not current_documents(type_of(dropped), [dropped.slug]):
            # It came in without the ledger, which can take back only what it has.
            append(found.dropped.record_type, [found.dropped.before], Act(at=act.at))
        with _explained():
            save_documents([_incoming(one, one is found.dropped) for one in found.affected], published)
        if kept.is_published:
            write_columns(kept, author=pair.decider if pair else None, approver=act.account)
        else:
            write_columns(kept, author=kept.author or act.account, approver=None)
        _demand_all_sources(found.affected[:1] + found.referring)
        keep_history(act.at, records={type(kept): [kept.pk, dropped.pk]}, rows={})
        dropped.state = State.MERGED
        logged = replace(act, reason=in_the_log(f"{dropped.slug} into {kept.slug}", act.reason))
        for record in (dropped, kept):
            log_move(record, MERGE.move, logged)
    return redirect


def unapproved(found: Plan, dropped: Record) -> Authors:
    """Return the authors of what a merge would make public for the first time: those of a draft that goes in."""
    return authors_of(dropped) if found.public and found.dropped.state != State.PUBLISHED else Authors()


def _credited(found: Plan, act: Act, pair: Likeness | None, kept: Record, dropped: Record) -> Authors:
    """Count the authors of a merge with every record that it changes, and return them.

    What is public becomes the work of who said that the two are the same, and of who wrote a draft that goes into it.
    In drafts the merge is one more change, by who makes it.
    """
    public = Authors((decider_of(pair),) if pair is not None else ()).with_people(unapproved(found, dropped).people)
    merger = author_of(act.account)
    for record_type in {one.record_type.name: one.record_type for one in found.affected}.values():
        affected = [one for one in found.affected if one.record_type is record_type and one is not found.dropped]
        replaced = [one.slug for one in affected if one.state == State.PUBLISHED]
        replace_authors(record_type.name, dict.fromkeys(replaced, public.people), act.at)
        for some in chunks(one.slug for one in affected if one.state != State.PUBLISHED):
            rows = record_type.model._default_manager.filter(slug__in=some).defer("rendering")
            add_authors(rows, [merger], act.at)
    if found.kept.state != State.PUBLISHED:
        add_authors([kept], authors_of(dropped).people, act.at)
    return public if found.public else Authors((merger,))


def _demand_permission(found: Plan, by: AbstractBaseUser, pair: Likeness | None, written: Authors) -> None:
    model = found.kept.record_type.model
    if pair is not None and pair.decision == Sameness.DIFFERENT:
        raise MoveRefused(f"{pair} are different, {pair.by} has said: say first that they are the same.")
    if found.public and not may_merge(by, found.public, pair, written):
        wrote = f" {written} wrote {found.dropped.slug}, which was never public." if written.people else ""
        raise MoveRefused(
            f"{by} may not merge {found.dropped.slug} into {found.kept.slug}: something public would change, which "
            f"needs a reviewer who wrote none of it, and somebody else who has said that they are the same.{wrote}"
        )
    if not found.public and not may_compare(by, model):
        raise MoveRefused(f"{by} may not merge {found.dropped.slug} into {found.kept.slug}.")


def _redirected(found: Plan, act: Act) -> Redirect:
    """Write the merge down, with what every record said before and says after."""
    redirect = Redirect.objects.create(
        number=(Redirect.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        record_type=found.kept.record_type.name,
        old=found.dropped.slug,
        new=found.kept.slug,
        public=found.dropped.state == State.PUBLISHED,
        by=act.account.get_username(),
        at=act.at,
        reason=act.reason,
    )
    Touched.objects.bulk_create(
        [
            Touched(
                redirect=redirect,
                record_type=one.record_type.name,
                slug=one.slug,
                state=one.state,
                before=canonical_json(one.before).decode(),
                after=canonical_json(one.after).decode(),
            )
            for one in found.affected
        ],
        batch_size=200,
    )
    return redirect


def _incoming(one: Affected, dropped: bool) -> Incoming:
    return Incoming(one.record_type, one.after, State.MERGED if dropped else one.state)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the database has against the documents into a refusal of the move."""
    try:
        yield
    except InvalidDocument as error:
        raise MoveRefused(f"This cannot be done as it stands. {error}") from error


def _demand_all_sources(affected: Sequence[Affected]) -> None:
    for one in affected:
        if one.state == State.PUBLISHED:
            require_sources(one.record_type.model._default_manager.defer("rendering").get(slug=one.slug))


# --- Undoing ------------------------------------------------------------------------------------


def undoing(redirect: Redirect) -> list[Affected]:
    """Return what undoing a merge would change: each record as it is now, and as it would be; nothing is written.

    What was changed since the merge stays changed. :class:`Conflicting` names what was changed since in a way that
    cannot be put together with it.
    """
    found, conflicts = [], []
    since = [
        Renaming(BY_NAME[later.record_type].model, later.old, later.new)
        for later in Redirect.objects.standing().filter(number__gt=redirect.number).order_by("number")
    ]
    for one in redirect.touched.all():
        record_type = BY_NAME[one.record_type]
        row = record_type.model._default_manager.filter(slug=one.slug).values_list("pk", "state").first()
        if row is None:
            # A draft that was deleted since.
            continue
        now = encode(record_type, row[0])
        before, after = (_renamed(record_type, orjson.loads(text), since) for text in (one.before, one.after))
        together = put_together(record_type, after, now, before)
        conflicts += [
            f"{one.record_type} {one.slug}, {together.conflicts[number].path}" for number in together.undecided
        ]
        # What is as the merge left it becomes, to the byte, what it was.
        document = before if now == after else together.document
        is_back = (one.record_type, one.slug) == (redirect.record_type, redirect.old)
        state = State(one.state if is_back else row[1])
        found.append(Affected(record_type, state, now, document))
    if conflicts:
        raise Conflicting(
            f"{redirect} cannot be undone: this was changed since in another way. {'; '.join(conflicts)}.",
            tuple(conflicts),
        )
    return found


def _renamed(record_type: RecordType, document: Document, since: Sequence[Renaming]) -> Document:
    """Return a document as later merges, which stand, have left its references."""
    for renaming in since:
        if renaming.old in refers_to(record_type, document).get(renaming.model, ()):
            document = moved(record_type, document, renaming).document
    return document


def unmerge(redirect: Redirect, act: Act) -> None:
    """Undo a merge: every record says again what it said, but for what was changed since; the old slug is back.

    The reason is public. :class:`Conflicting` if what was changed since stands in the way.
    """
    with batch(), move_transaction(UNMERGE, act) as act:
        redirect.refresh_from_db(from_queryset=Redirect.objects.select_for_update())
        if redirect.undone_at is not None:
            raise MoveRefused(f"{redirect} is undone already.")
        _demand_last(redirect)
        record_type = BY_NAME[redirect.record_type]
        affected = undoing(redirect)
        approved_since = _approved_since(redirect, affected)
        _demand_permission_to_undo(redirect, affected, approved_since, act.account)
        redirect.undone_at, redirect.undone_by, redirect.undone_reason = act.at, act.name, act.reason
        redirect.save()
        _discredit([one for one in affected if one not in approved_since], act)
        authors = _writers(approved_since)
        if redirect.by not in (act.name, *(author.name for author in authors.people)):
            authors = authors.with_people([Author(None, redirect.by)])
        published = replace(act, authors=authors.in_ledger, kind=VersionKind.RESTORATION)
        with _explained():
            save_documents([Incoming(one.record_type, one.after, one.state) for one in affected], published)
        _demand_all_sources(affected)
        records = {
            slug: record_type.model._default_manager.defer("rendering").get(slug=slug)
            for slug in (redirect.old, redirect.new)
        }
        keep_history(act.at, records={record_type.model: [record.pk for record in records.values()]}, rows={})
        Likeness.objects.of(record_type.name, redirect.old, redirect.new).update(
            decision=Sameness.UNSURE, reason=act.reason, decider=act.account, by=act.name, at=act.at
        )
        logged = replace(act, reason=in_the_log(f"{redirect.old} out of {redirect.new}", act.reason))
        for record in records.values():
            log_move(record, UNMERGE.move, logged)


def _approved_since(redirect: Redirect, affected: Sequence[Affected]) -> list[Affected]:
    """Return the public records that were never approved without the merge: drafts at the time, published later."""
    drafts = set(redirect.touched.filter(state__in=EDITABLE).values_list("record_type", "slug"))
    return [one for one in affected if one.state == State.PUBLISHED and (one.record_type.name, one.slug) in drafts]


def _writers(affected: Sequence[Affected]) -> Authors:
    """Return everybody who wrote what the records say now."""
    writers = Authors()
    for one in affected:
        record = one.record_type.model._default_manager.defer("rendering").get(slug=one.slug)
        writers = writers.with_people(authors_of(record).people)
    return writers


def _demand_permission_to_undo(
    redirect: Redirect, affected: Sequence[Affected], approved_since: Sequence[Affected], by: AbstractBaseUser
) -> None:
    """Require who may publish what the merge changed, and another than its authors for what was published since.

    Elsewhere the user who merged may undo it alone: what comes back was approved before, and is no new work.
    """
    if not may_unmerge(by, BY_NAME[redirect.record_type].model, _kinds(affected)):
        raise MoveRefused(f"{by} may not undo {redirect}: that needs who may publish what it changed.")
    for one in approved_since:
        if (writers := _writers([one])).include(by):
            raise MoveRefused(
                f"{by} may not undo {redirect}: {one.slug} was published after the merge, so another person than its "
                f"authors must approve it as it would be. {writers} wrote it."
            )


def _discredit(affected: Sequence[Affected], act: Act) -> None:
    """Let nobody be the author of what was approved before the merge; in drafts undoing it is one more change."""
    for record_type in {one.record_type.name: one.record_type for one in affected}.values():
        mine = [one for one in affected if one.record_type is record_type]
        public = [one.slug for one in mine if one.state == State.PUBLISHED]
        replace_authors(record_type.name, dict.fromkeys(public, ()), act.at)
        for some in chunks(one.slug for one in mine if one.state != State.PUBLISHED):
            rows = record_type.model._default_manager.filter(slug__in=some).defer("rendering")
            add_authors(rows, [author_of(act.account)], act.at)


def _demand_last(redirect: Redirect) -> None:
    """Refuse to undo a merge into a record that was itself merged since: there is nowhere to take anything out of."""
    later = Redirect.objects.standing().filter(record_type=redirect.record_type, old=redirect.new).first()
    if later is not None:
        raise MoveRefused(f"{redirect} cannot be undone before {later} is.")
