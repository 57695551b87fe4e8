"""Failed logins lock an account for an address for a while, and reveal nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client, RequestFactory
from pytest_django import Settings

from sanctions.accounts.addresses import address_of, subscriber_of

pytestmark = pytest.mark.django_db
PASSWORD = "eleven herons wade at dusk"
NOW = datetime(2025, 2, 7, 12, tzinfo=UTC)
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def _account() -> None:
    for name in ("marie", "pierre"):
        User.objects.create_user(name, password=PASSWORD, is_staff=True)


def log_in(username: str = "marie", password: str = "wrong", address: str = HERE, **headers: str) -> Any:
    """Post the login form with a browser that has no cookies."""
    return Client().post(
        "/admin/login/", {"username": username, "password": password}, REMOTE_ADDR=address, headers=headers
    )


def fail(times: int, username: str = "marie", address: str = HERE, **headers: str) -> None:
    """Fail to log in."""
    for _ in range(times):
        log_in(username, address=address, **headers)


def test_the_fifth_failure_locks_even_the_right_password_out() -> None:
    fail(4)
    assert log_in().status_code == 429
    assert log_in(password=PASSWORD).status_code == 429


def test_four_failures_lock_no_account_and_a_login_forgets_them() -> None:
    fail(4)
    assert log_in(password=PASSWORD).status_code == 302
    fail(4)
    assert log_in(password=PASSWORD).status_code == 302


@pytest.mark.parametrize(("username", "address"), [("marie", ELSEWHERE), ("pierre", HERE), ("pierre", ELSEWHERE)])
def test_another_address_and_another_account_stay_open(username: str, address: str) -> None:
    fail(5)
    assert log_in(username, PASSWORD, address).status_code == 302


def test_the_lock_ends_at_the_time_that_the_page_showed() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        fail(4)
        clock.shift(60)
        answer = log_in()
        assert answer.headers["Retry-After"] == "900"
        text = " ".join(answer.content.decode().split())
        assert "Try again in 15 minutes" in text
        assert "at 12:16:00 UTC" in text
        clock.shift(600)
        assert log_in(password=PASSWORD).headers["Retry-After"] == "300"
        clock.shift(299)
        assert log_in(password=PASSWORD).headers["Retry-After"] == "1"
        clock.shift(2)
        assert log_in(password=PASSWORD).status_code == 302


def test_failures_of_several_browsers_count_together_and_end_one_by_one() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        fail(2, user_agent="one")
        clock.shift(300)
        fail(2, user_agent="two")
        assert log_in(user_agent="three").headers["Retry-After"] == "600"
        clock.shift(601)
        assert log_in(password=PASSWORD, user_agent="four").status_code == 302


def test_limits_are_those_of_the_settings(settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    fail(1)
    assert log_in().status_code == 429


def test_the_page_is_the_same_whether_the_account_exists(settings: Settings) -> None:
    User.objects.create_user("disabled", is_active=False)
    User.objects.create_user("outsider", is_staff=False)
    pages = set()
    with time_machine.travel(NOW, tick=False):
        for name in ("marie", "nobody", "disabled", "outsider"):
            fail(5, name)
            answer = log_in(name, PASSWORD)
            assert answer.status_code == 429
            pages.add(re.sub(r'nonce="[^"]*"|csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode()))
            assert name not in answer.content.decode()
    assert len(pages) == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP"])
def test_an_address_that_a_client_claims_is_not_believed(settings: Settings, header: str) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for place in range(5):
        log_in(**{header: f"198.51.100.{place}"})
    assert log_in(password=PASSWORD, **{header: "198.51.100.99"}).status_code == 429


@pytest.mark.parametrize(
    ("proxies", "header", "believed"),
    [
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "unknown", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_of_what_is_forwarded_only_what_our_own_proxies_wrote_is_believed(
    settings: Settings, proxies: int, header: str, believed: str
) -> None:
    settings.PROXIES = proxies
    assert address_of(RequestFactory().get("/", headers={"x-forwarded-for": header})) == believed


def test_addresses_of_one_ipv6_network_count_together() -> None:
    for place in range(5):
        log_in(address=f"2001:db8:1:1::{place}")
    assert log_in(password=PASSWORD, address="2001:db8:1:1:ffff::9").status_code == 429
    assert log_in(password=PASSWORD, address="2001:db8:1:2::9").status_code == 302


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::"),
        ("fe80::1%eth0", "fe80::"),
        ("", None),
        ("/run/web.sock", None),
    ],
)
def test_what_a_failure_counts_for(given: str, counted: str | None) -> None:
    assert subscriber_of(RequestFactory().get("/", REMOTE_ADDR=given)) == counted


def test_without_an_address_failures_count_all_the_same() -> None:
    fail(5, address="")
    assert log_in(password=PASSWORD, address="").status_code == 429


@pytest.mark.parametrize(
    "username", ["", "\0", "a" * 5_000, "marie\0", "'; --", "ماری", "😀"], ids=lambda name: ascii(name[:20])
)
def test_whatever_is_typed_as_a_name_is_answered(username: str) -> None:
    for _ in range(6):
        assert log_in(username).status_code in (200, 429)


def test_a_name_that_is_too_long_locks_no_account_that_it_begins_with() -> None:
    User.objects.create_user("m" * 150, password=PASSWORD, is_staff=True)
    fail(5, "m" * 300)
    assert log_in("m" * 300).status_code == 429
    assert log_in("m" * 150, PASSWORD).status_code == 302


def test_no_password_is_kept_of_a_failure_and_no_name_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    log_in(password="my-real-password-elsewhere")
    kept = AccessAttempt.objects.values().get()
    assert "my-real-password-elsewhere" not in str(kept)
    assert HERE in caplog.text
    assert "marie" not in caplog.text


def test_a_locked_account_keeps_the_session_it_has() -> None:
    client = Client(REMOTE_ADDR=HERE)
    client.force_login(User.objects.get(username="marie"))
    fail(6)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "command", [["axes_reset"], ["axes_reset_username", "marie"], ["axes_reset_ip_username", HERE, "marie"]]
)
def test_an_operator_unlocks(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    fail(5)
    call_command(*command)
    assert "1 attempts removed" in capsys.readouterr().out
    assert log_in(password=PASSWORD).status_code == 302


def test_the_page_has_the_policy_of_the_admin_and_is_not_kept() -> None:
    fail(4)
    answer = log_in()
    assert "'unsafe-eval'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
