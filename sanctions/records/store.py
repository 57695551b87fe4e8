"""Documents into rows, in bulk: all or nothing, unchanged records left alone.

The order of writing follows what refers to what: the rows of the records first (a record refers in its
own row only to types that come earlier in the registry), then parts that others refer to by slug, then
everything else. Slugged parts are updated in place, because others point at them; the other parts of
a changed record are written anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from sanctions.exceptions import InvalidDocument, Problem
from sanctions.records.base import (
    Codes,
    Document,
    Key,
    RecordType,
    Ref,
    Refs,
    Rows,
    Value,
    default_of,
    links_of,
    parent_field,
    part_model,
    target,
)
from sanctions.records.encode import chunks, encode_many, normalise, refers_to
from sanctions.records.ledger import Act, append, current
from sanctions.records.registry import RECORD_TYPES
from sanctions.records.render import render_with_dependents
from sanctions.records.validate import validate
from sanctions.vocabulary import State, VersionKind

#: Rows written by one statement.
BATCH: Final = 200
#: Added to the place of slugged parts while they are moved, so that no two are ever in one place.
_ASIDE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document on its way in: of which type, in which state it shall stand, where it came from."""

    record_type: RecordType
    document: Document
    state: State = State.PUBLISHED
    origin: str = ""

    @property
    def slug(self) -> str:
        """The slug of the record."""
        return str(self.document["slug"])

    def problem(self, path: str, message: str) -> Problem:
        """Return a fault of this document."""
        return Problem(f"{self.record_type.name} {self.slug}", path, message, self.origin)


@dataclass(slots=True)
class Report:
    """What a bulk write did: record type name → slugs."""

    created: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unchanged: int = 0

    @property
    def written(self) -> int:
        """How many records were created or changed."""
        return sum(map(len, self.created.values())) + sum(map(len, self.changed.values()))


Progress = Callable[[int], object]


def save_documents(incoming: Sequence[Incoming], act: Act, progress: Progress = lambda _: None) -> Report:
    """Write documents as records, all in one transaction; :class:`InvalidDocument` lists every fault.

    A record whose document and state are the same already is left alone. Of what is public, and of what is
    no longer, the ledger gets a version by the ``act``. ``progress`` is told how many records are done after
    each step.
    """
    _refuse(problem for item in incoming for problem in validate(item.record_type, item.document, item.origin))
    _refuse(_doubled(incoming))
    with transaction.atomic():
        batch = _Batch(incoming)
        _refuse(batch.dangling())
        return batch.write(act, progress)


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InvalidDocument(found)


def _doubled(incoming: Sequence[Incoming]) -> Iterable[Problem]:
    seen: dict[tuple[type[models.Model], str], Incoming] = {}
    for item in incoming:
        for model, slug, path in _slugs(item):
            other = seen.setdefault((model, slug), item)
            if other is not item or (path != "slug" and _count(item, model, slug) > 1):
                where = f"{other.origin} {other.record_type.name} {other.slug}".strip()
                yield item.problem(path, f"The slug {slug!r} is used twice, also in {where}.")


def _count(item: Incoming, model: type[models.Model], slug: str) -> int:
    return sum((model, slug) == (other, name) for other, name, _ in _slugs(item))


def _slugs(item: Incoming) -> Iterable[tuple[type[models.Model], str, str]]:
    yield item.record_type.model, item.slug, "slug"
    for key in item.record_type.rows:
        if _slugged(key):
            for place, row in enumerate(item.document.get(key.name, ())):
                yield part_model(item.record_type.model, key), row["slug"], f"{key.name}[{place}].slug"


def _slugged(key: Rows) -> bool:
    return any(part.name == "slug" for part in key.keys)


