"""Documents before they are saved: their own faults, their slugs, and what merges change in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from django.db import models

from sanctions.exceptions import Problem
from sanctions.models import Redirect
from sanctions.records.base import Document, RecordType, Rows, part_model
from sanctions.records.combine import Renaming, combine_documents, move_references
from sanctions.records.encode import normalise, refers_to
from sanctions.records.registry import BY_NAME
from sanctions.records.validate import validate
from sanctions.vocabulary import State


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document to be saved, the state that its record shall have, and where it came from: ``orders.yaml:12``."""

    record_type: RecordType
    document: Document
    state: State = State.PUBLISHED
    origin: str = ""

    @property
    def slug(self) -> str:
        """The slug of the record."""
        return str(self.document["slug"])

    def problem(self, path: str, message: str) -> Problem:
        """Return a fault at a path of this document."""
        return Problem(f"{self.record_type.name} {self.slug}", path, message, self.origin)


def find_faults(incoming: Sequence[Incoming]) -> list[Problem]:
    """Return the faults of each document by itself; if there are none, slugs that are used twice."""
    faults = [problem for item in incoming for problem in validate(item.record_type, item.document, item.origin)]
    return faults or list(repeated_slugs(incoming))


def repeated_slugs(incoming: Iterable[Incoming]) -> Iterator[Problem]:
    """Yield a fault for every slug that two rows of one model have, in documents that are valid by themselves."""
    seen: dict[tuple[type[models.Model], str], str] = {}
    for item in incoming:
        for model, slug, path in slugs_of(item):
            if other := seen.get((model, slug)):
                yield item.problem(path, f"The slug {slug!r} is used twice, also in {other}.")
                if path == "slug":
                    break
            seen[model, slug] = f"{item.origin} {item.record_type.name} {item.slug}".strip()


def slugs_of(item: Incoming) -> Iterator[tuple[type[models.Model], str, str]]:
    """Yield model, slug and path of the record of a valid document and of its parts that have slugs."""
    yield item.record_type.model, item.slug, "slug"
    for key in item.record_type.rows:
        if has_slug(key):
            for place, row in enumerate(item.document.get(key.name, ())):
                yield part_model(item.record_type.model, key), row["slug"], f"{key.name}[{place}].slug"


@cache
def has_slug(key: Rows) -> bool:
    """Return whether the parts of a key have slugs, so that other records can refer to them."""
    return any(part.name == "slug" for part in key.keys)


def apply_merges(incoming: Sequence[Incoming]) -> tuple[list[Incoming], dict[tuple[str, str], str]]:
    """Apply later merges to documents; also return which went into another: (record type, old slug) → new slug.

    References to a merged record are replaced by the kept one. The document of a merged record is combined with that of
    the kept record if that is among the documents too, and dropped otherwise.
    """
    merges = list(Redirect.objects.in_effect().order_by("number").values_list("record_type", "old", "new"))
    if not merges or find_faults(incoming):
        # Saving them will report the faults.
        return list(incoming), {}
    documents = {(item.record_type.name, item.slug): item for item in incoming}
    dropped_to: dict[tuple[str, str], str] = {}
    for name, old, new in merges:
        record_type = BY_NAME[name]
        dropped, kept = documents.pop((name, old), None), documents.get((name, new))
        if dropped is not None:
            dropped_to[name, old] = new
        if dropped is not None and kept is not None:
            both = combine_documents(record_type, *(normalise(record_type, item.document) for item in (kept, dropped)))
            documents[name, new] = replace(kept, document=both.document)
        renaming = Renaming(record_type.model, old, new)
        for place, item in documents.items():
            if old in refers_to(item.record_type, item.document).get(record_type.model, ()):
                document = move_references(
                    item.record_type, normalise(item.record_type, item.document), renaming
                ).document
                documents[place] = replace(item, document=document)
    return list(documents.values()), dropped_to
