"""Agreements and their commitments."""

from typing import Any

from sanctions.models import Agreement, Commitment
from sanctions.vocabulary import AgreementKind, State
from tests.factories.slugs import unused


def make_agreement(slug: str = "", **values: Any) -> Agreement:
    """Create a published agreement."""
    slug = slug or unused("agreement")
    defaults = {"title": slug, "kind": AgreementKind.POLITICAL_AGREEMENT, "state": State.PUBLISHED}
    return Agreement.objects.create(slug=slug, **defaults | values)


def make_commitment(agreement: Agreement, slug: str = "", **values: Any) -> Commitment:
    """Create a commitment at the end of the agreement's."""
    slug = slug or unused("commitment")
    defaults = {"text": slug, "ordinal": agreement.commitments.count()}
    return Commitment.objects.create(agreement=agreement, slug=slug, **defaults | values)
