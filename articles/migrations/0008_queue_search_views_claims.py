"""Saved views and claims. The index of search is no migration: see ``articles/indexing.py``."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def widen_groups(apps: Apps, schema_editor: Any) -> None:
    """Everybody keeps views of their own; admins change those of others."""
    config = apps.get_app_config("articles")
    config.models_module = getattr(config, "models_module", None) or True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    permissions = apps.get_model("auth", "Permission").objects
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="admin")
    group.permissions.add(*permissions.filter(content_type__app_label="articles", codename="change_savedview"))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0007_preferences'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('article', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='claim', to='articles.article')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='articles.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'until'], name='claim_by_time')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('article', None)), fields=('site', 'holder'), name='claim_one_seat_for_a_person')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(blank=True, help_text="The queue's query string, as it writes it.", max_length=2000)),
                ('shared', models.BooleanField(default=False, help_text='Whether everybody on the desk sees it.')),
                ('is_default', models.BooleanField(default=False, help_text='Whether its owner starts with it.')),
                ('place', models.PositiveIntegerField(default=0, help_text="Order among the owner's views.")),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='articles.site')),
            ],
            options={
                'ordering': ['place', 'name', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('site', 'owner', 'name'), name='saved_view_name_once_for_a_person'), models.UniqueConstraint(condition=models.Q(('is_default', True), ('removed_at', None)), fields=('site', 'owner'), name='saved_view_one_default_for_a_person')],
            },
        ),
        migrations.RunPython(widen_groups, migrations.RunPython.noop),
    ]
