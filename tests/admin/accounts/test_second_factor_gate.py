"""The gate before the admin: nothing is open to a session that lacks its second factor."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from pytest_django import Settings

from sanctions.middleware import SecondFactorMiddleware
from tests.factories.second_factors import give_factor, signed_in, verify_session
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
ENROL, VERIFY = "/admin/second-factor/enrol/", "/admin/second-factor/verify/"


@pytest.fixture
def _required(settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"


def admin_addresses() -> Iterator[tuple[str, str]]:
    """Return the name and an address of everything below /admin/."""
    (root,) = (part for part in get_resolver().url_patterns if getattr(part, "app_name", "") == "admin")

    def below(part: URLPattern | URLResolver, before: str) -> Iterator[tuple[str, str]]:
        address = before + re.sub(r"<[^>]+>", "1", str(part.pattern))
        if isinstance(part, URLResolver):
            for each in part.url_patterns:
                yield from below(each, address)
        else:
            yield part.name or "", "/" + address

    for name, address in below(root, ""):
        path = address.replace(r"(?P1.*)$", "nowhere/").replace("^", "").replace("$", "")
        yield name, re.sub(r"\(.*?\)", "auth", path)


OPEN = {"login", "logout", "second_factor_enrol", "second_factor_verify"}
ADDRESSES = sorted({address for name, address in admin_addresses() if name not in OPEN})


def test_the_walk_finds_the_admin() -> None:
    assert len(ADDRESSES) > 80
    assert {"/admin/", "/admin/password_change/", "/admin/jsi18n/", "/admin/autocomplete/"} <= set(ADDRESSES)
    assert "/admin/sanctions/order/1/publish/" in ADDRESSES
    assert all("admin" in resolve(address).namespaces for address in ADDRESSES)


# --- The gate -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("enrolled", [False, True])
@pytest.mark.parametrize("group", ["reviewer", "administrator"])
def test_no_address_of_the_admin_opens_before_the_second_factor(group: str, enrolled: bool) -> None:
    client, user = signed_in(group)
    if enrolled:
        give_factor(user)
    page = VERIFY if enrolled else ENROL
    for address in [*ADDRESSES, "/admin/nowhere/", "/admin/sanctions/order/?q=x"]:
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, address
            assert answer.headers["Location"].startswith(f"{page}?next="), address


@pytest.mark.usefixtures("_required")
def test_a_superuser_is_led_to_set_up_a_second_factor() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    assert client.get("/admin/?x=1").headers["Location"] == f"{ENROL}?next=%2Fadmin%2F%3Fx%3D1"


@pytest.mark.usefixtures("_required")
def test_a_curator_works_without_one() -> None:
    client, _ = signed_in("curator")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("required", ["required", "optional"])
@pytest.mark.parametrize("group", ["curator", "reviewer"])
def test_users_with_a_factor_give_a_code_whether_they_need_it_or_not(
    settings: Settings, group: str, required: str
) -> None:
    settings.SECOND_FACTOR = required
    client, user = signed_in(group)
    give_factor(user)
    assert client.get("/admin/").headers["Location"].startswith(VERIFY)
    verify_session(client, user)
    assert client.get("/admin/").status_code == 200


def test_where_it_is_optional_a_reviewer_works_and_is_advised() -> None:
    client, user = signed_in("reviewer")
    assert "Set up a second factor" in client.get("/admin/").content.decode()
    give_factor(user)
    verify_session(client, user)
    assert "Set up a second factor" not in client.get("/admin/").content.decode()
    client, _ = signed_in("curator")
    assert "Set up a second factor" not in client.get("/admin/").content.decode()


@pytest.mark.usefixtures("_required")
def test_logging_out_is_open() -> None:
    client, _ = signed_in("reviewer")
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


@pytest.mark.usefixtures("_required")
def test_the_device_of_another_user_verifies_no_session() -> None:
    client, user = signed_in("reviewer")
    other = make_user("reviewer")
    give_factor(user)
    give_factor(other)
    verify_session(client, other)
    assert client.get("/admin/").headers["Location"].startswith(VERIFY)


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize(("verified", "who"), [(False, "anonymous"), (True, "user")])
def test_outside_the_admin_a_session_without_it_is_not_signed_in(client: Client, verified: bool, who: str) -> None:
    client, user = signed_in("reviewer")
    give_factor(user)
    if verified:
        verify_session(client, user)
    request = client.get("/healthz").wsgi_request
    assert request.user == (user if who == "user" else AnonymousUser())


def test_readers_of_the_api_cost_no_query() -> None:
    client, user = signed_in("reviewer")
    give_factor(user)
    with CaptureQueriesContext(connection) as captured:
        client.get("/api/v1/")
    assert not [query for query in captured if "otp_" in query["sql"] or "session" in query["sql"]]


def test_a_page_of_the_admin_costs_one_query() -> None:
    client, _ = signed_in("curator")
    client.get("/admin/sanctions/source/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/admin/sanctions/source/")
    assert len([query for query in captured if "otp_" in query["sql"]]) == 1


def test_an_address_without_a_view_is_passed_on() -> None:
    request = RequestFactory().get("/admin/")
    request.user = AnonymousUser()
    request.resolver_match = None

    def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse("reached")

    middleware = SecondFactorMiddleware(answer)
    assert middleware.process_view(request, answer, (), {}) is None
    assert middleware(request).status_code == 200
