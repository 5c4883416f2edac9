from django.db import migrations

# The one index of the words holds whole rows, so that a search never leaves it.
COVERING = """
ALTER TABLE people_patientword
  DROP CONSTRAINT people_patientword_pkey,
  ADD PRIMARY KEY (recency, word, number) INCLUDE (birth_date, line);
"""
UNCOVERING = """
ALTER TABLE people_patientword
  DROP CONSTRAINT people_patientword_pkey,
  ADD PRIMARY KEY (recency, word, number);
"""

# An index is read alone only where the visibility map is fresh.
VACUUMED = """
ALTER TABLE people_patientword SET (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02);
"""
AS_USUAL = """
ALTER TABLE people_patientword RESET (
  autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor,
  autovacuum_analyze_scale_factor);
"""

NUMBERS = "CREATE SEQUENCE people_patient_numbers AS integer OWNED BY people_patient.number"
NO_NUMBERS = "DROP SEQUENCE people_patient_numbers"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunSQL(COVERING, UNCOVERING),
        migrations.RunSQL(VACUUMED, AS_USUAL),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
    ]
