"""Pure decisions of the calendar, the clock passed in: only the standard library.

- `masks`: a UTC day as 288 five-minute bits in one integer, days joined to longer integers;
- `openings`: weekly hours and their exceptions, in the wall time of a site, as masks of UTC days;
- `search`: the first times at which everything a visit needs is free together;
- `flow`: the states of a visit on its day and what may follow what;
- `overlaps`: a patient's visits that meet in time.
"""
