"""The sign-in page's other way in."""

from typing import Any

from django import template

from caredesk.access.sso.configuration import provider

register = template.Library()


@register.inclusion_tag("access/sso/way_in.html", takes_context=True)
def single_sign_on(context: template.Context) -> dict[str, Any]:
    """A link to the provider, where there is one. Needs the page's `next`."""
    return {"provider": provider(), "next": context.get("next", "/")}


@register.simple_tag
def provider_name() -> str:
    """What the practice calls its provider; empty where there is none."""
    found = provider()
    return found.name if found else ""
