"""After wrong passwords and codes somebody waits, longer each time; nobody is shut out for good.

Failures are counted by (account, address), and by account and by address alone with higher limits.
They touch only computers from which the account was never signed in to: a known one (`devices`) has
a count of its own, so that what strangers try elsewhere keeps no colleague from her desk.
"""
