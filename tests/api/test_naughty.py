"""Strings that break software, sent in every text parameter of every address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client

from api.v1.views.documentation import schema
from tests.api.conftest import NOUNS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
STRINGS: Final[list[str]] = json.loads((Path(__file__).parent / "naughty" / "strings.json").read_text())
#: Every how-manieth string the suite asks with; ``make test-long`` asks with all.
STEP: Final = 100
#: Parameters of one request: more are refused before they are read.
_TOGETHER: Final = 30


def addresses() -> Iterator[tuple[str, list[str]]]:
    """Yield every address without a record in it, with the names of its parameters that take a text."""
    for path, operations in schema()["paths"].items():
        if "{" not in path and "get" in operations and "/desk/" not in path:
            names = [one["name"] for one in operations["get"].get("parameters", ()) if _takes_text(one)]
            if names:
                yield path, names


def _takes_text(parameter: dict[str, Any]) -> bool:
    described = parameter["schema"]
    described = described["items"] if described.get("type") == "array" else described
    return parameter["in"] == "query" and described.get("type") == "string" and "enum" not in described


ADDRESSES: Final = list(addresses())


def test_every_list_has_parameters_that_take_a_text() -> None:
    assert {f"/api/v1/{noun}/" for noun in NOUNS} <= {path for path, _ in ADDRESSES}
    assert len(STRINGS) > 500


@pytest.mark.parametrize(("path", "names"), ADDRESSES, ids=[path for path, _ in ADDRESSES])
def test_no_text_is_an_error_of_the_server(client: Client, path: str, names: list[str]) -> None:
    ask(client, path, names, STRINGS[::STEP])


@pytest.mark.long
@pytest.mark.parametrize(("path", "names"), ADDRESSES, ids=[path for path, _ in ADDRESSES])
def test_no_text_at_all_is_an_error_of_the_server(client: Client, path: str, names: list[str]) -> None:
    ask(client, path, names, STRINGS)


def ask(client: Client, path: str, names: list[str], texts: list[str]) -> None:
    """Ask with each text, in many parameters at once, and alone in each that does not refuse it."""
    for text in texts:
        for first in range(0, len(names), _TOGETHER):
            batch = names[first : first + _TOGETHER]
            answer = client.get(path, dict.fromkeys(batch, text))
            body = answer.json() if answer.status_code == 400 else {"errors": []}
            # The address may be too long with so many parameters.
            assert answer.status_code in (200, 400, 414), (path, text)
            rejected = {fault["parameter"] for fault in body["errors"]}
            for name in set(batch) - rejected:
                assert client.get(path, {name: text}).status_code in (200, 400), (path, name, text)
