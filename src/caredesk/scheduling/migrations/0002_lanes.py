"""A booking's lane lies below the number of lanes of its resource; full pages leave room to grow.

The constraint needs another table, so it is a trigger. The masks and appointments are rewritten
in place again and again: room on their pages keeps the indexes out of it.
"""

from django.db import migrations

_CHECK = """
CREATE FUNCTION scheduling_check_lane() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.lane > 0 AND NEW.lane >=
      (SELECT lanes FROM scheduling_resource WHERE id = NEW.resource_id) THEN
    RAISE EXCEPTION 'lane % is beyond the lanes of resource %', NEW.lane, NEW.resource_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'scheduling_booking_lane_of_resource',
        TABLE = 'scheduling_booking';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER scheduling_booking_lane BEFORE INSERT OR UPDATE OF lane, resource_id
  ON scheduling_booking FOR EACH ROW EXECUTE FUNCTION scheduling_check_lane();
"""
_NO_CHECK = """
DROP TRIGGER scheduling_booking_lane ON scheduling_booking;
DROP FUNCTION scheduling_check_lane();
"""
_ROOM = """
ALTER TABLE scheduling_freeday SET (fillfactor = 70);
ALTER TABLE scheduling_appointment SET (fillfactor = 85);
"""
_NO_ROOM = """
ALTER TABLE scheduling_freeday RESET (fillfactor);
ALTER TABLE scheduling_appointment RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial")]

    operations = [
        migrations.RunSQL(_CHECK, _NO_CHECK),
        migrations.RunSQL(_ROOM, _NO_ROOM),
    ]
