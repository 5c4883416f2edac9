"""A session that is left alone: locked after an idle time, locked aside for a colleague, ended.

A *locked* session is nobody's: no page, no action, no live stream, until its holder gives the PIN
(or the password, or a passkey). One that is *aside* is locked, too, and another has its browser:
its holder switches back from the sign-in page or the cover. Which sessions belong to one browser
says the *seat*, a random cookie that is neither a key nor a name.
"""
