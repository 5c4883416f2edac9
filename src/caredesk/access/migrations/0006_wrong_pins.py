from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_program_tokens"),
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
