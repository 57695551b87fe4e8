"""The second factor in the admin: its pages do what they say."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from sanctions.accounts import second_factor
from sanctions.admin.accounts.second_factor import qr_code
from tests.factories.second_factors import code_of, give_factor, key_of, signed_in, verify_session, wrong_code_of
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
ENROL, VERIFY, OVERVIEW = "/admin/second-factor/enrol/", "/admin/second-factor/verify/", "/admin/second-factor/"
NOW = "2025-02-07T12:00:00Z"


@pytest.fixture
def _required(settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"


# --- Setting up ---------------------------------------------------------------------------------


def secret_shown(client: Client) -> str:
    """Return the secret that the page shows, hexadecimal."""
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', client.get(ENROL).content.decode())
    assert found is not None
    return key_of(found[1])


@pytest.mark.usefixtures("_required")
def test_setting_up_shows_recovery_codes_once_and_opens_the_admin() -> None:
    client, user = signed_in("reviewer")
    before = client.session.session_key
    answer = client.post(ENROL, {"code": code_of(secret_shown(client)), "next": "/admin/sanctions/order/"})
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code></li>", answer.content.decode())
    assert len(codes) == second_factor.RECOVERY_CODES
    assert "no-store" in answer.headers["Cache-Control"]
    assert 'href="/admin/sanctions/order/"' in answer.content.decode()
    assert client.get("/admin/").status_code == 200
    assert client.session.session_key != before
    assert "second_factor_key" not in client.session
    assert not any(code in client.get(OVERVIEW).content.decode() for code in codes)
    second_factor.verify(user, codes[0])


def test_the_page_shows_the_same_secret_until_the_app_has_it() -> None:
    client, _ = signed_in("reviewer")
    assert secret_shown(client) == secret_shown(client)


def test_the_secret_is_one_of_the_session() -> None:
    """Who signed in before with a stolen password must not know what the owner's app holds."""
    thief, user = signed_in("reviewer")
    owner = Client()
    owner.force_login(user)
    assert secret_shown(thief) != secret_shown(owner)


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "\0", "x" * 5_000, "<script>"], ids=lambda code: repr(code[:20])
)
def test_a_wrong_code_sets_nothing_up_and_is_shown(code: str) -> None:
    client, user = signed_in("reviewer")
    secret_shown(client)
    answer = client.post(ENROL, {"code": code})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert not second_factor.has_factor(user)


def test_a_code_without_a_secret_sets_nothing_up() -> None:
    client, user = signed_in("reviewer")
    assert client.post(ENROL, {"code": "123456"}).status_code == 200
    assert not second_factor.has_factor(user)


def test_a_password_alone_sets_up_no_second_app() -> None:
    client, user = signed_in("reviewer")
    key = secret_shown(client)
    give_factor(user)
    assert client.post(ENROL, {"code": code_of(key)}).headers["Location"] == OVERVIEW
    assert TOTPDevice.objects.count() == 1
    assert client.get(OVERVIEW).headers["Location"].startswith(VERIFY)


def test_no_user_sets_up_a_second_factor_without_signing_in(client: Client) -> None:
    assert client.get(ENROL).headers["Location"].startswith("/admin/login/")
    outsider = make_user()
    client.force_login(outsider)
    assert client.get(ENROL).headers["Location"].startswith("/admin/login/")


def test_the_picture_is_drawn_here_and_holds_what_the_app_needs() -> None:
    client, user = signed_in("reviewer", name="marie@example.org")
    page = client.get(ENROL).content.decode()
    device = second_factor.device_of(user, client.session["second_factor_key"])
    assert f'<path d="{qr_code(device.config_url).path}"' in page
    assert device.config_url.startswith("otpauth://totp/Sanctions%20policy%3Amarie%40example.org?secret=")
    assert "issuer=Sanctions%20policy" in device.config_url


# --- Giving a code ------------------------------------------------------------------------------


