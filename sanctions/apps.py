"""The domain app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class SanctionsConfig(AppConfig):
    """Everything but the API: models, records, editorial moves, admin, public pages, commands."""

    name = "sanctions"
    label = "sanctions"
    verbose_name = "Sanctions policy"

    def ready(self) -> None:
        """Put in place after every migration what is no table: groups, guards, views of the past, search."""
        # Importing the checks registers them.
        import sanctions.accounts.checks  # noqa: F401, PLC0415

        # models cannot be imported before the apps are ready
        from sanctions.editorial.groups import create_groups  # noqa: PLC0415
        from sanctions.records import former_schema, guards, history, past, search_tables  # noqa: PLC0415

        pre_migrate.connect(former_schema.refuse_former_schema, sender=self)
        pre_migrate.connect(past.uninstall, sender=self)
        post_migrate.connect(create_groups, sender=self)
        post_migrate.connect(guards.install, sender=self)
        post_migrate.connect(past.install, sender=self)
        post_migrate.connect(history.begin, sender=self)
        post_migrate.connect(search_tables.install, sender=self)
