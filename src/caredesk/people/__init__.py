"""Patients, their relatives and contacts, identifiers and the search for a person."""
