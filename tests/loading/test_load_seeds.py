"""``manage.py load_seeds``: all or nothing, the same the second time, and a bar for people only."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanctions.editorial import merging
from sanctions.ledger.versions import Act
from sanctions.models import Actor, Event, Participation, Redirect, Source, Tenure
from sanctions.vocabulary import State
from tests.factories.users import make_user

ACTORS = """
actors:
  - slug: iran
    kind: state
    name: Iran
  - slug: iaea
    kind: intergovernmental_organisation
    name: IAEA
"""
EVENTS = """
events:
  - slug: a-report
    kind: report
    title: A report
    happened_on: "2015-12-02"
    participations:
      - {actor: iaea, role: reporter}
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "events.yaml").write_text(EVENTS)
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "actors.yaml").write_text(ACTORS)
    return tmp_path


@pytest.fixture
def load(db: None, folder: Path) -> Callable[..., str]:
    def loaded(**options: Any) -> str:
        out = io.StringIO()
        call_command("load_seeds", folder, stdout=out, no_color=True, **options)
        return out.getvalue()

    return loaded


def test_what_was_written_is_told(load: Callable[..., str]) -> None:
    assert load().splitlines() == [
        "created 2 actor records",
        "created 1 event records",
        "3 written, 0 left alone.",
    ]
    assert Actor.objects.published().count() == 2


def test_a_second_run_changes_nothing_and_says_so(load: Callable[..., str]) -> None:
    load()
    with CaptureQueriesContext(connection) as captured:
        assert load() == "Nothing to do: the files contain nothing new about their 3 records.\n"
    assert [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_a_changed_file_changes_what_it_says(load: Callable[..., str], folder: Path) -> None:
    load()
    (folder / "people" / "actors.yaml").write_text(ACTORS.replace("name: Iran", "name: Islamic Republic of Iran"))
    assert load().splitlines() == ["changed 1 actor records", "1 written, 2 left alone."]
    assert Actor.objects.get(slug="iran").name == "Islamic Republic of Iran"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("sources: [", "sources.yaml:2: Not valid YAML"),
        ("sources:\n- slug: a\n  kind: news\n", "sources.yaml:2: source a: title: This key is required."),
        (
            "actors:\n- {slug: iran, kind: state, name: Again}\n",
            "sources.yaml:2: actor iran: slug: The slug 'iran' is used twice, also in people/actors.yaml:3 actor iran.",
        ),
        (
            EVENTS.replace("a-report", "b").replace("iaea", "nobody"),
            "sources.yaml:3: event b: participations[0].actor: There is no actor with the slug 'nobody'.",
        ),
        (
            EVENTS.replace("a-report", "b").replace(
                "role: reporter}", "role: host}\n      - {actor: iaea, role: host}"
            ),
            "sources.yaml:3: event b: participations[1]: The actor has this role in the event already.",
        ),
    ],
)
def test_one_bad_file_and_nothing_is_loaded(load: Callable[..., str], folder: Path, text: str, complaint: str) -> None:
    (folder / "sources.yaml").write_text(text)
    with pytest.raises(CommandError) as refusal:
        load()
    assert str(refusal.value).startswith("Nothing was loaded: 1 fault(s).\n")
    assert complaint in str(refusal.value)
    assert not Actor.objects.exists()
    assert not Source.objects.exists()


def test_drafts_are_loaded_as_drafts(load: Callable[..., str], folder: Path) -> None:
    (folder / "people" / "actors.yaml").write_text("state: draft\n" + ACTORS)
    load()
    assert set(Actor.objects.values_list("state", "rendering")) == {(State.DRAFT, "")}


@pytest.mark.parametrize(
    ("stream", "options", "shown"),
    [(Terminal(), {}, True), (Terminal(), {"verbosity": 0}, False), (io.StringIO(), {}, False)],
)
def test_the_progress_bar_is_shown_on_a_terminal_only(
    load: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    stream: io.StringIO,
    options: dict[str, int],
    shown: bool,
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    load(**options)
    assert ("100%" in stream.getvalue()) == shown


def test_a_quiet_run_says_nothing(load: Callable[..., str]) -> None:
    assert load(verbosity=0) == ""


def test_what_was_retracted_at_the_desk_stays_so(load: Callable[..., str], folder: Path) -> None:
    load()
    Actor.objects.filter(slug="iaea").update(state=State.RETRACTED)
    (folder / "people" / "actors.yaml").write_text(ACTORS.replace("name: Iran", "name: Persia"))
    said = load()
    assert "left retracted: actor iaea" in said
    assert "left retracted: actor iran" not in said
    states = dict(Actor.objects.values_list("slug", "state"))
    assert states == {"iran": State.PUBLISHED, "iaea": State.RETRACTED}
    assert Actor.objects.get(slug="iran").name == "Persia"


DOUBLED = """
actors:
  - slug: iran
    kind: state
    name: Iran
  - slug: iaea
    kind: intergovernmental_organisation
    name: IAEA
  - slug: the-agency
    kind: intergovernmental_organisation
    name: The Agency
    tenures:
      - {slug: grossi-head, body: iran, title: Director, rank: head}
"""
BY_THE_AGENCY = EVENTS.replace(
    "actor: iaea, role: reporter", "actor: the-agency, capacity: grossi-head, role: reporter"
)


@pytest.fixture
def merge(load: Callable[..., str], folder: Path) -> Redirect:
    """Load an agency twice, and merge the two."""
    (folder / "people" / "actors.yaml").write_text(DOUBLED)
    (folder / "events.yaml").write_text(BY_THE_AGENCY)
    load()
    Actor.objects.update(state=State.DRAFT)
    Event.objects.update(state=State.DRAFT)
    kept, dropped = (Actor.objects.get(slug=slug) for slug in ("iaea", "the-agency"))
    redirect = merging.merge(kept, dropped, Act(timezone.now(), make_user("curator"), "One agency."))
    Actor.objects.filter(state=State.DRAFT).update(state=State.PUBLISHED)
    Event.objects.update(state=State.PUBLISHED)
    return redirect


def test_what_was_merged_at_the_desk_does_not_come_back(load: Callable[..., str], merge: Redirect) -> None:
    said = load()
    assert "left merged: actor the-agency, which is iaea now" in said
    assert "Nothing to do" in said
    assert Actor.objects.get(slug="the-agency").state == State.MERGED
    assert Participation.objects.get().actor.slug == "iaea"


def test_what_the_files_change_of_merged_records_goes_to_the_kept_one(
    load: Callable[..., str], folder: Path, merge: Redirect
) -> None:
    (folder / "people" / "actors.yaml").write_text(DOUBLED.replace("title: Director", "title: Director General"))
    assert "changed 1 actor records" in load()
    assert Tenure.objects.values_list("actor__slug", "title").get() == ("iaea", "Director General")


def test_seeds_without_the_merged_record_load_too(load: Callable[..., str], folder: Path, merge: Redirect) -> None:
    (folder / "people" / "actors.yaml").write_text(ACTORS)
    (folder / "events.yaml").write_text(BY_THE_AGENCY.replace("capacity: grossi-head, ", ""))
    assert "left merged" not in load()
    assert Participation.objects.get().actor.slug == "iaea"


def test_faults_in_files_are_told_though_something_was_merged(
    load: Callable[..., str], folder: Path, merge: Redirect
) -> None:
    (folder / "people" / "actors.yaml").write_text(DOUBLED.replace("kind: state", "kind: planet"))
    with pytest.raises(CommandError, match="'planet' is not one of the codes"):
        load()