def test_a_code_leads_on_to_where_one_wanted_to_go() -> None:
    client, user = signed_in("reviewer")
    key, _ = give_factor(user)
    wanted = client.get("/admin/sanctions/order/?state__exact=draft").headers["Location"]
    page = client.get(wanted).content.decode()
    assert 'value="/admin/sanctions/order/?state__exact=draft"' in page
    before = client.session.session_key
    answer = client.post(VERIFY, {"code": code_of(key), "next": "/admin/sanctions/order/?state__exact=draft"})
    assert answer.headers["Location"] == "/admin/sanctions/order/?state__exact=draft"
    assert client.session.session_key != before
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("foreign", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil", ""])
def test_a_code_leads_nowhere_else(foreign: str) -> None:
    client, user = signed_in("reviewer")
    key, _ = give_factor(user)
    assert client.post(VERIFY, {"code": code_of(key), "next": foreign}).headers["Location"] == "/admin/"


def test_a_code_that_was_used_opens_no_other_session() -> None:
    client, user = signed_in("reviewer")
    key, _ = give_factor(user)
    other = Client()
    other.force_login(user)
    with time_machine.travel(NOW, tick=False):
        assert client.post(VERIFY, {"code": code_of(key)}).status_code == 302
        answer = other.post(VERIFY, {"code": code_of(key)})
    assert "used before" in answer.content.decode()
    assert other.get("/admin/").status_code == 302


def test_too_many_wrong_codes_are_answered_with_how_long_to_wait(caplog: pytest.LogCaptureFixture) -> None:
    client, user = signed_in("reviewer", name="marie")
    key, _ = give_factor(user)
    with time_machine.travel(NOW, tick=False) as clock, caplog.at_level(logging.WARNING, "sanctions"):
        for seconds in (1, 2, 4):
            assert client.post(VERIFY, {"code": wrong_code_of(key)}).status_code == 200
            answer = client.post(VERIFY, {"code": code_of(key)})
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(seconds))
            clock.shift(seconds)
        assert client.post(VERIFY, {"code": code_of(key)}).status_code == 302
    assert "Second factor of marie from 127.0.0.1: This code is not right" in caplog.text


def test_a_recovery_code_opens_once_and_shows_how_many_are_left(caplog: pytest.LogCaptureFixture) -> None:
    client, user = signed_in("reviewer", name="marie")
    _, codes = give_factor(user)
    with caplog.at_level(logging.WARNING, "sanctions"):
        assert client.post(VERIFY, {"code": codes[0]}).status_code == 302
    assert "You used a recovery code. 9 are left." in client.get("/admin/").content.decode()
    assert "marie used a recovery code from 127.0.0.1." in caplog.text
    other = Client()
    other.force_login(user)
    assert other.post(VERIFY, {"code": codes[0]}).status_code == 200


def test_who_has_none_is_asked_for_no_code() -> None:
    client, _ = signed_in("reviewer")
    assert client.get(VERIFY).headers["Location"] == "/admin/"


