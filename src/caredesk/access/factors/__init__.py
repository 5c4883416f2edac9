"""What proves somebody besides a password: passkeys, authenticator apps, recovery codes.

`passkeys.begin_assertion` and `finish_assertion` are for every page that wants a passkey: the
sign-in, the lock, a proof asked again. Secrets lie sealed in the database, under a key outside it.
"""
