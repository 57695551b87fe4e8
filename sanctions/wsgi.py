"""The WSGI application, for `runserver` and servers without ASGI; production uses `sanctions.asgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanctions.settings")

application = get_wsgi_application()
