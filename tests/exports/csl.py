"""The part of the CSL-JSON schema that exports may use."""

from __future__ import annotations

from typing import Final

#: What csl-data.json of CSL 1.0.2 asks of the variables that we use.
_DATE: Final = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
        },
        "season": {"type": "integer", "minimum": 1, "maximum": 4},
        "circa": {"type": "boolean"},
        "literal": {"type": "string"},
    },
    "additionalProperties": False,
}


_TYPES: Final = ("article", "article-newspaper", "dataset", "legislation", "report", "webpage")


_TEXTS: Final = (*("title", "genre", "publisher", "container-title", "version", "URL", "archive_location", "language"),)


CSL: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type"],
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": list(_TYPES)},
            "author": {"type": "array", "items": {"type": "object", "properties": {"literal": {"type": "string"}}}},
            "issued": _DATE,
            "accessed": _DATE,
            **{name: {"type": "string"} for name in _TEXTS},
        },
        "additionalProperties": False,
    },
}
