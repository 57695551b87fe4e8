"""Ask for a page, or send to one, as carefully as a link of somebody else's demands.

A name is resolved once, every address it has must be public, and the connection goes to the address that was looked
at: so no link, no redirect and no answer of a name server leads into our own network.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Event, Timer
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from sanctions.links.form import Network, is_allowed, refusal

AGENT: Final = "sanctions-policy-database"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
#: Statuses of a page that is there, but not for a machine that did not ask before: no sign of a broken link.
GUARDED: Final = frozenset({401, 402, 403, 405, 406, 407, 412, 418, 423, 425, 426, 428, 429, 451})
_FIRST_GOOD: Final = 200
_LAST_GOOD: Final = 299
_FIRST_BAD: Final = 400
_LAST_BAD: Final = 599
#: What a path and a query may hold as they stand; everything else is written in percent signs.
_AS_IT_STANDS: Final = "/%:=&?~#+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Manners:
    """How a page is asked for: seconds, numbers and bytes that are never exceeded."""

    #: Seconds until a connection or any one answer must be there, and until everything must be.
    timeout: float = 10.0
    patience: float = 30.0
    redirects: int = 5
    most_bytes: int = 65_536
    #: Networks that are allowed although they are not public.
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of asking: the status of the last answer, where it came from, or why there was none."""

    url: str
    status: int | None = None
    final_url: str = ""
    error: str = ""

    @property
    def broken(self) -> bool:
        """Whether the link is to be put right."""
        return bool(self.error)


class _Refused(Exception):
    """A link that is not to be followed; the text says why."""


#: What can be wrong with a link, its host, and its answer.
_FAILURES: Final = (_Refused, OSError, HTTPException, ValueError)


def ask(url: str, manners: Manners | None = None) -> Result:
    """Ask for a page without keeping it: by HEAD, and by GET where the answer to that is bad. Raises nothing."""
    manners = manners or Manners()
    result = _followed("HEAD", url, manners)
    return _followed("GET", url, manners) if result.broken and result.status is not None else result


def post(url: str, body: bytes, headers: Mapping[str, str], manners: Manners | None = None) -> Result:
    """Send to an address, and follow no redirect: whatever is not answered 2xx is broken. Raises nothing."""
    try:
        status, target = _asked("POST", url, manners or Manners(), body, headers)
    except _FAILURES as error:
        return Result(url, None, "", _told(error))
    if _FIRST_GOOD <= status <= _LAST_GOOD:
        return Result(url, status)
    told = f"status {status}, a redirect, which is not followed" if target else f"status {status}"
    return Result(url, status, "", told)


def _followed(method: str, url: str, manners: Manners) -> Result:
    """Ask, and follow redirects; each is looked at as the link itself."""
    here = url
    try:
        for _ in range(manners.redirects + 1):
            status, target = _asked(method, here, manners)
            if status not in _REDIRECTS or not target:
                return Result(url, status, here if here != url else "", _complaint(status))
            here = urljoin(here, target)
    except _FAILURES as error:
        refused = isinstance(error, _Refused) and here != url
        return Result(url, None, here if refused else "", _told(error))
    return Result(url, None, "", f"more than {manners.redirects} redirects")


def _told(error: Exception) -> str:
    """Return why there was no answer, in a line."""
    match error:
        case _Refused():
            return str(error)
        case TimeoutError():
            return "no answer in time"
        case ssl.SSLCertVerificationError():
            return f"its certificate does not hold: {error.verify_message}"[:300]
    return f"no answer: {_line(str(error) or type(error).__name__)}"


def _complaint(status: int) -> str:
    if status in GUARDED or not _FIRST_BAD <= status <= _LAST_BAD:
        return ""
    return {404: "not found", 410: "gone"}.get(status, f"status {status}")


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _asked(
    method: str, url: str, manners: Manners, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Ask one address once; return the status and where it redirects to, if it does."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if complaint := refusal(url, manners.networks):
        raise _Refused(complaint)
    secure = parts.scheme.lower() == "https"
    address = _resolved(host, parts.port or (443 if secure else 80), manners)
    make = _Secure if secure else _Plain
    path = quote(parts.path or "/", safe=_AS_IT_STANDS) + (
        f"?{quote(parts.query, safe=_AS_IT_STANDS)}" if parts.query else ""
    )
    with closing(make(host, parts.port, address, manners.timeout)) as connection, _patience(connection, manners):
        ours = {"User-Agent": AGENT, "Accept": "*/*", "Connection": "close"}
        connection.request(method, path, body, {**ours, **(headers or {})})
        with closing(connection.getresponse()) as answer:
            _read(answer, manners)
            return answer.status, answer.headers.get("Location", "")


def _resolved(host: str, port: int, manners: Manners) -> tuple[str, int]:
    """Return the address to connect to; refuse a host any of whose addresses is not public."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in found]
    for address in addresses:
        if not is_allowed(address, manners.networks):
            raise _Refused(f"{host} is {address}, which is no address of the public internet")
    return addresses[0], port


def _read(answer: HTTPResponse, manners: Manners) -> None:
    """Read no more of an answer than is needed to see that one comes."""
    answer.read(manners.most_bytes)


class _Plain(HTTPConnection):
    """A connection to an address that was looked at, for a host's name."""

    def __init__(self, host: str, port: int | None, address: tuple[str, int], timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.address = address
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address, whatever the name may resolve to by now."""
        self.sock = self.wire = socket.create_connection(self.address, self.timeout)


class _Secure(HTTPSConnection):
    """The same, encrypted; the certificate must be that of the name."""

    def __init__(self, host: str, port: int | None, address: tuple[str, int], timeout: float) -> None:
        self.context = ssl.create_default_context()
        super().__init__(host, port, timeout=timeout, context=self.context)
        self.address = address
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address, whatever the name may resolve to by now."""
        self.wire = socket.create_connection(self.address, self.timeout)
        try:
            self.sock = self.wire = self.context.wrap_socket(self.wire, server_hostname=self.host)
        except BaseException:
            self.wire.close()
            raise


@contextmanager
def _patience(connection: _Plain | _Secure, manners: Manners) -> Iterator[None]:
    """End a connection that answers byte by byte, each of them in time, for ever."""
    ended = Event()

    def end() -> None:
        ended.set()
        # The connection lets go of its socket while the answer is still read from it.
        if connection.wire is not None:
            with suppress(OSError):
                connection.wire.shutdown(socket.SHUT_RDWR)

    timer = Timer(manners.patience, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException) as error:
        if ended.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
