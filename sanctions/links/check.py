"""Ask for the links of many sources, a few at once and each host at leisure, and keep what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from time import sleep
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction

from sanctions.links.fetch import Manners, Result, ask
from sanctions.links.form import links_of
from sanctions.models import LinkCheck, Source

#: Hosts that are asked at once.
AT_ONCE: Final = 4


def check_online(
    sources: Iterable[Source],
    clock: Callable[[], datetime],
    manners: Manners,
    *,
    pause: float = 1.0,
    wait: Callable[[float], None] = sleep,
) -> Iterator[LinkCheck]:
    """Ask for every link of the sources, and yield each result when it is stored.

    A host is asked one thing at a time, with ``pause`` seconds in between. Results of links that a source no longer has
    are deleted.
    """
    sources = list(sources)
    owners: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        for url in links_of(source):
            owners[url].append(source)
    _forget(sources)
    hosts: dict[str, list[str]] = defaultdict(list)
    for url in owners:
        hosts[_host(url)].append(url)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        asked = [pool.submit(_of_host, urls, manners, pause, wait) for urls in hosts.values()]
        for answered in as_completed(asked):
            for result in answered.result():
                for source in owners[result.url]:
                    yield store(source, result, clock())


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _of_host(urls: list[str], manners: Manners, pause: float, wait: Callable[[float], None]) -> list[Result]:
    results = []
    for place, url in enumerate(urls):
        if place:
            wait(pause)
        results.append(ask(url, manners))
    return results


@transaction.atomic
def store(source: Source, result: Result, at: datetime) -> LinkCheck:
    """Keep a result in place of the last; how many times in a row the link was broken goes on from there."""
    known = LinkCheck.objects.select_for_update().filter(source=source, url=result.url).first()
    check = known or LinkCheck(source=source, url=result.url)
    check.checked_at, check.status, check.error = at, result.status, result.error[:300]
    check.final_url = result.final_url[:2000]
    check.failures = (check.failures + 1) if result.broken else 0
    check.save()
    return check


@transaction.atomic
def _forget(sources: Iterable[Source]) -> None:
    """Delete the results of links that the sources no longer have."""
    links = {source.pk: set(links_of(source)) for source in sources}
    known = LinkCheck.objects.values_list("pk", "source_id", "url")
    gone = [pk for pk, source, url in known if source in links and url not in links[source]]
    for pk in gone:
        LinkCheck.objects.filter(pk=pk).delete()
