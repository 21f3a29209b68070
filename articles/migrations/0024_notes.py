"""Notes beside articles with whom they mention, to whom an article is assigned, and one mail a person about it all."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT, SET_NULL

PERSON = settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    dependencies = [("articles", "0023_runs"), migrations.swappable_dependency(PERSON)]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("key", models.CharField(blank=True, help_text="Sent by the form, so that a retry is one note.", max_length=64, null=True)),
                ("article", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="notes", to="articles.article")),
                ("author", models.ForeignKey(on_delete=PROTECT, related_name="notes", to=PERSON)),
                ("resolved_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=PERSON)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["article", "id"], name="note_by_article")],
                "constraints": [models.UniqueConstraint(fields=("article", "key"), name="note_key_once_per_article")],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.ForeignKey(on_delete=CASCADE, related_name="mentions", to="articles.note")),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("person", models.ForeignKey(on_delete=CASCADE, related_name="+", to=PERSON)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("note", "person"), name="mention_once_per_note")],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="assigned_to",
            field=models.ForeignKey(blank=True, db_index=False, help_text="Who is asked to judge it. The desk's alone: no file says it.", null=True, on_delete=SET_NULL, related_name="+", to=PERSON),
        ),
        migrations.AddField(
            model_name="article",
            name="open_notes",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text="Notes that nobody has resolved; kept by articles.notes."),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(condition=models.Q(("assigned_to__isnull", False)), fields=["assigned_to", "site"], name="article_assigned"),
        ),
        migrations.AddField(
            model_name="preferences",
            name="digest",
            field=models.CharField(choices=[("off", "Off"), ("daily", "Daily"), ("weekly", "Weekly")], default="off", max_length=10),
        ),
        migrations.AddField(
            model_name="preferences",
            name="digest_due_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="When the next one is due.", null=True),
        ),
        migrations.AddField(
            model_name="preferences",
            name="digest_tries",
            field=models.PositiveIntegerField(default=0, editable=False, help_text="In a row that the mail server refused."),
        ),
    ]
