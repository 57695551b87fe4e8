"""All controlled vocabularies.

Codes are stored, served and filtered by; labels are for people. A code is never reused with another meaning. If a
vocabulary follows a published one, its docstring names it. :data:`MEASURE_CROSSWALK` and :data:`EVENT_CLASS` map codes
to other code books of the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import TextChoices


class State(TextChoices):
    """Editorial state of a record. Only published records are public."""

    DRAFT = "draft", "draft"
    IN_REVIEW = "in_review", "in review"
    PUBLISHED = "published", "published"
    RETRACTED = "retracted", "retracted"
    MERGED = "merged", "merged into another"


class Move(TextChoices):
    """An editorial move: what a user did to a record."""

    SAVED = "saved", "saved"
    SUBMITTED = "submitted", "submitted for review"
    RETURNED = "returned", "returned to its author"
    PUBLISHED = "published", "published"
    RETRACTED = "retracted", "retracted"
    RESTORED = "restored", "restored"
    DELETED = "deleted", "deleted"
    PROPOSED = "proposed", "proposed a change"
    WITHDRAWN = "withdrawn", "withdrew a change"
    ASSIGNED = "assigned", "assigned to a reviewer"
    UNASSIGNED = "unassigned", "took from a reviewer"
    RESOLVED = "resolved", "resolved a remark"
    CONFIRMED = "confirmed", "confirmed as still right"
    COMPARED = "compared", "compared with another"
    MERGED = "merged", "merged"
    UNMERGED = "unmerged", "undid a merge"


class Scope(TextChoices):
    """What a token allows, the least first; each scope includes those before it."""

    READ = "read", "read"
    DRAFT = "draft", "write drafts and proposals, and submit them"
    REVIEW = "review", "decide about the work of others"

    def includes(self, other: Scope) -> bool:
        """Whether this scope allows what the other one allows."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


class RemarkKind(TextChoices):
    """Kinds of editorial remarks."""

    REMARK = "remark", "remark"
    RETRACTION = "retraction", "asks for retraction"


class ProposalState(TextChoices):
    """The editorial state of a proposed change to a published record."""

    DRAFT = "draft", "draft"
    IN_REVIEW = "in_review", "in review"
    ACCEPTED = "accepted", "accepted"
    WITHDRAWN = "withdrawn", "withdrawn"


class Sameness(TextChoices):
    """The decision about two records that look alike."""

    UNDECIDED = "undecided", "undecided"
    SAME = "same", "the same"
    DIFFERENT = "different", "different"
    UNSURE = "unsure", "unsure"


class VersionKind(TextChoices):
    """Why a version was published. A correction means that the record was wrong, an update that the world changed."""

    PUBLICATION = "publication", "publication"
    UPDATE = "update", "update"
    CORRECTION = "correction", "correction"
    RETRACTION = "retraction", "retraction"
    RESTORATION = "restoration", "restoration"
    MERGE = "merge", "merge"


#: The kinds of versions that the public is notified of: corrections, retractions, restorations and merges.
NOTICES: Final = (VersionKind.CORRECTION, VersionKind.RETRACTION, VersionKind.RESTORATION, VersionKind.MERGE)


class ActorKind(TextChoices):
    """Kinds of actors; the names in brackets are schemas of FollowTheMoney."""

    PERSON = "person", "person (Person)"
    STATE = "state", "state (PublicBody)"
    GOVERNMENT_BODY = "government_body", "government body (PublicBody)"
    INTERGOVERNMENTAL = "intergovernmental_organisation", "intergovernmental organisation (PublicBody)"
    INTERGOVERNMENTAL_ORGAN = "intergovernmental_organ", "organ of an intergovernmental organisation (PublicBody)"
    COURT = "court", "court or tribunal (PublicBody)"
    MILITARY = "military", "military force (PublicBody)"
    ARMED_GROUP = "armed_group", "non-state armed group (Organization)"
    COMPANY = "company", "company (Company)"
    BANK = "bank", "bank (Company)"
    FUND = "fund", "fund (Organization)"
    ORGANISATION = "organisation", "other organisation (Organization)"
    COALITION = "coalition", "coalition or group of states (Organization)"
    ENTITY = "entity", "group, undertaking or entity whose kind is not coded (LegalEntity)"
    VESSEL = "vessel", "vessel (Vessel)"
    AIRCRAFT = "aircraft", "aircraft (Airplane)"


class NameKind(TextChoices):
    """Kinds of names; the strength of aliases is that of the OFAC and UN lists."""

    ALIAS = "alias", "alias"
    WEAK_ALIAS = "weak_alias", "weak alias"
    FORMER = "former", "former name"
    CURRENT = "current", "name that it has now"
    NATIVE = "native", "name in native script"
    TRANSLITERATION = "transliteration", "transliteration"
    ACRONYM = "acronym", "acronym"
    SHORT_TITLE = "short_title", "short title"


