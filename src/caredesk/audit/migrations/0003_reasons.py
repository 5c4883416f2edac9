"""Why somebody looked, where that was asked; and an index for periods of the log."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_epochs")]

    operations = [
        migrations.AddField("Entry", "reason", models.TextField(default="", db_default="")),
        migrations.AddIndex(
            "Entry",
            django.contrib.postgres.indexes.BrinIndex(
                fields=["at"], name="audit_entry_at", pages_per_range=16
            ),
        ),
    ]
