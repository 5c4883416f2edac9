"""Pure decisions about people: names, birth dates, telephone numbers, likeness.

Nothing here knows a row or reads the clock; `today` is passed in.
"""
