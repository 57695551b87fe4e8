"""The labels of OFAC's remarks and document types, and the meaning of each. Any other label is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sanctions.vocabulary import IdentifierScheme, ParticularKind

_S, _P = IdentifierScheme, ParticularKind


@dataclass(frozen=True, slots=True)
class LabelMeaning:
    """The meaning of a label: an identifier's scheme, a particular's kind, or neither for a remark on the listing.

    With ``named`` the label itself is kept in the note, because several labels have the meaning.
    """

    scheme: IdentifierScheme | None = None
    kind: ParticularKind | None = None
    named: bool = False


_REMARK: Final = LabelMeaning()


def straighten_apostrophes(text: str) -> str:
    """Return a label with straight apostrophes, as LABELS has them: some forms of the list write typographic ones."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _identifiers(scheme: IdentifierScheme, *labels: str, named: bool = True) -> dict[str, LabelMeaning]:
    return dict.fromkeys(labels, LabelMeaning(scheme=scheme, named=named))


def _particulars(kind: ParticularKind, *labels: str, named: bool = False) -> dict[str, LabelMeaning]:
    return dict.fromkeys(labels, LabelMeaning(kind=kind, named=named))


LINKED_TO: Final = "Linked To:"
BIRTH: Final = "DOB"
#: OFAC's label for identifiers of ISO 17442, and for numbers of some registers.
LEGAL_ENTITY: Final = "Legal Entity Number"
#: Labels whose text is a date.
DATED: Final = frozenset(
    {
        BIRTH,
        "Organization Established Date",
        "Company Established Date",
        "Aircraft Manufacture Date",
        "Vessel Year of Build",
    }
)

