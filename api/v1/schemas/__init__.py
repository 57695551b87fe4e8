"""The schemas of answers, as components of OpenAPI 3.1: one module for the records, and one for each question."""

from __future__ import annotations

from typing import Final

from api.v1.schemas import (
    compare,
    compliance,
    desk,
    dictionary,
    lineage,
    network,
    notices,
    panel,
    reasons,
    records,
    releases,
    search,
    stats,
    timeline,
    versions,
)
from api.v1.schemas.records import Schema

COMPONENTS: Final[dict[str, Schema]] = {
    name: schema
    for described in (
        *(records, reasons, lineage, compare, timeline, compliance),
        *(panel, network, stats, versions, notices, releases, desk, dictionary, search),
    )
    for name, schema in described.COMPONENTS.items()
}
