"""Why something was not saved, in words."""

from __future__ import annotations

from django.apps import apps

from sanctions.exceptions import InvalidDocument, MoveRefused

_UNEXPLAINED = "The database rejected this record. Another user may have saved a conflicting one. Open it again."


def reasons(error: Exception) -> list[str]:
    """Return the reasons for which a move, a document or the database refused to save, each once."""
    if isinstance(error, InvalidDocument):
        problems = (
            f"{problem.path}: {problem.message}" if problem.path else problem.message for problem in error.problems
        )
        return list(dict.fromkeys(problems))
    if isinstance(error, MoveRefused):
        return [str(error)]
    for model in apps.get_app_config("sanctions").get_models():
        for constraint in model._meta.constraints:
            if constraint.name in str(error):
                return [str(constraint.violation_error_message or _UNEXPLAINED)]
    return [_UNEXPLAINED]
