"""The filters of all lists: those that follow from columns, and what is rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.v1.filters.lists import MOST_FACETS, MOST_FILTERS
from api.v1.urls import NOUNS
from sanctions.models import Commitment, Measure
from sanctions.records.base import Codes, Key, Rows, part_model
from sanctions.records.registry import RECORD_TYPES, type_of
from tests.api.conftest import Ask

Slugs = Callable[..., list[str]]
pytestmark = pytest.mark.usefixtures("world")

# --- No column is forgotten -----------------------------------------------------------------------

_REMARK = "a remark on one row, to be read with it"
_CITED = "citations are asked for by their source; the rest is how it says so"
_WRITTEN = "how a name is written; names are found by their text"
_PERIOD = "asked by the day of the question"
#: Columns that no filter asks for, and why: by model and column, or by column wherever it is.
UNASKED = {
    "absences": "a mapping of fields to reasons; `__isnull` finds what is missing",
    "ordinal": "a place in a row of rows",
    **{f"{name}.{column}": _WRITTEN for name in ("ActorName", "OrderName", "AgreementName") for column in ("kind",)},
    **{
        f"{name}.{column}": _WRITTEN
        for name in ("ActorName", "OrderName", "AgreementName")
        for column in ("language", "script")
    },
    **{f"Citation.{column}": _CITED for column in ("field", "pinpoint", "asserted_by", "credibility", "quote", "note")},
    **{
        f"{model}.note": _REMARK
        for model in (
            *("Identifier", "Relation", "Participation", "Effect", "Vote", "Measurement", "Penalty"),
            *("Relationship", "Tenure", "Particular"),
        )
    },
    **{f"{model}.{column}": _PERIOD for model in ("Relationship", "Tenure") for column in ("held_from", "held_until")},
    "Tenure.slug": "a name for references; offices are asked for by their body",
    "Effect.sequence": "an order among effects of one day",
}
#: Parts that are lists of their own, where all their columns can be asked for: list → model of the part.
ELSEWHERE = {"orders": Measure, "agreements": Commitment}


def keys_of(model: type[models.Model]) -> Iterator[tuple[type[models.Model], Key]]:
    """Yield every key of the document of a noun that holds a value, with the model that has its column."""
    kinds = {kind.model for kind in RECORD_TYPES}
    parts = [(kind.model, key) for kind in RECORD_TYPES for key in kind.rows]
    keys = (
        type_of(model).keys
        if model in kinds
        else next(key.keys for record, key in parts if part_model(record, key) is model)
    )
    yield from _keys(model, keys)


def _keys(model: type[models.Model], keys: Any) -> Iterator[tuple[type[models.Model], Key]]:
    for key in keys:
        match key:
            case Rows():
                yield from _keys(part_model(model, key), key.keys)
            case Codes():
                yield part_model(model, key), Key(key.column)
            case _:
                yield model, key


@pytest.mark.parametrize("noun", NOUNS)
def test_every_column_can_be_asked_for_or_it_is_said_why_not(noun: str) -> None:
    parameters = NOUNS[noun].list_parameters
    covered = set().union(*(found.covers for found in parameters.conditions.values()))
    columns = {f"{model.__name__}.{key.field}": model for model, key in keys_of(parameters.model)}
    columns |= {
        f"{parameters.model.__name__}.{column.name}": parameters.model
        for column in parameters.model._meta.get_fields()
        if column.name in ("dated_on", "order", "agreement") and isinstance(column, models.Field)
    }
    missing = [
        name
        for name, model in columns.items()
        if name not in covered
        and name not in UNASKED
        and name.partition(".")[2] not in UNASKED
        and model is not ELSEWHERE.get(noun)
    ]
    assert missing == []


def test_what_is_said_not_to_be_asked_for_is_there_and_is_not() -> None:
    everywhere = {
        f"{model.__name__}.{key.field}" for noun in NOUNS.values() for model, key in keys_of(noun.list_parameters.model)
    }
    covered = {
        name for noun in NOUNS.values() for found in noun.list_parameters.conditions.values() for name in found.covers
    }
    named = {name for name in UNASKED if "." in name}
    assert named - everywhere == set()
    assert named & covered == set()


# --- Negation -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noun", "parameters", "expected"),
    [
        ("orders", {"kind!": "executive_order"}, ["us-nspm-2", "undated"]),
        ("orders", {"kind__not": "executive_order"}, ["us-nspm-2", "undated"]),
        ("orders", {"kind__in!": "executive_order,statute"}, ["us-nspm-2"]),
        ("orders", {"signatory!": "rafael-grossi"}, ["us-nspm-2", "us-eo-13716", "undated"]),
        ("orders", {"topic!": "sanctions"}, ["us-nspm-2", "us-eo-13716", "undated"]),
        ("orders", {"topic__in!": "sanctions,non_proliferation"}, ["us-eo-13716", "undated"]),
        ("orders", {"measure!": "asset_freeze"}, ["us-nspm-2", "us-eo-13716", "undated"]),
        ("orders", {"target!": "bank-melli"}, ["us-nspm-2", "us-eo-13716", "undated"]),
        ("orders", {"standing!": "in_force", "as_of": "2017-01-01"}, ["us-nspm-2", "us-eo-13645", "undated"]),
        ("measures", {"program!": "us-iran"}, ["us-eo-13716-relief"]),
        ("violations", {"gravity!": "significant"}, ["withdrawal-2018", "evasion"]),
        ("designations", {"program!": "us-iran"}, ["bank-melli-eu"]),
        ("designations", {"order__in!": "us-eo-13645"}, ["bank-melli-eu", "khamenei-sdn"]),
        ("programs", {"territory!": "iran"}, ["thematic"]),
        ("programs", {"designated!": "ali-khamenei"}, ["thematic"]),
        # One of its designations names no program.
        ("programs", {"designated!": "bank-melli"}, ["thematic"]),
        ("commitments", {"in_return_for!": "jcpoa-stockpile"}, ["jcpoa-stockpile"]),
        ("actors", {"country!": "iran", "kind__in": "bank,person"}, ["rafael-grossi", "yukiya-amano"]),
        (
            "actors",
            {"member_of!": "nuclear-club", "kind": "person", "as_of": "1995-01-01"},
            ["rafael-grossi", "yukiya-amano"],
        ),
        ("actors", {"rank!": "head", "kind": "person", "as_of": "2019-09-01"}, ["rafael-grossi", "yukiya-amano"]),
        ("events", {"class!": "agree", "kind__in": "milestone,withdrawal"}, ["us-withdraws"]),
        ("events", {"verb!": "took_effect", "order": "us-eo-13645"}, []),
    ],
    ids=str,
)
def test_what_is_not_so_is_found_and_so_is_what_has_no_value(
    slugs: Slugs, noun: str, parameters: dict[str, str], expected: list[str]
) -> None:
    assert slugs(noun, **parameters) == expected


def test_a_refusal_names_the_parameter_as_it_was_given(ask: Ask) -> None:
    for name in ("kind!", "kind__not"):
        (found,) = ask("orders/", **{name: "statue"}, status=400)["errors"]
        assert (found["parameter"], found["code"], found["did_you_mean"]) == (name, "unknown_code", "statute")
    (found,) = ask("orders/", **{"dated_on!": "2015"}, status=400)["errors"]
    assert (found["parameter"], found["code"]) == ("dated_on!", "unknown_parameter")


def test_one_negation_written_in_two_ways_stands_twice(ask: Ask) -> None:
    problem = ask("orders/", **{"kind!": "statute", "kind__not": "statute"}, status=400)
    assert [found["code"] for found in problem["errors"]] == ["repeated"]


# --- Other lookups --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noun", "parameters", "expected"),
    [
        ("orders", {"signatory__isnull": "false"}, ["us-eo-13645"]),
        ("orders", {"dated_on__isnull": "true"}, ["undated"]),
        ("orders", {"program__isnull": "true"}, ["us-nspm-2", "us-eo-13716", "undated"]),
        ("orders", {"topic__isnull": "true"}, ["us-eo-13716", "undated"]),
        ("orders", {"due_on": "2025"}, ["us-nspm-2"]),
        ("orders", {"due_on": "2025-06-15"}, []),
        ("orders", {"due_on": "2025-06-15", "include_possible": "true"}, ["us-nspm-2"]),
        ("orders", {"due_on__overlaps": "2025-06-15"}, ["us-nspm-2"]),
        ("orders", {"addressee": "us-treasury", "due_on__isnull": "false"}, []),
        ("orders", {"dated_on__range": "2013,2016-01"}, ["us-eo-13716", "us-eo-13645"]),
        ("orders", {"dated_on__range": "2013/2016-01"}, ["us-eo-13716", "us-eo-13645"]),
        ("orders", {"dated_on__range": "../2014"}, ["us-eo-13645"]),
        ("orders", {"title__icontains": "MAXIMUM"}, ["us-nspm-2"]),
        ("orders", {"title__icontains": "%"}, []),
        ("commitments", {"limit_value": "300"}, ["jcpoa-stockpile"]),
        ("commitments", {"limit_value__gte": "300.0001"}, []),
        ("commitments", {"limit_value__range": "299.5,300"}, ["jcpoa-stockpile"]),
        ("commitments", {"limit_value__isnull": "true"}, ["jcpoa-relief"]),
        ("commitments", {"unit": "kg"}, ["jcpoa-stockpile"]),
        ("commitments", {"unit!": "kg"}, ["jcpoa-relief"]),
        ("commitments", {"overlaps": "2031-01-15/2031-02"}, ["jcpoa-stockpile"]),
        ("commitments", {"overlaps": "2031-01-16/2031-02"}, []),
        ("designations", {"overlaps": "2017"}, ["bank-melli-eu"]),
        ("designations", {"overlaps": "2016-01-15"}, ["bank-melli-sdn", "bank-melli-eu"]),
        ("designations", {"delisted_on__isnull": "true", "listed_on__isnull": "false"}, ["bank-melli-eu"]),
        ("violations", {"provision_section__icontains": "56"}, ["stockpile-2019"]),
        ("events", {"milestone__icontains": "adoption"}, ["jcpoa-adopted"]),
        ("events", {"effective_on": "2013-07"}, ["eo-13645-issued"]),
        ("events", {"effective_on": "2013-07", "verb": "issued"}, []),
    ],
    ids=str,
)
def test_rows_are_found_by(slugs: Slugs, noun: str, parameters: dict[str, str], expected: list[str]) -> None:
    assert slugs(noun, **parameters) == expected


@pytest.mark.parametrize(
    ("noun", "parameters", "code"),
    [
        ("orders", {"dated_on__range": "2016,2015"}, "invalid_range"),
        ("orders", {"dated_on__range": "2015,2016,2017"}, "invalid_range"),
        ("orders", {"dated_on__range": "2015,"}, "empty"),
        ("orders", {"dated_on__range": "2015..2016"}, "invalid_date"),
        ("orders", {"dated_on__range": "2016/2015"}, "invalid_date"),
        ("orders", {"dated_on__isnull": "1"}, "invalid_switch"),
        ("orders", {"include_possible": "true"}, "needs_another"),
        ("orders", {"include_possible": "true", "dated_on": "2015"}, "needs_another"),
        ("commitments", {"limit_value": "9" * 30}, "invalid_number"),
        ("commitments", {"limit_value": "12345678901.00001"}, "invalid_number"),
        ("commitments", {"limit_value": "1e5"}, "invalid_number"),
        ("commitments", {"limit_value": "NaN"}, "invalid_number"),
        ("commitments", {"limit_value": "٣"}, "invalid_number"),
        ("commitments", {"limit_value__range": "3"}, "invalid_range"),
        ("commitments", {"limit_value__range": "3,1"}, "invalid_range"),
        ("commitments", {"limit_value__range": f"1,{'9' * 30}"}, "invalid_number"),
        ("events", {"votes_for": "15.5"}, "invalid_number"),
        ("events", {"votes_for__gte": "9" * 30}, "invalid_number"),
        ("events", {"overlaps": "sometime"}, "invalid_date"),
        ("events", {"place__icontains": "a\x00b"}, "invalid_text"),
        ("events", {"vote_document__in": ",".join(map(str, range(101)))}, "too_many"),
        ("events", {"vote_document__in": ",".join(["same"] * 101)}, "too_many"),
        ("orders", {"topic__in": ",".join(["hostages"] * 101)}, "too_many"),
        ("orders", {"facets": "title"}, "unknown_code"),
        ("orders", {"facets": "kind,geographic_scope,topic,program,issuer,year"}, "too_many"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_asked_is_refused(ask: Ask, noun: str, parameters: dict[str, str], code: str) -> None:
    (found,) = ask(f"{noun}/", **parameters, status=400)["errors"]
    assert (found["parameter"], found["code"]) == (next(iter(parameters)), code)


def test_the_largest_numbers_that_are_taken_find_nothing_and_break_nothing(slugs: Slugs) -> None:
    assert slugs("commitments", limit_value=f"{'9' * 11}.{'9' * 4}") == []
    assert slugs("commitments", limit_value__gte=f"-{'9' * 11}.{'9' * 4}") == ["jcpoa-stockpile"]
    assert slugs("events", votes_for__gte="9999") == []
    assert slugs("events", penalty_amount__range=f"-{'9' * 13},{'9' * 13}.99") == []


def test_many_filters_at_once_are_answered_and_more_are_refused(ask: Ask) -> None:
    names = [name for name in NOUNS["events"].list_parameters.conditions if name.endswith("__isnull")]
    dates = [f"{name}{end}" for name in ("until", "observed_on", "effective_on") for end in ("__gte", "__lte", "")]
    parameters = dict.fromkeys(names, "true") | dict.fromkeys(dates, "2015")
    parameters |= {name: ",".join(f"v{n}" for n in range(100)) for name in ("vote_document__in", "cameo_code__in")}
    parameters = dict(list(parameters.items())[:MOST_FILTERS])
    assert len(parameters) == MOST_FILTERS
    assert ask("events/", **parameters)["results"] == []
    (fault,) = ask("events/", **parameters, kind="statement", status=400)["errors"]
    assert fault["code"] == "too_many"
    assert str(MOST_FILTERS) in fault["detail"]


# --- Facets ---------------------------------------------------------------------------------------


def test_facets_count_the_rows_found_by_value(ask: Ask) -> None:
    page = ask("orders/", facets="kind,program,year", limit=1)
    assert len(page["results"]) == 1
    assert page["facets"] == {
        "kind": {
            "values": [
                {"value": "executive_order", "label": "executive order", "count": 2},
                {"value": "presidential_memorandum", "label": "presidential memorandum", "count": 1},
                {"value": "statute", "label": "statute", "count": 1},
            ],
            "others": {"values": 0, "count": 0},
        },
        "program": {
            "values": [
                {"value": None, "label": None, "count": 3},
                {"value": "us-iran", "label": "Iran sanctions", "count": 1},
            ],
            "others": {"values": 0, "count": 0},
        },
        "year": {
            "values": [{"value": year, "label": None, "count": 1} for year in (2013, 2016, 2025, None)],
            "others": {"values": 0, "count": 0},
        },
    }


def test_a_list_that_is_not_asked_for_facets_has_none(ask: Ask) -> None:
    assert "facets" not in ask("orders/")


def test_a_facet_is_counted_without_its_own_filters(ask: Ask) -> None:
    def counts(**parameters: str) -> dict[str, int]:
        facet = ask("orders/", facets="kind", **parameters)["facets"]["kind"]["values"]
        return {value["value"]: value["count"] for value in facet}

    whole = counts()
    assert counts(kind="statute") == whole
    assert counts(**{"kind!": "statute"}) == whole
    assert counts(kind="statute", issuer="us-president") == {"executive_order": 2, "presidential_memorandum": 1}


def test_facets_of_a_date_that_is_asked_for_are_those_of_all_dates(ask: Ask) -> None:
    page = ask("orders/", facets="year,dated_on__year,kind", dated_on="2016")
    assert page["facets"]["year"] == page["facets"]["dated_on__year"]
    assert len(page["facets"]["year"]["values"]) == 4
    assert [value["value"] for value in page["facets"]["kind"]["values"]] == ["executive_order"]


def test_the_timeline_has_facets_of_the_events_on_it(ask: Ask) -> None:
    values = ask("timeline/", agreement="jcpoa", facets="class")["facets"]["class"]["values"]
    assert sum(value["count"] for value in values) == len(ask("timeline/", agreement="jcpoa")["results"])


def test_a_draft_is_no_value_of_a_facet(ask: Ask) -> None:
    values = [
        value["value"]
        for noun in NOUNS
        for name in NOUNS[noun].list_parameters.facets_offered
        for value in ask(f"{noun}/", facets=name, limit=1)["facets"][name]["values"]
    ]
    assert values
    assert [value for value in values if str(value).startswith("draft")] == []


def test_each_facet_takes_one_query(ask: Ask) -> None:
    with CaptureQueriesContext(connection) as plain:
        ask("events/", actor="iran")
    facets = ["kind", "verb", "actor", "year", "class"]
    assert len(facets) == MOST_FACETS
    with CaptureQueriesContext(connection) as counted:
        ask("events/", actor="iran", facets=",".join(facets))
    assert len(counted) == len(plain) + len(facets)


# --- Nothing breaks -------------------------------------------------------------------------------

WILD = (
    *("9" * 30, "-1", "0", "0.0001", "true", "%", "a'b", "١", "\x00", "a,b", "null", "\U0001f70f"),
    *("0001", "9999-12-31", "../9999-12-31", "9999/..", "0001,9999", "20XX", "2024-24?", "9999-24"),
)


@pytest.mark.long
@pytest.mark.parametrize("noun", NOUNS)
def test_every_parameter_answers_or_refuses_whatever_it_is_given(client: Client, noun: str) -> None:
    names = list(NOUNS[noun].list_parameters.conditions)
    assert names
    for name in names:
        for value in WILD:
            for spelled in {name, f"{name.removesuffix('__not')}!"} if name.endswith("__not") else {name}:
                answer = client.get(f"/api/v1/{noun}/", {spelled: value, "limit": "1"})
                assert answer.status_code in (200, 400), (spelled, value)
                assert answer.status_code == 200 or answer.json()["errors"][0]["parameter"] == spelled
