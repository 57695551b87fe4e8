"""Run coroutines from tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_in_loop(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Return the result of a coroutine, run in a thread: in that of the tests the browser's loop may be running."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, coroutine).result()
