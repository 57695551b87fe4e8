"""The API app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The HTTP API; it has no models."""

    name = "api"
    label = "api"
    verbose_name = "API"
