"""Compressed answers: what is public goes out in the smallest form that the client takes.

Measured on a page of a hundred events, 164 KB: zstd 3 makes 29 KB of it in 0.20 ms, brotli 1 32 KB in 0.25 ms, gzip 1
34 KB in 0.67 ms; higher levels take four to ten times as long for a tenth less. What is behind a login is left as it
is: the length of a compressed secret tells of it (BREACH).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Protocol

import brotli
import zstandard
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from api.http.prepared import set_body

#: Below it nobody wins: an answer fits into a packet anyway.
LEAST: Final = 500
#: Where answers depend on who asks.
_PRIVATE: Final = re.compile(rf"{settings.API_PREFIX}v\d+/desk/")
_COMPRESSIBLE: Final = re.compile(
    r"text/|application/(.+\+)?(json|x-ndjson|xml|yaml|vnd\.oai|graphml|gexf|x-bibtex|ftm)"
)
_WEIGHTED: Final = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


class Compressor(Protocol):
    """Makes pieces smaller, one after the other."""

    def compress(self, piece: bytes) -> bytes:
        """Return what there is of the pieces so far."""

    def flush(self) -> bytes:
        """Return the end."""


class _Brotli:
    def __init__(self) -> None:
        made = brotli.Compressor(quality=1)
        self.compress: Callable[[bytes], bytes] = made.process
        self.flush: Callable[[], bytes] = made.finish


#: Encodings, the best first.
ENCODINGS: Final[dict[str, Callable[[], Compressor]]] = {
    "zstd": lambda: zstandard.ZstdCompressor(level=3).compressobj(),
    "br": _Brotli,
    # 31: with the header of a gzip file.
    "gzip": lambda: zlib.compressobj(1, zlib.DEFLATED, 31),
}
_TAGGED: Final = re.compile(rf'-({"|".join(ENCODINGS)})"')


class CompressionMiddleware:
    """Compresses public answers of the API.

    The ETag of a compressed answer ends in the name of its encoding: under a strong one every byte is the same. So does
    that of a 304, if the client has named such a one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if not request.path_info.startswith(settings.API_PREFIX) or _PRIVATE.match(request.path_info):
            return self.get_response(request)
        # The headers of a request are read once: until then what they say can be changed.
        asked = request.META.get("HTTP_IF_NONE_MATCH", "")
        known = _TAGGED.search(asked)
        if known:
            request.META["HTTP_IF_NONE_MATCH"] = _TAGGED.sub('"', asked)
        response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Encoding"])
        if response.status_code == 304 and known:
            _tag(response, known[1])
        encoding = chosen(request.headers.get("Accept-Encoding", ""))
        if encoding and _is_worth_it(response):
            _compress(response, encoding, with_body=request.method != "HEAD")
        return response


def chosen(accepted: str) -> str:
    """Return the encoding that a client takes with the greatest weight, of several our first; empty if none."""
    weights = {name.lower(): float(weight or 1) for name, weight in _WEIGHTED.findall(accepted[:1000])}
    offered = {name: weights.get(name, weights.get("*", 0.0)) for name in ENCODINGS}
    best = max(offered, key=lambda name: offered[name])
    return best if offered[best] > 0 and offered[best] >= weights.get("identity", 0.0) else ""


def _is_worth_it(response: Any) -> bool:
    if response.status_code != 200 or response.has_header("Content-Encoding"):
        return False
    if not _COMPRESSIBLE.match(response.get("Content-Type", "")):
        return False
    return bool(response.streaming or len(response.content) >= LEAST)


def _compress(response: Any, encoding: str, *, with_body: bool) -> None:
    made = ENCODINGS[encoding]()
    if not with_body and response.streaming:
        # Nothing was written, so that there is no length to state.
        del response["Content-Length"]
    elif response.streaming:
        set_body(response, _compressed(response.streaming_content, made))
    else:
        response.content = made.compress(response.content) + made.flush()
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
    response["Content-Encoding"] = encoding
    _tag(response, encoding)


def _compressed(pieces: Iterable[bytes], made: Compressor) -> Iterator[bytes]:
    for piece in pieces:
        if smaller := made.compress(piece):
            yield smaller
    yield made.flush()


def _tag(response: HttpResponseBase, encoding: str) -> None:
    if response.has_header("ETag"):
        response["ETag"] = f'{response["ETag"][:-1]}-{encoding}"'
