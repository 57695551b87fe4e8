"""Validation of documents without the database: every fault with its path and what is allowed."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions.records.base import Codes, Key, Ref, Refs, Rows, Value, part_model
from sanctions.records.registry import BY_NAME
from sanctions.records.validate import required as required_by_check
from sanctions.records.validate import validate
from tests.effort import examples
from tests.factories.documents import incoming, refer, required

NAMES = list(BY_NAME)
few = settings(max_examples=examples(25))


def faults(document: Any) -> list[tuple[str, str]]:
    """The paths and messages of a document's faults."""
    record_type = BY_NAME[str(document["slug"]).partition("-")[0]]
    return [(problem.path, problem.message) for problem in validate(record_type, document)]


def paths(
    model: Any, keys: tuple[Key, ...], document: dict[str, Any], path: str = ""
) -> Iterator[tuple[str, Any, Key]]:
    """Every place of a document that is there: path, where it is, and its key."""
    for key in keys:
        if key.name not in document:
            continue
        here = f"{path}{key.name}"
        yield here, (document, key.name), key
        value = document[key.name]
        if isinstance(key, Rows):
            for place, row in enumerate(value):
                yield f"{here}[{place}]", (value, place), key
                yield from paths(part_model(model, key), key.keys, row, f"{here}[{place}].")
        elif isinstance(key, Refs | Codes):
            for place in range(len(value)):
                yield f"{here}[{place}]", (value, place), key


class Wrong:
    """A value of a type that no document has."""


@pytest.mark.parametrize("name", NAMES)
@few
@given(data=st.data(), wrong=st.sampled_from([None, Wrong(), 1.5j, (), b"bytes", {1, 2}]))
def test_a_wrong_type_anywhere_is_told_with_its_path(name: str, data: st.DataObject, wrong: object) -> None:
    item = data.draw(incoming(name))
    document = deepcopy(item.document)
    places = list(paths(item.record_type.model, item.record_type.keys, document))
    path, (container, place), _ = data.draw(st.sampled_from(places))
    container[place] = wrong
    assert [problem.path for problem in validate(item.record_type, document)] == [path]


@pytest.mark.parametrize("name", NAMES)
@few
@given(data=st.data())
def test_an_unknown_key_anywhere_is_told_with_its_path(name: str, data: st.DataObject) -> None:
    item = data.draw(incoming(name))
    document = deepcopy(item.document)
    rows = [("", document)] + [
        (f"{path}.", container[place])
        for path, (container, place), key in paths(item.record_type.model, item.record_type.keys, document)
        if isinstance(key, Rows) and path.endswith("]")
    ]
    path, row = data.draw(st.sampled_from(rows))
    row["unheard_of"] = 1
    (problem,) = validate(item.record_type, document)
    assert problem.path == f"{path}unheard_of"
    assert problem.message.startswith("This key is not allowed here. Allowed: ")


@pytest.mark.parametrize("name", NAMES)
@few
@given(data=st.data())
def test_a_key_that_is_needed_and_missing_is_told_with_its_path(name: str, data: st.DataObject) -> None:
    item = data.draw(incoming(name))
    document = deepcopy(item.document)
    needed = [
        (path, place)
        for path, place, key in paths(item.record_type.model, item.record_type.keys, document)
        if not path.endswith("]") and required(_model(item, path), key)
    ]
    path, (container, place) = data.draw(st.sampled_from(needed))
    del container[place]
    assert (path, "This key is required.") in [
        (problem.path, problem.message) for problem in validate(item.record_type, document)
    ]


def _model(item: Any, path: str) -> Any:
    """The model of the row in which a path ends."""
    model, keys = item.record_type.model, item.record_type.keys
    for step in path.split(".")[:-1]:
        key = next(key for key in keys if key.name == step.partition("[")[0])
        model, keys = part_model(model, key), key.keys
    return model


scalars = st.none() | st.booleans() | st.floats() | st.text(max_size=3) | st.binary(max_size=2)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
)


