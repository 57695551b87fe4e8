"""The limits and keys of bulk requests."""

from __future__ import annotations

from typing import Final

from sanctions.editorial.move_rules import MoveTarget
from sanctions.editorial.move_table import CREATE, moves_of

#: The largest number of items in one request.
MOST_ITEMS: Final = 500
#: Action → the keys of its item, in addition to ``action``, ``type`` and ``reason``.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    rule.verb: (*(("slug", "etag") if rule is not CREATE else ()), *rule.takes) for rule in moves_of(MoveTarget.RECORD)
}
