"""From a name and a password to a session: step by step, with nothing open on the way.

Until every step is taken the session has no actor (`half`); the last step lets in (`entering`).
"""
