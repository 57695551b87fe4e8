"""The recipe of a noun: rulings of courts, made up for the walk."""

from __future__ import annotations

from typing import Final

from tests.contributing.steps import MIGRATION, REFERENCE, Create, Insert, Migrate, Recipe, Replace, Step

_MODEL: Final = '''"""Rulings of courts."""

from __future__ import annotations

from django.db import models

from sanctions.models.actors import Actor
from sanctions.models.base import Record
from sanctions.models.fields import LineField


class Ruling(Record):
    """A court's ruling."""

    title = LineField(max_length=300, help_text="What it is called.")
    court = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="rulings", help_text="Who ruled.")

    class Meta(Record.Meta):
        ordering = ["title", "slug"]

    def __str__(self) -> str:
        return self.title
'''
_CITATION: Final = """    ruling = models.ForeignKey(
        "Ruling",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        help_text="The ruling that it supports, if it is one.",
    )
"""
_RECORD: Final = '''"""The document of a ruling."""

from sanctions.models import Ruling
from sanctions.records.base import CITATIONS, NOTES, SLUG, RecordType, Ref, Value

RULING = RecordType(
    name="ruling",
    plural="rulings",
    model=Ruling,
    label="title",
    keys=(SLUG, Value("title"), Ref("court"), *NOTES, CITATIONS),
)
'''
_ADMIN: Final = '''"""Rulings in the admin."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from sanctions.admin.base import REMARKS, RecordAdmin
from sanctions.admin.filters import SourcedFilter
from sanctions.admin.parts import CitationInline
from sanctions.models import Ruling


@admin.register(Ruling)
class RulingAdmin(RecordAdmin):
    """Rulings of courts."""

    list_display = ("title", "court", "slug", "editorial_state")
    list_related = ("court",)
    list_filter = (("state", ChoicesDropdownFilter), SourcedFilter)
    search_fields = ("title", "slug")
    search_help_text = "Title or slug"
    fieldsets = ((None, {"fields": ("title", ("slug", "court"))}), REMARKS)
    inlines = (CitationInline,)
'''
_FILTERS: Final = '''"""The parameters of the list of rulings."""

from api.v1.filters.columns import FilterColumn
from api.v1.filters.conditions import cited, slugs, texts
from api.v1.filters.lists import ListParameters
from sanctions.models import Ruling


class RulingParameters(ListParameters):
    """The filters of rulings."""

    model = Ruling

    slug__in = slugs(Ruling)
    search = texts("Words, each found in the title or the slug.", "title", "slug")
    title = FilterColumn("title")
    court = FilterColumn("court")
    note = FilterColumn("note")
    source = cited("ruling")
'''
_VIEW: Final = '''"""Rulings."""

from api.http.pagination import Ordering
from api.v1.filters.rulings import RulingParameters
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Ruling


class RulingViewSet(RecordViewSet):
    """Rulings of courts."""

    queryset = Ruling.objects.all()
    list_parameters = RulingParameters
    orderings = (Ordering("title", "title"), BY_SLUG)
    ordering = "title"
'''
_FACTORY: Final = '''"""Rulings."""

from typing import Any

from sanctions.models import Ruling
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.slugs import unused


def make_ruling(slug: str = "", **values: Any) -> Ruling:
    """Create a published ruling."""
    slug = slug or unused("ruling")
    if "court" not in values:
        values["court"] = make_actor()
    return Ruling.objects.create(slug=slug, **{"title": slug, "state": State.PUBLISHED} | values)
'''
_API_TEST: Final = '''"""/api/v1/rulings/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "a-ruling"}, ["a-ruling"]),
        ({"search": "a ruling"}, ["a-ruling"]),
        ({"title__icontains": "ruling"}, ["a-ruling"]),
        ({"court": "france"}, ["a-ruling"]),
        ({"note__icontains": "nothing"}, []),
        ({"source": "law"}, ["a-ruling"]),
    ],
    ids=str,
)
def test_rulings_are_found_by(
    slugs: Callable[..., list[str]], parameters: dict[str, Any], expected: list[str]
) -> None:
    assert slugs("rulings", **parameters) == expected
'''

_WORLD: Final = """
rulings: [{slug: a-ruling, title: A ruling, court: france, citations: [{source: law}]}]
"""

_EVERY_KEY: Final = "tests/records/test_every_key.py"
_EVERY_NOUN: Final = "tests/records/test_every_noun.py"

