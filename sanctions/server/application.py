"""The ASGI application around the WSGI application."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Hashable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from django.conf import settings

from sanctions.server.answers import PATIENCE, PIECE, AnswerEnded, ServerAnswer, Spool, SpooledBytes, answer_in_thread
from sanctions.server.bodies import Bodies, BodyRejected, ClientGone, Receive, RequestBody
from sanctions.server.problem_documents import MEDIA_TYPE, UNTYPED, problem_document
from sanctions.server.waiting import ASK_AGAIN, MOST_HELD, Hold, LedgerWatch, offer

logger = logging.getLogger(__name__)

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: The health check, which has its own thread: it is answered even if all others are busy.
HEALTH: Final = "/healthz"
#: Seconds after which the health check fails, whatever the database does.
HEALTH_PATIENCE: Final = 4.0
#: Requests that are being processed or wait for a thread.
MOST_IN_LINE: Final = 1_000
#: Headers that differ between clients: a response that is shared by several clients gets those of each.
_PER_CLIENT: Final = frozenset({"ratelimit", "ratelimit-policy"})


class ServerApplication:
    """Reads requests in the event loop and runs ``application`` for them in a pool of threads.

    ``ledger_end`` returns the sequence of the last change. It has its own thread, and so has the health check.
    """

    def __init__(self, application: WSGIApplication, *, threads: int, ledger_end: Callable[[], int]) -> None:
        self._application = application
        self._workers = ThreadPoolExecutor(threads, "answer")
        self._health = ThreadPoolExecutor(1, "health")
        self._waking = ThreadPoolExecutor(1, "waking")
        self._ledger = LedgerWatch(ledger_end, self._waking)
        self._bodies = Bodies()
        self._spooled = SpooledBytes()
        self._in_line = 0
        self._reading: set[asyncio.Task[RequestBody]] = set()
        #: Question and end of the ledger → the response that is being made for all clients with that question.
        self._repeated: dict[Hashable, asyncio.Task[tuple[ServerAnswer, Hold]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request or the lifespan of the server (ASGI)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    # --- Lifespan ---

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        _call_on_signal(self.stop)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for executor in (self._workers, self._health, self._waking):
            executor.shutdown(wait=False, cancel_futures=True)
        await send({"type": "lifespan.shutdown.complete"})

    def stop(self) -> None:
        """Release waiting clients and stop reading bodies, because the server is about to stop."""
        self._ledger.stop()
        for task in self._reading:
            task.cancel()

    # --- One request ---

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        environ = environ_of(scope)
        body = None
        try:
            if _has_body(scope, environ):
                body = await self._body(receive, environ)
                environ["wsgi.input"] = body.file
                environ["CONTENT_LENGTH"] = str(body.size)
            answer = await self._answer(environ, receive)
            if answer is not None:
                await self._send(answer, receive, send)
        except BodyRejected as rejected:
            await _send_whole(_error(environ, rejected.status, rejected.reason), send)
        except ClientGone:
            pass
        finally:
            if body is not None:
                body.close()

    async def _body(self, receive: Receive, environ: WSGIEnvironment) -> RequestBody:
        announced = environ.get("CONTENT_LENGTH", "")
        task = asyncio.create_task(self._bodies.read(receive, int(announced) if announced.isdecimal() else 0))
        self._reading.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            raise BodyRejected(503, "The server is restarting. Send the request again in a few seconds.") from None
        finally:
            self._reading.discard(task)

    async def _answer(self, environ: WSGIEnvironment, receive: Receive) -> ServerAnswer | None:
        if environ["PATH_INFO"] == HEALTH:
            try:
                return await asyncio.wait_for(self._run(environ, self._health), HEALTH_PATIENCE)
            except TimeoutError:
                return _plain(503, "application/json", b'{"healthy": false}')
        if self._in_line >= MOST_IN_LINE:
            return _error(environ, 503, "The server has too many requests. Try again in a few seconds.")
        hold, environ_before = offer(environ), dict(environ)
        self._in_line += 1
        try:
            answer = await self._run(environ, self._workers)
        finally:
            self._in_line -= 1
        if hold.is_wanted:
            return await self._hold(answer, hold, environ_before, receive)
        return answer

    async def _run(self, environ: WSGIEnvironment, executor: Executor) -> ServerAnswer:
        """Run the application in a thread; return its response, or the start of a streamed one."""
        loop = asyncio.get_running_loop()
        begun: asyncio.Future[ServerAnswer] = loop.create_future()

        def deliver(answer: ServerAnswer) -> None:
            loop.call_soon_threadsafe(_settle, begun, answer)

        def stream(answer: ServerAnswer) -> Spool:
            answer.rest = Spool(loop, self._spooled)
            deliver(answer)
            return answer.rest

        def work() -> None:
            # The client disconnected while the request waited for a thread.
            if begun.cancelled():
                return
            try:
                if (answer := answer_in_thread(self._application, environ, stream)) is not None:
                    deliver(answer)
            except BaseException:
                # Django handles errors of views: this one occurred while a response was streamed.
                logger.exception("A response was aborted: %s", environ["PATH_INFO"])
                deliver(_plain(500, "text/plain", b"Something went wrong on our side."))

        executor.submit(work)
        return await begun

    # --- Waiting clients ---

    async def _hold(
        self, answer: ServerAnswer, hold: Hold, environ: WSGIEnvironment, receive: Receive
    ) -> ServerAnswer | None:
        """Return the response to send when the ledger has grown or the time is over; ``None`` if the client left."""
        if self._ledger.waiting >= MOST_HELD:
            answer.headers.append(("Retry-After", str(ASK_AGAIN)))
            return answer
        disconnected = asyncio.create_task(_disconnected(receive))
        waiting = asyncio.create_task(self._grown(answer, hold, environ))
        try:
            await asyncio.wait({disconnected, waiting}, return_when=asyncio.FIRST_COMPLETED)
            return waiting.result() if waiting.done() else None
        finally:
            disconnected.cancel()
            waiting.cancel()

    async def _grown(self, answer: ServerAnswer, hold: Hold, environ: WSGIEnvironment) -> ServerAnswer:
        deadline = asyncio.get_running_loop().time() + hold.seconds
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    if not await self._ledger.is_beyond(hold.after):
                        return answer
                    newer, hold = await self._repeat(environ, hold.question)
            except TimeoutError:
                return answer
            if not hold.is_wanted:
                own = [header for header in answer.headers if header[0].lower() in _PER_CLIENT]
                shared = [header for header in newer.headers if header[0].lower() not in _PER_CLIENT]
                return ServerAnswer(newer.status, shared + own, newer.body)

    async def _repeat(self, environ: WSGIEnvironment, question: Hashable) -> tuple[ServerAnswer, Hold]:
        """Run the request again, once for all clients with the same question."""
        key = (question, self._ledger.end)
        task = self._repeated.get(key)
        if task is None:
            task = self._repeated[key] = asyncio.create_task(self._run_again(dict(environ)))
            task.add_done_callback(lambda _: self._repeated.pop(key, None))
        return await asyncio.shield(task)

    async def _run_again(self, environ: WSGIEnvironment) -> tuple[ServerAnswer, Hold]:
        hold = offer(environ, is_repeated=True)
        return await self._run(environ, self._waking), hold

    # --- Sending ---

    async def _send(self, answer: ServerAnswer, receive: Receive, send: Send) -> None:
        if answer.rest is None:
            try:
                await _send_whole(answer, send)
            except TimeoutError:
                raise AnswerEnded("The client does not read its response.") from None
            return
        spool = answer.rest
        disconnected = asyncio.create_task(_disconnected(receive))
        disconnected.add_done_callback(lambda _: spool.abandon())
        try:
            await send(_start(answer))
            while (piece := await spool.read()) is not None:
                await _send_piece(piece, send, more=True)
            await _send_piece(b"", send, more=False)
        except (AnswerEnded, TimeoutError):
            if not disconnected.done():
                # Granian closes the connection, so that the client notices that the response is incomplete.
                raise AnswerEnded("A response was not sent to its end.") from None
        finally:
            disconnected.cancel()
            spool.abandon()


# --- ASGI and WSGI ------------------------------------------------------------------------------


def environ_of(scope: Scope) -> WSGIEnvironment:
    """Translate an ASGI scope to a WSGI environ, without a body."""
    raw_path: bytes = scope["raw_path"]
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": (unquote_to_bytes(raw_path) if b"%" in raw_path else raw_path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    environ["SERVER_NAME"], environ["SERVER_PORT"] = map(str, scope.get("server") or ("localhost", "80"))
    environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = map(str, scope.get("client") or ("", ""))
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        # WSGI maps - and _ to the same name: X_Forwarded_For could pass for the header of a proxy.
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{';' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    return environ


def _has_body(scope: Scope, environ: WSGIEnvironment) -> bool:
    # HTTP/2 allows bodies without Content-Length or Transfer-Encoding.
    if scope["http_version"].startswith("2"):
        return environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "CONTENT_LENGTH" in environ
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ


def _start(answer: ServerAnswer) -> dict[str, Any]:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


async def _send_whole(answer: ServerAnswer, send: Send) -> None:
    await send(_start(answer))
    # In pieces, because Granian would keep a long body in memory until the client reads it.
    for begin in range(0, max(len(answer.body), 1), PIECE):
        end = begin + PIECE
        await _send_piece(answer.body[begin:end], send, more=end < len(answer.body))


async def _send_piece(piece: bytes, send: Send, *, more: bool) -> None:
    await asyncio.wait_for(send({"type": "http.response.body", "body": piece, "more_body": more}), PATIENCE)


def _plain(status: int, media_type: str, body: bytes) -> ServerAnswer:
    return ServerAnswer(status, [("Content-Type", media_type), ("Content-Length", str(len(body)))], body)


def _error(environ: WSGIEnvironment, status: int, reason: str) -> ServerAnswer:
    """Return an error that Django does not see: a problem document below the API, else a plain sentence."""
    path = environ["PATH_INFO"]
    if path.startswith(settings.API_PREFIX):
        problem = problem_document(UNTYPED, reason, status, instance=path)
        answer = _plain(status, MEDIA_TYPE, json.dumps(problem).encode())
    else:
        answer = _plain(status, "text/plain; charset=utf-8", f"{reason}\n".encode())
    # The connection must close: the unread rest of the body would be taken for the next request.
    answer.headers += [("Connection", "close"), ("Cache-Control", "no-store")]
    if status == 503:
        answer.headers.append(("Retry-After", str(ASK_AGAIN)))
    return answer


def _settle(future: asyncio.Future[ServerAnswer], answer: ServerAnswer) -> None:
    if not future.done():
        future.set_result(answer)
    elif future.cancelled() and answer.rest is not None:
        answer.rest.abandon()


async def _disconnected(receive: Receive) -> None:
    """Return when the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _call_on_signal(callback: Callable[[], None]) -> None:
    """Call back on SIGTERM and SIGINT, before the handlers of the server."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def handle(signum: int, frame: Any, before: Any = before) -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(callback)
            if callable(before):
                before(signum, frame)

        signal.signal(number, handle)
