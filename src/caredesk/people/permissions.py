"""What may be done about patients."""

from caredesk.kernel.permissions import declare

declare(
    "people.view",
    "Find patients and see who they are: contact, relatives and what these may be told, notes.",
)
declare("people.register", "Register a new patient.")
declare("people.change", "Change a patient's details, contact, relatives and notes.")
declare("people.restrict", "Restrict who may see a patient, and end that from within the circle.")
declare(
    "people.end_others_restrictions",
    "End a restriction from outside its circle, saying why. It is reviewed.",
)
declare("people.break_glass", "See a restricted patient for a time, saying why.")
