"""What a public record is found by: its names, its identifiers and the texts in its rendering, as plain words.

:func:`sanctions.projections.renderings.store` calls :func:`index` with what it renders, in the transaction that
publishes. So the index holds what is public, and nothing else.
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

#: What stands between two names, so that no phrase reaches from one into the next. This marker and the next two are
#: letters for both databases (SQLite's ``ascii`` tokenizer, PostgreSQL's parser), and in no word: words are of a to z
#: and digits, whatever their script was (:mod:`sanctions.projections.plain_words`).
BETWEEN: Final = "\u00fe"
#: What the skeleton of a word and a compact identifier begin with.
SKELETON: Final = "\u00f0"
IDENTIFIER: Final = "\u014b"
#: Characters of the texts of a record that are searched: a statute in full is no summary.
MOST_TEXT: Final = 20_000
#: Keys of a rendering whose texts are searched, wherever they stand.
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
#: Keys that tell about other records or about the rendering, and are long.
_LEFT: Final = frozenset({"history", "citations", "version", "absences", "identifiers", "names"})
#: How an identifier is spoken of besides its value: the words before its number.
_SPOKEN: Final[Mapping[str, tuple[str, ...]]] = {
    IdentifierScheme.US_EO: ("EO", "Executive Order", "Order"),
    IdentifierScheme.US_PROCLAMATION: ("Proclamation",),
    IdentifierScheme.US_NSPM: ("NSPM", "National Security Presidential Memorandum"),
    IdentifierScheme.PUBLIC_LAW: ("PL", "Pub L", "Public Law"),
    IdentifierScheme.UK_SI: ("SI", "UKSI"),
    IdentifierScheme.FR_DOCUMENT: ("FR Doc",),
    IdentifierScheme.IMO: ("IMO",),
}
COLUMNS: Final = ("names", "identifiers", "texts", "name_words", "text_words")


def index(noun: str, renderings: Mapping[str, Document | None], *, first: bool = False) -> None:
    """Let the records of a noun be found by what their renderings say: slug → rendering, ``None`` if it is not public.

    What is found already by the same words is left alone; of what comes for the ``first`` time nothing is.
    """
    for some in chunks(renderings):
        there = () if first else SearchEntry.objects.filter(noun=noun, slug__in=some)
        known = {entry.slug: entry for entry in there}
        made = {slug: entry(noun, rendering) for slug in some if (rendering := renderings[slug]) is not None}
        gone = [entry.pk for slug, entry in known.items() if slug not in made]
        if gone:
            SearchEntry.objects.filter(pk__in=gone).delete()
        new = [entry for slug, entry in made.items() if slug not in known]
        changed = [entry for slug, entry in made.items() if slug in known and _differs(entry, known[slug])]
        for one in changed:
            one.pk = known[one.slug].pk
        insert(new)
        if changed:
            SearchEntry.objects.bulk_update(changed, COLUMNS, batch_size=100)
        _learn({word for one in (*new, *changed) for name in one.names for word in words(name)})


def forget(noun: str, slugs: Iterable[str]) -> None:
    """Let what is gone be found no more."""
    for some in chunks(slugs):
        SearchEntry.objects.filter(noun=noun, slug__in=some).delete()


def forget_all_but(there: Mapping[str, Iterable[str]]) -> None:
    """Forget what no rendering was made of (noun → slugs), and the words of names that no name has any more."""
    for noun, slugs in there.items():
        left = set(slugs)
        stale = [
            slug for slug in SearchEntry.objects.filter(noun=noun).values_list("slug", flat=True) if slug not in left
        ]
        forget(noun, stale)
    SearchEntry.objects.exclude(noun__in=there).delete()
    used = {
        word for names in SearchEntry.objects.values_list("names", flat=True) for name in names for word in words(name)
    }
    unused = [pk for pk, word in SearchWord.objects.values_list("pk", "word") if word not in used]
    for some in chunks(unused):
        SearchWord.objects.filter(pk__in=some).delete()


def entry(noun: str, rendering: Document) -> SearchEntry:
    """Return what a rendering is found by; nothing is stored."""
    names = list(dict.fromkeys([_title(noun, rendering), *(name["text"] for name in rendering.get("names", ()))]))
    identifiers = [[one["scheme"], one["value"]] for one in rendering.get("identifiers", ())]
    texts = _cut(text for text in dict.fromkeys(_texts(rendering)) if text not in names)
    by_name = f" {BETWEEN} ".join(" ".join(words(name)) for name in names)
    heard = {skeleton(word) for name in names for word in words(name)} - {""}
    called = {IDENTIFIER + form for scheme, value in identifiers for form in spoken(scheme, value)}
    return SearchEntry(
        noun=noun,
        slug=rendering["slug"],
        names=names,
        identifiers=identifiers,
        texts=texts,
        name_words=" ".join([by_name, BETWEEN, *sorted(SKELETON + one for one in heard), *sorted(called)]),
        text_words=f" {BETWEEN} ".join(" ".join(words(text)) for text in texts),
    )


def spoken(scheme: str, value: str) -> set[str]:
    """Return the compact forms by which an identifier is sought: its value, and what it is called with it.

    A document of the Security Council is known by its number, with and without its year, too; a part of the Code of
    Federal Regulations is cited without that word.
    """
    values = {value}
    if scheme == IdentifierScheme.UN_SYMBOL:
        symbol, _, year = value.partition(" ")
        number = symbol.rpartition("/")[2]
        values |= {symbol, number, f"{number} {year}", f"{symbol} {year}"}
        values |= {f"{word} {number}{tail}" for word in ("UNSCR", "Resolution", "RES") for tail in ("", year)}
    if scheme == IdentifierScheme.CFR:
        values.add(value.replace(" part ", " "))
    values |= {f"{before} {value}" for before in (scheme, *_SPOKEN.get(scheme, ()))}
    return {form for form in map(compact, values) if form}


def _title(noun: str, rendering: Document) -> str:
    """Return the name for people; a designation, which has none, goes by who was designated and under what."""
    if noun == "designation":
        return ": ".join(rendering[key]["name"] for key in ("actor", "program") if rendering.get(key))
    return label_text(noun, rendering)


def _texts(value: Any, key: str = "") -> Iterator[str]:
    """Yield the texts of a rendering, in order, the names of the records that it refers to among them."""
    if isinstance(value, str):
        if key in _TEXTS:
            yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            # Most of a rendering is empty, or a text that is not searched.
            if inner and name not in _LEFT and (name in _TEXTS or not isinstance(inner, str)):
                yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)


def _cut(texts: Iterable[str]) -> list[str]:
    found, length = [], 0
    for text in texts:
        found.append(text[: MOST_TEXT - length])
        length += len(found[-1])
        if length >= MOST_TEXT:
            break
    return found


def _differs(one: SearchEntry, other: SearchEntry) -> bool:
    return any(getattr(one, column) != getattr(other, column) for column in COLUMNS)


def _learn(found: set[str]) -> None:
    SearchWord.objects.bulk_create(
        [SearchWord(word=word, padded=f"  {word} ") for word in sorted(found) if not word.isdigit()],
        ignore_conflicts=True,
        batch_size=500,
    )
