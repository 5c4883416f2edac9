"""The worklist: what needs a human, with a pool or an owner, a due time and an end.

A room raises a task about something of its own, and settles it when that is answered; people take
a task and give it back; the clock takes what is overdue back to its pool. What a task is about is
a kind and an id: this room never opens it. A title names no patient.
"""
