"""Access that somebody gave beyond their own: a person who is not theirs looks at it."""
