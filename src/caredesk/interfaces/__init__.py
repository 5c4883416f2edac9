"""The doors to other systems: actions as JSON with their OpenAPI, and the import of files.

A door translates; it decides nothing. What it lets in goes through the same actions as the
screen.
"""
