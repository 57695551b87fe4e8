"""An import from its files to its report: which form they are, what was read, what it would do, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import (
    Entry,
    Fault,
    Files,
    Form,
    PublishedList,
    RawFile,
    Reading,
    Role,
    by_role,
)
from sanctions.importers.plan import Fate, Plan, plan
from sanctions.importers.report import Report, files_told, tell
from sanctions.importers.snapshots import Snapshot, contributions
from sanctions.importers.write import Consent, Written, write
from sanctions.models import Import
from sanctions.records.actors import ACTOR
from sanctions.records.bulk import with_few_pages
from sanctions.records.validate import validate

#: Told how many entries are read, or records done, of how many if this is known.
Progress = Callable[[str, int, int | None], object]


@dataclass(slots=True)
class Prepared:
    """An import that can be carried out: what it would do, and its report."""

    source: PublishedList
    plan: Plan
    report: Report


def silent(what: str, done: int, total: int | None) -> None:
    """Tell nobody of the progress."""


def prepare(
    source: PublishedList,
    files: Sequence[RawFile] | Mapping[str, RawFile],
    *,
    as_of: date | None = None,
    is_public: bool = False,
    progress: Progress = silent,
) -> Prepared:
    """Read the files of a snapshot and say what importing it would do; nothing is written.

    :class:`UnreadableList` if the files are not a snapshot of the source, or its day is not known or lies before that
    of one that was imported already.
    """
    form, by_its_role = _form(source, files)
    reading = form.read(by_its_role)
    entries = list(_usable(_counted(reading, progress), reading))
    day = _day(source, reading.as_of, as_of)
    before = Import.objects.last_of(source.name)
    _demand_order(source, day, before)
    _demand_roles(by_its_role, before)
    snapshot = Snapshot(
        source=source,
        as_of=day,
        before=before.as_of if before else None,
        files=by_its_role,
        entries=entries,
        unread=frozenset(reading.unread),
    )
    report = Report(source.name, source.title, day, is_dry=True, is_public=is_public)
    report.files, report.entries, report.faults = files_told(by_its_role), len(entries), reading.faults
    found = plan(source.name, contributions(snapshot), reading.faults, is_public=is_public)
    tell(report, found)
    return Prepared(source, found, report)


def carry_out(prepared: Prepared, consent: Consent, progress: Progress = silent) -> tuple[Written, Import]:
    """Do what was prepared, all in one transaction, and keep its report.

    :class:`MoveRefused` if whoever imports may not; :class:`InvalidDocument` if the database refuses something.
    """
    total = len(prepared.plan.of(Fate.NEW, Fate.CHANGED, Fate.PROPOSED))
    with with_few_pages(), transaction.atomic():
        written = write(prepared.source.name, prepared.plan, consent, lambda done: progress("Writing", done, total))
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
    return written, kept


def _form(source: PublishedList, files: Sequence[RawFile] | Mapping[str, RawFile]) -> tuple[Form, dict[str, RawFile]]:
    """Return the form in which the files are, and the files by their roles in its order."""
    for form in source.forms:
        found = _fitting(form, files)
        if found is not None:
            return form, {role.name: found[role.name] for role in form.roles if role.name in found}
    names = ", ".join(file.name for file in (files.values() if isinstance(files, Mapping) else files)) or "none"
    allowed = "; or ".join(f"{form.name}: {', '.join(map(_called, form.roles))}" for form in source.forms)
    raise UnreadableList(
        f"These are not the files of a snapshot of {source.name}: {names}. Allowed: {allowed}. "
        "Name the role of a file whose name does not tell it: main=FILE."
    )


def _called(role: Role) -> str:
    return f"{role.name} (…{role.endings[0]}{'' if role.is_needed else ', if there is one'})"


def _fitting(form: Form, files: Sequence[RawFile] | Mapping[str, RawFile]) -> dict[str, RawFile] | None:
    if isinstance(files, Mapping):
        roles = {role.name for role in form.roles}
        needed = {role.name for role in form.roles if role.is_needed}
        ending = form.roles[0].endings[0].rpartition(".")[2]
        fits = needed <= set(files) <= roles and all(file.name.lower().endswith(ending) for file in files.values())
        return dict(files) if fits else None
    return by_role(form.roles, files)


def _counted(reading: Reading, progress: Progress) -> Iterator[Entry]:
    for number, entry in enumerate(reading.entries, start=1):
        yield entry
        if number % 100 == 0:
            progress("Reading", 100, reading.total)


def _day(source: PublishedList, stated: date | None, given: date | None) -> date:
    if stated is None:
        if given is not None:
            return given
        raise UnreadableList(f"The files of {source.name} do not say of which day they are: give it (--as-of).")
    if given is not None and stated != given:
        raise UnreadableList(f"The files say that they are of {stated}, and not of {given}.")
    return stated


def _demand_order(source: PublishedList, day: date, before: Import | None) -> None:
    if before is not None and before.as_of is not None and day < before.as_of:
        raise UnreadableList(
            f"A snapshot of {source.name} of {before.as_of} was imported already; this one is of {day}. "
            "Snapshots are imported in their order."
        )


def _demand_roles(files: Files, before: Import | None) -> None:
    """Refuse a snapshot that lacks a file which the last one had: what it told would seem to be gone."""
    if before is None:
        return
    had = {file["role"] for file in before.report.get("files", ())}
    if missing := sorted(had - set(files)):
        raise UnreadableList(
            f"The last snapshot, of {before.as_of}, came with these files too: {', '.join(missing)}. "
            "Without them what they told would seem to be gone."
        )


def _usable(entries: Iterable[Entry], reading: Reading) -> Iterator[Entry]:
    """Yield the entries whose actors are valid; tell the faults of the others, which are on the list all the same."""
    for entry in entries:
        problems = validate(ACTOR, {**entry.actor, "slug": "actor"}, entry.place)
        if not problems:
            yield entry
            continue
        reading.unread.add(entry.key)
        reading.faults += [
            Fault(entry.place, one.path, entry.key, f"{one.message} The entry was not read.") for one in problems
        ]
