"""The check of stored renderings: each must have the bytes that rendering the record again gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from sanctions.models import Rendered
from sanctions.projections.rendered_documents import render
from sanctions.projections.renderings import path_to_state, served
from sanctions.records.encode import chunks
from sanctions.verification.mismatches import Mismatch, Progress, compare_renderings, format_value, ignore_progress
from sanctions.vocabulary import State


def verify_renderings(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Yield stored renderings, and the days that date instruments, which differ from a new rendering."""
    for model in served():
        for ids in chunks(model._default_manager.order_by("pk").values_list("pk", flat=True).iterator()):
            yield from _verify_rows(model, ids)
            progress(len(ids))


def _verify_rows(model: type[Rendered], ids: Sequence[int]) -> Iterator[Mismatch]:
    is_dated = any(column.name == "dated_on" for column in model._meta.concrete_fields)
    columns = ("pk", "slug", "rendering", *(["dated_on"] if is_dated else []))
    rows = model._default_manager.filter(pk__keyed=ids)
    public = set(rows.filter(**{path_to_state(model): State.PUBLISHED}).values_list("pk", flat=True))
    renderings = render(model, ids)
    for pk, slug, stored, *days in rows.values_list(*columns):
        where = f"{model._meta.model_name} {slug}"
        expected = renderings[pk] if pk in public else b""
        if stored != expected.decode():
            yield from compare_renderings(where, stored, expected)
        if is_dated and (days[0] and days[0].isoformat()) != orjson.loads(renderings[pk])["dated_on"]:
            yield Mismatch(f"{where}, dated_on", f"the table has {format_value(days[0])}.")
