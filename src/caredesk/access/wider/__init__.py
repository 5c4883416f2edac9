"""Nobody widens what they may, neither by a colleague's account nor by a second one of their own.

Asked of everything that gives, resets or ends somebody's access. Where the other may manage access
in a way in which the actor may not, it is refused; where the other may do something else that the
actor may not, it is done, kept as a fact and published, so that somebody else looks at it.
"""
