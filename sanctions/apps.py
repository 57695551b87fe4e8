"""The domain app."""

from django.apps import AppConfig


class SanctionsConfig(AppConfig):
    """Everything but the API: models, records, editorial moves, admin, public pages, commands."""

    name = "sanctions"
    label = "sanctions"
    verbose_name = "Sanctions policy"
