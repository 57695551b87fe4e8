"""The columns of the table of editorial moves: :class:`MoveRule`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.module_loading import import_string

from sanctions.accounts.permissions import Action
from sanctions.vocabulary import Move, ProposalState, Scope, State


class MoveTarget(Enum):
    """What a move acts on."""

    RECORD = "record"
    PROPOSAL = "proposal"
    VERSION = "version"
    REVIEW = "review"
    PAIR = "pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRule:
    """One row: a move of one kind of target."""

    #: The code in the log, which shows its label.
    move: Move
    #: The word for the move in the API and the command: the last segment of its path.
    verb: str
    target: MoveTarget
    #: Dotted path of the function that makes the move, and of the function that undoes it as part of a batch.
    function: str
    undo_function: str = ""
    #: The states from which the move starts, and the state to which it leads; ``None`` if it does not change the state.
    starts: tuple[State | ProposalState, ...]
    leads_to: State | ProposalState | None = None
    #: The permission on the record that it needs.
    permission: Action
    #: The scope that a token needs; ``None`` if the API does not offer the move.
    scope: Scope | None = None
    needs_reason: bool = True
    needs_sources: bool = False
    #: Whether authors of the content may not make it.
    needs_second_person: bool = False
    #: Keys of the API's request body besides the reason.
    takes: tuple[str, ...] = ()
    #: Whether the admin's list offers it for many records at once.
    in_bulk: bool = False

    #: Whether a page offers it to a user; called with user, record and, for proposals, the proposal.
    may: Callable[..., bool] | None = None
    #: The text of the button, and the last segment of its path in the admin if that is not the verb.
    label: str = ""
    page: str = ""
    icon: str = ""
    #: The colour of the button: primary, success, warning or danger.
    emphasis: str = "default"
    #: Texts of the page of the move: the question, its consequence, who reads the reason, and the report when done.
    question: str = ""
    consequence: str = ""
    readers: str = ""
    done: str = ""

    @property
    def make(self) -> Callable[..., Any]:
        """The function that makes the move."""
        return import_string(self.function)  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        """The last segment of its path in the admin."""
        return self.page or self.verb

    @property
    def action(self) -> str:
        """The name of its action in the admin."""
        return self.label.lower().replace(" ", "_")

    @property
    def command(self) -> str:
        """The word for it in the ``move`` command, which has one word for creating and replacing."""
        return "save" if self.move == Move.SAVED else self.verb

    @property
    def is_forward(self) -> bool:
        """Whether it brings the content closer to publication; pages offer these moves first."""
        return self.emphasis in ("primary", "success")

    @property
    def start_labels(self) -> str:
        """The labels of the states from which it starts."""
        return " or ".join(str(state.label) for state in self.starts)

    @property
    def end(self) -> str:
        """The state to which it leads; :class:`TypeError` if it does not change the state."""
        if self.leads_to is None:
            raise TypeError(f"{self.verb} leads to no other state.")
        return str(self.leads_to)
