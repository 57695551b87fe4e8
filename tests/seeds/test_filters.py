"""Every filter that follows from a column finds what reading the whole record would find, and so do the counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import connection, models
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from api.v1.filters.columns import FilterColumn, trace
from api.v1.filters.lists import ListParameters
from api.v1.filters.stats import LISTS
from sanctions import edtf
from sanctions.questions.counts import counted
from sanctions.records.base import Codes, Key, Rows, part_model
from sanctions.records.registry import RECORD_TYPES, type_of
from sanctions.vocabulary import EVENT_CLASS
from tests.seeds.conftest import Ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]
NOW = datetime(2025, 12, 1, tzinfo=UTC)
#: Values of a column that are asked for, and texts of which a word is.
SAMPLE = 3

Document = dict[str, Any]
#: What a record has in a column: for each related row, or once, what stands there.
Values = list[list[Any]]


def keys_of(model: type[models.Model]) -> Sequence[Key]:
    """Return the keys of the document of a model: of a record, or of a part that is served on its own."""
    if model in {kind.model for kind in RECORD_TYPES}:
        return type_of(model).keys
    parts = [(kind.model, key) for kind in RECORD_TYPES for key in kind.rows]
    return next(key.keys for record, key in parts if part_model(record, key) is model)


def read(document: Document, model: type[models.Model], path: str) -> Values | None:
    """Return the values of a column from the document of a record, or ``None`` if it does not contain them."""
    hop, _, rest = path.partition("__")
    if path in ("dated_on", "order", "agreement") and hop in document:
        return [[_plain(document[path])]]
    key = next((key for key in keys_of(model) if key.field == hop), None)
    match key:
        case Rows():
            rows = [read(row, part_model(model, key), rest) for row in document[key.name]]
            return None if None in rows else [[item for values in row or () for item in values] for row in rows]
        case Codes():
            return [[code] for code in document.get(key.name, ())]
        case None:
            return None
    if rest:
        return None
    value = document.get(key.name)
    if isinstance(value, list):
        return [[_plain(item)] for item in value]
    return [[_plain(value)]]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return value["slug"]
    return None if value in ("", None) else Decimal(str(value)) if type(value) in (int, float) else value


def every_column() -> Iterator[tuple[str, str, FilterColumn]]:
    for noun, parameters in LISTS.items():
        for name, column in parameters.columns().items():
            yield noun, name, column


@pytest.fixture(scope="module")
def documents(seeded: None, django_db_blocker: Any) -> Mapping[str, dict[str, Document]]:
    """Return every public record as it is answered, by collection and slug."""
    with django_db_blocker.unblock():
        return {
            noun: {
                slug: orjson.loads(text)
                for slug, text in parameters.model._default_manager.all().published().values_list("slug", "rendering")  # type: ignore[attr-defined]
            }
            for noun, parameters in LISTS.items()
        }


def parameters_of(noun: str, **query: str) -> ListParameters:
    """Return the parameters of a list."""
    parameters = LISTS[noun]
    text = QueryDict(mutable=True)
    text.update(query)
    found = parameters(text, parameters.model._default_manager.all().published(), now=NOW)  # type: ignore[attr-defined]
    assert found.faults() == [], query
    return found


def slugs(noun: str, **query: str) -> set[str]:
    rows = list(parameters_of(noun, **query).rows().values_list("slug", flat=True))
    assert len(rows) == len(set(rows)), "A row comes twice."
    return set(rows)


# --- What each lookup means -----------------------------------------------------------------------

Test = Callable[[Any], bool]


def any_value(rows: Values, test: Test) -> bool:
    return any(value is not None and test(value) for row in rows for value in row)


def is_in(*values: Any) -> Test:
    return lambda value: value in values


def questions(kind: str, values: list[Any]) -> Iterator[tuple[str, str, Test]]:
    """Yield lookups with the value asked for, and which values of a column they find."""
    if not values:
        return
    sample = values[:: max(1, len(values) // SAMPLE)][:SAMPLE]
    match kind:
        case "number":
            yield from _of_numbers(values)
        case "date":
            for value in sample:
                yield from _of_dates(value)
        case "text":
            for value in sample:
                yield from _of_texts(value)
        case _:
            yield from _of_codes(kind, sample)


def _of_codes(kind: str, sample: list[Any]) -> Iterator[tuple[str, str, Test]]:
    for value in sample:
        yield "", str(value).lower() if isinstance(value, bool) else value, is_in(value)
    if kind != "switch" and all("," not in value for value in sample):
        yield "__in", ",".join(sample), is_in(*sample)
    if kind == "word":
        yield from _of_texts(sample[0])


def _of_numbers(values: list[Any]) -> Iterator[tuple[str, str, Test]]:
    low, middle, high = values[0], values[len(values) // 2], values[-1]
    yield "", str(middle), is_in(middle)
    yield "__gte", str(middle), lambda value: value >= middle
    yield "__lte", str(middle), lambda value: value <= middle
    yield "__range", f"{low},{middle}", lambda value: low <= value <= middle
    yield "__range", f"{middle},{high}", lambda value: middle <= value <= high


def _of_dates(value: str) -> Iterator[tuple[str, str, Test]]:
    year = value[:4] if value[:4].isdigit() else "2016"
    later = f"{year}-09"
    yield "", year, within(f"{year}-01-01", f"{year}-12-31")
    yield "__gte", year, within(f"{year}-01-01", "9999-12-31")
    yield "__lte", later, within("0001-01-01", f"{later}-30")
    yield "__range", f"{year},{later}", within(f"{year}-01-01", f"{later}-30")
    yield "__range", f"../{year}", within("0001-01-01", f"{year}-12-31")
    yield "__overlaps", later, shares(f"{later}-01", f"{later}-30")


def _of_texts(value: str) -> Iterator[tuple[str, str, Test]]:
    word = max(re.findall(r"[A-Za-z]+", value), key=len, default="")
    if word:
        yield "__icontains", word.upper(), lambda value: word.lower() in value.lower()


def _days(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


def within(first: str, last: str) -> Test:
    start, end = _days(first, last)
    return lambda value: start <= edtf.parse(value).earliest and edtf.parse(value).latest <= end


def shares(first: str, last: str) -> Test:
    start, end = _days(first, last)
    return lambda value: edtf.parse(value).earliest <= end and edtf.parse(value).latest >= start


def test_every_lookup_of_every_column_finds_what_reading_finds(documents: Mapping[str, dict[str, Document]]) -> None:
    compared, found_some = 0, 0
    for noun, name, column in every_column():
        if column.path.startswith("tenures"):
            continue  # as of a day
        model = LISTS[noun].model
        rows = {slug: read(document, model, column.path) for slug, document in documents[noun].items()}
        if any(values is None for values in rows.values()):
            continue
        has: dict[str, Values] = {slug: values or [] for slug, values in rows.items()}
        kind = column.kind(model)
        values = sorted({value for row in has.values() for group in row for value in group if value is not None})
        offered = LISTS[noun].conditions
        for lookup, query, test in questions(kind, values):
            if f"{name}{lookup}" not in offered:
                continue
            expected = {slug for slug, row in has.items() if any_value(row, test)}
            assert slugs(noun, **{f"{name}{lookup}": query}) == expected, (noun, name, lookup, query)
            if f"{name}{lookup}__not" in offered:
                assert slugs(noun, **{f"{name}{lookup}!": query}) == has.keys() - expected, (noun, name, lookup, query)
            compared += 1
            found_some += bool(expected)
        if f"{name}__isnull" in offered:
            many = trace(model, column.path).many
            whole = column.path in (many, f"{many}__topic", f"{many}__sector")
            empty = {slug for slug, row in has.items() if any(None in group or not group for group in row)}
            full = {slug for slug, row in has.items() if any(value is not None for group in row for value in group)}
            none = {slug for slug, row in has.items() if not row}
            expected = none if many and whole else empty
            assert slugs(noun, **{f"{name}__isnull": "true"}) == expected, (noun, name)
            assert slugs(noun, **{f"{name}__isnull": "false"}) == full, (noun, name)
    assert compared > 300
    assert found_some > 200


def test_with_possibly_dates_count_that_may_lie_there(documents: Mapping[str, dict[str, Document]]) -> None:
    has = {slug: document["happened_on"] for slug, document in documents["events"].items()}
    for lookup, first, last in (
        ("happened_on", "2019-06-01", "2019-06-30"),
        ("happened_on__gte", "2019-06-01", "9999-12-31"),
        ("happened_on__lte", "0001-01-01", "2019-06-30"),
    ):
        certainly = {slug for slug, value in has.items() if within(first, last)(value)}
        possibly = {slug for slug, value in has.items() if shares(first, last)(value)}
        assert slugs("events", **{lookup: "2019-06"}) == certainly
        assert slugs("events", **{lookup: "2019-06", "include_possible": "true"}) == possibly
        assert certainly < possibly


def test_a_span_overlaps_what_it_may_share_a_day_with(documents: Mapping[str, dict[str, Document]]) -> None:
    for noun, start, end in (
        ("designations", "listed_on", "delisted_on"),
        ("commitments", "starts_on", "sunset_on"),
        ("violations", "committed_on", ""),
        ("events", "happened_on", ""),
        ("sources", "published_on", ""),
    ):
        for asked_for in ("2012", "2016-01-16", "2015-10/2016-02", "2020/..", "../1985"):
            extent = edtf.parse(asked_for)
            expected = {
                slug
                for slug, document in documents[noun].items()
                if _shares_a_day(document[start], document[end] if end else None, end != "", extent)
            }
            assert slugs(noun, overlaps=asked_for) == expected, (noun, asked_for)


def _shares_a_day(start: str | None, end: str | None, is_span: bool, asked_for: edtf.Extent) -> bool:
    if not (start or end):
        return False
    first = edtf.parse(start).earliest if start else date.min
    if not is_span:
        return first <= asked_for.latest and edtf.parse(start or "").latest >= asked_for.earliest
    days_until = edtf.parse(end).latest.toordinal() - 1 if end else date.max.toordinal()
    begins = max(first, asked_for.earliest).toordinal()
    return begins <= min(days_until, asked_for.latest.toordinal())


# --- Counting -------------------------------------------------------------------------------------


def values_of(noun: str, name: str, document: Document) -> set[Any]:
    """Return the values of a record by which it is counted."""
    parameters = LISTS[noun]
    if name == "class":
        return {EVENT_CLASS[document["kind"]] or None}
    year = name == "year" or name.endswith("__year")
    column = parameters.columns()[(parameters.main_date if name == "year" else name.partition("__")[0])]
    rows = read(document, parameters.model, column.path)
    assert rows is not None
    values = {value for row in rows for value in row or [None]} or {None}
    return {_year(value) for value in values} if year else values


def _year(value: str | None) -> int | None:
    if value is None:
        return None
    extent = edtf.parse(value)
    return extent.earliest.year if extent.earliest.year == extent.latest.year else None


#: Facets whose values the answer of a record does not have itself.
ELSEWHERE = {
    "standing",
    ("designations", "actor_kind"),
    ("events", "capacity_body"),
    *(("measures", name) for name in ("issuer", "program", "dated_on__year", "year")),
}


def test_every_facet_counts_what_reading_counts(documents: Mapping[str, dict[str, Document]]) -> None:
    compared = 0
    for noun, parameters in LISTS.items():
        for name in parameters.facets_offered:
            if name in ELSEWHERE or (noun, name) in ELSEWHERE:
                continue
            expected = Counter(
                value for document in documents[noun].values() for value in values_of(noun, name, document)
            )
            rows = counted(parameters_of(noun).rows_to_count([name]), {name: parameters.facets_offered[name]})
            assert {row[name]: row["count"] for row in rows} == expected, (noun, name)
            compared += 1
    assert compared > 50


def test_a_facet_leaves_its_own_filters_out_and_no_others(ask: Ask) -> None:
    everything = ask("orders", facets="kind,geographic_scope")["facets"]
    narrowed = ask("orders", kind="executive_order", geographic_scope__not="thematic", facets="kind,geographic_scope")[
        "facets"
    ]
    by_kind = Counter(row["kind"] for row in ask("orders", geographic_scope__not="thematic", limit="1000")["results"])
    assert {value["value"]: value["count"] for value in narrowed["kind"]["values"]} == by_kind
    by_scope = Counter(
        row["geographic_scope"] for row in ask("orders", kind="executive_order", limit="1000")["results"]
    )
    assert {value["value"]: value["count"] for value in narrowed["geographic_scope"]["values"]} == by_scope
    assert narrowed != everything


def test_counts_by_standing_are_those_of_the_lists(ask: Ask) -> None:
    for noun in ("orders", "measures", "agreements", "commitments", "violations"):
        for day in ("2012-06-01", "2017-01-01"):
            facet = ask(noun, facets="standing", as_of=day, limit="1")["facets"]["standing"]["values"]
            assert facet
            for value in facet:
                page = ask(noun, standing=value["value"], as_of=day, limit="1", count="true")
                assert page["count"] == value["count"]


def test_a_table_of_counts_is_what_reading_counts(ask: Ask, documents: Mapping[str, dict[str, Document]]) -> None:
    answer = ask("stats", collection="orders", group_by="program,topic,year", kind__in="executive_order,statute")
    expected: Counter[tuple[Any, ...]] = Counter()
    chosen = [one for one in documents["orders"].values() if one["kind"] in ("executive_order", "statute")]
    for document in chosen:
        programs, topics, years = (values_of("orders", name, document) for name in ("program", "topic", "year"))
        expected.update((program, topic, year) for program in programs for topic in topics for year in years)
    assert {(row["program"], row["topic"], row["year"]): row["count"] for row in answer["rows"]} == expected
    assert answer["total"] == len(chosen)
    assert answer["sum"] == sum(expected.values()) > answer["total"]


def test_two_values_of_one_part_are_counted_together(ask: Ask, documents: Mapping[str, dict[str, Document]]) -> None:
    answer = ask("stats", collection="orders", group_by="measure,direction")
    expected: Counter[tuple[Any, ...]] = Counter()
    for document in documents["orders"].values():
        pairs = {(measure["kind"], measure["direction"]) for measure in document["measures"]} or {(None, None)}
        expected.update(pairs)
    assert {(row["measure"], row["direction"]): row["count"] for row in answer["rows"]} == expected


def test_conditions_on_one_part_hold_of_one_and_refusals_of_all(documents: Mapping[str, dict[str, Document]]) -> None:
    orders = documents["orders"].items()

    def targets(measure: Document) -> set[str]:
        return {actor["slug"] for actor in [*measure.get("targets", ()), *measure.get("territories", ())]}

    assert slugs("orders", measure="asset_freeze", target="iran") == {
        slug
        for slug, order in orders
        if any(measure["kind"] == "asset_freeze" and "iran" in targets(measure) for measure in order["measures"])
    }
    assert slugs("orders", measure="asset_freeze", **{"target!": "iran"}) == {
        slug
        for slug, order in orders
        if any(measure["kind"] == "asset_freeze" for measure in order["measures"])
        and not any("iran" in targets(measure) for measure in order["measures"])
    }


def test_counting_takes_as_many_queries_as_there_are_facets(ask: Ask) -> None:
    with CaptureQueriesContext(connection) as plain:
        ask("orders", limit="1")
    with CaptureQueriesContext(connection) as counting:
        ask("orders", limit="1", facets="kind,program,topic,year,issuer")
    assert len(counting) == len(plain) + 5
    with CaptureQueriesContext(connection) as table:
        ask("stats", collection="events", group_by="kind,role,year")
    with CaptureQueriesContext(connection) as single:
        ask("stats", collection="orders", group_by="kind")
    assert len(table) == len(single) <= 3
