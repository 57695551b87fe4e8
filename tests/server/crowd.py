"""Clients that are slow or wait: three hundred of each kind."""

from __future__ import annotations

import asyncio
import resource
import time
from contextlib import suppress
from typing import Final

#: Of each kind.
MANY: Final = 300
#: Files that the process of the tests needs for them.
_FILES: Final = 4 * MANY
#: Two addresses that read a body from anyone: a form, and the editorial API.
FORMS: Final = ("/admin/login/", "/api/v1/desk/proposals/")


class Crowd:
    """The connections of a crowd to one port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self.writers: list[asyncio.StreamWriter] = []
        self.tasks: list[asyncio.Task[None]] = []
        #: When each of those who wait was answered, and with what.
        self.answers: list[tuple[float, bytes]] = []
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < _FILES:
            resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, hard))

    async def gather(self, after: int) -> None:
        """Come: with bodies that never end, waiting for what comes after a sequence, and with nothing to say."""
        for number in range(MANY):
            await self.idle()
            await self.slow_body(FORMS[number % 2])
            await self.long_poll(after)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        return reader, writer

    async def idle(self) -> None:
        await self.connect()

    async def slow_body(self, path: str) -> None:
        """Begin a body of 10,000 bytes, and send one byte per second."""
        _, writer = await self.connect()
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: 10000\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode()
        )

        async def drip() -> None:
            with suppress(OSError):
                while True:
                    writer.write(b"a")
                    await writer.drain()
                    await asyncio.sleep(1)

        self.tasks.append(asyncio.create_task(drip()))

    async def long_poll(self, after: int) -> None:
        reader, writer = await self.connect()
        writer.write(f"GET /api/v1/changes/?after={after}&wait=30 HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())

        async def listen() -> None:
            with suppress(OSError):
                answer = await reader.read(65_536)
                self.answers.append((time.monotonic(), answer))

        self.tasks.append(asyncio.create_task(listen()))

    async def seconds_for(self, path: str) -> float:
        """Ask over a connection of one's own, and return how long the answer took."""
        begin = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
        return time.monotonic() - begin

    async def leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for writer in self.writers:
            writer.transport.abort()
