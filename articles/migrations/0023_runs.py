"""Runs that a worker leases, sources of every kind, places for exports, mended files, and when articles come out."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

ADDED = {
    "senior editor": {"view_source", "view_place"},
    "admin": {f"{what}_{name}" for name in ("source", "place", "repository") for what in ("view", "add", "change", "delete")}
    | {"add_importrun"},
}


def widen_groups(apps: Apps, schema_editor: Any) -> None:
    """Admins import and keep sources and places; senior editors see them."""
    config = apps.get_app_config("articles")
    config.models_module = getattr(config, "models_module", None) or True
    permissions = apps.get_model("auth", "Permission").objects
    for old in permissions.filter(content_type__app_label="articles", content_type__model="source", codename__endswith="_repository"):
        # The repository's permissions came along with its table; the proxy gets its own below.
        permissions.filter(pk=old.pk).update(codename=old.codename.replace("_repository", "_source"), name=old.name.replace("repository", "source"))
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    for name, codenames in ADDED.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(content_type__app_label="articles", codename__in=codenames))


def end_old_runs(apps: Apps, schema_editor: Any) -> None:
    """Runs had an end or none; now they have a state. Exports went into a zip where they have a file, into Git where they
    have a commit, else into a folder."""
    for name in ("ImportRun", "ExportRun"):
        runs = apps.get_model("articles", name).objects
        runs.filter(finished_at=None).update(state="stopped")
        runs.exclude(finished_at=None).update(state="finished")
    runs = apps.get_model("articles", "ExportRun").objects
    runs.filter(file="").update(kind="folder")
    runs.exclude(commit="").update(kind="git")
    if schema_editor.connection.vendor == "postgresql":
        # What these rows refer to is looked at now, not at the end: the indexes are made after this, and wait for nothing.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0022_providers_topics'),
        ('contenttypes', '0002_remove_content_type_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel('Repository', 'Source'),
        migrations.AlterField(
            model_name='source',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='articles.site'),
        ),
        migrations.CreateModel(
            name='Repository',
            fields=[],
            options={'verbose_name_plural': 'repositories', 'proxy': True, 'indexes': [], 'constraints': []},
            bases=('articles.source',),
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('every', models.PositiveIntegerField(blank=True, help_text='Seconds between two looks of desk watch; empty: only when asked.', null=True)),
                ('looked_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('failure', models.TextField(blank=True, editable=False, help_text='Why the last look failed.')),
                ('failed_count', models.PositiveIntegerField(default=0, editable=False, help_text='How often in a row.')),
                ('retry_at', models.DateTimeField(blank=True, editable=False, help_text='Not again before this.', null=True)),
                ('told_at', models.DateTimeField(blank=True, editable=False, help_text='When admins had a mail about it.', null=True)),
                ('kind', models.CharField(choices=[('git', 'Git'), ('folder', 'Folder')], default='folder', max_length=10)),
                ('location', models.CharField(blank=True, help_text="Path of a folder on the desk's machine.", max_length=1000)),
                ('scope', models.CharField(choices=[('approved', 'Approved articles'), ('decided', 'Approved and rejected articles'), ('all', 'Every file')], default='approved', max_length=10)),
            ],
            options={
                'ordering': ['site', 'pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='source',
            options={'ordering': ['site', 'pk']},
        ),
        migrations.AddField(
            model_name='article',
            name='publish_from',
            field=models.DateTimeField(blank=True, help_text='Approved, it leaves not before this moment.', null=True),
        ),
        migrations.AddField(
            model_name='article',
            name='publish_until',
            field=models.DateTimeField(blank=True, help_text='From then on it leaves as not published.', null=True),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='failure',
            field=models.TextField(blank=True, help_text='Why it ended early, as a sentence.'),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='heartbeat_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='is_scheduled',
            field=models.BooleanField(default=False, help_text='Begun by the clock: it leaves no row without news.'),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='kind',
            field=models.CharField(choices=[('zip', 'Zip'), ('git', 'Git'), ('folder', 'Folder')], default='zip', max_length=10),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='lease_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='message',
            field=models.TextField(blank=True, help_text='Of the commit; empty: what it tells by itself.'),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='notices',
            field=models.JSONField(default=list, help_text='Sentences for whoever looks at it.'),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting for the worker'), ('running', 'Running'), ('finished', 'Finished'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='waiting', max_length=10),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='stop_asked',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='taken_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='tries',
            field=models.PositiveIntegerField(default=0, help_text='How often it was taken up since it last came forward.'),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='worker',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='failure',
            field=models.TextField(blank=True, help_text='Why it ended early, as a sentence.'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='heartbeat_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='is_scheduled',
            field=models.BooleanField(default=False, help_text='Begun by the clock: it leaves no row without news.'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='lease_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='notices',
            field=models.JSONField(default=list, help_text='Sentences for whoever looks at it.'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='refused',
            field=models.PositiveIntegerField(default=0, help_text='Files that it put into quarantine.'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='articles.source'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting for the worker'), ('running', 'Running'), ('finished', 'Finished'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='waiting', max_length=10),
        ),
        migrations.AddField(
            model_name='importrun',
            name='stop_asked',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='importrun',
            name='taken_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='tries',
            field=models.PositiveIntegerField(default=0, help_text='How often it was taken up since it last came forward.'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='worker',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='quarantinedfile',
            name='dismissed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='quarantinedfile',
            name='dismissed_for',
            field=models.CharField(blank=True, help_text='Why it needs no look.', max_length=500),
        ),
        migrations.AddField(
            model_name='quarantinedfile',
            name='mended',
            field=models.BinaryField(help_text='The bytes that went in instead.', null=True),
        ),
        migrations.AddField(
            model_name='quarantinedfile',
            name='mended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='quarantinedfile',
            name='mended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='source',
            name='failed_count',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='How often in a row.'),
        ),
        migrations.AddField(
            model_name='source',
            name='is_part',
            field=models.BooleanField(default=False, help_text='It holds only a part of the site: what it lacks stays on the desk.'),
        ),
        migrations.AddField(
            model_name='source',
            name='kind',
            field=models.CharField(choices=[('git', 'Git'), ('folder', 'Folder'), ('upload', 'Upload')], default='git', max_length=10),
        ),
        migrations.AddField(
            model_name='source',
            name='label',
            field=models.CharField(blank=True, help_text='The name of an uploaded file.', max_length=200),
        ),
        migrations.AddField(
            model_name='source',
            name='news_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When it last brought anything.', null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='retry_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Not again before this.', null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='told_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When admins had a mail about it.', null=True),
        ),
        migrations.AddField(
            model_name='sourcefile',
            name='is_mended',
            field=models.BooleanField(null=True, help_text='The text is what somebody made on the desk of the bytes that blob_id names.'),
        ),
        migrations.AddField(
            model_name='sourcefile',
            name='is_extra',
            field=models.BooleanField(null=True, help_text='It came from a source that is a part of the site: others may lack it.'),
        ),
        migrations.AlterField(
            model_name='bulkrun',
            name='tries',
            field=models.PositiveIntegerField(default=0, help_text='How often it was taken up since it last came forward.'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='kind',
            field=models.CharField(help_text='folder, archive, git or repair.', max_length=10),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('publish_from__isnull', False)), fields=['site', 'publish_from'], name='article_comes_out'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('publish_until__isnull', False)), fields=['site', 'publish_until'], name='article_goes_down'),
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['heartbeat_at'], name='import_run_open'),
        ),
        migrations.AddIndex(
            model_name='sourcefile',
            index=models.Index(fields=['site', 'imported_at'], name='source_file_by_import'),
        ),
        migrations.AddIndex(
            model_name='sourcefile',
            index=models.Index(condition=models.Q(('gone_at__isnull', False)), fields=['site', 'gone_at'], name='source_file_gone'),
        ),
        migrations.AddConstraint(
            model_name='importrun',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'running'])), fields=('source',), name='import_open_once_per_source'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'git')), fields=('site',), name='source_one_repository_per_site'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['git', 'folder', 'upload'])), name='source_kind_known'),
        ),
        migrations.AddField(
            model_name='place',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='articles.site'),
        ),
        migrations.AddField(
            model_name='exportrun',
            name='place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='articles.place'),
        ),
        migrations.AddIndex(
            model_name='exportrun',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['heartbeat_at'], name='export_run_open'),
        ),
        migrations.AddConstraint(
            model_name='exportrun',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'running'])), fields=('place',), name='export_open_once_per_place'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(fields=('site', 'kind', 'location'), name='place_once_per_site'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['git', 'folder'])), name='place_kind_known'),
        ),
        migrations.RunPython(end_old_runs, migrations.RunPython.noop),
        migrations.RunPython(widen_groups, migrations.RunPython.noop),
    ]
