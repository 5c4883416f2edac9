"""What visits need, and which resources there are, has a version: it is read anew only when it changed."""

from django.db import migrations

_TABLES = (
    "practice_site",
    "scheduling_requirement",
    "scheduling_requirementresource",
    "scheduling_resource",
    "scheduling_visittype",
)
_TRIGGERS = "\n".join(
    f"""CREATE TRIGGER scheduling_setup_changed
  AFTER INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION scheduling_change_setup();"""
    for table in _TABLES
)
_MAKE = f"""
CREATE TABLE scheduling_setup (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO scheduling_setup DEFAULT VALUES;
CREATE FUNCTION scheduling_change_setup() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE scheduling_setup SET version = gen_random_uuid();
  RETURN NULL;
END $$;
{_TRIGGERS}
"""
_UNMAKE = (
    "\n".join(f"DROP TRIGGER scheduling_setup_changed ON {table};" for table in _TABLES)
    + "\nDROP FUNCTION scheduling_change_setup(); DROP TABLE scheduling_setup;"
)


class Migration(migrations.Migration):
    dependencies = [("practice", "0001_initial"), ("scheduling", "0004_hold_for_whom")]

    operations = [migrations.RunSQL(_MAKE, _UNMAKE)]
