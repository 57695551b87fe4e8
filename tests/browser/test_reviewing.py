"""Reviewing in a browser: the dashboards, the review on a record's page, and two who have one record open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import expect

from sanctions.editorial import moves, reviews
from sanctions.editorial.reviews import Matter
from sanctions.ledger.versions import Act
from sanctions.models import Actor, LinkCheck, Presence, Remark
from sanctions.vocabulary import RemarkKind, State
from tests.browser.conftest import PASSWORD, Open, screens
from tests.factories.actors import make_actor
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_measure, make_order
from tests.factories.sources import cite, make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = screens(1280, 400)


@pytest.fixture(autouse=True)
def people() -> dict[str, User]:
    found = {}
    for name, group in (("Ada", "curator"), ("Bo", "curator"), ("Cy", "reviewer"), ("Di", "reviewer")):
        found[name] = User.objects.create_user(username=name, password=PASSWORD, is_staff=True)
        found[name].groups.set(Group.objects.filter(name=group))
    return found


@pytest.fixture
def desk(people: dict[str, User]) -> Actor:
    """A desk with something in every box; the record in review is returned."""
    now = timezone.now()
    make_order("us-eo-1", title="An order that is not finished", state=State.DRAFT, author=people["Ada"])
    back = make_actor("back", name="Central Bank", state=State.IN_REVIEW, author=people["Ada"])
    moves.send_back(back, Act(now, people["Cy"], "Which of its names is the official one? Cite the register."))
    event = make_event("event", title="Something moves a lot", state=State.DRAFT, author=people["Ada"])
    for n in range(3):
        make_effect("amended", "2018", event, order=make_order(f"order-{n}"))
    moves.submit(event, Act(now - timedelta(days=3), people["Ada"], "Complete."))
    actor = make_actor("iran", name="Iran", state=State.DRAFT, author=people["Bo"])
    moves.submit(actor, Act(now - timedelta(days=1), people["Bo"], "Complete."))
    reviews.assign(Matter(actor), people["Cy"], timezone.localdate() + timedelta(days=3), Act(now, people["Di"]))
    wrong = make_actor("wrong", name="Wrong Company")
    cite(wrong)
    reviews.add_remark(Matter(wrong), "It is another company.", Act(now, people["Ada"]), kind=RemarkKind.RETRACTION)
    partly = make_order("partly", title="Partly cited")
    make_measure(partly, "measure-1")
    cite(partly, field="title")
    source = make_source("gone", title="A page that is gone", url="https://example.org/a/long/path/to/something/gone")
    LinkCheck.objects.create(source=source, url=source.url, checked_at=now, status=404, error="not found", failures=3)
    return actor


@pytest.mark.parametrize(("dark", "width"), SCREENS)
@pytest.mark.parametrize("name", ["Ada", "Cy"])
@pytest.mark.usefixtures("desk")
def test_the_dashboard_and_its_lists_fit_the_screen(open_as: Open, name: str, dark: bool, width: int) -> None:
    page = open_as(name, dark=dark, width=width)
    for path in ("", "work/queue/", "work/unsourced/"):
        page.goto(f"/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.usefixtures("desk")
def test_a_curator_walks_from_what_was_returned_to_the_record(open_as: Open) -> None:
    page = open_as("Ada")
    box = page.get_by_role("region", name="Returned to me")
    expect(box).to_contain_text("Cite the register.")
    expect(page.get_by_role("region", name="My drafts")).to_contain_text("not finished")
    expect(page.get_by_role("region", name="Waiting for a reviewer")).to_contain_text(
        "You are an author: another reviewer decides."
    )
    box.get_by_role("link", name="Central Bank").click()
    expect(page.locator("#id_name")).to_have_value("Central Bank")


@pytest.mark.usefixtures("desk")
def test_a_reviewer_finds_the_riskiest_first(open_as: Open) -> None:
    page = open_as("Cy")
    queue = page.get_by_role("region", name="Waiting for a reviewer")
    first = queue.get_by_role("listitem").first
    expect(first).to_contain_text("asks for the record to be retracted")
    expect(queue).to_contain_text("moves 3 standings")
    expect(queue).to_contain_text("first-time author")
    expect(page.get_by_role("region", name="Assigned to me")).to_contain_text("Iran")
    expect(page.get_by_role("region", name="Broken links of sources")).to_contain_text("3 times in a row")
    queue.get_by_role("link", name="Waiting for a reviewer: the whole list").click()
    expect(page.get_by_role("heading", name="Waiting for a reviewer").first).to_be_visible()


@pytest.mark.parametrize(("dark", "width"), SCREENS)
def test_a_review_is_discussed_on_the_page_of_its_record(open_as: Open, desk: Actor, dark: bool, width: int) -> None:
    page = open_as("Cy", dark=dark, width=width)
    page.goto(f"/admin/sanctions/actor/{desk.pk}/change/")
    review = page.get_by_role("region", name="Review and discussion")
    expect(review).to_contain_text("Cy, until")
    review.get_by_label("Add to the discussion").fill("Which name is official?")
    review.get_by_role("button", name="Add remark").click()
    expect(page.get_by_text("Remark added.")).to_be_visible()
    expect(review.get_by_role("list", name="Discussion")).to_contain_text("Which name is official?")
    review.get_by_text("Resolve").first.click()
    review.get_by_label("How it was resolved").fill("It is the first one.")
    review.get_by_role("button", name="Resolve").click()
    expect(review.get_by_role("list", name="Discussion")).to_contain_text("resolved")
    review.get_by_text("Assign to another reviewer").click()
    review.get_by_label("Reviewer", exact=True).select_option(label="Di")
    review.get_by_role("button", name="Assign", exact=True).click()
    expect(review).to_contain_text("Assigned by Cy")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Remark.objects.get(slug=desk.slug).resolved_by == "Cy"


def test_two_who_have_a_record_open_see_each_others_names(open_as: Open, desk: Actor) -> None:
    path = f"/admin/sanctions/actor/{desk.pk}/change/"
    ada = open_as("Ada")
    # The clock of the page is advanced, so that the test need not wait.
    ada.clock.install()
    ada.goto(path)
    notice = ada.locator("#presence")
    expect(notice).to_have_text("")
    expect(notice).to_have_attribute("aria-live", "polite")
    bo = open_as("Bo")
    bo.goto(path)
    expect(bo.get_by_role("status")).to_contain_text("Ada has this record open since")
    with ada.expect_response("**/presence/"):
        ada.clock.run_for(30_000)
    expect(notice).to_contain_text("Bo has this record open since")
    bo.goto("/admin/")
    # The report that a page sends when it is left may arrive later.
    for _ in range(200):
        with ada.expect_response("**/presence/") as answer:
            ada.clock.run_for(30_000)
        if not answer.value.json()["text"]:
            break
    expect(notice).to_have_text("")
    assert list(Presence.objects.values_list("name", flat=True)) == ["Ada"]
