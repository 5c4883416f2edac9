"""How much may be asked in a time: by a session, by a program, by an address that is nobody yet.

Counted in the memory of each web process, so that a request costs no statement more. With several
processes, as `caredesk serve` starts them, somebody may get through as many times as much as the
number says: the limits are there against what runs wild, not to count.
"""
