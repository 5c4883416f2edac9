"""Afterwards: who looked at whom, was it right, and what was told to others outside.

The log itself is a room below (`audit`). Here it is read by a person: who looked at a patient, what
a colleague looked at (each reading is on record, too); findings of unusual access (`access_log`)
and broken glass, which somebody else than who looked settles; access that was given beyond the
giver's own (`wider`); and disclosures, of which a patient may ask an account (45 CFR 164.528).
Before the look decides `people` (restrictions and the grants
that lift them). It never changes the log, and never judges anybody: a finding says what was
unusual, a reviewer what it was.
"""
