"""What the database refuses, and in which words: one case at least for every named constraint."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import BaseConstraint, CheckConstraint, Model

from sanctions import models
from sanctions.models import Effect, Part, Record
from sanctions.models.fields import EDTFField
from tests.factories.users import make_user
from tests.models.rows import WRITTEN, owned, owner, valid

MODELS: list[type[Model]] = WRITTEN
CONSTRAINTS: dict[str, BaseConstraint] = {
    constraint.name: constraint for model in MODELS for constraint in model._meta.constraints
}


class Case(NamedTuple):
    constraint: str
    build: Callable[[], Any]
    why: str = ""


def wrong(constraint: str, model: type[Model], why: str = "", **changes: Any) -> Case:
    """A row with wrong values; those that are callables are called to make them."""

    def build() -> Any:
        return valid(model, **{name: value() if callable(value) else value for name, value in changes.items()})

    return Case(constraint, build, why)


def twice(constraint: str, model: type[Model], *columns: str) -> Case:
    """A row that has these columns from one that is stored already."""

    def build() -> Any:
        first = valid(model)
        first.save()
        elsewhere = {"ordinal": 1} if issubclass(model, Part) else {}
        return valid(model, **{name: getattr(first, name) for name in columns}, **elsewhere)

    return Case(constraint, build)


def states() -> Iterator[Case]:
    """Editorial rules of every record."""
    for model in MODELS:
        if issubclass(model, Record):
            name = str(model._meta.model_name)
            yield wrong(f"{name}_state_valid", model, state="secret")
            yield Case(f"{name}_four_eyes", partial(self_approved, model))


def self_approved(model: type[Model]) -> Any:
    user = make_user()
    return valid(model, author=user, approver=user)


def an_undo_confirmed_by_who_asked() -> Any:
    user = make_user()
    return valid(models.Import, undo_account=user, undone_account=user)


def places() -> Iterator[Case]:
    """Two rows in one place of one record."""
    for model in MODELS:
        if issubclass(model, Part):
            for parent in model.parents:
                suffix = f"_{parent}" if len(model.parents) > 1 else ""
                name = f"{model._meta.model_name}_ordinal{suffix}"
                yield Case(name, partial(in_one_place, model, parent))


def in_one_place(model: type[Part], parent: str) -> Any:
    first = owned(model, parent, model.parents)
    first.save()
    return owned(model, parent, model.parents, **{parent: getattr(first, parent)})


def codes() -> Iterator[Case]:
    """A code that is not in the vocabulary."""
    for name in CONSTRAINTS:
        model, _, column = name.removesuffix("_valid").partition("_")
        if name.endswith("_valid") and column != "state":
            yield wrong(name, apps.get_model("sanctions", model), **{column: "?"})


def dates() -> Iterator[Case]:
    """A text that is not a date."""
    for model in MODELS:
        for column in model._meta.fields:
            if isinstance(column, EDTFField):
                yield wrong(f"{model._meta.model_name}_{column.name}", model, **{column.name: "yesterday"})


def targets() -> Iterator[Case]:
    """None of the references of which exactly one is needed, and two of them."""
    for name, (model, fields) in {
        "identifier_one_owner": (models.Identifier, models.Identifier.parents),
        "citation_one_record": (models.Citation, models.Citation.parents),
        "relation_one_target": (models.Relation, ("to_order", "to_agreement")),
        "provision_one_target": (models.Provision, ("commitment", "agreement", "order")),
        "reference_one_target": (models.Reference, ("order", "agreement", "commitment", "violation")),
        "effect_one_subject": (Effect, ("order", "measure", "agreement", "commitment", "violation")),
        "position_one_subject": (
            models.Position,
            ("actor", "order", "measure", "agreement", "commitment", "violation"),
        ),
    }.items():
        yield wrong(name, model, "none", **dict.fromkeys(fields))
        for pair in pairwise(fields):
            yield Case(name, partial(find_other_referrers, model, fields, pair), " and ".join(pair))


def find_other_referrers(model: type[Model], fields: tuple[str, ...], chosen: tuple[str, ...]) -> Any:
    """A row whose references are the chosen ones among these."""
    return valid(model, **{field: owner(field) if field in chosen else None for field in fields})


def to_itself(model: type[Model], one: str, other: str) -> Any:
    row = owner(one)
    return valid(model, **{one: row, other: row})


LATER = datetime(2026, 1, 1, tzinfo=UTC)


def a_second_version(**changes: Any) -> Any:
    first = valid(models.Version)
    first.save()
    return valid(models.Version, slug=first.slug, **changes)


def a_second_assignment(**changes: Any) -> Any:
    first = valid(models.Assignment, **changes)
    first.save()
    return valid(models.Assignment, slug=first.slug, **changes)


def a_second_authorship(**changes: Any) -> Any:
    first = valid(models.Authorship, account=make_user(), **changes)
    first.save()
    return valid(models.Authorship, slug=first.slug, account=first.account, **changes)


def a_second_open_proposal() -> Any:
    first = valid(models.Proposal, author=make_user())
    first.save()
    return valid(models.Proposal, slug=first.slug, author=first.author)


ON_ORDER = {"order": lambda: owner("order")}
ON_AGREEMENT = {"order": None, "agreement": lambda: owner("agreement")}
CASES = [
    *states(),
    *places(),
    *codes(),
    *dates(),
    *targets(),
    twice("actorname_once", models.ActorName, "actor", "kind", "text"),
    twice("ordername_once", models.OrderName, "order", "kind", "text"),
    twice("agreementname_once", models.AgreementName, "agreement", "kind", "text"),
    twice("ordertopic_once", models.OrderTopic, "order", "topic"),
    twice("measuresector_once", models.MeasureSector, "measure", "sector"),
    twice("participation_once", models.Participation, "event", "actor", "role"),
    twice("ballot_once", models.Ballot, "event", "member"),
    Case("relation_not_to_itself", lambda: to_itself(models.Relation, "order", "to_order")),
    Case("relationship_not_to_itself", lambda: to_itself(models.Relationship, "actor", "to")),
    wrong("tenure_ends_after_beginning", models.Tenure, held_from="2010", held_until="2009"),
    wrong("relationship_ends_after_beginning", models.Relationship, held_from="2010", held_until="2009"),
    wrong("designation_ends_after_beginning", models.Designation, listed_on="2010", delisted_on="2009"),
    wrong("designation_has_ground", models.Designation, list_name=""),
    wrong("commitment_ends_after_beginning", models.Commitment, starts_on="2016", sunset_on="2015"),
    wrong("commitment_limit_has_unit", models.Commitment, limit=300),
    wrong(
        "commitment_equivalent_has_unit", models.Commitment, "without limit", equivalent_limit=1, equivalent_unit="kg"
    ),
    wrong("commitment_equivalent_has_unit", models.Commitment, "without unit", limit=1, unit="kg", equivalent_limit=1),
    wrong("event_has_date", models.Event, happened_on=""),
    wrong("effect_has_date", Effect, effective_on=""),
    wrong("effect_ends_after_beginning", Effect, effective_on="2016-01-16", until="2016-01-15"),
    wrong("effect_verb_fits_subject", Effect, "breached order", **ON_ORDER, verb="breached"),
    wrong("effect_verb_fits_subject", Effect, "no such verb", **ON_ORDER, verb="abolished"),
    wrong("effect_verb_fits_subject", Effect, "party of an order", **ON_ORDER, party=lambda: owner("actor")),
    wrong("effect_verb_fits_subject", Effect, "agreement withdrew", **ON_AGREEMENT, verb="withdrew"),
    wrong(
        "effect_verb_fits_subject",
        Effect,
        "party reinstated",
        **ON_AGREEMENT,
        verb="reinstated",
        party=lambda: owner("actor"),
    ),
    wrong("measurement_has_subject", models.Measurement, commitment=None),
    wrong("penalty_amount_positive", models.Penalty, amount=0),
    Case("version_number_once", lambda: a_second_version(number=1, recorded_to=LATER)),
    Case("version_one_current", lambda: a_second_version(number=2)),
    wrong("version_ends_after_beginning", models.Version, recorded_to=LATER - timedelta(days=9999)),
    wrong("ledgerhead_single", models.LedgerHead, pk=2),
    twice("likeness_once", models.Likeness, "record_type", "first", "second"),
    wrong("likeness_of_two", models.Likeness, first="a", second="a"),
    wrong("likeness_score", models.Likeness, score=101),
    twice("redirect_one_standing", models.Redirect, "record_type", "old"),
    wrong("redirect_not_to_itself", models.Redirect, old="a", new="a"),
    twice("touched_once", models.Touched, "redirect", "record_type", "slug"),
    wrong("touched_state_valid", models.Touched, state="secret"),
    wrong("logentry_number_from_one", models.LogEntry, number=0),
    wrong("proposal_state_valid", models.Proposal, state="secret"),
    Case("proposal_four_eyes", partial(self_approved, models.Proposal)),
    Case("proposal_one_open_by_author", a_second_open_proposal),
    wrong("release_number_from_one", models.Release, number=0),
    Case("assignment_one_of_record", lambda: a_second_assignment(proposal=None)),
    Case("assignment_one_of_proposal", lambda: a_second_assignment(proposal=1)),
    Case("authorship_once_of_record", lambda: a_second_authorship(proposal=None)),
    Case("authorship_once_of_proposal", lambda: a_second_authorship(proposal=1)),
    wrong("clockcorrection_four_eyes", models.ClockCorrection, approved_by="administrator"),
    wrong("clockcorrection_backwards", models.ClockCorrection, instant=datetime(2099, 1, 1, tzinfo=UTC)),
    wrong("remark_resolved_by_somebody", models.Remark, "by nobody", resolved_at=LATER),
    wrong("remark_resolved_by_somebody", models.Remark, "at no time", resolved_by="reviewer"),
    wrong("accesstoken_scope_valid", models.AccessToken, scope="everything"),
    wrong("accesstoken_expires_later", models.AccessToken, expires_at=datetime(2025, 3, 1, tzinfo=UTC)),
    twice("idempotencykey_unique", models.IdempotencyKey, "user", "key"),
    wrong("idempotencykey_done", models.IdempotencyKey, status=404),
    twice("delivery_once", models.Delivery, "webhook", "sequence"),
    wrong("delivery_arrived_or_due", models.Delivery, due_at=LATER, delivered_at=LATER),
    twice("imported_once", models.Imported, "source", "key"),
    twice("importchange_once", models.ImportChange, "made_by", "source", "key"),
    Case("import_undo_four_eyes", an_undo_confirmed_by_who_asked),
    wrong("import_undone_by_somebody", models.Import, "by nobody", undone_at=LATER, undo_reason="Wrong."),
    wrong("import_undone_by_somebody", models.Import, "for no reason", undone_at=LATER, undone_by="reviewer"),
    wrong("import_undone_by_somebody", models.Import, "at no time", undone_by="reviewer", undo_reason="Wrong."),
    twice("seed_once", models.Seed, "record_type", "slug"),
    wrong("seed_state_valid", models.Seed, state="merged"),
    twice("linkcheck_once", models.LinkCheck, "source", "url"),
    twice("appearance_once", models.Appearance, "event", "actor"),
    twice("searchentry_once", models.SearchEntry, "noun", "slug"),
]


@pytest.fixture(params=CASES, ids=lambda case: " ".join(filter(None, (case.constraint, case.why))))
def case(request: pytest.FixtureRequest, db: None) -> Case:
    found: Case = request.param
    return found


def test_a_wrong_row_is_refused_with_the_message_of_the_constraint(case: Case) -> None:
    row = case.build()
    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(ValidationError) as refusal:
        row.validate_constraints()
    assert CONSTRAINTS[case.constraint].get_violation_error_message() in refusal.value.messages


def test_the_database_refuses_a_wrong_row(case: Case) -> None:
    row = case.build()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        type(row)._default_manager.bulk_create([row])
    if connection.vendor == "postgresql" or isinstance(CONSTRAINTS[case.constraint], CheckConstraint):
        assert case.constraint in str(refusal.value)


def test_every_constraint_has_a_case() -> None:
    assert sorted(CONSTRAINTS) == sorted({case.constraint for case in CASES})


def test_every_message_is_a_sentence_for_people() -> None:
    assert CONSTRAINTS
    for constraint in CONSTRAINTS.values():
        message = str(constraint.get_violation_error_message())
        assert message.endswith(".")
        assert constraint.name not in message


@pytest.mark.parametrize("model", MODELS)
def test_a_row_with_nothing_wrong_is_taken(model: type[Model], db: None) -> None:
    row = valid(model)
    row.full_clean()
    row.save()


@pytest.mark.parametrize("verb", ["breached", "cured", "extended"])
def test_an_effect_on_a_commitment_may_name_its_obligor(verb: str, db: None) -> None:
    for party in (None, owner("actor")):
        valid(Effect, order=None, commitment=owner("commitment"), verb=verb, party=party).full_clean()
