"""What a trusted proxy says of a request: where it came from, and that it came over TLS. Nobody else is believed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Networks = Sequence[IPv4Network | IPv6Network]


def networks(proxies: Iterable[str]) -> Networks:
    """The proxies' networks."""
    return [ip_network(proxy, strict=False) for proxy in proxies]


def believe(scope: Scope, trusted: Networks, https: bool) -> None:
    """Sets the request's client and scheme to what trusted proxies say. https: the app is only reached over TLS."""
    if https:
        scope["scheme"] = "https"
    client = scope.get("client")
    if client is None or not _in(client[0], trusted):
        return
    headers = Headers(scope=scope)
    if headers.get("x-forwarded-proto", "").strip().lower() in ("http", "https") and not https:
        scope["scheme"] = headers["x-forwarded-proto"].strip().lower()
    # Each proxy adds who spoke to it at the end: what stands before the last one that we do not trust may be made up.
    said = [one.strip() for line in headers.getlist("x-forwarded-for") for one in line.split(",")]
    for one in reversed(said):
        if not _is_address(one):
            return
        scope["client"] = (one, 0)
        if not _in(one, trusted):
            return


def _in(address: str, trusted: Networks) -> bool:
    if not _is_address(address):
        return False
    found = ip_address(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
