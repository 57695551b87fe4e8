"""The domain app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SanctionsConfig(AppConfig):
    """Everything but the API: models, records, editorial moves, admin, public pages, commands."""

    name = "sanctions"
    label = "sanctions"
    verbose_name = "Sanctions policy"

    def ready(self) -> None:
        """Create the editorial groups and guard the ledger after every migration."""
        # models cannot be imported before the apps are ready
        from sanctions.editorial.groups import create_groups  # noqa: PLC0415
        from sanctions.records.guards import install  # noqa: PLC0415

        post_migrate.connect(create_groups, sender=self)
        post_migrate.connect(install, sender=self)
