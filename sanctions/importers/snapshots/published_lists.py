"""Read a published list: recognise the form of its files and the day of the snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import (
    FileRole,
    Files,
    Form,
    GivenFiles,
    ImportSource,
    ListEntry,
    ParsedList,
    Progress,
    PublishedList,
    RawFile,
    SourceContent,
    match_roles,
)
from sanctions.importers.snapshots.contributions import build_contributions
from sanctions.importers.snapshots.snapshot import Snapshot
from sanctions.importers.snapshots.unread_entries import fill_unread, unread_entry_ids
from sanctions.models import Import


def as_import_source(source: PublishedList) -> ImportSource:
    """Return the list as a source that can be imported."""
    return ImportSource(source.name, source.title, _expected(source), partial(_speak, source))


def _expected(source: PublishedList) -> str:
    return "; or ".join(f"{form.name}: {', '.join(map(_describe_role, form.roles))}" for form in source.forms)


def _speak(source: PublishedList, given: GivenFiles, as_of: date | None, progress: Progress) -> SourceContent:
    form, files = _form(source, given)
    reading = form.read(files)
    read = list(_counted(reading, progress))
    day = _day(source, reading.as_of, as_of)
    before = Import.objects.last_of(source.name)
    require_snapshot_order(source.name, day, before)
    _require_roles(form, files, before)
    entries = fill_unread(source.name, read)
    snapshot = Snapshot(
        source=source,
        as_of=day,
        before=before.as_of if before else None,
        files=files,
        entries=entries,
        unread=unread_entry_ids(source.name, reading, entries),
        unread_before=frozenset(before.report.get("unread_ids", ())) if before else frozenset(),
        faults=reading.faults,
    )
    unread = len(reading.unread - {entry.key for entry in entries}) + len(reading.unidentified)
    return SourceContent(
        build_contributions(snapshot),
        files,
        reading.faults,
        len(entries),
        day,
        unread,
        unread=frozenset(snapshot.unread),
    )


def _form(source: PublishedList, files: GivenFiles) -> tuple[Form, dict[str, RawFile]]:
    """Return the form of the files, and the files by their roles, in the order of the form."""
    # Several forms may have a role of the same name: prefer the one whose file names match.
    forms = sorted(source.forms, key=lambda form: not _is_named(form, files))
    for form in forms:
        by_role = _fitting(form, files)
        if by_role is not None:
            return form, {role.name: by_role[role.name] for role in form.roles if role.name in by_role}
    names = ", ".join(file.name for file in (files.values() if isinstance(files, Mapping) else files)) or "none"
    raise UnreadableList(
        f"These are not the files of a snapshot of {source.name}: {names}. Allowed: {_expected(source)}. "
        "If the name of a file does not show its role, name the role: main=FILE."
    )


def _is_named(form: Form, files: GivenFiles) -> bool:
    main = files.get(form.roles[0].name) if isinstance(files, Mapping) else None
    return main is not None and main.name.lower().endswith(form.roles[0].endings)


def _describe_role(role: FileRole) -> str:
    return f"{role.name} (*{role.endings[0]}{'' if role.is_needed else ', if there is one'})"


def _fitting(form: Form, files: GivenFiles) -> dict[str, RawFile] | None:
    if isinstance(files, Mapping):
        roles = {role.name for role in form.roles}
        needed = {role.name for role in form.roles if role.is_needed}
        ending = form.roles[0].endings[0].rpartition(".")[2]
        fits = needed <= set(files) <= roles and all(file.name.lower().endswith(ending) for file in files.values())
        return dict(files) if fits else None
    return match_roles(form.roles, files)


def _counted(reading: ParsedList, progress: Progress) -> Iterator[ListEntry]:
    for number, entry in enumerate(reading.entries, start=1):
        yield entry
        if number % 100 == 0:
            progress("Reading", 100, reading.total)


def _day(source: PublishedList, stated: date | None, given: date | None) -> date:
    if stated is None:
        if given is not None:
            return given
        raise UnreadableList(f"The files of {source.name} do not state their day. Give it with --as-of.")
    if given is not None and stated != given:
        raise UnreadableList(f"The files are of {stated}, by their own statement, and not of {given}.")
    return stated


def require_snapshot_order(name: str, day: date, before: Import | None) -> None:
    """Raise :class:`UnreadableList` if a snapshot is older than the last imported one."""
    if before is not None and before.as_of is not None and day < before.as_of:
        raise UnreadableList(
            f"A snapshot of {name} of {before.as_of} was imported already, and this one is of {day}. "
            "Import snapshots in the order of their days."
        )


def _require_roles(form: Form, files: Files, before: Import | None) -> None:
    """Raise :class:`UnreadableList` if a file of the last snapshot is missing: its content would seem to have ended.

    Another form may have no such file: then its content is in another file.
    """
    if before is None:
        return
    had = {file["role"] for file in before.report.get("files", ())}
    if missing := sorted((had & {role.name for role in form.roles}) - set(files)):
        raise UnreadableList(
            f"The last snapshot, of {before.as_of}, came with these files too: {', '.join(missing)}. "
            "Without them their content would seem to have ended. Import them together."
        )
