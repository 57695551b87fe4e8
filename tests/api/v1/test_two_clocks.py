"""Both clocks together: random curated histories, asked as of any day and as known at any instant, against an oracle.

The oracle keeps every document that was ever written in a list, and answers by looking through it. It shares
nothing with the answers but the fold of effects, which has properties of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions import edtf
from sanctions.database.past_views import known_at
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Measure
from sanctions.projections.renderings import render_past
from sanctions.records.base import Document, Key, Ref, Refs, Rows
from sanctions.records.encode import label_text, normalise
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.standing import FLOWS, TABLE, Answer, standing_on
from sanctions.vocabulary import Modality, State, Subject, VersionKind
from tests.effort import examples
from tests.factories.documents import incoming, world
from tests.factories.events import Entry, entry
from tests.undo import undone

START = datetime(2025, 1, 1, tzinfo=UTC)
STEP = timedelta(days=1)
DAYS = [date(2009, 1, 1), date(2015, 7, 14), date(2016, 1, 31), date(2018, 6, 1), date(2019, 1, 1), date(2030, 1, 1)]
few = settings(suppress_health_check=list(HealthCheck), max_examples=examples(10))

Instants = st.integers(-1, 12).map(lambda steps: START + steps * STEP / 2)


@dataclass(frozen=True, slots=True)
class Write:
    """One document as it was written at an instant."""

    at: datetime
    item: Incoming


@dataclass
class Oracle:
    """Everything that was ever written, in the order of its writing."""

    writes: list[Write] = field(default_factory=list)

    def write(self, at: datetime, items: list[Incoming], kind: VersionKind) -> None:
        save_documents(items, Act(at, kind=kind))
        self.writes += [Write(at, item) for item in items]

    def at(self, instant: datetime) -> Known:
        last: dict[tuple[str, str], Incoming] = {}
        numbers: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
        for write in self.writes:
            if write.at > instant:
                continue
            name = (write.item.record_type.name, write.item.slug)
            last[name] = write.item
            version = (write.item.state, normalise(write.item.record_type, write.item.document))
            versions = numbers.setdefault(name, [])
            if not versions or versions[-1] != version:
                versions.append(version)
        return Known(last, {name: _versions(versions) for name, versions in numbers.items()})


def _versions(versions: list[tuple[Any, Any]]) -> int:
    """How many versions the ledger must have: each that was public, and each that ended what was public."""
    count, public = 0, False
    for state, _ in versions:
        if state == State.PUBLISHED or public:
            count += 1
        public = state == State.PUBLISHED
    return count


@dataclass
class Known:
    """What was known at an instant."""

    items: dict[tuple[str, str], Incoming]
    numbers: dict[tuple[str, str], int]

    def published(self, name: str) -> dict[str, Document]:
        return {
            slug: normalise(item.record_type, item.document)
            for (noun, slug), item in self.items.items()
            if noun == name and item.state == State.PUBLISHED
        }

    def parts(self, name: str, key: str) -> Iterator[tuple[str, Document, State]]:
        """Every slugged part: of which record, its document, the state of that record."""
        for (noun, slug), item in self.items.items():
            if noun == name:
                for row in normalise(item.record_type, item.document).get(key, ()):
                    yield slug, row, item.state

    def labels(self) -> dict[tuple[str, str], tuple[str, State]]:
        """Every name by which a record or part is shown while it is public, and its state."""
        labels = {
            (noun, slug): (
                label_text(noun, normalise(item.record_type, item.document)),
                item.state,
            )
            for (noun, slug), item in self.items.items()
        }
        for name, key, part in (
            ("actor", "tenures", "tenure"),
            ("order", "measures", "measure"),
            ("agreement", "commitments", "commitment"),
        ):
            for _, row, state in self.parts(name, key):
                labels[part, row["slug"]] = (label_text(part, row), state)
        return labels

    def effects(self) -> Iterator[tuple[Document, Entry]]:
        """The effects that count."""
        for slug, document in self.published("event").items():
            if document.get("modality") != Modality.CANCELLED:
                for place, effect in enumerate(document.get("effects", ())):
                    yield (
                        effect,
                        entry(
                            effect["verb"],
                            effect["effective_on"],
                            until=effect.get("until", ""),
                            in_part=effect.get("in_part", False),
                            sequence=effect.get("sequence", 0),
                            tie=f"{slug}#{place:06}",
                        ),
                    )

    def standing(
        self, subject: Subject, slug: str, day: date, *, owner: str = "", party: str | None = None
    ) -> Answer[Entry]:
        entries = []
        for effect, effect_entry in self.effects():
            parent = "order" if subject is Subject.MEASURE else "agreement"
            flows = (
                bool(owner)
                and effect.get(parent) == owner
                and "party" not in effect
                and effect["verb"] in FLOWS[subject]
            )
            if subject is Subject.PARTY:
                is_direct = effect.get("agreement") == slug and effect.get("party") == party
            else:
                is_direct = effect.get(str(subject)) == slug
                is_direct = is_direct and not (subject is Subject.AGREEMENT and "party" in effect)
                if subject is Subject.COMMITMENT and party is not None:
                    is_direct = is_direct and effect.get("party") in (None, party)
            if is_direct or flows:
                entries.append(effect_entry)
        return standing_on(day, entries, subject)


# --- Random histories ---------------------------------------------------------------------------


@st.composite
def events(draw: st.DrawFn) -> Incoming:
    """An event of many effects on few subjects, so that they meet."""
    effects = []
    for _ in range(draw(st.integers(1, 6))):
        subject = draw(st.sampled_from(list(Subject)))
        place = {"measure": "measure-1", "commitment": "commitment-1"}.get(str(subject), f"{subject}-1")
        effect: Document = (
            {"agreement": "agreement-1", "party": "actor-1"} if subject is Subject.PARTY else {str(subject): place}
        )
        if subject in (Subject.COMMITMENT, Subject.VIOLATION) and draw(st.booleans()):
            effect["party"] = draw(st.sampled_from(["actor-1", "actor-2"]))
        effect["verb"] = str(draw(st.sampled_from(list(TABLE[subject]))))
        effect["effective_on"] = draw(st.sampled_from(["2009", "2015-07-14", "2016-01", "2018-05/2018-11", "../2010"]))
        if draw(st.integers(0, 3)) == 0:
            effect["until"] = draw(st.sampled_from(["2018-11-30", "2019", "2020-01-01/.."]))
        effects.append(effect)
    slug = draw(st.sampled_from(["event-1", "event-2", "event-new"]))
    document = {"slug": slug, "kind": "report", "title": slug, "happened_on": "2015", "effects": effects}
    return Incoming(BY_NAME["event"], document, draw(st.sampled_from([State.PUBLISHED, State.PUBLISHED, State.DRAFT])))


#: An act of a history: how many steps after the one before, of which kind, of which documents.
Deed = tuple[int, VersionKind, list[Incoming]]


@st.composite
def histories(draw: st.DrawFn) -> list[Deed]:
    """Acts one after another, some at one instant, each of a few documents."""
    one = st.one_of(events(), events(), *(incoming(record_type.name) for record_type in RECORD_TYPES))
    acts = st.tuples(
        st.sampled_from([1, 1, 1, 0]),
        st.sampled_from([VersionKind.UPDATE, VersionKind.CORRECTION]),
        st.lists(one, min_size=1, max_size=3, unique_by=lambda item: (item.record_type.name, item.slug)),
    )
    return draw(st.lists(acts, min_size=2, max_size=5))


def dated(history: list[Deed]) -> Iterator[tuple[datetime, VersionKind, list[Incoming]]]:
    """The acts with their instants, after the one that wrote the world."""
    at = START
    yield at, VersionKind.UPDATE, world()
    for steps, kind, items in history:
        at += steps * STEP
        yield at, kind, items


# --- What the answers must contain ----------------------------------------------------------------

client = Client()


def ask(path: str, instant: datetime | None, **parameters: str) -> Any:
    clock = {} if instant is None else {"known_at": instant.isoformat()}
    answer = client.get(f"/api/v1/{path}", {"limit": "1000", **clock, **parameters})
    assert answer.status_code == 200, answer.content.decode()[:1000]
    page = answer.json()
    assert page["next"] is None
    return page["results"]


def document_of(keys: tuple[Key, ...], row: Document, seen: list[tuple[str, Document]], model: Any) -> Document:
    """Return the document behind an answer; the references in it are added to what was seen."""
    document: Document = {}
    for key in keys:
        value = row.get(key.name)
        if value in (None, [], ""):
            continue
        if isinstance(key, Ref | Refs):
            many = value if isinstance(key, Refs) else [value]
            seen += [(str(model._meta.get_field(key.field).related_model._meta.model_name), named) for named in many]
            document[key.name] = [named["slug"] for named in many] if isinstance(key, Refs) else value["slug"]
        elif isinstance(key, Rows):
            part = model._meta.get_field(key.field).related_model
            document[key.name] = [document_of(key.keys, item, seen, part) for item in value]
        else:
            document[key.name] = value
    return document


def expected_standing(answer: Answer[Entry]) -> dict[str, Any]:
    def bounded(day: date | None) -> str | None:
        return None if day in (None, date.min, date.max) else day.isoformat()

    return {
        "code": answer.code,
        "since": bounded(answer.since),
        "until": bounded(answer.until),
        "certain": answer.certain,
        "possible": list(answer.possible),
    }


def shown(standing: Document) -> dict[str, Any]:
    return {name: standing[name] for name in ("code", "since", "until", "certain", "possible")}


def check_records(known: Known, instant: datetime | None, day: date) -> None:
    """Every noun's list has the records that were public, each as it was, under the names that others then had."""
    labels = known.labels()
    for record_type in RECORD_TYPES:
        rows = ask(f"{record_type.plural}/", instant, as_of=day.isoformat())
        expected = known.published(record_type.name)
        assert {row["slug"] for row in rows} == set(expected), record_type.plural
        for row in rows:
            seen: list[tuple[str, Document]] = []
            document = document_of(record_type.keys, row, seen, record_type.model)
            assert normalise(record_type, document) == expected[row["slug"]]
            assert row["version"]["number"] == known.numbers[record_type.name, row["slug"]]
            for model, named in seen:
                name, state = labels[model, named["slug"]]
                public = state == State.PUBLISHED
                assert named["name"] == (name if public else named["slug"])
                assert ("retracted" in named) == (state == State.RETRACTED)
                assert ("url" in named) == (public and model != "tenure")


