"""One valid row of every model, not saved yet: what a test changes in one place."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from django.apps import apps
from django.db.models import Model

from sanctions import models
from sanctions.ledger.versions import GENESIS
from tests.factories.actors import make_actor
from tests.factories.agreements import make_agreement, make_commitment
from tests.factories.events import make_event
from tests.factories.makers import MAKERS
from tests.factories.orders import make_measure, make_order
from tests.factories.slugs import unused
from tests.factories.sources import make_source
from tests.factories.users import make_user
from tests.factories.violations import make_violation

_SEQUENCES: Final = count(1000)


def _only_head() -> dict[str, Any]:
    """Make room for the one row that there may be."""
    models.LedgerHead.objects.all().delete()
    return {"pk": 1, "digest": GENESIS}


#: The models that somebody writes to; the rows of history are copied from theirs.
WRITTEN: Final[list[type[Model]]] = [
    model for model in apps.get_app_config("sanctions").get_models() if not issubclass(model, models.Historic)
]

#: What each model needs beyond its defaults.
_NEEDED: Final[dict[type[Model], Callable[[], dict[str, Any]]]] = {
    models.Actor: lambda: {"kind": "state", "name": "Iran"},
    models.ActorName: lambda: {"actor": make_actor(), "kind": "alias", "text": "Persia"},
    models.Identifier: lambda: {"actor": make_actor(), "scheme": "iso-3166", "value": "IR"},
    models.Particular: lambda: {"actor": make_actor(), "kind": "birth_place", "text": "Tabriz"},
    models.Tenure: lambda: {"actor": make_actor(), "body": make_actor(), "title": "President", "rank": "head"},
    models.Relationship: lambda: {"actor": make_actor(), "kind": "part_of", "to": make_actor()},
    models.Program: lambda: {"name": "Iran", "issuer": make_actor()},
    models.Order: lambda: {"kind": "statute", "title": "An Act", "issuer": make_actor(), "geographic_scope": "country"},
    models.OrderName: lambda: {"order": make_order(), "kind": "short_title", "text": "ISA"},
    models.OrderTopic: lambda: {"order": make_order(), "topic": "sanctions"},
    models.Relation: lambda: {"order": make_order(), "kind": "cites", "to_order": make_order()},
    models.Measure: lambda: {"order": make_order(), "kind": "waiver", "direction": "relieves"},
    models.MeasureSector: lambda: {"measure": make_measure(make_order()), "sector": "oil"},
    models.Directive: lambda: {"order": make_order(), "addressee": make_actor(), "text": "Report."},
    models.Agreement: lambda: {"kind": "treaty", "title": "A Treaty"},
    models.AgreementName: lambda: {"agreement": make_agreement(), "kind": "acronym", "text": "NPT"},
    models.Commitment: lambda: {"agreement": make_agreement(), "text": "To enrich no further than 3.67%."},
    models.Violation: lambda: {"title": "Enrichment beyond 3.67%"},
    models.Provision: lambda: {"violation": make_violation(), "agreement": make_agreement()},
    models.Designation: lambda: {"actor": make_actor(), "list_name": "SDN List"},
    models.Source: lambda: {"kind": "news", "title": "A report"},
    models.Citation: lambda: {"event": make_event(), "source": make_source()},
    models.Event: lambda: {"kind": "report", "title": "A report", "happened_on": "2015-12-02"},
    models.Participation: lambda: {"event": make_event(), "actor": make_actor(), "role": "speaker"},
    models.Reference: lambda: {"event": make_event(), "kind": "concerns", "order": make_order()},
    models.Effect: lambda: {
        "event": make_event(),
        "order": make_order(),
        "verb": "took_effect",
        "effective_on": "2016-01-16",
    },
    models.Position: lambda: {
        "event": make_event(),
        "holder": make_actor(),
        "stance": "rejects",
        "agreement": make_agreement(),
    },
    models.Vote: lambda: {"event": make_event(), "body": make_actor()},
    models.Ballot: lambda: {"event": make_event(), "member": make_actor(), "choice": "for"},
    models.Measurement: lambda: {
        "event": make_event(),
        "commitment": make_commitment(make_agreement()),
        "value": 60,
        "unit": "percent",
    },
    models.Version: lambda: {
        "sequence": next(_SEQUENCES),
        "record_type": "actor",
        "number": 1,
        "kind": "publication",
        "document": "{}",
        "recorded_from": datetime(2025, 3, 1, tzinfo=UTC),
        "previous": GENESIS,
        "digest": GENESIS,
    },
    models.LedgerHead: _only_head,
    models.Import: lambda: {
        "number": next(_SEQUENCES),
        "source": "a-list",
        "made_at": datetime(2025, 3, 1, tzinfo=UTC),
        "by": "curator",
    },
    models.Imported: lambda: {
        "source": "a-list",
        "key": f"actor/{next(_SEQUENCES)}",
        "record_type": "actor",
        "slug": "ada",
        "digest": "0" * 32,
        "document": "{}",
    },
    models.ImportChange: lambda: {
        "made_by": _stored(models.Import),
        "source": "a-list",
        "key": f"actor/{next(_SEQUENCES)}",
        "record_type": "actor",
    },
    models.LogEntry: lambda: {
        "number": next(_SEQUENCES),
        "record_type": "actor",
        "move": "saved",
        "by": "curator",
        "at": datetime(2025, 3, 1, tzinfo=UTC),
    },
    models.Assignment: lambda: {
        "record_type": "actor",
        "name": "reviewer",
        "set_by": "administrator",
        "set_at": datetime(2025, 3, 1, tzinfo=UTC),
        "proposal": next(_SEQUENCES),
    },
    models.Authorship: lambda: {
        "record_type": "actor",
        "name": "curator",
        "since": datetime(2025, 3, 1, tzinfo=UTC),
        "proposal": next(_SEQUENCES),
    },
    models.ClockCorrection: lambda: {
        "number": next(_SEQUENCES),
        "after_sequence": 1,
        "log_number": 1,
        "wrong_from": datetime(2031, 3, 1, tzinfo=UTC),
        "wrong_to": datetime(2031, 3, 2, tzinfo=UTC),
        "instant": datetime(2025, 3, 1, tzinfo=UTC),
        "made_at": datetime(2025, 4, 1, tzinfo=UTC),
        "reason": "The clock was wrong.",
        "by": "administrator",
        "approved_by": "reviewer",
        "previous": GENESIS,
        "digest": GENESIS,
        "applied": True,
    },
    models.Remark: lambda: {
        "record_type": "actor",
        "text": "Cite the register.",
        "by": "reviewer",
        "at": datetime(2025, 3, 1, tzinfo=UTC),
    },
    models.Presence: lambda: {
        "record_type": "actor",
        "page": f"{next(_SEQUENCES):032x}",
        "name": "reviewer",
        "opened_at": datetime(2025, 3, 1, tzinfo=UTC),
        "seen_at": datetime(2025, 3, 1, tzinfo=UTC),
    },
    models.LinkCheck: lambda: {
        "source": make_source(),
        "url": "https://example.org/",
        "checked_at": datetime(2025, 3, 1, tzinfo=UTC),
    },
    models.SearchEntry: lambda: {"noun": "actor", "slug": unused("found"), "names": ["Iran"]},
    models.Appearance: lambda: {
        "event": make_event(),
        "actor": make_actor(),
        "kind": "statement",
        "slug": unused("found"),
    },
    models.SearchWord: lambda: {"word": f"word{next(_SEQUENCES)}", "padded": "  word "},
    models.AccessToken: lambda: {
        "user": make_user("holder"),
        "name": "A program",
        "scope": "read",
        "beginning": "sanctions_ab",
        "digest": f"{next(_SEQUENCES):064x}",
        "created_at": datetime(2025, 3, 1, tzinfo=UTC),
        "expires_at": datetime(2025, 4, 1, tzinfo=UTC),
    },
    models.IdempotencyKey: lambda: {
        "user": make_user("holder"),
        "key": unused("key"),
        "fingerprint": f"{next(_SEQUENCES):064x}",
        "created_at": datetime(2025, 3, 1, tzinfo=UTC),
    },
    models.Webhook: lambda: {
        "name": "A mirror",
        "url": "https://mirror.example.org/changes",
        "secret": "whsec_" + "A" * 43 + "=",
        "created_at": datetime(2025, 3, 1, tzinfo=UTC),
    },
    models.Delivery: lambda: {
        "webhook": _stored(models.Webhook),
        "sequence": next(_SEQUENCES),
        "identifier": unused("msg"),
        "body": "{}",
        "created_at": datetime(2025, 3, 1, tzinfo=UTC),
    },
    models.Attempt: lambda: {
        "delivery": _stored(models.Delivery),
        "at": datetime(2025, 3, 1, tzinfo=UTC),
        "status": 200,
        "milliseconds": 12,
    },
    models.Likeness: lambda: {"record_type": "actor", "first": unused("a"), "second": unused("b"), "score": 90},
    models.Redirect: lambda: {
        "number": next(_SEQUENCES),
        "record_type": "actor",
        "old": unused("old"),
        "new": unused("new"),
        "public": True,
        "by": "reviewer",
        "at": datetime(2025, 3, 1, tzinfo=UTC),
        "reason": "One bank.",
    },
    models.Touched: lambda: {
        "redirect": _stored(models.Redirect),
        "record_type": "event",
        "state": "published",
        "before": "{}",
        "after": "{}",
    },
    models.Proposal: lambda: {
        "number": next(_SEQUENCES),
        "record_type": "actor",
        "slug": unused("actor"),
        "base": "{}",
        "document": "{}",
        "by": "curator",
        "made_at": datetime(2025, 3, 1, tzinfo=UTC),
        "changed_at": datetime(2025, 3, 1, tzinfo=UTC),
    },
    models.Release: lambda: {
        "number": next(_SEQUENCES),
        "title": "The first",
        "released_at": datetime(2025, 3, 1, tzinfo=UTC),
        "sequence": 1,
        "digest": GENESIS,
        "counts": {"orders": 1},
        "manifest_sha256": GENESIS,
    },
    models.Seed: lambda: {
        "record_type": "actor",
        "slug": unused("actor"),
        "state": "published",
        "digest": "0" * 32,
        "document": "{}",
    },
    models.Upload: lambda: {
        "token": unused("token"),
        "record_type": "actor",
        "name": "actors.xlsx",
        "content": b"slug",
        "made_at": datetime(2025, 3, 1, tzinfo=UTC),
    },
    models.Penalty: lambda: {"event": make_event(), "violation": make_violation(), "amount": 1, "currency": "USD"},
}


def _stored(model: type[Model]) -> Model:
    row: Model = valid(model)
    row.save()
    return row


#: How to make the row that a part belongs to or refers to, by the name of its foreign key.
_OWNERS: Final[dict[str, Callable[[], Model]]] = {
    **MAKERS,
    "to_order": make_order,
    "to_agreement": make_agreement,
    "measure": lambda: make_measure(make_order()),
    "commitment": lambda: make_commitment(make_agreement()),
}


def _kept(model: type[models.Historic]) -> dict[str, Any]:
    """Return what a row of history holds: anything, for nothing constrains it."""
    anything = {
        "BigIntegerField": 1,
        "IntegerField": 1,
        "CharField": "x",
        "TextField": "x",
        "BooleanField": True,
        "JSONField": {},
        "DecimalField": 1,
        "DateTimeField": datetime(2025, 3, 1, tzinfo=UTC),
    }
    columns = [column for column in model._meta.fields if not column.null and not column.primary_key]
    return {column.name: anything[column.get_internal_type()] for column in columns}


def valid(model: type[Model], **changes: Any) -> Any:
    """Return a valid row of the model, with these columns changed."""
    if issubclass(model, models.Historic):
        return model(**_kept(model) | changes)
    slug = {"slug": unused(str(model._meta.model_name))} if hasattr(model, "slug") else {}
    return model(**slug | _NEEDED[model]() | changes)


def owner(name: str) -> Model:
    """Return a stored row that a foreign key of this name can point to."""
    return _OWNERS[name]()


def owned(model: type[Model], parent: str, parents: tuple[str, ...], **changes: Any) -> Any:
    """Return a valid row that belongs to a row of this parent and of no other."""
    return valid(model, **{**dict.fromkeys(parents), parent: owner(parent)} | changes)
