"""The append-only record of every change and every look, sealed in a hash chain.

It holds plain ids, so that it depends on no other room. The application's database role may add
rows and read them, never rewrite or delete them. A job seals the rows a few seconds later with a
key kept outside the database; `caredesk audit verify` finds a row altered, removed or inserted.
"""
