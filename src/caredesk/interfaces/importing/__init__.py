"""Taking in what other systems hold: FHIR R4 bundles and CSV files of patients.

- `tables`, `columns`: a CSV, cut into rows and read as patients;
- `sources`: all files together, each resource with its place, references followed;
- `keeping`: what came in before, and what differs now;
- `actions`: one patient with all visits, one transaction;
- `run`, `report`, `command`: the whole import, what is told of it, `caredesk import`.

An import is not a conversation: nothing is asked. What cannot be used is refused and reported,
what looks like somebody known is taken in and reported, what the desk has changed since is kept.
"""
