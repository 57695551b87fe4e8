"""Groups of the list as entries of any list: what of them is a name, a number, a particular or a remark.

No column is left out: each is named here, and what cannot be taken apart stands in the summary as it is.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from sanctions.importers.base import PROGRAMS, Cited, Entry, Fault, Listing
from sanctions.importers.dossier import Dossier, Tell, program_of, prose
from sanctions.importers.scripts import script_of
from sanctions.importers.strict import BadEntry, Fields
from sanctions.importers.uk_consolidated.documents import NATIONAL_ID, PASSPORT, add_documents
from sanctions.importers.uk_consolidated.groups import Group, Row
from sanctions.importers.uk_consolidated.languages import LANGUAGES, SCRIPTS
from sanctions.importers.uk_consolidated.numbered import has_numbers, numbered
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

_P: Final = ParticularKind
_KINDS: Final = {"Individual": ActorKind.PERSON, "Entity": ActorKind.ENTITY, "Ship": ActorKind.VESSEL}
#: The given names come first; "Name 6" is the family name of a person, and the whole name of anything else.
_NAME: Final = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
_ADDRESS: Final = (*(f"Address {number}" for number in range(1, 7)), "Post/Zip Code")
#: Columns with one particular, or several that are numbered.
_SIMPLE: Final = {"Nationality": _P.NATIONALITY, "Title": _P.TITLE, "Position": _P.POSITION}
#: What names are; the name of the actor itself is called "Prime Alias", and since 2020 "Primary name".
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


def entry_of(group: Group, faults: list[Fault], unread: set[str]) -> Entry | None:
    """Return an entry, or nothing if it cannot be used: then its faults are told and its id is in ``unread``."""
    place = f"{group.rows[0].place} (Group ID {group.key})"
    tell = Fields({}, place, faults).fault
    try:
        dossier = Dossier(_kind(group, tell), _names(group, tell), tell, field="Name 6")
    except BadEntry:
        unread.add(group.key)
        return None
    dossier.identifier(IdentifierScheme.UK_GROUP_ID, group.key, "Group ID")
    _identify(group, dossier, tell)
    _name(group, dossier, tell)
    _describe(group, dossier)
    add_documents(group, PASSPORT, dossier)
    add_documents(group, NATIONAL_ID, dossier)
    listings = _listings(group, tell)
    return Entry(
        key=group.key,
        actor=dossier.document(),
        listings=listings,
        unread=frozenset(
            group.unread | dossier.unread | (set() if all(one.program for one in listings) else {PROGRAMS})
        ),
        place=place,
        cited=(Cited("list", pinpoint=f"Group ID {group.key}"),),
    )


def _kind(group: Group, tell: Tell) -> ActorKind | None:
    """Return the kind that the rows agree on; a row whose type is not known has no part in it."""
    types = dict.fromkeys(row.cell("Group Type") for row in group.rows)
    for unknown in (one for one in types if one not in _KINDS):
        tell("Group Type", unknown, f"Allowed: {', '.join(map(repr, _KINDS))}. It was not read.")
    kinds = {_KINDS[one] for one in types if one in _KINDS}
    if len(kinds) > 1:
        tell("Group Type", ", ".join(types), "The rows of a group must agree. It was not read.")
    return next(iter(kinds)) if len(kinds) == 1 else None


def _full_name(row: Row) -> str:
    return " ".join(filter(None, map(row.cell, _NAME)))


def _names(group: Group, tell: Tell) -> list[str]:
    """Return the names of a group, its own first."""
    others = [*map(_full_name, group.rows), *(row.cell("Name Non-Latin Script") for row in group.rows)]
    return [_primary(group, tell), *others]


def _primary(group: Group, tell: Tell) -> str:
    names = list(dict.fromkeys(_full_name(row) for row in group.rows if row.cell("Alias Type") in _PRIMARY))
    if not names:
        names = [_full_name(group.rows[0])]
        tell("Alias Type", names[0], f"None of the names is the {' or '.join(_PRIMARY)}; the first was taken for it.")
    elif len(names) > 1:
        tell("Alias Type", "; ".join(names), "Several names are the primary one; the first was taken for it.")
    return names[0]


def _name(group: Group, dossier: Dossier, tell: Tell) -> None:
    for *parts, alias_type, quality in group.each(*_NAME, "Alias Type", "Alias Quality"):
        text = " ".join(filter(None, parts))
        kind = _ALIASES.get(alias_type)
        if kind is None or quality not in _WEAK:
            field, value = ("Alias Type", alias_type) if kind is None else ("Alias Quality", quality)
            allowed: tuple[str, ...] = tuple(_ALIASES) if kind is None else tuple(_WEAK)
            tell(field, value, f"Allowed: {', '.join(map(repr, allowed))}. The name stands in the summary.")
            dossier.say(f"{field} {value or 'not given'}: {text}")
            continue
        if alias_type in _PRIMARY and text == dossier.own_name:
            continue
        # A weak former name is a former name: both words say that it is not one's name now.
        if _WEAK[quality] and kind == NameKind.ALIAS:
            kind = NameKind.WEAK_ALIAS
        dossier.name(kind, text, "Name 6")
    for text, script, language in group.each(
        "Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language"
    ):
        _check_script(text, script, tell)
        dossier.name(NameKind.NATIVE, text, "Name Non-Latin Script", language=_language(language, tell))


def _language(text: str, tell: Tell) -> str:
    if text and text.lower() not in LANGUAGES:
        tell("Non-Latin Script Language", text, "This language is not known; the name was read without one.")
    return LANGUAGES.get(text.lower(), "")


def _check_script(name: str, text: str, tell: Tell) -> None:
    """Tell a fault if the list calls the script of a name something unknown, or other than its letters have."""
    found = script_of(name)
    fitting = SCRIPTS.get(text.lower())
    if text and fitting is None:
        tell("Non-Latin Script Type", text, "This script is not known; that of the letters was taken.")
    elif fitting and found and found not in fitting:
        tell("Non-Latin Script Type", text, f"The letters of the name are {found}; that was taken.")


def _identify(group: Group, dossier: Dossier, tell: Tell) -> None:
    """Add the reference of the United Nations, if the texts name one and no other, and of the right kind."""
    found = dict.fromkeys(number for (text,) in group.each("Other Information") for number in _UN.findall(text))
    if len(found) != 1:
        return
    number = next(iter(found))
    # Of "QDi.263" and "QI.A.1.01" it is the letter before the first stop, and of "E.29.I.11" the only one.
    letter = number.partition(".")[0][-1].upper()
    if (letter == "I") != ("Individual" in {row.cell("Group Type") for row in group.rows}):
        tell("Other Information", number, "This is the UN reference of a person for an entity, or the other way round.")
        return
    dossier.identifier(IdentifierScheme.UN_REFERENCE, number, "Other Information")


def _describe(group: Group, dossier: Dossier) -> None:
    for (text,) in group.each("Other Information"):
        dossier.say(text)
    for (text,) in group.each("DOB"):
        if text != _NO_DATE:
            dossier.particular(_P.BIRTH_DATE, text, "DOB", dated_on=_birth_day(text, dossier))
    for towns, countries in group.each("Town of Birth", "Country of Birth"):
        for town, country in _births(towns, countries):
            dossier.particular(_P.BIRTH_PLACE, town, "Town of Birth", country=country)
    for column, kind in _SIMPLE.items():
        for (text,) in group.each(column):
            for one in numbered(text):
                dossier.particular(kind, one, column)
    for *parts, country in group.each(*_ADDRESS, "Country"):
        dossier.particular(_P.ADDRESS, ", ".join(filter(None, parts)), "Address", country=country)


def _births(towns: str, countries: str) -> list[tuple[str, str]]:
    """Return the places of birth.

    Numbered towns and countries belong together if there are as many of them; a country without numbers is that of
    every town.
    """
    several, where = numbered(towns), numbered(countries)
    if len(several) == len(where):
        return list(zip(several, where, strict=True))
    if not has_numbers(countries):
        return [(town, countries) for town in several]
    if not towns:
        return [("", country) for country in where]
    return [(towns, countries)]


def _birth_day(text: str, dossier: Dossier) -> str:
    """Return a date of birth in EDTF: ``00`` is a day or month that is not known.

    A known day of an unknown month is a date of its second level, which is not held: a fault.
    """
    if not (found := _DATE.fullmatch(text)):
        return dossier.day(text, text, "DOB")
    day, month, year = found.groups()
    parts = [year, *([month] if month != "00" or day != "00" else []), *([day] if day != "00" else [])]
    return dossier.day("-".join(parts), text, "DOB")


def _listings(group: Group, tell: Tell) -> tuple[Listing, ...]:
    """Return a listing for each regime, from the first day that the list has for it."""
    updates = [_iso(text) for (text,) in group.each("Last Updated")]
    found: list[Listing] = []
    for regime in dict.fromkeys(row.cell("Regime") for row in group.rows):
        program = program_of(regime, "Regime", tell)
        rows = Group(group.key, tuple(row for row in group.rows if row.cell("Regime") == regime))
        days = [text for (text,) in rows.each("Listed On")]
        good = sorted(day for text in days if (day := _iso(text)) != text)
        if len(days) != 1 or not good:
            tell("Listed On", ", ".join(days), "A regime must have one day of listing; the first one was taken.")
        designated = [_iso(text) for (text,) in rows.each("UK Sanctions List Date Designated")]
        remarks = (
            *(f"Listed on {text}." for text in days if len(days) > 1 or not good),
            *(f"Designated on the UK Sanctions List on {text}." for text in designated),
            f"Updated by the list on {', '.join(updates)}." if updates else "",
        )
        found.append(Listing(program, good[0] if good else "", prose(remarks, "Last Updated", tell)))
    return tuple({one.program: one for one in reversed(found)}.values())[::-1]


def _iso(text: str) -> str:
    """Return a whole day as ISO 8601 has it, and any other text as it is."""
    found = _DATE.fullmatch(text)
    if not found:
        return text
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return text
