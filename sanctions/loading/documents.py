"""Documents into rows, in bulk: all or nothing, unchanged records left alone.

The order of writing follows what refers to what: the rows of the records first (a record refers in its
own row only to types that come earlier in the registry), then parts that others refer to by slug, then
everything else. Slugged parts are updated in place, because others point at them; the other parts of
a changed record are removed before that and written anew after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from sanctions.database.bulk_writes import FEW, insert, row_of, without_collecting
from sanctions.database.past_views import refuse_past
from sanctions.exceptions import InvalidDocument, Problem
from sanctions.ledger.precedence import parents_first, types_parents_first
from sanctions.ledger.versions import Act, append, current_documents
from sanctions.models import Redirect
from sanctions.projections.renderings import Progress, render_written
from sanctions.projections.search_entries import remove_entries
from sanctions.records.base import (
    Codes,
    Document,
    Key,
    RecordType,
    Ref,
    Refs,
    Rows,
    Value,
    column_of,
    links_of,
    parent_field,
    part_model,
    record_field,
    references,
    target,
)
from sanctions.records.combine import Renaming, joined, moved
from sanctions.records.encode import chunks, encode_many, normalise, refers_to
from sanctions.records.redirects import merged_slugs, outdated, referred
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.records.validate import validate
from sanctions.vocabulary import State, VersionKind

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


def save_documents(
    incoming: Sequence[Incoming], act: Act, progress: Progress = lambda _: None, *, is_rehearsal: bool = False
) -> Report:
    """Write documents as records, all in one transaction; :class:`InvalidDocument` lists every fault.

    A record whose document and state are the same already is left alone. Of what is public, and of what is
    no longer, the ledger gets a version by the ``act``. ``progress`` is told how many more records are
    done, now and then. ``is_rehearsal`` writes the rows alone, with all that the database demands of them, and neither
    versions nor renderings: the caller rolls it back.
    """
    refuse_past()
    with without_collecting() if len(incoming) > FEW else nullcontext():
        return _saved(incoming, act, progress, is_rehearsal=is_rehearsal)


def hindrances(incoming: Sequence[Incoming]) -> list[Problem]:
    """Return what keeps valid documents from being written into the database as it is; nothing is written."""
    return list(_Batch(incoming).faults())


def _saved(incoming: Sequence[Incoming], act: Act, progress: Progress, *, is_rehearsal: bool) -> Report:
    _refuse(_faults(incoming))
    with transaction.atomic():
        batch = _Batch(incoming)
        _refuse(batch.faults())
        report, written = batch.write_rows(progress)
        if not is_rehearsal:
            batch.publish(written, report, act, progress)
    return report


def after_merges(incoming: Sequence[Incoming]) -> tuple[list[Incoming], dict[tuple[str, str], str]]:
    """Return what documents written before merges say after them, and what went: (noun, old slug) → new slug.

    References lead to the records that were kept. A document of a record that was merged away goes into that of the
    kept one, if this comes in too, as its record did; else it goes.
    """
    merges = list(Redirect.objects.standing().order_by("number").values_list("record_type", "old", "new"))
    if not merges or list(_faults(incoming)):
        # Whoever saves them tells the faults.
        return list(incoming), {}
    found = {(item.record_type.name, item.slug): item for item in incoming}
    gone: dict[tuple[str, str], str] = {}
    for name, old, new in merges:
        record_type = BY_NAME[name]
        dropped, kept = found.pop((name, old), None), found.get((name, new))
        if dropped is not None:
            gone[name, old] = new
        if dropped is not None and kept is not None:
            both = joined(record_type, *(normalise(record_type, item.document) for item in (kept, dropped)))
            found[name, new] = replace(kept, document=both.document)
        renaming = Renaming(record_type.model, old, new)
        for place, item in found.items():
            if old in refers_to(item.record_type, item.document).get(record_type.model, ()):
                document = moved(item.record_type, normalise(item.record_type, item.document), renaming).document
                found[place] = replace(item, document=document)
    return list(found.values()), gone


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InvalidDocument(found)


def _faults(incoming: Sequence[Incoming]) -> list[Problem]:
    """Return what is wrong with documents as they are; how they go together, if each is right by itself."""
    found = [problem for item in incoming for problem in validate(item.record_type, item.document, item.origin)]
    return found or list(doubled(incoming))


def doubled(incoming: Iterable[Incoming]) -> Iterable[Problem]:
    """Yield a fault for every slug that two of the documents, each of which is valid, give to rows of one kind."""
    seen: dict[tuple[type[models.Model], str], str] = {}
    for item in incoming:
        for model, slug, path in slugs_of(item):
            if other := seen.get((model, slug)):
                yield item.problem(path, f"The slug {slug!r} is used twice, also in {other}.")
                if path == "slug":
                    break
            seen[model, slug] = f"{item.origin} {item.record_type.name} {item.slug}".strip()


def slugs_of(item: Incoming) -> Iterable[tuple[type[models.Model], str, str]]:
    """Yield the slugs that a valid document gives to its record and to parts of it: model, slug and path."""
    yield item.record_type.model, item.slug, "slug"
    for key in item.record_type.rows:
        if _slugged(key):
            for place, row in enumerate(item.document.get(key.name, ())):
                yield part_model(item.record_type.model, key), row["slug"], f"{key.name}[{place}].slug"


@cache
def _slugged(key: Rows) -> bool:
    return any(part.name == "slug" for part in key.keys)


class _Batch:
    """One bulk write: what is there, what is new, what has changed."""

    def __init__(self, incoming: Sequence[Incoming]) -> None:
        self.incoming = incoming
        #: Model → slug → primary key of what documents name and is there to stay.
        self.ids: dict[type[models.Model], dict[str, int]] = defaultdict(dict)
        #: Model → primary key → slug, key and document of the parts that go, because no document has them any more.
        self.gone: dict[type[models.Model], dict[int, tuple[str, str, Incoming]]] = defaultdict(dict)
        names: dict[type[models.Model], set[str]] = defaultdict(set)
        for item in incoming:
            for model, slug, _ in slugs_of(item):
                names[model].add(slug)
            for model, slugs in refers_to(item.record_type, item.document).items():
                names[model] |= slugs
        for model, slugs in names.items():
            for some in chunks(sorted(slugs)):
                self.ids[model].update(model._default_manager.filter(slug__in=some).values_list("slug", "pk"))
        self.coming = {(model, slug) for item in incoming for model, slug, _ in slugs_of(item)}
        for record_type, key, mine in self._slugged_parts():
            child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
            owners = {pk: item for item in mine if (pk := self.ids[record_type.model].get(item.slug))}
            for some in chunks(owners):
                rows = child._default_manager.filter(**{f"{parent}__keyed": some})
                for pk, slug, owner in rows.values_list("pk", "slug", f"{parent}_id"):
                    if (child, slug) not in self.coming:
                        self.gone[child][pk] = (slug, key.name, owners[owner])
                        self.ids[child].pop(slug, None)

    def _slugged_parts(self) -> Iterator[tuple[RecordType, Rows, list[Incoming]]]:
        for record_type in RECORD_TYPES:
            mine = [item for item in self.incoming if item.record_type is record_type]
            yield from ((record_type, key, mine) for key in record_type.rows if mine and _slugged(key))

    def faults(self) -> Iterator[Problem]:
        """Yield what the documents demand and the database has not, or has and must keep."""
        merged = merged_slugs()
        for item in self.incoming:
            yield from outdated(item.record_type, item.document, merged, item.origin)
        yield from self._dangling()
        yield from self._taken()
        yield from self._needed()

    def _dangling(self) -> Iterator[Problem]:
        """References to what neither is there to stay nor comes in."""
        for item in self.incoming:
            for path, model, slug in referred(item.record_type.model, item.record_type.keys, item.document):
                if slug not in self.ids[model] and (model, slug) not in self.coming:
                    noun = model._meta.verbose_name
                    yield item.problem(path, f"There is no {noun} with the slug {slug!r}.")

    def _taken(self) -> Iterator[Problem]:
        """Parts that belong to a record which does not come in."""
        for record_type, key, mine in self._slugged_parts():
            child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
            owners = {item.slug for item in mine}
            places = {slug: (item, path) for item in mine for model, slug, path in slugs_of(item) if model is child}
            for some in chunks(slug for slug in places if slug in self.ids[child]):
                rows = child._default_manager.filter(slug__in=some).values_list("slug", f"{parent}__slug")
                for slug, owner in rows:
                    if owner not in owners:
                        item, path = places[slug]
                        yield item.problem(path, f"The slug {slug!r} is used already, by {record_type.name} {owner}.")

    def _needed(self) -> Iterator[Problem]:
        """Parts that would go, and to which a record refers that does not come in."""
        for record_type in RECORD_TYPES:
            mine = {item.slug for item in self.incoming if item.record_type is record_type}
            for model, reference in references(record_type.keys, record_type.model):
                gone = self.gone.get(target(model, reference), {})
                owner = "" if model is record_type.model else f"{record_field(record_type, model)}__"
                for some in chunks(gone):
                    rows = model._default_manager.filter(**{f"{reference.field}__in": some})
                    for pk, slug in rows.order_by().values_list(reference.field, f"{owner}slug").distinct():
                        if slug not in mine:
                            part, path, item = gone[pk]
                            yield item.problem(path, f"{part} cannot go: {record_type.name} {slug} refers to it.")

    def write_rows(self, progress: Progress) -> tuple[Report, list[Incoming]]:
        """Write the rows of what is new or changed, and return it."""
        report = Report()
        todo: list[Incoming] = []
        for record_type in RECORD_TYPES:
            mine = [item for item in self.incoming if item.record_type is record_type]
            todo += self._roots(record_type, mine, report)
        progress(report.unchanged)
        self._clear(todo)
        for slugged in (True, False):
            for record_type in RECORD_TYPES:
                mine = [item for item in todo if item.record_type is record_type]
                for key in record_type.rows:
                    if mine and _slugged(key) == slugged:
                        self._parts(record_type.model, key, mine)
        for record_type in RECORD_TYPES:
            mine = [item for item in todo if item.record_type is record_type]
            owners = [(self.ids[record_type.model][item.slug], item.document) for item in mine]
            self._sets(record_type.model, record_type.keys, owners)
        return report, todo

    def publish(self, todo: Sequence[Incoming], report: Report, act: Act, progress: Progress) -> None:
        """Publish in the ledger what was written, and render it."""
        self._publish(todo, act)
        new: dict[type[models.Model], set[int]] = {}
        for name, slugs in report.created.items():
            model = BY_NAME[name].model
            new[model] = {self.ids[model][slug] for slug in slugs}
        written: dict[type[models.Model], set[int]] = defaultdict(set)
        for item in todo:
            written[item.record_type.model].add(self.ids[item.record_type.model][item.slug])
        # Rendering takes as long as all the rest: what is rendered counts as done.
        render_written(written, act.at, new=new, progress=progress)

    def _publish(self, written: Sequence[Incoming], act: Act) -> None:
        """Append versions of what is public now, parents first, then retractions of what was, children first."""
        types = types_parents_first()
        for record_type in types:
            public = [item for item in written if item.record_type is record_type and item.state == State.PUBLISHED]
            documents = [normalise(record_type, item.document) for item in public]
            append(record_type, parents_first(record_type, documents), act)
        for record_type in reversed(types):
            hidden = [item for item in written if item.record_type is record_type and item.state != State.PUBLISHED]
            documents = parents_first(record_type, current_documents(record_type, [item.slug for item in hidden]))
            append(record_type, documents[::-1], replace(act, kind=VersionKind.RETRACTION))

    def _roots(self, record_type: RecordType, incoming: Sequence[Incoming], report: Report) -> list[Incoming]:
        """Write the rows of the records themselves; return those that were new or changed."""
        model, known = record_type.model, self.ids[record_type.model]
        there = [known[item.slug] for item in incoming if item.slug in known]
        documents = encode_many(record_type, there)
        states = dict(
            pair
            for some in chunks(there)
            for pair in model._default_manager.filter(pk__keyed=some).values_list("pk", "state")
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

    def _clear(self, changed: Sequence[Incoming]) -> None:
        """Remove the parts that are written anew, then those that go; set aside the places of those that stay."""
        aside: list[models.QuerySet[Any]] = []
        for record_type in RECORD_TYPES:
            owners = [self.ids[record_type.model][item.slug] for item in changed if item.record_type is record_type]
            for key in record_type.rows:
                child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
                for some in chunks(owners):
                    rows = child._default_manager.filter(**{f"{parent}__keyed": some})
                    if _slugged(key):
                        aside.append(rows)
                    else:
                        rows.delete()
        for model, gone in self.gone.items():
            for some in chunks(gone):
                model._default_manager.filter(pk__keyed=some).delete()
            remove_entries(str(model._meta.model_name), (slug for slug, _, _ in gone.values()))
        for rows in aside:
            rows.update(ordinal=models.F("ordinal") + _ASIDE)

    def _parts(self, model: type[models.Model], key: Rows, owners: Sequence[Incoming]) -> None:
        """Write the parts of one key of the records: those there are updated in place."""
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
        if _slugged(key):
            self._upsert(child, key, parent, rows, origins)
        else:
            self._create(rows, origins, key.name)
        pairs = [(row.pk, document) for row, document in zip(rows, documents, strict=True)]
        self._sets(child, key.keys, pairs)

    def _upsert(
        self,
        child: type[models.Model],
        key: Rows,
        parent: str,
        rows: Sequence[Any],
        origins: Sequence[Incoming],
    ) -> None:
        known = self.ids[child]
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
                    child._default_manager.filter(**{f"{parent}__keyed": some}).delete()
                insert(
                    [
                        child(**{f"{parent}_id": pk, key.column: code})
                        for pk, document in owners
                        for code in sorted(document.get(key.name, ()))
                    ]
                )
            elif isinstance(key, Refs):
                through, here, there = links_of(model, key)
                ids = self.ids[target(model, key)]
                for some in chunks([pk for pk, _ in owners]):
                    through._default_manager.filter(**{f"{here}__keyed": some}).delete()
                insert(
                    [
                        through(**{here: pk, there: ids[slug]})
                        for pk, document in owners
                        for slug in sorted(document.get(key.name, ()))
                    ]
                )

    def _row(self, model: type[models.Model], keys: Iterable[Key], document: Document, **extra: Any) -> models.Model:
        values = extra
        for key in keys:
            if key.name not in document:
                continue
            if isinstance(key, Ref):
                values[f"{key.field}_id"] = self._id(target(model, key), document[key.name])
            elif isinstance(key, Value):
                value = document[key.name]
                values[key.field] = Decimal(str(value)) if isinstance(value, float) else value
        return row_of(model, values)

    def _id(self, model: type[models.Model], slug: str) -> int:
        return self.ids[model][slug]

    def _create(self, rows: Sequence[models.Model], origins: Sequence[Incoming], path: str) -> None:
        if rows:
            with _explained(rows, origins, path):
                insert(rows)

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
        problems = [
            item.problem(f"{path}[{row.ordinal}]" if path else "", message)  # type: ignore[attr-defined]
            for row, item, repeated in zip(rows, origins, _repeated(rows), strict=True)
            for message in [*_refused(row), *repeated]
        ]
        if not problems:
            raise
        raise InvalidDocument(problems) from error


def _refused(row: models.Model) -> list[str]:
    """Return the messages of the constraints that refuse a row."""
    try:
        row.validate_constraints()
    except ValidationError as error:
        return error.messages
    return []


def _repeated(rows: Iterable[models.Model]) -> Iterator[list[str]]:
    """Yield for each row the messages of the constraints which want it once, where it is there a second time."""
    seen = set()
    for row in rows:
        messages = []
        for constraint in row._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                values = tuple(getattr(row, column_of(type(row), name).attname) for name in constraint.fields)
                if (constraint.name, values) in seen and None not in values:
                    messages.append(str(constraint.get_violation_error_message()))
                seen.add((constraint.name, values))
        yield messages