def check_parts(known: Known, instant: datetime | None, day: date) -> None:
    """Measures and commitments are those of the public orders and agreements."""
    for plural, name, key in (("measures", "order", "measures"), ("commitments", "agreement", "commitments")):
        rows = {row["slug"]: row for row in ask(f"{plural}/", instant, as_of=day.isoformat())}
        expected = {row["slug"]: owner for owner, row, state in known.parts(name, key) if state == State.PUBLISHED}
        assert {slug: row[name]["slug"] for slug, row in rows.items()} == expected


def check_standings(known: Known, instant: datetime | None, day: date) -> None:
    """Everything that has a standing has the one that its effects then known give on the day."""
    for subject, plural in (
        (Subject.ORDER, "orders"),
        (Subject.AGREEMENT, "agreements"),
        (Subject.VIOLATION, "violations"),
        (Subject.MEASURE, "measures"),
        (Subject.COMMITMENT, "commitments"),
    ):
        for row in ask(f"{plural}/", instant, as_of=day.isoformat()):
            owner = (row.get("order") or row.get("agreement") or {}).get("slug", "")
            expected = known.standing(subject, row["slug"], day, owner=owner)
            assert shown(row["standing"]) == expected_standing(expected), (subject, row["slug"])
            listed = ask(f"{plural}/", instant, as_of=day.isoformat(), standing=expected.code)
            assert row["slug"] in {other["slug"] for other in listed}
            for party in row.get("parties", ()):
                whose = party["actor"]["slug"]
                other = known.standing(Subject.PARTY, row["slug"], day, owner=row["slug"], party=whose)
                assert shown(party["standing"]) == expected_standing(other)
            for obligor in row.get("by_obligor", ()):
                other = known.standing(subject, row["slug"], day, owner=owner, party=obligor["actor"]["slug"])
                assert shown(obligor["standing"]) == expected_standing(other)


