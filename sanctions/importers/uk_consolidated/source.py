"""The consolidated list of the United Kingdom: what it is, who publishes it, in which files."""

from __future__ import annotations

from typing import Final

from sanctions.importers.base import Form, PublishedList, Role
from sanctions.importers.uk_consolidated.parse import read
from sanctions.vocabulary import ActorKind, IdentifierScheme

#: The number of columns is no form: the header of a file says which of the two it is.
UK_CONSOLIDATED: Final = PublishedList(
    name="uk-consolidated",
    title="Consolidated List of Financial Sanctions Targets in the UK",
    abbreviation="uk",
    publisher={"slug": "uk-hm-treasury", "kind": str(ActorKind.GOVERNMENT_BODY), "name": "HM Treasury"},
    program_scheme=IdentifierScheme.UK_REGIME,
    forms=(Form("csv", (Role("list", (".csv",)),), read), Form("xlsx", (Role("list", (".xlsx",)),), read)),
)
