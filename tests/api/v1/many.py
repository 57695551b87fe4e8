"""Make many records of every type, each with all of its parts, and sample values of parameters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import yaml

from api.http.parameters.base import ListOf, Parameter, Range
from api.http.parameters.dates import Dates, Day, Instant
from api.http.parameters.numbers import Quantity
from api.http.parameters.records import ReleaseNumber, Slug
from api.http.parameters.texts import Code, Identifiers, Switch
from api.v1.filters.base import FilterCondition
from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.registry import BY_PLURAL
from tests.factories.acts import ACT

ONE = """
sources:
- {slug: source-N, kind: news, title: Source N, publisher: P, published_on: '2019-07', language: en}
actors:
- slug: actor-N
  kind: person
  name: Actor N
  names: [{kind: alias, text: Alias N}]
  identifiers: [{scheme: wikidata, value: QN}]
  relationships: [{kind: part_of, to: body}, {kind: national_of, to: body}]
  tenures: [{slug: tenure-N, body: body, title: Head, rank: head, from: '2000'}]
  citations: [{source: source-N}]
programs:
- {slug: program-N, name: Program N, issuer: actor-N, territories: [body], citations: [{source: source-N}]}
orders:
- slug: order-N
  kind: executive_order
  title: Order N
  identifiers: [{scheme: us-eo, value: 'N'}]
  issuer: actor-N
  signatory: body
  geographic_scope: country
  topics: [sanctions]
  programs: [program-N]
  relations: [{kind: cites, to_order: base}]
  measures:
  - {slug: measure-N, kind: asset_freeze, direction: imposes, targets: [actor-N], territories: [body], sectors: [oil]}
  directives: [{addressee: actor-N, text: Do it.}]
  citations: [{source: source-N}]
agreements:
- slug: agreement-N
  kind: treaty
  title: Agreement N
  commitments:
  - slug: commitment-N
    obligors: [actor-N, body]
    text: Promise N
    verifier: body
    starts_on: '2015'
    sunset_on: '2030'
  citations: [{source: source-N}]
violations:
- slug: violation-N
  title: Violation N
  accused: [actor-N]
  against: [{commitment: commitment-N}]
  committed_on: '2018'
  citations: [{source: source-N}]
designations:
- {slug: designation-N, actor: actor-N, program: program-N, order: order-N, list_name: L, listed_on: '2012'}
events:
- slug: event-N
  kind: legal_act
  title: Event N
  happened_on: '2016-01-16'
  participations: [{actor: actor-N, role: speaker}]
  references: [{kind: concerns, agreement: agreement-N}]
  effects:
  - {order: order-N, verb: took_effect, effective_on: '2010', by_order: base}
  - {order: order-N, verb: extended, effective_on: '2011'}
  - {measure: measure-N, verb: suspended, effective_on: '2016', by_agreement: agreement-N, fulfilled_by: event-N}
  - {agreement: agreement-N, verb: took_effect, effective_on: '2014'}
  - {agreement: agreement-N, party: actor-N, verb: joined, effective_on: '2014'}
  - {agreement: agreement-N, party: body, verb: joined, effective_on: '2014'}
  - {commitment: commitment-N, verb: took_effect, effective_on: '2015'}
  - {commitment: commitment-N, party: actor-N, verb: breached, effective_on: '2018'}
  - {violation: violation-N, party: body, verb: alleged, effective_on: '2018'}
  - {violation: violation-N, party: actor-N, verb: denied, effective_on: '2018'}
  positions: [{holder: actor-N, stance: rejects, actor: body, paraphrase: No.}]
  citations: [{source: source-N}]
"""
SHARED = """
actors: [{slug: body, kind: state, name: Body}]
orders: [{slug: base, kind: statute, title: Base, issuer: body, geographic_scope: country}]
"""


def load_many(count: int) -> None:
    """Load that many records of every noun."""
    texts = [SHARED, *(ONE.replace("-N", f"-{n}").replace(" N", f" {n}").replace("QN", f"Q{n}") for n in range(count))]
    save_documents(
        [
            Incoming(BY_PLURAL[plural], document)
            for text in texts
            for plural, documents in yaml.load(text, Loader=yaml.BaseLoader).items()
            for document in documents
        ],
        ACT,
    )


def sample(condition: FilterCondition) -> Any:
    """Return a value that a parameter takes, and that some of the records meet where that is easy."""
    parameter = condition.parameter
    if isinstance(parameter, ListOf):
        return ",".join(_value(parameter.item) for _ in range(1))
    if isinstance(parameter, Range):
        return f"{_value(parameter.item)},{_value(parameter.item)}"
    return _value(parameter)


def _value(parameter: Parameter) -> str:
    match parameter:
        case Code():
            return parameter.codes[0]
        case Slug():
            return f"{parameter.model._meta.model_name}-0"
        case Day():
            return "2017-01-01"
        case Instant():
            return datetime.now(UTC).isoformat()
        case ReleaseNumber():
            return "1"
        case Dates():
            return "2010/2020"
        case Switch():
            return "true"
        case Quantity():
            return "1"
        case Identifiers():
            return "us-eo:0"
        case _:
            return "a"
