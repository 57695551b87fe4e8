"""What a recipe consists of: the places to touch, in order, and the test that fails while a place is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

MIGRATION: Final = "tests/models/test_dictionary.py::test_no_migration_is_missing"


@dataclass(frozen=True, slots=True)
class Insert:
    """Text to insert after the only line of a file that ends with an anchor."""

    path: str
    after: str
    text: str


@dataclass(frozen=True, slots=True)
class Replace:
    """A text that a file has once, and what replaces it."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Create:
    """A file to create."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Migrate:
    """The migration that `manage.py makemigrations` writes."""

    path: str = "sanctions/migrations/"


@dataclass(frozen=True, slots=True)
class Build:
    """Generated files, and the management command that writes them."""

    path: str
    command: tuple[str, ...]


Edit: TypeAlias = Insert | Replace | Create | Migrate | Build


@dataclass(frozen=True, slots=True)
class Step:
    """One place to touch: its edits (all in one file or folder), and the test that fails while they are missing.

    ``names`` is what the output of that test must contain, so that a reader knows what to add. The first step has no
    test: it is what the contributor wants.
    """

    place: str
    edits: tuple[Edit, ...]
    guard: str = ""
    names: str = ""

    @property
    def is_generated(self) -> bool:
        """Whether a command writes the place. It is written again when a later step changes what it is made of."""
        return all(isinstance(edit, Build | Migrate) for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is added, under which heading of CONTRIBUTING.md, and its steps."""

    heading: str
    steps: tuple[Step, ...]
    #: Further tests that must pass in the end.
    checks: tuple[str, ...] = ()


REFERENCE: Final = Step(
    "docs/reference/",
    (Build("docs/reference/", ("build_reference", "--verbosity", "0")),),
    "tests/test_house.py::test_the_reference_is_built_from_this_code",
    "build_reference",
)
