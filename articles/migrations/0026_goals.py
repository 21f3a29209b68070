"""What is written down of API tokens, and how many decisions a day a site wants."""

from django.db import migrations, models

KINDS = [
    ("signed_in", "Signed in"), ("signed_out", "Signed out"), ("sessions_ended", "Ended sessions"), ("invited", "Invited"),
    ("resent", "Made the invitation's link anew"), ("withdrew", "Withdrew the invitation"),
    ("accepted", "Accepted the invitation"), ("role", "Changed the role"), ("deactivated", "Deactivated"),
    ("reactivated", "Reactivated"), ("password", "Changed the password"),
    ("password_link", "Made a link for a new password"), ("factor_added", "Added a second factor"),
    ("factor_removed", "Removed a second factor"), ("mail", "Changed the mail address"),
    ("token_made", "Made an API token"),
    ("tokens_revoked", "Revoked API tokens"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("articles", "0025_kept_apart")]

    operations = [
        migrations.AlterField(
            model_name="accountevent", name="kind", field=models.CharField(choices=KINDS, max_length=20)
        ),
        migrations.AddField(
            model_name="site",
            name="goal",
            field=models.PositiveIntegerField(
                blank=True, help_text="Decisions a day that the desk wants to make; empty where there is no goal.", null=True
            ),
        ),
    ]
