"""FollowTheMoney: every kind of actor has a schema, and entities keep to the extract of its model beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from sanctions.exports import as_ftm
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

#: Schema → property → its type, of followthemoney 3.8.2.
MODEL: dict[str, dict[str, str]] = orjson.loads((Path(__file__).parent / "ftm_model.json").read_bytes())


def problems(entity: dict[str, Any]) -> list[str]:
    """Return what FollowTheMoney would refuse of an entity."""
    known = MODEL.get(entity["schema"])
    if known is None:
        return [f"{entity['id']}: no schema {entity['schema']}"]
    wrong = [f"{entity['id']}: no property {name}" for name in entity["properties"] if name not in known]
    for name, values in entity["properties"].items():
        if not values or any(not isinstance(value, str) or not value for value in values):
            wrong.append(f"{entity['id']}: {name} has no texts")
    return wrong


def actor(**said: Any) -> dict[str, Any]:
    return {
        "type": "actor",
        "slug": "a",
        "url": "/api/v1/actors/a/",
        "kind": "person",
        "name": "A",
        "names": [],
        "identifiers": [],
        "relationships": [],
        "tenures": [],
        "particulars": [],
        "summary": None,
        "note": None,
        "version": {"recorded_from": "2025-01-02T03:04:05.000000Z"},
        **said,
    }


@pytest.mark.parametrize("kind", ActorKind.values)
def test_every_kind_of_actor_is_an_entity(kind: str) -> None:
    identifiers = [{"scheme": scheme, "value": "de"} for scheme in IdentifierScheme.values]
    particulars = [{"kind": told, "text": told, "dated_on": "1960~"} for told in ParticularKind.values]
    names = [{"kind": name, "text": name} for name in NameKind.values]
    relationships = [{"kind": "part_of", "to": {"slug": "b"}}]
    tenures = [{"title": "Minister", "body": {"name": "B"}}]
    said = {"relationships": relationships, "tenures": tenures, "particulars": particulars}
    found = as_ftm.entity(actor(kind=kind, identifiers=identifiers, names=names, **said), str)
    assert f"({found['schema']})" in ActorKind(kind).label
    assert problems(found) == []
    assert set(NameKind.values) <= {
        text for name in ("name", "alias", "weakAlias", "previousName") for text in found["properties"].get(name, ())
    }


def test_a_date_of_birth_is_the_date_and_not_how_its_source_writes_it() -> None:
    told = [
        {"kind": "birth_date", "text": "circa 1960", "dated_on": "1960~"},
        {"kind": "birth_date", "text": "1960 to 1965", "dated_on": "1960/1965"},
        {"kind": "birth_place", "text": "Tabriz, Iran", "dated_on": None},
        {"kind": "flag", "text": "Malta", "dated_on": None},
    ]
    found = as_ftm.entity(actor(particulars=told), str)["properties"]
    assert (found["birthDate"], found["birthPlace"]) == (["1960"], ["Tabriz, Iran"])
    assert "flag" not in found


@pytest.mark.parametrize(
    ("edtf", "written"),
    [
        ("2015", ["2015"]),
        ("2015-07", ["2015-07"]),
        ("2015-07-14", ["2015-07-14"]),
        ("2015-07?", ["2015-07"]),
        ("2015~", ["2015"]),
        ("2015-21", []),
        ("2015/2016", []),
        ("201X", []),
        (None, []),
    ],
)
def test_a_date_is_as_precise_as_it_can_be_said(edtf: str | None, written: list[str]) -> None:
    record = {
        **actor(type="designation", slug="d"),
        "actor": {"slug": "a"},
        "program": None,
        "order": None,
        "list_name": "L",
        "entry_id": None,
        "listed_on": edtf,
        "delisted_on": None,
        "remarks": None,
    }
    found = as_ftm.entity(record, str)
    assert found["properties"].get("listingDate", []) == written
    assert problems(found) == []
    assert found["properties"]["entity"] == ["actor-a"]
