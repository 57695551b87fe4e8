"""Stored renderings: written when a record is published, rebuilt by ``manage.py render``.

Whatever changes a record calls :func:`render_with_dependents` or :func:`render_written` in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson

from sanctions.database.bulk_writes import update
from sanctions.database.past_views import known_at
from sanctions.ledger.history import Keys, keep_history
from sanctions.models import Agreement, Event, Order, Record, Rendered, past_of
from sanctions.projections.appearances import store_appearances
from sanctions.projections.dependents import RowIds, dependents, ids_where
from sanctions.projections.rendered_documents import render
from sanctions.projections.search_entries import remove_all_entries_except, update_search_entries
from sanctions.records.encode import chunks
from sanctions.records.registry import RECORD_TYPES, SERVED_PARTS
from sanctions.vocabulary import State

#: Called with how many more records are done.
Progress = Callable[[int], object]


def path_to_state(model: type[Rendered]) -> str:
    """Return the lookup path from a row to the state of its record."""
    return f"{SERVED_PARTS[model].record_field}__state" if model in SERVED_PARTS else "state"


def store(
    model: type[Rendered], ids: Iterable[int], *, first: bool = False, progress: Progress = lambda _: None
) -> int:
    """Render rows; store renderings, derived dates, appearances and search entries; return how many rows.

    Rows that are not public get an empty rendering and leave the index. ``first`` promises that the rows are new, so
    that nothing derived from them has to be looked up or deleted.
    """
    count = 0
    is_dated = model in (Order, Agreement)
    for chunk in chunks(ids):
        public = set(_public_ids(model, chunk))
        # Drafts need no rendering, except of instruments: the admin shows the day that dates them.
        hidden = [] if is_dated else [pk for pk in chunk if pk not in public]
        rendered = render(model, chunk if is_dated else [pk for pk in chunk if pk in public])
        documents = {pk: orjson.loads(text) for pk, text in rendered.items()}
        rows: list[tuple[Any, ...]] = []
        for pk, text in rendered.items():
            stored = text.decode() if pk in public else ""
            rows.append((stored, documents[pk]["dated_on"], pk) if is_dated else (stored, pk))
        columns = ("rendering", "dated_on") if is_dated else ("rendering",)
        update(model, columns, rows + [("", pk) for pk in hidden])
        if model is Event:
            store_appearances(chunk, first=first)
        by_slug = {document["slug"]: document if pk in public else None for pk, document in documents.items()}
        if hidden:
            slugs = model._default_manager.filter(pk__keyed=hidden).values_list("slug", flat=True)
            by_slug.update((slug, None) for slug in slugs)
        update_search_entries(str(model._meta.model_name), by_slug, first=first)
        count += len(rendered) + len(hidden)
        progress(len(rendered) + len(hidden))
    return count


def served() -> list[type[Rendered]]:
    """Return the models whose rows the API serves by slug."""
    return [*(record_type.model for record_type in RECORD_TYPES), *SERVED_PARTS]


def render_everything() -> int:
    """Render every row that the API serves and rebuild the search index; return how many."""
    count = sum(store(model, list(model._default_manager.values_list("pk", flat=True))) for model in served())
    remove_all_entries_except(
        {str(model._meta.model_name): model._default_manager.values_list("slug", flat=True) for model in served()}
    )
    return count


def render_past() -> int:
    """Render every row of history that the API serves, as of the instant at which it was written; return how many.

    The spans of history stay the same: a new form of rendering is not a change of what was known.
    """
    todo: dict[datetime, dict[type[Rendered], dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for model in served():
        past = past_of(model).values_list("recorded_from", "id", "history_id")
        for instant, pk, row in past.iterator():
            todo[instant][model][pk] = row
    count = 0
    for instant, rows_by_model in sorted(todo.items()):
        for model, rows in rows_by_model.items():
            with known_at(instant):
                texts = {pk: text.decode() for pk, text in public_renderings(model, list(rows)).items()}
            for pk, row in rows.items():
                past_of(model).filter(history_id=row).update(rendering=texts.get(pk, ""))
            count += len(rows)
    return count


def public_renderings(model: type[Rendered], ids: Sequence[int]) -> dict[int, bytes]:
    """Return the renderings of those rows that are public: primary key → JSON."""
    return render(model, [pk for chunk in chunks(ids) for pk in _public_ids(model, chunk)])


def _public_ids(model: type[Rendered], ids: Sequence[int]) -> Iterable[int]:
    rows = model._default_manager.filter(pk__keyed=ids, **{path_to_state(model): State.PUBLISHED})
    return rows.values_list("pk", flat=True)


def render_with_dependents(rows: Iterable[Record], at: datetime) -> int:
    """Render changed records and everything that shows them; see :func:`render_written`."""
    changed: RowIds = defaultdict(set)
    for row in rows:
        changed[type(row)].add(row.pk)
    return render_written(changed, at)


def render_written(
    written: Keys, at: datetime, *, new: Keys = MappingProxyType({}), progress: Progress = lambda _: None
) -> int:
    """Render records and everything that shows them, and record both in history; return how many were rendered.

    ``new`` are those of the written records that never existed before: no other record shows them yet. ``progress`` is
    called with how many more of the written records are rendered.
    """
    changed: RowIds = defaultdict(set, {model: set(ids) for model, ids in written.items()})
    for model, ids in written.items():
        for part, (record_type, _, owner) in SERVED_PARTS.items():
            if record_type.model is model:
                changed[part] |= ids_where(part, owner, ids)
    known = {model: ids - set(new.get(model, ())) for model, ids in changed.items()}
    todo = dependents(changed, known)
    count = 0
    for model, ids in todo.items():
        if issubclass(model, Rendered):
            created, own = ids & set(new.get(model, ())), ids & set(written.get(model, ()))
            count += store(model, sorted(created), first=True, progress=progress)
            count += store(model, sorted(own - created), progress=progress)
            count += store(model, sorted(ids - own - created))
    others = {model: ids.difference(written.get(model, ())) for model, ids in todo.items()}
    keep_history(at, records=written, rows=others, new=new)
    return count
