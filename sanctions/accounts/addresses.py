"""Where a request comes from, and which addresses are of one subscriber."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest

#: Leading bits of an IPv6 address that count as one: whoever has one address has all the others of its network.
_IPV6_NETWORK: Final = 64


def address_of(request: HttpRequest) -> str:
    """Return the network address that a request came from.

    Of ``X-Forwarded-For`` only what our own proxies have written is believed: the entry that the outermost of
    ``settings.PROXIES`` has added. Without proxies no header is.
    """
    told: list[str] = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.PROXIES <= len(told):
        claimed = told[-settings.PROXIES].strip()
        if _parsed(claimed):
            return claimed
    return str(request.META.get("REMOTE_ADDR") or "")


def subscriber_of(request: HttpRequest) -> str | None:
    """Return the address that a request counts for: of IPv6 its network.

    ``None`` where the server does not name one (a socket of the machine): then it counts for all of those.
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
