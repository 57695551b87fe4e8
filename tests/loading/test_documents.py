"""Writing documents: all or nothing, every fault with its path, and only what changed."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanctions.exceptions import InvalidDocument, Problem
from sanctions.loading.documents import Incoming, SaveReport, save_documents
from sanctions.loading.unwritten import find_rejections
from sanctions.models import Effect, Event, Measure, Order, Tenure
from sanctions.records.base import RecordType
from sanctions.records.encode import encode, encode_many
from sanctions.records.registry import BY_NAME
from sanctions.records.validate import validate
from sanctions.vocabulary import State
from tests.factories.acts import ACT
from tests.factories.documents import refer, world
from tests.factories.users import make_user


@pytest.fixture(autouse=True)
def stored_world(db: None) -> None:
    save_documents(world(), ACT)


def document(slug: str, **changes: Any) -> dict[str, Any]:
    """The document of a record of the world, with these keys changed."""
    found = {item.slug: item.document for item in world()}
    return {**found.get(slug, refer(slug)), **changes}


def save(*documents: dict[str, Any], state: State = State.PUBLISHED) -> SaveReport:
    return save_documents(
        [Incoming(BY_NAME[item["slug"].partition("-")[0]], item, state, "a.yaml") for item in documents],
        ACT,
    )


def faults(*documents: dict[str, Any]) -> list[tuple[str, str]]:
    """The path and message of every fault that keeps the documents out; nothing is written.

    A single document has the same faults when it is only checked, as a proposal is.
    """
    before = {model: list(model._default_manager.order_by("pk").values()) for model in (Order, Measure, Event, Effect)}
    with pytest.raises(InvalidDocument) as refusal:
        save(*documents)
    after = {model: list(model._default_manager.order_by("pk").values()) for model in (Order, Measure, Event, Effect)}
    assert before == after
    assert all(problem.origin == "a.yaml" for problem in refusal.value.problems)
    if len(documents) == 1 and not validate(type_named(documents[0]), documents[0]):
        assert checked(documents[0]) == refusal.value.problems
    return [(problem.path, problem.message) for problem in refusal.value.problems]


def type_named(item: dict[str, Any]) -> RecordType:
    return BY_NAME[item["slug"].partition("-")[0]]


def checked(item: dict[str, Any]) -> list[Problem]:
    """Return the faults of a document that is not written, only compared with its record."""
    record_type = type_named(item)
    stored = record_type.model._default_manager.filter(slug=item["slug"]).exists()
    incoming = Incoming(record_type, item, State.PUBLISHED, "a.yaml")
    return find_rejections(incoming, read(item["slug"]) if stored else {})


def read(slug: str) -> dict[str, Any]:
    record_type = BY_NAME[slug.partition("-")[0]]
    return encode(record_type, record_type.model._default_manager.get(slug=slug).pk)


# --- References ---------------------------------------------------------------------------------


def test_a_reference_to_nothing_is_named_with_its_path() -> None:
    measure = {**refer("measure-1"), "targets": ["actor-1", "nobody"]}
    assert faults(document("order-1", issuer="none", measures=[measure])) == [
        ("issuer", "There is no actor with the slug 'none'."),
        ("measures[0].targets[1]", "There is no actor with the slug 'nobody'."),
    ]


def test_records_that_come_together_may_refer_to_each_other() -> None:
    order = document("order-new", issuer="actor-new", relations=[{"kind": "cites", "to_agreement": "agreement-new"}])
    save(order, document("agreement-new"), document("actor-new"))
    assert read("order-new")["issuer"] == "actor-new"


def test_a_record_may_refer_to_its_own_parts() -> None:
    commitments = [
        {**refer("commitment-1"), "in_return_for": ["commitment-new"]},
        refer("commitment-2"),
        {**refer("commitment-new"), "in_return_for": ["commitment-1", "commitment-new"]},
    ]
    save(document("agreement-1", commitments=commitments))
    assert read("agreement-1")["commitments"] == commitments


def test_progress_is_told_of_every_record_once() -> None:
    documents = [document("actor-1", name="Another"), document("actor-2"), document("order-1"), document("actor-new")]
    for state in (State.PUBLISHED, State.PUBLISHED, State.DRAFT):
        told: list[int] = []
        save_documents(
            [Incoming(BY_NAME[one["slug"].partition("-")[0]], one, state) for one in documents], ACT, told.append
        )
        assert sum(told) == len(documents)


# --- Slugs --------------------------------------------------------------------------------------


def test_a_slug_stands_for_one_record() -> None:
    ((path, message),) = faults(document("order-1"), document("order-1", title="Another"))
    assert (path, message) == ("slug", "The slug 'order-1' is used twice, also in a.yaml order order-1.")


def test_a_part_has_a_slug_of_its_own_within_its_record() -> None:
    measures = [refer("measure-1"), refer("measure-2"), refer("measure-2")]
    ((path, message),) = faults(document("order-1", measures=measures))
    assert (path, message) == ("measures[2].slug", "The slug 'measure-2' is used twice, also in a.yaml order order-1.")


def test_a_part_has_a_slug_of_its_own_among_those_that_come_in() -> None:
    one = document("order-1", measures=[refer("measure-1"), refer("measure-2"), refer("measure-new")])
    other = document("order-2", measures=[refer("measure-3"), refer("measure-new")])
    ((path, message),) = faults(one, other)
    assert (path, message) == (
        "measures[1].slug",
        "The slug 'measure-new' is used twice, also in a.yaml order order-1.",
    )


def test_a_part_of_another_record_cannot_be_taken() -> None:
    ((path, message),) = faults(document("order-2", measures=[refer("measure-3"), refer("measure-1")]))
    assert (path, message) == ("measures[1].slug", "The slug 'measure-1' is used already, by order order-1.")


def test_a_part_can_move_to_another_record_that_comes_with_the_one_that_gives_it_away() -> None:
    pk = Measure.objects.get(slug="measure-1").pk
    save(
        document("order-2", measures=[refer("measure-3"), refer("measure-1")]),
        document("order-1", measures=[refer("measure-2")]),
    )
    moved = Measure.objects.get(pk=pk)
    assert (moved.order.slug, moved.ordinal) == ("order-2", 1)
    assert read("order-1")["measures"] == [refer("measure-2")]


# --- Parts that others refer to -----------------------------------------------------------------


def effect_on(measure: str) -> dict[str, Any]:
    return {"measure": measure, "verb": "took_effect", "effective_on": "2016"}


def test_parts_can_change_places() -> None:
    keys = dict(Measure.objects.values_list("slug", "pk"))
    save(document("event-1", effects=[effect_on("measure-1")]))
    save(document("order-1", measures=[refer("measure-2"), refer("measure-1")]))
    assert [row["slug"] for row in read("order-1")["measures"]] == ["measure-2", "measure-1"]
    assert dict(Measure.objects.values_list("slug", "pk")) == keys


def test_a_part_that_nobody_refers_to_can_go() -> None:
    save(document("order-1", measures=[refer("measure-2")]))
    assert not Measure.objects.filter(slug="measure-1").exists()
    save(document("order-1", measures=[]))
    assert read("order-1") == {key: value for key, value in document("order-1").items() if key != "measures"}


def test_a_part_that_others_refer_to_cannot_go() -> None:
    save(document("event-1", effects=[effect_on("measure-1")]))
    assert faults(document("order-1", measures=[refer("measure-2")])) == [
        ("measures", "measure-1 cannot be removed: event event-1 refers to it.")
    ]


def test_a_tenure_in_which_somebody_took_part_cannot_go() -> None:
    save(document("event-1", participations=[{"actor": "actor-2", "role": "speaker", "capacity": "tenure-2"}]))
    assert faults(document("actor-2", tenures=[refer("tenure-3")])) == [
        ("tenures", "tenure-2 cannot be removed: event event-1 refers to it.")
    ]


def test_a_commitment_that_another_is_owed_for_cannot_go() -> None:
    owed = {**refer("commitment-3"), "in_return_for": ["commitment-1"]}
    save(document("agreement-2", commitments=[owed]))
    assert faults(document("agreement-1", commitments=[refer("commitment-2")])) == [
        ("commitments", "commitment-1 cannot be removed: agreement agreement-2 refers to it.")
    ]
    assert read("agreement-2")["commitments"] == [owed]


def test_a_fault_names_the_record_whose_part_cannot_go() -> None:
    save(document("event-1", effects=[effect_on("measure-3")]))
    with pytest.raises(InvalidDocument) as refusal:
        save(document("order-1", title="Changed"), document("order-2", measures=[]))
    assert [problem.record for problem in refusal.value.problems] == ["order order-2"]


def test_a_part_can_go_together_with_what_refers_to_it() -> None:
    save(document("event-1", effects=[effect_on("measure-1")]))
    save(document("order-1", measures=[refer("measure-2")]), document("event-1"))
    assert not Measure.objects.filter(slug="measure-1").exists()


def test_a_reference_to_a_part_that_goes_is_a_reference_to_nothing() -> None:
    kept = {**refer("commitment-2"), "in_return_for": ["commitment-1"]}
    assert faults(document("agreement-1", commitments=[kept])) == [
        ("commitments[0].in_return_for[0]", "There is no commitment with the slug 'commitment-1'.")
    ]
    assert faults(
        document("order-1", measures=[refer("measure-2")]), document("event-1", effects=[effect_on("measure-1")])
    ) == [("effects[0].measure", "There is no measure with the slug 'measure-1'.")]


# --- What the database refuses ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "changes", "path", "message"),
    [
        (
            "event-1",
            {"effects": [effect_on("measure-1"), {**effect_on("measure-1"), "verb": "breached"}]},
            "effects[1]",
            "This verb is not allowed for this subject",
        ),
        (
            "event-1",
            {"effects": [{**effect_on("measure-1"), "until": "2015"}]},
            "effects[0]",
            "An effect cannot end before it begins.",
        ),
        (
            "event-1",
            {"participations": [{"actor": "actor-1", "role": "speaker"}, {"actor": "actor-1", "role": "speaker"}]},
            "participations[1]",
            "The actor has this role in the event already.",
        ),
        (
            "event-1",
            {"ballots": [{"member": "actor-1", "choice": "for"}, {"member": "actor-1", "choice": "against"}]},
            "ballots[1]",
            "The member has voted already.",
        ),
        (
            "order-1",
            {"names": [{"kind": "acronym", "text": "ISA"}, {"kind": "acronym", "text": "ISA"}]},
            "names[1]",
            "The order has this name already.",
        ),
        (
            "designation-1",
            {"program": "program-1", "listed_on": "2018", "delisted_on": "2017"},
            "",
            "cannot end before",
        ),
        (
            "agreement-1",
            {"commitments": [refer("commitment-1"), {**refer("commitment-2"), "limit": 300}]},
            "commitments[1]",
            "A limit needs a unit.",
        ),
        (
            "actor-1",
            {"tenures": [{**refer("tenure-1"), "from": "2016", "until": "2015"}]},
            "tenures[0]",
            "A tenure cannot end before it begins.",
        ),
        (
            "actor-3",
            {"relationships": [{"kind": "part_of", "to": "actor-1", "from": "2016", "until": "2015"}]},
            "relationships[0]",
            "A relationship cannot end before it begins.",
        ),
        (
            "event-1",
            {"penalties": [{"violation": "violation-1", "amount": 0, "currency": "USD"}]},
            "penalties[0]",
            "A penalty is a sum above zero.",
        ),
    ],
)
@pytest.mark.parametrize("new", [False, True])
def test_what_a_constraint_refuses_is_told_with_the_path_of_its_row(
    slug: str, changes: dict[str, Any], path: str, message: str, new: bool
) -> None:
    if new and slug in ("agreement-1", "actor-1"):
        changes = {
            name: [{**row, "slug": f"{row['slug']}-new"} for row in rows] if isinstance(rows, list) else rows
            for name, rows in changes.items()
        }
    given = {**document(slug), **changes}
    given |= {"slug": f"{slug}-new"} if new else {}
    given |= {"measures": []} if new and slug == "order-1" else {}
    ((there, why),) = faults(document("order-2", title="Also changed"), given)
    assert there == path
    assert message in why


def test_an_order_has_no_relation_to_itself() -> None:
    ((path, message),) = faults(document("order-1", relations=[{"kind": "cites", "to_order": "order-1"}]))
    assert (path, message) == ("relations[0]", "An order has no relation to itself.")


def test_the_same_fault_in_many_records_is_told_for_each() -> None:
    bad = [{"violation": "violation-1", "amount": 0, "currency": "USD"}]
    assert len(faults(document("event-1", penalties=bad), document("event-2", penalties=bad))) == 2


def test_a_good_document_beside_a_bad_one_is_not_written() -> None:
    faults(document("order-1", title="Changed"), document("event-1", kind="nonsense"))
    assert read("order-1")["title"] == "order-1"


# --- Only what changed --------------------------------------------------------------------------


def test_what_is_the_same_is_left_alone() -> None:
    report = save(document("order-1"), document("order-2", title="Changed"), document("actor-new"))
    assert (report.created, report.changed, report.unchanged) == (
        {"actor": ["actor-new"]},
        {"order": ["order-2"]},
        1,
    )


def test_a_part_of_a_changed_record_keeps_its_key() -> None:
    tenures = dict(Tenure.objects.values_list("slug", "pk"))
    save(document("actor-2", name="Another"))
    assert dict(Tenure.objects.values_list("slug", "pk")) == tenures


def test_who_wrote_and_approved_a_record_stays() -> None:
    author = make_user()
    Order.objects.filter(slug="order-1").update(author=author)
    save(document("order-1", title="Changed"))
    assert Order.objects.get(slug="order-1").author == author


# --- The number of queries ----------------------------------------------------------------------


def queries(*documents: dict[str, Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        save(*documents)
    return len(captured)


def new_orders(count: int) -> list[dict[str, Any]]:
    return [
        document(
            f"order-new-{number}",
            topics=["sanctions"],
            programs=["program-1"],
            measures=[{**refer(f"measure-new-{number}"), "targets": ["actor-1"], "sectors": ["oil"]}],
            directives=[{"addressee": "actor-1", "text": "Report."}],
            identifiers=[{"scheme": "us-eo", "value": str(number)}],
            citations=[{"source": "source-1"}],
        )
        for number in range(count)
    ]


def changed(orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**order, "title": "Changed"} for order in orders]


def test_many_records_are_read_in_as_many_queries_as_few() -> None:
    save(*new_orders(50))
    keys = list(Order.objects.filter(slug__startswith="order-new").values_list("pk", flat=True))
    counts = []
    for some in (keys[:5], keys):
        with CaptureQueriesContext(connection) as captured:
            assert len(encode_many(BY_NAME["order"], some)) == len(some)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_many_new_records_are_written_in_as_many_queries_as_few() -> None:
    few, many = new_orders(5), new_orders(55)[5:]
    assert abs(queries(*few) - queries(*many)) <= 2


def test_records_left_alone_take_no_writes() -> None:
    save(*new_orders(50))
    with CaptureQueriesContext(connection) as captured:
        save(*new_orders(50))
    assert [query["sql"] for query in captured if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []


def test_a_changed_record_takes_one_query_for_itself_and_one_for_each_part_that_others_refer_to() -> None:
    save(*new_orders(50))
    few = queries(*changed(new_orders(5)))
    many = queries(*changed(new_orders(50)[5:]))
    assert abs(many - few - 2 * 40) <= 2


# --- Checked without being written ----------------------------------------------------------------


def test_a_good_document_is_found_good_without_being_written() -> None:
    measure = {**refer("measure-1"), "title": "Another title"}
    assert checked(document("order-1", title="Another title", measures=[measure, refer("measure-new")])) == []
    assert not Measure.objects.filter(slug="measure-new").exists()


def test_rows_that_are_stored_already_take_no_query_when_they_are_checked() -> None:
    changed = {**document("event-1"), "summary": "Changed."}
    find_rejections(Incoming(BY_NAME["event"], changed), read("event-1"))
    with CaptureQueriesContext(connection) as captured:
        find_rejections(Incoming(BY_NAME["event"], changed), read("event-1"))
    conditions = [query["sql"] for query in captured.captured_queries if '"_check"' in query["sql"]]
    assert len(conditions) == 1
