"""/api/v1/{orders,measures,agreements,commitments,violations}/{slug}/standing/: the reasons of a standing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from sanctions.loading.documents import Incoming, save_documents
from sanctions.loading.yaml_files import read_file
from sanctions.records.registry import BY_PLURAL
from sanctions.vocabulary import State
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many
from tests.factories.acts import ACT

Ask = Callable[..., Any]
SUBJECTS = [
    ("orders", "ban-order", "Order"),
    ("orders", "act", "Order"),
    ("orders", "vague", "Order"),
    ("measures", "ban", "Measure"),
    ("measures", "freeze", "Measure"),
    ("agreements", "pact", "Agreement"),
    ("commitments", "pledge", "Commitment"),
    ("violations", "breach", "Violation"),
]
#: At most: the state of everything public, the record, its effects, those on parties or its obligors, their citations.
MOST = 5


@pytest.fixture(scope="module")
def _reasons(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        save_documents(read_file(Path(__file__).parent / "reasons.yaml"), ACT)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def reasons(_reasons: None, db: None) -> None:
    """The world of reasons.yaml."""


pytestmark = pytest.mark.usefixtures("reasons")


def verbs(chain: list[dict[str, Any]]) -> list[str]:
    return [effect["verb"] for effect in chain]


def spans(answer: dict[str, Any]) -> list[tuple[str | None, str]]:
    return [(span["from"], span["code"]) for span in answer["spans"]]


def turns(answer: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    return [(turn["transition"], turn["on"], turn["standing"]) for turn in answer["upcoming"]]


# --- The standing is the one that records show --------------------------------------------------


@pytest.mark.parametrize("day", ["1990-01-01", "2010-01-02", "2015-05-15", "2019-01-01", "2026-01-01"])
@pytest.mark.parametrize(("noun", "slug", "name"), SUBJECTS)
def test_the_standing_is_the_same_as_the_record_shows(ask: Ask, noun: str, slug: str, name: str, day: str) -> None:
    answer, record = ask(f"{noun}/{slug}/standing/", as_of=day), ask(f"{noun}/{slug}/", as_of=day)
    assert answer["standing"] == record["standing"]
    assert answer["as_of"] == day
    assert [row["standing"] for row in answer.get("parties", [])] == [
        row["standing"] for row in record.get("parties", [])
    ]
    assert [row["standing"] for row in answer.get("by_obligor", [])] == [
        row["standing"] for row in record.get("by_obligor", [])
    ]


@pytest.mark.parametrize("day", ["1990-01-01", "2010-01-02", "2015-05-15", "2019-01-01", "2026-01-01"])
@pytest.mark.parametrize(("noun", "slug", "name"), SUBJECTS)
def test_every_answer_is_as_the_schema_says(ask: Ask, noun: str, slug: str, name: str, day: str) -> None:
    assert faults(f"{name}StandingExplanation", ask(f"{noun}/{slug}/standing/", as_of=day)) == []


@pytest.mark.parametrize(("noun", "slug", "name"), SUBJECTS)
def test_the_answer_names_what_it_is_about(ask: Ask, noun: str, slug: str, name: str) -> None:
    answer = ask(f"{noun}/{slug}/standing/")
    assert answer[name.lower()]["url"] == f"/api/v1/{noun}/{slug}/"


def test_a_measure_and_a_commitment_name_what_they_are_part_of(ask: Ask) -> None:
    assert ask("measures/freeze/standing/")["order"]["slug"] == "ban-order"
    assert ask("commitments/pledge/standing/")["agreement"]["slug"] == "pact"


def test_a_measure_without_a_title_goes_by_its_kind(ask: Ask) -> None:
    assert ask("measures/freeze/standing/")["measure"]["name"] == "asset freeze"


# --- The chain ----------------------------------------------------------------------------------


def test_the_chain_has_the_effects_up_to_the_day_oldest_first(ask: Ask) -> None:
    assert verbs(ask("orders/ban-order/standing/", as_of="2010-01-01")["chain"]) == ["issued"]
    assert verbs(ask("orders/ban-order/standing/", as_of="2019-12-31")["chain"]) == ["issued", "took_effect"]
    assert verbs(ask("orders/ban-order/standing/", as_of="2020-01-01")["chain"]) == ["issued", "took_effect", "revoked"]


def test_each_effect_says_what_it_gives_and_whether_it_decided(ask: Ask) -> None:
    chain = ask("orders/ban-order/standing/", as_of="2020-01-01")["chain"]
    assert [(effect["decisive"], effect["resulting_standing"], effect["decided"]) for effect in chain] == [
        (False, None, False),
        (True, "in_force", False),
        (True, "ended", True),
    ]
    assert chain[2]["by_order"]["slug"] == "repeal"
    assert chain[2]["event"]["slug"] == "ban-repealed"


def test_a_cancelled_event_is_no_reason(ask: Ask) -> None:
    assert "off" not in [effect["event"]["slug"] for effect in ask("orders/ban-order/standing/")["chain"]]


def test_an_effect_flows_from_the_order_to_its_measure(ask: Ask) -> None:
    chain = ask("measures/ban/standing/", as_of="2021-01-01")["chain"]
    flows = [(effect["verb"], effect.get("flows_from", {}).get("slug")) for effect in chain]
    assert flows == [("took_effect", "ban-order"), ("suspended", None), ("revoked", "ban-order")]


def test_an_effect_flows_from_the_agreement_to_its_parties_and_commitments(ask: Ask) -> None:
    party = ask("agreements/pact/standing/", as_of="2031-01-01", party="iran")["parties"][0]
    commitment = ask("commitments/pledge/standing/", as_of="2031-01-01")
    for answer in (party, commitment):
        assert answer["chain"][-1]["verb"] == "terminated"
        assert answer["chain"][-1]["flows_from"]["slug"] == "pact"
        assert "flows_from" not in answer["chain"][0]


def test_what_prolongs_a_standing_is_marked(ask: Ask) -> None:
    answer = ask("orders/act/standing/", as_of="2003-01-01")
    assert (answer["standing"]["code"], answer["standing"]["until"]) == ("in_force", "2006-08-05")
    assert {effect["verb"]: effect["prolonged"] for effect in answer["chain"]} == {
        "took_effect": False,
        "extended": True,
        "amended": False,
    }


def test_a_denial_that_makes_a_claim_disputed_is_marked(ask: Ask) -> None:
    answer = ask("violations/breach/standing/", as_of="2019-01-01")
    assert answer["standing"]["code"] == "disputed"
    marks = [(effect["verb"], effect["decided"], effect["contests"]) for effect in answer["chain"]]
    assert marks == [("alleged", True, False), ("denied", False, True)]
    assert [effect["party"]["slug"] for effect in answer["chain"]] == ["france", "iran"]


def test_an_effect_of_imprecise_date_has_possibly_happened(ask: Ask) -> None:
    answer = ask("orders/vague/standing/", as_of="2015-05-15")
    assert (answer["standing"]["code"], answer["standing"]["certain"]) == ("not_yet_in_force", False)
    assert [(effect["verb"], effect["certain"]) for effect in answer["chain"]] == [("took_effect", False)]
    assert turns(answer)[0] == ("begins", "2015-05-31", "in_force")
    assert ask("orders/vague/standing/", as_of="2015-06-01")["chain"][0]["certain"] is True


# --- Citations ----------------------------------------------------------------------------------


def test_the_citations_for_the_effect_itself_come_first_and_those_for_others_are_left_out(ask: Ask) -> None:
    issued, effective = ask("orders/ban-order/standing/", as_of="2010-02-01")["chain"]
    assert [citation["source"]["slug"] for citation in issued["citations"]] == ["law"]
    assert [citation["source"]["slug"] for citation in effective["citations"]] == ["gazette", "law"]
    assert effective["citations"][0] == {
        "source": {"slug": "gazette", "name": "The gazette", "url": "/api/v1/sources/gazette/"},
        "field": "effects[1].effective_on",
        "pinpoint": "p. 7",
        "asserted_by": {"slug": "france", "name": "France", "url": "/api/v1/actors/france/"},
        "credibility": "1",
        "quote": "on the second day",
    }


# --- Conditions and schedules -------------------------------------------------------------------


def test_a_standing_rests_on_a_condition_that_can_still_be_met(ask: Ask) -> None:
    answer = ask("measures/ban/standing/", as_of="2011-01-01")
    assert answer["standing"]["code"] == "suspended"
    (rests,) = answer["rests_on"]
    assert (rests["kind"], rests["resolution"], rests["latest_on"]) == ("condition", "open", "2012-06-01")
    assert rests["effect"]["condition"] == "Applies once the ports are ready."
    assert "the latest day by which it can be met is 2012-06-01" in rests["detail"]


def test_the_latest_day_counts_where_no_event_met_the_condition_and_the_answer_says_so(ask: Ask) -> None:
    answer = ask("measures/ban/standing/", as_of="2013-01-01")
    assert answer["standing"]["code"] == "in_force"
    (rests,) = answer["rests_on"]
    assert (rests["kind"], rests["resolution"], rests["latest_on"]) == ("condition", "latest_day", "2012-06-01")
    assert answer["chain"][-1]["resolution"] == "latest_day"


def test_a_condition_that_an_event_met_leaves_nothing_open(ask: Ask) -> None:
    answer = ask("measures/freeze/standing/", as_of="2013-01-01")
    assert (answer["standing"]["code"], answer["rests_on"]) == ("in_force", [])
    assert answer["chain"][-1]["resolution"] == "met"
    assert answer["chain"][-1]["fulfilled_by"]["slug"] == "list-published"


def test_a_standing_does_not_rest_on_what_another_effect_decided(ask: Ask) -> None:
    assert ask("measures/ban/standing/", as_of="2021-01-01")["rests_on"] == []


def test_a_standing_rests_on_a_scheduled_event_until_it_is_recorded(ask: Ask) -> None:
    answer = ask("commitments/pledge/standing/", as_of="2026-01-01")
    assert answer["standing"]["code"] == "lapsed"
    (rests,) = answer["rests_on"]
    assert (rests["kind"], rests["latest_on"]) == ("scheduled", "2025-01-01")
    assert "resolution" not in rests
    assert rests["detail"] == (
        "The event was scheduled and is not recorded as having occurred; 2025-01-01 is the day set."
    )
    assert answer["chain"][-1]["modality"] == "scheduled"


def test_upcoming_effects_have_their_condition_and_the_resulting_standing(ask: Ask) -> None:
    answer = ask("agreements/pact/standing/", as_of="2026-01-01")
    (turn,) = answer["upcoming"]
    assert (turn["transition"], turn["on"], turn["standing"]) == ("begins", "2030-01-01", "ended")
    assert (turn["condition"], turn["resolution"]) == ("Ten years after the review, or sooner.", "open")
    assert turn["modality"] == "conditional"
    assert answer["rests_on"] == []


def test_the_end_of_what_holds_now_is_to_come(ask: Ask) -> None:
    assert turns(ask("measures/ban/standing/", as_of="2011-01-01")) == [
        ("ends", "2012-06-01", "in_force"),
        ("begins", "2020-01-01", "ended"),
    ]


def test_the_end_that_an_extension_moved_is_not_to_come_on_its_first_day(ask: Ask) -> None:
    assert turns(ask("orders/act/standing/", as_of="2000-01-01")) == [
        ("begins", "2001-08-01", "in_force"),
        ("begins", "2001-08-01", "in_force"),
        ("ends", "2006-08-05", "ended"),
    ]


def test_what_may_come_on_no_known_day_comes_last_and_gives_no_standing(ask: Ask) -> None:
    answer = ask("orders/vague/standing/", as_of="2015-06-01")
    assert turns(answer) == [("begins", None, None)]
    assert ask("orders/vague/standing/", as_of="2017-01-01")["standing"]["possible"] == ["ended", "in_force"]


# --- The whole history --------------------------------------------------------------------------


def test_the_history_is_every_standing_in_spans(ask: Ask) -> None:
    answer = ask("orders/act/standing/", as_of="1990-01-01")
    assert spans(answer) == [(None, "not_yet_in_force"), ("1996-08-05", "in_force"), ("2006-08-05", "ended")]
    assert [span["until"] for span in answer["spans"]] == ["1996-08-05", "2006-08-05", None]
    assert [span["decided_by"] and span["decided_by"]["verb"] for span in answer["spans"]] == [
        None,
        "took_effect",
        "took_effect",
    ]


def test_the_history_does_not_depend_on_the_day(ask: Ask) -> None:
    for noun, slug, _ in SUBJECTS:
        path = f"{noun}/{slug}/standing/"
        assert ask(path, as_of="1990-01-01")["spans"] == ask(path, as_of="2040-01-01")["spans"]


def test_a_span_says_whether_it_rests_on_what_is_not_confirmed(ask: Ask) -> None:
    answer = ask("commitments/pledge/standing/")
    assert [(span["code"], span["unconfirmed"]) for span in answer["spans"]] == [
        ("not_yet_binding", False),
        ("binding", False),
        ("not_performed", False),
        ("lapsed", True),
        ("lapsed", True),
    ]


# --- Whose standing -----------------------------------------------------------------------------


def test_each_party_has_its_own_standing_chain_and_history(ask: Ask) -> None:
    answer = ask("agreements/pact/standing/", as_of="2016-01-01")
    assert [party["actor"]["slug"] for party in answer["parties"]] == ["france", "iran"]
    for party in answer["parties"]:
        assert (party["standing"]["code"], verbs(party["chain"])) == ("party", ["joined"])
        assert spans(party) == [(None, "no_party"), ("2015-01-01", "party"), ("2030-01-01", "ended")]


def test_one_party_can_be_asked_for(ask: Ask) -> None:
    answer = ask("agreements/pact/standing/", as_of="2016-01-01", party="iran")
    assert [party["actor"] for party in answer["parties"]] == [
        {"slug": "iran", "name": "Iran", "url": "/api/v1/actors/iran/"}
    ]
    assert answer["standing"]["code"] == "in_effect"


def test_an_actor_that_never_acted_under_an_agreement_is_no_party(ask: Ask) -> None:
    answer = ask("agreements/pact/standing/", as_of="2031-01-01", party="oman")
    (party,) = answer["parties"]
    assert (party["actor"]["name"], party["standing"]["code"], party["chain"]) == ("Oman", "no_party", [])
    assert faults("AgreementStandingExplanation", answer) == []


def test_each_obligor_has_its_own_standing(ask: Ask) -> None:
    answer = ask("commitments/pledge/standing/", as_of="2019-01-01")
    codes = {row["actor"]["slug"]: row["standing"]["code"] for row in answer["by_obligor"]}
    assert codes == {"france": "binding", "iran": "not_performed"}
    assert [verbs(row["chain"]) for row in answer["by_obligor"]] == [
        ["took_effect"],
        ["took_effect", "ceased_performing"],
    ]


def test_one_obligor_can_be_asked_for(ask: Ask) -> None:
    answer = ask("commitments/pledge/standing/", obligor="iran")
    assert [row["actor"]["slug"] for row in answer["by_obligor"]] == ["iran"]
    assert ask("commitments/pledge/standing/", obligor="oman")["by_obligor"] == []


# --- What is public -----------------------------------------------------------------------------


def test_a_draft_is_no_reason_and_a_draft_of_a_source_has_no_link(ask: Ask) -> None:
    event = {"kind": "legal_act", "title": "Revoked", "happened_on": "2012"}
    revoked = [{"order": "ban-order", "verb": "revoked", "effective_on": "2012"}]
    amended = [{"order": "ban-order", "verb": "amended", "effective_on": "2012"}]
    save_documents(
        [
            Incoming(BY_PLURAL["sources"], {"slug": "leak", "kind": "news", "title": "A leak"}, state=State.DRAFT),
            Incoming(BY_PLURAL["events"], {"slug": "rumour", **event, "effects": revoked}, state=State.DRAFT),
            Incoming(
                BY_PLURAL["events"],
                {"slug": "change", **event, "effects": amended, "citations": [{"source": "leak"}]},
            ),
        ],
        ACT,
    )
    answer = ask("orders/ban-order/standing/", as_of="2013-01-01")
    assert verbs(answer["chain"]) == ["issued", "took_effect", "amended"]
    assert answer["chain"][-1]["citations"] == [{"source": {"slug": "leak", "name": "leak"}}]
    assert ask("orders/ban-order/standing/", as_of="2013-01-01")["standing"]["code"] == "in_force"


# --- What is refused, and what it costs ---------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameters", "code"),
    [
        ("agreements/pact/standing/", {"party": "nobody"}, "unknown_slug"),
        ("commitments/pledge/standing/", {"obligor": "nobody"}, "unknown_slug"),
        ("orders/act/standing/", {"party": "iran"}, "unknown_parameter"),
        ("orders/act/standing/", {"as_of": "2015-02-30"}, "invalid_date"),
        ("violations/breach/standing/", {"limit": "1"}, "unknown_parameter"),
    ],
)
def test_a_question_with_a_fault_is_refused(ask: Ask, path: str, parameters: dict[str, str], code: str) -> None:
    assert [fault["code"] for fault in ask(path, status=400, **parameters)["errors"]] == [code]


@pytest.mark.parametrize("noun", ["orders", "measures", "agreements", "commitments", "violations"])
def test_what_is_not_there_has_no_standing(ask: Ask, noun: str) -> None:
    assert ask(f"{noun}/nothing/standing/", status=404)["type"].endswith("/not-found/")


@pytest.mark.parametrize("noun", ["order", "measure", "agreement", "commitment", "violation"])
def test_the_number_of_queries_does_not_grow_with_the_number_of_effects(client: Client, noun: str) -> None:
    load_many(1)
    few = _queries(client, f"{noun}s/{noun}-0/standing/")
    more = [
        {
            "slug": f"more-{number}",
            "kind": "legal_act",
            "title": "More",
            "happened_on": "2017",
            "effects": [
                {"order": "order-0", "verb": "suspended", "effective_on": "2017", "by_order": "base"},
                {"measure": "measure-0", "verb": "suspended", "effective_on": "2017", "by_order": "base"},
                {"agreement": "agreement-0", "verb": "suspended", "effective_on": "2017", "by_order": "base"},
                {"agreement": "agreement-0", "party": f"actor-{number}", "verb": "joined", "effective_on": "2017"},
                {"commitment": "commitment-0", "party": "body", "verb": "breached", "effective_on": "2017"},
                {"violation": "violation-0", "party": "body", "verb": "alleged", "effective_on": "2017"},
            ],
            "citations": [{"source": "source-0", "asserted_by": "body"}],
        }
        for number in range(1, 9)
    ]
    load_many(9)
    save_documents([Incoming(BY_PLURAL["events"], document) for document in more], ACT)
    assert _queries(client, f"{noun}s/{noun}-0/standing/") == few <= MOST


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return len(captured)
