"""Read XML elements strictly: attributes and simple children as fields, other children by their names."""

from __future__ import annotations

from collections.abc import Collection
from xml.etree.ElementTree import Element

from sanctions.importers.base import Fault
from sanctions.importers.formats.strict import StrictFields, collapse_spaces
from sanctions.importers.formats.xml_elements import UNKNOWN_ELEMENT, local_name


class StrictElement:
    """One element, whose attributes and children must each be taken or left, as :class:`StrictFields` requires.

    Children named in ``many`` may repeat, and may have children and attributes of their own; any other child occurs
    once and has only text. Attributes with a namespace, such as that of the schema, do not belong to the entry.
    """

    __slots__ = ("_faults", "_many", "fields")

    def __init__(
        self, element: Element, place: str, faults: list[Fault], *, many: Collection[str] = (), text: str = ""
    ) -> None:
        self._faults = faults
        self._many: dict[str, list[Element]] = {}
        values = {name: value for name, value in element.attrib.items() if not name.startswith("{")}
        rejected: list[tuple[str, str, str]] = []
        texts_between = [element.text]
        for child in element:
            name = local_name(child.tag)
            texts_between.append(child.tail)
            if name in many:
                self._many.setdefault(name, []).append(child)
            elif len(child) or child.attrib:
                rejected.append((name, collapse_spaces("".join(child.itertext())), UNKNOWN_ELEMENT))
            elif name not in values:
                values[name] = child.text or ""
            elif collapse_spaces(child.text):
                rejected.append((name, child.text or "", "It occurs twice; the first was read."))
        if text:
            values[text] = element.text or ""
            texts_between.pop(0)
        self.fields = StrictFields(
            {name: value for name, value in values.items() if collapse_spaces(value)}, place, faults
        )
        for fault in rejected:
            self.fields.fault(*fault)
        if between := collapse_spaces(" ".join(filter(None, texts_between))):
            self.fields.fault(local_name(element.tag), between, "This text is between elements, and was not read.")

    def children(self, name: str) -> list[Element]:
        """Take the children with a name, in order."""
        return self._many.pop(name, [])

    def nodes(self, name: str, *, many: Collection[str] = (), text: str = "") -> list[StrictElement]:
        """Take the children with a name as strict elements; ``text`` is the field name for their own text."""
        place = f"{self.fields.place}, {name}"
        return [StrictElement(element, place, self._faults, many=many, text=text) for element in self.children(name)]

    def finish(self) -> None:
        """Report every field and child that was not taken."""
        self.fields.finish()
        for name, elements in self._many.items():
            self.fields.fault(name, f"{len(elements)} elements", "This element was not read.")
        self._many = {}
