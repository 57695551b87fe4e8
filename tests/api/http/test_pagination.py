"""Pages: in both directions, on every ordering, each row once; and cursors that are bound to their list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from api.v1.urls import NOUNS
from sanctions.models import Source
from sanctions.vocabulary import SourceKind, State

Ask = Callable[..., Any]


def walked(client: Client, address: str, direction: str) -> Iterator[list[str]]:
    """Yield the slugs of each page from an address on, in one direction."""
    following: str | None = address
    while following:
        page = client.get(following).json()
        yield [row["slug"] for row in page["results"]]
        following = page[direction]


def last_page(client: Client, address: str) -> str:
    """Return the address of the last page."""
    while following := client.get(address).json()["next"]:
        address = following
    return address


DAYS = st.sampled_from(["", "", "2015", "2015-07", "2015-07-14", "2016-01-16", "../2010", "2020/..", "1979"])
TITLES = st.sampled_from(["a", "b", "Zebra", "Ünal", "ایران", "a b", "%", "_"])


class EveryOrdering(TestCase):
    """Random rows, with equal and missing values, on each ordering that sources offer."""

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(
        rows=st.lists(st.tuples(DAYS, TITLES), max_size=12),
        limit=st.integers(1, 5),
        ordering=st.sampled_from(["slug", "-slug", "title", "-title", "published_on", "-published_on"]),
    )
    def test_walking_forwards_and_backwards_gives_each_row_once(
        self, rows: list[tuple[str, str]], limit: int, ordering: str
    ) -> None:
        for number, (day, title) in enumerate(rows):
            Source.objects.create(
                slug=f"s{number}",
                kind=SourceKind.NEWS,
                title=title,
                published_on=day,
                state=State.PUBLISHED,
                rendering=f'{{"slug":"s{number}"}}',
            )
        whole = self.client.get("/api/v1/sources/", {"ordering": ordering}).json()
        assert whole["next"] is whole["previous"] is None
        expected = [row["slug"] for row in whole["results"]]
        assert sorted(expected) == sorted(f"s{number}" for number in range(len(rows)))
        address = f"/api/v1/sources/?ordering={ordering}&limit={limit}"
        forwards = list(walked(self.client, address, "next"))
        assert [slug for page in forwards for slug in page] == expected
        assert all(len(page) == limit for page in forwards[:-1])
        backwards = list(walked(self.client, last_page(self.client, address), "previous"))
        assert [slug for page in reversed(backwards) for slug in page] == expected
        assert all(pages for pages in backwards) or not rows


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("noun", "ordering"), [(noun, o.name) for noun, view in NOUNS.items() for o in view.orderings])
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_ordering_of_every_noun_can_be_walked(client: Client, noun: str, ordering: str, sign: str) -> None:
    expected = [row["slug"] for row in client.get(f"/api/v1/{noun}/", {"ordering": sign + ordering}).json()["results"]]
    address = f"/api/v1/{noun}/?ordering={sign}{ordering}&limit=1"
    assert [slug for page in walked(client, address, "next") for slug in page] == expected
    backwards = [slug for page in walked(client, last_page(client, address), "previous") for slug in page]
    assert backwards[::-1] == expected


@pytest.mark.usefixtures("world")
def test_a_page_has_a_hundred_rows_unless_asked_and_a_thousand_at_most(ask: Ask) -> None:
    fault = ask("orders/", limit="1001", status=400)["errors"][0]
    assert (fault["parameter"], fault["code"]) == ("limit", "invalid_number")
    assert "from 1 to 1000" in fault["detail"]
    assert len(ask("orders/", limit="1000")["results"]) == 4


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "1e2", "ten", "٣", "1" * 10, " 1"])
def test_a_limit_is_a_number_within_bounds(ask: Ask, limit: str) -> None:
    assert ask("orders/", limit=limit, status=400)["errors"][0]["code"] == "invalid_number"


@pytest.mark.usefixtures("world")
def test_an_ordering_that_is_not_offered_is_refused_and_those_offered_are_listed(ask: Ask) -> None:
    fault = ask("orders/", ordering="dated", status=400)["errors"][0]
    assert fault["allowed"] == ["dated_on", "-dated_on", "slug", "-slug"]
    assert fault["did_you_mean"] == "dated_on"


@pytest.mark.usefixtures("world")
def test_rows_are_counted_only_where_it_is_asked(client: Client, ask: Ask) -> None:
    assert "count" not in ask("orders/")
    assert "count" not in ask("orders/", count="false")
    assert ask("orders/", count="true", limit="1")["count"] == 4
    assert ask("orders/", count="true", limit="1", kind="executive_order")["count"] == len(
        ask("orders/", kind="executive_order")["results"]
    )
    assert ask("timeline/", count="true")["count"] == ask("events/", count="true")["count"]
    following = ask("orders/", count="true", limit="1")["next"]
    assert client.get(following).json()["count"] == 4
    assert ask("orders/", count="1", status=400)["errors"][0]["allowed"] == ["true", "false"]
    with CaptureQueriesContext(connection) as without:
        ask("orders/")
    with CaptureQueriesContext(connection) as counted:
        ask("orders/", count="true")
    assert len(counted) == len(without) + 1


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", ["orders/", "timeline/", "notices/"])
def test_the_pages_around_are_named_in_the_header_too(client: Client, path: str) -> None:
    address = f"/api/v1/{path}?limit=1"
    pages = [client.get(address)]
    while following := pages[-1].json()["next"]:
        pages.append(client.get(following))
    for page in pages:
        links = dict(re.findall(r'<([^>]*)>; rel="(\w+)"', page["Link"]))
        body = page.json()
        expected = {f"http://testserver{address}": "first", body["previous"]: "prev", body["next"]: "next"}
        assert links == {where: relation for where, relation in expected.items() if where}


@pytest.mark.usefixtures("world")
def test_a_row_that_comes_in_meanwhile_moves_no_other(client: Client) -> None:
    address = "/api/v1/sources/?ordering=title&limit=1"
    expected = [row["slug"] for row in client.get("/api/v1/sources/?ordering=title").json()["results"]]
    slugs: list[str] = []
    following: str | None = address
    while following:
        page = client.get(following).json()
        slugs += [row["slug"] for row in page["results"]]
        following = page["next"]
        for title in ("!", "~", f"m {len(slugs)}"):
            slug = f"new-{len(slugs)}-{ord(title[0])}"
            Source.objects.create(
                slug=slug, kind=SourceKind.NEWS, title=title, state=State.PUBLISHED, rendering=f'{{"slug":"{slug}"}}'
            )
        if len(slugs) > 40:
            break
    assert [slug for slug in slugs if not slug.startswith("new-")] == expected
    assert len(set(slugs)) == len(slugs)


def cursor_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["cursor"][0]


@pytest.mark.usefixtures("world")
def test_links_are_whole_addresses_that_keep_the_question(ask: Ask) -> None:
    address = ask("orders/", limit="1", issuer="us-president", as_of="2015-01-01")["next"]
    assert address.startswith("http://testserver/api/v1/orders/?")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["limit"], asked["issuer"], asked["as_of"]) == (["1"], ["us-president"], ["2015-01-01"])


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("cursor", ["x", "x:y", "é", "WyJhIl0:abc", ":", "."])
def test_a_cursor_that_we_did_not_make_is_refused(ask: Ask, cursor: str) -> None:
    fault = ask("orders/", cursor=cursor, status=400)["errors"][0]
    assert (fault["parameter"], fault["code"]) == ("cursor", "invalid_cursor")


@pytest.mark.usefixtures("world")
def test_a_cursor_that_was_changed_is_refused(ask: Ask) -> None:
    cursor = cursor_of(ask("orders/", limit="1")["next"])
    changed = ("A" if cursor[3] != "A" else "B").join((cursor[:3], cursor[4:]))
    assert ask("orders/", cursor=changed, status=400)["errors"][0]["code"] == "invalid_cursor"


@pytest.mark.usefixtures("world")
def test_a_cursor_signed_for_something_else_is_refused(ask: Ask) -> None:
    cursor = Signer(salt="elsewhere").sign_object(["2016-01-16", "us-eo-13645", False, True])
    assert ask("orders/", cursor=cursor, status=400)["errors"][0]["code"] == "invalid_cursor"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("orders/", {"ordering": "slug"}),
        ("orders/", {"issuer": "us-president"}),
        ("orders/", {"as_of": "2015-01-01"}),
        ("agreements/", {}),
    ],
    ids=str,
)
def test_a_cursor_is_good_for_its_own_question_only(ask: Ask, path: str, other: dict[str, str]) -> None:
    cursor = cursor_of(ask("orders/", limit="1")["next"])
    assert ask(path, cursor=cursor, **other, status=400)["errors"][0]["code"] == "invalid_cursor"


@pytest.mark.usefixtures("world")
def test_a_cursor_is_good_with_any_limit_and_with_its_ordering_said_or_not(ask: Ask, client: Client) -> None:
    cursor = cursor_of(ask("orders/", limit="1")["next"])
    assert len(ask("orders/", cursor=cursor, limit="3")["results"]) == 3
    assert len(ask("orders/", cursor=cursor, ordering="-dated_on")["results"]) == 3
