"""Checks of the links of sources without network requests."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sanctions.links.form import archived_on, check_form, is_public, refusal
from sanctions.models import Source
from tests.factories.sources import make_source

DAY = date(2025, 2, 7)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.federalregister.gov/d/2018-16068",
        "http://192.88.100.1/",
        "https://[2600::1]:8443/x?y=z#t",
        "HTTPS://EXAMPLE.ORG./",
        "https://مثال.ایران/",
    ],
)
def test_a_link_to_the_public_internet_is_followed(url: str) -> None:
    assert refusal(url) == ""


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("ftp://example.org/", "scheme is 'ftp'"),
        ("javascript:alert(1)", "scheme is 'javascript'"),
        ("file:///etc/passwd", "scheme is 'file'"),
        ("//example.org/", "scheme is 'missing'"),
        ("", "scheme is 'missing'"),
        ("https:///path", "no host"),
        ("https://user:secret@example.org/", "It contains a user name or a password."),
        ("https://example.org:0/", "port is 0"),
        ("https://example.org:99999/", "It is not a URL"),
        ("https://[::1/", "It is not a URL"),
        ("http://127.0.0.1/", "is not a public address"),
        ("http://10.0.0.7:8000/", "is not a public address"),
        ("http://169.254.169.254/latest/meta-data/", "is not a public address"),
        ("http://[::1]/", "is not a public address"),
        ("http://[::ffff:10.0.0.7]/", "is not a public address"),
        ("http://[fe80::1%25eth0]/", "is not a public address"),
        ("http://0.0.0.0/", "is not a public address"),
        ("http://224.0.0.1/", "is not a public address"),
        ("http://2130706433/", "is not a public name"),
        ("http://0x7f.0.0.1/", "is not a public name"),
        ("http://127.1/", "is not a public name"),
        ("http://0x7f000001/", "is not a public name"),
        ("http://localhost:8000/", "is not a public name"),
        ("http://wiki/", "is not a public name"),
        ("http://printer.local/", "is not a public name"),
        ("http://db.internal./", "is not a public name"),
    ],
)
def test_a_link_that_nobody_should_follow_is_refused_in_words(url: str, complaint: str) -> None:
    assert complaint in refusal(url)


def test_what_is_no_address_is_neither_public_nor_private() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        is_public("example.org")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://web.archive.org/web/20180508120000/https://example.org/", date(2018, 5, 8)),
        ("https://web.archive.org/web/20180508120000id_/https://example.org/", date(2018, 5, 8)),
        ("https://web.archive.org/web/20180231/https://example.org/", None),
        ("https://web.archive.org/web/2018/https://example.org/", None),
        ("https://archive.ph/abcde", None),
        ("", None),
    ],
)
def test_the_day_of_a_copy_is_read_from_its_address(url: str, day: date | None) -> None:
    assert archived_on(url) == day


COPY = "https://web.archive.org/web/20180508120000/https://example.org/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "messages"),
    [
        ({}, []),
        ({"url": "https://example.org/", "archived_url": COPY}, []),
        ({"url": "https://example.org/"}, ["The source has no archived copy."]),
        ({"url": "http://localhost/", "archived_url": COPY}, ["Its host localhost is not a public name."]),
        ({"url": COPY, "archived_url": COPY}, ["The archived copy is the page itself."]),
        ({"published_on": "2025-02-08"}, ["The source is dated 2025-02-08, in the future."]),
        ({"published_on": "2025-02"}, []),
        (
            {"archived_url": COPY, "published_on": "2018-05-09"},
            ["The copy of 2018-05-08 is older than the source, which is dated 2018-05-09."],
        ),
        ({"archived_url": COPY, "published_on": "2018-05"}, []),
    ],
)
def test_the_faults_of_a_source_are_reported(values: dict[str, Any], messages: list[str]) -> None:
    make_source("source", **values)
    assert [finding.message for finding in check_form(Source.objects.all(), DAY)] == messages


@pytest.mark.django_db
def test_two_sources_with_one_link_are_reported_without_a_fault() -> None:
    make_source("a", url="https://www.example.org/x/", archived_url=COPY)
    make_source("b", url="http://example.org/x#top", archived_url=COPY)
    make_source("c", url="https://example.org/x?page=2", archived_url=COPY)
    (finding,) = check_form(Source.objects.order_by("slug"), DAY)
    assert (finding.slug, finding.message, finding.fault) == ("b", "a has the same link.", False)
