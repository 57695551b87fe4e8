"""The groups of the editorial desk and what each may do."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.db.models import Model

from sanctions.models import MeasureSector, OrderTopic, Part, Record

#: Group → what it may do to records and to their parts.
GROUPS: Final = {
    "curator": ({"add", "change", "view"}, {"add", "change", "delete", "view"}),
    "reviewer": ({"add", "change", "view", "publish"}, {"add", "change", "delete", "view"}),
    "administrator": ({"add", "change", "delete", "view", "publish"}, {"add", "change", "delete", "view"}),
}

#: What everybody at the desk sees.
_SHARED: Final = ["view_proposal", "view_likeness", "view_redirect", "view_import"]
#: Group → what else it may do. The log tells who worked from where, which is nobody else's business; to reset a
#: second factor is to delete its device, of an account that one sees.
BESIDES: Final = {
    "curator": _SHARED,
    "reviewer": _SHARED,
    "administrator": [
        *_SHARED,
        "view_logentry",
        "view_accesstoken",
        "view_user",
        "delete_totpdevice",
        *(f"{action}_webhook" for action in ("add", "change", "delete", "view")),
        "view_delivery",
        "view_attempt",
    ],
}


def create_groups(using: str, **_: Any) -> None:
    """Create the groups, with their permissions, where there are none of them: what follows every migration.

    Groups that exist are left as an administrator has made them, and one that was deleted does not come back with the
    next start. Not a data migration, because emptying a database (``manage.py flush``) would lose the groups for good.
    """
    if Group.objects.using(using).filter(name__in=GROUPS).exists():
        return
    for name, (on_records, on_parts) in GROUPS.items():
        group = Group.objects.using(using).create(name=name)
        codenames = _codenames(on_records, on_parts) + BESIDES.get(name, [])
        group.permissions.set(Permission.objects.using(using).filter(codename__in=codenames))


def _codenames(on_records: set[str], on_parts: set[str]) -> list[str]:
    records = [model for model in Record.__subclasses__() if not model._meta.abstract]
    parts = [model for model in _below(Part) if not model._meta.abstract] + [OrderTopic, MeasureSector]
    return [f"{action}_{model._meta.model_name}" for model in records for action in sorted(on_records)] + [
        f"{action}_{model._meta.model_name}" for model in parts for action in sorted(on_parts)
    ]


def _below(model: type[Model]) -> list[type[Model]]:
    return [found for child in model.__subclasses__() for found in (child, *_below(child))]
