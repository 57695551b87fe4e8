"""What can be told of the links of sources without asking anybody."""

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
NO_COPY: Final = "There is no archived copy."
#: Names that are no host of the public internet (RFC 6761, RFC 6762, RFC 8375).
_PRIVATE_NAMES: Final = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "test", "invalid", "example")
#: The day that the Internet Archive writes into the address of a copy.
_ARCHIVED_ON: Final = re.compile(r"\Ahttps?://web\.archive\.org/web/(\d{4})(\d{2})(\d{2})\d{0,6}[a-z_]*/")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be said of a link: a fault must be put right, a remark may be."""

    slug: str
    url: str
    message: str
    fault: bool = True


def check_form(sources: Iterable[Source], day: date, networks: Sequence[Network] = ()) -> list[Finding]:
    """Return what is wrong with the links of the sources as they are written, as of a day."""
    sources = list(sources)
    own = [finding for source in sources for finding in _of_source(source, day, networks)]
    return own + list(_twice(sources))


def _of_source(source: Source, day: date, networks: Sequence[Network]) -> Iterator[Finding]:
    for url in links_of(source):
        if complaint := refusal(url, networks):
            yield Finding(source.slug, url, complaint)
    if source.url and not source.archived_url:
        yield Finding(source.slug, source.url, NO_COPY, fault=False)
    if source.url and source.url == source.archived_url:
        yield Finding(source.slug, source.url, "The archived copy is the page itself.")
    if source.published_earliest and source.published_earliest > day:
        yield Finding(source.slug, source.url, f"It is dated {source.published_on}, which is still to come.")
    copied = archived_on(source.archived_url)
    if copied and source.published_earliest and copied < source.published_earliest:
        message = f"The copy of {copied.isoformat()} is older than the source, which is dated {source.published_on}."
        yield Finding(source.slug, source.archived_url, message)


def _twice(sources: Iterable[Source]) -> Iterator[Finding]:
    by_url: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        if source.url:
            by_url[_comparable(source.url)].append(source.slug)
    for url, slugs in by_url.items():
        for slug in slugs[1:]:
            yield Finding(slug, url, f"{slugs[0]} has the same link.", fault=False)


def links_of(source: Source) -> list[str]:
    """Return the links of a source, without those that it has not."""
    return [url for url in (source.url, source.archived_url) if url]


def refusal(url: str, networks: Sequence[Network] = ()) -> str:
    """Return why nobody should follow a link, in words; empty if it is written as it should be.

    ``networks`` are those that are allowed although they are not public.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"It is no link: {error}."
    if parts.scheme.lower() not in SCHEMES:
        return f"Its scheme is {parts.scheme or 'missing'!r}; allowed: {', '.join(SCHEMES)}."
    if not parts.hostname:
        return "It names no host."
    if parts.username is not None or parts.password is not None:
        return "It holds a user's name or password."
    if port == 0:
        return "Its port is 0."
    return _host_refusal(parts.hostname, networks)


def _host_refusal(host: str, networks: Sequence[Network]) -> str:
    try:
        return "" if is_allowed(host, networks) else f"Its host {host} is no address of the public internet."
    except ValueError:
        # A name, not an address. One of digits and dots alone would be taken for an address by some resolvers.
        name = host.rstrip(".").lower()
        labels = name.split(".")
        if len(labels) == 1 or labels[-1].isdecimal() or labels[-1].startswith("0x"):
            return f"Its host {host} is no name of the public internet."
        private = any(name == end or name.endswith(f".{end}") for end in _PRIVATE_NAMES)
        return f"Its host {host} is no name of the public internet." if private else ""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; ``ValueError`` if it is none at all."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if mapped is not None:
        found = mapped
    return found.is_global and not found.is_multicast


def is_allowed(address: str, networks: Sequence[Network]) -> bool:
    """Whether an IP address is public or in one of the networks; ``ValueError`` if it is none at all."""
    return any(ip_address(address.partition("%")[0]) in network for network in networks) or is_public(address)


def archived_on(url: str) -> date | None:
    """Return the day of a copy in the Internet Archive; ``None`` if the link does not tell it."""
    if not (found := _ARCHIVED_ON.match(url)):
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def _comparable(url: str) -> str:
    """Return a link without what makes no other page of it."""
    try:
        parts: SplitResult = urlsplit(url)
    except ValueError:
        return url
    netloc = parts.netloc.lower().removeprefix("www.")
    return parts._replace(scheme="https", netloc=netloc, path=parts.path.rstrip("/"), fragment="").geturl()
