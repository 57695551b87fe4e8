"""An import from its files to its report: what a source says, what that would do, and doing it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Max

from sanctions.editorial.procedure import digest_of
from sanctions.importers.base import REASON, Given, Importable, Progress, silent
from sanctions.importers.plan import Fate, Plan, plan
from sanctions.importers.report import Report, files_told, tell
from sanctions.importers.write import Consent, write
from sanctions.models import Import
from sanctions.records.bulk import update_statistics, with_few_pages, without_collecting


@dataclass(slots=True)
class Prepared:
    """An import that can be carried out: what it would do, and its report."""

    source: Importable
    plan: Plan
    report: Report

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
    is_public: bool = False,
    progress: Progress = silent,
) -> Prepared:
    """Read files and say what importing them would do; nothing is written.

    :class:`UnreadableList` if the files are not what the source expects, or the snapshot's day is not known or lies
    before that of one that was imported already.
    """
    with without_collecting():
        spoken = source.speak(files, as_of, progress)
        report = Report(source.name, source.title, spoken.as_of, is_dry=True, is_public=is_public)
        report.files, report.entries, report.faults = files_told(spoken.files), spoken.entries, spoken.faults
        report.more, report.unread = spoken.more, sorted(spoken.unread)
        found = plan(source.name, spoken.contributions, spoken.faults, is_public=is_public)
        tell(report, found)
    return Prepared(source, found, report)


def rehearse(prepared: Prepared, consent: Consent, progress: Progress = silent) -> None:
    """Do what was prepared, and take it back: raise what :func:`carry_out` would, and leave nothing."""
    total = len(prepared.plan.of(Fate.NEW, Fate.CHANGED, Fate.PROPOSED))
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

    :class:`MoveRefused` if whoever imports may not; :class:`InvalidDocument` if the database refuses something.
    """
    total = len(prepared.plan.of(Fate.NEW, Fate.CHANGED, Fate.PROPOSED))
    with with_few_pages(), transaction.atomic():
        prepared.report.batch = write(
            prepared.source.name, prepared.plan, consent, lambda done: progress("Writing", done, total)
        )
        prepared.report.is_dry = False
        kept = Import(
            number=(Import.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            source=prepared.source.name,
            as_of=prepared.report.as_of,
            made_at=consent.at,
            account_id=consent.by.pk,
            by=consent.by.get_username(),
            report=prepared.report.as_json(),
        )
        kept.save()
    update_statistics(total)
    return kept
