"""The WSGI application that the server (granian) loads as `sanctions.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanctions.settings")

application = get_wsgi_application()
