"""The second factor: who needs one, what is taken as one, and that nothing is taken twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from sanctions.accounts import second_factor
from sanctions.exceptions import CodeRefused, CodesThrottled
from tests.factories.second_factors import code_of, give_factor, wrong_code_of
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 2, 7, 12, tzinfo=UTC)


# --- Who needs one ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "needed"), [("", False), ("curator", False), ("reviewer", True), ("administrator", True)]
)
def test_who_may_publish_needs_a_second_factor(group: str, needed: bool) -> None:
    assert second_factor.needs_factor(make_user(*([group] if group else []))) is needed


def test_a_superuser_needs_a_second_factor() -> None:
    assert second_factor.needs_factor(User.objects.create_superuser("root"))


@pytest.mark.parametrize("codename", ["publish_source", "change_user", "add_user", "delete_totpdevice", "change_group"])
def test_one_permission_to_publish_or_over_accounts_is_enough_to_need_one(codename: str) -> None:
    user = make_user("curator")
    user.user_permissions.add(Permission.objects.get(codename=codename))
    assert second_factor.needs_factor(user)


def test_an_administrator_may_see_accounts_and_reset_their_second_factors() -> None:
    permissions = set(Group.objects.get(name="administrator").permissions.values_list("codename", flat=True))
    assert {"view_user", "delete_totpdevice"} <= permissions
    assert "change_user" not in permissions


# --- Setting up ---------------------------------------------------------------------------------


def test_the_code_of_the_app_sets_it_up() -> None:
    user, key = make_user("reviewer"), second_factor.new_key()
    device, codes = second_factor.enrol(user, key, code_of(key, NOW), NOW)
    assert TOTPDevice.objects.get(user=user, confirmed=True) == device
    assert len(set(codes)) == second_factor.RECOVERY_CODES == second_factor.recovery_codes_left(user)


@pytest.mark.parametrize(
    "code",
    ["", " ", "12345", "1234567", "abcdef", "１２３４５６", "12345\0", "-12345", "1e5", "9" * 10_000, "0x1234"],
    ids=lambda code: repr(code[:20]),
)
def test_what_is_no_code_sets_nothing_up(code: str) -> None:
    with pytest.raises(CodeRefused, match="Give the six digits"):
        second_factor.enrol(make_user("reviewer"), second_factor.new_key(), code, NOW)
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()


@pytest.mark.parametrize(
    "code", ["", "12345", "x" * 16, "a2" * 9, "12345\0", "\ud800", "9" * 10_000], ids=lambda code: ascii(code[:20])
)
def test_what_is_no_code_lets_nobody_in_and_makes_nobody_wait(code: str) -> None:
    user = make_user("reviewer")
    give_factor(user)
    with pytest.raises(CodeRefused):
        second_factor.verify(user, code)
    assert TOTPDevice.objects.get().throttling_failure_count == 0


def test_the_code_of_another_secret_sets_nothing_up() -> None:
    key = second_factor.new_key()
    with pytest.raises(CodeRefused, match="not the code"):
        second_factor.enrol(make_user("reviewer"), key, wrong_code_of(key, NOW), NOW)
    assert not TOTPDevice.objects.exists()


def test_a_code_of_an_hour_ago_sets_nothing_up() -> None:
    key = "3132333435363738393031323334353637383930"
    with pytest.raises(CodeRefused, match="not the code"):
        second_factor.enrol(make_user(), key, code_of(key, NOW - timedelta(hours=1)), NOW)


def test_a_second_app_is_not_set_up_beside_the_first() -> None:
    user, key = make_user("reviewer"), second_factor.new_key()
    give_factor(user)
    before = set(StaticToken.objects.values_list("token", flat=True))
    with pytest.raises(CodeRefused, match="already"):
        second_factor.enrol(user, key, code_of(key, NOW), NOW)
    assert TOTPDevice.objects.count() == 1
    assert set(StaticToken.objects.values_list("token", flat=True)) == before


# --- Codes --------------------------------------------------------------------------------------


def test_the_code_that_set_it_up_is_used() -> None:
    user, key = make_user("reviewer"), second_factor.new_key()
    with time_machine.travel(NOW, tick=False):
        second_factor.enrol(user, key, code_of(key, NOW), NOW)
        with pytest.raises(CodeRefused):
            second_factor.verify(user, code_of(key, NOW))


def test_a_code_is_taken_once() -> None:
    user = make_user("reviewer")
    key, _ = give_factor(user)
    with time_machine.travel(NOW, tick=False):
        assert isinstance(second_factor.verify(user, code_of(key, NOW)), TOTPDevice)
        with pytest.raises(CodeRefused, match="used before"):
            second_factor.verify(user, code_of(key, NOW))


@pytest.mark.parametrize("written", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_a_code_may_be_written_in_groups(written: str) -> None:
    user = make_user("reviewer")
    key, _ = give_factor(user)
    with time_machine.travel(NOW, tick=False):
        code = code_of(key, NOW)
        assert isinstance(second_factor.verify(user, written.format(code[:3], code[3:])), TOTPDevice)


def test_the_code_of_somebody_else_is_not_taken() -> None:
    account, other = make_user("reviewer"), make_user("reviewer")
    give_factor(account, key="11" * 20)
    key, codes = give_factor(other, key="22" * 20)
    with time_machine.travel(NOW, tick=False):
        for code in (code_of(key, NOW), codes[0]):
            with pytest.raises(CodeRefused):
                second_factor.verify(account, code)
    assert second_factor.recovery_codes_left(other) == second_factor.RECOVERY_CODES


def test_wrong_codes_make_wait_longer_and_longer_and_a_right_one_ends_it() -> None:
    user = make_user("reviewer")
    key, _ = give_factor(user)
    with time_machine.travel(NOW, tick=False) as clock:
        for seconds in (1, 2, 4, 8):
            with pytest.raises(CodeRefused):
                second_factor.verify(user, wrong_code_of(key))
            with pytest.raises(CodesThrottled) as told:
                second_factor.verify(user, code_of(key))
            assert told.value.until == datetime.now(UTC) + timedelta(seconds=seconds)
            clock.shift(seconds)
        assert second_factor.verify(user, code_of(key)) == TOTPDevice.objects.get(user=user)
        assert TOTPDevice.objects.get(user=user).throttling_failure_count == 0


def test_wrong_codes_of_the_app_leave_the_recovery_codes_open() -> None:
    user = make_user("reviewer")
    key, codes = give_factor(user)
    with time_machine.travel(NOW, tick=False):
        with pytest.raises(CodeRefused):
            second_factor.verify(user, wrong_code_of(key))
        assert isinstance(second_factor.verify(user, codes[0]), StaticDevice)


def test_a_recovery_code_is_taken_once_in_any_writing() -> None:
    user = make_user("reviewer")
    _, codes = give_factor(user)
    assert isinstance(second_factor.verify(user, codes[3].upper().replace("-", " ")), StaticDevice)
    assert second_factor.recovery_codes_left(user) == second_factor.RECOVERY_CODES - 1
    with pytest.raises(CodeRefused):
        second_factor.verify(user, codes[3])


def test_recovery_codes_are_not_stored_as_they_are() -> None:
    user = make_user("reviewer")
    _, codes = give_factor(user)
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert len(stored) == second_factor.RECOVERY_CODES
    assert not stored & {code.replace("-", "") for code in codes}


def test_what_is_stored_of_a_recovery_code_is_no_code() -> None:
    user = make_user("reviewer")
    give_factor(user)
    with pytest.raises(CodeRefused):
        second_factor.verify(user, StaticToken.objects.all()[0].token)


def test_new_recovery_codes_take_the_place_of_the_old() -> None:
    user = make_user("reviewer")
    _, old = give_factor(user)
    new = second_factor.renew_recovery_codes(user)
    assert not set(old) & set(new)
    assert second_factor.recovery_codes_left(user) == second_factor.RECOVERY_CODES
    with pytest.raises(CodeRefused):
        second_factor.verify(user, old[0])


def test_removing_takes_app_and_recovery_codes() -> None:
    user = make_user("reviewer")
    give_factor(user)
    assert second_factor.remove(user)
    assert not second_factor.has_factor(user)
    assert second_factor.recovery_codes_left(user) == 0
    assert not second_factor.remove(user)


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_sent_several_times_at_once_is_taken_once() -> None:
    user = make_user("reviewer")
    _, codes = give_factor(user)

    def send(_: int) -> bool:
        try:
            second_factor.verify(user, codes[0])
        except (CodeRefused, CodesThrottled):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(send, range(4))) == 1
