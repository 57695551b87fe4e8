"""The table of editorial moves: from which state each starts, what it needs, and how it is shown.

Buttons and bulk actions of the admin, paths and schema of the API, the ``move`` command, the scopes of tokens and the
undo of batches are built from these rows. A second list of moves is a fault (``tests/editorial``).
"""

from __future__ import annotations

from typing import Final

from sanctions.accounts.permissions import Action
from sanctions.editorial.move_rules import MoveRule, MoveTarget
from sanctions.editorial.permissions import (
    EDITABLE,
    may_decide,
    may_edit,
    may_propose,
    may_publish,
    may_restore,
    may_retract,
    may_return,
    may_submit_proposal,
    may_withdraw,
)
from sanctions.vocabulary import Move, ProposalState, Scope, State

CREATE: Final = MoveRule(
    move=Move.SAVED,
    verb="create",
    target=MoveTarget.RECORD,
    function="sanctions.editorial.moves.create",
    undo_function="sanctions.editorial.undo.undo_save",
    starts=(),
    permission=Action.ADD,
    scope=Scope.DRAFT,
    needs_reason=False,
    takes=("document",),
)
REPLACE: Final = MoveRule(
    move=Move.SAVED,
    verb="replace",
    target=MoveTarget.RECORD,
    function="sanctions.editorial.moves.rewrite",
    undo_function="sanctions.editorial.undo.undo_save",
    starts=EDITABLE,
    permission=Action.CHANGE,
    scope=Scope.DRAFT,
    needs_reason=False,
    takes=("document",),
    may=may_edit,
)
DELETE: Final = MoveRule(
    move=Move.DELETED,
    verb="delete",
    target=MoveTarget.RECORD,
    function="sanctions.editorial.moves.delete",
    starts=EDITABLE,
    permission=Action.DELETE,
    scope=Scope.DRAFT,
)
PROPOSE: Final = MoveRule(
    move=Move.PROPOSED,
    verb="propose",
    target=MoveTarget.RECORD,
    function="sanctions.editorial.proposals.propose",
    undo_function="sanctions.editorial.undo.undo_proposal",
    starts=(State.PUBLISHED,),
    permission=Action.CHANGE,
    scope=Scope.DRAFT,
    takes=("document", "kind"),
    may=may_propose,
)
SUBMIT: Final = MoveRule(
    move=Move.SUBMITTED,
    verb="submit",
    target=MoveTarget.RECORD,
    function="sanctions.editorial.moves.submit",
    undo_function="sanctions.editorial.undo.undo_submission",
    starts=(State.DRAFT,),
    leads_to=State.IN_REVIEW,
    permission=Action.CHANGE,
    scope=Scope.DRAFT,
    in_bulk=True,
    may=may_edit,
    label="Submit for review",
    icon="send",
    emphasis="primary",
    question="Submit for review?",
    consequence="A reviewer who is not its author reads it and publishes or returns it.",
    readers="The reviewer reads it.",
    done="Submitted for review.",
)
PUBLISH: Final = MoveRule(
    move=Move.PUBLISHED,
    verb="publish",
    target=MoveTarget.RECORD,
    function="sanctions.editorial.moves.publish",
    undo_function="sanctions.editorial.undo.undo_publication",
    starts=(State.IN_REVIEW,),
    leads_to=State.PUBLISHED,
    permission=Action.PUBLISH,
    scope=Scope.REVIEW,
    needs_sources=True,
    needs_second_person=True,
    in_bulk=True,
    may=may_publish,
    label="Publish",
    icon="public",
    emphasis="success",
    question="Publish?",
    consequence="The public sees it at once, and its effects count from now on.",
    readers="Public: it is shown with the version.",
    done="Published.",
)
RETURN: Final = MoveRule(
    move=Move.RETURNED,
    verb="return",
    target=MoveTarget.RECORD,
    function="sanctions.editorial.moves.send_back",
    undo_function="sanctions.editorial.undo.undo_return",
    starts=(State.IN_REVIEW,),
    leads_to=State.DRAFT,
    permission=Action.PUBLISH,
    scope=Scope.REVIEW,
    needs_second_person=True,
    may=may_publish,
    label="Return to author",
    icon="undo",
    emphasis="warning",
    question="Return to the author?",
    consequence="It becomes a draft again.",
    readers="The author reads what to change.",
    done="Returned to its author.",
)
RETRACT: Final = MoveRule(
    move=Move.RETRACTED,
    verb="retract",
    target=MoveTarget.RECORD,
    function="sanctions.editorial.moves.retract",
    undo_function="sanctions.editorial.undo.undo_retraction",
    starts=(State.PUBLISHED,),
    leads_to=State.RETRACTED,
    permission=Action.PUBLISH,
    scope=Scope.REVIEW,
    may=may_retract,
    label="Retract",
    icon="unpublished",
    emphasis="danger",
    question="Retract?",
    consequence="The public no longer sees it, and its effects no longer count. Records that refer to it "
    "show only its slug, marked as retracted. Its versions stay listed, with your reason. Only another reviewer, who "
    "is not its author, can restore it.",
    readers="Public: the address of the record shows it from now on.",
    done="Retracted.",
)
RESTORE: Final = MoveRule(
    move=Move.RESTORED,
    verb="restore",
    target=MoveTarget.RECORD,
    function="sanctions.editorial.moves.restore",
    undo_function="sanctions.editorial.undo.undo_restoration",
    starts=(State.RETRACTED,),
    leads_to=State.PUBLISHED,
    permission=Action.PUBLISH,
    scope=Scope.REVIEW,
    needs_sources=True,
    needs_second_person=True,
    may=may_restore,
    label="Restore",
    icon="restore_page",
    emphasis="warning",
    question="Restore?",
    consequence="The public sees it again, as it was when it was retracted.",
    readers="Public: it is shown with the version.",
    done="Restored.",
)
REVERT: Final = MoveRule(
    move=Move.PROPOSED,
    verb="revert",
    target=MoveTarget.VERSION,
    function="sanctions.editorial.proposals.revert",
    starts=(State.PUBLISHED,),
    permission=Action.CHANGE,
    may=may_propose,
    question="Propose to go back to this version?",
    consequence="The document of this version is proposed as a correction. The public record stays as it is "
    "until somebody else accepts it.",
    readers="The reviewer reads it now, the public with the version once it is accepted.",
    done="Proposed. Submit it for review when it is complete.",
)
SUBMIT_PROPOSAL: Final = MoveRule(
    move=Move.SUBMITTED,
    verb="submit",
    target=MoveTarget.PROPOSAL,
    function="sanctions.editorial.proposals.submit",
    starts=(ProposalState.DRAFT,),
    leads_to=ProposalState.IN_REVIEW,
    permission=Action.CHANGE,
    scope=Scope.DRAFT,
    may=may_submit_proposal,
    emphasis="primary",
    question=SUBMIT.question,
    consequence=SUBMIT.consequence,
    readers=SUBMIT.readers,
    done=SUBMIT.done,
)
RETURN_PROPOSAL: Final = MoveRule(
    move=Move.RETURNED,
    verb="return",
    target=MoveTarget.PROPOSAL,
    function="sanctions.editorial.proposals.send_back",
    starts=(ProposalState.IN_REVIEW,),
    leads_to=ProposalState.DRAFT,
    permission=Action.PUBLISH,
    scope=Scope.REVIEW,
    needs_second_person=True,
    may=may_return,
    question="Return to its author?",
    consequence="It becomes a draft again. The public record stays as it is.",
    readers="The author reads what to change.",
    done="Returned to its author.",
)
WITHDRAW: Final = MoveRule(
    move=Move.WITHDRAWN,
    verb="withdraw",
    target=MoveTarget.PROPOSAL,
    function="sanctions.editorial.proposals.withdraw",
    starts=(ProposalState.DRAFT, ProposalState.IN_REVIEW),
    leads_to=ProposalState.WITHDRAWN,
    permission=Action.PUBLISH,
    scope=Scope.DRAFT,
    may=may_withdraw,
    question="Withdraw?",
    consequence="It is closed for good. The public record stays as it is.",
    readers="It is kept in the editorial log.",
    done="Withdrawn.",
)
ACCEPT: Final = MoveRule(
    move=Move.PUBLISHED,
    verb="accept",
    target=MoveTarget.PROPOSAL,
    function="sanctions.editorial.proposals.accept",
    starts=(ProposalState.IN_REVIEW,),
    leads_to=ProposalState.ACCEPTED,
    permission=Action.PUBLISH,
    scope=Scope.REVIEW,
    needs_sources=True,
    needs_second_person=True,
    may=may_decide,
    page="publish",
    emphasis="success",
    question="Publish this change?",
    consequence="The public reads the record as changed at once, with the reason that its author gave.",
    readers="It is kept in the editorial log.",
    done="Published.",
)
ASSIGN: Final = MoveRule(
    move=Move.ASSIGNED,
    verb="assign",
    target=MoveTarget.REVIEW,
    function="sanctions.editorial.reviews.assign",
    starts=(State.IN_REVIEW,),
    permission=Action.PUBLISH,
    needs_second_person=True,
    done="Assigned.",
)
UNASSIGN: Final = MoveRule(
    move=Move.UNASSIGNED,
    verb="unassign",
    target=MoveTarget.REVIEW,
    function="sanctions.editorial.reviews.unassign",
    starts=(State.IN_REVIEW,),
    permission=Action.PUBLISH,
    needs_second_person=True,
    done="The assignment is removed.",
)
RESOLVE: Final = MoveRule(
    move=Move.RESOLVED,
    verb="resolve",
    target=MoveTarget.REVIEW,
    function="sanctions.editorial.reviews.resolve",
    starts=tuple(State),
    permission=Action.CHANGE,
    done="The remark is resolved.",
)
CONFIRM: Final = MoveRule(
    move=Move.CONFIRMED,
    verb="confirm",
    target=MoveTarget.REVIEW,
    function="sanctions.editorial.reviews.confirm",
    starts=(State.PUBLISHED,),
    permission=Action.CHANGE,
    done="Confirmed as still right.",
)
COMPARE: Final = MoveRule(
    move=Move.COMPARED,
    verb="compare",
    target=MoveTarget.PAIR,
    function="sanctions.editorial.duplicates.decide",
    starts=tuple(state for state in State if state != State.MERGED),
    permission=Action.CHANGE,
)
MERGE: Final = MoveRule(
    move=Move.MERGED,
    verb="merge",
    target=MoveTarget.PAIR,
    function="sanctions.editorial.merging.merge",
    starts=(*EDITABLE, State.PUBLISHED),
    leads_to=State.MERGED,
    permission=Action.CHANGE,
    needs_sources=True,
    needs_second_person=True,
)
UNMERGE: Final = MoveRule(
    move=Move.UNMERGED,
    verb="unmerge",
    target=MoveTarget.PAIR,
    function="sanctions.editorial.merging.unmerge",
    starts=(State.MERGED,),
    permission=Action.CHANGE,
    needs_sources=True,
)

#: All moves, in the order in which they are offered and listed.
MOVES: Final = (
    *(CREATE, REPLACE, DELETE, PROPOSE),
    *(SUBMIT, RETURN, PUBLISH, RETRACT, RESTORE, REVERT),
    *(SUBMIT_PROPOSAL, RETURN_PROPOSAL, WITHDRAW, ACCEPT),
    *(ASSIGN, UNASSIGN, RESOLVE, CONFIRM),
    *(COMPARE, MERGE, UNMERGE),
)


def moves_of(target: MoveTarget) -> tuple[MoveRule, ...]:
    """Return the moves of one kind of target."""
    return tuple(rule for rule in MOVES if rule.target == target)


def transitions_of(target: MoveTarget) -> dict[str, MoveRule]:
    """Return the moves that change the state, by their verbs."""
    return {rule.verb: rule for rule in moves_of(target) if rule.leads_to is not None}


def pages_of(target: MoveTarget) -> dict[str, MoveRule]:
    """Return the same moves by the last segment of their paths in the admin, those that lead forward first."""
    rules = sorted(transitions_of(target).values(), key=lambda rule: not rule.is_forward)
    return {rule.name: rule for rule in rules}
