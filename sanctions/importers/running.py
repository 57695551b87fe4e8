"""An import from its files to its report: what a source says, what that would do, and doing it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Max

from sanctions.database.bulk_writes import update_statistics, with_few_pages, without_collecting
from sanctions.editorial.procedure import digest_of
from sanctions.exceptions import Stale, UnreadableList
from sanctions.importers.base import REASON, Given, Importable, Progress, silent
from sanctions.importers.endings import Endings, endings_of
from sanctions.importers.plan import Fate, Plan, plan
from sanctions.importers.report import Report, files_told, tell
from sanctions.importers.write import Consent, check, write
from sanctions.ledger.versions import advance_head
from sanctions.models import Import

#: Records that are rehearsed where others work at the same time: it takes a second or two.
MOST_REHEARSED: Final = 100


@dataclass(slots=True)
class Prepared:
    """An import that can be carried out: what it would do, and its report."""

    source: Importable
    plan: Plan
    report: Report
    #: The number of the source's last import when the files were read, ``None`` if there was none.
    last: int | None = None
    endings: Endings = field(default_factory=Endings)

    @property
    def todo(self) -> int:
        """How many records it would write or propose to change."""
        return len(self.plan.of(Fate.NEW, Fate.CHANGED, Fate.PROPOSED))

    @property
    def seal(self) -> str:
        """What stands for all that it would do: what somebody has seen is what is done, or nothing."""
        return digest_of([[item.key, str(item.fate), item.slug, item.digest, item.before] for item in self.plan.items])

    @property
    def reason(self) -> str:
        """Why what it writes is written, for the log and the versions."""
        return f"{REASON}{self.source.title} as of {self.report.as_of}."


def prepare(
    source: Importable,
    files: Given,
    *,
    as_of: date | None = None,
    today: date | None = None,
    is_public: bool = False,
    progress: Progress = silent,
) -> Prepared:
    """Read files and say what importing them would do; nothing is written.

    :class:`UnreadableList` if the files are not what the source expects, or the snapshot's day is not known, lies
    before that of one that was imported already, or is later than ``today``.
    """
    with without_collecting():
        last = _last_number(source.name)
        spoken = source.speak(files, as_of, progress)
        if today is not None:
            demand_past(spoken.as_of, today)
        report = Report(source.name, source.title, spoken.as_of, is_dry=True, is_public=is_public)
        report.files, report.entries, report.faults = files_told(spoken.files), spoken.entries, spoken.faults
        report.more, report.unread_entries = spoken.more, spoken.unread_entries
        report.unread_ids = sorted(spoken.unread)
        found = plan(source.name, spoken.contributions, spoken.faults, is_public=is_public)
        endings = endings_of(source.name, found)
        tell(report, found, endings)
    return Prepared(source, found, report, last, endings)


def _last_number(source: str) -> int | None:
    before = Import.objects.last_of(source)
    return before.number if before else None


def demand_past(as_of: date | None, today: date) -> None:
    """Refuse a snapshot of a day that is yet to come: later ones would count as older than it."""
    if as_of is not None and as_of > today:
        raise UnreadableList(
            f"The snapshot is of {as_of}, and today is {today}: a day that is yet to come is not allowed. Check the "
            "day (--as-of, or the one that the files state) and the clock."
        )


def try_out(prepared: Prepared, consent: Consent, progress: Progress = silent) -> bool:
    """Rehearse a small import; check a large one without writing. Return whether it was rehearsed.

    A rehearsal keeps everybody else from writing until it ends, as the import itself does.
    """
    if prepared.todo > MOST_REHEARSED:
        check(prepared.plan, consent)
        return False
    rehearse(prepared, consent, progress)
    return True


def rehearse(prepared: Prepared, consent: Consent, progress: Progress = silent) -> None:
    """Do what was prepared, and take it back: raise what :func:`carry_out` would, and leave nothing."""
    total = prepared.todo
    with with_few_pages(), transaction.atomic():
        write(
            prepared.source.name,
            prepared.plan,
            consent,
            lambda done: progress("Trying", done, total),
            is_rehearsal=True,
        )
        transaction.set_rollback(True)


def rehearse_as_anybody(prepared: Prepared, at: datetime, progress: Progress = silent) -> None:
    """Rehearse as an account that may do everything, and that is there only until all is taken back."""
    users = get_user_model()
    with transaction.atomic():
        name = {users.USERNAME_FIELD: f"rehearsal-{secrets.token_hex(8)}"}
        account = users._default_manager.create(**name, is_superuser=True)
        consent = Consent(account, at, prepared.reason, is_public=prepared.report.is_public)
        rehearse(prepared, consent, progress)
        transaction.set_rollback(True)


def carry_out(prepared: Prepared, consent: Consent, progress: Progress = silent) -> Import:
    """Do what was prepared, all in one transaction, and keep its report.

    :class:`MoveRefused` if the user may not import, or if the source was imported or an import of it undone since the
    files were read; :class:`InvalidDocument` if the database refuses something; :class:`EndingsNotAccepted` if too much
    would end, and :class:`UnreadableList` if the snapshot's day is to come.
    """
    demand_past(prepared.report.as_of, consent.at.date())
    prepared.endings.demand(consent.accepted_endings)
    total = prepared.todo
    with with_few_pages(), transaction.atomic():
        # The ledger is locked: nobody imports or undoes anything until this is written.
        advance_head(consent.at)
        if _last_number(prepared.source.name) != prepared.last:
            raise Stale(
                f"{prepared.source.title} was imported meanwhile, or an import of it was undone. Nothing was written. "
                "Read the files again."
            )
        written = write(prepared.source.name, prepared.plan, consent, lambda done: progress("Writing", done, total))
        prepared.report.batch = written.batch
        prepared.report.is_dry = False
        kept = Import(
            number=(Import.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            source=prepared.source.name,
            as_of=prepared.report.as_of,
            made_at=consent.at,
            account_id=consent.by.pk,
            by=consent.by.get_username(),
            report=prepared.report.as_json(),
            is_undoable=True,
        )
        kept.save()
        written.changes.store(kept)
    update_statistics(total)
    return kept
