"""Other systems' formats: pure parse and print, without Django and without a word of ours.

A room's mapper (its `fhir.py`) turns what is read here into its own rows and back.
"""
