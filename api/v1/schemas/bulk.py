"""What a request of many moves may have."""

from __future__ import annotations

from typing import Final

from sanctions.editorial.move_rules import MoveTarget
from sanctions.editorial.move_table import CREATE, moves_of

#: Items of one request.
MOST_ITEMS: Final = 500
#: What can be done with an item → the keys that it has besides ``action``, ``type`` and ``reason``.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    rule.verb: (*(("slug", "etag") if rule is not CREATE else ()), *rule.takes) for rule in moves_of(MoveTarget.RECORD)
}
