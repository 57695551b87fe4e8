"""Bulk actions of the admin, as a curator uses them."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from sanctions.models import Actor

LIST = "/admin/sanctions/actor/"


def post_action(client: Client, action: str, *records: Actor) -> Any:
    return client.post(LIST, {"action": action, "_selected_action": [str(record.pk) for record in records]})


def confirm_action(client: Client, page: Any, reason: str = "Checked.") -> Any:
    """Send the form of the question."""
    text = page.content.decode()
    seen, action = re.search(r'name="seen" value="([^"]+)"', text), re.search(r'action="([^"]+/bulk/[^"]+)"', text)
    assert seen is not None
    assert action is not None
    return client.post(action[1], {"seen": seen[1], "reason": reason})


def batch_of(client: Client, *records: Actor) -> str:
    confirm_action(client, post_action(client, "submit_in_bulk", *records))
    return f"{LIST.replace('actor', 'logentry')}batch/1/"
