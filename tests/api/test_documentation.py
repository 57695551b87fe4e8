"""docs/api.md lists what the API has, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import resolve

from api.http.pagination import CURSOR, HIGHEST_LIMIT
from api.http.parameters.base import LONGEST, MOST, ListOf
from api.http.parameters.texts import MOST_WORDS
from api.http.problems import MOST_FAULTS
from api.v1.filters.base import Parameters
from api.v1.filters.lists import MOST_FACETS, MOST_FILTERS
from api.v1.filters.stats import MOST_BY
from api.v1.urls import NOUNS
from sanctions.questions.counts import MOST_ROWS, MOST_VALUES

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
COMMON = {
    *("slug__in", "search", "as_of", "known_at", "release", "ordering", "limit", "cursor", "count", "format"),
    *("fields", "omit", "expand", "facets", "include_possible", "overlaps"),
}
#: The kinds of filters that follow from columns, in the order of the table.
KINDS = ("code", "record", "date", "number", "word", "text", "switch")


def documented() -> dict[str, list[set[str]]]:
    """Return the filters that the document names, by list: of each kind, and the parameters that follow no column."""
    table = TEXT.partition("<!-- parameters -->")[2].partition("<!-- /parameters -->")[0]
    rows: dict[str, list[set[str]]] = {}
    for noun, *cells in (line.strip("| ").split(" | ") for line in table.strip().splitlines()[2:]):
        *kinds, others = cells
        names = [set(re.findall(r"`(\w+)`", cell)) for cell in kinds]
        more = set()
        for name, suffixes in re.findall(r"`([a-z]\w*)`(?:\(([^)]*)\))?", others):
            more |= {name, *(name + suffix for suffix in re.findall(r"`(__\w+)`", suffixes))}
        rows[noun] = [*names, more]
    return rows


@pytest.mark.parametrize("noun", NOUNS)
def test_the_document_names_every_filter_of_a_list_by_what_it_is_of(noun: str) -> None:
    parameters = NOUNS[noun].list_parameters
    columns = parameters.columns()
    of_kinds = [{name for name, one in columns.items() if one.kind(parameters.model) == kind} for kind in KINDS]
    negated = {name for name in parameters.conditions if name.endswith("__not")}
    others = {name for name in parameters.names() if name.partition("__")[0] not in columns} - COMMON - negated
    assert documented()[noun] == [*of_kinds, others]


def test_the_document_tells_how_much_can_be_asked_at_once() -> None:
    assert f"At most {MOST_FILTERS} filters" in TEXT
    assert f"| filters of a request | {MOST_FILTERS} |" in TEXT
    assert f"| facets of a list, things that are counted by | {MOST_FACETS}, {MOST_BY} |" in TEXT
    assert f"| rows of a table of counts | {MOST_ROWS:,} |" in TEXT
    assert (MOST_FACETS, MOST_BY, MOST_VALUES) == (5, 3, 100)
    assert "up to five codes" in TEXT
    assert "up to three of its facets" in TEXT
    assert "The hundred most frequent values" in TEXT
    assert f"More than {MOST_ROWS:,} rows" in TEXT


def test_the_document_names_what_all_lists_take() -> None:
    assert set(Parameters.names()) <= COMMON
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
    assert f"| characters of a value | {LONGEST}; of a list or a cursor {ListOf.longest} |" in TEXT
    assert ListOf.longest == CURSOR.longest
    assert f"| values in a list, or of a repeated parameter | {MOST} |" in TEXT
    assert f"| words of a search | {MOST_WORDS} |" in TEXT
    assert f"1 to {HIGHEST_LIMIT}" in TEXT
    assert MOST_FAULTS == 10
    assert "ten at most" in TEXT
