"""Which changes of the schema break a promise of version 1, rule by rule, and that a broken promise fails the check."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.promise import __main__ as command
from tests.promise.operations import broken, promised

TODAY = date(2027, 6, 1)
DOCUMENT = yaml.safe_load(
    """
    openapi: 3.1.0
    paths:
      /orders/:
        get:
          operationId: orders_list
          description: Orders.
          security: [{}]
          parameters:
          - {name: kind, in: query, description: The kind., schema: {type: string, enum: [statute, waiver]}}
          - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 1000, default: 100}}
          - {name: slug__in, in: query, explode: false, schema: {type: array, items: {type: string, maxLength: 150}}}
          - {name: X-Tag, in: header, schema: {type: string}}
          - {name: identifier, in: query, schema: {type: string, pattern: '^(imo|lei):.+$'}}
          responses:
            '200':
              headers: {ETag: {schema: {type: string}}}
              content:
                application/json: {schema: {$ref: '#/components/schemas/Page'}}
                text/csv: {schema: {type: string, contentMediaType: text/csv}}
            '400': {content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}}
        post:
          operationId: orders_create
          requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Body'}}}}
          responses: {'201': {description: Made.}}
    components:
      schemas:
        Page:
          type: object
          required: [results]
          properties: {results: {type: array, items: {$ref: '#/components/schemas/Order'}}}
        Order:
          type: object
          required: [slug, type]
          properties:
            type: {type: string, const: order}
            slug: {type: string}
            title: {type: string, description: Its title.}
            kind: {type: string, enum: [statute, waiver]}
            dated_on: {type: [string, 'null'], format: date}
            count: {type: integer}
            based_on: {oneOf: [{$ref: '#/components/schemas/Named'}, {type: 'null'}]}
            issuer: {$ref: '#/components/schemas/Named'}
            codes: {type: object, additionalProperties: {type: string}}
        Named:
          type: object
          properties: {slug: {type: string}}
        Body:
          type: object
          required: [slug]
          properties: {slug: {type: string}, note: {type: string}, weight: {type: number}}
        Problem:
          type: object
          properties: {type: {type: string}}
    """
)
Change = Callable[[Any], object]
LIST = ("paths", "/orders/", "get")
ORDER = ("components", "schemas", "Order")
BODY = ("components", "schemas", "Body")


def at(document: Any, *path: Any) -> Any:
    for step in path:
        document = document[step]
    return document


def put(*path: Any, value: Any) -> Change:
    """Return a change that puts a value at a path."""
    return lambda document: at(document, *path[:-1]).__setitem__(path[-1], value)


def take(*path: Any) -> Change:
    """Return a change that removes the value at a path."""
    return lambda document: at(document, *path[:-1]).pop(path[-1])


def changed(*changes: Change) -> Any:
    document = copy.deepcopy(DOCUMENT)
    for change in changes:
        change(document)
    return document


def breaks(*changes: Change) -> list[str]:
    return [str(one) for one in broken(promised(DOCUMENT), changed(*changes), TODAY)]


KIND, LIMIT, SLUGS = ((*LIST, "parameters", place) for place in range(3))
NAMED = (*LIST, "parameters", 4)
NEW = {"name": "new", "in": "query", "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (take("paths", "/orders/"), "GET /orders/: was removed"),
        (take("paths", "/orders/", "post"), "POST /orders/: was removed"),
        (put(*LIST, "operationId", value="x"), "GET /orders/: is named x now, was orders_list"),
        (put(*LIST, "security", value=[{"session": []}]), "GET /orders/: needs credentials now"),
        (take(*KIND), "GET /orders/ ?kind: the parameter was removed"),
        (take(*LIST, "parameters", 3), "GET /orders/ header X-Tag: the parameter was removed"),
        (put(*KIND, "required", value=True), "GET /orders/ ?kind: the parameter has become required"),
        (
            put(*LIST, "parameters", value=[*at(DOCUMENT, *LIST, "parameters"), NEW | {"required": True}]),
            "GET /orders/ ?new: the parameter is new, and required",
        ),
        (put(*SLUGS, "explode", value=True), "GET /orders/ ?slug__in: a list has another notation"),
        (put(*KIND, "schema", "enum", value=["statute"]), "GET /orders/ ?kind: no longer accepts waiver"),
        (
            put(*SLUGS, "schema", "items", "enum", value=["a"]),
            "GET /orders/ ?slug__in[]: accepts only a now",
        ),
        (put(*LIMIT, "schema", "maximum", value=10), "GET /orders/ ?limit: maximum is 10 now, was 1000"),
        (put(*LIMIT, "schema", "minimum", value=2), "GET /orders/ ?limit: minimum is 2 now, was 1"),
        (
            put(*LIMIT, "schema", "default", value=50),
            "GET /orders/ ?limit: the default is 50 now, was 100",
        ),
        (
            put(*LIMIT, "schema", "type", value="string"),
            "GET /orders/ ?limit: no longer accepts a value of type integer",
        ),
        (
            put(*SLUGS, "schema", "maxItems", value=9),
            "GET /orders/ ?slug__in: maxItems is 9 now, was not set",
        ),
        (
            put(*SLUGS, "schema", "items", "pattern", value="^a"),
            "GET /orders/ ?slug__in[]: pattern is ^a now, was not set",
        ),
        (
            put(*NAMED, "schema", "pattern", value="^(imo|bic):.+$"),
            "GET /orders/ ?identifier: pattern is ^(imo|bic):.+$ now, was ^(imo|lei):.+$",
        ),
        (
            put(*LIST[:2], "post", "requestBody", "required", value=True),
            "POST /orders/: the body has become required",
        ),
        (
            take(*LIST[:2], "post", "requestBody", "content", "application/json"),
            "POST /orders/: no longer accepts a body of application/json",
        ),
        (put(*BODY, "required", value=["slug", "note"]), "Body.note: the field has become required"),
        (take(*BODY, "properties", "note"), "Body.note: the field was removed"),
        (put(*BODY, "additionalProperties", value=False), "Body: no longer accepts other fields"),
        (
            put(*BODY, "properties", "weight", "type", value="integer"),
            "Body.weight: no longer accepts a value of type number",
        ),
        (take(*LIST[:2], "post", "responses", "201"), "POST /orders/ 201: is no longer answered"),
        (take(*LIST, "responses", "200", "headers", "ETag"), "GET /orders/ 200: the header ETag was removed"),
        (
            take(*LIST, "responses", "200", "content", "text/csv"),
            "GET /orders/ 200: the format text/csv was removed",
        ),
        (take(*ORDER, "properties", "title"), "Order.title: the field was removed"),
        (put(*ORDER, "required", value=["type"]), "Order.slug: the field may be missing now"),
        (put(*ORDER, "properties", "title", "type", value="integer"), "Order.title: may be of type integer now"),
        (
            put(*ORDER, "properties", "title", "type", value=["string", "null"]),
            "Order.title: may be of type null now",
        ),
        (put(*ORDER, "properties", "count", "type", value="number"), "Order.count: may be of type number now"),
        (
            take(*ORDER, "properties", "dated_on", "format"),
            "Order.dated_on: format was date, is not set now",
        ),
        (put(*ORDER, "properties", "type", "const", value="act"), "Order.type: was always order"),
        (
            take(*ORDER, "properties", "kind", "enum"),
            "Order.kind: was one of the listed codes, may be anything now",
        ),
        (
            take("components", "schemas", "Page", "properties", "results", "items"),
            "Page.results[]: its items are no longer described",
        ),
        (
            put(*ORDER, "properties", "codes", "additionalProperties", "type", value="integer"),
            "Order.codes[]: may be of type integer now",
        ),
        (
            put(*ORDER, "properties", "issuer", value=at(DOCUMENT, *ORDER, "properties", "based_on")),
            "Order.issuer: the alternative of type null was not answered before",
        ),
        (take("components", "schemas", "Named", "properties", "slug"), "Named.slug: the field was removed"),
        (take("components", "schemas", "Problem", "properties", "type"), "Problem.type: the field was removed"),
        (
            put("components", "schemas", "Page", "properties", "results", "items", value={"type": "string"}),
            "Page.results[]: may be of type string now",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_change_that_clients_notice_breaks_a_promise(change: Change, message: str) -> None:
    assert message in breaks(change)


INLINE = {"type": "object", "properties": {"slug": {"type": "string"}}}


@pytest.mark.parametrize(
    "change",
    [
        put("paths", "/new/", value={"get": at(DOCUMENT, *LIST)}),
        put(*LIST, "parameters", value=[*reversed(at(DOCUMENT, *LIST, "parameters")), NEW]),
        put(*KIND, "schema", "enum", value=["statute", "waiver", "guidance"]),
        take(*KIND, "schema", "enum"),
        put(*NAMED, "schema", "pattern", value="^(lei|bic|imo):.+$"),
        put(*LIMIT, "schema", "maximum", value=2000),
        put(*LIMIT, "schema", "type", value="number"),
        take(*SLUGS, "schema", "items", "maxLength"),
        put(*KIND, "description", value="In other words."),
        put(*BODY, "required", value=[]),
        put(*BODY, "properties", "more", value={"type": "string"}),
        put(*ORDER, "properties", "more", value={"type": "string"}),
        put(*ORDER, "properties", "kind", "enum", value=["statute", "waiver", "guidance"]),
        put(*ORDER, "properties", "dated_on", "type", value="string"),
        put(*ORDER, "properties", "based_on", value={"$ref": "#/components/schemas/Named"}),
        put(*ORDER, "properties", "issuer", value=INLINE),
        put(*ORDER, "required", value=["slug", "type", "title"]),
        put(*LIST, "responses", "200", "content", "application/json+ftm", value={"schema": {"type": "string"}}),
        take(*LIST, "responses", "400"),
    ],
    ids=range(19),
)
def test_what_is_added_breaks_nothing(change: Change) -> None:
    assert breaks(change) == []


def test_the_same_document_keeps_every_promise_and_each_break_is_reported_once() -> None:
    assert breaks() == []
    everywhere = put("components", "schemas", "Named", value={"type": "array", "items": {"type": "string"}})
    assert breaks(everywhere).count("Named: may be of type array now") == 1


OVER = {"deprecated": True, "x-sunset": "2027-06-01"}


@pytest.mark.parametrize(
    "path",
    [LIST, KIND, (*ORDER, "properties", "title")],
    ids=["an address", "a parameter", "a field"],
)
def test_what_was_deprecated_may_go_on_the_day_of_its_sunset_and_not_before(path: tuple[Any, ...]) -> None:
    marked = changed(put(*path, value={**at(DOCUMENT, *path), **OVER}))
    without = copy.deepcopy(marked)
    take(*path)(without)
    assert broken(promised(marked), without, date(2027, 6, 1)) == []
    assert len(broken(promised(marked), without, date(2027, 5, 31))) == 1


@pytest.mark.parametrize("path", [LIST, KIND, (*ORDER, "properties", "title")], ids=["address", "parameter", "field"])
def test_a_sunset_may_be_put_off_and_not_brought_forward(path: tuple[Any, ...]) -> None:
    marked, earlier = (
        changed(put(*path, value={**at(DOCUMENT, *path), **OVER, "x-sunset": day}))
        for day in ("2027-06-01", "2027-05-01")
    )
    (found,) = broken(promised(marked), earlier, TODAY)
    assert found.what == "its sunset is 2027-05-01 now, was 2027-06-01"
    assert broken(promised(earlier), marked, TODAY) == []


def test_descriptions_are_not_promised_but_a_field_of_that_name_is() -> None:
    with_field = changed(put(*ORDER, "properties", "description", value={"type": "string", "description": "Words."}))
    kept = promised(with_field)["components"]["schemas"]["Order"]["properties"]
    assert kept["description"] == {"type": "string"}
    assert kept["title"] == {"type": "string"}


# --- The command --------------------------------------------------------------------------------


@pytest.fixture
def schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A schema and its promise in temporary files."""
    monkeypatch.setattr(command, "SCHEMA", tmp_path / "openapi.yaml")
    monkeypatch.setattr(command, "PROMISE", tmp_path / "promise.yaml")
    command.SCHEMA.write_text(yaml.safe_dump(DOCUMENT))
    assert command.main(["--promise"]) == 0
    return command.SCHEMA


