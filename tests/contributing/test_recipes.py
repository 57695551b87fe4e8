"""CONTRIBUTING.md lists the places that the recipes touch, and each test that it names notices a missing place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.contributing.recipes import RECIPES
from tests.contributing.scratch import ROOT, ScratchTree
from tests.contributing.steps import Create, Recipe, Step

_ROW: Final = re.compile(r"^\| \d+ \| `([^`]+)` \|[^|]*\| (?:`([^`]+)`)?[^|]*\|$", re.MULTILINE)
_PLACE: Final = re.compile(r"`((?:sanctions|api|tests|docs)/[\w./-]+)(?:::\w+)?`")
_LINK: Final = re.compile(r"\]\(([^)]+)\)")
_TEST: Final = re.compile(r"`(tests/[\w/.]+)::(\w+)`")
_BY_HEADING: Final = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.heading)


def section(heading: str) -> str:
    """Return the text of CONTRIBUTING.md below a heading."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    match = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert match is not None, f"CONTRIBUTING.md has no section {heading!r}."
    return match[1]


@_BY_HEADING
def test_contributing_lists_the_places_and_tests_of_a_recipe(recipe: Recipe) -> None:
    assert _ROW.findall(section(recipe.heading)) == [(step.place, step.guard) for step in recipe.steps]


@_BY_HEADING
def test_the_edits_of_a_place_are_made_there(recipe: Recipe) -> None:
    assert recipe.steps
    for step in recipe.steps:
        assert step.edits
        assert all(edit.path.startswith(step.place) for edit in step.edits)


def test_every_place_that_contributing_names_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    edits = [edit for recipe in RECIPES for step in recipe.steps for edit in step.edits]
    created = [edit.path for edit in edits if isinstance(edit, Create)]
    places = set(_PLACE.findall(text)) | set(_LINK.findall(text))
    assert len(places) > 30
    missing = [place for place in places if not (ROOT / place).exists()]
    assert [place for place in missing if not any(path.startswith(place) for path in created)] == []


def test_every_test_that_contributing_names_exists() -> None:
    tests = _TEST.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(tests) > 10
    missing = [f"{file}::{name}" for file, name in tests if f"def {name}(" not in (ROOT / file).read_text("utf-8")]
    assert missing == []


@pytest.mark.long
@_BY_HEADING
def test_failing_tests_lead_from_the_first_place_to_all_others(recipe: Recipe, tmp_path: Path) -> None:
    """Touch the first place, then only the places that a failing test names, until none fails: no place is left."""
    tree = ScratchTree(tmp_path / "tree")
    first, *others = recipe.steps
    tree.apply(first)
    guarded = [step for step in others if step.guard]
    touched: list[Step] = []
    printed = ""
    for _ in range(2 * len(recipe.steps)):
        failed, printed = tree.failures({step.guard for step in guarded})
        if not failed:
            break
        # A test may also fail for what another place lacks: a missing table fails all that store rows.
        named = [
            step
            for step in guarded
            if step.guard in failed and step.names in printed and (step not in touched or step.is_generated)
        ]
        assert named, printed
        for step in named:
            tree.apply(step)
        touched += named
    assert [step.place for step in guarded if step not in touched] == [], "can be forgotten"

    for step in others:
        if not step.guard:
            tree.apply(step)
    failed, printed = tree.failures({step.guard for step in guarded} | set(recipe.checks))
    assert failed == set(), printed