class IdentifierScheme(TextChoices):
    """Schemes of identifiers, by issuer."""

    WIKIDATA = "wikidata", "Wikidata item"
    OFAC_UID = "ofac-uid", "OFAC unique id"
    UN_REFERENCE = "un-reference", "UN Security Council list reference number"
    EU_REFERENCE = "eu-reference", "EU consolidated list reference number"
    UK_GROUP_ID = "uk-group-id", "UK consolidated list group id"
    LEI = "lei", "Legal Entity Identifier (ISO 17442)"
    IMO = "imo", "IMO number of a ship"
    IMO_COMPANY = "imo-company", "IMO number of a company or owner"
    MMSI = "mmsi", "Maritime Mobile Service Identity"
    CALL_SIGN = "call-sign", "call sign"
    TAIL_NUMBER = "tail-number", "registration mark of an aircraft"
    SERIAL_NUMBER = "serial-number", "serial or construction number of an aircraft"
    PASSPORT = "passport", "passport"
    NATIONAL_ID = "national-id", "national identity number"
    TAX_ID = "tax-id", "tax number"
    REGISTRATION = "registration", "number in a register of companies or organisations"
    OTHER_DOCUMENT = "other-document", "number of another document, which the note names"
    BIC = "bic", "business identifier code (ISO 9362)"
    DUNS = "duns", "D-U-N-S number"
    ISIN = "isin", "International Securities Identification Number (ISO 6166)"
    EQUITY_TICKER = "equity-ticker", "ticker of a share"
    DIGITAL_CURRENCY = "digital-currency", "address of a digital currency"
    ISO_3166 = "iso-3166", "ISO 3166-1 alpha-2 code"
    OFAC_PROGRAM = "ofac-program", "OFAC program tag"
    UN_LIST_TYPE = "un-list-type", "list type of the UN consolidated list"
    EU_PROGRAMME = "eu-programme", "programme of the EU consolidated list"
    UK_REGIME = "uk-regime", "regime of the UK consolidated list"
    US_EO = "us-eo", "United States executive order number"
    US_NSPM = "us-nspm", "National Security Presidential Memorandum number"
    US_PROCLAMATION = "us-proclamation", "United States proclamation number"
    FR_CITATION = "fr-citation", "Federal Register citation"
    FR_DOCUMENT = "fr-document", "Federal Register document number"
    PUBLIC_LAW = "public-law", "United States public law number"
    STATUTE_PART = "statute-part", "title, division or section of a statute"
    USC = "usc", "United States Code citation"
    CFR = "cfr", "Code of Federal Regulations citation"
    UN_SYMBOL = "un-symbol", "United Nations document symbol"
    CELEX = "celex", "CELEX number (EUR-Lex)"
    ELI = "eli", "European Legislation Identifier"
    EU_ACT = "eu-act", "European Union act number"
    UK_SI = "uk-si", "United Kingdom statutory instrument number"
    INFCIRC = "infcirc", "IAEA information circular"
    UN_TREATY = "un-treaty", "United Nations Treaty Series registration"


#: The schemes whose values are unique in the whole world.
WORLDWIDE: Final = frozenset(
    {
        IdentifierScheme.WIKIDATA,
        IdentifierScheme.OFAC_UID,
        IdentifierScheme.UN_REFERENCE,
        IdentifierScheme.EU_REFERENCE,
        IdentifierScheme.UK_GROUP_ID,
        IdentifierScheme.LEI,
        IdentifierScheme.IMO,
        IdentifierScheme.IMO_COMPANY,
    }
)
#: The schemes whose values are unique only within a state, a register or a time: two actors may share one.
LOCAL: Final = frozenset(
    {
        IdentifierScheme.PASSPORT,
        IdentifierScheme.NATIONAL_ID,
        IdentifierScheme.TAX_ID,
        IdentifierScheme.REGISTRATION,
        IdentifierScheme.OTHER_DOCUMENT,
        IdentifierScheme.SERIAL_NUMBER,
        IdentifierScheme.TAIL_NUMBER,
        IdentifierScheme.CALL_SIGN,
        IdentifierScheme.MMSI,
        IdentifierScheme.EQUITY_TICKER,
    }
)


class ParticularKind(TextChoices):
    """Kinds of details of actors, as in published lists of designations."""

    BIRTH_DATE = "birth_date", "date of birth"
    BIRTH_PLACE = "birth_place", "place of birth"
    DEATH_DATE = "death_date", "date of death"
    GENDER = "gender", "gender"
    NATIONALITY = "nationality", "nationality"
    CITIZENSHIP = "citizenship", "citizenship"
    TITLE = "title", "title"
    POSITION = "position", "position or function"
    ADDRESS = "address", "address"
    PHONE = "phone", "telephone or fax"
    EMAIL = "email", "e-mail address"
    WEBSITE = "website", "website"
    ESTABLISHED = "established", "date of establishment"
    ORGANISATION_TYPE = "organisation_type", "type of organisation"
    LINKED_TO = "linked_to", "linked to, by name"
    FLAG = "flag", "flag"
    FORMER_FLAG = "former_flag", "former flag"
    VESSEL_TYPE = "vessel_type", "type of vessel"
    TONNAGE = "tonnage", "deadweight tonnage"
    GROSS_TONNAGE = "gross_tonnage", "gross registered tonnage"
    OWNER = "owner", "owner, by name"
    OPERATOR = "operator", "operator, by name"
    AIRCRAFT_MODEL = "aircraft_model", "model of aircraft"
    MANUFACTURED = "manufactured", "date of manufacture"


class RelationshipKind(TextChoices):
    """What an actor is to another actor."""

    PART_OF = "part_of", "part of"
    COMMANDS = "commands", "commands"
    OWNED_BY = "owned_by", "owned by"
    MEMBER_OF = "member_of", "member of"
    SUCCESSOR_OF = "successor_of", "successor of"
    PROXY_OF = "proxy_of", "proxy of"
    NATIONAL_OF = "national_of", "national of or based in"
    LINKED_TO = "linked_to", "linked to, as a list states without stating how"


