"""A spreadsheet from the file to its undo, and many published at once, as people do it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User

from sanctions.editorial import moves
from sanctions.ledger.versions import Act
from sanctions.models import Order
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import State
from tests.browser.conftest import PASSWORD, Open, screens
from tests.factories.actors import make_actor
from tests.factories.acts import ACT
from tests.factories.orders import make_order
from tests.factories.sources import cite

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def administrator() -> User:
    user = User.objects.create_user("administrator", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="administrator"))
    return user


@pytest.mark.parametrize("width", [width for _, width in screens(1280, 400)])
def test_a_file_is_previewed_imported_and_undone(
    open_as: Open, administrator: User, tmp_path: Path, width: int
) -> None:
    document = {"slug": "us", "kind": "state", "name": "United States"}
    moves.create(BY_NAME["actor"], document, Act(ACT.at, administrator))
    file = tmp_path / "orders.csv"
    file.write_text(
        "slug,kind,title,issuer,geographic_scope\nnew-1,statute,=1+1,us,country\nbad-1,decree,B,us,country\n"
    )
    page = open_as("administrator", width=width)
    page.goto("/admin/sanctions/order/import/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", name="Faults 1").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_label("Reason").fill("From the register.")
    page.get_by_label("Leave out the faulty records").check()
    page.get_by_role("button", name="Write 1 draft").click()
    page.wait_for_url("**/logentry/batch/*/")
    assert list(Order.objects.values_list("slug", "title")) == [("new-1", "=1+1")]
    page.get_by_label("Reason").fill("The wrong file.")
    page.get_by_role("button", name="Undo the batch").click()
    page.get_by_role("heading", name="Undo: 1 undone, 0 left as they are").wait_for()
    assert not Order.objects.exists()


def test_many_are_published_from_the_list(open_as: Open, administrator: User) -> None:
    make_actor("us")
    for slug in ("a", "b"):
        cite(make_order(slug, state=State.IN_REVIEW))
    page = open_as("administrator")
    page.goto("/admin/sanctions/order/")
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("publish_in_bulk")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("heading", name="Publish 2 of 2 records?").wait_for()
    page.get_by_label("Reason").fill("Checked.")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("heading", name="Publish: 2 done, 0 refused").wait_for()
    assert set(Order.objects.values_list("state", flat=True)) == {State.PUBLISHED}
