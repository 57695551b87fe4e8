"""The health check for load balancers and container runtimes."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sanctions.database.unavailability import database_file_is_missing
from sanctions.ledger.clock import clock_fault
from sanctions.models import LedgerHead

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database can be read, else 503.

    Wrong clocks prevent writes but not reads: they are reported in ``clock``, and the status stays 200.
    """
    fault = ""
    try:
        is_healthy = not database_file_is_missing() and LedgerHead.objects.filter(pk=1).exists()
        if is_healthy:
            fault = clock_fault()
    except DatabaseError:
        logger.exception("The database does not answer.")
        is_healthy = False
    if not is_healthy:
        return JsonResponse({"healthy": False}, status=503)
    if fault:
        logger.error("Nothing can be written. %s", fault)
        return JsonResponse({"healthy": True, "database": connection.vendor, "clock": fault})
    return JsonResponse({"healthy": True, "database": connection.vendor})
