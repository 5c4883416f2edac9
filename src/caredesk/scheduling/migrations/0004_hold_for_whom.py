"""A hold says for whom it is, so that it is found again when its page was left."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_search"),
        ("scheduling", "0003_lane_of_what_is_taken_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="hold",
            name="moving",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="scheduling.appointment",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="patient",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="people.patient",
            ),
        ),
    ]
