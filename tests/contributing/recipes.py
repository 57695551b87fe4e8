"""The recipes that are walked."""

from __future__ import annotations

from typing import Final

from tests.contributing.noun import NOUN
from tests.contributing.steps import MIGRATION, REFERENCE, Create, Insert, Migrate, Recipe, Replace, Step

_KEYS: Final = "tests/records/test_every_key.py"
_FILTERS: Final = "tests/api/v1/test_filters.py::test_every_column_can_be_asked_for_or_it_is_said_why_not"
_LAW: Final = "tests/domain/test_standing.py"
_LISTS: Final = "tests/importers/test_registry.py"

FIELD: Final = Recipe(
    "A field",
    (
        Step(
            "sanctions/models/programs.py",
            (
                Insert(
                    "sanctions/models/programs.py",
                    after='summary = ProseField(blank=True, default="", help_text="What the regime is for.")',
                    text='    citation = LineField(blank=True, default="", max_length=80, help_text="Its citation.")\n',
                ),
            ),
        ),
        Step("sanctions/migrations/", (Migrate(),), MIGRATION),
        Step(
            "sanctions/records/programs.py",
            (Insert("sanctions/records/programs.py", after='Value("summary"),', text='        Value("citation"),\n'),),
            f"{_KEYS}::test_every_field_of_a_record_is_a_key_of_its_document",
            "Program.citation",
        ),
        Step(
            "sanctions/admin/nouns/programs.py",
            (
                Insert(
                    "sanctions/admin/nouns/programs.py",
                    after='"territories"), "summary")}),',
                    text='        ("Citation", {"fields": ("citation",)}),\n',
                ),
            ),
            f"{_KEYS}::test_every_key_has_an_input_in_the_admin",
            "Program.citation",
        ),
        Step(
            "api/v1/filters/programs.py",
            (
                Insert(
                    "api/v1/filters/programs.py",
                    after='summary = FilterColumn("summary")',
                    text='    citation = FilterColumn("citation")\n',
                ),
            ),
            _FILTERS,
            "Program.citation",
        ),
        REFERENCE,
    ),
    checks=(
        f"{_KEYS}::test_every_key_is_explained_in_the_data_dictionary",
        f"{_KEYS}::test_every_key_has_a_column_in_the_exported_tables",
        f"{_KEYS}::test_every_key_has_a_column_in_the_spreadsheets",
        "tests/models/test_dictionary.py::test_every_field_says_what_it_holds",
        "tests/database/test_past_views.py::test_every_table_of_records_has_a_history_with_all_its_columns",
    ),
)

FILTER: Final = Recipe(
    "A filter",
    (
        Step(
            "api/v1/filters/programs.py",
            (
                Insert(
                    "api/v1/filters/programs.py",
                    after='issuer = FilterColumn("issuer")',
                    text='    issuer_kind = FilterColumn("issuer__kind", "The kind of its issuer.")\n',
                ),
            ),
        ),
        Step(
            "tests/api/v1/test_programs.py",
            (
                Insert(
                    "tests/api/v1/test_programs.py",
                    after='({"issuer": "france"}, ["thematic"]),',
                    text='        ({"issuer_kind": "state"}, ["thematic"]),\n',
                ),
            ),
            "tests/api/v1/test_every_filter.py::test_every_filter_of_a_list_is_asked_for_in_a_test",
            "issuer_kind",
        ),
    ),
    checks=("tests/api/v1/test_programs.py",),
)

VERB: Final = Recipe(
    "A verb",
    (
        Step(
            "sanctions/vocabulary.py",
            (
                Insert(
                    "sanctions/vocabulary.py",
                    after='EASED = "eased", "eased"',
                    text='    NARROWED = "narrowed", "narrowed"\n',
                ),
            ),
        ),
        Step(
            "sanctions/standing/table.py",
            (
                Insert(
                    "sanctions/standing/table.py",
                    after="_V.EASED: Rule(_S.IN_FORCE_IN_PART, _S.IN_FORCE_IN_PART, _S.IN_FORCE),",
                    text="    _V.NARROWED: Rule(_S.IN_FORCE_IN_PART, _S.IN_FORCE_IN_PART, _S.IN_FORCE),\n",
                ),
            ),
            f"{_LAW}::test_every_verb_can_happen_to_something",
            "narrowed",
        ),
        Step(
            "tests/domain/test_standing.py",
            (
                Insert(
                    "tests/domain/test_standing.py",
                    after='"eased": "in_force_in_part in_force_in_part in_force",',
                    text='        "narrowed": "in_force_in_part in_force_in_part in_force",\n',
                ),
            ),
            f"{_LAW}::test_the_table_has_exactly_these_verbs",
            "narrowed",
        ),
        Step(
            "sanctions/questions/lineage.py",
            (
                Insert(
                    "sanctions/questions/lineage.py",
                    after='Verb.EASED: "eases",',
                    text='    Verb.NARROWED: "narrows",\n',
                ),
            ),
            "tests/api/v1/test_lineage.py::test_every_verb_of_an_instrument_has_an_active_voice_of_its_own",
            "narrowed",
        ),
        Step("sanctions/migrations/", (Migrate(),), MIGRATION),
        REFERENCE,
    ),
    checks=(_LAW, "tests/models/test_standing_sql.py"),
)

