"""FastAPI with SQLAlchemy as their documentation has it: mapped classes, ``selectinload``, response models."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

engine = create_engine(os.environ["SQLALCHEMY_URL"])
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Actor(Base):
    __tablename__ = "sanctions_actor"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]


class Order(Base):
    __tablename__ = "sanctions_order"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    title: Mapped[str]


class Source(Base):
    __tablename__ = "sanctions_source"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    title: Mapped[str]


class Participation(Base):
    __tablename__ = "sanctions_participation"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("sanctions_event.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("sanctions_actor.id"))
    ordinal: Mapped[int]
    role: Mapped[str]
    note: Mapped[str]
    actor: Mapped[Actor] = relationship()


class Reference(Base):
    __tablename__ = "sanctions_reference"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("sanctions_event.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sanctions_order.id"))
    ordinal: Mapped[int]
    kind: Mapped[str]
    order: Mapped[Order | None] = relationship()


class Effect(Base):
    __tablename__ = "sanctions_effect"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("sanctions_event.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sanctions_order.id"))
    ordinal: Mapped[int]
    verb: Mapped[str]
    effective_on: Mapped[str]
    until: Mapped[str]
    in_part: Mapped[bool]
    provision: Mapped[str]
    note: Mapped[str]
    order: Mapped[Order | None] = relationship()


class Citation(Base):
    __tablename__ = "sanctions_citation"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("sanctions_event.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("sanctions_source.id"))
    ordinal: Mapped[int]
    field: Mapped[str]
    pinpoint: Mapped[str]
    credibility: Mapped[str]
    quote: Mapped[str]
    note: Mapped[str]
    source: Mapped[Source] = relationship()


class Event(Base):
    __tablename__ = "sanctions_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    state: Mapped[str]
    kind: Mapped[str]
    cameo_code: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    happened_on: Mapped[str]
    happened_latest: Mapped[date | None]
    time: Mapped[str]
    place: Mapped[str]
    modality: Mapped[str]
    note: Mapped[str]
    participations: Mapped[list[Participation]] = relationship(order_by=Participation.ordinal)
    references: Mapped[list[Reference]] = relationship(order_by=Reference.ordinal)
    effects: Mapped[list[Effect]] = relationship(order_by=Effect.ordinal)
    citations: Mapped[list[Citation]] = relationship(order_by=Citation.ordinal)


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Named(Out):
    slug: str
    name: str


class Titled(Out):
    slug: str
    title: str


class ParticipationOut(Out):
    actor: Named
    role: str
    note: str


class ReferenceOut(Out):
    kind: str
    order: Titled | None


class EffectOut(Out):
    verb: str
    order: Titled | None
    effective_on: str
    until: str
    in_part: bool
    provision: str
    note: str


class CitationOut(Out):
    source: Titled
    field: str
    pinpoint: str
    credibility: str
    quote: str
    note: str


class EventOut(Out):
    slug: str
    kind: str
    cameo_code: str
    title: str
    summary: str
    happened_on: str
    time: str
    place: str
    modality: str
    note: str
    participations: list[ParticipationOut]
    references: list[ReferenceOut]
    effects: list[EffectOut]
    citations: list[CitationOut]


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


_NESTED = (
    selectinload(Event.participations).selectinload(Participation.actor),
    selectinload(Event.references).selectinload(Reference.order),
    selectinload(Event.effects).selectinload(Effect.order),
    selectinload(Event.citations).selectinload(Citation.source),
)


@app.get("/events", response_model=list[EventOut])
def events(
    session: Annotated[Session, Depends(get_session)],
    kind: str | None = None,
    actor: str | None = None,
    since: date | None = None,
    until: date | None = None,
    offset: int = 0,
    limit: Annotated[int, Query(le=100)] = 100,
) -> Any:
    statement = select(Event).where(Event.state == "published").options(*_NESTED)
    if kind:
        statement = statement.where(Event.kind == kind)
    if actor:
        statement = statement.join(Event.participations).join(Participation.actor).where(Actor.slug == actor)
    if since:
        statement = statement.where(Event.happened_latest >= since)
    if until:
        statement = statement.where(Event.happened_latest <= until)
    return session.scalars(
        statement.order_by(Event.happened_latest.desc(), Event.slug).offset(offset).limit(limit)
    ).all()


@app.get("/events/{slug}", response_model=EventOut)
def event(slug: str, session: Annotated[Session, Depends(get_session)]) -> Any:
    row = session.scalars(select(Event).where(Event.slug == slug).options(*_NESTED)).first()
    if row is None:
        raise HTTPException(status_code=404)
    return row
