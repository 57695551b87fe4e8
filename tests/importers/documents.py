"""What every actor of a list must be: a document that can become a record."""

from collections.abc import Iterable

from hypothesis import strategies as st

from sanctions.importers.base import Fault, ListEntry
from sanctions.importers.formats.strict import collapse_spaces
from sanctions.records.actors import ACTOR
from sanctions.records.validate import validate

#: What the plan adds to the document of an actor.
_ADDED = {"slug": "testov", "citations": [{"source": "a-list", "credibility": "2"}]}


def problems(entries: Iterable[ListEntry]) -> list[str]:
    """Return what is wrong with the documents of actors, and with rows that stand there twice."""
    problems: list[str] = []
    for entry in entries:
        # A kind that could not be read stays as the source had it before, or becomes that of any entity.
        kind = {"kind": "entity"} if "kind" in entry.unread else {}
        problems += [f"{entry.key}: {problem}" for problem in validate(ACTOR, {**kind, **entry.actor, **_ADDED})]
        names = [(one["kind"], one["text"]) for one in entry.actor.get("names", ())]
        if len(set(names)) != len(names) or ("alias", entry.actor["name"]) in names:
            problems.append(f"{entry.key}: a name stands there twice.")
        problems += [f"{entry.key}: {key} is empty." for key, value in entry.actor.items() if not value]
    return problems


def fields_of(faults: Iterable[Fault]) -> list[str]:
    """Return the fields of faults, in their order."""
    return [fault.field for fault in faults]


def lines(without: str = "", codec: str = "utf-8") -> st.SearchStrategy[str]:
    """Return texts of one line without surrounding space, some of them empty, and without some characters."""
    letters = st.characters(
        codec=codec, categories=("L", "N", "P", "S"), exclude_characters=f"{without}\ufffd", include_characters=" "
    )
    return st.text(letters, max_size=12).map(collapse_spaces)


def filled(without: str = "", codec: str = "utf-8") -> st.SearchStrategy[str]:
    """Return texts of one line that are not empty."""
    return lines(without, codec).filter(bool)
