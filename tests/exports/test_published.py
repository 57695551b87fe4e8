"""Every format of every list, made of all seeds and of samples of every list that is imported."""

from __future__ import annotations

import csv
import io
from typing import Any, Final, cast

import icalendar
import orjson
import pytest
from defusedxml.ElementTree import fromstring
from pyarrow import parquet
from rest_framework.renderers import BaseRenderer

from api.v1.urls import NOUNS
from api.v1.views.base import COLLECTION_FORMATS
from tests.exports.bibtex import read
from tests.exports.conftest import Published
from tests.exports.ftm import problems

pytestmark = pytest.mark.django_db

FORMATS: Final = [
    (noun, str(renderer.format))
    for noun, view in NOUNS.items()
    for renderer in cast("list[type[BaseRenderer]]", [*COLLECTION_FORMATS, *view.list_formats])
]


def _read(form: str, body: bytes) -> list[Any]:
    """Return the rows that another program reads in a file."""
    match form:
        case "csv":
            return list(csv.DictReader(io.StringIO(body.decode(), newline="")))
        case "parquet":
            return list(parquet.read_table(io.BytesIO(body)).to_pylist())
        case "bibtex":
            entries = body.decode().split("\n}\n")
            return [read(entry + "\n}\n") for entry in entries if entry]
        case "csl-json":
            return list(orjson.loads(body))
        case "ics":
            return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))
        case "atom":
            return list(fromstring(body))
    return [orjson.loads(line) for line in body.splitlines()]


@pytest.mark.parametrize(("noun", "form"), FORMATS)
def test_every_list_can_be_read_in_every_format(published: Published, noun: str, form: str) -> None:
    rows = _read(form, published.file(f"{noun}/", format=form))
    if form not in ("ics", "atom"):
        assert len(rows) == published.count(noun) > 0
    if form == "ftm":
        assert [problem for row in rows for problem in problems(row)] == []


@pytest.mark.parametrize("noun", ["actors", "designations", "programs"])
def test_every_entity_is_the_same_alone(published: Published, noun: str) -> None:
    rows = _read("ftm", published.file(f"{noun}/", format="ftm", limit="20"))
    assert rows
    for row in rows:
        slug = row["id"].partition("-")[2]
        assert orjson.loads(published.file(f"{noun}/{slug}/", format="ftm")) == row


@pytest.mark.parametrize("path", ["changes/", "timeline/"])
def test_every_feed_can_be_read(published: Published, path: str) -> None:
    assert len(_read("atom", published.file(path, format="atom", limit="1000"))) > 100
