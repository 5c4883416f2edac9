"""What may be done about users and roles."""

from caredesk.kernel.permissions import declare

declare("access.own_password", "Choose another password for oneself.", whose="anybody")
declare(
    "access.own_factors", "Choose how oneself signs in: passkeys, app and codes.", whose="anybody"
)
declare("access.own_session", "Lock and end one's own sessions, and choose a PIN.", whose="anybody")
declare("access.view", "See what each role may do, and who adapted it.")
declare("access.manage", "Let people in and out: users, their passwords and their roles.")
declare("access.roles", "Adapt what a role may do in this practice.")
declare("access.tokens", "Let programs in by tokens, and end these.")
declare("access.link_by_email", "Link a user to the provider's person by e-mail.", whose="programs")
