"""Which Content Security Policy a page gets, and whom a session without its second factor lets in."""

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

    The admin's theme evaluates expressions found in its templates and sets inline styles, so it needs
    a wider policy than everything else. Choosing by path, not by view, covers the admin's redirects
    and error pages too. A view that sets a policy of its own (django-csp's decorators) keeps it.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the parts django-csp makes the header of."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None and request.path_info.startswith(reverse("admin:index")):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY_DIRECTIVES
        return parts


class SecondFactorMiddleware:
    """Let nobody work whose session lacks the second factor that it needs.

    In the admin they are led to the page that asks for it, from every address but those of signing in and out.
    Everywhere else they are as anonymous as anybody, so that no page or endpoint needs to think of it. Whom it
    concerns is asked only where somebody asks for the user: readers of the API cost nothing.
    """

    #: What may be used meanwhile.
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
        """Lead away from what is closed, before any of it runs."""
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
