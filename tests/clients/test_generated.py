"""A typed client made from the schema by openapi-python-client reads lists, pages, records and problems."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from django.test import Client

from tests.clients.examples import TYPED, examples

PACKAGE: Final = "sanctions_policy_client"
#: The addresses from which the client of a short run is generated; the long run uses all.
SHORT_RUN: Final = ("/api/v1/orders/", "/api/v1/orders/{slug}/", "/api/v1/timeline/", "/api/v1/orders/{slug}/versions/")


def document() -> dict[str, Any]:
    """Return the schema of the API, as it is served."""
    schema: dict[str, Any] = Client().get("/api/v1/schema/", {"format": "json"}).json()
    return schema


def generate(schema: Mapping[str, Any], folder: Path) -> None:
    """Make the package in a folder; a warning of the generator is a failure, for the schema can be mended."""
    (folder / "openapi.json").write_bytes(orjson.dumps(schema))
    (folder / "settings.json").write_bytes(orjson.dumps({"post_hooks": []}))
    command = [
        *(str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--fail-on-warning"),
        *("--path", "openapi.json", "--config", "settings.json", "--meta", "none", "--output-path", PACKAGE),
    ]
    ran = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Make the package of some addresses, and let it be imported."""
    folder = tmp_path_factory.mktemp("client")
    schema = document()
    generate({**schema, "paths": {path: schema["paths"][path] for path in SHORT_RUN}}, folder)
    sys.path.insert(0, str(folder))
    yield PACKAGE
    sys.path.remove(str(folder))


@pytest.mark.django_db
def test_a_generated_client_reads_lists_pages_records_and_problems(address: str, package: str) -> None:
    def operation(name: str) -> Any:
        return importlib.import_module(f"{package}.api.{name}")

    models: Any = importlib.import_module(f"{package}.models")
    client = importlib.import_module(package).Client(base_url=address)

    orders = operation("orders.orders_list")
    page = orders.sync(client=client, limit=100, ordering=models.OrdersListOrdering.SLUG)
    assert isinstance(page, models.OrderPage)
    slugs = [order.slug for order in page.results]
    while page.next_:
        (cursor,) = parse_qs(urlsplit(page.next_).query)["cursor"]
        page = orders.sync(client=client, limit=100, ordering=models.OrdersListOrdering.SLUG, cursor=cursor)
        slugs += [order.slug for order in page.results]
    assert len(slugs) > 100
    assert slugs == sorted(set(slugs))

    read = operation("orders.orders_retrieve")
    order = read.sync("us-eo-13645", client=client, as_of=date(2015, 6, 1))
    assert isinstance(order, models.Order)
    assert (order.kind, order.standing.code) == (models.OrderKind.EXECUTIVE_ORDER, models.OrderStandingCode.IN_FORCE)

    missing = read.sync_detailed("us-eo-1", client=client)
    assert (missing.status_code, missing.parsed.status) == (404, 404)
    assert isinstance(missing.parsed, models.Problem)
    assert missing.parsed.type_.endswith("/not-found/")


@pytest.mark.django_db
@pytest.mark.usefixtures("package")
def test_the_example_of_a_typed_client_is_true(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = (one for one in examples("clients.md", "python") if one.section == TYPED)
    names: dict[str, Any] = {}
    exec(compile(example.at(address), TYPED, "exec"), names)
    assert names["page"].results
    assert capsys.readouterr().out.startswith("Authorizing the Implementation of Certain Sanctions")


@pytest.mark.long
def test_a_client_of_the_whole_schema_is_made_without_a_warning_and_its_types_hold(tmp_path: Path) -> None:
    generate(document(), tmp_path)
    command = [str(Path(sys.executable).with_name("mypy")), "--strict", "--config-file=", "--cache-dir=cache", PACKAGE]
    checked = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert checked.returncode == 0, checked.stdout
