"""Afterwards: was it right that somebody looked? Review of broken glass.

Before the look decides `people` (restrictions and the grants that lift them); here somebody else
than who looked says whether it was justified. It never opens a patient's record.
"""
