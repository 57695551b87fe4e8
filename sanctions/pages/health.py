"""The page a load balancer or a container runtime asks whether this process can serve."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sanctions.models import LedgerHead
from sanctions.unavailability import database_file_is_missing

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 where the database has what every answer needs, else 503; name nothing of the failure."""
    try:
        is_healthy = not database_file_is_missing() and LedgerHead.objects.filter(pk=1).exists()
    except DatabaseError:
        logger.exception("The database does not answer.")
        is_healthy = False
    if not is_healthy:
        return JsonResponse({"healthy": False}, status=503)
    return JsonResponse({"healthy": True, "database": connection.vendor})
