"""The composition root: the one module of `sanctions` that knows the API exists."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from sanctions.admin.work import whole_list
from sanctions.pages.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/api/v1/", permanent=False), name="home"),
    path("healthz", health, name="health"),
    path("admin/work/<slug:name>/", admin.site.admin_view(whole_list), name="work"),
    path("admin/", admin.site.urls),
    path("api/", include("api.urls")),
]

handler400 = "api.errors.bad_request"
handler403 = "api.errors.forbidden"
handler404 = "api.errors.not_found"
handler500 = "api.errors.server_error"
