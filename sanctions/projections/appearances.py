"""Appearances: the actors of each public event, in one table (:mod:`sanctions.models.appearances`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connection

from sanctions.models import Appearance, Event, Participation
from sanctions.models.lookups import sql_list
from sanctions.records.encode import chunks
from sanctions.vocabulary import State

_TABLE: Final = Appearance._meta.db_table
_SELECTION: Final = (
    f"INSERT INTO {_TABLE} (event_id, actor_id, kind, slug, happened_earliest, happened_latest) "  # noqa: S608 - names
    "SELECT DISTINCT e.id, p.actor_id, e.kind, e.slug, e.happened_earliest, e.happened_latest "
    f"FROM {Event._meta.db_table} AS e JOIN {Participation._meta.db_table} AS p ON p.event_id = e.id "
    "WHERE e.state = %s AND e.id IN ({})"
)


def store_appearances(events: Iterable[int], *, first: bool = False) -> None:
    """Store the appearances in events as of now; events that are not public have none.

    ``first`` promises that the events are new, so that no appearance has to be deleted.
    """
    for some in chunks(events):
        if not first:
            Appearance.objects.filter(event__keyed=some).delete()
        with connection.cursor() as cursor:
            cursor.execute(_SELECTION.format(sql_list(some)), [State.PUBLISHED])
