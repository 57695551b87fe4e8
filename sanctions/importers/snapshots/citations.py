"""Turn the files of a snapshot into source records, and cite them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from sanctions.importers.base import FIXED, Contribution, Files
from sanctions.projections.plain_words import latin
from sanctions.records.base import Document
from sanctions.records.sources import SOURCE
from sanctions.vocabulary import SourceKind

#: Characters between words. Apostrophes are parts of words.
_BETWEEN: Final = re.compile(r"[^\w'’‘`]+")
_WORDS: Final = re.compile(r"[a-z0-9]+")
#: The most characters of a slug, and those of a file's digest in it.
_LONGEST: Final = 150
_SHOWN: Final = 8


def slug_of(*texts: str) -> str:
    """Return a slug of the words of texts in Latin letters."""
    spaced = (_BETWEEN.sub(" ", text) for text in texts)
    words = "-".join(word for text in spaced for word in _WORDS.findall(latin(text).lower()))
    return words[:_LONGEST].rstrip("-")


class FileCitations:
    """The files of one snapshot or edition, by their roles."""

    def __init__(self, name: str, title: str, publisher: str, files: Files, as_of: date | None) -> None:
        self._title, self._publisher, self._files, self._as_of = title, publisher, files, as_of
        day = as_of.isoformat() if as_of else ""
        self._slugs = {role: slug_of(name, day, role, file.sha256[:_SHOWN]) for role, file in files.items()}
        #: The role of the main file.
        self.main = next(iter(files))

    def contributions(self) -> Iterator[Contribution]:
        """Yield each file as a source record."""
        for role, file in self._files.items():
            what = role if len(self._files) > 1 else "data"
            document: Document = {
                "slug": self._slugs[role],
                "kind": str(SourceKind.OFFICIAL_REPORT),
                "title": f"{self._title}, {what}{f' as of {self._as_of}' if self._as_of else ''}",
                "publisher": self._publisher,
                "content_hash": file.sha256,
                "note": f"Imported from the file {file.name}, {file.size:,} bytes.",
            }
            if self._as_of:
                document["published_on"] = self._as_of.isoformat()
            yield Contribution(f"{FIXED}source/{self._slugs[role]}"[:200], SOURCE, document, file.name)

    def knows(self, role: str) -> bool:
        """Return whether there is a file with the role."""
        return role in self._slugs

    def cite(self, role: str = "", field: str = "", pinpoint: str = "") -> Document:
        """Return a citation of a file: the main one unless a role is given."""
        citation = {"source": self._slugs[role or self.main], "field": field, "pinpoint": pinpoint[:200].strip()}
        return {name: value for name, value in citation.items() if value}
