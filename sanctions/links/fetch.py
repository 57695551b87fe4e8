"""Requests to URLs from outside, protected against server-side request forgery.

A name is resolved once, all its addresses must be public, and the connection goes to the address that was checked. So
no link, no redirect and no answer of a name server leads into our own network.
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
#: Statuses of pages that exist but reject crawlers: no sign of a broken link.
GUARDED: Final = frozenset({401, 402, 403, 405, 406, 407, 412, 418, 423, 425, 426, 428, 429, 451})
_FIRST_GOOD: Final = 200
_LAST_GOOD: Final = 299
_FIRST_BAD: Final = 400
_LAST_BAD: Final = 599
#: Characters of paths and queries that are not percent-encoded.
_UNQUOTED: Final = "/%:=&?~#+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """Limits of a request."""

    #: Seconds for a connection or a single read, and for the whole request.
    timeout: float = 10.0
    patience: float = 30.0
    redirects: int = 5
    most_bytes: int = 65_536
    #: Networks that are allowed although they are not public.
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The status and URL of the last response, or why there was none."""

    url: str
    status: int | None = None
    final_url: str = ""
    error: str = ""

    @property
    def broken(self) -> bool:
        """Whether the link has to be corrected."""
        return bool(self.error)


class _ForbiddenLink(Exception):
    """A link that must not be followed; the message is the reason."""


#: What a request can raise.
_FAILURES: Final = (_ForbiddenLink, OSError, HTTPException, ValueError)


def check_url(url: str, options: FetchOptions | None = None) -> FetchResult:
    """Request a page without keeping it: with HEAD, and with GET if the status of that is bad. Never raises."""
    options = options or FetchOptions()
    result = _follow_redirects("HEAD", url, options)
    return _follow_redirects("GET", url, options) if result.broken and result.status is not None else result


def post(url: str, body: bytes, headers: Mapping[str, str], options: FetchOptions | None = None) -> FetchResult:
    """POST a body without following redirects; any status but 2xx is an error. Never raises."""
    try:
        status, target = _request("POST", url, options or FetchOptions(), body, headers)
    except _FAILURES as error:
        return FetchResult(url, None, "", _describe_error(error))
    if _FIRST_GOOD <= status <= _LAST_GOOD:
        return FetchResult(url, status)
    complaint = f"status {status}, a redirect, which is not followed" if target else f"status {status}"
    return FetchResult(url, status, "", complaint)


def _follow_redirects(method: str, url: str, options: FetchOptions) -> FetchResult:
    """Request a URL and follow redirects; each target is checked like the link itself."""
    current = url
    try:
        for _ in range(options.redirects + 1):
            status, target = _request(method, current, options)
            if status not in _REDIRECTS or not target:
                return FetchResult(url, status, current if current != url else "", _describe_bad_status(status))
            current = urljoin(current, target)
    except _FAILURES as error:
        refused = isinstance(error, _ForbiddenLink) and current != url
        return FetchResult(url, None, current if refused else "", _describe_error(error))
    return FetchResult(url, None, "", f"more than {options.redirects} redirects")


def _describe_error(error: Exception) -> str:
    """Return why there was no response, in one line."""
    match error:
        case _ForbiddenLink():
            return str(error)
        case TimeoutError():
            return "no answer in time"
        case ssl.SSLCertVerificationError():
            return f"its certificate does not hold: {error.verify_message}"[:300]
    return f"no answer: {_line(str(error) or type(error).__name__)}"


def _describe_bad_status(status: int) -> str:
    if status in GUARDED or not _FIRST_BAD <= status <= _LAST_BAD:
        return ""
    return {404: "not found", 410: "gone"}.get(status, f"status {status}")


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _request(
    method: str, url: str, options: FetchOptions, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Send one request; return the status and the target of a redirect, or an empty text."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if complaint := refusal(url, options.networks):
        raise _ForbiddenLink(complaint)
    secure = parts.scheme.lower() == "https"
    address = _resolve(host, parts.port or (443 if secure else 80), options)
    make = _Secure if secure else _Plain
    path = quote(parts.path or "/", safe=_UNQUOTED) + (f"?{quote(parts.query, safe=_UNQUOTED)}" if parts.query else "")
    with closing(make(host, parts.port, address, options.timeout)) as connection, _deadline(connection, options):
        ours = {"User-Agent": AGENT, "Accept": "*/*", "Connection": "close"}
        connection.request(method, path, body, {**ours, **(headers or {})})
        with closing(connection.getresponse()) as answer:
            _read(answer, options)
            return answer.status, answer.headers.get("Location", "")


def _resolve(host: str, port: int, options: FetchOptions) -> tuple[str, int]:
    """Return the address to connect to; raise if any address of the host is not public."""
    addresses = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in addresses:
        if not is_allowed(address, options.networks):
            raise _ForbiddenLink(f"{host} has the address {address}, which is not public")
    return addresses[0], port


def _read(answer: HTTPResponse, options: FetchOptions) -> None:
    """Read the first bytes only: enough to see that a response arrives."""
    answer.read(options.most_bytes)


class _Plain(HTTPConnection):
    """A connection for a host name to an address that was checked."""

    def __init__(self, host: str, port: int | None, address: tuple[str, int], timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.address = address
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the checked address, whatever the name resolves to by now."""
        self.sock = self.wire = socket.create_connection(self.address, self.timeout)


class _Secure(HTTPSConnection):
    """The same with TLS; the certificate must be valid for the host name."""

    def __init__(self, host: str, port: int | None, address: tuple[str, int], timeout: float) -> None:
        self.context = ssl.create_default_context()
        super().__init__(host, port, timeout=timeout, context=self.context)
        self.address = address
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the checked address, whatever the name resolves to by now."""
        self.wire = socket.create_connection(self.address, self.timeout)
        try:
            self.sock = self.wire = self.context.wrap_socket(self.wire, server_hostname=self.host)
        except BaseException:
            self.wire.close()
            raise


@contextmanager
def _deadline(connection: _Plain | _Secure, options: FetchOptions) -> Iterator[None]:
    """Close the connection after ``patience`` seconds: a server could send byte by byte and never exceed a timeout."""
    ended = Event()

    def end() -> None:
        ended.set()
        # http.client drops its reference to the socket while the response is still read: so ``wire`` keeps one.
        if connection.wire is not None:
            with suppress(OSError):
                connection.wire.shutdown(socket.SHUT_RDWR)

    timer = Timer(options.patience, end)
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
