"""What a row of the table of editorial moves states: :class:`MoveRule`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.module_loading import import_string

from sanctions.accounts.permissions import Action
from sanctions.vocabulary import Move, ProposalState, Scope, State


class MoveTarget(Enum):
    """What a move is made of."""

    RECORD = "record"
    PROPOSAL = "proposal"
    VERSION = "version"
    REVIEW = "review"
    PAIR = "pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRule:
    """One row: a move of one kind of target."""

    #: The code in the log; its label is the word for people there.
    move: Move
    #: The word for it in the API and the command, the last step of its address.
    verb: str
    target: MoveTarget
    #: Dotted path of the function that makes the move, and of the one that undoes it as part of a batch.
    function: str
    undo_function: str = ""
    #: The states from which it starts, and into which it leads; ``None`` if the state stays as it is.
    starts: tuple[State | ProposalState, ...]
    leads_to: State | ProposalState | None = None
    #: What the permission on the record allows.
    permission: Action
    #: The scope that a token needs; ``None`` if the API does not have the move.
    scope: Scope | None = None
    needs_reason: bool = True
    needs_sources: bool = False
    #: Whether nobody who wrote the content may make it.
    needs_second_person: bool = False
    #: Keys that the API's body has besides the reason.
    takes: tuple[str, ...] = ()
    #: Whether the admin's list offers it for many records at once.
    in_bulk: bool = False

    #: Whether a page offers it to a user: of user, record and, for proposals, proposal.
    may: Callable[..., bool] | None = None
    #: The button, and the last step of its address in the admin where that is not the verb.
    label: str = ""
    page: str = ""
    icon: str = ""
    #: The colour of the button: primary, success, warning or danger.
    emphasis: str = "default"
    #: What the page of the move asks, says of its consequence, and of who reads the reason; what it reports when done.
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
        """The last step of its address in the admin."""
        return self.page or self.verb

    @property
    def action(self) -> str:
        """The name of its action in the admin."""
        return self.label.lower().replace(" ", "_")

    @property
    def command(self) -> str:
        """The word for it in the ``move`` command, which creates and replaces by one."""
        return "save" if self.move == Move.SAVED else self.verb

    @property
    def is_forward(self) -> bool:
        """Whether it brings the content nearer to the public; pages offer these moves first."""
        return self.emphasis in ("primary", "success")

    @property
    def start_labels(self) -> str:
        """The states from which it starts, for people."""
        return " or ".join(str(state.label) for state in self.starts)

    @property
    def end(self) -> str:
        """The state into which it leads; :class:`TypeError` if the state stays as it is."""
        if self.leads_to is None:
            raise TypeError(f"{self.verb} leads to no other state.")
        return str(self.leads_to)
