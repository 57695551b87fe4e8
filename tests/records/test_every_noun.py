"""What a new kind of record must reach besides its document: citations, the admin, the API, the docs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from api.v1.urls import NOUNS
from sanctions.admin.dashboard import ICONS
from sanctions.admin.site import sidebar
from sanctions.models import Citation
from sanctions.records.base import CITATIONS
from sanctions.records.registry import RECORD_TYPES, SERVED_PARTS

ROOT: Final = Path(__file__).resolve().parents[2]


def test_every_kind_of_record_but_sources_can_be_cited() -> None:
    citable = [record_type.name for record_type in RECORD_TYPES if CITATIONS in record_type.keys]
    assert citable == [record_type.name for record_type in RECORD_TYPES if record_type.name != "source"]
    assert set(Citation.parents) == set(citable)
    (one_record,) = [item for item in Citation._meta.constraints if item.name == "citation_one_record"]
    unnamed = [name for name in citable if f"('{name}__isnull'" not in str(one_record)]
    assert unnamed == [], f"in no constraint of Citation: {', '.join(unnamed)}"
    ordered = {item.name for item in Citation._meta.constraints if item.name.startswith("citation_ordinal")}
    assert [name for name in citable if f"citation_ordinal_{name}" not in ordered] == []


def test_every_kind_of_record_is_in_the_sidebar() -> None:
    links = {str(item["link"]) for group in sidebar(HttpRequest()) for item in group["items"]}
    missing = [kind.name for kind in RECORD_TYPES if _list_address(kind.model) not in links]
    assert missing == [], f"not in the sidebar of sanctions/admin/site.py: {', '.join(missing)}"


def test_every_kind_of_record_is_on_the_dashboard() -> None:
    missing = [kind.name for kind in RECORD_TYPES if kind.model not in ICONS]
    assert missing == [], f"not on the dashboard of sanctions/admin/dashboard.py: {', '.join(missing)}"


def test_every_kind_of_record_has_a_list_in_the_api() -> None:
    served = [kind.plural for kind in RECORD_TYPES] + [part.key.name for part in SERVED_PARTS.values()]
    missing = [plural for plural in served if plural not in NOUNS]
    assert missing == [], f"not in NOUNS of api/v1/urls.py: {', '.join(missing)}"
    assert sorted(NOUNS) == sorted(served)


def test_every_kind_of_record_is_in_the_table_of_the_domain() -> None:
    text = (ROOT / "docs" / "domain.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"\n\| record \| is \| holds \|\n\|[-|]+\|\n((?:\|.*\n)+)", text)
    rows = [line.split("|")[1].strip() for line in table.splitlines()]
    missing = [kind.name for kind in RECORD_TYPES if kind.name not in rows]
    assert missing == [], f"not in the table of docs/domain.md: {', '.join(missing)}"
    assert len(rows) == len(RECORD_TYPES)


def _list_address(model: Any) -> str:
    assert model in admin.site._registry, f"no page in sanctions/admin/nouns: {model._meta.model_name}"
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
