"""Which addresses a fetch may connect to: public ones, and no way around them."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence

from tallystick.errors import FetchFailed, ForbiddenAddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

# Beyond what is_global refuses (IANA special-purpose registries): Python 3.11 calls several of these global, and
# three of them hold an IPv4 address that the network would unwrap.
_DENIED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and the metadata service of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",  # unspecified, loopback, IPv4-compatible
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",  # IPv4-translated (SIIT)
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 inside a network
        "100::/64",
        "2001::/23",  # protocol assignments, Teredo, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3ffe::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
# 2130706433, 0x7f.1, 0177.0.0.1, 127.1: what the C library reads as an IPv4 address and no person types.
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}\.?", re.IGNORECASE)


def is_public(address: Address) -> bool:
    """True for an address of the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None or address.ipv4_mapped is not None:
            return False
        if address not in ipaddress.ip_network("2000::/3"):  # the only global unicast that is handed out
            return False
    denied = any(address.version == network.version and address in network for network in _DENIED)
    return address.is_global and not address.is_multicast and not denied


def system_resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that this system gives for a name, in its order."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(f"{host} has no address ({error}). Check the URL and the network.") from None
    return list(dict.fromkeys(str(answer[4][0]) for answer in found))


def checked_addresses(
    host: str, port: int, resolve: Resolve = system_resolve, permitted: Callable[[Address], bool] = is_public
) -> list[str]:
    """The addresses of a host, resolved once: connect to these and to no others.

    Raises ForbiddenAddress when any of them is not permitted: a name with one public and one private address is
    a trap. Raises FetchFailed for a name without addresses.
    """
    bare = host.strip("[]")
    try:
        literal: Address | None = ipaddress.ip_address(bare)
    except ValueError:
        literal = None
    if literal is None and _NUMERIC.fullmatch(bare):
        raise ForbiddenAddress(f"{host} is an address in disguise. Write it as four decimal numbers, or as a name.")
    answers = [bare] if literal is not None else list(resolve(bare, port))
    if not answers:
        raise FetchFailed(f"{host} has no address. Check the URL.")
    for answer in answers:
        try:
            address = ipaddress.ip_address(answer)
        except ValueError:
            raise ForbiddenAddress(f"{host} resolves to {answer!r}, which is no address.") from None
        if not permitted(address):
            raise ForbiddenAddress(
                f"{host} leads to {address}, which is not on the public internet. Save the page and add the file."
            )
    return answers
