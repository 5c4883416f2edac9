"""Attachments: what somebody sent or scanned, checked, and encrypted before it is kept.

A file is about one subject and stays so: its name, type and subject are bound into the encryption,
so that no row can be put in another's place. Which document of a patient it is (a signed form, a
letter) is said by the room that keeps it; this one knows neither patients nor pages. A file is
never changed; nothing of it lies readable on a disk, not even for a moment.
"""
