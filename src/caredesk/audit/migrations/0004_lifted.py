"""Why somebody restricted was seen in a search that is still being typed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_reasons")]

    operations = [
        migrations.AddField("SettlingSearch", "lifted", models.JSONField(db_default={})),
    ]
