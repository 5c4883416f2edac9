"""My account: what somebody signs in with, changed by themselves.

Other pages' shares of it come as sections of the panel "account" (ui.registry).
"""
