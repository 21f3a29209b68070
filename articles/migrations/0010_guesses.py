"""What the desk's decisions have taught, and how likely each article is to be approved."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_likeness")]

    operations = [
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("last_review", models.BigIntegerField(default=0, help_text="Key of the last review that was read.")),
                ("learned_at", models.DateTimeField()),
                ("approved", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("bands", models.JSONField(default=list)),
                ("measured", models.JSONField(default=dict)),
                (
                    "site",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lesson", to="articles.site"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="article",
            name="likely",
            field=models.IntegerField(
                default=-1_000_000,
                help_text="How likely the desk approves: log-odds in thousandths, from what it decided so far.",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["site", "-likely", "-queued_at", "-id"],
                name="article_waiting_likely",
                condition=models.Q(("status", "pending"), ("withdrawn", False)),
            ),
        ),
    ]
