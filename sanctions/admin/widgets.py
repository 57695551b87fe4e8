"""Widgets of the curating forms: dates with their reading, choices by search, codes as tags."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from unfold.widgets import SELECT_CLASSES, UnfoldAdminExpandableTextareaWidget, UnfoldAdminTextInputWidget

from sanctions import edtf
from sanctions.exceptions import InvalidDate

_LARGEST_KEY = 2**63 - 1


def is_key(value: object) -> bool:
    """Whether a submitted value can be a primary key: both databases fail on numbers beyond 64 bits."""
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _LARGEST_KEY


class DateWidget(UnfoldAdminTextInputWidget):
    """A text input for a date with precision; below it is the date in English."""

    template_name = "admin/sanctions/widgets/date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"placeholder": "2015-07-14, 2024-06, 2019~ …", "autocomplete": "off", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the date in English, where it is one."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["reading"] = reading(value)
        return context


def reading(value: Any) -> str:
    """Return a date in English; empty for what is not a date, which its field rejects with the reason."""
    if not isinstance(value, str) or not value:
        return ""
    try:
        return edtf.humanise(value)
    except InvalidDate:
        return ""


class ProseWidget(UnfoldAdminExpandableTextareaWidget):
    """A text area that grows with its text."""


class TagSelect(forms.SelectMultiple):
    """Several codes of a vocabulary as tags; without scripts a list of several choices."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": " ".join([*SELECT_CLASSES, "tag-select"]), **(attrs or {})}, choices)

    class Media:
        js: ClassVar = ("sanctions/admin.js",)


class _KnownLabels:
    """Labels of chosen rows that the page has read already, so that a row of a form costs no query."""

    known: dict[str, str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {}

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> list[tuple[str | None, list[Any], int]]:
        """Return the chosen options only: the others come by search. Keys that can be none are left out."""
        chosen = [str(item) for item in value if is_key(item)]
        if any(item not in self.known for item in chosen):
            return super().optgroups(name, chosen, attr)  # type: ignore[misc, no-any-return]
        options = []
        if not self.is_required and not self.allow_multiple_selected:  # type: ignore[attr-defined]
            options.append(self.create_option(name, "", "", False, 0))  # type: ignore[attr-defined]
        for place, item in enumerate(chosen, start=len(options)):
            options.append(self.create_option(name, item, self.known[item], True, place))  # type: ignore[attr-defined]
        return [(None, options, 0)]


class RowSelect(_KnownLabels, AutocompleteSelect):  # type: ignore[misc]
    """One row of another model, found by search."""


class RowsSelect(_KnownLabels, AutocompleteSelectMultiple):  # type: ignore[misc]
    """Several rows of another model, found by search."""
