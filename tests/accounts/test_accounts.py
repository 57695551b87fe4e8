"""Passwords, sessions and cookies: what is strong enough, how it is kept, and what ends a session."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from sanctions.accounts import second_factor
from sanctions.accounts.checks import second_factor_is_required
from sanctions.accounts.sessions import end_sessions
from tests.factories.second_factors import give_factor
from tests.factories.users import make_user
from tests.interpreters import SAFE, python, refusal, setting

PASSWORD = "eleven herons wade at dusk"
HASHERS = [
    "sanctions.accounts.hashers.BoundedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]


# --- Passwords ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("marie-curie-1", "password_too_similar"),
        ("marie.curie@example.org", "password_too_similar"),
        ("1q2w3e4r5t6y", "password_too_common"),
        ("739105628401", "password_entirely_numeric"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    user = User(username="marie-curie", email="marie.curie@example.org")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    assert code in {error.code for error in refused.value.error_list}


def test_a_long_sentence_is_a_good_password() -> None:
    validate_password(PASSWORD, User(username="marie-curie"))


@pytest.mark.parametrize("environment", ["production", "development"])
def test_passwords_are_kept_as_argon2(environment: str) -> None:
    assert setting("PASSWORD_HASHERS", SANCTIONS_ENV=environment, **SAFE) == HASHERS


@pytest.mark.django_db
def test_an_older_hash_becomes_argon2_when_its_owner_signs_in(settings: Settings, client: Client) -> None:
    settings.PASSWORD_HASHERS = HASHERS
    User.objects.create(username="marie", is_staff=True, password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    assert client.post("/admin/login/", {"username": "marie", "password": PASSWORD}).status_code == 302
    stored = User.objects.get(username="marie").password
    assert identify_hasher(stored).algorithm == "argon2"
    assert check_password(PASSWORD, stored)


# --- Sessions -----------------------------------------------------------------------------------


def sessions(user: User, number: int) -> list[Client]:
    """Return that many browsers in which somebody is signed in."""
    clients = [Client() for _ in range(number)]
    for client in clients:
        client.force_login(user)
    return clients


def let_in(client: Client) -> bool:
    """Whether the client sees the first page of the admin."""
    return client.get("/admin/").status_code == 200


def with_password(*groups: str) -> User:
    """Return somebody who can sign in through the form."""
    user = make_user(*groups)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.django_db
def test_changing_ones_password_ends_all_other_sessions() -> None:
    here, elsewhere = sessions(with_password("curator"), 2)
    new = "twelve herons wade at dawn"
    answer = here.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert answer.status_code == 302
    assert (let_in(here), let_in(elsewhere)) == (True, False)


@pytest.mark.django_db
def test_a_password_that_a_superuser_gives_ends_all_sessions(admin_client: Client) -> None:
    user = make_user("curator")
    (session,) = sessions(user, 1)
    answer = admin_client.post(
        f"/admin/auth/user/{user.pk}/password/",
        {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"},
    )
    assert answer.status_code == 302
    assert not let_in(session)


@pytest.mark.django_db
def test_disabling_an_account_ends_its_sessions_for_good(admin_client: Client) -> None:
    user, other = make_user("curator"), make_user("curator")
    (theirs,), (others,) = sessions(user, 1), sessions(other, 1)
    form = {"username": user.username, "is_staff": "on", "date_joined_0": "2025-01-01", "date_joined_1": "00:00:00"}
    answer = admin_client.post(f"/admin/auth/user/{user.pk}/change/", form)
    assert answer.status_code == 302
    assert not User.objects.get(pk=user.pk).is_active
    assert (let_in(theirs), let_in(others), let_in(admin_client)) == (False, True, True)
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert not let_in(theirs)


@pytest.mark.django_db
def test_sessions_of_an_account_are_told_from_all_others() -> None:
    user, other = make_user(), make_user()
    sessions(user, 2)
    sessions(other, 1)
    Session.objects.create(session_key="broken", session_data="no session", expire_date="2099-01-01T00:00:00Z")
    assert end_sessions(user) == 2
    assert Session.objects.count() == 2


# --- Cookies ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cookie", ["SESSION_COOKIE", "CSRF_COOKIE"])
def test_cookies_of_production_are_of_this_host_and_for_no_script(cookie: str) -> None:
    assert str(setting(f"{cookie}_NAME", **SAFE)).startswith("__Host-")
    assert setting(f"{cookie}_SECURE", **SAFE) is True
    assert setting(f"{cookie}_HTTPONLY", **SAFE) is True
    assert setting(f"{cookie}_SAMESITE", **SAFE) == "Lax"


def test_a_session_ends_with_the_browser_and_after_a_working_day() -> None:
    assert setting("SESSION_EXPIRE_AT_BROWSER_CLOSE", **SAFE) is True
    assert setting("SESSION_COOKIE_AGE", **SAFE) == 12 * 3600


@pytest.mark.django_db
def test_browsers_take_the_cookies_that_production_sends(settings: Settings, client: Client) -> None:
    """A cookie named __Host- must be secure, with the path / and without a domain."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    user = with_password("curator")
    client.get("/admin/login/", secure=True)
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD}, secure=True)
    for name in ("__Host-session", "__Host-csrf"):
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"], cookie["max-age"], cookie["expires"]) == ("/", "", "", "")


