"""The sources that can be imported, by their names."""

from __future__ import annotations

from typing import Final

from sanctions.importers.base import PublishedList
from sanctions.importers.ofac.source import CONSOLIDATED, SDN

LISTS: Final[dict[str, PublishedList]] = {one.name: one for one in (SDN, CONSOLIDATED)}
