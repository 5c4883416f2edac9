"""What every room stands on: action, actor, event, undo, ports, jobs, clock, errors.

The kernel owns how anything changes (an action), what is kept of it (a deed, its events and its
audit rows, written together), and how a look is collected. It knows no word of medicine and
never imports another room.
"""
