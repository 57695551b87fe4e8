"""How views describe themselves in the schema: parameters, answers in every format, and errors."""

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

#: Formats whose answers a component describes; every other one is a text or a file.
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
    description="What the answer is known by: send it with If-None-Match.",
    response=["200", "304"],
)
_UNCHANGED: Final = "Nothing has changed since the answer of that ETag or date. Without a body."
_ERRORS: Final = {
    "308": "The record was merged into another, to which the Location header leads.",
    "400": "A parameter is unknown or has a value that is not allowed; all faults are listed.",
    "404": "There is no such record, or it is not published.",
    "406": "There is no such format.",
    "410": "The record was public and was retracted; the day and the reason are told.",
    "414": "The address is too long.",
    "429": "Too many requests were made; Retry-After says when to ask again.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What a question is in the schema: its name for generated clients, its group, a few words, its answer.

    ``in_path`` names the parameters of its path, in order. ``gone`` is false where the record it names may be
    retracted and the answer is still there, ``merges`` where it may be merged into another.
    """

    name: str
    tag: str
    summary: str
    answer: Schema
    in_path: tuple[str, ...] = ()
    gone: bool = True
    merges: bool = True

    def can_fail(self, status: str) -> bool:
        """Whether the operation has errors of the status."""
        of_record = "slug" in self.in_path
        return {"308": of_record and self.merges, "404": bool(self.in_path), "410": of_record and self.gone}.get(
            status, True
        )


class Description(AutoSchema):
    """Describes the views: their answers by the components, and the errors they give."""

    def get_tags(self) -> list[str]:
        """Return the collection, or the group of the question."""
        return [self._operation.tag]

    def get_operation_id(self) -> str:
        """Return a name for clients made from the schema."""
        return self._operation.name

    def get_summary(self) -> str:
        """Return what the operation does, in a few words."""
        return self._operation.summary

    def get_description(self) -> str:  # type: ignore[override]
        """Return what the answer has: the view's docstring."""
        return " ".join((type(self.view).__doc__ or "").split())

    def get_response_serializers(self) -> Any:
        """Return the answers by status and format."""
        self.learn_components()
        listed = self.view_action == "list"
        answers: dict[Any, Any] = {}
        for renderer in self.view.renderer_classes:
            if renderer.media_type == _DESCRIBED:
                answers["200", _DESCRIBED] = OpenApiResponse(
                    self._operation.answer, "A page." if listed else "What was asked for."
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

    def learn_components(self) -> None:
        """Put every component into the document."""
        for name, schema in COMPONENTS.items():
            component = ResolvedComponent(  # type: ignore[no-untyped-call]
                name=name, type=ResolvedComponent.SCHEMA, schema=marked_component(name, schema), object=name
            )
            self.registry.register_on_missing(component)

    def get_override_parameters(self) -> list[Any]:
        """Describe what stands in the path, and what the answer is known by."""
        in_path = [
            OpenApiParameter(name, schema, OpenApiParameter.PATH, required=True, description=description)
            for name in self._operation.in_path
            for schema, description in [_IN_PATH[name]]
        ]
        return [*in_path, _ETAG]

    def _get_filter_parameters(self) -> list[Schema]:
        """Describe the parameters of details and questions too, which the framework takes to have none."""
        return [
            one
            for backend in self.get_filter_backends()
            for one in backend().get_schema_operation_parameters(self.view)
        ]

    def _get_parameters(self) -> list[Schema]:
        """Describe all parameters, those that are deprecated as such."""
        return [
            one | mark_of_parameter(self._operation.name, one["name"]) if one["in"] == "query" else one
            for one in super()._get_parameters()
        ]

    def is_deprecated(self) -> bool:
        """Return whether the operation is to go."""
        return bool(mark_of_operation(self._operation.name))

    def get_extensions(self) -> Schema:
        """Return until when a deprecated operation stays."""
        return {name: value for name, value in mark_of_operation(self._operation.name).items() if name == SUNSET}

    def get_filter_backends(self) -> list[Any]:
        """Return the backends of lists, details and questions alike."""
        return list(getattr(self.view, "filter_backends", ()))

    def _get_format_parameters(self) -> list[Schema]:
        return [format_parameter(self.view.renderer_classes)]

    @property
    def view_action(self) -> str:
        """What a view of records does: list or retrieve; empty for a question."""
        return _action(self.view)

    @property
    def _operation(self) -> Operation:
        """What the view says of itself, or what follows from the records it serves."""
        found = operation_of(self.view)
        if found is None:
            raise TypeError(f"{type(self.view).__name__} has no operation to describe.")
        return found


def operation_of(view: Any) -> Operation | None:
    """Return what a view says of itself, or what follows from the records it serves; ``None`` if neither is known."""
    said: Operation | None = getattr(view, "operation", None)
    if said is not None:
        return said
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
    """Return what an answer in another format is: a text or a file, or the JSON of another standard."""
    if media_type.endswith("+json"):
        return {"type": "array", "items": {"type": "object", "additionalProperties": True}}
    return {"type": "string", "contentMediaType": media_type}
