"""The WSGI application, for servers that speak no ASGI and for `runserver`; `sanctions.asgi` is what we serve."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanctions.settings")

application = get_wsgi_application()
