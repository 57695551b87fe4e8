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

from sanctions.models import Actor, Source
from sanctions.vocabulary import State

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
        assert load() == "Nothing to do: all 3 records are there as the files have them.\n"
    assert [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_a_changed_file_changes_what_it_says(load: Callable[..., str], folder: Path) -> None:
    load()
    (folder / "people" / "actors.yaml").write_text(ACTORS.replace("name: Iran", "name: Islamic Republic of Iran"))
    assert load().splitlines() == ["changed 1 actor records", "1 written, 2 left alone."]
    assert Actor.objects.get(slug="iran").name == "Islamic Republic of Iran"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("sources: [", "sources.yaml:2: No valid YAML"),
        ("sources:\n- slug: a\n  kind: news\n", "sources.yaml:2: source a: title: This must be given."),
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
