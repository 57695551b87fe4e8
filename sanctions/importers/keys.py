"""The keys under which a list's statements are remembered, made from the ids of its entries.

``actor/7`` is the actor of entry 7. ``listing/7/SDGT#2`` is its second listing under the program SDGT.
"""

from __future__ import annotations

from typing import Final

_ACTOR: Final = "actor/"
_LISTING: Final = "listing/"
#: Separates a listing from its number.
_NUMBER: Final = "#"


def actor_key(entry_id: str) -> str:
    """Return the key of an entry's actor."""
    return f"{_ACTOR}{entry_id}"


def listing_key(entry_id: str, program: str) -> str:
    """Return the beginning that the keys of all listings of an entry under a program share."""
    return f"{_LISTING}{entry_id}/{program.replace('/', '|').replace(_NUMBER, '|')}"


def numbered_key(listing: str, number: int) -> str:
    """Return the key of one of several listings, counted from 1."""
    return f"{listing}{_NUMBER}{number}"


def split_number(key: str) -> tuple[str, int]:
    """Return what the keys of listings share, and the number of this one."""
    listing, _, number = key.rpartition(_NUMBER)
    return listing, int(number)


def is_first_listing(key: str) -> bool:
    """Return whether a key is that of an entry's first listing under a program; other keys have no number."""
    return key.endswith(f"{_NUMBER}1")


def entry_id_of(key: str) -> str:
    """Return the id of the entry in the key of an actor or listing."""
    if key.startswith(_LISTING):
        return key.removeprefix(_LISTING).rpartition("/")[0]
    return key.removeprefix(_ACTOR)