@pytest.mark.parametrize("address", [ENROL, VERIFY, OVERVIEW])
def test_a_post_without_its_token_is_refused(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    user = make_user("reviewer")
    client.force_login(user)
    assert client.post(address, {"code": "123456"}).status_code == 403


# --- One's own page -----------------------------------------------------------------------------


@pytest.fixture
def marie() -> tuple[Client, User, str, list[str]]:
    """Return a verified session, whose it is, the secret and the recovery codes."""
    client, user = signed_in("reviewer", name="marie")
    key, codes = give_factor(user)
    verify_session(client, user)
    return client, user, key, codes


Verified = tuple[Client, User, str, list[str]]


def test_new_recovery_codes_cost_a_code(marie: Verified) -> None:
    client, _user, key, old = marie
    assert "10 recovery codes left" in client.get(OVERVIEW).content.decode()
    answer = client.post(OVERVIEW, {"code": code_of(key), "act": "renew"})
    new = re.findall(r"<li><code>([a-z2-7-]{19})</code></li>", answer.content.decode())
    assert len(new) == second_factor.RECOVERY_CODES
    assert not set(new) & set(old)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("act", ["renew", "remove"])
def test_without_a_code_nothing_is_renewed_or_removed(marie: Verified, act: str) -> None:
    client, user, key, codes = marie
    answer = client.post(OVERVIEW, {"code": wrong_code_of(key), "act": act})
    assert 'role="alert"' in answer.content.decode()
    assert second_factor.has_factor(user)
    second_factor.verify(user, codes[0])


@pytest.mark.usefixtures("_required")
def test_who_removes_it_sets_up_another(marie: Verified) -> None:
    client, user, key, _ = marie
    client.post(OVERVIEW, {"code": code_of(key), "act": "remove"})
    assert not second_factor.has_factor(user)
    assert client.get("/admin/").headers["Location"].startswith(ENROL)


# --- Of other users ----------------------------------------------------------------------------


def reset_address(user: User) -> str:
    return reverse("admin:auth_user_reset_second_factor", args=[user.pk])


def test_an_administrator_resets_a_second_factor_and_it_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    theirs, user = signed_in("reviewer", name="marie")
    give_factor(user)
    verify_session(theirs, user)
    client, _ = signed_in("administrator", name="pierre")
    page = client.get(f"/admin/auth/user/{user.pk}/change/").content.decode()
    assert reset_address(user) in page
    assert "Do it only when you know" in client.get(reset_address(user)).content.decode()
    assert second_factor.has_factor(user)
    with caplog.at_level(logging.WARNING, "sanctions"):
        assert client.post(reset_address(user)).status_code == 302
    assert not second_factor.has_factor(user)
    assert theirs.get("/admin/").headers["Location"].startswith("/admin/login/")
    entry = AdminLogEntry.objects.get()
    assert (entry.user.get_username(), entry.object_repr, entry.change_message) == (
        "pierre",
        "marie",
        "Reset the second factor.",
    )
    assert "pierre reset the second factor of marie from 127.0.0.1." in caplog.text
    assert "has no second factor" in client.post(reset_address(user)).content.decode()


@pytest.mark.parametrize(
    ("by", "of", "allowed"),
    [
        ("curator", "reviewer", False),
        ("reviewer", "curator", False),
        ("administrator", "curator", True),
        ("administrator", "administrator", True),
        ("administrator", "superuser", False),
        ("superuser", "superuser", True),
        ("superuser", "administrator", True),
    ],
)
def test_who_may_reset_whose(by: str, of: str, allowed: bool) -> None:
    def account(kind: str, name: str) -> User:
        return User.objects.create_superuser(name) if kind == "superuser" else make_user(kind, name=name)

    user = account(of, "marie")
    give_factor(user)
    client = Client()
    client.force_login(account(by, "pierre"))
    assert client.post(reset_address(user)).status_code == (302 if allowed else 403)
    assert second_factor.has_factor(user) is not allowed


def test_ones_own_is_not_reset_without_a_code(marie: Verified) -> None:
    client, user, _, _ = marie
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    assert client.post(reset_address(user)).status_code == 403
    assert second_factor.has_factor(user)


def test_an_unknown_user_has_nothing_to_reset(admin_client: Client) -> None:
    assert admin_client.get("/admin/auth/user/999999/reset-second-factor/").status_code == 302


def test_the_list_shows_who_has_one_with_one_query(admin_client: Client) -> None:
    give_factor(make_user("reviewer", name="marie"))
    admin_client.get("/admin/auth/user/")
    with CaptureQueriesContext(connection) as few:
        page = admin_client.get("/admin/auth/user/").content.decode()
    assert "Second factor" in page
    for _ in range(10):
        give_factor(make_user("reviewer"))
    with CaptureQueriesContext(connection) as many:
        admin_client.get("/admin/auth/user/")
    assert len(many) == len(few)


def test_secrets_have_no_pages(admin_client: Client) -> None:
    for model in ("otp_totp/totpdevice", "otp_static/staticdevice", "axes/accessattempt"):
        assert admin_client.get(f"/admin/{model}/").status_code == 404


# --- Who may change accounts --------------------------------------------------------------------


def managing() -> Client:
    """Return a client signed in as a user who may change accounts but is not a superuser."""
    client, user = signed_in("administrator", name="pierre")
    user.user_permissions.add(*user_permissions("change_user", "add_user", "delete_user"))
    return client


def user_permissions(*codenames: str) -> Any:
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    return Permission.objects.filter(codename__in=codenames)


def test_no_user_becomes_a_superuser_by_themselves() -> None:
    client, pierre = managing(), User.objects.get(username="pierre")
    form = {
        "username": "pierre",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "date_joined_0": "2025-01-01",
        "date_joined_1": "00:00:00",
        "user_permissions": [permission.pk for permission in user_permissions("delete_order")],
    }
    assert client.post(f"/admin/auth/user/{pierre.pk}/change/", form).status_code == 302
    pierre = User.objects.get(pk=pierre.pk)
    assert not pierre.is_superuser
    assert not pierre.user_permissions.filter(codename="delete_order").exists()


@pytest.mark.parametrize("page", ["change", "password", "delete"])
def test_only_superusers_change_superusers(page: str) -> None:
    client, root = managing(), User.objects.create_superuser("root")
    form = {"username": "hacked", "password1": "x", "password2": "x", "post": "yes"}
    assert client.post(f"/admin/auth/user/{root.pk}/{page}/", form).status_code == 403
    assert User.objects.filter(username="root").exists()


def test_the_test_environment_leaves_it_optional() -> None:
    assert django_settings.SECOND_FACTOR == "optional"