# --- Settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "default"), [("production", "required"), ("development", "optional"), ("test", "optional")]
)
def test_a_second_factor_is_required_in_production(environment: str, default: str) -> None:
    assert setting("SECOND_FACTOR", SANCTIONS_ENV=environment, **SAFE) == default


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECOND_FACTOR", "never", "SECOND_FACTOR must be one of required, optional, not 'never'."),
        ("LOGIN_FAILURES", "0", "LOGIN_FAILURES must be a whole number from 1 to 1000, not '0'."),
        ("LOGIN_FAILURES", "many", "LOGIN_FAILURES must be a whole number from 1 to 1000, not 'many'."),
        ("LOGIN_COOL_OFF", "-5", "LOGIN_COOL_OFF must be a whole number from 1 to 10080, not '-5'."),
        ("LOGIN_COOL_OFF", "9" * 5000, f"LOGIN_COOL_OFF must be a whole number from 1 to 10080, not '{'9' * 40}'."),
        ("LOGIN_COOL_OFF", "1.5", "LOGIN_COOL_OFF must be a whole number from 1 to 10080, not '1.5'."),
    ],
    ids=["word", "zero", "text", "negative", "huge", "fraction"],
)
def test_settings_that_are_not_allowed_are_refused(name: str, value: str, told: str) -> None:
    assert refusal(**SAFE, **{name: value}) == told


@pytest.mark.parametrize(
    ("production", "value", "warned"),
    [(True, "optional", True), (True, "required", False), (False, "optional", False)],
)
def test_the_deployment_check_warns_of_a_production_without_it(
    settings: Settings, production: bool, value: str, warned: bool
) -> None:
    settings.PRODUCTION, settings.SECOND_FACTOR = production, value
    assert [warning.id for warning in second_factor_is_required()] == (["sanctions.W001"] if warned else [])


def test_the_deployment_check_fails_where_a_password_is_enough() -> None:
    code = """
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])
"""
    environment = SAFE | {"DJANGO_SETTINGS_MODULE": "sanctions.settings", "SECOND_FACTOR": "optional"}
    answer = python(code, DATABASE_URL="sqlite://:memory:", **environment)
    assert answer.returncode != 0
    assert "sanctions.W001" in answer.stderr


# --- The command --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_command_resets_a_second_factor_and_signs_out(capsys: pytest.CaptureFixture[str]) -> None:
    user = make_user("administrator", name="root")
    give_factor(user)
    sessions(user, 1)
    call_command("reset_second_factor", "root")
    assert capsys.readouterr().out == "The second factor of root is reset.\n"
    assert not second_factor.has_factor(user)
    assert not Session.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "told"), [("nobody", "No account is named"), ("root", "has no second factor")])
def test_the_command_says_what_it_cannot_reset(name: str, told: str) -> None:
    make_user("administrator", name="root")
    with pytest.raises(CommandError, match=told):
        call_command("reset_second_factor", name)
