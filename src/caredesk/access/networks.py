"""From where somebody asks, as far as it can be counted."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest


def network_of(request: HttpRequest) -> str:
    """The address; of IPv6 the /64, which one subscriber has as a whole."""
    text: str = request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return text
