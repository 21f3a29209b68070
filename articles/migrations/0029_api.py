"""Webhooks: a secret that has been replaced signs along for a while, and admins send a message to try an address."""

from django.db import migrations, models

EVENTS = [("decision", "Decisions"), ("export", "Exports"), ("test", "Test")]


class Migration(migrations.Migration):
    dependencies = [("articles", "0024_notes")]

    operations = [
        migrations.AddField("webhook", "old_secret", models.CharField(blank=True, max_length=64, default=""), preserve_default=False),
        migrations.AddField("webhook", "old_until", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField("delivery", "event", models.CharField(choices=EVENTS, max_length=10)),
    ]
