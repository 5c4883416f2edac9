"""The JSON door: every action at one URL, described by OpenAPI 3.1."""
