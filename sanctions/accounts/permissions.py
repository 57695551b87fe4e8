"""The names of permissions, the permissions of each group, and checks of them.

The only module that names permissions. What else an editorial move requires is decided in
:mod:`sanctions.editorial.permissions`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import models

from sanctions.models import MeasureSector, OrderTopic, Part, Record, Webhook

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

#: The backend that gives accounts the permissions of their groups.
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
#: Permissions over other people's accounts, next to those of publishing.
_OVER_ACCOUNTS: Final = frozenset(
    {"auth.add_user", "auth.change_user", "auth.change_group", "otp_totp.delete_totpdevice"}
)


class Action(StrEnum):
    """What a permission allows to do with a kind of record."""

    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    VIEW = "view"
    PUBLISH = "publish"


_EDIT_PARTS: Final = frozenset({Action.ADD, Action.CHANGE, Action.DELETE, Action.VIEW})
#: Group → what it may do to records and to their parts.
GROUPS: Final = {
    "curator": ({Action.ADD, Action.CHANGE, Action.VIEW}, _EDIT_PARTS),
    "reviewer": ({Action.ADD, Action.CHANGE, Action.VIEW, Action.PUBLISH}, _EDIT_PARTS),
    "administrator": (set(Action), _EDIT_PARTS),
}
#: What every group may see.
_SHARED: Final = ("view_proposal", "view_likeness", "view_redirect", "view_import")
#: Group → its other permissions. Only administrators see the log, because it contains network addresses. Resetting a
#: second factor means deleting its device, which requires the permission to see the account.
OTHERS: Final = {
    "curator": _SHARED,
    "reviewer": _SHARED,
    "administrator": (
        *_SHARED,
        "view_logentry",
        "view_accesstoken",
        "view_user",
        "delete_totpdevice",
        *(f"{action}_webhook" for action in (Action.ADD, Action.CHANGE, Action.DELETE, Action.VIEW)),
        "view_delivery",
        "view_attempt",
    ),
}


def permission_name(action: Action, model: models.Model | type[models.Model]) -> str:
    """Return the full name of a permission, such as ``sanctions.publish_order``."""
    return f"{model._meta.app_label}.{_codename(action, model)}"


def _codename(action: Action, model: models.Model | type[models.Model]) -> str:
    return f"{action}_{model._meta.model_name}"


def has_permission(
    user: AbstractBaseUser | AnonymousUser, action: Action, model: models.Model | type[models.Model]
) -> bool:
    """Whether the user has the permission on a model, or on the model of a record."""
    return user.has_perm(permission_name(action, model))  # type: ignore[union-attr]


def has_on_any_record(user: User, action: Action) -> bool:
    """Whether the user has the permission on at least one kind of record."""
    return any(has_permission(user, action, model) for model in _concrete(Record))


def accounts_with(action: Action, model: models.Model | type[models.Model]) -> models.QuerySet[User]:
    """Return the active accounts that have the permission on a model."""
    accounts: models.QuerySet[User] = get_user_model()._default_manager.with_perm(
        permission_name(action, model), backend=_BACKEND
    )
    return accounts


def may_list(user: AbstractBaseUser | AnonymousUser, label: str) -> bool:
    """Whether the user may see the admin's list of a model, given by its label, such as ``sanctions.order``."""
    app, _, model = label.partition(".")
    return user.has_perm(f"{app}.{Action.VIEW}_{model}")  # type: ignore[union-attr]


def may_publish_or_manage_accounts(user: User | AnonymousUser) -> bool:
    """Whether the user may publish some kind of record, or decide about other people's accounts."""
    names = user.get_all_permissions()
    return bool(names & _OVER_ACCOUNTS) or any(_is_publishing(name) for name in names)


def _is_publishing(name: str) -> bool:
    app, _, codename = name.partition(".")
    return app == Record._meta.app_label and codename.startswith(f"{Action.PUBLISH}_")


def may_reset_second_factors(user: User | AnonymousUser) -> bool:
    """Whether the user may reset the second factor of other accounts that they see."""
    return user.has_perm("otp_totp.delete_totpdevice")


def may_see_all_tokens(user: User | AnonymousUser) -> bool:
    """Whether the user sees the tokens of all accounts."""
    return user.has_perm("sanctions.view_accesstoken")


def may_change_webhooks(user: User | AnonymousUser) -> bool:
    """Whether the user may change webhooks, and send their messages again."""
    return has_permission(user, Action.CHANGE, Webhook)


def create_groups(using: str, **_: Any) -> None:
    """Create the groups with their permissions after every migration, unless one of them exists.

    Existing groups keep the permissions that an administrator gave them, and a deleted group is not created again. This
    is not a data migration, because ``manage.py flush`` would then remove the groups for good.
    """
    if Group.objects.using(using).filter(name__in=GROUPS).exists():
        return
    for name, (on_records, on_parts) in GROUPS.items():
        codenames = [_codename(action, model) for model in _concrete(Record) for action in sorted(on_records)]
        codenames += [_codename(action, model) for model in _parts() for action in sorted(on_parts)]
        group = Group.objects.using(using).create(name=name)
        group.permissions.set(Permission.objects.using(using).filter(codename__in=[*codenames, *OTHERS[name]]))


def _parts() -> list[type[models.Model]]:
    return [*_concrete(Part), OrderTopic, MeasureSector]


def _concrete(model: type[models.Model]) -> list[type[models.Model]]:
    """Return all subclasses of a model that have tables."""
    children = model.__subclasses__()
    return [item for child in children for item in ([] if child._meta.abstract else [child]) + _concrete(child)]
