"""The organisation and what stands in it: sites with their time zones, rooms, devices.

Outside organisations (other practices, hospitals) are kept here too, with the identifiers under
which they were imported.
"""
