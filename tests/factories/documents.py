"""Documents of every record type: a small world that refers to itself, and a strategy of all valid documents.

:func:`world` has one short document for each slug; :func:`documents` is the strategy of all valid documents
of a type, made from the same declaration as the codec, whose references point into the world.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db import models
from hypothesis import strategies as st

from sanctions import edtf
from sanctions.loading.documents import Incoming
from sanctions.models.fields import CountField, EDTFField
from sanctions.records.base import (
    Codes,
    Document,
    Key,
    RecordType,
    Ref,
    Refs,
    Rows,
    Value,
    column_of,
    part_model,
    target,
)
from sanctions.records.registry import BY_NAME
from sanctions.standing import TABLE
from sanctions.vocabulary import Absence, State, Subject

#: Record type → slug → the slugs of its parts that others refer to.
WORLD: Final[dict[str, dict[str, list[str]]]] = {
    "source": {"source-1": [], "source-2": []},
    "actor": {"actor-1": ["tenure-1"], "actor-2": ["tenure-2", "tenure-3"], "actor-3": []},
    "program": {"program-1": [], "program-2": []},
    "order": {"order-1": ["measure-1", "measure-2"], "order-2": ["measure-3"]},
    "agreement": {"agreement-1": ["commitment-1", "commitment-2"], "agreement-2": ["commitment-3"]},
    "violation": {"violation-1": [], "violation-2": []},
    "designation": {"designation-1": []},
    "event": {"event-1": [], "event-2": []},
}
#: Record type → what its slugged parts are called.
_PARTS: Final = {"actor": "tenure", "order": "measure", "agreement": "commitment"}
_SLUGS: Final = {record: list(slugs) for record, slugs in WORLD.items()} | {
    part: [slug for slugs in WORLD[record].values() for slug in slugs] for record, part in _PARTS.items()
}
_DATES: Final = [
    "2015-07-14",
    "2016-01",
    "2018",
    "2018-05/2018-11",
    "../2010",
    "2019-01-01/..",
    "2020~",
    "2021-21",
    "201X",
]
_SPECIAL: Final = {
    "cameo_code": st.sampled_from(["112", "0842"]),
    "content_hash": st.just("0123456789abcdef" * 4),
    "currency": st.sampled_from(["USD", "IRR"]),
    "language": st.sampled_from(["en", "fa"]),
    "script": st.sampled_from(["Arab", "Latn"]),
}
_LINES: Final = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), min_size=1, max_size=8
).filter(lambda text: text == text.strip())
_PROSE: Final = _LINES.map(lambda line: f"{line}\n\n\t'{line}'\r\n") | _LINES


def refer(slug: str) -> Document:
    """Return the least that a record of the world says."""
    name = slug.partition("-")[0]
    needed: dict[str, Document] = {
        "source": {"kind": "news", "title": slug},
        "actor": {"kind": "state", "name": slug},
        "program": {"name": slug, "issuer": "actor-1"},
        "order": {"kind": "statute", "title": slug, "issuer": "actor-1", "geographic_scope": "country"},
        "agreement": {"kind": "treaty", "title": slug},
        "violation": {"title": slug},
        "designation": {"actor": "actor-1", "program": "program-1"},
        "event": {"kind": "report", "title": slug, "happened_on": "2015"},
        "tenure": {"body": "actor-3", "title": slug, "rank": "head"},
        "measure": {"kind": "waiver", "direction": "relieves"},
        "commitment": {"text": slug},
    }
    return {"slug": slug} | needed[name]


def world() -> list[Incoming]:
    """Return the documents of the world, published."""
    incoming = []
    for name, slugs in WORLD.items():
        for slug, parts in slugs.items():
            document = refer(slug)
            if parts:
                document[f"{_PARTS[name]}s"] = [refer(part) for part in parts]
            incoming.append(Incoming(BY_NAME[name], document))
    return incoming


def values(column: Any) -> st.SearchStrategy[Any]:
    """Every value that a document may give for a column."""
    if column.choices:
        return st.sampled_from([str(code) for code, _ in column.flatchoices if code])
    if column.name in _SPECIAL:
        return _SPECIAL[column.name]
    if isinstance(column, EDTFField):
        return st.sampled_from(_DATES)
    if isinstance(column, models.BooleanField):
        return st.booleans()
    if isinstance(column, CountField):
        return st.sampled_from([0, 1, CountField.most])
    if isinstance(column, models.DecimalField):
        highest = 10 ** (column.max_digits - column.decimal_places) - 1
        step = 10**column.decimal_places
        fractions = st.integers(1, 10**column.max_digits - 1).map(lambda count: count / step)
        return st.integers(1, highest) | fractions
    if isinstance(column, models.URLField):
        return st.just("https://example.org/a?b=c#d")
    if isinstance(column, models.JSONField):
        return st.just({})
    return _PROSE if isinstance(column, models.TextField) else _LINES


def required(model: type[models.Model], key: Key) -> bool:
    """Whether a row of the model is invalid without the key."""
    if not isinstance(key, Value | Ref):
        return False
    column = column_of(model, key.field)
    return not (column.blank or column.has_default())


@st.composite
def objects(
    draw: st.DrawFn, model: type[models.Model], keys: tuple[Key, ...], one_of: tuple[str, ...] = ()
) -> Document:
    """Objects of such keys, the optional ones there or not; what several keys demand together is not seen to."""
    chosen = draw(st.sampled_from(one_of)) if one_of else None
    document: Document = {}
    for key in keys:
        if key.name == "slug" or (key.name in one_of and key.name != chosen):
            continue
        if key.name == chosen or required(model, key) or draw(st.integers(0, 2)) == 0:
            document[key.name] = draw(contents(model, key))
    return document


def contents(model: type[models.Model], key: Key) -> st.SearchStrategy[Any]:
    """Every content that a key may have."""
    match key:
        case Value():
            return values(column_of(model, key.field))
        case Ref():
            return st.sampled_from(_SLUGS[str(target(model, key)._meta.model_name)])
        case Refs():
            return st.lists(st.sampled_from(_SLUGS[str(target(model, key)._meta.model_name)]), max_size=3, unique=True)
        case Codes():
            return st.lists(values(column_of(part_model(model, key), key.column)), max_size=3, unique=True)
        case Rows():
            return st.lists(objects(part_model(model, key), key.keys, key.one_of), max_size=2)
    raise TypeError(f"unknown kind of key: {key!r}")


@st.composite
def documents(draw: st.DrawFn, record_type: RecordType, slug: str) -> Document:
    """Valid documents of a record: one of the world, whose slugged parts stay, or a new one."""
    document = {"slug": slug} | draw(objects(record_type.model, record_type.keys))
    for key in record_type.rows:
        if any(part.name == "slug" for part in key.keys):
            document[key.name] = draw(_slugged(record_type, key, slug))
        for row in document.get(key.name, ()):
            _repair(draw, slug, key.name, row)
        if key.name in document:
            document[key.name] = _unlike(key.name, document[key.name])
    _repair(draw, slug, record_type.name, document)
    absent = [key.name for key in record_type.keys if key.name not in document and key.name != "absences"]
    if "absences" in document and absent:
        document["absences"] = draw(
            st.dictionaries(st.sampled_from(absent), st.sampled_from(Absence.values), max_size=3)
        )
    shuffled = draw(st.permutations(list(document)))
    return {name: document[name] for name in shuffled}


@st.composite
def _slugged(draw: st.DrawFn, record_type: RecordType, key: Rows, slug: str) -> list[Document]:
    """Rows that others refer to, in any order, with a new one or not."""
    slugs = [*WORLD[record_type.name].get(slug, []), *draw(st.sampled_from([[], [f"{slug}-{key.name}-new"]]))]
    model = part_model(record_type.model, key)
    return [{"slug": name, **draw(objects(model, key.keys))} for name in draw(st.permutations(slugs))]


def incoming(name: str) -> st.SearchStrategy[Incoming]:
    """A valid document of a type, of a record of the world or of a new one, in any state."""
    record_type = BY_NAME[name]
    slugs = st.sampled_from([*WORLD[name], f"{name}-new"])
    return st.tuples(slugs.flatmap(lambda slug: documents(record_type, slug)), st.sampled_from(State)).map(
        lambda pair: Incoming(record_type, *pair)
    )


# --- What several keys demand together ----------------------------------------------------------


def _repair(draw: st.DrawFn, slug: str, name: str, row: Document) -> None:
    for first, last in (
        ("from", "until"),
        ("effective_on", "until"),
        ("listed_on", "delisted_on"),
        ("starts_on", "sunset_on"),
    ):
        if row.get(first) and row.get(last) and edtf.parse(row[last]).latest < edtf.parse(row[first]).earliest:
            del row[last]
    if repair := _REPAIRS.get(name):
        repair(draw, slug, row)


def _relationship(draw: st.DrawFn, slug: str, row: Document) -> None:
    row["to"] = draw(st.sampled_from([other for other in _SLUGS["actor"] if other != slug]))


def _relation(draw: st.DrawFn, slug: str, row: Document) -> None:
    if "to_order" in row:
        row["to_order"] = draw(st.sampled_from([other for other in _SLUGS["order"] if other != slug]))


def _effect(draw: st.DrawFn, slug: str, row: Document) -> None:
    subject = next(kind for kind in ("order", "measure", "agreement", "commitment", "violation") if kind in row)
    if subject in ("order", "measure"):
        row.pop("party", None)
    kind = Subject.PARTY if subject == "agreement" and "party" in row else Subject(subject)
    row["verb"] = draw(st.sampled_from([str(verb) for verb in TABLE[kind]]))


def _commitment(draw: st.DrawFn, slug: str, row: Document) -> None:
    if "limit" in row:
        row.setdefault("unit", "kg")
    else:
        row.pop("equivalent_limit", None)
    if "equivalent_limit" in row:
        row.setdefault("equivalent_unit", "g")


def _designation(draw: st.DrawFn, slug: str, row: Document) -> None:
    if not row.keys() & {"program", "order", "list_name"}:
        row["program"] = "program-1"


def _measurement(draw: st.DrawFn, slug: str, row: Document) -> None:
    if not row.keys() & {"commitment", "violation"}:
        row["commitment"] = "commitment-1"


_REPAIRS: Final[dict[str, Callable[[st.DrawFn, str, Document], None]]] = {
    "relationships": _relationship,
    "relations": _relation,
    "effects": _effect,
    "commitments": _commitment,
    "designation": _designation,
    "measurements": _measurement,
}
_UNIQUE: Final = {
    "names": ("kind", "text"),
    "participations": ("actor", "role"),
    "ballots": ("member",),
}


def _unlike(name: str, rows: list[Document]) -> list[Document]:
    """Return the rows without repetitions of those that a record may contain only once."""
    if name not in _UNIQUE:
        return rows
    return list({tuple(row[column] for column in _UNIQUE[name]): row for row in rows}.values())
