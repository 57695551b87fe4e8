"""Checks of the links of sources that need no request."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from sanctions.models import Source

Network = IPv4Network | IPv6Network

SCHEMES: Final = ("http", "https")
NO_COPY: Final = "The source has no archived copy."
#: Names that are reserved for private use (RFC 6761, RFC 6762, RFC 8375).
_PRIVATE_NAMES: Final = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "test", "invalid", "example")
#: The day of a copy in a URL of the Internet Archive.
_ARCHIVED_ON: Final = re.compile(r"\Ahttps?://web\.archive\.org/web/(\d{4})(\d{2})(\d{2})\d{0,6}[a-z_]*/")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a link: a fault must be corrected, anything else is a remark."""

    slug: str
    url: str
    message: str
    fault: bool = True


def check_form(sources: Iterable[Source], day: date, networks: Sequence[Network] = ()) -> list[Finding]:
    """Return the findings about the links of the sources, as of a day."""
    sources = list(sources)
    findings = [finding for source in sources for finding in _check_source(source, day, networks)]
    return findings + list(_shared_links(sources))


def _check_source(source: Source, day: date, networks: Sequence[Network]) -> Iterator[Finding]:
    for url in links_of(source):
        if complaint := refusal(url, networks):
            yield Finding(source.slug, url, complaint)
    if source.url and not source.archived_url:
        yield Finding(source.slug, source.url, NO_COPY, fault=False)
    if source.url and source.url == source.archived_url:
        yield Finding(source.slug, source.url, "The archived copy is the page itself.")
    if source.published_earliest and source.published_earliest > day:
        yield Finding(source.slug, source.url, f"The source is dated {source.published_on}, in the future.")
    copied = archived_on(source.archived_url)
    if copied and source.published_earliest and copied < source.published_earliest:
        message = f"The copy of {copied.isoformat()} is older than the source, which is dated {source.published_on}."
        yield Finding(source.slug, source.archived_url, message)


def _shared_links(sources: Iterable[Source]) -> Iterator[Finding]:
    by_url: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        if source.url:
            by_url[_comparable(source.url)].append(source.slug)
    for url, slugs in by_url.items():
        for slug in slugs[1:]:
            yield Finding(slug, url, f"{slugs[0]} has the same link.", fault=False)


def links_of(source: Source) -> list[str]:
    """Return the URL of a source and that of its copy, if it has them."""
    return [url for url in (source.url, source.archived_url) if url]


def refusal(url: str, networks: Sequence[Network] = ()) -> str:
    """Return why a link must not be followed; empty if it may.

    ``networks`` are allowed although they are not public.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"It is not a URL: {error}."
    if parts.scheme.lower() not in SCHEMES:
        return f"Its scheme is {parts.scheme or 'missing'!r}; allowed: {', '.join(SCHEMES)}."
    if not parts.hostname:
        return "It has no host."
    if parts.username is not None or parts.password is not None:
        return "It contains a user name or a password."
    if port == 0:
        return "Its port is 0."
    return _host_refusal(parts.hostname, networks)


def _host_refusal(host: str, networks: Sequence[Network]) -> str:
    try:
        return "" if is_allowed(host, networks) else f"Its host {host} is not a public address."
    except ValueError:
        # A name, not an address. Some resolvers take a name that ends in a number for an address.
        name = host.rstrip(".").lower()
        labels = name.split(".")
        if len(labels) == 1 or labels[-1].isdecimal() or labels[-1].startswith("0x"):
            return f"Its host {host} is not a public name."
        private = any(name == end or name.endswith(f".{end}") for end in _PRIVATE_NAMES)
        return f"Its host {host} is not a public name." if private else ""


def is_public(address: str) -> bool:
    """Return whether an IP address is public; ``ValueError`` for anything else than an address."""
    ip = ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if mapped is not None:
        ip = mapped
    return ip.is_global and not ip.is_multicast


def is_allowed(address: str, networks: Sequence[Network]) -> bool:
    """Return whether an IP address is public or in one of the networks; ``ValueError`` for anything else."""
    return any(ip_address(address.partition("%")[0]) in network for network in networks) or is_public(address)


def archived_on(url: str) -> date | None:
    """Return the day of a copy in the Internet Archive; ``None`` for other links."""
    if not (match := _ARCHIVED_ON.match(url)):
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def _comparable(url: str) -> str:
    """Normalise what does not change the page: scheme, ``www.``, a slash at the end, the fragment."""
    try:
        parts: SplitResult = urlsplit(url)
    except ValueError:
        return url
    netloc = parts.netloc.lower().removeprefix("www.")
    return parts._replace(scheme="https", netloc=netloc, path=parts.path.rstrip("/"), fragment="").geturl()
