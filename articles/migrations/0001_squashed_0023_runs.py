"""The desk's tables and its three groups, as one step for a new desk.

A desk that has gone some of the steps from 0001 to 0023 goes the others one by one; the two ways end at the same tables.
"""

from __future__ import annotations

import uuid
from typing import Any

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.utils.timezone
import simple_history.models
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import articles.workflow

EDITOR = """
    change_article decide_article view_article view_bulkrun view_conflict view_fieldpolicy
    view_provider view_provideralias view_review view_rule view_sentfield view_site view_topic
""".split()
SENIOR = EDITOR + """
    approve_many change_conflict export_articles view_exportrun view_importrun view_place
    view_source
""".split()
ADMIN = SENIOR + """
    add_fieldpolicy add_importrun add_place add_provider add_provideralias add_repository add_rule
    add_site add_source add_topic add_webhook change_fieldpolicy change_place change_provider
    change_provideralias change_quarantinedfile change_repository change_rule change_savedview
    change_seat change_site change_sitefeed change_source change_topic change_webhook
    delete_fieldpolicy delete_place delete_provider delete_provideralias delete_repository
    delete_rule delete_site delete_source delete_topic delete_webhook view_accountevent
    view_delivery view_quarantinedfile view_repository view_seat view_sitefeed view_sourcefile
    view_webhook
""".split()
GROUPS = {"editor": EDITOR, "senior editor": SENIOR, "admin": ADMIN}


def make_groups(apps: Apps, schema_editor: Any) -> None:
    # Django makes permissions only after all migrations have run; the groups need them now.
    for label in ("articles", "auth"):
        config = apps.get_app_config(label)
        config.models_module = getattr(config, "models_module", None) or True
        create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    permissions = apps.get_model("auth", "Permission").objects
    for name, codenames in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.set(permissions.filter(content_type__app_label="articles", codename__in=codenames))
        if name == "admin":
            group.permissions.add(
                *permissions.filter(content_type__app_label="auth", codename__in=["view_user", "view_group"])
            )


