"""Public answers are compressed with the best encoding that the client accepts; answers behind a login are not."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import brotli
import orjson
import pytest
import zstandard
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from api.http.compression import ENCODINGS, LEAST, choose_encoding
from sanctions.accounts.tokens import issue_token
from sanctions.vocabulary import Scope
from tests.factories.users import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LIST: Final = "/api/v1/events/"
UNPACK: Final[dict[str, Callable[[bytes], bytes]]] = {
    "zstd": lambda packed: zstandard.ZstdDecompressor().decompressobj().decompress(packed),
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


def ask(path: str, accepted: str | None, **headers: str) -> Any:
    told = {"accept-encoding": accepted} if accepted is not None else {}
    return Client().get(path, headers={**told, **headers})


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_answer_is_the_same_in_every_encoding(encoding: str) -> None:
    plain, packed = ask(LIST, None), ask(LIST, encoding)
    assert packed["Content-Encoding"] == encoding
    assert len(packed.content) < len(plain.content) / 2
    assert int(packed["Content-Length"]) == len(packed.content)
    assert UNPACK[encoding](packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_whole_collection_is_compressed(form: str, encoding: str) -> None:
    plain = b"".join(ask(f"{LIST}?format={form}", None).streaming_content)
    packed = ask(f"{LIST}?format={form}", encoding)
    assert packed["Content-Encoding"] == encoding
    body = b"".join(packed.streaming_content)
    assert int(packed["Content-Length"]) == len(body)
    assert UNPACK[encoding](body) == plain


def test_every_encoding_has_a_strong_tag_of_its_own() -> None:
    tags = {encoding: ask(LIST, encoding)["ETag"] for encoding in ENCODINGS} | {"": ask(LIST, None)["ETag"]}
    assert len(set(tags.values())) == len(ENCODINGS) + 1
    assert not any(tag.startswith("W/") for tag in tags.values())


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_who_has_a_compressed_answer_need_not_get_it_again(encoding: str) -> None:
    tag = ask(LIST, encoding)["ETag"]
    for sent in (tag, f'"other", {tag}', f"W/{tag}"):
        again = ask(LIST, encoding, **{"if-none-match": sent})
        assert (again.status_code, again["ETag"], again.content) == (304, tag, b"")
        assert not again.has_header("Content-Encoding")
    other = tag.replace(f'-{encoding}"', '"')
    assert ask(LIST, None, **{"if-none-match": other})["ETag"] == other


def test_what_is_short_or_packed_already_is_left_as_it_is() -> None:
    short = ask("/api/v1/events/?slug__in=iaea-reports&fields=slug", "gzip")
    assert len(short.content) < LEAST
    assert not short.has_header("Content-Encoding")
    assert not ask(f"{LIST}?format=parquet", "gzip").has_header("Content-Encoding")
    assert not ask("/api/v1/nowhere/", "gzip").has_header("Content-Encoding")


def test_nothing_behind_a_login_is_compressed() -> None:
    _, secret = issue_token(make_user("administrator"), "A program", Scope.READ, 30, datetime.now(UTC))
    answer = ask("/api/v1/desk/actors/iran/", "gzip", authorization=f"Bearer {secret}")
    assert answer.status_code == 200
    assert not answer.has_header("Content-Encoding")
    assert not answer["ETag"].endswith('-gzip"')


def test_the_documentation_and_the_schema_are_compressed() -> None:
    packed = ask("/api/v1/schema/?format=json", "br")
    assert orjson.loads(brotli.decompress(packed.content))["openapi"].startswith("3.1")
    assert ask("/api/v1/docs/", "zstd")["Content-Encoding"] == "zstd"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("identity;q=1, gzip;q=0.5", ""),
        ("GZIP", "gzip"),
        ("gzip;q=nonsense", "gzip"),
        ("compress, exi", ""),
        (";;;,,,q=", ""),
    ],
)
def test_the_encoding_is_the_one_that_the_client_likes_best(accepted: str, encoding: str) -> None:
    assert choose_encoding(accepted) == encoding


@given(st.text(max_size=2000))
def test_any_header_chooses_something_or_nothing(accepted: str) -> None:
    assert choose_encoding(accepted) in {"", *ENCODINGS}
