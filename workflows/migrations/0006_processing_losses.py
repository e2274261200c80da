"""How often whoever held a lease on processing has not answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0005_uploads"),
    ]

    operations = [
        migrations.AddField(
            model_name="processing",
            name="losses",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
