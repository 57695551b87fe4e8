"""The URLs in renderings come from one setting, and lead to the views that serve them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from sanctions.projections.urls import COLLECTIONS, notice_url, record_url, release_url, version_url

ROOT: Final = Path(__file__).resolve().parents[2]
SETTINGS: Final = ROOT / "sanctions" / "settings.py"


def spellings_of_the_path(path: Path) -> Iterator[str]:
    """Yield the texts of a module, docstrings aside, that contain the path of the API."""
    tree = ast.parse(path.read_text())
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node in docstrings:
            continue
        if "/api/" in node.value:
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


def test_only_the_settings_spell_the_path_of_the_api() -> None:
    modules = [path for room in ("sanctions", "api") for path in sorted((ROOT / room).rglob("*.py"))]
    assert len(modules) > 300
    assert [place for path in modules if path != SETTINGS for place in spellings_of_the_path(path)] == []
    assert list(spellings_of_the_path(SETTINGS)) == ["sanctions/settings.py:" + _line('API_PREFIX = "/api/"')]


def _line(text: str) -> str:
    return str(SETTINGS.read_text().splitlines().index(text) + 1)


@pytest.mark.parametrize("model", COLLECTIONS)
def test_a_record_has_a_view_at_its_url(model: str) -> None:
    assert resolve(record_url(model, "x")).kwargs == {"slug": "x"}


def test_versions_notices_and_releases_have_views_at_their_urls() -> None:
    assert resolve(version_url("actor", "x", 2)).kwargs == {"slug": "x", "number": 2}
    assert resolve(notice_url(3)).kwargs == {"sequence": 3}
    assert resolve(release_url(4)).kwargs == {"number": 4}


@pytest.mark.django_db
def test_the_home_page_leads_to_the_root_of_the_api(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, settings.API_ROOT)
    assert client.get(settings.API_ROOT).status_code == 200
