"""When an article arrived, which nothing else tells: an import writes ``imported_at`` anew with every change of the file. And
the indexes from which the dashboard counts."""

from typing import Any

import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.models import Min, OuterRef, Subquery
from django.db.models.functions import Coalesce, Least, Now


def date_back(apps: Apps, schema_editor: Any) -> None:
    """Give articles that are there the earliest moment at which the desk certainly had them: that of their file or of their
    first Review row, whichever is earlier; without either, when their site was made."""
    article, review = apps.get_model("articles", "Article"), apps.get_model("articles", "Review")
    files = apps.get_model("articles", "SourceFile").objects.filter(article=OuterRef("pk")).values("imported_at")
    first = review.objects.filter(article=OuterRef("pk")).order_by().values("article").annotate(first=Min("at"))
    sites = apps.get_model("articles", "Site").objects.filter(pk=OuterRef("site")).values("created_at")
    imported, acted, made = Subquery(files[:1]), Subquery(first.values("first")), Subquery(sites)
    # Every part has a value: where one is null SQLite's least is null, PostgreSQL's is not.
    article.objects.update(arrived_at=Least(Coalesce(imported, acted, made), Coalesce(acted, imported, made)))


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0019_api"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="arrived_at",
            field=models.DateTimeField(
                db_default=Now(), default=django.utils.timezone.now, editable=False, help_text="When the desk first had it."
            ),
        ),
        migrations.RunPython(date_back, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["site", "arrived_at", "status", "withdrawn"], name="article_arrived"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["action", "at", "by", "actor", "article"], name="review_decisions"),
        ),
    ]
