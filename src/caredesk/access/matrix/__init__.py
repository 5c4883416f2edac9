"""Who may do what: every role with every permission, made from what the code declares."""
