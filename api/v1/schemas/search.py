"""The schema of the results of a search."""

from __future__ import annotations

from typing import Final

from api.v1.schemas.records import Schema, array, object_of, ref
from sanctions.search.answer import MOST_RANKED
from sanctions.search.ranking import NOUNS

_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_TEXT: Final[Schema] = {"type": "string"}

COMPONENTS: Final[dict[str, Schema]] = {
    "SearchResults": object_of(
        {
            "query": {**_TEXT, "description": "The words of the request."},
            "total": {**_COUNT, "description": f"The number of results, {MOST_RANKED:,} at most."},
            "capped": {
                "type": "boolean",
                "description": "Whether more records match than were ranked: narrow the search.",
            },
            "did_you_mean": {
                "type": ["string", "null"],
                "description": "The query with unknown words corrected; null if all words are known.",
            },
            "types": {
                "type": "object",
                "additionalProperties": _COUNT,
                "description": "The number of results of each type.",
            },
            "results": array(ref("SearchResult"), "The results, best first."),
        }
    )
    | {"description": "The results of a search."},
    "SearchResult": object_of(
        {
            "type": {"type": "string", "enum": list(NOUNS), "description": "The type of the record."},
            "slug": {**_TEXT, "description": "Its stable name."},
            "name": {**_TEXT, "description": "Its name for people."},
            "url": {**_TEXT, "format": "uri-reference", "description": "Its address."},
            "score": {"type": "number", "minimum": 0, "description": "Its rank among these results; higher is better."},
            "highlights": array(ref("SearchHighlight"), "The texts in which the words were found."),
        }
    )
    | {"description": "A record that was found."},
    "SearchHighlight": object_of(
        {
            "in": {
                "type": "string",
                "enum": ["name", "other_name", "identifier", "text"],
                "description": "The kind of the text.",
            },
            "text": {**_TEXT, "description": "The text, or an excerpt of it."},
            "marks": array(
                {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2},
                "The places of the words: the first character and the one after the last, counted in code points.",
            ),
        }
    )
    | {"description": "A text with some of the words."},
}