_SOURCE: Final = '''"""A made-up list of Testland: what it is, who publishes it, in which file."""

from __future__ import annotations

from typing import Final

from sanctions.importers.base import FileRole, Form, PublishedList
from sanctions.importers.testland.parse import read
from sanctions.vocabulary import ActorKind, IdentifierScheme

TESTLAND: Final = PublishedList(
    name="testland",
    title="List of Testland",
    abbreviation="tl",
    publisher={"slug": "testland", "kind": str(ActorKind.STATE), "name": "Testland"},
    program_scheme=IdentifierScheme.UN_LIST_TYPE,
    forms=(Form("csv", (FileRole("list", (".csv",)),), read),),
)
'''
_PARSE: Final = '''"""The file of the list: CSV with an id, a name and the day of listing in each row."""

from __future__ import annotations

from sanctions.importers.base import EntryListing, Files, ListEntry, ParsedList
from sanctions.importers.formats.csv_rows import read_rows
from sanctions.vocabulary import ActorKind


def read(files: Files) -> ParsedList:
    """Read the list; raise ``UnreadableList`` if the file is cut off or has other columns."""
    parsed = ParsedList(iter(()))
    parsed.entries = (
        ListEntry(key, {"kind": str(ActorKind.ENTITY), "name": name}, (EntryListing("", day),), place=f"line {line}")
        for line, (key, name, day) in read_rows(files["list"], parsed.faults, encoding="utf-8", columns=3)
    )
    return parsed
'''
_LIST_TEST: Final = '''"""The list of Testland."""

from sanctions.importers.base import RawFile
from sanctions.importers.testland.parse import read


def test_each_row_is_an_entry() -> None:
    parsed = read({"list": RawFile.of_bytes("list.csv", b"1,Acme,2024-05-01\\n2,Bolt,2024-05-03\\n")})
    assert [(entry.key, entry.actor["name"]) for entry in parsed.entries] == [("1", "Acme"), ("2", "Bolt")]
    assert parsed.faults == []
'''

LIST: Final = Recipe(
    "A list",
    (
        Step(
            "sanctions/importers/testland/",
            (
                Create("sanctions/importers/testland/__init__.py", '"""The list of Testland."""\n'),
                Create("sanctions/importers/testland/source.py", _SOURCE),
                Create("sanctions/importers/testland/parse.py", _PARSE),
            ),
        ),
        Step(
            "sanctions/importers/registry.py",
            (
                Insert(
                    "sanctions/importers/registry.py",
                    after="from sanctions.importers.snapshots.published_lists import as_import_source",
                    text="from sanctions.importers.testland.source import TESTLAND\n",
                ),
                Replace(
                    "sanctions/importers/registry.py", "UK_CONSOLIDATED, EU_FSF)", "UK_CONSOLIDATED, EU_FSF, TESTLAND)"
                ),
            ),
            f"{_LISTS}::test_every_package_is_registered",
            "testland",
        ),
        Step(
            "tests/importers/test_testland.py",
            (Create("tests/importers/test_testland.py", _LIST_TEST),),
            f"{_LISTS}::test_every_package_has_tests",
            "test_testland.py",
        ),
        Step(
            "docs/importing.md",
            (
                Insert(
                    "docs/importing.md",
                    after="any number of files |",
                    text="| `testland` | the list of Testland | CSV |\n",
                ),
            ),
            f"{_LISTS}::test_every_source_is_documented",
            "testland",
        ),
    ),
    checks=("tests/importers/test_testland.py",),
)

RECIPES: Final = (FIELD, FILTER, VERB, LIST, NOUN)
