"""What alike articles are found by: the page's address, a sketch of the title, and the twins; for what is there already too."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models

# The columns of rows that are there already must be what the desk will write from now on, so the desk's own functions make
# them. They are pure; where they change one day, a migration of that day makes the columns again.
from articles.likeness.addresses import page_of
from articles.likeness.twins import CHUNK, chunks, pair, sketch_rows
from articles.mapping import url_key


def sketch_what_is_there(apps: Apps, schema_editor: Any) -> None:
    articles = apps.get_model("articles", "Article").objects
    sketches = apps.get_model("articles", "ArticleSketch")
    for site in apps.get_model("articles", "Site").objects.values_list("pk", flat=True):
        keys = list(articles.filter(site=site).order_by("pk").values_list("pk", flat=True))
        for chunk in chunks(keys):
            rows = list(articles.filter(pk__in=chunk).only("title", "web_url", "original_url", "featured_content"))
            for row in rows:
                row.page_key = url_key(page_of(row.web_url, row.original_url, row.featured_content))
            articles.bulk_update(rows, ["page_key"], batch_size=CHUNK)
            sketches.objects.bulk_create(
                [sketches(article_id=pk, key=key) for pk, key in sketch_rows(site, ((row.pk, row.title) for row in rows))],
                batch_size=2_000,
            )
        for chunk in chunks(keys):
            pair(site, chunk, registry=apps)


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_queue_search_views_claims")]

    operations = [
        migrations.CreateModel(
            name="ArticleSketch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BigIntegerField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sketch", to="articles.article"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["key", "article"], name="sketch_by_key")]},
        ),
        migrations.CreateModel(
            name="Twin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.PositiveSmallIntegerField(help_text="How alike the titles are, in percent.")),
                ("same_page", models.BooleanField(default=False, help_text="Both have the same address.")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="twins", to="articles.article"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="twin_of", to="articles.article"
                    ),
                ),
            ],
            options={
                "ordering": ["-same_page", "-score", "other"],
                "constraints": [models.UniqueConstraint(fields=("article", "other"), name="twin_once")],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="page_key",
            field=models.BigIntegerField(
                blank=True, null=True, help_text="64-bit hash of the page's address without what tracks readers."
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="twin",
            field=models.ForeignKey(
                blank=True,
                help_text="The article that this one was rejected as a duplicate of.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="articles.article",
            ),
        ),
        migrations.AddIndex(
            model_name="article", index=models.Index(fields=["site", "page_key"], name="article_page_key")
        ),
        migrations.RunPython(sketch_what_is_there, migrations.RunPython.noop),
    ]
