"""The pages of one's own second factor: setting it up, giving a code, new recovery codes, taking it away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import django_otp
import segno
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice

from sanctions.accounts import second_factor
from sanctions.accounts.addresses import address_of
from sanctions.exceptions import CodeRefused, CodesThrottled

logger = logging.getLogger(__name__)

#: Where the session keeps the secret until the app has proved that it has it. It is one of this session alone:
#: an earlier session, perhaps with a stolen password, has seen another.
_KEY: Final = "second_factor_key"
#: White modules that a QR code needs around it.
_QUIET_ZONE: Final = 4


@dataclass(frozen=True)
class QRCode:
    """A QR code to draw: its width and height in modules, and the path of the dark ones."""

    size: int
    path: str


def qr_code(text: str) -> QRCode:
    """Return the code of a text, which every reader of codes can read from a screen."""
    code = segno.make_qr(text, error="m")
    rows = list(code.matrix_iter(border=_QUIET_ZONE))
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return QRCode(len(rows), "".join(dark))


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Show a secret to an app, take its first code, and show the recovery codes once."""
    user: Any = request.user
    if second_factor.has_factor(user):
        return HttpResponseRedirect(reverse("admin:second_factor"))
    if request.method == "POST" and _KEY in request.session:
        try:
            device, codes = second_factor.enrol(
                user, request.session[_KEY], request.POST.get("code", ""), timezone.now()
            )
        except CodeRefused as refusal:
            return _enrolment(request, str(refusal))
        del request.session[_KEY]
        _let_in(request, device)
        logger.info("%s set up a second factor from %s.", user.get_username(), address_of(request))
        return _recovery_codes(request, codes)
    return _enrolment(request)


def _enrolment(request: HttpRequest, refusal: str = "") -> HttpResponse:
    user: Any = request.user
    device = second_factor.device_of(user, request.session.setdefault(_KEY, second_factor.new_key()))
    return _page(
        request,
        "second_factor_enrol.html",
        "Set up your second factor",
        {
            "qr": qr_code(device.config_url),
            "secret": second_factor.secret_of(device),
            "needed": second_factor.demand_on(user) is second_factor.Demand.ENROL,
            "refusal": refusal,
        },
    )


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code, then continue to the requested page."""
    user: Any = request.user
    if second_factor.is_verified(user) or not second_factor.has_factor(user):
        return HttpResponseRedirect(_next(request))
    if request.method == "POST":
        given = _given(request)
        if isinstance(given, Device):
            _let_in(request, given)
            return HttpResponseRedirect(_next(request))
        return _code_page(request, "second_factor_verify.html", "Second factor", given)
    return _page(request, "second_factor_verify.html", "Second factor", {})


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Show what is set up, and with a code give new recovery codes or take the second factor away."""
    user: Any = request.user
    if not second_factor.is_verified(user):
        return HttpResponseRedirect(reverse("admin:second_factor_enrol"))
    if request.method != "POST":
        return _code_page(request, "second_factor.html", "Your second factor", None)
    given = _given(request)
    if not isinstance(given, Device):
        return _code_page(request, "second_factor.html", "Your second factor", given)
    if request.POST.get("act") == "remove":
        second_factor.remove(user)
        logger.warning("%s removed their second factor from %s.", user.get_username(), address_of(request))
        messages.success(request, "Your second factor is removed.")
        return HttpResponseRedirect(reverse("admin:index"))
    codes = second_factor.renew_recovery_codes(user)
    logger.info("%s made new recovery codes from %s.", user.get_username(), address_of(request))
    return _recovery_codes(request, codes)


def _given(request: HttpRequest) -> Device | CodeRefused | CodesThrottled:
    """Return the device whose code was posted, or why the code is rejected; warn of and log recovery codes."""
    user: Any = request.user
    try:
        device = second_factor.verify(user, request.POST.get("code", ""))
    except (CodeRefused, CodesThrottled) as refusal:
        logger.warning("Second factor of %s from %s: %s", user.get_username(), address_of(request), refusal)
        return refusal
    if isinstance(device, StaticDevice):
        left = second_factor.recovery_codes_left(user)
        logger.warning("%s used a recovery code from %s.", user.get_username(), address_of(request))
        messages.warning(request, f"You used a recovery code. {left} are left.")
    return device


def _let_in(request: HttpRequest, device: Device) -> None:
    """Mark the session as verified, under a new key: the old one was good for less."""
    request.session.cycle_key()
    django_otp.login(request, device)


def _code_page(
    request: HttpRequest, template: str, title: str, refusal: CodeRefused | CodesThrottled | None
) -> HttpResponse:
    """Ask for a code, with why the last was not taken: 429 and how long, if it is too early for another."""
    context = {"refusal": str(refusal or ""), "codes_left": second_factor.recovery_codes_left(request.user)}  # type: ignore[arg-type]
    response = _page(request, template, title, context)
    if isinstance(refusal, CodesThrottled):
        response.status_code = 429
        seconds = ceil((refusal.until - timezone.now()).total_seconds())
        response.headers["Retry-After"] = str(max(1, seconds))
    return response


def _recovery_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return _page(request, "second_factor_codes.html", "Your recovery codes", {"codes": codes})


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/sanctions/{template}",
        {**admin.site.each_context(request), "title": title, "next": _next(request), **context},
    )


def _next(request: HttpRequest) -> str:
    """Return where to go on to: a page of ours, or the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("admin:index")


def _urls() -> list[URLPattern]:
    views: dict[str, tuple[str, Callable[[HttpRequest], HttpResponse]]] = {
        "second_factor": ("second-factor/", overview),
        "second_factor_enrol": ("second-factor/enrol/", enrol),
        "second_factor_verify": ("second-factor/verify/", verify),
    }
    return [path(address, admin.site.admin_view(view), name=name) for name, (address, view) in views.items()]


urls = _urls()
