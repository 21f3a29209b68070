"""An index that counts a site's files without reading their texts."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_two_writers_groups")]

    operations = [
        migrations.AddIndex(
            model_name="sourcefile",
            index=models.Index(fields=["site", "kind", "gone_at"], name="source_file_standing"),
        ),
    ]
