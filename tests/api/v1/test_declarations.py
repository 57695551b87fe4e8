"""How classes of parameters inherit, override and drop declarations."""

from __future__ import annotations

import pytest

from api.http.parameters.texts import Switch
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.declarations import Declaration, Declaring

FIRST, SECOND, THIRD = Declaration(), Declaration(), Declaration()


class Base(Declaring):
    first = FIRST
    second = SECOND


def test_a_subclass_inherits_declarations_in_their_order() -> None:
    class Inheriting(Base):
        third = THIRD

    assert list(Inheriting.declared.items()) == [("first", FIRST), ("second", SECOND), ("third", THIRD)]


def test_a_subclass_overrides_a_declaration() -> None:
    class Overriding(Base):
        first = THIRD

    assert Overriding.declared["first"] is THIRD
    assert Base.declared["first"] is FIRST


def test_a_subclass_drops_a_declaration_by_none() -> None:
    class Dropping(Base):
        first = None  # type: ignore[assignment]

    assert list(Dropping.declared) == ["second"]


def test_a_parameter_may_have_the_name_of_a_method() -> None:
    class Sorted(Declaring):
        on_declared = FIRST  # type: ignore[assignment]

    assert Sorted.declared["on_declared"] is FIRST
    assert callable(Sorted.on_declared)


def test_a_declaration_of_an_unknown_kind_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(TypeError, match=r"Wrong\.odd is not a FilterColumn"):

        class Wrong(Parameters):
            odd = Declaration()


def test_a_trailing_underscore_is_not_part_of_the_name() -> None:
    class Named(Parameters):
        class_ = FilterCondition(Switch("Whether it is."))

    assert "class" in Named.conditions
    assert "as_of" in Named.conditions
