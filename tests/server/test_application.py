"""The event loop around the threads: who is slow, or waits, holds no thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from sanctions.server import answers, application, bodies, waiting
from sanctions.server.application import ServerApplication, environ_of
from sanctions.server.waiting import hold_answer, is_repeated
from tests.server.loops import run_in_loop

Answered = tuple[int, dict[str, str], bytes]
#: Far longer than anything here takes.
LONG: Final = 30.0


class Streamed:
    """A streaming answer, as Django's; it knows whether it was closed."""

    streaming = True

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = pieces
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        self.closed.set()


class Whole(list[bytes]):
    """A whole answer, as Django's."""

    streaming = False


class World:
    """What the threads do: it answers each path in its own way."""

    def __init__(self) -> None:
        self.ledger = 5
        self.go_on = threading.Event()
        self.calls: list[str] = []
        self.stream = Streamed([b"x" * 100_000] * 100)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        path = environ["PATH_INFO"]
        self.calls.append(path)
        number = str(len(self.calls))
        start_response("200 OK", [("Content-Type", "text/plain"), ("RateLimit", number)])
        if path == "/work":
            assert self.go_on.wait(LONG)
        if path == "/stream":
            return self.stream
        if path == "/broken":
            return Streamed(self.breaking())
        if path == "/long":
            return Whole([b"x" * 1_000_000])
        if path == "/body":
            return Whole([environ["wsgi.input"].read(), b"/", environ["CONTENT_LENGTH"].encode()])
        if path == "/wait":
            wanted = int(environ["QUERY_STRING"])
            if self.ledger <= wanted:
                hold_answer(environ, after=self.ledger, seconds=LONG, question=(path, wanted))
            return Whole([f"{self.ledger}{' again' if is_repeated(environ) else ''}".encode()])
        return Whole([path.encode()])

    def breaking(self) -> Iterator[bytes]:
        yield b"first"
        raise ValueError("It broke.")

    def end(self) -> int:
        return self.ledger


class Client:
    """One connection to the application."""

    def __init__(self, server: ServerApplication) -> None:
        self.server = server
        self.sent: list[dict[str, Any]] = []
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        #: Whether the client takes what it is sent.
        self.takes = asyncio.Event()
        self.takes.set()

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await self.takes.wait()
        self.sent.append(message)

    def ask(self, path: str, query: str = "", method: str = "GET", **headers: str) -> asyncio.Task[Answered]:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.1", "1"),
            "server": ("127.0.0.1", "80"),
        }

        async def answered() -> Answered:
            await self.server(scope, self.incoming.get, self.send)
            if not self.sent:
                return 0, {}, b""
            given = {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}
            return self.sent[0]["status"], given, b"".join(message["body"] for message in self.sent[1:])

        return asyncio.create_task(answered())

    def piece(self, body: bytes, *, more: bool) -> None:
        self.incoming.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})


Meeting = Callable[[World, ServerApplication], Awaitable[None]]


def run(meeting: Meeting, threads: int = 2) -> None:
    """Hold a meeting of clients with a server."""
    world = World()

    async def held() -> None:
        server = ServerApplication(world, threads=threads, ledger_end=world.end)
        try:
            async with asyncio.timeout(LONG):
                await meeting(world, server)
        finally:
            world.go_on.set()
            server.stop()

    run_in_loop(held())


async def until(holds: Callable[[], object]) -> None:
    while not holds():
        await asyncio.sleep(0.01)


# --- Bodies -------------------------------------------------------------------------------------


def test_a_body_that_has_not_arrived_holds_no_thread() -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        slow = [Client(server) for _ in range(20)]
        tasks = [client.ask("/body", method="POST", content_length="4") for client in slow]
        for client in slow:
            client.piece(b"sl", more=True)
        assert (await Client(server).ask("/quick"))[2] == b"/quick"
        assert world.calls == ["/quick"]
        for client in slow:
            client.piece(b"ow", more=False)
        assert {(await task)[2] for task in tasks} == {b"slow/4"}

    run(meeting)


def test_a_body_of_unknown_length_is_whole_too() -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        client = Client(server)
        task = client.ask("/body", method="POST", transfer_encoding="chunked")
        client.piece(b"ab", more=True)
        client.piece(b"c", more=False)
        assert (await task)[2] == b"abc/3"

    run(meeting)


