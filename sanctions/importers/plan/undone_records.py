"""Find records that an import created and that its undo retracted.

They were public, so the undo does not delete them. The next import treats them as missing: the correct file restores
them under their slugs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sanctions.models import Import, ImportChange, Version
from sanctions.records.base import RecordType
from sanctions.records.encode import chunks
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import State, VersionKind

_OPEN = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)


def retracted_by_undo(record_type: RecordType, slugs: Iterable[str]) -> set[str]:
    """Return the slugs of records that the undo of an import retracted and no user has moved since."""
    instants = _undo_instants()
    retracted: set[str] = set()
    for chunk in chunks(slugs) if instants else ():
        written = ImportChange.objects.filter(record_type=record_type.name, slug__in=chunk).exclude(wrote="")
        candidates = set(written.filter(made_by__undone_at__isnull=False).values_list("slug", flat=True))
        candidates &= set(_retractions(record_type.name, candidates, instants, is_current=True))
        rows = record_type.model._default_manager.filter(slug__in=candidates, state=State.RETRACTED)
        retracted.update(rows.values_list("slug", flat=True))
    return retracted


def restored_after_undo(source: str, known_keys: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return the records that the undo of an import retracted and a user restored: key of the source → noun and slug.

    Without them the next import would create each a second time.
    """
    instants = _undo_instants()
    changes = ImportChange.objects.filter(source=source, made_by__undone_at__isnull=False, was_known=False)
    rows = changes.filter(state_before="").exclude(wrote="").order_by("made_by__number")
    candidates: dict[str, dict[str, str]] = {}
    for key, noun, slug in rows.values_list("key", "record_type", "slug") if instants else ():
        if key not in known_keys:
            candidates.setdefault(noun, {})[key] = slug
    restored: dict[str, tuple[str, str]] = {}
    for noun, slugs in candidates.items():
        for chunk in chunks(slugs.items()):
            retracted = set(_retractions(noun, [slug for _, slug in chunk], instants, is_current=False))
            model = BY_NAME[noun].model
            public = model._default_manager.filter(slug__in=retracted, state__in=_OPEN).values_list("slug", flat=True)
            open_slugs = set(public)
            restored.update((key, (noun, slug)) for key, slug in chunk if slug in open_slugs)
    return restored


def _undo_instants() -> list[datetime]:
    instants = Import.objects.filter(undone_at__isnull=False).values_list("undone_at", flat=True)
    return [instant for instant in instants if instant is not None]


def _retractions(
    noun: str, slugs: Collection[str], instants: Collection[datetime], *, is_current: bool
) -> Iterable[str]:
    """Return the slugs of records retracted at one of the instants; with ``is_current`` those that still are."""
    versions = Version.objects.filter(record_type=noun, slug__in=slugs, kind=VersionKind.RETRACTION)
    return versions.filter(recorded_from__in=instants, recorded_to__isnull=is_current).values_list("slug", flat=True)
