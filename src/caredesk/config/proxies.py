"""Who asks, where a proxy stands in front: what the proxies that were named saw, and no other word.

Each proxy adds at the right of X-Forwarded-For who asked it. What stands further left than the
first address that is none of ours was written by whoever asks, and may be made up.
"""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network
type Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def read_proxies(text: str) -> tuple[Network, ...]:
    """What the setting says, "127.0.0.1, 10.0.0.0/8"; `ValueError` in words where it is wrong."""
    return tuple(_network(each.strip()) for each in text.split(",") if each.strip())


def who_asks(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """The nearest address that is no proxy of ours; `peer` is who is connected to us."""
    at = _address(peer)
    if at is None or not _is_among(at, proxies):
        return peer
    for each in reversed(forwarded.split(",")):
        said = _address(each)
        if said is None:
            break
        at = said
        if not _is_among(at, proxies):
            break
    return str(at)


def behind(application: Application, proxies: Sequence[Network]) -> Application:
    """The same application, told who asks."""

    def told(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
        environ["REMOTE_ADDR"] = who_asks(environ.get("REMOTE_ADDR", ""), forwarded, proxies)
        return application(environ, start_response)

    return told


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        raise ValueError(
            f"CAREDESK_PROXIES: {text} is no address or network; write like 127.0.0.1, 10.0.0.0/8"
        ) from None


def _address(text: str) -> Address | None:
    """Some proxies add the port; an IPv4 address may come dressed up as one of IPv6."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


def _is_among(address: Address, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies)
