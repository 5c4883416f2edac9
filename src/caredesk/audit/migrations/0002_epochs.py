"""A row's place in the log begins with its epoch: transaction ids start anew in another cluster.

What is there already is of the first epoch. It began in the cluster in which its seals were made,
and only where there are none in the present one.
"""

import django.db.models.functions.datetime
from django.db import migrations, models

FIRST = """
INSERT INTO audit_epoch (number, cluster, database)
SELECT 1,
  coalesce((SELECT cluster FROM audit_seal ORDER BY number DESC LIMIT 1), system_identifier::text),
  (SELECT oid::bigint FROM pg_database WHERE datname = current_database())
FROM pg_control_system();
"""

COUNTED = """
UPDATE audit_seal SET total = counted.total FROM (
  SELECT number, sum(cardinality(entries)) OVER (ORDER BY number) AS total FROM audit_seal
) counted WHERE counted.number = audit_seal.number;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("number", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("cluster", models.TextField()),
                ("database", models.BigIntegerField()),
                (
                    "began_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.AddField("Entry", "epoch", models.SmallIntegerField(db_default=1)),
        migrations.RemoveIndex("Entry", "audit_entry_order"),
        migrations.AddIndex(
            "Entry", models.Index(fields=["epoch", "xid", "seq"], name="audit_entry_place")
        ),
        migrations.AddField(
            "Seal", "epoch", models.SmallIntegerField(default=1), preserve_default=False
        ),
        migrations.AddField(
            "Seal", "last_epoch", models.SmallIntegerField(default=1), preserve_default=False
        ),
        migrations.AddField(
            "Seal", "total", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
    ]
