"""Request the links of many sources, several hosts at once and each host with pauses, and store the results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from time import sleep
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction

from sanctions.links.fetch import FetchOptions, FetchResult, check_url
from sanctions.links.form import links_of
from sanctions.models import LinkCheck, Source

#: Hosts that are requested at the same time.
AT_ONCE: Final = 4


def check_online(
    sources: Iterable[Source],
    clock: Callable[[], datetime],
    options: FetchOptions,
    *,
    pause: float = 1.0,
    wait: Callable[[float], None] = sleep,
) -> Iterator[LinkCheck]:
    """Request every link of the sources; yield each result when it is stored.

    Each host gets one request at a time, with ``pause`` seconds between two. Results of links that a source no longer
    has are deleted.
    """
    sources = list(sources)
    owners: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        for url in links_of(source):
            owners[url].append(source)
    _delete_stale_results(sources)
    hosts: dict[str, list[str]] = defaultdict(list)
    for url in owners:
        hosts[_host(url)].append(url)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        requests = [pool.submit(_request_all, urls, options, pause, wait) for urls in hosts.values()]
        for finished in as_completed(requests):
            for result in finished.result():
                for source in owners[result.url]:
                    yield store(source, result, clock())


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _request_all(
    urls: list[str], options: FetchOptions, pause: float, wait: Callable[[float], None]
) -> list[FetchResult]:
    results = []
    for place, url in enumerate(urls):
        if place:
            wait(pause)
        results.append(check_url(url, options))
    return results


@transaction.atomic
def store(source: Source, result: FetchResult, at: datetime) -> LinkCheck:
    """Store a result in place of the previous one, and count consecutive failures."""
    known = LinkCheck.objects.select_for_update().filter(source=source, url=result.url).first()
    check = known or LinkCheck(source=source, url=result.url)
    check.checked_at, check.status, check.error = at, result.status, result.error[:300]
    check.final_url = result.final_url[:2000]
    check.failures = (check.failures + 1) if result.broken else 0
    check.save()
    return check


@transaction.atomic
def _delete_stale_results(sources: Iterable[Source]) -> None:
    """Delete the results of links that the sources no longer have."""
    links = {source.pk: set(links_of(source)) for source in sources}
    known = LinkCheck.objects.values_list("pk", "source_id", "url")
    stale = [pk for pk, source, url in known if source in links and url not in links[source]]
    for pk in stale:
        LinkCheck.objects.filter(pk=pk).delete()
