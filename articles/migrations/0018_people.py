"""Seats, invitations, where people are signed in, and the log of accounts; admins manage people."""

from typing import Any

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def widen_groups(apps: Apps, schema_editor: Any) -> None:
    """Admins invite people, give them seats and read the log."""
    config = apps.get_app_config("articles")
    config.models_module = getattr(config, "models_module", None) or True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="articles")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="admin")
    wanted = ["view_seat", "change_seat", "view_accountevent"]
    group.permissions.add(*permissions.filter(codename__in=wanted))


def end_sessions(apps: Apps, schema_editor: Any) -> None:
    """Sessions from before are in no list and could not be ended from one: everybody signs in once more."""
    apps.get_model("sessions", "Session").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0014_goal'),
        ('sessions', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
        migrations.RunPython(widen_groups, migrations.RunPython.noop),
        migrations.RunPython(end_sessions, migrations.RunPython.noop),
    ]
