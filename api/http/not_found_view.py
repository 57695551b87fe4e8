"""The answer to addresses below the API that lead nowhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponsePermanentRedirect
from django.urls import resolve
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Nowhere(APIView):
    """An address that leads nowhere."""

    schema = None
    name = "Nothing here"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before the method is looked at: no method leads anywhere here."""
        super().initial(request, *args, **kwargs)
        if not self.slash_is_missing(request):
            raise NotFound(f"There is nothing at {request.path[:100]}.")

    def get(self, request: Request) -> HttpResponsePermanentRedirect | Response:
        """Lead on to the same address with a slash at its end, where that leads somewhere."""
        path, mark, query = request.get_full_path().partition("?")
        return HttpResponsePermanentRedirect(f"{path}/{mark}{query}")

    def slash_is_missing(self, request: Request) -> bool:
        """Say whether the address with a slash at its end leads somewhere."""
        if request.path_info.endswith("/"):
            return False
        return getattr(resolve(f"{request.path_info}/").func, "cls", None) is not Nowhere
