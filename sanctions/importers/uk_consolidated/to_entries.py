"""Convert the groups of the list to entries: names, numbers, other details and remarks.

Every column is used here. What cannot be divided goes into the summary unchanged.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from sanctions.importers.base import PROGRAMS, EntryCitation, EntryListing, Fault, ListEntry
from sanctions.importers.formats.strict import BadEntry, StrictFields
from sanctions.importers.snapshots.actor_builder import ActorBuilder, ReportFault, join_paragraphs, read_program
from sanctions.importers.texts.scripts import script_of
from sanctions.importers.uk_consolidated.group import UkGroup, UkRow
from sanctions.importers.uk_consolidated.identity_documents import NATIONAL_ID, PASSPORT, add_documents
from sanctions.importers.uk_consolidated.languages import LANGUAGES, SCRIPTS
from sanctions.importers.uk_consolidated.numbered_values import has_numbers, split_numbered
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

_P: Final = ParticularKind
_KINDS: Final = {"Individual": ActorKind.PERSON, "Entity": ActorKind.ENTITY, "Ship": ActorKind.VESSEL}
#: The given names come first; "Name 6" is the family name of a person, and the whole name of anything else.
_NAME: Final = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
_ADDRESS: Final = (*(f"Address {number}" for number in range(1, 7)), "Post/Zip Code")
#: Columns with one particular, or several that are numbered.
_SIMPLE: Final = {"Nationality": _P.NATIONALITY, "Title": _P.TITLE, "Position": _P.POSITION}
#: Kinds of names. The actor's own name is the "Prime Alias", since 2020 the "Primary name".
_PRIMARY: Final = ("Prime Alias", "Primary name")
_ALIASES: Final = {
    **dict.fromkeys(_PRIMARY, NameKind.ALIAS),
    "Primary name variation": NameKind.ALIAS,
    "AKA": NameKind.ALIAS,
    "FKA": NameKind.FORMER,
}
_WEAK: Final = {"": False, "Good quality": False, "Low quality": True}
_DATE: Final = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_NO_DATE: Final = "00/00/0000"
#: "UN Ref QDi.263", "UN REF:QE.A.146.14", "(UN Ref):IRi.018", "UN Ref E.29.I.11": the numbers of today and the three
#: forms of before. What goes on with a digit or a bracket is yet another number.
_UN: Final = re.compile(
    r"\bUN (?:Ref|REF|ref)(?:erence No)?\)?\.?:? ?"
    r"([A-Z]{2}[ie]\.\d{3}|[QT][IE]\.[A-Z]\.\d{1,3}\.\d{2}|[IE]\.\d{2}\.[A-Z]{1,3}\.\d{1,2}|[IE]\.AC(?:\.\d{2}){4})"
    r"(?![\w(]|[.-][\d(])"
)


def to_entry(group: UkGroup, faults: list[Fault], unread: set[str]) -> ListEntry | None:
    """Return the entry; ``None`` if it cannot be used: then its faults are reported and its id is in ``unread``."""
    place = f"{group.rows[0].place} (Group ID {group.key})"
    report_fault = StrictFields({}, place, faults).fault
    try:
        actor = ActorBuilder(_kind(group, report_fault), _names(group, report_fault), report_fault, field="Name 6")
    except BadEntry:
        unread.add(group.key)
        return None
    actor.add_identifier(IdentifierScheme.UK_GROUP_ID, group.key, "Group ID")
    _identify(group, actor, report_fault)
    _name(group, actor, report_fault)
    _describe(group, actor)
    add_documents(group, PASSPORT, actor)
    add_documents(group, NATIONAL_ID, actor)
    listings = _listings(group, report_fault)
    return ListEntry(
        key=group.key,
        actor=actor.document(),
        listings=listings,
        unread=frozenset(group.unread | actor.unread | (set() if all(one.program for one in listings) else {PROGRAMS})),
        place=place,
        cited=(EntryCitation("list", pinpoint=f"Group ID {group.key}"),),
    )


def _kind(group: UkGroup, report_fault: ReportFault) -> ActorKind | None:
    """Return the kind on which the rows agree, except for rows of an unknown type; ``None`` if they do not."""
    types = dict.fromkeys(row.cell("Group Type") for row in group.rows)
    for unknown in (one for one in types if one not in _KINDS):
        report_fault("Group Type", unknown, f"Allowed: {', '.join(map(repr, _KINDS))}. It was not read.")
    kinds = {_KINDS[one] for one in types if one in _KINDS}
    if len(kinds) > 1:
        report_fault("Group Type", ", ".join(types), "The rows of a group must agree. It was not read.")
    return next(iter(kinds)) if len(kinds) == 1 else None


def _full_name(row: UkRow) -> str:
    return " ".join(filter(None, map(row.cell, _NAME)))


def _names(group: UkGroup, report_fault: ReportFault) -> list[str]:
    """Return the names of a group, its own first."""
    others = [*map(_full_name, group.rows), *(row.cell("Name Non-Latin Script") for row in group.rows)]
    return [_primary(group, report_fault), *others]


def _primary(group: UkGroup, report_fault: ReportFault) -> str:
    names = list(dict.fromkeys(_full_name(row) for row in group.rows if row.cell("Alias Type") in _PRIMARY))
    if not names:
        names = [_full_name(group.rows[0])]
        report_fault(
            "Alias Type", names[0], f"None of the names is the {' or '.join(_PRIMARY)}; the first was taken for it."
        )
    elif len(names) > 1:
        report_fault("Alias Type", "; ".join(names), "Several names are the primary one; the first was taken for it.")
    return names[0]


def _name(group: UkGroup, actor: ActorBuilder, report_fault: ReportFault) -> None:
    for *parts, alias_type, quality in group.each(*_NAME, "Alias Type", "Alias Quality"):
        text = " ".join(filter(None, parts))
        kind = _ALIASES.get(alias_type)
        if kind is None or quality not in _WEAK:
            field, value = ("Alias Type", alias_type) if kind is None else ("Alias Quality", quality)
            allowed: tuple[str, ...] = tuple(_ALIASES) if kind is None else tuple(_WEAK)
            report_fault(field, value, f"Allowed: {', '.join(map(repr, allowed))}. The name is in the summary.")
            actor.add_to_summary(f"{field} {value or 'not given'}: {text}")
            continue
        if alias_type in _PRIMARY and text == actor.own_name:
            continue
        # A weak former name is a former name: either word means that it is not the current name.
        if _WEAK[quality] and kind == NameKind.ALIAS:
            kind = NameKind.WEAK_ALIAS
        actor.add_name(kind, text, "Name 6")
    for text, script, language in group.each(
        "Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language"
    ):
        _check_script(text, script, report_fault)
        actor.add_name(NameKind.NATIVE, text, "Name Non-Latin Script", language=_language(language, report_fault))


def _language(text: str, report_fault: ReportFault) -> str:
    if text and text.lower() not in LANGUAGES:
        report_fault("Non-Latin Script Language", text, "This language is not known; the name was read without one.")
    return LANGUAGES.get(text.lower(), "")


def _check_script(name: str, text: str, report_fault: ReportFault) -> None:
    """Report a fault if the list gives a script that is unknown, or that the letters of the name contradict."""
    script = script_of(name)
    fitting = SCRIPTS.get(text.lower())
    if text and fitting is None:
        report_fault("Non-Latin Script Type", text, "This script is not known; that of the letters was taken.")
    elif fitting and script and script not in fitting:
        report_fault("Non-Latin Script Type", text, f"The letters of the name are {script}; that was taken.")


def _identify(group: UkGroup, actor: ActorBuilder, report_fault: ReportFault) -> None:
    """Add the UN reference, if the texts name exactly one and it fits the kind of the entry."""
    references = dict.fromkeys(number for (text,) in group.each("Other Information") for number in _UN.findall(text))
    if len(references) != 1:
        return
    number = next(iter(references))
    # Of "QDi.263" and "QI.A.1.01" it is the letter before the first stop, and of "E.29.I.11" the only one.
    letter = number.partition(".")[0][-1].upper()
    if (letter == "I") != ("Individual" in {row.cell("Group Type") for row in group.rows}):
        report_fault(
            "Other Information", number, "This is the UN reference of a person for an entity, or the other way round."
        )
        return
    actor.add_identifier(IdentifierScheme.UN_REFERENCE, number, "Other Information")


def _describe(group: UkGroup, actor: ActorBuilder) -> None:
    for (text,) in group.each("Other Information"):
        actor.add_to_summary(text)
    for (text,) in group.each("DOB"):
        if text != _NO_DATE:
            actor.add_particular(_P.BIRTH_DATE, text, "DOB", dated_on=_birth_day(text, actor))
    for towns, countries in group.each("Town of Birth", "Country of Birth"):
        for town, country in _births(towns, countries):
            actor.add_particular(_P.BIRTH_PLACE, town, "Town of Birth", country=country)
    for column, kind in _SIMPLE.items():
        for (text,) in group.each(column):
            for one in split_numbered(text):
                actor.add_particular(kind, one, column)
    for *parts, country in group.each(*_ADDRESS, "Country"):
        actor.add_particular(_P.ADDRESS, ", ".join(filter(None, parts)), "Address", country=country)


def _births(towns: str, countries: str) -> list[tuple[str, str]]:
    """Return the places of birth.

    Numbered towns and countries belong together if there are as many of them; a country without numbers is that of
    every town.
    """
    several, where = split_numbered(towns), split_numbered(countries)
    if len(several) == len(where):
        return list(zip(several, where, strict=True))
    if not has_numbers(countries):
        return [(town, countries) for town in several]
    if not towns:
        return [("", country) for country in where]
    return [(towns, countries)]


def _birth_day(text: str, actor: ActorBuilder) -> str:
    """Return a date of birth in EDTF: ``00`` is a day or month that is not known.

    A known day of an unknown month is a date of its second level, which is not held: a fault.
    """
    if not (found := _DATE.fullmatch(text)):
        return actor.parse_day(text, text, "DOB")
    day, month, year = found.groups()
    parts = [year, *([month] if month != "00" or day != "00" else []), *([day] if day != "00" else [])]
    return actor.parse_day("-".join(parts), text, "DOB")


def _listings(group: UkGroup, report_fault: ReportFault) -> tuple[EntryListing, ...]:
    """Return a listing for each regime, from the first day that the list has for it."""
    updates = [_iso(text) for (text,) in group.each("Last Updated")]
    listings: list[EntryListing] = []
    for regime in dict.fromkeys(row.cell("Regime") for row in group.rows):
        program = read_program(regime, "Regime", report_fault)
        rows = UkGroup(group.key, tuple(row for row in group.rows if row.cell("Regime") == regime))
        days = [text for (text,) in rows.each("Listed On")]
        good = sorted(day for text in days if (day := _iso(text)) != text)
        if len(days) != 1 or not good:
            report_fault(
                "Listed On", ", ".join(days), "A regime must have one day of listing; the first one was taken."
            )
        designated = [_iso(text) for (text,) in rows.each("UK Sanctions List Date Designated")]
        remarks = (
            *(f"Listed on {text}." for text in days if len(days) > 1 or not good),
            *(f"Designated on the UK Sanctions List on {text}." for text in designated),
            f"Updated by the list on {', '.join(updates)}." if updates else "",
        )
        listings.append(
            EntryListing(program, good[0] if good else "", join_paragraphs(remarks, "Last Updated", report_fault))
        )
    return tuple({one.program: one for one in reversed(listings)}.values())[::-1]


def _iso(text: str) -> str:
    """Return a whole day as ISO 8601 has it, and any other text as it is."""
    found = _DATE.fullmatch(text)
    if not found:
        return text
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return text