#: Label → meaning. A remark has the longest label that it begins with.
LABELS: Final[dict[str, LabelMeaning]] = {
    **_particulars(_P.BIRTH_DATE, BIRTH),
    **_particulars(_P.BIRTH_PLACE, "POB"),
    **_particulars(_P.NATIONALITY, "nationality"),
    **_particulars(_P.NATIONALITY, "Nationality of Registration", "Registration Country", named=True),
    **_particulars(_P.CITIZENSHIP, "citizen"),
    **_particulars(_P.GENDER, "Gender"),
    **_particulars(_P.LINKED_TO, LINKED_TO),
    **_particulars(_P.PHONE, "Telephone", "Telephone:", "Telephone No.", "Phone Number", "Phone No.", "PHONE"),
    **_particulars(_P.PHONE, "Alt. Telephone:"),
    **_particulars(_P.PHONE, "Fax", "Fax:", "Fax No.", "FAX", "Alt. Fax:", "TELEX", named=True),
    **_particulars(_P.EMAIL, "Email Address", "Email:", "Email", "E-mail Address", "email address", "EMAIL"),
    **_particulars(_P.WEBSITE, "Website", "Website:"),
    **_particulars(_P.ESTABLISHED, "Organization Established Date", "Company Established Date"),
    **_particulars(_P.ORGANISATION_TYPE, "Organization Type:", "Target Type"),
    **_particulars(_P.POSITION, "Position:", "Alt. Position:"),
    **_particulars(_P.POSITION, "Occupation:", named=True),
    **_particulars(_P.TITLE, "Alternate Title:"),
    **_particulars(_P.FORMER_FLAG, "Former Vessel Flag"),
    **_particulars(_P.FLAG, "Other Vessel Flag", named=True),
    **_particulars(_P.VESSEL_TYPE, "Other Vessel Type"),
    **_particulars(_P.AIRCRAFT_MODEL, "Aircraft Model"),
    **_particulars(_P.OPERATOR, "Aircraft Operator"),
    **_particulars(_P.MANUFACTURED, "Aircraft Manufacture Date", "Vessel Year of Build"),
    **_identifiers(_S.IMO, "Vessel Registration Identification IMO", named=False),
    **_identifiers(_S.IMO_COMPANY, "Identification Number IMO", "Company Number IMO", named=False),
    **_identifiers(_S.MMSI, "MMSI", named=False),
    **_identifiers(_S.CALL_SIGN, "Other Vessel Call Sign", named=False),
    **_identifiers(_S.TAIL_NUMBER, "Aircraft Tail Number", named=False),
    **_identifiers(_S.TAIL_NUMBER, "Previous Aircraft Tail Number"),
    **_identifiers(
        _S.SERIAL_NUMBER,
        "Aircraft Manufacturer's Serial Number (MSN)",
        "Aircraft Construction Number (also called L/N or S/N or F/N)",
        "Aircraft Serial Identification",
    ),
    **_identifiers(_S.PASSPORT, "Passport", "Passport #", "Passport No.", named=False),
    **_identifiers(
        _S.PASSPORT, "Diplomatic Passport", "Stateless Person Passport", "British National Overseas Passport"
    ),
    **_identifiers(
        _S.NATIONAL_ID,
        "National ID No.",
        "National ID #",
        "Cedula No.",
        "Cedula #",
        "Cedula de Residencia",
        "Cedula de Ciudadania",
        "C.U.R.P.",
        "C.U.R.P. #",
        "D.N.I.",
        "DNI",
        "Identification Number",
        "Identification No.",
        "Personal ID Card",
        "Personal Identification Number",
        "Numero de Identidad",
        "C.U.I.",
        "LE Number",
        "N.I.E.",
        "SSN",
        "Citizen's Card Number",
        "Turkish Identification Number",
        "Kenyan ID No.",
        "Tazkira National ID Card",
        "Bosnian Personal ID No.",
        "Moroccan Personal ID No.",
        "Tarjeta de Identidad",
        "Pakistan National ID No.",
        "National Foreign ID Number",
        "Residency Number",
        "Resident Card No.",
        "Refugee ID Card",
        "Stateless Person ID Card",
        "UAE Identification",
        "CNP (Personal Numerical Code)",
        "Romanian Permanent Resident CAN",
    ),
    **_identifiers(
        _S.TAX_ID,
        "Tax ID No.",
        "Tax ID #",
        "Tax ID No. C-I-F",
        "NIT #",
        "NIT",
        "RUC #",
        "RIF #",
        "RTN",
        "R.F.C.",
        "R.F.C. #",
        "RFC",
        "RFC #",
        "V.A.T. Number",
        "VAT Number",
        "Italian Fiscal Code",
        "Italian Fiscal Code:",
        "Fiscal Code",
        "Numero Unico de Identificacao Tributaria (NUIT)",
        "Paraguayan tax identification number",
        "US FEIN",
        "C.U.I.T.",
        "C.I.F.",
        "C.N.P.J.",
        "N.I.F.",
        "RSIN",
        "Romanian Tax Registration",
    ),
    **_identifiers(
        _S.REGISTRATION,
        "Registration Number",
        "Registration ID",
        "Registration No.",
        "Company Number",
        "UK Company Number",
        "Business Registration Number",
        "Business Registration Document #",
        "Business Registration Document # CUD:",
        "Business Number",
        "Commercial Registry Number",
        "Government Gazette Number",
        "Folio Mercantil No.",
        "Matricula Mercantil No",
        "Matricula Mercantil No.",
        "Trade License No.",
        "C.R. No.",
        "C.R. No",
        "Romanian C.R.",
        "Chamber of Commerce Number",
        "Istanbul Chamber of Comm. No.",
        "Dubai Chamber of Commerce Membership No.",
        "Public Registration Number",
        "Unified Social Credit Code (USCC)",
        "United Social Credit Code Certificate (USCCC)",
        "Central Registration System Number",
        "Economic Register Number (CBLS)",
        "Enterprise Number",
        "Branch Unit Number",
        "Registered Charity No.",
        "Certificate of Incorporation Number",
        "File Number",
        "Company ID",
        "Registered Company Number",
        "Organization Code",
        "Registration Certificate Number (Dubai)",
        "Russian State Individual Business Registration Number Pattern (OGRNIP)",
        "C.I.N.",
    ),
    **_identifiers(_S.BIC, "SWIFT/BIC", named=False),
    **_identifiers(_S.DUNS, "D-U-N-S Number", named=False),
    **_identifiers(_S.ISIN, "ISIN", named=False),
    **_identifiers(_S.EQUITY_TICKER, "Equity Ticker", named=False),
    **_identifiers(_S.EQUITY_TICKER, "MICEX Code"),
    **_identifiers(_S.DIGITAL_CURRENCY, "Digital Currency Address -", named=False),
    **_identifiers(
        _S.OTHER_DOCUMENT,
        "Birth Certificate Number",
        "Driver's License No.",
        "Driver's License",
        "Pilot License Number",
        "Travel Document Number",
        "VisaNumberID",
        "Visa Number",
        "Immigration No.",
        "Cartilla de Servicio Militar Nacional",
        "Military Registration Number",
        "Aircraft Mode S Transponder Code",
        "Seafarer's Identification Document",
        "Seaman's Book",
        "MSB Registration Number",
        "Interpol: Red Notice. File No.",
        "Tarjeta Profesional",
        "Public Security and Immigration No.",
        "Serial No.",
        # Numbers in a register of ships, not of companies.
        "Vessel Registration Identification",
        LEGAL_ENTITY,
        # Cards and keys of voters and police officers, and cards of an unknown purpose.
        "I.F.E.",
        "Credencial electoral",
        "Electoral Registry No.",
        "C.U.I.P.",
        "Carnet No.",
        "P.I.N.",
        # Licences are not registers of people or companies.
        "License",
        "License No.",
        "License Number",
        "Permit Number",
        "SRE Permit No.",
        "Afghan Money Service Provider License Number",
        "Tourism License No.",
        "Trademark number",
        # A directory of the Russian central bank, the code of a place, and the telegraph code of a Chinese name.
        "BIK (RU)",
        "UN/LOCODE",
        "Chinese Commercial Code",
    ),
    **dict.fromkeys(
        (
            "Additional Sanctions Information -",
            "Secondary sanctions risk:",
            "Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions:",
            "Executive Order 13662 Directive Determination -",
            "Executive Order 13846 information:",
            "Executive Order 14014 Directive Information:",
            "Executive Order 14059 information:",
            "Executive Order 14024 Directive Information -",
            "Executive Order 14024 Directive Information",
            "CAATSA Section 235 Information:",
            "IFCA Determination -",
            "PAIPA Section 2 Information:",
            "PEESA Information:",
            "PEESCA Information:",
            "Listing Date",
            "Effective Date",
            "Purchase/Sales For Divestment Date",
            "Issuer Name",
            "For more information",
            "for more information",
        ),
        _REMARK,
    ),
}

