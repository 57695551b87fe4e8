"""The domain app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class SanctionsConfig(AppConfig):
    """Everything except the API: models, records, editorial moves, admin, public pages, commands."""

    name = "sanctions"
    label = "sanctions"
    verbose_name = "Sanctions policy"

    def ready(self) -> None:
        """Install what migrations do not create: groups, triggers, views of past states, search indexes."""
        # Importing the checks registers them; models can be imported only when the apps are ready.
        import sanctions.accounts.checks  # noqa: F401, PLC0415
        from sanctions.accounts.permissions import create_groups  # noqa: PLC0415
        from sanctions.database import former_schema, past_views, search_indexes  # noqa: PLC0415
        from sanctions.ledger import guards, history  # noqa: PLC0415

        pre_migrate.connect(former_schema.refuse_former_schema, sender=self)
        pre_migrate.connect(past_views.uninstall, sender=self)
        post_migrate.connect(create_groups, sender=self)
        post_migrate.connect(guards.install, sender=self)
        post_migrate.connect(past_views.install, sender=self)
        post_migrate.connect(history.begin_history, sender=self)
        post_migrate.connect(search_indexes.install, sender=self)
