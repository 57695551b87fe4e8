"""Elements of XML read strictly: attributes and simple children as fields, the other children by their names."""

from __future__ import annotations

from collections.abc import Collection
from xml.etree.ElementTree import Element

from sanctions.importers.base import Fault
from sanctions.importers.elements import local
from sanctions.importers.strict import Fields, clean


class Node:
    """One element: each attribute and child is to be taken, or left with a reason, as :class:`Fields` has it.

    Children named in ``many`` may repeat, and may have children and attributes; any other has a text alone and stands
    once. Attributes of other vocabularies, such as that of the schema, say nothing of the entry and are no fields.
    """

    __slots__ = ("_faults", "_many", "fields")

    def __init__(
        self, element: Element, place: str, faults: list[Fault], *, many: Collection[str] = (), text: str = ""
    ) -> None:
        self._faults = faults
        self._many: dict[str, list[Element]] = {}
        found = {name: value for name, value in element.attrib.items() if not name.startswith("{")}
        refused: list[tuple[str, str, str]] = []
        stray = [element.text]
        for child in element:
            name = local(child.tag)
            stray.append(child.tail)
            if name in many:
                self._many.setdefault(name, []).append(child)
            elif len(child) or child.attrib:
                refused.append((name, clean("".join(child.itertext())), "This element is not known, and was not read."))
            elif name not in found:
                found[name] = child.text or ""
            elif clean(child.text):
                refused.append((name, child.text or "", "It stands there twice; the first was read."))
        if text:
            found[text] = element.text or ""
            stray.pop(0)
        self.fields = Fields({name: value for name, value in found.items() if clean(value)}, place, faults)
        for fault in refused:
            self.fields.fault(*fault)
        if between := clean(" ".join(filter(None, stray))):
            self.fields.fault(local(element.tag), between, "This text stands between elements, and was not read.")

    def children(self, name: str) -> list[Element]:
        """Take the children of a name, in their order."""
        return self._many.pop(name, [])

    def nodes(self, name: str, *, many: Collection[str] = (), text: str = "") -> list[Node]:
        """Take the children of a name to be read strictly as well; ``text`` names their own text as a field."""
        place = f"{self.fields.place}, {name}"
        return [Node(element, place, self._faults, many=many, text=text) for element in self.children(name)]

    def finish(self) -> None:
        """Tell every field and child that nobody took."""
        self.fields.finish()
        for name, elements in self._many.items():
            self.fields.fault(name, f"{len(elements)} elements", "This element was not read.")
        self._many = {}
