"""The examples in documents: fenced blocks, each with its language, its section, and the text after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
#: The address of the API in the documents.
SHOWN: Final = "http://127.0.0.1:8000"
#: The section of clients.md about a generated client, which has its own test.
TYPED: Final = "A typed client"
_BLOCK: Final = re.compile(
    r"^```(?P<language>\w+)\n(?P<code>.*?)^```\n(?=(?P<after>[^\n]*\n[^\n]*))", re.DOTALL | re.MULTILINE
)
_HEADING: Final = re.compile(r"^##+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A block of code: its document, its heading, its language, and the text after it."""

    document: str
    section: str
    language: str
    code: str
    after: str

    def at(self, address: str) -> str:
        """Return the code with the API at an address."""
        return self.code.replace(SHOWN, address)


def examples(document: str, *languages: str) -> Iterator[Example]:
    """Yield the blocks of a document of docs/ that are in one of the languages."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8") + "\n\n"
    for match in _BLOCK.finditer(text):
        if match["language"] in languages:
            *_, section = ["", *_HEADING.findall(text[: match.start()])]
            yield Example(document, section, match["language"], match["code"], match["after"].strip())
