"""The records of a preview: what each of them becomes, by an import, a spreadsheet or an undo, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.core.paginator import Paginator
from django.http import HttpRequest

from sanctions.admin.editorial.differences import Difference

_PER_PAGE: Final = 50
Item = TypeVar("Item")


@dataclass(frozen=True)
class PreviewLine:
    """One record of a preview. ``differences`` are those of an existing record, or the whole document of a new one."""

    slug: str
    outcome: str
    colour: str
    becomes: str
    differences: Sequence[Difference] = ()
    is_new: bool = False
    #: Where it is in the files.
    place: str = ""
    remarks: Sequence[str] = ()


def lines_on_page(
    request: HttpRequest, items: Sequence[Item], line_of: Callable[[Item], PreviewLine]
) -> dict[str, Any]:
    """Return what ``preview_records.html`` shows of the items: the page that the address names, and its lines."""
    page = Paginator(items, _PER_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "lines": [line_of(item) for item in page]}
