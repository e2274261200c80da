"""Projects choose the workflow of their documents, and where reports about them go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_rate_hit"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="pipeline",
            field=models.SlugField(blank=True, db_default="", db_index=False, max_length=63),
        ),
        migrations.AddField(
            model_name="project",
            name="report_secret",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=1000),
        ),
        migrations.AddField(
            model_name="project",
            name="report_url",
            field=models.URLField(blank=True, db_default="", max_length=500),
        ),
    ]
