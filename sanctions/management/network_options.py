"""The arguments of commands that ask others over the network."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from ipaddress import ip_network

from sanctions.links.fetch import FetchOptions
from sanctions.links.form import Network


def seconds(text: str) -> float:
    """Read a number of seconds; argparse tells what is wrong."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 600:
        raise ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 600.")
    return found


def network(text: str) -> Network:
    """Read a network, such as 192.0.2.0/24; argparse tells what is wrong."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no network: write it as 192.0.2.0/24.") from error


def add_network_options(parser: ArgumentParser) -> None:
    """Take how long to wait for an answer, and which networks are allowed: ``timeout`` and ``allow_network``."""
    parser.add_argument(
        "--timeout", type=seconds, default=10.0, metavar="SECONDS", help="to wait for an answer; 10 by default"
    )
    parser.add_argument(
        "--allow-network",
        type=network,
        action="append",
        default=[],
        metavar="NETWORK",
        help="ask this network too, although it is not public, such as one's own",
    )


def network_options(timeout: float, networks: Iterable[Network]) -> FetchOptions:
    """Return how pages are fetched, by the arguments of a command."""
    return FetchOptions(timeout=timeout or 0.1, networks=tuple(networks))
