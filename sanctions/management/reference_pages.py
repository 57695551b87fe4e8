"""Build the reference pages (Markdown) from the models, the table of verbs and the vocabularies."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

from django.db import models
from django.db.models import TextChoices

from sanctions import vocabulary
from sanctions.questions.changes import CHANGES, LISTINGS
from sanctions.records.base import Codes, Key, Ref, Refs, Rows, part_model, target
from sanctions.records.registry import RECORD_TYPES
from sanctions.records.schema import key_schema
from sanctions.records.validate import required
from sanctions.standing import CONTESTABLE, CONTESTS, FLOWS, INITIAL, TABLE
from sanctions.vocabulary import EVENT_CLASS, MEASURE_CROSSWALK, Standing

_MADE = "<!-- Made by `manage.py build_reference`; do not edit. -->\n"


def data_dictionary() -> str:
    """Return the page with every key of every document: its type, whether it is required, its meaning."""
    lines = [
        _MADE,
        "# Data dictionary",
        "",
        "Each record is one document: a JSON object with the keys below, in this order. References are slugs; the",
        "API serves them as `{slug, name, url}`. Dates are EDTF texts. Documents omit empty keys; the API returns",
        "every key of a record, with `null` or `[]` if it is empty. The JSON Schemas in this folder describe the",
        "same documents.",
    ]
    for record_type in RECORD_TYPES:
        lines += ["", f"## {record_type.name}", "", _about(record_type.model), ""]
        lines += _table(record_type.model, record_type.keys)
        for key in record_type.rows:
            child = part_model(record_type.model, key)
            lines += ["", f"### {record_type.name}.{key.name}[]", "", _about(child), ""]
            lines += _table(child, key.keys)
            if key.one_of:
                lines += ["", f"Exactly one of {', '.join(f'`{name}`' for name in key.one_of)}."]
    return "\n".join(lines) + "\n"


def _about(thing: object) -> str:
    return inspect.getdoc(thing) or ""


def _table(model: type[models.Model], keys: Iterable[Key]) -> Iterator[str]:
    yield "| key | type | | meaning |"
    yield "|---|---|---|---|"
    for key in keys:
        schema = key_schema(model, key)
        needed = "required" if required(model, key) else ""
        yield f"| `{key.name}` | {_type(model, key, schema)} | {needed} | {_meaning(schema)} |"


def _type(model: type[models.Model], key: Key, schema: dict[str, object]) -> str:
    match key:
        case Ref():
            return f"slug of {target(model, key)._meta.verbose_name}"
        case Refs():
            return f"slugs of {target(model, key)._meta.verbose_name}"
        case Codes():
            return "codes"
        case Rows():
            return "rows, see below"
    if "enum" in schema:
        return "code"
    return {"edtf": "date (EDTF)", "uri": "address"}.get(str(schema.get("format")), str(schema["type"]))


def _meaning(schema: dict[str, object]) -> str:
    text = str(schema.get("description") or schema.get("items", {}).get("description", ""))  # type: ignore[attr-defined]
    return text.replace("|", "\\|")


def standings() -> str:
    """Return the page with every verb and the standing that it gives to each kind of subject."""
    lines = [
        _MADE,
        "# Effect verbs and the standing they give",
        "",
        "A standing is never stored: it is computed from the effects of events (`sanctions/standing/`). This is the",
        "table from which the computation in Python and the one in SQL are built. A verb without a standing is part",
        "of the history but changes no standing.",
    ]
    for subject, rules in TABLE.items():
        lines += [
            "",
            f"## {subject.label.capitalize()}",
            "",
            f"Before any deciding effect: **{INITIAL[subject].label}**.",
        ]
        if subject in FLOWS:
            verbs = ", ".join(f"`{verb}`" for verb in rules if verb in FLOWS[subject])
            lines += ["", f"Also decided by effects on what contains it: {verbs}."]
        lines += ["", "| verb | gives | in part | after `until` | |", "|---|---|---|---|---|"]
        for verb, rule in rules.items():
            cells = [given.label if given else "" for given in (rule.gives, rule.in_part, rule.after)]
            lines.append(f"| `{verb}` | {' | '.join(cells)} | {'prolongs' if rule.prolongs else ''} |")
    contestable = ", ".join(f"“{code.label}”" for code in Standing if code in CONTESTABLE)
    contests = " or ".join(f"`{verb}`" for verb in vocabulary.Verb if verb in CONTESTS)
    lines += ["", f"A violation that is {contestable} and that somebody {contests} is **{Standing.DISPUTED.label}**."]
    lines += ["", *_changes()]
    return "\n".join(lines) + "\n"


def _changes() -> Iterator[str]:
    """Yield the table of words for the difference between two days."""
    yield "# What changed between two days"
    yield ""
    yield "The word for the change from one standing to another (`sanctions/questions/changes.py`)."
    for subject, words in CHANGES.items():
        yield from ("", f"## {subject.label.capitalize()}: changes", "", "| from | to | change |", "|---|---|---|")
        for after, by_before in words.items():
            for before, word in sorted(by_before.items(), key=lambda item: (item[0] is None, item[0] or "")):
                others = "any other" if len(by_before) > 1 else "any"
                yield f"| {before.label if before else others} | {after.label} | `{word}` |"
    yield from ("", "## Designation: changes", "", "| from | to | change |", "|---|---|---|")
    for (listed, then), word in LISTINGS.items():
        yield f"| {listed.label} | {then.label} | `{word}` |"


def vocabularies() -> str:
    """Return the page with every controlled vocabulary and the crosswalks."""
    lines = [_MADE, "# Vocabularies"]
    for name, choices in inspect.getmembers(vocabulary, _is_vocabulary):
        lines += ["", f"## {name}", "", _about(choices), "", "| code | meaning |", "|---|---|"]
        lines += [f"| `{code.value}` | {code.label} |" for code in choices]
    lines += ["", "## Crosswalk of measures", "", "| ours | TIES 4.0 | GSDB |", "|---|---|---|"]
    lines += [f"| `{code}` | {row['ties'] or ''} | {row['gsdb'] or ''} |" for code, row in MEASURE_CROSSWALK.items()]
    lines += ["", "## Event kinds and their PLOVER classes", "", "| kind | class |", "|---|---|"]
    lines += [f"| `{kind}` | {EVENT_CLASS[kind] or ''} |" for kind in vocabulary.EventKind]
    return "\n".join(lines) + "\n"


def _is_vocabulary(thing: object) -> bool:
    return inspect.isclass(thing) and issubclass(thing, TextChoices) and thing is not TextChoices
