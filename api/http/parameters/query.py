"""Read the parameters of a query string, report its faults, and describe parameters for OpenAPI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from api.http.parameters.base import LONGEST, Parameter, closest, rejection
from api.http.problems import ParameterFault


def read_parameters(
    query: QueryDict, parameters: Mapping[str, Parameter]
) -> tuple[dict[str, Any], dict[str, list[ValidationError]]]:
    """Return the values by name, ``None`` where a parameter is not given, and the errors by name of the others."""
    values: dict[str, Any] = {}
    errors: dict[str, list[ValidationError]] = {}
    for name, parameter in parameters.items():
        try:
            values[name] = parameter.clean(query.getlist(name) if parameter.repeatable else query.get(name))
        except ValidationError as error:
            errors[name] = [error]
    return values, errors


def value_faults(query: QueryDict, errors: Mapping[str, Sequence[ValidationError]]) -> list[ParameterFault]:
    """Return a fault for each value that its parameter rejected."""
    return [
        ParameterFault(
            name,
            _last(query, name),
            error.code or "invalid",
            " ".join(error.messages),
            getattr(error, "allowed", ()),
            getattr(error, "did_you_mean", ""),
        )
        for name, rejected in errors.items()
        for error in rejected
    ]


def unknown_parameters(query: QueryDict, known: Sequence[str]) -> list[ParameterFault]:
    """Return a fault for each parameter that this address does not have; only the first lists all that it has."""
    faults: list[ParameterFault] = []
    for name in query:
        if name not in known:
            guess = closest(name, known)
            allowed = () if faults else known
            message = rejection("This address does not have this parameter.", allowed=allowed, did_you_mean=guess)
            faults.append(ParameterFault(name, _last(query, name), "unknown_parameter", message, allowed, guess))
    return faults


def repeated_parameters(query: QueryDict, repeatable: Iterable[str] = ()) -> list[ParameterFault]:
    """Return a fault for each parameter that is repeated and may not be."""
    allowed = set(repeatable)
    message = "This parameter can be given once only."
    return [
        ParameterFault(name, ", ".join(values)[:LONGEST], "repeated", message)
        for name, values in query.lists()
        if len(values) > 1 and name not in allowed
    ]


def openapi_parameter(name: str, parameter: Parameter) -> dict[str, Any]:
    """Return a parameter as OpenAPI describes it."""
    described: dict[str, Any] = {
        "name": name,
        "in": "query",
        "description": str(parameter.help_text),
        "schema": parameter.schema(),
    }
    if described["schema"].get("type") == "array":
        described |= {"style": "form", "explode": parameter.repeatable}
    return described


def _last(query: QueryDict, name: str) -> str:
    """Return the last value of a parameter as text, empty if it has none."""
    return "".join(query.getlist(name)[-1:])
