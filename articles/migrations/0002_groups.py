"""The three groups of a desk, each allowed what it needs and no more."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

READ = ["article", "provider", "provideralias", "topic", "review", "site", "conflict"]
EDITOR = {f"view_{model}" for model in READ} | {"decide_article", "change_article"}
SENIOR = EDITOR | {"export_articles", "change_conflict", "view_exportrun", "view_importrun"}
KEPT_BY_ADMINS = ["provider", "provideralias", "topic", "site"]
ADMIN = (
    SENIOR
    | {f"{verb}_{model}" for verb in ("add", "change", "delete") for model in KEPT_BY_ADMINS}
    | {"view_quarantinedfile", "change_quarantinedfile", "view_sourcefile", "add_importrun"}
)
GROUPS = {"editor": EDITOR, "senior editor": SENIOR, "admin": ADMIN}


def make_groups(apps: Apps, schema_editor: Any) -> None:
    # Django makes permissions only after all migrations have run; the groups need them now.
    for label in ("articles", "auth"):
        config = apps.get_app_config(label)
        config.models_module = getattr(config, "models_module", None) or True
        create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group_model = apps.get_model("auth", "Group")
    permissions = apps.get_model("auth", "Permission").objects
    for name, codenames in GROUPS.items():
        group, _ = group_model.objects.get_or_create(name=name)
        group.permissions.set(permissions.filter(content_type__app_label="articles", codename__in=codenames))
        if name == "admin":
            group.permissions.add(
                *permissions.filter(content_type__app_label="auth", codename__in=["view_user", "view_group"])
            )


def remove_groups(apps: Apps, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make_groups, remove_groups)]
