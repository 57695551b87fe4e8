"""The JSON Schema of each document accepts exactly what validation accepts."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.records.schema import json_schema
from sanctions.records.validate import validate
from tests.effort import examples
from tests.factories.documents import incoming

SCHEMAS = {record_type.name: json_schema(record_type) for record_type in RECORD_TYPES}
VALIDATORS = {name: Draft202012Validator(schema) for name, schema in SCHEMAS.items()}
few = settings(max_examples=examples(25))


@pytest.mark.parametrize("name", BY_NAME)
def test_the_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", BY_NAME)
@few
@given(data=st.data())
def test_every_valid_document_fits_its_schema(name: str, data: st.DataObject) -> None:
    VALIDATORS[name].validate(data.draw(incoming(name)).document)


@pytest.mark.parametrize("name", BY_NAME)
@few
@given(data=st.data(), wrong=st.sampled_from([None, "", 1.5, True, -1, ["x", "x"], {"x": "y"}, "no such code"]))
def test_what_the_schema_refuses_the_check_refuses(name: str, data: st.DataObject, wrong: object) -> None:
    item = data.draw(incoming(name))
    document = deepcopy(item.document)
    key = data.draw(st.sampled_from(item.record_type.keys))
    document[key.name] = wrong
    if not VALIDATORS[name].is_valid(document):
        assert validate(item.record_type, document)


@pytest.mark.parametrize("name", BY_NAME)
@few
@given(data=st.data())
def test_a_missing_or_unknown_key_does_not_fit(name: str, data: st.DataObject) -> None:
    item = data.draw(incoming(name))
    assert not VALIDATORS[name].is_valid({**item.document, "unheard_of": 1})
    for needed in SCHEMAS[name]["required"]:
        assert not VALIDATORS[name].is_valid({key: item.document[key] for key in item.document if key != needed})
