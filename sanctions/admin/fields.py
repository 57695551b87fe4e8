"""Form fields of our own: codes kept as child rows, typed absences, references that cannot overflow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from sanctions.admin.widgets import ProseWidget, TagSelect, is_key
from sanctions.vocabulary import Absence


class CodesField(forms.MultipleChoiceField):
    """Codes that the database keeps as rows of a child table and the curator sees as one list of tags."""

    def __init__(self, vocabulary: type[models.TextChoices], *, relation: str, column: str, **kwargs: Any) -> None:
        super().__init__(choices=vocabulary.choices, required=False, widget=TagSelect, **kwargs)
        self.relation = relation
        self.column = column

    def stored(self, owner: models.Model) -> list[str]:
        """Return the codes that the owner has."""
        if owner.pk is None:
            return []
        return [getattr(row, self.column) for row in getattr(owner, self.relation).all()]

    def store(self, owner: models.Model, codes: Iterable[str]) -> None:
        """Make the owner's child rows those of the codes."""
        rows, wanted = getattr(owner, self.relation), set(codes)
        rows.exclude(**{f"{self.column}__in": wanted}).delete()
        there = set(rows.values_list(self.column, flat=True))
        rows.bulk_create([rows.model(**{rows.field.name: owner, self.column: code}) for code in sorted(wanted - there)])


class AbsencesField(forms.Field):
    """Why fields have no value: a line with name and reason for each."""

    widget = ProseWidget

    def prepare_value(self, value: Any) -> Any:
        """Return the lines to edit; what was submitted is shown again as it was."""
        return "\n".join(f"{name}: {code}" for name, code in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> dict[str, str]:
        """Read the lines."""
        absences: dict[str, str] = {}
        for line in (value or "").splitlines():
            if not line.strip():
                continue
            name, colon, code = line.partition(":")
            if not colon or not name.strip():
                raise ValidationError("Each line is a field name, a colon and a reason, such as: summary: not_public")
            absences[name.strip()] = code.strip()
        return absences

    def validate(self, value: dict[str, str]) -> None:
        """Reject what is not a reason."""
        super().validate(value)
        for name, code in value.items():
            if code not in Absence.values:
                raise ValidationError(f"{name}: {code!r} is not a reason. Allowed: {', '.join(Absence.values)}.")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what the lines mean; lines that mean nothing have changed."""
        try:
            return bool(self.to_python(data) != (initial or {}))
        except ValidationError:
            return True


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row. The one that was chosen before is known, and costs no query when it is submitted again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, models.Model] = {}

    def to_python(self, value: Any) -> Any:
        """Return the row of a submitted key."""
        row = self.known.get(str(value))
        return super().to_python(value) if row is None else row


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows; a number that no key can be is refused here and not by the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, models.Model] = {}

    def clean(self, value: Any) -> Any:
        """Refuse impossible keys first; read nothing where the rows are those that were chosen before."""
        for item in value or ():
            if not is_key(item):
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": item})
        if value and all(str(item) in self.known for item in value):
            return [self.known[key] for key in dict.fromkeys(map(str, value))]
        return super().clean(value)
