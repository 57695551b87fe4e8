"""Every version of the API, and the answer to addresses that none of them has."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from api.http.not_found_view import NotFoundView

urlpatterns: list[URLPattern | URLResolver] = [
    path(settings.API_ROOT.removeprefix(settings.API_PREFIX), include("api.v1.urls")),
    re_path("", NotFoundView.as_view()),
]
