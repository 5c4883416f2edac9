"""Who looked at whom, what of it is unusual, and what was told to others outside.

The log itself is the room below (`audit`). Here it is read by a person: who looked at a patient,
what a colleague looked at (each reading is on record, too); findings of unusual access, which a
reviewer settles; and disclosures, of which a patient may ask an account (45 CFR 164.528). It never
changes the log, and never judges anybody: a finding says what was unusual, a reviewer what it was.
"""