def check_filters(known: Known, instant: datetime | None) -> None:
    """Filters match the records that were public then, with their content of then."""
    events_ = known.published("event")
    for actor in known.published("actor"):
        taking_part = {
            slug
            for slug, document in events_.items()
            if actor in {part["actor"] for part in document.get("participations", ())}
        }
        assert {row["slug"] for row in ask("events/", instant, actor=actor)} == taking_part
    certainly = {slug for slug, event in events_.items() if edtf.parse(event["happened_on"]).earliest.year >= 2016}
    assert {row["slug"] for row in ask("events/", instant, happened_on__gte="2016")} == certainly
    states = {slug for slug, actor in known.published("actor").items() if actor["kind"] == "state"}
    assert {row["slug"] for row in ask("actors/", instant, kind="state")} == states


@few
@given(history=histories(), instants=st.lists(Instants, min_size=2, max_size=3), day=st.sampled_from(DAYS))
def test_every_noun_is_as_it_was_known_and_as_it_stood(
    db: None, history: list[Deed], instants: list[datetime], day: date
) -> None:
    with undone():
        oracle = Oracle()
        for at, kind, items in dated(history):
            oracle.write(at, items, kind)
        now = START + (len(history) + 1) * STEP
        for instant, given_instant in [*((instant, instant) for instant in instants), (now, now), (now, None)]:
            known = oracle.at(instant)
            check_records(known, given_instant, day)
            check_parts(known, given_instant, day)
            check_standings(known, given_instant, day)
            check_filters(known, given_instant)
        assert list(verify_chain()) == []


def renderings() -> list[tuple[str, str]]:
    """Return every stored rendering, as known now."""
    models: list[Any] = [*(record_type.model for record_type in RECORD_TYPES), Measure]
    return sorted(
        (str(model._meta.label), text)
        for model in models
        for text in model._default_manager.values_list("rendering", flat=True)
    )


@few
@given(history=histories())
def test_rendering_the_past_again_gives_what_was_answered_then(db: None, history: list[Deed]) -> None:
    with undone():
        rendered = {}
        for at, kind, items in dated(history):
            save_documents(items, Act(at, kind=kind))
            rendered[at] = renderings()
        render_past()
        for at, before in rendered.items():
            with known_at(at):
                assert renderings() == before
