"""A world of any size for measuring: actors, sources, orders and events as documents, the same for the same size.

Every record is made of its number alone, so that any part of the world can be made by itself. The shares are those
that the design was measured with: 2.5 actors and 1.5 citations for each event, an order in two of three, few actors in
very many events and most in few.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sanctions.vocabulary import (
    ActorKind,
    EventKind,
    GeographicScope,
    MeasureDirection,
    MeasureKind,
    OrderKind,
    ReferenceKind,
    Role,
    Sector,
    SourceKind,
    Topic,
    Verb,
)

Document = dict[str, Any]

FIRST_DAY: Final = date(1980, 1, 1)
DAYS: Final = (date(2025, 12, 31) - FIRST_DAY).days

_ONSETS: Final = ("b", "d", "f", "g", "h", "k", "kh", "l", "m", "n", "p", "r", "s", "sh", "t", "v", "z", "gh", "j", "y")
_VOWELS: Final = ("a", "e", "i", "o", "u", "aa", "ei", "ou")
_CODAS: Final = ("", "", "", "n", "r", "m", "d", "sh", "l")
_COMMON: Final = (
    *("measures", "against", "persons", "entities", "support", "trade", "bank", "oil", "shipping", "transfer"),
    *("agreement", "compliance", "report", "council", "ministry", "sanctions", "programme", "export", "licence"),
    *("reviewed", "announced", "extended", "amended", "revoked", "listed", "notified", "implementation", "obligation"),
)
_EVENT_KINDS: Final = [str(kind) for kind in EventKind]
_ROLES: Final = [str(role) for role in Role]
_ACTOR_KINDS: Final = [str(kind) for kind in ActorKind]
_BODY_KINDS: Final = (str(ActorKind.GOVERNMENT_BODY), str(ActorKind.STATE))


@dataclass(frozen=True, slots=True)
class Size:
    """How many records of each noun there are. ``bodies`` of the actors issue orders and act in most events."""

    events: int
    actors: int
    orders: int
    sources: int
    bodies: int = 200


SIZES: Final = {
    "1m": Size(events=1_000_000, actors=50_000, orders=20_000, sources=20_000),
    "100k": Size(events=100_000, actors=50_000, orders=20_000, sources=5_000),
    "10k": Size(events=10_000, actors=5_000, orders=2_000, sources=1_000),
    "1k": Size(events=1_000, actors=500, orders=200, sources=100, bodies=20),
}


def _dice(noun: str, number: int) -> random.Random:
    return random.Random(f"{noun} {number}")


def word(dice: random.Random, syllables: int) -> str:
    """Return a word that looks like one of a language and is in no dictionary."""
    parts = (dice.choice(_ONSETS) + dice.choice(_VOWELS) + dice.choice(_CODAS) for _ in range(syllables))
    return "".join(parts)


def name(dice: random.Random) -> str:
    """Return a name of two words."""
    return f"{word(dice, 2).capitalize()} {word(dice, 3).capitalize()}"


def _sentence(dice: random.Random, words: int) -> str:
    """Return a sentence of common words, and one in ten of a vocabulary of a thousand."""
    chosen = [
        word(random.Random(dice.randrange(1000)), 3) if dice.random() < 0.1 else dice.choice(_COMMON)
        for _ in range(words)
    ]
    return " ".join(chosen).capitalize() + "."


def _skewed(dice: random.Random, many: int) -> int:
    """Return a number below ``many``: small ones far more often than large ones."""
    return int(many * dice.random() ** 3)


def actor(number: int, size: Size) -> Document:
    """Return an actor with two further names."""
    dice = _dice("actor", number)
    called = name(dice)
    kind = dice.choice(_BODY_KINDS) if number < size.bodies else dice.choice(_ACTOR_KINDS)
    first, last = called.split()
    return {
        "slug": f"actor-{number}",
        "kind": kind,
        "name": called,
        "names": [
            {"kind": "alias", "text": f"{last}, {first}"},
            {"kind": "transliteration", "text": f"{first} {word(dice, 1)}-{last}"},
        ],
        "citations": [{"source": f"source-{dice.randrange(size.sources)}"}],
    }


def source(number: int, size: Size) -> Document:
    """Return a source."""
    dice = _dice("source", number)
    return {
        "slug": f"source-{number}",
        "kind": dice.choice([str(kind) for kind in SourceKind]),
        "title": _sentence(dice, 8),
        "publisher": name(dice),
        "published_on": _day(dice).isoformat(),
        "source_url": f"https://example.org/sources/{number}",
    }


def order(number: int, size: Size) -> Document:
    """Return an order with one measure."""
    dice = _dice("order", number)
    topics = dice.sample([str(topic) for topic in Topic], dice.choice((1, 1, 2)))
    return {
        "slug": f"order-{number}",
        "kind": dice.choice([str(kind) for kind in OrderKind]),
        "title": _sentence(dice, 9),
        "issuer": f"actor-{dice.randrange(size.bodies)}",
        "geographic_scope": dice.choice([str(scope) for scope in GeographicScope]),
        "topics": sorted(topics),
        "summary": _sentence(dice, 25),
        "measures": [
            {
                "slug": f"order-{number}-measure",
                "kind": dice.choice([str(kind) for kind in MeasureKind]),
                "direction": dice.choice([str(direction) for direction in MeasureDirection]),
                "sectors": [dice.choice([str(sector) for sector in Sector])],
                "targets": [f"actor-{dice.randrange(size.actors)}"],
            }
        ],
        "citations": [{"source": f"source-{dice.randrange(size.sources)}"}],
    }


def event(number: int, size: Size) -> Document:
    """Return an event: the first three for each order have an effect on it, the others refer to one order or none."""
    dice = _dice("event", number)
    document: Document = {
        "slug": f"event-{number}",
        "kind": dice.choice(_EVENT_KINDS),
        "title": _sentence(dice, 7),
        "summary": _sentence(dice, 30),
        "place": name(dice) if dice.random() < 0.5 else "",
        "participations": _participations(dice, size),
        "citations": [
            {"source": f"source-{dice.randrange(size.sources)}", "pinpoint": f"p. {dice.randrange(1, 400)}"}
            for _ in range(dice.choice((1, 2)))
        ],
    }
    of_order, place = number % size.orders, number // size.orders
    if place < len(_LIFE) and size.events >= len(_LIFE) * size.orders:
        day = _day(_dice("order", of_order)) + timedelta(days=place * dice.randrange(30, 2000))
        document["effects"] = [
            {"order": f"order-{of_order}", "verb": str(dice.choice(_LIFE[place])), "effective_on": day.isoformat()}
        ]
    else:
        day = _day(dice)
        if dice.random() < 0.7:
            document["references"] = [
                {"kind": str(ReferenceKind.CONCERNS), "order": f"order-{_skewed(dice, size.orders)}"}
            ]
    document["happened_on"] = day.isoformat()
    return {key: value for key, value in document.items() if value not in ("", [])}


#: What happens to an order, event by event: one of the verbs each time.
_LIFE: Final = (
    (Verb.TOOK_EFFECT,),
    (Verb.AMENDED, Verb.SUSPENDED, Verb.EASED),
    (Verb.REVOKED, Verb.REINSTATED, Verb.LAPSED, Verb.AMENDED),
)


def _day(dice: random.Random) -> date:
    return FIRST_DAY + timedelta(days=dice.randrange(DAYS))


def _participations(dice: random.Random, size: Size) -> list[dict[str, Any]]:
    """Return two or three actors in roles, one of them a body."""
    actors = {f"actor-{dice.randrange(size.bodies)}"}
    wanted = dice.choice((2, 3))
    while len(actors) < wanted:
        actors.add(f"actor-{_skewed(dice, size.actors)}")
    return [{"actor": slug, "role": dice.choice(_ROLES)} for slug in sorted(actors)]


def documents(noun: str, size: Size, first: int = 0) -> Iterator[Document]:
    """Yield the documents of a noun (``actor``, ``source``, ``order``, ``event``) in order, from a number on."""
    make, many = {
        "source": (source, size.sources),
        "actor": (actor, size.actors),
        "order": (order, size.orders),
        "event": (event, size.events),
    }[noun]
    return (make(number, size) for number in range(first, many))


#: The nouns in the order in which they can be loaded.
NOUNS: Final = ("source", "actor", "order", "event")