_PERSON: Final = "individual"
_VESSEL: Final = "vessel"
_ENTITY: Final = "entity"
#: General labels that OFAC gives to persons and to others: a number of identity is a person's.
_OF_PERSONS: Final = frozenset(
    {"Identification Number", "Identification No.", "Residency Number", "UAE Identification"}
)
#: General labels that OFAC gives to entities and to others: a register of companies has no persons and no ships.
_OF_ENTITIES: Final = frozenset({"Registration Number", "Registration ID", "Registration No."})


def scheme_of(label: str, party_type: str) -> IdentifierScheme | None:
    """Return the scheme of a labelled number, for a type of party; ``None`` if the label is not an identifier's.

    OFAC also uses ``Vessel Registration Identification IMO`` for the numbers of shipping companies, and
    ``Identification Number IMO`` for those of ships: the type of the party decides.
    """
    scheme = LABELS[label].scheme
    if scheme in (IdentifierScheme.IMO, IdentifierScheme.IMO_COMPANY):
        return IdentifierScheme.IMO if party_type == _VESSEL else IdentifierScheme.IMO_COMPANY
    if (label in _OF_PERSONS and party_type != _PERSON) or (label in _OF_ENTITIES and party_type != _ENTITY):
        return IdentifierScheme.OTHER_DOCUMENT
    return scheme
