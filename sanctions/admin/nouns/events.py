"""Events in the admin, with who took part, what they changed and who took which position."""

from __future__ import annotations

from django.contrib import admin
from django.utils.text import Truncator
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, MultipleChoicesDropdownFilter

from sanctions.admin.base import REMARKS, RecordAdmin
from sanctions.admin.filters import PeriodFilter, SourcedFilter
from sanctions.admin.forms import PartForm
from sanctions.admin.parts import CitationInline, PartCards, PartTable
from sanctions.models import (
    Ballot,
    Effect,
    Event,
    Measurement,
    Participation,
    Penalty,
    Position,
    Reference,
    Vote,
)

#: Characters of a subject in the heading of its effect.
_HEADING = 100


class ParticipationInline(PartTable):
    """Who took part."""

    model = Participation
    verbose_name_plural = "participants"
    fields = ("actor", "role", "capacity", "note")


class EffectForm(PartForm):
    """An effect, headed by what it did to what."""

    def heading(self, row: Effect) -> str:
        """Return the verb, the day, the party and the subject."""
        subject = row.order or row.measure or row.agreement or row.commitment or row.violation
        return f"{row}{f', {row.party}' if row.party else ''}: {Truncator(str(subject)).chars(_HEADING)}"


class EffectInline(PartCards):
    """What the event changed."""

    model = Effect
    form = EffectForm
    fieldsets = (
        (
            None,
            {"fields": (("verb", "effective_on"), ("in_part", "provision"), ("until", "contested"))},
        ),
        (
            "What it changed: exactly one of these",
            {"fields": (("order", "measure"), ("agreement", "commitment"), ("violation", "party"))},
        ),
        (
            "How and on what condition",
            {
                "fields": (
                    ("by_order", "by_agreement"),
                    ("milestone", "sequence"),
                    ("condition", "fulfilled_by"),
                    "note",
                )
            },
        ),
    )


class PositionInline(PartCards):
    """Positions that were taken."""

    model = Position
    fieldsets = (
        (None, {"fields": (("holder", "stance"), "paraphrase", ("quote", "audience"))}),
        (
            "What it is about: exactly one of these",
            {"fields": (("actor", "order"), ("measure", "agreement"), ("commitment", "violation"))},
        ),
    )


class ReferenceInline(PartTable):
    """What the event concerns without changing it."""

    model = Reference
    fields = ("kind", "order", "agreement", "commitment", "violation")


class VoteInline(PartTable):
    """Tallies."""

    model = Vote
    fields = ("body", "votes_for", "votes_against", "abstaining", "absent", "adopted", "document", "note")


class BallotInline(PartTable):
    """How named members voted."""

    model = Ballot
    fields = ("member", "choice")


class MeasurementInline(PartCards):
    """What was measured."""

    model = Measurement
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("commitment", "violation"),
                    ("metric", "value"),
                    ("unit", "limit"),
                    ("observed_on", "measured_by"),
                    "report_number",
                    "note",
                )
            },
        ),
    )


class PenaltyInline(PartCards):
    """Sums imposed or agreed."""

    model = Penalty
    verbose_name_plural = "penalties"
    fieldsets = (
        (
            None,
            {"fields": (("violation", "kind"), ("amount", "currency"), ("payer", "authorities"), "note")},
        ),
    )


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """What happened."""

    list_display = ("title", "happened_on", "kind", "modality", "editorial_state")
    list_filter = (
        ("kind", MultipleChoicesDropdownFilter),
        ("modality", ChoicesDropdownFilter),
        ("participations__actor", AutocompleteSelectFilter),
        ("effects__order", AutocompleteSelectFilter),
        ("effects__agreement", AutocompleteSelectFilter),
        ("happened_latest", PeriodFilter),
        ("state", ChoicesDropdownFilter),
        SourcedFilter,
    )
    date_hierarchy = "happened_latest"
    search_fields = ("title", "slug", "place", "participations__actor__name", "positions__quote")
    search_help_text = "Title, place, participant, quoted words or slug"
    prepopulated_fields = {"slug": ("happened_on", "title")}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    ("slug", "kind"),
                    ("happened_on", "time"),
                    ("place", "modality"),
                    "cameo_code",
                    "summary",
                )
            },
        ),
        REMARKS,
    )
    inlines = (
        ParticipationInline,
        EffectInline,
        PositionInline,
        ReferenceInline,
        MeasurementInline,
        VoteInline,
        BallotInline,
        PenaltyInline,
        CitationInline,
    )
