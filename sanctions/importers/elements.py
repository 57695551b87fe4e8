"""Elements of XML files as they were published, one by one, without entities, network or whole trees in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import RawFile

#: How deep elements may be nested: the deepest list has six levels.
_DEEPEST: Final = 50
#: What elements and attributes are called that say that a file has only a part of the list.
_FILTER: Final = re.compile(r"(?i)filter|program|selection|subset|delta|partial")


def local(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


def elements(file: RawFile, root: str, wanted: frozenset[str]) -> Iterator[tuple[str, Element]]:
    """Yield the root as it begins, under the empty name, then each wanted element when it ends, with its name.

    An element is emptied once the next is asked for. Names have no namespaces. :class:`UnreadableList` if the root has
    another name, the file is no XML or is cut off, or it declares entities.
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


def demand_no_filter(file: RawFile, head: Iterable[tuple[str, str | None]]) -> None:
    """Refuse a file whose head names a filter, in its elements or attributes: it is not the whole list."""
    for name, value in head:
        if _FILTER.search(local(name)):
            raise UnreadableList(
                f"{file.name}: its head has {local(name)!r} ({(value or '').strip()[:100]!r}), and a whole list has no "
                "filter. Whoever is filtered out would seem to be delisted: export the whole list."
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
                yield "", _demanded(element, file, root)
            continue
        stack.pop()
        if local(element.tag) in wanted:
            yield local(element.tag), element
            element.clear()
            if stack:
                stack[-1].remove(element)


def _demanded(element: Element, file: RawFile, root: str) -> Element:
    name = local(element.tag)
    if name != root:
        raise UnreadableList(f"{file.name}: the root is <{name}> and must be <{root}>. Is it another list?")
    return element


def _why(error: Exception) -> str:
    if isinstance(error, DefusedXmlException):
        return "it declares a document type or entities, which no list does and no reader here resolves."
    return str(error)
