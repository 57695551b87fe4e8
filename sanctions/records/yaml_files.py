"""Records written by hand: YAML files of documents, and faults told by file and line.

A file is a mapping of collections (``orders``, ``events`` …) to lists of documents, and optionally the
``state`` in which its records stand (published unless it says otherwise).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from sanctions.exceptions import InvalidDocument, Problem
from sanctions.records.base import RecordType
from sanctions.records.registry import BY_PLURAL
from sanctions.records.store import Incoming
from sanctions.vocabulary import State

_STATES: Final = (State.PUBLISHED, State.IN_REVIEW, State.DRAFT)
#: libyaml where the wheel brings it: ten times the speed of the pure Python loader.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """The JSON schema of YAML 1.2: dates stay texts, and only true and false are booleans."""

    yaml_implicit_resolvers: Any = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that stands twice: the second would silently win."""
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"The key {key.value!r} stands twice.", key.start_mark
                )
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", "n~"),
    ("int", r"-?(0|[1-9]\d*)", "-0123456789"),
    ("float", r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"\A(?:{_pattern})\Z"), list(_first))
_Loader.yaml_implicit_resolvers.setdefault("", []).append(("tag:yaml.org,2002:null", re.compile(r"\A\Z")))


def read_folder(folder: Path) -> list[Incoming]:
    """Return the documents of every ``.yaml`` file below a folder, in the order of their paths.

    Raises :class:`InvalidDocument` with all faults of all files.
    """
    if not folder.is_dir():
        raise InvalidDocument([Problem("", "", "There is no such folder.", str(folder))])
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml"))
    if not files:
        raise InvalidDocument([Problem("", "", "There is no .yaml file in this folder.", str(folder))])
    found: list[Incoming] = []
    problems: list[Problem] = []
    for path in files:
        try:
            found += read_file(path, origin=str(path.relative_to(folder)))
        except InvalidDocument as error:
            problems += error.problems
    if problems:
        raise InvalidDocument(problems)
    return found


def read_file(path: Path, origin: str = "") -> list[Incoming]:
    """Return the documents of one file; :class:`InvalidDocument` if it is not what it should be."""
    origin = origin or path.name
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidDocument(
            [Problem("", "", f"Byte {error.start} is not UTF-8: a file must be UTF-8 throughout.", origin)]
        ) from error
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            return list(_documents(loader, node, origin)) if node else []
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{origin}:{mark.line + 1}" if mark else origin
        raise InvalidDocument([Problem("", "", f"No valid YAML: {_reason(error)}", where)]) from error


def _reason(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]


def _documents(loader: Any, node: yaml.Node, origin: str) -> Iterator[Incoming]:
    allowed = f"Allowed: state, {', '.join(BY_PLURAL)}."
    if not isinstance(node, yaml.MappingNode):
        raise InvalidDocument([Problem("", "", f"A file is a mapping of collections. {allowed}", origin)])
    loader.construct_mapping(node)
    collections = {key.value: value for key, value in node.value}
    state = _state(loader, collections.pop("state", None), origin)
    for name, rows in collections.items():
        where = f"{origin}:{rows.start_mark.line + 1}"
        if name not in BY_PLURAL:
            raise InvalidDocument([Problem("", str(name), f"There is no such collection. {allowed}", where)])
        if not isinstance(rows, yaml.SequenceNode):
            raise InvalidDocument([Problem("", name, "A collection is a list of documents.", where)])
        for row in rows.value:
            document = loader.construct_object(row, deep=True)
            yield _incoming(BY_PLURAL[name], document, state, f"{origin}:{row.start_mark.line + 1}")


def _incoming(record_type: RecordType, document: Any, state: State, origin: str) -> Incoming:
    if not isinstance(document, dict) or not isinstance(document.get("slug"), str):
        message = "A document is a mapping with a slug (a text)."
        raise InvalidDocument([Problem(record_type.name, "slug", message, origin)])
    return Incoming(record_type, document, state, origin)


def _state(loader: Any, node: yaml.Node | None, origin: str) -> State:
    if node is None:
        return State.PUBLISHED
    value = loader.construct_object(node)
    if value not in list(_STATES):
        message = f"{value!r} is not one of the codes. Allowed: {', '.join(_STATES)}."
        raise InvalidDocument([Problem("", "state", message, f"{origin}:{node.start_mark.line + 1}")])
    return State(value)
