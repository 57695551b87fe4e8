"""The URLs of version 1 of the API."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from api.v1.views.orders import Orders

app_name = "v1"

router = SimpleRouter()
router.register("orders", Orders, basename="order")

urlpatterns: list[URLPattern | URLResolver] = [path("", include(router.urls))]
