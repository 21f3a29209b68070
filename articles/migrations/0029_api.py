"""Webhooks: a secret that has been replaced signs along for a while, and admins send a message to try an address. The log of
accounts has tokens of the API."""

from django.db import migrations, models

KINDS = [
    ("signed_in", "Signed in"),
    ("signed_out", "Signed out"),
    ("sessions_ended", "Ended sessions"),
    ("invited", "Invited"),
    ("resent", "Made the invitation's link anew"),
    ("withdrew", "Withdrew the invitation"),
    ("accepted", "Accepted the invitation"),
    ("role", "Changed the role"),
    ("deactivated", "Deactivated"),
    ("reactivated", "Reactivated"),
    ("password", "Changed the password"),
    ("password_link", "Made a link for a new password"),
    ("factor_added", "Added a second factor"),
    ("factor_removed", "Removed a second factor"),
    ("token_made", "Made a token of the API"),
    ("token_revoked", "Revoked a token of the API"),
]
EVENTS = [("decision", "Decisions"), ("export", "Exports"), ("test", "Test")]


class Migration(migrations.Migration):
    dependencies = [("articles", "0025_provs")]

    operations = [
        migrations.AddField("webhook", "old_secrets", models.JSONField(blank=True, default=list)),
        migrations.AlterField("delivery", "event", models.CharField(choices=EVENTS, max_length=10)),
        migrations.AlterField("accountevent", "kind", models.CharField(choices=KINDS, max_length=20)),
    ]
