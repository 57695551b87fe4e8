"""The consolidated list of the United Nations Security Council: what it is, who publishes it, in which file."""

from __future__ import annotations

from typing import Final

from sanctions.importers.base import FileRole, Form, PublishedList
from sanctions.importers.un_consolidated.parse import read
from sanctions.vocabulary import ActorKind, IdentifierScheme

UN_CONSOLIDATED: Final = PublishedList(
    name="un-consolidated",
    title="United Nations Security Council Consolidated List",
    abbreviation="un",
    publisher={
        "slug": "un-security-council",
        "kind": str(ActorKind.INTERGOVERNMENTAL_ORGAN),
        "name": "United Nations Security Council",
    },
    program_scheme=IdentifierScheme.UN_LIST_TYPE,
    forms=(Form("xml", (FileRole("list", (".xml",)),), read),),
)
