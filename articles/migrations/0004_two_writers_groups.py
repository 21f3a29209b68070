"""What the groups may do about conflicts, the ledger, repositories and policies; and what the feed said so far."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.models import F

READ = {"view_sentfield", "view_fieldpolicy"}
ADDED = {
    "editor": READ,
    "senior editor": READ,
    "admin": READ
    | {"add_fieldpolicy", "change_fieldpolicy", "delete_fieldpolicy"}
    | {"view_repository", "add_repository", "change_repository", "delete_repository"},
}


def widen_groups(apps: Apps, schema_editor: Any) -> None:
    # Django makes permissions only after all migrations have run; the groups need them now.
    config = apps.get_app_config("articles")
    config.models_module = getattr(config, "models_module", None) or True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    permissions = apps.get_model("auth", "Permission").objects
    for name, codenames in ADDED.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(content_type__app_label="articles", codename__in=codenames))


def learn_what_the_feed_said(apps: Apps, schema_editor: Any) -> None:
    """An undecided article says what the feed says. Of the others the next import tells."""
    articles = apps.get_model("articles", "Article").objects
    articles.filter(status__in=["pending", "live"]).update(feed_published=F("published"))


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_two_writers")]
    operations = [
        migrations.RunPython(widen_groups, migrations.RunPython.noop),
        migrations.RunPython(learn_what_the_feed_said, migrations.RunPython.noop),
    ]
