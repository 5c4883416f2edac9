"""An OpenID provider for the tests of single sign-on: django-oauth-toolkit in a process of its own.

`serve` is the provider, `provider` starts it and signs people in there, as a browser would.
"""
