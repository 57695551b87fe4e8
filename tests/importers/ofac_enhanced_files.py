"""Write files of OFAC's enhanced XML."""

from __future__ import annotations

from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from sanctions.importers.base import RawFile
from sanctions.importers.ofac.party import OfacAddress, OfacFeature, OfacParty

NAMESPACE: Final = "https://example.org/exports/ENHANCED_XML"


TYPES: Final = {"individual": "Individual", "entity": "Entity", "vessel": "Vessel", "aircraft": "Aircraft"}


ALIASES: Final = {"aka": "A.K.A.", "fka": "F.K.A.", "nka": "N.K.A."}


COLUMNS: Final = {
    "title": "Title",
    "call_sign": "Vessel Call Sign",
    "vessel_type": "Vessel Type",
    "flag": "Vessel Flag",
    "owner": "Vessel Owner",
    "tonnage": "Vessel Tonnage",
    "gross_tonnage": "Vessel Gross Registered Tonnage",
}


LABELS: Final = {"DOB": "Birthdate", "POB": "Place of Birth", "nationality": "Nationality Country"}


def tag(name: str, inside: str = "", **attributes: str) -> str:
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{told}>{inside}</{name}>"


def coded(name: str, text: str) -> str:
    """A text with the number of its reference."""
    return tag(name, escape(text), refId="1") if text else ""


def named(text: str, *, kind: str = "", weak: bool = False, script: str = "Latin", more: str = "") -> str:
    inside = tag("isPrimary", "true") + coded("script", script) + tag("formattedFullName", escape(text))
    return tag(
        "name",
        tag("isPrimary", "false" if kind else "true")
        + tag("isLowQuality", "true" if weak else "false")
        + coded("aliasType", kind)
        + tag("translations", tag("translation", inside, id="2") + more),
        id="3",
    )


def native(text: str) -> str:
    inside = tag("isPrimary", "false") + coded("script", "Cyrillic") + tag("formattedFullName", escape(text))
    return tag("translation", inside, id="4")


def feature(label: str, text: str, more: str = "") -> str:
    day = tag("valueDate", tag("fromDateBegin", "1951-01-01"), id="5")
    return tag("feature", tag("type", label, featureTypeId="8") + tag("value", escape(text)) + day + more, id="6")


def document(one: OfacFeature) -> str:
    texts = tag("type", one.label, refId="7") + tag("documentNumber", escape(one.text)) + tag("isValid", "true")
    return tag("identityDocument", texts + coded("issuingCountry", one.country), id="8")


def address(place: OfacAddress) -> str:
    parts = [("ADDRESS1", place.street), ("CITY", place.city)]
    inside = "".join(
        tag("addressPart", coded("type", kind) + tag("value", escape(text))) for kind, text in parts if text
    )
    written = tag("translation", tag("isPrimary", "true") + coded("script", "Latin") + tag("addressParts", inside))
    return tag("address", coded("country", place.country) + (tag("translations", written) if inside else ""), id="9")


def entity(party: OfacParty, more: str = "") -> str:
    native_names = "".join(map(native, party.native))
    listed = tag("sanctionsList", "SDN List", refId="1550", id="1", datePublished=party.listed_on)
    documents = [item for item in party.features if item.label == "Passport"]
    features = [feature(LABELS[item.label], item.text) for item in party.features if item.label in LABELS]
    columns = [feature(label, text) for name, label in COLUMNS.items() if (text := getattr(party, name))]
    aliases = [named(item.name, kind=ALIASES[item.type], weak=item.is_weak) for item in party.aliases]
    return tag(
        "entity",
        tag("generalInfo", tag("identityId", "1979") + coded("entityType", TYPES[party.type]))
        + (tag("sanctionsLists", listed) if party.listed_on else "")
        + tag("sanctionsPrograms", "".join(coded("sanctionsProgram", item) for item in party.programs))
        + tag("names", named(party.name, more=native_names) + "".join(aliases))
        + tag("addresses", "".join(map(address, party.addresses)))
        + tag("features", "".join([*columns, *features]))
        + tag("identityDocuments", "".join(map(document, documents)))
        + more,
        id=party.number,
    )


def file(*entities: str, listed: str = "SDN List", as_of: str = "2026-07-27T00:00:00", before: str = "") -> RawFile:
    filters = tag("filters", tag("sanctionsLists", tag("sanctionsList", listed, refId="1550")))
    head = tag("publicationInfo", tag("dataAsOf", as_of) + filters)
    text = tag("sanctionsData", head + before + tag("entities", "".join(entities)), xmlns=NAMESPACE)
    return RawFile.of_bytes("sdn_enhanced.xml", text.encode())


