"""Describe views for the schema: parameters, answers in every format, and errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from api.http.deprecations import SUNSET, mark_of_operation, mark_of_parameter, marked_component
from api.http.negotiation import format_parameter
from api.http.renderers import PageRenderer
from api.v1.schemas import COMPONENTS
from api.v1.schemas.records import Schema, ref
from sanctions.records.schema import SLUG_PATTERN
from sanctions.server.problem_documents import MEDIA_TYPE

#: The format whose answers have components; every other one is a text or a file.
_DESCRIBED: Final = "application/json"
#: A page that shows an answer or a problem to people.
_PAGE: Final[Schema] = {"type": "string", "contentMediaType": "text/html"}
#: Parameters in paths.
_IN_PATH: Final[dict[str, tuple[Schema, str]]] = {
    "slug": ({"type": "string", "pattern": SLUG_PATTERN, "maxLength": 150}, "Its stable name."),
    "number": ({"type": "integer", "minimum": 1, "maximum": 2147483647}, "Its number, from 1."),
    "sequence": ({"type": "integer", "minimum": 1, "maximum": 9223372036854775807}, "Its place in the ledger, from 1."),
}
_ETAG: Final = OpenApiParameter(
    "ETag",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="The entity tag of the answer: send it with If-None-Match.",
    response=["200", "304"],
)
_UNCHANGED: Final = "The answer has not changed since that ETag or date. Without a body."
_ERRORS: Final = {
    "308": "The record was merged into another one: follow the Location header.",
    "400": "A parameter is unknown or has a value that is not allowed; all faults are listed.",
    "404": "The record does not exist or is not published.",
    "406": "The answer is not available in this format.",
    "410": "The record was retracted; the answer has the day and the reason.",
    "414": "The address is too long.",
    "429": "Too many requests: wait for the seconds in Retry-After.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the schema: operationId, tag, summary and answer.

    ``in_path`` lists the parameters of the path in order. ``hides_retracted`` and ``redirects_merged`` are false if the
    operation still answers for a record that was retracted or merged.
    """

    name: str
    tag: str
    summary: str
    answer: Schema
    in_path: tuple[str, ...] = ()
    hides_retracted: bool = True
    redirects_merged: bool = True

    def can_fail(self, status: str) -> bool:
        """Whether the operation has errors of the status."""
        of_record = "slug" in self.in_path
        conditions = {
            "308": of_record and self.redirects_merged,
            "404": bool(self.in_path),
            "410": of_record and self.hides_retracted,
        }
        return conditions.get(status, True)


class Description(AutoSchema):
    """Describe a view for drf-spectacular: its answers by component, its parameters and its errors."""

    def get_tags(self) -> list[str]:
        return [self._operation.tag]

    def get_operation_id(self) -> str:
        return self._operation.name

    def get_summary(self) -> str:
        return self._operation.summary

    def get_description(self) -> str:  # type: ignore[override]
        """Return the docstring of the view."""
        return " ".join((type(self.view).__doc__ or "").split())

    def get_response_serializers(self) -> Any:
        """Return the answers by status and format."""
        self.register_components()
        listed = self.view_action == "list"
        answers: dict[Any, Any] = {}
        for renderer in self.view.renderer_classes:
            if renderer.media_type == _DESCRIBED:
                answers["200", _DESCRIBED] = OpenApiResponse(
                    self._operation.answer, "A page of rows." if listed else "The answer."
                )
            else:
                answers["200", renderer.media_type] = OpenApiResponse(_file(renderer.media_type))
        answers["304"] = OpenApiResponse(description=_UNCHANGED)
        for status, description in _ERRORS.items():
            if self._operation.can_fail(status):
                answers[status, MEDIA_TYPE] = OpenApiResponse(ref("Problem"), description)
                if PageRenderer in self.view.renderer_classes:
                    answers[status, PageRenderer.media_type] = OpenApiResponse(_PAGE, description)
        return answers

    def register_components(self) -> None:
        """Register every component."""
        for name, schema in COMPONENTS.items():
            component = ResolvedComponent(  # type: ignore[no-untyped-call]
                name=name, type=ResolvedComponent.SCHEMA, schema=marked_component(name, schema), object=name
            )
            self.registry.register_on_missing(component)

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of the path, and the ETag."""
        in_path = [
            OpenApiParameter(name, schema, OpenApiParameter.PATH, required=True, description=description)
            for name in self._operation.in_path
            for schema, description in [_IN_PATH[name]]
        ]
        return [*in_path, _ETAG]

    def _get_filter_parameters(self) -> list[Schema]:
        """Return the parameters of details and questions too; the base class has them for lists only."""
        return [
            parameter
            for backend in self.get_filter_backends()
            for parameter in backend().get_schema_operation_parameters(self.view)
        ]

    def _get_parameters(self) -> list[Schema]:
        """Return all parameters, with the marks of deprecated ones."""
        name = self._operation.name
        return [
            parameter | mark_of_parameter(name, parameter["name"]) if parameter["in"] == "query" else parameter
            for parameter in super()._get_parameters()
        ]

    def is_deprecated(self) -> bool:
        return bool(mark_of_operation(self._operation.name))

    def get_extensions(self) -> Schema:
        """Return the sunset of a deprecated operation."""
        return {name: value for name, value in mark_of_operation(self._operation.name).items() if name == SUNSET}

    def get_filter_backends(self) -> list[Any]:
        """Return the backends of every view; the base class has them for lists only."""
        return list(getattr(self.view, "filter_backends", ()))

    def _get_format_parameters(self) -> list[Schema]:
        return [format_parameter(self.view.renderer_classes)]

    @property
    def view_action(self) -> str:
        """The action of a view of records: list or retrieve; empty for a question."""
        return _action(self.view)

    @property
    def _operation(self) -> Operation:
        operation = operation_of(self.view)
        if operation is None:
            raise TypeError(f"{type(self.view).__name__} has no operation to describe.")
        return operation


def operation_of(view: Any) -> Operation | None:
    """Return the operation that a view declares, else that of its list or detail; ``None`` if it has neither."""
    declared: Operation | None = getattr(view, "operation", None)
    if declared is not None:
        return declared
    if not _action(view):
        return None
    plural: str = view.basename
    queryset: models.QuerySet[Any] = view.queryset
    listed = _action(view) == "list"
    return Operation(
        name=f"{plural}_{_action(view)}",
        tag=plural,
        summary=f"List {plural}" if listed else f"One of the {plural}",
        answer=ref(queryset.model.__name__),
        in_path=() if listed else ("slug",),
    )


def _action(view: Any) -> str:
    action: str = getattr(view, "action", "") or ""
    return action


def _file(media_type: str) -> Schema:
    """Return the schema of an answer in another format: a text, a file, or the JSON of another standard."""
    if media_type.endswith("+json"):
        return {"type": "array", "items": {"type": "object", "additionalProperties": True}}
    return {"type": "string", "contentMediaType": media_type}
