"""A booking that is taken again is checked like a new one: fewer lanes may be allowed by now."""

from django.db import migrations

_CHECKED = """
DROP TRIGGER scheduling_booking_lane ON scheduling_booking;
CREATE TRIGGER scheduling_booking_lane
  BEFORE INSERT OR UPDATE OF lane, resource_id, released_at ON scheduling_booking
  FOR EACH ROW WHEN (NEW.released_at IS NULL) EXECUTE FUNCTION scheduling_check_lane();
"""
_AS_BEFORE = """
DROP TRIGGER scheduling_booking_lane ON scheduling_booking;
CREATE TRIGGER scheduling_booking_lane BEFORE INSERT OR UPDATE OF lane, resource_id
  ON scheduling_booking FOR EACH ROW EXECUTE FUNCTION scheduling_check_lane();
"""


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0002_lanes")]

    operations = [migrations.RunSQL(_CHECKED, _AS_BEFORE)]
