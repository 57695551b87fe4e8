"""What a request of many moves may have."""

from __future__ import annotations

from typing import Final

#: Items of one request.
MOST_ITEMS: Final = 500
#: What can be done with an item → the keys that it has besides ``action``, ``type`` and ``reason``.
KEYS: Final = {
    "create": ("document",),
    "replace": ("slug", "etag", "document"),
    "delete": ("slug", "etag"),
    "propose": ("slug", "etag", "document", "kind"),
    **dict.fromkeys(("submit", "return", "publish", "retract", "restore"), ("slug", "etag")),
}
