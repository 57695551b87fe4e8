"""The view of unknown addresses below the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponsePermanentRedirect
from django.urls import resolve
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class NotFoundView(APIView):
    """An address without a page."""

    schema = None
    name = "Not found"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer 404 for every method, not 405 for some."""
        super().initial(request, *args, **kwargs)
        if not self.slash_is_missing(request):
            raise NotFound(f"No page at {request.path[:100]}.")

    def get(self, request: Request) -> HttpResponsePermanentRedirect | Response:
        """Redirect to the address with a slash at its end, if that has a page."""
        path, mark, query = request.get_full_path().partition("?")
        return HttpResponsePermanentRedirect(f"{path}/{mark}{query}")

    def slash_is_missing(self, request: Request) -> bool:
        """Whether the address has a page with a slash at its end."""
        if request.path_info.endswith("/"):
            return False
        return getattr(resolve(f"{request.path_info}/").func, "cls", None) is not NotFoundView
