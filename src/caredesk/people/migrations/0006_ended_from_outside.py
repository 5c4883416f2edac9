from django.db import migrations, models

from caredesk.people.rules.restrictions import PASSING_REASONS


class Migration(migrations.Migration):
    """A restriction that was ended from outside its circle is reviewed as broken glass is."""

    dependencies = [("people", "0005_admitted")]

    operations = [
        migrations.RemoveConstraint(model_name="brokenglass", name="people_glass_reason"),
        migrations.AddConstraint(
            model_name="brokenglass",
            constraint=models.CheckConstraint(
                condition=models.Q(reason__in=list(PASSING_REASONS)), name="people_glass_reason"
            ),
        ),
    ]