NOUN: Final = Recipe(
    "A noun",
    (
        Step(
            "sanctions/models/",
            (
                Create("sanctions/models/rulings.py", _MODEL),
                Insert(
                    "sanctions/models/__init__.py",
                    after="from sanctions.models.reviews import Assignment, Presence, Remark",
                    text="from sanctions.models.rulings import Ruling\n",
                ),
                Insert("sanctions/models/__init__.py", after='    "Rendered",', text='    "Ruling",\n'),
                Replace(
                    "sanctions/models/sources.py",
                    '"violation", "designation", "event")',
                    '"violation", "designation", "event", "ruling")',
                ),
                Replace(
                    "sanctions/models/sources.py",
                    "    source = models.ForeignKey(\n        Source,",
                    f"{_CITATION}    source = models.ForeignKey(\n        Source,",
                ),
            ),
        ),
        Step(
            "sanctions/records/",
            (
                Create("sanctions/records/rulings.py", _RECORD),
                Insert(
                    "sanctions/records/registry.py",
                    after="from sanctions.records.programs import PROGRAM",
                    text="from sanctions.records.rulings import RULING\n",
                ),
                Insert("sanctions/records/registry.py", after="    PROGRAM,", text="    RULING,\n"),
            ),
            f"{_EVERY_KEY}::test_every_kind_of_record_and_part_is_in_a_document",
            "Ruling",
        ),
        Step("sanctions/migrations/", (Migrate(),), MIGRATION),
        Step(
            "sanctions/admin/nouns/rulings.py",
            (Create("sanctions/admin/nouns/rulings.py", _ADMIN),),
            f"{_EVERY_KEY}::test_every_key_has_an_input_in_the_admin",
            "Ruling",
        ),
        Step(
            "sanctions/admin/__init__.py",
            (
                Replace(
                    "sanctions/admin/__init__.py",
                    "programs, sources, violations",
                    "programs, rulings, sources, violations",
                ),
                Insert("sanctions/admin/__init__.py", after='    "proposals",', text='    "rulings",\n'),
            ),
            f"{_EVERY_KEY}::test_every_key_has_an_input_in_the_admin",
            "Ruling",
        ),
        Step(
            "sanctions/admin/site.py",
            (
                Insert(
                    "sanctions/admin/site.py",
                    after='_list_link("sanctions.violation", "Violations", "report"),',
                    text='            _list_link("sanctions.ruling", "Rulings", "balance"),\n',
                ),
            ),
            f"{_EVERY_NOUN}::test_every_kind_of_record_is_in_the_sidebar",
            "ruling",
        ),
        Step(
            "sanctions/admin/dashboard.py",
            (
                Replace(
                    "sanctions/admin/dashboard.py", "    Record,\n    Source,", "    Record,\n    Ruling,\n    Source,"
                ),
                Insert("sanctions/admin/dashboard.py", after='Violation: "report",', text='    Ruling: "balance",\n'),
            ),
            f"{_EVERY_NOUN}::test_every_kind_of_record_is_on_the_dashboard",
            "ruling",
        ),
        Step(
            "sanctions/search/ranking.py",
            (Insert("sanctions/search/ranking.py", after='    "violation",', text='    "ruling",\n'),),
            "tests/records/test_one_place.py::test_search_ranks_everything_with_a_label_but_offices",
            "ruling",
        ),
        Step(
            "api/v1/",
            (
                Create("api/v1/filters/rulings.py", _FILTERS),
                Create("api/v1/views/rulings.py", _VIEW),
                Insert(
                    "api/v1/urls.py",
                    after="from api.v1.views.root import RootView",
                    text="from api.v1.views.rulings import RulingViewSet\n",
                ),
                Insert(
                    "api/v1/urls.py",
                    after='    "violations": ViolationViewSet,',
                    text='    "rulings": RulingViewSet,\n',
                ),
            ),
            f"{_EVERY_NOUN}::test_every_kind_of_record_has_a_list_in_the_api",
            "rulings",
        ),
        Step(
            "tests/factories/",
            (
                Create("tests/factories/rulings.py", _FACTORY),
                Insert(
                    "tests/factories/makers.py",
                    after="from tests.factories.programs import make_program",
                    text="from tests.factories.rulings import make_ruling\n",
                ),
                Insert(
                    "tests/factories/makers.py", after='"program": make_program,', text='    "ruling": make_ruling,\n'
                ),
                Insert(
                    "tests/factories/documents.py",
                    after='"program": {"program-1": [], "program-2": []},',
                    text='    "ruling": {"ruling-1": []},\n',
                ),
                Insert(
                    "tests/factories/documents.py",
                    after='"violation": {"title": slug},',
                    text='        "ruling": {"title": slug, "court": "actor-1"},\n',
                ),
            ),
            "tests/editorial/permission_matrix/test_table.py::test_the_table_has_every_combination_and_no_other",
            "ruling",
        ),
        Step(
            "tests/models/rows.py",
            (
                Insert(
                    "tests/models/rows.py",
                    after='models.Program: lambda: {"name": "Iran", "issuer": make_actor()},',
                    text='    models.Ruling: lambda: {"title": "A ruling", "court": make_actor()},\n',
                ),
            ),
            "tests/models/test_constraints.py::test_a_row_with_nothing_wrong_is_taken",
            "Ruling",
        ),
        Step(
            "tests/api/",
            (
                Insert(
                    "tests/api/v1/world.yaml",
                    after="{slug: thematic, name: Another regime, issuer: france}",
                    text=_WORLD,
                ),
                Insert("tests/api/addresses.py", after='"programs": "us-iran",', text='    "rulings": "a-ruling",\n'),
                Create("tests/api/v1/test_rulings.py", _API_TEST),
            ),
            "tests/api/v1/test_schema.py::test_every_answer_is_as_the_schema_says",
            "rulings",
        ),
        Step(
            "docs/domain.md",
            (
                Insert(
                    "docs/domain.md",
                    after="| what it is against, who is accused |",
                    text="| ruling | what a court ruled | |\n",
                ),
            ),
            f"{_EVERY_NOUN}::test_every_kind_of_record_is_in_the_table_of_the_domain",
            "ruling",
        ),
        REFERENCE,
    ),
    checks=(
        f"{_EVERY_KEY}::test_every_key_is_drawn_by_the_strategy_of_documents",
        "tests/models/test_constraints.py",
        "tests/api/v1/test_rulings.py",
        "tests/api/v1/test_every_filter.py::test_every_filter_of_a_list_is_asked_for_in_a_test",
        "tests/admin/test_lists.py::test_the_sidebar_leads_to_every_noun_that_the_user_may_see",
    ),
)
