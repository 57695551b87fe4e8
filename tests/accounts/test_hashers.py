"""Passwords are hashed in little memory, few at a time, and old hashes go on until their owner signs in."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from sanctions.accounts import hashers
from sanctions.accounts.hashers import AT_ONCE, BoundedArgon2PasswordHasher
from sanctions.exceptions import HashingBusy

PASSWORD = "eleven herons wade at dusk"


@pytest.fixture(autouse=True)
def _argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["sanctions.accounts.hashers.BoundedArgon2PasswordHasher"]


def test_a_hash_takes_19_mebibytes() -> None:
    assert make_password(PASSWORD).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.django_db
def test_a_hash_of_before_verifies_and_is_replaced_at_the_next_login() -> None:
    old = Argon2PasswordHasher().encode(PASSWORD, "saltsaltsaltsalt")
    assert "m=102400" in old
    User.objects.create(username="marie", password=old, is_staff=True)
    assert check_password(PASSWORD, old)
    answer = Client().post("/admin/login/", {"username": "marie", "password": PASSWORD})
    assert answer.status_code == 302
    assert "m=19456" in User.objects.get().password


def test_no_more_passwords_are_hashed_at_once_than_there_is_memory_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashers, "_WAIT", 0.05)
    inside, may_end = threading.Semaphore(0), threading.Event()

    def encode(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        inside.release()
        assert may_end.wait(30)
        return "hash"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    hasher = BoundedArgon2PasswordHasher()
    threads = [threading.Thread(target=hasher.encode, args=[PASSWORD, "salt"]) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert inside.acquire(timeout=10)
    with pytest.raises(HashingBusy):
        hasher.encode(PASSWORD, "salt")
    may_end.set()
    for thread in threads:
        thread.join()
    assert hasher.encode(PASSWORD, "salt") == "hash"


@pytest.mark.django_db
def test_a_login_that_finds_no_memory_is_asked_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*given: object) -> bool:
        raise HashingBusy

    monkeypatch.setattr(BoundedArgon2PasswordHasher, "encode", busy)
    refused = Client(raise_request_exception=False).post("/admin/login/", {"username": "a", "password": "b"})
    assert (refused.status_code, refused["Retry-After"]) == (503, "1")
