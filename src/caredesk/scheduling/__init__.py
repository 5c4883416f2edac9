"""The calendar: when a visit can be, who and what it takes, and how its day goes.

Words: a *resource* is a practitioner, room, device or anything else whose time is given away; a
*visit type* says how long a visit lasts and what it needs; an *appointment* is a visit with its
participants; a *booking* takes one resource's time in a *lane*; a *hold* keeps a time while the
caller decides; a *step* is what happened on the day; a *free day* is the mask of a resource's
open and free minutes. The exclusion constraint on bookings is the truth, masks are the hint.

It never changes a patient, never speaks of diagnoses or money, and knows no site's clock but
through the wall times it turns into instants.
"""