def remove_groups(apps: Apps, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):

    replaces = [
        ("articles", "0001_initial"),
        ("articles", "0002_groups"),
        ("articles", "0003_two_writers"),
        ("articles", "0004_two_writers_groups"),
        ("articles", "0005_source_file_index"),
        ("articles", "0006_related_links_alone"),
        ("articles", "0007_preferences"),
        ("articles", "0008_queue_search_views_claims"),
        ("articles", "0009_likeness"),
        ("articles", "0010_guesses"),
        ("articles", "0011_bulk"),
        ("articles", "0012_shown_at"),
        ("articles", "0013_language"),
        ("articles", "0014_goal"),
        ("articles", "0018_people"),
        ("articles", "0019_api"),
        ("articles", "0020_arrived_at"),
        ("articles", "0021_rules"),
        ("articles", "0022_providers_topics"),
        ("articles", "0023_runs"),
    ]
    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('contenttypes', '0002_remove_content_type_name'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.SlugField(help_text='Short name, as in --site NAME.', max_length=80, unique=True)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('url', models.CharField(blank=True, max_length=500)),
                ('language', models.CharField(blank=True, help_text='Language tag, such as en-us.', max_length=35)),
                ('main_topic', models.CharField(blank=True, help_text='The topic that every article of the site has.', max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='AccountEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('signed_in', 'Signed in'), ('signed_out', 'Signed out'), ('sessions_ended', 'Ended sessions'), ('invited', 'Invited'), ('resent', "Made the invitation's link anew"), ('withdrew', 'Withdrew the invitation'), ('accepted', 'Accepted the invitation'), ('role', 'Changed the role'), ('deactivated', 'Deactivated'), ('reactivated', 'Reactivated'), ('password', 'Changed the password'), ('password_link', 'Made a link for a new password'), ('factor_added', 'Added a second factor'), ('factor_removed', 'Removed a second factor')], max_length=20)),
                ('actor_name', models.CharField(blank=True, max_length=150)),
                ('person_name', models.CharField(blank=True, help_text="The account's name, or the address invited.", max_length=254)),
                ('address', models.CharField(blank=True, help_text='The network address that it came from.', max_length=45)),
                ('before', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('after', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='account_events', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, help_text='The last use, to the minute.', null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DeskSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text="The key of Django's session.", max_length=40, unique=True)),
                ('began_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(help_text='To within five minutes.')),
                ('address', models.CharField(blank=True, max_length=45)),
                ('agent', models.CharField(blank=True, help_text='The browser, as it calls itself.', max_length=200)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-seen_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_mode', models.CharField(choices=[('on', 'On'), ('alt', 'With Alt'), ('off', 'Off')], default=articles.workflow.KeyMode['ON'], max_length=10)),
                ('theme', models.CharField(choices=[('system', 'System'), ('light', 'Light'), ('dark', 'Dark')], default=articles.workflow.Theme['SYSTEM'], max_length=10)),
                ('density', models.CharField(choices=[('comfy', 'Comfortable'), ('compact', 'Compact')], default=articles.workflow.Density['COMFORTABLE'], max_length=10)),
                ('language', models.CharField(blank=True, default='', max_length=10)),
                ('keymap', models.JSONField(blank=True, default=dict)),
                ('goal', models.PositiveIntegerField(blank=True, help_text='Decisions a day; empty where there is no goal.', null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'preferences',
            },
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
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='articles.site')),
            ],
            options={
                'ordering': ['site', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('site', 'kind', 'location'), name='place_once_per_site'), models.CheckConstraint(condition=models.Q(('kind__in', ['git', 'folder'])), name='place_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=500)),
                ('domain', models.CharField(blank=True, max_length=500)),
                ('description', models.TextField(blank=True)),
                ('images', models.JSONField(blank=True, default=list, help_text='Logos: a list of url, width, height.')),
                ('trust', models.CharField(choices=[('new', 'New, not judged yet'), ('normal', 'Normal'), ('trusted', 'Trusted'), ('watch', 'On watch'), ('blocked', 'Blocked')], default=articles.workflow.Trust['NEW'], max_length=10)),
                ('notes', models.TextField(blank=True)),
                ('path', models.CharField(blank=True, help_text='The file of the site that describes it, or will; empty where none does.', max_length=1000)),
                ('desk_fields', models.JSONField(blank=True, default=list, help_text="Fields whose value is the desk's: these leave.")),
                ('blocked_from', models.BigIntegerField(blank=True, help_text='While blocked: articles with a later key are rejected as they come in.', null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='providers', to='articles.site')),
            ],
            options={
                'ordering': ['name', 'domain', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('site', 'name', 'domain'), name='provider_once_per_site'), models.CheckConstraint(condition=models.Q(('trust__in', ['new', 'normal', 'trusted', 'watch', 'blocked'])), name='provider_trust_known')],
            },
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
                ('switched_by', models.ForeignKey(blank=True, help_text='Who switched it on, and answers for what it does.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='articles.site')),
            ],
            options={
                'ordering': ['place', 'pk'],
                'indexes': [models.Index(fields=['site', 'place', 'id'], name='rule_in_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_on', False), ('removed_at', None), _connector='OR'), name='rule_removed_is_off'), models.CheckConstraint(condition=models.Q(('is_on', False), ('switched_by__isnull', False), _connector='OR'), name='rule_on_has_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to=settings.AUTH_USER_MODEL)),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='auth.group')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='articles.site')),
            ],
            options={
                'ordering': ['site__name', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('person', 'site'), name='seat_one_for_a_person_on_a_site')],
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
        migrations.CreateModel(
            name='RuleMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.BigIntegerField(default=0)),
                ('review', models.BigIntegerField(default=0)),
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rule_mark', to='articles.site')),
            ],
        ),
        migrations.CreateModel(
            name='QuarantinedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=1000)),
                ('content', models.BinaryField(help_text='The bytes as they came; null where they could not be read.', null=True)),
                ('blob_id', models.CharField(blank=True, max_length=40)),
                ('reason', models.TextField()),
                ('line', models.PositiveIntegerField(blank=True, null=True)),
                ('column', models.PositiveIntegerField(blank=True, null=True)),
                ('key', models.CharField(blank=True, max_length=200)),
                ('origin', models.CharField(blank=True, help_text='The source that it came from.', max_length=1000)),
                ('found_at', models.DateTimeField()),
                ('dismissed_at', models.DateTimeField(blank=True, null=True)),
                ('dismissed_for', models.CharField(blank=True, help_text='Why it needs no look.', max_length=500)),
                ('mended', models.BinaryField(help_text='The bytes that went in instead.', null=True)),
                ('mended_at', models.DateTimeField(blank=True, null=True)),
                ('dismissed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quarantined_files', to='articles.site')),
            ],
            options={
                'ordering': ['path'],
                'constraints': [models.UniqueConstraint(fields=('site', 'path'), name='quarantine_path_once_per_site')],
            },
        ),
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
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mergers', to='articles.site')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['site', 'kind', 'keep'], name='merger_by_keep')],
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('last_review', models.BigIntegerField(default=0, help_text='Key of the last review that was read.')),
                ('learned_at', models.DateTimeField()),
                ('approved', models.PositiveIntegerField(default=0)),
                ('rejected', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('bands', models.JSONField(default=list)),
                ('measured', models.JSONField(default=dict)),
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='lesson', to='articles.site')),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('everywhere', models.BooleanField(default=False, help_text='The role is for all sites, also for those to come.')),
                ('secret_hash', models.CharField(help_text="SHA-256 of the link's secret.", max_length=64, unique=True)),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('mailed', models.BooleanField(default=False, help_text='Whether the link went out by mail, not by hand.')),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ('person', models.OneToOneField(blank=True, help_text='Who came of it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitation', to=settings.AUTH_USER_MODEL)),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='auth.group')),
                ('sites', models.ManyToManyField(blank=True, related_name='+', to='articles.site')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None)), fields=('email',), name='invitation_one_open_for_an_address')],
            },
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
                ('switched_by', models.ForeignKey(blank=True, db_constraint=False, help_text='Who switched it on, and answers for what it does.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.site')),
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
            name='HistoricalProvider',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=500)),
                ('domain', models.CharField(blank=True, max_length=500)),
                ('description', models.TextField(blank=True)),
                ('images', models.JSONField(blank=True, default=list, help_text='Logos: a list of url, width, height.')),
                ('trust', models.CharField(choices=[('new', 'New, not judged yet'), ('normal', 'Normal'), ('trusted', 'Trusted'), ('watch', 'On watch'), ('blocked', 'Blocked')], default=articles.workflow.Trust['NEW'], max_length=10)),
                ('notes', models.TextField(blank=True)),
                ('path', models.CharField(blank=True, help_text='The file of the site that describes it, or will; empty where none does.', max_length=1000)),
                ('desk_fields', models.JSONField(blank=True, default=list, help_text="Fields whose value is the desk's: these leave.")),
                ('blocked_from', models.BigIntegerField(blank=True, help_text='While blocked: articles with a later key are rejected as they come in.', null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.site')),
            ],
            options={
                'verbose_name': 'historical provider',
                'verbose_name_plural': 'historical providers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalFieldPolicy',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('field', models.CharField(help_text='The key of the file.', max_length=40)),
                ('owner', models.CharField(choices=[('feed', 'Feed wins'), ('desk', 'Desk wins'), ('ask', 'Ask')], max_length=10)),
                ('change', models.CharField(choices=[('noise', 'Noise: nobody needs to know'), ('drift', 'Drift: changes all day long'), ('context', 'Context: good to have'), ('decision', 'Decision: an editor wants to know')], max_length=10)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.site')),
            ],
            options={
                'verbose_name': 'historical field policy',
                'verbose_name_plural': 'historical field policies',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='FieldPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(help_text='The key of the file.', max_length=40)),
                ('owner', models.CharField(choices=[('feed', 'Feed wins'), ('desk', 'Desk wins'), ('ask', 'Ask')], max_length=10)),
                ('change', models.CharField(choices=[('noise', 'Noise: nobody needs to know'), ('drift', 'Drift: changes all day long'), ('context', 'Context: good to have'), ('decision', 'Decision: an editor wants to know')], max_length=10)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='field_policies', to='articles.site')),
            ],
            options={
                'verbose_name_plural': 'field policies',
                'ordering': ['site', 'field'],
                'constraints': [models.UniqueConstraint(fields=('site', 'field'), name='field_policy_once_per_field')],
            },
        ),
        migrations.CreateModel(
            name='SiteFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('access', models.CharField(choices=[('off', 'Off'), ('key', 'Whoever has the address'), ('public', 'Everybody')], default='off', max_length=10)),
                ('key', models.CharField(blank=True, max_length=64)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='feed', to='articles.site')),
            ],
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('every', models.PositiveIntegerField(blank=True, help_text='Seconds between two looks of desk watch; empty: only when asked.', null=True)),
                ('looked_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('failure', models.TextField(blank=True, editable=False, help_text='Why the last look failed.')),
                ('failed_count', models.PositiveIntegerField(default=0, editable=False, help_text='How often in a row.')),
                ('retry_at', models.DateTimeField(blank=True, editable=False, help_text='Not again before this.', null=True)),
                ('told_at', models.DateTimeField(blank=True, editable=False, help_text='When admins had a mail about it.', null=True)),
                ('kind', models.CharField(choices=[('git', 'Git'), ('folder', 'Folder'), ('upload', 'Upload')], default='git', max_length=10)),
                ('location', models.CharField(help_text='Path or address of the repository.', max_length=1000)),
                ('label', models.CharField(blank=True, help_text='The name of an uploaded file.', max_length=200)),
                ('is_part', models.BooleanField(default=False, help_text='It holds only a part of the site: what it lacks stays on the desk.')),
                ('branch', models.CharField(blank=True, help_text='The branch that is followed; empty: HEAD.', max_length=200)),
                ('commit', models.CharField(blank=True, editable=False, max_length=64)),
                ('imported_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('news_at', models.DateTimeField(blank=True, editable=False, help_text='When it last brought anything.', null=True)),
                ('hook_secret', models.CharField(blank=True, help_text='Secret of the webhook address; empty: off.', max_length=128)),
                ('push_to', models.CharField(blank=True, help_text='Address that exports are pushed to.', max_length=1000)),
                ('asked_at', models.DateTimeField(blank=True, editable=False, help_text='When the webhook last asked.', null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='articles.site')),
            ],
            options={
                'ordering': ['site', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'git')), fields=('site',), name='source_one_repository_per_site'), models.CheckConstraint(condition=models.Q(('kind__in', ['git', 'folder', 'upload'])), name='source_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('short_name', models.CharField(blank=True, max_length=200)),
                ('keywords', models.JSONField(blank=True, default=list)),
                ('hashtags', models.JSONField(blank=True, default=list)),
                ('services', models.JSONField(blank=True, default=dict)),
                ('path', models.CharField(blank=True, help_text='The file of the site that describes it, or will; empty where none does.', max_length=1000)),
                ('desk_fields', models.JSONField(blank=True, default=list, help_text="Fields whose value is the desk's: these leave.")),
                ('place', models.PositiveIntegerField(default=1000, help_text="Order in lists; the number before the file's name.")),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='articles.topic')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='articles.site')),
            ],
            options={
                'ordering': ['place', 'name', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='topic_once_per_site')],
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=2000)),
                ('secret', models.CharField(help_text='Signs every message; shown once.', max_length=64)),
                ('events', models.JSONField(default=list)),
                ('is_on', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('told_review', models.BigIntegerField(default=0)),
                ('told_run', models.BigIntegerField(default=0)),
                ('horizon', models.JSONField(blank=True, default=dict)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='articles.site')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(help_text='Path in the site, with forward slashes.', max_length=1000)),
                ('category', models.TextField(blank=True, null=True)),
                ('title', models.TextField(blank=True, null=True)),
                ('excerpt', models.TextField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('original_url', models.TextField(blank=True, null=True)),
                ('web_url', models.TextField(blank=True, null=True)),
                ('amp_web_url', models.TextField(blank=True, null=True)),
                ('cdn_amp_web_url', models.TextField(blank=True, null=True)),
                ('type', models.TextField(blank=True, null=True)),
                ('quality', models.BigIntegerField(blank=True, null=True)),
                ('heat', models.BigIntegerField(blank=True, help_text='-1 means unknown.', null=True)),
                ('published', models.BooleanField(blank=True, null=True)),
                ('removed', models.BooleanField(blank=True, null=True)),
                ('featured_content', models.TextField(blank=True, null=True)),
                ('provider_name', models.TextField(blank=True, null=True)),
                ('provider_domain', models.TextField(blank=True, null=True)),
                ('provider_images', models.JSONField(blank=True, null=True)),
                ('topics', models.JSONField(blank=True, help_text="Names in the file's order; null is an empty item.", null=True)),
                ('images', models.JSONField(blank=True, help_text='A list of url, width, height, isCached, title.', null=True)),
                ('status', models.CharField(choices=[('pending', 'Waiting'), ('held', 'Held'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('live', 'Published by the feed')], default=articles.workflow.Status['PENDING'], max_length=10)),
                ('withdrawn', models.BooleanField(default=False, help_text='Marked removed by the feed, or its file is gone.')),
                ('feed_published', models.BooleanField(blank=True, help_text='What the feed last said of “published”, whatever the desk decided.', null=True)),
                ('recheck', models.CharField(blank=True, choices=[('', 'Nothing changed'), ('changed', 'Changed since the decision'), ('gone', 'Taken back by the feed'), ('swapped', 'Another source now')], default=articles.workflow.Recheck['NONE'], help_text='What the feed did to a decided article that an editor has not looked at yet.', max_length=10)),
                ('recheck_since', models.DateTimeField(blank=True, null=True)),
                ('watched', models.BooleanField(db_default=False, default=False, help_text='On the watch list: a rule wants an editor to look at it.')),
                ('hold_until', models.DateTimeField(blank=True, null=True)),
                ('publish_from', models.DateTimeField(blank=True, help_text='Approved, it leaves not before this moment.', null=True)),
                ('publish_until', models.DateTimeField(blank=True, help_text='From then on it leaves as not published.', null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('desk_fields', models.JSONField(blank=True, default=list, help_text="Fields whose value is the desk's.")),
                ('version', models.PositiveIntegerField(default=1, help_text='Counts every change that an editor would see.')),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now, help_text='publishedDateTime, else when it first came in.')),
                ('arrived_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, editable=False, help_text='When the desk first had it.')),
                ('related_count', models.PositiveIntegerField(default=0)),
                ('url_key', models.BigIntegerField(blank=True, help_text='64-bit hash of webUrl.', null=True)),
                ('page_key', models.BigIntegerField(blank=True, help_text="64-bit hash of the page's address without what tracks readers.", null=True)),
                ('likely', models.IntegerField(default=-1000000, help_text='How likely the desk approves: log-odds in thousandths, from what it decided so far.')),
                ('search_text', models.TextField(blank=True, default='', help_text='Case-folded title, excerpt and provider.')),
                ('sort_quality', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(models.F('quality'), models.Value(-1)), output_field=models.BigIntegerField())),
                ('sort_heat', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(models.F('heat'), models.Value(-1)), output_field=models.BigIntegerField())),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('provider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='articles', to='articles.provider')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='articles', to='articles.site')),
            ],
            options={
                'permissions': [('decide_article', 'Can approve, reject and hold articles'), ('export_articles', 'Can export decided articles')],
                'indexes': [models.Index(condition=models.Q(('status', 'pending'), ('withdrawn', False)), fields=['site', '-sort_quality', '-queued_at', '-id'], name='article_waiting_quality'), models.Index(condition=models.Q(('status', 'pending'), ('withdrawn', False)), fields=['site', '-sort_heat', '-queued_at', '-id'], name='article_waiting_heat'), models.Index(condition=models.Q(('status', 'pending'), ('withdrawn', False)), fields=['site', '-queued_at', '-id'], name='article_waiting_time'), models.Index(condition=models.Q(('status', 'pending'), ('withdrawn', False)), fields=['site', '-likely', '-queued_at', '-id'], name='article_waiting_likely'), models.Index(fields=['site', 'status', '-queued_at', '-id', 'withdrawn'], name='article_status_time'), models.Index(condition=models.Q(('status', 'held')), fields=['hold_until'], name='article_held'), models.Index(condition=models.Q(('publish_from__isnull', False)), fields=['site', 'publish_from'], name='article_comes_out'), models.Index(condition=models.Q(('publish_until__isnull', False)), fields=['site', 'publish_until'], name='article_goes_down'), models.Index(condition=models.Q(('recheck', ''), _negated=True), fields=['site', '-recheck_since', '-id'], name='article_recheck'), models.Index(fields=['site', 'provider', 'status'], name='article_provider_status'), models.Index(fields=['site', 'provider', 'queued_at'], name='article_provider_time'), models.Index(fields=['site', 'arrived_at', 'status', 'withdrawn'], name='article_arrived'), models.Index(fields=['site', 'url_key'], name='article_url_key'), models.Index(fields=['site', 'page_key'], name='article_page_key')],
                'constraints': [models.UniqueConstraint(fields=('site', 'path'), name='article_path_once_per_site'), models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'held', 'approved', 'rejected', 'live'])), name='article_status_known'), models.CheckConstraint(condition=models.Q(('heat__isnull', True), ('heat__gte', -1), _connector='OR'), name='article_heat_from_minus_1'), models.CheckConstraint(condition=models.Q(('quality__isnull', True), ('quality__gte', 0), _connector='OR'), name='article_quality_from_0')],
            },
        ),
        migrations.CreateModel(
            name='BulkRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('failure', models.TextField(blank=True, help_text='Why it ended early, as a sentence.')),
                ('stop_asked', models.BooleanField(default=False)),
                ('tries', models.PositiveIntegerField(default=0, help_text='How often it was taken up since it last came forward.')),
                ('worker', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('token', models.UUIDField(default=uuid.uuid4, help_text='Begins the keys of its Review rows.', unique=True)),
                ('seen', models.JSONField(default=list, help_text='A list of [article, version], frozen when it was chosen.')),
                ('total', models.PositiveIntegerField()),
                ('whole', models.BooleanField(default=False, help_text='Whether these are all articles of a filter.')),
                ('query', models.CharField(blank=True, help_text="The queue's query string that they were chosen from.", max_length=2000)),
                ('action', models.CharField(blank=True, choices=[('approve', 'Approved'), ('reject', 'Rejected'), ('hold', 'Held'), ('wake', 'Back in the queue'), ('edit', 'Edited'), ('undo', 'Undone'), ('follow', 'Followed the feed'), ('settle', 'Settled'), ('confirm', 'Confirmed')], max_length=10)),
                ('reason', models.CharField(blank=True, choices=[('off_topic', 'Off topic'), ('duplicate', 'Duplicate'), ('thin', 'Thin'), ('advertising', 'Advertising'), ('broken_link', 'Broken link'), ('other', 'Other')], max_length=20)),
                ('note', models.TextField(blank=True)),
                ('changes', models.JSONField(default=dict, help_text='quality, heat, step, lift, add, remove, watch.')),
                ('rule_version', models.PositiveIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=[('chosen', 'Chosen'), ('waiting', 'Waiting for the worker'), ('running', 'Running'), ('finished', 'Finished'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='chosen', max_length=10)),
                ('slice_size', models.PositiveIntegerField(default=1, help_text='Articles in one transaction.')),
                ('checkpoint', models.PositiveIntegerField(default=0)),
                ('done_count', models.PositiveIntegerField(default=0)),
                ('left_count', models.PositiveIntegerField(default=0)),
                ('chosen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('editor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulk_runs', to=settings.AUTH_USER_MODEL)),
                ('undoes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='articles.bulkrun')),
                ('rule', models.ForeignKey(blank=True, help_text='The rule that acts; the editor answers for it. What it does is checked again in each slice.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='articles.rule')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulk_runs', to='articles.site')),
            ],
            options={
                'ordering': ['-pk'],
                'permissions': [('approve_many', 'Can approve more than 200 articles at once')],
                'indexes': [models.Index(fields=['site', '-id'], name='bulk_run_by_site'), models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['heartbeat_at'], name='bulk_run_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('checkpoint__lte', models.F('total'))), name='bulk_run_checkpoint_within')],
            },
        ),
        migrations.CreateModel(
            name='ExportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for the worker'), ('running', 'Running'), ('finished', 'Finished'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('failure', models.TextField(blank=True, help_text='Why it ended early, as a sentence.')),
                ('stop_asked', models.BooleanField(default=False)),
                ('tries', models.PositiveIntegerField(default=0, help_text='How often it was taken up since it last came forward.')),
                ('worker', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('problems', models.JSONField(default=list, help_text='A list of path, line, column, key, message.')),
                ('notices', models.JSONField(default=list, help_text='Sentences for whoever looks at it.')),
                ('is_scheduled', models.BooleanField(default=False, help_text='Begun by the clock: it leaves no row without news.')),
                ('kind', models.CharField(choices=[('zip', 'Zip'), ('git', 'Git'), ('folder', 'Folder')], default='zip', max_length=10)),
                ('destination', models.CharField(max_length=1000)),
                ('scope', models.CharField(choices=[('approved', 'Approved articles'), ('decided', 'Approved and rejected articles'), ('all', 'Every file')], default='approved', max_length=10)),
                ('message', models.TextField(blank=True, help_text='Of the commit; empty: what it tells by itself.')),
                ('written', models.PositiveIntegerField(default=0)),
                ('removed', models.PositiveIntegerField(default=0)),
                ('commit', models.CharField(blank=True, help_text='The Git commit that it made.', max_length=64)),
                ('branch', models.CharField(blank=True, max_length=200)),
                ('file', models.CharField(blank=True, help_text="The zip to download, inside the desk's data folder.", max_length=300)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='articles.place')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='articles.site')),
            ],
            options={
                'ordering': ['-started_at', '-pk'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['heartbeat_at'], name='export_run_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'running'])), fields=('place',), name='export_open_once_per_place')],
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
        migrations.CreateModel(
            name='ProviderAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=500)),
                ('domain', models.CharField(blank=True, max_length=500)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='articles.provider')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='provider_aliases', to='articles.site')),
            ],
            options={
                'verbose_name_plural': 'provider aliases',
                'ordering': ['name', 'domain'],
                'constraints': [models.UniqueConstraint(fields=('site', 'name', 'domain'), name='provider_alias_once_per_site')],
            },
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for the worker'), ('running', 'Running'), ('finished', 'Finished'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('failure', models.TextField(blank=True, help_text='Why it ended early, as a sentence.')),
                ('stop_asked', models.BooleanField(default=False)),
                ('tries', models.PositiveIntegerField(default=0, help_text='How often it was taken up since it last came forward.')),
                ('worker', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('problems', models.JSONField(default=list, help_text='A list of path, line, column, key, message.')),
                ('notices', models.JSONField(default=list, help_text='Sentences for whoever looks at it.')),
                ('is_scheduled', models.BooleanField(default=False, help_text='Begun by the clock: it leaves no row without news.')),
                ('origin', models.CharField(help_text='The source, as people know it.', max_length=1000)),
                ('kind', models.CharField(help_text='folder, archive, git or repair.', max_length=10)),
                ('revision', models.CharField(blank=True, max_length=64)),
                ('created', models.PositiveIntegerField(default=0)),
                ('updated', models.PositiveIntegerField(default=0)),
                ('conflicts', models.PositiveIntegerField(default=0)),
                ('withdrawn', models.PositiveIntegerField(default=0, help_text='Articles whose file is gone from the source.')),
                ('refused', models.PositiveIntegerField(default=0, help_text='Files that it put into quarantine.')),
                ('changes', models.JSONField(default=dict, help_text='Rewritten files by the gravest of their changes.')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='articles.site')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='articles.source')),
            ],
            options={
                'ordering': ['-started_at', '-pk'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['heartbeat_at'], name='import_run_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'running'])), fields=('source',), name='import_open_once_per_source')],
            },
        ),
        migrations.CreateModel(
            name='Repository',
            fields=[
            ],
            options={
                'verbose_name_plural': 'repositories',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('articles.source',),
        ),
        migrations.CreateModel(
            name='HistoricalTopic',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('short_name', models.CharField(blank=True, max_length=200)),
                ('keywords', models.JSONField(blank=True, default=list)),
                ('hashtags', models.JSONField(blank=True, default=list)),
                ('services', models.JSONField(blank=True, default=dict)),
                ('path', models.CharField(blank=True, help_text='The file of the site that describes it, or will; empty where none does.', max_length=1000)),
                ('desk_fields', models.JSONField(blank=True, default=list, help_text="Fields whose value is the desk's: these leave.")),
                ('place', models.PositiveIntegerField(default=1000, help_text="Order in lists; the number before the file's name.")),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.site')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.topic')),
            ],
            options={
                'verbose_name': 'historical topic',
                'verbose_name_plural': 'historical topics',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='TopicAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_aliases', to='articles.site')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='articles.topic')),
            ],
            options={
                'verbose_name_plural': 'topic aliases',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='topic_alias_once_per_site')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(default=uuid.uuid4, help_text='Goes along, so that a second time is known.', unique=True)),
                ('event', models.CharField(choices=[('decision', 'Decisions'), ('export', 'Exports')], max_length=10)),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Delivered'), ('failed', 'Given up')], default='waiting', max_length=10)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, help_text='What came of the last try, as a sentence.', max_length=300)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='articles.webhook')),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='delivery_due'), models.Index(fields=['webhook', '-id'], name='delivery_by_webhook')],
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
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('shown_at', models.DateTimeField(blank=True, help_text='When the editor had the article before them; empty where over 120 s passed.', null=True)),
                ('by', models.CharField(choices=[('editor', 'Editor'), ('rule', 'Rule'), ('feed', 'Feed'), ('desk', 'Desk')], default=articles.workflow.By['EDITOR'], max_length=10)),
                ('action', models.CharField(choices=[('approve', 'Approved'), ('reject', 'Rejected'), ('hold', 'Held'), ('wake', 'Back in the queue'), ('edit', 'Edited'), ('undo', 'Undone'), ('follow', 'Followed the feed'), ('settle', 'Settled'), ('confirm', 'Confirmed')], max_length=10)),
                ('from_status', models.CharField(choices=[('pending', 'Waiting'), ('held', 'Held'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('live', 'Published by the feed')], max_length=10)),
                ('to_status', models.CharField(choices=[('pending', 'Waiting'), ('held', 'Held'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('live', 'Published by the feed')], max_length=10)),
                ('before', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('after', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('unheeded', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, help_text='What the feed changed and the desk did not follow: file key -> [before, after].')),
                ('reason', models.CharField(blank=True, choices=[('off_topic', 'Off topic'), ('duplicate', 'Duplicate'), ('thin', 'Thin'), ('advertising', 'Advertising'), ('broken_link', 'Broken link'), ('other', 'Other')], max_length=20)),
                ('note', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField()),
                ('batch', models.UUIDField(db_index=True)),
                ('key', models.CharField(blank=True, help_text='Sent by the form, so that a retry is one act.', max_length=64, null=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='articles.article')),
                ('twin', models.ForeignKey(blank=True, help_text='The article that this one was rejected as a duplicate of.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.article')),
                ('undoes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='articles.review')),
                ('rule', models.ForeignKey(blank=True, db_index=False, help_text='The rule that acted; its words at that time are the note.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='articles.rule')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['article', '-id'], name='review_by_article'), models.Index(fields=['actor', '-id'], name='review_by_actor'), models.Index(condition=models.Q(('rule__isnull', False)), fields=['rule', '-id'], name='review_by_rule'), models.Index(fields=['action', 'at', 'by', 'actor', 'article'], name='review_decisions'), models.Index(condition=models.Q(('actor__isnull', False)), fields=['actor', 'action', 'at'], name='review_pace')],
                'constraints': [models.UniqueConstraint(fields=('article', 'key'), name='review_key_once_per_article'), models.CheckConstraint(condition=models.Q(('action__in', ['approve', 'reject', 'hold', 'wake', 'edit', 'undo', 'follow', 'settle', 'confirm'])), name='review_action_known')],
            },
        ),
        migrations.CreateModel(
            name='SentField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(help_text='The key of the file.', max_length=40)),
                ('value', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ('feed_value', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ('sent_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('sent', 'Sent'), ('arrived', 'In the repository'), ('kept', 'Kept by the feed'), ('reverted', 'Reverted by the feed'), ('replaced', 'Replaced by a later value')], default='sent', max_length=10)),
                ('state_since', models.DateTimeField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sent_fields', to='articles.article')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sent_fields', to='articles.exportrun')),
            ],
            options={
                'ordering': ['-state_since', '-pk'],
                'indexes': [models.Index(fields=['state', '-state_since', '-id'], name='sent_field_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'replaced'), _negated=True), fields=('article', 'field'), name='sent_field_current_once')],
            },
        ),
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
            name='SourceFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=1000)),
                ('kind', models.CharField(choices=[('article', 'Article'), ('provider', 'Provider'), ('topic', 'Topic'), ('config', 'Configuration'), ('other', 'Other')], max_length=10)),
                ('blob_id', models.CharField(max_length=40)),
                ('text', models.TextField(help_text='UTF-8 text exactly as it came: line ends, byte order mark and all.')),
                ('imported_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('is_mended', models.BooleanField(help_text='The text is what somebody made on the desk of the bytes that blob_id names.', null=True)),
                ('is_extra', models.BooleanField(help_text='It came from a source that is a part of the site: others may lack it.', null=True)),
                ('gone_at', models.DateTimeField(blank=True, help_text='Since when the source has no such file any more.', null=True)),
                ('article', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='source_file', to='articles.article')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='source_files', to='articles.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'kind', 'gone_at'], name='source_file_standing'), models.Index(fields=['site', 'imported_at'], name='source_file_by_import'), models.Index(condition=models.Q(('gone_at__isnull', False)), fields=['site', 'gone_at'], name='source_file_gone')],
                'constraints': [models.UniqueConstraint(fields=('site', 'path'), name='source_file_path_once_per_site')],
            },
        ),
        migrations.CreateModel(
            name='ArticleTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_links', to='articles.article')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='article_links', to='articles.topic')),
            ],
            options={
                'ordering': ['place'],
                'indexes': [models.Index(fields=['topic', 'article'], name='article_topic_by_topic')],
                'constraints': [models.UniqueConstraint(fields=('article', 'place'), name='article_topic_place_once')],
            },
        ),
        migrations.CreateModel(
            name='Twin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField(help_text='How alike the titles are, in percent.')),
                ('same_page', models.BooleanField(default=False, help_text='Both have the same address.')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='twins', to='articles.article')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='twin_of', to='articles.article')),
            ],
            options={
                'ordering': ['-same_page', '-score', 'other'],
                'constraints': [models.UniqueConstraint(fields=('article', 'other'), name='twin_once')],
            },
        ),
        migrations.CreateModel(
            name='ArticleSketch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.BigIntegerField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sketch', to='articles.article')),
            ],
            options={
                'indexes': [models.Index(fields=['key', 'article'], name='sketch_by_key')],
            },
        ),
        migrations.CreateModel(
            name='RelatedArticle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('url_key', models.BigIntegerField(help_text="64-bit hash of the entry's webUrl.", null=True)),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='related_entries', to='articles.article')),
                ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='related_in', to='articles.article')),
            ],
            options={
                'ordering': ['place'],
                'indexes': [models.Index(fields=['url_key'], name='related_url_key')],
                'constraints': [models.UniqueConstraint(fields=('article', 'place'), name='related_place_once')],
            },
        ),
        migrations.CreateModel(
            name='RuleFiring',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(help_text='Of the rule.')),
                ('content', models.CharField(help_text='Hash of what the feed says, as far as editors would decide by it.', max_length=32)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='firings', to='articles.article')),
                ('review', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='firing', to='articles.review')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='firings', to='articles.rule')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('rule', 'version', 'article', 'content'), name='rule_fires_once_per_content')],
            },
        ),
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(help_text='The key of the file.', max_length=40)),
                ('base', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ('ours', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ('theirs', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ('found_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('choice', models.CharField(blank=True, choices=[('base', 'Before'), ('theirs', 'Robot now'), ('ours', 'Yours')], max_length=10)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conflicts', to='articles.article')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settled_conflicts', to='articles.review')),
            ],
            options={
                'ordering': ['-found_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at__isnull', True)), fields=('article', 'field'), name='conflict_open_once_per_field')],
            },
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
