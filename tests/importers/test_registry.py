"""A new list is registered, documented and tested."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from sanctions.importers.base import PublishedList
from sanctions.importers.registry import SOURCES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(file.parent.name for file in (ROOT / "sanctions" / "importers").glob("*/source.py"))


def test_every_package_is_registered() -> None:
    lists = [
        value.name
        for package in PACKAGES
        for value in vars(import_module(f"sanctions.importers.{package}.source")).values()
        if isinstance(value, PublishedList)
    ]
    assert lists
    assert [name for name in lists if name not in SOURCES] == [], "not in sanctions/importers/registry.py"


def test_every_package_has_tests() -> None:
    files = [ROOT / "tests" / "importers" / f"test_{package}.py" for package in PACKAGES]
    assert [file.name for file in files if not file.exists()] == [], "missing in tests/importers/"


def test_every_source_is_documented() -> None:
    documented = re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs" / "importing.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(SOURCES), "the table of sources in docs/importing.md"
