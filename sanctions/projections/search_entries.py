"""The search index: names, identifiers and texts of each public record, as plain words.

:func:`sanctions.projections.renderings.store` updates it with every rendering, in the transaction that publishes: the
index contains what is public, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sanctions.database.bulk_writes import insert
from sanctions.models import SearchEntry, SearchWord
from sanctions.projections.plain_words import compact, skeleton, words
from sanctions.records.base import Document
from sanctions.records.encode import chunks, label_text
from sanctions.vocabulary import IdentifierScheme

#: Separates names, so that no phrase matches across two of them. This marker and the next two are letters for both
#: databases (SQLite's ``ascii`` tokenizer, PostgreSQL's parser) and never part of a word: plain words have only a to z
#: and digits (:mod:`sanctions.projections.plain_words`).
BETWEEN: Final = "\u00fe"
#: First letter of the skeleton of a word, and of a compact identifier.
SKELETON: Final = "\u00f0"
IDENTIFIER: Final = "\u014b"
#: Characters of a record's texts that are indexed: the full text of a statute would outweigh summaries.
MOST_TEXT: Final = 20_000
#: Keys of a rendering whose texts are indexed, at any depth.
_TEXTS: Final = frozenset(
    {
        "exemptions",
        "list_name",
        "name",
        "note",
        "paragraph",
        "place",
        "publisher",
        "remarks",
        "report_number",
        "scope",
        "section",
        "summary",
        "text",
        "title",
    }
)
#: Keys that are skipped: about other records or about the rendering itself, or indexed as names and identifiers.
_SKIPPED: Final = frozenset({"history", "citations", "version", "absences", "identifiers", "names"})
#: Words that precede the number of an identifier in citations.
_PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    IdentifierScheme.US_EO: ("EO", "Executive Order", "Order"),
    IdentifierScheme.US_PROCLAMATION: ("Proclamation",),
    IdentifierScheme.US_NSPM: ("NSPM", "National Security Presidential Memorandum"),
    IdentifierScheme.PUBLIC_LAW: ("PL", "Pub L", "Public Law"),
    IdentifierScheme.UK_SI: ("SI", "UKSI"),
    IdentifierScheme.FR_DOCUMENT: ("FR Doc",),
    IdentifierScheme.IMO: ("IMO",),
}
COLUMNS: Final = ("names", "identifiers", "texts", "name_words", "text_words")


def update_search_entries(noun: str, renderings: Mapping[str, Document | None], *, first: bool = False) -> None:
    """Write the entries of records: slug → rendering, or ``None`` for a record that is not public and has no entry.

    Unchanged entries are left alone. ``first`` promises that the records are new, so that none has an entry.
    """
    for slugs in chunks(renderings):
        stored = () if first else SearchEntry.objects.filter(noun=noun, slug__in=slugs)
        known = {entry.slug: entry for entry in stored}
        entries = {slug: make_entry(noun, rendering) for slug in slugs if (rendering := renderings[slug]) is not None}
        if hidden := [entry.pk for slug, entry in known.items() if slug not in entries]:
            SearchEntry.objects.filter(pk__in=hidden).delete()
        new = [entry for slug, entry in entries.items() if slug not in known]
        changed = [entry for slug, entry in entries.items() if slug in known and _differs(entry, known[slug])]
        for entry in changed:
            entry.pk = known[entry.slug].pk
        insert(new)
        if changed:
            SearchEntry.objects.bulk_update(changed, COLUMNS, batch_size=100)
        _add_words({word for entry in (*new, *changed) for name in entry.names for word in words(name)})


def remove_entries(noun: str, slugs: Iterable[str]) -> None:
    """Remove deleted records from the index."""
    for some in chunks(slugs):
        SearchEntry.objects.filter(noun=noun, slug__in=some).delete()


def remove_all_entries_except(rendered: Mapping[str, Iterable[str]]) -> None:
    """Remove the entries of all records but these (noun → slugs), and the words that no name contains any more."""
    for noun, slugs in rendered.items():
        keep = set(slugs)
        indexed = SearchEntry.objects.filter(noun=noun).values_list("slug", flat=True)
        remove_entries(noun, [slug for slug in indexed if slug not in keep])
    SearchEntry.objects.exclude(noun__in=rendered).delete()
    used = {
        word for names in SearchEntry.objects.values_list("names", flat=True) for name in names for word in words(name)
    }
    unused = [pk for pk, word in SearchWord.objects.values_list("pk", "word") if word not in used]
    for some in chunks(unused):
        SearchWord.objects.filter(pk__in=some).delete()


def make_entry(noun: str, rendering: Document) -> SearchEntry:
    """Return the search entry of a rendering, unsaved."""
    names = list(dict.fromkeys([_title(noun, rendering), *(name["text"] for name in rendering.get("names", ()))]))
    identifiers = [[row["scheme"], row["value"]] for row in rendering.get("identifiers", ())]
    texts = _cut(text for text in dict.fromkeys(_texts(rendering)) if text not in names)
    by_name = f" {BETWEEN} ".join(" ".join(words(name)) for name in names)
    skeletons = {skeleton(word) for name in names for word in words(name)} - {""}
    forms = {IDENTIFIER + form for scheme, value in identifiers for form in identifier_forms(scheme, value)}
    return SearchEntry(
        noun=noun,
        slug=rendering["slug"],
        names=names,
        identifiers=identifiers,
        texts=texts,
        name_words=" ".join([by_name, BETWEEN, *sorted(SKELETON + text for text in skeletons), *sorted(forms)]),
        text_words=f" {BETWEEN} ".join(" ".join(words(text)) for text in texts),
    )


def identifier_forms(scheme: str, value: str) -> set[str]:
    """Return the compact forms in which an identifier is cited: its value, alone and after the usual words.

    A document of the Security Council is also cited by its number, with or without the year; a part of the Code of
    Federal Regulations without the word "part".
    """
    values = {value}
    if scheme == IdentifierScheme.UN_SYMBOL:
        symbol, _, year = value.partition(" ")
        number = symbol.rpartition("/")[2]
        values |= {symbol, number, f"{number} {year}", f"{symbol} {year}"}
        values |= {f"{word} {number}{tail}" for word in ("UNSCR", "Resolution", "RES") for tail in ("", year)}
    if scheme == IdentifierScheme.CFR:
        values.add(value.replace(" part ", " "))
    values |= {f"{before} {value}" for before in (scheme, *_PREFIXES.get(scheme, ()))}
    return {form for form in map(compact, values) if form}


def _title(noun: str, rendering: Document) -> str:
    """Return the name of a record; a designation, which has none, is named by its actor and program."""
    if noun == "designation":
        return ": ".join(rendering[key]["name"] for key in ("actor", "program") if rendering.get(key))
    return label_text(noun, rendering)


def _texts(value: Any, key: str = "") -> Iterator[str]:
    """Yield the indexed texts of a rendering in order, including the names of records that it refers to."""
    if isinstance(value, str):
        if key in _TEXTS:
            yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            # Most values are empty or texts that are not indexed: skipping them here saves most of the calls.
            if inner and name not in _SKIPPED and (name in _TEXTS or not isinstance(inner, str)):
                yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)


def _cut(texts: Iterable[str]) -> list[str]:
    kept, length = [], 0
    for text in texts:
        kept.append(text[: MOST_TEXT - length])
        length += len(kept[-1])
        if length >= MOST_TEXT:
            break
    return kept


def _differs(new: SearchEntry, stored: SearchEntry) -> bool:
    return any(getattr(new, column) != getattr(stored, column) for column in COLUMNS)


def _add_words(names: set[str]) -> None:
    SearchWord.objects.bulk_create(
        [SearchWord(word=word, padded=f"  {word} ") for word in sorted(names) if not word.isdigit()],
        ignore_conflicts=True,
        batch_size=500,
    )
