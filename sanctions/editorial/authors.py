"""The authors of a record or of a proposed change: all users who saved it since it was last public.

Moves write the table of authors within their transactions. Triggers (:mod:`sanctions.ledger.guards`) compare every
version and every approver with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet

from sanctions.database.bulk_writes import insert
from sanctions.models import Authorship, Proposal, Record
from sanctions.models.versions import LONGEST_AUTHORS
from sanctions.records.encode import chunks
from sanctions.records.registry import type_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

#: Between two names in the ledger. No user name contains a space or a comma.
SEPARATOR: Final = ", "


@dataclass(frozen=True, slots=True)
class Author:
    """One author: the account if it still exists, and its name now, or the last one known."""

    account: int | None
    name: str

    def is_user(self, user: AbstractBaseUser | AnonymousUser) -> bool:
        """Whether this is the user; compared by name only if the account was deleted."""
        return self.account == user.pk if self.account is not None else self.name == user.get_username()


@dataclass(frozen=True, slots=True)
class Authors:
    """The authors of a record or of a proposed change, in the order in which they began."""

    people: tuple[Author, ...] = ()

    def include(self, user: AbstractBaseUser | AnonymousUser) -> bool:
        """Whether the user is an author."""
        return any(person.is_user(user) for person in self.people)

    def with_people(self, more: Iterable[Author]) -> Authors:
        """Return these authors and others, each once."""
        return Authors(tuple(dict.fromkeys((*self.people, *more))))

    @property
    def accounts(self) -> list[int]:
        """The accounts of the authors."""
        return [person.account for person in self.people if person.account is not None]

    @property
    def in_ledger(self) -> str:
        """The names as a version stores them, separated by commas; if they do not fit, the rest is counted."""
        names = [person.name for person in self.people]
        kept = list(names)
        while len(text := _comma_separated(kept, len(names) - len(kept))) > LONGEST_AUTHORS:
            kept.pop()
        return text

    def __str__(self) -> str:
        names = [person.name for person in self.people]
        return " and ".join(filter(None, [SEPARATOR.join(names[:-1]), names[-1]])) if names else "nobody known"


def _comma_separated(names: Sequence[str], more: int) -> str:
    return SEPARATOR.join([*names, f"{more} more"] if more else names)


def author_of(user: AbstractBaseUser) -> Author:
    """Return a user as an author."""
    return Author(user.pk, user.get_username())


# --- Reading ------------------------------------------------------------------------------------


def authors_of(record: Record) -> Authors:
    """Return the authors of a record, its owner first."""
    return authors_of_all([record])[record.pk]


def authors_of_all(records: Sequence[Record]) -> dict[int, Authors]:
    """Return the authors of records of one kind by primary key, in two queries per thousand records."""
    if not records:
        return {}
    rows = Authorship.objects.filter(record_type=type_of(records[0]).name, proposal__isnull=True)
    by_slug: dict[str, list[Author]] = {}
    for slugs in chunks(record.slug for record in records):
        for slug, author in _people(rows.filter(slug__in=slugs), "slug"):
            by_slug.setdefault(slug, []).append(author)
    by_account = {author.account: author for people in by_slug.values() for author in people}
    unlisted = {record.author_id for record in records if record.author_id} - by_account.keys()
    by_account |= _unlisted_owners(records, unlisted)
    return {
        record.pk: Authors(tuple([by_account[record.author_id]] if record.author_id in by_account else ())).with_people(
            by_slug.get(record.slug, ())
        )
        for record in records
    }


def _unlisted_owners(records: Sequence[Record], accounts: set[int]) -> dict[int | None, Author]:
    """Return owners without a row in the table of authors, as in databases older than that table."""
    model = type(records[0])
    owners: dict[int | None, Author] = {}
    for keys in chunks(accounts):
        rows = model._default_manager.filter(author__in=keys).order_by().values_list("author_id", "author__username")
        owners.update((key, Author(key, name)) for key, name in rows.distinct())
    return owners


def authors_of_proposal(proposal: Proposal) -> Authors:
    """Return the authors of a proposed change, first the user who proposed it."""
    people = [author for _, author in _people(Authorship.objects.filter(proposal=proposal.number), "proposal")]
    proposer = next((author for author in people if author.account == proposal.author_id), None)
    return Authors((proposer or Author(proposal.author_id, proposal.by),)).with_people(people)


def written_by(user: AbstractBaseUser | AnonymousUser) -> set[tuple[str, str, int | None]]:
    """Return what the user is an author of: noun, slug, and the number if it is a proposed change."""
    rows = Authorship.objects.filter(Q(account=user.pk) | Q(account__isnull=True, name=user.get_username())).order_by()
    return set(rows.values_list("record_type", "slug", "proposal"))


def _people(rows: QuerySet[Authorship], key: str) -> list[tuple[str, Author]]:
    columns = rows.order_by("since", "pk").values_list(key, "account_id", "account__username", "name")
    return [(value, Author(account, username or name)) for value, account, username, name in columns]


# --- Writing ------------------------------------------------------------------------------------


def add_authors(records: Iterable[Record], people: Iterable[Author], at: datetime) -> None:
    """Add people to the authors of records of one kind, within the caller's transaction."""
    records, people = list(records), list(people)
    if records and people:
        _add([(type_of(record).name, record.slug, None) for record in records], people, at)


def add_authors_of_proposal(proposal: Proposal, people: Iterable[Author], at: datetime) -> None:
    """Add people to the authors of a proposed change, within the caller's transaction."""
    _add([(proposal.record_type, proposal.slug, proposal.number)], list(dict.fromkeys(people)), at)


def replace_authors(record_type: str, people: Mapping[str, Iterable[Author]], at: datetime) -> None:
    """Replace the authors of records (slug → people): the current content is the work of these people alone."""
    for slugs in chunks(people):
        Authorship.objects.filter(record_type=record_type, slug__in=slugs, proposal__isnull=True).delete()
    insert(
        [
            Authorship(record_type=record_type, slug=slug, account_id=author.account, name=author.name, since=at)
            for slug, authors in people.items()
            for author in dict.fromkeys(authors)
        ]
    )


def forget_authors(record: Record) -> None:
    """Remove the authors of a deleted record: another record may get its slug."""
    Authorship.objects.about(type_of(record).name, record.slug).delete()


def move_authors_to_slug(record_type: str, before: str, after: str) -> None:
    """Move the authors of a draft to its new slug."""
    rows = Authorship.objects.about(record_type, before)
    known = Authorship.objects.about(record_type, after).exclude(account__isnull=True).values_list("account", flat=True)
    rows.filter(account__in=list(known)).delete()
    rows.update(slug=after)


def _add(matters: Sequence[tuple[str, str, int | None]], people: Sequence[Author], at: datetime) -> None:
    known: set[tuple[str, str, int | None, int | None, str]] = set()
    for slugs in chunks(slug for _, slug, _ in matters):
        rows = Authorship.objects.filter(record_type=matters[0][0], slug__in=slugs).order_by()
        for record_type, slug, proposal, account, name in rows.values_list(
            "record_type", "slug", "proposal", "account_id", "name"
        ):
            known.add((record_type, slug, proposal, account, "" if account else name))
    insert(
        [
            Authorship(
                record_type=record_type,
                slug=slug,
                proposal=proposal,
                account_id=author.account,
                name=author.name,
                since=at,
            )
            for record_type, slug, proposal in matters
            for author in people
            if (record_type, slug, proposal, author.account, "" if author.account else author.name) not in known
        ]
    )
