"""Rows of ``related`` hold the link alone; what an entry says is read from the article's file, which is kept whole.
And counts of a status are answered from an index alone.

Going back makes the columns again, empty: another import of the files would have to fill them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("articles", "0005_source_file_index")]

    operations: ClassVar[list[Operation]] = [
        # Nullable first, so that the way back can make it for rows that are there.
        migrations.AlterField("relatedarticle", "entry", models.JSONField(null=True)),
        migrations.RemoveField("relatedarticle", "entry"),
        migrations.RemoveField("relatedarticle", "title"),
        migrations.RemoveField("relatedarticle", "web_url"),
        migrations.AlterField(
            "relatedarticle",
            "article",
            models.ForeignKey(
                "articles.article", on_delete=models.CASCADE, related_name="related_entries", db_index=False
            ),
        ),
        migrations.AlterField(
            "relatedarticle",
            "url_key",
            models.BigIntegerField(null=True, help_text="64-bit hash of the entry's webUrl."),
        ),
        migrations.RemoveIndex("article", "article_status_time"),
        migrations.AddIndex(
            "article",
            models.Index(fields=["site", "status", "-queued_at", "-id", "withdrawn"], name="article_status_time"),
        ),
    ]
