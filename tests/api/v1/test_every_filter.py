"""Every filter of a list is asked for in some test; those that no other test asks for are tried here."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from api.v1.urls import NOUNS
from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.registry import BY_NAME
from tests.factories.acts import ACT

Slugs = Callable[..., list[str]]
HERE: Final = Path(__file__).resolve().parent

#: One record of each kind that has what world.yaml lacks.
MORE: Final[list[tuple[str, dict[str, Any]]]] = [
    (
        "source",
        {
            "slug": "archived",
            "kind": "news",
            "title": "Archived",
            "archived_url": "https://archive.example.org/1",
            "content_hash": "0123456789abcdef" * 4,
        },
    ),
    ("actor", {"slug": "owner", "kind": "company", "name": "Owner"}),
    (
        "actor",
        {
            "slug": "owned",
            "kind": "company",
            "name": "Owned",
            "relationships": [
                {"kind": kind, "to": "owner"}
                for kind in ("commands", "linked_to", "owned_by", "proxy_of", "successor_of")
            ],
            "particulars": [
                {"kind": "established", "text": "April 1999", "dated_on": "1999-04"},
                {"kind": "address", "text": "12 Ferdowsi Avenue", "country": "Iran"},
            ],
            "tenures": [
                {"slug": "owned-office", "body": "owner", "title": "Trustee", "rank": "member", "from": "2001"}
            ],
            "summary": "A subsidiary.",
        },
    ),
    ("program", {"slug": "regime", "name": "Regime", "issuer": "france", "summary": "A subsidiary."}),
    (
        "order",
        {
            "slug": "decree",
            "kind": "statute",
            "title": "Decree",
            "issuer": "france",
            "geographic_scope": "country",
            "summary": "A subsidiary.",
            "directives": [{"addressee": "iaea", "section": "9(z)", "text": "Report each quarter."}],
            "relations": [{"kind": "implements", "to_order": "us-eo-13645", "in_part": True}],
            "measures": [
                {
                    "slug": "decree-ban",
                    "kind": "waiver",
                    "direction": "relieves",
                    "section": "9(z)",
                    "scope": "Charter flights.",
                    "exemptions": "Ambulance flights.",
                }
            ],
        },
    ),
    (
        "agreement",
        {
            "slug": "pact",
            "kind": "treaty",
            "title": "Pact",
            "summary": "A subsidiary.",
            "commitments": [
                {
                    "slug": "pact-limit",
                    "text": "A limit.",
                    "paragraph": "9(z)",
                    "metric": "flights",
                    "comparator": "<=",
                    "limit": 3,
                    "unit": "flights",
                    "equivalent_limit": 6,
                    "equivalent_unit": "landings",
                    "duration": "three winters",
                }
            ],
        },
    ),
    (
        "violation",
        {"slug": "overflight", "title": "Overflight", "summary": "A subsidiary.", "report_number": "GOV/2020/1"},
    ),
    (
        "designation",
        {"slug": "owned-listed", "actor": "owned", "list_name": "SDN List", "remarks": "Subsidiary of Owner."},
    ),
    (
        "event",
        {
            "slug": "vote",
            "kind": "report",
            "title": "A vote",
            "happened_on": "2012-09",
            "votes": [{"body": "iaea", "for": 31, "against": 2, "abstaining": 3, "absent": 4, "adopted": True}],
            "ballots": [{"member": "france", "choice": "for"}, {"member": "iran", "choice": "against"}],
            "penalties": [
                {
                    "violation": "evasion",
                    "kind": "settlement",
                    "amount": 5,
                    "currency": "USD",
                    "payer": "bank-melli",
                    "authorities": ["us-treasury"],
                }
            ],
            "measurements": [
                {
                    "violation": "evasion",
                    "metric": "tonnage",
                    "value": 12.5,
                    "unit": "t",
                    "limit": 10,
                    "measured_by": "owner",
                    "report_number": "GOV/2020/1",
                }
            ],
            "summary": "A subsidiary.",
            "time": "17:30",
            "participations": [{"actor": "owned", "role": "speaker", "capacity": "owned-office"}],
            "positions": [
                {
                    "holder": "owner",
                    "stance": "offers",
                    "agreement": "pact",
                    "paraphrase": "A second pact is offered.",
                    "audience": "Shareholders",
                }
            ],
            "effects": [
                {
                    "order": "decree",
                    "verb": "took_effect",
                    "effective_on": "2012-09-03",
                    "in_part": True,
                    "contested": True,
                    "provision": "9(z)",
                    "condition": "When ratified.",
                    "fulfilled_by": "eo-13645-issued",
                }
            ],
            "references": [{"kind": "responds_to", "order": "us-eo-13645"}],
        },
    ),
]

#: List → the row of it that is asked for.
ADDED: Final = {
    "sources": "archived",
    "actors": "owned",
    "programs": "regime",
    "orders": "decree",
    "measures": "decree-ban",
    "agreements": "pact",
    "commitments": "pact-limit",
    "violations": "overflight",
    "designations": "owned-listed",
    "events": "vote",
}


@pytest.fixture
def more(world: None) -> None:
    """Return the small world and the records above."""
    save_documents([Incoming(BY_NAME[noun], document) for noun, document in MORE], ACT)


@pytest.mark.usefixtures("more")
@pytest.mark.parametrize(
    ("noun", "parameter", "value", "other"),
    [
        ("sources", "archived_url", "https://archive.example.org/1", "https://archive.example.org/2"),
        ("sources", "content_hash", "0123456789abcdef" * 4, "f" * 64),
        ("actors", "commands", "owner", "iran"),
        ("actors", "linked_to", "owner", "iran"),
        ("actors", "owned_by", "owner", "iran"),
        ("actors", "proxy_of", "owner", "iran"),
        ("actors", "successor_of", "owner", "iran"),
        ("actors", "particular", "established", "flag"),
        ("actors", "particular_date", "1999-04", "1999-05"),
        ("actors", "office_title__icontains", "Trustee", "Director General"),
        ("actors", "particular_country__icontains", "Iran", "France"),
        ("actors", "particular_text__icontains", "12 Ferdowsi Avenue", "13 Ferdowsi Avenue"),
        ("actors", "summary__icontains", "subsidiary", "parent"),
        ("programs", "summary__icontains", "subsidiary", "parent"),
        ("orders", "directive_section__icontains", "9(z)", "2(a)"),
        ("orders", "directive_text__icontains", "each quarter", "maximum"),
        ("orders", "relation_in_part", "true", "false"),
        ("orders", "to_order", "us-eo-13645", "us-eo-13716"),
        ("orders", "summary__icontains", "subsidiary", "parent"),
        ("measures", "exemptions__icontains", "ambulance", "charter"),
        ("measures", "scope__icontains", "charter", "ambulance"),
        ("measures", "section__icontains", "9(z)", "1"),
        ("agreements", "summary__icontains", "subsidiary", "parent"),
        ("commitments", "duration__icontains", "three winters", "two winters"),
        ("commitments", "equivalent_limit", "6", "3"),
        ("commitments", "equivalent_unit", "landings", "flights"),
        ("commitments", "metric__icontains", "flights", "landings"),
        ("commitments", "paragraph__icontains", "9(z)", "21"),
        ("violations", "report_number", "GOV/2020/1", "GOV/2020/2"),
        ("violations", "summary__icontains", "subsidiary", "parent"),
        ("designations", "remarks__icontains", "subsidiary", "parent"),
        ("events", "audience__icontains", "Shareholders", "Parliament"),
        ("events", "capacity_body", "owner", "iaea"),
        ("events", "condition__icontains", "ratified", "signed"),
        ("events", "contested", "true", "false"),
        ("events", "fulfilled_by", "eo-13645-issued", "us-withdraws"),
        ("events", "holder", "owner", "owned"),
        ("events", "in_part", "true", "false"),
        ("events", "measured_by", "owner", "iaea"),
        ("events", "metric__icontains", "tonnage", "stockpile"),
        ("events", "paraphrase__icontains", "second pact", "third pact"),
        ("events", "provision__icontains", "9(z)", "1"),
        ("events", "report_number", "GOV/2020/1", "GOV/2020/2"),
        ("events", "summary__icontains", "subsidiary", "parent"),
        ("events", "time__icontains", "17:30", "18:30"),
        ("events", "absent", "4", "3"),
        ("events", "abstaining", "3", "4"),
        ("events", "choice", "for", "absent"),
        ("events", "measured_commitment__isnull", "true", "false"),
        ("events", "measured_limit", "10", "12.5"),
        ("events", "measured_unit", "t", "%"),
        ("events", "measured_value", "12.5", "10"),
        ("events", "measured_violation", "evasion", "withdrawal-2018"),
        ("events", "member", "france", "owner"),
        ("events", "payer", "bank-melli", "owner"),
        ("events", "penalty", "settlement", "fine"),
        ("events", "penalty_authority", "us-treasury", "iaea"),
        ("events", "penalty_currency", "USD", "EUR"),
        ("events", "penalty_violation", "evasion", "withdrawal-2018"),
        ("events", "reference", "responds_to", "under"),
        ("events", "vote_body", "iaea", "france"),
        ("events", "votes_against", "2", "31"),
    ],
)
def test_a_filter_keeps_the_rows_that_have_the_value(
    slugs: Slugs, noun: str, parameter: str, value: str, other: str
) -> None:
    assert ADDED[noun] in slugs(noun, **{parameter: value})
    assert ADDED[noun] not in slugs(noun, **{parameter: other})


def test_every_filter_of_a_list_is_asked_for_in_a_test() -> None:
    filters = {noun: filters_of(noun) for noun in NOUNS}
    shared = set.intersection(*filters.values())
    tests_of = {
        noun: _read(f"test_{noun}.py") + _read("test_filters.py") + _read(Path(__file__).name) for noun in NOUNS
    }
    everywhere = "".join(file.read_text(encoding="utf-8") for file in HERE.parent.rglob("test_*.py"))
    missing = [
        f"{noun} {name}"
        for noun, names in filters.items()
        for name in sorted(names)
        if not is_asked_for(name, everywhere if name in shared else tests_of[noun])
    ]
    assert missing == [], f"no test in tests/api/v1 asks for: {', '.join(missing)}"


def filters_of(noun: str) -> set[str]:
    """Return the filters of a list, without the lookups that follow from their columns."""
    return {name.partition("__")[0] for name in NOUNS[noun].list_parameters.conditions}


def is_asked_for(name: str, text: str) -> bool:
    """Whether a test names the filter or one of its lookups as a parameter."""
    return re.search(rf'"{name}(__\w+)?"|\b{name}(__\w+)?=', text) is not None


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