class OfficeKind(TextChoices):
    """The rank of an office within its body."""

    HEAD = "head", "head of the body"
    ACTING_HEAD = "acting_head", "acting head of the body"
    DEPUTY = "deputy", "deputy head"
    MEMBER = "member", "member or official"
    REPRESENTATIVE = "representative", "permanent representative or ambassador"
    ENVOY = "envoy", "envoy, coordinator or negotiator"
    ADVISER = "adviser", "adviser"


class OrderKind(TextChoices):
    """Kinds of legal instruments.

    Kinds of the United States follow the presidential document types of the Federal Register, those of the European
    Union the resource types of the EU Common Data Model; the others are defined here.
    """

    EXECUTIVE_ORDER = "executive_order", "executive order"
    PRESIDENTIAL_MEMORANDUM = "presidential_memorandum", "presidential memorandum"
    PROCLAMATION = "proclamation", "proclamation"
    DETERMINATION = "determination", "determination"
    STATUTE = "statute", "statute"
    REGULATION = "regulation", "regulation of an agency"
    DESIGNATION = "designation_notice", "designation notice"
    GENERAL_LICENCE = "general_licence", "general licence"
    WAIVER = "waiver", "waiver"
    GUIDANCE = "guidance", "guidance"
    UN_RESOLUTION = "un_security_council_resolution", "UN Security Council resolution"
    UN_SNAPBACK = "un_snapback", "return of UN resolutions under a snapback clause"
    EU_REGULATION = "eu_regulation", "EU regulation"
    EU_DECISION = "eu_decision", "EU decision"
    STATUTORY_INSTRUMENT = "statutory_instrument", "statutory instrument"


class Topic(TextChoices):
    """Topics of orders."""

    SANCTIONS = "sanctions", "sanctions"
    CLAIMS_SETTLEMENT = "claims_settlement", "claims settlement"
    IMMIGRATION = "immigration", "immigration"
    COUNTERMEASURE = "countermeasure", "countermeasure against sanctions"
    HUMAN_RIGHTS = "human_rights", "human rights"
    HOSTAGES = "hostages", "hostages"
    MILITARY_SUPPORT = "military_support", "military support"
    ADMINISTRATION = "administration", "administration"
    OVERSIGHT = "oversight", "legislative oversight"
    IMPLEMENTATION = "implementation", "implementation of an agreement"
    NON_PROLIFERATION = "non_proliferation", "non-proliferation"
    TERRORISM = "terrorism", "terrorism"


class GeographicScope(TextChoices):
    """Whether an order is about one country, several countries, or a theme."""

    COUNTRY = "country", "one country"
    MULTI_COUNTRY = "multi_country", "several countries"
    THEMATIC = "thematic", "a theme, whatever the country"
    NOT_CODED = "not_coded", "not coded"


class MeasureKind(TextChoices):
    """Kinds of measures: the program measures of OpenSanctions, and further ones that it lacks."""

    AID_SUSPENSION = "aid_suspension", "aid suspension"
    ARMS_EMBARGO = "arms_embargo", "arms embargo"
    ARMS_RESTRICTIONS = "arms_restrictions", "arms restrictions"
    ASSET_FREEZE = "asset_freeze", "asset freeze"
    DEBARMENT = "debarment", "debarment"
    EXPORT_CONTROL = "export_control", "export control"
    FINANCIAL_RESTRICTIONS = "financial_restrictions", "financial restrictions"
    IMPORT_RESTRICTIONS = "import_restrictions", "import restrictions"
    INVESTMENT_BAN = "investment_ban", "investment ban"
    SERVICES_BAN = "services_ban", "services ban"
    CLAIMS_PROHIBITION = "claims_prohibition", "prohibition to satisfy claims"
    SECTORAL = "sectoral_sanctions", "sectoral sanctions"
    TRANSPORTATION = "transportation_restrictions", "transportation restrictions"
    TRAVEL_BAN = "travel_ban", "travel ban"
    DIPLOMATIC = "diplomatic_measures", "diplomatic measures"
    SECONDARY = "secondary_sanctions", "secondary sanctions"
    PRICE_CAP = "price_cap", "price cap"
    TRADE_EMBARGO = "trade_embargo", "comprehensive trade embargo"
    EMERGENCY = "national_emergency", "declaration of a national emergency"
    AUTHORITY = "authority", "grant of authority to impose measures"
    POLICY = "policy", "policy directive"
    ACTIVITY_BAN = "activity_ban", "demand or ban on the target's own activity"
    MONITORING = "monitoring", "monitoring, reporting or review procedure"
    COUNTERMEASURE = "countermeasure", "countermeasure or blocking rule"
    LICENCE = "licence", "licence or authorisation"
    WAIVER = "waiver", "waiver"
    RELIEF = "relief", "lifting or suspension of measures"
    ASSET_TRANSFER = "asset_transfer", "transfer or return of assets"
    REIMPOSITION = "reimposition", "return of lifted measures"


class MeasureDirection(TextChoices):
    """Whether a measure restricts its target or relieves it."""

    IMPOSES = "imposes", "imposes"
    RELIEVES = "relieves", "relieves"
    NEUTRAL = "neutral", "neither (authority, procedure)"


