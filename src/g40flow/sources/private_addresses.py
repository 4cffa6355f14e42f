"""No request of ours reaches a private address by the name of a publisher.

Who can change what a name stands for (a DNS server, a hijacked domain) could otherwise point it at this
machine or the network around it, and have us read there. A host that the configuration itself names by
its address, or by a name without a dot or under .localhost, was meant to be near, such as the sandbox.
"""

import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

Resolve = Callable[[str], Iterable[str]]
"""Gives the addresses of a host name; none if it is not known here."""


def resolve(host: str) -> list[str]:
    """As the connection itself will. Behind a proxy names need not be known on this machine."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


def is_near_by_choice(host: str) -> bool:
    """Whether a configured host is meant to be on this machine or network."""
    plain = host.strip(".")
    return "." not in plain or plain.endswith(".localhost") or _is_address(plain)


def private_address_of(host: str, resolve: Resolve) -> str | None:
    """An address of a publisher's host that is not of the open internet; None if there is none."""
    if is_near_by_choice(host):
        return None
    return next((found for found in resolve(host) if not _is_global(found)), None)


def private_peer_of(address: httpx.URL, response: httpx.Response) -> str | None:
    """The private address at the other end of a connection; None if all is well, or a proxy is there."""
    stream: Any = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    if not peer or is_near_by_choice(address.host) or _has_proxy(address):
        return None
    return None if _is_global(str(peer[0])) else str(peer[0])


def _has_proxy(address: httpx.URL) -> bool:
    proxies = getproxies()
    return ("all" in proxies or address.scheme in proxies) and not proxy_bypass(address.host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _is_global(address: str) -> bool:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global
