"""A published list on its way in: in which form its files are, and of which day they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import (
    Entry,
    Files,
    Form,
    Given,
    Importable,
    Progress,
    PublishedList,
    RawFile,
    Reading,
    Role,
    Spoken,
    by_role,
)
from sanctions.importers.snapshots import Snapshot, contributions
from sanctions.importers.unread import unread_ids, with_what_was_said
from sanctions.models import Import


def importable(source: PublishedList) -> Importable:
    """Return a list as a source that can be imported."""
    return Importable(source.name, source.title, _expected(source), partial(_speak, source))


def _expected(source: PublishedList) -> str:
    return "; or ".join(f"{form.name}: {', '.join(map(_called, form.roles))}" for form in source.forms)


def _speak(source: PublishedList, given: Given, as_of: date | None, progress: Progress) -> Spoken:
    form, files = _form(source, given)
    reading = form.read(files)
    read = list(_counted(reading, progress))
    day = _day(source, reading.as_of, as_of)
    before = Import.objects.last_of(source.name)
    demand_order(source.name, day, before)
    _demand_roles(form, files, before)
    entries = with_what_was_said(source.name, read)
    snapshot = Snapshot(
        source=source,
        as_of=day,
        before=before.as_of if before else None,
        files=files,
        entries=entries,
        unread=unread_ids(source.name, reading, entries),
        unread_before=frozenset(before.report.get("unread_ids", ())) if before else frozenset(),
        faults=reading.faults,
    )
    unread = len(reading.unread - {entry.key for entry in entries}) + len(reading.unidentified)
    return Spoken(
        contributions(snapshot), files, reading.faults, len(entries), day, unread, unread=frozenset(snapshot.unread)
    )


def _form(source: PublishedList, files: Given) -> tuple[Form, dict[str, RawFile]]:
    """Return the form in which the files are, and the files by their roles in its order."""
    # A role says nothing of the form: of several that have it the name of the file decides, where it does.
    forms = sorted(source.forms, key=lambda form: not _is_named(form, files))
    for form in forms:
        found = _fitting(form, files)
        if found is not None:
            return form, {role.name: found[role.name] for role in form.roles if role.name in found}
    names = ", ".join(file.name for file in (files.values() if isinstance(files, Mapping) else files)) or "none"
    raise UnreadableList(
        f"These are not the files of a snapshot of {source.name}: {names}. Allowed: {_expected(source)}. "
        "Name the role of a file whose name does not tell it: main=FILE."
    )


def _is_named(form: Form, files: Given) -> bool:
    main = files.get(form.roles[0].name) if isinstance(files, Mapping) else None
    return main is not None and main.name.lower().endswith(form.roles[0].endings)


def _called(role: Role) -> str:
    return f"{role.name} (*{role.endings[0]}{'' if role.is_needed else ', if there is one'})"


def _fitting(form: Form, files: Given) -> dict[str, RawFile] | None:
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


def demand_order(name: str, day: date, before: Import | None) -> None:
    """Refuse a snapshot that is older than the last one imported: :class:`UnreadableList`."""
    if before is not None and before.as_of is not None and day < before.as_of:
        raise UnreadableList(
            f"A snapshot of {name} of {before.as_of} was imported already; this one is of {day}. "
            "Snapshots are imported in their order."
        )


def _demand_roles(form: Form, files: Files, before: Import | None) -> None:
    """Refuse a snapshot that lacks a file which the last one had: what it told would seem to be gone.

    A form that has no such file tells the same in another of its files.
    """
    if before is None:
        return
    had = {file["role"] for file in before.report.get("files", ())}
    if missing := sorted((had & {role.name for role in form.roles}) - set(files)):
        raise UnreadableList(
            f"The last snapshot, of {before.as_of}, came with these files too: {', '.join(missing)}. "
            "Without them what they told would seem to be gone."
        )
