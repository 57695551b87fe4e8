"""The sources that can be imported, by their names."""

from __future__ import annotations

from typing import Final

from sanctions.importers.base import ImportSource
from sanctions.importers.eu_fsf.source import EU_FSF
from sanctions.importers.federal_register.contributions import FEDERAL_REGISTER_IMPORT
from sanctions.importers.ofac.source import CONSOLIDATED, SDN
from sanctions.importers.snapshots.published_lists import as_import_source
from sanctions.importers.uk_consolidated.source import UK_CONSOLIDATED
from sanctions.importers.un_consolidated.source import UN_CONSOLIDATED

_LISTS: Final = (SDN, CONSOLIDATED, UN_CONSOLIDATED, UK_CONSOLIDATED, EU_FSF)

SOURCES: Final[dict[str, ImportSource]] = {
    one.name: one for one in (*map(as_import_source, _LISTS), FEDERAL_REGISTER_IMPORT)
}