def test_a_broken_promise_fails_the_check_and_is_not_promised_away(
    schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([]) == 0
    before = command.PROMISE.read_text()
    schema.write_text(yaml.safe_dump(changed(take(*KIND))))
    assert command.main([]) == 1
    assert capsys.readouterr().out == "GET /orders/ ?kind: the parameter was removed\n"
    assert command.main(["--promise"]) == 1
    assert command.PROMISE.read_text() == before


def test_before_the_first_release_a_promise_may_be_broken_on_purpose(
    schema: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.write_text(yaml.safe_dump(changed(take(*KIND))))
    monkeypatch.setattr(command, "is_released", lambda: True)
    assert command.main(["--promise", "--break"]) == 1
    monkeypatch.setattr(command, "is_released", lambda: False)
    assert command.main(["--promise", "--break"]) == 0
    assert command.main([]) == 0


def test_what_is_new_is_promised_only_when_it_is_asked_for(schema: Path) -> None:
    schema.write_text(yaml.safe_dump(changed(put("paths", "/new/", value={"get": at(DOCUMENT, *LIST)}))))
    assert command.main([]) == 0
    assert "/new/" not in command.read(command.PROMISE)["paths"]
    assert command.main(["--promise"]) == 0
    assert "/new/" in command.read(command.PROMISE)["paths"]


def test_ci_checks_the_promise_against_the_schema_of_this_code() -> None:
    assert " schema-promise-check " in (command.ROOT / ".ci" / "run").read_text()
    assert "\nschema-promise-check: schema " in (command.ROOT / "Makefile").read_text()
