"""The parameters of the list of proposals."""

from __future__ import annotations

from django.db.models import Q

from api.http.parameters.texts import Text
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.conditions import codes
from api.v1.filters.lists import ListParameters
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import ProposalState, VersionKind


def _slug(value: str, parameters: Parameters) -> Q:
    return Q(slug=value)


class ProposalParameters(ListParameters):
    """The filters of proposals. They are editorial, so they have no clocks."""

    as_of = None  # type: ignore[assignment]
    known_at = None  # type: ignore[assignment]
    release = None  # type: ignore[assignment]

    type_, type__in = codes("The type of the record that it would change.", BY_NAME, "record_type")
    slug = FilterCondition(Text("The record that it would change, by its slug."), _slug)
    kind, kind__in = codes(
        "Whether the world has changed or we were wrong.", (VersionKind.UPDATE, VersionKind.CORRECTION), "kind"
    )
    state, state__in = codes("The state of the proposal.", ProposalState, "state")
    author = FilterCondition(Text("The user name of its author."), "by")
