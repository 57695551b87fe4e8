"""Files written by hand: their allowed content, and faults with file and line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sanctions.exceptions import InvalidDocument
from sanctions.loading import yaml_files
from sanctions.loading.yaml_files import read_file, read_folder
from sanctions.vocabulary import State

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes, name: str = "a.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def fault(path: Path) -> str:
    with pytest.raises(InvalidDocument) as refusal:
        read_file(path)
    return str(refusal.value)


def value(write: Write, text: str) -> Any:
    (item,) = read_file(write(f"sources:\n  - slug: a\n    title: {text}\n"))
    return item.document["title"]


# --- The content of a file ----------------------------------------------------------------------


def test_a_file_is_collections_of_documents(write: Write) -> None:
    items = read_file(write("sources:\n  - slug: a\n  - slug: b\nactors:\n- slug: c\n  names: [{text: x}]\n"))
    assert [(item.record_type.name, item.document, item.origin) for item in items] == [
        ("source", {"slug": "a"}, "a.yaml:2"),
        ("source", {"slug": "b"}, "a.yaml:3"),
        ("actor", {"slug": "c", "names": [{"text": "x"}]}, "a.yaml:5"),
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing yet\n", "---\n"])
def test_an_empty_file_says_nothing(write: Write, content: str) -> None:
    if content == "---\n":
        assert "A file is a mapping of collections" in fault(write(content))
    else:
        assert read_file(write(content)) == []


def test_records_are_published_unless_the_file_says_otherwise(write: Write) -> None:
    (item,) = read_file(write("sources:\n- slug: a\n"))
    assert item.state == State.PUBLISHED


@pytest.mark.parametrize("content", ["state: draft\nsources:\n- slug: a\n", "sources:\n- slug: a\nstate: draft\n"])
def test_the_state_holds_for_the_whole_file(write: Write, content: str) -> None:
    (item,) = read_file(write(content))
    assert item.state == State.DRAFT


@pytest.mark.parametrize("state", ["retracted", "public", "[draft]", "1", ""])
def test_a_file_brings_no_other_state(write: Write, state: str) -> None:
    assert fault(write(f"\nstate: {state}\n")).startswith("a.yaml:2: state: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-07-14", "2015-07-14"),
        ("2015-07", "2015-07"),
        ("2018-05-08T12:00:00Z", "2018-05-08T12:00:00Z"),
        ("12:30:45", "12:30:45"),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("True", "True"),
        ("NULL", "NULL"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("017", "017"),
        ("1_000", "1_000"),
        ("+1", "+1"),
        (".5", ".5"),
        (".nan", ".nan"),
        ("۱۲", "۱۲"),
        ("1۲", "1۲"),
        ("<<", "<<"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n      two\n      lines", "two\nlines\n"),
        (">-\n      one\n      line", "one line"),
    ],
)
def test_what_json_does_not_know_stays_a_text(write: Write, text: str, expected: str) -> None:
    assert value(write, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", 12), ("-3", -3), ("0", 0), ("3.67", 3.67), ("1e3", 1000.0), ("true", True), ("false", False)],
)
def test_numbers_and_truth_values_are_read(write: Write, text: str, expected: object) -> None:
    found = value(write, text)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize("text", ["null", "~", ""])
def test_nothing_is_null(write: Write, text: str) -> None:
    assert value(write, text) is None


# To YAML 1.1 the character U+0085 breaks lines; no text of ours holds it.
_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\x85")
plain = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(_CHARACTERS, max_size=8)
trees = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
)


@given(tree=trees)
def test_whatever_a_yaml_writer_writes_is_read_as_it_was(tmp_path_factory: pytest.TempPathFactory, tree: Any) -> None:
    path = tmp_path_factory.mktemp("yaml") / "a.yaml"
    path.write_text(yaml.safe_dump({"sources": [{"slug": "a", "title": tree}]}, allow_unicode=True), "utf-8")
    (item,) = read_file(path)
    assert item.document["title"] == tree


def test_the_parser_in_python_reads_the_same(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("state: draft\nsources:\n- slug: a\n  title: 'x'\n  n: [1, 2.5, ~, {b: c}]\n")
    with_libyaml = read_file(path)
    monkeypatch.setattr(yaml_files, "_PARSER", yaml.SafeLoader)
    assert read_file(path) == with_libyaml


# --- What no file may be ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"sources:\n- slug: a\n  title: \xff\n", "a.yaml:3: Byte 28 is not UTF-8: a file must be UTF-8 throughout."),
        ("sources:\n- slug: a\n".encode("utf-16"), "a.yaml:1: Byte 0 is not UTF-8"),
        ("sources:\n- slug: a\n  title: x\x00y\n", "a.yaml:3: Not valid YAML: control characters are not allowed."),
        ("sources:\n- slug: 'a\n  title: never closed\n", "a.yaml:4: Not valid YAML: found unexpected end of stream."),
        ("sources:\n- slug: a\n  names: [{text: b\n", "a.yaml:4: Not valid YAML: "),
        ("sources:\n\t- slug: a\n", "a.yaml:2: Not valid YAML: found character that cannot start any token."),
        ("sources:\n- slug: a\n  slug: b\n", "a.yaml:3: Not valid YAML: the key 'slug' appears twice."),
        ("sources: []\nsources: []\n", "a.yaml:2: Not valid YAML: the key 'sources' appears twice."),
        ("sources:\n- slug: a\n  [b]: c\n", "a.yaml:3: Not valid YAML: a key is a text."),
        ("sources: []\n---\nactors: []\n", "a.yaml:2: Not valid YAML: a file is one document."),
        ("- slug: a\n", "a.yaml: A file is a mapping of collections. Allowed: state, sources, actors"),
        ("null\n", "a.yaml: A file is a mapping of collections."),
        ("sorces:\n- slug: a\n", "a.yaml:2: sorces: This collection does not exist. Allowed: state, sources"),
        ("sources:\n  slug: a\n", "a.yaml:2: sources: A collection is a list of documents."),
        ("sources:\n", "a.yaml:1: sources: A collection is a list of documents."),
        ("sources:\n- slug: a\n- just text\n", "a.yaml:3: source: slug: A document is a mapping with a slug (a text)."),
        ("sources:\n- title: a\n", "a.yaml:2: source: slug: A document is a mapping with a slug (a text)."),
        ("sources:\n- slug: 7\n", "a.yaml:2: source: slug: A document is a mapping with a slug (a text)."),
        ("sources:\n- slug: !!python/name:os.system a\n", "a.yaml:2: Not valid YAML: the tag "),
        ("sources:\n- slug: !!int abc\n", "a.yaml:2: Not valid YAML: the tag "),
        ("sources:\n- !!set {slug}\n", "a.yaml:2: Not valid YAML: the tag "),
        (
            "sources:\n- &a {slug: a}\n- *a\n",
            "a.yaml:3: Not valid YAML: aliases are not allowed: write the value again.",
        ),
        ("sources:\n- &a [*a]\n", "a.yaml:2: Not valid YAML: aliases are not allowed"),
    ],
)
def test_a_fault_is_told_with_file_and_line(write: Write, content: str | bytes, complaint: str) -> None:
    assert fault(write(content)).startswith(complaint)


def test_a_bomb_of_aliases_is_refused_at_the_first(write: Write) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    content = "sources:\n- slug: a\n" + "".join(f"  {line}\n" for line in lines)
    assert fault(write(content)).startswith("a.yaml:4: Not valid YAML: aliases are not allowed")


@pytest.mark.parametrize("bracket", ["[", "{a: "])
def test_bottomless_nesting_is_refused(write: Write, bracket: str) -> None:
    content = "sources:\n- slug: a\n  title: " + bracket * 200_000
    assert fault(write(content)) == "a.yaml:3: Not valid YAML: this is nested deeper than any document."


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "-" + "9" * 5000, "1e999999", "0." + "1" * 5000])
def test_a_huge_number_is_a_number_that_no_field_takes(write: Write, number: str) -> None:
    assert isinstance(value(write, number), float)


def test_a_byte_order_mark_is_no_part_of_the_text(write: Write) -> None:
    (item,) = read_file(write(b"\xef\xbb\xbfsources:\n- slug: a\n"))
    assert item.document == {"slug": "a"}


# --- Folders ------------------------------------------------------------------------------------


def test_a_folder_is_read_in_the_order_of_its_paths(write: Write, tmp_path: Path) -> None:
    for name in ("b/1.yaml", "a/2.yml", "a/1.yaml", "a/notes.txt"):
        write(f"sources:\n- slug: {name[0]}-{name[2]}\n", name)
    assert [(item.slug, item.origin) for item in read_folder(tmp_path)] == [
        ("a-1", "a/1.yaml:2"),
        ("a-2", "a/2.yml:2"),
        ("b-1", "b/1.yaml:2"),
    ]


def test_the_faults_of_all_files_are_told_together(write: Write, tmp_path: Path) -> None:
    write("sources: [", "a.yaml")
    write("sources:\n- slug: a\n", "b.yaml")
    write("nothing: []", "c.yaml")
    with pytest.raises(InvalidDocument) as refusal:
        read_folder(tmp_path)
    assert [problem.origin.partition(":")[0] for problem in refusal.value.problems] == ["a.yaml", "c.yaml"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocument, match=r"nowhere: This folder does not exist\."):
        read_folder(tmp_path / "nowhere")


def test_a_folder_without_files_is_no_folder_of_seeds(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocument, match=r"This folder has no \.yaml file\."):
        read_folder(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.yaml").mkdir()
    with pytest.raises(InvalidDocument, match=r"a\.yaml: The file cannot be read: No such file or directory\."):
        read_folder(tmp_path)
