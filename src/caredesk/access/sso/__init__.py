"""Single sign-on by OpenID Connect: a provider of the practice says who somebody is.

It says who, never what they may: users, roles and their end are Caredesk's own. A person of the
provider (issuer and subject) is linked to a user by the manager, or, where that is configured, by
an address of e-mail that the provider has verified and the manager has noted.
"""
