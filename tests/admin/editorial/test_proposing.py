"""Changing what is public, in the admin: a proposal, its difference, what it would move, and the way to the public."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from sanctions.editorial.authors import authors_of
from sanctions.ledger.history import keep_all_history
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Actor, ActorName, Order, Proposal, Record, Version
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.vocabulary import ProposalState, VersionKind
from tests.admin.conftest import Fill, FormReader, Sign, user_of
from tests.admin.world import NOUNS, World
from tests.factories.actors import make_actor
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_measure, make_order
from tests.factories.sources import cite

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
WHY: Final = {"change_reason": "Read again.", "change_kind": "update"}
SUBMIT: Final = {**WHY, "_submit": "1"}


def page(record: Record) -> str:
    return f"/admin/sanctions/{record._meta.model_name}/{record.pk}/change/"


def at(proposal: Proposal, name: str = "change") -> str:
    return f"/admin/sanctions/proposal/{proposal.number}/{name}/"


def document_of(record: Record) -> dict[str, Any]:
    return encode(type_of(record), record.pk)


def proposed() -> dict[str, Any]:
    proposal = Proposal.objects.get()
    document: dict[str, Any] = json.loads(proposal.document)
    return document


@pytest.fixture
def iran() -> Actor:
    actor = make_actor("iran", name="Iran")
    cite(actor)
    cite(actor, field="name")
    append_missing_versions(Act(AT))
    keep_all_history(AT)
    return actor


@pytest.mark.parametrize("noun", NOUNS)
def test_what_a_curator_changes_in_a_public_record_is_a_proposal(curator: Client, fill: Fill, noun: str) -> None:
    record = World(2, state="published").first[noun]
    before = document_of(record)
    answer = fill(curator, page(record), {"note": "Read again.", **WHY})
    proposal = Proposal.objects.get()
    assert answer.headers["Location"] == at(proposal)
    assert proposed() == {**before, "note": "Read again."}
    assert (proposal.state, proposal.by, proposal.reason) == (ProposalState.DRAFT, "curator", "Read again.")
    assert document_of(record) == before


@pytest.fixture
def names() -> Actor:
    """A published actor with three names."""
    actor = make_actor("iran", name="Iran")
    for place, text in enumerate(("Persia", "Elam", "Eran")):
        ActorName.objects.create(actor=actor, kind="former", text=text, ordinal=place)
    cite(actor)
    append_missing_versions(Act(AT))
    keep_all_history(AT)
    return actor


def test_rows_that_are_not_submitted_stay(curator: Client, names: Actor, fill: Fill) -> None:
    before = document_of(names)
    one = {"names-TOTAL_FORMS": "1", "names-INITIAL_FORMS": "1"}
    fill(curator, page(names), {"note": "Read again.", **one, **WHY})
    assert proposed() == {**before, "note": "Read again."}


def test_a_new_row_comes_after_those_that_are_not_submitted(curator: Client, names: Actor, fill: Fill) -> None:
    new = {"names-1-kind": "former", "names-1-text": "Iranshahr", "names-1-id": "", "names-1-actor": str(names.pk)}
    fill(curator, page(names), {"names-TOTAL_FORMS": "2", "names-INITIAL_FORMS": "1", **new, **WHY})
    assert [row["text"] for row in proposed()["names"]] == ["Persia", "Elam", "Eran", "Iranshahr"]


def test_rows_that_the_user_may_not_see_stay(curator: Client, names: Actor, fill: Fill) -> None:
    before = document_of(names)
    hidden = Permission.objects.filter(
        codename__in=[f"{verb}_actorname" for verb in ("view", "add", "change", "delete")]
    )
    Group.objects.get(name="curator").permissions.remove(*hidden)
    assert b"names-TOTAL_FORMS" not in curator.get(page(names)).content
    fill(curator, page(names), {"note": "Read again.", **WHY})
    assert proposed() == {**before, "note": "Read again."}


def test_rows_that_the_user_may_only_read_stay(curator: Client, names: Actor, fill: Fill) -> None:
    before = document_of(names)
    Group.objects.get(name="curator").permissions.remove(
        *Permission.objects.filter(codename__in=["add_actorname", "change_actorname", "delete_actorname"])
    )
    fill(curator, page(names), {"note": "Read again.", "names-0-text": "Media", **WHY})
    assert proposed() == {**before, "note": "Read again."}


def test_a_reviewer_changes_nothing_public_alone_either(reviewer: Client, iran: Actor, fill: Fill) -> None:
    fill(reviewer, page(iran), {"name": "Persia", **SUBMIT})
    proposal = Proposal.objects.get()
    assert Actor.objects.get(pk=iran.pk).name == "Iran"
    answer = reviewer.post(at(proposal, "publish"), {"reason": "Mine."})
    assert "not its author" in answer.context["refusal"]


def test_a_proposal_goes_from_the_form_to_the_public_by_two_people(
    curator: Client, reviewer: Client, iran: Actor, fill: Fill
) -> None:
    fill(curator, page(iran), {"name": "Persia", **SUBMIT, "change_kind": "correction"})
    proposal = Proposal.objects.get()
    assert proposal.state == ProposalState.IN_REVIEW
    text = reviewer.get(at(proposal)).content.decode()
    assert "<del>" in text
    assert "Persia" in text
    link = re.search(r'href="([^"]*/publish/\?seen=[^"]+)"', text)
    assert link is not None
    question = reviewer.get(link[1])
    answer = reviewer.post(link[1], {**question.context["carried"], "reason": "It is."})
    assert answer.headers["Location"] == at(proposal)
    iran.refresh_from_db()
    assert (iran.name, iran.author, iran.approver) == ("Persia", user_of("curator"), user_of("reviewer"))
    version = Version.objects.get(slug="iran", number=2)
    assert (version.kind, version.author, version.approver, version.reason) == (
        VersionKind.CORRECTION,
        "curator",
        "reviewer",
        "Read again.",
    )


def test_what_was_read_is_what_is_published(curator: Client, reviewer: Client, iran: Actor, fill: Fill) -> None:
    fill(curator, page(iran), {"name": "Persia", **SUBMIT})
    proposal = Proposal.objects.get()
    seen = reviewer.get(at(proposal)).context["seal"]
    fill(curator, f"{page(iran)}?proposal={proposal.number}", {"name": "Elam", **WHY})
    answer = reviewer.post(at(proposal, "publish"), {"seen": seen, "reason": "It is."})
    assert "changed since you read it" in answer.context["refusal"]
    assert Actor.objects.get(pk=iran.pk).name == "Iran"


def test_the_form_shows_the_proposed_values_and_changes_the_proposal(curator: Client, iran: Actor, fill: Fill) -> None:
    fill(curator, page(iran), {"name": "Persia", **WHY})
    proposal = Proposal.objects.get()
    address = f"{page(iran)}?proposal={proposal.number}"
    assert 'value="Persia"' in curator.get(address).content.decode()
    fill(curator, address, {"summary": "A state.", "change_reason": "More is known.", "change_kind": "update"})
    assert proposed() == {**document_of(iran), "name": "Persia", "summary": "A state."}
    assert Proposal.objects.get().reason == "More is known."
    assert Actor.objects.get(pk=iran.pk).name == "Iran"


def test_rows_of_a_proposal_are_changed_added_and_removed_again(curator: Client, fill: Fill) -> None:
    order = make_order("us-eo-1")
    make_measure(order, title="First")
    cite(order)
    new = {
        "citations-TOTAL_FORMS": "2",
        "citations-1-source": str(cite(make_actor()).source_id),
        "citations-1-id": "",
        "citations-1-order": str(order.pk),
    }
    fill(curator, page(order), {**new, **WHY})
    assert len(proposed()["citations"]) == 2
    address = f"{page(order)}?proposal={Proposal.objects.get().number}"
    fill(curator, address, {"citations-0-DELETE": "on", "measures-0-title": "Second", **WHY})
    document = proposed()
    assert len(document["citations"]) == 1
    assert document["citations"][0]["source"] != document_of(order)["citations"][0]["source"]
    assert document["measures"][0] == {**document_of(order)["measures"][0], "title": "Second"}


def test_the_form_of_a_proposal_is_its_authors(curator: Client, reviewer: Client, iran: Actor, fill: Fill) -> None:
    fill(curator, page(iran), {"name": "Persia", **WHY})
    number = Proposal.objects.get().number
    assert reviewer.get(f"{page(iran)}?proposal={number}").status_code == 404
    for wrong in ("0", "x", "9" * 30, "-1"):
        assert curator.get(f"{page(iran)}?proposal={wrong}").status_code == 404


def test_a_faulty_form_of_a_public_record_is_shown_again(curator: Client, iran: Actor, fill: Fill) -> None:
    answer = fill(curator, page(iran), {"name": "", "summary": "Typed.", **WHY})
    assert answer.status_code == 200
    assert "Typed." in answer.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"change_reason": " "}, "Give a reason"),
        ({"change_kind": "merge"}, "update"),
        ({"opened": ""}, "the version from which it was opened"),
        ({"opened": "abc@2025-13-45"}, "the version from which it was opened"),
        ({"name": "Iran"}, "Nothing would change"),
    ],
)
def test_a_refused_proposal_keeps_what_was_typed(
    curator: Client, iran: Actor, fill: Fill, values: dict[str, str], message: str
) -> None:
    answer = fill(curator, page(iran), {"name": "Persia", **WHY, **values})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert message in text
    assert f'value="{values.get("name", "Persia")}"' in text
    assert not Proposal.objects.exists()


def test_a_form_opened_before_another_users_change_proposes_only_its_own(
    curator: Client, reviewer: Client, sign_in: Sign, iran: Actor, fill: Fill
) -> None:
    submitted = opened(curator, iran)
    fill(sign_in("administrator"), page(iran), {"summary": "A state.", "citations-1-DELETE": "on", **SUBMIT})
    other = Proposal.objects.get()
    seen = reviewer.get(at(other)).context["seal"]
    reviewer.post(at(other, "publish"), {"seen": seen, "reason": "It is."})
    assert Actor.objects.get(pk=iran.pk).summary == "A state."

    curator.post(page(iran), {**submitted, "name": "Persia", **SUBMIT})
    own = Proposal.objects.get(by="curator")
    context = reviewer.get(at(own)).context
    assert [difference.path for difference in context["differences"]] == ["name"]
    assert context["published_since"]
    reviewer.post(at(own, "publish"), {"seen": context["seal"], "reason": "It is."})
    iran.refresh_from_db()
    assert (iran.name, iran.summary, iran.citations.count()) == ("Persia", "A state.", 1)


def test_a_conflict_is_decided_by_the_author(
    curator: Client, reviewer: Client, sign_in: Sign, iran: Actor, fill: Fill
) -> None:
    fill(curator, page(iran), {"name": "Persia", **SUBMIT})
    fill(sign_in("administrator"), page(iran), {"name": "Elam", **SUBMIT})
    first, second = Proposal.objects.order_by("number")
    seen = reviewer.get(at(first)).context["seal"]
    reviewer.post(at(first, "publish"), {"seen": seen, "reason": "It is."})
    context = reviewer.get(at(second)).context
    assert [dispute.path for dispute in context["disputes"]] == ["name"]
    refused = reviewer.post(at(second, "publish"), {"seen": context["seal"], "reason": "It is."})
    assert "changes it too: name" in refused.context["refusal"]
    author = sign_in("administrator")
    assert "Decide each" in " ".join(author.post(at(second, "decide"), {"seen": context["seal"]}).context["refusals"])
    assert reviewer.post(at(second, "decide"), {"seen": context["seal"], "choice-0": "mine"}).status_code == 403
    author.post(at(second, "decide"), {"seen": context["seal"], "choice-0": "mine"})
    context = reviewer.get(at(second)).context
    assert context["disputes"] == []
    reviewer.post(at(second, "publish"), {"seen": context["seal"], "reason": "It is."})
    assert Actor.objects.get(pk=iran.pk).name == "Elam"


def test_the_reviewer_sees_which_standings_would_flip_and_when(curator: Client, reviewer: Client, fill: Fill) -> None:
    order = make_order("us-eo-13645")
    event = make_event("implementation-day", title="Implementation Day")
    cite(event)
    make_effect("took_effect", "2013-07-01", make_event("begins"), order=order)
    make_effect("revoked", "2016-01-16", event, order=order)
    fill(curator, page(event), {"effects-0-effective_on": "2017-01-16", **SUBMIT})
    context = reviewer.get(at(Proposal.objects.get())).context
    [flip] = context["consequences"].flips
    assert (flip.name, str(flip.since), str(flip.until)) == ("us-eo-13645", "2016-01-16", "2017-01-16")
    assert (flip.before, flip.after) == ("ended", "in_force")
    text = " ".join(reviewer.get(at(Proposal.objects.get())).content.decode().split())
    assert "2016-01-16" in text
    assert Order.objects.get().slug == "us-eo-13645"


@pytest.mark.parametrize(("count", "queries"), [(2, 124), (12, 134)])
def test_the_page_of_a_proposal_makes_one_query_more_for_each_row_that_it_tries(
    curator: Client, reviewer: Client, fill: Fill, django_assert_num_queries: Any, count: int, queries: int
) -> None:
    order = make_order("us-eo-1")
    for number in range(count):
        make_measure(order, title=f"Measure {number}")
    cite(order)
    fill(curator, page(order), {"title": "Changed", **SUBMIT})
    proposal = Proposal.objects.get()
    reviewer.get(at(proposal))
    with django_assert_num_queries(queries):
        reviewer.get(at(proposal))


@pytest.mark.parametrize("name", ["submit", "publish", "return", "withdraw", "decide", "change"])
def test_a_proposal_that_is_not_there_is_no_error(reviewer: Client, name: str) -> None:
    assert reviewer.get(f"/admin/sanctions/proposal/999/{name}/").status_code == 302


def test_who_may_see_no_proposals_sees_none(sign_in: Sign, curator: Client, iran: Actor, fill: Fill) -> None:
    fill(curator, page(iran), {"name": "Persia", **WHY})
    stranger = sign_in("nobody")
    for name in ("change", "submit", "publish", "return", "withdraw"):
        assert stranger.get(at(Proposal.objects.get(), name)).status_code == 403
    assert stranger.get("/admin/sanctions/proposal/").status_code == 403


def test_the_list_shows_what_waits(reviewer: Client, curator: Client, iran: Actor, fill: Fill) -> None:
    fill(curator, page(iran), {"name": "Persia", **SUBMIT})
    text = reviewer.get("/admin/sanctions/proposal/").content.decode()
    for part in ("iran", "in review", "Read again.", "curator"):
        assert part in text


def test_an_event_with_hundreds_of_effects_is_one_form(curator: Client, fill: Fill) -> None:
    order, event = make_order("us-eo-1"), make_event("implementation-day")
    cite(event)
    for _ in range(200):
        make_effect("amended", "2016-01-16", event, order=order)
    answer = fill(curator, page(event), {"title": "Implementation Day", **SUBMIT})
    assert answer.status_code == 302
    assert Proposal.objects.get().state == ProposalState.IN_REVIEW


# --- Going back -----------------------------------------------------------------------------------


def test_a_record_goes_back_to_a_version_by_a_proposal(
    curator: Client, reviewer: Client, iran: Actor, fill: Fill
) -> None:
    fill(curator, page(iran), {"name": "Persia", **SUBMIT})
    first = Proposal.objects.get()
    reviewer.post(at(first, "publish"), {"seen": reviewer.get(at(first)).context["seal"], "reason": "It is."})
    address = f"/admin/sanctions/actor/{iran.pk}/versions/1/"
    assert f"{address}revert/" in curator.get(address).content.decode()
    assert "Give a reason" in curator.post(f"{address}revert/").context["refusal"]
    answer = curator.post(f"{address}revert/", {"reason": "It was right."})
    second = Proposal.objects.order_by("number").last()
    assert second is not None
    assert answer.headers["Location"] == at(second)
    assert (second.kind, json.loads(second.document)["name"]) == (VersionKind.CORRECTION, "Iran")
    curator.post(at(second, "submit"), {"reason": "Ready."})
    reviewer.post(at(second, "publish"), {"seen": reviewer.get(at(second)).context["seal"], "reason": "It is."})
    assert Actor.objects.get(pk=iran.pk).name == "Iran"


def test_the_current_version_cannot_be_proposed_again(curator: Client, iran: Actor) -> None:
    address = f"/admin/sanctions/actor/{iran.pk}/versions/1/"
    assert "revert/" not in curator.get(address).content.decode()
    assert "Nothing would change" in curator.post(f"{address}revert/", {"reason": "Why."}).context["refusal"]
    missing = curator.post(f"/admin/sanctions/actor/{iran.pk}/versions/9/revert/", {"reason": "Why."})
    assert "no version 9" in missing.context["refusal"]


# --- Sources ---------------------------------------------------------------------------------------


def test_the_page_shows_which_fields_have_no_source(curator: Client) -> None:
    order = make_order("us-eo-1", state="draft", title="Blocking")
    make_measure(order)
    text = curator.get(page(order)).content.decode()
    assert "It has no citation, and cannot be published without one." in text
    cite(order, field="title")
    dossier = curator.get(page(order)).context["dossier"]
    assert dossier.unsourced == ["measures[0]"]
    assert {support.field: bool(support.specific) for support in dossier.supports}["title"]
    assert {support.field for support in dossier.supports if support.missing} >= {"kind", "issuer", "measures"}
    cite(order)
    dossier = curator.get(page(order)).context["dossier"]
    assert dossier.unsourced == []
    assert not [support for support in dossier.supports if support.missing]


# --- Drafts that two change at once ---------------------------------------------------------------


def opened(client: Client, record: Record) -> dict[str, Any]:
    """Return what the form of the record would submit as it is; what it is then is kept, as every write keeps it."""
    keep_all_history(AT)
    reader = FormReader()
    reader.feed(client.get(page(record)).content.decode())
    return {name: reader.values.getlist(name) for name in reader.values if "__prefix__" not in name}


def test_a_stale_save_overwrites_nothing_and_offers_both_changes(curator: Client, reviewer: Client) -> None:
    actor = make_actor("iran", name="Iran", state="draft")
    mine, theirs = opened(curator, actor), opened(reviewer, actor)
    reviewer.post(page(actor), {**theirs, "summary": "A state."})
    answer = curator.post(page(actor), {**mine, "name": "Persia"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "A state." in text
    assert "Persia" in text
    actor.refresh_from_db()
    assert (actor.name, actor.summary) == ("Iran", "A state.")
    context = answer.context
    kept = {"opened": str(context["opened"]), **context["documents"]}
    assert curator.post(context["merge_link"], kept).status_code == 302
    actor.refresh_from_db()
    assert (actor.name, actor.summary, actor.author) == ("Persia", "A state.", user_of("reviewer"))
    assert [author.name for author in authors_of(actor).people] == ["reviewer", "curator"]


def test_a_stale_save_of_the_same_field_asks_which_value_to_keep(curator: Client, reviewer: Client) -> None:
    actor = make_actor("iran", name="Iran", state="draft")
    mine, theirs = opened(curator, actor), opened(reviewer, actor)
    reviewer.post(page(actor), {**theirs, "name": "Elam"})
    context = curator.post(page(actor), {**mine, "name": "Persia"}).context
    assert [conflict.path for conflict in context["conflicts"]] == ["name"]
    kept = {"opened": str(context["opened"]), **context["documents"]}
    undecided = curator.post(context["merge_link"], kept)
    assert "Decide each" in undecided.content.decode()
    curator.post(context["merge_link"], {**kept, "choice-0": "mine"})
    actor.refresh_from_db()
    assert actor.name == "Persia"


def test_a_merge_that_another_user_overtakes_once_more_is_asked_again(curator: Client, reviewer: Client) -> None:
    actor = make_actor("iran", name="Iran", state="draft")
    mine, theirs = opened(curator, actor), opened(reviewer, actor)
    reviewer.post(page(actor), {**theirs, "summary": "A state."})
    context = curator.post(page(actor), {**mine, "name": "Persia"}).context
    reviewer.post(page(actor), {**opened(reviewer, actor), "summary": "A republic."})
    kept = {"opened": str(context["opened"]), **context["documents"]}
    again = curator.post(context["merge_link"], kept)
    assert again.status_code == 409
    actor.refresh_from_db()
    assert (actor.name, actor.summary) == ("Iran", "A republic.")


def test_rows_that_the_other_removed_do_not_break_the_form(curator: Client, reviewer: Client) -> None:
    order = make_order("us-eo-1", state="draft")
    make_measure(order, title="First")
    cite(order)
    cite(order, field="title")
    mine = opened(curator, order)
    reviewer.post(page(order), {**opened(reviewer, order), "citations-0-DELETE": "on", "measures-0-DELETE": "on"})
    answer = curator.post(page(order), {**mine, "citations-1-note": "Page 3."})
    assert answer.status_code == 409
    assert [difference.path for difference in answer.context["mine"]] == ["citations[1].note"]
    kept = {"opened": str(answer.context["opened"]), **answer.context["documents"]}
    curator.post(answer.context["merge_link"], kept)
    document = document_of(order)
    assert "measures" not in document
    assert [(row.get("field"), row.get("note")) for row in document["citations"]] == [("title", "Page 3.")]


@pytest.mark.parametrize("broken", ["", "no JSON", "[]", '{"slug": 7}'])
def test_documents_that_are_none_are_not_merged(curator: Client, broken: str) -> None:
    actor = make_actor("iran", state="draft")
    address = f"/admin/sanctions/actor/{actor.pk}/merge/"
    assert curator.post(address, {"base": broken, "mine": broken}).status_code == 403


def test_only_who_may_change_a_record_merges_changes_of_it(sign_in: Sign) -> None:
    actor = make_actor("iran", state="draft")
    assert sign_in("nobody").post(f"/admin/sanctions/actor/{actor.pk}/merge/", {}).status_code == 403
