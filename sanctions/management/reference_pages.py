"""The reference pages in Markdown, made from the models, the table of verbs and the vocabularies."""

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
    """Return the page of every key of every document: type, whether it must be given, meaning."""
    lines = [
        _MADE,
        "# Data dictionary",
        "",
        "Each record is one document: a JSON object with the keys below, in this order. References are slugs; the",
        "API serves them as `{slug, name, url}`. Dates are EDTF texts. What is empty is left out of documents; the",
        "API gives every key of a record itself, `null` or `[]` where it is empty. The JSON Schemas beside this page",
        "say the same.",
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
    """Return the page of every verb: what it does to the standing of each kind of subject."""
    lines = [
        _MADE,
        "# Effect verbs and the standing they give",
        "",
        "A standing is never stored: it is folded from the effects of events (`sanctions/standing/`). This is the",
        "table from which the fold and its SQL twin are made. A verb without a standing shows in the history and",
        "decides nothing.",
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
            lines += ["", f"Also decided by effects on the whole to which it belongs: {verbs}."]
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
    """Yield the table from which a comparison of two days takes its words."""
    yield "# What changed between two days"
    yield ""
    yield "The word for what lies between two standings, told forwards in time (`sanctions/questions/changes.py`)."
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
    """Return the page of every controlled vocabulary and the crosswalks."""
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
