import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import caredesk.kernel.ids

# What is encrypted cannot be packed any smaller: PostgreSQL need not try with each chunk.
AS_IT_IS = "ALTER TABLE files_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL"
AS_USUAL = "ALTER TABLE files_chunk ALTER COLUMN sealed SET STORAGE EXTENDED"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=caredesk.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("about", models.UUIDField()),
                ("name", models.TextField()),
                ("media_type", models.TextField()),
                ("size", models.BigIntegerField()),
                (
                    "remarks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list
                    ),
                ),
                ("scanned", models.BooleanField(default=False)),
                ("kept_at", models.DateTimeField()),
                ("kept_by", models.UUIDField()),
                ("kept_by_label", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 0)), name="files_attachment_size"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="files_attachment_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FileKey",
            fields=[
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to="files.attachment",
                    ),
                ),
                ("wrapped_by", models.TextField(db_index=True)),
                ("wrapped", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Chunk",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "attachment",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chunks",
                        to="files.attachment",
                    ),
                ),
                ("number", models.IntegerField()),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.RunSQL(AS_IT_IS, AS_USUAL),
    ]