class Sector(TextChoices):
    """Economic or thematic sectors of measures."""

    OIL = "oil", "oil"
    GAS = "gas", "gas"
    ENERGY = "energy", "energy"
    PETROCHEMICALS = "petrochemicals", "petrochemicals"
    FINANCE = "finance", "finance"
    INSURANCE = "insurance", "insurance"
    SHIPPING = "shipping", "shipping"
    PORTS = "ports", "ports"
    AVIATION = "aviation", "aviation"
    AUTOMOTIVE = "automotive", "automotive"
    METALS = "metals", "metals"
    MINING = "mining", "mining"
    PRECIOUS_METALS = "precious_metals", "precious metals"
    CONSTRUCTION = "construction", "construction"
    MANUFACTURING = "manufacturing", "manufacturing"
    TEXTILES = "textiles", "textiles"
    TRADE = "trade", "trade"
    TRAVEL = "travel", "travel"
    NUCLEAR = "nuclear", "nuclear"
    MISSILES = "missiles", "missiles"
    DRONES = "drones", "unmanned aircraft"
    ARMS = "arms", "arms"
    DUAL_USE = "dual_use", "dual-use goods"
    TECHNOLOGY = "technology", "technology"
    INFORMATION_TECHNOLOGY = "information_technology", "information technology"
    TELECOMMUNICATIONS = "telecommunications", "telecommunications"
    MEDIA = "media", "broadcasting and media"
    HUMAN_RIGHTS = "human_rights", "human rights"
    TERRORISM = "terrorism", "terrorism"
    PROLIFERATION = "proliferation", "weapons proliferation"
    SANCTIONS_EVASION = "sanctions_evasion", "sanctions evasion"
    GOVERNMENT = "government", "government"
    AGRICULTURE = "agriculture", "agriculture and food"
    HUMANITARIAN = "humanitarian", "humanitarian goods"
    LUXURY_GOODS = "luxury_goods", "luxury goods"
    CYBER = "cyber", "cyber"
    ELECTIONS = "elections", "elections"
    PROCUREMENT = "procurement", "procurement"
    IMMIGRATION = "immigration", "immigration"
    EDUCATION = "education", "education and research"
    ELECTRICITY = "electricity", "electricity"
    CLAIMS = "claims", "claims"
    INVESTMENT = "investment", "investment"
    CURRENCY = "currency", "currency and banknotes"
    REFINED_PRODUCTS = "refined_products", "refined petroleum products"
    SHIPBUILDING = "shipbuilding", "shipbuilding"
    TRANSPORT = "transport", "transport"
    SURVEILLANCE = "surveillance", "surveillance and censorship"
    FOREIGN_SUBSIDIARIES = "foreign_subsidiaries", "foreign subsidiaries"


class RelationKind(TextChoices):
    """The relation of an instrument to another one, as its own text states it.

    ``based_on``, ``implements``, ``amends`` and ``cites`` follow the ontology of the European Legislation Identifier. A
    change to the standing of another instrument is an effect, not a relation.
    """

    BASED_ON = "based_on", "is based on (cites as authority)"
    IMPLEMENTS = "implements", "implements"
    RESPONDS_TO = "responds_to", "responds to"
    REVIVES_POLICY_OF = "revives_policy_of", "revives the policy of"
    MAINTAINS = "maintains", "leaves in place"
    CITES = "cites", "cites"


class AgreementKind(TextChoices):
    """Kinds of international agreement, binding or political (Vienna Convention on the Law of Treaties, art. 2)."""

    TREATY = "treaty", "treaty"
    MULTILATERAL_TREATY = "multilateral_treaty", "multilateral treaty"
    SAFEGUARDS_AGREEMENT = "safeguards_agreement", "safeguards agreement"
    POLITICAL_AGREEMENT = "political_agreement", "political agreement or plan of action"
    POLITICAL_STATEMENT = "political_statement", "political statement"
    JOINT_STATEMENT = "joint_statement", "joint statement"
    DECLARATIONS = "declarations", "declarations of a mediator accepted by the parties"
    WORK_PLAN = "work_plan", "work plan or road map"
    ARRANGEMENT = "arrangement", "arrangement"
    MECHANISM = "mechanism", "mechanism"
    PARTNERSHIP = "partnership", "bilateral partnership"
    CEASEFIRE = "ceasefire", "ceasefire"


class Comparator(TextChoices):
    """How a measured value must compare with the limit of a commitment."""

    AT_MOST = "<=", "at most"
    AT_LEAST = ">=", "at least"
    EQUAL = "=", "exactly"


class Gravity(TextChoices):
    """How grave a breach is in the judgement of its source."""

    TECHNICAL = "technical", "technical"
    MINOR = "minor", "minor"
    SIGNIFICANT = "significant", "significant"
    MATERIAL = "material", "material (Vienna Convention on the Law of Treaties, art. 60)"


