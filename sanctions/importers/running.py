"""Run an import: read its files, plan it, rehearse it, carry it out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Max

from sanctions.database.bulk_writes import update_statistics, with_few_pages, without_collecting
from sanctions.editorial.procedure import json_digest
from sanctions.exceptions import Stale, UnreadableList
from sanctions.importers.base import REASON, GivenFiles, ImportSource, Progress, no_progress
from sanctions.importers.plan.endings import Endings, find_endings
from sanctions.importers.plan.items import Fate, ImportPlan
from sanctions.importers.plan.planning import plan_import
from sanctions.importers.report import ImportReport, describe_files, fill_report
from sanctions.importers.write import Consent, check_plan, write_plan
from sanctions.ledger.versions import Act, advance_head
from sanctions.models import Import

#: The most records that a preview rehearses: it locks the ledger for a second or two.
MOST_REHEARSED: Final = 100


@dataclass(slots=True)
class PreparedImport:
    """An import that can be carried out, with its plan and its report."""

    source: ImportSource
    plan: ImportPlan
    report: ImportReport
    #: The number of the source's last import when the files were read; ``None`` before the first.
    last: int | None = None
    endings: Endings = field(default_factory=Endings)

    @property
    def todo(self) -> int:
        """The number of records that it would write or propose to change."""
        return len(self.plan.of(Fate.NEW, Fate.CHANGED, Fate.PROPOSED))

    @property
    def seal(self) -> str:
        """A digest of everything that it would do: an import is refused if it differs from what the user saw."""
        return json_digest(
            [[item.key, str(item.fate), item.slug, item.digest, item.before] for item in self.plan.items]
        )

    @property
    def reason(self) -> str:
        """The reason that the log and the versions give."""
        return f"{REASON}{self.source.title} as of {self.report.as_of}."


def prepare(
    source: ImportSource,
    files: GivenFiles,
    *,
    as_of: date | None = None,
    today: date | None = None,
    is_public: bool = False,
    progress: Progress = no_progress,
) -> PreparedImport:
    """Read files and plan their import; nothing is written.

    Raise :class:`UnreadableList` if the files are not what the source expects, or if the snapshot's day is unknown,
    before that of an imported snapshot, or after ``today``.
    """
    with without_collecting():
        last = _last_number(source.name)
        content = source.read(files, as_of, progress)
        if today is not None:
            require_past_day(content.as_of, today)
        report = ImportReport(source.name, source.title, content.as_of, is_dry=True, is_public=is_public)
        report.files, report.entries, report.faults = describe_files(content.files), content.entries, content.faults
        report.more, report.unread_entries = content.more, content.unread_entries
        report.unread_ids = sorted(content.unread)
        plan = plan_import(source.name, content.contributions, content.faults, is_public=is_public)
        endings = find_endings(source.name, plan)
        fill_report(report, plan, endings)
    return PreparedImport(source, plan, report, last, endings)


def _last_number(source: str) -> int | None:
    before = Import.objects.last_of(source)
    return before.number if before else None


def require_past_day(as_of: date | None, today: date) -> None:
    """Raise :class:`UnreadableList` if a snapshot is of a future day: the real ones would count as older."""
    if as_of is not None and as_of > today:
        raise UnreadableList(
            f"The snapshot is of {as_of}, and today is {today}: a day that is yet to come is not allowed. Check the "
            "day (--as-of, or the one that the files state) and the clock."
        )


def try_import(prepared: PreparedImport, consent: Consent, progress: Progress = no_progress) -> bool:
    """Rehearse a small import; check a large one without writing. Return whether it was rehearsed.

    Until a rehearsal ends no other user can write, as during the import itself.
    """
    if prepared.todo > MOST_REHEARSED:
        check_plan(prepared.plan, consent)
        return False
    rehearse(prepared, consent, progress)
    return True


def rehearse(prepared: PreparedImport, consent: Consent, progress: Progress = no_progress) -> None:
    """Carry out an import and roll it back: raise the errors of :func:`carry_out` and change nothing."""
    total = prepared.todo
    with with_few_pages(), transaction.atomic():
        write_plan(
            prepared.source.name,
            prepared.plan,
            consent,
            lambda done: progress("Trying", done, total),
            is_rehearsal=True,
        )
        transaction.set_rollback(True)


def rehearse_as_anybody(prepared: PreparedImport, at: datetime, progress: Progress = no_progress) -> None:
    """Rehearse with a temporary superuser, which is rolled back too."""
    users = get_user_model()
    with transaction.atomic():
        name = {users.USERNAME_FIELD: f"rehearsal-{secrets.token_hex(8)}"}
        account = users._default_manager.create(**name, is_superuser=True)
        consent = Consent(Act(at, account, prepared.reason), is_public=prepared.report.is_public)
        rehearse(prepared, consent, progress)
        transaction.set_rollback(True)


def carry_out(prepared: PreparedImport, consent: Consent, progress: Progress = no_progress) -> Import:
    """Carry out an import in one transaction, and store its report.

    Raise :class:`MoveRefused` if the user may not import, or if the source was imported or an import of it undone since
    the files were read; :class:`InvalidDocument` if the database refuses something; :class:`EndingsNotAccepted` if too
    much would end; :class:`UnreadableList` if the snapshot's day is in the future.
    """
    require_past_day(prepared.report.as_of, consent.act.at.date())
    prepared.endings.require_accepted(consent.accepted_endings)
    total = prepared.todo
    with with_few_pages(), transaction.atomic():
        # This locks the ledger: no other import or undo can run until the transaction ends.
        advance_head(consent.act.at)
        if _last_number(prepared.source.name) != prepared.last:
            raise Stale(
                f"{prepared.source.title} was imported, or an import of it undone, since the files were "
                "read. Nothing was written. Read the files again."
            )
        written = write_plan(
            prepared.source.name, prepared.plan, consent, lambda done: progress("Writing", done, total)
        )
        prepared.report.batch = written.batch
        prepared.report.is_dry = False
        stored = Import(
            number=(Import.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            source=prepared.source.name,
            as_of=prepared.report.as_of,
            made_at=consent.act.at,
            account_id=consent.act.account.pk,
            by=consent.act.name,
            report=prepared.report.as_json(),
            is_undoable=True,
        )
        stored.save()
        written.changes.store(stored)
    update_statistics(total)
    return stored
