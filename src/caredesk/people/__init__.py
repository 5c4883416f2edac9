"""Patients, and who belongs to them: names, contact, relatives, identifiers, pop-up notes, search.

A patient is never deleted: what no longer holds is ended, a record made by mistake is withdrawn.
`identity` points to the record that survives a merge, and every read goes through it. What was
done for a patient (visits, charts, bills) belongs to the rooms above.
"""
