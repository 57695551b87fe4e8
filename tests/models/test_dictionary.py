"""The models as a whole: every field explained, every order total, every migration written."""

import pytest
from django.core.management import call_command
from django.db import models
from django.db.models.expressions import OrderBy

from sanctions.models import Order, Record
from sanctions.vocabulary import Absence, State
from tests.factories.orders import make_order
from tests.models.rows import WRITTEN

MODELS: list[type[models.Model]] = WRITTEN


@pytest.mark.parametrize("model", MODELS)
def test_every_field_says_what_it_holds(model: type[models.Model]) -> None:
    columns = [column for column in (*model._meta.fields, *model._meta.many_to_many) if not column.auto_created]
    assert [column.name for column in columns if not str(column.help_text).endswith((".", "…"))] == []


@pytest.mark.parametrize("model", MODELS)
def test_every_model_says_what_it_is(model: type[models.Model]) -> None:
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")


#: Nullable columns of which a constraint demands a value.
NEVER_NULL = {"happened_latest", "effective_latest"}


def columns_of_order(model: type[models.Model]) -> dict[str, bool]:
    """Return the columns of the default order, and whether each states where nulls go."""
    columns = {}
    for term in model._meta.ordering or ():
        if isinstance(term, OrderBy):
            columns[str(getattr(term.expression, "name", term.expression))] = bool(term.nulls_first or term.nulls_last)
        else:
            columns[str(term).removeprefix("-")] = False
    return columns


@pytest.mark.parametrize("model", MODELS)
def test_the_default_order_is_the_same_in_every_database(model: type[models.Model]) -> None:
    nullable = {column.name for column in model._meta.fields if column.null} - NEVER_NULL
    assert all(placed for name, placed in columns_of_order(model).items() if name in nullable)


@pytest.mark.parametrize("model", MODELS)
def test_the_default_order_joins_no_other_table(model: type[models.Model]) -> None:
    sql = str(model._default_manager.all().query)
    assert " JOIN " not in sql


@pytest.mark.parametrize("model", MODELS)
def test_the_default_order_leaves_no_two_rows_in_one_place(model: type[models.Model]) -> None:
    names = {name.removesuffix("_id") for name in columns_of_order(model)}
    unique = {"pk"} | {column.name for column in model._meta.fields if column.unique}
    together = [
        set(constraint.fields)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
    ]
    assert names & unique or any(fields <= names for fields in together)


def test_undated_records_come_last(db: None) -> None:
    undated, dated = make_order(), make_order()
    Order.objects.filter(pk=dated.pk).update(dated_on="2018-05-08")
    assert list(Order.objects.all()) == [dated, undated]


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("model", [model for model in MODELS if issubclass(model, Record)])
def test_a_new_record_is_a_draft_that_says_nothing_is_absent(model: type[Record]) -> None:
    record = model()
    assert (record.state, record.absences, record.is_published) == (State.DRAFT, {}, False)


def test_the_reasons_of_absence_are_told_in_the_help_text() -> None:
    help_text = str(Order._meta.get_field("absences").help_text)
    assert all(code in help_text for code in Absence.values)
