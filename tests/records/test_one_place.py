"""Knowledge that has one place in the code: a second list of it is found here, and named.

- The subjects of effects: ``SUBJECT_FIELDS``, ``WHOLE_OF`` (vocabulary) and ``SUBJECT_MODELS`` (models).
- The parts with slugs: ``SLUGGED_PARTS``, ``SERVED_PARTS``, ``LABELS`` (:mod:`sanctions.records.registry`).
- Keys written into SQL: ``sql_list`` (:mod:`sanctions.models.lookups`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from django.db.models import CheckConstraint

from sanctions.models import SUBJECT_MODELS
from sanctions.records.base import RecordType, Rows, part_model
from sanctions.records.registry import LABELS, RECORD_TYPES
from sanctions.search.ranking import NOUNS
from sanctions.vocabulary import SUBJECT_FIELDS, WHOLE_OF, Subject

ROOT: Final = Path(__file__).resolve().parents[2]

#: File → the lists that may name all subjects or parts there, and why.
ALLOWED: Final = {
    "sanctions/vocabulary.py": "the place of the subjects",
    "sanctions/models/subjects.py": "the place of their models",
    "sanctions/models/lookups.py": "the place of keys in SQL",
    "sanctions/questions/timeline.py": "by which rows of an event each kind of thing is named",
    "sanctions/questions/changes.py": "the words for what changes in each kind of subject",
    "sanctions/standing/table.py": "the table of verbs of each kind of subject",
    "sanctions/search/ranking.py": "an order of its own; compared below",
    "api/v1/schemas/compare.py": "what identifies each kind of subject in an answer",
    "api/v1/schemas/reasons.py": "what an answer adds to each kind of subject",
}


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    """Return every module of the product by its path."""
    files = sorted(file for folder in ("sanctions", "api") for file in (ROOT / folder).rglob("*.py"))
    return tuple(
        (str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8")))
        for file in files
        if "migrations" not in file.parts
    )


def word_of(node: ast.expr | None) -> str:
    """Return what a literal, a model or a member of a vocabulary names, in lower case; empty if something else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower()
    return ""


def names_subjects(node: ast.AST) -> bool:
    """Whether a list, set, tuple or the keys of a mapping name every kind of subject."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items) | ast.Dict(keys=items):
            return set(SUBJECT_FIELDS) <= {word_of(item) for item in items}
    return False


def names_wholes(node: ast.AST) -> bool:
    """Whether a mapping leads from each part to the whole that contains it."""
    if not isinstance(node, ast.Dict):
        return False
    pairs = {
        (word_of(key), word_of(value).partition("__")[0]) for key, value in zip(node.keys, node.values, strict=True)
    }
    return {(part, str(whole)) for part, whole in WHOLE_OF.items()} <= pairs


def names_parts(node: ast.AST) -> bool:
    """Whether the keys of a mapping, or a list, are the parts with slugs and nothing that is a record."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items) | ast.Dict(keys=items):
            words = {word_of(item) for item in items}
            return {"measure", "commitment"} <= words <= {"measure", "commitment", "tenure"}
    return False


def writes_keys(node: ast.AST) -> bool:
    """Whether numbers are joined with commas, as ``IN ()`` takes them."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=", " | ","), attr="join"),
            args=[ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="str" | "int" | "repr"), *_])],
        ):
            return True
    return False


def places(is_second: Callable[[ast.AST], bool], *, beside: str = "") -> Iterator[str]:
    """Yield where a module has such a node; with ``beside`` only in modules that call a function of this name."""
    for path, tree in sources():
        if path in ALLOWED or (beside and not any(_calls(node, beside) for node in ast.walk(tree))):
            continue
        yield from (f"{path}:{node.lineno}" for node in ast.walk(tree) if is_second(node))  # type: ignore[attr-defined]


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name


@pytest.mark.parametrize(
    ("is_second", "beside", "instead"),
    [
        (names_subjects, "", "SUBJECT_FIELDS of sanctions.vocabulary or SUBJECT_MODELS of sanctions.models"),
        (names_wholes, "", "WHOLE_OF of sanctions.vocabulary or SLUGGED_PARTS of sanctions.records.registry"),
        (names_parts, "", "SLUGGED_PARTS or SERVED_PARTS of sanctions.records.registry"),
        (writes_keys, "execute", "sql_list of sanctions.models.lookups"),
    ],
    ids=["subjects", "wholes", "parts", "keys"],
)
def test_no_list_is_written_a_second_time(is_second: Callable[[ast.AST], bool], beside: str, instead: str) -> None:
    found = list(places(is_second, beside=beside))
    assert found == [], f"a second list in {', '.join(found)}; use {instead}"


@pytest.mark.parametrize(
    ("is_second", "source"),
    [
        (names_subjects, "x = ('violation', 'order', 'measure', 'agreement', 'commitment')"),
        (names_subjects, "x = {Order: 1, Measure: 2, Agreement: 3, Commitment: 4, Violation: 5}"),
        (names_wholes, "x = {'measure': 'order', 'commitment': 'agreement__state'}"),
        (names_wholes, "x = {Subject.MEASURE: Subject.ORDER, Subject.COMMITMENT: Subject.AGREEMENT}"),
        (names_parts, "x = {Measure: 'a', Commitment: 'b'}"),
        (writes_keys, "x = ', '.join(map(str, keys))"),
    ],
)
def test_a_second_list_is_found(is_second: Callable[[ast.AST], bool], source: str) -> None:
    assert any(is_second(node) for node in ast.walk(ast.parse(source)))


def test_every_exemption_is_needed() -> None:
    needed = {
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if any(is_second(node) for is_second in (names_subjects, names_wholes, names_parts))
    }
    assert ALLOWED.keys() - needed == {"sanctions/models/lookups.py"}


def test_the_registries_have_every_subject() -> None:
    assert list(SUBJECT_MODELS) == [subject for subject in Subject if subject is not Subject.PARTY]
    assert tuple(str(model._meta.model_name) for model in SUBJECT_MODELS.values()) == SUBJECT_FIELDS
    assert all(SUBJECT_MODELS[Subject(part)]._meta.get_field(str(whole)) for part, whole in WHOLE_OF.items())


def test_search_ranks_everything_with_a_label_but_offices() -> None:
    assert set(NOUNS) == LABELS.keys() - {"tenure"}


@pytest.mark.parametrize(
    ("record_type", "key"),
    [(record_type, key) for record_type in RECORD_TYPES for key in record_type.rows if key.one_of],
    ids=lambda value: value.name,
)
def test_document_and_database_want_one_of_the_same_references(record_type: RecordType, key: Rows) -> None:
    *others, last = key.one_of
    wanted = f"Exactly one of {', '.join(others)} or {last} must be given."
    constraints = part_model(record_type.model, key)._meta.constraints
    messages = [str(found.violation_error_message) for found in constraints if isinstance(found, CheckConstraint)]
    assert wanted in messages
