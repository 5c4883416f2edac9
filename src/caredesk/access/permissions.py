"""What may be done about users and roles."""

from caredesk.kernel.permissions import declare

declare("access.own_password", "Choose another password for oneself.", whose="anybody")
declare("access.view", "See what each role may do, and who adapted it.")
declare("access.manage", "Let people in and out: users, their passwords and their roles.")
declare("access.roles", "Adapt what a role may do in this practice.")
declare("access.tokens", "Let programs in by tokens, and end these.")
