"""Providers that are called alike and are others: an admin has said so, and nobody is asked again."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0024_notes")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="apart",
            field=models.JSONField(blank=True, default=list, help_text="Keys of providers that are called alike and are others."),
        )
        for name in ("provider", "historicalprovider")
    ]
