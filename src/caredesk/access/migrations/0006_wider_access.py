import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import caredesk.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_program_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="WiderAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=caredesk.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.TextField()),
                ("role", models.TextField(default="")),
                (
                    "beyond",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField()),
                ),
                ("by", models.UUIDField()),
                ("by_label", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "by"], name="access_wider_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("user__isnull", False),
                            models.Q(("role", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="access_wider_whose",
                    )
                ],
            },
        ),
    ]
