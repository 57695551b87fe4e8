"""The review on a record's page, and who else has the page open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.test import Client
from django.utils import timezone

from sanctions.admin.editorial.presence import sentence
from sanctions.editorial import proposals, reviews
from sanctions.editorial.presence import Present
from sanctions.editorial.proposals import ProposedChange
from sanctions.editorial.reviews import Matter
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Actor, Assignment, LogEntry, Presence, Proposal, Remark
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.vocabulary import Move, RemarkKind, State
from tests.admin.conftest import Fill, Sign, user_of
from tests.factories.actors import make_actor
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)


@pytest.fixture
def actor(curator: Client) -> Actor:
    """A record in review that the curator wrote."""
    return make_actor("iran", state=State.IN_REVIEW, author=user_of("curator"))


@pytest.fixture
def proposal(curator: Client) -> Proposal:
    """A change that the curator proposes to a published record, in review."""
    actor = make_actor("iraq", name="Iraq")
    cite(actor)
    append_missing_versions(Act(AT))
    change = ProposedChange(encode(type_of(actor), actor.pk) | {"name": "Irak"})
    found = proposals.propose(actor, change, Act(AT, user_of("curator"), "So it is written."))
    proposals.submit(found, Act(AT, user_of("curator")))
    return found


def page(actor: Actor, name: str = "change") -> str:
    return f"/admin/sanctions/actor/{actor.pk}/{name}/"


def panel(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.context["review"]


# --- The review ---------------------------------------------------------------------------------


def test_a_reviewer_assigns_and_everybody_reads_it(actor: Actor, reviewer: Client, curator: Client) -> None:
    day = timezone.localdate().isoformat()
    answer = reviewer.post(page(actor, "assign"), {"assignee": user_of("reviewer").pk, "due_on": day})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{page(actor)}#review")
    assert panel(curator, page(actor)).assignment.name == "reviewer"
    assert reviewer.post(page(actor, "unassign")).status_code == 302
    assert not Assignment.objects.exists()
    assert [str(address) for address in LogEntry.objects.values_list("address", flat=True)] == ["127.0.0.1"] * 2


def test_those_are_offered_who_may_publish_and_did_not_write_it(actor: Actor, reviewer: Client) -> None:
    make_user("administrator", name="root")
    make_user("curator")
    assert [user.username for user in panel(reviewer, page(actor)).reviewers] == ["reviewer", "root"]


@pytest.mark.parametrize(
    ("posted", "complaint"),
    [
        ({}, "Reviewer: Choose a reviewer."),
        ({"assignee": "x"}, "Reviewer: Choose a reviewer from the list."),
        ({"assignee": "1\0"}, "Reviewer: Null characters are not allowed."),
        ({"assignee": "9" * 30}, "Reviewer: Choose a reviewer from the list."),
        ({"due_on": "7.2.2025"}, "Due date: Write a day as YYYY-MM-DD"),
        ({"due_on": "2025-02-30"}, "Due date: Write a day as YYYY-MM-DD"),
        ({"due_on": "2001-01-01"}, "Due date: 2001-01-01 is past"),
    ],
)
def test_what_is_wrong_with_an_assignment_is_shown_and_nothing_is_lost(
    actor: Actor, reviewer: Client, posted: dict[str, str], complaint: str
) -> None:
    values = {"assignee": user_of("reviewer").pk, "reason": "Typed."} | (posted or {"assignee": ""})
    answer = reviewer.post(page(actor, "assign"), values)
    assert answer.status_code == 200
    assert complaint in answer.content.decode()
    assert 'value="Typed."' in answer.content.decode()
    assert not Assignment.objects.exists()


def test_an_overdue_review_and_one_whose_reviewer_has_written_in_it_are_shown(actor: Actor, reviewer: Client) -> None:
    named = {"record_type": "actor", "slug": "iran", "set_by": "root", "set_at": AT}
    assignment = Assignment.objects.create(**named, assignee=user_of("reviewer"), name="reviewer", due_on=AT.date())
    assert panel(reviewer, page(actor)).trouble == "Overdue."
    Assignment.objects.filter(pk=assignment.pk).update(assignee=user_of("curator"), name="curator")
    assert panel(reviewer, page(actor)).trouble == "curator may not decide about it. Assign another reviewer."


def test_a_discussion_is_led_without_scripts(actor: Actor, curator: Client, reviewer: Client) -> None:
    reviewer.post(page(actor, "remark"), {"text": "Cite the <b>register</b>."})
    curator.post(page(actor, "remark"), {"text": "Done."})
    said = panel(reviewer, page(actor)).remarks
    assert [(item.remark.by, item.resolvable) for item in said] == [("reviewer", True), ("curator", True)]
    assert [item.resolvable for item in panel(curator, page(actor)).remarks] == [False, True]
    assert "Cite the &lt;b&gt;register&lt;/b&gt;." in reviewer.get(page(actor)).content.decode()
    reviewer.post(page(actor, "resolve"), {"remark": said[0].remark.pk, "reason": "It is cited."})
    assert panel(reviewer, page(actor)).open_remarks == 1
    assert LogEntry.objects.values_list("move", "reason").get() == (Move.RESOLVED, "It is cited.")


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "٣", "9" * 30, "1\0"])
def test_a_remark_that_is_not_there_is_not_resolved(actor: Actor, reviewer: Client, number: str) -> None:
    answer = reviewer.post(page(actor, "resolve"), {"remark": number, "reason": "Done."})
    assert answer.status_code == 200
    assert "This remark does not exist." in answer.content.decode()


@pytest.mark.parametrize("text", ["", " ", "a\0b", "x" * 5_001])
def test_a_remark_that_cannot_be_kept_is_shown(actor: Actor, curator: Client, text: str) -> None:
    answer = curator.post(page(actor, "remark"), {"text": text})
    assert answer.status_code == 200
    assert 'role="alert">Remark: ' in answer.content.decode()
    assert not Remark.objects.exists()


def test_a_curator_asks_for_retraction_and_confirms(proposal: Proposal, curator: Client) -> None:
    actor = Actor.objects.get(slug="iraq")
    curator.post(page(actor, "remark"), {"text": "It is wrong.", "asks_retraction": "yes"})
    curator.post(page(actor, "confirm"), {"reason": "As in the register."})
    found = panel(curator, page(actor))
    assert [item.remark.kind for item in found.remarks] == [RemarkKind.RETRACTION]
    assert (found.confirmed.by, found.confirmed.reason) == ("curator", "As in the register.")


def test_a_proposed_change_has_a_review_of_its_own(proposal: Proposal, curator: Client, reviewer: Client) -> None:
    actor = Actor.objects.get(slug="iraq")
    number = proposal.number
    answer = reviewer.post(page(actor, "remark"), {"text": "Why?", "proposal": number})
    assert answer.headers["Location"] == f"/admin/sanctions/proposal/{number}/change/#review"
    reviewer.post(page(actor, "assign"), {"assignee": user_of("reviewer").pk, "proposal": number})
    found = panel(curator, answer.headers["Location"])
    assert ([item.remark.text for item in found.remarks], found.assignment.name) == (["Why?"], "reviewer")
    assert panel(curator, page(actor)).remarks == []
    assert set(LogEntry.objects.values_list("proposal", flat=True)) == {number}


@pytest.mark.parametrize("number", ["x", "0", "9" * 30, "1\0"])
def test_a_proposed_change_that_is_not_there_is_not_found(actor: Actor, curator: Client, number: str) -> None:
    assert curator.get(page(actor, "review"), {"proposal": number}).status_code == 404
    assert curator.post(page(actor, "remark"), {"proposal": number, "text": "Why?"}).status_code == 404


def test_who_may_not_see_the_record_sees_no_review(actor: Actor, sign_in: Sign) -> None:
    nobody = sign_in("nobody")
    assert nobody.get(page(actor, "review")).status_code == 403
    assert nobody.post(page(actor, "remark"), {"text": "Hello."}).status_code == 403
    assert Client().get(page(actor, "review")).status_code == 302


def test_a_post_from_elsewhere_is_refused(actor: Actor, reviewer: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user_of("reviewer"))
    for name in ("assign", "unassign", "remark", "resolve", "confirm", "presence"):
        assert strict.post(page(actor, name), {"text": "Hello."}).status_code == 403


def test_the_review_follows_a_draft_to_another_slug(curator: Client, fill: Fill) -> None:
    draft = make_actor("iran", state=State.DRAFT, author=user_of("curator"))
    reviews.add_remark(Matter(draft), "Name it better.", Act(AT, user_of("curator")))
    fill(curator, page(draft), {"slug": "islamic-republic-of-iran"})
    assert [item.remark.text for item in panel(curator, page(draft)).remarks] == ["Name it better."]


# --- Who has it open ----------------------------------------------------------------------------


def test_opening_a_record_shows_the_next_who_opens_it(actor: Actor, curator: Client, reviewer: Client) -> None:
    assert curator.get(page(actor)).context["presence"].text == ""
    text = reviewer.get(page(actor)).context["presence"].text
    assert text.startswith("curator has this record open since ")


def test_the_script_hears_what_it_shows_and_ends_it(actor: Actor, curator: Client, reviewer: Client) -> None:
    notice = curator.get(page(actor)).context["presence"]
    reviewer.get(page(actor))
    answer = curator.post(notice.address, {"page": notice.page})
    assert answer.json()["text"].startswith("reviewer has this record open since ")
    assert curator.post(notice.address, {"page": notice.page, "left": "1"}).status_code == 204
    assert list(Presence.objects.values_list("name", flat=True)) == ["reviewer"]


@pytest.mark.parametrize("name", ["", "x", "A" * 32, "a" * 33, "a\0"])
def test_a_page_has_a_name_that_is_one(actor: Actor, curator: Client, name: str) -> None:
    assert curator.post(page(actor, "presence"), {"page": name}).status_code == 400


def test_presence_is_only_for_who_may_see_the_record(actor: Actor, sign_in: Sign, curator: Client) -> None:
    message = {"page": "a" * 32}
    assert sign_in("nobody").post(page(actor, "presence"), message).status_code == 403
    assert curator.post("/admin/sanctions/actor/0/presence/", message).status_code == 404
    assert curator.post("/admin/sanctions/actor/x/presence/", message).status_code == 404
    assert curator.get(page(actor, "presence")).status_code == 405
    assert not Presence.objects.exists()


def test_any_number_of_people_are_named_in_one_sentence() -> None:
    ada, bo, cy = (Present(name, AT) for name in ("Ada", "Bo", "Cy"))
    assert sentence([]) == ""
    assert sentence([ada]) == "Ada has this record open since 12:00."
    assert sentence([ada, bo]) == "Ada (since 12:00) and Bo (since 12:00) have this record open."
    assert sentence([ada, bo, cy]).startswith("Ada (since 12:00), Bo (since 12:00) and Cy")