@given(junk)
def test_no_junk_breaks_the_check(nonsense: Any) -> None:
    for record_type in BY_NAME.values():
        found = validate(record_type, nonsense)
        assert found
        for key in record_type.keys:
            assert validate(record_type, {key.name: nonsense})
        assert all(str(problem).isprintable() or "\n" in str(problem) for problem in found)


# --- In words -----------------------------------------------------------------------------------


FAULTS: list[tuple[dict[Any, Any], str, str]] = [
    (
        {"titel": 1},
        "titel",
        "This key is not allowed here. Did you mean 'title'? Allowed: slug, kind, cameo_code, title",
    ),
    ({7: 1}, "7", "This key is not allowed here. Allowed: slug"),
    ({"a\nb": 1}, "'a\\nb'", "This key is not allowed here. Allowed: slug"),
    ({"kind": "treat"}, "kind", "'treat' is not one of the codes. Did you mean 'threat'? Allowed: signing, "),
    ({"kind": ""}, "kind", "'' is not one of the codes. Allowed: signing, "),
    ({"title": None}, "title", "This must be a text (put it in quotes), not empty."),
    ({"title": 2015}, "title", "This must be a text (put it in quotes), not a whole number."),
    ({"title": True}, "title", "This must be a text (put it in quotes), not true or false."),
    ({"title": ""}, "title", "This field cannot be blank."),
    ({"title": "x" * 401}, "title", "Ensure this value has at most 400 characters (it has 401)."),
    ({"title": "two\nlines"}, "title", "Line breaks and tabs are not allowed in this field."),
    ({"title": "NUL\x00"}, "title", "Character U+0000 at place 4 is not allowed"),
    ({"slug": "event-1 "}, "slug", "A slug has lower-case letters a–z, digits and single hyphens"),
    ({"happened_on": "2016-13"}, "happened_on", "'2016-13' is not a date: the month 13 does not exist"),
    ({"happened_on": "14.7.2015"}, "happened_on", "'14.7.2015' is not a date: "),
    ({"effects": {}}, "effects", "This must be a list, not a mapping."),
    ({"effects": ["x"]}, "effects[0]", "This must be a mapping, not a text."),
    ({"absences": {"titel": "unknown"}}, "absences.titel", "This field does not exist. Allowed: kind, "),
    ({"absences": {"title": "unknown"}}, "absences.title", "This field has a value, so it cannot be absent."),
    ({"absences": {"time": "lost"}}, "absences.time", "'lost' is not one of the codes. Allowed: unknown, not_public"),
    ({"absences": []}, "absences", "This must be a mapping, not a list."),
]


@pytest.mark.parametrize(("changes", "path", "message"), FAULTS)
def test_a_fault_is_told_in_words(changes: dict[Any, Any], path: str, message: str) -> None:
    ((there, why),) = faults({**refer("event-1"), **changes})
    assert (there, why[: len(message)]) == (path, message)


