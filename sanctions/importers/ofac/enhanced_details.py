"""Read the names, features, documents, relationships and addresses of one entry of OFAC's enhanced XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sanctions.importers.formats.xml_nodes import StrictElement
from sanctions.importers.ofac.dates import format_day
from sanctions.importers.ofac.labels import BIRTH, LINKED_TO, straighten_apostrophes
from sanctions.importers.ofac.party import UNKNOWN_ALIAS, OfacAddress, OfacAlias, OfacFeature
from sanctions.importers.ofac.remarks import read_labelled

YES: Final = {"": False, "false": False, "true": True}
_ALIAS_TYPES: Final = {"A.K.A.": "aka", "F.K.A.": "fka", "N.K.A.": "nka"}
#: Features that the other files have under another label, or none → that label.
_LABELS: Final = {
    "Birthdate": BIRTH,
    "Place of Birth": "POB",
    "Nationality Country": "nationality",
    "Citizenship Country": "citizen",
}
#: Features that the other files have in columns of their own → the column.
_COLUMNS: Final = {
    "Title": "title",
    "Vessel Call Sign": "call_sign",
    "VESSEL TYPE": "vessel_type",
    "Vessel Type": "vessel_type",
    "Vessel Flag": "flag",
    "Vessel Owner": "owner",
    "Vessel Tonnage": "tonnage",
    "Vessel Gross Registered Tonnage": "gross_tonnage",
}
_STREET: Final = ("ADDRESS1", "ADDRESS2", "ADDRESS3")
_PLACE: Final = ("CITY", "STATE/PROVINCE", "REGION", "POSTAL CODE")
_LATIN: Final = ("", "Latin")
#: Attributes with the number of what a text names.
_NUMBERS: Final = ("id", "refId", "featureTypeId")


@dataclass(slots=True)
class PartyDetails:
    """What the features, documents and remarks of one entry contain."""

    columns: dict[str, Any] = field(default_factory=dict)
    features: list[OfacFeature] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_names(node: StrictElement, details: PartyDetails) -> tuple[str, list[OfacAlias], list[str]]:
    """Return the primary name in Latin letters, the aliases, and the names in other scripts."""
    primary, aliases, native, unclear = "", list[OfacAlias](), list[str](), list[str]()
    for name_element in read_items(node, "names", "name", many=("aliasType", "translations")):
        is_primary = name_element.fields.choice("isPrimary", YES, False)
        is_weak, kind = name_element.fields.choice("isLowQuality", YES, False), read_text(name_element, "aliasType")
        latin, others = _translations(name_element)
        native += others
        finish(name_element)
        if is_primary and not primary:
            primary = latin
        elif latin and kind in _ALIAS_TYPES:
            aliases.append(OfacAlias(_ALIAS_TYPES[kind], latin, is_weak))
        elif latin or not others:
            name_element.fields.fault("aliasType", kind, UNKNOWN_ALIAS)
            unclear += filter(None, [latin])
            details.remarks += filter(None, [f"{kind} {latin}".strip()])
    if not primary and unclear:
        primary = unclear[0]
        node.fields.fault("names", primary, "It must have a primary name in Latin letters; this one was taken for it.")
    return primary, aliases, native


def read_features(node: StrictElement, values: Mapping[str, str], details: PartyDetails) -> None:
    """Add the features of an entry; ``values`` has the texts of reference values by their numbers."""
    for feature in read_items(node, "features", "feature", many=("type", "valueRefId", "valueDate", "reliability")):
        label, text = straighten_apostrophes(read_text(feature, "type")), feature.fields.take("value")
        reference = read_text(feature, "valueRefId")
        # Left: the same day in numbers, the number of its version, which of several is the main one (it comes
        # first), and how reliable it is, which no other form of the list states.
        for left in ("valueDate", "reliability"):
            feature.children(left)
        feature.fields.leave(["isPrimary", "versionId"])
        text = text or values.get(reference, "")
        details.remarks += filter(None, [feature.fields.take("comments")])
        _add_feature(feature, label, text, details)
        finish(feature)


def _add_feature(element: StrictElement, label: str, text: str, details: PartyDetails) -> None:
    column = _COLUMNS.get(label)
    if column and text and details.columns.get(column) == text:
        # A title is among the general information too.
        return
    feature = (
        OfacFeature(_LABELS[label], text) if label in _LABELS and text else read_labelled(f"{label} {text}".strip())
    )
    if column and text and column not in details.columns:
        details.columns[column] = text
    elif feature:
        details.features.append(feature)
    else:
        element.fields.fault("type", label, "This type is not known, or has no value; it was kept as a remark.")
        details.remarks += filter(None, [f"{label} {text}".strip()])


def read_documents(node: StrictElement, details: PartyDetails) -> None:
    """Add the identity documents of an entry."""
    many = ("type", "issuingCountry", "name", "issueDate", "expirationDate", "idFeatures")
    for document in read_items(node, "identityDocuments", "identityDocument", many=many):
        label, number, country = (
            read_text(document, "type"),
            document.fields.take("documentNumber"),
            read_text(document, "issuingCountry"),
        )
        # Left: the numbers of the name under which it was issued, and of the features that it shows.
        for left in ("name", "idFeatures"):
            document.children(left)
        days = [
            f"{word} {day}"
            for name, word in (("issueDate", "issued"), ("expirationDate", "expires"))
            if (day := _period(document, name))
        ]
        more = [document.fields.take(name) for name in ("issuingAuthority", "issuingLocation", "comments")]
        is_valid = document.fields.choice("isValid", {**YES, "": True}, True)
        text = " ".join(filter(None, (label, number, f"({country})" if country else "", *days)))
        feature = read_labelled(text)
        if feature is None:
            document.fields.fault("type", label, "This type is not known, or has no number; it was kept as a remark.")
            details.remarks.append("; ".join(filter(None, (text, *more))))
        else:
            notes = filter(None, (feature.note, *more, "" if is_valid else "not valid"))
            details.features.append(OfacFeature(feature.label, feature.text, feature.country, "; ".join(notes)))
        finish(document)


def read_relationships(node: StrictElement, details: PartyDetails) -> None:
    """Add the relationships of an entry, as links and as remarks."""
    for relationship in read_items(
        node, "relationships", "relationship", many=("type", "relatedEntity", "quality", "dateRange")
    ):
        kind, days = read_text(relationship, "type"), _period(relationship, "dateRange")
        # Left: how reliable it is, which no other form of the list states.
        relationship.children("quality")
        for other in relationship.nodes("relatedEntity", text="name"):
            name = other.fields.take("name")
            other.fields.leave(["entityId"])
            finish(other)
            if name:
                details.features.append(OfacFeature(LINKED_TO, name))
                details.remarks.append(f"{kind or 'Related to'}: {name}{f' ({days})' if days else ''}")
        details.remarks += filter(None, [relationship.fields.take("comments")])
        finish(relationship)


def read_addresses(node: StrictElement) -> Iterator[OfacAddress]:
    """Yield the addresses of an entry."""
    for address in read_items(node, "addresses", "address", many=("country", "translations")):
        country, translations = read_text(address, "country"), list[StrictElement]()
        for container in address.nodes("translations", many=("country", "translation")):
            # The country is next to the translations, or among them.
            inside = read_text(container, "country")
            country = country or inside
            translations += container.nodes("translation", many=("script", "addressParts"))
            finish(container)
        for translation in translations:
            read_text(translation, "script")
            translation.fields.leave(["isPrimary"])
            yield _address(translation, country)
            finish(translation)
        if not translations and country:
            yield OfacAddress(country=country)
        finish(address)


def _address(translation: StrictElement, country: str) -> OfacAddress:
    parts: dict[str, str] = {}
    for part in read_items(translation, "addressParts", "addressPart", many=("type",)):
        kind, value = read_text(part, "type"), part.fields.take("value")
        if kind not in (*_STREET, *_PLACE):
            part.fields.fault("type", kind, f"Allowed: {', '.join(map(repr, (*_STREET, *_PLACE)))}. It was kept.")
        parts[kind] = value
        finish(part)
    postal = parts.pop("POSTAL CODE", "")
    place = [parts.pop(name) for name in _PLACE if parts.get(name)]
    city = " ".join(filter(None, (", ".join(place), postal)))
    return OfacAddress(", ".join(filter(None, parts.values())), city, country)


# --- Elements and texts


def _translations(name: StrictElement) -> tuple[str, list[str]]:
    """Return a name in Latin letters, and in other scripts."""
    latin, others = "", list[str]()
    for translation in read_items(name, "translations", "translation", many=("script", "nameParts")):
        script, text = read_text(translation, "script"), translation.fields.take("formattedFullName")
        # Left: the parts of the whole name, and which of several is the main one: it comes first.
        translation.children("nameParts")
        translation.fields.leave(["isPrimary", "formattedFirstName", "formattedLastName"])
        finish(translation)
        if text and script in _LATIN and not latin:
            latin = text
        elif text:
            others.append(text)
    return latin, others


def read_items(
    node: StrictElement, container: str, item: str, *, many: tuple[str, ...] = (), text: str = ""
) -> Iterator[StrictElement]:
    """Yield the items of a list of elements. The caller must finish each."""
    for holder in node.nodes(container, many=(item,)):
        yield from holder.nodes(item, many=many, text=text)
        finish(holder)


def read_texts(node: StrictElement, container: str, item: str) -> list[str]:
    """Return the texts of a list of elements, each once."""
    texts = []
    for element in read_items(node, container, item, text="text"):
        texts.append(element.fields.take("text"))
        finish(element)
    return list(dict.fromkeys(filter(None, texts)))


def _period(node: StrictElement, name: str) -> str:
    """Take a day, or days from one to another, as OFAC writes them in its other files: ``12 Mar 1960``, ``1960``.

    Each end has two bounds; the outer ones are used.
    """
    period = ""
    for element in node.nodes(name):
        first, last = element.fields.take("fromDateBegin"), element.fields.take("toDateEnd")
        about = "circa " if element.fields.choice("isApproximate", YES, False) else ""
        element.fields.leave(["fromDateEnd", "toDateBegin", "isDateRange"])
        finish(element)
        try:
            days = [date.fromisoformat(text[:10]) for text in (first, last) if text]
        except ValueError as error:
            node.fields.fault(name, f"{first} {last}".strip(), f"{error}. It was kept as a text.")
            period = " to ".join(dict.fromkeys(filter(None, (first, last))))
            continue
        if len(days) == 2 and days[0] == date(days[0].year, 1, 1) and days[1] == date(days[0].year, 12, 31):
            period = f"{about}{days[0].year}"
        else:
            period = about + " to ".join(map(format_day, dict.fromkeys(days)))
    return period


def read_text(node: StrictElement, name: str) -> str:
    """Take the text of a child with a reference; empty if it is missing."""
    result = ""
    for element in node.nodes(name, text="text"):
        result = result or element.fields.take("text")
        finish(element)
    return result


def finish(node: StrictElement) -> None:
    """Leave the numbers of an element, which repeat a text, and report what was not taken."""
    node.fields.leave(_NUMBERS)
    node.finish()
