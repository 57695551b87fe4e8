"""Answers as bytes: stored JSON as it is, anything else encoded, and a page for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request

from api.errors import MEDIA_TYPE


class JSONRenderer(BaseRenderer):
    """JSON. Bytes are taken as JSON already: stored renderings pass through untouched."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the body; an error is a problem document and says so in its type."""
        response = (renderer_context or {}).get("response")
        if response is not None and response.exception:
            response["Content-Type"] = MEDIA_TYPE
        if data is None:
            return b""
        return data if isinstance(data, bytes) else orjson.dumps(data, default=str)


#: The tokens of JSON that a page shows in their own way: texts (with the colon if it is a key), numbers, words.
_TOKEN: Final = re.compile(r'("(?:[^"\\]|\\.)*")(:?)|(-?\d[\d.eE+-]*|true|false|null)')
_LINK: Final = re.compile(r'"(?:/api/|https?://)[^"\\\s]*"')


def highlight(text: str) -> SafeString:
    """Return JSON as HTML: keys, texts and numbers marked, addresses as links."""
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        parts.append(escape(text[end : token.start()]))
        parts.append(_marked(*token.groups(default="")))
        end = token.end()
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped above


def _marked(string: str, colon: str, plain: str) -> str:
    if colon:
        return format_html('<span class="key">{}</span>:', string)
    if _LINK.fullmatch(string):
        return format_html('<span class="text">"<a href="{}">{}</a>"</span>', string[1:-1], string[1:-1])
    return format_html('<span class="{}">{}</span>', "text" if string else "plain", string or plain)


class PageRenderer(BrowsableAPIRenderer):
    """The same JSON on a page for people: indented, with links. No form and no script."""

    format = "html"
    template = "api/page.html"

    def get_content(
        self,
        renderer: BaseRenderer | None,
        data: Any,
        accepted_media_type: str | None,
        renderer_context: Mapping[str, Any],
    ) -> SafeString:
        """Return the bytes that JSON readers get, indented."""
        body = orjson.loads(JSONRenderer().render(data) or b"null")
        return highlight(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode())

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return what the template shows; of a page of rows also where its neighbours are."""
        context: dict[str, Any] = super().get_context(data, accepted_media_type, renderer_context)
        return context | getattr(getattr(renderer_context["view"], "paginator", None), "links", {})

    def get_breadcrumbs(self, request: Request) -> list[tuple[str, str]]:
        """Return the steps of the path from the version on."""
        steps = request.path.strip("/").split("/")
        return [(step, f"/{'/'.join(steps[: place + 1])}/") for place, step in enumerate(steps) if place]

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        """Return nothing: the filters are described in the documentation."""
