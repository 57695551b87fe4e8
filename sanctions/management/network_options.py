"""Arguments of commands that send requests over the network."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from ipaddress import ip_network

from sanctions.links.fetch import FetchOptions
from sanctions.links.form import Network


def seconds(text: str) -> float:
    """Parse a number of seconds; argparse reports the error."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 600:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to 600.")
    return number


def network(text: str) -> Network:
    """Parse a network, such as 192.0.2.0/24; argparse reports the error."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a network: write it as 192.0.2.0/24.") from error


def add_network_options(parser: ArgumentParser) -> None:
    """Add ``--timeout`` and ``--allow-network``."""
    parser.add_argument(
        "--timeout", type=seconds, default=10.0, metavar="SECONDS", help="how long to wait for a response (default: 10)"
    )
    parser.add_argument(
        "--allow-network",
        type=network,
        action="append",
        default=[],
        metavar="NETWORK",
        help="also allow addresses in this network, although it is not public; may be repeated",
    )


def network_options(timeout: float, networks: Iterable[Network]) -> FetchOptions:
    """Return the options of fetching for the arguments of a command."""
    return FetchOptions(timeout=timeout or 0.1, networks=tuple(networks))