@pytest.mark.parametrize(
    ("actor", "message"),
    [
        ("IRAN", "'IRAN' is not a slug. A slug has lower-case letters"),
        ("a\x00", "'a\\x00' is not a slug. A slug has lower-case letters"),
        ("", "'' is not a slug. A slug has lower-case letters"),
        (7, "This must be the slug of another record, not a whole number."),
        ({"slug": "iran"}, "This must be the slug of another record, not a mapping."),
    ],
)
def test_a_reference_is_a_slug(actor: object, message: str) -> None:
    ((path, why),) = faults({**refer("event-1"), "participations": [{"actor": actor, "role": "speaker"}]})
    assert (path, why[: len(message)]) == ("participations[0].actor", message)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("for", 1.0, "This must be a whole number, not a decimal number."),
        ("for", True, "This must be a whole number, not true or false."),
        ("for", "1", "This must be a whole number, not a text."),
        ("for", -1, "Ensure this value is greater than or equal to 0."),
        ("for", 32_768, "Ensure this value is less than or equal to 32767."),
        ("for", 10**400, "Ensure this value is less than or equal to 32767."),
        ("adopted", "yes", "This must be true or false, not a text."),
        ("adopted", 1, "This must be true or false, not a whole number."),
    ],
)
def test_counts_and_truth_values_are_what_they_are(key: str, value: object, message: str) -> None:
    assert faults({**refer("event-1"), "votes": [{"body": "iaea", key: value}]}) == [(f"votes[0].{key}", message)]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("3.67", "This must be a number, not a text."),
        (True, "This must be a number, not true or false."),
        (float("nan"), "This must be a finite number, not nan."),
        (float("-inf"), "This must be a finite number, not -inf."),
        (3.12345, "Ensure that there are no more than 4 decimal places."),
        (10**11, "Ensure that there are no more than 11 digits before the decimal point."),
        (10**4000, "Ensure that there are no more than 15 digits in total."),
    ],
    ids=str,
)
def test_a_measured_value_is_a_number_that_can_be_kept(value: object, message: str) -> None:
    row = {"commitment": "commitment-1", "value": value, "unit": "percent"}
    found = faults({**refer("event-1"), "measurements": [row]})
    assert found[0][0] == "measurements[0].value"
    assert found[0][1].startswith(message)


@pytest.mark.parametrize("given", [{}, {"order": "order-1", "measure": "measure-1"}])
def test_an_effect_is_on_exactly_one_subject(given: dict[str, str]) -> None:
    effect = {**given, "verb": "amended", "effective_on": "2016"}
    assert faults({**refer("event-1"), "effects": [effect]}) == [
        ("effects[0]", "Exactly one of order, measure, agreement, commitment, violation must be given.")
    ]


@pytest.mark.parametrize(
    ("key", "values", "message"),
    [
        ("topics", ["sanctions", "oil", "sanctions"], "'sanctions' is in the list already."),
        ("programs", ["program-1", "program-2", "program-1"], "'program-1' is in the list already."),
    ],
)
def test_a_list_of_codes_or_references_has_each_once(key: str, values: list[str], message: str) -> None:
    found = dict(faults({**refer("order-1"), key: values}))
    assert found[f"{key}[2]"] == message


def test_all_faults_are_told_at_once() -> None:
    found = faults({"slug": "event-1", "kind": "?", "place": 7, "effects": [{"verb": "?"}]})
    assert [path for path, _ in found] == [
        "kind",
        "title",
        "happened_on",
        "place",
        "effects[0].verb",
        "effects[0].effective_on",
        "effects[0]",
    ]


def test_a_problem_names_file_record_and_field() -> None:
    (problem,) = validate(BY_NAME["event"], {**refer("event-1"), "place": 7}, "events/2015.yaml:12")
    assert str(problem) == (
        "events/2015.yaml:12: event event-1: place: This must be a text (put it in quotes), not a whole number."
    )


@pytest.mark.parametrize("document", [None, [], "event-1", 7])
def test_a_document_is_a_mapping(document: object) -> None:
    (problem,) = validate(BY_NAME["event"], document)
    assert problem.message.startswith("A document is a mapping, not ")


def test_what_the_schema_requires_is_what_the_check_requires() -> None:
    keys = [
        (record_type.model, key)
        for record_type in BY_NAME.values()
        for key in record_type.keys
        if isinstance(key, Value | Ref)
    ]
    assert keys
    for model, key in keys:
        assert required_by_check(model, key) == required(model, key)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        # In quotes they have 60 characters, which are shown, and 61, which are cut.
        ("x" * 58, repr("x" * 58)),
        ("x" * 59, repr("x" * 59)[:60] + "…"),
    ],
)
def test_a_shown_value_is_cut_after_sixty_characters(code: str, shown: str) -> None:
    ((path, message),) = faults(refer("event-1") | {"kind": code})
    assert path == "kind"
    assert message.startswith(f"{shown} is not one of the codes.")
