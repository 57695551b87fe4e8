"""The address of the client of a request, and the network that it is counted for."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest

#: Length of the IPv6 prefix that counts as one client: a host can use every address of its /64 network.
_IPV6_NETWORK: Final = 64


def address_of(request: HttpRequest) -> str:
    """Return the network address of the client.

    Of ``X-Forwarded-For``, only the entry that the outermost of our own ``settings.PROXIES`` has added is trusted.
    Without proxies, none is.
    """
    forwarded: list[str] = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.PROXIES <= len(forwarded):
        claimed = forwarded[-settings.PROXIES].strip()
        if _parsed(claimed):
            return claimed
    return str(request.META.get("REMOTE_ADDR") or "")


def subscriber_of(request: HttpRequest) -> str | None:
    """Return the address that a request is counted for: an IPv4 address, or the network of an IPv6 address.

    ``None`` if the server does not name one (a Unix socket): such requests are counted together.
    """
    address = _parsed(address_of(request).partition("%")[0])
    if not isinstance(address, IPv6Address):
        return str(address) if address else None
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _IPV6_NETWORK), strict=False).network_address)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
