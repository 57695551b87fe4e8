"""Tokens: shown once, kept as digests, for so long and for so much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.test import Client

from sanctions.accounts import tokens
from sanctions.accounts.tokens import LONGEST_LIFE, MOST, issue_token, revoke_token, scopes_of, valid_token
from sanctions.exceptions import MoveRefused, NotPermitted
from sanctions.models import AccessToken
from sanctions.vocabulary import Scope
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_only_a_digest_of_the_secret_is_kept() -> None:
    token, secret = issue_token(make_user("curator"), "A program", Scope.DRAFT, 30, NOW)
    row = AccessToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    assert secret.startswith(row["beginning"])
    assert len(secret) - len(row["beginning"]) > 40
    assert valid_token(secret, NOW) == token


def test_a_token_is_taken_until_it_expires_or_is_revoked() -> None:
    token, secret = issue_token(make_user("curator"), "A program", Scope.DRAFT, 30, NOW)
    assert valid_token(secret, NOW + timedelta(days=30, seconds=-1)) == token
    assert valid_token(secret, NOW + timedelta(days=30)) is None
    revoke_token(token, NOW)
    assert valid_token(secret, NOW) is None
    revoke_token(token, NOW + timedelta(days=1))
    assert AccessToken.objects.get(pk=token.pk).revoked_at == NOW


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_the_token_of_an_account_that_may_not_sign_in_is_not_taken(lost: str) -> None:
    user = make_user("curator")
    _, secret = issue_token(user, "A program", Scope.DRAFT, 30, NOW)
    setattr(user, lost, False)
    user.save()
    assert valid_token(secret, NOW) is None


def test_another_secret_is_not_taken() -> None:
    _, secret = issue_token(make_user("curator"), "A program", Scope.DRAFT, 30, NOW)
    for other in ("", secret[:-1], secret + "a", secret.upper(), "sanctions_"):
        assert valid_token(other, NOW) is None


def test_the_day_of_the_last_use_is_noted_once_a_day(django_assert_num_queries: object) -> None:
    token, secret = issue_token(make_user("curator"), "A program", Scope.DRAFT, 30, NOW)
    with django_assert_num_queries(2):  # type: ignore[operator]
        valid_token(secret, NOW)
    with django_assert_num_queries(1):  # type: ignore[operator]
        valid_token(secret, NOW)
    assert AccessToken.objects.get(pk=token.pk).used_on == NOW.date()


def test_a_scope_is_for_those_who_may_do_what_it_is_for() -> None:
    assert scopes_of(make_user()) == []
    assert scopes_of(make_user("curator")) == [Scope.READ, Scope.DRAFT]
    assert scopes_of(make_user("reviewer")) == [Scope.READ, Scope.DRAFT, Scope.REVIEW]
    with pytest.raises(NotPermitted):
        issue_token(make_user("curator"), "A program", Scope.REVIEW, 30, NOW)


@pytest.mark.parametrize("days", [0, -1, LONGEST_LIFE + 1])
def test_no_token_is_taken_for_ever(days: int) -> None:
    with pytest.raises(MoveRefused, match="days"):
        issue_token(make_user("curator"), "A program", Scope.READ, days, NOW)


def test_an_account_has_so_many_tokens_at_most_and_revoked_ones_do_not_count() -> None:
    user = make_user("curator")
    made = [issue_token(user, f"Program {n}", Scope.READ, 30, NOW)[0] for n in range(MOST)]
    with pytest.raises(MoveRefused, match="An account can have"):
        issue_token(user, "One more", Scope.READ, 30, NOW)
    revoke_token(made[0], NOW)
    issue_token(user, "One more", Scope.READ, 30, NOW)


@pytest.mark.parametrize("name", ["", "a\x00b", "x" * 101])
def test_a_token_says_what_it_is_for(name: str) -> None:
    with pytest.raises(ValidationError):
        issue_token(make_user("curator"), name, Scope.READ, 30, NOW)
    assert not AccessToken.objects.exists()


def test_with_the_account_goes_the_token() -> None:
    user = make_user("curator")
    issue_token(user, "A program", Scope.READ, 30, NOW)
    user.delete()
    assert not AccessToken.objects.exists()


# --- The page -----------------------------------------------------------------------------------


def signed_in(*groups: str) -> Client:
    """Return a client of somebody who belongs to the groups."""
    client = Client()
    client.force_login(make_user(*groups))
    return client


def test_the_page_shows_a_secret_this_once() -> None:
    client = signed_in("curator")
    made = client.post("/admin/tokens/", {"name": "A program", "scope": "draft", "days": "30"})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    page = client.get("/admin/tokens/").content.decode()
    assert "A program" in page
    assert secret not in page


@pytest.mark.parametrize(
    "given",
    [
        {"name": "", "scope": "read", "days": "30"},
        {"name": "A", "scope": "review", "days": "30"},
        {"name": "A", "scope": "everything", "days": "30"},
        {"name": "A", "scope": "read", "days": "31"},
        {"name": "A\x00", "scope": "read", "days": "30"},
        {},
    ],
)
def test_what_is_not_offered_is_not_made(given: dict[str, str]) -> None:
    answer = signed_in("curator").post("/admin/tokens/", given)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not AccessToken.objects.exists()


def test_everybody_revokes_their_own_and_administrators_those_of_others() -> None:
    owner = make_user("curator")
    token, _ = issue_token(owner, "A program", Scope.READ, 30, datetime.now(UTC))
    assert signed_in("curator").post("/admin/tokens/", {"revoke": str(token.pk)}).status_code == 403
    assert signed_in("reviewer").post("/admin/tokens/", {"revoke": str(token.pk)}).status_code == 403
    assert "A program" not in signed_in("curator").get("/admin/tokens/").content.decode()
    token.refresh_from_db()
    assert token.revoked_at is None
    administrator = signed_in("administrator")
    assert "A program" in administrator.get("/admin/tokens/").content.decode()
    assert administrator.post("/admin/tokens/", {"revoke": str(token.pk)}).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.parametrize("key", ["", "x", "9" * 30, "-1", "0"])
def test_what_is_no_token_is_not_revoked(key: str) -> None:
    assert signed_in("administrator").post("/admin/tokens/", {"revoke": key}).status_code == 403


def test_the_page_is_for_the_desk() -> None:
    assert Client().get("/admin/tokens/").status_code == 302


def test_tokens_are_offered_to_nobody_without_permission() -> None:
    user = make_user("curator")
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="view_actor"))
    client = Client()
    client.force_login(user)
    assert [value for value, _ in client.get("/admin/tokens/").context["scopes"]] == ["read"]
    assert tokens.scopes_of(type(user).objects.get(pk=user.pk)) == [Scope.READ]
