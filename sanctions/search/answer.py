"""Search: match entries, rank them, and return a page of results with highlights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sanctions.models import SearchEntry
from sanctions.projections.search_entries import IDENTIFIER, SKELETON, identifier_forms
from sanctions.projections.urls import record_url
from sanctions.search.engine import Alternatives, MatchCondition, engine, entries
from sanctions.search.marking import Highlight, highlight
from sanctions.search.query import Query, Term, parse
from sanctions.search.ranking import NOUNS, ScoredEntry, rank_entries
from sanctions.search.spelling import suggest_corrections

#: Entries that are ranked; of more matches those that were indexed first.
MOST_RANKED: Final = 1_000
#: With fewer matches than these, entries that have only one of the words match too.
_FEW: Final = 5


@dataclass(frozen=True, slots=True)
class SearchResults:
    """All results, best first; ``capped`` if more entries match than were ranked."""

    query: Query
    results: list[ScoredEntry]
    #: Word of the query that no name contains → words it may be meant for, closest first.
    corrections: Mapping[str, Sequence[str]]
    capped: bool

    @property
    def did_you_mean(self) -> str | None:
        """The query with its corrections applied; ``None`` if there are none."""
        if not self.corrections:
            return None
        return " ".join(self.corrections.get(term.text, [term.text])[0] for term in self.query.terms)


def find(text: str, nouns: Collection[str] = NOUNS) -> SearchResults:
    """Search the public records of the nouns."""
    query = parse(text)
    corrections = suggest_corrections([term.text for term in query.terms if not term.quoted])
    ids: dict[int, None] = {}
    if query.terms:
        in_texts = tuple(_alternatives(term, corrections) for term in query.terms)
        in_names = tuple(_with_sound(words, term) for words, term in zip(in_texts, query.terms, strict=True))
        ids |= _match(MatchCondition(in_names, tuple(query.identifiers)), nouns, names_only=True)
        if len(ids) < MOST_RANKED:
            ids |= _match(MatchCondition(in_texts), nouns, names_only=False)
        if len(ids) < _FEW and len(in_names) > 1:
            ids |= _match(MatchCondition((_union(in_names),)), nouns, names_only=True)
    matches = list(ids)[:MOST_RANKED]
    columns = ("noun", "slug", "names", "identifiers", "name_words", "text_words")
    ranked = rank_entries(entries(matches, *columns), query, corrections)
    return SearchResults(query, ranked, corrections, len(ids) >= MOST_RANKED)


def results_page(results: SearchResults, first: int, most: int) -> dict[str, Any]:
    """Return a page of results as the API answers it, with highlights."""
    page = results.results[first : first + most]
    texts = {entry.pk: entry.texts for entry in entries([result.entry.pk for result in page], "texts")}
    totals = Counter(result.entry.noun for result in results.results)
    return {
        "total": len(results.results),
        "capped": results.capped,
        "did_you_mean": results.did_you_mean,
        "types": {noun: totals[noun] for noun in NOUNS if noun in totals},
        "results": [_describe(result, results, texts[result.entry.pk]) for result in page],
    }


def _describe(result: ScoredEntry, results: SearchResults, texts: Sequence[str]) -> dict[str, Any]:
    name, *others = result.entry.names
    return {
        "type": result.entry.noun,
        "slug": result.entry.slug,
        "name": name,
        "url": record_url(result.entry.noun, result.entry.slug),
        "score": result.score,
        "highlights": [
            {"in": where, "text": mark.text, "marks": [list(span) for span in mark.marks]}
            for where, mark in (
                ("name", _highlight([name], results)),
                ("other_name", _highlight(others, results)),
                ("identifier", _highlight_identifier(result.entry, results.query)),
                ("text", _highlight(texts, results)),
            )
            if mark is not None
        ],
    }


def _highlight(texts: Sequence[str], results: SearchResults) -> Highlight | None:
    return highlight(texts, results.query, results.corrections)


def _highlight_identifier(entry: SearchEntry, query: Query) -> Highlight | None:
    """Return the first identifier of an entry that the query contains, marked as a whole."""
    for scheme, value in entry.identifiers:
        if any(IDENTIFIER + form in query.identifiers for form in identifier_forms(scheme, value)):
            return Highlight(value, ((0, len(value)),))
    return None


def _match(condition: MatchCondition, nouns: Collection[str], *, names_only: bool) -> dict[int, None]:
    """Return the primary keys of matches, as an ordered set."""
    return dict.fromkeys(engine().match(condition, nouns, MOST_RANKED, names_only=names_only))


def _alternatives(term: Term, corrections: Mapping[str, Sequence[str]]) -> Alternatives:
    """Return what matches a term in any text: its words, what begins with it, its corrections."""
    if term.quoted:
        return Alternatives(phrases=(term.words,))
    words = (*term.words, *corrections.get(term.text, ()))
    return Alternatives(words, prefixes=term.words if term.begun else ())


def _with_sound(alternatives: Alternatives, term: Term) -> Alternatives:
    """Add the skeleton of the term, which only the index of names contains."""
    skeletons = (SKELETON + term.skeleton,) if term.skeleton else ()
    return Alternatives((*alternatives.words, *skeletons), alternatives.prefixes, alternatives.phrases)


def _union(terms: Sequence[Alternatives]) -> Alternatives:
    """Return the words and phrases of all terms as alternatives; prefixes would match too much."""
    return Alternatives(
        tuple(word for alternatives in terms for word in alternatives.words),
        (),
        tuple(phrase for alternatives in terms for phrase in alternatives.phrases),
    )
