"""The application that the server (granian) loads as `sanctions.asgi:application`."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from sanctions.server.application import ServerApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanctions.settings")

_wsgi_application = get_wsgi_application()

# Models can be imported only now that Django is set up.
from sanctions.questions.feed import last_of  # noqa: E402


def ledger_end() -> int:
    """Return the sequence of the last change, and close old database connections."""
    try:
        return last_of(None)
    finally:
        close_old_connections()


application = ServerApplication(_wsgi_application, threads=settings.THREADS, ledger_end=ledger_end)
