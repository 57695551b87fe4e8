"""The page a load balancer or a container runtime asks whether this process can serve."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sanctions.records.clock import clock_fault

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 where the database answers and the clocks agree, else 503; only a fault of the clocks is named."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        fault = clock_fault()
    except DatabaseError:
        logger.exception("The database does not answer.")
        return JsonResponse({"healthy": False}, status=503)
    if fault:
        logger.error("Nothing can be written. %s", fault)
        return JsonResponse({"healthy": False, "clock": fault}, status=503)
    return JsonResponse({"healthy": True, "database": connection.vendor})
