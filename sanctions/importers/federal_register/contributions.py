"""The Federal Register on its way in: its files, what they say, which of it is held already, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import FIXED, Contribution, Files, Given, Importable, Progress, RawFile, Spoken
from sanctions.importers.citing import Citing
from sanctions.importers.federal_register.held import without_what_is_held
from sanctions.importers.federal_register.load import load
from sanctions.importers.federal_register.parse import Documents
from sanctions.importers.federal_register.source import FEDERAL_REGISTER
from sanctions.importers.federal_register.statistics import Statistics, statistics_of
from sanctions.importers.lists import demand_order
from sanctions.models import Import
from sanctions.records.actors import ACTOR
from sanctions.records.base import CITATIONS


def _speak(given: Given, as_of: date | None, progress: Progress) -> Spoken:
    if as_of is None:
        raise UnreadableList("The files do not say of which day they are: give it (--as-of).")
    demand_order(FEDERAL_REGISTER.name, as_of, Import.objects.last_of(FEDERAL_REGISTER.name))
    files = list(given.values()) if isinstance(given, Mapping) else list(given)
    read = _read(files)
    progress("Reading", len(read.documents), len(read.documents))
    loaded = load(read.documents)
    roles = {f"file {number}" if len(files) > 1 else "main": file for number, file in enumerate(files, start=1)}
    contributions = without_what_is_held(FEDERAL_REGISTER.name, loaded.contributions)
    return Spoken(
        contributions=_cited(contributions, roles, as_of),
        files=roles,
        faults=[*read.faults, *loaded.faults],
        entries=len(read.documents),
        as_of=as_of,
        unread_entries=read.unread,
        more=_figures(statistics_of(read.documents)),
    )


def _read(files: list[RawFile]) -> Documents:
    for form in FEDERAL_REGISTER.forms:
        if files and all(file.name.lower().endswith(form.endings) for file in files):
            return form.read(files)
    names = ", ".join(file.name for file in files) or "none"
    raise UnreadableList(f"These are not files of {FEDERAL_REGISTER.name}: {names}. Allowed: {_EXPECTED}.")


def _cited(contributions: Iterable[Contribution], files: Files, as_of: date) -> Iterator[Contribution]:
    """Yield the files as sources, the publisher, and the contributions with a citation of the file that says so."""
    publisher = FEDERAL_REGISTER.publisher
    citing = Citing(FEDERAL_REGISTER.name, FEDERAL_REGISTER.title, str(publisher["name"]), files, as_of)
    yield from citing.contributions()
    yield Contribution(
        f"{FIXED}actor/{publisher['slug']}", ACTOR, {**publisher, CITATIONS.name: [citing.cite()]}, citing.main
    )
    # The longest name decides where one begins with another.
    names = sorted(((file.name, role) for role, file in files.items()), key=lambda pair: -len(pair[0]))
    for one in contributions:
        role = next((role for name, role in names if one.place.startswith(name)), citing.main)
        document = {**one.document, CITATIONS.name: [citing.cite(role, pinpoint=one.place)]}
        yield Contribution(one.key, one.record_type, document, one.place)


def _figures(found: Statistics) -> dict[str, Any]:
    return {
        **{one.name: getattr(found, one.name) for one in fields(found)},
        "by_relation": dict(found.by_relation.most_common()),
        "share_of_notes": round(found.share_of_notes, 4),
        "share_of_clauses": round(found.share_of_clauses, 4),
    }


_EXPECTED: Final = "; or ".join(
    f"{form.name}: any number of files (*{form.endings[0]})" for form in FEDERAL_REGISTER.forms
)
FEDERAL_REGISTER_IMPORT: Final = Importable(FEDERAL_REGISTER.name, FEDERAL_REGISTER.title, _EXPECTED, _speak)
