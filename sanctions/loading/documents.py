"""Save documents in bulk: all or nothing, unchanged records left alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace

from django.db import models, transaction

from sanctions.database.bulk_writes import FEW, without_collecting
from sanctions.database.past_views import refuse_past
from sanctions.exceptions import InvalidDocument, Problem
from sanctions.ledger.precedence import parents_first, types_parents_first
from sanctions.ledger.versions import Act, append, current_documents
from sanctions.loading.batch import SaveBatch
from sanctions.loading.incoming import Incoming, find_faults
from sanctions.loading.rows import RowWriter, SaveReport
from sanctions.projections.renderings import Progress, render_written
from sanctions.records.encode import normalise
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import State, VersionKind

__all__ = ["Incoming", "SaveReport", "find_obstacles", "save_documents"]


def save_documents(
    incoming: Sequence[Incoming], act: Act, progress: Progress = lambda _: None, *, is_rehearsal: bool = False
) -> SaveReport:
    """Write documents as records in one transaction; raise :class:`InvalidDocument` with all faults.

    Records whose document and state are unchanged are left alone. For what becomes public, changes or stops being
    public the ledger gets a version by the ``act``. ``progress`` is called with how many more records are done.
    ``is_rehearsal`` writes only the rows, so that the database checks them, but neither versions nor renderings: the
    caller rolls the transaction back.
    """
    refuse_past()
    with without_collecting() if len(incoming) > FEW else nullcontext():
        _raise_faults(find_faults(incoming))
        with transaction.atomic():
            batch = SaveBatch(incoming)
            _raise_faults(batch.faults())
            report, written = RowWriter(batch).write()
            progress(report.unchanged)
            if not is_rehearsal:
                _append_versions(written, act)
                _render(batch, written, report, act, progress)
        return report


def find_obstacles(incoming: Sequence[Incoming]) -> list[Problem]:
    """Return what prevents valid documents from being saved in the database as it is; nothing is written."""
    return list(SaveBatch(incoming).faults())


def _raise_faults(faults: Iterable[Problem]) -> None:
    if problems := list(faults):
        raise InvalidDocument(problems)


def _append_versions(written: Sequence[Incoming], act: Act) -> None:
    """Append versions of what is public now, parents first, then retractions of what was public, children first."""
    types = types_parents_first()
    for record_type in types:
        public = [item for item in written if item.record_type is record_type and item.state == State.PUBLISHED]
        documents = [normalise(record_type, item.document) for item in public]
        append(record_type, parents_first(record_type, documents), act)
    for record_type in reversed(types):
        hidden = [item for item in written if item.record_type is record_type and item.state != State.PUBLISHED]
        documents = parents_first(record_type, current_documents(record_type, [item.slug for item in hidden]))
        append(record_type, documents[::-1], replace(act, kind=VersionKind.RETRACTION))


def _render(batch: SaveBatch, written: Sequence[Incoming], report: SaveReport, act: Act, progress: Progress) -> None:
    new: dict[type[models.Model], set[int]] = {}
    for name, slugs in report.created.items():
        model = BY_NAME[name].model
        new[model] = {batch.ids[model][slug] for slug in slugs}
    ids: dict[type[models.Model], set[int]] = defaultdict(set)
    for item in written:
        ids[item.record_type.model].add(batch.ids[item.record_type.model][item.slug])
    # Rendering takes as long as everything before it: a record counts as done when it is rendered.
    render_written(ids, act.at, new=new, progress=progress)
