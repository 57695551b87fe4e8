"""Read streamed answers."""

from __future__ import annotations

from typing import Any

from django.test import Client


def read_stream(client: Client, path: str, **parameters: str) -> bytes:
    answer: Any = client.get(f"/api/v1/{path}", parameters)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)