class EventKind(TextChoices):
    """Kinds of events. :data:`EVENT_CLASS` maps each to its PLOVER class."""

    SIGNING = "signing", "signing"
    RATIFICATION = "ratification", "ratification"
    ENTRY_INTO_FORCE = "entry_into_force", "entry into force"
    LEGAL_ACT = "legal_act", "legal act issued"
    LAW_ENACTED = "law_enacted", "law enacted"
    PROCLAMATION = "proclamation", "proclamation"
    DETERMINATION = "determination", "determination"
    CONTINUATION = "continuation", "continuation notice"
    EXTENSION = "extension", "extension"
    EXPIRY = "expiry", "expiry"
    WAIVER = "waiver", "waiver"
    GENERAL_LICENCE = "general_licence", "general licence"
    DESIGNATION = "designation", "designation"
    DELISTING = "delisting", "delisting"
    LISTING = "listing", "listing by a body"
    ENFORCEMENT = "enforcement", "enforcement action"
    SEIZURE = "seizure", "seizure"
    COURT_ACTION = "court_action", "court action"
    NEGOTIATION_ROUND = "negotiation_round", "round of negotiation"
    AGREEMENT_REACHED = "agreement_reached", "agreement reached"
    ENDORSEMENT = "endorsement", "endorsement"
    MILESTONE = "milestone", "milestone named in an agreement"
    WITHDRAWAL = "withdrawal", "withdrawal"
    TERMINATION = "termination", "termination"
    DISPUTE_MECHANISM = "dispute_mechanism", "dispute mechanism invoked"
    SNAPBACK = "snapback", "snapback"
    NONCOMPLIANCE_STEP = "noncompliance_step", "step away from a commitment"
    CLAIM = "claim", "claim of a violation"
    VOTE = "vote", "vote"
    VETO = "veto", "veto"
    BOARD_RESOLUTION = "board_resolution", "resolution of a board"
    REPORT = "report", "report"
    DISCLOSURE = "disclosure", "disclosure"
    INSPECTION = "inspection", "inspection"
    NUCLEAR_ACTIVITY = "nuclear_activity", "nuclear activity"
    MISSILE_TEST = "missile_test", "missile test"
    STATEMENT = "statement", "statement"
    ANNOUNCEMENT = "announcement", "announcement"
    NOTIFICATION = "notification", "notification"
    CHARACTERISATION = "characterisation", "characterisation by a commentator"
    THREAT = "threat", "threat"
    ULTIMATUM = "ultimatum", "ultimatum"
    POLICY_CHANGE = "policy_change", "change of policy"
    CONTACT = "contact", "contact"
    DIPLOMATIC_BREAK = "diplomatic_break", "break of diplomatic relations"
    EXCHANGE = "exchange", "exchange of prisoners or assets"
    RELEASE = "release", "release"
    HOSTAGE_TAKING = "hostage_taking", "hostage taking"
    ATTACK = "attack", "attack"
    STRIKE = "strike", "military strike"
    MILITARY_ACTION = "military_action", "other military action"
    SHOOTDOWN = "shootdown", "shooting down of an aircraft"
    ASSASSINATION = "assassination", "targeted killing"
    SABOTAGE = "sabotage", "sabotage"
    WAR = "war", "war"
    CEASEFIRE = "ceasefire", "ceasefire"
    ELECTION = "election", "election"
    APPOINTMENT = "appointment", "appointment"
    RESIGNATION = "resignation", "resignation"
    POLITICAL_CHANGE = "political_change", "political change"
    CREATION = "creation", "creation of a body"
    DISSOLUTION = "dissolution", "dissolution of a body"


class EventClass(TextChoices):
    """Coarse classes of events, from the PLOVER ontology (Open Event Data Alliance)."""

    AGREE = "agree", "agree"
    CONSULT = "consult", "consult"
    SUPPORT = "support", "support"
    CONCEDE = "concede", "concede"
    COOPERATE = "cooperate", "cooperate"
    AID = "aid", "aid"
    RETREAT = "retreat", "retreat"
    REQUEST = "request", "request"
    ACCUSE = "accuse", "accuse"
    REJECT = "reject", "reject"
    THREATEN = "threaten", "threaten"
    PROTEST = "protest", "protest"
    SANCTION = "sanction", "sanction"
    MOBILIZE = "mobilize", "mobilize"
    COERCE = "coerce", "coerce"
    ASSAULT = "assault", "assault"


class Modality(TextChoices):
    """Whether an event happened. Effects of a cancelled event never count."""

    OCCURRED = "occurred", "occurred"
    SCHEDULED = "scheduled", "scheduled"
    CONDITIONAL = "conditional", "conditional"
    CANCELLED = "cancelled", "cancelled or averted"


class Role(TextChoices):
    """An actor's part in an event."""

    SPEAKER = "speaker", "speaker"
    SIGNATORY = "signatory", "signatory"
    ISSUER = "issuer", "issuer"
    TARGET = "target", "target"
    ADDRESSEE = "addressee", "addressee"
    AUDIENCE = "audience", "audience"
    ACCUSED = "accused", "accused"
    ACCUSER = "accuser", "accuser"
    DENIER = "denier", "denier"
    MEDIATOR = "mediator", "mediator"
    NEGOTIATOR = "negotiator", "negotiator"
    PARTY = "party", "party"
    HOST = "host", "host"
    VOTER = "voter", "voting body"
    INSPECTOR = "inspector", "inspector"
    REPORTER = "reporter", "reporter"
    PERPETRATOR = "perpetrator", "perpetrator"
    VICTIM = "victim", "victim"
    SUBJECT = "subject", "subject of the event"
    PARTICIPANT = "participant", "participant, part not coded"


