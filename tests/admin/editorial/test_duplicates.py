"""Duplicates in the admin: the list, two records side by side, merging them and undoing it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.editorial.duplicates import decide
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Actor, Likeness, LogEntry, Participation, Redirect
from sanctions.vocabulary import Role, Sameness, State
from tests.admin.conftest import Fill, Sign, user_of
from tests.factories.actors import make_actor, make_tenure
from tests.factories.events import make_event
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
LIST: Final = "/admin/sanctions/likeness/"
COMPARE: Final = f"{LIST}compare/?noun=actor&one=bank-sepah&other=sepah-bank"
MERGE: Final = f"{LIST}merge/?noun=actor&kept=bank-sepah&dropped=sepah-bank"
AT: Final = datetime(2025, 3, 1, 12, tzinfo=UTC)
WHY: Final = "One bank under two spellings."


@pytest.fixture
def banks() -> tuple[Actor, Actor]:
    """Two actors that are one, and an event in which the second spoke."""
    banks = make_actor("bank-sepah", name="Bank Sepah"), make_actor("sepah-bank", name="Sepah Bank")
    event = make_event("talks")
    Participation.objects.create(event=event, actor=banks[1], role=Role.SPEAKER)
    for record in (*banks, event):
        cite(record)
    append_missing_versions(Act(AT))
    return banks


@pytest.fixture
def same(banks: tuple[Actor, Actor]) -> Likeness:
    return decide(banks, Sameness.SAME, Act(AT, make_user("curator", name="ada"), WHY))


def likeness(first: str, second: str, **values: Any) -> Likeness:
    defaults = {"record_type": "actor", "score": 90, "why": "Names."}
    return Likeness.objects.create(first=first, second=second, **defaults | values)


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.headers
    return " ".join(answer.content.decode().split())


def test_the_list_begins_with_what_is_not_decided_the_likest_first(curator: Client) -> None:
    likeness("a", "b", score=86)
    likeness("c", "d", score=99)
    likeness("e", "f", decision=Sameness.UNSURE)
    answer = curator.get(LIST, follow=True)
    assert [pair.first for pair in answer.context["cl"].result_list] == ["c", "a"]
    answer = curator.get(LIST, {"decision": "unsure"})
    assert [pair.first for pair in answer.context["cl"].result_list] == ["e"]
    answer = curator.get(LIST, {"record_type": "actor", "score_from": "95"})
    assert [pair.first for pair in answer.context["cl"].result_list] == ["c"]


def test_the_list_makes_as_many_queries_for_many_as_for_one(curator: Client) -> None:
    likeness("a", "b")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert curator.get(LIST, {"decision": "undecided"}).status_code == 200
        return len(captured)

    few = queries()
    for number in range(20):
        likeness(f"c{number}", f"d{number}")
    assert queries() == few


def test_a_pair_leads_to_its_comparison(curator: Client, banks: tuple[Actor, Actor]) -> None:
    pair = likeness("bank-sepah", "sepah-bank")
    answer = curator.get(f"{LIST}{pair.pk}/change/")
    assert (answer.status_code, answer.headers["Location"]) == (302, COMPARE)
    assert curator.get(f"{LIST}77777/change/").status_code == 404


def test_two_records_are_shown_side_by_side_with_what_refers_to_them(
    curator: Client, banks: tuple[Actor, Actor]
) -> None:
    likeness("bank-sepah", "sepah-bank", why="Names: 'Bank Sepah' and 'Sepah Bank'.")
    page = shown(curator, COMPARE)
    assert "90 of 100" in page
    assert "Names: &#x27;Bank Sepah&#x27; and &#x27;Sepah Bank&#x27;." in page
    assert "1 event" in page
    assert page.count("Bank Sepah") >= 2
    assert "Merge them" not in page


def test_a_comparison_makes_as_many_queries_for_many_rows_as_for_one(
    curator: Client, banks: tuple[Actor, Actor]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(curator, COMPARE)
        return len(captured)

    make_tenure(banks[1], banks[0])
    few = queries()
    for _ in range(10):
        make_tenure(banks[1], make_actor())
    assert queries() == few


def test_a_decision_is_stored(curator: Client, banks: tuple[Actor, Actor]) -> None:
    answer = curator.post(COMPARE, {"decision": "unsure", "reason": "No source tells."})
    assert answer.status_code == 302
    pair = Likeness.objects.get()
    assert (pair.decision, pair.reason, pair.by) == (Sameness.UNSURE, "No source tells.", "curator")
    assert LogEntry.objects.count() == 2
    assert "No source tells." in shown(curator, COMPARE)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"decision": "same"}, "Give a reason"),
        ({"decision": "perhaps", "reason": "x"}, "Choose a decision"),
        ({"reason": "x"}, "Choose a decision"),
        ({"decision": "same", "reason": "a\0b"}, "U+0000"),
        ({"decision": "same", "reason": "x" * 2000}, "characters too long"),
    ],
)
def test_a_decision_that_cannot_be_stored_is_asked_for_again(
    curator: Client, banks: tuple[Actor, Actor], values: dict[str, str], message: str
) -> None:
    answer = curator.post(COMPARE, values)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not Likeness.objects.exists()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "Enter the slugs of two records that may be the same."),
        ("?noun=planet&one=a&other=b", "Allowed: actor"),
        ("?noun=actor&one=bank-sepah&other=nobody", "No actor has the slug &#x27;nobody&#x27;."),
        ("?noun=actor&one=bank-sepah&other=%00", "No actor has the slug"),
        ("?noun=actor&one=bank-sepah&other=bank-sepah", "Enter two different slugs."),
        ("?noun=actor&one=" + "a" * 400, "No actor has the slug"),
    ],
)
def test_two_records_that_do_not_exist_are_asked_for(
    curator: Client, banks: tuple[Actor, Actor], query: str, message: str
) -> None:
    assert message in shown(curator, f"{LIST}compare/{query}")


def test_a_curator_is_not_offered_to_merge_what_is_public(curator: Client, same: Likeness) -> None:
    assert "Merge them" not in shown(curator, COMPARE)
    page = shown(curator, MERGE)
    assert "A reviewer can merge them after another user has decided that they are the same." in page
    assert curator.post(MERGE, {"reason": WHY}).status_code == 200
    assert not Redirect.objects.exists()


def test_a_reviewer_reads_what_would_change_and_merges(reviewer: Client, same: Likeness) -> None:
    assert "Keep bank-sepah, merge sepah-bank into it" in shown(reviewer, COMPARE)
    page = shown(reviewer, MERGE)
    assert "event talks" in page
    assert "Names, row 1" in page
    answer = reviewer.get(MERGE)
    done = reviewer.post(MERGE, {"reason": WHY, "seen": answer.context["seen"]})
    assert done.status_code == 302
    assert Actor.objects.get(slug="sepah-bank").state == State.MERGED
    assert Participation.objects.get().actor.slug == "bank-sepah"


def test_what_changed_since_it_was_read_is_read_again(reviewer: Client, same: Likeness) -> None:
    seen = reviewer.get(MERGE).context["seen"]
    make_tenure(Actor.objects.get(slug="sepah-bank"), make_actor())
    answer = reviewer.post(MERGE, {"reason": WHY, "seen": seen})
    assert "have changed since you read them" in answer.content.decode()
    assert not Redirect.objects.exists()


def test_what_cannot_be_merged_is_shown(reviewer: Client, banks: tuple[Actor, Actor]) -> None:
    Actor.objects.filter(slug="sepah-bank").update(state=State.RETRACTED)
    answer = reviewer.get(MERGE, follow=True)
    assert "sepah-bank is retracted and cannot be merged." in answer.content.decode()


def test_a_merge_is_undone_on_its_page(reviewer: Client, same: Likeness) -> None:
    reviewer.post(MERGE, {"reason": WHY})
    redirect = Redirect.objects.get()
    page = f"/admin/sanctions/redirect/{redirect.pk}/change/"
    assert "What undoing it would change" in shown(reviewer, page)
    assert reviewer.post(page, {"reason": ""}).status_code == 200
    assert reviewer.post(page, {"reason": "They are two."}).status_code == 302
    assert Actor.objects.get(slug="sepah-bank").state == State.PUBLISHED
    page_after = shown(reviewer, page)
    assert "They are two." in page_after
    assert "Undo it?" not in page_after
    listed = reviewer.get("/admin/sanctions/redirect/")
    assert [row.number for row in listed.context["cl"].result_list] == [1]


def test_a_merged_record_is_named_on_its_page(reviewer: Client, same: Likeness) -> None:
    reviewer.post(MERGE, {"reason": WHY})
    page = shown(reviewer, f"/admin/sanctions/actor/{Actor.objects.get(slug='sepah-bank').pk}/change/")
    assert "It was merged into another record." in page


def test_drafts_are_merged_by_a_curator_alone(curator: Client, banks: tuple[Actor, Actor]) -> None:
    make_actor("one", state=State.DRAFT, author=user_of("curator"))
    make_actor("two", state=State.DRAFT)
    assert "Keep one, merge two into it" in shown(curator, f"{LIST}compare/?noun=actor&one=one&other=two")
    assert curator.post(f"{LIST}merge/?noun=actor&kept=one&dropped=two", {"reason": WHY}).status_code == 302


@pytest.mark.parametrize("path", [LIST, COMPARE, MERGE, f"{LIST}compare/", "/admin/sanctions/redirect/"])
def test_users_without_permission_see_no_duplicates(
    client: Client, sign_in: Sign, banks: tuple[Actor, Actor], path: str
) -> None:
    assert client.get(path).status_code == 302
    client.force_login(make_user(name="nobody"))
    assert client.get(path).status_code == 302
    staff = make_user(name="staff")
    staff.is_staff = True
    staff.save()
    client.force_login(staff)
    assert client.get(path, follow=True).status_code == 403


def test_the_list_leads_to_a_comparison_by_hand(curator: Client) -> None:
    assert "Compare two others" in shown(curator, f"{LIST}?decision=undecided")
    answer = curator.get(f"{LIST}by-hand", follow=True)
    assert "Enter the slugs of two records that may be the same." in answer.content.decode()


def test_a_merged_record_is_not_offered_to_others(reviewer: Client, same: Likeness) -> None:
    def offered() -> list[str]:
        parameters = {"app_label": "sanctions", "model_name": "order", "field_name": "issuer", "term": "sepah"}
        return [row["text"] for row in reviewer.get("/admin/autocomplete/", parameters).json()["results"]]

    assert offered() == ["Bank Sepah", "Sepah Bank"]
    reviewer.post(MERGE, {"reason": WHY})
    assert offered() == ["Bank Sepah"]


def test_what_names_a_merged_record_in_a_form_is_refused(reviewer: Client, same: Likeness, fill: Fill) -> None:
    draft = make_event("draft", state=State.DRAFT)
    reviewer.post(MERGE, {"reason": WHY})
    rows = {"participations-TOTAL_FORMS": "1", "participations-0-role": "speaker"}
    old = {"participations-0-actor": str(Actor.objects.get(slug="sepah-bank").pk)}
    answer = fill(reviewer, f"/admin/sanctions/event/{draft.pk}/change/", rows | old)
    assert answer.status_code == 200
    assert "was merged into &#x27;bank-sepah&#x27;. Refer to that one." in answer.content.decode()
    assert not draft.participations.exists()
