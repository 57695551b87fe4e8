"""Check entities against the model of FollowTheMoney, of which ftm_model.json is an extract."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson

#: Schema → property → its type, of followthemoney 3.8.2.
MODEL: Final[dict[str, dict[str, str]]] = orjson.loads((Path(__file__).parent / "ftm_model.json").read_bytes())
#: The topics that the exporter uses, out of the vocabulary of FollowTheMoney.
TOPICS: Final = frozenset({"gov", "gov.igo", "gov.judicial", "mil", "fin.bank", "fin.fund", "sanction"})
_FORMS: Final = {
    "country": re.compile(r"[a-z]{2}"),
    "url": re.compile(r"https?://[^\s/]+\.?[^\s/]*(/\S*)?"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "phone": re.compile(r"\+[1-9]\d{6,14}"),
    "number": re.compile(r"\d+(\.\d+)?"),
    "gender": re.compile(r"male|female|other"),
    "entity": re.compile(r"(actor|designation|program)-[a-z0-9-]+"),
    "topic": re.compile("|".join(map(re.escape, TOPICS))),
    "date": re.compile(r"\d{4}(-\d\d(-\d\d)?)?"),
}


def problems(entity: dict[str, Any]) -> list[str]:
    """Return the faults of an entity for which FollowTheMoney would reject it."""
    known = MODEL.get(entity["schema"])
    if known is None:
        return [f"{entity['id']}: no schema {entity['schema']}"]
    wrong = []
    for name, values in entity["properties"].items():
        if name not in known:
            wrong.append(f"{entity['id']}: no property {name}")
        elif not values or any(not isinstance(value, str) or not value for value in values):
            wrong.append(f"{entity['id']}: {name} has no texts")
        else:
            wrong += [f"{entity['id']}: {name} {value!r}" for value in values if not is_valid(known[name], value)]
    return wrong


def is_valid(kind: str, value: str) -> bool:
    """Whether a value is one of a type of the model."""
    if kind in _FORMS and not _FORMS[kind].fullmatch(value):
        return False
    if kind != "date":
        return True
    try:
        date.fromisoformat(f"{value}-01-01"[:10] if len(value) == 4 else f"{value}-01"[:10])
    except ValueError:
        return False
    return True
