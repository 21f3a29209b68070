"""Many articles at once: what was chosen, what is done with it, how far it is; and who may approve many."""

import uuid
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def widen_groups(apps: Apps, schema_editor: Any) -> None:
    """Everybody sees what was done to many articles at once; senior editors and admins approve more than 200."""
    config = apps.get_app_config("articles")
    config.models_module = getattr(config, "models_module", None) or True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="articles")
    for name in ("editor", "senior editor", "admin"):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        wanted = ["view_bulkrun"] if name == "editor" else ["view_bulkrun", "approve_many"]
        group.permissions.add(*permissions.filter(codename__in=wanted))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0010_guesses'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(default=uuid.uuid4, help_text='Begins the keys of its Review rows.', unique=True)),
                ('seen', models.JSONField(default=list, help_text='A list of [article, version], frozen when it was chosen.')),
                ('total', models.PositiveIntegerField()),
                ('whole', models.BooleanField(default=False, help_text='Whether these are all articles of a filter.')),
                ('query', models.CharField(blank=True, help_text="The queue's query string that they were chosen from.", max_length=2000)),
                ('action', models.CharField(blank=True, choices=[('approve', 'Approved'), ('reject', 'Rejected'), ('hold', 'Held'), ('wake', 'Back in the queue'), ('edit', 'Edited'), ('undo', 'Undone'), ('follow', 'Followed the feed'), ('settle', 'Settled'), ('confirm', 'Confirmed')], max_length=10)),
                ('reason', models.CharField(blank=True, choices=[('off_topic', 'Off topic'), ('duplicate', 'Duplicate'), ('thin', 'Thin'), ('advertising', 'Advertising'), ('broken_link', 'Broken link'), ('other', 'Other')], max_length=20)),
                ('note', models.TextField(blank=True)),
                ('changes', models.JSONField(default=dict, help_text='quality, heat, step, lift, add, remove.')),
                ('state', models.CharField(choices=[('chosen', 'Chosen'), ('waiting', 'Waiting for the worker'), ('running', 'Running'), ('finished', 'Finished'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='chosen', max_length=10)),
                ('slice_size', models.PositiveIntegerField(default=1, help_text='Articles in one transaction.')),
                ('checkpoint', models.PositiveIntegerField(default=0)),
                ('done_count', models.PositiveIntegerField(default=0)),
                ('left_count', models.PositiveIntegerField(default=0)),
                ('failure', models.TextField(blank=True, help_text='Why it ended early, as a sentence.')),
                ('stop_asked', models.BooleanField(default=False)),
                ('tries', models.PositiveIntegerField(default=0, help_text='How often it was taken up since the last slice.')),
                ('worker', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True)),
                ('chosen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('editor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulk_runs', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulk_runs', to='articles.site')),
                ('undoes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='articles.bulkrun')),
            ],
            options={
                'ordering': ['-pk'],
                'permissions': [('approve_many', 'Can approve more than 200 articles at once')],
            },
        ),
        migrations.CreateModel(
            name='LeftAlone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sentence', models.TextField()),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='left', to='articles.bulkrun')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='bulkrun',
            index=models.Index(fields=['site', '-id'], name='bulk_run_by_site'),
        ),
        migrations.AddIndex(
            model_name='bulkrun',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['heartbeat_at'], name='bulk_run_open'),
        ),
        migrations.AddConstraint(
            model_name='bulkrun',
            constraint=models.CheckConstraint(condition=models.Q(('checkpoint__lte', models.F('total'))), name='bulk_run_checkpoint_within'),
        ),
        migrations.RunPython(widen_groups, migrations.RunPython.noop),
    ]
