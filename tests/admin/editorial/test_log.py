"""The page of the log: who may read it, how it is filtered, and that it cannot be changed there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.models import LogEntry
from tests.admin.conftest import Sign
from tests.models.rows import valid

pytestmark = pytest.mark.django_db
PATH = "/admin/sanctions/logentry/"


def write(**values: str | int) -> LogEntry:
    entry: LogEntry = valid(LogEntry, **values)
    entry.save()
    return entry


@pytest.fixture
def administrator(sign_in: Sign) -> Client:
    return sign_in("administrator")


def slugs_listed(client: Client, **parameters: str) -> list[str]:
    answer = client.get(PATH, parameters)
    assert answer.status_code == 200
    return [entry.slug for entry in answer.context["cl"].result_list]


def test_it_is_listed_the_newest_first(administrator: Client) -> None:
    write(slug="a")
    write(slug="b")
    assert slugs_listed(administrator) == ["b", "a"]


def test_it_is_filtered_and_searched(administrator: Client) -> None:
    write(slug="a", by="x", move="deleted", at="2025-03-02T00:00:00Z")
    write(slug="b", by="y", record_type="order", at="2025-03-01T23:59:59Z")
    assert slugs_listed(administrator, move__exact="deleted") == ["a"]
    assert slugs_listed(administrator, by="y") == ["b"]
    assert slugs_listed(administrator, record_type="order") == ["b"]
    assert slugs_listed(administrator, at__year="2025", at__month="3", at__day="2") == ["a"]
    assert slugs_listed(administrator, q="b") == ["b"]


def test_what_was_done_about_one_change_and_what_was_done_together_is_one_step_away(administrator: Client) -> None:
    write(slug="a", proposal=7, batch=1)
    write(slug="b", proposal=7)
    write(slug="c", batch=1)
    page = administrator.get(PATH).content.decode()
    for parameters, slugs in (({"proposal__exact": "7"}, ["b", "a"]), ({"batch__exact": "1"}, ["c", "a"])):
        ((name, value),) = parameters.items()
        link = f"{PATH}batch/{value}/" if name.startswith("batch") else f"{PATH}?{name}={value}"
        assert f'href="{link}"' in page
        assert slugs_listed(administrator, **parameters) == slugs


@pytest.mark.parametrize(
    "parameters",
    [{"proposal__exact": "x"}, {"batch__exact": "9" * 30}, {"proposal__exact": "-1"}, {"batch__exact": "\0"}],
)
def test_no_number_breaks_it(administrator: Client, parameters: dict[str, str]) -> None:
    assert administrator.get(PATH, parameters).status_code in (200, 302)


@pytest.mark.parametrize("parameters", [{"q": "\0"}, {"at__year": "99999"}, {"move__exact": "x"}, {"unknown": "1"}])
def test_no_parameter_breaks_it(administrator: Client, parameters: dict[str, str]) -> None:
    assert administrator.get(PATH, parameters).status_code in (200, 302)


@pytest.mark.parametrize("group", ["nobody", "curator", "reviewer"])
def test_who_worked_from_where_is_for_administrators(sign_in: Sign, group: str) -> None:
    entry = write()
    client = sign_in(group)
    assert client.get(PATH).status_code == 403
    assert client.get(f"{PATH}{entry.pk}/change/").status_code == 403


def test_not_even_a_superuser_changes_it(admin_client: Client) -> None:
    entry = write(slug="a")
    page = f"{PATH}{entry.pk}/change/"
    assert 'name="_save"' not in admin_client.get(page).content.decode()
    assert admin_client.post(page, {"slug": "b"}).status_code == 403
    assert admin_client.post(f"{PATH}add/", {"slug": "b"}).status_code == 403
    assert admin_client.post(f"{PATH}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "post": "yes", "_selected_action": [entry.pk]}
    admin_client.post(PATH, chosen)
    assert list(LogEntry.objects.values_list("slug", flat=True)) == ["a"]


def test_it_makes_as_many_queries_for_thirty_entries_as_for_three(administrator: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert administrator.get(PATH).status_code == 200
        return len(captured)

    for _ in range(3):
        write()
    administrator.get(PATH)
    few = queries()
    for _ in range(27):
        write()
    assert queries() == few
