"""The base of readers of files: strict fields, rows of CSV, elements of XML, files by role."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, FileRole, RawFile, match_roles, no_progress
from sanctions.importers.formats.csv_rows import detect_encoding, read_rows, require_header
from sanctions.importers.formats.strict import LONGEST, BadEntry, StrictFields, collapse_spaces
from sanctions.importers.formats.xml_elements import local_name, read_elements
from tests.importers.documents import fields_of

PLACE = "list.csv, line 1"


def fields(faults: list[Fault], **texts: str | None) -> StrictFields:
    return StrictFields(texts, PLACE, faults)


def table(content: bytes) -> RawFile:
    return RawFile.of_bytes("list.csv", content)


def read(content: bytes, *, encoding: str = "utf-8", columns: int | None = 2) -> tuple[list[list[str]], list[Fault]]:
    faults: list[Fault] = []
    return [row for _, row in read_rows(table(content), faults, encoding=encoding, columns=columns)], faults


def tree(content: str | bytes) -> RawFile:
    return RawFile.of_bytes("list.xml", content.encode() if isinstance(content, str) else content)


def walked(content: str | bytes) -> Iterator[tuple[str, str]]:
    """Yield the names of elements, and the texts of those that are wanted as they stand when they are handed out."""
    for name, element in read_elements(tree(content), "list", frozenset({"entry"})):
        yield name, "".join(element.itertext()) if name else ""


# --- Files ----------------------------------------------------------------------------------------


def test_a_file_is_the_same_from_a_path_as_from_memory(tmp_path: Path) -> None:
    content = b"test" * 300_000
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    from_disk, from_bytes = RawFile.of_path(path), RawFile.of_bytes("list.csv", content)
    assert (
        (from_disk.name, from_disk.size, from_disk.sha256)
        == (from_bytes.name, from_bytes.size, from_bytes.sha256)
        == (
            "list.csv",
            1_200_000,
            from_disk.sha256,
        )
    )
    for file in (from_disk, from_bytes):
        for _ in range(2):
            with file.open() as opened:
                assert opened.read() == content


MAIN = FileRole("main", ("prim.csv", "sdn.csv"))
OTHER = FileRole("other", ("cons_prim.csv",), is_needed=False)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["SDN.CSV"], {"main": "SDN.CSV"}),
        (["2024-05-01-sdn.csv"], {"main": "2024-05-01-sdn.csv"}),
        (["cons_prim.csv", "prim.csv"], {"main": "prim.csv", "other": "cons_prim.csv"}),
        (["cons_prim.csv"], None),
        (["sdn.csv", "prim.csv"], None),
        (["sdn.csv", "readme.txt"], None),
        (["sdn.csv.gz"], None),
        ([], None),
    ],
    ids=["case", "end", "longest-end", "missing", "twice", "stranger", "another-end", "none"],
)
def test_files_are_known_by_the_longest_end_of_their_names(names: list[str], expected: dict[str, str] | None) -> None:
    found = match_roles([MAIN, OTHER], [RawFile.of_bytes(name, b"") for name in names])
    named = None if found is None else {role: file.name for role, file in found.items()}
    assert named == expected


def test_nobody_is_told_of_a_silent_progress() -> None:
    no_progress("Reading", 100, None)


# --- Strict fields --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, "", " ", " \t\r\n\u00a0\u2028 "])
def test_of_white_space_nothing_is_left(text: str | None) -> None:
    assert collapse_spaces(text) == ""


def test_a_text_has_single_spaces_and_none_at_its_ends() -> None:
    assert collapse_spaces("  a\u00a0 b\nc ") == "a b c"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert collapse_spaces(collapse_spaces(text)) == collapse_spaces(text)
    assert collapse_spaces(text).split() == text.split() or "\x1c" <= min(text, default="") <= "\x1f"


def test_a_field_is_taken_once_and_cleaned() -> None:
    faults: list[Fault] = []
    found = fields(faults, name="  Test  ov ")
    assert (found.take("name"), found.take("name"), found.take("other")) == ("Test ov", "", "")
    found.finish()
    assert not faults


def test_a_raw_field_keeps_its_space() -> None:
    assert fields([], name=" Test  ").raw("name") == " Test  "


def test_what_nobody_took_is_a_fault() -> None:
    faults: list[Fault] = []
    found = fields(faults, name="Test", shoe="43", empty="", none=None)
    found.take("name")
    found.finish()
    assert faults == [Fault(PLACE, "shoe", "43", "This field is not known, and was not read.")]
    found.finish()
    assert len(faults) == 1


def test_what_is_left_with_a_reason_is_none() -> None:
    faults: list[Fault] = []
    found = fields(faults, uid="7")
    found.leave(["uid", "another"])
    found.finish()
    assert not faults


@pytest.mark.parametrize("text", ["", "  ", None])
def test_a_field_that_must_have_a_value_has_one(text: str | None) -> None:
    faults: list[Fault] = []
    with pytest.raises(BadEntry):
        fields(faults, name=text).need("name")
    assert fields_of(faults) == ["name"]


def test_a_code_is_what_it_means() -> None:
    assert fields([], type=" aka ").code("type", {"aka": 1}) == 1
    assert fields([]).code("type", {"": 2}) == 2


@pytest.mark.parametrize("text", ["AKA", "dba", ""])
def test_an_unknown_code_is_a_fault_that_tells_what_is_allowed(text: str) -> None:
    faults: list[Fault] = []
    with pytest.raises(BadEntry):
        fields(faults, type=text).code("type", {"aka": 1, "fka": 2})
    assert faults == [Fault(PLACE, "type", text, "Allowed: 'aka', 'fka'.")]


def test_another_code_may_mean_what_is_given_for_it() -> None:
    faults: list[Fault] = []
    assert fields(faults, type="dba").choice("type", {"aka": 1}, 0) == 0
    assert fields_of(faults) == ["type"]
    assert fields(faults, type="aka").choice("type", {"aka": 1}, 0) == 1


def test_a_value_is_as_long_as_one_may_be_and_no_longer() -> None:
    faults: list[Fault] = []
    assert len(fields(faults, name="x" * LONGEST).take("name")) == LONGEST
    for take in (StrictFields.take, StrictFields.raw, StrictFields.need):
        assert take(fields(faults, name="x" * (LONGEST + 1)), "name") == "x" * LONGEST
    assert fields_of(faults) == ["name"] * 3
    # What a fault shows of a value is short.
    assert {len(fault.value) for fault in faults} == {200}


# --- Rows -----------------------------------------------------------------------------------------


def test_rows_have_the_line_at_which_they_end() -> None:
    file = table(b'a,b\r\n\r\n"c\r\nd",e\r\nf,g')
    assert list(read_rows(file, [], encoding="utf-8", columns=2)) == [
        (1, ["a", "b"]),
        (4, ["c\r\nd", "e"]),
        (5, ["f", "g"]),
    ]


def test_the_mark_of_the_order_of_bytes_is_no_part_of_the_first_cell() -> None:
    assert read(b"\xef\xbb\xbfa,b\r\n\xef\xbb\xbfc,d\r\n") == ([["a", "b"], ["\ufeffc", "d"]], [])


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\x1a", b"\x1a\r\n"])
def test_a_file_may_have_no_rows(content: bytes) -> None:
    assert read(content) == ([], [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\r\n", "The row has 1 cells and must have 2."),
        (b"a,b,c\r\n", "The row has 3 cells and must have 2."),
    ],
)
def test_a_row_that_is_none_is_a_fault_and_the_others_are_read(content: bytes, message: str) -> None:
    found, faults = read(b"1,2\r\n" + content + b"3,4\r\n")
    assert found == [["1", "2"], ["3", "4"]]
    assert [(fault.place, fault.message) for fault in faults] == [("list.csv, line 2", message)]


@pytest.mark.parametrize("cell", ["a\tb", "a\0", "a\x1a", "\x07"])
def test_control_characters_are_left_to_who_knows_the_field(cell: str) -> None:
    assert read(f"{cell},c\r\n".encode()) == ([[cell, "c"]], [])


def test_a_file_whose_last_row_lacks_cells_is_cut_off() -> None:
    with pytest.raises(UnreadableList, match=r"line 2: the last row has 1 cells and must have 2\."):
        read(b"1,2\r\n3\r\n")


def test_lost_rows_are_handed_over() -> None:
    lost: list[list[str]] = []
    list(read_rows(table(b"a\r\n1,2\r\nb,c,d\r\n"), [], encoding="utf-8", columns=2, lost=lost))
    assert lost == [["a"], ["b", "c", "d"]]


def test_any_number_of_cells_may_do() -> None:
    assert read(b"a\r\nb,c\r\n", columns=None) == ([["a"], ["b", "c"]], [])


@pytest.mark.parametrize(
    ("content", "encoding", "why"),
    [
        (b'a,b\r\n"c,d\r\n', "utf-8", r"line 2: .*Is the file cut off"),
        (b'a,"b"c\r\n', "utf-8", r"line 1: "),
        (b"a,b\rc,d\r", "utf-8", r"line 1: "),
        (b"a,b\r\nc,\xe9\r\n", "utf-8", r"line 2: byte 0xE9 is not utf-8"),
        (b"a,\xc3", "utf-8", r"ends within a character of utf-8"),
        (b"a,\x81\r\n", "cp1252", r"line 1: byte 0x81 is not cp1252"),
        (b"a,b\r\n".decode().encode("utf-16"), "utf-8", r"line 1: byte 0xFF is not utf-8"),
        (b"x" * (LONGEST * 50), "utf-8", r"line 1: it has more than 5,000,000 bytes"),
    ],
    ids=["cut-off", "quotation", "lines", "encoding", "cut-off-character", "cp1252", "utf-16", "huge"],
)
def test_a_file_that_is_cut_off_or_in_another_encoding_is_refused(content: bytes, encoding: str, why: str) -> None:
    with pytest.raises(UnreadableList, match=rf"list\.csv.*{why}"):
        read(content, encoding=encoding)


@pytest.mark.parametrize("limit", [LONGEST, LONGEST * 100])
def test_a_huge_cell_is_refused_whatever_limit_others_have_set(limit: int) -> None:
    before = csv.field_size_limit(limit)
    try:
        with pytest.raises(UnreadableList, match=r"list\.csv.*(field larger than|a cell has more than 1,000,000 char)"):
            read(b"x" * (LONGEST * 10 + 1))
        assert read(b"x" * (LONGEST * 10), columns=1) == ([["x" * (LONGEST * 10)]], [])
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"abc", "utf-8"), ("é".encode(), "utf-8"), ("é".encode("cp1252"), "cp1252"), ("é".encode()[:1], "cp1252")],
)
def test_what_is_not_utf_8_to_its_end_is_cp1252(content: bytes, expected: str) -> None:
    assert detect_encoding(table(content)) == expected


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5))
def test_whatever_is_quoted_is_read(written: list[list[str]]) -> None:
    content = "".join(",".join('"{}"'.format(cell.replace('"', '""')) for cell in row) + "\r\n" for row in written)
    found, faults = read(content.encode())
    first = content.removeprefix("\ufeff") == content
    assert not faults
    assert found == written or not first


def test_a_header_is_the_one_that_is_expected() -> None:
    require_header(table(b""), ["a ", "b"], ["a", "b"])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["a", "x"], "column 2 is 'x' and must be 'b'"),
        (["a"], "column 2 is '' and must be 'b'"),
        (["a", "b", "c"], "column 3, 'c', is not known"),
    ],
)
def test_another_header_is_refused(row: list[str], why: str) -> None:
    with pytest.raises(UnreadableList, match=rf"list\.csv: {why}"):
        require_header(table(b""), row, ["a", "b"])


# --- Elements -------------------------------------------------------------------------------------


def test_the_root_comes_first_and_each_element_when_it_ends() -> None:
    assert list(walked("<list><entry>1</entry><other>2</other><entry><a>3</a></entry></list>")) == [
        ("", ""),
        ("entry", "1"),
        ("entry", "3"),
    ]


def test_a_name_has_no_namespace() -> None:
    assert local_name("{urn:test}entry") == local_name("entry") == "entry"
    assert [name for name, _ in walked('<list xmlns="urn:test"><entry/></list>')] == ["", "entry"]


def test_an_element_is_gone_when_the_next_is_asked_for_and_what_nobody_wanted_stays() -> None:
    content = tree("<list><entry>1</entry><other/><entry>2</entry></list>")
    elements = read_elements(content, "list", frozenset({"entry"}))
    _, root = next(elements)
    _, first = next(elements)
    next(elements)
    assert first.text is None
    assert list(elements) == []
    assert [element.tag for element in root] == ["other"]


def test_comments_and_instructions_are_nothing() -> None:
    assert [name for name, _ in walked("<?xml version='1.0'?><?go on?><list><!-- x --><entry/></list>")] == [
        "",
        "entry",
    ]


@pytest.mark.parametrize("depth", [49, 50])
def test_elements_are_nested_as_deep_as_they_may_be_and_no_deeper(depth: int) -> None:
    content = f"<list>{'<a>' * depth}{'</a>' * depth}</list>"
    if depth < 50:
        assert list(walked(content)) == [("", "")]
    else:
        with pytest.raises(UnreadableList, match="nested deeper than 50 levels"):
            list(walked(content))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "no element found"),
        ("what?", "syntax error"),
        ("<other/>", "the root is <other> and must be <list>"),
        ("<list><entry>", "Is the file cut off"),
        ("<list/><list/>", "junk after document element"),
        ("<list><entry></list>", "mismatched tag"),
        (f'<!DOCTYPE list [<!ENTITY l0 "ha">{LAUGHS}]><list>&l8;</list>', "declares a document type or entities"),
        ('<!DOCTYPE list [<!ENTITY x SYSTEM "file:///etc/hostname">]><list>&x;</list>', "declares a document type"),
        ('<!DOCTYPE list PUBLIC "x" "https://example.org/x.dtd"><list/>', "declares a document type"),
        ("<!DOCTYPE list><list/>", "declares a document type"),
        ("<list>&unknown;</list>", "undefined entity"),
        ("<list>\0</list>", "not well-formed"),
        (b"<?xml version='1.0' encoding='utf-8'?><list>\xe9</list>", "not well-formed"),
        ("<?xml version='1.0' encoding='klingon'?><list/>", "list.xml"),
        ("<x:list/>", "unbound prefix"),
    ],
    ids=[
        "empty", "no-xml", "root", "cut-off", "two-roots", "tags", "laughs", "external", "dtd", "doctype", "entity",
        "nul", "encoding", "codec", "prefix",
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_tree_is_refused(content: str | bytes, why: str) -> None:
    with pytest.raises(UnreadableList, match=why):
        list(walked(content))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for reader in (lambda: list(walked(content)), lambda: read(content, columns=None)):
        try:
            reader()
        except UnreadableList as error:
            assert "list." in str(error)
