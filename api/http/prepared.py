"""Answers of any length that are complete before their status is sent.

Any error is then a problem document with status 500, and never an answer that only looks complete: many servers end a
stream that fails like one that is done, and no reader of JSON Lines or CSV could notice. The length is sent too, so
that clients detect a transfer that was cut. A slow reader holds no cursor or snapshot of the database (decision 040).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Final

from django.http import StreamingHttpResponse

#: Bytes of an answer that are kept in memory; a longer one is kept in a temporary file without a name.
IN_MEMORY: Final = 4_000_000
#: Bytes of one read. The server reads a few ahead, so that most answers free their thread early.
_PIECE: Final = 512 * 1024


class PreparedBody(Iterator[bytes]):
    """A body that is complete before the first byte is read; ``length`` is in bytes."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._file: IO[bytes] = BytesIO()
        self.length = 0
        try:
            for piece in pieces:
                self.length += len(piece)
                if self.length > IN_MEMORY and isinstance(self._file, BytesIO):
                    self._file = _on_disk(self._file)
                self._file.write(piece)
        except BaseException:
            self.close()
            raise
        self._file.seek(0)

    def __next__(self) -> bytes:
        """Return the next piece."""
        piece = self._file.read(_PIECE)
        if not piece:
            raise StopIteration
        return piece

    def close(self) -> None:
        """Close the file; the response calls this when it was sent or aborted."""
        self._file.close()


def _on_disk(written: BytesIO) -> IO[bytes]:
    """Return a temporary file that has what was written so far."""
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
    file.write(written.getbuffer())
    return file


def set_body(response: StreamingHttpResponse, pieces: Iterable[bytes]) -> None:
    """Consume all pieces now, and set them as the body of a response; what they raise is raised here."""
    body = PreparedBody(pieces)
    response.streaming_content = body
    response["Content-Length"] = str(body.length)
