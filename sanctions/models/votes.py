"""Votes in an event: the tally, and how named members voted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sanctions.models.actors import Actor
from sanctions.models.base import Part
from sanctions.models.constraints import one_of, ordinal
from sanctions.models.events import Event
from sanctions.models.fields import CountField, LineField, ProseField
from sanctions.vocabulary import Choice


class Vote(Part):
    """The tally of a vote in an event; :class:`Ballot` records how members voted."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="votes", help_text="The event.")
    body = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="votes", help_text="The body that voted.")
    votes_for = CountField(null=True, blank=True, help_text="Votes for.")
    votes_against = CountField(null=True, blank=True, help_text="Votes against.")
    abstaining = CountField(null=True, blank=True, help_text="Abstentions.")
    absent = CountField(null=True, blank=True, help_text="Members absent or not voting.")
    adopted = models.BooleanField(null=True, blank=True, help_text="Whether the motion was adopted.")
    document = LineField(max_length=100, blank=True, default="", help_text="Symbol of the document that was voted on.")
    note = ProseField(blank=True, default="", help_text="Remark.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [*ordinal("event", name="vote_ordinal")]

    def __str__(self) -> str:
        return f"{self.body}: {self.votes_for}–{self.votes_against}–{self.abstaining}"


class Ballot(Part):
    """How one member voted in an event."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="ballots", help_text="The event.")
    member = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="ballots", help_text="Who voted.")
    choice = models.CharField(max_length=10, choices=Choice.choices, help_text="How they voted.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("event", name="ballot_ordinal"),
            one_of("choice", Choice.values, name="ballot_choice_valid"),
            models.UniqueConstraint(
                fields=["event", "member"],
                name="ballot_once",
                violation_error_message="The member has voted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_choice_display()}"
