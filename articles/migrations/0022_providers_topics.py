"""Which file describes a provider or topic, what of it is the desk's, names that topics had before, mergers that can be
undone, and from when on a blocked provider's articles are rejected."""

from typing import Any

import django.core.serializers.json
import django.db.models.deletion
import yaml
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models


def name_the_files(apps: Apps, schema_editor: Any) -> None:
    """Say of providers and topics which file they came from, where one names them."""
    files = apps.get_model("articles", "SourceFile").objects.filter(kind__in=["provider", "topic"], gone_at=None).order_by("pk")
    aliases = apps.get_model("articles", "ProviderAlias").objects
    topics, providers = (apps.get_model("articles", name).objects for name in ("Topic", "Provider"))
    for site, kind, path, text in files.values_list("site", "kind", "path", "text").iterator(chunk_size=200):
        try:
            said = next(iter(yaml.load_all(text.removeprefix("\ufeff"), Loader=yaml.BaseLoader)), None)  # noqa: S506 - text only
        except yaml.YAMLError:
            continue
        if not isinstance(said, dict):
            continue
        name, domain = (said.get(key) if isinstance(said.get(key), str) else "" for key in ("name", "domain"))
        if kind == "topic":
            topics.filter(site=site, name=name, path="").update(path=path)
        else:
            found = aliases.filter(site=site, name=name or domain, domain=domain).values_list("provider", flat=True).first()
            providers.filter(pk=found, path="").update(path=path)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0021_rules'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Merger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('provider', 'Providers'), ('topic', 'Topics')], max_length=10)),
                ('keep', models.BigIntegerField()),
                ('keep_name', models.CharField(max_length=500)),
                ('gone', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('before', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('after', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='TopicAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
            ],
            options={
                'verbose_name_plural': 'topic aliases',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='historicalprovider',
            name='blocked_from',
            field=models.BigIntegerField(blank=True, help_text='While blocked: articles with a later key are rejected as they come in.', null=True),
        ),
        migrations.AddField(
            model_name='historicalprovider',
            name='desk_fields',
            field=models.JSONField(blank=True, default=list, help_text="Fields whose value is the desk's: these leave."),
        ),
        migrations.AddField(
            model_name='historicalprovider',
            name='path',
            field=models.CharField(blank=True, help_text='The file of the site that describes it, or will; empty where none does.', max_length=1000),
        ),
        migrations.AddField(
            model_name='historicaltopic',
            name='desk_fields',
            field=models.JSONField(blank=True, default=list, help_text="Fields whose value is the desk's: these leave."),
        ),
        migrations.AddField(
            model_name='historicaltopic',
            name='path',
            field=models.CharField(blank=True, help_text='The file of the site that describes it, or will; empty where none does.', max_length=1000),
        ),
        migrations.AddField(
            model_name='provider',
            name='blocked_from',
            field=models.BigIntegerField(blank=True, help_text='While blocked: articles with a later key are rejected as they come in.', null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='desk_fields',
            field=models.JSONField(blank=True, default=list, help_text="Fields whose value is the desk's: these leave."),
        ),
        migrations.AddField(
            model_name='provider',
            name='path',
            field=models.CharField(blank=True, help_text='The file of the site that describes it, or will; empty where none does.', max_length=1000),
        ),
        migrations.AddField(
            model_name='topic',
            name='desk_fields',
            field=models.JSONField(blank=True, default=list, help_text="Fields whose value is the desk's: these leave."),
        ),
        migrations.AddField(
            model_name='topic',
            name='path',
            field=models.CharField(blank=True, help_text='The file of the site that describes it, or will; empty where none does.', max_length=1000),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['site', 'provider', 'queued_at'], name='article_provider_time'),
        ),
        migrations.AddField(
            model_name='merger',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='merger',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mergers', to='articles.site'),
        ),
        migrations.AddField(
            model_name='topicalias',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_aliases', to='articles.site'),
        ),
        migrations.AddField(
            model_name='topicalias',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='articles.topic'),
        ),
        migrations.AddIndex(
            model_name='merger',
            index=models.Index(fields=['site', 'kind', 'keep'], name='merger_by_keep'),
        ),
        migrations.AddConstraint(
            model_name='topicalias',
            constraint=models.UniqueConstraint(fields=('site', 'name'), name='topic_alias_once_per_site'),
        ),
        migrations.RunPython(name_the_files, migrations.RunPython.noop),
    ]