def refused(status: int, *pieces: bytes, path: str = "/body", **headers: str) -> Answered:
    """Return the response to a body without end, which does not reach the application."""
    answers_given: list[Answered] = []

    async def meeting(world: World, server: ServerApplication) -> None:
        client = Client(server)
        task = client.ask(path, method="POST", transfer_encoding="chunked", **headers)
        for piece in pieces:
            client.piece(piece, more=True)
        answers_given.append(await task)
        assert world.calls == []
        assert server._bodies.kept == 0

    run(meeting)
    (answer,) = answers_given
    assert answer[0] == status
    # What is still to come is not the next request.
    assert answer[1]["connection"] == "close"
    return answer


def test_a_body_that_comes_too_slowly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    assert b"too slowly" in refused(408, b"a")[2]
    problem = refused(408, b"a", path="/api/v1/desk/")
    assert problem[1]["content-type"] == "application/problem+json"


def test_a_body_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES", 10 * 1024 * 1024)
    assert b"may have at most 10 MB" in refused(413, b"a" * 6_000_000, b"a" * 6_000_000)[2]
    assert b"may have at most 10 MB" in refused(413, content_length="20000000")[2]


def test_all_bodies_together_have_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES_TOGETHER", 1_000)
    assert refused(503, b"a" * 2_000)[1]["retry-after"] == "5"


def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_request() -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        client = Client(server)
        task = client.ask("/body", method="POST", content_length="4")
        client.piece(b"a", more=True)
        client.leave()
        assert await task == (0, {}, b"")
        assert (world.calls, server._bodies.kept) == ([], 0)

    run(meeting)


# --- Threads ------------------------------------------------------------------------------------


def test_health_is_answered_while_all_threads_work() -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        busy = [Client(server).ask("/work") for _ in range(5)]
        await until(lambda: len(world.calls) == 2)
        assert (await Client(server).ask("/healthz"))[2] == b"/healthz"
        world.go_on.set()
        assert {(await task)[0] for task in busy} == {200}

    run(meeting)


def test_health_is_bad_where_the_database_does_not_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "HEALTH", "/work")
    monkeypatch.setattr(application, "HEALTH_PATIENCE", 0.05)

    async def meeting(world: World, server: ServerApplication) -> None:
        status, _, body = await Client(server).ask("/work")
        assert (status, body) == (503, b'{"healthy": false}')

    run(meeting)


def test_the_line_for_a_thread_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "MOST_IN_LINE", 3)

    async def meeting(world: World, server: ServerApplication) -> None:
        busy = [Client(server).ask("/work") for _ in range(3)]
        await until(lambda: len(world.calls) == 2)
        status, headers, _ = await Client(server).ask("/quick")
        assert (status, headers["retry-after"]) == (503, "5")
        world.go_on.set()
        assert {(await task)[0] for task in busy} == {200}

    run(meeting)


# --- Answers ------------------------------------------------------------------------------------


def test_a_client_that_reads_slowly_holds_no_thread() -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        client = Client(server)
        client.takes.clear()
        task = client.ask("/stream")
        # The thread has ended although nothing has been taken.
        await until(world.stream.closed.is_set)
        assert (await Client(server).ask("/quick"))[2] == b"/quick"
        client.takes.set()
        status, _, body = await task
        assert (status, body) == (200, b"x" * 10_000_000)
        assert server._spooled.total == 0

    run(meeting, threads=1)


def test_where_there_is_no_room_a_client_that_takes_nothing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_BYTES_TOGETHER", 500_000)
    monkeypatch.setattr(answers, "PATIENCE", 0.05)
    monkeypatch.setattr(application, "PATIENCE", 0.2)

    async def meeting(world: World, server: ServerApplication) -> None:
        client = Client(server)
        client.takes.clear()
        with pytest.raises(answers.AnswerEnded):
            await client.ask("/stream")
        assert world.stream.closed.wait(LONG)
        assert server._spooled.total == 0

    run(meeting)


def test_a_client_that_takes_nothing_of_a_whole_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "PATIENCE", 0.2)

    async def meeting(world: World, server: ServerApplication) -> None:
        assert (await Client(server).ask("/long"))[2] == b"x" * 1_000_000
        client = Client(server)
        client.takes.clear()
        with pytest.raises(answers.AnswerEnded):
            await client.ask("/long")

    run(meeting)


def test_a_client_that_leaves_ends_the_work_on_its_answer() -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        made = threading.Event()

        def endless() -> Iterator[bytes]:
            while True:
                made.set()
                yield b"x" * 1_000
                time.sleep(0.001)

        world.stream = Streamed(endless())
        client = Client(server)
        task = client.ask("/stream")
        await until(made.is_set)
        client.leave()
        await task
        await until(world.stream.closed.is_set)
        assert server._spooled.total == 0

    run(meeting)


