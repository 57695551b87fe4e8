"""Choose the format of an answer; JSON by default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from api.http.problems import InvalidParameters, ParameterFault
from api.http.renderers import FileRenderer

#: The parameter that names a format; it outranks the Accept header, which users of a browser cannot set.
PARAMETER: Final = "format"


class FormatNegotiation(DefaultContentNegotiation):
    """Take the format from ``?format=``, else from the Accept header, else JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and the media type. Raises NotAcceptable if this server cannot write the format."""
        renderers = list(renderers)
        selected: tuple[BaseRenderer, str]
        if (name := request.query_params.get(PARAMETER)) is not None:
            selected = self._renderer_named(renderers, name)
        else:
            selected = super().select_renderer(request, renderers, format_suffix)
        if isinstance(selected[0], FileRenderer) and (reason := selected[0].unavailable()):
            raise NotAcceptable(reason)
        return selected

    def _renderer_named(self, renderers: list[BaseRenderer], name: str) -> tuple[BaseRenderer, str]:
        for renderer in renderers:
            if renderer.format == name:
                return renderer, renderer.media_type
        allowed = [str(renderer.format) for renderer in renderers]
        message = f"This format is not available here. Allowed: {', '.join(allowed)}."
        raise InvalidParameters([ParameterFault(PARAMETER, name, "unknown_code", message, allowed)])


def format_parameter(renderers: Iterable[type[BaseRenderer]]) -> dict[str, Any]:
    """Return the parameter as OpenAPI describes it."""
    return {
        "name": PARAMETER,
        "in": "query",
        "description": "Format of the answer; outranks the Accept header.",
        "schema": {"type": "string", "enum": [str(renderer.format) for renderer in renderers]},
    }
