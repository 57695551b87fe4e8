"""Make an editorial move: ``manage.py move publish order us-eo-13902 --by ada --reason "…"``."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sanctions.editorial import moves, proposals
from sanctions.editorial.move_rules import MoveTarget
from sanctions.editorial.move_table import ACCEPT, DELETE, PROPOSE, REPLACE, moves_of, transitions_of
from sanctions.editorial.proposals import ProposedChange, merge_into_public, record_of, seal
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.ledger.versions import Act
from sanctions.management.account_lookup import find_active_account
from sanctions.models import Proposal, Record
from sanctions.records.base import RecordType
from sanctions.records.diff import changes
from sanctions.records.encode import encode
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import VersionKind

#: Moves of records and of proposals by their names in the command.
_OF_RECORDS: Final = {rule.command: rule for rule in moves_of(MoveTarget.RECORD)}
_OF_PROPOSALS: Final = transitions_of(MoveTarget.PROPOSAL)
_KINDS: Final = (VersionKind.UPDATE, VersionKind.CORRECTION)


class Command(BaseCommand):
    """Make one move in the name of an account, by the same rules as in the admin."""

    help = (
        "Make an editorial move in the name of an account, on a record (noun and slug) or on a proposal (--proposal)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the move, its subject, the account and the reason."""
        parser.add_argument("move", choices=list(_OF_RECORDS | _OF_PROPOSALS), help="the move to make")
        parser.add_argument("noun", nargs="?", choices=list(BY_NAME), help="noun of the record, such as order")
        parser.add_argument("slug", nargs="?", help="slug of the record")
        parser.add_argument("--proposal", type=int, metavar="NUMBER", help="number of the proposal")
        parser.add_argument("--by", required=True, metavar="NAME", help="account in whose name the move is made")
        parser.add_argument("--reason", default="", help="why the move is made")
        parser.add_argument(
            "--document", metavar="FILE", help="new document of the record, as JSON; - reads it from standard input"
        )
        parser.add_argument(
            "--kind",
            choices=_KINDS,
            default=VersionKind.UPDATE,
            help="of a proposal: update if the world has changed, correction if the record was wrong (default: update)",
        )
        agreed = parser.add_mutually_exclusive_group()
        agreed.add_argument("--seal", default="", help="accept the proposal only if this is still its seal")
        agreed.add_argument("--yes", action="store_true", help="accept the proposal without repeating its seal")

    def handle(self, *, move: str, by: str, **options: Any) -> None:
        """Make the move, and report the new state."""
        act = Act(timezone.now(), find_active_account(by), options["reason"])
        try:
            if options["proposal"] is not None:
                self._of_proposal(move, act, options)
            elif options["noun"] and options["slug"]:
                self._of_record(move, act, options)
            else:
                raise CommandError("Name a record by noun and slug, or a proposal by --proposal.")
        except MoveRefused as refusal:
            raise CommandError(f"Nothing was done. {refusal}") from refusal
        except InvalidDocument as error:
            raise CommandError(f"Nothing was done: {len(error.problems)} fault(s).\n{error}") from error

    def _of_record(self, move: str, act: Act, options: dict[str, Any]) -> None:
        record_type, slug = BY_NAME[options["noun"]], options["slug"]
        if move not in _OF_RECORDS:
            raise CommandError(f"{move} is a move of a proposal: name the proposal by --proposal.")
        record = _record(record_type, slug)
        rule = _OF_RECORDS[move]
        if rule is REPLACE:
            document = _document(options, slug)
            if record is None:
                record = moves.create(record_type, document, act)
            else:
                moves.rewrite(record, document, act)
        elif record is None:
            raise CommandError(f"No {record_type.name} has the slug {slug!r}.")
        elif rule is PROPOSE:
            change = ProposedChange(_document(options, slug), VersionKind(options["kind"]))
            proposal = proposals.propose(record, change, act)
            self._report(f"{proposal}: {proposal.get_state_display()}")
            return
        else:
            rule.make(record, act)
        state = "deleted" if rule is DELETE else record.get_state_display()
        self._report(f"{record_type.name} {slug}: {state}")

    def _of_proposal(self, move: str, act: Act, options: dict[str, Any]) -> None:
        if options["noun"]:
            raise CommandError("Name a record or a proposal, not both.")
        if move not in _OF_PROPOSALS:
            raise CommandError(f"{move} is not a move of a proposal. Allowed: {', '.join(_OF_PROPOSALS)}.")
        number = options["proposal"]
        proposal = Proposal.objects.filter(number=number).first() if 0 < number < 2**63 else None
        if proposal is None:
            raise CommandError(f"Proposal {number} does not exist.")
        rule = _OF_PROPOSALS[move]
        seen = {"seen": self._confirm(proposal, options)} if rule is ACCEPT else {}
        rule.make(proposal, act, **seen)
        self._report(f"{proposal}: {proposal.get_state_display()}")

    def _confirm(self, proposal: Proposal, options: dict[str, Any]) -> str:
        """Print what accepting would change, and return the confirmed seal."""
        record_type = BY_NAME[proposal.record_type]
        public = encode(record_type, record_of(proposal).pk)
        document = merge_into_public(proposal, public).document
        sealed = seal(proposal, document)
        lines = [f"{proposal}, {proposal.kind}: {proposal.reason}"]
        for change in changes(record_type, public, document):
            before, after = (orjson.dumps(side).decode() for side in (change.before, change.after))
            lines.append(f"  {change.path} {change.kind}: {before} → {after}")
        lines.append(f"seal: {sealed}")
        self.stdout.write("\n".join(lines))
        if not options["seal"] and not options["yes"]:
            raise CommandError(f"Nothing was done. If you agree, repeat it with --seal {sealed} or --yes.")
        return options["seal"] or sealed

    def _report(self, text: str) -> None:
        self.stdout.write(self.style.SUCCESS(text))


def _record(record_type: RecordType, slug: str) -> Record | None:
    record: Record | None = record_type.model._default_manager.filter(slug=slug).defer("rendering").first()
    return record


def _document(options: dict[str, Any], slug: str) -> Any:
    """Return the document in the file, which must have the slug of the record."""
    file = options["document"]
    if not file:
        raise CommandError("Give the new document of the record: --document FILE.")
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        document = orjson.loads(content)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except orjson.JSONDecodeError as error:
        raise CommandError(f"{file} is not JSON: {error}.") from error
    if isinstance(document, dict) and document.get("slug") != slug:
        raise CommandError(f"{file} is the document of {document.get('slug')!r}, not of {slug!r}.")
    return document
