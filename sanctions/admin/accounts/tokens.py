"""The page of tokens: one's own, to make and to revoke; those of others, for who may see them."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from sanctions.accounts import tokens
from sanctions.accounts.addresses import address_of
from sanctions.accounts.permissions import may_see_all_tokens
from sanctions.exceptions import MoveRefused
from sanctions.models import AccessToken
from sanctions.vocabulary import Scope

logger = logging.getLogger(__name__)

#: Lives that the page offers, in days.
LIVES = (7, 30, 90, tokens.LONGEST_LIFE)


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show tokens; make one, which shows its secret this once, or revoke one."""
    refusal = ""
    if request.method == "POST":
        if "revoke" in request.POST:
            return _revoked(request, request.POST["revoke"])
        try:
            return _made(request)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        except MoveRefused as error:
            refusal = str(error)
    return _shown(request, refusal)


def _made(request: HttpRequest) -> HttpResponse:
    """Make the token that is asked for; what is not offered is refused."""
    user: Any = request.user
    given = request.POST
    if given.get("scope") not in Scope.values:
        raise MoveRefused("Choose what the token may be used for.")
    if given.get("days", "") not in [str(days) for days in LIVES]:
        raise MoveRefused("Choose for how many days the token is valid.")
    token, secret = tokens.issue_token(
        user, given.get("name", "").strip(), Scope(given["scope"]), int(given["days"]), timezone.now()
    )
    logger.info("%s made the token %s from %s.", user.get_username(), token, address_of(request))
    return _page(request, "token_made.html", "Your token", {"token": token, "secret": secret})


def _revoked(request: HttpRequest, key: str) -> HttpResponse:
    token = _seen(request).filter(pk=int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0).first()
    if token is None:
        raise PermissionDenied
    tokens.revoke_token(token, timezone.now())
    logger.warning("%s revoked the token %s from %s.", request.user.get_username(), token, address_of(request))
    messages.success(request, f"The token {token} is revoked.")
    return HttpResponseRedirect(reverse("admin:tokens"))


def _shown(request: HttpRequest, refusal: str) -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    seen = _seen(request).select_related("user").order_by("-created_at")[:500]
    context = {
        "own": [(token, _standing(token, now)) for token in seen if token.user_id == user.pk],
        "others": [(token, _standing(token, now)) for token in seen if token.user_id != user.pk],
        "scopes": [(scope.value, scope.label) for scope in tokens.scopes_of(user)],
        "lives": LIVES,
        "refusal": refusal,
        "given": request.POST,
    }
    return _page(request, "tokens.html", "Tokens", context)


def _seen(request: HttpRequest) -> QuerySet[AccessToken]:
    """Return the tokens that the user may see: their own, or all of them with the permission."""
    user: Any = request.user
    everything = may_see_all_tokens(user)
    return AccessToken.objects.all() if everything else AccessToken.objects.filter(user=user)


def _standing(token: AccessToken, now: Any) -> str:
    """Return ``revoked`` or ``expired``; empty if the token is valid."""
    return "revoked" if token.revoked_at else "" if token.is_valid(now) else "expired"


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request, f"admin/sanctions/{template}", {**admin.site.each_context(request), "title": title, **context}
    )


urls = [path("tokens/", admin.site.admin_view(page), name="tokens")]
