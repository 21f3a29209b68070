"""Webhooks: a secret that has been replaced signs along for a while, and admins send a message to try an address."""

from django.db import migrations, models

EVENTS = [("decision", "Decisions"), ("export", "Exports"), ("test", "Test")]


class Migration(migrations.Migration):
    dependencies = [("articles", "0027_alarms")]

    operations = [
        migrations.AddField("webhook", "old_secrets", models.JSONField(blank=True, default=list)),
        migrations.AlterField("delivery", "event", models.CharField(choices=EVENTS, max_length=10)),
    ]
