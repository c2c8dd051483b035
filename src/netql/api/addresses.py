"""Which address a request counts for."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from starlette.types import Scope


def address_of(scope: Scope) -> str:
    """The caller's address as the server knows it: the socket's, or what a proxy that is trusted
    says (uvicorn sees to that).

    Of IPv6 the network of 64 bits, since a household has that many addresses of its own. Empty
    where there is none, as on a Unix socket.
    """
    client = scope.get("client")
    if not client:
        return ""
    # No address is as long: what a proxy passes on need not be one.
    host = str(client[0])[:64]
    return _network(host) if ":" in host else host


def _network(host: str) -> str:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64)) + "/64"
