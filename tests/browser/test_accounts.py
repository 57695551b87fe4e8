"""Signing in with a browser: a second factor is set up, asked for and taken; every page keeps its policy."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, User
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.conftest import PASSWORD, Open, Watch, log_in, screens
from tests.factories.second_factors import code_of, give_factor, key_of
from tests.factories.sources import make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NO_CODE = re.compile(r"was used before")


@pytest.fixture(autouse=True)
def _marie(settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    user = User.objects.create_user(username="marie", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="reviewer"))


def fits(page: Page) -> None:
    """Nothing of the page lies outside its width."""
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url


@pytest.mark.parametrize(("dark", "width"), screens(1280, 400))
def test_a_reviewer_sets_up_a_second_factor_logs_out_and_comes_back_with_a_code(
    new_page: Open, dark: bool, width: int
) -> None:
    source = make_source("federal-register", title="Federal Register")
    page = new_page(dark=dark, width=width)
    log_in(page, "marie")
    expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    fits(page)
    key = key_of(page.locator("#secret").inner_text())
    page.goto("/admin/sanctions/source/")
    page.wait_for_url("**/second-factor/enrol/**")
    assert key_of(page.locator("#secret").inner_text()) == key
    page.get_by_label("Six digits").fill(code_of(key))
    page.get_by_role("button", name="Set up").click()
    codes = page.locator(".recovery-codes li")
    expect(codes).to_have_count(10)
    fits(page)
    recovery = codes.first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/admin/sanctions/source/")
    for path in ("", f"sanctions/source/{source.pk}/change/", "second-factor/"):
        page.goto(f"/admin/{path}", wait_until="networkidle")
        fits(page)

    page.context.clear_cookies()
    log_in(page, "marie")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    fits(page)
    TOTPDevice.objects.update(last_t=-1, drift=0)  # As if the code of now had not been used.
    page.get_by_label("Code").fill(code_of(key))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/admin/")

    page.context.clear_cookies()
    log_in(page, "marie")
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("You used a recovery code. 9 are left.")).to_be_visible()


def test_a_code_that_was_used_is_refused_in_words_and_logging_out_is_possible(new_page: Open) -> None:
    user = User.objects.get()
    _, codes = give_factor(user)
    page = new_page()
    for taken in (True, False):
        page.context.clear_cookies()
        log_in(page, "marie")
        page.get_by_label("Code").fill(codes[0])
        page.get_by_role("button", name="Go on").click()
        if taken:
            page.wait_for_url("**/admin/")
    expect(page.get_by_role("alert")).to_have_text(NO_CODE)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You have been successfully logged out")).to_be_visible()


@pytest.mark.parametrize(("dark", "width"), screens(1280, 400))
def test_five_failures_show_how_long_it_is_locked(new_page: Open, watch: Watch, dark: bool, width: int) -> None:
    page = new_page(dark=dark, width=width)
    page.goto("/admin/login/")
    for _ in range(5):
        page.get_by_label("Username").fill("marie")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_load_state("networkidle")
    expect(page.get_by_role("alert")).to_contain_text("Try again in 15 minutes")
    fits(page)
    assert watch.faults
    assert all("429" in fault for fault in watch.faults), "The status is the only fault."
    watch.faults.clear()


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/orders/", "/api/v1/docs/"])
def test_pages_of_readers_keep_the_strict_policy(new_page: Open, path: str) -> None:
    page = new_page()
    answer = page.goto(path, wait_until="networkidle")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "default-src 'self'" in policy


def test_an_administrator_resets_a_second_factor(new_page: Open) -> None:
    give_factor(User.objects.get(username="marie"))
    User.objects.create_superuser("root", password=PASSWORD)
    page = new_page()
    log_in(page, "root")
    key = key_of(page.locator("#secret").inner_text())
    page.get_by_label("Six digits").fill(code_of(key))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("link", name="I have kept them").click()
    page.goto("/admin/auth/user/", wait_until="networkidle")
    page.get_by_role("link", name="marie").click()
    page.get_by_role("link", name="Reset second factor").click()
    page.get_by_role("button", name="Reset the second factor").click()
    expect(page.get_by_text("The second factor of marie is reset.")).to_be_visible()
