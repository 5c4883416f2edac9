import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

import caredesk.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=caredesk.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("owner", models.UUIDField()),
                ("name", models.TextField()),
                ("title", models.TextField()),
                ("address", models.TextField()),
                ("typed", models.JSONField()),
                ("edition", models.IntegerField(default=1)),
                (
                    "subjects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("begun", models.UUIDField()),
                (
                    "kept_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("thrown_away_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["kept_at"], name="ui_draft_kept_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "name"), name="ui_draft_once")
                ],
            },
        ),
    ]
