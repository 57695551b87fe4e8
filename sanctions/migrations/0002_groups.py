"""The three groups of the editorial desk and what each may do."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RECORDS = ("actor", "program", "order", "agreement", "violation", "designation", "event", "source")
PARTS = (
    "actorname",
    "identifier",
    "tenure",
    "relationship",
    "ordername",
    "ordertopic",
    "relation",
    "measure",
    "measuresector",
    "directive",
    "agreementname",
    "commitment",
    "provision",
    "participation",
    "reference",
    "effect",
    "position",
    "vote",
    "ballot",
    "measurement",
    "penalty",
    "citation",
)
ACTIONS = {
    "curator": ({"add", "change", "view"}, {"add", "change", "delete", "view"}),
    "reviewer": ({"add", "change", "view", "publish"}, {"add", "change", "delete", "view"}),
    "administrator": ({"add", "change", "delete", "view", "publish"}, {"add", "change", "delete", "view"}),
}


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the groups; permissions are made first, because Django makes them only after all migrations."""
    config = apps.get_app_config("sanctions")
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, (on_records, on_parts) in ACTIONS.items():
        codenames = [f"{action}_{model}" for model in RECORDS for action in on_records]
        codenames += [f"{action}_{model}" for model in PARTS for action in on_parts]
        group, _ = group_model.objects.get_or_create(name=name)
        group.permissions.set(
            permission_model.objects.filter(content_type__app_label="sanctions", codename__in=codenames)
        )


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the groups."""
    apps.get_model("auth", "Group").objects.filter(name__in=ACTIONS).delete()


class Migration(migrations.Migration):
    """Create the groups curator, reviewer and administrator."""

    dependencies = [("sanctions", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(create, remove)]
