"""Compare answers with the components of the schema."""

from __future__ import annotations

import copy
from typing import Any

from jsonschema import Draft202012Validator

from api.v1.schemas import COMPONENTS


def closed(schema: Any) -> Any:
    """Return the schema with every object closed: a key that is not described is a fault."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict) and "type" in schema:
        made["additionalProperties"] = False
    return made


def validator(name: str) -> Draft202012Validator:
    components = closed(copy.deepcopy(COMPONENTS))
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": {"schemas": components}},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def faults(name: str, answer: Any) -> list[str]:
    """Return where an answer is not as its component says."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator(name).iter_errors(answer)]
