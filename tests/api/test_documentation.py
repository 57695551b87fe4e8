"""docs/api.md names what there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import resolve

from api.errors import MOST_FAULTS
from api.pagination import CURSOR, HIGHEST_LIMIT
from api.parameters import LONGEST, MOST, MOST_WORDS, Many
from api.v1.filters.base import Parameters
from api.v1.urls import NOUNS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
COMMON = {
    "slug__in",
    "search",
    "as_of",
    "known_at",
    "release",
    "ordering",
    "limit",
    "cursor",
    "count",
    "format",
    "fields",
    "omit",
    "expand",
}


def documented() -> dict[str, set[str]]:
    """Return the parameters that the document names, by list."""
    table = TEXT.partition("<!-- parameters -->")[2].partition("<!-- /parameters -->")[0]
    found: dict[str, set[str]] = {}
    for noun, cell in re.findall(r"^\| (\w+) \| (.*) \|$", table, re.MULTILINE):
        names = set()
        for name, suffixes in re.findall(r"`([a-z]\w*)`(?:\(([^)]*)\))?", cell):
            names |= {name, *(name + suffix for suffix in re.findall(r"`(__\w+)`", suffixes))}
        found[noun] = names
    found.pop("list", None)
    return found


@pytest.mark.parametrize("noun", NOUNS)
def test_the_document_names_every_parameter_of_a_list_and_no_other(noun: str) -> None:
    assert documented()[noun] == set(NOUNS[noun].list_parameters.known()) - COMMON


def test_the_document_names_what_all_lists_take() -> None:
    assert set(Parameters.known()) <= COMMON
    for name in COMMON:
        assert f"| `{name}` |" in TEXT


@pytest.mark.parametrize("noun", NOUNS)
def test_the_document_names_every_ordering(noun: str) -> None:
    row = re.search(rf"^\| `/api/v1/{noun}/` \| [^|]* \| `([^|]*)` \| ([^|]*) \|$", TEXT, re.MULTILINE)
    assert row is not None
    others = set(re.findall(r"`(\w+)`", row[2]))
    assert row[1] == NOUNS[noun].ordering
    assert {row[1].lstrip("-"), *others} == {ordering.name for ordering in NOUNS[noun].orderings}


def test_every_address_in_the_document_leads_somewhere() -> None:
    addresses = re.findall(r"`(/api/v1/[^`\s{]*)`", TEXT)
    assert {f"/api/v1/{noun}/" for noun in NOUNS} < set(addresses)
    for address in addresses:
        assert resolve(address).namespace == "v1", address


def test_the_limits_in_the_document_are_the_real_ones() -> None:
    assert f"| characters of a value | {LONGEST}; of a list or a cursor {Many.longest} |" in TEXT
    assert Many.longest == CURSOR.longest
    assert f"| values in a list, or of a repeated parameter | {MOST} |" in TEXT
    assert f"| words of a search | {MOST_WORDS} |" in TEXT
    assert f"1 to {HIGHEST_LIMIT}" in TEXT
    assert MOST_FAULTS == 10
    assert "ten at most" in TEXT
