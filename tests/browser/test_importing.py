"""A list from its file to its report, as people do it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User

from sanctions.models import Actor, Import
from tests.browser.conftest import PASSWORD, Open, screens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = (
    '1,"TESTOV, Ada","individual","SYRIA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 31 Feb 1960."\r\n'
    '2,"ACME",-0- ,"SDGT] [SYRIA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
    "\x1a"
)


@pytest.fixture
def curator() -> User:
    user = User.objects.create_user("curator", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="curator"))
    return user


@pytest.mark.parametrize(("dark", "width"), screens(1280, 400))
def test_a_list_is_previewed_and_imported(
    open_as: Open, curator: User, tmp_path: Path, width: int, *, dark: bool
) -> None:
    file = tmp_path / "sdn.csv"
    file.write_text(ROWS, encoding="utf-8", newline="")
    page = open_as("curator", width=width, dark=dark)
    page.goto("/admin/sanctions/import/")
    page.goto("/admin/sanctions/import/begin/")
    page.get_by_label("Source").select_option("ofac-sdn")
    page.get_by_label("Files").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("alert").get_by_text("give it").wait_for()
    page.get_by_label("Source").select_option("ofac-sdn")
    page.get_by_label("Files").set_input_files(file)
    page.get_by_label("Day of the snapshot").fill("2024-05-01")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", name="What could not be read 1").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not Actor.objects.exists()

    # Of a long list the page asks how far it is. Here it gets no answer, and so stays where it is.
    page.route("**/progress/", lambda route: route.fulfill(json={"stage": "Writing", "done": 4000, "total": 19635}))
    page.route("**/preview/*/", lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="Import 9 records").click()
    page.get_by_text("Writing: 4,000 of 19,635").wait_for()
    bar = page.get_by_role("progressbar", name="Progress")
    assert bar.evaluate("bar => [bar.value, bar.max]") == [4000, 19635]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.unroute("**/preview/*/")
    page.reload()
    page.get_by_role("button", name="Import 9 records").click()
    page.wait_for_url("**/import/*/change/")
    page.get_by_role("heading", name="What it did").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert Import.objects.get().report["entries"] == 2
    assert Actor.objects.filter(slug="testov-ada-ofac-1").exists()
