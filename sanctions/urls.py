"""The URLs of the site. This is the only module of ``sanctions`` that refers to the API."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from sanctions.admin.editorial.work import whole_list
from sanctions.server.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url=settings.API_ROOT, permanent=False), name="home"),
    path("healthz", health, name="health"),
    path("admin/work/<slug:name>/", admin.site.admin_view(whole_list), name="work"),
    path("admin/", admin.site.urls),
    path(settings.API_PREFIX.removeprefix("/"), include("api.urls")),
]

handler400 = "api.http.errors.bad_request"
handler403 = "api.http.errors.forbidden"
handler404 = "api.http.errors.not_found"
handler500 = "api.http.errors.server_error"
