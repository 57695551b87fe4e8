"""Users and groups, in the theme of everything else."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from sanctions.accounts import second_factor
from sanctions.accounts.addresses import address_of
from sanctions.accounts.permissions import may_reset_second_factors
from sanctions.accounts.sessions import end_sessions

logger = logging.getLogger(__name__)

admin.site.unregister(User)
admin.site.unregister(Group)
# Their pages would show the secrets of all users.
admin.site.unregister(TOTPDevice)
admin.site.unregister(StaticDevice)

#: What only a superuser gives: it is more than any group has.
_OF_SUPERUSERS = ("is_superuser", "user_permissions")


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """Who may sign in, with what, and who has a second factor."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "first_name", "last_name", "is_staff", "has_second_factor")
    actions_detail = ("reset_second_factor",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Read whether each account has a second factor."""
        devices = TOTPDevice.objects.filter(user_id=OuterRef("pk"), confirmed=True)
        users: QuerySet[User] = super().get_queryset(request).annotate(second_factor=Exists(devices))
        return users

    @display(description="Second factor", boolean=True)
    def has_second_factor(self, user: User) -> bool:
        """Whether the account has set up an app."""
        return bool(user.second_factor)  # type: ignore[attr-defined]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep users from granting what they do not have: only superusers grant single permissions, or all."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if request.user.is_superuser else (*fields, *_OF_SUPERUSERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let superusers alone change superusers, and their passwords."""
        return bool(super().has_change_permission(request, obj)) and self._reaches(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let superusers alone delete superusers."""
        return bool(super().has_delete_permission(request, obj)) and self._reaches(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """End the sessions of an account that is disabled."""
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            end_sessions(obj)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Offer the reset of a second factor to users who may reset it."""
        user = self.get_object(request, unquote(str(object_id)))
        if user is None or not user.second_factor or not self._may_reset(request, user):
            return []
        return [self.get_unfold_action("reset_second_factor")]

    @action(
        description="Reset second factor",
        url_path="reset-second-factor",
        icon="lock_reset",
        variant=ActionVariant.DANGER,
    )
    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the second factor from an account whose owner has lost it; asked first, done by POST, logged."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if not self._may_reset(request, user):
            raise PermissionDenied
        refusal = ""
        if request.method == "POST":
            if second_factor.remove(user):
                return self._was_reset(request, user)
            refusal = "This account has no second factor."
        context = {
            **self.admin_site.each_context(request),
            "title": "Reset the second factor?",
            "subtitle": str(user),
            "opts": self.opts,
            "original": user,
            "refusal": refusal,
            "back": reverse("admin:auth_user_change", args=[user.pk]),
        }
        return TemplateResponse(request, "admin/sanctions/second_factor_reset.html", context)

    def _was_reset(self, request: HttpRequest, user: User) -> HttpResponse:
        end_sessions(user)
        by = request.user.get_username()
        logger.warning("%s reset the second factor of %s from %s.", by, user.get_username(), address_of(request))
        self.log_change(request, user, "Reset the second factor.")
        messages.success(request, f"The second factor of {user} is reset.")
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[user.pk]))

    def _may_reset(self, request: HttpRequest, user: User) -> bool:
        """Whether this account's second factor may be reset; for one's own there is a page that asks for a code."""
        return (
            may_reset_second_factors(request.user)
            and self.has_view_permission(request, user)
            and self._reaches(request, user)
            and request.user.pk != user.pk
        )

    def _reaches(self, request: HttpRequest, user: User | None) -> bool:
        return user is None or bool(request.user.is_superuser) or not user.is_superuser


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """What they may do."""
