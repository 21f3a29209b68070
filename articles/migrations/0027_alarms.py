"""Sources that can be read and bring too little, and imports that may take away however many files are missing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0026_goals")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="checked_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="When it was last compared with its own weeks.", null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="told_of",
            field=models.CharField(blank=True, editable=False, help_text="What admins had a mail about and is not over yet, beside failures.", max_length=60),
        ),
        migrations.AddField(
            model_name="importrun",
            name="takes_away",
            field=models.BooleanField(default=False, help_text="Somebody said that what is missing is gone, however much it is."),
        ),
        migrations.AddField(
            model_name="importrun",
            name="left",
            field=models.PositiveIntegerField(default=0, help_text="Articles that are missing in the source and were left as they are."),
        ),
        migrations.AlterField(
            model_name="article",
            name="publish_from",
            field=models.DateTimeField(blank=True, help_text="It leaves as not published before this moment.", null=True),
        ),
    ]
