"""Rules: when an article is so, then do that; what they were tested on, and on what they have fired."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

ADDED = {
    "editor": {"view_rule"},
    "senior editor": {"view_rule"},
    "admin": {"view_rule", "add_rule", "change_rule", "delete_rule"},
}


def widen_groups(apps: Apps, schema_editor: Any) -> None:
    """Editors read why a rule acted; admins write rules."""
    config = apps.get_app_config("articles")
    config.models_module = getattr(config, "models_module", None) or True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="articles")
    for name, codenames in ADDED.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0020_arrived_at'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RuleFiring',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(help_text='Of the rule.')),
                ('content', models.CharField(help_text='Hash of what the feed says, as far as editors would decide by it.', max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='RuleMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.BigIntegerField(default=0)),
                ('review', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='article',
            name='watched',
            field=models.BooleanField(db_default=False, default=False, help_text='On the watch list: a rule wants an editor to look at it.'),
        ),
        migrations.AddField(
            model_name='bulkrun',
            name='rule_version',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='bulkrun',
            name='changes',
            field=models.JSONField(default=dict, help_text='quality, heat, step, lift, add, remove, watch.'),
        ),
        migrations.CreateModel(
            name='HistoricalRule',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('conditions', models.JSONField(default=list, help_text='A list of kind, value, not. All must hold.')),
                ('effects', models.JSONField(default=dict, help_text='decide, reason, quality, step, add, remove, watch.')),
                ('version', models.PositiveIntegerField(default=1, help_text='Counts the wordings.')),
                ('is_on', models.BooleanField(default=False)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.site')),
                ('switched_by', models.ForeignKey(blank=True, db_constraint=False, help_text='Who switched it on, and answers for what it does.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical rule',
                'verbose_name_plural': 'historical rules',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('conditions', models.JSONField(default=list, help_text='A list of kind, value, not. All must hold.')),
                ('effects', models.JSONField(default=dict, help_text='decide, reason, quality, step, add, remove, watch.')),
                ('place', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1, help_text='Counts the wordings.')),
                ('is_on', models.BooleanField(default=False)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='articles.site')),
                ('switched_by', models.ForeignKey(blank=True, help_text='Who switched it on, and answers for what it does.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='BackTest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(help_text='Of the rule.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decisions', models.PositiveIntegerField(help_text='Past decisions that were looked at.')),
                ('agreed', models.JSONField(default=list)),
                ('wrong', models.JSONField(default=list)),
                ('unsure', models.JSONField(default=list)),
                ('missed', models.PositiveIntegerField(default=0)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tests', to='articles.rule')),
            ],
            options={
                'ordering': ['-pk'],
                'get_latest_by': 'pk',
            },
        ),
        migrations.AddField(
            model_name='bulkrun',
            name='rule',
            field=models.ForeignKey(blank=True, help_text='The rule that acts; the editor answers for it. What it does is checked again in each slice.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='articles.rule'),
        ),
        migrations.AddField(
            model_name='review',
            name='rule',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The rule that acted; its words at that time are the note.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='articles.rule'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('rule__isnull', False)), fields=['rule', '-id'], name='review_by_rule'),
        ),
        migrations.AddField(
            model_name='rulefiring',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='firings', to='articles.article'),
        ),
        migrations.AddField(
            model_name='rulefiring',
            name='review',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='firing', to='articles.review'),
        ),
        migrations.AddField(
            model_name='rulefiring',
            name='rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='firings', to='articles.rule'),
        ),
        migrations.AddField(
            model_name='rulemark',
            name='site',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rule_mark', to='articles.site'),
        ),
        migrations.AddIndex(
            model_name='rule',
            index=models.Index(fields=['site', 'place', 'id'], name='rule_in_order'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('is_on', False), ('removed_at', None), _connector='OR'), name='rule_removed_is_off'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('is_on', False), ('switched_by__isnull', False), _connector='OR'), name='rule_on_has_a_person'),
        ),
        migrations.AddConstraint(
            model_name='rulefiring',
            constraint=models.UniqueConstraint(fields=('rule', 'version', 'article', 'content'), name='rule_fires_once_per_content'),
        ),
        migrations.RunPython(widen_groups, migrations.RunPython.noop),
    ]
