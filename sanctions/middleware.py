"""Which Content Security Policy a page gets."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse


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
