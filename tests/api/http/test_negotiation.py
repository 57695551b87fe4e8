"""The format of an answer: JSON by default, a page for browsers."""

from __future__ import annotations

import re

import orjson
import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("world")

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/*", "text/turtle, */*;q=0.1"])
def test_json_is_the_answer_unless_something_else_is_asked_for(client: Client, accept: str | None) -> None:
    answer = client.get("/api/v1/orders/", headers={"accept": accept} if accept else {})
    assert answer.headers["Content-Type"] == "application/json"


def test_a_browser_gets_a_page_with_the_same_content(client: Client) -> None:
    page = client.get("/api/v1/orders/us-eo-13645/", headers={"accept": BROWSER})
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    plain = client.get("/api/v1/orders/us-eo-13645/").json()
    shown = re.search(r"<pre[^>]*>(.*)</pre>", page.content.decode(), re.DOTALL)
    assert shown is not None
    text = re.sub(r"<[^>]*>", "", shown[1])
    for sign, entity in (('"', "&quot;"), ("'", "&#x27;"), ("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        text = text.replace(entity, sign)
    assert orjson.loads(text) == plain


def test_the_parameter_outranks_the_header(client: Client) -> None:
    answer = client.get("/api/v1/orders/?format=json", headers={"accept": "text/html"})
    assert answer.headers["Content-Type"] == "application/json"
    answer = client.get("/api/v1/orders/?format=html", headers={"accept": "application/json"})
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_format_that_does_not_exist_is_refused_and_those_there_are_are_listed(client: Client) -> None:
    problem = client.get("/api/v1/orders/?format=pdf").json()
    (fault,) = problem["errors"]
    assert (fault["parameter"], fault["value"], fault["allowed"]) == (
        "format",
        "pdf",
        ["json", "html", "csv", "jsonl", "parquet", "bibtex", "csl-json", "ics"],
    )


def test_a_browser_sees_errors_on_a_page(client: Client) -> None:
    answer = client.get("/api/v1/orders/nowhere/", headers={"accept": BROWSER})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "No published order has the slug" in answer.content.decode()


def test_answers_vary_with_the_accept_headers_and_nothing_else(client: Client) -> None:
    for accept in ("*/*", BROWSER):
        for path in ("/api/v1/", "/api/v1/orders/", "/api/v1/orders/us-eo-13645/"):
            answer = client.get(path, headers={"accept": accept})
            assert answer.headers["Vary"] == "Accept, Accept-Encoding"
            assert not answer.cookies


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/orders/", "/api/v1/orders/us-eo-13645/"])
def test_head_is_get_without_the_body(client: Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_options_says_what_can_be_done(client: Client) -> None:
    answer = client.options("/api/v1/orders/")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    files = ["text/csv", "application/x-ndjson", "application/vnd.apache.parquet"]
    foreign = ["application/x-bibtex", "application/vnd.citationstyles.csl+json", "text/calendar"]
    assert answer.json()["renders"] == ["application/json", "text/html", *files, *foreign]


def test_what_a_page_shows_cannot_run(client: Client) -> None:
    page = client.get("/api/v1/orders/?search=<script>alert(1)</script>", headers={"accept": BROWSER})
    assert b"<script" not in page.content
    page = client.get("/api/v1/orders/?kind=<script>alert(1)</script>", headers={"accept": BROWSER})
    assert page.status_code == 400
    assert b"<script" not in page.content


def test_pages_have_no_script_and_no_style_of_their_own(client: Client) -> None:
    page = client.get("/api/v1/orders/", headers={"accept": BROWSER}).content.decode()
    assert re.search(r"<script|<style|style=|onclick", page) is None
    assert "'unsafe-inline'" not in client.get("/api/v1/").headers["Content-Security-Policy"]
