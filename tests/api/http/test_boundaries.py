"""The last value that each limit allows, and the first that it rejects."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from api.http.bodies import BodyParser
from api.http.problems import ContentTooLarge

pytestmark = pytest.mark.usefixtures("world")
Ask = Callable[..., Any]


def listed(value: str, times: int) -> str:
    return ",".join([value] * times)


@pytest.mark.parametrize(
    ("path", "name", "allowed", "refused", "code"),
    [
        ("orders/", "limit", "1000", "1001", "invalid_number"),
        ("orders/", "limit", "1", "0", "invalid_number"),
        ("orders/", "search", "a" * 200, "a" * 201, "too_long"),
        ("orders/", "search", "a b c d e f g h i j", "a b c d e f g h i j k", "too_many"),
        ("orders/", "kind__in", listed("statute", 100), listed("statute", 101), "too_many"),
        ("orders/", "topic__in", listed("hostages", 100), listed("hostages", 101), "too_many"),
        ("orders/", "issuer__in", listed("france", 100), listed("france", 101), "too_many"),
        (
            "orders/",
            "facets",
            "kind,geographic_scope,topic,program,issuer",
            "kind,geographic_scope,topic,program,issuer,year",
            "too_many",
        ),
        ("orders/", "as_of", "0001-01-01", "0000-12-31", "invalid_date"),
        ("orders/", "as_of", "9999-12-31", "10000-01-01", "too_long"),
        ("search/?q=iran", "limit", "100", "101", "invalid_number"),
        ("search/?q=iran", "limit", "1", "0", "invalid_number"),
        ("search/?q=iran", "offset", "1000", "1001", "invalid_number"),
        ("search/?q=iran", "offset", "0", "-1", "invalid_number"),
        ("changes/", "limit", "1000", "1001", "invalid_number"),
        (
            "stats/?collection=orders",
            "group_by",
            "kind,geographic_scope,topic",
            "kind,geographic_scope,topic,issuer",
            "too_many",
        ),
        ("orders/us-eo-13645/lineage/", "depth", "5", "6", "invalid_number"),
        ("orders/us-eo-13645/lineage/", "depth", "1", "0", "invalid_number"),
    ],
)
def test_the_last_allowed_value_is_answered_and_the_next_is_refused(
    client: Client, path: str, name: str, allowed: str, refused: str, code: str
) -> None:
    path, _, query = path.partition("?")
    parameters = dict([query.split("=")] if query else [])
    answer = client.get(f"/api/v1/{path}", parameters | {name: allowed})
    assert answer.status_code == 200, answer.content
    answer = client.get(f"/api/v1/{path}", parameters | {name: refused})
    assert answer.status_code == 400, answer.content
    assert [(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]] == [(name, code)]


def test_an_event_can_be_asked_to_concern_ten_records_at_once_and_not_eleven(ask: Ask) -> None:
    records = {
        "actor__in": "iran,france,iaea,united-states,us-president,us-treasury",
        "order__in": "us-eo-13645,us-eo-13716,us-nspm-2",
    }
    assert ask("timeline/", match="all", agreement="jcpoa", **records)["results"] == []
    answer = ask("timeline/", match="all", agreement__in="jcpoa,a-treaty", **records, status=400)
    assert [(fault["parameter"], fault["code"]) for fault in answer["errors"]] == [("match", "too_many")]


@pytest.mark.parametrize(("length", "status"), [(8_000, 400), (8_001, 414)])
def test_an_address_of_8000_characters_is_read_and_a_longer_one_is_not(
    client: Client, length: int, status: int
) -> None:
    path = "/api/v1/orders/?search="
    assert client.get(path + "a" * (length - len(path))).status_code == status


def test_a_body_of_two_million_bytes_is_read_and_a_longer_one_is_not() -> None:
    text = "a" * (2_000_000 - 2)
    assert BodyParser().parse(BytesIO(f'"{text}"'.encode())) == text
    with pytest.raises(ContentTooLarge):
        BodyParser().parse(BytesIO(f'"{text}a"'.encode()))
