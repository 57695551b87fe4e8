"""Read the elements of published XML files one by one: no entities, no network, no whole tree in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, RawFile

#: The deepest nesting of elements that is read. The deepest list has six levels.
_DEEPEST: Final = 50
#: Names of elements and attributes by which a file states that it has only a part of the list.
_FILTER: Final = re.compile(r"(?i)filter|program|selection|subset|delta|partial")
#: The message of the fault for an element that no reader knows.
UNKNOWN_ELEMENT: Final = "This element is not known, and was not read."


def local_name(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


def read_elements(file: RawFile, root: str, wanted: frozenset[str]) -> Iterator[tuple[str, Element]]:
    """Yield the root when it begins, under the empty name, then each wanted element when it ends, with its name.

    An element is emptied when the next is requested. Names have no namespaces. Raise :class:`UnreadableList` if the
    root has another name, the file is not XML or is cut off, or it declares entities.
    """
    with file.open() as opened:
        try:
            yield from _walked(iterparse(opened, events=("start", "end"), forbid_dtd=True), file, root, wanted)
        except ParseError as error:
            raise UnreadableList(f"{file.name}: {error}. Is the file cut off?") from error
        except UnreadableList:
            raise
        except (DefusedXmlException, ValueError, LookupError) as error:
            raise UnreadableList(f"{file.name}: {_why(error)}") from error


def unknown_children(element: Element, place: str) -> list[Fault]:
    """Return a fault for each child that is left in an element: those that were read have been removed from it."""
    return [Fault(place, local_name(child.tag), "", UNKNOWN_ELEMENT) for child in element]


def generation_day(root: Element, attribute: str, file: RawFile, faults: list[Fault]) -> date | None:
    """Return the day on which a file was generated, by its publisher's clock; a fault and ``None`` if it has none."""
    text = root.get(attribute, "")
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        faults.append(Fault(file.name, attribute, text[:200], "It must be a day and time, as ISO 8601 has them."))
        return None


def require_no_filter(file: RawFile, head: Iterable[tuple[str, str | None]]) -> None:
    """Raise :class:`UnreadableList` if the head names a filter in its elements or attributes: it is incomplete."""
    for name, value in head:
        if _FILTER.search(local_name(name)):
            raise UnreadableList(
                f"{file.name}: its head has {local_name(name)!r} ({(value or '').strip()[:100]!r}). A complete list "
                "has no filter. Entries that are filtered out would seem to be delisted: export the complete list."
            )


def _walked(
    events: Iterable[tuple[str, Element]], file: RawFile, root: str, wanted: frozenset[str]
) -> Iterator[tuple[str, Element]]:
    stack: list[Element] = []
    for event, element in events:
        if event == "start":
            stack.append(element)
            if len(stack) > _DEEPEST:
                raise UnreadableList(f"{file.name}: elements are nested deeper than {_DEEPEST} levels.")
            if len(stack) == 1:
                yield "", _require_root(element, file, root)
            continue
        stack.pop()
        if local_name(element.tag) in wanted:
            yield local_name(element.tag), element
            element.clear()
            if stack:
                stack[-1].remove(element)


def _require_root(element: Element, file: RawFile, root: str) -> Element:
    name = local_name(element.tag)
    if name != root:
        raise UnreadableList(f"{file.name}: the root is <{name}> and must be <{root}>. Is it another list?")
    return element


def _why(error: Exception) -> str:
    if isinstance(error, DefusedXmlException):
        return "it declares a document type or entities. No list does, and they are not resolved here."
    return str(error)
