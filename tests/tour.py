"""The questions of docs/tour.md and README.md with their answers, and how an answer is compared with the real one.

A step of the tour is a paragraph, a ``console`` block with one request by curl, and a ``json`` block with the
answer, which may be shortened: an object may leave keys out, and a list that ends with "…" goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

#: How a shortened list ends.
MORE: Final = "…"

_STEP: Final = re.compile(
    r"(?P<question>[^\n]+)\n\n```console\n(?P<request>.*?)```\s+```json\n(?P<answer>.*?)```", re.DOTALL
)
_REQUEST: Final = re.compile(r"\$?\s*curl -s '(?:http://127\.0\.0\.1:8000)(?P<path>/[^']*)'\s*")


@dataclass(frozen=True, slots=True)
class Step:
    """One question of the tour: in words, as the path that is asked for, and its answer."""

    question: str
    path: str
    answer: Any


def steps(text: str) -> Iterator[Step]:
    """Yield the steps of a document; :class:`ValueError` where one cannot be read."""
    for found in _STEP.finditer(text):
        request = _REQUEST.fullmatch(found["request"])
        if request is None:
            raise ValueError(f"This is not one request by curl: {found['request']!r}")
        yield Step(found["question"], request["path"], orjson.loads(found["answer"]))


def missing(shown: Any, real: Any, path: str = "$") -> Iterator[str]:
    """Yield where a shown answer is not part of the real one."""
    match shown, real:
        case dict(), dict():
            for key, value in shown.items():
                if key not in real:
                    yield f"{path}.{key} is not there"
                else:
                    yield from missing(value, real[key], f"{path}.{key}")
        case list(), list():
            goes_on = bool(shown) and shown[-1] == MORE
            rows = shown[:-1] if goes_on else shown
            if len(rows) > len(real) or (len(rows) < len(real) and not goes_on):
                yield f"{path} has {len(real)} items, not {len(rows)}{' or more' if goes_on else ''}"
            for place, (row, other) in enumerate(zip(rows, real, strict=False)):
                yield from missing(row, other, f"{path}[{place}]")
        case _ if shown != real or isinstance(shown, bool) != isinstance(real, bool):
            yield f"{path} is {real!r}, not {shown!r}"
