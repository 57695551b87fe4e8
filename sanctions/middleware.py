"""Middleware: the Content Security Policy of a page, and sessions without their second factor."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from sanctions.accounts.second_factor import Demand, demand_on


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Send the strict policy everywhere, and the admin's own policy below `/admin/` only.

    The theme of the admin evaluates expressions in its templates and sets inline styles, so it needs a wider policy
    than other pages. Choosing by path, not by view, covers redirects and error pages of the admin too. A view that sets
    its own policy with a decorator of django-csp keeps it.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the parts of which django-csp builds the header."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None and request.path_info.startswith(reverse("admin:index")):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY_DIRECTIVES
        return parts


class SecondFactorMiddleware:
    """Block sessions that lack the second factor that they need.

    In the admin they are redirected to the page that asks for it, except from the pages for signing in and out.
    Elsewhere their user is anonymous, so that no view has to check this. The check runs only when the user is accessed:
    anonymous requests to the API are not slowed down.
    """

    #: Views that work without a second factor.
    OPEN: Final = frozenset({"admin:login", "admin:logout", "admin:second_factor_enrol", "admin:second_factor_verify"})
    _PAGES: Final = {Demand.ENROL: "admin:second_factor_enrol", Demand.VERIFY: "admin:second_factor_verify"}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Redirect from blocked views of the admin before they run."""
        match = request.resolver_match
        if match is None or "admin" not in match.namespaces:
            user = request.user
            request.user = SimpleLazyObject(  # type: ignore[assignment]
                lambda: user if demand_on(user) is Demand.NOTHING else AnonymousUser()
            )
            return None
        if match.view_name in self.OPEN:
            return None
        page = self._PAGES.get(demand_on(request.user))
        if page is None:
            return None
        next_page = request.get_full_path() if request.method == "GET" else reverse("admin:index")
        return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': next_page})}")
