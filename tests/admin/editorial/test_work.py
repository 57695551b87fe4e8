"""The lists of work on the dashboard: a user's own work, what waits for a reviewer, and what needs upkeep."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from sanctions.admin.editorial.work import BOXES, Item
from sanctions.editorial import moves, proposals, reviews
from sanctions.editorial.proposals import ProposedChange
from sanctions.editorial.queue import count_changed_standings, count_lost_sources, review_queue
from sanctions.editorial.reviews import Matter
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Actor, Assignment, Event, LinkCheck, Order, Proposal, Record, Source
from sanctions.questions.unsourced_rows import lacking_rows
from sanctions.records.citation_support import unsourced
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.vocabulary import Modality, RemarkKind, State, VersionKind
from tests.admin.conftest import Sign, user_of
from tests.admin.world import NOUNS
from tests.factories.actors import make_actor
from tests.factories.agreements import make_agreement
from tests.factories.designations import make_designation
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_measure, make_order
from tests.factories.programs import make_program
from tests.factories.sources import cite, make_source
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
NOW: Final = timezone.now()
DAY: Final = timedelta(days=1)
ALL: Final = list(NOUNS.values())
FIRST_TIME: Final = "first-time author: nothing of theirs was published yet"
#: The queries that the first page may make.
BUDGET: Final = 25


def box(client: Client, name: str) -> list[Item]:
    """Return a list as its own page has it; what the dashboard shows of it is the same."""
    # Both pages name ages in minutes.
    with time_machine.travel(timezone.now(), tick=False):
        answer = client.get(f"/admin/work/{name}/")
        shown = client.get("/admin/").context["boxes"]
    assert answer.status_code == 200
    items: list[Item] = answer.context["box"].items
    assert (shown[name].items if name in shown else []) == items[:8]
    return items


def slugs(client: Client, name: str) -> list[str]:
    return [item.slug for item in box(client, name)]


def risks(client: Client) -> dict[str, list[str]]:
    return {item.slug: [words for _, words in item.badges] for item in box(client, "queue")}


def public(slug: str, at: datetime = NOW - DAY, **values: Any) -> Actor:
    """Return a published record that the ledger has, with a source."""
    actor = make_actor(slug, **values)
    cite(actor)
    append_missing_versions(Act(at))
    return actor


def proposed(record: Record, by: str = "curator", kind: VersionKind = VersionKind.UPDATE, **values: Any) -> Proposal:
    document = {key: value for key, value in (encode(type_of(record), record.pk) | values).items() if value}
    proposal = proposals.propose(record, ProposedChange(document, kind), Act(NOW, user_of(by), "Because."))
    proposals.submit(proposal, Act(NOW, user_of(by)))
    return proposal


# --- What is mine -------------------------------------------------------------------------------


def test_a_curator_finds_their_drafts_and_what_was_returned_with_the_reason(curator: Client) -> None:
    make_order("mine", state=State.DRAFT, author=user_of("curator"))
    make_order("other", state=State.DRAFT, author=make_user("curator"))
    back = make_actor("back", state=State.IN_REVIEW, author=user_of("curator"))
    moves.send_back(back, Act(NOW, make_user("reviewer", name="bo"), "Cite more."))
    assert slugs(curator, "drafts") == ["mine"]
    (item,) = box(curator, "returned")
    assert (item.slug, item.link) == ("back", f"/admin/sanctions/actor/{back.pk}/change/")
    assert item.lines == (f"bo, {NOW:%-d %b %Y}: Cite more.",)


def test_what_is_handed_in_again_is_no_longer_returned(curator: Client) -> None:
    back = make_actor("back", state=State.IN_REVIEW, author=user_of("curator"))
    moves.send_back(back, Act(NOW, make_user("reviewer"), "Cite more."))
    moves.submit(back, Act(NOW, user_of("curator"), "Cited."))
    assert (slugs(curator, "returned"), slugs(curator, "handed-in")) == ([], ["back"])


def test_a_curator_finds_their_proposed_changes_and_how_far_they_are(curator: Client) -> None:
    first, second = proposed(public("iran"), summary="A state."), proposed(public("iraq"), summary="A state.")
    proposals.send_back(second, Act(NOW, make_user("reviewer", name="bo"), "Which?"))
    stages = {item.slug: item.badges[0][1] for item in box(curator, "proposals")}
    assert stages == {"iran": "in review", "iraq": "draft"}
    (item,) = box(curator, "returned")
    assert item.link.endswith(f"/proposal/{second.number}/change/")
    assert item.lines == (f"proposed change {second.number}", f"bo, {NOW:%-d %b %Y}: Which?")
    assert slugs(curator, "handed-in") == ["iran"]
    assert first.number != second.number


def test_assigned_work_is_listed_by_its_due_day(reviewer: Client) -> None:
    today = timezone.localdate()
    bo = make_user("reviewer", name="bo")
    for slug, due in (("late", today + 9 * DAY), ("soon", today), ("whenever", None)):
        matter = Matter(make_actor(slug, state=State.IN_REVIEW))
        reviews.assign(matter, user_of("reviewer"), due, Act(NOW, bo))
    change = proposed(public("iran"), summary="A state.")
    reviews.assign(Matter(Actor.objects.get(slug="iran"), change), user_of("reviewer"), today + DAY, Act(NOW, bo))
    assert slugs(reviewer, "assigned") == ["soon", "iran", "late", "whenever"]
    assert list(reviewer.get("/admin/").context["boxes"])[:2] == ["assigned", "queue"]


# --- What waits ---------------------------------------------------------------------------------


def test_the_riskiest_comes_first_then_the_oldest(reviewer: Client) -> None:
    author = make_user("curator", name="ada")
    for days, slug in ((3, "old"), (2, "moving"), (1, "new")):
        record: Any = make_event(slug, state=State.DRAFT, author=author)
        moves.submit(record, Act(NOW - days * DAY, author, "Done."))
    make_effect("revoked", "2018-05-08", Event.objects.get(slug="moving"), order=make_order())
    assert slugs(reviewer, "queue") == ["moving", "old", "new"]


def test_a_first_time_author_is_shown_until_something_of_theirs_was_published(reviewer: Client) -> None:
    ada = make_user("curator", name="ada")
    make_actor("second", state=State.IN_REVIEW, author=ada)
    assert risks(reviewer) == {"second": [FIRST_TIME]}
    first = make_actor("first", state=State.IN_REVIEW, author=ada)
    cite(first)
    moves.publish(first, Act(NOW, user_of("reviewer"), "Right."))
    assert risks(reviewer) == {"second": []}


def test_how_many_standings_an_event_would_move_is_shown(reviewer: Client) -> None:
    event = make_event("event", state=State.IN_REVIEW)
    order, agreement = make_order(), make_agreement()
    for verb in ("amended", "revoked"):
        make_effect(verb, "2018-05-08", event, order=order)
    assert risks(reviewer)["event"] == ["moves 1 standing"]
    make_effect("withdrew", "2018-05-08", event, agreement=agreement, party=make_actor())
    make_effect("withdrew", "2018-05-08", event, agreement=agreement, party=make_actor())
    assert risks(reviewer)["event"] == ["moves 3 standings"]
    Event.objects.update(modality=Modality.CANCELLED)
    assert risks(reviewer)["event"] == []


EFFECT: Final = {"order": "us-eo-1", "verb": "revoked", "effective_on": "2018"}


@pytest.mark.parametrize(
    ("base", "document", "moved"),
    [
        ({}, {}, 0),
        ({"effects": [EFFECT]}, {"effects": [EFFECT], "title": "Other"}, 0),
        ({"effects": [EFFECT]}, {"effects": [EFFECT | {"effective_on": "2019"}]}, 1),
        ({"effects": [EFFECT]}, {}, 1),
        ({"effects": [EFFECT]}, {"effects": [EFFECT, EFFECT | {"order": "us-eo-2"}]}, 1),
        ({"effects": [EFFECT]}, {"effects": [EFFECT], "modality": "cancelled"}, 1),
    ],
)
def test_a_change_moves_what_the_effects_touch_that_differ(
    base: dict[str, Any], document: dict[str, Any], moved: int
) -> None:
    assert count_changed_standings(base, document) == moved


def test_what_takes_sources_away_is_shown() -> None:
    two = {"citations": [{"source": "a"}, {"source": "b"}]}
    assert count_lost_sources(two, {"citations": [{"source": "a", "pinpoint": "1"}]}) == 1
    assert count_lost_sources(two, {}) == 2
    assert count_lost_sources({}, two) == 0


def test_a_correction_of_what_was_retracted_before_that_takes_sources_away(reviewer: Client) -> None:
    iran = public("iran")
    cite(iran)
    bo, cy = make_user("reviewer"), make_user("reviewer")
    moves.retract(iran, Act(NOW, bo, "Wrong."))
    moves.restore(iran, Act(NOW, cy, "Right."))
    citations = encode(type_of(iran), iran.pk)["citations"][:1]
    proposed(iran, kind=VersionKind.CORRECTION, citations=citations)
    assert risks(reviewer)["iran"] == [
        FIRST_TIME,
        "the record was retracted before",
        "takes away 1 source",
        "correction: what was public was wrong",
    ]


@pytest.mark.parametrize(("lost", "words"), [(1, "takes away 1 source"), (2, "takes away 2 sources")])
def test_how_many_sources_a_change_takes_away_is_shown(reviewer: Client, lost: int, words: str) -> None:
    iran = public("iran")
    for _ in range(2):
        cite(iran)
    proposed(iran, citations=encode(type_of(iran), iran.pk)["citations"][lost:])
    assert risks(reviewer)["iran"] == [FIRST_TIME, words]


def test_a_request_for_retraction_waits_until_it_is_resolved_or_done(reviewer: Client) -> None:
    ada = make_user("curator", name="ada")
    iran, iraq = public("iran"), public("iraq")
    for actor in (iran, iraq):
        reviews.add_remark(Matter(actor), "It is wrong.", Act(NOW, ada), kind=RemarkKind.RETRACTION)
    assert risks(reviewer)["iran"] == ["somebody asks for the record to be retracted"]
    request = reviews.add_remark(Matter(iran), "Really.", Act(NOW, ada), kind=RemarkKind.RETRACTION)
    reviews.resolve(Matter(iran), request, Act(NOW, user_of("reviewer"), "No."))
    moves.retract(iraq, Act(NOW, user_of("reviewer"), "It is wrong."))
    assert slugs(reviewer, "queue") == ["iran"]


def test_what_is_overdue_is_shown(reviewer: Client) -> None:
    make_actor("iran", state=State.IN_REVIEW)
    Assignment.objects.create(
        record_type="actor", slug="iran", name="bo", due_on=date(2025, 2, 7), set_by="bo", set_at=NOW
    )
    assert risks(reviewer)["iran"] == ["overdue since 2025-02-07"]


def test_own_work_is_shown_as_not_ones_own_to_decide(reviewer: Client, curator: Client) -> None:
    make_actor("mine", state=State.IN_REVIEW, author=user_of("reviewer"))
    assert box(reviewer, "queue")[0].lines[-1] == "You are an author: another reviewer decides."
    assert box(curator, "queue")[0].lines[-1] == "For a reviewer to decide."


# --- What wants upkeep --------------------------------------------------------------------------


@pytest.fixture
def old(settings: Settings) -> datetime:
    """An instant longer ago than a record may stay unchecked."""
    settings.STALE_AFTER_DAYS = 30
    return NOW - 31 * DAY


def test_what_still_holds_and_was_not_looked_at_for_long_is_stale(curator: Client, old: datetime) -> None:
    order, over = make_order("in-force"), make_order("over")
    make_effect("took_effect", "2013", order=order)
    make_effect("revoked", "2016", order=over)
    make_program("program")
    make_designation("listed", delisted_on="")
    make_designation("delisted", listed_on="2010", delisted_on="2015")
    make_event("announced", modality=Modality.SCHEDULED)
    make_event("happened")
    append_missing_versions(Act(old))
    stale = slugs(curator, "stale")
    assert {"in-force", "program", "listed", "announced"} <= set(stale)
    assert not {"over", "delisted", "happened"} & set(stale)


def test_a_change_or_a_confirmation_makes_it_fresh_again(curator: Client, old: datetime) -> None:
    for slug in ("changed", "confirmed", "neither"):
        make_program(slug)
    append_missing_versions(Act(old))
    assert {"changed", "confirmed", "neither"} <= set(slugs(curator, "stale"))
    proposal = proposed(program_of("changed"), summary="Other.", citations=[{"source": make_source().slug}])
    record = program_of("changed")
    seen = proposals.seal(proposal, proposals.merge_into_public(proposal, encode(type_of(record), record.pk)).document)
    proposals.accept(proposal, Act(NOW, make_user("reviewer")), seen=seen)
    reviews.confirm(program_of("confirmed"), Act(NOW, user_of("curator"), "As in the register."))
    assert not {"changed", "confirmed"} & set(slugs(curator, "stale"))
    assert "neither" in slugs(curator, "stale")


def program_of(slug: str) -> Record:
    program: Record = NOUNS["program"]._default_manager.get(slug=slug)
    return program


def test_the_longest_unchecked_comes_first_and_when_it_was_is_shown(curator: Client, old: datetime) -> None:
    make_program("later")
    Actor.objects.update(state=State.DRAFT)
    append_missing_versions(Act(old))
    make_program("never", issuer=Actor.objects.get())
    items = box(curator, "stale")
    assert {item.slug: item.lines[0] for item in items} == {
        "never": "never checked",
        "later": f"last checked {old.day} {old:%b %Y}",
    }


def test_records_without_a_source_and_with_rows_without_one_are_found(curator: Client) -> None:
    make_program("none", issuer=cited_actor("issuer"))
    order = make_order("partly", issuer=Actor.objects.get(slug="issuer"))
    for n in range(7):
        make_measure(order, f"measure-{n}")
    cite(order, field="title")
    cite(order, field="measures[1].title")
    items = {item.slug: item for item in box(curator, "unsourced")}
    assert items.keys() == {"none", "partly"}
    assert (items["none"].lines, items["none"].badges) == (("published",), (("danger", "no source at all"),))
    measures = "measures[0], measures[2], measures[3], measures[4], measures[5] and 1 more"
    assert items["partly"].lines == ("published", f"no source for {measures}")
    assert items["partly"].badges == (("warning", "in part without a source"),)


def cited_actor(slug: str) -> Actor:
    actor = make_actor(slug)
    cite(actor)
    return actor


@pytest.mark.parametrize("field", ["", "title", "effects", "effects[1]", "effects[1].verb", "effects[10]", "positions"])
def test_the_search_for_rows_without_a_source_agrees_with_the_check_of_one_record(field: str) -> None:
    event = make_event("event")
    for ordinal in (0, 3, 7):
        make_effect("amended", "2018", event, order=make_order(), ordinal=ordinal)
    cite(event, field=field)
    expected = unsourced(type_of(event), encode(type_of(event), event.pk))
    paths = {lacking.slug: lacking.paths for lacking in lacking_rows(ALL)}
    assert paths.get("event", []) == expected


def test_links_that_are_broken_are_listed_and_those_no_longer_there_are_not(curator: Client) -> None:
    source = make_source("gone", url="https://example.org/gone")
    LinkCheck.objects.create(source=source, url=source.url, checked_at=NOW, status=404, error="not found", failures=3)
    LinkCheck.objects.create(
        source=source, url="https://example.org/before", checked_at=NOW, status=404, error="not found", failures=1
    )
    (item,) = box(curator, "links")
    assert (item.slug, item.badges) == ("gone", (("danger", "404"),))
    assert item.lines == (source.url, f"not found ({NOW:%-d %b %Y}, 3 times in a row)")
    LinkCheck.objects.filter(url=source.url).update(failures=1)
    (item,) = box(curator, "links")
    assert item.lines == (source.url, f"not found ({NOW:%-d %b %Y}, once)")
    Source.objects.update(state=State.RETRACTED)
    assert slugs(curator, "links") == []


# --- Pages --------------------------------------------------------------------------------------


def fill_the_lists(size: int) -> None:
    """Add so many lines to every list."""
    curator, reviewer = user_of("curator"), user_of("reviewer")
    for n in range(size):
        mark = f"{n}-{Order.objects.count()}"
        make_order(f"draft-{mark}", state=State.DRAFT, author=curator)
        back = make_actor(f"back-{mark}", state=State.IN_REVIEW, author=curator)
        moves.send_back(back, Act(NOW, make_user("reviewer"), "Cite more."))
        event = make_event(f"event-{mark}", state=State.IN_REVIEW, author=curator)
        make_effect("amended", "2018", event, order=make_order(f"order-{mark}"))
        if reviewer.has_perm("sanctions.publish_event"):
            reviews.assign(Matter(event), reviewer, None, Act(NOW, make_user("reviewer")))
        actor = public(f"public-{mark}", at=NOW - 9999 * DAY)
        proposed(actor, summary="A state.")
        reviews.add_remark(Matter(actor), "It is wrong.", Act(NOW, curator), kind=RemarkKind.RETRACTION)
        order = make_order(f"partly-{mark}")
        make_measure(order, f"measure-{mark}")
        cite(order, field="title")
        source = make_source(f"source-{mark}", url=f"https://example.org/{n}")
        LinkCheck.objects.create(source=source, url=source.url, checked_at=NOW, error="not found", failures=1)
    for n in range(size):
        # The ledger has no version of them, so they were never checked.
        make_program(f"program-{n}-{Order.objects.count()}")


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("group", ["curator", "reviewer", "administrator"])
def test_the_dashboard_makes_few_queries_however_much_there_is(sign_in: Sign, group: str) -> None:
    client = sign_in(group)
    sign_in("reviewer")
    fill_the_lists(2)
    client.get("/admin/")
    few = queries(client, "/admin/")
    fill_the_lists(5)
    assert queries(client, "/admin/") == few < BUDGET


@pytest.mark.parametrize("name", BOXES)
def test_a_whole_list_makes_as_many_queries_for_many_lines_as_for_few(
    reviewer: Client, curator: Client, name: str
) -> None:
    fill_the_lists(2)
    client = curator if name in ("drafts", "returned", "proposals", "handed-in") else reviewer
    client.get(f"/admin/work/{name}/")
    few = queries(client, f"/admin/work/{name}/")
    before = len(box(client, name))
    fill_the_lists(5)
    assert queries(client, f"/admin/work/{name}/") == few
    assert len(box(client, name)) > before > 0


def test_a_list_that_is_none_is_not_found_and_none_is_for_strangers(curator: Client, sign_in: Sign) -> None:
    assert curator.get("/admin/work/nothing/").status_code == 404
    assert Client().get("/admin/work/queue/").status_code == 302
    make_actor("iran", state=State.IN_REVIEW)
    assert sign_in("nobody").get("/admin/work/queue/").context["box"].items == []


def test_the_queue_has_only_what_one_may_see() -> None:
    make_actor("iran", state=State.IN_REVIEW)
    make_order("us-eo-1", state=State.IN_REVIEW)
    assert [item.slug for item in review_queue([Order], timezone.localdate())] == ["us-eo-1"]
    assert review_queue([], timezone.localdate()) == []
