"""Asking for links: what counts as broken, what is kept of it, and where no link and no redirect may lead.

The server is on this machine, which the tests allow explicitly: nothing here asks anybody else.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from threading import Thread
from typing import Any, Final

import pytest
from django.core.management import CommandError, call_command

from sanctions.links.check import check_online
from sanctions.links.fetch import FetchOptions, check_url
from sanctions.models import LinkCheck, Source
from sanctions.vocabulary import State
from tests.factories.sources import make_source

LOOPBACK: Final = ip_network("127.0.0.1/32")
FETCH_OPTIONS: Final = FetchOptions(timeout=5, patience=10, networks=(LOOPBACK,))
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)


class Site(BaseHTTPRequestHandler):
    """Answers by what the path says."""

    requests: Counter[tuple[str, str]] = Counter()
    fallen: bool = False

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self) -> None:
        type(self).requests[self.command, self.path] += 1
        what, _, rest = self.path.strip("/").partition("/")
        if what == "nonsense":
            self.wfile.write(b"\x00\xff nonsense\r\n\r\n")
        elif what == "silent":
            self.close_connection = True
        elif target := self._target(what, rest):
            self._send(302, Location=target)
        elif what == "get-only":
            self._send(404 if self.command == "HEAD" else 200)
        elif what == "now-and-then":
            self._send(503 if type(self).fallen else 200)
        else:
            self._send(int(what) if what.isdecimal() else 200, body=b"x" * 1_000_000 if what == "endless" else b"")

    def _target(self, what: str, rest: str) -> str:
        port = str(self.headers["Host"]).rpartition(":")[2]
        targets = {
            "to": f"/{rest}",
            "loop": "/loop",
            "inside": "http://10.0.0.7/",
            "by-name": "http://localhost/",
            "file": "file:///etc/passwd",
            "elsewhere": f"ftp://127.0.0.1:{port}/",
        }
        return targets.get(what, "")

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            try:
                self.wfile.write(body)
            except ConnectionError:
                # Who asks has read enough.
                self.close_connection = True


@pytest.fixture
def site() -> Iterator[str]:
    """Serve the site on this machine, and return its address."""
    Site.requests, Site.fallen = Counter(), False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


# --- One link -----------------------------------------------------------------------------------


def test_a_page_that_is_there_is_asked_for_by_head_alone(site: str) -> None:
    result = check_url(f"{site}/page", FETCH_OPTIONS)
    assert (result.status, result.final_url, result.broken) == (200, "", False)
    assert Site.requests == {("HEAD", "/page"): 1}


def test_where_head_is_answered_badly_get_decides(site: str) -> None:
    assert check_url(f"{site}/get-only", FETCH_OPTIONS).broken is False
    assert Site.requests == {("HEAD", "/get-only"): 1, ("GET", "/get-only"): 1}


@pytest.mark.parametrize(
    ("status", "error"), [(404, "not found"), (410, "gone"), (400, "status 400"), (500, "status 500")]
)
def test_a_page_that_is_not_there_is_broken(site: str, status: int, error: str) -> None:
    result = check_url(f"{site}/{status}", FETCH_OPTIONS)
    assert (result.status, result.error, result.broken) == (status, error, True)


@pytest.mark.parametrize("status", [401, 403, 405, 429, 451])
def test_a_page_that_is_not_for_machines_is_not_broken(site: str, status: int) -> None:
    result = check_url(f"{site}/{status}", FETCH_OPTIONS)
    assert (result.status, result.broken) == (status, False)


def test_redirects_are_followed_to_their_end_and_no_further(site: str) -> None:
    assert check_url(f"{site}/to/to/page", FETCH_OPTIONS).final_url == f"{site}/page"
    assert check_url(f"{site}/to/404", FETCH_OPTIONS).error == "not found"
    assert check_url(f"{site}/loop", FETCH_OPTIONS).error == "more than 5 redirects"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("inside", "Its host 10.0.0.7 is not a public address."),
        ("by-name", "Its host localhost is not a public name."),
        ("file", "Its scheme is 'file'; allowed: http, https."),
        ("elsewhere", "Its scheme is 'ftp'; allowed: http, https."),
    ],
)
def test_no_redirect_leads_into_our_own_network(site: str, path: str, error: str) -> None:
    assert check_url(f"{site}/{path}", FETCH_OPTIONS).error == error


def test_without_an_allowance_this_machine_is_not_asked(site: str) -> None:
    assert "is not a public address" in check_url(f"{site}/page").error
    assert not Site.requests


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fe80::1%2"])
def test_a_name_that_stands_for_an_address_of_ours_is_not_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(0, 0, 0, "", ("93.184.215.14", port)), (0, 0, 0, "", (address, port))]

    def connect(*_: Any) -> None:
        raise AssertionError("Nothing may be connected to.")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert check_url("https://example.org/").error == f"example.org has the address {address}, which is not public"


def test_it_is_connected_to_the_address_that_was_looked_at(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers differently the second time has no effect, because names are resolved once."""
    port = int(site.rpartition(":")[2])
    resolved = []

    def resolve(host: str, asked: int, **_: Any) -> list[Any]:
        resolved.append(host)
        return [(0, 0, 0, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", _connect_without_asking)
    assert check_url(f"http://example.org:{port}/page", FETCH_OPTIONS).status == 200
    assert resolved == ["example.org"]


def _connect_without_asking(address: tuple[str, int], timeout: float) -> socket.socket:
    found = socket.socket()
    found.settimeout(timeout)
    found.connect(address)
    return found


def test_an_unknown_name_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert check_url("https://nobody.example.org/").error == "no answer: Name or service not known"


def test_what_is_no_answer_is_broken(site: str) -> None:
    for path in ("nonsense", "silent"):
        result = check_url(f"{site}/{path}", FETCH_OPTIONS)
        assert (result.status, result.broken) == (None, True)
        assert result.error.startswith("no answer: ")


def test_a_page_without_an_end_is_not_read_to_it(site: str) -> None:
    Site.requests.clear()
    assert check_url(f"{site}/to/endless", FETCH_OPTIONS).broken is False


def test_who_never_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert check_url(url, FetchOptions(timeout=0.05, networks=(LOOPBACK,))).error == "no answer in time"


def test_everything_together_has_an_end_however_long_one_answer_may_take() -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow:
        url = f"http://127.0.0.1:{slow.getsockname()[1]}/"
        assert (
            check_url(url, FetchOptions(timeout=60, patience=0.05, networks=(LOOPBACK,))).error == "no answer in time"
        )


# --- Many, and what is kept ---------------------------------------------------------------------


def checked(*, at: datetime = AT, waits: list[float] | None = None) -> list[LinkCheck]:
    found = check_online(Source.objects.all(), lambda: at, FETCH_OPTIONS, pause=7, wait=(waits or []).append)
    return sorted(found, key=lambda check: check.url)


@pytest.mark.django_db
def test_what_came_of_it_is_kept_and_counted(site: str) -> None:
    make_source("source", url=f"{site}/now-and-then", archived_url=f"{site}/to/copy")
    checked()
    assert list(LinkCheck.objects.order_by("url").values_list("status", "final_url", "failures")) == [
        (200, "", 0),
        (200, f"{site}/copy", 0),
    ]
    Site.fallen = True
    for day in (1, 2):
        checked(at=AT + timedelta(days=day))
    (broken,) = LinkCheck.objects.of_current_links().broken()
    assert (broken.status, broken.error, broken.failures) == (503, "status 503", 2)
    assert broken.checked_at == AT + timedelta(days=2)
    Site.fallen = False
    checked()
    assert not LinkCheck.objects.broken().exists()


@pytest.mark.django_db
def test_a_link_that_two_sources_have_is_asked_for_once(site: str) -> None:
    for slug in ("a", "b"):
        make_source(slug, url=f"{site}/page")
    assert len(checked()) == 2
    assert Site.requests == {("HEAD", "/page"): 1}


@pytest.mark.django_db
def test_a_host_is_asked_at_leisure(site: str) -> None:
    for name in ("a", "b", "c"):
        make_source(name, url=f"{site}/{name}")
    waits: list[float] = []
    list(check_online(Source.objects.all(), lambda: AT, FETCH_OPTIONS, pause=7, wait=waits.append))
    assert waits == [7, 7]


@pytest.mark.django_db
def test_the_result_of_a_link_that_is_no_more_is_forgotten(site: str) -> None:
    source = make_source("source", url=f"{site}/404")
    checked()
    Source.objects.filter(pk=source.pk).update(url=f"{site}/page")
    assert not LinkCheck.objects.of_current_links().exists()
    checked()
    assert [check.url for check in LinkCheck.objects.all()] == [f"{site}/page"]


# --- The command --------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *options: str, **values: Any) -> str:
    call_command("check_links", *options, **values)
    return capsys.readouterr().out


ALLOWED: Final = ("--allow-network", "127.0.0.1/32", "--pause", "0")


@pytest.mark.django_db
def test_offline_it_asks_nobody(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("Nobody may be asked.")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    make_source("source", url="https://example.org/")
    told = run(capsys)
    assert "1 links without an archived copy" in told
    assert "1 sources: no link is known to be broken." in told
    assert "source: The source has no archived copy. https://example.org/" in run(capsys, verbosity=2)
    assert not LinkCheck.objects.exists()


@pytest.mark.django_db
def test_offline_it_tells_what_the_last_run_has_found(capsys: pytest.CaptureFixture[str]) -> None:
    source = make_source("source", url="https://example.org/")
    LinkCheck.objects.create(source=source, url=source.url, checked_at=AT, status=404, error="not found", failures=2)
    with pytest.raises(CommandError) as failure:
        run(capsys)
    _, heads, row = str(failure.value).splitlines()
    assert heads.split() == ["source", "check", "status", "link", "what", "is", "wrong"]
    assert " ".join(row.split()) == "source answer 404 https://example.org/ not found, 2025-02-07, 2 in a row"
    Source.objects.update(state=State.RETRACTED)
    assert "no link is known to be broken" in run(capsys)


@pytest.mark.django_db
def test_online_it_fails_with_a_table_of_what_is_broken(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    make_source("good", url=f"{site}/page")
    assert "1 links requested." in run(capsys, "--online", *ALLOWED)
    make_source("bad", url=f"{site}/404")
    with pytest.raises(CommandError, match=r"bad +answer +404 +http://127.0.0.1:\d+/404 +not found"):
        run(capsys, "--online", *ALLOWED)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--pause", "-1"], "not a number of seconds from 0 to 600"),
        (["--pause", "nan"], "not a number of seconds from 0 to 600"),
        (["--timeout", "x"], "not a number of seconds from 0 to 600"),
        (["--allow-network", "localhost"], "not a network"),
        (["--allow-network", "127.0.0.1/8"], "not a network"),
    ],
)
def test_a_wrong_option_is_reported(options: list[str], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("check_links", *options)
