"""A copy that is kept from /api/v1/changes/ alone equals the database after any edits."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from django.test import Client

from sanctions.editorial.duplicates import decide
from sanctions.editorial.merging import merge, unmerge
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Actor, Redirect
from sanctions.records.base import Document
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.vocabulary import Sameness, State, VersionKind
from tests.api.v1.published_documents import published
from tests.factories.documents import world
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
START: Final = datetime(2025, 3, 1, tzinfo=UTC)
_KINDS: Final = [VersionKind.UPDATE, VersionKind.UPDATE, VersionKind.CORRECTION]


class Mirror:
    """A copy: (record type, slug) → document; and up to where the changes are known."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.after = 0
        self.documents: dict[tuple[str, str], Document] = {}

    def follow(self, step: int) -> None:
        """Take up all that has happened since, so many changes at a time."""
        last = self.after + 1
        while self.after < last:
            asked: dict[str, Any] = {"after": self.after, "limit": step, "include_documents": "true"}
            page = self.client.get("/api/v1/changes/", asked).json()
            for change in page["results"]:
                key = (change["record"]["type"], change["record"]["slug"])
                if change["document"] is None:
                    self.documents.pop(key, None)
                else:
                    self.documents[key] = change["document"]
            self.after, last = page["after"], page["last"]


class Editor:
    """Edits records at random; each edit is one that an editor could make."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.at = START
        self.created: set[str] = set()
        #: What is merged now, as it was before.
        self.aside: dict[tuple[str, str], Incoming] = {}
        self.curator, self.reviewer = make_user("curator"), make_user("reviewer")
        self.items = {(item.record_type.name, item.slug): item for item in world()}
        self.save(list(self.items.values()))

    def save(self, items: list[Incoming], kind: VersionKind = VersionKind.UPDATE) -> None:
        """Write documents by one act, a minute after the last."""
        self.at += timedelta(minutes=1)
        save_documents(items, Act(self.at, kind=kind, reason="A random edit."))
        self.items |= {(item.record_type.name, item.slug): item for item in items}

    def edit(self) -> None:
        """Do one thing of those that can be done to records."""
        self.chance.choices([self.rewrite, self.hide_or_show, self.create, self.join_or_part], [12, 4, 1, 1])[0]()

    def rewrite(self) -> None:
        """Change what a few records say."""
        some = self.chance.sample(list(self.items.values()), self.chance.choice([1, 1, 1, 4]))
        words = f"Told at {self.at:%H:%M:%S}, {self.chance.random()}."
        self.save([self.reworded(item, words) for item in some], self.chance.choice(_KINDS))

    def hide_or_show(self) -> None:
        """Retract what is public, or bring back what is not."""
        item = self.chance.choice(list(self.items.values()))
        state = State.RETRACTED if item.state == State.PUBLISHED else State.PUBLISHED
        kind = VersionKind.RETRACTION if state == State.RETRACTED else VersionKind.RESTORATION
        self.save([Incoming(item.record_type, item.document, state)], kind)

    def create(self) -> None:
        """Write an actor that is a part of others, as a draft or in public."""
        slug = f"actor-{self.chance.randrange(10**9)}"
        self.created.add(slug)
        document = {
            "slug": slug,
            "kind": "organisation",
            "name": f"Actor {slug}",
            "relationships": [{"kind": "part_of", "to": body} for body in ("actor-1", "actor-2")],
            "citations": [{"source": "source-1"}],
        }
        self.save([Incoming(BY_NAME["actor"], document, self.chance.choice([State.DRAFT, State.PUBLISHED]))])

    def join_or_part(self) -> None:
        """Merge two public actors that were created here, and leave them alone; or undo the merge before."""
        self.at += timedelta(minutes=1)
        redirect = Redirect.objects.in_effect().order_by("-number").first()
        if redirect is not None and self.chance.random() < 0.8:
            unmerge(redirect, Act(self.at, self.reviewer, "They are two."))
            self.items |= self.aside
            return
        public = [
            key for key, item in self.items.items() if item.state == State.PUBLISHED and item.slug in self.created
        ]
        if len(public) > 1:
            both = self.chance.sample(public, 2)
            self.aside = {key: self.items.pop(key) for key in both}
            kept, dropped = (Actor.objects.get(slug=slug) for _, slug in both)
            decide((kept, dropped), Sameness.SAME, Act(self.at, self.curator, "They are one."))
            merge(kept, dropped, Act(self.at, self.reviewer, "They are one."))

    def reworded(self, item: Incoming, words: str) -> Incoming:
        """Return a document with another text."""
        known = {part.name for part in item.record_type.keys}
        key = next(key for key in ("summary", "note", "title", "name") if key in known)
        return Incoming(item.record_type, {**item.document, key: words}, item.state)


def check(client: Client, edits: int, seed: int) -> None:
    """Edit records at random, and compare copies with the public records all along."""
    chance = random.Random(seed)
    editor = Editor(chance)
    near, far = Mirror(client), Mirror(client)
    for number in range(edits):
        editor.edit()
        if chance.random() < 0.1:
            near.follow(chance.choice([1, 3, 1000]))
        if number % (edits // 4) == 0:
            near.follow(1000)
            assert near.documents == published()
    for mirror in (near, far):
        mirror.follow(1000)
        assert mirror.documents == published()
    assert list(verify_chain()) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_a_copy_equals_the_database_after_random_edits(client: Client, seed: int) -> None:
    check(client, 50, seed)


# Each edit is committed: within one transaction PostgreSQL would keep ten thousand versions of the head of the ledger.
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_copy_equals_the_database_after_ten_thousand_random_edits(client: Client) -> None:
    check(client, 10_000, 3)


def test_a_copy_never_has_a_record_without_those_it_refers_to(client: Client) -> None:
    Editor(random.Random(4))
    known: set[tuple[str, str]] = set()
    for change in client.get("/api/v1/changes/?limit=1000&include_documents=true").json()["results"]:
        known.add((change["record"]["type"], change["record"]["slug"]))
        assert set(_named(change["document"])) <= known
    assert len(known) == len(world())


def _named(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the records that a document of the world names, by their slugs."""
    names = {record_type.name for record_type in RECORD_TYPES}
    if isinstance(document, dict):
        for value in document.values():
            yield from _named(value)
    elif isinstance(document, list):
        for value in document:
            yield from _named(value)
    elif isinstance(document, str) and document.rpartition("-")[0] in names:
        yield document.rpartition("-")[0], document
