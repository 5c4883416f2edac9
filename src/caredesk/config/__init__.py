"""How the rooms become one application: settings, addresses, the embedded server, the command.

Words: the *owner* role migrates, the *application* role serves; the *data folder* holds what
this installation must keep (the embedded server's data, keys); the *live process* tells open
pages that something changed. Nothing here decides anything about patients or appointments.
"""
