"""The look and the manners of every page.

Owns the base page and shell, the design tokens, the partials of forms and lists, the keyboard,
the notice line with its undo, how errors look, how dates and times are read and said, and the
registries by which higher rooms put rail entries, commands and sections of panels on pages.
Owns drafts: what somebody has half typed into a form, kept until it is sent or thrown away. It
knows no patient and no appointment; of whom a draft is about it holds the ids only.
"""
