"""The parameters of the list of proposals."""

from __future__ import annotations

from django.db.models import Q

from api.http.parameters import Text
from api.v1.filters.base import Condition, ListParameters, Parameters, codes
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import ProposalState, VersionKind


def _slug(value: str, asked: Parameters) -> Q:
    return Q(slug=value)


class ProposalParameters(ListParameters):
    """What proposals are asked for by. They are of the desk, which has no clocks but its own."""

    as_of = None  # type: ignore[assignment]
    known_at = None  # type: ignore[assignment]
    release = None  # type: ignore[assignment]

    type_, type__in = codes("What kind of record it would change.", BY_NAME, "record_type")
    slug = Condition(Text("The record that it would change, by its slug."), _slug)
    kind, kind__in = codes(
        "Whether the world has changed or we were wrong.", (VersionKind.UPDATE, VersionKind.CORRECTION), "kind"
    )
    state, state__in = codes("How far it has come.", ProposalState, "state")
    author = Condition(Text("The name of who wrote it."), "by")
