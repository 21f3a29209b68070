"""The day's goal, and the index that a person's day is counted from."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0013_language"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="preferences",
            name="goal",
            field=models.PositiveIntegerField(
                blank=True, help_text="Decisions a day; empty where there is no goal.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("actor__isnull", False)), fields=["actor", "action", "at"], name="review_pace"
            ),
        ),
    ]
