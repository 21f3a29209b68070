"""The language that a person chose; empty: what the browser asks for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_shown_at")]

    operations = [
        migrations.AddField(
            model_name="preferences",
            name="language",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
    ]
