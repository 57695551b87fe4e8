"""Attempts to sign in count for their address before a password or a code is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from sanctions.accounts import second_factor
from sanctions.exceptions import CodeRefused
from tests.factories.second_factors import give_factor
from tests.together import together

pytestmark = pytest.mark.django_db
PASSWORD = "eleven herons wade at dusk"
NOW = datetime(2025, 2, 7, 12, tzinfo=UTC)
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
MOST = 10


@pytest.fixture(autouse=True)
def hashed(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let ten attempts of an address fail; yield the passwords that are hashed."""
    settings.LIMITS_URL = f"sqlite://{tmp_path}/limits.sqlite3"
    settings.SIGN_IN_ATTEMPTS = MOST
    passwords: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(MD5PasswordHasher, name)

        def noted(self: Any, password: str, *given: Any, original: Any = original) -> Any:
            passwords.append(password)
            return original(self, password, *given)

        monkeypatch.setattr(MD5PasswordHasher, name, noted)
    User.objects.create_user("marie", password=PASSWORD, is_staff=True)
    passwords.clear()
    with time_machine.travel(NOW, tick=False):
        yield passwords


def log_in(username: str = "marie", password: str = "wrong", address: str = HERE, **headers: str) -> Any:
    data = {"username": username, "password": password}
    return Client().post("/admin/login/", data, REMOTE_ADDR=address, headers=headers)


def test_after_the_limit_no_password_is_hashed_whatever_the_name(hashed: list[str]) -> None:
    answers = [log_in(f"name-{number}") for number in range(60)]
    assert [answer.status_code for answer in answers] == [200] * MOST + [429] * (60 - MOST)
    # A password is hashed also for a name without an account, so that the duration reveals nothing.
    assert 0 < len(hashed) <= 2 * MOST
    done = len(hashed)
    refused = log_in(password=PASSWORD)
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    assert "no-store" in refused["Cache-Control"]
    assert "Try again in 15 minutes" in " ".join(refused.content.decode().split())
    assert len(hashed) == done


def test_what_is_refused_asks_the_database_nothing() -> None:
    for number in range(MOST):
        log_in(f"name-{number}")
    with CaptureQueriesContext(connection) as asked:
        assert log_in("another").status_code == 429
    assert len(asked) == 0


def test_other_addresses_are_not_affected() -> None:
    for number in range(MOST + 1):
        log_in(f"name-{number}")
    assert log_in(password=PASSWORD, address=ELSEWHERE).status_code == 302


def test_logins_that_succeed_do_not_count() -> None:
    assert {log_in(password=PASSWORD).status_code for _ in range(MOST + 5)} == {302}


def test_the_count_ends_with_the_time_of_the_lock() -> None:
    for number in range(MOST + 1):
        log_in(f"name-{number}")
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        assert log_in(password=PASSWORD).status_code == 302


def test_behind_a_proxy_the_address_is_that_which_the_proxy_names(settings: Settings) -> None:
    settings.PROXIES = 1
    for number in range(MOST + 1):
        log_in(f"name-{number}", x_forwarded_for=f"203.0.113.9, {HERE}")
    assert log_in(password=PASSWORD, x_forwarded_for=f"203.0.113.10, {HERE}").status_code == 429
    assert log_in(password=PASSWORD, x_forwarded_for=ELSEWHERE).status_code == 302


def test_without_a_limit_nothing_is_counted(settings: Settings) -> None:
    settings.SIGN_IN_ATTEMPTS = 0
    assert {log_in(f"name-{number}").status_code for number in range(MOST + 5)} == {200}


@pytest.mark.django_db(transaction=True)
def test_attempts_that_come_at_once_are_all_counted_before_any_is_hashed(hashed: list[str]) -> None:
    names = iter(range(3 * MOST))
    together(lambda: [log_in(f"name-{next(names)}") for _ in range(MOST)], 3)
    assert len(hashed) <= 2 * MOST


def test_codes_and_recovery_codes_count_with_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    give_factor(User.objects.get())
    looked_at: list[str] = []

    def verify(user: User, code: str) -> None:
        looked_at.append(code)
        raise CodeRefused("This code is not right, or it was used before.")

    monkeypatch.setattr(second_factor, "verify", verify)
    client = Client(REMOTE_ADDR=HERE)
    client.force_login(User.objects.get())
    codes = ["000000", "abcd-efgh-ijkl-mnop"] * MOST
    answers = [client.post("/admin/second-factor/verify/", {"code": code}).status_code for code in codes]
    assert answers == [200] * MOST + [429] * MOST
    assert looked_at == codes[:MOST]
    assert log_in(password=PASSWORD).status_code == 429
