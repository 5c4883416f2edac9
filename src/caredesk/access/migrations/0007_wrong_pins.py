from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_wider_access"),
    ]

    operations = [
        migrations.AddField(
            model_name="pin",
            name="failures",
            field=models.PositiveSmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="pin",
            name="failing_since",
            field=models.DateTimeField(null=True),
        ),
    ]
