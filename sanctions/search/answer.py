"""The answer to a search: which records are meant, in which order, and where they say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sanctions.models import SearchEntry
from sanctions.projections.renderings import link
from sanctions.projections.search_entries import IDENTIFIER, SKELETON, spoken
from sanctions.search.engine import Either, Sought, engine, entries
from sanctions.search.marking import Marked, marked
from sanctions.search.query import Query, Term, parse
from sanctions.search.ranking import NOUNS, Ranked, ranked
from sanctions.search.spelling import meant

#: Entries that are weighed; of what more entries have, those that were written first are.
MOST_WEIGHED: Final = 1_000
#: With fewer than these those are found too that have only one of the words.
FEW: Final = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the worthiest first; what may have been meant; whether more have it than were weighed."""

    query: Query
    results: list[Ranked]
    meant: Mapping[str, Sequence[str]]
    capped: bool

    @property
    def did_you_mean(self) -> str | None:
        """The query with the words put right that no name has; ``None`` if there are none."""
        if not self.meant:
            return None
        return " ".join(self.meant.get(term.text, [term.text])[0] for term in self.query.terms)


def find(text: str, nouns: Collection[str] = NOUNS) -> Found:
    """Return the public records of the nouns that a text seeks."""
    query = parse(text)
    guesses = meant([term.text for term in query.terms if not term.quoted])
    ids: dict[int, None] = {}
    if query.terms:
        every = tuple(_either(term, guesses) for term in query.terms)
        named = tuple(_heard(either, term) for either, term in zip(every, query.terms, strict=True))
        ids |= _ids(Sought(named, tuple(query.identifiers)), nouns, names_only=True)
        if len(ids) < MOST_WEIGHED:
            ids |= _ids(Sought(every), nouns, names_only=False)
        if len(ids) < FEW and len(named) > 1:
            ids |= _ids(Sought((_any_of(named),)), nouns, names_only=True)
    weighed = list(ids)[:MOST_WEIGHED]
    columns = ("noun", "slug", "names", "identifiers", "name_words", "text_words")
    return Found(query, ranked(entries(weighed, *columns), query, guesses), guesses, len(ids) >= MOST_WEIGHED)


def told(found: Found, first: int, most: int) -> dict[str, Any]:
    """Return some of what was found as plain data, with where each says so."""
    page = found.results[first : first + most]
    texts = {entry.pk: entry.texts for entry in entries([one.entry.pk for one in page], "texts")}
    return {
        "total": len(found.results),
        "capped": found.capped,
        "did_you_mean": found.did_you_mean,
        "types": dict(
            sorted(Counter(one.entry.noun for one in found.results).items(), key=lambda pair: NOUNS.index(pair[0]))
        ),
        "results": [_told(one, found, texts[one.entry.pk]) for one in page],
    }


def _told(one: Ranked, found: Found, texts: Sequence[str]) -> dict[str, Any]:
    name, *others = one.entry.names
    return {
        "type": one.entry.noun,
        "slug": one.entry.slug,
        "name": name,
        "url": link(one.entry.noun, one.entry.slug),
        "score": one.worth,
        "highlights": [
            {"in": where, "text": mark.text, "marks": [list(span) for span in mark.marks]}
            for where, mark in (
                ("name", _marked([name], found)),
                ("other_name", _marked(others, found)),
                ("identifier", _identified(one.entry, found.query)),
                ("text", _marked(texts, found)),
            )
            if mark is not None
        ],
    }


def _marked(texts: Sequence[str], found: Found) -> Marked | None:
    return marked(texts, found.query, found.meant)


def _identified(entry: SearchEntry, query: Query) -> Marked | None:
    """Return the first identifier of an entry that was written, marked as a whole."""
    for scheme, value in entry.identifiers:
        if any(IDENTIFIER + form in query.identifiers for form in spoken(scheme, value)):
            return Marked(value, ((0, len(value)),))
    return None


def _ids(sought: Sought, nouns: Collection[str], *, names_only: bool) -> dict[int, None]:
    return dict.fromkeys(engine().found(sought, nouns, MOST_WEIGHED, names_only=names_only))


def _either(term: Term, guesses: Mapping[str, Sequence[str]]) -> Either:
    """Return the ways in which an entry can have a term in any of its texts."""
    if term.quoted:
        return Either(rows=(term.words,))
    whole = (*term.words, *guesses.get(term.text, ()))
    return Either(whole, term.words if term.begun else ())


def _heard(either: Either, term: Term) -> Either:
    """Return the ways in which the names of an entry can have a term: what sounds like it, too."""
    heard = (SKELETON + term.skeleton,) if term.skeleton else ()
    return Either((*either.whole, *heard), either.beginnings, either.rows)


def _any_of(all_of_them: Sequence[Either]) -> Either:
    return Either(
        tuple(word for either in all_of_them for word in either.whole),
        (),
        tuple(row for either in all_of_them for row in either.rows),
    )