class Verb(TextChoices):
    """What an event did to its subject. :mod:`sanctions.standing` defines the standing that each verb gives."""

    ISSUED = "issued", "issued"
    PUBLISHED = "published", "published"
    TOOK_EFFECT = "took_effect", "took effect"
    AMENDED = "amended", "amended"
    SUPPLEMENTED = "supplemented", "supplemented"
    EXTENDED = "extended", "extended"
    CONTINUED = "continued", "continued"
    SUSPENDED = "suspended", "suspended"
    WAIVED = "waived", "waived"
    EASED = "eased", "eased"
    REINSTATED = "reinstated", "reinstated"
    REVOKED = "revoked", "revoked"
    SUPERSEDED = "superseded", "superseded"
    EXPIRED = "expired", "expired"
    LAPSED = "lapsed", "lapsed"
    STRUCK_DOWN = "struck_down", "struck down"
    SNAPPED_BACK = "snapped_back", "snapped back"
    RATIFIED = "ratified", "ratified"
    ENDORSED = "endorsed", "endorsed"
    NEGOTIATED = "negotiated", "negotiated"
    ADOPTED = "adopted", "adopted"
    SIGNED = "signed", "signed"
    REACHED_MILESTONE = "reached_milestone", "reached a milestone"
    TERMINATED = "terminated", "terminated"
    JOINED = "joined", "joined"
    APPLIED_PROVISIONALLY = "applied_provisionally", "applied provisionally"
    GAVE_NOTICE = "gave_notice", "gave notice of withdrawal"
    SUSPENDED_PARTICIPATION = "suspended_participation", "suspended participation"
    WITHDREW = "withdrew", "withdrew"
    REJOINED = "rejoined", "rejoined"
    INVOKED_DISPUTE = "invoked_dispute", "invoked the dispute mechanism"
    INVOKED_SNAPBACK = "invoked_snapback", "invoked snapback"
    CEASED_PERFORMING = "ceased_performing", "ceased performing"
    DECLARED_ENDED = "declared_ended", "declared the agreement ended"
    BREACHED = "breached", "breached"
    CURED = "cured", "cured"
    RESUMED = "resumed", "resumed performing"
    SUNSET = "sunset", "sunset"
    ALLEGED = "alleged", "alleged"
    REPORTED = "reported", "reported"
    FOUND = "found", "found"
    DENIED = "denied", "denied"
    DISPUTED = "disputed", "disputed"
    ADMITTED = "admitted", "admitted"
    EXCUSED = "excused", "excused"
    RETRACTED = "retracted", "retracted"


class Subject(TextChoices):
    """What can have a standing. ``party`` is one actor under one agreement."""

    ORDER = "order", "order"
    MEASURE = "measure", "measure"
    AGREEMENT = "agreement", "agreement"
    PARTY = "party", "party to an agreement"
    COMMITMENT = "commitment", "commitment"
    VIOLATION = "violation", "violation"


#: The references to subjects; an effect sets exactly one of them. A party has none: its effects refer to the agreement,
#: and to the actor as ``party``.
SUBJECT_FIELDS: Final = tuple(subject.value for subject in Subject if subject is not Subject.PARTY)
#: Part → what contains it, which is also the name of the reference.
WHOLE_OF: Final[Mapping[str, Subject]] = {
    Subject.MEASURE: Subject.ORDER,
    Subject.COMMITMENT: Subject.AGREEMENT,
}


class Standing(TextChoices):
    """The standing of an order, agreement, party, commitment or violation on a day, computed from effects."""

    NOT_YET_IN_FORCE = "not_yet_in_force", "not yet in force"
    IN_FORCE = "in_force", "in force"
    IN_FORCE_IN_PART = "in_force_in_part", "in force in part"
    SUSPENDED = "suspended", "suspended"
    WAIVED = "waived", "waived"
    ENDED = "ended", "ended"
    PENDING = "pending", "pending"
    IN_EFFECT = "in_effect", "in effect"
    IN_EFFECT_IN_PART = "in_effect_in_part", "in effect in part"
    NO_PARTY = "no_party", "not a party"
    SIGNATORY = "signatory", "signatory, not yet bound"
    PARTY = "party", "party"
    PROVISIONAL = "provisional", "applies it provisionally"
    PERFORMING_IN_PART = "performing_in_part", "party, performing in part"
    NOT_PERFORMING = "not_performing", "party, not performing"
    WITHDRAWN = "withdrawn", "withdrawn"
    CONSIDERS_ENDED = "considers_ended", "considers it ended"
    NOT_YET_BINDING = "not_yet_binding", "not yet binding"
    BINDING = "binding", "binding"
    NOT_PERFORMED = "not_performed", "not performed"
    NOT_PERFORMED_IN_PART = "not_performed_in_part", "not performed in part"
    LAPSED = "lapsed", "lapsed"
    NOT_CLAIMED = "not_claimed", "not claimed"
    ALLEGED = "alleged", "alleged"
    REPORTED = "reported", "reported"
    FOUND = "found", "found"
    ADMITTED = "admitted", "admitted"
    DISPUTED = "disputed", "disputed"
    EXCUSED = "excused", "excused"
    CURED = "cured", "cured"
    RETRACTED = "retracted", "retracted"


class Listing(TextChoices):
    """Whether a designation is on its list on a day."""

    LISTED = "listed", "certainly listed"
    NOT_LISTED = "not_listed", "certainly not listed"
    OPEN = "open", "its dates leave it open"