def party(**columns: Any) -> OfacParty:
    given: dict[str, Any] = {"number": "1", "name": "TESTOV, Ada", "type": "individual", "programs": ("CUBA",)}
    return OfacParty(**given | {"place": "sdn_enhanced.xml, entity 1"} | columns)


def period(name: str, first: str, last: str, about: str = "false") -> str:
    """A span of days as the schema has it: two bounds for each of its ends."""
    bounds = {"fromDateBegin": first, "fromDateEnd": first, "toDateBegin": last, "toDateEnd": last}
    told = bounds | {"isApproximate": about, "isDateRange": str(first != last).lower()}
    return tag(name, "".join(tag(key, text) for key, text in told.items() if text), id="7")


#: An entry with each element and attribute that the schema of these files has (ENHANCED_XML.xsd), once at least.
WHOLE: Final = tag(
    "entity",
    tag(
        "generalInfo",
        tag("identityId", "1979")
        + coded("entityType", "Individual")
        + coded("livingStatus", "Deceased")
        + tag("remarks", "A remark.")
        + tag("title", "Trader")
        + tag("isUsCitizen", "false")
        + tag("isUsPerson", "true"),
    )
    + tag("sanctionsLists", tag("sanctionsList", "SDN List", refId="1550", id="1", datePublished="2006-04-12"))
    + tag("sanctionsPrograms", tag("sanctionsProgram", "CUBA", refId="1", id="2"))
    + tag("sanctionsTypes", tag("sanctionsType", "Block", refId="1705", id="3"))
    + tag("legalAuthorities", tag("legalAuthority", "Executive Order 13224 (Terrorism)", refId="1828", id="4"))
    + tag(
        "names",
        tag(
            "name",
            tag("isPrimary", "true")
            + tag("isLowQuality", "false")
            + tag(
                "translations",
                tag(
                    "translation",
                    tag("isPrimary", "true")
                    + tag("script", "Latin", refId="20122")
                    + tag("formattedFirstName", "Ada")
                    + tag("formattedLastName", "TESTOV")
                    + tag("formattedFullName", "TESTOV, Ada")
                    + tag("nameParts", tag("namePart", coded("type", "Last Name") + tag("value", "TESTOV"), id="9")),
                    id="8",
                ),
            ),
            id="7",
        ),
    )
    + tag(
        "addresses",
        tag(
            "address",
            coded("country", "Iran")
            + tag(
                "translations",
                coded("country", "Iran")
                + tag(
                    "translation",
                    tag("isPrimary", "true")
                    + tag("script", "Latin", refId="20122")
                    + tag("addressParts", tag("addressPart", coded("type", "CITY") + tag("value", "Tehran"), id="12")),
                    id="11",
                ),
            ),
            id="10",
        ),
    )
    + tag(
        "features",
        tag(
            "feature",
            tag("type", "Birthdate", featureTypeId="8")
            + tag("versionId", "1612")
            + tag("value", "1951")
            + period("valueDate", "1951-01-01", "1951-12-31")
            + tag("isPrimary", "true")
            + coded("reliability", "Unknown")
            + tag("comments", "As told."),
            id="13",
        ),
    )
    + tag(
        "identityDocuments",
        tag(
            "identityDocument",
            coded("type", "Passport")
            + tag("name", "TESTOV, Ada", nameId="7", nameTranslationId="8")
            + tag("documentNumber", "A123456")
            + tag("isValid", "false")
            + tag("issuingAuthority", "The police")
            + tag("issuingLocation", "Tehran")
            + coded("issuingCountry", "Iran")
            + period("issueDate", "2009-08-17", "2009-08-17")
            + period("expirationDate", "2014-01-01", "2014-12-31", about="true")
            + tag("comments", "Lost.")
            + tag("idFeatures", tag("idFeature", "1951", id="13", featureVersionId="1612")),
            id="14",
        ),
    )
    + tag(
        "relationships",
        tag(
            "relationship",
            coded("type", "Associate Of")
            + tag("relatedEntity", "ACME", entityId="2")
            + coded("quality", "True")
            + period("dateRange", "2001-02-03", "2004-05-06")
            + tag("comments", "By marriage."),
            id="15",
        ),
    ),
    id="1",
)


VALUE: Final = tag(
    "referenceValues",
    tag(
        "referenceValue",
        tag("type", "Country")
        + tag("value", "Iran")
        + tag("code", "IR")
        + tag("isoCode", "IRN")
        + tag("advancedXmlOffset", "11082"),
        refId="3",
    ),
)
