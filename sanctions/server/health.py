"""The page a load balancer or a container runtime asks whether this process can serve."""

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
    """Answer 200 where the database has what every answer needs, else 503.

    Clocks that disagree stop writing and no reader, so they are reported and do not take the service down.
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
