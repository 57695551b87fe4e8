"""The consolidated list of the United Kingdom: what it is, who publishes it, in which files."""

from __future__ import annotations

from typing import Final

from sanctions.importers.base import FileRole, Form, PublishedList
from sanctions.importers.uk_consolidated.parse import read
from sanctions.vocabulary import ActorKind, IdentifierScheme

#: Files with 29 and 36 columns are of the same form: their header distinguishes them.
UK_CONSOLIDATED: Final = PublishedList(
    name="uk-consolidated",
    title="Consolidated List of Financial Sanctions Targets in the UK",
    abbreviation="uk",
    publisher={"slug": "uk-hm-treasury", "kind": str(ActorKind.GOVERNMENT_BODY), "name": "HM Treasury"},
    program_scheme=IdentifierScheme.UK_REGIME,
    forms=(Form("csv", (FileRole("list", (".csv",)),), read), Form("xlsx", (FileRole("list", (".xlsx",)),), read)),
)
