"""What the results of a search look like."""

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
            "query": {**_TEXT, "description": "What was sought."},
            "total": {**_COUNT, "description": f"How many records were found, {MOST_RANKED:,} at most."},
            "capped": {"type": "boolean", "description": "Whether more have it than were weighed: narrow the search."},
            "did_you_mean": {
                "type": ["string", "null"],
                "description": "The query with words put right that no name has; null if all are known.",
            },
            "types": {
                "type": "object",
                "additionalProperties": _COUNT,
                "description": "How many records of each kind were found.",
            },
            "results": array(ref("SearchResult"), "The results, the best first."),
        }
    )
    | {"description": "What a search found."},
    "SearchResult": object_of(
        {
            "type": {"type": "string", "enum": list(NOUNS), "description": "What kind of record it is."},
            "slug": {**_TEXT, "description": "Its stable name."},
            "name": {**_TEXT, "description": "Its name for people."},
            "url": {**_TEXT, "format": "uri-reference", "description": "Where it is."},
            "score": {"type": "number", "minimum": 0, "description": "What it is worth among these results."},
            "highlights": array(ref("SearchHighlight"), "Where it says what was sought."),
        }
    )
    | {"description": "A record that was found."},
    "SearchHighlight": object_of(
        {
            "in": {
                "type": "string",
                "enum": ["name", "other_name", "identifier", "text"],
                "description": "Which of its texts this is, or is a piece of.",
            },
            "text": {**_TEXT, "description": "The text, or a piece of it."},
            "marks": array(
                {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2},
                "Where the words are: the place of the first character, and of the one after the last, in code points.",
            ),
        }
    )
    | {"description": "A text that has some of the words."},
}
