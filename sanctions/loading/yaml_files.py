"""Read YAML files of documents, and report faults by file and line.

A file is a mapping of collections (``orders``, ``events`` …) to lists of documents, and optionally the
``state`` of its records (``published`` by default).

Only the part of YAML that JSON has is read: mappings, lists, texts, numbers, true, false and null. A date stays a text.
Tags and aliases are rejected: tags can construct any object, and aliases let a small file expand without limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from sanctions.exceptions import InvalidDocument, Problem
from sanctions.loading.incoming import Incoming
from sanctions.models.seeds import SEED_STATES
from sanctions.records.base import RecordType
from sanctions.records.registry import BY_PLURAL
from sanctions.vocabulary import State

_ALLOWED: Final = f"Allowed: state, {', '.join(BY_PLURAL)}."
#: libyaml if the wheel contains it: ten times as fast as the pure Python parser.
_PARSER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Levels of nesting; documents of records have four.
_DEEPEST: Final = 20
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def read_folder(folder: Path) -> list[Incoming]:
    """Return the documents of every ``.yaml`` file below a folder, in the order of their paths.

    Raises :class:`InvalidDocument` with all faults of all files.
    """
    if not folder.is_dir():
        raise InvalidDocument([Problem("", "", "This folder does not exist.", str(folder))])
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml") and not path.is_dir())
    if not files:
        raise InvalidDocument([Problem("", "", "This folder has no .yaml file.", str(folder))])
    incoming: list[Incoming] = []
    problems: list[Problem] = []
    for path in files:
        try:
            incoming += read_file(path, origin=str(path.relative_to(folder)))
        except InvalidDocument as error:
            problems += error.problems
    if problems:
        raise InvalidDocument(problems)
    return incoming


def read_file(path: Path, origin: str = "") -> list[Incoming]:
    """Return the documents of one file; raise :class:`InvalidDocument` with its first fault."""
    origin = origin or path.name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidDocument([Problem("", "", f"The file cannot be read: {error.strerror}.", origin)]) from error
    try:
        return list(_documents(_Reader(content.decode("utf-8")), origin))
    except UnicodeDecodeError as error:
        where = f"{origin}:{_line(content, error.start)}"
        message = f"Byte {error.start} is not UTF-8: a file must be UTF-8 throughout."
        raise InvalidDocument([Problem("", "", message, where)]) from error
    except yaml.reader.ReaderError as error:
        where = f"{origin}:{_line(content, error.position)}"
        raise InvalidDocument([Problem("", "", f"Not valid YAML: {error.reason}.", where)]) from error
    except yaml.MarkedYAMLError as error:
        where = f"{origin}:{error.problem_mark.line + 1}" if error.problem_mark else origin
        raise InvalidDocument([Problem("", "", f"Not valid YAML: {error.problem}.", where)]) from error


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


#: One of PyYAML's events; its stubs give them no attributes.
_Event = Any


class _Reader:
    """Turns the events of a YAML parser into values, at most :data:`_DEEPEST` levels deep."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[_Event] = yaml.parse(text, Loader=_PARSER)

    def root(self) -> _Event | None:
        """Return the event that begins the document of the file; ``None`` if the file is empty."""
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        return next(self.events)

    def end(self) -> None:
        """Read to the end of the file; raise if a second document follows."""
        next(self.events)
        if not isinstance(event := next(self.events), yaml.StreamEndEvent):
            raise _fault("a file is one document", event)

    def value(self, event: _Event, depth: int = 1) -> Any:
        """Return the value that an event begins."""
        if depth > _DEEPEST:
            raise _fault("this is nested deeper than any document", event)
        if isinstance(event, yaml.AliasEvent):
            raise _fault("aliases are not allowed: write the value again", event)
        if event.tag is not None:
            raise _fault(f"the tag {event.tag} is not allowed", event)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self.value(item, depth + 1) for item in self.items()]
        return {key: self.value(item, depth + 1) for key, item in self.pairs()}

    def items(self) -> Iterator[_Event]:
        """Yield the events that begin the items of the list whose start event was read last."""
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield event

    def pairs(self) -> Iterator[tuple[str, _Event]]:
        """Yield the keys of the mapping whose start event was read last, with the events that begin their values."""
        seen = set()
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _fault("a key is a text", event)
            if event.value in seen:
                raise _fault(f"the key {event.value!r} appears twice", event)
            seen.add(event.value)
            yield event.value, next(self.events)


def _scalar(event: _Event) -> Any:
    """Resolve a scalar by the JSON schema of YAML 1.2; a quoted one is always a text."""
    text = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _fault(problem: str, event: _Event) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


def _documents(reader: _Reader, origin: str) -> Iterator[Incoming]:
    """Yield the documents of a file; its ``state`` applies to all of them, wherever it is in the file."""
    root = reader.root()
    if root is None:
        return
    if not isinstance(root, yaml.MappingStartEvent):
        raise InvalidDocument([Problem("", "", f"A file is a mapping of collections. {_ALLOWED}", origin)])
    state = State.PUBLISHED
    rows: list[tuple[RecordType, Any, str]] = []
    for name, event in reader.pairs():
        where = f"{origin}:{event.start_mark.line + 1}"
        if name == "state":
            state = _state(reader.value(event), where)
        elif name not in BY_PLURAL:
            raise InvalidDocument([Problem("", name, f"This collection does not exist. {_ALLOWED}", where)])
        elif not isinstance(event, yaml.SequenceStartEvent):
            raise InvalidDocument([Problem("", name, "A collection is a list of documents.", where)])
        else:
            for row in reader.items():
                line = row.start_mark.line + 1
                rows.append((BY_PLURAL[name], reader.value(row), f"{origin}:{line}"))
    reader.end()
    for record_type, document, where in rows:
        yield _incoming(record_type, document, state, where)


def _incoming(record_type: RecordType, document: Any, state: State, origin: str) -> Incoming:
    if not isinstance(document, dict) or not isinstance(document.get("slug"), str):
        message = "A document is a mapping with a slug (a text)."
        raise InvalidDocument([Problem(record_type.name, "slug", message, origin)])
    return Incoming(record_type, document, state, origin)


def _state(value: Any, origin: str) -> State:
    if value not in list(SEED_STATES):
        message = f"{value!r} is not one of the codes. Allowed: {', '.join(SEED_STATES)}."
        raise InvalidDocument([Problem("", "state", message, origin)])
    return State(value)