def test_an_answer_that_breaks_off_is_not_ended_as_if_it_were_whole(caplog: pytest.LogCaptureFixture) -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        client = Client(server)
        with pytest.raises(answers.AnswerEnded):
            await client.ask("/broken")
        assert [message.get("more_body") for message in client.sent] == [None, True]
        # The thread writes it after the connection has been broken.
        await until(lambda: "It broke." in caplog.text)

    run(meeting)


def test_head_makes_no_body() -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        status, _, body = await Client(server).ask("/stream", method="HEAD")
        assert (status, body) == (200, b"")
        assert world.stream.closed.is_set()

    run(meeting)


# --- Waiting ------------------------------------------------------------------------------------


def test_who_waits_holds_no_thread_and_is_told_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "POLL_INTERVAL", 0.02)

    async def meeting(world: World, server: ServerApplication) -> None:
        tasks = [Client(server).ask("/wait", "5") for _ in range(50)]
        await until(lambda: server._ledger.waiting == 50)
        assert (await Client(server).ask("/quick"))[2] == b"/quick"
        world.ledger = 6
        told = [await task for task in tasks]
        assert {body for _, _, body in told} == {b"6 again"}
        # The request was repeated once for all of them; each response counts the client's own requests.
        assert world.calls.count("/wait") == 51
        assert len({headers["ratelimit"] for _, headers, _ in told}) == 50

    run(meeting)


def test_a_change_that_is_not_asked_for_is_waited_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "POLL_INTERVAL", 0.02)

    async def meeting(world: World, server: ServerApplication) -> None:
        task = Client(server).ask("/wait", "6")
        await until(lambda: server._ledger.waiting == 1)
        world.ledger = 6
        await until(lambda: len(world.calls) == 2)
        await asyncio.sleep(0.1)
        assert (task.done(), len(world.calls)) == (False, 2)
        world.ledger = 7
        assert (await task)[2] == b"7 again"

    run(meeting)


def test_without_a_change_the_first_answer_is_given_in_the_end() -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        world.ledger = 5
        hold_for = waiting.hold_answer

        def briefly(environ: Any, **told: Any) -> None:
            hold_for(environ, **{**told, "seconds": 0.05})

        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(World.__call__.__globals__, "hold_answer", briefly)
            assert (await Client(server).ask("/wait", "5"))[2] == b"5"
        assert server._ledger.waiting == 0

    run(meeting)


def test_where_many_wait_the_answer_comes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "MOST_HELD", 2)

    async def meeting(world: World, server: ServerApplication) -> None:
        tasks = [Client(server).ask("/wait", "5") for _ in range(2)]
        await until(lambda: server._ledger.waiting == 2)
        status, headers, body = await Client(server).ask("/wait", "5")
        assert (status, headers["retry-after"], body) == (200, "5", b"5")
        server.stop()
        # Who is answered because the server ends has the answer that there was.
        assert {(await task)[2] for task in tasks} == {b"5"}

    run(meeting)


def test_who_leaves_waits_no_longer() -> None:
    async def meeting(world: World, server: ServerApplication) -> None:
        client = Client(server)
        task = client.ask("/wait", "5")
        await until(lambda: server._ledger.waiting == 1)
        client.leave()
        assert await task == (0, {}, b"")
        await until(lambda: server._ledger.waiting == 0)

    run(meeting)


# --- The WSGI environ ---------------------------------------------------------------------------


def test_a_header_with_an_underscore_is_not_taken_for_another() -> None:
    environ = environ_of(
        {
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "raw_path": b"/a%2Fb/%C3%A9",
            "query_string": b"x=%ff",
            "headers": [
                (b"x-forwarded-for", b"192.0.2.1"),
                (b"x_forwarded_for", b"198.51.100.1"),
                (b"cookie", b"a=1"),
                (b"cookie", b"b=2"),
                (b"accept", b"text/html"),
                (b"accept", b"*/*"),
            ],
            "client": ("192.0.2.7", "1234"),
            "server": ("127.0.0.1", "80"),
        }
    )
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("a=1;b=2", "text/html,*/*")
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/a/b/é"
    assert (environ["REMOTE_ADDR"], environ["QUERY_STRING"]) == ("192.0.2.7", "x=%ff")