class _Batch:
    """One bulk write: what is there, what is new, what has changed."""

    def __init__(self, incoming: Sequence[Incoming]) -> None:
        self.incoming = incoming
        self.ids: dict[type[models.Model], dict[str, int]] = defaultdict(dict)
        names: dict[type[models.Model], set[str]] = defaultdict(set)
        for item in incoming:
            for model, slug, _ in _slugs(item):
                names[model].add(slug)
            for model, slugs in refers_to(item.record_type, item.document).items():
                names[model] |= slugs
        for model, slugs in names.items():
            for some in chunks(sorted(slugs)):
                self.ids[model].update(model._default_manager.filter(slug__in=some).values_list("slug", "pk"))

    def dangling(self) -> Iterable[Problem]:
        """Return references to what neither is there nor comes in."""
        coming: dict[type[models.Model], set[str]] = defaultdict(set)
        for item in self.incoming:
            for model, slug, _ in _slugs(item):
                coming[model].add(slug)
        for item in self.incoming:
            for path, model, slug in _paths(item.record_type.model, item.record_type.keys, item.document, ""):
                if slug not in self.ids[model] and slug not in coming[model]:
                    noun = model._meta.verbose_name
                    yield item.problem(path, f"There is no {noun} with the slug {slug!r}.")

    def write(self, act: Act, progress: Progress) -> Report:
        """Write what is new or changed, publish it in the ledger, and render it."""
        report = Report()
        todo: list[Incoming] = []
        for record_type in RECORD_TYPES:
            mine = [item for item in self.incoming if item.record_type is record_type]
            todo += self._roots(record_type, mine, report)
            progress(len(mine))
        for slugged in (True, False):
            for record_type in RECORD_TYPES:
                mine = [item for item in todo if item.record_type is record_type]
                for key in record_type.rows:
                    if mine and _slugged(key) == slugged:
                        self._parts(record_type.model, key, mine, slugged)
        for record_type in RECORD_TYPES:
            mine = [item for item in todo if item.record_type is record_type]
            owners = [(self.ids[record_type.model][item.slug], item.document) for item in mine]
            self._sets(record_type.model, record_type.keys, owners)
        self._publish(todo, act)
        render_with_dependents(
            [
                row
                for record_type in RECORD_TYPES
                for some in chunks([item.slug for item in todo if item.record_type is record_type])
                for row in record_type.model._default_manager.filter(slug__in=some).defer("rendering")
            ]
        )
        return report

    def _publish(self, written: Sequence[Incoming], act: Act) -> None:
        """Append versions of what is public now, and retractions of what was."""
        for record_type in RECORD_TYPES:
            mine = [item for item in written if item.record_type is record_type]
            public = [item for item in mine if item.state == State.PUBLISHED]
            append(record_type, [normalise(record_type, item.document) for item in public], act)
            hidden = current(record_type, [item.slug for item in mine if item.state != State.PUBLISHED])
            append(record_type, hidden, replace(act, kind=VersionKind.RETRACTION))

    def _roots(self, record_type: RecordType, incoming: Sequence[Incoming], report: Report) -> list[Incoming]:
        """Write the rows of the records themselves; return those that were new or changed."""
        model, known = record_type.model, self.ids[record_type.model]
        there = [known[item.slug] for item in incoming if item.slug in known]
        documents = encode_many(record_type, there)
        states = dict(
            pair
            for some in chunks(there)
            for pair in model._default_manager.filter(pk__in=some).values_list("pk", "state")
        )
        new: list[Incoming] = []
        changed: list[Incoming] = []
        for item in incoming:
            pk = known.get(item.slug)
            if pk is None:
                new.append(item)
                report.created[record_type.name].append(item.slug)
            elif documents[pk] != normalise(record_type, item.document) or states[pk] != item.state:
                changed.append(item)
                report.changed[record_type.name].append(item.slug)
            else:
                report.unchanged += 1
        rows = [self._row(model, record_type.keys, item.document, state=item.state) for item in [*new, *changed]]
        for item, row in zip(changed, rows[len(new) :], strict=True):
            row.pk = known[item.slug]
        self._create(rows[: len(new)], new, "")
        known.update((row.slug, row.pk) for row in rows[: len(new)])  # type: ignore[attr-defined]
        self._update(model, record_type.keys, rows[len(new) :], changed, "", "state")
        return [*new, *changed]

    def _parts(self, model: type[models.Model], key: Rows, owners: Sequence[Incoming], slugged: bool) -> None:
        """Write the parts of one key of the records."""
        child, parent = part_model(model, key), parent_field(model, key)
        rows: list[models.Model] = []
        origins: list[Incoming] = []
        documents: list[Document] = []
        for item in owners:
            owner = self.ids[model][item.slug]
            for place, document in enumerate(item.document.get(key.name, ())):
                rows.append(self._row(child, key.keys, document, **{f"{parent}_id": owner, "ordinal": place}))
                origins.append(item)
                documents.append(document)
        keys = [self.ids[model][item.slug] for item in owners]
        if slugged:
            self._upsert(child, key, parent, keys, rows, origins)
        else:
            for some in chunks(keys):
                child._default_manager.filter(**{f"{parent}__in": some}).delete()
            self._create(rows, origins, key.name)
        pairs = [(row.pk, document) for row, document in zip(rows, documents, strict=True)]
        self._sets(child, key.keys, pairs)

    def _upsert(
        self,
        child: type[models.Model],
        key: Rows,
        parent: str,
        owners: Sequence[int],
        rows: Sequence[Any],
        origins: Sequence[Incoming],
    ) -> None:
        """Write slugged parts: those there are updated in place, those gone are deleted."""
        known = self.ids[child]
        for some in chunks(owners):
            there = child._default_manager.filter(**{f"{parent}__in": some})
            there.update(ordinal=models.F("ordinal") + _ASIDE)
            gone = there.exclude(slug__in=[row.slug for row in rows]) if rows else there
            try:
                gone.delete()
            except ProtectedError as error:
                names = ", ".join(sorted(str(item) for item in error.protected_objects)[:5])
                slugs = ", ".join(gone.values_list("slug", flat=True))
                origin = origins[0] if origins else self.incoming[0]
                raise InvalidDocument(
                    [origin.problem(key.name, f"{slugs} cannot go: other records refer to it ({names}).")]
                ) from error
        old = [(row, item) for row, item in zip(rows, origins, strict=True) if row.slug in known]
        new = [(row, item) for row, item in zip(rows, origins, strict=True) if row.slug not in known]
        for row, _ in old:
            row.pk = known[row.slug]
        self._update(child, key.keys, [row for row, _ in old], [item for _, item in old], key.name, parent, "ordinal")
        self._create([row for row, _ in new], [item for _, item in new], key.name)
        known.update((row.slug, row.pk) for row, _ in new)

    def _sets(self, model: type[models.Model], keys: Iterable[Key], owners: Sequence[tuple[int, Document]]) -> None:
        """Write code lists and many-to-many references of rows: (primary key, document)."""
        for key in keys:
            if isinstance(key, Codes):
                child, parent = part_model(model, key), parent_field(model, key)
                for some in chunks([pk for pk, _ in owners]):
                    child._default_manager.filter(**{f"{parent}__in": some}).delete()
                child._default_manager.bulk_create(
                    [
                        child(**{f"{parent}_id": pk, key.column: code})
                        for pk, document in owners
                        for code in sorted(document.get(key.name, ()))
                    ],
                    batch_size=BATCH,
                )
            elif isinstance(key, Refs):
                through, here, there = links_of(model, key)
                ids = self.ids[target(model, key)]
                for some in chunks([pk for pk, _ in owners]):
                    through._default_manager.filter(**{f"{here}__in": some}).delete()
                through._default_manager.bulk_create(
                    [
                        through(**{here: pk, there: ids[slug]})
                        for pk, document in owners
                        for slug in sorted(document.get(key.name, ()))
                    ],
                    batch_size=BATCH,
                )

    def _row(self, model: type[models.Model], keys: Iterable[Key], document: Document, **extra: Any) -> models.Model:
        values: dict[str, Any] = dict(extra)
        for key in keys:
            if isinstance(key, Ref):
                slug = document.get(key.name)
                values[f"{key.field}_id"] = None if slug is None else self._id(target(model, key), slug)
            elif isinstance(key, Value):
                value = document.get(key.name, default_of(model, key))
                values[key.field] = Decimal(str(value)) if isinstance(value, float) else value
        return model(**values)

    def _id(self, model: type[models.Model], slug: str) -> int:
        return self.ids[model][slug]

    def _create(self, rows: Sequence[models.Model], origins: Sequence[Incoming], path: str) -> None:
        if rows:
            with _explained(rows, origins, path):
                type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)

    def _update(
        self,
        model: type[models.Model],
        keys: Iterable[Key],
        rows: Sequence[models.Model],
        origins: Sequence[Incoming],
        path: str,
        *extra: str,
    ) -> None:
        columns = [key.field for key in keys if isinstance(key, Value | Ref) and key.field != "slug"]
        with _explained(rows, origins, path):
            for row in rows:
                row.save(force_update=True, update_fields=[*columns, *extra])


@contextmanager
def _explained(rows: Sequence[models.Model], origins: Sequence[Incoming], path: str) -> Iterator[None]:
    """Turn a refusal of the database into the faults of the rows that caused it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        problems = []
        for row, item in zip(rows, origins, strict=True):
            try:
                row.validate_constraints()
            except ValidationError as refused:
                place = f"{path}[{row.ordinal}]" if path else ""  # type: ignore[attr-defined]
                problems += [item.problem(place, message) for message in refused.messages]
        if not problems:
            raise
        raise InvalidDocument(problems) from error


def _paths(
    model: type[models.Model], keys: Iterable[Key], document: Document, path: str
) -> Iterable[tuple[str, type[models.Model], str]]:
    for key in keys:
        if key.name not in document:
            continue
        value, here = document[key.name], f"{path}{key.name}"
        if isinstance(key, Ref):
            yield here, target(model, key), value
        elif isinstance(key, Refs):
            for place, slug in enumerate(value):
                yield f"{here}[{place}]", target(model, key), slug
        elif isinstance(key, Rows):
            for place, row in enumerate(value):
                yield from _paths(part_model(model, key), key.keys, row, f"{here}[{place}].")