class StandingChange(TextChoices):
    """The change from the standing on one day to that on another, see :mod:`sanctions.questions.changes`."""

    CAME_INTO_FORCE = "came_into_force", "came into force"
    CAME_INTO_FORCE_IN_PART = "came_into_force_in_part", "came into force in part"
    EASED = "eased", "eased: in force in part only"
    SUSPENDED = "suspended", "suspended"
    WAIVED = "waived", "waived"
    REINSTATED = "reinstated", "reinstated"
    REINSTATED_IN_PART = "reinstated_in_part", "reinstated in part"
    ENDED = "ended", "ended"
    TOOK_EFFECT = "took_effect", "took effect"
    TOOK_EFFECT_IN_PART = "took_effect_in_part", "took effect in part"
    IN_FULL = "in_full", "in full, after it was in part"
    LIMITED = "limited", "limited: in effect in part only"
    SIGNED = "signed", "signed, not yet bound"
    APPLIED_PROVISIONALLY = "applied_provisionally", "began to apply it provisionally"
    JOINED = "joined", "became a party"
    REJOINED = "rejoined", "became a party again"
    NO_LONGER_BOUND = "no_longer_bound", "no longer bound, still a signatory"
    SUSPENDED_PARTICIPATION = "suspended_participation", "suspended participation"
    WITHDREW = "withdrew", "withdrew"
    DECLARED_ENDED = "declared_ended", "considers the agreement ended"
    LEFT = "left", "no longer a party"
    BEGAN_TO_BIND = "began_to_bind", "began to bind"
    CEASED_PERFORMING = "ceased_performing", "no longer performing, or performed"
    CEASED_IN_PART = "ceased_in_part", "no longer performing, or performed, in part"
    RESUMED = "resumed", "performing, or performed, again"
    RESUMED_IN_PART = "resumed_in_part", "performing, or performed, again in part"
    LAPSED = "lapsed", "lapsed"
    ALLEGED = "alleged", "alleged"
    REPORTED = "reported", "reported"
    FOUND = "found", "found"
    ADMITTED = "admitted", "admitted"
    DISPUTED = "disputed", "disputed"
    EXCUSED = "excused", "excused"
    CURED = "cured", "cured"
    RETRACTED = "retracted", "retracted"
    DESIGNATED = "designated", "put on the list"
    DELISTED = "delisted", "taken off the list"
    POSSIBLY_DESIGNATED = "possibly_designated", "possibly put on the list: its dates leave it open"
    POSSIBLY_DELISTED = "possibly_delisted", "possibly taken off the list: its dates leave it open"
    CERTAINLY_LISTED = "certainly_listed", "certainly on the list, after its dates had left it open"
    CERTAINLY_NOT_LISTED = "certainly_not_listed", "certainly off the list, after its dates had left it open"
    ADDED_TO_RECORD = "added_to_record", "added to this database, which did not contain it before"
    REMOVED_FROM_RECORD = "removed_from_record", "removed from this database"
    CORRECTED = "corrected", "corrected in this database; nothing changed between the two days"


class Stance(TextChoices):
    """The attitude of a position to its subject."""

    SUPPORTS = "supports", "supports"
    OPPOSES = "opposes", "opposes"
    REJECTS = "rejects", "rejects"
    DEMANDS = "demands", "demands"
    OFFERS = "offers", "offers"
    THREATENS = "threatens", "threatens"
    ACCUSES = "accuses", "accuses"
    DENIES = "denies", "denies"
    ANNOUNCES = "announces", "announces"
    ASSESSES = "assesses", "assesses"
    JUSTIFIES = "justifies", "justifies"
    DECLARES_ENDED = "declares_ended", "declares ended"


class ReferenceKind(TextChoices):
    """Why an event refers to an instrument, agreement or violation that it does not change."""

    UNDER = "under", "done under the authority of"
    CONCERNS = "concerns", "concerns"
    RESPONDS_TO = "responds_to", "responds to"


class Choice(TextChoices):
    """How a member voted."""

    FOR = "for", "for"
    AGAINST = "against", "against"
    ABSTAINING = "abstaining", "abstaining"
    ABSENT = "absent", "absent or not voting"


class PenaltyKind(TextChoices):
    """How a sum came to be owed."""

    SETTLEMENT = "settlement", "settlement"
    FORFEITURE = "forfeiture", "forfeiture"
    FINE = "fine", "fine"


class SourceKind(TextChoices):
    """Kinds of sources."""

    PRIMARY_LEGAL_TEXT = "primary_legal_text", "primary legal text"
    OFFICIAL_REPORT = "official_report", "official report or statement"
    NEWS = "news", "news"
    ACADEMIC = "academic", "academic"
    REFERENCE = "reference", "reference work or data set"


class Reliability(TextChoices):
    """Reliability of a source: the letters of the NATO Admiralty Code (AJP-2.1)."""

    A = "A", "A completely reliable"
    B = "B", "B usually reliable"
    C = "C", "C fairly reliable"
    D = "D", "D not usually reliable"
    E = "E", "E unreliable"
    F = "F", "F reliability cannot be judged"


class Credibility(TextChoices):
    """Credibility of a piece of information: the figures of the NATO Admiralty Code (AJP-2.1)."""

    CONFIRMED = "1", "1 confirmed by other sources"
    PROBABLY_TRUE = "2", "2 probably true"
    POSSIBLY_TRUE = "3", "3 possibly true"
    DOUBTFUL = "4", "4 doubtful"
    IMPROBABLE = "5", "5 improbable"
    UNJUDGED = "6", "6 truth cannot be judged"


class Absence(TextChoices):
    """Why a value is missing."""

    UNKNOWN = "unknown", "unknown"
    NOT_PUBLIC = "not_public", "not public"
    NOT_APPLICABLE = "not_applicable", "not applicable"
    NOT_CODED = "not_coded", "not coded"
    NONE_FOUND = "checked_and_none", "checked and none"


_E, _C = EventKind, EventClass

