"""Who may do what to a record. What each group has is in :mod:`sanctions.editorial.groups`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanctions.models import Record

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


def _may(user: AbstractBaseUser | AnonymousUser, action: str, record: Record | type[Record]) -> bool:
    meta = record._meta
    return user.has_perm(f"{meta.app_label}.{action}_{meta.model_name}")  # type: ignore[union-attr]


def may_edit(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may change what the record says now.

    Drafts and records in review are open to curators; what is published only to those who may publish.
    """
    return _may(user, "publish" if record.is_published else "change", record)


def may_publish(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may approve the record: with the permission, and not as its author."""
    return _may(user, "publish", record) and record.author_id != user.pk