#: Kind of event → its PLOVER class, or ``None`` if PLOVER has none for it.
EVENT_CLASS: Final[dict[str, str | None]] = {
    **dict.fromkeys(
        (_E.SIGNING, _E.RATIFICATION, _E.ENTRY_INTO_FORCE, _E.AGREEMENT_REACHED, _E.MILESTONE, _E.CEASEFIRE), _C.AGREE
    ),
    **dict.fromkeys((_E.NEGOTIATION_ROUND, _E.CONTACT), _C.CONSULT),
    **dict.fromkeys((_E.ENDORSEMENT,), _C.SUPPORT),
    **dict.fromkeys((_E.WAIVER, _E.GENERAL_LICENCE, _E.DELISTING, _E.RELEASE, _E.EXCHANGE), _C.CONCEDE),
    **dict.fromkeys((_E.INSPECTION, _E.DISCLOSURE), _C.COOPERATE),
    **dict.fromkeys((_E.RESIGNATION,), _C.RETREAT),
    **dict.fromkeys((_E.ULTIMATUM, _E.THREAT), _C.THREATEN),
    **dict.fromkeys((_E.CLAIM, _E.BOARD_RESOLUTION, _E.DISPUTE_MECHANISM, _E.COURT_ACTION), _C.ACCUSE),
    **dict.fromkeys((_E.WITHDRAWAL, _E.TERMINATION, _E.VETO, _E.NONCOMPLIANCE_STEP, _E.DIPLOMATIC_BREAK), _C.REJECT),
    **dict.fromkeys(
        (_E.DESIGNATION, _E.LISTING, _E.ENFORCEMENT, _E.SNAPBACK, _E.CONTINUATION, _E.EXTENSION, _E.PROCLAMATION),
        _C.SANCTION,
    ),
    **dict.fromkeys((_E.MISSILE_TEST, _E.MILITARY_ACTION), _C.MOBILIZE),
    **dict.fromkeys((_E.SEIZURE, _E.HOSTAGE_TAKING, _E.SABOTAGE), _C.COERCE),
    **dict.fromkeys((_E.ATTACK, _E.STRIKE, _E.SHOOTDOWN, _E.ASSASSINATION, _E.WAR), _C.ASSAULT),
    **dict.fromkeys(
        (
            _E.LEGAL_ACT,
            _E.LAW_ENACTED,
            _E.DETERMINATION,
            _E.EXPIRY,
            _E.VOTE,
            _E.REPORT,
            _E.NUCLEAR_ACTIVITY,
            _E.STATEMENT,
            _E.ANNOUNCEMENT,
            _E.NOTIFICATION,
            _E.CHARACTERISATION,
            _E.POLICY_CHANGE,
            _E.ELECTION,
            _E.APPOINTMENT,
            _E.POLITICAL_CHANGE,
            _E.CREATION,
            _E.DISSOLUTION,
        ),
        None,
    ),
}

_M = MeasureKind

#: Kind of measure → its sanction types in two academic data sets: TIES 4.0 (Morgan, Bapat and Kobayashi 2014;
#: ``Sanction Types Imposed``) and the Global Sanctions Data Base (Felbermayr et al. 2020); ``None`` if it has none.
MEASURE_CROSSWALK: Final[dict[str, dict[str, str | None]]] = {
    _M.AID_SUSPENSION: {"ties": "termination of foreign aid", "gsdb": "other"},
    _M.ARMS_EMBARGO: {"ties": "partial economic embargo", "gsdb": "arms"},
    _M.ARMS_RESTRICTIONS: {"ties": "partial economic embargo", "gsdb": "arms"},
    _M.ASSET_FREEZE: {"ties": "asset freeze", "gsdb": "financial"},
    _M.DEBARMENT: {"ties": "other", "gsdb": "other"},
    _M.EXPORT_CONTROL: {"ties": "export restriction", "gsdb": "trade"},
    _M.FINANCIAL_RESTRICTIONS: {"ties": "other", "gsdb": "financial"},
    _M.IMPORT_RESTRICTIONS: {"ties": "import restriction", "gsdb": "trade"},
    _M.INVESTMENT_BAN: {"ties": "other", "gsdb": "financial"},
    _M.SERVICES_BAN: {"ties": "other", "gsdb": "other"},
    _M.CLAIMS_PROHIBITION: {"ties": None, "gsdb": "other"},
    _M.SECTORAL: {"ties": "partial economic embargo", "gsdb": "trade"},
    _M.TRANSPORTATION: {"ties": "other", "gsdb": "other"},
    _M.TRAVEL_BAN: {"ties": "travel ban", "gsdb": "travel"},
    _M.DIPLOMATIC: {"ties": "other", "gsdb": "other"},
    _M.SECONDARY: {"ties": "other", "gsdb": "other"},
    _M.PRICE_CAP: {"ties": None, "gsdb": "trade"},
    _M.TRADE_EMBARGO: {"ties": "total economic embargo", "gsdb": "trade"},
    _M.EMERGENCY: {"ties": None, "gsdb": None},
    _M.AUTHORITY: {"ties": None, "gsdb": None},
    _M.POLICY: {"ties": None, "gsdb": None},
    _M.ACTIVITY_BAN: {"ties": None, "gsdb": None},
    _M.MONITORING: {"ties": None, "gsdb": None},
    _M.COUNTERMEASURE: {"ties": None, "gsdb": None},
    _M.LICENCE: {"ties": None, "gsdb": None},
    _M.WAIVER: {"ties": None, "gsdb": None},
    _M.RELIEF: {"ties": None, "gsdb": None},
    _M.ASSET_TRANSFER: {"ties": None, "gsdb": None},
    _M.REIMPOSITION: {"ties": None, "gsdb": None},
}
